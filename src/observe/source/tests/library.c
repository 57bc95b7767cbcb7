/* A library that client.c loads while it runs. */
#include <sys/socket.h>

int through_library(int sd)
{
    int answer = shutdown(sd, SHUT_RDWR); /* shutdown */
    return answer + 1;
}
