//! `epoll_create1(flags)`—Makes an empty list of descriptors to wait for, in the kernel.

use std::os::fd::{FromRawFd, OwnedFd};

use libc::c_int;

use super::{Errno, Result};

/// `epoll_create1(flags)`—Makes an empty list of descriptors to wait for, in the kernel.
pub fn epoll_create1(flags: c_int) -> Result<OwnedFd> {
    // SAFETY: no pointer is handed over.
    let epfd = Errno::result(unsafe { libc::epoll_create1(flags) })?;
    // SAFETY: `epoll_create1` has just made `epfd`, it is not -1, and nobody else holds it.
    Ok(unsafe { OwnedFd::from_raw_fd(epfd) })
}
