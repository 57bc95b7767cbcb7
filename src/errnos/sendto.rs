//! The rows of `sendto`. Twin: `c-reference/errnos/sendto.h`.

use super::arrange::*;
use super::sockets::*;
use super::why::{ADDRESS_FIRST, BROKEN, UDP_UNSPEC, WHOLE_ADDRESS};

const C: &str = "sendto";

pub(super) const ROWS: &[Row] = &[
    fails(C, "descriptor -1", EBADF, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(raw::sendto(&NO_FD, To(b"hello"), 5, 0, To(&bytes(&sin)), 16)))
    }),
    fails(C, "a closed descriptor", EBADF, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(raw::sendto(&closed()?, To(b"hello"), 5, 0, To(&bytes(&sin)), 16)))
    }),
    fails(C, "a file", ENOTSOCK, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(sendto(&file()?, b"hello", 0, &sin)))
    }),
    fails(C, "UDP: the address at a bad pointer", EFAULT, || {
        Ok(came(raw::sendto(&udp()?, To(b"hello"), 5, 0, Wild, 16)))
    }),
    fails(C, "UDP: a null pointer for the address", EDESTADDRREQ, || {
        Ok(came(raw::sendto(&udp()?, To(b"hello"), 5, 0, Null, 16)))
    }),
    fails(C, "UDP: the buffer at a bad pointer", EFAULT, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(raw::sendto(&udp()?, Wild, 5, 0, To(&bytes(&sin)), 16)))
    }),
    fails(C, "UDP: addrlen one too few: 15", EINVAL, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(raw::sendto(&udp()?, To(b"hello"), 5, 0, To(&bytes(&sin)), 15)))
    }),
    fails(C, "UDP: addrlen -1", EINVAL, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(raw::sendto(&udp()?, To(b"hello"), 5, 0, To(&bytes(&sin)), socklen_t::MAX)))
    }),
    fails(C, "UDP: port 0", EINVAL, || {
        let sin = ip(INADDR_LOOPBACK, 0);
        Ok(came(sendto(&udp()?, b"hello", 0, &sin)))
    }),
    works(C, "UDP: nobody is there, twice", || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        let sd = udp()?;
        let o = came(sendto(&sd, b"hello", 0, &sin));
        Ok(o.then(said("then sendto", sendto(&sd, b"hello", 0, &sin))))
    })
    .after("then sendto: 5"),
    fails(C, "UDP: the same with IP_RECVERR", ECONNREFUSED, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        let sd = udp()?;
        set(&sd, IPPROTO_IP, IP_RECVERR, 1)?;
        sendto(&sd, b"hello", 0, &sin)?;
        wait_for(&sd, POLLERR)?;
        Ok(came(sendto(&sd, b"hello", 0, &sin)))
    }),
    fails(C, "UDP: AF_INET6 in the address of an IPv4 socket", EAFNOSUPPORT, || {
        let sin6 = ip6(c"::1", NOBODY)?;
        Ok(came(sendto(&udp()?, b"hello", 0, &sin6)))
    }),
    works(C, "UDP: AF_UNSPEC in the address", || {
        let mut sin = ip(INADDR_LOOPBACK, NOBODY);
        sin.sin_family = AF_UNSPEC as sa_family_t;
        Ok(came(sendto(&udp()?, b"hello", 0, &sin)))
    })
    .differs(&[posix("EAFNOSUPPORT", UDP_UNSPEC)]),
    works(C, "UDP: AF_INET in the address of an IPv6 socket", || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(sendto(&udp6()?, b"hello", 0, &sin)))
    }),
    fails(C, "UDP: 65,508 bytes", EMSGSIZE, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(sendto(&udp()?, &[0; 65508], 0, &sin)))
    }),
    fails(C, "UDP: MSG_OOB", EOPNOTSUPP, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(sendto(&udp()?, b"!", MSG_OOB, &sin)))
    }),
    fails(C, "UDP: no route leads there", ENETUNREACH, || {
        let sin = ip(NO_ROUTE, NOBODY);
        Ok(came(sendto(&udp()?, b"hello", 0, &sin)))
    }),
    fails(C, "UDP: a route that rejects", EHOSTUNREACH, || {
        let sin = ip(UNREACHABLE, NOBODY);
        Ok(came(sendto(&udp()?, b"hello", 0, &sin)))
    }),
    fails(C, "UDP: a broadcast address without SO_BROADCAST", EACCES, || {
        let sin = ip(BROADCAST, NOBODY);
        Ok(came(sendto(&udp()?, b"hello", 0, &sin)))
    }),
    fails(C, "UDP: the only ephemeral port is taken", EAGAIN, || {
        let other = bound(udp()?)?;
        let sin = name_of(&other)?;
        let sd = udp()?;
        one_port(&sd, sin)?;
        Ok(came(sendto(&sd, b"hello", 0, &sin)))
    }),
    works(C, "UDP: another address than the connected one", || {
        let other = bound(udp()?)?;
        let sin = name_of(&other)?;
        let p = datagrams()?;
        let o = came(sendto(&p.a, b"hello", 0, &sin));
        Ok(o.then(said("then the other's recv", recv(&other, &mut [0; 9], 0))))
    })
    .after("then the other's recv: 5"),
    fails(C, "UDP: after shutdown(SHUT_WR)", EPIPE, || {
        let p = datagrams()?;
        let sin = name_of(&p.b)?;
        shutdown(&p.a, SHUT_WR)?;
        Ok(came(sendto(&p.a, b"hello", 0, &sin)))
    }),
    fails(C, "TCP: a stream that is not connected", EPIPE, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(sendto(&tcp()?, b"hello", 0, &sin)))
    })
    .differs(&[posix("ENOTCONN", BROKEN)]),
    works(C, "TCP: an address on a connected stream", || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        let p = connected()?;
        let o = came(sendto(&p.a, b"hello", 0, &sin));
        Ok(o.then(said("then the peer's recv", recv(&p.b, &mut [0; 9], 0))))
    })
    .after("then the peer's recv: 5"),
    fails(C, "TCP: MSG_DONTWAIT, the buffers are full", EAGAIN, || {
        let p = connected()?;
        fill(&p.a)?;
        Ok(came(raw::sendto(&p.a, To(b"hello"), 5, MSG_DONTWAIT, Null, 0)))
    }),
    fails(C, "TCP: a signal, the buffers are full", EINTR, || {
        let p = connected()?;
        fill(&p.a)?;
        interrupt(0)?;
        Ok(came(raw::sendto(&p.a, To(b"hello"), 5, 0, Null, 0)))
    }),
    fails(C, "TCP: the peer has reset the connection", ECONNRESET, || {
        Ok(came(raw::sendto(&reset()?, To(b"hello"), 5, 0, Null, 0)))
    }),
    fails(C, "TCP: MSG_FASTOPEN, nobody listens", ECONNREFUSED, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(sendto(&tcp()?, b"hello", MSG_FASTOPEN, &sin)))
    }),
    fails(C, "TCP: MSG_FASTOPEN, non-blocking", EINPROGRESS, || {
        let full = full_queue()?;
        let sin = name_of(&full.a)?;
        let sd = tcp()?;
        non_blocking(&sd)?;
        Ok(came(sendto(&sd, b"hello", MSG_FASTOPEN, &sin)))
    }),
    fails(C, "TCP: MSG_FASTOPEN while one is under way", EALREADY, || {
        let full = full_queue()?;
        let sin = name_of(&full.a)?;
        let sd = tcp()?;
        non_blocking(&sd)?;
        let _ = sendto(&sd, b"hello", MSG_FASTOPEN, &sin);
        Ok(came(sendto(&sd, b"hello", MSG_FASTOPEN, &sin)))
    }),
    fails(C, "AF_UNIX: an address on a connected stream", EISCONN, || {
        let sun = path("socket");
        let p = local_pair(SOCK_STREAM)?;
        Ok(came(sendto(&p.a, b"hello", 0, &sun)))
    }),
    fails(C, "AF_UNIX: an address on an unconnected stream", EOPNOTSUPP, || {
        let sun = path("socket");
        Ok(came(sendto(&local(SOCK_STREAM)?, b"hello", 0, &sun)))
    })
    .differs(&[posix("ENOTCONN", ADDRESS_FIRST)]),
    fails(C, "AF_UNIX: nothing has the path", ENOENT, || {
        let sun = path("socket");
        Ok(came(sendto(&local(SOCK_DGRAM)?, b"hello", 0, &sun)))
    }),
    fails(C, "AF_UNIX: the path of a closed socket", ECONNREFUSED, || {
        let sun = path("socket");
        let other = at_path(SOCK_DGRAM, "socket")?;
        close(other)?;
        Ok(came(sendto(&local(SOCK_DGRAM)?, b"hello", 0, &sun)))
    }),
    fails(C, "AF_UNIX: a datagram to a stream socket", EPROTOTYPE, || {
        let sun = path("socket");
        let other = at_path(SOCK_STREAM, "socket")?;
        let sd = local(SOCK_DGRAM)?;
        let o = came(sendto(&sd, b"hello", 0, &sun));
        close(other)?;
        Ok(o)
    }),
    fails(C, "AF_UNIX: datagrams, it is connected to another", EPERM, || {
        let sun = path("socket");
        let other = at_path(SOCK_DGRAM, "socket")?;
        connect(&other, &sun)?;
        Ok(came(sendto(&local(SOCK_DGRAM)?, b"hello", 0, &sun)))
    }),
    fails(C, "AF_UNIX: AF_INET in the address", EINVAL, || {
        let mut sun = path("socket");
        sun.sun_family = AF_INET as sa_family_t;
        Ok(came(sendto(&local(SOCK_DGRAM)?, b"hello", 0, &sun)))
    })
    .differs(&[posix("EAFNOSUPPORT", WHOLE_ADDRESS)]),
    fails(C, "AF_UNIX: a socket without write permission", EACCES, || {
        let sun = path("socket");
        let other = at_path(SOCK_DGRAM, "socket")?;
        let sd = local(SOCK_DGRAM)?;
        no_permission("socket")?;
        let o = came(sendto(&sd, b"hello", 0, &sun));
        close(other)?;
        Ok(o)
    }),
    fails(C, "AF_UNIX: a folder that may not be searched", EACCES, || {
        let sun = path("locked/socket");
        locked_folder()?;
        Ok(came(sendto(&local(SOCK_DGRAM)?, b"hello", 0, &sun)))
    }),
    fails(C, "AF_UNIX: a loop of symbolic links", ELOOP, || {
        let sun = path("loop/socket");
        link_loop()?;
        Ok(came(sendto(&local(SOCK_DGRAM)?, b"hello", 0, &sun)))
    }),
    fails(C, "AF_UNIX: a link to a name of 256 letters", ENAMETOOLONG, || {
        let sun = path("long/socket");
        long_link()?;
        Ok(came(sendto(&local(SOCK_DGRAM)?, b"hello", 0, &sun)))
    }),
    fails(C, "AF_UNIX: a file where a folder should be", ENOTDIR, || {
        let sun = path("file/socket");
        plain_file()?;
        Ok(came(sendto(&local(SOCK_DGRAM)?, b"hello", 0, &sun)))
    }),
    fails(C, "AF_UNIX: an unconnected stream, no address", ENOTCONN, || {
        let sd = local(SOCK_STREAM)?;
        Ok(came(raw::sendto(&sd, To(b"hello"), 5, 0, Null, 0)))
    }),
];
