/*
 * clients.h: all clients of a server, and what is to be done for them but the waiting: that is the server's own, select, poll
 * or epoll_wait. Twin: ../src/program/clients.rs
 */
#ifndef CLIENTS_H
#define CLIENTS_H

#include "client.h"
#include "descriptors.h"

#include <limits.h>
#include <signal.h>
#include <time.h>

#define PAUSE 1000 /* for how many milliseconds nobody is accepted when the descriptors are used up, unless a client goes */
#define GRACE 5000 /* for how many milliseconds a server that shall end waits for clients that do not read their answers */
#define LOOK 50    /* how often, in milliseconds, a server that shall end looks whether there is still something to answer */
#define TURN 16    /* how often in a row one client is served while the others wait */
#define NEVER INT64_MAX

struct clients {
    int sd;              /* the listening socket; -1: no more clients are accepted */
    struct client **all; /* by descriptor, which the kernel chooses as small as it can */
    int size;
    unsigned count, limit;
    int64_t idle, begin, now; /* milliseconds, as all times here; they count from `begin` */
    int64_t look;             /* when a client may have been idle for too long */
    int64_t pause;            /* until then no one is accepted */
    int64_t end;              /* when the server ends, whoever is there */
    struct room room;
};

static inline int64_t milliseconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* None so far; they come from a listening socket that does not block. */
static inline void new_clients(struct clients *clients, const struct arguments *args, int sd)
{
    memset(clients, '\0', sizeof(*clients));
    clients->sd = sd;
    clients->limit = descriptors(args->limit);
    clients->idle = (int64_t)args->idle * 1000;
    clients->begin = milliseconds();
    clients->look = clients->pause = clients->end = NEVER;
}

/* Whether someone may be accepted now: else the listening socket is not to be watched. */
static inline bool accepts(const struct clients *clients)
{
    return clients->sd != -1 && clients->pause == NEVER;
}

/* The client of a socket, NULL if there is none. */
static inline struct client *get(const struct clients *clients, int ns)
{
    return ns >= 0 && ns < clients->size ? clients->all[ns] : NULL;
}

static inline void close_client(struct clients *clients, int ns)
{
    struct client *client = get(clients, ns);

    if (client == NULL)
        return;
    if (close(ns) == -1)
        perror("close");
    free(client->line);
    free(client->answers);
    free(client);
    clients->all[ns] = NULL;
    clients->count--;
    clients->pause = NEVER;
    if (clients->count == 0)
        clients->look = NEVER;
}

/* Tells a client that there is no room for it, and closes. */
static inline void refuse(struct clients *clients, int ns)
{
    static const char full[] = "** The server is full\n";

    (void)send(ns, full, strlen(full), MSG_NOSIGNAL);
    close_client(clients, ns);
}

/* Makes room for a descriptor. */
static inline void grow(struct clients *clients, int ns)
{
    int size = ns < clients->size ? clients->size : 2 * ns;

    if (size == clients->size)
        return;
    if ((clients->all = realloc(clients->all, (size_t)size * sizeof(*clients->all))) == NULL)
        fail("realloc");
    for (int i = clients->size; i < size; i++)
        clients->all[i] = NULL;
    clients->size = size;
}

/* Takes the next client from the accept queue. -1: the queue is empty, or there is no descriptor for it. */
static inline int accept_client(struct clients *clients)
{
    while (clients->sd != -1) {
        struct sockaddr_in cli;
        socklen_t clientlen = sizeof(cli);
        int ns = accept4(clients->sd, (struct sockaddr *)&cli, &clientlen, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (ns == -1) {
            if (errno == EAGAIN)
                return -1;
            /* This one is lost, not the next. */
            if (errno == ECONNABORTED || errno == EINTR || errno == EPROTO)
                continue;
            perror("accept4");
            clients->pause = clients->now + PAUSE;
            return -1;
        }

        grow(clients, ns);
        clients->all[ns] = new_client(ns, clients->now);
        clients->count++;
        if (clients->look == NEVER)
            clients->look = clients->now + clients->idle;
        if (clients->count <= clients->limit)
            return ns;
        refuse(clients, ns);
    }
    return -1;
}

static inline bool serve_once(struct clients *clients, int ns)
{
    struct client *client = get(clients, ns);

    if (client == NULL)
        return false;
    switch (serve_client(client, &clients->room)) {
    case MOVED:
        client->moved = clients->now;
        return true;
    case WAITS:
        if (clients->end == NEVER || client_wants(client) == TO_SEND)
            return false;
        break;
    case OVER:
        break;
    }
    close_client(clients, ns);
    return false;
}

/*
 * Serves a client once; true if there may be more to do for it at once. A server that shall end serves it for a whole turn,
 * for nobody will say that it has sent nothing else.
 */
static inline bool serve(struct clients *clients, int ns)
{
    int times = clients->end == NEVER ? 1 : TURN;
    bool moved = true;

    for (int i = 0; i < times && moved; i++)
        moved = serve_once(clients, ns);
    return moved;
}

/* For how many milliseconds one may wait; -1: for ever. */
static inline int timeout(const struct clients *clients)
{
    int64_t next = clients->look;

    if (clients->pause < next)
        next = clients->pause;
    if (clients->end != NEVER && clients->now + LOOK < next)
        next = clients->now + LOOK;
    if (clients->end < next)
        next = clients->end;
    if (next == NEVER)
        return -1;
    return next < clients->now ? 0 : (int)(next - clients->now);
}

/* Looks at the clock, after one has waited. */
static inline void look_at_clock(struct clients *clients)
{
    clients->now = milliseconds() - clients->begin;
    if (clients->pause <= clients->now)
        clients->pause = NEVER;
}

/* Closes what has been idle for too long, after all that is ready has been served. */
static inline void close_idle(struct clients *clients)
{
    if (clients->end > clients->now && clients->look > clients->now)
        return;

    clients->look = NEVER;
    for (int ns = 0; ns < clients->size; ns++) {
        struct client *client = clients->all[ns];

        if (client == NULL)
            continue;

        int64_t until = client->moved + clients->idle;

        if (clients->end <= clients->now || until <= clients->now) {
            close_client(clients, ns);
        } else {
            if (until < clients->now + 1000)
                until = clients->now + 1000; /* not more often than each second */
            if (until < clients->look)
                clients->look = until;
        }
    }
}

/* The signal of stop_on has come: from now on each client goes when all that it has sent is answered. */
static inline void stop(struct clients *clients, int told)
{
    char byte;

    if (recv(told, &byte, 1, 0) == -1)
        fail("recv");
    if (clients->sd == -1)
        return;
    if (close(clients->sd) == -1)
        perror("close");
    clients->sd = -1;
    print("** SIGTERM: the last answers\n");
    clients->end = clients->now + GRACE;
}

/*
 * Whether the server shall end. All clients are to be served then, in each round: a client that has sent all is ready for
 * nothing any more.
 */
static inline bool are_ending(const struct clients *clients)
{
    return clients->end != NEVER;
}

/* Whether the last one has gone. */
static inline bool are_done(const struct clients *clients)
{
    return clients->end != NEVER && clients->count == 0;
}

static int tell_socket;

static inline void tell(int signum)
{
    int before = errno;

    (void)signum;
    (void)send(tell_socket, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    errno = before;
}

/* A socket in which there is a byte when a signal has come: what waits for sockets hears of it so. */
static inline int stop_on(int signum)
{
    struct sigaction act;
    int sv[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1)
        fail("socketpair");
    tell_socket = sv[1];
    memset(&act, '\0', sizeof(act));
    act.sa_handler = tell;
    if (sigaction(signum, &act, NULL) == -1)
        fail("sigaction");
    return sv[0];
}

#endif
