/*
 * getsockname.h: the rows of getsockname. Twin: ../../src/errnos/getsockname.rs
 */
#ifndef ERRNO_GETSOCKNAME_H
#define ERRNO_GETSOCKNAME_H

#include "looks.h"

ROW(getsockname_no_fd)
{
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    return came(getsockname(NO_FD, (struct sockaddr *)&sin, &length));
}

ROW(getsockname_closed)
{
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    return came(getsockname(closed(), (struct sockaddr *)&sin, &length));
}

ROW(getsockname_file)
{
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    return came(getsockname(file(), (struct sockaddr *)&sin, &length));
}

ROW(getsockname_wild)
{
    socklen_t length = 16;
    return came(getsockname(tcp(), wild, &length));
}

ROW(getsockname_read_only)
{
    socklen_t length = 16;
    return came(getsockname(tcp(), READ_ONLY, &length));
}

ROW(getsockname_wild_length)
{
    struct sockaddr_in sin;
    return came(getsockname(tcp(), (struct sockaddr *)&sin, wild));
}

ROW(getsockname_null_length)
{
    struct sockaddr_in sin;
    return came(getsockname(tcp(), (struct sockaddr *)&sin, NULL));
}

ROW(getsockname_negative)
{
    struct sockaddr_in sin;
    socklen_t length = (socklen_t)-1;
    return came(getsockname(tcp(), (struct sockaddr *)&sin, &length));
}

ROW(getsockname_0)
{
    socklen_t length = 0;
    struct outcome o = came(getsockname(tcp(), wild, &length));
    return then(o, said("and addrlen", length));
}

ROW(getsockname_unbound)
{
    int sd = tcp();
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    struct outcome o = came(getsockname(sd, (struct sockaddr *)&sin, &length));
    return then(o, said("and the port", ntohs(sin.sin_port)));
}

ROW(getsockname_shut_down)
{
    struct pair p = connected();
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    must(shutdown(p.a, SHUT_RDWR));
    return came(getsockname(p.a, (struct sockaddr *)&sin, &length));
}

static const struct row getsockname_rows[] = {
    {"getsockname", "descriptor -1", getsockname_no_fd},
    {"getsockname", "a closed descriptor", getsockname_closed},
    {"getsockname", "a file", getsockname_file},
    {"getsockname", "the address at a bad pointer", getsockname_wild},
    {"getsockname", "the address is read-only memory", getsockname_read_only},
    {"getsockname", "addrlen is a bad pointer", getsockname_wild_length},
    {"getsockname", "addrlen is a null pointer", getsockname_null_length},
    {"getsockname", "addrlen -1", getsockname_negative},
    {"getsockname", "addrlen 0, a bad pointer for the address", getsockname_0},
    {"getsockname", "a socket without a name", getsockname_unbound},
    {"getsockname", "after shutdown(SHUT_RDWR)", getsockname_shut_down},
};

#endif
