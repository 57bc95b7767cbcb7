/*
 * close.h: the rows of close. Twin: ../../src/errnos/close.rs
 */
#ifndef ERRNO_CLOSE_H
#define ERRNO_CLOSE_H

#include "looks.h"

ROW(close_no_fd)
{
    return came(close(NO_FD));
}

ROW(close_closed)
{
    return came(close(closed()));
}

ROW(close_reset)
{
    int sd = reset();
    return came(close(sd));
}

ROW(close_given_up)
{
    struct pair p = given_up();
    return came(close(p.a));
}

ROW(close_linger)
{
    struct pair p = connected();
    linger(p.a, 60);
    fill(p.a);
    interrupt(0);
    struct outcome o = came(close(p.a));
    quiet();
    return then(o, said("then close", close(p.a)));
}

ROW(close_linger_non_blocking)
{
    struct pair p = connected();
    linger(p.a, 60);
    fill(p.a);
    non_blocking(p.a);
    interrupt(0);
    struct outcome o = came(close(p.a));
    quiet();
    return then(o, said("then close", close(p.a)));
}

static const struct row close_rows[] = {
    {"close", "descriptor -1", close_no_fd},
    {"close", "a closed descriptor", close_closed},
    {"close", "a socket whose connection was reset", close_reset},
    {"close", "a socket whose connection was given up", close_given_up},
    {"close", "SO_LINGER of 60 s, bytes unsent, a signal", close_linger},
    {"close", "the same, non-blocking", close_linger_non_blocking},
};

#endif
