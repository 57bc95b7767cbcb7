//! `getsockname(sockfd, addr, addrlen)`—Tells the socket's own address.

use std::os::fd::{AsFd, AsRawFd};

use super::{Errno, Result, SockAddr, socklen_t, zeroed};

/// `getsockname(sockfd, addr, addrlen)`—Tells the socket's own address.
///
/// This is how a program learns the port that the kernel picked. A socket without an address says
/// 0.0.0.0 and port 0.
///
/// # C prototype
///
/// ```c
/// int getsockname(int sockfd, struct sockaddr *addr, socklen_t *addrlen);
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
/// | `EINVAL` | `addrlen` is negative (not from here) |
/// | `ENOBUFS` | no memory |
/// | `ENOTSOCK` | the descriptor is not a socket |
/// | `EOPNOTSUPP` | POSIX: the protocol has no such address |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let sd = socket(AF_INET, SOCK_STREAM, 0)?;
/// assert_eq!(getsockname::<sockaddr_in>(&sd)?.0.sin_port, 0);
/// listen(&sd, 1)?;
/// assert_ne!(getsockname::<sockaddr_in>(&sd)?.0.sin_port, 0);
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [getsockname(2)](https://man7.org/linux/man-pages/man2/getsockname.2.html),
/// [POSIX getsockname()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/getsockname.html)
pub fn getsockname<A: SockAddr>(sockfd: impl AsFd) -> Result<(A, socklen_t)> {
    let fd = sockfd.as_fd().as_raw_fd();
    let (mut addr, mut addrlen): (A, socklen_t) = (zeroed(), A::LEN);
    // SAFETY: `addr` is ours and `A::LEN` bytes long, which `addrlen` tells the kernel; it writes
    // no more than that, and any bytes are a valid `A`.
    Errno::result(unsafe { libc::getsockname(fd, addr.as_mut_ptr(), &mut addrlen) })?;
    Ok((addr, addrlen))
}
