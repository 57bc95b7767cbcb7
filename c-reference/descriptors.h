/*
 * descriptors.h: the limit on a process's descriptors. Twin: ../src/program/descriptors.rs
 */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include "program.h"

#include <sys/resource.h>

#define OTHERS 16 /* the descriptors beside those of the clients: 0, 1, 2, the listening socket, what a server waits with */

/* Sees to it that the process may have descriptors for so many clients; says so if it may not, and for how many it may. */
static inline unsigned descriptors(unsigned clients)
{
    rlim_t want = (rlim_t)clients + OTHERS;
    struct rlimit rlim;

    if (getrlimit(RLIMIT_NOFILE, &rlim) == -1)
        fail("getrlimit");

    if (rlim.rlim_cur < want) {
        rlim_t hard = rlim.rlim_max;

        rlim.rlim_cur = want;
        rlim.rlim_max = want > hard ? want : hard;
        if (setrlimit(RLIMIT_NOFILE, &rlim) == -1) {
            /* The hard limit is the superuser's to raise. */
            rlim.rlim_cur = rlim.rlim_max = hard;
            if (setrlimit(RLIMIT_NOFILE, &rlim) == -1)
                fail("setrlimit");
        }
    }
    if (rlim.rlim_cur < want) {
        unsigned most = rlim.rlim_cur > OTHERS ? (unsigned)(rlim.rlim_cur - OTHERS) : 1;

        print("** RLIMIT_NOFILE is %lu: at most %u clients at once\n", (unsigned long)rlim.rlim_cur, most);
        return most;
    }
    return clients;
}

#endif
