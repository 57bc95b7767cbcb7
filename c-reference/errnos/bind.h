/*
 * bind.h: the rows of bind. Twin: ../../src/errnos/bind.rs
 */
#ifndef ERRNO_BIND_H
#define ERRNO_BIND_H

#include "looks.h"

ROW(bind_no_fd)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, 0);
    return came(bind(NO_FD, N(sin)));
}

ROW(bind_closed)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, 0);
    return came(bind(closed(), N(sin)));
}

ROW(bind_file)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, 0);
    return came(bind(file(), N(sin)));
}

ROW(bind_80)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, 80);
    int sd = tcp();
    return came(bind(sd, N(sin)));
}

ROW(bind_taken)
{
    int other = bound(tcp());
    struct sockaddr_in sin = name_of(other);
    int sd = tcp();
    return came(bind(sd, N(sin)));
}

ROW(bind_listener)
{
    int other = listener(5);
    struct sockaddr_in sin = name_of(other);
    int sd = tcp();
    set(other, SOL_SOCKET, SO_REUSEADDR, 1);
    set(sd, SOL_SOCKET, SO_REUSEADDR, 1);
    return came(bind(sd, N(sin)));
}

ROW(bind_reuse)
{
    int other = tcp();
    int sd = tcp();
    set(other, SOL_SOCKET, SO_REUSEADDR, 1);
    set(sd, SOL_SOCKET, SO_REUSEADDR, 1);
    bound(other);
    struct sockaddr_in sin = name_of(other);
    return came(bind(sd, N(sin)));
}

ROW(bind_udp)
{
    int other = bound(udp());
    struct sockaddr_in sin = name_of(other);
    int sd = udp();
    return came(bind(sd, N(sin)));
}

ROW(bind_time_wait)
{
    struct sockaddr_in sin = time_wait(0);
    int sd = tcp();
    return came(bind(sd, N(sin)));
}

ROW(bind_time_wait_reuse)
{
    struct sockaddr_in sin = time_wait(0);
    int sd = tcp();
    set(sd, SOL_SOCKET, SO_REUSEADDR, 1);
    return came(bind(sd, N(sin)));
}

ROW(bind_time_wait_both)
{
    struct sockaddr_in sin = time_wait(1);
    int sd = tcp();
    set(sd, SOL_SOCKET, SO_REUSEADDR, 1);
    return came(bind(sd, N(sin)));
}

ROW(bind_ephemeral)
{
    int other = bound(tcp());
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, 0);
    int sd = tcp();
    one_port(sd, name_of(other));
    return came(bind(sd, N(sin)));
}

ROW(bind_both)
{
    struct sockaddr_in any = ip(INADDR_ANY, 7777);
    struct sockaddr_in6 sin6 = ip6("::", 7777);
    int other = tcp();
    int sd = tcp6();
    must(bind(other, N(any)));
    return came(bind(sd, N(sin6)));
}

ROW(bind_foreign)
{
    struct sockaddr_in sin = ip(UNREACHABLE, 0);
    int sd = tcp();
    return came(bind(sd, N(sin)));
}

ROW(bind_foreign6)
{
    struct sockaddr_in6 sin6 = ip6("2001:db8::1", 0);
    int sd = tcp6();
    return came(bind(sd, N(sin6)));
}

ROW(bind_scope)
{
    struct sockaddr_in6 sin6 = ip6("fe80::1", 0);
    int sd = tcp6();
    return came(bind(sd, N(sin6)));
}

ROW(bind_family6)
{
    struct sockaddr_in6 sin6 = ip6("::1", 0);
    int sd = tcp();
    return came(bind(sd, N(sin6)));
}

ROW(bind_unspec)
{
    struct sockaddr_in sin = ip(INADDR_ANY, 0);
    int sd = tcp();
    sin.sin_family = AF_UNSPEC;
    return came(bind(sd, N(sin)));
}

ROW(bind_unspec_loopback)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, 0);
    int sd = tcp();
    sin.sin_family = AF_UNSPEC;
    return came(bind(sd, N(sin)));
}

ROW(bind_wild)
{
    return came(bind(tcp(), WILD(16)));
}

ROW(bind_null)
{
    return came(bind(tcp(), NULL, 16));
}

ROW(bind_null_0)
{
    return came(bind(tcp(), NULL, 0));
}

ROW(bind_15)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, 0);
    return came(bind(tcp(), L(sin, 15)));
}

ROW(bind_negative)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, 0);
    return came(bind(tcp(), L(sin, -1)));
}

ROW(bind_129)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, 0);
    return came(bind(tcp(), L(sin, 129)));
}

ROW(bind_twice)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, 0);
    int sd = bound(tcp());
    return came(bind(sd, N(sin)));
}

ROW(bind_connected)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, 0);
    struct pair p = connected();
    return came(bind(p.a, N(sin)));
}

ROW(bind_path_taken)
{
    struct sockaddr_un sun = path("socket");
    int other = at_path(SOCK_STREAM, "socket");
    must(close(other));
    int sd = local(SOCK_STREAM);
    return came(bind(sd, N(sun)));
}

ROW(bind_local_family)
{
    struct sockaddr_un sun = path("socket");
    int sd = local(SOCK_STREAM);
    sun.sun_family = AF_INET;
    return came(bind(sd, N(sun)));
}

ROW(bind_auto)
{
    struct sockaddr_un sun = path("");
    int sd = local(SOCK_STREAM);
    struct outcome o = came(bind(sd, L(sun, 2)));
    return then(o, name_length(sd));
}

ROW(bind_111)
{
    struct sockaddr_un sun = path("socket");
    return came(bind(local(SOCK_STREAM), L(sun, 111)));
}

ROW(bind_local_null)
{
    return came(bind(local(SOCK_STREAM), NULL, 110));
}

ROW(bind_locked)
{
    struct sockaddr_un sun = path("locked/socket");
    int sd = local(SOCK_STREAM);
    locked_folder();
    return came(bind(sd, N(sun)));
}

ROW(bind_loop)
{
    struct sockaddr_un sun = path("loop/socket");
    int sd = local(SOCK_STREAM);
    link_loop();
    return came(bind(sd, N(sun)));
}

ROW(bind_long)
{
    struct sockaddr_un sun = path("long/socket");
    int sd = local(SOCK_STREAM);
    long_link();
    return came(bind(sd, N(sun)));
}

ROW(bind_missing)
{
    struct sockaddr_un sun = path("missing/socket");
    int sd = local(SOCK_STREAM);
    return came(bind(sd, N(sun)));
}

ROW(bind_not_folder)
{
    struct sockaddr_un sun = path("file/socket");
    int sd = local(SOCK_STREAM);
    plain_file();
    return came(bind(sd, N(sun)));
}

ROW(bind_read_only)
{
    struct sockaddr_un sun = path("/tmp/read-only/socket");
    int sd = local(SOCK_STREAM);
    return came(bind(sd, N(sun)));
}

static const struct row bind_rows[] = {
    {"bind", "descriptor -1", bind_no_fd},
    {"bind", "a closed descriptor", bind_closed},
    {"bind", "a file", bind_file},
    {"bind", "port 80 without CAP_NET_BIND_SERVICE", bind_80},
    {"bind", "the port of another bound socket", bind_taken},
    {"bind", "a listener's port, both with SO_REUSEADDR", bind_listener},
    {"bind", "a bound socket's port, both with SO_REUSEADDR", bind_reuse},
    {"bind", "UDP: another socket's port", bind_udp},
    {"bind", "a port whose connection is in TIME_WAIT", bind_time_wait},
    {"bind", "the same with SO_REUSEADDR on this socket only", bind_time_wait_reuse},
    {"bind", "the same with SO_REUSEADDR on both", bind_time_wait_both},
    {"bind", "port 0, the only ephemeral port is taken", bind_ephemeral},
    {"bind", "the IPv6 wildcard, an IPv4 one has the port", bind_both},
    {"bind", "an address that no interface has: 192.0.2.1", bind_foreign},
    {"bind", "IPv6: an address that no interface has", bind_foreign6},
    {"bind", "IPv6: a link-local address without a scope", bind_scope},
    {"bind", "AF_INET6 in the address of an IPv4 socket", bind_family6},
    {"bind", "AF_UNSPEC in the address 0.0.0.0", bind_unspec},
    {"bind", "AF_UNSPEC in the address 127.0.0.1", bind_unspec_loopback},
    {"bind", "an address at a bad pointer", bind_wild},
    {"bind", "a null pointer, addrlen 16", bind_null},
    {"bind", "a null pointer, addrlen 0", bind_null_0},
    {"bind", "addrlen one too few: 15", bind_15},
    {"bind", "addrlen -1", bind_negative},
    {"bind", "addrlen 129, above every address", bind_129},
    {"bind", "a socket that is bound already", bind_twice},
    {"bind", "a connected socket", bind_connected},
    {"bind", "AF_UNIX: a path that exists", bind_path_taken},
    {"bind", "AF_UNIX: AF_INET in the address", bind_local_family},
    {"bind", "AF_UNIX: addrlen 2, the family alone", bind_auto},
    {"bind", "AF_UNIX: addrlen 111, one letter too many", bind_111},
    {"bind", "AF_UNIX: a null pointer, addrlen 110", bind_local_null},
    {"bind", "AF_UNIX: a folder that may not be searched", bind_locked},
    {"bind", "AF_UNIX: a loop of symbolic links", bind_loop},
    {"bind", "AF_UNIX: a link to a name of 256 letters", bind_long},
    {"bind", "AF_UNIX: a folder that does not exist", bind_missing},
    {"bind", "AF_UNIX: a file where a folder should be", bind_not_folder},
    {"bind", "AF_UNIX: a read-only file system", bind_read_only},
};

#endif
