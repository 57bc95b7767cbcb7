//! `accept(sockfd, addr, addrlen)`—Takes a finished connection from the accept queue.

use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};

use super::{Errno, Result, SockAddr, socklen_t, zeroed};

/// `accept(sockfd, addr, addrlen)`—Takes a finished connection from the accept queue.
///
/// The kernel made the connected socket when the handshake ended; `accept` only hands it out, with
/// the client's address. It waits while the queue is empty. The new socket has the listening
/// socket's own address and port: the client's half of the 4-tuple tells connections apart.
///
/// # C prototype
///
/// ```c
/// int accept(int sockfd, struct sockaddr *addr, socklen_t *addrlen);
/// ```
///
/// # What the wrapper adds
///
/// The three things that C hands back through its result and two pointers come back together: the
/// connected socket, the client's address (network byte order inside) and the address's true length
/// in bytes. Name the structure you want, `accept::<sockaddr_in>(&sd)`: in C that is the cast. A
/// length above the structure's size says that the kernel cut the address to fit. `SOCK_CLOEXEC` is
/// not set, which is the difference between `accept` and the `accept4` that most libraries call.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EAGAIN` | the queue is empty and the socket is non-blocking, or `SO_RCVTIMEO` ran out |
/// | `EBADF` | the descriptor is not open |
/// | `ECONNABORTED` | the connection died in the queue (Linux hands out a reset one all the same, and its first `recv` says `ECONNRESET`) |
/// | `EFAULT` | `addr` or `addrlen` points outside the process's memory (not from here) |
/// | `EINTR` | a signal's handler ran while it waited; also, without any handler, after SIGSTOP and SIGCONT when `SO_RCVTIMEO` is set (signal(7)) |
/// | `EINVAL` | the socket does not listen |
/// | `EMFILE`, `ENFILE` | the process, or the system, has no descriptor left |
/// | `ENOBUFS`, `ENOMEM` | no memory |
/// | `ENOTSOCK` | the descriptor is not a socket |
/// | `EOPNOTSUPP` | a socket of this type does not accept: UDP |
/// | `EPERM` | a firewall rule forbids the connection |
/// | `EPROTO` | an error of the protocol |
///
/// Linux also hands on errors that wait on the new socket (`ENETDOWN`, `EHOSTDOWN`,
/// `EHOSTUNREACH`, `ENETUNREACH`, `ENOPROTOOPT`, `ENONET`, `EOPNOTSUPP`).
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
///
/// let client = socket(AF_INET, SOCK_STREAM, 0)?;
/// connect(&client, &sin)?; // returns before anyone has called accept
///
/// let (_ns, cli, clientlen) = accept::<sockaddr_in>(&sd)?;
/// assert_eq!(inet_ntoa(cli.sin_addr), "127.0.0.1");
/// assert_eq!(clientlen, 16);
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [accept(2)](https://man7.org/linux/man-pages/man2/accept.2.html),
/// [POSIX accept()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/accept.html)
pub fn accept<A: SockAddr>(sockfd: impl AsFd) -> Result<(OwnedFd, A, socklen_t)> {
    let fd = sockfd.as_fd().as_raw_fd();
    let (mut addr, mut addrlen): (A, socklen_t) = (zeroed(), A::LEN);
    // SAFETY: `addr` is ours and `A::LEN` bytes long, which `addrlen` tells the kernel; it writes
    // no more than that, and any bytes are a valid `A`. `addrlen` is one integer of ours.
    let ns = Errno::result(unsafe { libc::accept(fd, addr.as_mut_ptr(), &mut addrlen) })?;
    // SAFETY: `accept` has just made `ns`, it is not -1, and nobody else holds it.
    Ok((unsafe { OwnedFd::from_raw_fd(ns) }, addr, addrlen))
}
