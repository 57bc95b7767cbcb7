/*
 * getsockopt.h: the rows of getsockopt. Twin: ../../src/errnos/getsockopt.rs
 */
#ifndef ERRNO_GETSOCKOPT_H
#define ERRNO_GETSOCKOPT_H

#include "looks.h"

ROW(getsockopt_no_fd)
{
    int value;
    socklen_t length = 4;
    return came(getsockopt(NO_FD, SOL_SOCKET, SO_TYPE, &value, &length));
}

ROW(getsockopt_closed)
{
    int value;
    socklen_t length = 4;
    return came(getsockopt(closed(), SOL_SOCKET, SO_TYPE, &value, &length));
}

ROW(getsockopt_file)
{
    int value;
    socklen_t length = 4;
    return came(getsockopt(file(), SOL_SOCKET, SO_TYPE, &value, &length));
}

ROW(getsockopt_wild)
{
    socklen_t length = 4;
    return came(getsockopt(tcp(), SOL_SOCKET, SO_TYPE, wild, &length));
}

ROW(getsockopt_read_only)
{
    socklen_t length = 4;
    return came(getsockopt(tcp(), SOL_SOCKET, SO_TYPE, READ_ONLY, &length));
}

ROW(getsockopt_wild_length)
{
    int value;
    return came(getsockopt(tcp(), SOL_SOCKET, SO_TYPE, &value, wild));
}

ROW(getsockopt_negative)
{
    int value;
    socklen_t length = (socklen_t)-1;
    return came(getsockopt(tcp(), SOL_SOCKET, SO_TYPE, &value, &length));
}

ROW(getsockopt_2)
{
    int value;
    socklen_t length = 2;
    struct outcome o = came(getsockopt(tcp(), SOL_SOCKET, SO_TYPE, &value, &length));
    return then(o, said("and optlen", length));
}

ROW(getsockopt_unknown)
{
    int value;
    socklen_t length = 4;
    return came(getsockopt(tcp(), SOL_SOCKET, 9999, &value, &length));
}

ROW(getsockopt_unknown_tcp)
{
    int value;
    socklen_t length = 4;
    return came(getsockopt(tcp(), IPPROTO_TCP, 9999, &value, &length));
}

ROW(getsockopt_level)
{
    int value;
    socklen_t length = 4;
    return came(getsockopt(tcp(), 9999, 1, &value, &length));
}

ROW(getsockopt_udp)
{
    int value;
    socklen_t length = 4;
    return came(getsockopt(udp(), IPPROTO_TCP, TCP_INFO, &value, &length));
}

ROW(getsockopt_local)
{
    int value;
    socklen_t length = 4;
    return came(getsockopt(local(SOCK_STREAM), IPPROTO_TCP, TCP_INFO, &value, &length));
}

ROW(getsockopt_mtu)
{
    int value;
    socklen_t length = 4;
    return came(getsockopt(udp(), IPPROTO_IP, IP_MTU, &value, &length));
}

ROW(getsockopt_error)
{
    int sd = refused();
    int value;
    socklen_t length = 4;
    struct outcome o = came(getsockopt(sd, SOL_SOCKET, SO_ERROR, &value, &length));
    return then(o, said("then send", send(sd, "hello", 5, 0)));
}

ROW(getsockopt_shut_down)
{
    struct pair p = connected();
    int value;
    socklen_t length = 4;
    must(shutdown(p.a, SHUT_RDWR));
    return came(getsockopt(p.a, SOL_SOCKET, SO_TYPE, &value, &length));
}

static const struct row getsockopt_rows[] = {
    {"getsockopt", "descriptor -1", getsockopt_no_fd},
    {"getsockopt", "a closed descriptor", getsockopt_closed},
    {"getsockopt", "a file", getsockopt_file},
    {"getsockopt", "the value at a bad pointer", getsockopt_wild},
    {"getsockopt", "the value is read-only memory", getsockopt_read_only},
    {"getsockopt", "optlen is a bad pointer", getsockopt_wild_length},
    {"getsockopt", "optlen -1", getsockopt_negative},
    {"getsockopt", "optlen 2: the value is cut", getsockopt_2},
    {"getsockopt", "an option that SOL_SOCKET does not have: 9999", getsockopt_unknown},
    {"getsockopt", "an option that IPPROTO_TCP does not have: 9999", getsockopt_unknown_tcp},
    {"getsockopt", "a level that does not exist: 9999", getsockopt_level},
    {"getsockopt", "UDP: TCP_INFO", getsockopt_udp},
    {"getsockopt", "AF_UNIX: TCP_INFO", getsockopt_local},
    {"getsockopt", "IP_MTU on a socket that is not connected", getsockopt_mtu},
    {"getsockopt", "SO_ERROR after a refusal", getsockopt_error},
    {"getsockopt", "SO_TYPE after shutdown(SHUT_RDWR)", getsockopt_shut_down},
};

#endif
