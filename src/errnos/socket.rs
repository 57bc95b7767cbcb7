//! The rows of `socket`. Twin: `c-reference/errnos/socket.h`.

use super::arrange::*;
use super::looks::*;
use super::why::{CAPABILITY, OWN_ERRNO, RANGE, TYPE_AND_PROTOCOL};

const C: &str = "socket";

pub(super) const ROWS: &[Row] = &[
    fails(C, "a family that does not exist: 99", EAFNOSUPPORT, || {
        Ok(came(socket(99, SOCK_STREAM, 0)))
    }),
    fails(C, "AF_UNSPEC", EAFNOSUPPORT, || Ok(came(socket(AF_UNSPEC, SOCK_STREAM, 0)))),
    fails(C, "a type above all types: 15", EINVAL, || Ok(came(socket(AF_INET, 15, 0)))),
    fails(C, "type 0", ESOCKTNOSUPPORT, || Ok(came(socket(AF_INET, 0, 0))))
        .differs(&[posix("EPROTOTYPE", OWN_ERRNO)]),
    fails(C, "SOCK_STREAM with an unknown flag", EINVAL, || {
        Ok(came(socket(AF_INET, SOCK_STREAM | 0x10000, 0)))
    }),
    fails(C, "AF_UNIX, SOCK_RDM", ESOCKTNOSUPPORT, || Ok(came(socket(AF_UNIX, SOCK_RDM, 0))))
        .differs(&[posix("EPROTOTYPE", OWN_ERRNO)]),
    works(C, "AF_UNIX, SOCK_RAW", || {
        let sd = socket(AF_UNIX, SOCK_RAW, 0);
        let after = sd.as_ref().map(type_of).map_err(|errno| *errno)??;
        Ok(came(sd).then(after))
    })
    .after("and SO_TYPE is SOCK_DGRAM"),
    fails(C, "SOCK_STREAM, IPPROTO_UDP", EPROTONOSUPPORT, || {
        Ok(came(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP)))
    })
    .differs(&[posix("EPROTOTYPE", TYPE_AND_PROTOCOL)]),
    fails(C, "SOCK_DGRAM, IPPROTO_TCP", EPROTONOSUPPORT, || {
        Ok(came(socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP)))
    })
    .differs(&[posix("EPROTOTYPE", TYPE_AND_PROTOCOL)]),
    fails(C, "SOCK_STREAM, protocol 253", EPROTONOSUPPORT, || {
        Ok(came(socket(AF_INET, SOCK_STREAM, 253)))
    }),
    fails(C, "SOCK_STREAM, protocol -1", EINVAL, || Ok(came(socket(AF_INET, SOCK_STREAM, -1))))
        .differs(&[posix("EPROTONOSUPPORT", RANGE)]),
    fails(C, "AF_UNIX, SOCK_STREAM, protocol 5", EPROTONOSUPPORT, || {
        Ok(came(socket(AF_UNIX, SOCK_STREAM, 5)))
    }),
    fails(C, "SOCK_RAW without CAP_NET_RAW", EPERM, || {
        Ok(came(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)))
    })
    .differs(&both("EACCES", CAPABILITY)),
    fails(C, "AF_PACKET without CAP_NET_RAW", EPERM, || Ok(came(socket(AF_PACKET, SOCK_RAW, 0))))
        .differs(&both("EACCES", CAPABILITY)),
    fails(C, "a ping socket, nobody's group may have one", EACCES, || {
        Ok(came(socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)))
    }),
    fails(C, "RLIMIT_NOFILE is reached", EMFILE, || {
        descriptors_left(0)?;
        Ok(came(socket(AF_INET, SOCK_STREAM, 0)))
    }),
];
