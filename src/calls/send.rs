//! `send(sockfd, buf, len, flags)`—Gives bytes to a connected socket.

use std::os::fd::{AsFd, AsRawFd};

use libc::c_int;

use super::{Errno, Result};

/// `send(sockfd, buf, len, flags)`—Gives bytes to a connected socket.
///
/// The bytes are copied into the socket's send buffer, and the result is how many: a TCP socket may
/// take fewer than it was given, a UDP socket takes all of a datagram or none. That the peer has
/// them is not promised. With the buffer full, a blocking socket waits. No address is given or needed:
/// the socket knows its peer.
///
/// After the peer's `close` the first `send` still succeeds and draws RST; after a reset the first
/// call, whichever it is, says `ECONNRESET`, and a `send` after that `EPIPE`. Whenever a stream's result is
/// `EPIPE`, the caller is also sent `SIGPIPE`, which kills it, unless `flags` has
/// [`MSG_NOSIGNAL`](super::MSG_NOSIGNAL) or the signal is ignored.
///
/// # C prototype
///
/// ```c
/// ssize_t send(int sockfd, const void *buf, size_t len, int flags);
/// ```
///
/// # What the wrapper adds
///
/// `buf` and `len` are one slice: the length cannot be greater than the buffer. Nothing is sent again
/// after a short count. One flag is taken out: `MSG_ZEROCOPY`, on a socket with `SO_ZEROCOPY`, has the
/// kernel read `buf` after the call has returned, when the caller may have given it away.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EACCES` | a broadcast address without `SO_BROADCAST` (UDP) |
/// | `EAGAIN` | the buffer is full and the socket is non-blocking (or `MSG_DONTWAIT`), or `SO_SNDTIMEO` ran out |
/// | `EBADF` | the descriptor is not open |
/// | `ECONNREFUSED` | UDP, connected: an earlier datagram drew an ICMP port unreachable |
/// | `ECONNRESET` | the peer has reset the connection |
/// | `EDESTADDRREQ` | a datagram socket without a peer |
/// | `EFAULT` | `buf` points outside the process's memory (a Rust slice cannot) |
/// | `EINTR` | a signal's handler ran before any byte was taken; also, without any handler, after SIGSTOP and SIGCONT when `SO_SNDTIMEO` is set |
/// | `EINVAL` | an argument that does not fit the socket |
/// | `EMSGSIZE` | a datagram above 65,507 bytes (UDP over IPv4) |
/// | `ENOBUFS`, `ENOMEM` | no memory; a network queue is full |
/// | `ENOTCONN` | POSIX: the socket is not connected (a TCP socket on Linux says `EPIPE`) |
/// | `ENOTSOCK` | the descriptor is not a socket |
/// | `EOPNOTSUPP` | a flag that this type of socket does not know |
/// | `EPIPE` | a stream that is shut down for writing here, that the peer has reset (the error after `ECONNRESET`), or that is not connected |
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
///
/// // Nobody has called accept, let alone recv, and yet:
/// assert_eq!(send(&client, b"I want a HTTP Service.\0", MSG_NOSIGNAL)?, 23);
///
/// shutdown(&client, SHUT_WR)?;
/// assert_eq!(send(&client, b"more", MSG_NOSIGNAL), Err(Errno::EPIPE));
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [send(2)](https://man7.org/linux/man-pages/man2/send.2.html),
/// [POSIX send()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/send.html)
pub fn send(sockfd: impl AsFd, buf: &[u8], flags: c_int) -> Result<usize> {
    let fd = sockfd.as_fd().as_raw_fd();
    let (data, flags) = (buf.as_ptr().cast(), flags & !libc::MSG_ZEROCOPY);
    // SAFETY: the kernel reads at most `buf.len()` bytes from `buf`, all initialised, and, without
    // MSG_ZEROCOPY, keeps no pointer to them when it returns.
    let n = unsafe { libc::send(fd, data, buf.len(), flags) };
    Errno::result(n).map(|n| n as usize)
}
