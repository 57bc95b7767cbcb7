//! The rows of `connect`. Twin: `c-reference/errnos/connect.h`.

use super::arrange::*;
use super::sockets::*;
use super::why::{FOUR_TUPLE, NO_BROADCAST, STATE_CLOSE, UDP_PORT, WHOLE_ADDRESS};

const C: &str = "connect";

pub(super) const ROWS: &[Row] = &[
    fails(C, "descriptor -1", EBADF, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(raw::connect(&NO_FD, To(&bytes(&sin)), 16)))
    }),
    fails(C, "a closed descriptor", EBADF, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(raw::connect(&closed()?, To(&bytes(&sin)), 16)))
    }),
    fails(C, "a file", ENOTSOCK, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(connect(&file()?, &sin)))
    }),
    fails(C, "the address at a bad pointer", EFAULT, || Ok(came(raw::connect(&tcp()?, Wild, 16)))),
    fails(C, "a null pointer, addrlen 16", EFAULT, || Ok(came(raw::connect(&tcp()?, Null, 16)))),
    fails(C, "addrlen one too few: 15", EINVAL, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(raw::connect(&tcp()?, To(&bytes(&sin)), 15)))
    }),
    fails(C, "addrlen 1, less than a family", EINVAL, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(raw::connect(&tcp()?, To(&bytes(&sin)), 1)))
    }),
    fails(C, "addrlen -1", EINVAL, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(raw::connect(&tcp()?, To(&bytes(&sin)), socklen_t::MAX)))
    }),
    fails(C, "nobody listens", ECONNREFUSED, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(connect(&tcp()?, &sin)))
    }),
    works(C, "UDP: nobody is there", || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(connect(&udp()?, &sin)))
    }),
    works(C, "to 0.0.0.0, where a listener is", || {
        let other = listener(5)?;
        let mut sin = name_of(&other)?;
        sin.sin_addr.s_addr = 0;
        Ok(came(connect(&tcp()?, &sin)))
    }),
    fails(C, "non-blocking", EINPROGRESS, || {
        let other = listener(5)?;
        let sin = name_of(&other)?;
        let sd = tcp()?;
        non_blocking(&sd)?;
        Ok(came(connect(&sd, &sin)))
    }),
    fails(C, "SO_SNDTIMEO ran out, the queue is full", EINPROGRESS, || {
        let full = full_queue()?;
        let sin = name_of(&full.a)?;
        let sd = tcp()?;
        patience(&sd, SO_SNDTIMEO, 20)?;
        Ok(came(connect(&sd, &sin)))
    }),
    fails(C, "non-blocking, once more while it is under way", EALREADY, || {
        let full = full_queue()?;
        let sin = name_of(&full.a)?;
        let sd = tcp()?;
        non_blocking(&sd)?;
        let _ = connect(&sd, &sin);
        Ok(came(connect(&sd, &sin)))
    }),
    fails(C, "non-blocking, once more after the refusal", ECONNREFUSED, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        let sd = tcp()?;
        non_blocking(&sd)?;
        let _ = connect(&sd, &sin);
        wait_for(&sd, POLLERR)?;
        Ok(came(connect(&sd, &sin)))
    }),
    fails(C, "a signal, the queue is full", EINTR, || {
        let full = full_queue()?;
        let sin = name_of(&full.a)?;
        let sd = tcp()?;
        interrupt(0)?;
        let o = came(connect(&sd, &sin));
        quiet()?;
        non_blocking(&sd)?;
        Ok(o.then(said("then connect", connect(&sd, &sin))))
    })
    .after("then connect: EALREADY"),
    fails(C, "the queue stays full, TCP_USER_TIMEOUT ran out", ETIMEDOUT, || {
        let full = full_queue()?;
        let sin = name_of(&full.a)?;
        let sd = tcp()?;
        set(&sd, IPPROTO_TCP, TCP_USER_TIMEOUT, 1)?;
        Ok(came(connect(&sd, &sin)))
    }),
    fails(C, "a connected socket", EISCONN, || {
        let p = connected()?;
        let sin = name_of(&p.b)?;
        Ok(came(connect(&p.a, &sin)))
    }),
    fails(C, "a connected socket, to a listener elsewhere", EISCONN, || {
        let other = listener(5)?;
        let sin = name_of(&other)?;
        let p = connected()?;
        Ok(came(connect(&p.a, &sin)))
    }),
    fails(C, "a listening socket", EISCONN, || {
        let sin = ip(INADDR_LOOPBACK, NOBODY);
        Ok(came(connect(&listener(5)?, &sin)))
    })
    .differs(&[posix("EOPNOTSUPP", STATE_CLOSE)]),
    fails(C, "the port and the peer of another connection", EADDRNOTAVAIL, || {
        let other = listener(5)?;
        let sin = name_of(&other)?;
        let first = tcp()?;
        let sd = tcp()?;
        set(&first, SOL_SOCKET, SO_REUSEADDR, 1)?;
        set(&sd, SOL_SOCKET, SO_REUSEADDR, 1)?;
        bind_loopback(&first)?;
        let own = name_of(&first)?;
        bind(&sd, &own)?;
        connect(&first, &sin)?;
        Ok(came(connect(&sd, &sin)))
    })
    .differs(&[posix("EADDRINUSE", FOUR_TUPLE)]),
    fails(C, "the only ephemeral port is taken", EADDRNOTAVAIL, || {
        let other = listener(5)?;
        let sin = name_of(&other)?;
        let sd = tcp()?;
        one_port(&sd, sin)?;
        Ok(came(connect(&sd, &sin)))
    }),
    fails(C, "UDP: the only ephemeral port is taken", EAGAIN, || {
        let other = bound(udp()?)?;
        let sin = name_of(&other)?;
        let sd = udp()?;
        one_port(&sd, sin)?;
        Ok(came(connect(&sd, &sin)))
    })
    .differs(&[man("EADDRNOTAVAIL", UDP_PORT)]),
    fails(C, "AF_INET6 in the address of an IPv4 socket", EAFNOSUPPORT, || {
        let sin6 = ip6(c"::1", NOBODY)?;
        Ok(came(connect(&tcp()?, &sin6)))
    }),
    works(C, "UDP: AF_UNSPEC dissolves the connection", || {
        let p = datagrams()?;
        let mut sin = ip(INADDR_ANY, 0);
        sin.sin_family = AF_UNSPEC as sa_family_t;
        let o = came(connect(&p.a, &sin));
        Ok(o.then(said("then send", send(&p.a, b"hello", 0))))
    })
    .after("then send: EDESTADDRREQ"),
    fails(C, "no route leads there", ENETUNREACH, || {
        let sin = ip(NO_ROUTE, NOBODY);
        Ok(came(connect(&tcp()?, &sin)))
    }),
    fails(C, "IPv6: no route leads there", ENETUNREACH, || {
        let sin6 = ip6(c"2001:db8::1", NOBODY)?;
        Ok(came(connect(&tcp6()?, &sin6)))
    }),
    fails(C, "IPv6 only: an IPv4 address in IPv6's clothes", ENETUNREACH, || {
        let sin6 = ip6(c"::ffff:127.0.0.1", NOBODY)?;
        let sd = tcp6()?;
        set(&sd, IPPROTO_IPV6, IPV6_V6ONLY, 1)?;
        Ok(came(connect(&sd, &sin6)))
    }),
    fails(C, "IPv6: a link-local address without a scope", EINVAL, || {
        let sin6 = ip6(c"fe80::1", NOBODY)?;
        Ok(came(connect(&tcp6()?, &sin6)))
    }),
    fails(C, "a route that rejects", EHOSTUNREACH, || {
        let sin = ip(UNREACHABLE, NOBODY);
        Ok(came(connect(&tcp()?, &sin)))
    }),
    fails(C, "UDP: a broadcast address without SO_BROADCAST", EACCES, || {
        let sin = ip(BROADCAST, NOBODY);
        Ok(came(connect(&udp()?, &sin)))
    }),
    fails(C, "TCP: a broadcast address", ENETUNREACH, || {
        let sin = ip(BROADCAST, NOBODY);
        Ok(came(connect(&tcp()?, &sin)))
    })
    .differs(&[man("EACCES or EPERM", NO_BROADCAST)]),
    fails(C, "TCP: the same with SO_BROADCAST", ENETUNREACH, || {
        let sin = ip(BROADCAST, NOBODY);
        let sd = tcp()?;
        set(&sd, SOL_SOCKET, SO_BROADCAST, 1)?;
        Ok(came(connect(&sd, &sin)))
    }),
    fails(C, "AF_UNIX: nothing has the path", ENOENT, || {
        let sun = path("socket");
        Ok(came(connect(&local(SOCK_STREAM)?, &sun)))
    }),
    fails(C, "AF_UNIX: the path of a closed socket", ECONNREFUSED, || {
        let sun = path("socket");
        let other = at_path(SOCK_STREAM, "socket")?;
        close(other)?;
        Ok(came(connect(&local(SOCK_STREAM)?, &sun)))
    }),
    fails(C, "AF_UNIX: the path of a plain file", ECONNREFUSED, || {
        let sun = path("file");
        plain_file()?;
        Ok(came(connect(&local(SOCK_STREAM)?, &sun)))
    }),
    fails(C, "AF_UNIX: AF_INET in the address", EINVAL, || {
        let mut sun = path("socket");
        sun.sun_family = AF_INET as sa_family_t;
        Ok(came(connect(&local(SOCK_STREAM)?, &sun)))
    })
    .differs(&[man("EAFNOSUPPORT", WHOLE_ADDRESS)]),
    fails(C, "AF_UNIX: a stream to a datagram socket", EPROTOTYPE, || {
        let sun = path("socket");
        let other = at_path(SOCK_DGRAM, "socket")?;
        let sd = local(SOCK_STREAM)?;
        let o = came(connect(&sd, &sun));
        close(other)?;
        Ok(o)
    }),
    fails(C, "AF_UNIX: non-blocking, the queue is full", EAGAIN, || {
        let sun = path("socket");
        let other = at_path(SOCK_STREAM, "socket")?;
        let first = local(SOCK_STREAM)?;
        let sd = local(SOCK_STREAM)?;
        listen(&other, 0)?;
        connect(&first, &sun)?;
        non_blocking(&sd)?;
        Ok(came(connect(&sd, &sun)))
    }),
    fails(C, "AF_UNIX: datagrams, it is connected to another", EPERM, || {
        let sun = path("socket");
        let other = at_path(SOCK_DGRAM, "socket")?;
        connect(&other, &sun)?;
        Ok(came(connect(&local(SOCK_DGRAM)?, &sun)))
    }),
    fails(C, "AF_UNIX: a socket without write permission", EACCES, || {
        let sun = path("socket");
        let other = at_path(SOCK_STREAM, "socket")?;
        listen(&other, 5)?;
        no_permission("socket")?;
        Ok(came(connect(&local(SOCK_STREAM)?, &sun)))
    }),
    fails(C, "AF_UNIX: a folder that may not be searched", EACCES, || {
        let sun = path("locked/socket");
        locked_folder()?;
        Ok(came(connect(&local(SOCK_STREAM)?, &sun)))
    }),
    fails(C, "AF_UNIX: a loop of symbolic links", ELOOP, || {
        let sun = path("loop/socket");
        link_loop()?;
        Ok(came(connect(&local(SOCK_STREAM)?, &sun)))
    }),
    fails(C, "AF_UNIX: a link to a name of 256 letters", ENAMETOOLONG, || {
        let sun = path("long/socket");
        long_link()?;
        Ok(came(connect(&local(SOCK_STREAM)?, &sun)))
    }),
    fails(C, "AF_UNIX: a file where a folder should be", ENOTDIR, || {
        let sun = path("file/socket");
        plain_file()?;
        Ok(came(connect(&local(SOCK_STREAM)?, &sun)))
    }),
];
