/*
 * sendto.h: the rows of sendto. Twin: ../../src/errnos/sendto.rs
 */
#ifndef ERRNO_SENDTO_H
#define ERRNO_SENDTO_H

#include "looks.h"

ROW(sendto_no_fd)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(sendto(NO_FD, "hello", 5, 0, N(sin)));
}

ROW(sendto_closed)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(sendto(closed(), "hello", 5, 0, N(sin)));
}

ROW(sendto_file)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(sendto(file(), "hello", 5, 0, N(sin)));
}

ROW(sendto_wild_address)
{
    return came(sendto(udp(), "hello", 5, 0, WILD(16)));
}

ROW(sendto_null)
{
    return came(sendto(udp(), "hello", 5, 0, NULL, 16));
}

ROW(sendto_wild)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(sendto(udp(), wild, 5, 0, N(sin)));
}

ROW(sendto_15)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(sendto(udp(), "hello", 5, 0, L(sin, 15)));
}

ROW(sendto_negative)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(sendto(udp(), "hello", 5, 0, L(sin, -1)));
}

ROW(sendto_port_0)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, 0);
    return came(sendto(udp(), "hello", 5, 0, N(sin)));
}

ROW(sendto_nobody)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    int sd = udp();
    struct outcome o = came(sendto(sd, "hello", 5, 0, N(sin)));
    return then(o, said("then sendto", sendto(sd, "hello", 5, 0, N(sin))));
}

ROW(sendto_recverr)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    int sd = udp();
    set(sd, IPPROTO_IP, IP_RECVERR, 1);
    must(sendto(sd, "hello", 5, 0, N(sin)));
    wait_for(sd, POLLERR);
    return came(sendto(sd, "hello", 5, 0, N(sin)));
}

ROW(sendto_family6)
{
    struct sockaddr_in6 sin6 = ip6("::1", NOBODY);
    return came(sendto(udp(), "hello", 5, 0, N(sin6)));
}

ROW(sendto_unspec)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    sin.sin_family = AF_UNSPEC;
    return came(sendto(udp(), "hello", 5, 0, N(sin)));
}

ROW(sendto_family4)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(sendto(udp6(), "hello", 5, 0, N(sin)));
}

ROW(sendto_long)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(sendto(udp(), room, 65508, 0, N(sin)));
}

ROW(sendto_oob)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(sendto(udp(), "!", 1, MSG_OOB, N(sin)));
}

ROW(sendto_no_route)
{
    struct sockaddr_in sin = ip(NO_ROUTE, NOBODY);
    return came(sendto(udp(), "hello", 5, 0, N(sin)));
}

ROW(sendto_unreachable)
{
    struct sockaddr_in sin = ip(UNREACHABLE, NOBODY);
    return came(sendto(udp(), "hello", 5, 0, N(sin)));
}

ROW(sendto_broadcast)
{
    struct sockaddr_in sin = ip(BROADCAST, NOBODY);
    return came(sendto(udp(), "hello", 5, 0, N(sin)));
}

ROW(sendto_ephemeral)
{
    int other = bound(udp());
    struct sockaddr_in sin = name_of(other);
    int sd = udp();
    one_port(sd, sin);
    return came(sendto(sd, "hello", 5, 0, N(sin)));
}

ROW(sendto_connected)
{
    int other = bound(udp());
    struct sockaddr_in sin = name_of(other);
    struct pair p = datagrams();
    struct outcome o = came(sendto(p.a, "hello", 5, 0, N(sin)));
    return then(o, said("then the other's recv", recv(other, room, 9, 0)));
}

ROW(sendto_shut_down)
{
    struct pair p = datagrams();
    struct sockaddr_in sin = name_of(p.b);
    must(shutdown(p.a, SHUT_WR));
    return came(sendto(p.a, "hello", 5, 0, N(sin)));
}

ROW(sendto_unconnected)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(sendto(tcp(), "hello", 5, 0, N(sin)));
}

ROW(sendto_stream)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    struct pair p = connected();
    struct outcome o = came(sendto(p.a, "hello", 5, 0, N(sin)));
    return then(o, said("then the peer's recv", recv(p.b, room, 9, 0)));
}

ROW(sendto_full)
{
    struct pair p = connected();
    fill(p.a);
    return came(sendto(p.a, "hello", 5, MSG_DONTWAIT, NULL, 0));
}

ROW(sendto_signal)
{
    struct pair p = connected();
    fill(p.a);
    interrupt(0);
    return came(sendto(p.a, "hello", 5, 0, NULL, 0));
}

ROW(sendto_reset)
{
    return came(sendto(reset(), "hello", 5, 0, NULL, 0));
}

ROW(sendto_fastopen)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(sendto(tcp(), "hello", 5, MSG_FASTOPEN, N(sin)));
}

ROW(sendto_fastopen_progress)
{
    struct pair full = full_queue();
    struct sockaddr_in sin = name_of(full.a);
    int sd = tcp();
    non_blocking(sd);
    return came(sendto(sd, "hello", 5, MSG_FASTOPEN, N(sin)));
}

ROW(sendto_fastopen_twice)
{
    struct pair full = full_queue();
    struct sockaddr_in sin = name_of(full.a);
    int sd = tcp();
    non_blocking(sd);
    sendto(sd, "hello", 5, MSG_FASTOPEN, N(sin));
    return came(sendto(sd, "hello", 5, MSG_FASTOPEN, N(sin)));
}

ROW(sendto_local_stream)
{
    struct sockaddr_un sun = path("socket");
    struct pair p = local_pair(SOCK_STREAM);
    return came(sendto(p.a, "hello", 5, 0, N(sun)));
}

ROW(sendto_local_unconnected)
{
    struct sockaddr_un sun = path("socket");
    return came(sendto(local(SOCK_STREAM), "hello", 5, 0, N(sun)));
}

ROW(sendto_missing)
{
    struct sockaddr_un sun = path("socket");
    return came(sendto(local(SOCK_DGRAM), "hello", 5, 0, N(sun)));
}

ROW(sendto_local_nobody)
{
    struct sockaddr_un sun = path("socket");
    int other = at_path(SOCK_DGRAM, "socket");
    must(close(other));
    return came(sendto(local(SOCK_DGRAM), "hello", 5, 0, N(sun)));
}

ROW(sendto_prototype)
{
    struct sockaddr_un sun = path("socket");
    int other = at_path(SOCK_STREAM, "socket");
    int sd = local(SOCK_DGRAM);
    struct outcome o = came(sendto(sd, "hello", 5, 0, N(sun)));
    must(close(other));
    return o;
}

ROW(sendto_not_mine)
{
    struct sockaddr_un sun = path("socket");
    int other = at_path(SOCK_DGRAM, "socket");
    must(connect(other, N(sun)));
    return came(sendto(local(SOCK_DGRAM), "hello", 5, 0, N(sun)));
}

ROW(sendto_local_family)
{
    struct sockaddr_un sun = path("socket");
    sun.sun_family = AF_INET;
    return came(sendto(local(SOCK_DGRAM), "hello", 5, 0, N(sun)));
}

ROW(sendto_forbidden)
{
    struct sockaddr_un sun = path("socket");
    int other = at_path(SOCK_DGRAM, "socket");
    int sd = local(SOCK_DGRAM);
    must(chmod("socket", 0));
    struct outcome o = came(sendto(sd, "hello", 5, 0, N(sun)));
    must(close(other));
    return o;
}

ROW(sendto_locked)
{
    struct sockaddr_un sun = path("locked/socket");
    locked_folder();
    return came(sendto(local(SOCK_DGRAM), "hello", 5, 0, N(sun)));
}

ROW(sendto_loop)
{
    struct sockaddr_un sun = path("loop/socket");
    link_loop();
    return came(sendto(local(SOCK_DGRAM), "hello", 5, 0, N(sun)));
}

ROW(sendto_long_link)
{
    struct sockaddr_un sun = path("long/socket");
    long_link();
    return came(sendto(local(SOCK_DGRAM), "hello", 5, 0, N(sun)));
}

ROW(sendto_not_folder)
{
    struct sockaddr_un sun = path("file/socket");
    plain_file();
    return came(sendto(local(SOCK_DGRAM), "hello", 5, 0, N(sun)));
}

ROW(sendto_local_no_address)
{
    int sd = local(SOCK_STREAM);
    return came(sendto(sd, "hello", 5, 0, NULL, 0));
}

static const struct row sendto_rows[] = {
    {"sendto", "descriptor -1", sendto_no_fd},
    {"sendto", "a closed descriptor", sendto_closed},
    {"sendto", "a file", sendto_file},
    {"sendto", "UDP: the address at a bad pointer", sendto_wild_address},
    {"sendto", "UDP: a null pointer for the address", sendto_null},
    {"sendto", "UDP: the buffer at a bad pointer", sendto_wild},
    {"sendto", "UDP: addrlen one too few: 15", sendto_15},
    {"sendto", "UDP: addrlen -1", sendto_negative},
    {"sendto", "UDP: port 0", sendto_port_0},
    {"sendto", "UDP: nobody is there, twice", sendto_nobody},
    {"sendto", "UDP: the same with IP_RECVERR", sendto_recverr},
    {"sendto", "UDP: AF_INET6 in the address of an IPv4 socket", sendto_family6},
    {"sendto", "UDP: AF_UNSPEC in the address", sendto_unspec},
    {"sendto", "UDP: AF_INET in the address of an IPv6 socket", sendto_family4},
    {"sendto", "UDP: 65,508 bytes", sendto_long},
    {"sendto", "UDP: MSG_OOB", sendto_oob},
    {"sendto", "UDP: no route leads there", sendto_no_route},
    {"sendto", "UDP: a route that rejects", sendto_unreachable},
    {"sendto", "UDP: a broadcast address without SO_BROADCAST", sendto_broadcast},
    {"sendto", "UDP: the only ephemeral port is taken", sendto_ephemeral},
    {"sendto", "UDP: another address than the connected one", sendto_connected},
    {"sendto", "UDP: after shutdown(SHUT_WR)", sendto_shut_down},
    {"sendto", "TCP: a stream that is not connected", sendto_unconnected},
    {"sendto", "TCP: an address on a connected stream", sendto_stream},
    {"sendto", "TCP: MSG_DONTWAIT, the buffers are full", sendto_full},
    {"sendto", "TCP: a signal, the buffers are full", sendto_signal},
    {"sendto", "TCP: the peer has reset the connection", sendto_reset},
    {"sendto", "TCP: MSG_FASTOPEN, nobody listens", sendto_fastopen},
    {"sendto", "TCP: MSG_FASTOPEN, non-blocking", sendto_fastopen_progress},
    {"sendto", "TCP: MSG_FASTOPEN while one is under way", sendto_fastopen_twice},
    {"sendto", "AF_UNIX: an address on a connected stream", sendto_local_stream},
    {"sendto", "AF_UNIX: an address on an unconnected stream", sendto_local_unconnected},
    {"sendto", "AF_UNIX: nothing has the path", sendto_missing},
    {"sendto", "AF_UNIX: the path of a closed socket", sendto_local_nobody},
    {"sendto", "AF_UNIX: a datagram to a stream socket", sendto_prototype},
    {"sendto", "AF_UNIX: datagrams, it is connected to another", sendto_not_mine},
    {"sendto", "AF_UNIX: AF_INET in the address", sendto_local_family},
    {"sendto", "AF_UNIX: a socket without write permission", sendto_forbidden},
    {"sendto", "AF_UNIX: a folder that may not be searched", sendto_locked},
    {"sendto", "AF_UNIX: a loop of symbolic links", sendto_loop},
    {"sendto", "AF_UNIX: a link to a name of 256 letters", sendto_long_link},
    {"sendto", "AF_UNIX: a file where a folder should be", sendto_not_folder},
    {"sendto", "AF_UNIX: an unconnected stream, no address", sendto_local_no_address},
};

#endif
