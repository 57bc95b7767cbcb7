/* A server whose accept queue has room for one connection: a backlog of 0, and Linux takes one more. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(9001)};
    sin.sin_addr.s_addr = inet_addr("127.0.0.1");

    int sd = socket(AF_INET, SOCK_STREAM, 0);
    if (sd == -1 || bind(sd, (struct sockaddr *)&sin, sizeof(sin)) == -1 || listen(sd, 0) == -1) {
        perror("socket, bind or listen");
        exit(1);
    }

    for (;;) {
        int ns = accept(sd, NULL, NULL);
        if (ns == -1) {
            perror("accept");
            exit(1);
        }
        close(ns);
    }
}
