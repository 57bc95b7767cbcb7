//! `recvfrom(sockfd, buf, len, flags, src_addr, addrlen)`—Takes a datagram and its sender's address.

use std::os::fd::{AsFd, AsRawFd};

use libc::c_int;

use super::{Errno, Result, SockAddr, socklen_t, zeroed};

/// `recvfrom(sockfd, buf, len, flags, src_addr, addrlen)`—Takes a datagram and its sender's address.
///
/// One call takes one datagram. What does not fit into `buf` is lost; with
/// [`MSG_TRUNC`](super::MSG_TRUNC) in `flags` the result is the datagram's true length, so that the
/// caller can tell. [`MSG_PEEK`](super::MSG_PEEK) leaves it in the queue. 0 is a datagram of 0 bytes,
/// not an end. With nothing there, a blocking socket waits.
///
/// # C prototype
///
/// ```c
/// ssize_t recvfrom(int sockfd, void *buf, size_t len, int flags,
///                  struct sockaddr *src_addr, socklen_t *addrlen);
/// ```
///
/// # What the wrapper adds
///
/// `buf` and `len` are one slice; what C hands back through its result and two pointers comes back
/// together: the count in bytes, the sender's address (network byte order inside) and the address's
/// true length in bytes, 0 on a TCP socket, which names no sender.
///
/// # Errors
///
/// Those of [`recv`](super::recv()):
///
/// | errno | cause |
/// |---|---|
/// | `EAGAIN` | nothing is there and the socket is non-blocking (or `MSG_DONTWAIT`), or `SO_RCVTIMEO` ran out |
/// | `EBADF` | the descriptor is not open |
/// | `ECONNREFUSED` | a connected UDP socket: an earlier datagram drew an ICMP port unreachable (an unconnected one is not told) |
/// | `EFAULT` | a pointer outside the process's memory (not from here) |
/// | `EINTR` | a signal's handler ran before anything came; also, without any handler, after SIGSTOP and SIGCONT when `SO_RCVTIMEO` is set (signal(7)) |
/// | `EINVAL` | `addrlen` is negative (not from here) |
/// | `ENOMEM`, `ENOBUFS` | no memory |
/// | `ENOTCONN` | a stream that is not connected |
/// | `ENOTSOCK` | the descriptor is not a socket |
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
/// let client = socket(AF_INET, SOCK_DGRAM, 0)?;
/// sendto(&client, b"a long story", 0, &sin)?;
///
/// let mut buf = [0; 6];
/// let (n, from, fromlen) = recvfrom::<sockaddr_in>(&server, &mut buf, MSG_TRUNC)?;
/// assert_eq!((n, &buf), (12, b"a long")); // 12 came, 6 are lost
/// assert_eq!(fromlen, 16);
/// assert_eq!(from.sin_port, getsockname::<sockaddr_in>(&client)?.0.sin_port);
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [recvfrom(2)](https://man7.org/linux/man-pages/man2/recvfrom.2.html),
/// [udp(7)](https://man7.org/linux/man-pages/man7/udp.7.html),
/// [POSIX recvfrom()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/recvfrom.html)
pub fn recvfrom<A: SockAddr>(
    sockfd: impl AsFd,
    buf: &mut [u8],
    flags: c_int,
) -> Result<(usize, A, socklen_t)> {
    let fd = sockfd.as_fd().as_raw_fd();
    let (data, len) = (buf.as_mut_ptr().cast(), buf.len());
    let (mut addr, mut addrlen): (A, socklen_t) = (zeroed(), A::LEN);
    // SAFETY: the kernel writes at most `len` bytes into `buf`, which is borrowed for us alone, and
    // at most `A::LEN` (told by `addrlen`) into `addr`, which is ours; any bytes are a valid `A`.
    let n = unsafe { libc::recvfrom(fd, data, len, flags, addr.as_mut_ptr(), &mut addrlen) };
    Errno::result(n).map(|n| (n as usize, addr, addrlen))
}
