/* Connects twice, and does not care whether the server accepts. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

int main(void)
{
    struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(9001)};
    sin.sin_addr.s_addr = inet_addr("127.0.0.1");

    int sd = -1;
    for (int i = 1; i <= 2; i++) {
        sd = socket(AF_INET, SOCK_STREAM, 0);
        if (sd == -1 || connect(sd, (struct sockaddr *)&sin, sizeof(sin)) == -1) {
            perror("socket or connect");
            exit(1);
        }
        printf("connection %d stands\n", i);
    }
    char byte;
    recv(sd, &byte, 1, 0); /* until the server closes */
    return 0;
}
