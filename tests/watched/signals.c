/* Signals that come while a call sleeps:
   signals eintr|jump|quiet|handler-calls|restart|stop|poll|realtime|realtime-death */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int sv[2];
static volatile sig_atomic_t sends;

static void handler(int signal)
{
	(void)signal;
	if (sends)
		send(sv[1], "h", 1, 0);
}

static sigjmp_buf before;

static void jumper(int signal)
{
	(void)signal;
	siglongjmp(before, 1);
}

static void on(int signal, int flags)
{
	struct sigaction action = {0};

	action.sa_handler = handler;
	action.sa_flags = flags;
	sigaction(signal, &action, NULL);
}

/* A child that sends these signals, each a little later, and then a byte. */
static void later(int first, int second)
{
	if (fork() > 0)
		return;
	usleep(150000);
	kill(getppid(), first);
	usleep(150000);
	if (second != 0) {
		kill(getppid(), second);
		usleep(150000);
	}
	write(sv[1], "b", 1);
	_exit(0);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	struct pollfd fds = {0};
	char byte;

	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	fds.fd = sv[0];
	fds.events = POLLIN;
	if (strcmp(how, "eintr") == 0) {
		on(SIGUSR1, 0);
		later(SIGUSR1, 0);
		while (recv(sv[0], &byte, 1, 0) == -1 && errno == EINTR)
			;
	} else if (strcmp(how, "quiet") == 0) {
		on(SIGALRM, 0);
		alarm(1);
		recv(sv[0], &byte, 1, 0);
		_exit(errno == EINTR ? 0 : 1);
	} else if (strcmp(how, "jump") == 0) {
		if (sigsetjmp(before, 1) == 0) {
			signal(SIGALRM, jumper);
			alarm(1);
			recv(sv[0], &byte, 1, 0);
		}
		shutdown(sv[0], SHUT_RD);
		recv(sv[0], &byte, 1, 0);
	} else if (strcmp(how, "handler-calls") == 0) {
		sends = 1;
		on(SIGALRM, SA_RESTART);
		alarm(1);
		recv(sv[0], &byte, 1, 0);
	} else if (strcmp(how, "restart") == 0) {
		on(SIGUSR1, SA_RESTART);
		later(SIGUSR1, SIGUSR1);
		recv(sv[0], &byte, 1, 0);
	} else if (strcmp(how, "stop") == 0) {
		later(SIGSTOP, SIGCONT);
		recv(sv[0], &byte, 1, 0);
	} else if (strcmp(how, "poll") == 0) {
		later(SIGSTOP, SIGCONT);
		poll(&fds, 1, 10000);
	} else if (strcmp(how, "realtime") == 0) {
		on(SIGRTMIN + 3, SA_RESTART);
		later(SIGRTMIN + 3, 0);
		recv(sv[0], &byte, 1, 0);
	} else if (strcmp(how, "realtime-death") == 0) {
		raise(SIGRTMIN + 3);
	}
	return 0;
}
