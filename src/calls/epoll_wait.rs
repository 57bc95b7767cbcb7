//! `epoll_wait(epfd, events, maxevents, timeout)`—Waits until one of the listed descriptors is ready.

use std::os::fd::{AsFd, AsRawFd};

use libc::{c_int, epoll_event};

use super::{Errno, Result};

/// `epoll_wait(epfd, events, maxevents, timeout)`—Waits until one of the listed descriptors is ready.
pub fn epoll_wait(epfd: impl AsFd, events: &mut [epoll_event], timeout: c_int) -> Result<usize> {
    let epfd = epfd.as_fd().as_raw_fd();
    let maxevents = c_int::try_from(events.len()).unwrap_or(c_int::MAX);
    // SAFETY: the kernel writes at most `maxevents` structures, which `events` has, borrowed for us alone.
    let n = unsafe { libc::epoll_wait(epfd, events.as_mut_ptr(), maxevents, timeout) };
    Errno::result(n).map(|n| n as usize)
}
