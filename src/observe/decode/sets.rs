//! Waiting for several descriptors: poll and select.

use std::mem::offset_of;

use libc::{c_ulong, pollfd};

use super::constants::{POLL, flags, int};
use super::reader::{MOST, Raw, Reader, pointer};
use crate::observe::Call;
use crate::trace::{Arg, Value};

/// The kernel looks at no more descriptors than the process has room for; 64 times FD_SETSIZE are
/// enough.
const MOST_BITS: usize = 64 * libc::FD_SETSIZE;
const WORD: usize = size_of::<c_ulong>();

/// `int poll(struct pollfd *fds, nfds_t nfds, int timeout);`
#[cfg(target_arch = "x86_64")]
pub(super) fn poll(a: &[u64; 6], r: Reader) -> Vec<Arg> {
    let mut args = Vec::with_capacity(3);
    args.extend(polled(a, r));
    args.push(Arg::new("timeout", Value::Int(int(a[2]))));
    args
}

/// `int ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *tmo_p, const sigset_t
/// *sigmask);`
pub(super) fn ppoll(a: &[u64; 6], r: Reader) -> Vec<Arg> {
    let mut args = Vec::with_capacity(4);
    args.extend(polled(a, r));
    args.push(Arg::new("tmo_p", r.timespec(a[2])));
    args.push(Arg::new("sigmask", pointer(a[3])));
    args
}

/// `nfds` is an `unsigned int` to the kernel.
fn polled(a: &[u64; 6], r: Reader) -> [Arg; 2] {
    let count = a[1] as u32;
    [Arg::new("fds", members(a, false, r)), Arg::new("nfds", Value::Int(count.into()))]
}

/// The members, with what has happened if the kernel has said so.
fn members(a: &[u64; 6], answered: bool, r: Reader) -> Value {
    r.list(a[0], u64::from(a[1] as u32), size_of::<pollfd>(), MOST, |raw| {
        let events = |at| raw.u16(at).map(|events| flags(events.into(), POLL));
        let mut fields = Vec::with_capacity(3);
        fields.push(Arg::new("fd", Value::Fd(raw.i32(offset_of!(pollfd, fd))?)));
        fields.push(Arg::new("events", events(offset_of!(pollfd, events))?));
        if answered {
            fields.push(Arg::new("revents", events(offset_of!(pollfd, revents))?));
        }
        Some(Value::Struct(fields))
    })
}

/// What has happened to the members.
pub(super) fn happened(a: &[u64; 6], r: Reader) -> Vec<Arg> {
    vec![Arg::new("fds", members(a, true, r))]
}

/// `int select(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, struct timeval
/// *timeout);`, and pselect with `const struct timespec *timeout, const sigset_t *sigmask`.
pub(super) fn select(call: Call, a: &[u64; 6], r: Reader) -> Vec<Arg> {
    let mut args = Vec::with_capacity(6);
    args.push(Arg::new("nfds", Value::Int(int(a[0]))));
    for (name, address) in sets(a) {
        args.push(Arg::new(name, set(int(a[0]), address, r)));
    }
    args.push(Arg::new("timeout", timeout(call, a, r)));
    if call == Call::Pselect6 {
        // The sixth argument leads to the mask's address and its size.
        let mask = |r: Reader| r.all(a[5]).map(|mask| pointer(u64::from_ne_bytes(mask)));
        args.push(Arg::new("sigmask", r.behind(a[5], mask)));
    }
    args
}

fn sets(a: &[u64; 6]) -> [(&'static str, u64); 3] {
    [("readfds", a[1]), ("writefds", a[2]), ("exceptfds", a[3])]
}

/// The descriptors in a set.
fn set(nfds: i64, address: u64, r: Reader) -> Value {
    let Ok(bits) = usize::try_from(nfds) else { return pointer(address) };
    if address == 0 {
        return Value::Null;
    }
    let raw = r.some(address, bits.min(MOST_BITS).div_ceil(WORD * 8) * WORD);
    if raw.is_empty() && bits > 0 {
        return Value::Unreadable(address);
    }
    let items: Vec<_> = in_set(&raw, bits).take(MOST).map(Value::Fd).collect();
    let length = in_set(&raw, bits).count() as u64;
    Value::List { items, length }
}

/// Where a bit of the set is 1, as FD_SET makes it: word by word, from each word's lowest bit on.
fn in_set(raw: &[u8], bits: usize) -> impl Iterator<Item = i32> {
    let words = raw.as_chunks::<WORD>().0.iter().map(|word| c_ulong::from_ne_bytes(*word));
    let set = words.enumerate().filter(|(_, word)| *word != 0).flat_map(|(at, word)| {
        (0..WORD * 8).filter(move |bit| word >> bit & 1 == 1).map(move |bit| at * WORD * 8 + bit)
    });
    set.take_while(move |bit| *bit < bits).map(|bit| bit as i32)
}

/// The descriptors that are ready; Linux writes the time that was left, too.
pub(super) fn ready(call: Call, a: &[u64; 6], r: Reader) -> Vec<Arg> {
    let given = sets(a).into_iter().filter(|(_, address)| *address != 0);
    let mut args: Vec<_> =
        given.map(|(name, address)| Arg::new(name, set(int(a[0]), address, r))).collect();
    args.extend(left(call, a, r));
    args
}

/// The time that was left of a timeout, where there was one.
pub(super) fn left(call: Call, a: &[u64; 6], r: Reader) -> Option<Arg> {
    let (name, address) = match call {
        Call::Ppoll => ("tmo_p", a[2]),
        _ => ("timeout", a[4]),
    };
    let value = if call == Call::Ppoll { r.timespec(address) } else { timeout(call, a, r) };
    (address != 0).then(|| Arg::new(name, value))
}

fn timeout(call: Call, a: &[u64; 6], r: Reader) -> Value {
    if call == Call::Pselect6 { r.timespec(a[4]) } else { r.timeval(a[4]) }
}

/// The descriptors that the call waits for; below 0, poll passes over them.
pub(super) fn waited_for(call: Call, a: &[u64; 6], most: usize, r: Reader) -> Vec<i32> {
    if is_select(call) {
        let Ok(bits) = usize::try_from(int(a[0])) else { return Vec::new() };
        let mut all = Vec::new();
        for (_, address) in sets(a).into_iter().filter(|(_, address)| *address != 0) {
            let raw = r.some(address, bits.min(MOST_BITS).div_ceil(WORD * 8) * WORD);
            all.extend(in_set(&raw, bits).take(most));
        }
        all.sort_unstable();
        all.dedup();
        return all;
    }
    let count = (a[1] as u32 as usize).min(most);
    let raw = if a[0] == 0 { Vec::new() } else { r.some(a[0], count * size_of::<pollfd>()) };
    let each = raw.chunks_exact(size_of::<pollfd>());
    each.filter_map(|raw| Raw(raw).i32(offset_of!(pollfd, fd))).filter(|fd| *fd >= 0).collect()
}

fn is_select(call: Call) -> bool {
    match call {
        #[cfg(target_arch = "x86_64")]
        Call::Select => true,
        _ => call == Call::Pselect6,
    }
}
