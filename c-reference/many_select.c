/*
 * many_select [--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]: answers line after line on port 12000 in
 * upper case, one thread for all clients: it waits for all sockets at once.
 * Before: many_threads. Next: many_poll. Partner: many_client. Twin: ../src/bin/many_select.rs
 */
#include "clients.h"

#include <sys/select.h>

#define USAGE "many_select [--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]"

/* Takes all from the accept queue. */
static void accept_all(struct clients *clients)
{
    int ns;

    while ((ns = accept_client(clients)) != -1)
        /* FD_SET of such a descriptor would write behind the end of the set. */
        if (ns >= FD_SETSIZE)
            refuse(clients, ns);
}

int main(int argc, char *argv[])
{
    static struct clients clients;
    struct arguments args;
    struct sockaddr_in sin;
    int sd, flags, told, on = 1;

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
    if (told >= FD_SETSIZE) {
        fprintf(stderr, "select: descriptor %d is above %d\n", told, FD_SETSIZE - 1);
        exit(1);
    }
    new_clients(&clients, &args, sd);
    print("The server is ready to receive\n");

    while (!are_done(&clients)) {
        struct timeval time;
        fd_set readable, writable;
        int ms, listening = clients.sd, highest = told;

        FD_ZERO(&readable);
        FD_ZERO(&writable);
        FD_SET(told, &readable);
        if (accepts(&clients)) {
            FD_SET(listening, &readable);
            highest = listening > highest ? listening : highest;
        }
        for (int ns = 0; ns < clients.size; ns++) {
            if (get(&clients, ns) == NULL)
                continue;
            FD_SET(ns, client_wants(get(&clients, ns)) == TO_RECEIVE ? &readable : &writable);
            highest = ns > highest ? ns : highest;
        }

        ms = timeout(&clients);
        time.tv_sec = ms / 1000;
        time.tv_usec = ms % 1000 * 1000;
        if (select(highest + 1, &readable, &writable, NULL, ms >= 0 ? &time : NULL) == -1) {
            if (errno == EINTR) /* the sets are as they were */
                continue;
            fail("select");
        }
        look_at_clock(&clients);

        /* The kernel has left in the sets what is ready; who that is one has to ask for each. */
        for (int ns = 0; ns <= highest; ns++)
            if (FD_ISSET(ns, &readable) || FD_ISSET(ns, &writable))
                serve(&clients, ns);
        if (listening != -1 && FD_ISSET(listening, &readable))
            accept_all(&clients);
        if (FD_ISSET(told, &readable)) {
            accept_all(&clients);
            stop(&clients, told);
        }
        if (are_ending(&clients))
            for (int ns = 0; ns < clients.size; ns++)
                serve(&clients, ns);
        close_idle(&clients);
    }

    if (close(told) == -1)
        perror("close");
    return 0;
}
