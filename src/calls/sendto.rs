//! `sendto(sockfd, buf, len, flags, dest_addr, addrlen)`—Sends a datagram to an address.

use std::os::fd::{AsFd, AsRawFd};

use libc::c_int;

use super::{Errno, Result, SockAddr};

/// `sendto(sockfd, buf, len, flags, dest_addr, addrlen)`—Sends a datagram to an address.
///
/// One call is one datagram, all of `buf` or nothing; an empty `buf` is a datagram of 0 bytes, which
/// arrives as one. Success means that the datagram has left the socket: nobody need be there, and
/// nothing is said if it is lost. A UDP socket without an address gets one at its first `sendto`:
/// wildcard address, ephemeral port. On a connected TCP socket the address is ignored.
///
/// # C prototype
///
/// ```c
/// ssize_t sendto(int sockfd, const void *buf, size_t len, int flags,
///                const struct sockaddr *dest_addr, socklen_t addrlen);
/// ```
///
/// # What the wrapper adds
///
/// `buf` and `len` are one slice; `addrlen` is the size of the structure that `dest_addr` refers to,
/// in bytes. `MSG_ZEROCOPY` is taken out of the flags, as in [`send`](super::send()).
///
/// # Errors
///
/// Those of [`send`](super::send()), and:
///
/// | errno | cause |
/// |---|---|
/// | `EACCES` | a broadcast address without `SO_BROADCAST` |
/// | `EAFNOSUPPORT` | the address is of another family than the socket |
/// | `EINVAL` | port 0, or `addrlen` is wrong for the family |
/// | `EISCONN` | the socket is connected, and its kind does not allow another address (not UDP or TCP on Linux) |
/// | `EMSGSIZE` | more than 65,507 bytes (UDP over IPv4: 65,535 less 20 of IP and 8 of UDP) |
/// | `ENETUNREACH`, `EHOSTUNREACH` | no route to that network or host |
/// | `EPIPE` | a TCP socket that is not connected, and `SIGPIPE` with it |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let mut sin: sockaddr_in = zeroed();
/// sin.sin_family = AF_INET as sa_family_t;
/// sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
/// let server = socket(AF_INET, SOCK_DGRAM, 0)?;
/// bind(&server, &sin)?;
/// let (sin, _) = getsockname::<sockaddr_in>(&server)?;
///
/// let client = socket(AF_INET, SOCK_DGRAM, 0)?;
/// assert_eq!(sendto(&client, b"hello", 0, &sin)?, 5);
/// assert_eq!(sendto(&client, &[0; 65_508], 0, &sin), Err(Errno::EMSGSIZE));
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [sendto(2)](https://man7.org/linux/man-pages/man2/sendto.2.html),
/// [udp(7)](https://man7.org/linux/man-pages/man7/udp.7.html),
/// [POSIX sendto()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/sendto.html)
pub fn sendto<A: SockAddr>(
    sockfd: impl AsFd,
    buf: &[u8],
    flags: c_int,
    dest_addr: &A,
) -> Result<usize> {
    let fd = sockfd.as_fd().as_raw_fd();
    let (data, len, flags) = (buf.as_ptr().cast(), buf.len(), flags & !libc::MSG_ZEROCOPY);
    // SAFETY: the kernel reads at most `len` bytes from `buf` and `A::LEN` from `dest_addr`, both
    // borrowed and initialised, and, without MSG_ZEROCOPY, keeps neither pointer when it returns.
    let n = unsafe { libc::sendto(fd, data, len, flags, dest_addr.as_ptr(), A::LEN) };
    Errno::result(n).map(|n| n as usize)
}
