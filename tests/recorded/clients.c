// COUNT clients, one after the other or (TOGETHER) all at once: each sends a line and waits for the answer.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void talk(int sd)
{
    char text[100];
    send(sd, "hello", 5, 0);
    ssize_t got = recv(sd, text, sizeof text, 0);
    printf("%.*s\n", (int)got, text);
}

int main(int argc, char **argv)
{
    int count = argc > 2 ? atoi(argv[2]) : 1, together = argc > 3, sd[16];
    struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < count; i++) {
        sd[i] = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(sd[i], (struct sockaddr *)&sin, sizeof sin) == -1) {
            perror("connect");
            return 1;
        }
        if (!together) {
            talk(sd[i]);
            close(sd[i]);
            usleep(100000); // a server's child is over by then
        }
    }
    if (together) {
        for (int i = 0; i < count; i++) {
            talk(sd[i]);
        }
        for (int i = 0; i < count; i++) {
            close(sd[i]);
        }
    }
    return 0;
}
