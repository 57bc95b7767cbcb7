//! Waiting for several descriptors: epoll.

use std::mem::offset_of;

use libc::epoll_event;

use super::constants::{EPOLL, EPOLL_OPS, fd, flags, int, one};
use super::reader::{MOST, Raw, Reader, pointer};
use crate::observe::Call;
use crate::trace::{Arg, Value};

/// `int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event);`
pub(super) fn ctl(a: &[u64; 6], r: Reader) -> Vec<Arg> {
    // The kernel does not look at the event of what it is to forget.
    let event = match int(a[1]) as i32 {
        libc::EPOLL_CTL_DEL => pointer(a[3]),
        _ => r.structure(a[3], size_of::<epoll_event>(), event),
    };
    vec![
        Arg::new("epfd", fd(a[0])),
        Arg::new("op", one(int(a[1]), EPOLL_OPS)),
        Arg::new("fd", fd(a[2])),
        Arg::new("event", event),
    ]
}

/// `int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout);`, epoll_pwait
/// with `const sigset_t *sigmask`, and epoll_pwait2 with `const struct timespec *timeout`.
pub(super) fn wait(call: Call, a: &[u64; 6], r: Reader) -> Vec<Arg> {
    let mut args = Vec::with_capacity(5);
    args.extend([
        Arg::new("epfd", fd(a[0])),
        Arg::new("events", pointer(a[1])),
        Arg::new("maxevents", Value::Int(int(a[2]))),
    ]);
    args.push(Arg::new(
        "timeout",
        match call {
            Call::EpollPwait2 => r.timespec(a[3]),
            _ => Value::Int(int(a[3])),
        },
    ));
    if matches!(call, Call::EpollPwait | Call::EpollPwait2) {
        args.push(Arg::new("sigmask", pointer(a[4])));
    }
    args
}

/// The events that the kernel tells.
pub(super) fn told(a: &[u64; 6], result: u64, r: Reader) -> Vec<Arg> {
    let events =
        r.list(a[1], result, size_of::<epoll_event>(), MOST, |raw| event(raw).map(Value::Struct));
    vec![Arg::new("events", events)]
}

/// The structure is packed on x86-64, and nowhere else. `data` is the program's own: a number, a
/// descriptor, a pointer.
fn event(raw: Raw) -> Option<Vec<Arg>> {
    Some(vec![
        Arg::new("events", flags(raw.u32(offset_of!(epoll_event, events))?.into(), EPOLL)),
        Arg::new("data", data(raw.u64(offset_of!(epoll_event, u64))?)),
    ])
}

/// A pointer where a program's memory may lie, from 64 GiB up to the kernel's half; else a number, such as a descriptor
/// with a generation in the upper half, or -1.
fn data(raw: u64) -> Value {
    const LOWEST: u64 = 1 << 36;
    const HIGHEST: u64 = 1 << 48;
    if (LOWEST..HIGHEST).contains(&raw) { pointer(raw) } else { Value::Int(raw as i64) }
}
