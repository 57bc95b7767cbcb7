//! The rows of `socketpair`. Twin: `c-reference/errnos/socketpair.h`.

use super::arrange::*;
use super::looks::*;
use super::why::OWN_ERRNO;

const C: &str = "socketpair";

pub(super) const ROWS: &[Row] = &[
    fails(C, "a family that does not exist: 99", EAFNOSUPPORT, || {
        Ok(came(socketpair(99, SOCK_STREAM, 0)))
    }),
    fails(C, "AF_INET", EOPNOTSUPP, || Ok(came(socketpair(AF_INET, SOCK_STREAM, 0)))),
    fails(C, "AF_INET, SOCK_DGRAM", EOPNOTSUPP, || Ok(came(socketpair(AF_INET, SOCK_DGRAM, 0)))),
    fails(C, "AF_INET, SOCK_STREAM, protocol 253", EPROTONOSUPPORT, || {
        Ok(came(socketpair(AF_INET, SOCK_STREAM, 253)))
    }),
    fails(C, "AF_UNIX, protocol 5", EPROTONOSUPPORT, || {
        Ok(came(socketpair(AF_UNIX, SOCK_STREAM, 5)))
    }),
    fails(C, "AF_UNIX, SOCK_RDM", ESOCKTNOSUPPORT, || Ok(came(socketpair(AF_UNIX, SOCK_RDM, 0))))
        .differs(&[posix("EPROTOTYPE", OWN_ERRNO)]),
    fails(C, "AF_UNIX, a type above all types: 15", EINVAL, || {
        Ok(came(socketpair(AF_UNIX, 15, 0)))
    }),
    fails(C, "AF_UNIX, an unknown flag", EINVAL, || {
        Ok(came(socketpair(AF_UNIX, SOCK_STREAM | 0x10000, 0)))
    }),
    fails(C, "sv is a bad pointer", EFAULT, || {
        descriptors_left(2)?;
        let o = came(raw::socketpair(AF_UNIX, SOCK_STREAM, 0, Wild));
        Ok(o.then(still_free(2)))
    })
    .after("and no descriptor is lost"),
    fails(C, "sv is read-only memory", EFAULT, || {
        Ok(came(raw::socketpair(AF_UNIX, SOCK_STREAM, 0, ReadOnly)))
    }),
    fails(C, "RLIMIT_NOFILE is reached", EMFILE, || {
        descriptors_left(0)?;
        Ok(came(socketpair(AF_UNIX, SOCK_STREAM, 0)))
    }),
    fails(C, "RLIMIT_NOFILE leaves one descriptor", EMFILE, || {
        descriptors_left(1)?;
        let o = came(socketpair(AF_UNIX, SOCK_STREAM, 0));
        Ok(o.then(still_free(1)))
    })
    .after("and no descriptor is lost"),
];
