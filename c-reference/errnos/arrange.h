/*
 * arrange.h: what the rows are put together from: sockets in a certain state, signals, limits.
 * Twin: ../../src/errnos/arrange.rs
 */
#ifndef ARRANGE_H
#define ARRANGE_H

#include "row.h"

#define NO_FD (-1)
#define UNREACHABLE 0xc0000201 /* 192.0.2.1: world.h has a route that rejects it */
#define NO_ROUTE 0xc6336401    /* 198.51.100.1 */
#define BROADCAST 0x7fffffff   /* 127.255.255.255 */
#define NOBODY 9               /* a port where nobody listens, and that the kernel gives to nobody */
#define LIMIT 5000             /* milliseconds that anything may take that is going to happen */

/* A pointer to where no memory is, and one to memory that cannot be written. */
static void *volatile wild = (void *)1;
static const char read_only_bytes[128] = "read only";
#define READ_ONLY ((void *)(uintptr_t)read_only_bytes)

static char room[1 << 18];

#define N(name) (struct sockaddr *)&(name), sizeof(name)
#define L(name, length) (struct sockaddr *)&(name), (socklen_t)(length)
#define WILD(length) (struct sockaddr *)wild, (socklen_t)(length)

/* ---- Descriptors and addresses ---- */

static inline int tcp(void) { return must(socket(AF_INET, SOCK_STREAM, 0)); }
static inline int udp(void) { return must(socket(AF_INET, SOCK_DGRAM, 0)); }
static inline int tcp6(void) { return must(socket(AF_INET6, SOCK_STREAM, 0)); }
static inline int udp6(void) { return must(socket(AF_INET6, SOCK_DGRAM, 0)); }
static inline int local(int type) { return must(socket(AF_UNIX, type, 0)); }
static inline int file(void) { return must(open("/dev/null", O_RDWR)); }

/* A number that was a socket's, and is nobody's. */
static inline int closed(void)
{
    int sd = tcp();

    must(close(sd));
    return sd;
}

static inline struct sockaddr_in ip(in_addr_t address, in_port_t port)
{
    struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(port)};

    sin.sin_addr.s_addr = htonl(address);
    return sin;
}

static inline struct sockaddr_in6 ip6(const char *address, in_port_t port)
{
    struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

    inet_pton(AF_INET6, address, &sin6.sin6_addr);
    return sin6;
}

static inline struct sockaddr_un path(const char *text)
{
    struct sockaddr_un sun = {.sun_family = AF_UNIX};

    memcpy(sun.sun_path, text, strlen(text));
    return sun;
}

static inline struct sockaddr_in name_of(int sd)
{
    struct sockaddr_in sin;
    socklen_t length = sizeof(sin);

    must(getsockname(sd, (struct sockaddr *)&sin, &length));
    return sin;
}

/* ---- Waiting and options ---- */

static inline void wait_for(int sd, short events)
{
    struct pollfd set = {.fd = sd, .events = events};

    errno = ETIMEDOUT;
    must(poll(&set, 1, LIMIT) == 1 && (set.revents & events) != 0 ? 0 : -1);
}

static inline void non_blocking(int sd) { must(fcntl(sd, F_SETFL, O_NONBLOCK)); }

static inline void set(int sd, int level, int option, int value)
{
    must(setsockopt(sd, level, option, &value, sizeof(value)));
}

static inline void patience(int sd, int option, int milliseconds)
{
    struct timeval time = {.tv_usec = milliseconds * 1000};

    must(setsockopt(sd, SOL_SOCKET, option, &time, sizeof(time)));
}

static inline void linger(int sd, int seconds)
{
    struct linger linger = {.l_onoff = 1, .l_linger = seconds};

    must(setsockopt(sd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)));
}

#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif

/* The kernel may choose one port only for this socket, and it is taken. */
static inline void one_port(int sd, struct sockaddr_in taken)
{
    uint32_t port = ntohs(taken.sin_port);

    set(sd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, (int)(port << 16 | port));
}

/* So many descriptors more may be opened. */
static inline void descriptors_left(int count)
{
    struct rlimit limit;
    int lowest;

    must(getrlimit(RLIMIT_NOFILE, &limit));
    limit.rlim_cur = limit.rlim_max;
    must(setrlimit(RLIMIT_NOFILE, &limit));
    lowest = must(dup(0));
    must(close(lowest));
    limit.rlim_cur = (rlim_t)(lowest + count);
    must(setrlimit(RLIMIT_NOFILE, &limit));
}

/* ---- Sockets in a certain state ---- */

struct pair {
    int a, b;
};

static inline int bound(int sd)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, 0);

    must(bind(sd, N(sin)));
    return sd;
}

static inline int listener(int backlog)
{
    int sd = bound(tcp());

    must(listen(sd, backlog));
    return sd;
}

/* A client whose connection waits in the listener's queue. */
static inline int client_of(int sd)
{
    struct sockaddr_in sin = name_of(sd);
    int client = tcp();

    must(connect(client, N(sin)));
    wait_for(sd, POLLIN);
    return client;
}

/* A TCP connection: a is the client's end, b the server's. */
static inline struct pair connected(void)
{
    int sd = listener(5);
    int a = client_of(sd);
    int b = must(accept(sd, NULL, NULL));

    must(close(sd));
    return (struct pair){a, b};
}

/* a listens, and its queue is full with b. */
static inline struct pair full_queue(void)
{
    int sd = listener(0);

    return (struct pair){sd, client_of(sd)};
}

/* The end of a TCP connection whose other end was reset. */
static inline int reset(void)
{
    struct pair p = connected();

    linger(p.b, 0);
    must(close(p.b));
    wait_for(p.a, POLLERR);
    return p.a;
}

/* a is a UDP socket that is connected to b. */
static inline struct pair datagrams(void)
{
    int a = udp(), b = bound(udp());
    struct sockaddr_in sin = name_of(b);

    must(connect(a, N(sin)));
    return (struct pair){a, b};
}

/* The same with a datagram that waits at b. */
static inline struct pair datagram(void)
{
    struct pair p = datagrams();

    must(send(p.a, "hello", 5, 0));
    wait_for(p.b, POLLIN);
    return p;
}

/* A UDP socket that has heard that nobody listens. */
static inline int refused(void)
{
    struct sockaddr_in sin = ip(INADDR_LOOPBACK, NOBODY);
    int sd = udp();

    must(connect(sd, N(sin)));
    must(send(sd, "hello", 5, 0));
    wait_for(sd, POLLERR);
    return sd;
}

static inline struct pair local_pair(int type)
{
    int sv[2];

    must(socketpair(AF_UNIX, type, 0, sv));
    return (struct pair){sv[0], sv[1]};
}

/* An AF_UNIX socket with this path. */
static inline int at_path(int type, const char *text)
{
    struct sockaddr_un sun = path(text);
    int sd = local(type);

    must(bind(sd, N(sun)));
    return sd;
}

/*
 * Sends until the buffers are full, and makes the send buffer small then: what the peer still takes makes no room.
 */
static inline void fill(int sd)
{
    while (send(sd, room, sizeof(room), MSG_DONTWAIT) != -1)
        ;
    set(sd, SOL_SOCKET, SO_SNDBUF, 0);
}

/* A TCP connection on which a was given up: b reads nothing, and a does not wait. */
static inline struct pair given_up(void)
{
    struct pair p = connected();

    set(p.a, IPPROTO_TCP, TCP_USER_TIMEOUT, 1);
    fill(p.a);
    wait_for(p.a, POLLERR);
    return p;
}

/* The same for datagrams: until the peer's queue takes no more. */
static inline void fill_datagrams(int sd)
{
    while (send(sd, "hello", 5, MSG_DONTWAIT) != -1)
        ;
}

/* A name of which a connection in TIME_WAIT is left. */
static inline struct sockaddr_in time_wait(int reuse_address)
{
    struct pair p = connected();
    struct sockaddr_in sin = name_of(p.a);

    set(p.a, SOL_SOCKET, SO_REUSEADDR, reuse_address);
    must(shutdown(p.a, SHUT_WR));
    wait_for(p.b, POLLIN);
    must(close(p.b));
    wait_for(p.a, POLLIN);
    must(close(p.a));
    return sin;
}

static inline struct ip_mreq member(in_addr_t group)
{
    struct ip_mreq member = {.imr_interface = {htonl(INADDR_LOOPBACK)}};

    member.imr_multiaddr.s_addr = htonl(group);
    return member;
}

/* ---- Files ---- */

static inline void locked_folder(void) { must(mkdir("locked", 0600)); }
static inline void link_loop(void) { must(symlink("loop", "loop")); }
static inline void plain_file(void) { must(close(must(open("file", O_CREAT | O_WRONLY, 0600)))); }

/* A symbolic link to a name that is longer than any name may be. */
static inline void long_link(void)
{
    char name[257];

    memset(name, 'x', 256);
    name[256] = '\0';
    must(symlink(name, "long"));
}

/* ---- Signals ---- */

static volatile sig_atomic_t signals;

static inline void count(int number)
{
    (void)number;
    signals = signals + 1;
}

static inline void handle(int number, int flags)
{
    struct sigaction action = {.sa_handler = count, .sa_flags = flags};

    must(sigaction(number, &action, NULL));
}

/* From now on a signal comes every 5 ms: one of them while the call sleeps. */
static inline void interrupt(int flags)
{
    struct itimerval often = {{0, 5000}, {0, 5000}};

    handle(SIGALRM, flags);
    must(setitimer(ITIMER_REAL, &often, NULL));
}

static inline void quiet(void)
{
    struct itimerval never = {{0, 0}, {0, 0}};

    must(setitimer(ITIMER_REAL, &never, NULL));
}

#endif
