//! `epoll_ctl(epfd, op, fd, event)`—Says what of a descriptor shall be waited for.

use std::os::fd::{AsFd, AsRawFd};
use std::ptr::null_mut;

use libc::{c_int, epoll_event};

use super::{Errno, Result};

/// `epoll_ctl(epfd, op, fd, event)`—Says what of a descriptor shall be waited for.
pub fn epoll_ctl(
    epfd: impl AsFd,
    op: c_int,
    fd: impl AsFd,
    event: Option<&mut epoll_event>,
) -> Result<()> {
    let (epfd, fd) = (epfd.as_fd().as_raw_fd(), fd.as_fd().as_raw_fd());
    let event = event.map_or(null_mut(), |event| &raw mut *event);
    // SAFETY: `event` is null, which the kernel answers with EFAULT where it needs one, or borrowed for us alone.
    Errno::result(unsafe { libc::epoll_ctl(epfd, op, fd, event) }).map(drop)
}
