/*
 * accept.h: the rows of accept. Twin: ../../src/errnos/accept.rs
 */
#ifndef ERRNO_ACCEPT_H
#define ERRNO_ACCEPT_H

#include "looks.h"

ROW(accept_no_fd)
{
    return came(accept(NO_FD, NULL, NULL));
}

ROW(accept_closed)
{
    return came(accept(closed(), NULL, NULL));
}

ROW(accept_file)
{
    return came(accept(file(), NULL, NULL));
}

ROW(accept_udp)
{
    int sd = bound(udp());
    return came(accept(sd, NULL, NULL));
}

ROW(accept_local_dgram)
{
    int sd = at_path(SOCK_DGRAM, "socket");
    return came(accept(sd, NULL, NULL));
}

ROW(accept_empty)
{
    int sd = listener(5);
    non_blocking(sd);
    return came(accept(sd, NULL, NULL));
}

ROW(accept_patience)
{
    int sd = listener(5);
    patience(sd, SO_RCVTIMEO, 20);
    return came(accept(sd, NULL, NULL));
}

ROW(accept_bound)
{
    int sd = bound(tcp());
    return came(accept(sd, NULL, NULL));
}

ROW(accept_connected)
{
    struct pair p = connected();
    return came(accept(p.b, NULL, NULL));
}

ROW(accept_shut_down)
{
    int sd = listener(5);
    must(shutdown(sd, SHUT_RD));
    return came(accept(sd, NULL, NULL));
}

ROW(accept_local_bound)
{
    int sd = at_path(SOCK_STREAM, "socket");
    return came(accept(sd, NULL, NULL));
}

ROW(accept_signal)
{
    int sd = listener(5);
    interrupt(0);
    return came(accept(sd, NULL, NULL));
}

ROW(accept_signal_patience)
{
    int sd = listener(5);
    patience(sd, SO_RCVTIMEO, 900);
    interrupt(SA_RESTART);
    return came(accept(sd, NULL, NULL));
}

ROW(accept_no_descriptor)
{
    int sd = listener(5);
    client_of(sd);
    descriptors_left(0);
    struct outcome o = came(accept(sd, NULL, NULL));
    return then(o, queue(sd));
}

ROW(accept_no_descriptor_empty)
{
    int sd = listener(5);
    non_blocking(sd);
    descriptors_left(0);
    return came(accept(sd, NULL, NULL));
}

ROW(accept_wild)
{
    int sd = listener(5);
    client_of(sd);
    socklen_t length = 16;
    struct outcome o = came(accept(sd, wild, &length));
    return then(o, queue(sd));
}

ROW(accept_wild_client)
{
    int sd = listener(5);
    int client = client_of(sd);
    socklen_t length = 16;
    struct outcome o = came(accept(sd, wild, &length));
    wait_for(client, POLLIN);
    return then(o, said("then the client's recv", recv(client, room, 9, 0)));
}

ROW(accept_read_only)
{
    int sd = listener(5);
    client_of(sd);
    socklen_t length = 16;
    struct outcome o = came(accept(sd, READ_ONLY, &length));
    return then(o, queue(sd));
}

ROW(accept_wild_length)
{
    int sd = listener(5);
    client_of(sd);
    struct sockaddr_in sin;
    struct outcome o = came(accept(sd, (struct sockaddr *)&sin, wild));
    return then(o, queue(sd));
}

ROW(accept_null_length)
{
    int sd = listener(5);
    client_of(sd);
    struct sockaddr_in sin;
    struct outcome o = came(accept(sd, (struct sockaddr *)&sin, NULL));
    return then(o, queue(sd));
}

ROW(accept_wild_empty)
{
    int sd = listener(5);
    socklen_t length = 16;
    non_blocking(sd);
    return came(accept(sd, wild, &length));
}

ROW(accept_negative)
{
    int sd = listener(5);
    client_of(sd);
    struct sockaddr_in sin;
    socklen_t length = (socklen_t)-1;
    struct outcome o = came(accept(sd, (struct sockaddr *)&sin, &length));
    return then(o, queue(sd));
}

ROW(accept_short)
{
    int sd = listener(5);
    client_of(sd);
    struct sockaddr_in sin;
    socklen_t length = 4;
    struct outcome o = came(accept(sd, (struct sockaddr *)&sin, &length));
    return then(o, said("and addrlen", length));
}

ROW(accept_flag)
{
    int sd = listener(5);
    return came(accept4(sd, NULL, NULL, 1));
}

ROW(accept_reset)
{
    int sd = listener(5);
    int client = client_of(sd);
    linger(client, 0);
    must(close(client));
    int ns = accept(sd, NULL, NULL);
    struct outcome o = came(ns);
    return then(o, said("then recv", recv(ns, room, 9, 0)));
}

static const struct row accept_rows[] = {
    {"accept", "descriptor -1", accept_no_fd},
    {"accept", "a closed descriptor", accept_closed},
    {"accept", "a file", accept_file},
    {"accept", "UDP", accept_udp},
    {"accept", "AF_UNIX: a datagram socket", accept_local_dgram},
    {"accept", "non-blocking, nobody waits", accept_empty},
    {"accept", "SO_RCVTIMEO ran out", accept_patience},
    {"accept", "a bound socket that does not listen", accept_bound},
    {"accept", "a connected socket", accept_connected},
    {"accept", "a listener after shutdown(SHUT_RD)", accept_shut_down},
    {"accept", "AF_UNIX: a bound socket that does not listen", accept_local_bound},
    {"accept", "a signal, and nobody waits", accept_signal},
    {"accept", "a signal, SO_RCVTIMEO and SA_RESTART", accept_signal_patience},
    {"accept", "RLIMIT_NOFILE is reached, a client waits", accept_no_descriptor},
    {"accept", "RLIMIT_NOFILE is reached, nobody waits", accept_no_descriptor_empty},
    {"accept", "addr is a bad pointer, a client waits", accept_wild},
    {"accept", "the same: what the client sees", accept_wild_client},
    {"accept", "addr is read-only memory, a client waits", accept_read_only},
    {"accept", "addrlen is a bad pointer, a client waits", accept_wild_length},
    {"accept", "addrlen is a null pointer, addr is not", accept_null_length},
    {"accept", "addr is a bad pointer, nobody waits", accept_wild_empty},
    {"accept", "addrlen -1, a client waits", accept_negative},
    {"accept", "addrlen 4: the address is cut", accept_short},
    {"accept", "accept4: an unknown flag", accept_flag},
    {"accept", "the client reset its connection in the queue", accept_reset},
};

#endif
