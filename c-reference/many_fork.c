/*
 * many_fork [ADDRESS [PORT]]: answers line after line on port 12000 in upper case, with a process for each client.
 * Before: many_iterative. Next: many_threads. Partner: many_client. Twin: ../src/bin/many_fork.rs
 */
#include "stream.h"
#include "upper.h"

#include <signal.h>
#include <sys/wait.h>

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

/* A child that has ended is a zombie until its parent waits for it. */
static void reap(int signum)
{
    int before = errno;

    (void)signum;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
    errno = before;
}

int main(int argc, char *argv[])
{
    struct arguments args;
    struct sockaddr_in sin, cli;
    socklen_t clientlen;
    int sd, ns, on = 1;
    struct sigaction act;

    standard_streams();
    use_utf8();
    args = arguments(argc, argv, "many_fork [ADDRESS [PORT]]", "127.0.0.1", 12000);

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

    memset(&act, '\0', sizeof(act));
    act.sa_handler = reap;
    if (sigaction(SIGCHLD, &act, NULL) == -1)
        fail("sigaction");
    print("The server is ready to receive\n");

    for (;;) {
        clientlen = sizeof(cli);
        if ((ns = accept(sd, (struct sockaddr *)&cli, &clientlen)) == -1) {
            if (errno == EINTR) /* SIGCHLD */
                continue;
            fail("accept");
        }

        switch (fork()) {
        case -1:
            perror("fork");
            break;
        case 0:
            if (close(sd) == -1)
                perror("close");
            serve(ns);
            exit(0);
        }
        /* The child holds it, too: it stays open there. */
        if (close(ns) == -1)
            perror("close");
    }
}
