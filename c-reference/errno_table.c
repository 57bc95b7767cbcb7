/*
 * errno_table [CALL]: every errno of the socket calls that can be provoked here, a line each: call, arrangement,
 * what came, what a second look found; tabs between them. In a network of its own, each row in a process of its own.
 * Twin: ../src/bin/errno_table.rs
 */
#define _GNU_SOURCE
#include "program.h"

#include <grp.h>
#include <linux/capability.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "errnos/row.h"
#include "errnos/world.h"

#include "errnos/socket.h"
#include "errnos/bind.h"
#include "errnos/listen.h"
#include "errnos/accept.h"
#include "errnos/connect.h"
#include "errnos/send.h"
#include "errnos/sendto.h"
#include "errnos/recv.h"
#include "errnos/recvfrom.h"
#include "errnos/shutdown.h"
#include "errnos/close.h"
#include "errnos/getsockname.h"
#include "errnos/getpeername.h"
#include "errnos/setsockopt.h"
#include "errnos/getsockopt.h"
#include "errnos/socketpair.h"
#include "errnos/poll.h"

#define PATIENCE 20000 /* milliseconds for a row */

#define TABLE(rows) {rows, sizeof(rows) / sizeof(rows[0])}

static const struct {
    const struct row *rows;
    size_t count;
} tables[] = {
    TABLE(socket_rows),      TABLE(bind_rows),        TABLE(listen_rows),     TABLE(accept_rows),
    TABLE(connect_rows),     TABLE(send_rows),        TABLE(sendto_rows),     TABLE(recv_rows),
    TABLE(recvfrom_rows),    TABLE(shutdown_rows),    TABLE(close_rows),      TABLE(getsockname_rows),
    TABLE(getpeername_rows), TABLE(setsockopt_rows),  TABLE(getsockopt_rows), TABLE(socketpair_rows),
    TABLE(poll_rows),
};

/* The row's process: an empty folder, the calls, and a word to the parent. */
_Noreturn static void play(const struct row *row)
{
    struct outcome outcome;
    char folder[24];

    snprintf(folder, sizeof(folder), "%d", (int)getpid());
    must(mkdir(folder, 0700));
    must(chdir(folder));
    outcome = row->run();
    say("", errno_name(outcome.error), outcome.after);
}

/* What the row's process says, or what became of it. */
static const char *hear(pid_t child, int from, char *text, size_t size)
{
    struct pollfd set = {.fd = from, .events = POLLIN};
    bool spoke = poll(&set, 1, PATIENCE) == 1;
    ssize_t n = spoke ? read(from, text, size - 1) : 0;
    int status = 0;

    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    if (!spoke)
        return "timed out\t\n";
    if (n > 0) {
        text[n] = '\0';
        return text;
    }
    if (WIFSIGNALED(status))
        snprintf(text, size, "killed by %s\t\n", signal_name(WTERMSIG(status)));
    else
        snprintf(text, size, "ended with status %d\t\n", WEXITSTATUS(status));
    return text;
}

static void run(const struct row *row)
{
    char text[256];
    int ends[2];
    pid_t child;

    if (pipe(ends) == -1)
        fail("pipe");
    if ((child = fork()) == -1)
        fail("fork");
    if (child == 0) {
        report = dup2(ends[1], ends[0]); /* the lowest number, so that no gap is below it */
        close(ends[1]);
        play(row);
    }
    close(ends[1]);
    print("%s\t%s\t%s", row->call, row->arrangement, hear(child, ends[0], text, sizeof(text)));
    close(ends[0]);
}

int main(int argc, char *argv[])
{
    const char *call = argc > 1 ? argv[1] : NULL;
    size_t count = 0;

    standard_streams();
    signal(SIGPIPE, SIG_IGN);
    enter_world();
    for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
        for (size_t r = 0; r < tables[t].count; r++)
            if (call == NULL || strcmp(call, tables[t].rows[r].call) == 0) {
                run(&tables[t].rows[r]);
                count++;
            }
    if (count == 0) {
        fprintf(stderr, "errno_table: there is no row of '%s'\nusage: errno_table [CALL]\n", call);
        return 2;
    }
    return 0;
}
