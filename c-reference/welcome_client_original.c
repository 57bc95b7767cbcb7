/*
 * welcome_client_original [ADDRESS [PORT]]: the welcome client as the notes print it, faults included.
 * Partner: welcome_server_original. Corrected: welcome_client.c
 *
 * Known faults, kept to be seen:
 *   1. send's length is sizeof(buf) + 1, 257 bytes of an array of 256: it reads one byte behind the
 *      array, and sends what was left in the array ("er!!" of the welcome text) and on the stack
 *   2. recv's 0 (the server has closed) is not looked at: an array that was never filled is printed
 *   3. %s on bytes that may hold no NUL
 */
#include "program.h"

int main(int argc, char *argv[])
{
    int sd;
    char buf[256];
    struct sockaddr_in sin;
    struct arguments args = arguments(argc, argv, "welcome_client_original [ADDRESS [PORT]]",
                                      "127.0.0.1", 9001);

    memset((char *)&sin, '\0', sizeof(sin));
    sin.sin_family = AF_INET;
    sin.sin_port = htons(args.port);
    sin.sin_addr.s_addr = inet_addr(args.address);

    if ((sd = socket(AF_INET, SOCK_STREAM, 0)) == -1) {
        perror("socket");
        exit(1);
    }
    if (connect(sd, (struct sockaddr *)&sin, sizeof(sin)) == -1) {
        perror("connect");
        exit(1);
    }
    if (recv(sd, buf, sizeof(buf), 0) == -1) {
        perror("recv");
        exit(1);
    }
    printf("** From Server : %s\n", buf);

    strcpy(buf, "I want a HTTP Service.");
    if (send(sd, buf, sizeof(buf) + 1, 0) == -1) {
        perror("send");
        exit(1);
    }
    close(sd);
    return 0;
}
