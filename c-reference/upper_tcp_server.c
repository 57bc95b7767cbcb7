/*
 * upper_tcp_server [--keep-open] [ADDRESS [PORT]]: answers on port 12000 in upper case. One recv and one answer
 * a connection, as in the notes; with --keep-open line after line, until the client closes.
 * Partner: upper_tcp_client. Twin: ../src/bin/upper_tcp_server.rs
 */
#include "stream.h"
#include "upper.h"

/* Sends what came back in upper case; false if the client cannot be reached any more. */
static bool answer(int ns, const struct sockaddr_in *cli, const char *buf, size_t length)
{
    char answer[2 * sizeof(((struct lines *)0)->buf)];
    size_t answer_length, good;

    if ((good = upper(buf, length, answer, &answer_length)) < length)
        print("** %s:%d sent bytes that are not UTF-8, from byte %zu on\n",
              inet_ntoa(cli->sin_addr), ntohs(cli->sin_port), good);

    if (send_all(ns, answer, answer_length) == -1) {
        perror("send");
        return false;
    }
    return true;
}

/* Line after line, until the client closes. 0, or -1 and errno. */
static int keep_open(int ns, const struct sockaddr_in *cli, struct lines *lines)
{
    for (;;) {
        ssize_t n = recv_line(ns, lines);

        if (n == -1)
            return -1;
        if (n == 0 || !answer(ns, cli, lines->buf, (size_t)n))
            return 0;
        used(lines, (size_t)n);
    }
}

/* One recv, one answer. 0, or -1 and errno. */
static int once(int ns, const struct sockaddr_in *cli, struct lines *lines)
{
    ssize_t n = recv(ns, lines->buf, sizeof(lines->buf), 0);

    if (n == -1)
        return -1;
    if (n > 0)
        answer(ns, cli, lines->buf, (size_t)n);
    return 0;
}

int main(int argc, char *argv[])
{
    struct arguments args;
    struct sockaddr_in sin, cli;
    struct lines lines;
    socklen_t clientlen;
    int sd, ns, on = 1;

    standard_streams();
    use_utf8();
    args = arguments(argc, argv, "upper_tcp_server [--keep-open] [ADDRESS [PORT]]", "127.0.0.1", 12000);

    memset(&sin, '\0', sizeof(sin));
    sin.sin_family = AF_INET;
    sin.sin_port = htons(args.port);
    sin.sin_addr.s_addr = inet_addr(args.address);

    if ((sd = socket(AF_INET, SOCK_STREAM, 0)) == -1)
        fail("socket");
    if (setsockopt(sd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1)
        fail("setsockopt");
    if (bind(sd, (struct sockaddr *)&sin, sizeof(sin)) == -1)
        fail("bind");
    if (listen(sd, 1) == -1)
        fail("listen");
    print("The server is ready to receive\n");

    for (;;) {
        clientlen = sizeof(cli);
        if ((ns = accept(sd, (struct sockaddr *)&cli, &clientlen)) == -1)
            fail("accept");

        lines.length = 0;
        if ((args.keep_open ? keep_open(ns, &cli, &lines) : once(ns, &cli, &lines)) == -1)
            perror("recv");

        if (close(ns) == -1)
            perror("close");
    }
}
