/* Calls that fail, each in a way of its own: fails HOW */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr *at(const char *host, int port)
{
	static struct sockaddr_in sin;

	sin.sin_family = AF_INET;
	sin.sin_port = htons(port);
	inet_pton(AF_INET, host, &sin.sin_addr);
	return (struct sockaddr *)&sin;
}

#define LENGTH sizeof(struct sockaddr_in)
#define LO "127.0.0.1"

static int tcp(void) { return socket(AF_INET, SOCK_STREAM, 0); }
static int udp(void) { return socket(AF_INET, SOCK_DGRAM, 0); }

static void set(int fd, int level, int name, int value)
{
	setsockopt(fd, level, name, &value, sizeof(value));
}

static int listens(const char *host, int port, int backlog)
{
	int fd = tcp();

	bind(fd, at(host, port), LENGTH);
	listen(fd, backlog);
	return fd;
}

static int client(int port)
{
	int fd = tcp();

	connect(fd, at(LO, port), LENGTH);
	return fd;
}

static void nonblock(int fd) { fcntl(fd, F_SETFL, O_NONBLOCK); }

/* A connection that was closed by the server first, which leaves TIME_WAIT at port 9001. */
static void time_wait(int reuse)
{
	int there = tcp(), out, in;

	set(there, SOL_SOCKET, SO_REUSEADDR, reuse);
	bind(there, at(LO, 9001), LENGTH);
	listen(there, 5);
	out = client(9001);
	in = accept(there, NULL, NULL);
	close(in);
	close(out);
	close(there);
}

static void in_use(void) { listens(LO, 9001, 5); bind(tcp(), at(LO, 9001), LENGTH); }
static void in_use_all(void) { listens("0.0.0.0", 9001, 5); bind(tcp(), at("127.0.0.3", 9001), LENGTH); }
static void in_use_udp(void) { bind(udp(), at(LO, 9001), LENGTH); bind(udp(), at(LO, 9001), LENGTH); }
static void in_use_wait(void) { time_wait(0); bind(tcp(), at(LO, 9001), LENGTH); }
static void in_use_by_child(void)
{
	int fd = listens(LO, 9001, 5), ready[2];

	pipe(ready);
	if (fork() == 0) {
		read(ready[0], &fd, 1);
		_exit(0);
	}
	close(fd);
	bind(tcp(), at(LO, 9001), LENGTH);
	write(ready[1], "x", 1);
}
static void in_use_reuse(void)
{
	int fd;

	time_wait(0);
	fd = tcp();
	set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	bind(fd, at(LO, 9001), LENGTH);
}
static void in_use_both(void)
{
	int fd;

	time_wait(1);
	fd = tcp();
	set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	bind(fd, at(LO, 9001), LENGTH);
}

static void refused(void) { listens(LO, 9002, 5); client(9001); }
static void refused_alone(void) { client(9001); }
static void refused_host(void) { listens("127.0.0.2", 9001, 5); client(9001); }
static void refused_udp(void)
{
	int fd = udp();
	char byte;

	connect(fd, at(LO, 9001), LENGTH);
	send(fd, "x", 1, 0);
	recv(fd, &byte, 1, 0);
}

static struct sockaddr_un path = { AF_UNIX, "why.sock" };

static char folder[] = "/tmp/whyXXXXXX";

static int local(void) { return socket(AF_UNIX, SOCK_STREAM, 0); }
static void enter(void) { chdir(mkdtemp(folder)); }
static void leave(void) { unlink(path.sun_path); chdir("/"); rmdir(folder); }

static void path_in_use(void)
{
	enter();
	bind(local(), (struct sockaddr *)&path, sizeof(path));
	bind(local(), (struct sockaddr *)&path, sizeof(path));
	leave();
}
static void path_refused(void)
{
	int fd = local();

	enter();
	bind(fd, (struct sockaddr *)&path, sizeof(path));
	close(fd);
	connect(local(), (struct sockaddr *)&path, sizeof(path));
	leave();
}
static void no_path(void)
{
	enter();
	connect(local(), (struct sockaddr *)&path, sizeof(path));
	leave();
}
static void half(void)
{
	int fd[2];

	socketpair(AF_UNIX, SOCK_STREAM, 0, fd);
	close(fd[1]);
	send(fd[0], "x", 1, MSG_NOSIGNAL);
}

static void not_here(void) { bind(tcp(), at("10.1.2.3", 9001), LENGTH); }
static void unreachable(void) { connect(tcp(), at("10.1.2.3", 9001), LENGTH); }
static void twice(void)
{
	int fd, at_all = 2;

	listens(LO, 9001, 5);
	while (at_all--) {
		fd = tcp();
		set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
		bind(fd, at(LO, 9100), LENGTH);
		connect(fd, at(LO, 9001), LENGTH);
	}
}
static void low_port(void)
{
	setresuid(65534, 65534, 65534);
	bind(tcp(), at(LO, 80), LENGTH);
}
static void broadcast(void) { sendto(udp(), "x", 1, 0, at("127.255.255.255", 9001), LENGTH); }
static void timeout(void)
{
	int fd, more = 3;

	listens(LO, 9001, 0);
	while (more--) {
		fd = tcp();
		set(fd, IPPROTO_TCP, TCP_SYNCNT, 1);
		connect(fd, at(LO, 9001), LENGTH);
	}
}

static void files(void)
{
	struct rlimit limit = { 8, 8 };

	setrlimit(RLIMIT_NOFILE, &limit);
	while (udp() != -1)
		;
}
static void file(void) { listen(open("/proc/self/comm", O_RDONLY), 5); }
static void pipes(void) { int fd[2]; pipe(fd); listen(fd[0], 5); }
static void closed(void) { int fd = udp(); close(fd); close(fd); listen(fd, 5); }
static void never_open(void) { listen(77, 5); }

static void shut(void)
{
	int fd[2];

	socketpair(AF_UNIX, SOCK_STREAM, 0, fd);
	shutdown(fd[0], SHUT_WR);
	send(fd[0], "x", 1, MSG_NOSIGNAL);
}
static void reset(void)
{
	int there = listens(LO, 9001, 5), out = client(9001), in = accept(there, NULL, NULL);
	struct linger hard = { 1, 0 };
	char byte;

	setsockopt(in, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	close(in);
	recv(out, &byte, 1, 0);
}
static void piped(void)
{
	int there = listens(LO, 9001, 5), out = client(9001);

	close(accept(there, NULL, NULL));
	send(out, "x", 1, MSG_NOSIGNAL);
	send(out, "x", 1, MSG_NOSIGNAL);
}
static void not_connected(void) { send(tcp(), "x", 1, MSG_NOSIGNAL); recv(tcp(), &path, 1, 0); }
static void connected(void) { int fd; listens(LO, 9001, 5); fd = client(9001); connect(fd, at(LO, 9001), LENGTH); }

static void empty(void) { int fd = udp(), n = 5; char byte; nonblock(fd); while (n--) recv(fd, &byte, 1, 0); }
static void dontwait(void) { char byte; recv(udp(), &byte, 1, MSG_DONTWAIT); }
static void patience(void)
{
	struct timeval time = { 0, 50000 };
	int fd = udp();
	char byte;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
	recv(fd, &byte, 1, 0);
}
static void full(void)
{
	int fd;
	static char much[65536];

	listens(LO, 9001, 5);
	fd = client(9001);
	nonblock(fd);
	while (send(fd, much, sizeof(much), 0) != -1)
		;
}
static void nobody(void) { int fd = listens(LO, 9001, 5); nonblock(fd); accept(fd, NULL, NULL); }
static void progress(void)
{
	int fd, more = 3;

	listens(LO, 9001, 0);
	while (more--) {
		fd = tcp();
		nonblock(fd);
		connect(fd, at(LO, 9001), LENGTH);
	}
	connect(fd, at(LO, 9001), LENGTH);
}

static void accept_early(void) { accept(tcp(), NULL, NULL); }
static void listen_late(void) { listens(LO, 9001, 5); listen(client(9001), 5); }
static void bind_again(void) { int fd = udp(); bind(fd, at(LO, 9001), LENGTH); bind(fd, at(LO, 9002), LENGTH); }
static void bind_short(void) { bind(udp(), at(LO, 9001), 8); }
static void no_dest(void) { send(udp(), "x", 1, 0); }
static void family(void)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(9001) };

	connect(udp(), (struct sockaddr *)&six, sizeof(six));
}
static void listen_twice(void)
{
	int fd[2], i;

	for (i = 0; i < 2; i++) {
		fd[i] = tcp();
		set(fd[i], SOL_SOCKET, SO_REUSEADDR, 1);
		bind(fd[i], at(LO, 9001), LENGTH);
	}
	listen(fd[0], 5);
	listen(fd[1], 5);
}
static void refused_v6only(void)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(9001) };
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	bind(fd, (struct sockaddr *)&six, sizeof(six));
	listen(fd, 5);
	client(9001);
}
static void type(void) { listen(udp(), 5); }
static void too_long(void) { static char much[70000]; sendto(udp(), much, sizeof(much), 0, at(LO, 9001), LENGTH); }
static void fine(void) { int fd = listens(LO, 9001, 5); client(9001); accept(fd, NULL, NULL); }

static const struct { const char *name; void (*how)(void); } cases[] = {
#define CASE(how) { #how, how }
	CASE(in_use), CASE(in_use_all), CASE(in_use_udp), CASE(in_use_wait), CASE(in_use_by_child),
	CASE(in_use_reuse), CASE(in_use_both), CASE(refused), CASE(refused_alone), CASE(refused_host),
	CASE(refused_v6only), CASE(listen_twice), CASE(refused_udp), CASE(path_in_use), CASE(path_refused), CASE(no_path), CASE(half), CASE(not_here),
	CASE(unreachable), CASE(twice), CASE(low_port), CASE(broadcast), CASE(timeout), CASE(files), CASE(file),
	CASE(pipes), CASE(closed), CASE(never_open), CASE(shut), CASE(reset), CASE(piped),
	CASE(not_connected), CASE(connected), CASE(empty), CASE(dontwait), CASE(patience), CASE(full),
	CASE(nobody), CASE(progress), CASE(accept_early), CASE(listen_late), CASE(bind_again),
	CASE(bind_short), CASE(no_dest), CASE(family), CASE(type), CASE(too_long), CASE(fine),
};

int main(int argc, char **argv)
{
	unsigned i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (argc > 1 && strcmp(argv[1], cases[i].name) == 0)
			cases[i].how();
	return 0;
}
