/*
 * welcome_server [ADDRESS [PORT]]: greets each client on port 9001 and prints what it says.
 * Partner: welcome_client. Twin: ../src/bin/welcome_server.rs
 */
#include "program.h"

int main(int argc, char *argv[])
{
    struct arguments args;
    struct sockaddr_in sin, cli;
    socklen_t clientlen;
    char buf[256];
    int sd, ns, on = 1;
    ssize_t n;

    standard_streams();
    args = arguments(argc, argv, "welcome_server [ADDRESS [PORT]]", "127.0.0.1", 9001);

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
    if (listen(sd, 5) == -1)
        fail("listen");

    for (;;) {
        clientlen = sizeof(cli);
        if ((ns = accept(sd, (struct sockaddr *)&cli, &clientlen)) == -1)
            fail("accept");
        print("*** Send a Message to Client(%s)\n", inet_ntoa(cli.sin_addr));

        if (send(ns, "Welcome to Network Server!!", 28, MSG_NOSIGNAL) == -1)
            perror("send");
        else if ((n = recv(ns, buf, sizeof(buf), 0)) == -1)
            perror("recv");
        else if (n == 0)
            print("** The client closed without a word\n");
        else
            print("** From Client : %.*s\n", (int)n, buf);

        if (close(ns) == -1)
            perror("close");
    }
}
