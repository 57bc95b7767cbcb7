/*
 * send.h: the rows of send. Twin: ../../src/errnos/send.rs
 */
#ifndef ERRNO_SEND_H
#define ERRNO_SEND_H

#include "looks.h"

ROW(send_no_fd)
{
    return came(send(NO_FD, "hello", 5, 0));
}

ROW(send_closed)
{
    return came(send(closed(), "hello", 5, 0));
}

ROW(send_file)
{
    return came(send(file(), "hello", 5, 0));
}

ROW(send_full)
{
    struct pair p = connected();
    fill(p.a);
    return came(send(p.a, "hello", 5, MSG_DONTWAIT));
}

ROW(send_patience)
{
    struct pair p = connected();
    fill(p.a);
    patience(p.a, SO_SNDTIMEO, 20);
    return came(send(p.a, "hello", 5, 0));
}

ROW(send_signal)
{
    struct pair p = connected();
    fill(p.a);
    interrupt(0);
    return came(send(p.a, "hello", 5, 0));
}

ROW(send_unconnected)
{
    int sd = tcp();
    handle(SIGPIPE, 0);
    struct outcome o = came(send(sd, "hello", 5, 0));
    return then(o, sigpipe());
}

ROW(send_listener)
{
    int sd = listener(5);
    return came(send(sd, "hello", 5, 0));
}

ROW(send_shut_down)
{
    struct pair p = connected();
    handle(SIGPIPE, 0);
    must(shutdown(p.a, SHUT_WR));
    struct outcome o = came(send(p.a, "hello", 5, 0));
    return then(o, sigpipe());
}

ROW(send_no_signal)
{
    struct pair p = connected();
    handle(SIGPIPE, 0);
    must(shutdown(p.a, SHUT_WR));
    struct outcome o = came(send(p.a, "hello", 5, MSG_NOSIGNAL));
    return then(o, sigpipe());
}

ROW(send_peer_closed)
{
    struct pair p = connected();
    must(close(p.b));
    struct outcome o = came(send(p.a, "hello", 5, 0));
    wait_for(p.a, POLLERR);
    return then(o, said("then send", send(p.a, "hello", 5, 0)));
}

ROW(send_reset)
{
    int sd = reset();
    struct outcome o = came(send(sd, "hello", 5, 0));
    return then(o, said("then send", send(sd, "hello", 5, 0)));
}

ROW(send_timeout)
{
    struct pair p = given_up();
    return came(send(p.a, "hello", 5, 0));
}

ROW(send_wild)
{
    struct pair p = connected();
    struct outcome o = came(send(p.a, wild, 5, 0));
    return then(o, said("then the peer's recv", recv(p.b, room, 9, MSG_DONTWAIT)));
}

ROW(send_oob)
{
    struct pair p = connected();
    return came(send(p.a, "!", 1, MSG_OOB));
}

ROW(send_fastopen)
{
    struct pair full = full_queue();
    struct sockaddr_in sin = name_of(full.a);
    int sd = tcp();
    non_blocking(sd);
    sendto(sd, "hello", 5, MSG_FASTOPEN, N(sin));
    return came(send(sd, "hello", 5, MSG_FASTOPEN));
}

ROW(send_udp_unconnected)
{
    int sd = udp();
    return came(send(sd, "hello", 5, 0));
}

ROW(send_udp_wild)
{
    struct pair p = datagrams();
    struct outcome o = came(send(p.a, wild, 5, 0));
    return then(o, said("then the peer's recv", recv(p.b, room, 9, MSG_DONTWAIT)));
}

ROW(send_udp_long)
{
    struct pair p = datagrams();
    return came(send(p.a, room, 65508, 0));
}

ROW(send_udp_most)
{
    struct pair p = datagrams();
    return came(send(p.a, room, 65507, 0));
}

ROW(send_udp_oob)
{
    struct pair p = datagrams();
    return came(send(p.a, "!", 1, MSG_OOB));
}

ROW(send_udp_broadcast)
{
    struct sockaddr_in sin = ip(BROADCAST, NOBODY);
    int sd = udp();
    set(sd, SOL_SOCKET, SO_BROADCAST, 1);
    must(connect(sd, N(sin)));
    set(sd, SOL_SOCKET, SO_BROADCAST, 0);
    /* Without this flag the kernel takes the route that connect has found, and does not ask. */
    return came(send(sd, "hello", 5, MSG_DONTROUTE));
}

ROW(send_refused)
{
    int sd = refused();
    struct outcome o = came(send(sd, "hello", 5, 0));
    return then(o, said("then send", send(sd, "hello", 5, 0)));
}

ROW(send_udp_shut_down)
{
    struct pair p = datagrams();
    must(shutdown(p.a, SHUT_WR));
    return came(send(p.a, "hello", 5, 0));
}

ROW(send_segments)
{
    struct pair p = datagrams();
    set(p.a, SOL_UDP, UDP_SEGMENT, 1);
    return came(send(p.a, room, 60000, 0));
}

ROW(send_local_unconnected)
{
    int sd = local(SOCK_STREAM);
    return came(send(sd, "hello", 5, 0));
}

ROW(send_local_closed)
{
    struct pair p = local_pair(SOCK_STREAM);
    handle(SIGPIPE, 0);
    must(close(p.b));
    struct outcome o = came(send(p.a, "hello", 5, 0));
    return then(o, sigpipe());
}

ROW(send_local_dgram)
{
    int sd = local(SOCK_DGRAM);
    return came(send(sd, "hello", 5, 0));
}

ROW(send_local_dgram_closed)
{
    struct pair p = local_pair(SOCK_DGRAM);
    must(close(p.b));
    struct outcome o = came(send(p.a, "hello", 5, 0));
    return then(o, said("then send", send(p.a, "hello", 5, 0)));
}

ROW(send_local_long)
{
    struct pair p = local_pair(SOCK_DGRAM);
    set(p.a, SOL_SOCKET, SO_SNDBUF, 8192);
    return came(send(p.a, room, 65536, 0));
}

ROW(send_local_oob)
{
    struct pair p = local_pair(SOCK_DGRAM);
    return came(send(p.a, "!", 1, MSG_OOB));
}

ROW(send_local_full)
{
    struct pair p = local_pair(SOCK_DGRAM);
    fill_datagrams(p.a);
    return came(send(p.a, "hello", 5, MSG_DONTWAIT));
}

static const struct row send_rows[] = {
    {"send", "descriptor -1", send_no_fd},
    {"send", "a closed descriptor", send_closed},
    {"send", "a file", send_file},
    {"send", "MSG_DONTWAIT, the buffers are full", send_full},
    {"send", "SO_SNDTIMEO ran out", send_patience},
    {"send", "a signal, the buffers are full", send_signal},
    {"send", "a stream that is not connected", send_unconnected},
    {"send", "a listening socket", send_listener},
    {"send", "after shutdown(SHUT_WR)", send_shut_down},
    {"send", "the same with MSG_NOSIGNAL", send_no_signal},
    {"send", "the peer has closed", send_peer_closed},
    {"send", "the peer has reset the connection", send_reset},
    {"send", "the connection was given up", send_timeout},
    {"send", "the buffer at a bad pointer", send_wild},
    {"send", "MSG_OOB", send_oob},
    {"send", "MSG_FASTOPEN while one is under way", send_fastopen},
    {"send", "UDP: not connected", send_udp_unconnected},
    {"send", "UDP: the buffer at a bad pointer", send_udp_wild},
    {"send", "UDP: 65,508 bytes", send_udp_long},
    {"send", "UDP: 65,507 bytes, the most there are", send_udp_most},
    {"send", "UDP: MSG_OOB", send_udp_oob},
    {"send", "UDP: to broadcast, SO_BROADCAST taken back", send_udp_broadcast},
    {"send", "UDP: an earlier datagram met nobody", send_refused},
    {"send", "UDP: after shutdown(SHUT_WR)", send_udp_shut_down},
    {"send", "UDP: UDP_SEGMENT 1, 60,000 bytes", send_segments},
    {"send", "AF_UNIX: a stream that is not connected", send_local_unconnected},
    {"send", "AF_UNIX: the peer has closed", send_local_closed},
    {"send", "AF_UNIX: a datagram socket, not connected", send_local_dgram},
    {"send", "AF_UNIX: the datagram socket's peer has closed", send_local_dgram_closed},
    {"send", "AF_UNIX: a datagram above SO_SNDBUF", send_local_long},
    {"send", "AF_UNIX: datagrams, MSG_OOB", send_local_oob},
    {"send", "AF_UNIX: datagrams, the peer's queue is full", send_local_full},
};

#endif
