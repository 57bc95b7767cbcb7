//! `epoll_create1(flags)`—Makes an empty list of descriptors to wait for, in the kernel.

use std::os::fd::{FromRawFd, OwnedFd};

use libc::c_int;

use super::{Errno, Result};

/// `epoll_create1(flags)`—Makes an empty list of descriptors to wait for, in the kernel.
///
/// Where [`poll`](super::poll()) and [`select`](super::select()) hand all descriptors over in each call, an epoll instance
/// keeps them: [`epoll_ctl`](super::epoll_ctl()) changes the list, [`epoll_wait`](super::epoll_wait()) waits and tells only
/// of those that are ready. So a wait costs what is ready, not what is watched. The instance is a descriptor itself; after
/// [`fork`](super::fork()) both processes have one and the same list. `flags` is
/// [`EPOLL_CLOEXEC`](super::EPOLL_CLOEXEC) or 0.
///
/// # C prototype
///
/// ```c
/// int epoll_create1(int flags);
/// ```
///
/// # What the wrapper adds
///
/// Nothing. `EPOLL_CLOEXEC` is not set where the caller has not written it.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EINVAL` | `flags` has another bit |
/// | `EMFILE` | the process has no descriptor left |
/// | `ENFILE` | the system has none left |
/// | `ENOMEM` | no memory |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let epfd = epoll_create1(EPOLL_CLOEXEC)?;
/// assert_eq!(fcntl(&epfd, F_GETFD, 0)?, FD_CLOEXEC);
///
/// let mut events = [epoll_event { events: 0, u64: 0 }; 8];
/// assert_eq!(epoll_wait(&epfd, &mut events, 0)?, 0); // nothing is listed
/// assert_eq!(epoll_create1(1).unwrap_err(), Errno::EINVAL);
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [epoll_create1(2)](https://man7.org/linux/man-pages/man2/epoll_create.2.html),
/// [epoll(7)](https://man7.org/linux/man-pages/man7/epoll.7.html) (Linux only: POSIX has no epoll)
pub fn epoll_create1(flags: c_int) -> Result<OwnedFd> {
    // SAFETY: an integer by value; no memory of ours is read or written.
    let epfd = Errno::result(unsafe { libc::epoll_create1(flags) })?;
    // SAFETY: `epoll_create1` has just made `epfd`, it is not -1, and nobody else holds it.
    Ok(unsafe { OwnedFd::from_raw_fd(epfd) })
}
