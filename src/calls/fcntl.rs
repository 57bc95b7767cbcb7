//! `fcntl(fd, cmd, arg)`—Asks and sets a descriptor's flags.

use std::os::fd::{AsFd, AsRawFd};

use libc::c_int;

use super::{Errno, Result};

/// One of the four commands, [`F_GETFD`](super::F_GETFD), [`F_SETFD`](super::F_SETFD),
/// [`F_GETFL`](super::F_GETFL) and [`F_SETFL`](super::F_SETFL).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FcntlCmd(pub(super) c_int);

impl FcntlCmd {
    /// The number behind the name, as `<fcntl.h>` defines it.
    pub const fn number(self) -> c_int {
        self.0
    }
}

/// `fcntl(fd, cmd, arg)`—Asks and sets a descriptor's flags.
///
/// There are two kinds. The descriptor's own, [`F_GETFD`](super::F_GETFD) and [`F_SETFD`](super::F_SETFD): whether it is closed at
/// `execve`, [`FD_CLOEXEC`](super::FD_CLOEXEC). And those of the socket or file behind it, [`F_GETFL`](super::F_GETFL) and
/// [`F_SETFL`](super::F_SETFL): [`O_NONBLOCK`](super::O_NONBLOCK) for one, which a [`dup`](super::dup()) and a forked child
/// see, too. Setting replaces all flags of the kind: so one asks first, and adds. The result is the flags where one asks, and
/// 0 where one sets; `arg` counts only where one sets.
///
/// # C prototype
///
/// ```c
/// int fcntl(int fd, int cmd, ...  /* int arg */ );
/// ```
///
/// # What the wrapper adds
///
/// Only these four commands are taken: others want a pointer as `arg` (locks), or make a descriptor that nobody would own
/// (`F_DUPFD`; here that is [`dup`](super::dup())).
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EBADF` | the descriptor is not open |
/// | `EINVAL` | F_SETFL: a flag that this kind of file does not have (`O_DIRECT`) |
/// | `EPERM` | F_SETFL: `O_APPEND` may not be taken from an append-only file, nor `O_NOATIME` set on another's |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let sd = socket(AF_INET, SOCK_DGRAM, 0)?;
/// let flags = fcntl(&sd, F_GETFL, 0)?;
/// fcntl(&sd, F_SETFL, flags | O_NONBLOCK)?;
/// assert_eq!(recv(&sd, &mut [0; 8], 0), Err(Errno::EAGAIN)); // it would have waited
///
/// let copy = dup(&sd)?;
/// fcntl(&sd, F_SETFD, FD_CLOEXEC)?;
/// assert_eq!(fcntl(&copy, F_GETFD, 0)?, 0); // a descriptor's own
/// assert_eq!(fcntl(&copy, F_GETFL, 0)?, flags | O_NONBLOCK); // the socket's
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [fcntl(2)](https://man7.org/linux/man-pages/man2/fcntl.2.html),
/// [POSIX fcntl()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/fcntl.html)
pub fn fcntl(fd: impl AsFd, cmd: FcntlCmd, arg: c_int) -> Result<c_int> {
    let fd = fd.as_fd().as_raw_fd();
    // SAFETY: the four commands (no other can be made outside this module) take an integer or nothing, never a pointer, and
    // neither make nor close a descriptor.
    Errno::result(unsafe { libc::fcntl(fd, cmd.0, arg) })
}
