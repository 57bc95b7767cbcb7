//! `select(nfds, readfds, writefds, exceptfds, timeout)`—Waits until one of several descriptors is ready.

use std::os::fd::RawFd;
use std::ptr::null_mut;

use libc::{c_int, fd_set};

use super::{Errno, Result, timeval};

/// How many descriptors an [`FdSet`] has room for: 0 to 1023.
pub const FD_SETSIZE: usize = libc::FD_SETSIZE;

/// `fd_set`—A bit for each descriptor from 0 to 1023.
#[derive(Clone, Copy)]
pub struct FdSet(fd_set);

impl FdSet {
    /// `FD_ZERO`—An empty set.
    pub fn new() -> FdSet {
        // SAFETY: an `fd_set` is an array of integers, for which zeros are values.
        FdSet(unsafe { std::mem::zeroed() })
    }

    /// `FD_SET`—Puts a descriptor in. False: it has no bit here, and nothing was written.
    pub fn set(&mut self, fd: RawFd) -> bool {
        let fits = fits(fd);
        if fits {
            // SAFETY: `fd` has a bit in the set, which is borrowed for us alone.
            unsafe { libc::FD_SET(fd, &mut self.0) }
        }
        fits
    }

    /// `FD_CLR`—Takes a descriptor out.
    pub fn clear(&mut self, fd: RawFd) {
        if fits(fd) {
            // SAFETY: `fd` has a bit in the set, which is borrowed for us alone.
            unsafe { libc::FD_CLR(fd, &mut self.0) }
        }
    }

    /// `FD_ISSET`—Whether a descriptor is in.
    pub fn isset(&self, fd: RawFd) -> bool {
        // SAFETY: `fd` has a bit in the set.
        fits(fd) && unsafe { libc::FD_ISSET(fd, &self.0) }
    }
}

fn fits(fd: RawFd) -> bool {
    usize::try_from(fd).is_ok_and(|fd| fd < FD_SETSIZE)
}

impl Default for FdSet {
    fn default() -> Self {
        FdSet::new()
    }
}

/// `select(nfds, readfds, writefds, exceptfds, timeout)`—Waits until one of several descriptors is ready.
pub fn select(
    nfds: c_int,
    readfds: Option<&mut FdSet>,
    writefds: Option<&mut FdSet>,
    exceptfds: Option<&mut FdSet>,
    timeout: Option<&mut timeval>,
) -> Result<usize> {
    // The kernel reads as many bits as it is told of.
    if usize::try_from(nfds).is_ok_and(|nfds| nfds > FD_SETSIZE) {
        return Err(Errno::EINVAL);
    }
    let [readfds, writefds, exceptfds] =
        [readfds, writefds, exceptfds].map(|set| set.map_or(null_mut(), |set| &raw mut set.0));
    let timeout = timeout.map_or(null_mut(), |timeout| &raw mut *timeout);
    // SAFETY: each pointer is null or to a structure that is borrowed for us alone, and `nfds` is at most the number of bits of a set.
    let n = unsafe { libc::select(nfds, readfds, writefds, exceptfds, timeout) };
    Errno::result(n).map(|n| n as usize)
}
