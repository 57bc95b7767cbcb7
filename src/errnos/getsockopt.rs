//! The rows of `getsockopt`. Twin: `c-reference/errnos/getsockopt.h`.

use super::arrange::*;
use super::sockets::*;
use super::why::NO_LEVEL;

const C: &str = "getsockopt";

pub(super) const ROWS: &[Row] = &[
    fails(C, "descriptor -1", EBADF, || {
        let mut length = 4;
        Ok(came(raw::getsockopt(&NO_FD, SOL_SOCKET, SO_TYPE, Good, At(&mut length))))
    }),
    fails(C, "a closed descriptor", EBADF, || {
        let mut length = 4;
        Ok(came(raw::getsockopt(&closed()?, SOL_SOCKET, SO_TYPE, Good, At(&mut length))))
    }),
    fails(C, "a file", ENOTSOCK, || {
        let mut length = 4;
        Ok(came(raw::getsockopt(&file()?, SOL_SOCKET, SO_TYPE, Good, At(&mut length))))
    }),
    fails(C, "the value at a bad pointer", EFAULT, || {
        let mut length = 4;
        Ok(came(raw::getsockopt(&tcp()?, SOL_SOCKET, SO_TYPE, Wild, At(&mut length))))
    }),
    fails(C, "the value is read-only memory", EFAULT, || {
        let mut length = 4;
        Ok(came(raw::getsockopt(&tcp()?, SOL_SOCKET, SO_TYPE, ReadOnly, At(&mut length))))
    }),
    fails(C, "optlen is a bad pointer", EFAULT, || {
        Ok(came(raw::getsockopt(&tcp()?, SOL_SOCKET, SO_TYPE, Good, Length::Wild)))
    }),
    fails(C, "optlen -1", EINVAL, || {
        let mut length = socklen_t::MAX;
        Ok(came(raw::getsockopt(&tcp()?, SOL_SOCKET, SO_TYPE, Good, At(&mut length))))
    }),
    works(C, "optlen 2: the value is cut", || {
        let mut length = 2;
        let o = came(raw::getsockopt(&tcp()?, SOL_SOCKET, SO_TYPE, Good, At(&mut length)));
        Ok(o.then(said("and optlen", Ok(length))))
    })
    .after("and optlen: 2"),
    fails(C, "an option that SOL_SOCKET does not have: 9999", ENOPROTOOPT, || {
        let mut length = 4;
        Ok(came(raw::getsockopt(&tcp()?, SOL_SOCKET, 9999, Good, At(&mut length))))
    }),
    fails(C, "an option that IPPROTO_TCP does not have: 9999", ENOPROTOOPT, || {
        let mut length = 4;
        Ok(came(raw::getsockopt(&tcp()?, IPPROTO_TCP, 9999, Good, At(&mut length))))
    }),
    fails(C, "a level that does not exist: 9999", EOPNOTSUPP, || {
        let mut length = 4;
        Ok(came(raw::getsockopt(&tcp()?, 9999, 1, Good, At(&mut length))))
    })
    .differs(&both("ENOPROTOOPT", NO_LEVEL)),
    fails(C, "UDP: TCP_INFO", EOPNOTSUPP, || {
        let mut length = 4;
        Ok(came(raw::getsockopt(&udp()?, IPPROTO_TCP, TCP_INFO, Good, At(&mut length))))
    })
    .differs(&both("ENOPROTOOPT", NO_LEVEL)),
    fails(C, "AF_UNIX: TCP_INFO", EOPNOTSUPP, || {
        let mut length = 4;
        Ok(came(raw::getsockopt(
            &local(SOCK_STREAM)?,
            IPPROTO_TCP,
            TCP_INFO,
            Good,
            At(&mut length),
        )))
    })
    .differs(&both("ENOPROTOOPT", NO_LEVEL)),
    fails(C, "IP_MTU on a socket that is not connected", ENOTCONN, || {
        let mut length = 4;
        Ok(came(raw::getsockopt(&udp()?, IPPROTO_IP, IP_MTU, Good, At(&mut length))))
    }),
    works(C, "SO_ERROR after a refusal", || {
        let sd = refused()?;
        let mut length = 4;
        let o = came(raw::getsockopt(&sd, SOL_SOCKET, SO_ERROR, Good, At(&mut length)));
        Ok(o.then(said("then send", send(&sd, b"hello", 0))))
    })
    .after("then send: 5"),
    works(C, "SO_TYPE after shutdown(SHUT_RDWR)", || {
        let p = connected()?;
        let mut length = 4;
        shutdown(&p.a, SHUT_RDWR)?;
        Ok(came(raw::getsockopt(&p.a, SOL_SOCKET, SO_TYPE, Good, At(&mut length))))
    }),
];
