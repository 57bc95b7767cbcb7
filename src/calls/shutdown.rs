//! `shutdown(sockfd, how)`—Ends one half of a connection, or both.

use std::os::fd::{AsFd, AsRawFd};

use libc::c_int;

use super::{Errno, Result};

/// `shutdown(sockfd, how)`—Ends one half of a connection, or both.
///
/// [`SHUT_WR`](super::SHUT_WR) sends FIN after what is still in the send buffer: the peer's `recv`
/// gives 0, its own bytes still arrive here. [`SHUT_RD`](super::SHUT_RD) sends nothing; `recv` here
/// then gives 0 when nothing is queued. It works on the connection, not the descriptor: every
/// duplicate of it is affected, and the descriptor stays open until [`close`](super::close()).
///
/// # C prototype
///
/// ```c
/// int shutdown(int sockfd, int how);
/// ```
///
/// # What the wrapper adds
///
/// Nothing.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EBADF` | the descriptor is not open |
/// | `EINVAL` | `how` is none of the three |
/// | `ENOBUFS` | POSIX allows it; Linux does not use it |
/// | `ENOTCONN` | the socket is not connected |
/// | `ENOTSOCK` | the descriptor is not a socket |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let sd = socket(AF_INET, SOCK_STREAM, 0)?;
/// listen(&sd, 5)?;
/// let (mut sin, _) = getsockname::<sockaddr_in>(&sd)?;
/// sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
/// let client = socket(AF_INET, SOCK_STREAM, 0)?;
/// assert_eq!(shutdown(&client, SHUT_WR), Err(Errno::ENOTCONN));
/// connect(&client, &sin)?;
/// let (ns, ..) = accept::<sockaddr_in>(&sd)?;
///
/// shutdown(&client, SHUT_WR)?;
/// let mut buf = [0; 8];
/// assert_eq!(recv(&ns, &mut buf, 0)?, 0); // the client will say no more
/// send(&ns, b"answer", MSG_NOSIGNAL)?;
/// assert_eq!(recv(&client, &mut buf, 0)?, 6); // and still listens
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [shutdown(2)](https://man7.org/linux/man-pages/man2/shutdown.2.html),
/// [RFC 9293 section 3.6](https://www.rfc-editor.org/rfc/rfc9293#section-3.6) (closing),
/// [POSIX shutdown()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/shutdown.html)
pub fn shutdown(sockfd: impl AsFd, how: c_int) -> Result<()> {
    let fd = sockfd.as_fd().as_raw_fd();
    // SAFETY: two integers by value; no memory of ours is read or written.
    Errno::result(unsafe { libc::shutdown(fd, how) }).map(drop)
}
