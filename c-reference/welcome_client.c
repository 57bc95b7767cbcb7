/*
 * welcome_client [ADDRESS [PORT]]: prints the greeting from port 9001 and says what it wants.
 * Partner: welcome_server. Twin: ../src/bin/welcome_client.rs
 */
#include "program.h"

int main(int argc, char *argv[])
{
    struct arguments args;
    struct sockaddr_in sin;
    char buf[256];
    int sd;
    ssize_t n;

    standard_streams();
    args = arguments(argc, argv, "welcome_client [ADDRESS [PORT]]", "127.0.0.1", 9001);

    memset(&sin, '\0', sizeof(sin));
    sin.sin_family = AF_INET;
    sin.sin_port = htons(args.port);
    sin.sin_addr.s_addr = inet_addr(args.address);

    if ((sd = socket(AF_INET, SOCK_STREAM, 0)) == -1)
        fail("socket");
    if (connect(sd, (struct sockaddr *)&sin, sizeof(sin)) == -1)
        fail("connect");

    if ((n = recv(sd, buf, sizeof(buf), 0)) == -1)
        fail("recv");
    if (n == 0) {
        print("** The server closed without a word\n");
        exit(1);
    }
    print("** From Server : %.*s\n", (int)n, buf);

    strcpy(buf, "I want a HTTP Service.");
    if (send(sd, buf, strlen(buf) + 1, MSG_NOSIGNAL) == -1)
        fail("send");
    if (close(sd) == -1)
        fail("close");
    return 0;
}
