/*
 * recvfrom.h: the rows of recvfrom. Twin: ../../src/errnos/recvfrom.rs
 */
#ifndef ERRNO_RECVFROM_H
#define ERRNO_RECVFROM_H

#include "looks.h"

ROW(recvfrom_no_fd)
{
    return came(recvfrom(NO_FD, room, 9, 0, NULL, NULL));
}

ROW(recvfrom_closed)
{
    return came(recvfrom(closed(), room, 9, 0, NULL, NULL));
}

ROW(recvfrom_file)
{
    return came(recvfrom(file(), room, 9, 0, NULL, NULL));
}

ROW(recvfrom_empty)
{
    int sd = bound(udp());
    return came(recvfrom(sd, room, 9, MSG_DONTWAIT, NULL, NULL));
}

ROW(recvfrom_patience)
{
    int sd = bound(udp());
    patience(sd, SO_RCVTIMEO, 20);
    return came(recvfrom(sd, room, 9, 0, NULL, NULL));
}

ROW(recvfrom_signal)
{
    int sd = bound(udp());
    interrupt(0);
    return came(recvfrom(sd, room, 9, 0, NULL, NULL));
}

ROW(recvfrom_refused)
{
    int sd = refused();
    return came(recvfrom(sd, room, 9, 0, NULL, NULL));
}

ROW(recvfrom_wild)
{
    struct pair p = datagram();
    struct outcome o = came(recvfrom(p.b, wild, 9, 0, NULL, NULL));
    return then(o, inbox(p.b));
}

ROW(recvfrom_wild_address)
{
    struct pair p = datagram();
    socklen_t length = 16;
    struct outcome o = came(recvfrom(p.b, room, 9, 0, wild, &length));
    return then(o, inbox(p.b));
}

ROW(recvfrom_wild_peek)
{
    struct pair p = datagram();
    socklen_t length = 16;
    struct outcome o = came(recvfrom(p.b, room, 9, MSG_PEEK, wild, &length));
    return then(o, inbox(p.b));
}

ROW(recvfrom_null_length)
{
    struct pair p = datagram();
    struct sockaddr_in sin;
    struct outcome o = came(recvfrom(p.b, room, 9, 0, (struct sockaddr *)&sin, NULL));
    return then(o, inbox(p.b));
}

ROW(recvfrom_negative)
{
    struct pair p = datagram();
    struct sockaddr_in sin;
    socklen_t length = (socklen_t)-1;
    struct outcome o = came(recvfrom(p.b, room, 9, 0, (struct sockaddr *)&sin, &length));
    return then(o, inbox(p.b));
}

ROW(recvfrom_short)
{
    struct pair p = datagram();
    struct sockaddr_in sin;
    socklen_t length = 4;
    struct outcome o = came(recvfrom(p.b, room, 9, 0, (struct sockaddr *)&sin, &length));
    return then(o, said("and addrlen", length));
}

ROW(recvfrom_oob)
{
    int sd = bound(udp());
    return came(recvfrom(sd, room, 1, MSG_OOB | MSG_DONTWAIT, NULL, NULL));
}

ROW(recvfrom_stream)
{
    struct pair p = connected();
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    must(send(p.a, "hello", 5, 0));
    struct outcome o = came(recvfrom(p.b, room, 9, 0, (struct sockaddr *)&sin, &length));
    return then(o, said("and addrlen", length));
}

ROW(recvfrom_stream_wild)
{
    struct pair p = connected();
    socklen_t length = 16;
    must(send(p.a, "hello", 5, 0));
    wait_for(p.b, POLLIN);
    struct outcome o = came(recvfrom(p.b, room, 9, 0, wild, &length));
    return then(o, inbox(p.b));
}

ROW(recvfrom_unconnected)
{
    int sd = tcp();
    return came(recvfrom(sd, room, 9, 0, NULL, NULL));
}

ROW(recvfrom_reset)
{
    int sd = reset();
    return came(recvfrom(sd, room, 9, 0, NULL, NULL));
}

ROW(recvfrom_timeout)
{
    struct pair p = given_up();
    return came(recvfrom(p.a, room, 9, 0, NULL, NULL));
}

ROW(recvfrom_tcp_oob)
{
    struct pair p = connected();
    return came(recvfrom(p.a, room, 1, MSG_OOB, NULL, NULL));
}

ROW(recvfrom_local_oob)
{
    struct pair p = local_pair(SOCK_DGRAM);
    return came(recvfrom(p.a, room, 1, MSG_OOB | MSG_DONTWAIT, NULL, NULL));
}

ROW(recvfrom_local_wild)
{
    struct pair p = local_pair(SOCK_DGRAM);
    socklen_t length = 16;
    must(send(p.a, "hello", 5, 0));
    struct outcome o = came(recvfrom(p.b, room, 9, 0, wild, &length));
    return then(o, inbox(p.b));
}

static const struct row recvfrom_rows[] = {
    {"recvfrom", "descriptor -1", recvfrom_no_fd},
    {"recvfrom", "a closed descriptor", recvfrom_closed},
    {"recvfrom", "a file", recvfrom_file},
    {"recvfrom", "UDP: MSG_DONTWAIT, nothing is there", recvfrom_empty},
    {"recvfrom", "UDP: SO_RCVTIMEO ran out", recvfrom_patience},
    {"recvfrom", "UDP: a signal, nothing is there", recvfrom_signal},
    {"recvfrom", "UDP: an earlier datagram met nobody", recvfrom_refused},
    {"recvfrom", "UDP: a bad buffer, a datagram waits", recvfrom_wild},
    {"recvfrom", "UDP: a bad address pointer, a datagram waits", recvfrom_wild_address},
    {"recvfrom", "UDP: the same with MSG_PEEK", recvfrom_wild_peek},
    {"recvfrom", "UDP: addrlen a null pointer, a datagram waits", recvfrom_null_length},
    {"recvfrom", "UDP: addrlen -1, a datagram waits", recvfrom_negative},
    {"recvfrom", "UDP: addrlen 4: the address is cut", recvfrom_short},
    {"recvfrom", "UDP: MSG_OOB, nothing is there", recvfrom_oob},
    {"recvfrom", "TCP: an address is asked for", recvfrom_stream},
    {"recvfrom", "TCP: a bad pointer for the address, bytes wait", recvfrom_stream_wild},
    {"recvfrom", "TCP: a stream that is not connected", recvfrom_unconnected},
    {"recvfrom", "TCP: the peer has reset the connection", recvfrom_reset},
    {"recvfrom", "TCP: the connection was given up", recvfrom_timeout},
    {"recvfrom", "TCP: MSG_OOB, there is no urgent byte", recvfrom_tcp_oob},
    {"recvfrom", "AF_UNIX: datagrams, MSG_OOB", recvfrom_local_oob},
    {"recvfrom", "AF_UNIX: a bad pointer for the address", recvfrom_local_wild},
};

#endif
