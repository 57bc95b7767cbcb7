//! `getpeername(sockfd, addr, addrlen)`—Tells the peer's address.

use std::os::fd::{AsFd, AsRawFd};

use super::{Errno, Result, SockAddr, socklen_t, zeroed};

/// `getpeername(sockfd, addr, addrlen)`—Tells the peer's address.
///
/// On a connected socket, TCP or UDP, it gives the other half of the 4-tuple. A listening socket has no
/// peer and never gets one; the sockets that [`accept`](super::accept()) gives do.
///
/// # C prototype
///
/// ```c
/// int getpeername(int sockfd, struct sockaddr *addr, socklen_t *addrlen);
/// ```
///
/// # What the wrapper adds
///
/// The address (network byte order inside) and its true length in bytes are returned. A length above
/// the structure's size says that the kernel cut the address to fit.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EBADF` | the descriptor is not open |
/// | `EFAULT` | a pointer outside the process's memory (not from here) |
/// | `EINVAL` | `addrlen` is negative (not from here); POSIX: the socket has been shut down |
/// | `ENOBUFS` | no memory |
/// | `ENOTCONN` | the socket is not connected |
/// | `ENOTSOCK` | the descriptor is not a socket |
/// | `EOPNOTSUPP` | POSIX: the protocol has no such address |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let sd = socket(AF_INET, SOCK_STREAM, 0)?;
/// listen(&sd, 5)?;
/// assert_eq!(getpeername::<sockaddr_in>(&sd).err(), Some(Errno::ENOTCONN));
///
/// let (mut sin, _) = getsockname::<sockaddr_in>(&sd)?;
/// sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
/// let client = socket(AF_INET, SOCK_STREAM, 0)?;
/// connect(&client, &sin)?;
/// assert_eq!(getpeername::<sockaddr_in>(&client)?.0.sin_port, sin.sin_port);
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [getpeername(2)](https://man7.org/linux/man-pages/man2/getpeername.2.html),
/// [POSIX getpeername()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/getpeername.html)
pub fn getpeername<A: SockAddr>(sockfd: impl AsFd) -> Result<(A, socklen_t)> {
    let fd = sockfd.as_fd().as_raw_fd();
    let (mut addr, mut addrlen): (A, socklen_t) = (zeroed(), A::LEN);
    // SAFETY: `addr` is ours and `A::LEN` bytes long, which `addrlen` tells the kernel; it writes
    // no more than that, and any bytes are a valid `A`.
    Errno::result(unsafe { libc::getpeername(fd, addr.as_mut_ptr(), &mut addrlen) })?;
    Ok((addr, addrlen))
}
