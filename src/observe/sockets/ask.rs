//! The questions about a descriptor that no library has a safe call for.

use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use libc::c_int;
use nix::errno::Errno;

nix::ioctl_read_bad!(
    /// SIOCINQ.
    siocinq,
    libc::FIONREAD,
    c_int
);
nix::ioctl_read_bad!(
    /// SIOCOUTQ.
    siocoutq,
    libc::TIOCOUTQ,
    c_int
);

/// A descriptor that stands for the process and is not reused for another one.
pub(super) fn pidfd_open(pid: i32) -> Result<OwnedFd, Errno> {
    // SAFETY: pidfd_open takes two numbers and touches none of our memory.
    owned(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) })
}

/// A duplicate, in this process, of a descriptor of that one. It is close-on-exec.
pub(super) fn pidfd_getfd(pidfd: BorrowedFd, fd: i32) -> Result<OwnedFd, Errno> {
    // SAFETY: pidfd_getfd takes three numbers and touches none of our memory.
    owned(unsafe { libc::syscall(libc::SYS_pidfd_getfd, pidfd.as_raw_fd(), fd, 0) })
}

/// The fresh descriptor that a system call answered with, or its error.
fn owned(answer: libc::c_long) -> Result<OwnedFd, Errno> {
    let fd = RawFd::try_from(Errno::result(answer)?).map_err(|_| Errno::EBADF)?;
    // SAFETY: the kernel has just made this descriptor for us, and nobody else knows its number.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// An option's value as words of 32 bits; words that the kernel does not fill are zero.
pub(super) fn option<const N: usize>(
    fd: BorrowedFd,
    level: c_int,
    name: c_int,
) -> Result<[u32; N], Errno> {
    let mut words = [0u32; N];
    let mut length = size_of_val(&words) as libc::socklen_t;
    let buffer = words.as_mut_ptr().cast();
    // SAFETY: `buffer` leads to `words`, all initialised, and `length` is its size in bytes: the
    // kernel writes no more than that. Any bits make a u32. Both live until the call is over.
    let answer = unsafe { libc::getsockopt(fd.as_raw_fd(), level, name, buffer, &raw mut length) };
    Errno::result(answer).map(|_| words)
}

/// SIOCINQ: the bytes that can be read.
pub(super) fn unread(fd: BorrowedFd) -> Result<u32, Errno> {
    let mut bytes = 0;
    // SAFETY: `bytes` is the one int that SIOCINQ writes, and it outlives the call.
    unsafe { siocinq(fd.as_raw_fd(), &raw mut bytes) }?;
    Ok(u32::try_from(bytes).unwrap_or(0))
}

/// SIOCOUTQ: the bytes that are sent and not yet done with.
pub(super) fn unsent(fd: BorrowedFd) -> Result<u32, Errno> {
    let mut bytes = 0;
    // SAFETY: `bytes` is the one int that SIOCOUTQ writes, and it outlives the call.
    unsafe { siocoutq(fd.as_raw_fd(), &raw mut bytes) }?;
    Ok(u32::try_from(bytes).unwrap_or(0))
}
