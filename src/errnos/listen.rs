//! The rows of `listen`. Twin: `c-reference/errnos/listen.h`.

use super::arrange::*;
use super::sockets::*;
use super::why::NEEDS_A_NAME;

const C: &str = "listen";

pub(super) const ROWS: &[Row] = &[
    fails(C, "descriptor -1", EBADF, || Ok(came(raw::listen(&NO_FD, 5)))),
    fails(C, "a closed descriptor", EBADF, || Ok(came(raw::listen(&closed()?, 5)))),
    fails(C, "a file", ENOTSOCK, || Ok(came(listen(&file()?, 5)))),
    fails(C, "two sockets on one port, and the other listens", EADDRINUSE, || {
        let other = tcp()?;
        let sd = tcp()?;
        set(&other, SOL_SOCKET, SO_REUSEADDR, 1)?;
        set(&sd, SOL_SOCKET, SO_REUSEADDR, 1)?;
        bind_loopback(&other)?;
        let sin = name_of(&other)?;
        bind(&sd, &sin)?;
        listen(&other, 5)?;
        Ok(came(listen(&sd, 5)))
    }),
    fails(C, "not bound, the only ephemeral port is taken", EADDRINUSE, || {
        let other = bound(tcp()?)?;
        let sd = tcp()?;
        one_port(&sd, name_of(&other)?)?;
        Ok(came(listen(&sd, 5)))
    }),
    works(C, "not bound", || {
        let sd = tcp()?;
        Ok(came(listen(&sd, 5)))
    }),
    works(C, "a listening socket once more", || {
        let sd = listener(5)?;
        Ok(came(listen(&sd, 50)))
    }),
    works(C, "a negative backlog", || {
        let sd = bound(tcp()?)?;
        Ok(came(listen(&sd, -7)))
    }),
    fails(C, "a connected socket", EINVAL, || {
        let p = connected()?;
        Ok(came(listen(&p.a, 5)))
    }),
    fails(C, "UDP", EOPNOTSUPP, || {
        let sd = bound(udp()?)?;
        Ok(came(listen(&sd, 5)))
    }),
    fails(C, "AF_UNIX: a datagram socket", EOPNOTSUPP, || {
        let sd = at_path(SOCK_DGRAM, "socket")?;
        Ok(came(listen(&sd, 5)))
    }),
    fails(C, "AF_UNIX: not bound", EINVAL, || {
        let sd = local(SOCK_STREAM)?;
        Ok(came(listen(&sd, 5)))
    })
    .differs(&[posix("EDESTADDRREQ", NEEDS_A_NAME)]),
    fails(C, "AF_UNIX: a connected socket", EINVAL, || {
        let p = local_pair(SOCK_STREAM)?;
        Ok(came(listen(&p.a, 5)))
    }),
];
