//! `fcntl(fd, cmd, arg)`—Asks and sets a descriptor's flags.

use std::os::fd::{AsFd, AsRawFd};

use libc::c_int;

use super::{Errno, Result};

/// One of the four commands, [`F_GETFD`](super::F_GETFD), [`F_SETFD`](super::F_SETFD),
/// [`F_GETFL`](super::F_GETFL) and [`F_SETFL`](super::F_SETFL).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FcntlCmd(pub(super) c_int);

/// `fcntl(fd, cmd, arg)`—Asks and sets a descriptor's flags.
pub fn fcntl(fd: impl AsFd, cmd: FcntlCmd, arg: c_int) -> Result<c_int> {
    let fd = fd.as_fd().as_raw_fd();
    // SAFETY: the four commands take an integer or nothing, never a pointer.
    Errno::result(unsafe { libc::fcntl(fd, cmd.0, arg) })
}
