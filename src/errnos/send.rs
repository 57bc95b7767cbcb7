//! The rows of `send`. Twin: `c-reference/errnos/send.h`.

use super::arrange::*;
use super::looks::*;
use super::sockets::*;
use super::why::{BROKEN, NO_PEER};

const C: &str = "send";

pub(super) const ROWS: &[Row] = &[
    fails(C, "descriptor -1", EBADF, || Ok(came(raw::send(&NO_FD, To(b"hello"), 5, 0)))),
    fails(C, "a closed descriptor", EBADF, || Ok(came(raw::send(&closed()?, To(b"hello"), 5, 0)))),
    fails(C, "a file", ENOTSOCK, || Ok(came(send(&file()?, b"hello", 0)))),
    fails(C, "MSG_DONTWAIT, the buffers are full", EAGAIN, || {
        let p = connected()?;
        fill(&p.a)?;
        Ok(came(send(&p.a, b"hello", MSG_DONTWAIT)))
    }),
    fails(C, "SO_SNDTIMEO ran out", EAGAIN, || {
        let p = connected()?;
        fill(&p.a)?;
        patience(&p.a, SO_SNDTIMEO, 20)?;
        Ok(came(send(&p.a, b"hello", 0)))
    }),
    fails(C, "a signal, the buffers are full", EINTR, || {
        let p = connected()?;
        fill(&p.a)?;
        interrupt(0)?;
        Ok(came(send(&p.a, b"hello", 0)))
    }),
    fails(C, "a stream that is not connected", EPIPE, || {
        let sd = tcp()?;
        handle(SIGPIPE, 0)?;
        let o = came(send(&sd, b"hello", 0));
        Ok(o.then(sigpipe()))
    })
    .after("and SIGPIPE came")
    .differs(&both("ENOTCONN", BROKEN)),
    fails(C, "a listening socket", EPIPE, || {
        let sd = listener(5)?;
        Ok(came(send(&sd, b"hello", 0)))
    })
    .differs(&both("ENOTCONN", BROKEN)),
    fails(C, "after shutdown(SHUT_WR)", EPIPE, || {
        let p = connected()?;
        handle(SIGPIPE, 0)?;
        shutdown(&p.a, SHUT_WR)?;
        let o = came(send(&p.a, b"hello", 0));
        Ok(o.then(sigpipe()))
    })
    .after("and SIGPIPE came"),
    fails(C, "the same with MSG_NOSIGNAL", EPIPE, || {
        let p = connected()?;
        handle(SIGPIPE, 0)?;
        shutdown(&p.a, SHUT_WR)?;
        let o = came(send(&p.a, b"hello", MSG_NOSIGNAL));
        Ok(o.then(sigpipe()))
    })
    .after("and no SIGPIPE came"),
    works(C, "the peer has closed", || {
        let p = connected()?;
        close(p.b)?;
        let o = came(send(&p.a, b"hello", 0));
        wait_for(&p.a, POLLERR)?;
        Ok(o.then(said("then send", send(&p.a, b"hello", 0))))
    })
    .after("then send: EPIPE"),
    fails(C, "the peer has reset the connection", ECONNRESET, || {
        let sd = reset()?;
        let o = came(send(&sd, b"hello", 0));
        Ok(o.then(said("then send", send(&sd, b"hello", 0))))
    })
    .after("then send: EPIPE"),
    fails(C, "the connection was given up", ETIMEDOUT, || {
        let p = given_up()?;
        Ok(came(send(&p.a, b"hello", 0)))
    }),
    fails(C, "the buffer at a bad pointer", EFAULT, || {
        let p = connected()?;
        let o = came(raw::send(&p.a, Wild, 5, 0));
        Ok(o.then(said("then the peer's recv", recv(&p.b, &mut [0; 9], MSG_DONTWAIT))))
    })
    .after("then the peer's recv: EAGAIN"),
    works(C, "MSG_OOB", || {
        let p = connected()?;
        Ok(came(send(&p.a, b"!", MSG_OOB)))
    }),
    fails(C, "MSG_FASTOPEN while one is under way", EALREADY, || {
        let full = full_queue()?;
        let sin = name_of(&full.a)?;
        let sd = tcp()?;
        non_blocking(&sd)?;
        let _ = sendto(&sd, b"hello", MSG_FASTOPEN, &sin);
        Ok(came(send(&sd, b"hello", MSG_FASTOPEN)))
    }),
    fails(C, "UDP: not connected", EDESTADDRREQ, || {
        let sd = udp()?;
        Ok(came(send(&sd, b"hello", 0)))
    }),
    fails(C, "UDP: the buffer at a bad pointer", EFAULT, || {
        let p = datagrams()?;
        let o = came(raw::send(&p.a, Wild, 5, 0));
        Ok(o.then(said("then the peer's recv", recv(&p.b, &mut [0; 9], MSG_DONTWAIT))))
    })
    .after("then the peer's recv: EAGAIN"),
    fails(C, "UDP: 65,508 bytes", EMSGSIZE, || {
        let p = datagrams()?;
        Ok(came(send(&p.a, &[0; 65508], 0)))
    }),
    works(C, "UDP: 65,507 bytes, the most there are", || {
        let p = datagrams()?;
        Ok(came(send(&p.a, &[0; 65507], 0)))
    }),
    fails(C, "UDP: MSG_OOB", EOPNOTSUPP, || {
        let p = datagrams()?;
        Ok(came(send(&p.a, b"!", MSG_OOB)))
    }),
    fails(C, "UDP: to broadcast, SO_BROADCAST taken back", EACCES, || {
        let sin = ip(BROADCAST, NOBODY);
        let sd = udp()?;
        set(&sd, SOL_SOCKET, SO_BROADCAST, 1)?;
        connect(&sd, &sin)?;
        set(&sd, SOL_SOCKET, SO_BROADCAST, 0)?;
        // Without this flag the kernel takes the route that connect has found, and does not ask.
        Ok(came(send(&sd, b"hello", libc::MSG_DONTROUTE)))
    }),
    fails(C, "UDP: an earlier datagram met nobody", ECONNREFUSED, || {
        let sd = refused()?;
        let o = came(send(&sd, b"hello", 0));
        Ok(o.then(said("then send", send(&sd, b"hello", 0))))
    })
    .after("then send: 5"),
    fails(C, "UDP: after shutdown(SHUT_WR)", EPIPE, || {
        let p = datagrams()?;
        shutdown(&p.a, SHUT_WR)?;
        Ok(came(send(&p.a, b"hello", 0)))
    }),
    fails(C, "UDP: UDP_SEGMENT 1, 60,000 bytes", EINVAL, || {
        let p = datagrams()?;
        set(&p.a, SOL_UDP, UDP_SEGMENT, 1)?;
        Ok(came(send(&p.a, &[0; 60000], 0)))
    }),
    fails(C, "AF_UNIX: a stream that is not connected", ENOTCONN, || {
        let sd = local(SOCK_STREAM)?;
        Ok(came(send(&sd, b"hello", 0)))
    }),
    fails(C, "AF_UNIX: the peer has closed", EPIPE, || {
        let p = local_pair(SOCK_STREAM)?;
        handle(SIGPIPE, 0)?;
        close(p.b)?;
        let o = came(send(&p.a, b"hello", 0));
        Ok(o.then(sigpipe()))
    })
    .after("and SIGPIPE came"),
    fails(C, "AF_UNIX: a datagram socket, not connected", ENOTCONN, || {
        let sd = local(SOCK_DGRAM)?;
        Ok(came(send(&sd, b"hello", 0)))
    })
    .differs(&both("EDESTADDRREQ", NO_PEER)),
    fails(C, "AF_UNIX: the datagram socket's peer has closed", ECONNREFUSED, || {
        let p = local_pair(SOCK_DGRAM)?;
        close(p.b)?;
        let o = came(send(&p.a, b"hello", 0));
        Ok(o.then(said("then send", send(&p.a, b"hello", 0))))
    })
    .after("then send: ENOTCONN"),
    fails(C, "AF_UNIX: a datagram above SO_SNDBUF", EMSGSIZE, || {
        let p = local_pair(SOCK_DGRAM)?;
        set(&p.a, SOL_SOCKET, SO_SNDBUF, 8192)?;
        Ok(came(send(&p.a, &[0; 65536], 0)))
    }),
    fails(C, "AF_UNIX: datagrams, MSG_OOB", EOPNOTSUPP, || {
        let p = local_pair(SOCK_DGRAM)?;
        Ok(came(send(&p.a, b"!", MSG_OOB)))
    }),
    fails(C, "AF_UNIX: datagrams, the peer's queue is full", EAGAIN, || {
        let p = local_pair(SOCK_DGRAM)?;
        fill_datagrams(&p.a)?;
        Ok(came(send(&p.a, b"hello", MSG_DONTWAIT)))
    }),
];
