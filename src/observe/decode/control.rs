//! Control messages, what a `struct msghdr` carries besides bytes: descriptors, credentials, times.

use std::mem::offset_of;

use libc::{cmsghdr, timespec};

use super::buffers::size;
use super::constants::{CONTROLS, level, name, named};
use super::option_values::{credentials, errno, field, host6, packet_info};
use super::options;
use super::reader::{MOST, Raw, Reader, time};
use crate::trace::{Arg, Value};

/// More is not looked at: 253 descriptors, the most that fit one message, take 1,028 bytes.
const LONGEST: u64 = 1 << 14;
const HEADER: usize = size_of::<cmsghdr>();

/// The control messages in a buffer; what is none is bytes.
pub(super) fn control(address: u64, length: u64, r: Reader) -> Value {
    if address == 0 {
        return Value::Null;
    }
    let raw = r.some(address, length.min(LONGEST) as usize);
    if raw.is_empty() && length > 0 {
        return Value::Unreadable(address);
    }
    let (mut items, mut length, mut rest) = (Vec::new(), 0, raw.as_slice());
    while !rest.is_empty() {
        let (item, step) = match message(rest, r.cut) {
            Some(found) => found,
            None => (bytes(rest, r.cut), rest.len()),
        };
        if items.len() < MOST {
            items.push(item);
        }
        length += 1;
        rest = rest.get(step..).unwrap_or_default();
    }
    Value::List { items, length }
}

/// One message, and where the next one begins: at a multiple of a `size_t`.
fn message(rest: &[u8], cut: usize) -> Option<(Value, usize)> {
    let raw = Raw(rest);
    let length = raw.u64(offset_of!(cmsghdr, cmsg_len))?;
    let of = i64::from(raw.i32(offset_of!(cmsghdr, cmsg_level))?);
    let kind = i64::from(raw.i32(offset_of!(cmsghdr, cmsg_type))?);
    let end = usize::try_from(length).ok()?;
    let data = rest.get(HEADER..end)?;
    let socket = of == i64::from(libc::SOL_SOCKET);
    let name = match socket {
        true => name(kind, CONTROLS),
        false => options::find(of, kind).map(|option| option.0),
    };
    let content = content(of, kind, Raw(data)).unwrap_or_else(|| bytes(data, cut));
    let item = Value::Struct(vec![
        Arg::new("cmsg_len", size(length)),
        Arg::new("cmsg_level", level(of)),
        Arg::new("cmsg_type", named(kind, name)),
        Arg::new("cmsg_data", content),
    ]);
    Some((item, end.next_multiple_of(size_of::<libc::size_t>())))
}

fn bytes(data: &[u8], cut: usize) -> Value {
    Value::Bytes { data: data[..data.len().min(cut)].to_vec(), length: data.len() as u64 }
}

/// What a message says, if it is one that is taken apart.
fn content(of: i64, kind: i64, raw: Raw) -> Option<Value> {
    match (i32::try_from(of).ok()?, i32::try_from(kind).ok()?) {
        (libc::SOL_SOCKET, libc::SCM_RIGHTS) => descriptors(raw),
        (libc::SOL_SOCKET, libc::SCM_CREDENTIALS) => credentials(raw),
        (libc::SOL_SOCKET, libc::SCM_TIMESTAMP) => time(raw, "tv_usec").map(Value::Struct),
        (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) => time(raw, "tv_nsec").map(Value::Struct),
        (libc::SOL_SOCKET, libc::SCM_TIMESTAMPING) => times(raw),
        (libc::SOL_SOCKET, libc::SO_RXQ_OVFL) => raw.u32(0).map(|n| Value::Int(n.into())),
        (libc::IPPROTO_IP, libc::IP_PKTINFO) => packet_info(raw),
        (libc::IPPROTO_IP, libc::IP_TOS) => raw.u8(0).map(|tos| Value::Int(tos.into())),
        (libc::IPPROTO_IP, libc::IP_TTL)
        | (libc::IPPROTO_IPV6, libc::IPV6_HOPLIMIT | libc::IPV6_TCLASS)
        | (libc::IPPROTO_TCP, libc::TCP_CM_INQ) => raw.i32(0).map(|n| Value::Int(n.into())),
        (libc::IPPROTO_UDP, libc::UDP_SEGMENT) => raw.u16(0).map(|n| Value::Int(n.into())),
        (libc::IPPROTO_UDP, libc::UDP_GRO) => raw.i32(0).map(|n| Value::Int(n.into())),
        (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => packet_info6(raw),
        (libc::IPPROTO_IP, libc::IP_RECVERR) | (libc::IPPROTO_IPV6, libc::IPV6_RECVERR) => {
            error(raw)
        }
        _ => None,
    }
}

/// SCM_RIGHTS: at most 253 of them (SCM_MAX_FD).
fn descriptors(raw: Raw) -> Option<Value> {
    let all = raw.0.as_chunks().0;
    let items = all.iter().take(MOST).map(|fd| Value::Fd(i32::from_ne_bytes(*fd))).collect();
    Some(Value::List { items, length: all.len() as u64 })
}

/// SCM_TIMESTAMPING: three times, from software, unused, from hardware.
fn times(raw: Raw) -> Option<Value> {
    let each = raw.0.chunks_exact(size_of::<timespec>()).take(MOST);
    let items: Vec<_> =
        each.filter_map(|raw| time(Raw(raw), "tv_nsec").map(Value::Struct)).collect();
    let length = items.len() as u64;
    Some(Value::List { items, length })
}

/// `struct in6_pktinfo`
fn packet_info6(raw: Raw) -> Option<Value> {
    Some(Value::Struct(vec![
        Arg::new("ipi6_addr", host6(raw, offset_of!(libc::in6_pktinfo, ipi6_addr))?),
        field("ipi6_ifindex", raw.u32(offset_of!(libc::in6_pktinfo, ipi6_ifindex))?),
    ]))
}

/// `struct sock_extended_err`, what MSG_ERRQUEUE fetches.
fn error(raw: Raw) -> Option<Value> {
    use libc::sock_extended_err as E;
    Some(Value::Struct(vec![
        Arg::new("ee_errno", errno(raw.u32(offset_of!(E, ee_errno))?.into())),
        field("ee_origin", raw.u8(offset_of!(E, ee_origin))?),
        field("ee_type", raw.u8(offset_of!(E, ee_type))?),
        field("ee_code", raw.u8(offset_of!(E, ee_code))?),
        field("ee_info", raw.u32(offset_of!(E, ee_info))?),
        field("ee_data", raw.u32(offset_of!(E, ee_data))?),
    ]))
}
