/*
 * shutdown.h: the rows of shutdown. Twin: ../../src/errnos/shutdown.rs
 */
#ifndef ERRNO_SHUTDOWN_H
#define ERRNO_SHUTDOWN_H

#include "looks.h"

ROW(shutdown_no_fd)
{
    return came(shutdown(NO_FD, SHUT_RDWR));
}

ROW(shutdown_closed)
{
    return came(shutdown(closed(), SHUT_RDWR));
}

ROW(shutdown_file)
{
    return came(shutdown(file(), SHUT_RDWR));
}

ROW(shutdown_3)
{
    struct pair p = connected();
    return came(shutdown(p.a, 3));
}

ROW(shutdown_negative)
{
    struct pair p = connected();
    return came(shutdown(p.a, -1));
}

ROW(shutdown_unconnected_3)
{
    int sd = tcp();
    return came(shutdown(sd, 3));
}

ROW(shutdown_unconnected)
{
    int sd = tcp();
    return came(shutdown(sd, SHUT_RDWR));
}

ROW(shutdown_bound)
{
    int sd = bound(tcp());
    return came(shutdown(sd, SHUT_RDWR));
}

ROW(shutdown_listener)
{
    int sd = listener(5);
    struct outcome o = came(shutdown(sd, SHUT_RD));
    return then(o, said("then accept", accept(sd, NULL, NULL)));
}

ROW(shutdown_listener_write)
{
    int sd = listener(5);
    client_of(sd);
    struct outcome o = came(shutdown(sd, SHUT_WR));
    return then(o, queue(sd));
}

ROW(shutdown_twice)
{
    struct pair p = connected();
    must(shutdown(p.a, SHUT_WR));
    return came(shutdown(p.a, SHUT_WR));
}

ROW(shutdown_over)
{
    struct pair p = connected();
    must(shutdown(p.a, SHUT_WR));
    wait_for(p.b, POLLIN);
    must(shutdown(p.b, SHUT_WR));
    wait_for(p.a, POLLIN);
    return came(shutdown(p.a, SHUT_WR));
}

ROW(shutdown_reset)
{
    int sd = reset();
    return came(shutdown(sd, SHUT_RDWR));
}

ROW(shutdown_udp_unconnected)
{
    int sd = bound(udp());
    patience(sd, SO_RCVTIMEO, 900);
    struct outcome o = came(shutdown(sd, SHUT_RDWR));
    return then(o, said("then recv", recv(sd, room, 9, 0)));
}

ROW(shutdown_udp)
{
    struct pair p = datagrams();
    return came(shutdown(p.a, SHUT_RDWR));
}

ROW(shutdown_local)
{
    int sd = local(SOCK_STREAM);
    return came(shutdown(sd, SHUT_RDWR));
}

static const struct row shutdown_rows[] = {
    {"shutdown", "descriptor -1", shutdown_no_fd},
    {"shutdown", "a closed descriptor", shutdown_closed},
    {"shutdown", "a file", shutdown_file},
    {"shutdown", "how is 3", shutdown_3},
    {"shutdown", "how is -1", shutdown_negative},
    {"shutdown", "how is 3, and the socket is not connected", shutdown_unconnected_3},
    {"shutdown", "a stream that is not connected", shutdown_unconnected},
    {"shutdown", "a bound stream that is not connected", shutdown_bound},
    {"shutdown", "a listening socket, SHUT_RD", shutdown_listener},
    {"shutdown", "a listening socket, SHUT_WR", shutdown_listener_write},
    {"shutdown", "SHUT_WR twice", shutdown_twice},
    {"shutdown", "both ends have sent FIN", shutdown_over},
    {"shutdown", "the peer has reset the connection", shutdown_reset},
    {"shutdown", "UDP: not connected", shutdown_udp_unconnected},
    {"shutdown", "UDP: connected", shutdown_udp},
    {"shutdown", "AF_UNIX: a stream that is not connected", shutdown_local},
};

#endif
