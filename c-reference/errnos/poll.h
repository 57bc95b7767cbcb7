/*
 * poll.h: the rows of poll. Twin: ../../src/errnos/poll.rs
 */
#ifndef ERRNO_POLL_H
#define ERRNO_POLL_H

#include "looks.h"

ROW(poll_wild)
{
    return came(poll(wild, 1, 0));
}

ROW(poll_wild_0)
{
    return came(poll(wild, 0, 0));
}

ROW(poll_read_only)
{
    return came(poll(READ_ONLY, 1, 0));
}

ROW(poll_many)
{
    struct pollfd set[64] = {{.fd = 0}};
    descriptors_left(0);
    return came(poll(set, 64, 0));
}

ROW(poll_signal)
{
    int sd = listener(5);
    struct pollfd set = {.fd = sd, .events = POLLIN};
    interrupt(0);
    return came(poll(&set, 1, LIMIT));
}

ROW(poll_restart)
{
    int sd = listener(5);
    struct pollfd set = {.fd = sd, .events = POLLIN};
    interrupt(SA_RESTART);
    return came(poll(&set, 1, LIMIT));
}

ROW(poll_no_fd)
{
    struct pollfd set = {.fd = NO_FD, .events = POLLIN};
    struct outcome o = came(poll(&set, 1, 0));
    return then(o, events(set.revents));
}

ROW(poll_closed)
{
    struct pollfd set = {.fd = closed(), .events = POLLIN};
    struct outcome o = came(poll(&set, 1, 0));
    return then(o, events(set.revents));
}

ROW(poll_file)
{
    struct pollfd set = {.fd = file(), .events = POLLIN};
    struct outcome o = came(poll(&set, 1, 0));
    return then(o, events(set.revents));
}

ROW(poll_unconnected)
{
    struct pollfd set = {.fd = tcp(), .events = POLLIN | POLLOUT};
    struct outcome o = came(poll(&set, 1, 0));
    return then(o, events(set.revents));
}

ROW(poll_reset)
{
    struct pollfd set = {.fd = reset(), .events = POLLIN | POLLOUT};
    struct outcome o = came(poll(&set, 1, 0));
    return then(o, events(set.revents));
}

ROW(poll_refused)
{
    struct pollfd set = {.fd = refused(), .events = POLLIN};
    struct outcome o = came(poll(&set, 1, 0));
    return then(o, events(set.revents));
}

ROW(poll_shut_down)
{
    int sd = listener(5);
    struct pollfd set = {.fd = sd, .events = POLLIN};
    must(shutdown(sd, SHUT_RD));
    struct outcome o = came(poll(&set, 1, 0));
    return then(o, events(set.revents));
}

static const struct row poll_rows[] = {
    {"poll", "fds is a bad pointer", poll_wild},
    {"poll", "fds is a bad pointer, nfds 0", poll_wild_0},
    {"poll", "fds is read-only memory", poll_read_only},
    {"poll", "nfds above RLIMIT_NOFILE", poll_many},
    {"poll", "a signal, nothing happens", poll_signal},
    {"poll", "a signal and SA_RESTART", poll_restart},
    {"poll", "descriptor -1", poll_no_fd},
    {"poll", "a closed descriptor", poll_closed},
    {"poll", "a file", poll_file},
    {"poll", "a stream that is not connected", poll_unconnected},
    {"poll", "the peer has reset the connection", poll_reset},
    {"poll", "UDP: an earlier datagram met nobody", poll_refused},
    {"poll", "a listener after shutdown(SHUT_RD)", poll_shut_down},
};

#endif
