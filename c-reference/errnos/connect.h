/*
 * connect.h: the rows of connect. Twin: ../../src/errnos/connect.rs
 */
#ifndef ERRNO_CONNECT_H
#define ERRNO_CONNECT_H

#include "looks.h"

ROW(connect_no_fd)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(connect(NO_FD, N(sin)));
}

ROW(connect_closed)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(connect(closed(), N(sin)));
}

ROW(connect_file)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(connect(file(), N(sin)));
}

ROW(connect_wild)
{
    return came(connect(tcp(), WILD(16)));
}

ROW(connect_null)
{
    return came(connect(tcp(), NULL, 16));
}

ROW(connect_15)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(connect(tcp(), L(sin, 15)));
}

ROW(connect_1)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(connect(tcp(), L(sin, 1)));
}

ROW(connect_negative)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(connect(tcp(), L(sin, -1)));
}

ROW(connect_nobody)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(connect(tcp(), N(sin)));
}

ROW(connect_udp_nobody)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(connect(udp(), N(sin)));
}

ROW(connect_any)
{
    int other = listener(5);
    struct sockaddr_in sin = name_of(other);
    sin.sin_addr.s_addr = 0;
    return came(connect(tcp(), N(sin)));
}

ROW(connect_non_blocking)
{
    int other = listener(5);
    struct sockaddr_in sin = name_of(other);
    int sd = tcp();
    non_blocking(sd);
    return came(connect(sd, N(sin)));
}

ROW(connect_patience)
{
    struct pair full = full_queue();
    struct sockaddr_in sin = name_of(full.a);
    int sd = tcp();
    patience(sd, SO_SNDTIMEO, 20);
    return came(connect(sd, N(sin)));
}

ROW(connect_already)
{
    struct pair full = full_queue();
    struct sockaddr_in sin = name_of(full.a);
    int sd = tcp();
    non_blocking(sd);
    connect(sd, N(sin));
    return came(connect(sd, N(sin)));
}

ROW(connect_late)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    int sd = tcp();
    non_blocking(sd);
    connect(sd, N(sin));
    wait_for(sd, POLLERR);
    return came(connect(sd, N(sin)));
}

ROW(connect_signal)
{
    struct pair full = full_queue();
    struct sockaddr_in sin = name_of(full.a);
    int sd = tcp();
    interrupt(0);
    struct outcome o = came(connect(sd, N(sin)));
    quiet();
    non_blocking(sd);
    return then(o, said("then connect", connect(sd, N(sin))));
}

ROW(connect_timeout)
{
    struct pair full = full_queue();
    struct sockaddr_in sin = name_of(full.a);
    int sd = tcp();
    set(sd, IPPROTO_TCP, TCP_USER_TIMEOUT, 1);
    return came(connect(sd, N(sin)));
}

ROW(connect_connected)
{
    struct pair p = connected();
    struct sockaddr_in sin = name_of(p.b);
    return came(connect(p.a, N(sin)));
}

ROW(connect_elsewhere)
{
    int other = listener(5);
    struct sockaddr_in sin = name_of(other);
    struct pair p = connected();
    return came(connect(p.a, N(sin)));
}

ROW(connect_listener)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    return came(connect(listener(5), N(sin)));
}

ROW(connect_same)
{
    int other = listener(5);
    struct sockaddr_in sin = name_of(other);
    int first = tcp();
    int sd = tcp();
    set(first, SOL_SOCKET, SO_REUSEADDR, 1);
    set(sd, SOL_SOCKET, SO_REUSEADDR, 1);
    bound(first);
    struct sockaddr_in own = name_of(first);
    must(bind(sd, N(own)));
    must(connect(first, N(sin)));
    return came(connect(sd, N(sin)));
}

ROW(connect_ephemeral)
{
    int other = listener(5);
    struct sockaddr_in sin = name_of(other);
    int sd = tcp();
    one_port(sd, sin);
    return came(connect(sd, N(sin)));
}

ROW(connect_udp_ephemeral)
{
    int other = bound(udp());
    struct sockaddr_in sin = name_of(other);
    int sd = udp();
    one_port(sd, sin);
    return came(connect(sd, N(sin)));
}

ROW(connect_family6)
{
    struct sockaddr_in6 sin6 = ip6("::1", NOBODY);
    return came(connect(tcp(), N(sin6)));
}

ROW(connect_unspec)
{
    struct pair p = datagrams();
    struct sockaddr_in sin = ip(INADDR_ANY, 0);
    sin.sin_family = AF_UNSPEC;
    struct outcome o = came(connect(p.a, N(sin)));
    return then(o, said("then send", send(p.a, "hello", 5, 0)));
}

ROW(connect_no_route)
{
    struct sockaddr_in sin = ip(NO_ROUTE, NOBODY);
    return came(connect(tcp(), N(sin)));
}

ROW(connect_no_route6)
{
    struct sockaddr_in6 sin6 = ip6("2001:db8::1", NOBODY);
    return came(connect(tcp6(), N(sin6)));
}

ROW(connect_mapped)
{
    struct sockaddr_in6 sin6 = ip6("::ffff:127.0.0.1", NOBODY);
    int sd = tcp6();
    set(sd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    return came(connect(sd, N(sin6)));
}

ROW(connect_scope)
{
    struct sockaddr_in6 sin6 = ip6("fe80::1", NOBODY);
    return came(connect(tcp6(), N(sin6)));
}

ROW(connect_unreachable)
{
    struct sockaddr_in sin = ip(UNREACHABLE, NOBODY);
    return came(connect(tcp(), N(sin)));
}

ROW(connect_broadcast)
{
    struct sockaddr_in sin = ip(BROADCAST, NOBODY);
    return came(connect(udp(), N(sin)));
}

ROW(connect_tcp_broadcast)
{
    struct sockaddr_in sin = ip(BROADCAST, NOBODY);
    return came(connect(tcp(), N(sin)));
}

ROW(connect_tcp_broadcast_on)
{
    struct sockaddr_in sin = ip(BROADCAST, NOBODY);
    int sd = tcp();
    set(sd, SOL_SOCKET, SO_BROADCAST, 1);
    return came(connect(sd, N(sin)));
}

ROW(connect_missing)
{
    struct sockaddr_un sun = path("socket");
    return came(connect(local(SOCK_STREAM), N(sun)));
}

ROW(connect_local_nobody)
{
    struct sockaddr_un sun = path("socket");
    int other = at_path(SOCK_STREAM, "socket");
    must(close(other));
    return came(connect(local(SOCK_STREAM), N(sun)));
}

ROW(connect_plain_file)
{
    struct sockaddr_un sun = path("file");
    plain_file();
    return came(connect(local(SOCK_STREAM), N(sun)));
}

ROW(connect_local_family)
{
    struct sockaddr_un sun = path("socket");
    sun.sun_family = AF_INET;
    return came(connect(local(SOCK_STREAM), N(sun)));
}

ROW(connect_prototype)
{
    struct sockaddr_un sun = path("socket");
    int other = at_path(SOCK_DGRAM, "socket");
    int sd = local(SOCK_STREAM);
    struct outcome o = came(connect(sd, N(sun)));
    must(close(other));
    return o;
}

ROW(connect_local_full)
{
    struct sockaddr_un sun = path("socket");
    int other = at_path(SOCK_STREAM, "socket");
    int first = local(SOCK_STREAM);
    int sd = local(SOCK_STREAM);
    must(listen(other, 0));
    must(connect(first, N(sun)));
    non_blocking(sd);
    return came(connect(sd, N(sun)));
}

ROW(connect_not_mine)
{
    struct sockaddr_un sun = path("socket");
    int other = at_path(SOCK_DGRAM, "socket");
    must(connect(other, N(sun)));
    return came(connect(local(SOCK_DGRAM), N(sun)));
}

ROW(connect_forbidden)
{
    struct sockaddr_un sun = path("socket");
    int other = at_path(SOCK_STREAM, "socket");
    must(listen(other, 5));
    must(chmod("socket", 0));
    return came(connect(local(SOCK_STREAM), N(sun)));
}

ROW(connect_locked)
{
    struct sockaddr_un sun = path("locked/socket");
    locked_folder();
    return came(connect(local(SOCK_STREAM), N(sun)));
}

ROW(connect_loop)
{
    struct sockaddr_un sun = path("loop/socket");
    link_loop();
    return came(connect(local(SOCK_STREAM), N(sun)));
}

ROW(connect_long)
{
    struct sockaddr_un sun = path("long/socket");
    long_link();
    return came(connect(local(SOCK_STREAM), N(sun)));
}

ROW(connect_not_folder)
{
    struct sockaddr_un sun = path("file/socket");
    plain_file();
    return came(connect(local(SOCK_STREAM), N(sun)));
}

static const struct row connect_rows[] = {
    {"connect", "descriptor -1", connect_no_fd},
    {"connect", "a closed descriptor", connect_closed},
    {"connect", "a file", connect_file},
    {"connect", "the address at a bad pointer", connect_wild},
    {"connect", "a null pointer, addrlen 16", connect_null},
    {"connect", "addrlen one too few: 15", connect_15},
    {"connect", "addrlen 1, less than a family", connect_1},
    {"connect", "addrlen -1", connect_negative},
    {"connect", "nobody listens", connect_nobody},
    {"connect", "UDP: nobody is there", connect_udp_nobody},
    {"connect", "to 0.0.0.0, where a listener is", connect_any},
    {"connect", "non-blocking", connect_non_blocking},
    {"connect", "SO_SNDTIMEO ran out, the queue is full", connect_patience},
    {"connect", "non-blocking, once more while it is under way", connect_already},
    {"connect", "non-blocking, once more after the refusal", connect_late},
    {"connect", "a signal, the queue is full", connect_signal},
    {"connect", "the queue stays full, TCP_USER_TIMEOUT ran out", connect_timeout},
    {"connect", "a connected socket", connect_connected},
    {"connect", "a connected socket, to a listener elsewhere", connect_elsewhere},
    {"connect", "a listening socket", connect_listener},
    {"connect", "the port and the peer of another connection", connect_same},
    {"connect", "the only ephemeral port is taken", connect_ephemeral},
    {"connect", "UDP: the only ephemeral port is taken", connect_udp_ephemeral},
    {"connect", "AF_INET6 in the address of an IPv4 socket", connect_family6},
    {"connect", "UDP: AF_UNSPEC dissolves the connection", connect_unspec},
    {"connect", "no route leads there", connect_no_route},
    {"connect", "IPv6: no route leads there", connect_no_route6},
    {"connect", "IPv6 only: an IPv4 address in IPv6's clothes", connect_mapped},
    {"connect", "IPv6: a link-local address without a scope", connect_scope},
    {"connect", "a route that rejects", connect_unreachable},
    {"connect", "UDP: a broadcast address without SO_BROADCAST", connect_broadcast},
    {"connect", "TCP: a broadcast address", connect_tcp_broadcast},
    {"connect", "TCP: the same with SO_BROADCAST", connect_tcp_broadcast_on},
    {"connect", "AF_UNIX: nothing has the path", connect_missing},
    {"connect", "AF_UNIX: the path of a closed socket", connect_local_nobody},
    {"connect", "AF_UNIX: the path of a plain file", connect_plain_file},
    {"connect", "AF_UNIX: AF_INET in the address", connect_local_family},
    {"connect", "AF_UNIX: a stream to a datagram socket", connect_prototype},
    {"connect", "AF_UNIX: non-blocking, the queue is full", connect_local_full},
    {"connect", "AF_UNIX: datagrams, it is connected to another", connect_not_mine},
    {"connect", "AF_UNIX: a socket without write permission", connect_forbidden},
    {"connect", "AF_UNIX: a folder that may not be searched", connect_locked},
    {"connect", "AF_UNIX: a loop of symbolic links", connect_loop},
    {"connect", "AF_UNIX: a link to a name of 256 letters", connect_long},
    {"connect", "AF_UNIX: a file where a folder should be", connect_not_folder},
};

#endif
