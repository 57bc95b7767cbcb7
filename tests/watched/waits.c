/* Programs that wait, at port 9001: waits server|client|tree|talks [anything, to be found by] */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void *forever(void *unused)
{
	char byte;
	int sv[2];

	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	recv(sv[0], &byte, 1, 0);
	return unused;
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	struct sockaddr_in sin = {0};
	int sd = socket(AF_INET, SOCK_STREAM, 0), on = 1, ns;
	pthread_t thread;
	char byte = 0;

	sin.sin_family = AF_INET;
	sin.sin_port = htons(9001);
	sin.sin_addr.s_addr = inet_addr("127.0.0.1");
	setsockopt(sd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (strcmp(how, "server") == 0) {
		bind(sd, (struct sockaddr *)&sin, sizeof sin);
		listen(sd, 1);
		ns = accept(sd, NULL, NULL);
		recv(ns, &byte, 1, 0);
	} else if (strcmp(how, "client") == 0) {
		connect(sd, (struct sockaddr *)&sin, sizeof sin);
		recv(sd, &byte, 1, 0);
	} else if (strcmp(how, "tree") == 0) {
		signal(SIGHUP, SIG_IGN);
		signal(SIGTERM, SIG_IGN);
		fork();
		fork();
		setsid();
		pthread_create(&thread, NULL, forever, NULL);
		forever(NULL);
	} else if (strcmp(how, "talks") == 0) {
		signal(SIGHUP, SIG_IGN);
		fork();
		for (;;) {
			getsockopt(sd, SOL_SOCKET, SO_TYPE, &on, &(socklen_t){sizeof on});
			if (fork() == 0)
				_exit(0);
			usleep(500);
		}
	}
	return 0;
}
