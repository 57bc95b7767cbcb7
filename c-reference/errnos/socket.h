/*
 * socket.h: the rows of socket. Twin: ../../src/errnos/socket.rs
 */
#ifndef ERRNO_SOCKET_H
#define ERRNO_SOCKET_H

#include "looks.h"

ROW(family_99)
{
    return came(socket(99, SOCK_STREAM, 0));
}

ROW(family_unspec)
{
    return came(socket(AF_UNSPEC, SOCK_STREAM, 0));
}

ROW(type_15)
{
    return came(socket(AF_INET, 15, 0));
}

ROW(type_0)
{
    return came(socket(AF_INET, 0, 0));
}

ROW(type_flag)
{
    return came(socket(AF_INET, SOCK_STREAM | 0x10000, 0));
}

ROW(local_rdm)
{
    return came(socket(AF_UNIX, SOCK_RDM, 0));
}

ROW(local_raw)
{
    int sd = socket(AF_UNIX, SOCK_RAW, 0);
    struct outcome o = came(sd);
    return then(o, type_of(sd));
}

ROW(stream_udp)
{
    return came(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
}

ROW(dgram_tcp)
{
    return came(socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP));
}

ROW(protocol_253)
{
    return came(socket(AF_INET, SOCK_STREAM, 253));
}

ROW(protocol_negative)
{
    return came(socket(AF_INET, SOCK_STREAM, -1));
}

ROW(local_protocol)
{
    return came(socket(AF_UNIX, SOCK_STREAM, 5));
}

ROW(raw)
{
    return came(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
}

ROW(packet)
{
    return came(socket(AF_PACKET, SOCK_RAW, 0));
}

ROW(ping)
{
    return came(socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP));
}

ROW(no_descriptor)
{
    descriptors_left(0);
    return came(socket(AF_INET, SOCK_STREAM, 0));
}

static const struct row socket_rows[] = {
    {"socket", "a family that does not exist: 99", family_99},
    {"socket", "AF_UNSPEC", family_unspec},
    {"socket", "a type above all types: 15", type_15},
    {"socket", "type 0", type_0},
    {"socket", "SOCK_STREAM with an unknown flag", type_flag},
    {"socket", "AF_UNIX, SOCK_RDM", local_rdm},
    {"socket", "AF_UNIX, SOCK_RAW", local_raw},
    {"socket", "SOCK_STREAM, IPPROTO_UDP", stream_udp},
    {"socket", "SOCK_DGRAM, IPPROTO_TCP", dgram_tcp},
    {"socket", "SOCK_STREAM, protocol 253", protocol_253},
    {"socket", "SOCK_STREAM, protocol -1", protocol_negative},
    {"socket", "AF_UNIX, SOCK_STREAM, protocol 5", local_protocol},
    {"socket", "SOCK_RAW without CAP_NET_RAW", raw},
    {"socket", "AF_PACKET without CAP_NET_RAW", packet},
    {"socket", "a ping socket, nobody's group may have one", ping},
    {"socket", "RLIMIT_NOFILE is reached", no_descriptor},
};

#endif
