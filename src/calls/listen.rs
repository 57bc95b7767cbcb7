//! `listen(sockfd, backlog)`—Makes the socket a listening socket.

use std::os::fd::{AsFd, AsRawFd};

use libc::c_int;

use super::{Errno, Result};

/// `listen(sockfd, backlog)`—Makes the socket a listening socket.
///
/// From now on the kernel finishes handshakes with clients by itself and puts the finished
/// connections into the accept queue, where [`accept`](super::accept()) finds them. `backlog` bounds
/// that queue: on Linux `backlog` + 1 connections fit, and a value above `net.core.somaxconn` is
/// cut to it without a word. The integer goes to the kernel as it is: 0, -7 and 5000 are all legal
/// (a negative one counts as a very large one). A socket without an address gets the wildcard
/// address and a port of the kernel's choice.
///
/// # C prototype
///
/// ```c
/// int listen(int sockfd, int backlog);
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
/// | `EADDRINUSE` | another socket listens on this address and port; no free port is left for a socket without one |
/// | `EBADF` | the descriptor is not open |
/// | `EINVAL` | the socket is connected (Linux; in POSIX too) |
/// | `ENOTSOCK` | the descriptor is not a socket |
/// | `EOPNOTSUPP` | a socket of this type does not listen: UDP |
/// | `EACCES`, `EDESTADDRREQ`, `ENOBUFS` | POSIX allows them; TCP on Linux does not use them |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let sd = socket(AF_INET, SOCK_STREAM, 0)?;
/// listen(&sd, 5)?;
/// let (sin, _) = getsockname::<sockaddr_in>(&sd)?;
/// assert_ne!(ntohs(sin.sin_port), 0); // the kernel picked a port
///
/// let udp = socket(AF_INET, SOCK_DGRAM, 0)?;
/// assert_eq!(listen(&udp, 5), Err(Errno::EOPNOTSUPP));
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [listen(2)](https://man7.org/linux/man-pages/man2/listen.2.html),
/// [tcp(7)](https://man7.org/linux/man-pages/man7/tcp.7.html),
/// [POSIX listen()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/listen.html)
pub fn listen(sockfd: impl AsFd, backlog: c_int) -> Result<()> {
    let fd = sockfd.as_fd().as_raw_fd();
    // SAFETY: two integers by value; no memory of ours is read or written.
    Errno::result(unsafe { libc::listen(fd, backlog) }).map(drop)
}
