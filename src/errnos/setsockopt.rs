//! The rows of `setsockopt`. Twin: `c-reference/errnos/setsockopt.h`.

use super::arrange::*;
use super::sockets::*;
use super::why::{NO_LEVEL, NO_STATE};

const C: &str = "setsockopt";

pub(super) const ROWS: &[Row] = &[
    fails(C, "descriptor -1", EBADF, || {
        let value = 1_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&NO_FD, SOL_SOCKET, SO_REUSEADDR, To(&value), 4)))
    }),
    fails(C, "a closed descriptor", EBADF, || {
        let value = 1_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&closed()?, SOL_SOCKET, SO_REUSEADDR, To(&value), 4)))
    }),
    fails(C, "a file", ENOTSOCK, || {
        let value = 1_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&file()?, SOL_SOCKET, SO_REUSEADDR, To(&value), 4)))
    }),
    fails(C, "the value at a bad pointer", EFAULT, || {
        Ok(came(raw::setsockopt(&tcp()?, SOL_SOCKET, SO_REUSEADDR, Wild, 4)))
    }),
    fails(C, "a null pointer for the value", EFAULT, || {
        Ok(came(raw::setsockopt(&tcp()?, SOL_SOCKET, SO_REUSEADDR, Null, 4)))
    }),
    fails(C, "SO_REUSEADDR, optlen 3", EINVAL, || {
        let value = 1_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&tcp()?, SOL_SOCKET, SO_REUSEADDR, To(&value), 3)))
    }),
    fails(C, "SO_REUSEADDR, optlen -1", EINVAL, || {
        let value = 1_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&tcp()?, SOL_SOCKET, SO_REUSEADDR, To(&value), socklen_t::MAX)))
    }),
    works(C, "IP_TTL, optlen 1", || {
        let value = 64_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&tcp()?, IPPROTO_IP, IP_TTL, To(&value), 1)))
    }),
    fails(C, "IP_TTL of 256", EINVAL, || {
        let value = 256_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&tcp()?, IPPROTO_IP, IP_TTL, To(&value), 4)))
    }),
    fails(C, "TCP_MAXSEG of 1", EINVAL, || {
        let value = 1_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&tcp()?, IPPROTO_TCP, TCP_MAXSEG, To(&value), 4)))
    }),
    fails(C, "TCP_SYNCNT of 0", EINVAL, || {
        let value = 0_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&tcp()?, IPPROTO_TCP, TCP_SYNCNT, To(&value), 4)))
    }),
    fails(C, "IPV6_V6ONLY on a bound socket", EINVAL, || {
        let sin6 = ip6(c"::1", 0)?;
        let sd = tcp6()?;
        let value = 1_i32.to_ne_bytes();
        bind(&sd, &sin6)?;
        Ok(came(raw::setsockopt(&sd, IPPROTO_IPV6, IPV6_V6ONLY, To(&value), 4)))
    }),
    fails(C, "SO_RCVTIMEO with 1,000,000 microseconds", EDOM, || {
        let time = time(0, 1_000_000);
        Ok(came(raw::setsockopt(
            &tcp()?,
            SOL_SOCKET,
            SO_RCVTIMEO,
            To(&time),
            time.len() as socklen_t,
        )))
    }),
    fails(C, "an option that SOL_SOCKET does not have: 9999", ENOPROTOOPT, || {
        let value = 1_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&tcp()?, SOL_SOCKET, 9999, To(&value), 4)))
    }),
    fails(C, "an option that IPPROTO_TCP does not have: 9999", ENOPROTOOPT, || {
        let value = 1_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&tcp()?, IPPROTO_TCP, 9999, To(&value), 4)))
    }),
    fails(C, "a level that does not exist: 9999", ENOPROTOOPT, || {
        let value = 1_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&tcp()?, 9999, 1, To(&value), 4)))
    }),
    fails(C, "SO_TYPE, which can only be read", ENOPROTOOPT, || {
        let value = SOCK_DGRAM.to_ne_bytes();
        Ok(came(raw::setsockopt(&tcp()?, SOL_SOCKET, SO_TYPE, To(&value), 4)))
    }),
    works(C, "SO_RCVBUF of -1", || {
        let value = (-1_i32).to_ne_bytes();
        Ok(came(raw::setsockopt(&tcp()?, SOL_SOCKET, SO_RCVBUF, To(&value), 4)))
    }),
    fails(C, "UDP: TCP_NODELAY", ENOPROTOOPT, || {
        let value = 1_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&udp()?, IPPROTO_TCP, TCP_NODELAY, To(&value), 4)))
    }),
    fails(C, "AF_UNIX: TCP_NODELAY", EOPNOTSUPP, || {
        let value = 1_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&local(SOCK_STREAM)?, IPPROTO_TCP, TCP_NODELAY, To(&value), 4)))
    })
    .differs(&both("ENOPROTOOPT", NO_LEVEL)),
    fails(C, "SO_DEBUG without CAP_NET_ADMIN", EACCES, || {
        let value = 1_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&tcp()?, SOL_SOCKET, SO_DEBUG, To(&value), 4)))
    }),
    fails(C, "SO_MARK without CAP_NET_ADMIN", EPERM, || {
        let value = 1_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&tcp()?, SOL_SOCKET, SO_MARK, To(&value), 4)))
    }),
    fails(C, "SO_RCVBUFFORCE without CAP_NET_ADMIN", EPERM, || {
        let value = 4096_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&tcp()?, SOL_SOCKET, SO_RCVBUFFORCE, To(&value), 4)))
    }),
    fails(C, "SO_PRIORITY of 7 without CAP_NET_ADMIN", EPERM, || {
        let value = 7_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&tcp()?, SOL_SOCKET, SO_PRIORITY, To(&value), 4)))
    }),
    fails(C, "SO_BINDTODEVICE, no such interface", ENODEV, || {
        Ok(came(raw::setsockopt(&tcp()?, SOL_SOCKET, SO_BINDTODEVICE, To(b"none"), 4)))
    }),
    fails(C, "TCP_CONGESTION, no such algorithm", ENOENT, || {
        Ok(came(raw::setsockopt(&tcp()?, IPPROTO_TCP, TCP_CONGESTION, To(b"none"), 4)))
    }),
    fails(C, "SO_DETACH_FILTER, there is no filter", ENOENT, || {
        let value = 1_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&tcp()?, SOL_SOCKET, SO_DETACH_FILTER, To(&value), 4)))
    }),
    fails(C, "IP_ADD_MEMBERSHIP of 127.0.0.1", EINVAL, || {
        let group = member(INADDR_LOOPBACK);
        Ok(came(raw::setsockopt(&udp()?, IPPROTO_IP, IP_ADD_MEMBERSHIP, To(&group), 8)))
    }),
    fails(C, "IP_ADD_MEMBERSHIP of 224.0.0.99 twice", EADDRINUSE, || {
        let group = member(0xe0000063);
        let sd = udp()?;
        raw::setsockopt(&sd, IPPROTO_IP, IP_ADD_MEMBERSHIP, To(&group), 8)?;
        Ok(came(raw::setsockopt(&sd, IPPROTO_IP, IP_ADD_MEMBERSHIP, To(&group), 8)))
    }),
    fails(C, "IP_ADD_MEMBERSHIP of a 21st group", ENOBUFS, || {
        let sd = udp()?;
        for number in 1..=20 {
            let group = member(0xe0000100 + number);
            raw::setsockopt(&sd, IPPROTO_IP, IP_ADD_MEMBERSHIP, To(&group), 8)?;
        }
        let group = member(0xe0000100 + 21);
        Ok(came(raw::setsockopt(&sd, IPPROTO_IP, IP_ADD_MEMBERSHIP, To(&group), 8)))
    }),
    fails(C, "IP_DROP_MEMBERSHIP of a group never joined", EADDRNOTAVAIL, || {
        let group = member(0xe0000063);
        Ok(came(raw::setsockopt(&udp()?, IPPROTO_IP, IP_DROP_MEMBERSHIP, To(&group), 8)))
    }),
    works(C, "SO_REUSEADDR on a connected socket", || {
        let p = connected()?;
        let value = 1_i32.to_ne_bytes();
        Ok(came(raw::setsockopt(&p.a, SOL_SOCKET, SO_REUSEADDR, To(&value), 4)))
    }),
    works(C, "SO_SNDBUF after shutdown(SHUT_RDWR)", || {
        let p = connected()?;
        let value = 8192_i32.to_ne_bytes();
        shutdown(&p.a, SHUT_RDWR)?;
        Ok(came(raw::setsockopt(&p.a, SOL_SOCKET, SO_SNDBUF, To(&value), 4)))
    })
    .differs(&[posix("EINVAL", NO_STATE)]),
];
