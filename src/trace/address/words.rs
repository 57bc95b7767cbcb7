//! What a socket address says, in one short text.

use std::fmt::Write;
use std::mem::{offset_of, size_of};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use libc::{sockaddr_in, sockaddr_in6, sockaddr_ll, sockaddr_nl, sockaddr_vm};

use super::{array, family, names};

/// Where `sun_path` begins.
pub(super) const PATH: usize = offset_of!(libc::sockaddr_un, sun_path);

/// The address as people write it.
pub(super) fn text(raw: &[u8]) -> String {
    let Some(number) = family(raw) else {
        return if raw.is_empty() { "(empty)".into() } else { "(cut short)".into() };
    };
    let text = match i32::from(number) {
        libc::AF_INET => inet(raw),
        libc::AF_INET6 => inet6(raw),
        libc::AF_UNIX => Some(unix(&raw[PATH..])),
        libc::AF_PACKET => packet(raw),
        libc::AF_NETLINK => netlink(raw),
        libc::AF_VSOCK => vsock(raw),
        libc::AF_UNSPEC => Some("AF_UNSPEC".into()),
        _ => None,
    };
    text.unwrap_or_else(|| match names::family(number.into()) {
        Some(name) => format!("{name} ({} bytes)", raw.len()),
        None => format!("family {number} ({} bytes)", raw.len()),
    })
}

fn inet(raw: &[u8]) -> Option<String> {
    let port = u16::from_be_bytes(array(raw, offset_of!(sockaddr_in, sin_port))?);
    let host: [u8; 4] = array(raw, offset_of!(sockaddr_in, sin_addr))?;
    Some(SocketAddrV4::new(Ipv4Addr::from(host), port).to_string())
}

/// The kernel takes an address without `sin6_scope_id`, too, as RFC 2133 had it.
fn inet6(raw: &[u8]) -> Option<String> {
    let port = u16::from_be_bytes(array(raw, offset_of!(sockaddr_in6, sin6_port))?);
    let host: [u8; 16] = array(raw, offset_of!(sockaddr_in6, sin6_addr))?;
    let scope = array(raw, offset_of!(sockaddr_in6, sin6_scope_id)).map_or(0, u32::from_ne_bytes);
    Some(SocketAddrV6::new(Ipv6Addr::from(host), port, 0, scope).to_string())
}

/// A path ends at its NUL, an abstract name with the address: all NULs in it count.
fn unix(path: &[u8]) -> String {
    match path {
        [] => "(unnamed)".into(),
        [0, name @ ..] => abstract_name(name),
        _ => printable(up_to_nul(path)),
    }
}

/// Who binds a whole `sockaddr_un` has a name that ends in a hundred NULs: they are counted.
fn abstract_name(name: &[u8]) -> String {
    const MANY: usize = 8;
    let end = name.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    match name.len() - end {
        nuls if nuls > MANY => format!("@{}\\x00×{nuls}", printable(&name[..end])),
        _ => format!("@{}", printable(name)),
    }
}

fn packet(raw: &[u8]) -> Option<String> {
    let protocol = u16::from_be_bytes(array(raw, offset_of!(sockaddr_ll, sll_protocol))?);
    let device = i32::from_ne_bytes(array(raw, offset_of!(sockaddr_ll, sll_ifindex))?);
    let mut text = String::from("AF_PACKET ");
    let _ = match names::ether_type(protocol.into()) {
        Some(name) => write!(text, "{name}"),
        None => write!(text, "{protocol:#06x}"),
    };
    let _ = write!(text, " interface {device}");
    Some(text)
}

fn netlink(raw: &[u8]) -> Option<String> {
    let pid = u32::from_ne_bytes(array(raw, offset_of!(sockaddr_nl, nl_pid))?);
    let groups = u32::from_ne_bytes(array(raw, offset_of!(sockaddr_nl, nl_groups))?);
    Some(match groups {
        0 => format!("AF_NETLINK pid {pid}"),
        _ => format!("AF_NETLINK pid {pid} groups {groups:#x}"),
    })
}

fn vsock(raw: &[u8]) -> Option<String> {
    let port = u32::from_ne_bytes(array(raw, offset_of!(sockaddr_vm, svm_port))?);
    let machine = u32::from_ne_bytes(array(raw, offset_of!(sockaddr_vm, svm_cid))?);
    Some(format!("AF_VSOCK {machine}:{port}"))
}

/// The bytes in front of the first NUL, or all.
pub(super) fn up_to_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// UTF-8 where it is, and nothing that a terminal would obey.
fn printable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            let _ = match c {
                c if c.is_control() => write!(text, "\\x{:02x}", u32::from(c)),
                c => write!(text, "{c}"),
            };
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// How long the whole structure is, of the families whose fields are known.
pub(super) fn size(family: u16) -> Option<usize> {
    match i32::from(family) {
        libc::AF_INET => Some(size_of::<sockaddr_in>()),
        libc::AF_INET6 => Some(size_of::<sockaddr_in6>()),
        libc::AF_UNIX => Some(size_of::<libc::sockaddr_un>()),
        libc::AF_PACKET => Some(size_of::<sockaddr_ll>()),
        libc::AF_NETLINK => Some(size_of::<sockaddr_nl>()),
        libc::AF_VSOCK => Some(size_of::<sockaddr_vm>()),
        _ => None,
    }
}
