/*
 * many_epoll [--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]: answers line after line on port 12000 in
 * upper case, and waits with a list that the kernel keeps: it is told what changes, and tells who is ready.
 * Before: many_poll. Next: many_epoll_edge. Partner: many_client. Twin: ../src/bin/many_epoll.rs
 */
#include "clients.h"

#include <sys/epoll.h>

#define USAGE "many_epoll [--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]"

/* Adds a socket to the list in the kernel, or changes what it is watched for. 0, or -1 and errno. */
static int watch(int epfd, int op, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.u64 = (uint64_t)fd};

    return epoll_ctl(epfd, op, fd, &event);
}

/* Takes all from the accept queue. */
static void accept_all(int epfd, struct clients *clients)
{
    int ns;

    while ((ns = accept_client(clients)) != -1)
        if (watch(epfd, EPOLL_CTL_ADD, ns, EPOLLIN) == -1) {
            perror("epoll_ctl");
            refuse(clients, ns);
        }
}

/* Serves a client, and sees to it that it is watched for what it now waits for. */
static void serve_watched(int epfd, struct clients *clients, int ns)
{
    struct client *client = get(clients, ns);
    enum wants before;

    if (client == NULL)
        return;
    before = client_wants(client);
    serve(clients, ns);

    if ((client = get(clients, ns)) == NULL || client_wants(client) == before)
        return;
    if (watch(epfd, EPOLL_CTL_MOD, ns, client_wants(client) == TO_RECEIVE ? EPOLLIN : EPOLLOUT) == -1)
        fail("epoll_ctl");
}

int main(int argc, char *argv[])
{
    static struct clients clients;
    struct arguments args;
    struct sockaddr_in sin;
    int sd, flags, told, on = 1;
    static struct epoll_event events[1024];
    bool accepting = true;
    int epfd;

    standard_streams();
    use_utf8();
    args = arguments(argc, argv, USAGE, "127.0.0.1", 12000);

    memset(&sin, '\0', sizeof(sin));
    sin.sin_family = AF_INET;
    sin.sin_port = htons(args.port);
    sin.sin_addr.s_addr = inet_addr(args.address);

    if ((sd = socket(AF_INET, SOCK_STREAM, 0)) == -1)
        fail("socket");
    if (setsockopt(sd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1)
        fail("setsockopt");
    if (bind(sd, (struct sockaddr *)&sin, sizeof(sin)) == -1)
        fail("bind");
    if (listen(sd, SOMAXCONN) == -1)
        fail("listen");
    if ((flags = fcntl(sd, F_GETFL, 0)) == -1)
        fail("fcntl");
    if (fcntl(sd, F_SETFL, flags | O_NONBLOCK) == -1)
        fail("fcntl");

    told = stop_on(SIGTERM);

    if ((epfd = epoll_create1(EPOLL_CLOEXEC)) == -1)
        fail("epoll_create1");
    if (watch(epfd, EPOLL_CTL_ADD, told, EPOLLIN) == -1)
        fail("epoll_ctl");
    if (watch(epfd, EPOLL_CTL_ADD, sd, EPOLLIN) == -1)
        fail("epoll_ctl");
    new_clients(&clients, &args, sd);
    print("The server is ready to receive\n");

    while (!are_done(&clients)) {
        bool stops = false;
        int n;

        if (accepting != accepts(&clients) && clients.sd != -1) {
            accepting = accepts(&clients);
            if (watch(epfd, EPOLL_CTL_MOD, sd, accepting ? EPOLLIN : 0) == -1)
                fail("epoll_ctl");
        }

        if ((n = epoll_wait(epfd, events, 1024, timeout(&clients))) == -1) {
            if (errno == EINTR)
                continue;
            fail("epoll_wait");
        }
        look_at_clock(&clients);

        for (int i = 0; i < n; i++) {
            int fd = (int)events[i].data.u64;

            if (fd == clients.sd)
                accept_all(epfd, &clients);
            else if (fd == told)
                stops = true;
            else
                serve_watched(epfd, &clients, fd);
        }
        if (stops) {
            accept_all(epfd, &clients);
            stop(&clients, told);
        }
        if (are_ending(&clients))
            for (int ns = 0; ns < clients.size; ns++)
                serve_watched(epfd, &clients, ns);
        close_idle(&clients);
    }

    if (close(epfd) == -1)
        perror("close");
    if (close(told) == -1)
        perror("close");
    return 0;
}
