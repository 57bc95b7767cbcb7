/*
 * upper_udp_server [ADDRESS [PORT]]: answers each datagram on port 12000 with its text in upper case.
 * Partner: upper_udp_client. Twin: ../src/bin/upper_udp_server.rs
 */
#include "upper.h"

int main(int argc, char *argv[])
{
    struct arguments args;
    struct sockaddr_in sin, cli;
    socklen_t clientlen;
    char buf[2048], answer[2 * sizeof(buf)];
    size_t length, answer_length, good;
    ssize_t n;
    int sd;

    standard_streams();
    use_utf8();
    args = arguments(argc, argv, "upper_udp_server [ADDRESS [PORT]]", "127.0.0.1", 12000);

    memset(&sin, '\0', sizeof(sin));
    sin.sin_family = AF_INET;
    sin.sin_port = htons(args.port);
    sin.sin_addr.s_addr = inet_addr(args.address);

    if ((sd = socket(AF_INET, SOCK_DGRAM, 0)) == -1)
        fail("socket");
    if (bind(sd, (struct sockaddr *)&sin, sizeof(sin)) == -1)
        fail("bind");
    print("The server is ready to receive\n");

    for (;;) {
        clientlen = sizeof(cli);
        if ((n = recvfrom(sd, buf, sizeof(buf), MSG_TRUNC, (struct sockaddr *)&cli, &clientlen)) == -1)
            fail("recvfrom");

        length = (size_t)n;
        if (length > sizeof(buf)) {
            print("** %s:%d sent %zd bytes, the buffer holds %zu: the rest is lost\n",
                  inet_ntoa(cli.sin_addr), ntohs(cli.sin_port), n, sizeof(buf));
            length = sizeof(buf);
        }

        if ((good = upper(buf, length, answer, &answer_length)) < length)
            print("** %s:%d sent bytes that are not UTF-8, from byte %zu on\n",
                  inet_ntoa(cli.sin_addr), ntohs(cli.sin_port), good);

        if (sendto(sd, answer, answer_length, 0, (struct sockaddr *)&cli, sizeof(cli)) == -1)
            perror("sendto");
    }
}
