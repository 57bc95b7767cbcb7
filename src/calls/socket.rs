//! `socket(domain, type, protocol)`—Makes a socket and gives its descriptor.

use std::os::fd::{FromRawFd, OwnedFd};

use libc::c_int;

use super::{Errno, Result};

/// `socket(domain, type, protocol)`—Makes a socket and gives its descriptor.
///
/// The new socket has a type and nothing else: no address, no peer, state `CLOSE`. `domain` is an
/// address family ([`AF_INET`](super::AF_INET)), `ty` is a type
/// ([`SOCK_STREAM`](super::SOCK_STREAM), [`SOCK_DGRAM`](super::SOCK_DGRAM)), with
/// [`SOCK_NONBLOCK`](super::SOCK_NONBLOCK) or [`SOCK_CLOEXEC`](super::SOCK_CLOEXEC) joined to it by
/// `|` if wanted; `protocol` 0 takes the family's usual protocol for that type, TCP for a stream.
///
/// # C prototype
///
/// ```c
/// int socket(int domain, int type, int protocol);
/// ```
///
/// # What the wrapper adds
///
/// The descriptor comes as an [`OwnedFd`], which closes it when it is dropped. (`type` is a word of
/// Rust's own, so the argument is called `ty`.)
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EACCES` | this kind of socket is not permitted: a ping socket (`SOCK_DGRAM`, `IPPROTO_ICMP`) outside `net.ipv4.ping_group_range`; a security module's refusal |
/// | `EAFNOSUPPORT` | the kernel does not have this address family |
/// | `EINVAL` | a flag in `ty` that does not exist, a protocol number out of range |
/// | `EMFILE` | this process has as many descriptors as its limit allows |
/// | `ENFILE` | the whole system has as many open files as its limit allows |
/// | `ENOBUFS`, `ENOMEM` | no memory for the socket |
/// | `EPERM` | `SOCK_RAW`, `SOCK_PACKET` or `AF_PACKET` without `CAP_NET_RAW` |
/// | `EPROTONOSUPPORT` | the family has this type, but not with this protocol |
/// | `EPROTOTYPE` | POSIX: the protocol has no such socket type; Linux says `EPROTONOSUPPORT` |
/// | `ESOCKTNOSUPPORT` | the family has no socket of this type (Linux; not in POSIX) |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let sd = socket(AF_INET, SOCK_STREAM, 0)?;
/// let (sin, _) = getsockname::<sockaddr_in>(&sd)?;
/// assert_eq!((sin.sin_addr.s_addr, sin.sin_port), (INADDR_ANY, 0)); // no address yet
///
/// assert_eq!(socket(AF_INET, SOCK_STREAM, 17).unwrap_err(), Errno::EPROTONOSUPPORT); // 17 is UDP
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [socket(2)](https://man7.org/linux/man-pages/man2/socket.2.html),
/// [POSIX socket()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/socket.html)
pub fn socket(domain: c_int, ty: c_int, protocol: c_int) -> Result<OwnedFd> {
    // SAFETY: three integers by value; no memory of ours is read or written.
    let sockfd = Errno::result(unsafe { libc::socket(domain, ty, protocol) })?;
    // SAFETY: `socket` has just made `sockfd`, it is not -1, and nobody else holds it.
    Ok(unsafe { OwnedFd::from_raw_fd(sockfd) })
}
