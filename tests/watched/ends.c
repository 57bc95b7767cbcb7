/* Programs that end badly: ends segv|kill|pipe|stopped|stubborn */
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int sv[2];
	char byte;
	const char *how = argc > 1 ? argv[1] : "";

	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	if (strcmp(how, "segv") == 0) {
		send(sv[0], "x", 1, 0);
		*(volatile int *)8 = 1;
	} else if (strcmp(how, "kill") == 0) {
		if (fork() == 0) {
			usleep(200000);
			kill(getppid(), SIGKILL);
			_exit(0);
		}
		recv(sv[0], &byte, 1, 0);
	} else if (strcmp(how, "pipe") == 0) {
		close(sv[1]);
		send(sv[0], "x", 1, 0);
	} else if (strcmp(how, "stopped") == 0) {
		raise(SIGSTOP);
	} else if (strcmp(how, "stubborn") == 0) {
		signal(SIGTERM, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		signal(SIGINT, SIG_IGN);
		if (fork() == 0)
			for (;;)
				recv(sv[1], &byte, 1, 0);
		raise(SIGTERM);
		for (;;)
			recv(sv[0], &byte, 1, 0);
	}
	return 0;
}
