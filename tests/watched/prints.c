/* Prints lines of 64 bytes between socket and close: prints COUNT, 0 for no end */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	long count = argc > 1 ? atol(argv[1]) : 0;
	int sd = socket(AF_INET, SOCK_DGRAM, 0);
	long i;

	for (i = 0; count == 0 || i < count; i++)
		printf("%063ld\n", i);
	fflush(stdout);
	close(sd);
	return 0;
}
