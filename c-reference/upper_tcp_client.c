/*
 * upper_tcp_client [HOST [PORT]]: sends a line to port 12000, newline included, and prints the answer.
 * Partner: upper_tcp_server. Twin: ../src/bin/upper_tcp_client.rs
 */
#include "stream.h"

int main(int argc, char *argv[])
{
    struct arguments args;
    struct sockaddr_in sin;
    struct lines lines = {.length = 0};
    char *line, last = '\0';
    bool answered = false;
    size_t length;
    ssize_t n = 0;
    int sd;

    standard_streams();
    args = arguments(argc, argv, "upper_tcp_client [HOST [PORT]]", "localhost", 12000);
    sin = lookup(args.address, args.port, SOCK_STREAM);

    print("Input lowercase sentence:");
    length = read_line(&line);

    if ((sd = socket(AF_INET, SOCK_STREAM, 0)) == -1)
        fail("socket");
    if (connect(sd, (struct sockaddr *)&sin, sizeof(sin)) == -1)
        fail("connect");

    line[length] = '\n';
    if (send_all(sd, line, length + 1) == -1)
        fail("send");
    free(line);

    /* The answer may come in pieces. It ends with its newline, or when the server closes. */
    while (last != '\n' && (n = recv_line(sd, &lines)) > 0) {
        print("%s", answered ? "" : "From Server: ");
        print_bytes(lines.buf, (size_t)n);
        answered = true;
        last = lines.buf[n - 1];
        used(&lines, (size_t)n);
    }
    if (answered && last != '\n')
        print("\n");
    if (n == -1)
        fail("recv");
    if (!answered) {
        print("** The server closed without a word\n");
        exit(1);
    }

    if (close(sd) == -1)
        fail("close");
    return 0;
}
