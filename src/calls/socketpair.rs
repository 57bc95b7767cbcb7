//! `socketpair(domain, type, protocol, sv)`—Makes two sockets that are connected to each other.

use std::os::fd::{FromRawFd, OwnedFd};

use libc::c_int;

use super::{Errno, Result};

/// `socketpair(domain, type, protocol, sv)`—Makes two sockets that are connected to each other.
///
/// What one end sends the other receives. Neither has a name, and nobody else can connect to them: they are for a
/// process and its child, or for two threads. On Linux the domain is [`AF_UNIX`](super::AF_UNIX); the Internet's
/// families have no pairs.
///
/// # C prototype
///
/// ```c
/// int socketpair(int domain, int type, int protocol, int sv[2]);
/// ```
///
/// # What the wrapper adds
///
/// The two descriptors are returned, each with its owner. In C they come in the array `sv`.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EAFNOSUPPORT` | no such family |
/// | `EFAULT` | `sv` points outside the process's memory (not from here) |
/// | `EINVAL` | an unknown flag in `type`, or a type above all types |
/// | `EMFILE`, `ENFILE` | the process, or the system, has not two descriptors left |
/// | `ENOBUFS`, `ENOMEM` | no memory |
/// | `EOPNOTSUPP` | the family has no pairs: `AF_INET` |
/// | `EPROTONOSUPPORT` | the family has no such protocol |
/// | `ESOCKTNOSUPPORT` | the family has no such type (POSIX: `EPROTOTYPE`) |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let (parent, child) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
/// send(&parent, b"hello", 0)?;
/// let mut buf = [0; 256];
/// assert_eq!(recv(&child, &mut buf, 0)?, 5);
///
/// assert_eq!(socketpair(AF_INET, SOCK_STREAM, 0).err(), Some(Errno::EOPNOTSUPP));
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [socketpair(2)](https://man7.org/linux/man-pages/man2/socketpair.2.html),
/// [unix(7)](https://man7.org/linux/man-pages/man7/unix.7.html),
/// [POSIX socketpair()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/socketpair.html)
pub fn socketpair(domain: c_int, ty: c_int, protocol: c_int) -> Result<(OwnedFd, OwnedFd)> {
    let mut sv = [-1; 2];
    // SAFETY: `sv` is ours and has space for the two integers that the kernel writes.
    Errno::result(unsafe { libc::socketpair(domain, ty, protocol, sv.as_mut_ptr()) })?;
    // SAFETY: `socketpair` has just made both descriptors, and nobody else holds them.
    let [one, other] = sv.map(|fd| unsafe { OwnedFd::from_raw_fd(fd) });
    Ok((one, other))
}
