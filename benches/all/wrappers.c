/* wrappers PAIRS: so many times send and recv of 11 bytes on a loopback connection. Twin: wrappers.rs, `in_libc`. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void fail(const char *call)
{
    perror(call);
    exit(1);
}

static size_t pairs(int s, int r, unsigned long count)
{
    char buf[11] = "hello world";
    size_t total = 0;

    while (count-- > 0) {
        ssize_t sent = send(s, buf, sizeof(buf), MSG_NOSIGNAL);
        if (sent == -1)
            fail("send");
        ssize_t n = recv(r, buf, sizeof(buf), 0);
        if (n == -1)
            fail("recv");
        total += n;
    }
    return total;
}

int main(int argc, char *argv[])
{
    unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    int sd, s, r;

    memset(&sin, 0, sizeof(sin));
    sin.sin_family = AF_INET;
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if ((sd = socket(AF_INET, SOCK_STREAM, 0)) == -1)
        fail("socket");
    if (bind(sd, (struct sockaddr *)&sin, sizeof(sin)) == -1)
        fail("bind");
    if (listen(sd, 1) == -1)
        fail("listen");
    if (getsockname(sd, (struct sockaddr *)&sin, &length) == -1)
        fail("getsockname");
    if ((s = socket(AF_INET, SOCK_STREAM, 0)) == -1)
        fail("socket");
    if (connect(s, (struct sockaddr *)&sin, sizeof(sin)) == -1)
        fail("connect");
    if ((r = accept(sd, NULL, NULL)) == -1)
        fail("accept");
    return pairs(s, r, count) != 11 * count;
}
