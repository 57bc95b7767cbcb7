//! `struct msghdr`: sendmsg, recvmsg, and many of them at once.

use std::mem::offset_of;

use libc::{mmsghdr, msghdr};

use super::buffers::{Filled, pieces, size};
use super::constants::{MESSAGE_FLAGS, fd, flags, int};
use super::control::control;
use super::reader::{MOST, Raw, Reader, pointer};
use crate::trace::{Arg, Value};

/// How many pieces are kept of each message, where there are many messages.
const MOST_EACH: usize = 8;

/// Which way a message goes, and how far it has gone.
#[derive(Clone, Copy)]
pub(super) enum Way<'a> {
    /// The program sends it.
    Out,
    /// The program waits for it.
    Awaited,
    /// The kernel has written so many bytes, into what was this message when it was awaited.
    In(u64, &'a [Arg]),
}

/// `ssize_t sendmsg(int sockfd, const struct msghdr *msg, int flags);`, and recvmsg.
pub(super) fn one(a: &[u64; 6], way: Way, r: Reader) -> Vec<Arg> {
    vec![
        Arg::new("sockfd", fd(a[0])),
        Arg::new("msg", message(a[1], way, r)),
        Arg::new("flags", flags(int(a[2]), MESSAGE_FLAGS)),
    ]
}

/// The message that has come.
pub(super) fn received(a: &[u64; 6], entered: &[Arg], result: u64, r: Reader) -> Vec<Arg> {
    let before = match entered.iter().find(|arg| arg.name == "msg") {
        Some(Arg { value: Value::Struct(fields), .. }) => fields.as_slice(),
        _ => &[],
    };
    vec![Arg::new("msg", message(a[1], Way::In(result, before), r))]
}

fn message(address: u64, way: Way, r: Reader) -> Value {
    r.structure(address, size_of::<msghdr>(), |raw| header(raw, 0, MOST, way, r))
}

/// `int sendmmsg(int sockfd, struct mmsghdr *msgvec, unsigned int vlen, int flags);`, and recvmmsg
/// with `struct timespec *timeout` besides.
pub(super) fn many(a: &[u64; 6], way: Way, r: Reader) -> Vec<Arg> {
    let count = u64::from(a[2] as u32);
    let messages = r.list(a[1], count, size_of::<mmsghdr>(), MOST, |raw| {
        let header = header(raw, offset_of!(mmsghdr, msg_hdr), MOST_EACH, way, r)?;
        Some(Value::Struct(vec![Arg::new("msg_hdr", Value::Struct(header))]))
    });
    let mut args = vec![
        Arg::new("sockfd", fd(a[0])),
        Arg::new("msgvec", messages),
        Arg::new("vlen", size(count)),
        Arg::new("flags", flags(int(a[3]), MESSAGE_FLAGS)),
    ];
    if let Way::Awaited = way {
        args.push(Arg::new("timeout", r.timespec(a[4])));
    }
    args
}

/// The messages that have been sent: of each, how many bytes.
pub(super) fn sent_many(a: &[u64; 6], result: u64, r: Reader) -> Vec<Arg> {
    let messages = r.list(a[1], result, size_of::<mmsghdr>(), MOST, |raw| {
        let sent = raw.u32(offset_of!(mmsghdr, msg_len))?;
        Some(Value::Struct(vec![Arg::new("msg_len", Value::Int(sent.into()))]))
    });
    vec![Arg::new("msgvec", messages)]
}

/// The messages that have come, and the time that is left.
pub(super) fn received_many(a: &[u64; 6], entered: &[Arg], result: u64, r: Reader) -> Vec<Arg> {
    let mut awaited = match entered.iter().find(|arg| arg.name == "msgvec") {
        Some(Arg { value: Value::List { items, .. }, .. }) => items.iter(),
        _ => [].iter(),
    };
    let messages = r.list(a[1], result, size_of::<mmsghdr>(), MOST, |raw| {
        let length = raw.u32(offset_of!(mmsghdr, msg_len))?;
        let before = awaited.next().map_or(&[][..], inner);
        let way = Way::In(length.into(), before);
        let header = header(raw, offset_of!(mmsghdr, msg_hdr), MOST_EACH, way, r)?;
        Some(Value::Struct(vec![
            Arg::new("msg_hdr", Value::Struct(header)),
            Arg::new("msg_len", Value::Int(length.into())),
        ]))
    });
    let mut args = vec![Arg::new("msgvec", messages)];
    if a[4] != 0 {
        args.push(Arg::new("timeout", r.timespec(a[4])));
    }
    args
}

/// The fields of `msg_hdr` in a `struct mmsghdr`.
fn inner(message: &Value) -> &[Arg] {
    match message {
        Value::Struct(fields) => match fields.first() {
            Some(Arg { value: Value::Struct(fields), .. }) => fields,
            _ => &[],
        },
        _ => &[],
    }
}

fn header(raw: Raw, at: usize, most: usize, way: Way, r: Reader) -> Option<Vec<Arg>> {
    let name = raw.u64(at + offset_of!(msghdr, msg_name))?;
    let namelen = raw.u32(at + offset_of!(msghdr, msg_namelen))?;
    let iov = raw.u64(at + offset_of!(msghdr, msg_iov))?;
    let count = raw.u64(at + offset_of!(msghdr, msg_iovlen))?;
    let ancillary = raw.u64(at + offset_of!(msghdr, msg_control))?;
    let room = raw.u64(at + offset_of!(msghdr, msg_controllen))?;
    let flagged = raw.i32(at + offset_of!(msghdr, msg_flags))?;

    let (filled, namelen, room_after) = match way {
        Way::Out => (Filled::ByProgram, Value::Int(i64::from(namelen as i32)), size(room)),
        Way::Awaited => (Filled::NotYet, Value::Length(namelen.into()), as_length(room)),
        Way::In(bytes, _) => (Filled::With(bytes), Value::Length(namelen.into()), as_length(room)),
    };
    let (name, ancillary) = match (way, &namelen) {
        (Way::Out, Value::Int(length)) => (r.address(name, *length), control(ancillary, room, r)),
        (Way::In(_, before), namelen) => {
            let named = super::addresses::written(before, "msg_namelen", namelen);
            let told = super::addresses::written(before, "msg_controllen", &room_after);
            (r.address(name, named as i64), control(ancillary, told, r))
        }
        _ => (pointer(name), pointer(ancillary)),
    };
    let mut fields = vec![
        Arg::new("msg_name", name),
        Arg::new("msg_namelen", namelen),
        Arg::new("msg_iov", pieces(iov, count, most, filled, r)),
        Arg::new("msg_iovlen", size(count)),
        Arg::new("msg_control", ancillary),
        Arg::new("msg_controllen", room_after),
    ];
    // The kernel only writes it: to a call it means nothing.
    if let Way::In(..) = way {
        fields.push(Arg::new("msg_flags", flags(flagged.into(), MESSAGE_FLAGS)));
    }
    Some(fields)
}

fn as_length(room: u64) -> Value {
    Value::Length(i64::try_from(room).unwrap_or(i64::MAX))
}
