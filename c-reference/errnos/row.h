/*
 * row.h: a row of the errno table, and what came of it. Twin: ../../src/errnos/row.rs
 */
#ifndef ROW_H
#define ROW_H

#include "names.h"

/* What a call gave: an errno, or 0; and what a second look found, a sentence or nothing. */
struct outcome {
    int error;
    const char *after;
};

struct row {
    const char *call;
    const char *arrangement;
    struct outcome (*run)(void);
};

#define ROW(name) static struct outcome name(void)

static int report = -1; /* where a row says what came of it */

/* Says what came, and ends the row's process. */
_Noreturn static inline void say(const char *what, const char *name, const char *after)
{
    dprintf(report, "%s%s\t%s\n", what, name, after);
    _exit(0);
}

/* A step of the arrangement; if it fails there is nothing to see. */
static inline int must(long result)
{
    if (result == -1)
        say("arrangement failed: ", errno_name(errno), "");
    return (int)result;
}

/* The outcome of the call that the row is about. */
static inline struct outcome came(long result)
{
    return (struct outcome){result == -1 ? errno : 0, ""};
}

/* The same with what a second look found. */
static inline struct outcome then(struct outcome outcome, const char *after)
{
    outcome.after = after;
    return outcome;
}

/* A second call's name and its outcome: its errno, or its number. */
static inline const char *said(const char *what, long result)
{
    static char text[80];

    if (result == -1)
        snprintf(text, sizeof(text), "%s: %s", what, errno_name(errno));
    else
        snprintf(text, sizeof(text), "%s: %ld", what, result);
    return text;
}

#endif
