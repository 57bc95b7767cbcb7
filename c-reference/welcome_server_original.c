/*
 * welcome_server_original [ADDRESS [PORT]]: the welcome server as the notes print it, faults included.
 * Partner: welcome_client_original. Corrected: welcome_server.c
 *
 * Known faults, kept to be seen:
 *   1. no SO_REUSEADDR: a restart fails while a connection of its own is in TIME_WAIT
 *   2. accept's third argument is an int (it wants a socklen_t) and is set only once
 *   3. what one client does wrong ends the server: exit(1), or SIGPIPE in send
 *   4. recv's 0 (the client has closed) is not looked at: an old buffer is printed
 *   5. %s on bytes that may hold no NUL: printf reads on behind the buffer
 */
#include "program.h"

int main(int argc, char *argv[])
{
    char buf[256];
    struct sockaddr_in sin, cli;
    int sd, ns, clientlen = sizeof(cli);
    struct arguments args = arguments(argc, argv, "welcome_server_original [ADDRESS [PORT]]",
                                      "127.0.0.1", 9001);

    memset((char *)&sin, '\0', sizeof(sin));
    sin.sin_family = AF_INET;
    sin.sin_port = htons(args.port);
    sin.sin_addr.s_addr = inet_addr(args.address);

    if ((sd = socket(AF_INET, SOCK_STREAM, 0)) == -1) {
        perror("socket");
        exit(1);
    }
    if (bind(sd, (struct sockaddr *)&sin, sizeof(sin)) == -1) {
        perror("bind");
        exit(1);
    }
    if (listen(sd, 5) == -1) {
        perror("listen");
        exit(1);
    }

    while (1) {
        if ((ns = accept(sd, (struct sockaddr *)&cli, (socklen_t *)&clientlen)) == -1) {
            perror("accept");
            exit(1);
        }
        printf("*** Send a Message to Client(%s)\n", inet_ntoa(cli.sin_addr));

        strcpy(buf, "Welcome to Network Server!!");
        if (send(ns, buf, strlen(buf) + 1, 0) == -1) {
            perror("send");
            exit(1);
        }
        if (recv(ns, buf, sizeof(buf), 0) == -1) {
            perror("recv");
            exit(1);
        }
        printf("** From Client : %s\n", buf);
        close(ns);
    }
}
