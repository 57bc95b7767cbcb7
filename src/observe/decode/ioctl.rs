//! `ioctl` on sockets: how many bytes wait, blocking or not, and the interfaces' addresses.

use std::mem::offset_of;

use libc::ifreq;

use super::constants::{INTERFACE_FLAGS, constant, fd, flags};
use super::reader::{Raw, Reader, pointer};
use crate::trace::{Arg, SocketAddress, Value};

/// What the third argument leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An `int` that the program gives.
    GivesInt,
    /// An `int` that the kernel writes.
    TakesInt,
    /// A `struct ifreq` with a device's name, into which the kernel writes an address.
    TakesAddress,
    /// The same, for an `int`.
    TakesNumber,
    /// The same, for a `short` of flags.
    TakesFlags,
    /// A `struct ifreq` that the program gives: its name is shown.
    GivesName,
    /// A `struct ifreq` with a device's number, into which the kernel writes the name.
    TakesName,
    /// There is none.
    Nothing,
    /// Something that is not taken apart.
    Pointer,
}

/// A request: its number, its name, and what the third argument leads to.
type Request = (u32, &'static str, Kind);

/// Makes the table. A request stands by its name; one that libc lacks has its number behind it.
macro_rules! requests {
    ($($kind:ident: $($name:ident $(= $number:literal)?)+;)+) => {
        const REQUESTS: &[Request] =
            &[$($((constant!($name $($number)?), stringify!($name), Kind::$kind),)+)+];
    };
}

requests! {
    GivesInt: FIONBIO FIOASYNC = 0x5452 FIOSETOWN = 0x8901 SIOCSPGRP = 0x8902;
    TakesInt: FIONREAD SIOCATMARK = 0x8905 SIOCOUTQ = 0x5411 SIOCOUTQNSD FIOGETOWN = 0x8903
        SIOCGPGRP = 0x8904;
    Nothing: FIONCLEX FIOCLEX = 0x5451 SIOCGSKNS;
    TakesAddress: SIOCGIFADDR SIOCGIFNETMASK SIOCGIFBRDADDR SIOCGIFDSTADDR SIOCGIFHWADDR;
    TakesNumber: SIOCGIFINDEX SIOCGIFMTU SIOCGIFMETRIC SIOCGIFTXQLEN;
    TakesFlags: SIOCGIFFLAGS;
    TakesName: SIOCGIFNAME;
    GivesName: SIOCSIFADDR SIOCSIFNETMASK SIOCSIFBRDADDR SIOCSIFDSTADDR SIOCSIFHWADDR SIOCSIFMTU
        SIOCSIFMETRIC SIOCSIFTXQLEN SIOCSIFFLAGS SIOCSIFNAME SIOCADDMULTI SIOCDELMULTI SIOCGIFMAP
        SIOCSIFMAP SIOCETHTOOL SIOCGMIIPHY SIOCGMIIREG SIOCSMIIREG SIOCSHWTSTAMP SIOCGHWTSTAMP;
    Pointer: SIOCGIFCONF SIOCADDRT SIOCDELRT SIOCDARP SIOCGARP SIOCSARP SIOCGSTAMP = 0x8906
        SIOCGSTAMPNS = 0x8907 SIOCGIFBR SIOCSIFBR SIOCGIFCOUNT SIOCGIFSLAVE SIOCSIFSLAVE
        SIOCGIFPFLAGS SIOCSIFPFLAGS SIOCDIFADDR SIOCSIFHWBROADCAST SIOCWANDEV SIOCGRARP SIOCSRARP
        SIOCDRARP SIOCSIFLINK SIOCGIFMEM SIOCSIFMEM SIOCGIFENCAP SIOCSIFENCAP TIOCGWINSZ TIOCSWINSZ
        TIOCGPGRP TIOCSPGRP TCGETS;
}

fn find(register: u64) -> Option<Request> {
    REQUESTS.iter().find(|request| request.0 == register as u32).copied()
}

/// `int ioctl(int fd, unsigned long request, ...);` The kernel takes the request's low 32 bits.
pub(super) fn entry(a: &[u64; 6], r: Reader) -> Vec<Arg> {
    let raw = i64::from(a[1] as u32);
    let Some((_, name, kind)) = find(a[1]) else {
        let request = Value::Int(raw);
        return vec![
            Arg::new("fd", fd(a[0])),
            Arg::new("request", request),
            Arg::new("arg", pointer(a[2])),
        ];
    };
    let value = match kind {
        Kind::GivesInt => r.behind(a[2], |r| r.int(a[2]).map(|n| Value::Int(n.into()))),
        Kind::TakesAddress | Kind::TakesNumber | Kind::TakesFlags | Kind::GivesName => {
            device(a[2], r, |raw| Some(vec![device_name(raw)?]))
        }
        Kind::TakesName => device(a[2], r, |raw| Some(vec![number("ifr_ifindex", raw)?])),
        Kind::TakesInt | Kind::Pointer | Kind::Nothing => pointer(a[2]),
    };
    let request = Value::Named { raw, name: name.into() };
    let mut args = vec![Arg::new("fd", fd(a[0])), Arg::new("request", request)];
    if kind != Kind::Nothing {
        args.push(Arg::new("arg", value));
    }
    args
}

/// What the kernel has written.
pub(super) fn exit(a: &[u64; 6], r: Reader) -> Vec<Arg> {
    let Some((request, _, kind)) = find(a[1]) else { return Vec::new() };
    let value = match kind {
        Kind::TakesInt => r.behind(a[2], |r| r.int(a[2]).map(|n| Value::Int(n.into()))),
        Kind::TakesAddress => device(a[2], r, |raw| {
            let address: [u8; size_of::<libc::sockaddr>()] = raw.array(UNION)?;
            let address = Value::Address(SocketAddress::new(address.to_vec()));
            Some(vec![device_name(raw)?, Arg::new(field(request), address)])
        }),
        Kind::TakesNumber => {
            device(a[2], r, |raw| Some(vec![device_name(raw)?, number(field(request), raw)?]))
        }
        Kind::TakesFlags => device(a[2], r, |raw| {
            let set = flags(raw.u16(UNION)?.into(), INTERFACE_FLAGS);
            Some(vec![device_name(raw)?, Arg::new(field(request), set)])
        }),
        Kind::TakesName => device(a[2], r, |raw| Some(vec![device_name(raw)?])),
        Kind::GivesInt | Kind::GivesName | Kind::Pointer | Kind::Nothing => return Vec::new(),
    };
    vec![Arg::new("arg", value)]
}

/// Where the union in `struct ifreq` begins.
const UNION: usize = offset_of!(ifreq, ifr_ifru);

fn device(address: u64, r: Reader, decode: impl FnOnce(Raw) -> Option<Vec<Arg>>) -> Value {
    r.structure(address, size_of::<ifreq>(), decode)
}

fn device_name(raw: Raw) -> Option<Arg> {
    Some(Arg::new("ifr_name", raw.text(offset_of!(ifreq, ifr_name), libc::IFNAMSIZ)?))
}

fn number(name: &'static str, raw: Raw) -> Option<Arg> {
    Some(Arg::new(name, Value::Int(raw.i32(UNION)?.into())))
}

/// The union's member that a request uses.
fn field(request: u32) -> &'static str {
    match request {
        n if n == libc::SIOCGIFNETMASK as u32 => "ifr_netmask",
        n if n == libc::SIOCGIFBRDADDR as u32 => "ifr_broadaddr",
        n if n == libc::SIOCGIFDSTADDR as u32 => "ifr_dstaddr",
        n if n == libc::SIOCGIFHWADDR as u32 => "ifr_hwaddr",
        n if n == libc::SIOCGIFADDR as u32 => "ifr_addr",
        n if n == libc::SIOCGIFINDEX as u32 => "ifr_ifindex",
        n if n == libc::SIOCGIFMTU as u32 => "ifr_mtu",
        n if n == libc::SIOCGIFMETRIC as u32 => "ifr_metric",
        n if n == libc::SIOCGIFTXQLEN as u32 => "ifr_qlen",
        _ => "ifr_flags",
    }
}
