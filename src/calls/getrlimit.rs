//! `getrlimit(resource, rlim)`—How much of something the process may have.

use libc::{c_int, rlimit};

use super::{Errno, Result};

/// What is limited: [`RLIMIT_NOFILE`](super::RLIMIT_NOFILE).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resource(pub(super) c_int);

impl Resource {
    /// The number behind the name, as `<sys/resource.h>` defines it.
    pub const fn number(self) -> c_int {
        self.0
    }
}

/// `getrlimit(resource, rlim)`—How much of something the process may have.
///
/// A limit is two numbers: `rlim_cur`, the soft one, which the kernel holds the process to, and `rlim_max`, the hard one, up
/// to which the process itself may raise the soft one. [`RLIMIT_NOFILE`](super::RLIMIT_NOFILE) is one more than the highest
/// descriptor that the process may get: with 1024, 0 to 1023. A call that would give another one says `EMFILE`; at
/// [`accept`](super::accept()) the connection then stays in the queue. A child inherits the limits, across `execve` too.
///
/// # C prototype
///
/// ```c
/// int getrlimit(int resource, struct rlimit *rlim);
/// ```
///
/// # What the wrapper adds
///
/// What C fills behind the pointer is the result.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EFAULT` | `rlim` points outside the process's memory (not from here) |
/// | `EINVAL` | no such resource (not from here) |
///
/// # Example
///
/// ```
/// use std::os::fd::AsRawFd;
///
/// use sockstep::calls::*;
///
/// let limit = getrlimit(RLIMIT_NOFILE)?;
/// let sd = socket(AF_INET, SOCK_STREAM, 0)?;
/// assert!((sd.as_raw_fd() as u64) < limit.rlim_cur && limit.rlim_cur <= limit.rlim_max);
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [getrlimit(2)](https://man7.org/linux/man-pages/man2/getrlimit.2.html),
/// [POSIX getrlimit()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/getrlimit.html)
pub fn getrlimit(resource: Resource) -> Result<rlimit> {
    let mut rlim = rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the kernel writes one structure of two integers, to `rlim`, which is ours.
    Errno::result(unsafe { libc::getrlimit(resource.0 as _, &mut rlim) })?;
    Ok(rlim)
}
