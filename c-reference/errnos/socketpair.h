/*
 * socketpair.h: the rows of socketpair. Twin: ../../src/errnos/socketpair.rs
 */
#ifndef ERRNO_SOCKETPAIR_H
#define ERRNO_SOCKETPAIR_H

#include "looks.h"

ROW(pair_family_99)
{
    int sv[2];
    return came(socketpair(99, SOCK_STREAM, 0, sv));
}

ROW(pair_inet)
{
    int sv[2];
    return came(socketpair(AF_INET, SOCK_STREAM, 0, sv));
}

ROW(pair_inet_dgram)
{
    int sv[2];
    return came(socketpair(AF_INET, SOCK_DGRAM, 0, sv));
}

ROW(pair_inet_protocol)
{
    int sv[2];
    return came(socketpair(AF_INET, SOCK_STREAM, 253, sv));
}

ROW(pair_protocol)
{
    int sv[2];
    return came(socketpair(AF_UNIX, SOCK_STREAM, 5, sv));
}

ROW(pair_rdm)
{
    int sv[2];
    return came(socketpair(AF_UNIX, SOCK_RDM, 0, sv));
}

ROW(pair_type_15)
{
    int sv[2];
    return came(socketpair(AF_UNIX, 15, 0, sv));
}

ROW(pair_flag)
{
    int sv[2];
    return came(socketpair(AF_UNIX, SOCK_STREAM | 0x10000, 0, sv));
}

ROW(pair_wild)
{
    descriptors_left(2);
    struct outcome o = came(socketpair(AF_UNIX, SOCK_STREAM, 0, wild));
    return then(o, still_free(2));
}

ROW(pair_read_only)
{
    return came(socketpair(AF_UNIX, SOCK_STREAM, 0, READ_ONLY));
}

ROW(pair_no_descriptor)
{
    int sv[2];
    descriptors_left(0);
    return came(socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
}

ROW(pair_one_descriptor)
{
    int sv[2];
    descriptors_left(1);
    struct outcome o = came(socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
    return then(o, still_free(1));
}

static const struct row socketpair_rows[] = {
    {"socketpair", "a family that does not exist: 99", pair_family_99},
    {"socketpair", "AF_INET", pair_inet},
    {"socketpair", "AF_INET, SOCK_DGRAM", pair_inet_dgram},
    {"socketpair", "AF_INET, SOCK_STREAM, protocol 253", pair_inet_protocol},
    {"socketpair", "AF_UNIX, protocol 5", pair_protocol},
    {"socketpair", "AF_UNIX, SOCK_RDM", pair_rdm},
    {"socketpair", "AF_UNIX, a type above all types: 15", pair_type_15},
    {"socketpair", "AF_UNIX, an unknown flag", pair_flag},
    {"socketpair", "sv is a bad pointer", pair_wild},
    {"socketpair", "sv is read-only memory", pair_read_only},
    {"socketpair", "RLIMIT_NOFILE is reached", pair_no_descriptor},
    {"socketpair", "RLIMIT_NOFILE leaves one descriptor", pair_one_descriptor},
};

#endif
