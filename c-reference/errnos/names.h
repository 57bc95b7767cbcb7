/*
 * names.h: the names of errnos and of signals. (glibc's strerrorname_np is not everywhere.)
 * Rust has them in nix's Errno.
 */
#ifndef NAMES_H
#define NAMES_H

#define NAME(number) \
    case number: \
        return #number

static inline const char *errno_name(int number)
{
    static char other[24];

    switch (number) {
    case 0:
        return "0";
        NAME(EPERM);
        NAME(ENOENT);
        NAME(EINTR);
        NAME(EIO);
        NAME(EBADF);
        NAME(EAGAIN);
        NAME(ENOMEM);
        NAME(EACCES);
        NAME(EFAULT);
        NAME(EBUSY);
        NAME(EEXIST);
        NAME(ENODEV);
        NAME(ENOTDIR);
        NAME(EISDIR);
        NAME(EINVAL);
        NAME(ENFILE);
        NAME(EMFILE);
        NAME(ENOTTY);
        NAME(ENOSPC);
        NAME(ESPIPE);
        NAME(EROFS);
        NAME(EPIPE);
        NAME(EDOM);
        NAME(ERANGE);
        NAME(ENAMETOOLONG);
        NAME(ENOSYS);
        NAME(ELOOP);
        NAME(EPROTO);
        NAME(EOVERFLOW);
        NAME(ENOTSOCK);
        NAME(EDESTADDRREQ);
        NAME(EMSGSIZE);
        NAME(EPROTOTYPE);
        NAME(ENOPROTOOPT);
        NAME(EPROTONOSUPPORT);
        NAME(ESOCKTNOSUPPORT);
        NAME(EOPNOTSUPP);
        NAME(EPFNOSUPPORT);
        NAME(EAFNOSUPPORT);
        NAME(EADDRINUSE);
        NAME(EADDRNOTAVAIL);
        NAME(ENETDOWN);
        NAME(ENETUNREACH);
        NAME(ENETRESET);
        NAME(ECONNABORTED);
        NAME(ECONNRESET);
        NAME(ENOBUFS);
        NAME(EISCONN);
        NAME(ENOTCONN);
        NAME(ESHUTDOWN);
        NAME(ETIMEDOUT);
        NAME(ECONNREFUSED);
        NAME(EHOSTDOWN);
        NAME(EHOSTUNREACH);
        NAME(EALREADY);
        NAME(EINPROGRESS);
    }
    snprintf(other, sizeof(other), "errno %d", number);
    return other;
}

static inline const char *signal_name(int number)
{
    static char other[24];

    switch (number) {
        NAME(SIGABRT);
        NAME(SIGALRM);
        NAME(SIGBUS);
        NAME(SIGFPE);
        NAME(SIGILL);
        NAME(SIGKILL);
        NAME(SIGPIPE);
        NAME(SIGSEGV);
        NAME(SIGSYS);
    }
    snprintf(other, sizeof(other), "signal %d", number);
    return other;
}

#endif
