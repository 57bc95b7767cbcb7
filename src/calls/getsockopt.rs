//! `getsockopt(sockfd, level, optname, optval, optlen)`—Tells an option of a socket.

use std::os::fd::{AsFd, AsRawFd};

use libc::c_int;

use super::{Errno, Level, OptVal, Result, SockOpt, socklen_t};

/// `getsockopt(sockfd, level, optname, optval, optlen)`—Tells an option of a socket.
///
/// Some are facts rather than settings: [`SO_TYPE`](super::SO_TYPE),
/// [`SO_ACCEPTCONN`](super::SO_ACCEPTCONN), and [`SO_ERROR`](super::SO_ERROR), which is cleared by
/// being read and is how a non-blocking `connect` tells its outcome.
///
/// # C prototype
///
/// ```c
/// int getsockopt(int sockfd, int level, int optname,
///                void *optval, socklen_t *optlen);
/// ```
///
/// # What the wrapper adds
///
/// The value and its length in bytes, as the kernel gives it, are returned. Level, option and type of
/// the value must fit together, as with [`setsockopt`](super::setsockopt()).
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EACCES` | POSIX: the option needs a privilege |
/// | `EBADF` | the descriptor is not open |
/// | `EFAULT` | a pointer outside the process's memory (not from here) |
/// | `EINVAL` | `optlen` is negative (not from here), or the option cannot be asked now |
/// | `ENOBUFS` | no memory |
/// | `ENOPROTOOPT` | the level does not know the option |
/// | `ENOTSOCK` | the descriptor is not a socket |
/// | `EOPNOTSUPP` | the level does not fit the socket |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let sd = socket(AF_INET, SOCK_STREAM, 0)?;
/// assert_eq!(getsockopt(&sd, SOL_SOCKET, SO_TYPE)?, (SOCK_STREAM, 4));
/// assert_eq!(getsockopt(&sd, SOL_SOCKET, SO_ACCEPTCONN)?, (0, 4));
/// listen(&sd, 5)?;
/// assert_eq!(getsockopt(&sd, SOL_SOCKET, SO_ACCEPTCONN)?, (1, 4));
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [getsockopt(2)](https://man7.org/linux/man-pages/man2/getsockopt.2.html),
/// [socket(7)](https://man7.org/linux/man-pages/man7/socket.7.html),
/// [POSIX getsockopt()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/getsockopt.html)
pub fn getsockopt<const LEVEL: c_int, T: OptVal>(
    sockfd: impl AsFd,
    _level: Level<LEVEL>,
    optname: SockOpt<LEVEL, T>,
) -> Result<(T, socklen_t)> {
    let fd = sockfd.as_fd().as_raw_fd();
    let (mut optval, mut optlen) = (T::ZERO, size_of::<T>() as socklen_t);
    let value = (&raw mut optval).cast();
    // SAFETY: the kernel writes at most `optlen` bytes, the size of `T`, into `optval`, which is
    // ours; any bytes are a valid `T`, and nothing in it points further.
    Errno::result(unsafe { libc::getsockopt(fd, LEVEL, optname.optname, value, &mut optlen) })?;
    Ok((optval, optlen))
}
