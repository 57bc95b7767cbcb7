//! The options of a socket that are not as they come.

use std::os::fd::BorrowedFd;

use libc::{SOL_SOCKET, c_int};

use super::ask;
use crate::trace::{Arg, Value};

/// `SOCK_SNDBUF_LOCK` and `SOCK_RCVBUF_LOCK`: the program, not the kernel, has chosen the buffer's
/// size.
const SNDBUF_LOCK: u32 = 1;
const RCVBUF_LOCK: u32 = 2;

/// Switches and numbers that are 0 as they come.
const SIMPLE: &[(&str, c_int, c_int)] = &[
    ("SO_REUSEADDR", SOL_SOCKET, libc::SO_REUSEADDR),
    ("SO_REUSEPORT", SOL_SOCKET, libc::SO_REUSEPORT),
    ("SO_KEEPALIVE", SOL_SOCKET, libc::SO_KEEPALIVE),
    ("SO_BROADCAST", SOL_SOCKET, libc::SO_BROADCAST),
];
const TCP: &[(&str, c_int, c_int)] = &[
    ("TCP_NODELAY", libc::IPPROTO_TCP, libc::TCP_NODELAY),
    ("TCP_DEFER_ACCEPT", libc::IPPROTO_TCP, libc::TCP_DEFER_ACCEPT),
];
const IPV6: &[(&str, c_int, c_int)] = &[("IPV6_V6ONLY", libc::IPPROTO_IPV6, libc::IPV6_V6ONLY)];
const TIMEOUTS: &[(&str, c_int)] =
    &[("SO_RCVTIMEO", libc::SO_RCVTIMEO), ("SO_SNDTIMEO", libc::SO_SNDTIMEO)];

/// All that are not as they come. What the kernel does not know of is left out.
pub(super) fn changed(fd: BorrowedFd, family: c_int, tcp: bool) -> Vec<Arg> {
    let mut found = Vec::new();
    numbers(fd, SIMPLE, &mut found);
    linger(fd, &mut found);
    for &(name, option) in TIMEOUTS {
        timeout(fd, name, option, &mut found);
    }
    buffers(fd, &mut found);
    if tcp {
        numbers(fd, TCP, &mut found);
    }
    if family == libc::AF_INET6 {
        numbers(fd, IPV6, &mut found);
    }
    found
}

fn numbers(fd: BorrowedFd, table: &[(&'static str, c_int, c_int)], found: &mut Vec<Arg>) {
    for &(name, level, option) in table {
        if let Ok([value]) = ask::option(fd, level, option)
            && value != 0
        {
            found.push(Arg::new(name, Value::Int((value as i32).into())));
        }
    }
}

fn linger(fd: BorrowedFd, found: &mut Vec<Arg>) {
    if let Ok([on, seconds]) = ask::option(fd, SOL_SOCKET, libc::SO_LINGER)
        && on != 0
    {
        let fields = [("l_onoff", on), ("l_linger", seconds)]
            .map(|(name, value)| Arg::new(name, Value::Int(value.into())));
        found.push(Arg::new("SO_LINGER", Value::Struct(fields.into())));
    }
}

/// A timeout is a `struct timeval`: two words of 64 bits on the machines that this program runs on.
fn timeout(fd: BorrowedFd, name: &'static str, option: c_int, found: &mut Vec<Arg>) {
    const { assert!(size_of::<libc::timeval>() == 16) };
    let Ok([a, b, c, d]) = ask::option(fd, SOL_SOCKET, option) else { return };
    let (seconds, micros) = (word(a, b) as i64, word(c, d) as i64);
    if (seconds, micros) != (0, 0) {
        let fields = [("tv_sec", seconds), ("tv_usec", micros)]
            .map(|(name, value)| Arg::new(name, Value::Int(value)));
        found.push(Arg::new(name, Value::Struct(fields.into())));
    }
}

/// A number of 64 bits that lies in two words of 32.
pub(super) fn word(first: u32, second: u32) -> u64 {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&first.to_ne_bytes());
    bytes[4..].copy_from_slice(&second.to_ne_bytes());
    u64::from_ne_bytes(bytes)
}

/// A buffer's size is shown if a program has set it: TCP changes the others as it goes, so that a
/// size alone says nothing. SO_BUF_LOCK (Linux 5.14) tells; an older kernel does not, and none is
/// shown. The size is what `getsockopt` answers: twice what `setsockopt` was given.
fn buffers(fd: BorrowedFd, found: &mut Vec<Arg>) {
    let Ok([locks]) = ask::option(fd, SOL_SOCKET, libc::SO_BUF_LOCK) else { return };
    if locks & RCVBUF_LOCK != 0 {
        numbers(fd, &[("SO_RCVBUF", SOL_SOCKET, libc::SO_RCVBUF)], found);
    }
    if locks & SNDBUF_LOCK != 0 {
        numbers(fd, &[("SO_SNDBUF", SOL_SOCKET, libc::SO_SNDBUF)], found);
    }
}
