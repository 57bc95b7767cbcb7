/* A client that the tests stop in its calls; nobody listens where it connects to. */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static inline int reach(int sd, const struct sockaddr_in *to)
{
    int answer = connect(sd, (const struct sockaddr *)to, sizeof *to); /* connect */
    return answer;
}

static int __attribute__((noinline)) visit(int sd)
{
    struct sockaddr_in to;
    memset(&to, 0, sizeof to);
    to.sin_family = AF_INET;
    to.sin_port = htons(9);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int answer = reach(sd, &to); /* reach */
    return answer + 1;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    int sd = socket(AF_INET, SOCK_STREAM, 0);
    int sum = 0;

    for (int round = 0; round < 2; round++)
        sum += visit(sd); /* visit */

    if (strcmp(what, "fork") == 0) {
        pid_t child = fork();
        if (child == 0)
            sum += visit(sd); /* child */
        else
            wait(NULL);
    } else if (strcmp(what, "load") == 0) {
        void *library = dlopen(argv[2], RTLD_NOW);
        int (*through_library)(int) = (int (*)(int))dlsym(library, "through_library");
        sum += through_library(sd); /* library */
    } else if (strcmp(what, "exec") == 0) {
        execl(argv[2], argv[2], (char *)NULL);
    }
    return sum;
}
