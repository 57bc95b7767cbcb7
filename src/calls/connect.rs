//! `connect(sockfd, addr, addrlen)`—Connects the socket to a peer.

use std::os::fd::{AsFd, AsRawFd};

use super::{Errno, Result, SockAddr};

/// `connect(sockfd, addr, addrlen)`—Connects the socket to a peer.
///
/// On a TCP socket this is the handshake: SYN out, SYN+ACK back, ACK out, and a blocking socket's
/// `connect` returns when it is ESTABLISHED, whether or not the server has called `accept`. On a UDP
/// socket nothing is sent: the kernel only notes the address as the one to send to and to receive
/// from. A socket without an address gets one: the route's own address and an ephemeral port.
///
/// # C prototype
///
/// ```c
/// int connect(int sockfd, const struct sockaddr *addr, socklen_t addrlen);
/// ```
///
/// # What the wrapper adds
///
/// `addrlen` is the size of the structure that `addr` refers to, in bytes. C's result is 0 or -1, no
/// descriptor, so `Ok` holds nothing.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EACCES`, `EPERM` | a broadcast address without `SO_BROADCAST`; a firewall rule |
/// | `EADDRINUSE` | POSIX: the 4-tuple is taken; Linux says `EADDRNOTAVAIL` |
/// | `EADDRNOTAVAIL` | no ephemeral port is left, or the 4-tuple is taken |
/// | `EAFNOSUPPORT` | the address is of another family than the socket |
/// | `EAGAIN` | `AF_UNIX`, non-blocking: the listener's queue is full |
/// | `EALREADY` | an earlier non-blocking `connect` has not ended yet |
/// | `EBADF` | the descriptor is not open |
/// | `ECONNREFUSED` | nobody listens there: the peer answered the SYN with RST |
/// | `EFAULT` | `addr` points outside the process's memory (a Rust reference cannot) |
/// | `EINPROGRESS` | the socket is non-blocking, or `SO_SNDTIMEO` ran out, and the handshake is under way: wait until it is writable, then read `SO_ERROR` |
/// | `EINTR` | a signal's handler ran while it waited, or, without any handler, SIGSTOP and SIGCONT came when `SO_SNDTIMEO` is set; the handshake goes on |
/// | `EINVAL` | `addrlen` is wrong for the family |
/// | `EISCONN` | the socket is connected already, or listens |
/// | `ENETUNREACH`, `EHOSTUNREACH` | no route to that network; a router or the last hop says the host cannot be reached |
/// | `ENOTSOCK` | the descriptor is not a socket |
/// | `EPROTOTYPE` | `AF_UNIX`: the peer is a socket of another type |
/// | `ETIMEDOUT` | no answer to the SYN and its repeats |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// // A port that is bound but does not listen refuses.
/// let deaf = socket(AF_INET, SOCK_STREAM, 0)?;
/// let mut sin: sockaddr_in = zeroed();
/// sin.sin_family = AF_INET as sa_family_t;
/// sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
/// bind(&deaf, &sin)?;
/// let (sin, _) = getsockname::<sockaddr_in>(&deaf)?;
///
/// let sd = socket(AF_INET, SOCK_STREAM, 0)?;
/// assert_eq!(connect(&sd, &sin), Err(Errno::ECONNREFUSED));
///
/// listen(&deaf, 5)?;
/// connect(&sd, &sin)?;
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [connect(2)](https://man7.org/linux/man-pages/man2/connect.2.html),
/// [RFC 9293 section 3.5](https://www.rfc-editor.org/rfc/rfc9293#section-3.5) (the handshake),
/// [POSIX connect()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/connect.html)
pub fn connect<A: SockAddr>(sockfd: impl AsFd, addr: &A) -> Result<()> {
    let fd = sockfd.as_fd().as_raw_fd();
    // SAFETY: `addr` is a live reference to `A::LEN` initialised bytes, which the kernel only reads.
    Errno::result(unsafe { libc::connect(fd, addr.as_ptr(), A::LEN) }).map(drop)
}
