/* What no program should pass, all of it to one socket. The kernel refuses each. */
#define _GNU_SOURCE
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *nowhere = (void *)(intptr_t)0x10;
	struct msghdr msg = {0};
	struct iovec iov = {page, 1};
	volatile int minus_one = -1, huge = 1 << 30; /* volatile: no compiler can complain */
	int sv[2];

	munmap(page + 4096, 4096);
	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	send(sv[0], nowhere, 5, 0);
	sendto(sv[0], "x", 1, 0, nowhere, 16);
	bind(sv[0], nowhere, 16);
	bind(sv[0], nowhere, -1);
	bind(sv[0], nowhere, 1 << 30);
	send(sv[0], page + 4095, (size_t)1 << 31, MSG_DONTWAIT);
	send(sv[0], page + 4095, (size_t)-1, MSG_DONTWAIT);
	recv(sv[0], page, (size_t)-1, MSG_DONTWAIT);
	writev(sv[0], &iov, minus_one);
	writev(sv[0], &iov, huge);
	writev(sv[0], nowhere, 3);
	msg.msg_iov = &iov;
	msg.msg_iovlen = (size_t)-1;
	sendmsg(sv[0], &msg, 0);
	msg.msg_iovlen = 1;
	msg.msg_control = nowhere;
	msg.msg_controllen = (size_t)-1;
	sendmsg(sv[0], &msg, 0);
	sendmsg(sv[0], nowhere, 0);
	syscall(SYS_sendmmsg, sv[0], nowhere, -1, 0);
	getsockname(sv[0], nowhere, nowhere);
	getsockopt(sv[0], SOL_SOCKET, SO_TYPE, page, nowhere);
	setsockopt(sv[0], SOL_SOCKET, SO_RCVBUF, nowhere, -5);
	shutdown(-1, 77);
	listen(INT32_MIN, -1);
	close(sv[0]);
	return 0;
}
