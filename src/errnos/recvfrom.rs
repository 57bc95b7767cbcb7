//! The rows of `recvfrom`. Twin: `c-reference/errnos/recvfrom.h`.

use super::arrange::*;
use super::looks::*;
use super::sockets::*;
use super::why::UDP_OOB;

const C: &str = "recvfrom";

pub(super) const ROWS: &[Row] = &[
    fails(C, "descriptor -1", EBADF, || {
        Ok(came(raw::recvfrom(&NO_FD, Good, 9, 0, Null, Length::Null)))
    }),
    fails(C, "a closed descriptor", EBADF, || {
        Ok(came(raw::recvfrom(&closed()?, Good, 9, 0, Null, Length::Null)))
    }),
    fails(C, "a file", ENOTSOCK, || {
        Ok(came(raw::recvfrom(&file()?, Good, 9, 0, Null, Length::Null)))
    }),
    fails(C, "UDP: MSG_DONTWAIT, nothing is there", EAGAIN, || {
        let sd = bound(udp()?)?;
        Ok(came(raw::recvfrom(&sd, Good, 9, MSG_DONTWAIT, Null, Length::Null)))
    }),
    fails(C, "UDP: SO_RCVTIMEO ran out", EAGAIN, || {
        let sd = bound(udp()?)?;
        patience(&sd, SO_RCVTIMEO, 20)?;
        Ok(came(raw::recvfrom(&sd, Good, 9, 0, Null, Length::Null)))
    }),
    fails(C, "UDP: a signal, nothing is there", EINTR, || {
        let sd = bound(udp()?)?;
        interrupt(0)?;
        Ok(came(raw::recvfrom(&sd, Good, 9, 0, Null, Length::Null)))
    }),
    fails(C, "UDP: an earlier datagram met nobody", ECONNREFUSED, || {
        let sd = refused()?;
        Ok(came(raw::recvfrom(&sd, Good, 9, 0, Null, Length::Null)))
    }),
    fails(C, "UDP: a bad buffer, a datagram waits", EFAULT, || {
        let p = datagram()?;
        let o = came(raw::recvfrom(&p.b, Wild, 9, 0, Null, Length::Null));
        Ok(o.then(inbox(&p.b)))
    })
    .after("then recv: it is gone"),
    fails(C, "UDP: a bad address pointer, a datagram waits", EFAULT, || {
        let p = datagram()?;
        let mut length = 16;
        let o = came(raw::recvfrom(&p.b, Good, 9, 0, Wild, At(&mut length)));
        Ok(o.then(inbox(&p.b)))
    })
    .after("then recv: it is gone"),
    fails(C, "UDP: the same with MSG_PEEK", EFAULT, || {
        let p = datagram()?;
        let mut length = 16;
        let o = came(raw::recvfrom(&p.b, Good, 9, MSG_PEEK, Wild, At(&mut length)));
        Ok(o.then(inbox(&p.b)))
    })
    .after("then recv: it is still there"),
    fails(C, "UDP: addrlen a null pointer, a datagram waits", EFAULT, || {
        let p = datagram()?;
        let o = came(raw::recvfrom(&p.b, Good, 9, 0, Good, Length::Null));
        Ok(o.then(inbox(&p.b)))
    })
    .after("then recv: it is gone"),
    fails(C, "UDP: addrlen -1, a datagram waits", EINVAL, || {
        let p = datagram()?;
        let mut length = socklen_t::MAX;
        let o = came(raw::recvfrom(&p.b, Good, 9, 0, Good, At(&mut length)));
        Ok(o.then(inbox(&p.b)))
    })
    .after("then recv: it is gone"),
    works(C, "UDP: addrlen 4: the address is cut", || {
        let p = datagram()?;
        let mut length = 4;
        let o = came(raw::recvfrom(&p.b, Good, 9, 0, Good, At(&mut length)));
        Ok(o.then(said("and addrlen", Ok(length))))
    })
    .after("and addrlen: 16"),
    fails(C, "UDP: MSG_OOB, nothing is there", EAGAIN, || {
        let sd = bound(udp()?)?;
        Ok(came(raw::recvfrom(&sd, Good, 1, MSG_OOB | MSG_DONTWAIT, Null, Length::Null)))
    })
    .differs(&[posix("EOPNOTSUPP", UDP_OOB)]),
    works(C, "TCP: an address is asked for", || {
        let p = connected()?;
        let mut length = 16;
        send(&p.a, b"hello", 0)?;
        let o = came(raw::recvfrom(&p.b, Good, 9, 0, Good, At(&mut length)));
        Ok(o.then(said("and addrlen", Ok(length))))
    })
    .after("and addrlen: 0"),
    works(C, "TCP: a bad pointer for the address, bytes wait", || {
        let p = connected()?;
        let mut length = 16;
        send(&p.a, b"hello", 0)?;
        wait_for(&p.b, POLLIN)?;
        let o = came(raw::recvfrom(&p.b, Good, 9, 0, Wild, At(&mut length)));
        Ok(o.then(inbox(&p.b)))
    })
    .after("then recv: it is gone"),
    fails(C, "TCP: a stream that is not connected", ENOTCONN, || {
        let sd = tcp()?;
        Ok(came(raw::recvfrom(&sd, Good, 9, 0, Null, Length::Null)))
    }),
    fails(C, "TCP: the peer has reset the connection", ECONNRESET, || {
        let sd = reset()?;
        Ok(came(raw::recvfrom(&sd, Good, 9, 0, Null, Length::Null)))
    }),
    fails(C, "TCP: the connection was given up", ETIMEDOUT, || {
        let p = given_up()?;
        Ok(came(raw::recvfrom(&p.a, Good, 9, 0, Null, Length::Null)))
    }),
    fails(C, "TCP: MSG_OOB, there is no urgent byte", EINVAL, || {
        let p = connected()?;
        Ok(came(raw::recvfrom(&p.a, Good, 1, MSG_OOB, Null, Length::Null)))
    }),
    fails(C, "AF_UNIX: datagrams, MSG_OOB", EOPNOTSUPP, || {
        let p = local_pair(SOCK_DGRAM)?;
        Ok(came(raw::recvfrom(&p.a, Good, 1, MSG_OOB | MSG_DONTWAIT, Null, Length::Null)))
    }),
    works(C, "AF_UNIX: a bad pointer for the address", || {
        let p = local_pair(SOCK_DGRAM)?;
        let mut length = 16;
        send(&p.a, b"hello", 0)?;
        let o = came(raw::recvfrom(&p.b, Good, 9, 0, Wild, At(&mut length)));
        Ok(o.then(inbox(&p.b)))
    })
    .after("then recv: it is gone"),
];
