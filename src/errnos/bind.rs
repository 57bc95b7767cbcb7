//! The rows of `bind`. Twin: `c-reference/errnos/bind.h`.

use super::arrange::*;
use super::looks::*;
use super::sockets::*;
use super::why::{AS_POSIX, COPIED_FIRST, OLD_PROGRAMS, WHOLE_ADDRESS};

const C: &str = "bind";

pub(super) const ROWS: &[Row] = &[
    fails(C, "descriptor -1", EBADF, || {
        let sin = ip(INADDR_LOOPBACK, 0);
        Ok(came(raw::bind(&NO_FD, To(&bytes(&sin)), 16)))
    }),
    fails(C, "a closed descriptor", EBADF, || {
        let sin = ip(INADDR_LOOPBACK, 0);
        Ok(came(raw::bind(&closed()?, To(&bytes(&sin)), 16)))
    }),
    fails(C, "a file", ENOTSOCK, || {
        let sin = ip(INADDR_LOOPBACK, 0);
        Ok(came(bind(&file()?, &sin)))
    }),
    fails(C, "port 80 without CAP_NET_BIND_SERVICE", EACCES, || {
        let sin = ip(INADDR_LOOPBACK, 80);
        let sd = tcp()?;
        Ok(came(bind(&sd, &sin)))
    }),
    fails(C, "the port of another bound socket", EADDRINUSE, || {
        let other = bound(tcp()?)?;
        let sin = name_of(&other)?;
        let sd = tcp()?;
        Ok(came(bind(&sd, &sin)))
    }),
    fails(C, "a listener's port, both with SO_REUSEADDR", EADDRINUSE, || {
        let other = listener(5)?;
        let sin = name_of(&other)?;
        let sd = tcp()?;
        set(&other, SOL_SOCKET, SO_REUSEADDR, 1)?;
        set(&sd, SOL_SOCKET, SO_REUSEADDR, 1)?;
        Ok(came(bind(&sd, &sin)))
    }),
    works(C, "a bound socket's port, both with SO_REUSEADDR", || {
        let other = tcp()?;
        let sd = tcp()?;
        set(&other, SOL_SOCKET, SO_REUSEADDR, 1)?;
        set(&sd, SOL_SOCKET, SO_REUSEADDR, 1)?;
        bind_loopback(&other)?;
        let sin = name_of(&other)?;
        Ok(came(bind(&sd, &sin)))
    }),
    fails(C, "UDP: another socket's port", EADDRINUSE, || {
        let other = bound(udp()?)?;
        let sin = name_of(&other)?;
        let sd = udp()?;
        Ok(came(bind(&sd, &sin)))
    }),
    fails(C, "a port whose connection is in TIME_WAIT", EADDRINUSE, || {
        let sin = time_wait(0)?;
        let sd = tcp()?;
        Ok(came(bind(&sd, &sin)))
    }),
    fails(C, "the same with SO_REUSEADDR on this socket only", EADDRINUSE, || {
        let sin = time_wait(0)?;
        let sd = tcp()?;
        set(&sd, SOL_SOCKET, SO_REUSEADDR, 1)?;
        Ok(came(bind(&sd, &sin)))
    }),
    works(C, "the same with SO_REUSEADDR on both", || {
        let sin = time_wait(1)?;
        let sd = tcp()?;
        set(&sd, SOL_SOCKET, SO_REUSEADDR, 1)?;
        Ok(came(bind(&sd, &sin)))
    }),
    fails(C, "port 0, the only ephemeral port is taken", EADDRINUSE, || {
        let other = bound(tcp()?)?;
        let sin = ip(INADDR_LOOPBACK, 0);
        let sd = tcp()?;
        one_port(&sd, name_of(&other)?)?;
        Ok(came(bind(&sd, &sin)))
    }),
    fails(C, "the IPv6 wildcard, an IPv4 one has the port", EADDRINUSE, || {
        let any = ip(INADDR_ANY, 7777);
        let sin6 = ip6(c"::", 7777)?;
        let other = tcp()?;
        let sd = tcp6()?;
        bind(&other, &any)?;
        Ok(came(bind(&sd, &sin6)))
    }),
    fails(C, "an address that no interface has: 192.0.2.1", EADDRNOTAVAIL, || {
        let sin = ip(UNREACHABLE, 0);
        let sd = tcp()?;
        Ok(came(bind(&sd, &sin)))
    }),
    fails(C, "IPv6: an address that no interface has", EADDRNOTAVAIL, || {
        let sin6 = ip6(c"2001:db8::1", 0)?;
        let sd = tcp6()?;
        Ok(came(bind(&sd, &sin6)))
    }),
    fails(C, "IPv6: a link-local address without a scope", EINVAL, || {
        let sin6 = ip6(c"fe80::1", 0)?;
        let sd = tcp6()?;
        Ok(came(bind(&sd, &sin6)))
    }),
    fails(C, "AF_INET6 in the address of an IPv4 socket", EAFNOSUPPORT, || {
        let sin6 = ip6(c"::1", 0)?;
        let sd = tcp()?;
        Ok(came(bind(&sd, &sin6)))
    })
    .differs(&[man("EINVAL", AS_POSIX)]),
    works(C, "AF_UNSPEC in the address 0.0.0.0", || {
        let mut sin = ip(INADDR_ANY, 0);
        let sd = tcp()?;
        sin.sin_family = AF_UNSPEC as sa_family_t;
        Ok(came(bind(&sd, &sin)))
    })
    .differs(&[man("EINVAL", OLD_PROGRAMS), posix("EAFNOSUPPORT", OLD_PROGRAMS)]),
    fails(C, "AF_UNSPEC in the address 127.0.0.1", EAFNOSUPPORT, || {
        let mut sin = ip(INADDR_LOOPBACK, 0);
        let sd = tcp()?;
        sin.sin_family = AF_UNSPEC as sa_family_t;
        Ok(came(bind(&sd, &sin)))
    })
    .differs(&[man("EINVAL", AS_POSIX)]),
    fails(C, "an address at a bad pointer", EFAULT, || Ok(came(raw::bind(&tcp()?, Wild, 16)))),
    fails(C, "a null pointer, addrlen 16", EFAULT, || Ok(came(raw::bind(&tcp()?, Null, 16)))),
    fails(C, "a null pointer, addrlen 0", EINVAL, || Ok(came(raw::bind(&tcp()?, Null, 0)))),
    fails(C, "addrlen one too few: 15", EINVAL, || {
        let sin = ip(INADDR_LOOPBACK, 0);
        Ok(came(raw::bind(&tcp()?, To(&bytes(&sin)), 15)))
    }),
    fails(C, "addrlen -1", EINVAL, || {
        let sin = ip(INADDR_LOOPBACK, 0);
        Ok(came(raw::bind(&tcp()?, To(&bytes(&sin)), socklen_t::MAX)))
    }),
    fails(C, "addrlen 129, above every address", EINVAL, || {
        let sin = ip(INADDR_LOOPBACK, 0);
        Ok(came(raw::bind(&tcp()?, To(&bytes(&sin)), 129)))
    }),
    fails(C, "a socket that is bound already", EINVAL, || {
        let sin = ip(INADDR_LOOPBACK, 0);
        let sd = bound(tcp()?)?;
        Ok(came(bind(&sd, &sin)))
    }),
    fails(C, "a connected socket", EINVAL, || {
        let sin = ip(INADDR_LOOPBACK, 0);
        let p = connected()?;
        Ok(came(bind(&p.a, &sin)))
    }),
    fails(C, "AF_UNIX: a path that exists", EADDRINUSE, || {
        let sun = path("socket");
        let other = at_path(SOCK_STREAM, "socket")?;
        close(other)?;
        let sd = local(SOCK_STREAM)?;
        Ok(came(bind(&sd, &sun)))
    }),
    fails(C, "AF_UNIX: AF_INET in the address", EINVAL, || {
        let mut sun = path("socket");
        let sd = local(SOCK_STREAM)?;
        sun.sun_family = AF_INET as sa_family_t;
        Ok(came(bind(&sd, &sun)))
    })
    .differs(&[posix("EAFNOSUPPORT", WHOLE_ADDRESS)]),
    works(C, "AF_UNIX: addrlen 2, the family alone", || {
        let sun = path("");
        let sd = local(SOCK_STREAM)?;
        let o = came(raw::bind(&sd, To(&bytes(&sun)), 2));
        Ok(o.then(name_length(&sd)?))
    })
    .after("and the name's length: 8"),
    fails(C, "AF_UNIX: addrlen 111, one letter too many", EINVAL, || {
        let sun = path("socket");
        Ok(came(raw::bind(&local(SOCK_STREAM)?, To(&bytes(&sun)), 111)))
    }),
    fails(C, "AF_UNIX: a null pointer, addrlen 110", EFAULT, || {
        Ok(came(raw::bind(&local(SOCK_STREAM)?, Null, 110)))
    })
    .differs(&[posix("EDESTADDRREQ or EISDIR", COPIED_FIRST)]),
    fails(C, "AF_UNIX: a folder that may not be searched", EACCES, || {
        let sun = path("locked/socket");
        let sd = local(SOCK_STREAM)?;
        locked_folder()?;
        Ok(came(bind(&sd, &sun)))
    }),
    fails(C, "AF_UNIX: a loop of symbolic links", ELOOP, || {
        let sun = path("loop/socket");
        let sd = local(SOCK_STREAM)?;
        link_loop()?;
        Ok(came(bind(&sd, &sun)))
    }),
    fails(C, "AF_UNIX: a link to a name of 256 letters", ENAMETOOLONG, || {
        let sun = path("long/socket");
        let sd = local(SOCK_STREAM)?;
        long_link()?;
        Ok(came(bind(&sd, &sun)))
    }),
    fails(C, "AF_UNIX: a folder that does not exist", ENOENT, || {
        let sun = path("missing/socket");
        let sd = local(SOCK_STREAM)?;
        Ok(came(bind(&sd, &sun)))
    }),
    fails(C, "AF_UNIX: a file where a folder should be", ENOTDIR, || {
        let sun = path("file/socket");
        let sd = local(SOCK_STREAM)?;
        plain_file()?;
        Ok(came(bind(&sd, &sun)))
    }),
    fails(C, "AF_UNIX: a read-only file system", EROFS, || {
        let sun = path("/tmp/read-only/socket");
        let sd = local(SOCK_STREAM)?;
        Ok(came(bind(&sd, &sun)))
    }),
];
