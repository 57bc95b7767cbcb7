/*
 * many_threads [ADDRESS [PORT]]: answers line after line on port 12000 in upper case, with a thread for each client.
 * Before: many_fork. Next: many_select. Partner: many_client. Twin: ../src/bin/many_threads.rs
 */
#include "stream.h"
#include "upper.h"

#include <pthread.h>
#include <stdint.h>

/* Line after line, until the client closes or is gone. */
static void serve(int ns)
{
    char answer[2 * sizeof(((struct lines *)0)->buf)];
    struct lines lines;
    size_t answer_length;
    ssize_t n;

    lines.length = 0;
    while ((n = recv_line(ns, &lines)) > 0) {
        upper(lines.buf, (size_t)n, answer, &answer_length);
        if (send_all(ns, answer, answer_length) == -1)
            return;
        used(&lines, (size_t)n);
    }
}

/* A thread's beginning and end. */
static void *serve_and_close(void *ns)
{
    serve((int)(intptr_t)ns);
    if (close((int)(intptr_t)ns) == -1)
        perror("close");
    return NULL;
}

int main(int argc, char *argv[])
{
    struct arguments args;
    struct sockaddr_in sin, cli;
    socklen_t clientlen;
    int sd, ns, on = 1;
    pthread_t thread;
    int error;

    standard_streams();
    use_utf8();
    args = arguments(argc, argv, "many_threads [ADDRESS [PORT]]", "127.0.0.1", 12000);

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
    print("The server is ready to receive\n");

    for (;;) {
        clientlen = sizeof(cli);
        if ((ns = accept(sd, (struct sockaddr *)&cli, &clientlen)) == -1)
            fail("accept");

        /* The thread owns the socket; nobody waits for its end. */
        if ((error = pthread_create(&thread, NULL, serve_and_close, (void *)(intptr_t)ns)) == 0) {
            pthread_detach(thread);
        } else {
            fprintf(stderr, "pthread_create: %s\n", strerror(error));
            if (close(ns) == -1)
                perror("close");
        }
    }
}
