/*
 * upper_udp_client [HOST [PORT]]: sends a line to port 12000 as one datagram and prints the answer.
 * Partner: upper_udp_server. Twin: ../src/bin/upper_udp_client.rs
 */
#include "program.h"

int main(int argc, char *argv[])
{
    struct arguments args;
    struct sockaddr_in sin, from;
    struct timeval patience = {2, 0};
    socklen_t fromlen = sizeof(from);
    char buf[2048], *line;
    size_t length;
    ssize_t n;
    int sd;

    standard_streams();
    args = arguments(argc, argv, "upper_udp_client [HOST [PORT]]", "localhost", 12000);
    sin = lookup(args.address, args.port, SOCK_DGRAM);

    print("Input lowercase sentence:");
    length = read_line(&line);

    if ((sd = socket(AF_INET, SOCK_DGRAM, 0)) == -1)
        fail("socket");
    if (setsockopt(sd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == -1)
        fail("setsockopt");
    if (sendto(sd, line, length, 0, (struct sockaddr *)&sin, sizeof(sin)) == -1)
        fail("sendto");
    free(line);

    if ((n = recvfrom(sd, buf, sizeof(buf), MSG_TRUNC, (struct sockaddr *)&from, &fromlen)) == -1) {
        if (errno != EAGAIN)
            fail("recvfrom");
        fprintf(stderr, "recvfrom: no answer within 2 seconds: nobody is there, or UDP lost the question or the answer\n");
        exit(1);
    }
    if ((size_t)n > sizeof(buf)) {
        fprintf(stderr, "recvfrom: the answer is %zd bytes, the buffer holds %zu: the rest is lost\n",
                n, sizeof(buf));
        n = sizeof(buf);
    }
    print_bytes(buf, (size_t)n);
    print("\n");

    if (close(sd) == -1)
        fail("close");
    return 0;
}
