//! `recv(sockfd, buf, len, flags)`—Takes bytes that have arrived.

use std::os::fd::{AsFd, AsRawFd};

use libc::c_int;

use super::{Errno, Result};

/// `recv(sockfd, buf, len, flags)`—Takes bytes that have arrived.
///
/// On a stream the result is how many bytes were there, 1 to `len`, wherever the peer's `send`s
/// began and ended; what does not fit stays for the next `recv`. **0 is the peer's FIN**: it will send no
/// more (for a `len` of 0 it means nothing). On a datagram socket one call takes one datagram, which
/// may be 0 bytes long, and what does not fit is lost. With nothing there, a blocking socket waits.
///
/// # C prototype
///
/// ```c
/// ssize_t recv(int sockfd, void *buf, size_t len, int flags);
/// ```
///
/// # What the wrapper adds
///
/// `buf` and `len` are one slice, so the kernel cannot write behind its end. With
/// [`MSG_TRUNC`](super::MSG_TRUNC) the result is a datagram's true length and may be greater than
/// `buf.len()`. (On a TCP socket `MSG_TRUNC` throws the bytes away instead: tcp(7).)
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EAGAIN` | nothing is there and the socket is non-blocking (or `MSG_DONTWAIT`), or `SO_RCVTIMEO` ran out |
/// | `EBADF` | the descriptor is not open |
/// | `ECONNREFUSED` | UDP, connected: an earlier datagram drew an ICMP port unreachable |
/// | `ECONNRESET` | the peer has reset the connection (not in Linux's man page; POSIX has it) |
/// | `EFAULT` | `buf` points outside the process's memory (a Rust slice cannot) |
/// | `EINTR` | a signal's handler ran before anything came; also, without any handler, after SIGSTOP and SIGCONT when `SO_RCVTIMEO` is set (signal(7)) |
/// | `EINVAL` | an argument that does not fit the socket: `MSG_OOB` with no urgent byte |
/// | `ENOMEM`, `ENOBUFS` | no memory |
/// | `ENOTCONN` | a stream that is not connected |
/// | `ENOTSOCK` | the descriptor is not a socket |
/// | `EOPNOTSUPP` | a flag that this type of socket does not know |
/// | `ETIMEDOUT` | the connection was given up: no acknowledgement for too long |
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
/// connect(&client, &sin)?;
/// let (ns, ..) = accept::<sockaddr_in>(&sd)?;
///
/// send(&client, b"one", MSG_NOSIGNAL)?;
/// send(&client, b"two", MSG_NOSIGNAL)?;
/// close(client)?;
///
/// let mut buf = [0; 256];
/// assert_eq!(recv(&ns, &mut buf, 0)?, 6); // two sends, one recv: a byte stream
/// assert_eq!(&buf[..6], b"onetwo");
/// assert_eq!(recv(&ns, &mut buf, 0)?, 0); // the peer's FIN
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [recv(2)](https://man7.org/linux/man-pages/man2/recv.2.html),
/// [POSIX recv()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/recv.html)
pub fn recv(sockfd: impl AsFd, buf: &mut [u8], flags: c_int) -> Result<usize> {
    let fd = sockfd.as_fd().as_raw_fd();
    // SAFETY: `buf` is borrowed for us alone, and the kernel writes at most `buf.len()` bytes into it.
    let n = unsafe { libc::recv(fd, buf.as_mut_ptr().cast(), buf.len(), flags) };
    Errno::result(n).map(|n| n as usize)
}
