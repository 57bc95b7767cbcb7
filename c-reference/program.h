/*
 * program.h: what every program of the notes shares: its arguments, its printing, its failing.
 * Twin: ../src/program/mod.rs
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#define _GNU_SOURCE /* under -std=c11 the headers hide what is POSIX's, and what is Linux's alone (accept4), without this */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* A call failed: says which and why, and ends the program. */
_Noreturn static inline void fail(const char *call)
{
    perror(call);
    exit(1);
}

/* printf, and out at once: in a pipe or a file, too, each line stands when it is printed. */
__attribute__((format(printf, 1, 2))) static inline void print(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vprintf(format, args);
    va_end(args);
    if (n < 0 || fflush(stdout) == EOF)
        fail("stdout");
}

/* The same for bytes that may hold a NUL. */
static inline void print_bytes(const char *bytes, size_t length)
{
    if (fwrite(bytes, 1, length, stdout) < length || fflush(stdout) == EOF)
        fail("stdout");
}

/*
 * Opens /dev/null for each of the descriptors 0, 1 and 2 that the program was started without. Else the
 * first socket becomes descriptor 1, and printf writes into it. (Rust's runtime does this before main.)
 */
static inline void standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) == -1)
            fail("open");
}

struct arguments {
    bool keep_open;
    unsigned idle;        /* --idle: for how many seconds a client may do nothing */
    unsigned limit;       /* --limit: how many clients at once */
    unsigned connections; /* --connections: how many a client holds */
    unsigned lines;       /* --lines: how many it sends on each */
    const char *address; /* text: an IPv4 address, or a host's name where the usage line says HOST */
    in_port_t port;      /* host byte order */
};

_Noreturn static inline void misuse(const char *usage, const char *argument, const char *why)
{
    fprintf(stderr, "%.*s: '%s' %s\n", (int)strcspn(usage, " "), usage, argument, why);
    fprintf(stderr, "usage: %s\n", usage);
    exit(2);
}

/* The number that an option of the usage line sets. */
static inline unsigned *option_number(struct arguments *args, const char *usage, const char *option)
{
    if (strncmp(option, "--", 2) != 0 || strstr(usage, option) == NULL)
        return NULL;
    if (strcmp(option, "--idle") == 0)
        return &args->idle;
    if (strcmp(option, "--limit") == 0)
        return &args->limit;
    if (strcmp(option, "--connections") == 0)
        return &args->connections;
    if (strcmp(option, "--lines") == 0)
        return &args->lines;
    return NULL;
}

/* Reads digits, and nothing else; false if it is no such number, or above `most`. */
static inline bool whole_number(const char *text, unsigned long most, unsigned long *number)
{
    *number = strtoul(text, NULL, 10);
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0' && *number <= most;
}

/* Reads the arguments that the usage line allows; the last two parameters are the defaults. */
static inline struct arguments arguments(int argc, char *argv[], const char *usage,
                                         const char *address, in_port_t port)
{
    struct arguments args = {false, 60, 10000, 10, 3, address, port};
    struct in_addr parsed;
    unsigned long number;
    unsigned *option;
    int given = 0;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            print("usage: %s\ndefault: %s %d\n", usage, address, port);
            exit(0);
        } else if (strcmp(argv[i], "--keep-open") == 0 && strstr(usage, "--keep-open") != NULL) {
            args.keep_open = true;
        } else if ((option = option_number(&args, usage, argv[i])) != NULL) {
            const char *value = i + 1 < argc ? argv[++i] : "";

            if (!whole_number(value, 1000000, &number) || number == 0)
                misuse(usage, value, "is not a number from 1 to 1000000");
            *option = (unsigned)number;
        } else if (given == 0) {
            args.address = argv[i];
            if (strstr(usage, "ADDRESS") != NULL && inet_pton(AF_INET, args.address, &parsed) != 1)
                misuse(usage, args.address, "is not an IPv4 address such as 127.0.0.1");
            given = 1;
        } else if (given == 1) {
            if (!whole_number(argv[i], 65535, &number))
                misuse(usage, argv[i], "is not a port: a number from 0 to 65535");
            args.port = (in_port_t)number;
            given = 2;
        } else {
            misuse(usage, argv[i], "is one argument too many");
        }
    }
    return args;
}

/* The IPv4 address behind a host's name, with the port, ready for connect or sendto. */
static inline struct sockaddr_in lookup(const char *host, in_port_t port, int socktype)
{
    struct addrinfo hints, *res;
    struct sockaddr_in sin;
    int code;

    memset(&hints, '\0', sizeof(hints));
    hints.ai_family = AF_INET;
    hints.ai_socktype = socktype;
    if ((code = getaddrinfo(host, NULL, &hints, &res)) != 0) {
        fprintf(stderr, "getaddrinfo(%s): %s\n", host,
                code == EAI_SYSTEM ? strerror(errno) : gai_strerror(code));
        exit(1);
    }
    memcpy(&sin, res->ai_addr, sizeof(sin));
    sin.sin_port = htons(port);
    freeaddrinfo(res);
    return sin;
}

/* Reads one line from standard input into *line (to be freed) and gives its length without the newline. */
static inline size_t read_line(char **line)
{
    size_t size = 0;
    ssize_t length;

    *line = NULL;
    if ((length = getline(line, &size, stdin)) == -1) {
        int reason = errno;

        print("\n"); /* after the prompt */
        errno = reason;
        if (ferror(stdin))
            fail("stdin");
        fprintf(stderr, "stdin: there is no line to send\n");
        exit(1);
    }
    if ((*line)[length - 1] == '\n')
        length--;
    return (size_t)length;
}

#endif
