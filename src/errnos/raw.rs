//! The calls as C can write them: any number for a descriptor, any pointer, any length. For the rows that
//! [`crate::calls`] makes impossible.
//!
//! A [`Pointer`] that is good leads to 128 bytes of the function's own, as many as the longest address has: the
//! kernel refuses a longer address length before it touches anything. Other lengths here are 128 at most, or
//! negative for the kernel, which refuses those, too.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr::{null_mut, without_provenance_mut};

use libc::{c_int, c_void, nfds_t, pollfd, sockaddr, socklen_t};

use crate::calls::{Errno, Result};

/// What a call is given for a buffer, an address or a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pointer<'a> {
    Null,
    /// To where no memory is.
    Wild,
    /// To memory that cannot be written.
    ReadOnly,
    /// To memory.
    Good,
    /// To memory that begins with these bytes.
    To(&'a [u8]),
}

/// What a call is given for the pointer to a length.
#[derive(Debug)]
pub(super) enum Length<'a> {
    Null,
    Wild,
    At(&'a mut socklen_t),
}

const ROOM: usize = 128;

static READ_ONLY: [u8; ROOM] = [0; ROOM];

impl Pointer<'_> {
    /// The pointer, which leads into `room` if it is good.
    fn within(self, room: &mut [u8; ROOM]) -> *mut c_void {
        match self {
            Pointer::Null => null_mut(),
            Pointer::Wild => without_provenance_mut(1),
            Pointer::ReadOnly => (&raw const READ_ONLY).cast_mut().cast(),
            Pointer::Good => room.as_mut_ptr().cast(),
            Pointer::To(bytes) => {
                let length = bytes.len().min(ROOM);
                room[..length].copy_from_slice(&bytes[..length]);
                room.as_mut_ptr().cast()
            }
        }
    }
}

impl Length<'_> {
    fn pointer(self) -> *mut socklen_t {
        match self {
            Length::Null => null_mut(),
            Length::Wild => without_provenance_mut(1),
            Length::At(length) => length,
        }
    }
}

pub(super) fn bind(fd: &impl AsRawFd, addr: Pointer, length: socklen_t) -> Result<()> {
    let mut room = [0; ROOM];
    let addr = addr.within(&mut room).cast::<sockaddr>();
    // SAFETY: the kernel reads `length` bytes, 128 at most, which `room` has; at a bad pointer it reads nothing and
    // answers EFAULT.
    Errno::result(unsafe { libc::bind(fd.as_raw_fd(), addr, length) }).map(drop)
}

pub(super) fn connect(fd: &impl AsRawFd, addr: Pointer, length: socklen_t) -> Result<()> {
    let mut room = [0; ROOM];
    let addr = addr.within(&mut room).cast::<sockaddr>();
    // SAFETY: as in `bind`: 128 bytes are read at most, and `room` has them, or nothing is.
    Errno::result(unsafe { libc::connect(fd.as_raw_fd(), addr, length) }).map(drop)
}

pub(super) fn listen(fd: &impl AsRawFd, backlog: c_int) -> Result<()> {
    // SAFETY: two integers by value.
    Errno::result(unsafe { libc::listen(fd.as_raw_fd(), backlog) }).map(drop)
}

pub(super) fn accept(fd: &impl AsRawFd, addr: Pointer, length: Length) -> Result<OwnedFd> {
    accept4(fd, addr, length, 0)
}

pub(super) fn accept4(
    fd: &impl AsRawFd,
    addr: Pointer,
    length: Length,
    flags: c_int,
) -> Result<OwnedFd> {
    let mut room = [0; ROOM];
    let addr = addr.within(&mut room).cast::<sockaddr>();
    let length = length.pointer();
    let fd = fd.as_raw_fd();
    let ns = if flags == 0 {
        // SAFETY: no address is longer than `room`, so the kernel writes no more than it has; what cannot be written
        // it answers with EFAULT. `length` is null, wild or one integer of the caller's.
        unsafe { libc::accept(fd, addr, length) }
    } else {
        // SAFETY: the same; the flags are an integer.
        unsafe { libc::accept4(fd, addr, length, flags) }
    };
    // SAFETY: `accept` has just made the descriptor, and nobody else holds it.
    Errno::result(ns).map(|ns| unsafe { OwnedFd::from_raw_fd(ns) })
}

pub(super) fn send(fd: &impl AsRawFd, buf: Pointer, len: usize, flags: c_int) -> Result<usize> {
    sendto(fd, buf, len, flags, Pointer::Null, 0)
}

pub(super) fn sendto(
    fd: &impl AsRawFd,
    buf: Pointer,
    len: usize,
    flags: c_int,
    addr: Pointer,
    addrlen: socklen_t,
) -> Result<usize> {
    let (mut bytes, mut name) = ([0; ROOM], [0; ROOM]);
    let buf = buf.within(&mut bytes);
    let addr = addr.within(&mut name).cast::<sockaddr>();
    // SAFETY: `len` is 128 at most, which `bytes` has, and so is an address length that the kernel takes; at a bad
    // pointer it reads nothing and answers EFAULT.
    let n = unsafe { libc::sendto(fd.as_raw_fd(), buf, len, flags, addr, addrlen) };
    Errno::result(n).map(|n| n as usize)
}

pub(super) fn recv(fd: &impl AsRawFd, buf: Pointer, len: usize, flags: c_int) -> Result<usize> {
    let mut bytes = [0; ROOM];
    let buf = buf.within(&mut bytes);
    // SAFETY: `len` is 128 at most, which `bytes` has; where nothing can be written the kernel answers EFAULT.
    let n = unsafe { libc::recv(fd.as_raw_fd(), buf, len, flags) };
    Errno::result(n).map(|n| n as usize)
}

pub(super) fn recvfrom(
    fd: &impl AsRawFd,
    buf: Pointer,
    len: usize,
    flags: c_int,
    addr: Pointer,
    addrlen: Length,
) -> Result<usize> {
    let (mut bytes, mut name) = ([0; ROOM], [0; ROOM]);
    let buf = buf.within(&mut bytes);
    let addr = addr.within(&mut name).cast::<sockaddr>();
    let addrlen = addrlen.pointer();
    // SAFETY: `len` is 128 at most, and no address is longer: `bytes` and `name` have that; where nothing can be
    // written the kernel answers EFAULT.
    let n = unsafe { libc::recvfrom(fd.as_raw_fd(), buf, len, flags, addr, addrlen) };
    Errno::result(n).map(|n| n as usize)
}

pub(super) fn shutdown(fd: &impl AsRawFd, how: c_int) -> Result<()> {
    // SAFETY: two integers by value.
    Errno::result(unsafe { libc::shutdown(fd.as_raw_fd(), how) }).map(drop)
}

/// Only for a number that is nobody's: the owner of any other one would close it again.
pub(super) fn close(number: c_int) -> Result<()> {
    // SAFETY: an integer by value; no memory is touched, and no descriptor is open under this number.
    Errno::result(unsafe { libc::close(number) }).map(drop)
}

pub(super) fn getsockname(fd: &impl AsRawFd, addr: Pointer, length: Length) -> Result<()> {
    let mut room = [0; ROOM];
    let addr = addr.within(&mut room).cast::<sockaddr>();
    // SAFETY: no address is longer than `room`; where nothing can be written the kernel answers EFAULT.
    Errno::result(unsafe { libc::getsockname(fd.as_raw_fd(), addr, length.pointer()) }).map(drop)
}

pub(super) fn getpeername(fd: &impl AsRawFd, addr: Pointer, length: Length) -> Result<()> {
    let mut room = [0; ROOM];
    let addr = addr.within(&mut room).cast::<sockaddr>();
    // SAFETY: as in `getsockname`.
    Errno::result(unsafe { libc::getpeername(fd.as_raw_fd(), addr, length.pointer()) }).map(drop)
}

pub(super) fn setsockopt(
    fd: &impl AsRawFd,
    level: c_int,
    option: c_int,
    value: Pointer,
    length: socklen_t,
) -> Result<()> {
    let mut room = [0; ROOM];
    let value = value.within(&mut room);
    // SAFETY: `length` is 128 at most, which `room` has, or negative, which the kernel refuses; no option here has a
    // pointer in its value.
    Errno::result(unsafe { libc::setsockopt(fd.as_raw_fd(), level, option, value, length) })
        .map(drop)
}

pub(super) fn getsockopt(
    fd: &impl AsRawFd,
    level: c_int,
    option: c_int,
    value: Pointer,
    length: Length,
) -> Result<()> {
    let mut room = [0; ROOM];
    let value = value.within(&mut room);
    let length = length.pointer();
    // SAFETY: `length` says 4 bytes at most, which `room` has, or a negative number, which the kernel refuses; where
    // nothing can be written it answers EFAULT.
    Errno::result(unsafe { libc::getsockopt(fd.as_raw_fd(), level, option, value, length) })
        .map(drop)
}

/// A `socketpair` whose two numbers nobody learns: it fails.
pub(super) fn socketpair(domain: c_int, ty: c_int, protocol: c_int, sv: Pointer) -> Result<()> {
    let mut room = [0; ROOM];
    let sv = sv.within(&mut room).cast::<c_int>();
    // SAFETY: `room` has space for two integers; where nothing can be written the kernel answers EFAULT.
    Errno::result(unsafe { libc::socketpair(domain, ty, protocol, sv) }).map(drop)
}

pub(super) fn poll(fds: Pointer, count: nfds_t, timeout: c_int) -> Result<usize> {
    let mut room = [pollfd { fd: -1, events: 0, revents: 0 }; 64];
    let fds = match fds {
        Pointer::Null => null_mut(),
        Pointer::Wild => without_provenance_mut(1),
        Pointer::ReadOnly => (&raw const READ_ONLY).cast_mut().cast(),
        Pointer::Good | Pointer::To(_) => room.as_mut_ptr(),
    };
    // SAFETY: `count` is 64 at most, as many as `room` has; where nothing can be read or written the kernel answers
    // EFAULT.
    let n = unsafe { libc::poll(fds, count, timeout) };
    Errno::result(n).map(|n| n as usize)
}
