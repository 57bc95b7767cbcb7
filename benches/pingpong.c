/*
 * pingpong ROUNDS [BETWEEN [getppid|read]]: two processes and 11 bytes that go to and fro on a loopback connection,
 * four socket calls a round; before each of these, BETWEEN calls that have nothing to do with sockets.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long rounds, between;
static int zero = -1;

static void check(int holds, const char *what)
{
    if (!holds) {
        perror(what);
        exit(1);
    }
}

static void others(void)
{
    char byte;

    for (long i = 0; i < between; i++)
        if (zero == -1)
            syscall(SYS_getppid);
        else
            check(read(zero, &byte, 1) == 1, "read");
}

static void give(int s)
{
    others();
    check(send(s, "hello world", 11, 0) == 11, "send");
}

static void take(int s)
{
    char buf[11];

    others();
    check(recv(s, buf, sizeof(buf), MSG_WAITALL) == sizeof(buf), "recv");
}

int main(int argc, char *argv[])
{
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);
    int sd, s, status;
    pid_t child;

    rounds = argc > 1 ? atol(argv[1]) : 1;
    between = argc > 2 ? atol(argv[2]) : 0;
    if (argc > 3 && strcmp(argv[3], "read") == 0)
        check((zero = open("/dev/zero", O_RDONLY)) != -1, "/dev/zero");

    memset(&sin, 0, sizeof(sin));
    sin.sin_family = AF_INET;
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check((sd = socket(AF_INET, SOCK_STREAM, 0)) != -1, "socket");
    check(bind(sd, (struct sockaddr *)&sin, sizeof(sin)) == 0, "bind");
    check(listen(sd, 1) == 0, "listen");
    check(getsockname(sd, (struct sockaddr *)&sin, &length) == 0, "getsockname");

    check((child = fork()) != -1, "fork");
    if (child == 0) {
        check((s = accept(sd, NULL, NULL)) != -1, "accept");
        for (long i = 0; i < rounds; i++) {
            take(s);
            give(s);
        }
        return 0;
    }
    check((s = socket(AF_INET, SOCK_STREAM, 0)) != -1, "socket");
    check(connect(s, (struct sockaddr *)&sin, sizeof(sin)) == 0, "connect");
    for (long i = 0; i < rounds; i++) {
        give(s);
        take(s);
    }
    check(wait(&status) != -1 && status == 0, "the other process");
    return 0;
}
