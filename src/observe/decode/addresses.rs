//! Addresses that the kernel writes, and the lengths that go in as the room there is and come out
//! as the length there was.

use super::constants::{TYPE_FLAGS, fd, flags, int};
use super::reader::{Reader, pointer};
use crate::observe::Call;
use crate::trace::{Arg, Value};

/// A `socklen_t` behind a pointer.
pub(super) fn length(address: u64, r: Reader) -> Value {
    r.behind(address, |r| r.socklen(address).map(|length| Value::Length(length.into())))
}

/// How many bytes the kernel has written: no more than there was room for, no more than there are.
pub(super) fn written(entered: &[Arg], name: &str, after: &Value) -> u64 {
    let before = entered.iter().find(|arg| arg.name == name).map(|arg| &arg.value);
    let (Some(Value::Length(before)), Value::Length(after)) = (before, after) else { return 0 };
    u64::try_from(*before.min(after)).unwrap_or(0)
}

/// `int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen);`, and connect.
pub(super) fn given(a: &[u64; 6], r: Reader) -> Vec<Arg> {
    let length = int(a[2]);
    vec![
        Arg::new("sockfd", fd(a[0])),
        Arg::new("addr", r.address(a[1], length)),
        Arg::new("addrlen", Value::Int(length)),
    ]
}

/// `int accept4(int sockfd, struct sockaddr *addr, socklen_t *addrlen, int flags);`, and accept,
/// getsockname, getpeername without flags.
pub(super) fn asked(call: Call, a: &[u64; 6], r: Reader) -> Vec<Arg> {
    let accepts = matches!(call, Call::Accept | Call::Accept4);
    let mut args = Vec::with_capacity(4);
    args.push(Arg::new("sockfd", fd(a[0])));
    args.extend(room("addr", a[1], a[2], accepts, r));
    if call == Call::Accept4 {
        args.push(Arg::new("flags", flags(int(a[3]), TYPE_FLAGS)));
    }
    args
}

/// Where an address is to be written, and how much room there is. Where null means that nobody
/// wants to know (`optional`), the kernel does not look at the length then.
pub(super) fn room(
    name: &'static str,
    address: u64,
    addrlen: u64,
    optional: bool,
    r: Reader,
) -> [Arg; 2] {
    let length = match length(addrlen, r) {
        Value::Unreadable(addrlen) if optional && address == 0 => pointer(addrlen),
        length => length,
    };
    [Arg::new(name, pointer(address)), Arg::new("addrlen", length)]
}

/// The address that the kernel has written.
pub(super) fn answered(
    name: &'static str,
    address: u64,
    addrlen: u64,
    entered: &[Arg],
    r: Reader,
) -> Vec<Arg> {
    let mut args = Vec::with_capacity(3);
    if address != 0 {
        let after = length(addrlen, r);
        let written = written(entered, "addrlen", &after);
        args.push(Arg::new(name, r.address(address, written as i64)));
        args.push(Arg::new("addrlen", after));
    }
    args
}
