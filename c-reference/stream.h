/*
 * stream.h: what a byte stream asks of its users: to send on after a short count, to put a line together
 * from its pieces. Twin: ../src/program/stream.rs
 */
#ifndef STREAM_H
#define STREAM_H

#include "program.h"

/* send, until all is sent. 0, or -1 and errno. */
static inline int send_all(int sd, const char *buf, size_t len)
{
    while (len > 0) {
        ssize_t n = send(sd, buf, len, MSG_NOSIGNAL);

        if (n == -1)
            return -1;
        buf += n;
        len -= (size_t)n;
    }
    return 0;
}

/* What has come and has not been used: a line, the beginning of one, or several. */
struct lines {
    char buf[2048];
    size_t length;
};

/*
 * recv, until buf begins with a whole line. Gives the line's length with its newline; that of what is there
 * when the peer has closed (0: nothing) or when buf is full without a newline; or -1 and errno.
 */
static inline ssize_t recv_line(int sd, struct lines *lines)
{
    for (;;) {
        char *newline = memchr(lines->buf, '\n', lines->length);

        if (newline != NULL)
            return newline - lines->buf + 1;
        if (lines->length == sizeof(lines->buf))
            return (ssize_t)lines->length;

        ssize_t n = recv(sd, lines->buf + lines->length, sizeof(lines->buf) - lines->length, 0);

        if (n == -1)
            return -1;
        if (n == 0)
            return (ssize_t)lines->length;
        lines->length += (size_t)n;
    }
}

/* Throws the first n bytes away: they have been used. */
static inline void used(struct lines *lines, size_t n)
{
    lines->length -= n;
    memmove(lines->buf, lines->buf + n, lines->length);
}

#endif
