/*
 * getpeername.h: the rows of getpeername. Twin: ../../src/errnos/getpeername.rs
 */
#ifndef ERRNO_GETPEERNAME_H
#define ERRNO_GETPEERNAME_H

#include "looks.h"

ROW(getpeername_no_fd)
{
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    return came(getpeername(NO_FD, (struct sockaddr *)&sin, &length));
}

ROW(getpeername_closed)
{
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    return came(getpeername(closed(), (struct sockaddr *)&sin, &length));
}

ROW(getpeername_file)
{
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    return came(getpeername(file(), (struct sockaddr *)&sin, &length));
}

ROW(getpeername_wild)
{
    struct pair p = connected();
    socklen_t length = 16;
    return came(getpeername(p.a, wild, &length));
}

ROW(getpeername_read_only)
{
    struct pair p = connected();
    socklen_t length = 16;
    return came(getpeername(p.a, READ_ONLY, &length));
}

ROW(getpeername_wild_length)
{
    struct pair p = connected();
    struct sockaddr_in sin;
    return came(getpeername(p.a, (struct sockaddr *)&sin, wild));
}

ROW(getpeername_negative)
{
    struct pair p = connected();
    struct sockaddr_in sin;
    socklen_t length = (socklen_t)-1;
    return came(getpeername(p.a, (struct sockaddr *)&sin, &length));
}

ROW(getpeername_unconnected_negative)
{
    struct sockaddr_in sin;
    socklen_t length = (socklen_t)-1;
    return came(getpeername(tcp(), (struct sockaddr *)&sin, &length));
}

ROW(getpeername_unconnected)
{
    int sd = tcp();
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    return came(getpeername(sd, (struct sockaddr *)&sin, &length));
}

ROW(getpeername_listener)
{
    int sd = listener(5);
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    return came(getpeername(sd, (struct sockaddr *)&sin, &length));
}

ROW(getpeername_under_way)
{
    struct pair full = full_queue();
    struct sockaddr_in sin = name_of(full.a);
    int sd = tcp();
    socklen_t length = sizeof(sin);
    non_blocking(sd);
    connect(sd, N(sin));
    return came(getpeername(sd, (struct sockaddr *)&sin, &length));
}

ROW(getpeername_reset)
{
    int sd = reset();
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    return came(getpeername(sd, (struct sockaddr *)&sin, &length));
}

ROW(getpeername_shut_down)
{
    struct pair p = connected();
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    must(shutdown(p.a, SHUT_RDWR));
    return came(getpeername(p.a, (struct sockaddr *)&sin, &length));
}

ROW(getpeername_over)
{
    struct pair p = connected();
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    must(shutdown(p.a, SHUT_WR));
    wait_for(p.b, POLLIN);
    must(shutdown(p.b, SHUT_WR));
    wait_for(p.a, POLLIN);
    return came(getpeername(p.a, (struct sockaddr *)&sin, &length));
}

ROW(getpeername_udp)
{
    int sd = bound(udp());
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    return came(getpeername(sd, (struct sockaddr *)&sin, &length));
}

static const struct row getpeername_rows[] = {
    {"getpeername", "descriptor -1", getpeername_no_fd},
    {"getpeername", "a closed descriptor", getpeername_closed},
    {"getpeername", "a file", getpeername_file},
    {"getpeername", "the address at a bad pointer", getpeername_wild},
    {"getpeername", "the address is read-only memory", getpeername_read_only},
    {"getpeername", "addrlen is a bad pointer", getpeername_wild_length},
    {"getpeername", "addrlen -1", getpeername_negative},
    {"getpeername", "not connected, addrlen -1", getpeername_unconnected_negative},
    {"getpeername", "not connected", getpeername_unconnected},
    {"getpeername", "a listening socket", getpeername_listener},
    {"getpeername", "a connection that is under way", getpeername_under_way},
    {"getpeername", "the peer has reset the connection", getpeername_reset},
    {"getpeername", "after shutdown(SHUT_RDWR)", getpeername_shut_down},
    {"getpeername", "both ends have sent FIN", getpeername_over},
    {"getpeername", "UDP: not connected", getpeername_udp},
};

#endif
