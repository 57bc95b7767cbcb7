/* Two clients of port 12000 in one process, which take their time: whoever they wake is asleep again before they go on. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void pause_(void)
{
    usleep(200 * 1000);
}

static void say(int sd, const char *line)
{
    if (send(sd, line, strlen(line), 0) == -1) {
        perror("send");
        exit(1);
    }
    pause_();
}

static void hear(const char *who, int sd)
{
    char buf[64];
    ssize_t n = recv(sd, buf, sizeof(buf), 0);
    if (n <= 0) {
        perror("recv");
        exit(1);
    }
    printf("%s: %.*s", who, (int)n, buf);
}

static int come(void)
{
    struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(12000)};
    sin.sin_addr.s_addr = inet_addr("127.0.0.1");

    int sd = socket(AF_INET, SOCK_STREAM, 0);
    if (sd == -1 || connect(sd, (struct sockaddr *)&sin, sizeof(sin)) == -1) {
        perror("socket or connect");
        exit(1);
    }
    pause_();
    return sd;
}

int main(void)
{
    int first = come(), second = come();

    say(first, "one\n");
    hear("first", first);
    say(second, "two\n"); /* its answer may come late: nobody waits for it yet */
    say(first, "three\n");
    hear("first", first);
    close(first);
    pause_();

    hear("second", second);
    say(second, "four\n");
    hear("second", second);
    close(second);
    pause_();
    return 0;
}
