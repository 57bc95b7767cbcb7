//! The values of socket options, taken apart.

use std::mem::offset_of;
use std::net::{Ipv4Addr, Ipv6Addr};

use libc::{in_pktinfo, ip_mreq, ip_mreq_source, ip_mreqn, ipv6_mreq, linger, tcp_info, ucred};

use super::constants::{DISCOVER, DISCOVER6, STATES, family, internet_protocol, one, socket_type};
use super::options::Kind;
use super::reader::{Raw, time};
use crate::calls::Errno;
use crate::trace::{Arg, SocketAddress, Value};

/// A value of this kind, if the bytes are one.
pub(super) fn decode(kind: Kind, level: i64, raw: Raw) -> Option<Value> {
    let number = || number(level, raw);
    Some(match kind {
        Kind::Int => Value::Int(number()?),
        Kind::Long => Value::Int(raw.i64(0).or_else(|| raw.u32(0).map(i64::from))?),
        Kind::Fd => Value::Fd(raw.i32(0)?),
        Kind::Errno => errno(number()?),
        Kind::Family => family(number()?),
        Kind::Type => socket_type(number()?),
        Kind::Protocol => internet_protocol(number()?),
        Kind::Discover if level == i64::from(libc::IPPROTO_IP) => one(number()?, DISCOVER),
        Kind::Discover => one(number()?, DISCOVER6),
        Kind::Linger => Value::Struct(vec![
            field("l_onoff", raw.i32(offset_of!(linger, l_onoff))?),
            field("l_linger", raw.i32(offset_of!(linger, l_linger))?),
        ]),
        Kind::Timeval => Value::Struct(time(raw, "tv_usec")?),
        Kind::Ucred => credentials(raw)?,
        Kind::Membership => membership(raw)?,
        Kind::Membership6 => Value::Struct(vec![
            Arg::new("ipv6mr_multiaddr", host6(raw, offset_of!(ipv6_mreq, ipv6mr_multiaddr))?),
            field("ipv6mr_interface", raw.i32(offset_of!(ipv6_mreq, ipv6mr_interface))?),
        ]),
        Kind::Source => Value::Struct(vec![
            Arg::new("imr_multiaddr", host(raw, offset_of!(ip_mreq_source, imr_multiaddr))?),
            Arg::new("imr_interface", host(raw, offset_of!(ip_mreq_source, imr_interface))?),
            Arg::new("imr_sourceaddr", host(raw, offset_of!(ip_mreq_source, imr_sourceaddr))?),
        ]),
        Kind::TcpInfo => connection(raw)?,
        Kind::Memory => memory(raw),
        Kind::Text => raw.text(0, raw.0.len())?,
        Kind::Address => Value::Address(SocketAddress::new(raw.0.to_vec())),
        Kind::Raw => return None,
    })
}

/// IPv4 takes and gives a single byte for an `int`, where there is no room for more.
fn number(level: i64, raw: Raw) -> Option<i64> {
    match raw.i32(0) {
        Some(number) => Some(number.into()),
        None if level == i64::from(libc::IPPROTO_IP) => raw.u8(0).map(i64::from),
        None => None,
    }
}

/// SO_MEMINFO, sock_diag(7): as many of the numbers as there are.
fn memory(raw: Raw) -> Value {
    const NAMES: [&str; 9] = [
        "RMEM_ALLOC",
        "RCVBUF",
        "WMEM_ALLOC",
        "SNDBUF",
        "FWD_ALLOC",
        "WMEM_QUEUED",
        "OPTMEM",
        "BACKLOG",
        "DROPS",
    ];
    let fields = NAMES.into_iter().enumerate();
    Value::Struct(fields.map_while(|(at, name)| Some(field(name, raw.u32(at * 4)?))).collect())
}

/// A field that is a number.
pub(super) fn field(name: &'static str, number: impl Into<i64>) -> Arg {
    Arg::new(name, Value::Int(number.into()))
}

/// An errno by its name.
pub(super) fn errno(raw: i64) -> Value {
    match i32::try_from(raw).map(Errno::from_raw) {
        Ok(errno) if raw != 0 && errno != Errno::UnknownErrno => {
            Value::Named { raw, name: format!("{errno:?}").into() }
        }
        _ => Value::Int(raw),
    }
}

/// `struct ucred`
pub(super) fn credentials(raw: Raw) -> Option<Value> {
    Some(Value::Struct(vec![
        field("pid", raw.i32(offset_of!(ucred, pid))?),
        field("uid", raw.u32(offset_of!(ucred, uid))?),
        field("gid", raw.u32(offset_of!(ucred, gid))?),
    ]))
}

/// An IPv4 address: the number as it lies in memory, and the call that makes it.
pub(super) fn host(raw: Raw, at: usize) -> Option<Value> {
    let bytes: [u8; 4] = raw.array(at)?;
    let name = match u32::from_be_bytes(bytes) {
        libc::INADDR_ANY => "htonl(INADDR_ANY)".into(),
        _ => format!("inet_addr(\"{}\")", Ipv4Addr::from(bytes)).into(),
    };
    Some(Value::Named { raw: u32::from_ne_bytes(bytes).into(), name })
}

/// An IPv6 address.
pub(super) fn host6(raw: Raw, at: usize) -> Option<Value> {
    let bytes: [u8; 16] = raw.array(at)?;
    Some(Value::Text(Ipv6Addr::from(bytes).to_string()))
}

/// The kernel tells the three structures apart by their length.
fn membership(raw: Raw) -> Option<Value> {
    let size = raw.0.len();
    if size < size_of::<ip_mreq>() {
        return Some(Value::Struct(vec![Arg::new("s_addr", host(raw, 0)?)]));
    }
    let group = Arg::new("imr_multiaddr", host(raw, offset_of!(ip_mreqn, imr_multiaddr))?);
    if size < size_of::<ip_mreqn>() {
        let device = host(raw, offset_of!(ip_mreq, imr_interface))?;
        return Some(Value::Struct(vec![group, Arg::new("imr_interface", device)]));
    }
    Some(Value::Struct(vec![
        group,
        Arg::new("imr_address", host(raw, offset_of!(ip_mreqn, imr_address))?),
        field("imr_ifindex", raw.i32(offset_of!(ip_mreqn, imr_ifindex))?),
    ]))
}

/// `struct in_pktinfo`
pub(super) fn packet_info(raw: Raw) -> Option<Value> {
    Some(Value::Struct(vec![
        field("ipi_ifindex", raw.i32(offset_of!(in_pktinfo, ipi_ifindex))?),
        Arg::new("ipi_spec_dst", host(raw, offset_of!(in_pktinfo, ipi_spec_dst))?),
        Arg::new("ipi_addr", host(raw, offset_of!(in_pktinfo, ipi_addr))?),
    ]))
}

/// A few fields of `struct tcp_info`; the kernel gives as many bytes as there is room for.
fn connection(raw: Raw) -> Option<Value> {
    let mut fields = vec![
        Arg::new("tcpi_state", one(raw.u8(offset_of!(tcp_info, tcpi_state))?.into(), STATES)),
        field("tcpi_retransmits", raw.u8(offset_of!(tcp_info, tcpi_retransmits))?),
    ];
    macro_rules! numbers {
        ($($name:ident)+) => {
            [$((stringify!($name), offset_of!(tcp_info, $name))),+]
        };
    }
    let numbers = numbers!(tcpi_rto tcpi_snd_mss tcpi_unacked tcpi_sacked tcpi_lost tcpi_retrans
        tcpi_pmtu tcpi_rtt tcpi_rttvar tcpi_snd_ssthresh tcpi_snd_cwnd tcpi_rcv_space
        tcpi_total_retrans);
    for (name, at) in numbers {
        fields.extend(raw.u32(at).map(|number| field(name, number)));
    }
    Some(Value::Struct(fields))
}
