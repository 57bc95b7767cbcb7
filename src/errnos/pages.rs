//! What the descriptions list: the errnos of each call's Linux man page (man-pages 6.03), and those of its page in
//! POSIX.1-2017, "shall fail" and "may fail" (manpages-posix 2017-a). For `close` POSIX.1-2024 is taken, which adds
//! EINPROGRESS. EWOULDBLOCK is EAGAIN here; what accept(2) names in passing, not in its list (ENOSR, ETIMEDOUT and
//! others "may be seen"), is not here.

use super::row::Expect;
use crate::calls::Errno::{self, *};

/// The errnos that a call's descriptions list.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// The call.
    pub call: &'static str,
    /// Those of the man page of section 2.
    pub man: &'static [Errno],
    /// Those of POSIX.
    pub posix: &'static [Errno],
}

impl Page {
    /// Whether the man page, and whether POSIX lists what came. Success need not be listed; neither need EFAULT be by
    /// POSIX, for which a call with a bad pointer is undefined.
    pub fn lists(&self, came: Expect) -> (bool, bool) {
        match came {
            Expect::Success => (true, true),
            Expect::Fails(errno) => {
                (self.man.contains(&errno), errno == EFAULT || self.posix.contains(&errno))
            }
        }
    }
}

/// A call's.
pub fn page(call: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.call == call)
}

const SEND: &[Errno] = &[
    EACCES,
    EAGAIN,
    EALREADY,
    EBADF,
    ECONNRESET,
    EDESTADDRREQ,
    EFAULT,
    EINTR,
    EINVAL,
    EISCONN,
    EMSGSIZE,
    ENOBUFS,
    ENOMEM,
    ENOTCONN,
    ENOTSOCK,
    EOPNOTSUPP,
    EPIPE,
];
const RECV: &[Errno] =
    &[EAGAIN, EBADF, ECONNREFUSED, EFAULT, EINTR, EINVAL, ENOMEM, ENOTCONN, ENOTSOCK];
const RECV_POSIX: &[Errno] = &[
    EAGAIN, EBADF, ECONNRESET, EINTR, EINVAL, ENOTCONN, ENOTSOCK, EOPNOTSUPP, ETIMEDOUT, EIO,
    ENOBUFS, ENOMEM,
];
const OPTION: &[Errno] = &[EBADF, EFAULT, EINVAL, ENOPROTOOPT, ENOTSOCK];

/// All of them, in the order of the table.
pub const PAGES: [Page; 17] = [
    Page {
        call: "socket",
        man: &[EACCES, EAFNOSUPPORT, EINVAL, EMFILE, ENFILE, ENOBUFS, ENOMEM, EPROTONOSUPPORT],
        posix: &[
            EAFNOSUPPORT,
            EMFILE,
            ENFILE,
            EPROTONOSUPPORT,
            EPROTOTYPE,
            EACCES,
            ENOBUFS,
            ENOMEM,
        ],
    },
    Page {
        call: "bind",
        man: &[
            EACCES,
            EADDRINUSE,
            EBADF,
            EINVAL,
            ENOTSOCK,
            EADDRNOTAVAIL,
            EFAULT,
            ELOOP,
            ENAMETOOLONG,
            ENOENT,
            ENOMEM,
            ENOTDIR,
            EROFS,
        ],
        posix: &[
            EADDRINUSE,
            EADDRNOTAVAIL,
            EAFNOSUPPORT,
            EALREADY,
            EBADF,
            EINPROGRESS,
            EINVAL,
            ENOBUFS,
            ENOTSOCK,
            EOPNOTSUPP,
            EACCES,
            EDESTADDRREQ,
            EISDIR,
            EIO,
            ELOOP,
            ENAMETOOLONG,
            ENOENT,
            ENOTDIR,
            EROFS,
            EISCONN,
        ],
    },
    Page {
        call: "listen",
        man: &[EADDRINUSE, EBADF, ENOTSOCK, EOPNOTSUPP],
        posix: &[EBADF, EDESTADDRREQ, EINVAL, ENOTSOCK, EOPNOTSUPP, EACCES, ENOBUFS],
    },
    Page {
        call: "accept",
        man: &[
            EAGAIN,
            EBADF,
            ECONNABORTED,
            EFAULT,
            EINTR,
            EINVAL,
            EMFILE,
            ENFILE,
            ENOBUFS,
            ENOMEM,
            ENOTSOCK,
            EOPNOTSUPP,
            EPERM,
            EPROTO,
        ],
        posix: &[
            EAGAIN,
            EBADF,
            ECONNABORTED,
            EINTR,
            EINVAL,
            EMFILE,
            ENFILE,
            ENOBUFS,
            ENOMEM,
            ENOTSOCK,
            EOPNOTSUPP,
            EPROTO,
        ],
    },
    Page {
        call: "connect",
        man: &[
            EACCES,
            EPERM,
            EADDRINUSE,
            EADDRNOTAVAIL,
            EAFNOSUPPORT,
            EAGAIN,
            EALREADY,
            EBADF,
            ECONNREFUSED,
            EFAULT,
            EINPROGRESS,
            EINTR,
            EISCONN,
            ENETUNREACH,
            ENOTSOCK,
            EPROTOTYPE,
            ETIMEDOUT,
        ],
        posix: &[
            EADDRNOTAVAIL,
            EAFNOSUPPORT,
            EALREADY,
            EBADF,
            ECONNREFUSED,
            EINPROGRESS,
            EINTR,
            EISCONN,
            ENETUNREACH,
            ENOTSOCK,
            EPROTOTYPE,
            ETIMEDOUT,
            EIO,
            ELOOP,
            ENAMETOOLONG,
            ENOENT,
            ENOTDIR,
            EACCES,
            EADDRINUSE,
            ECONNRESET,
            EHOSTUNREACH,
            EINVAL,
            ENETDOWN,
            ENOBUFS,
            EOPNOTSUPP,
        ],
    },
    Page {
        call: "send",
        man: SEND,
        posix: &[
            EAGAIN,
            EBADF,
            ECONNRESET,
            EDESTADDRREQ,
            EINTR,
            EMSGSIZE,
            ENOTCONN,
            ENOTSOCK,
            EOPNOTSUPP,
            EPIPE,
            EACCES,
            EIO,
            ENETDOWN,
            ENETUNREACH,
            ENOBUFS,
        ],
    },
    Page {
        call: "sendto",
        man: SEND,
        posix: &[
            EAFNOSUPPORT,
            EAGAIN,
            EBADF,
            ECONNRESET,
            EINTR,
            EMSGSIZE,
            ENOTCONN,
            ENOTSOCK,
            EOPNOTSUPP,
            EPIPE,
            EIO,
            ELOOP,
            ENAMETOOLONG,
            ENOENT,
            ENOTDIR,
            EACCES,
            EDESTADDRREQ,
            EHOSTUNREACH,
            EINVAL,
            EISCONN,
            ENETDOWN,
            ENETUNREACH,
            ENOBUFS,
            ENOMEM,
        ],
    },
    Page { call: "recv", man: RECV, posix: RECV_POSIX },
    Page { call: "recvfrom", man: RECV, posix: RECV_POSIX },
    Page {
        call: "shutdown",
        man: &[EBADF, EINVAL, ENOTCONN, ENOTSOCK],
        posix: &[EBADF, EINVAL, ENOTCONN, ENOTSOCK, ENOBUFS],
    },
    Page {
        call: "close",
        man: &[EBADF, EINTR, EIO, ENOSPC, EDQUOT],
        posix: &[EBADF, EINTR, EINPROGRESS, EIO],
    },
    Page {
        call: "getsockname",
        man: &[EBADF, EFAULT, EINVAL, ENOBUFS, ENOTSOCK],
        posix: &[EBADF, ENOTSOCK, EOPNOTSUPP, EINVAL, ENOBUFS],
    },
    Page {
        call: "getpeername",
        man: &[EBADF, EFAULT, EINVAL, ENOBUFS, ENOTCONN, ENOTSOCK],
        posix: &[EBADF, EINVAL, ENOTCONN, ENOTSOCK, EOPNOTSUPP, ENOBUFS],
    },
    Page {
        call: "setsockopt",
        man: OPTION,
        posix: &[EBADF, EDOM, EINVAL, EISCONN, ENOPROTOOPT, ENOTSOCK, ENOMEM, ENOBUFS],
    },
    Page {
        call: "getsockopt",
        man: OPTION,
        posix: &[EBADF, EINVAL, ENOPROTOOPT, ENOTSOCK, EACCES, ENOBUFS],
    },
    Page {
        call: "socketpair",
        man: &[EAFNOSUPPORT, EFAULT, EMFILE, ENFILE, EOPNOTSUPP, EPROTONOSUPPORT],
        posix: &[
            EAFNOSUPPORT,
            EMFILE,
            ENFILE,
            EOPNOTSUPP,
            EPROTONOSUPPORT,
            EPROTOTYPE,
            EACCES,
            ENOBUFS,
            ENOMEM,
        ],
    },
    Page { call: "poll", man: &[EFAULT, EINTR, EINVAL, ENOMEM], posix: &[EAGAIN, EINTR, EINVAL] },
];
