//! `bind(sockfd, addr, addrlen)`—Gives the socket its own address.

use std::os::fd::{AsFd, AsRawFd};

use super::{Errno, Result, SockAddr};

/// `bind(sockfd, addr, addrlen)`—Gives the socket its own address.
///
/// For [`sockaddr_in`](super::sockaddr_in) that is an IPv4 address and a port, both in network byte
/// order. Address [`INADDR_ANY`](super::INADDR_ANY) means every address of this machine, port 0
/// means that the kernel shall pick a free one ([`getsockname`](super::getsockname()) tells which).
///
/// # C prototype
///
/// ```c
/// int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen);
/// ```
///
/// # What the wrapper adds
///
/// `addrlen` is the size of the structure that `addr` refers to, in bytes.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EACCES` | a port below `net.ipv4.ip_unprivileged_port_start` (1024) without `CAP_NET_BIND_SERVICE` |
/// | `EADDRINUSE` | another socket holds this address and port, or a connection in TIME_WAIT does and one of the two sockets lacks `SO_REUSEADDR`; port 0: no free port is left |
/// | `EADDRNOTAVAIL` | the address is not one of this machine's |
/// | `EAFNOSUPPORT` | the address is of another family than the socket (`AF_INET` sockets) |
/// | `EBADF` | the descriptor is not open |
/// | `EFAULT` | `addr` points outside the process's memory (a Rust reference cannot) |
/// | `EINVAL` | the socket has an address already, or `addrlen` is wrong for the family |
/// | `ENOTSOCK` | the descriptor is not a socket |
///
/// A path name of `AF_UNIX` has some more: `ENOENT`, `ENOTDIR`, `ELOOP`, `ENAMETOOLONG`, `EROFS`,
/// `ENOMEM`.
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let mut sin: sockaddr_in = zeroed();
/// sin.sin_family = AF_INET as sa_family_t;
/// sin.sin_port = htons(0);
/// sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");
///
/// let sd = socket(AF_INET, SOCK_STREAM, 0)?;
/// bind(&sd, &sin)?;
/// assert_eq!(bind(&sd, &sin), Err(Errno::EINVAL)); // it has an address already
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [bind(2)](https://man7.org/linux/man-pages/man2/bind.2.html),
/// [ip(7)](https://man7.org/linux/man-pages/man7/ip.7.html),
/// [POSIX bind()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/bind.html)
pub fn bind<A: SockAddr>(sockfd: impl AsFd, addr: &A) -> Result<()> {
    let fd = sockfd.as_fd().as_raw_fd();
    // SAFETY: `addr` is a live reference to `A::LEN` initialised bytes, which the kernel only reads.
    Errno::result(unsafe { libc::bind(fd, addr.as_ptr(), A::LEN) }).map(drop)
}
