/* Descriptors in odd states: descriptors close-recv|close-accept|double|dup2|many|stdio|rights */
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int sv[2], listener;

static void *receives(void *unused)
{
	char byte;

	recv(sv[0], &byte, 1, 0);
	return unused;
}

static void *accepts(void *unused)
{
	accept(listener, NULL, NULL);
	return unused;
}

/* Sends a descriptor, or receives one if it is -1. */
static int pass(int over, int fd)
{
	char byte = 'x', room[CMSG_SPACE(sizeof fd)];
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {0};
	struct cmsghdr *cmsg = (struct cmsghdr *)room;

	memset(room, 0, sizeof room);
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	msg.msg_control = room;
	msg.msg_controllen = sizeof room;
	if (fd == -1) {
		recvmsg(over, &msg, 0);
		memcpy(&fd, CMSG_DATA(cmsg), sizeof fd);
		return fd;
	}
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(cmsg), &fd, sizeof fd);
	sendmsg(over, &msg, 0);
	return fd;
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	struct sockaddr_in sin = {0};
	pthread_t thread;
	int fd, i;

	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	if (strcmp(how, "close-recv") == 0) {
		pthread_create(&thread, NULL, receives, NULL);
		usleep(200000);
		close(sv[0]);
		send(sv[1], "x", 1, MSG_NOSIGNAL);
		pthread_join(thread, NULL);
	} else if (strcmp(how, "close-accept") == 0) {
		sin.sin_family = AF_INET;
		listener = socket(AF_INET, SOCK_STREAM, 0);
		bind(listener, (struct sockaddr *)&sin, sizeof sin);
		listen(listener, 1);
		pthread_create(&thread, NULL, accepts, NULL);
		usleep(200000);
		close(listener);
		usleep(200000);
	} else if (strcmp(how, "double") == 0) {
		close(sv[0]);
		close(sv[0]);
		send(sv[0], "x", 1, 0);
	} else if (strcmp(how, "dup2") == 0) {
		dup2(sv[1], sv[0]);
		dup2(STDOUT_FILENO, sv[1]);
		write(sv[1], "to the terminal\n", 16);
		close(sv[0]);
		close(sv[1]);
	} else if (strcmp(how, "many") == 0) {
		for (i = 0; i < 1000; i++)
			fd = socket(AF_INET, SOCK_DGRAM, 0);
		listen(fd, 1);
	} else if (strcmp(how, "stdio") == 0) {
		close(STDIN_FILENO);
		close(STDOUT_FILENO);
		close(STDERR_FILENO);
		fd = socket(AF_INET, SOCK_DGRAM, 0);
		listen(fd, 1);
	} else if (strcmp(how, "rights") == 0) {
		if (fork() == 0) {
			fd = pass(sv[1], -1);
			shutdown(fd, SHUT_RDWR);
			_exit(0);
		}
		fd = dup2(socket(AF_INET, SOCK_DGRAM, 0), 33);
		pass(sv[0], fd);
		wait(NULL);
	}
	return 0;
}
