/* Programs that pass the watcher by: passes uring|numbers */
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char params[256] = {0};
	const char *how = argc > 1 ? argv[1] : "";

	if (strcmp(how, "uring") == 0) {
		syscall(SYS_io_uring_setup, 1, params);
		syscall(SYS_io_uring_setup, 1, params);
	}
#ifdef __x86_64__
	if (strcmp(how, "numbers") == 0) {
		int pid;

		__asm__ volatile("int $0x80" : "=a"(pid) : "a"(20) : "memory"); /* i386's getpid */
	}
#endif
	close(socket(AF_INET, SOCK_DGRAM, 0));
	return 0;
}
