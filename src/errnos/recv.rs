//! The rows of `recv`. Twin: `c-reference/errnos/recv.h`.

use super::arrange::*;
use super::looks::*;
use super::sockets::*;
use super::why::{LOCAL_STREAM, UDP_OOB};

const C: &str = "recv";

pub(super) const ROWS: &[Row] = &[
    fails(C, "descriptor -1", EBADF, || Ok(came(raw::recv(&NO_FD, Good, 9, 0)))),
    fails(C, "a closed descriptor", EBADF, || Ok(came(raw::recv(&closed()?, Good, 9, 0)))),
    fails(C, "a file", ENOTSOCK, || Ok(came(recv(&file()?, &mut [0; 9], 0)))),
    fails(C, "MSG_DONTWAIT, nothing is there", EAGAIN, || {
        let p = connected()?;
        Ok(came(recv(&p.a, &mut [0; 9], MSG_DONTWAIT)))
    }),
    fails(C, "SO_RCVTIMEO ran out", EAGAIN, || {
        let p = connected()?;
        patience(&p.a, SO_RCVTIMEO, 20)?;
        Ok(came(recv(&p.a, &mut [0; 9], 0)))
    }),
    fails(C, "a signal, nothing is there", EINTR, || {
        let p = connected()?;
        interrupt(0)?;
        Ok(came(recv(&p.a, &mut [0; 9], 0)))
    }),
    fails(C, "a signal, SO_RCVTIMEO and SA_RESTART", EINTR, || {
        let p = connected()?;
        patience(&p.a, SO_RCVTIMEO, 900)?;
        interrupt(SA_RESTART)?;
        Ok(came(recv(&p.a, &mut [0; 9], 0)))
    }),
    fails(C, "a stream that is not connected", ENOTCONN, || {
        let sd = tcp()?;
        Ok(came(recv(&sd, &mut [0; 9], 0)))
    }),
    fails(C, "a listening socket", ENOTCONN, || {
        let sd = listener(5)?;
        Ok(came(recv(&sd, &mut [0; 9], 0)))
    }),
    works(C, "the peer has closed", || {
        let p = connected()?;
        close(p.b)?;
        Ok(came(recv(&p.a, &mut [0; 9], 0)))
    }),
    fails(C, "the peer has reset the connection", ECONNRESET, || {
        let sd = reset()?;
        let o = came(recv(&sd, &mut [0; 9], 0));
        Ok(o.then(said("then recv", recv(&sd, &mut [0; 9], 0))))
    })
    .after("then recv: 0"),
    fails(C, "the connection was given up", ETIMEDOUT, || {
        let p = given_up()?;
        Ok(came(recv(&p.a, &mut [0; 9], 0)))
    }),
    works(C, "after shutdown(SHUT_RD)", || {
        let p = connected()?;
        shutdown(&p.a, SHUT_RD)?;
        Ok(came(recv(&p.a, &mut [0; 9], 0)))
    }),
    fails(C, "MSG_OOB, there is no urgent byte", EINVAL, || {
        let p = connected()?;
        Ok(came(recv(&p.a, &mut [0; 1], MSG_OOB)))
    }),
    fails(C, "MSG_OOB and SO_OOBINLINE", EINVAL, || {
        let p = connected()?;
        set(&p.b, SOL_SOCKET, SO_OOBINLINE, 1)?;
        send(&p.a, b"!", MSG_OOB)?;
        wait_for(&p.b, POLLIN)?;
        Ok(came(recv(&p.b, &mut [0; 1], MSG_OOB)))
    }),
    fails(C, "the buffer at a bad pointer, bytes wait", EFAULT, || {
        let p = connected()?;
        send(&p.a, b"hello", 0)?;
        wait_for(&p.b, POLLIN)?;
        let o = came(raw::recv(&p.b, Wild, 9, 0));
        Ok(o.then(inbox(&p.b)))
    })
    .after("then recv: it is still there"),
    fails(C, "the buffer is read-only memory, bytes wait", EFAULT, || {
        let p = connected()?;
        send(&p.a, b"hello", 0)?;
        wait_for(&p.b, POLLIN)?;
        let o = came(raw::recv(&p.b, ReadOnly, 9, 0));
        Ok(o.then(inbox(&p.b)))
    })
    .after("then recv: it is still there"),
    fails(C, "the buffer at a bad pointer, nothing is there", EAGAIN, || {
        let p = connected()?;
        Ok(came(raw::recv(&p.b, Wild, 9, MSG_DONTWAIT)))
    }),
    fails(C, "UDP: MSG_DONTWAIT, nothing is there", EAGAIN, || {
        let sd = bound(udp()?)?;
        Ok(came(recv(&sd, &mut [0; 9], MSG_DONTWAIT)))
    }),
    fails(C, "UDP: an earlier datagram met nobody", ECONNREFUSED, || {
        let sd = refused()?;
        let o = came(recv(&sd, &mut [0; 9], 0));
        Ok(o.then(said("then recv", recv(&sd, &mut [0; 9], MSG_DONTWAIT))))
    })
    .after("then recv: EAGAIN"),
    fails(C, "UDP: MSG_OOB, nothing is there", EAGAIN, || {
        let sd = bound(udp()?)?;
        Ok(came(recv(&sd, &mut [0; 1], MSG_OOB | MSG_DONTWAIT)))
    })
    .differs(&[posix("EOPNOTSUPP", UDP_OOB)]),
    fails(C, "UDP: a bad pointer, a datagram waits", EFAULT, || {
        let p = datagram()?;
        let o = came(raw::recv(&p.b, Wild, 9, 0));
        Ok(o.then(inbox(&p.b)))
    })
    .after("then recv: it is gone"),
    fails(C, "UDP: the same with MSG_PEEK", EFAULT, || {
        let p = datagram()?;
        let o = came(raw::recv(&p.b, Wild, 9, MSG_PEEK));
        Ok(o.then(inbox(&p.b)))
    })
    .after("then recv: it is still there"),
    works(C, "UDP: room for 2 bytes, a datagram of 5 waits", || {
        let p = datagram()?;
        let o = came(recv(&p.b, &mut [0; 2], 0));
        Ok(o.then(inbox(&p.b)))
    })
    .after("then recv: it is gone"),
    fails(C, "UDP: MSG_ERRQUEUE, no error is there", EAGAIN, || {
        let sd = bound(udp()?)?;
        Ok(came(recv(&sd, &mut [0; 9], MSG_ERRQUEUE)))
    }),
    fails(C, "AF_UNIX: a stream that is not connected", EINVAL, || {
        let sd = local(SOCK_STREAM)?;
        Ok(came(recv(&sd, &mut [0; 9], 0)))
    })
    .differs(&both("ENOTCONN", LOCAL_STREAM)),
    fails(C, "AF_UNIX: SOCK_SEQPACKET, not connected", ENOTCONN, || {
        let sd = local(SOCK_SEQPACKET)?;
        Ok(came(recv(&sd, &mut [0; 9], 0)))
    }),
    fails(C, "AF_UNIX: the peer closed with bytes unread", ECONNRESET, || {
        let p = local_pair(SOCK_STREAM)?;
        send(&p.a, b"hello", 0)?;
        close(p.b)?;
        Ok(came(recv(&p.a, &mut [0; 9], 0)))
    }),
    fails(C, "AF_UNIX: datagrams, MSG_OOB", EOPNOTSUPP, || {
        let p = local_pair(SOCK_DGRAM)?;
        Ok(came(recv(&p.a, &mut [0; 1], MSG_OOB | MSG_DONTWAIT)))
    }),
    fails(C, "AF_UNIX: a bad pointer, a datagram waits", EFAULT, || {
        let p = local_pair(SOCK_DGRAM)?;
        send(&p.a, b"hello", 0)?;
        let o = came(raw::recv(&p.b, Wild, 9, 0));
        Ok(o.then(inbox(&p.b)))
    })
    .after("then recv: it is gone"),
    fails(C, "AF_UNIX: a bad pointer, a stream's bytes wait", EFAULT, || {
        let p = local_pair(SOCK_STREAM)?;
        send(&p.a, b"hello", 0)?;
        let o = came(raw::recv(&p.b, Wild, 9, 0));
        Ok(o.then(inbox(&p.b)))
    })
    .after("then recv: it is still there"),
];
