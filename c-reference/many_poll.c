/*
 * many_poll [--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]: answers line after line on port 12000 in
 * upper case, and waits with a list of the sockets, which has no greatest descriptor.
 * Before: many_select. Next: many_epoll. Partner: many_client. Twin: ../src/bin/many_poll.rs
 */
#include "clients.h"

#include <poll.h>

#define USAGE "many_poll [--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]"

/* Takes all from the accept queue. */
static void accept_all(struct clients *clients)
{
    while (accept_client(clients) != -1)
        ;
}

int main(int argc, char *argv[])
{
    static struct clients clients;
    struct arguments args;
    struct sockaddr_in sin;
    int sd, flags, told, on = 1;
    struct pollfd *fds = NULL;
    nfds_t n, size = 0;

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
    new_clients(&clients, &args, sd);
    print("The server is ready to receive\n");

    while (!are_done(&clients)) {
        if (size < clients.count + 2) {
            size = 2 * clients.count + 2;
            if ((fds = realloc(fds, size * sizeof(*fds))) == NULL)
                fail("realloc");
        }
        fds[0] = (struct pollfd){told, POLLIN, 0};
        /* poll passes over an entry whose descriptor is -1. */
        fds[1] = (struct pollfd){accepts(&clients) ? clients.sd : -1, POLLIN, 0};
        n = 2;
        for (int ns = 0; ns < clients.size; ns++)
            if (get(&clients, ns) != NULL)
                fds[n++] = (struct pollfd){ns, client_wants(get(&clients, ns)) == TO_RECEIVE ? POLLIN : POLLOUT, 0};

        if (poll(fds, n, timeout(&clients)) == -1) {
            if (errno == EINTR)
                continue;
            fail("poll");
        }
        look_at_clock(&clients);

        for (nfds_t i = 2; i < n; i++)
            if (fds[i].revents != 0)
                serve(&clients, fds[i].fd);
        if (fds[1].revents != 0)
            accept_all(&clients);
        if (fds[0].revents != 0) {
            accept_all(&clients);
            stop(&clients, told);
        }
        if (are_ending(&clients))
            for (int ns = 0; ns < clients.size; ns++)
                serve(&clients, ns);
        close_idle(&clients);
    }

    free(fds);
    if (close(told) == -1)
        perror("close");
    return 0;
}
