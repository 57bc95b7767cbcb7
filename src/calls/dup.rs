//! `dup(oldfd)`—Makes a second descriptor for the same thing.

use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};

use super::{Errno, Result};

/// `dup(oldfd)`—Makes a second descriptor for the same thing.
///
/// The new descriptor is the lowest number that is free. Both lead to one open file description: a socket, its peer, its
/// queues and its flags such as `O_NONBLOCK` are there once. The socket lives until the last descriptor is closed, and so no FIN
/// goes out before; [`shutdown`](super::shutdown()) does not wait for that.
///
/// # C prototype
///
/// ```c
/// int dup(int oldfd);
/// ```
///
/// # What the wrapper adds
///
/// Nothing. `FD_CLOEXEC` is not set, which is the difference between `dup` and
/// [`OwnedFd::try_clone`].
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EBADF` | the descriptor is not open |
/// | `EMFILE` | the process has no descriptor left |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let sd = socket(AF_INET, SOCK_STREAM, 0)?;
/// let again = dup(&sd)?;
/// setsockopt(&sd, SOL_SOCKET, SO_REUSEADDR, &1)?;
/// assert_eq!(getsockopt(&again, SOL_SOCKET, SO_REUSEADDR)?.0, 1); // one socket
/// close(sd)?;
/// listen(&again, 5)?; // which is still there
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [dup(2)](https://man7.org/linux/man-pages/man2/dup.2.html),
/// [POSIX dup()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/dup.html)
pub fn dup(oldfd: impl AsFd) -> Result<OwnedFd> {
    let fd = oldfd.as_fd().as_raw_fd();
    // SAFETY: an integer by value; no memory of ours is read or written.
    let fd = Errno::result(unsafe { libc::dup(fd) })?;
    // SAFETY: `dup` has just made `fd`, it is not -1, and nobody else holds it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
