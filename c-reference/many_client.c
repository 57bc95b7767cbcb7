/*
 * many_client [--connections N] [--lines N] [HOST [PORT]]: holds N connections to port 12000 at once, sends a line on each and
 * then receives the answers, as often as there are lines.
 * Partner: each server whose name begins with many_. Twin: ../src/bin/many_client.rs
 */
#include "descriptors.h"
#include "stream.h"

#include <inttypes.h>

#define USAGE "many_client [--connections N] [--lines N] [HOST [PORT]]"

int main(int argc, char *argv[])
{
    struct timeval two_seconds = {2, 0};
    struct arguments args;
    struct sockaddr_in sin;
    struct lines lines;
    unsigned connections;
    uint64_t sent = 0, right = 0;
    char question[64], answer[64];
    int *sds;

    standard_streams();
    args = arguments(argc, argv, USAGE, "localhost", 12000);
    sin = lookup(args.address, args.port, SOCK_STREAM);
    connections = descriptors(args.connections);
    if ((sds = calloc(connections, sizeof(*sds))) == NULL)
        fail("calloc");

    for (unsigned k = 0; k < connections; k++) {
        if ((sds[k] = socket(AF_INET, SOCK_STREAM, 0)) == -1)
            fail("socket");
        if (setsockopt(sds[k], SOL_SOCKET, SO_RCVTIMEO, &two_seconds, sizeof(two_seconds)) == -1)
            fail("setsockopt");
        if (connect(sds[k], (struct sockaddr *)&sin, sizeof(sin)) == -1)
            fail("connect");
    }

    for (unsigned line = 1; line <= args.lines; line++) {
        for (unsigned k = 0; k < connections; k++) {
            int length = snprintf(question, sizeof(question), "line %u of connection %u\n", line, k + 1);

            if (send_all(sds[k], question, (size_t)length) == -1) {
                fprintf(stderr, "connection %u: send: %s\n", k + 1, strerror(errno));
                goto end;
            }
            sent++;
        }
        for (unsigned k = 0; k < connections; k++) {
            int length = snprintf(answer, sizeof(answer), "LINE %u OF CONNECTION %u\n", line, k + 1);

            lines.length = 0;

            ssize_t n = recv_line(sds[k], &lines);

            if (n == -1 && errno == EAGAIN) {
                fprintf(stderr, "connection %u: no answer within 2 seconds\n", k + 1);
                goto end;
            } else if (n == -1) {
                fprintf(stderr, "connection %u: recv: %s\n", k + 1, strerror(errno));
            } else if (n == length && memcmp(lines.buf, answer, (size_t)n) == 0) {
                right++;
            } else if (n == 0) {
                fprintf(stderr, "connection %u: closed by the server\n", k + 1);
            } else {
                fprintf(stderr, "connection %u: a wrong answer\n", k + 1);
            }
        }
    }

end:
    print("%u connections, %" PRIu64 " lines sent, %" PRIu64 " answered right\n", connections, sent, right);
    for (unsigned k = 0; k < connections; k++)
        if (close(sds[k]) == -1)
            perror("close");
    free(sds);
    return right < (uint64_t)args.lines * args.connections;
}
