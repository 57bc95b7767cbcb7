/*
 * looks.h: the second looks: what the call left behind besides its errno. Twin: ../../src/errnos/looks.rs
 */
#ifndef LOOKS_H
#define LOOKS_H

#include "arrange.h"

/* Whether a connection waits in the listener's queue. */
static inline const char *queue(int sd)
{
    descriptors_left(1);
    non_blocking(sd);
    if (accept(sd, NULL, NULL) != -1)
        return "then accept: the connection is still there";
    return errno == EAGAIN ? "then accept: the connection is gone" : said("then accept", -1);
}

/* Whether what was to be received is still there. */
static inline const char *inbox(int sd)
{
    long n = recv(sd, room, 9, MSG_DONTWAIT);

    if (n > 0)
        return "then recv: it is still there";
    return n == -1 && errno == EAGAIN ? "then recv: it is gone" : said("then recv", n);
}

static inline const char *sigpipe(void)
{
    return signals > 0 ? "and SIGPIPE came" : "and no SIGPIPE came";
}

/* What the kernel has made of the type that was asked for. */
static inline const char *type_of(int sd)
{
    int type = 0;
    socklen_t length = sizeof(type);

    must(getsockopt(sd, SOL_SOCKET, SO_TYPE, &type, &length));
    return type == SOCK_DGRAM ? "and SO_TYPE is SOCK_DGRAM" : "and SO_TYPE is another";
}

static inline const char *name_length(int sd)
{
    struct sockaddr_un sun;
    socklen_t length = sizeof(sun);

    must(getsockname(sd, (struct sockaddr *)&sun, &length));
    return said("and the name's length", length);
}

/* Whether as many descriptors as before may still be opened. */
static inline const char *still_free(int count)
{
    while (count > 0 && dup(0) != -1)
        count--;
    return count == 0 ? "and no descriptor is lost" : "and descriptors are lost";
}

/* What poll says of a descriptor. */
static inline const char *events(short revents)
{
    static const struct {
        short bit;
        const char *name;
    } names[] = {
        {POLLIN, " POLLIN"},   {POLLOUT, " POLLOUT"},   {POLLERR, " POLLERR"},
        {POLLHUP, " POLLHUP"}, {POLLNVAL, " POLLNVAL"},
    };
    static char text[80] = "and revents:";

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (revents & names[i].bit)
            strcat(text, names[i].name);
    return revents == 0 ? "and revents: 0" : text;
}

#endif
