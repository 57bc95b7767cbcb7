/*
 * listen.h: the rows of listen. Twin: ../../src/errnos/listen.rs
 */
#ifndef ERRNO_LISTEN_H
#define ERRNO_LISTEN_H

#include "looks.h"

ROW(listen_no_fd)
{
    return came(listen(NO_FD, 5));
}

ROW(listen_closed)
{
    return came(listen(closed(), 5));
}

ROW(listen_file)
{
    return came(listen(file(), 5));
}

ROW(listen_taken)
{
    int other = tcp();
    int sd = tcp();
    set(other, SOL_SOCKET, SO_REUSEADDR, 1);
    set(sd, SOL_SOCKET, SO_REUSEADDR, 1);
    bound(other);
    struct sockaddr_in sin = name_of(other);
    must(bind(sd, N(sin)));
    must(listen(other, 5));
    return came(listen(sd, 5));
}

ROW(listen_ephemeral)
{
    int other = bound(tcp());
    int sd = tcp();
    one_port(sd, name_of(other));
    return came(listen(sd, 5));
}

ROW(listen_unbound)
{
    int sd = tcp();
    return came(listen(sd, 5));
}

ROW(listen_twice)
{
    int sd = listener(5);
    return came(listen(sd, 50));
}

ROW(listen_negative)
{
    int sd = bound(tcp());
    return came(listen(sd, -7));
}

ROW(listen_connected)
{
    struct pair p = connected();
    return came(listen(p.a, 5));
}

ROW(listen_udp)
{
    int sd = bound(udp());
    return came(listen(sd, 5));
}

ROW(listen_local_dgram)
{
    int sd = at_path(SOCK_DGRAM, "socket");
    return came(listen(sd, 5));
}

ROW(listen_local_unbound)
{
    int sd = local(SOCK_STREAM);
    return came(listen(sd, 5));
}

ROW(listen_local_connected)
{
    struct pair p = local_pair(SOCK_STREAM);
    return came(listen(p.a, 5));
}

static const struct row listen_rows[] = {
    {"listen", "descriptor -1", listen_no_fd},
    {"listen", "a closed descriptor", listen_closed},
    {"listen", "a file", listen_file},
    {"listen", "two sockets on one port, and the other listens", listen_taken},
    {"listen", "not bound, the only ephemeral port is taken", listen_ephemeral},
    {"listen", "not bound", listen_unbound},
    {"listen", "a listening socket once more", listen_twice},
    {"listen", "a negative backlog", listen_negative},
    {"listen", "a connected socket", listen_connected},
    {"listen", "UDP", listen_udp},
    {"listen", "AF_UNIX: a datagram socket", listen_local_dgram},
    {"listen", "AF_UNIX: not bound", listen_local_unbound},
    {"listen", "AF_UNIX: a connected socket", listen_local_connected},
};

#endif
