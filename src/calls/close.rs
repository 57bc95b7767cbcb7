//! `close(fd)`—Gives the descriptor back.

use std::os::fd::{IntoRawFd, OwnedFd};

use super::{Errno, Result};

/// `close(fd)`—Gives the descriptor back.
///
/// It ends the *descriptor*. The connection ends when its last descriptor does (after `dup` or
/// `fork` there are several): TCP then sends FIN, or RST if bytes that arrived have not been
/// read. `close` does not wait for the peer.
///
/// # C prototype
///
/// ```c
/// int close(int fd);
/// ```
///
/// # What the wrapper adds
///
/// It takes the descriptor out of the caller's hands, so it cannot be used or closed again. Dropping an
/// [`OwnedFd`] closes it too, but hides the error.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EBADF` | the descriptor is not open (an `OwnedFd` is) |
/// | `EINTR` | a signal's handler ran; on Linux the descriptor is gone all the same: do not close it again |
/// | `EIO`, `ENOSPC`, `EDQUOT` | files, not sockets: what was written could not be stored |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let sd = socket(AF_INET, SOCK_STREAM, 0)?;
/// close(sd)?;
/// # Ok::<(), Errno>(())
/// ```
///
/// A second `close`, which in C may close somebody else's descriptor, is not Rust:
///
/// ```compile_fail,E0382
/// use sockstep::calls::*;
///
/// let sd = socket(AF_INET, SOCK_STREAM, 0)?;
/// close(sd)?;
/// close(sd)?; // error: use of moved value
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [close(2)](https://man7.org/linux/man-pages/man2/close.2.html),
/// [RFC 2525 section 2.17](https://www.rfc-editor.org/rfc/rfc2525#page-50) (RST for unread data),
/// [POSIX close()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/close.html)
pub fn close(fd: OwnedFd) -> Result<()> {
    let fd = fd.into_raw_fd();
    // SAFETY: `into_raw_fd` has made us the only owner of `fd`, and nobody uses it after this.
    Errno::result(unsafe { libc::close(fd) }).map(drop)
}
