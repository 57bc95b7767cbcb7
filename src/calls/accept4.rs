//! `accept4(sockfd, addr, addrlen, flags)`—Takes a finished connection, with flags for its descriptor.

use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};

use libc::c_int;

use super::{Errno, Result, SockAddr, socklen_t, zeroed};

/// `accept4(sockfd, addr, addrlen, flags)`—Takes a finished connection, with flags for its descriptor.
///
/// It is [`accept`](super::accept()) and, in the same call, the flags of the new socket:
/// [`SOCK_NONBLOCK`](super::SOCK_NONBLOCK) and [`SOCK_CLOEXEC`](super::SOCK_CLOEXEC), or 0 for neither. On Linux a connected
/// socket inherits none of its listening socket's: a server that shall not wait in `recv` has to say so for each client,
/// here or with [`fcntl`](super::fcntl()). Set here, `SOCK_CLOEXEC` leaves no moment in which another thread's `execve`
/// takes the descriptor along.
///
/// # C prototype
///
/// ```c
/// int accept4(int sockfd, struct sockaddr *addr, socklen_t *addrlen, int flags);
/// ```
///
/// # What the wrapper adds
///
/// What [`accept`](super::accept()) adds: socket, address and the address's true length come back together. The flags are
/// the caller's; none is set that was not written.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EAGAIN` | the queue is empty and the listening socket is non-blocking, or `SO_RCVTIMEO` ran out |
/// | `EBADF` | the descriptor is not open |
/// | `ECONNABORTED` | the connection died in the queue (Linux hands out a reset one all the same, and its first `recv` says `ECONNRESET`) |
/// | `EFAULT` | `addr` or `addrlen` points outside the process's memory (not from here) |
/// | `EINTR` | a signal's handler without `SA_RESTART` ran while it waited; with `SO_RCVTIMEO` any handler, and SIGSTOP and SIGCONT |
/// | `EINVAL` | the socket does not listen, or `flags` has another bit |
/// | `EMFILE`, `ENFILE` | the process, or the system, has no descriptor left; the connection stays in the queue |
/// | `ENOBUFS`, `ENOMEM` | no memory |
/// | `ENOTSOCK` | the descriptor is not a socket |
/// | `EOPNOTSUPP` | a socket of this type does not accept: UDP |
/// | `EPERM` | a firewall rule forbids the connection |
/// | `EPROTO` | an error of the protocol |
///
/// Linux also hands on errors that wait on the new socket (`ENETDOWN`, `EHOSTDOWN`, `EHOSTUNREACH`, `ENETUNREACH`,
/// `ENOPROTOOPT`, `ENONET`, `EOPNOTSUPP`): such a client is gone, and the next one may be well.
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let sd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)?;
/// listen(&sd, 5)?;
/// assert_eq!(accept4::<sockaddr_in>(&sd, 0).unwrap_err(), Errno::EAGAIN); // nobody yet
///
/// let (mut sin, _) = getsockname::<sockaddr_in>(&sd)?;
/// sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
/// let clients = [socket(AF_INET, SOCK_STREAM, 0)?, socket(AF_INET, SOCK_STREAM, 0)?];
/// connect(&clients[0], &sin)?;
/// connect(&clients[1], &sin)?;
///
/// let (one, ..) = accept4::<sockaddr_in>(&sd, 0)?; // not inherited from sd
/// assert_eq!(fcntl(&one, F_GETFL, 0)? & O_NONBLOCK, 0);
/// let (other, ..) = accept4::<sockaddr_in>(&sd, SOCK_NONBLOCK | SOCK_CLOEXEC)?;
/// assert_eq!(fcntl(&other, F_GETFL, 0)? & O_NONBLOCK, O_NONBLOCK);
/// assert_eq!(fcntl(&other, F_GETFD, 0)?, FD_CLOEXEC);
/// # Ok::<(), Errno>(())
/// ```
///
/// A process that has no descriptor left loses no client, but `poll` says again and again that one waits:
///
/// ```
/// use std::os::fd::AsRawFd;
///
/// use sockstep::calls::*;
///
/// let sd = socket(AF_INET, SOCK_STREAM, 0)?;
/// listen(&sd, 5)?;
/// let (mut sin, _) = getsockname::<sockaddr_in>(&sd)?;
/// sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
/// let client = socket(AF_INET, SOCK_STREAM, 0)?;
/// connect(&client, &sin)?;
///
/// let before = getrlimit(RLIMIT_NOFILE)?;
/// setrlimit(RLIMIT_NOFILE, &rlimit { rlim_cur: client.as_raw_fd() as u64 + 1, ..before })?;
/// assert_eq!(accept4::<sockaddr_in>(&sd, 0).unwrap_err(), Errno::EMFILE);
/// assert_eq!(poll(&mut [pollfd { fd: sd.as_raw_fd(), events: POLLIN, revents: 0 }], 0)?, 1);
///
/// setrlimit(RLIMIT_NOFILE, &before)?;
/// assert!(accept4::<sockaddr_in>(&sd, 0).is_ok());
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [accept4(2)](https://man7.org/linux/man-pages/man2/accept4.2.html),
/// [POSIX accept4()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/accept.html) (since 2024)
pub fn accept4<A: SockAddr>(sockfd: impl AsFd, flags: c_int) -> Result<(OwnedFd, A, socklen_t)> {
    let fd = sockfd.as_fd().as_raw_fd();
    let (mut addr, mut addrlen): (A, socklen_t) = (zeroed(), A::LEN);
    // SAFETY: `addr` is ours and `A::LEN` bytes long, which `addrlen` tells the kernel; it writes
    // no more than that, and any bytes are a valid `A`. `addrlen` is one integer of ours.
    let ns = unsafe { libc::accept4(fd, addr.as_mut_ptr(), &mut addrlen, flags) };
    let ns = Errno::result(ns)?;
    // SAFETY: `accept4` has just made `ns`, it is not -1, and nobody else holds it.
    Ok((unsafe { OwnedFd::from_raw_fd(ns) }, addr, addrlen))
}
