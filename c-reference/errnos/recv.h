/*
 * recv.h: the rows of recv. Twin: ../../src/errnos/recv.rs
 */
#ifndef ERRNO_RECV_H
#define ERRNO_RECV_H

#include "looks.h"

ROW(recv_no_fd)
{
    return came(recv(NO_FD, room, 9, 0));
}

ROW(recv_closed)
{
    return came(recv(closed(), room, 9, 0));
}

ROW(recv_file)
{
    return came(recv(file(), room, 9, 0));
}

ROW(recv_empty)
{
    struct pair p = connected();
    return came(recv(p.a, room, 9, MSG_DONTWAIT));
}

ROW(recv_patience)
{
    struct pair p = connected();
    patience(p.a, SO_RCVTIMEO, 20);
    return came(recv(p.a, room, 9, 0));
}

ROW(recv_signal)
{
    struct pair p = connected();
    interrupt(0);
    return came(recv(p.a, room, 9, 0));
}

ROW(recv_signal_patience)
{
    struct pair p = connected();
    patience(p.a, SO_RCVTIMEO, 900);
    interrupt(SA_RESTART);
    return came(recv(p.a, room, 9, 0));
}

ROW(recv_unconnected)
{
    int sd = tcp();
    return came(recv(sd, room, 9, 0));
}

ROW(recv_listener)
{
    int sd = listener(5);
    return came(recv(sd, room, 9, 0));
}

ROW(recv_peer_closed)
{
    struct pair p = connected();
    must(close(p.b));
    return came(recv(p.a, room, 9, 0));
}

ROW(recv_reset)
{
    int sd = reset();
    struct outcome o = came(recv(sd, room, 9, 0));
    return then(o, said("then recv", recv(sd, room, 9, 0)));
}

ROW(recv_timeout)
{
    struct pair p = given_up();
    return came(recv(p.a, room, 9, 0));
}

ROW(recv_shut_down)
{
    struct pair p = connected();
    must(shutdown(p.a, SHUT_RD));
    return came(recv(p.a, room, 9, 0));
}

ROW(recv_oob)
{
    struct pair p = connected();
    return came(recv(p.a, room, 1, MSG_OOB));
}

ROW(recv_oob_inline)
{
    struct pair p = connected();
    set(p.b, SOL_SOCKET, SO_OOBINLINE, 1);
    must(send(p.a, "!", 1, MSG_OOB));
    wait_for(p.b, POLLIN);
    return came(recv(p.b, room, 1, MSG_OOB));
}

ROW(recv_wild)
{
    struct pair p = connected();
    must(send(p.a, "hello", 5, 0));
    wait_for(p.b, POLLIN);
    struct outcome o = came(recv(p.b, wild, 9, 0));
    return then(o, inbox(p.b));
}

ROW(recv_read_only)
{
    struct pair p = connected();
    must(send(p.a, "hello", 5, 0));
    wait_for(p.b, POLLIN);
    struct outcome o = came(recv(p.b, READ_ONLY, 9, 0));
    return then(o, inbox(p.b));
}

ROW(recv_wild_empty)
{
    struct pair p = connected();
    return came(recv(p.b, wild, 9, MSG_DONTWAIT));
}

ROW(recv_udp_empty)
{
    int sd = bound(udp());
    return came(recv(sd, room, 9, MSG_DONTWAIT));
}

ROW(recv_refused)
{
    int sd = refused();
    struct outcome o = came(recv(sd, room, 9, 0));
    return then(o, said("then recv", recv(sd, room, 9, MSG_DONTWAIT)));
}

ROW(recv_udp_oob)
{
    int sd = bound(udp());
    return came(recv(sd, room, 1, MSG_OOB | MSG_DONTWAIT));
}

ROW(recv_udp_wild)
{
    struct pair p = datagram();
    struct outcome o = came(recv(p.b, wild, 9, 0));
    return then(o, inbox(p.b));
}

ROW(recv_udp_wild_peek)
{
    struct pair p = datagram();
    struct outcome o = came(recv(p.b, wild, 9, MSG_PEEK));
    return then(o, inbox(p.b));
}

ROW(recv_udp_cut)
{
    struct pair p = datagram();
    struct outcome o = came(recv(p.b, room, 2, 0));
    return then(o, inbox(p.b));
}

ROW(recv_errqueue)
{
    int sd = bound(udp());
    return came(recv(sd, room, 9, MSG_ERRQUEUE));
}

ROW(recv_local_unconnected)
{
    int sd = local(SOCK_STREAM);
    return came(recv(sd, room, 9, 0));
}

ROW(recv_local_seqpacket)
{
    int sd = local(SOCK_SEQPACKET);
    return came(recv(sd, room, 9, 0));
}

ROW(recv_local_reset)
{
    struct pair p = local_pair(SOCK_STREAM);
    must(send(p.a, "hello", 5, 0));
    must(close(p.b));
    return came(recv(p.a, room, 9, 0));
}

ROW(recv_local_oob)
{
    struct pair p = local_pair(SOCK_DGRAM);
    return came(recv(p.a, room, 1, MSG_OOB | MSG_DONTWAIT));
}

ROW(recv_local_wild)
{
    struct pair p = local_pair(SOCK_DGRAM);
    must(send(p.a, "hello", 5, 0));
    struct outcome o = came(recv(p.b, wild, 9, 0));
    return then(o, inbox(p.b));
}

ROW(recv_local_stream_wild)
{
    struct pair p = local_pair(SOCK_STREAM);
    must(send(p.a, "hello", 5, 0));
    struct outcome o = came(recv(p.b, wild, 9, 0));
    return then(o, inbox(p.b));
}

static const struct row recv_rows[] = {
    {"recv", "descriptor -1", recv_no_fd},
    {"recv", "a closed descriptor", recv_closed},
    {"recv", "a file", recv_file},
    {"recv", "MSG_DONTWAIT, nothing is there", recv_empty},
    {"recv", "SO_RCVTIMEO ran out", recv_patience},
    {"recv", "a signal, nothing is there", recv_signal},
    {"recv", "a signal, SO_RCVTIMEO and SA_RESTART", recv_signal_patience},
    {"recv", "a stream that is not connected", recv_unconnected},
    {"recv", "a listening socket", recv_listener},
    {"recv", "the peer has closed", recv_peer_closed},
    {"recv", "the peer has reset the connection", recv_reset},
    {"recv", "the connection was given up", recv_timeout},
    {"recv", "after shutdown(SHUT_RD)", recv_shut_down},
    {"recv", "MSG_OOB, there is no urgent byte", recv_oob},
    {"recv", "MSG_OOB and SO_OOBINLINE", recv_oob_inline},
    {"recv", "the buffer at a bad pointer, bytes wait", recv_wild},
    {"recv", "the buffer is read-only memory, bytes wait", recv_read_only},
    {"recv", "the buffer at a bad pointer, nothing is there", recv_wild_empty},
    {"recv", "UDP: MSG_DONTWAIT, nothing is there", recv_udp_empty},
    {"recv", "UDP: an earlier datagram met nobody", recv_refused},
    {"recv", "UDP: MSG_OOB, nothing is there", recv_udp_oob},
    {"recv", "UDP: a bad pointer, a datagram waits", recv_udp_wild},
    {"recv", "UDP: the same with MSG_PEEK", recv_udp_wild_peek},
    {"recv", "UDP: room for 2 bytes, a datagram of 5 waits", recv_udp_cut},
    {"recv", "UDP: MSG_ERRQUEUE, no error is there", recv_errqueue},
    {"recv", "AF_UNIX: a stream that is not connected", recv_local_unconnected},
    {"recv", "AF_UNIX: SOCK_SEQPACKET, not connected", recv_local_seqpacket},
    {"recv", "AF_UNIX: the peer closed with bytes unread", recv_local_reset},
    {"recv", "AF_UNIX: datagrams, MSG_OOB", recv_local_oob},
    {"recv", "AF_UNIX: a bad pointer, a datagram waits", recv_local_wild},
    {"recv", "AF_UNIX: a bad pointer, a stream's bytes wait", recv_local_stream_wild},
};

#endif
