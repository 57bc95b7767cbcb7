// Makes every call of the table, well and badly, alone: its sockets talk to each other.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_in here(int port)
{
    struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(port)};
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return sin;
}

static void get(int sd, int level, int name, socklen_t room)
{
    char value[512] = {0};
    getsockopt(sd, level, name, value, &room);
}

static void set(int sd, int level, int name, int value)
{
    setsockopt(sd, level, name, &value, sizeof value);
}

static void options(int tcp, int udp, int un)
{
    static const int of_socket[] = {SO_REUSEADDR, SO_KEEPALIVE, SO_BROADCAST, SO_OOBINLINE, SO_REUSEPORT,
        SO_RCVBUF, SO_SNDBUF, SO_RCVLOWAT, SO_PRIORITY, SO_TIMESTAMP};
    for (size_t i = 0; i < sizeof of_socket / sizeof *of_socket; i++) {
        set(tcp, SOL_SOCKET, of_socket[i], i == 5 || i == 6 ? 8192 : 1);
        get(tcp, SOL_SOCKET, of_socket[i], sizeof(int));
    }
    static const int of_tcp[] = {TCP_NODELAY, TCP_CORK, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_SYNCNT,
        TCP_USER_TIMEOUT, TCP_QUICKACK, TCP_DEFER_ACCEPT, TCP_MAXSEG, TCP_NOTSENT_LOWAT, TCP_FASTOPEN, TCP_LINGER2};
    for (size_t i = 0; i < sizeof of_tcp / sizeof *of_tcp; i++) {
        set(tcp, IPPROTO_TCP, of_tcp[i], 1);
        get(tcp, IPPROTO_TCP, of_tcp[i], sizeof(int));
    }
    static const int of_ip[] = {IP_TTL, IP_TOS, IP_RECVERR, IP_PKTINFO, IP_FREEBIND, IP_MTU_DISCOVER, IP_MULTICAST_TTL,
        IP_MULTICAST_LOOP, IP_RECVTTL, IP_RECVTOS, IP_BIND_ADDRESS_NO_PORT};
    for (size_t i = 0; i < sizeof of_ip / sizeof *of_ip; i++) {
        set(udp, IPPROTO_IP, of_ip[i], 1);
        get(udp, IPPROTO_IP, of_ip[i], sizeof(int));
    }
    struct linger linger = {1, 5};
    setsockopt(tcp, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    get(tcp, SOL_SOCKET, SO_LINGER, sizeof linger);
    struct timeval time = {2, 500000};
    setsockopt(tcp, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    setsockopt(tcp, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
    get(tcp, SOL_SOCKET, SO_RCVTIMEO, sizeof time);
    get(tcp, SOL_SOCKET, SO_SNDTIMEO, sizeof time);
    struct ip_mreqn group = {.imr_address.s_addr = htonl(INADDR_LOOPBACK)};
    inet_pton(AF_INET, "239.1.2.3", &group.imr_multiaddr);
    setsockopt(udp, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(struct ip_mreq));
    setsockopt(udp, IPPROTO_IP, IP_DROP_MEMBERSHIP, &group, sizeof group);
    setsockopt(udp, IPPROTO_IP, IP_MULTICAST_IF, &group.imr_address, sizeof group.imr_address);
    setsockopt(udp, IPPROTO_IP, IP_TTL, "\7", 1);
    get(udp, IPPROTO_IP, IP_TTL, 1);
    get(tcp, SOL_SOCKET, SO_TYPE, sizeof(int));
    get(tcp, SOL_SOCKET, SO_DOMAIN, sizeof(int));
    get(tcp, SOL_SOCKET, SO_PROTOCOL, sizeof(int));
    get(tcp, SOL_SOCKET, SO_ERROR, sizeof(int));
    get(tcp, SOL_SOCKET, SO_ACCEPTCONN, sizeof(int));
    get(tcp, SOL_SOCKET, SO_ACCEPTCONN, 2);
    get(tcp, SOL_SOCKET, SO_ACCEPTCONN, 100);
    get(tcp, IPPROTO_TCP, TCP_INFO, 104);
    get(tcp, IPPROTO_TCP, TCP_CONGESTION, 16);
    setsockopt(tcp, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
    get(un, SOL_SOCKET, SO_PEERCRED, sizeof(struct ucred));
    set(un, SOL_SOCKET, SO_PASSCRED, 0);
    get(tcp, SOL_SOCKET, 9999, sizeof(int));
    get(tcp, 9999, 1, sizeof(int));
    unsigned long rate = 5000000000;
    setsockopt(tcp, SOL_SOCKET, SO_MAX_PACING_RATE, &rate, sizeof rate);
    set(tcp, SOL_SOCKET, SO_MAX_PACING_RATE, 1000000);
    get(tcp, SOL_SOCKET, SO_MAX_PACING_RATE, sizeof(int));
    getsockopt(tcp, SOL_SOCKET, SO_TYPE, NULL, NULL);
    setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, NULL, sizeof(int));
    setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, "", 1);
}

static void pieces(int a, int b)
{
    char left[4], right[12];
    struct iovec out[] = {{"scat", 4}, {"", 0}, {"tered", 5}};
    struct iovec in[] = {{left, sizeof left}, {right, sizeof right}};
    writev(a, out, 3);
    readv(b, in, 2);
    write(a, "plain\0\377\n\"\\", 10);
    read(b, right, sizeof right);
    write(a, "", 0);
    read(b, right, 0);
    send(a, "peeked", 6, MSG_NOSIGNAL | MSG_DONTWAIT);
    recv(b, right, 3, MSG_PEEK);
    recv(b, right, 6, MSG_WAITALL);
    recv(b, right, sizeof right, MSG_DONTWAIT);
    write(a, (void *)16, 4);
    read(b, NULL, 0);
}

static void messages(int a, int b)
{
    union {
        char room[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr aligned;
    } control = {0};
    char text[8], more[8];
    struct iovec out = {"fds", 3}, in = {text, sizeof text};
    struct msghdr message = {.msg_iov = &out, .msg_iovlen = 1, .msg_control = &control,
        .msg_controllen = sizeof control};
    struct cmsghdr *first = CMSG_FIRSTHDR(&message);
    *first = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
        .cmsg_len = CMSG_LEN(2 * sizeof(int))};
    memcpy(CMSG_DATA(first), (int[]){a, b}, 2 * sizeof(int));
    sendmsg(a, &message, MSG_NOSIGNAL);
    message.msg_iov = &in;
    recvmsg(b, &message, MSG_CMSG_CLOEXEC);
    int passed[2];
    memcpy(passed, CMSG_DATA(first), sizeof passed);
    close(passed[0]);
    close(passed[1]);
    sendmsg(a, &(struct msghdr){.msg_iov = &out, .msg_iovlen = 1}, 0);
    recvmsg(b, &(struct msghdr){.msg_iov = &(struct iovec){text, 2}, .msg_iovlen = 1}, MSG_TRUNC);

    struct iovec each[] = {{"one", 3}, {"three", 5}}, into[] = {{text, sizeof text}, {more, sizeof more}};
    struct mmsghdr many[] = {{.msg_hdr = {.msg_iov = &each[0], .msg_iovlen = 1}},
        {.msg_hdr = {.msg_iov = &each[1], .msg_iovlen = 1}}};
    struct mmsghdr come[] = {{.msg_hdr = {.msg_iov = &into[0], .msg_iovlen = 1}},
        {.msg_hdr = {.msg_iov = &into[1], .msg_iovlen = 1}}};
    sendmmsg(a, many, 2, 0);
    recvmmsg(b, come, 2, MSG_DONTWAIT, NULL);
    recvmmsg(b, come, 2, MSG_DONTWAIT, NULL);
    sendmsg(a, (void *)16, 0);
}

static void waits(int a, int b)
{
    struct pollfd set[] = {{a, POLLIN | POLLOUT, 0}, {-1, POLLIN, 0}, {b, POLLIN | POLLRDHUP, 0}, {77, POLLIN, 0}};
    struct timespec soon = {0, 1000000};
    struct timeval later = {0, 1000};
    fd_set in, out;
    char byte[4];
    poll(set, 4, 0);
    poll(&set[2], 1, 1);
    write(a, "x", 1);
    poll(&set[2], 1, -1);
    ppoll(&set[2], 1, &soon, NULL);
    sigset_t mask;
    sigemptyset(&mask);
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_SET(a, &in);
    FD_SET(b, &in);
    FD_SET(a, &out);
    select(b + 1, &in, &out, NULL, &(struct timeval){0, 0});
    FD_ZERO(&in);
    FD_SET(a, &in);
    select(a + 1, &in, NULL, NULL, &later);
    FD_SET(b, &in);
    pselect(b + 1, &in, NULL, NULL, &(struct timespec){0, 0}, &mask);
#ifdef SYS_select // not on aarch64
    FD_ZERO(&in);
    FD_SET(a, &in);
    FD_SET(b, &in);
    FD_ZERO(&out);
    FD_SET(a, &out);
    syscall(SYS_select, b + 1, &in, &out, NULL, &(struct timeval){0, 0});
#endif

    int epoll = epoll_create1(EPOLL_CLOEXEC);
    close(epoll_create(1));
    struct epoll_event event = {EPOLLIN | EPOLLET, {.fd = b}}, told[4];
    epoll_ctl(epoll, EPOLL_CTL_ADD, b, &event);
    epoll_ctl(epoll, EPOLL_CTL_ADD, b, &event);
    epoll_wait(epoll, told, 4, 0);
    event.events = EPOLLOUT | EPOLLONESHOT;
    event.data.u64 = 7;
    epoll_ctl(epoll, EPOLL_CTL_MOD, b, &event);
    epoll_pwait(epoll, told, 4, -1, &mask);
    syscall(SYS_epoll_pwait2, epoll, told, 4, &(struct timespec){0, 0}, NULL, 8);
    epoll_ctl(epoll, EPOLL_CTL_DEL, b, NULL);
    epoll_wait(epoll, told, 4, 0);
    close(epoll);
    read(b, byte, sizeof byte);
}

static void files(int a, int b)
{
    char bytes[16];
    int number = 0, tube[2];
    FILE *file = tmpfile();
    fputs("from a file", file);
    fflush(file);
    off_t from = 5;
    sendfile(a, fileno(file), &from, 6);
    ioctl(b, FIONREAD, &number);
    read(b, bytes, sizeof bytes);
    if (pipe(tube) == 0) {
        write(tube[1], "spliced", 7);
        splice(tube[0], NULL, a, NULL, 7, SPLICE_F_MOVE | SPLICE_F_MORE);
        splice(b, NULL, tube[1], NULL, 7, SPLICE_F_NONBLOCK);
    }
    ioctl(b, FIONBIO, &(int){1});
    recv(b, bytes, sizeof bytes, 0);
    ioctl(b, FIONBIO, &(int){0});
    ioctl(b, TIOCOUTQ, &number);
    fcntl(b, F_GETFL);
    fcntl(b, F_SETFL, O_RDWR | O_NONBLOCK);
    fcntl(b, F_GETFD);
    fcntl(b, F_SETFD, FD_CLOEXEC);
    fcntl(b, F_SETFL, O_RDWR);
    close(fcntl(b, F_DUPFD, 40));
    close(fcntl(b, F_DUPFD_CLOEXEC, 50));
    fcntl(b, F_SETOWN, 0);
    fcntl(b, F_GETOWN);
    close(dup(a));
    dup2(a, 60);
    close(60);
    dup3(a, 61, O_CLOEXEC);
    dup2(tube[0], 61);
    read(61, bytes, sizeof bytes);
    dup2(a, a);
    close(61);
}

int main(int argc, char **argv)
{
    int port = argc > 1 ? atoi(argv[1]) : 9001, pair[2];
    signal(SIGPIPE, SIG_IGN);
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int udp = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    socket(AF_INET, 77, 0);
    socket(12345, SOCK_STREAM, 0);
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair);
    close(pair[0]);
    close(pair[1]);
    close(pair[1]);
    socketpair(AF_INET, SOCK_STREAM, 0, pair);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);

    struct sockaddr_in sin = here(port), cli = {0};
    set(server, SOL_SOCKET, SO_REUSEADDR, 1);
    bind(server, (struct sockaddr *)&sin, sizeof sin);
    bind(server, (struct sockaddr *)&sin, sizeof sin);
    bind(server, (struct sockaddr *)&sin, 3);
    bind(server, (struct sockaddr *)16, sizeof sin);
    bind(server, NULL, 0);
    listen(server, 5);
    int client = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    connect(client, (struct sockaddr *)&sin, sizeof sin);
    socklen_t length = sizeof cli;
    int connected = accept4(server, (struct sockaddr *)&cli, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
    length = 4;
    getsockname(connected, (struct sockaddr *)&sin, &length);
    length = 100;
    getpeername(connected, (struct sockaddr *)&cli, &length);
    getpeername(server, (struct sockaddr *)&cli, &length);
    getsockname(0, (struct sockaddr *)&cli, &length);
    accept(udp, NULL, NULL);
    accept(connected, NULL, NULL);
    sin = here(port);
    int second = socket(AF_INET, SOCK_STREAM, 0);
    connect(second, (struct sockaddr *)&sin, sizeof sin);
    int another = accept(server, NULL, NULL);
    send(second, "!", 1, MSG_OOB);
    shutdown(second, SHUT_RDWR);
    shutdown(udp, SHUT_RD);
    shutdown(another, 7);
    close(another);
    close(second);

    options(client, udp, pair[0]);
    pieces(pair[0], pair[1]);
    messages(pair[0], pair[1]);
    waits(pair[0], pair[1]);
    files(pair[0], pair[1]);

    bind(udp, (struct sockaddr *)&sin, sizeof sin);
    char text[32];
    length = sizeof cli;
    sendto(udp, "to myself", 9, 0, (struct sockaddr *)&sin, sizeof sin);
    recvfrom(udp, text, sizeof text, 0, (struct sockaddr *)&cli, &length);
    sendto(udp, "cut short", 9, MSG_CONFIRM, (struct sockaddr *)&sin, sizeof sin);
    length = 5;
    recvfrom(udp, text, 3, MSG_TRUNC, (struct sockaddr *)&cli, &length);
    sendto(udp, "", 0, 0, (struct sockaddr *)&sin, sizeof sin);
    recvfrom(udp, text, sizeof text, 0, NULL, NULL);
    connect(udp, &(struct sockaddr){.sa_family = AF_UNSPEC}, sizeof(struct sockaddr));

    struct sockaddr_un path = {.sun_family = AF_UNIX, .sun_path = "\0sockstep every call"};
    int un = socket(AF_UNIX, SOCK_DGRAM, 0), un2 = socket(AF_UNIX, SOCK_DGRAM, 0);
    bind(un, (struct sockaddr *)&path, sizeof(sa_family_t) + 20);
    sendto(un2, "hi", 2, 0, (struct sockaddr *)&path, sizeof(sa_family_t) + 20);
    length = sizeof path;
    recvfrom(un, text, sizeof text, 0, (struct sockaddr *)&path, &length);
    strcpy(path.sun_path, "/nonexistent/sock");
    connect(un2, (struct sockaddr *)&path, sizeof path);
    length = sizeof path;
    getsockname(un, (struct sockaddr *)&path, &length);
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(1), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    connect(client, (struct sockaddr *)&six, sizeof six);

    shutdown(client, SHUT_WR);
    fcntl(connected, F_SETFL, O_RDWR);
    recv(connected, text, sizeof text, 0);
    close(connected);
    send(client, "late", 4, MSG_NOSIGNAL);
    write(client, "late", 4);
    close(client);
    close(server);
    close(udp);
    send(server, "closed", 6, 0);
    return 0;
}
