//! `setrlimit(resource, rlim)`—Sets how much of something the process may have.

use libc::rlimit;

use super::{Errno, Resource, Result};

/// `setrlimit(resource, rlim)`—Sets how much of something the process may have.
///
/// Any process may move its soft limit up to the hard one, and lower the hard one for good. To raise the hard one takes
/// `CAP_SYS_RESOURCE`, and [`RLIMIT_NOFILE`](super::RLIMIT_NOFILE) goes no higher than `/proc/sys/fs/nr_open` says.
/// A lowered limit closes nothing: what is open stays open. New descriptors are refused, and so
/// is a `poll` of more entries than the limit (`EINVAL`).
///
/// # C prototype
///
/// ```c
/// int setrlimit(int resource, const struct rlimit *rlim);
/// ```
///
/// # What the wrapper adds
///
/// Nothing.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EFAULT` | `rlim` points outside the process's memory (not from here) |
/// | `EINVAL` | `rlim_cur` is above `rlim_max`; no such resource (not from here) |
/// | `EPERM` | the hard limit shall rise, without `CAP_SYS_RESOURCE` or beyond `/proc/sys/fs/nr_open` |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// // As many descriptors as the process may allow itself.
/// let limit = getrlimit(RLIMIT_NOFILE)?;
/// setrlimit(RLIMIT_NOFILE, &rlimit { rlim_cur: limit.rlim_max, ..limit })?;
/// assert_eq!(getrlimit(RLIMIT_NOFILE)?.rlim_cur, limit.rlim_max);
///
/// let upside_down = rlimit { rlim_cur: 2, rlim_max: 1 };
/// assert_eq!(setrlimit(RLIMIT_NOFILE, &upside_down), Err(Errno::EINVAL));
///
/// // With a limit of 0 nothing closes, and nothing opens.
/// let sd = socket(AF_INET, SOCK_STREAM, 0)?;
/// setrlimit(RLIMIT_NOFILE, &rlimit { rlim_cur: 0, ..limit })?;
/// assert_eq!(socket(AF_INET, SOCK_STREAM, 0).unwrap_err(), Errno::EMFILE);
/// listen(&sd, 5)?;
/// # setrlimit(RLIMIT_NOFILE, &limit)?;
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [setrlimit(2)](https://man7.org/linux/man-pages/man2/setrlimit.2.html),
/// [POSIX setrlimit()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/setrlimit.html)
pub fn setrlimit(resource: Resource, rlim: &rlimit) -> Result<()> {
    // SAFETY: the kernel reads one structure of two integers, which is borrowed.
    Errno::result(unsafe { libc::setrlimit(resource.0 as _, rlim) }).map(drop)
}
