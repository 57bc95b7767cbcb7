//! `accept4(sockfd, addr, addrlen, flags)`—`accept`, with flags for the new descriptor.

use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};

use libc::c_int;

use super::{Errno, Result, SockAddr, socklen_t, zeroed};

/// `accept4(sockfd, addr, addrlen, flags)`—`accept`, with flags for the new descriptor.
pub fn accept4<A: SockAddr>(sockfd: impl AsFd, flags: c_int) -> Result<(OwnedFd, A, socklen_t)> {
    let fd = sockfd.as_fd().as_raw_fd();
    let (mut addr, mut addrlen): (A, socklen_t) = (zeroed(), A::LEN);
    // SAFETY: `addr` is ours and `A::LEN` bytes long, which `addrlen` tells the kernel; it writes
    // no more than that, and any bytes are a valid `A`. `addrlen` is one integer of ours.
    let ns = unsafe { libc::accept4(fd, addr.as_mut_ptr(), &mut addrlen, flags) };
    let ns = Errno::result(ns)?;
    // SAFETY: `accept4` has just made `ns`, it is not -1, and nobody else holds it.
    Ok((unsafe { OwnedFd::from_raw_fd(ns) }, addr, addrlen))
}
