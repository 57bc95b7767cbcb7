//! Calls that move bytes: send and recv with their kin, read and write, and from file to file.

use super::addresses;
use super::constants::{MESSAGE_FLAGS, SPLICE_FLAGS, fd, flags, int};
use super::reader::{Raw, Reader, pointer};
use crate::trace::{Arg, Value};

/// A `size_t` in a register, or the count of what was moved. Beyond `i64` no number is right: the
/// kernel refuses it.
pub(super) fn size(register: u64) -> Value {
    Value::Int(i64::try_from(register).unwrap_or(i64::MAX))
}

/// `ssize_t sendto(int sockfd, const void *buf, size_t len, int flags, const struct sockaddr
/// *dest_addr, socklen_t addrlen);`
pub(super) fn sendto(a: &[u64; 6], r: Reader) -> Vec<Arg> {
    let addrlen = int(a[5]);
    vec![
        Arg::new("sockfd", fd(a[0])),
        Arg::new("buf", r.bytes(a[1], a[2])),
        Arg::new("len", size(a[2])),
        Arg::new("flags", flags(int(a[3]), MESSAGE_FLAGS)),
        Arg::new("dest_addr", r.address(a[4], addrlen)),
        Arg::new("addrlen", Value::Int(addrlen)),
    ]
}

/// `ssize_t recvfrom(int sockfd, void *buf, size_t len, int flags, struct sockaddr *src_addr,
/// socklen_t *addrlen);`
pub(super) fn recvfrom(a: &[u64; 6], r: Reader) -> Vec<Arg> {
    let [src_addr, addrlen] = addresses::room("src_addr", a[4], a[5], true, r);
    vec![
        Arg::new("sockfd", fd(a[0])),
        Arg::new("buf", pointer(a[1])),
        Arg::new("len", size(a[2])),
        Arg::new("flags", flags(int(a[3]), MESSAGE_FLAGS)),
        src_addr,
        addrlen,
    ]
}

/// What has come, and from whom. With MSG_TRUNC the kernel answers the datagram's length, and
/// writes as much as there is room for.
pub(super) fn received(a: &[u64; 6], entered: &[Arg], result: u64, r: Reader) -> Vec<Arg> {
    let mut args = addresses::answered("src_addr", a[4], a[5], entered, r);
    args.insert(0, Arg::new("buf", r.bytes(a[1], result.min(a[2]))));
    args
}

/// `ssize_t write(int fd, const void *buf, size_t count);`
pub(super) fn write(a: &[u64; 6], r: Reader) -> Vec<Arg> {
    buffer(a, r.bytes(a[1], a[2]))
}

/// `ssize_t read(int fd, void *buf, size_t count);`
pub(super) fn read(a: &[u64; 6]) -> Vec<Arg> {
    buffer(a, pointer(a[1]))
}

fn buffer(a: &[u64; 6], buf: Value) -> Vec<Arg> {
    vec![Arg::new("fd", fd(a[0])), Arg::new("buf", buf), Arg::new("count", size(a[2]))]
}

/// What `read` has read.
pub(super) fn was_read(a: &[u64; 6], result: u64, r: Reader) -> Vec<Arg> {
    vec![Arg::new("buf", r.bytes(a[1], result.min(a[2])))]
}

/// `ssize_t writev(int fd, const struct iovec *iov, int iovcnt);`, and readv.
pub(super) fn vector(a: &[u64; 6], filled: Filled, r: Reader) -> Vec<Arg> {
    vec![
        Arg::new("fd", fd(a[0])),
        Arg::new("iov", pieces(a[1], a[2], super::reader::MOST, filled, r)),
        Arg::new("iovcnt", Value::Int(int(a[2]))),
    ]
}

/// What `readv` has read.
pub(super) fn was_scattered(a: &[u64; 6], result: u64, r: Reader) -> Vec<Arg> {
    vec![Arg::new("iov", pieces(a[1], a[2], super::reader::MOST, Filled::With(result), r))]
}

/// What is in the pieces of a scattered buffer.
#[derive(Clone, Copy)]
pub(super) enum Filled {
    /// The program's bytes, in full.
    ByProgram,
    /// Nothing yet: the kernel will write there.
    NotYet,
    /// As many of the kernel's bytes, from the first piece on.
    With(u64),
}

/// An array of `struct iovec`, and the buffers that it names. The kernel takes a count as `unsigned
/// long`, and no more than 1024.
pub(super) fn pieces(address: u64, count: u64, most: usize, filled: Filled, r: Reader) -> Value {
    let mut left = if let Filled::With(bytes) = filled { bytes } else { 0 };
    r.list(address, count, size_of::<libc::iovec>(), most, |raw: Raw| {
        let base = raw.u64(std::mem::offset_of!(libc::iovec, iov_base))?;
        let length = raw.u64(std::mem::offset_of!(libc::iovec, iov_len))?;
        let buffer = match filled {
            Filled::ByProgram => r.bytes(base, length),
            Filled::NotYet => pointer(base),
            Filled::With(_) => {
                let here = left.min(length);
                left -= here;
                r.bytes(base, here)
            }
        };
        Some(Value::Struct(vec![Arg::new("iov_base", buffer), Arg::new("iov_len", size(length))]))
    })
}

/// `ssize_t sendfile(int out_fd, int in_fd, off_t *offset, size_t count);`
pub(super) fn sendfile(a: &[u64; 6], r: Reader) -> Vec<Arg> {
    vec![
        Arg::new("out_fd", fd(a[0])),
        Arg::new("in_fd", fd(a[1])),
        Arg::new("offset", offset(a[2], r)),
        Arg::new("count", size(a[3])),
    ]
}

/// `ssize_t splice(int fd_in, off64_t *off_in, int fd_out, off64_t *off_out, size_t len, unsigned
/// int flags);`
pub(super) fn splice(a: &[u64; 6], r: Reader) -> Vec<Arg> {
    vec![
        Arg::new("fd_in", fd(a[0])),
        Arg::new("off_in", offset(a[1], r)),
        Arg::new("fd_out", fd(a[2])),
        Arg::new("off_out", offset(a[3], r)),
        Arg::new("len", size(a[4])),
        Arg::new("flags", flags(int(a[5]), SPLICE_FLAGS)),
    ]
}

/// Offsets that have moved on.
pub(super) fn moved<const N: usize>(offsets: [(&'static str, u64); N], r: Reader) -> Vec<Arg> {
    let given = offsets.into_iter().filter(|(_, address)| *address != 0);
    given.map(|(name, address)| Arg::new(name, offset(address, r))).collect()
}

fn offset(address: u64, r: Reader) -> Value {
    r.behind(address, |r| r.long(address).map(Value::Int))
}
