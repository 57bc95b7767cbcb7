/* Programs that become several, or another: family forks|threads|exec|exec-from-thread|spawn */
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static char *again[] = {"family", "leaf", NULL};

static void *calls(void *unused)
{
	int sd = socket(AF_INET, SOCK_DGRAM, 0);

	listen(sd, 1);
	close(sd);
	return unused;
}

static void *execs(void *unused)
{
	execv("/proc/self/exe", again);
	return unused;
}

static void *execs_later(void *unused)
{
	usleep(500000);
	return execs(unused);
}

static void *sleeps(void *unused)
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
	pthread_t threads[50];
	pid_t pid;
	int i;

	if (strcmp(how, "leaf") == 0) {
		calls(NULL);
	} else if (strcmp(how, "forks") == 0) {
		for (i = 0; i < 200; i++)
			if (fork() == 0) {
				calls(NULL);
				_exit(7);
			}
		while (wait(NULL) > 0)
			;
	} else if (strcmp(how, "threads") == 0) {
		for (i = 0; i < 50; i++)
			pthread_create(&threads[i], NULL, calls, NULL);
		for (i = 0; i < 50; i++)
			pthread_join(threads[i], NULL);
	} else if (strcmp(how, "exec") == 0) {
		calls(NULL);
		execs(NULL);
	} else if (strcmp(how, "exec-from-thread") == 0) {
		pthread_create(&threads[0], NULL, sleeps, NULL);
		usleep(100000);
		pthread_create(&threads[1], NULL, execs_later, NULL);
		sleeps(NULL);
	} else if (strcmp(how, "spawn") == 0) {
		posix_spawn(&pid, "/proc/self/exe", NULL, NULL, again, environ);
		waitpid(pid, NULL, 0);
		calls(NULL);
	}
	return 0;
}
