/*
 * setsockopt.h: the rows of setsockopt. Twin: ../../src/errnos/setsockopt.rs
 */
#ifndef ERRNO_SETSOCKOPT_H
#define ERRNO_SETSOCKOPT_H

#include "looks.h"

ROW(setsockopt_no_fd)
{
    int value = 1;
    return came(setsockopt(NO_FD, SOL_SOCKET, SO_REUSEADDR, &value, 4));
}

ROW(setsockopt_closed)
{
    int value = 1;
    return came(setsockopt(closed(), SOL_SOCKET, SO_REUSEADDR, &value, 4));
}

ROW(setsockopt_file)
{
    int value = 1;
    return came(setsockopt(file(), SOL_SOCKET, SO_REUSEADDR, &value, 4));
}

ROW(setsockopt_wild)
{
    return came(setsockopt(tcp(), SOL_SOCKET, SO_REUSEADDR, wild, 4));
}

ROW(setsockopt_null)
{
    return came(setsockopt(tcp(), SOL_SOCKET, SO_REUSEADDR, NULL, 4));
}

ROW(setsockopt_3)
{
    int value = 1;
    return came(setsockopt(tcp(), SOL_SOCKET, SO_REUSEADDR, &value, 3));
}

ROW(setsockopt_negative)
{
    int value = 1;
    return came(setsockopt(tcp(), SOL_SOCKET, SO_REUSEADDR, &value, (socklen_t)-1));
}

ROW(setsockopt_1)
{
    int value = 64;
    return came(setsockopt(tcp(), IPPROTO_IP, IP_TTL, &value, 1));
}

ROW(setsockopt_ttl)
{
    int value = 256;
    return came(setsockopt(tcp(), IPPROTO_IP, IP_TTL, &value, 4));
}

ROW(setsockopt_maxseg)
{
    int value = 1;
    return came(setsockopt(tcp(), IPPROTO_TCP, TCP_MAXSEG, &value, 4));
}

ROW(setsockopt_syncnt)
{
    int value = 0;
    return came(setsockopt(tcp(), IPPROTO_TCP, TCP_SYNCNT, &value, 4));
}

ROW(setsockopt_v6only)
{
    struct sockaddr_in6 sin6 = ip6("::1", 0);
    int sd = tcp6();
    int value = 1;
    must(bind(sd, N(sin6)));
    return came(setsockopt(sd, IPPROTO_IPV6, IPV6_V6ONLY, &value, 4));
}

ROW(setsockopt_domain)
{
    struct timeval time = {0, 1000000};
    return came(setsockopt(tcp(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)));
}

ROW(setsockopt_unknown)
{
    int value = 1;
    return came(setsockopt(tcp(), SOL_SOCKET, 9999, &value, 4));
}

ROW(setsockopt_unknown_tcp)
{
    int value = 1;
    return came(setsockopt(tcp(), IPPROTO_TCP, 9999, &value, 4));
}

ROW(setsockopt_level)
{
    int value = 1;
    return came(setsockopt(tcp(), 9999, 1, &value, 4));
}

ROW(setsockopt_type)
{
    int value = SOCK_DGRAM;
    return came(setsockopt(tcp(), SOL_SOCKET, SO_TYPE, &value, 4));
}

ROW(setsockopt_rcvbuf)
{
    int value = -1;
    return came(setsockopt(tcp(), SOL_SOCKET, SO_RCVBUF, &value, 4));
}

ROW(setsockopt_nodelay_udp)
{
    int value = 1;
    return came(setsockopt(udp(), IPPROTO_TCP, TCP_NODELAY, &value, 4));
}

ROW(setsockopt_nodelay_local)
{
    int value = 1;
    return came(setsockopt(local(SOCK_STREAM), IPPROTO_TCP, TCP_NODELAY, &value, 4));
}

ROW(setsockopt_debug)
{
    int value = 1;
    return came(setsockopt(tcp(), SOL_SOCKET, SO_DEBUG, &value, 4));
}

ROW(setsockopt_mark)
{
    int value = 1;
    return came(setsockopt(tcp(), SOL_SOCKET, SO_MARK, &value, 4));
}

ROW(setsockopt_force)
{
    int value = 4096;
    return came(setsockopt(tcp(), SOL_SOCKET, SO_RCVBUFFORCE, &value, 4));
}

ROW(setsockopt_priority)
{
    int value = 7;
    return came(setsockopt(tcp(), SOL_SOCKET, SO_PRIORITY, &value, 4));
}

ROW(setsockopt_device)
{
    return came(setsockopt(tcp(), SOL_SOCKET, SO_BINDTODEVICE, "none", 4));
}

ROW(setsockopt_congestion)
{
    return came(setsockopt(tcp(), IPPROTO_TCP, TCP_CONGESTION, "none", 4));
}

ROW(setsockopt_filter)
{
    int value = 1;
    return came(setsockopt(tcp(), SOL_SOCKET, SO_DETACH_FILTER, &value, 4));
}

ROW(setsockopt_not_multicast)
{
    struct ip_mreq group = member(INADDR_LOOPBACK);
    return came(setsockopt(udp(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group)));
}

ROW(setsockopt_member_twice)
{
    struct ip_mreq group = member(0xe0000063);
    int sd = udp();
    must(setsockopt(sd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group)));
    return came(setsockopt(sd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group)));
}

ROW(setsockopt_member_21)
{
    struct ip_mreq group;
    int sd = udp();
    for (in_addr_t number = 1; number <= 20; number++) {
        group = member(0xe0000100 + number);
        must(setsockopt(sd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group)));
    }
    group = member(0xe0000100 + 21);
    return came(setsockopt(sd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group)));
}

ROW(setsockopt_not_member)
{
    struct ip_mreq group = member(0xe0000063);
    return came(setsockopt(udp(), IPPROTO_IP, IP_DROP_MEMBERSHIP, &group, sizeof(group)));
}

ROW(setsockopt_connected)
{
    struct pair p = connected();
    int value = 1;
    return came(setsockopt(p.a, SOL_SOCKET, SO_REUSEADDR, &value, 4));
}

ROW(setsockopt_shut_down)
{
    struct pair p = connected();
    int value = 8192;
    must(shutdown(p.a, SHUT_RDWR));
    return came(setsockopt(p.a, SOL_SOCKET, SO_SNDBUF, &value, 4));
}

static const struct row setsockopt_rows[] = {
    {"setsockopt", "descriptor -1", setsockopt_no_fd},
    {"setsockopt", "a closed descriptor", setsockopt_closed},
    {"setsockopt", "a file", setsockopt_file},
    {"setsockopt", "the value at a bad pointer", setsockopt_wild},
    {"setsockopt", "a null pointer for the value", setsockopt_null},
    {"setsockopt", "SO_REUSEADDR, optlen 3", setsockopt_3},
    {"setsockopt", "SO_REUSEADDR, optlen -1", setsockopt_negative},
    {"setsockopt", "IP_TTL, optlen 1", setsockopt_1},
    {"setsockopt", "IP_TTL of 256", setsockopt_ttl},
    {"setsockopt", "TCP_MAXSEG of 1", setsockopt_maxseg},
    {"setsockopt", "TCP_SYNCNT of 0", setsockopt_syncnt},
    {"setsockopt", "IPV6_V6ONLY on a bound socket", setsockopt_v6only},
    {"setsockopt", "SO_RCVTIMEO with 1,000,000 microseconds", setsockopt_domain},
    {"setsockopt", "an option that SOL_SOCKET does not have: 9999", setsockopt_unknown},
    {"setsockopt", "an option that IPPROTO_TCP does not have: 9999", setsockopt_unknown_tcp},
    {"setsockopt", "a level that does not exist: 9999", setsockopt_level},
    {"setsockopt", "SO_TYPE, which can only be read", setsockopt_type},
    {"setsockopt", "SO_RCVBUF of -1", setsockopt_rcvbuf},
    {"setsockopt", "UDP: TCP_NODELAY", setsockopt_nodelay_udp},
    {"setsockopt", "AF_UNIX: TCP_NODELAY", setsockopt_nodelay_local},
    {"setsockopt", "SO_DEBUG without CAP_NET_ADMIN", setsockopt_debug},
    {"setsockopt", "SO_MARK without CAP_NET_ADMIN", setsockopt_mark},
    {"setsockopt", "SO_RCVBUFFORCE without CAP_NET_ADMIN", setsockopt_force},
    {"setsockopt", "SO_PRIORITY of 7 without CAP_NET_ADMIN", setsockopt_priority},
    {"setsockopt", "SO_BINDTODEVICE, no such interface", setsockopt_device},
    {"setsockopt", "TCP_CONGESTION, no such algorithm", setsockopt_congestion},
    {"setsockopt", "SO_DETACH_FILTER, there is no filter", setsockopt_filter},
    {"setsockopt", "IP_ADD_MEMBERSHIP of 127.0.0.1", setsockopt_not_multicast},
    {"setsockopt", "IP_ADD_MEMBERSHIP of 224.0.0.99 twice", setsockopt_member_twice},
    {"setsockopt", "IP_ADD_MEMBERSHIP of a 21st group", setsockopt_member_21},
    {"setsockopt", "IP_DROP_MEMBERSHIP of a group never joined", setsockopt_not_member},
    {"setsockopt", "SO_REUSEADDR on a connected socket", setsockopt_connected},
    {"setsockopt", "SO_SNDBUF after shutdown(SHUT_RDWR)", setsockopt_shut_down},
};

#endif
