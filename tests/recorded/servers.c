// A server of three clients: with a thread for each, a process for each, or by itself.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void *serve(void *arg)
{
    int ns = (int)(intptr_t)arg;
    char text[100];
    ssize_t got;
    while ((got = read(ns, text, sizeof text)) > 0) {
        for (ssize_t i = 0; i < got; i++) {
            text[i] = toupper(text[i]);
        }
        write(ns, text, got);
    }
    close(ns);
    return NULL;
}

static void ended(int signal)
{
    (void)signal;
}

int main(int argc, char **argv)
{
    enum { CLIENTS = 3 };
    const char *how = argc > 2 ? argv[2] : "alone";
    pthread_t threads[CLIENTS];
    struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // The child's end breaks accept off: it goes on by itself ("restart"), or answers EINTR ("fork"). poll with a
    // time limit goes on another way ("poll"), where nobody handles the signal.
    struct sigaction action = {.sa_handler = ended, .sa_flags = strcmp(how, "restart") == 0 ? SA_RESTART : 0};
    if (strcmp(how, "poll") != 0) {
        sigaction(SIGCHLD, &action, NULL);
    }
    int sd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(sd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(sd, (struct sockaddr *)&sin, sizeof sin) == -1 || listen(sd, 5) == -1) {
        perror("bind");
        return 1;
    }
    for (int i = 0; i < CLIENTS;) {
        struct sockaddr_in cli;
        socklen_t length = sizeof cli;
        if (strcmp(how, "poll") == 0) {
            poll(&(struct pollfd){sd, POLLIN, 0}, 1, 20000);
        }
        int ns = accept(sd, (struct sockaddr *)&cli, &length);
        if (ns == -1) {
            if (errno == EINTR) {
                continue;
            }
            return 1;
        }
        if (strcmp(how, "threads") == 0) {
            pthread_create(&threads[i], NULL, serve, (void *)(intptr_t)ns);
        } else if (strcmp(how, "alone") == 0) {
            serve((void *)(intptr_t)ns);
        } else if (fork() == 0) {
            close(sd);
            serve((void *)(intptr_t)ns);
            usleep(50000); // by then the parent sleeps in accept
            _exit(0);
        } else {
            close(ns);
        }
        i++;
    }
    if (strcmp(how, "threads") == 0) {
        for (int i = 0; i < CLIENTS; i++) {
            pthread_join(threads[i], NULL);
        }
    }
    while (wait(NULL) != -1 || errno == EINTR) {
    }
    close(sd);
    return 0;
}
