/*
 * sigpipe [--no-signal]: sends twice to a peer that has closed; with --no-signal under MSG_NOSIGNAL.
 * Both ends of the connection are in this program. Twin: ../src/labs/sigpipe.rs
 */
#include "program.h"

int main(int argc, char *argv[])
{
    struct sockaddr_in sin, cli;
    socklen_t clientlen = sizeof(cli);
    int listening, sd, peer, flags = 0;

    standard_streams();
    if (argc > 2 || (argc == 2 && strcmp(argv[1], "--no-signal") != 0))
        misuse("sigpipe [--no-signal]", argv[argc - 1], "is no argument of this program");
    if (argc == 2)
        flags = MSG_NOSIGNAL;

    memset(&sin, '\0', sizeof(sin));
    sin.sin_family = AF_INET;
    sin.sin_port = htons(12000);
    sin.sin_addr.s_addr = inet_addr("127.0.0.1");

    print("# In C, send's flags are %s: a connection, of which both ends are in this program\n",
          flags == 0 ? "0" : "MSG_NOSIGNAL");
    if ((listening = socket(AF_INET, SOCK_STREAM, 0)) == -1)
        fail("socket");
    if (bind(listening, (struct sockaddr *)&sin, sizeof(sin)) == -1)
        fail("bind");
    if (listen(listening, 1) == -1)
        fail("listen");
    if ((sd = socket(AF_INET, SOCK_STREAM, 0)) == -1)
        fail("socket");
    if (connect(sd, (struct sockaddr *)&sin, sizeof(sin)) == -1)
        fail("connect");
    if ((peer = accept(listening, (struct sockaddr *)&cli, &clientlen)) == -1)
        fail("accept");

    print("# The peer closes\n");
    if (close(peer) == -1)
        fail("close");

    print("# Two sends\n");
    if (send(sd, "hello", 5, flags) == -1)
        perror("the first send");
    if (send(sd, "hello", 5, flags) == -1)
        perror("the second send");
    print("still here after the second send = yes\n");

    close(sd);
    close(listening);
    return 0;
}
