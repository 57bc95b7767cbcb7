/*
 * client.h: one client of a server that has many: its connected socket, what has come of a line, what of the answers has
 * not gone out. Nothing here waits: where the kernel says EAGAIN, the bytes stay here. Twin: ../src/program/client.rs
 */
#ifndef CLIENT_H
#define CLIENT_H

#include "upper.h"

#include <stdint.h>

#define LINE 2048 /* the longest line in bytes, its newline included */
#define TOO_LONG "** A line has at most 2047 bytes\n"

/* What the clients use in turn, so that one who does nothing needs nothing. */
struct room {
    char buf[2 * LINE]; /* for the beginning of a line, and what recv puts behind it */
    char out[4 * LINE + sizeof(TOO_LONG)]; /* for the answers: upper may need twice the room */
    size_t out_length;
};

struct client {
    int ns;            /* the connected socket, non-blocking */
    int64_t moved;     /* when bytes were last received or sent, in milliseconds */
    char *line;        /* what has come of a line */
    size_t line_length;
    char *answers;     /* what the kernel had no room for */
    size_t answers_length;
    bool too_long;     /* the rest of a line that is too long is thrown away */
    bool ended;        /* the client's FIN has come */
};

/* What a client's socket is watched for. While it is room to send, nothing is received, so a client that reads no answers
 * costs no more memory. */
enum wants { TO_RECEIVE, TO_SEND };

/* How far serving has come. */
enum served {
    MOVED, /* bytes have moved; there may be more */
    WAITS, /* EAGAIN: the kernel says when there is more to do */
    OVER   /* the client has its last answer, or is gone */
};

/* A copy of bytes, NULL of none. */
static inline char *copy(const char *bytes, size_t length)
{
    char *copied;

    if (length == 0)
        return NULL;
    if ((copied = malloc(length)) == NULL)
        fail("malloc");
    return memcpy(copied, bytes, length);
}

/* Of a socket that accept4 has just made. */
static inline struct client *new_client(int ns, int64_t now)
{
    struct client *client = calloc(1, sizeof(*client));

    if (client == NULL)
        fail("calloc");
    client->ns = ns;
    client->moved = now;
    return client;
}

static inline enum wants client_wants(const struct client *client)
{
    return client->answers_length == 0 ? TO_RECEIVE : TO_SEND;
}

static inline void put(struct room *room, const char *bytes, size_t length)
{
    memcpy(room->out + room->out_length, bytes, length);
    room->out_length += length;
}

/* The answer to a line, or to what the client had sent of one when it closed. */
static inline void answer_line(struct client *client, const char *line, size_t length, struct room *room)
{
    size_t n;

    if (client->too_long) {
        client->too_long = false; /* this is its end, and it has its answer */
    } else if (length > LINE) {
        put(room, TOO_LONG, strlen(TOO_LONG));
    } else {
        upper(line, length, room->out + room->out_length, &n);
        room->out_length += n;
    }
}

/* Puts the answers to all whole lines into room->out, and keeps the beginning of the next one. */
static inline void answer(struct client *client, const char *came, size_t length, struct room *room)
{
    const char *newline;

    while ((newline = memchr(came, '\n', length)) != NULL) {
        size_t n = (size_t)(newline - came) + 1;

        answer_line(client, came, n, room);
        came += n;
        length -= n;
    }
    if (length >= LINE && !client->too_long) {
        put(room, TOO_LONG, strlen(TOO_LONG));
        client->too_long = true;
    }
    if (client->ended && length > 0)
        answer_line(client, came, length, room);

    free(client->line);
    client->line_length = client->ended || client->too_long ? 0 : length;
    client->line = copy(came, client->line_length);
}

/* Sends what the kernel has room for, and keeps the rest. */
static inline enum served send_answers(struct client *client, const char *answers, size_t length)
{
    ssize_t n = length == 0 ? 0 : send(client->ns, answers, length, MSG_NOSIGNAL);
    int error = n == -1 ? errno : 0;
    size_t sent = n == -1 ? 0 : (size_t)n;
    char *had = client->answers;

    if (error != 0 && error != EAGAIN && error != EINTR)
        return OVER;

    client->answers = copy(answers + sent, length - sent);
    client->answers_length = length - sent;
    free(had);
    if (error == EAGAIN)
        return WAITS;
    return client->ended && client->answers_length == 0 ? OVER : MOVED;
}

/* Receives once, unless there are answers yet to send; sends once. */
static inline enum served serve_client(struct client *client, struct room *room)
{
    size_t had = client->line_length;

    if (client->answers_length > 0)
        return send_answers(client, client->answers, client->answers_length);

    if (had > 0)
        memcpy(room->buf, client->line, had);

    ssize_t n = recv(client->ns, room->buf + had, sizeof(room->buf) - had, 0);

    if (n == -1)
        return errno == EAGAIN ? WAITS : errno == EINTR ? MOVED : OVER;

    client->ended = n == 0;
    room->out_length = 0;
    answer(client, room->buf, had + (size_t)n, room);
    return send_answers(client, room->out, room->out_length) == OVER ? OVER : MOVED; /* bytes have come */
}

#endif
