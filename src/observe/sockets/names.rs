//! The kernel's numbers in words, and addresses as people write them.

use std::borrow::Cow;
use std::net::{SocketAddr, SocketAddrV6};

use libc::c_int;
use socket2::SockAddr;

use crate::trace::Text;

/// The protocol UDP-Lite, which the libc crate has for Linux under this number only.
const UDPLITE: c_int = 136;

/// TCP's state, as RFC 9293 spells it; the kernel's LISTEN and CLOSE. The numbers are those of the
/// kernel's `tcp_states.h`, the same in TCP_INFO and in sock_diag.
pub(super) fn state(number: u8) -> Text {
    Cow::Borrowed(match number {
        1 => "ESTABLISHED",
        2 => "SYN_SENT",
        // 12 is NEW_SYN_RECV, the small entry of a handshake under way; sock_diag says 3 for it.
        3 | 12 => "SYN_RECEIVED",
        4 => "FIN_WAIT_1",
        5 => "FIN_WAIT_2",
        6 => "TIME_WAIT",
        // 13 is BOUND_INACTIVE, by which sock_diag is asked for sockets that are bound and nothing
        // more.
        7 | 13 => "CLOSE",
        8 => "CLOSE_WAIT",
        9 => "LAST_ACK",
        10 => "LISTEN",
        11 => "CLOSING",
        other => return Cow::Owned(other.to_string()),
    })
}

/// `AF_INET`, ….
pub(super) fn family(number: c_int) -> Text {
    Cow::Borrowed(match number {
        libc::AF_INET => "AF_INET",
        libc::AF_INET6 => "AF_INET6",
        libc::AF_UNIX => "AF_UNIX",
        libc::AF_NETLINK => "AF_NETLINK",
        libc::AF_PACKET => "AF_PACKET",
        libc::AF_VSOCK => "AF_VSOCK",
        other => return Cow::Owned(other.to_string()),
    })
}

/// `SOCK_STREAM`, ….
pub(super) fn kind(number: c_int) -> Text {
    Cow::Borrowed(match number {
        libc::SOCK_STREAM => "SOCK_STREAM",
        libc::SOCK_DGRAM => "SOCK_DGRAM",
        libc::SOCK_SEQPACKET => "SOCK_SEQPACKET",
        libc::SOCK_RAW => "SOCK_RAW",
        libc::SOCK_RDM => "SOCK_RDM",
        other => return Cow::Owned(other.to_string()),
    })
}

/// `IPPROTO_TCP`, …: IP's protocol number. The other families have none to choose: empty.
pub(super) fn protocol(family: c_int, number: c_int) -> Text {
    if !matches!(family, libc::AF_INET | libc::AF_INET6) {
        return Cow::Borrowed("");
    }
    Cow::Borrowed(match number {
        libc::IPPROTO_TCP => "IPPROTO_TCP",
        libc::IPPROTO_UDP => "IPPROTO_UDP",
        libc::IPPROTO_ICMP => "IPPROTO_ICMP",
        libc::IPPROTO_ICMPV6 => "IPPROTO_ICMPV6",
        libc::IPPROTO_SCTP => "IPPROTO_SCTP",
        libc::IPPROTO_MPTCP => "IPPROTO_MPTCP",
        libc::IPPROTO_RAW => "IPPROTO_RAW",
        UDPLITE => "IPPROTO_UDPLITE",
        other => return Cow::Owned(other.to_string()),
    })
}

/// The address in text: `127.0.0.1:9001`, `[::1]:9001`, a path, `@abstract`. None where the socket
/// has none.
pub(super) fn address(address: &SockAddr) -> Option<String> {
    if let Some(ip) = address.as_socket() {
        return ip_address(ip);
    }
    if let Some(path) = address.as_pathname() {
        return Some(path.to_string_lossy().into_owned());
    }
    let name = address.as_abstract_namespace()?;
    // NULs stand within an abstract name as any other byte; `ss` shows them as @, too.
    // A whole `sockaddr_un` ends in a hundred of them: these are counted.
    const MANY: usize = 8;
    let end = name.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let (name, nuls) = match name.len() - end {
        nuls if nuls > MANY => (&name[..end], format!("@×{nuls}")),
        _ => (name, String::new()),
    };
    Some(format!("@{}{nuls}", String::from_utf8_lossy(name).replace('\0', "@")))
}

/// A `struct sockaddr_in` or `sockaddr_in6`: the port is at byte 2, the address at 4 or 8, the
/// scope at 24.
pub(super) fn sockaddr(family: c_int, bytes: &[u8; 28]) -> Option<String> {
    let port = u16::from_be_bytes([bytes[2], bytes[3]]);
    let (four, sixteen) =
        (bytes.get(4..)?.first_chunk::<4>()?, bytes.get(8..)?.first_chunk::<16>()?);
    let scope = u32::from_ne_bytes(*bytes.last_chunk::<4>()?);
    ip_address(match family {
        libc::AF_INET => (*four, port).into(),
        libc::AF_INET6 => SocketAddrV6::new((*sixteen).into(), port, 0, scope).into(),
        _ => return None,
    })
}

/// An IP address and port. The wildcard with port 0 is how the kernel says "none".
pub(super) fn ip_address(address: SocketAddr) -> Option<String> {
    let none = address.ip().is_unspecified() && address.port() == 0;
    (!none).then(|| address.to_string())
}
