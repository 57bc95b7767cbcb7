//! `waitpid(pid, wstatus, options)`—Waits for a child's end.

use libc::c_int;

use super::fork::pid_t;
use super::{Errno, Result};

/// `waitpid(pid, wstatus, options)`—Waits for a child's end.
///
/// `pid` names the child, or is -1 for any. Until somebody has waited for it, a child that is over stays in the list of
/// processes, as a zombie. With [`WNOHANG`](super::WNOHANG) it does not wait, and 0 says that none has ended.
///
/// # C prototype
///
/// ```c
/// pid_t waitpid(pid_t pid, int *wstatus, int options);
/// ```
///
/// # What the wrapper adds
///
/// The two things that C hands back through its result and a pointer come back together: the child, and how it ended, for
/// [`WIFEXITED`](super::WIFEXITED()) and [`WEXITSTATUS`](super::WEXITSTATUS()).
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `ECHILD` | there is no such child, or it has been waited for already |
/// | `EINTR` | a signal's handler ran while it waited |
/// | `EINVAL` | no such option |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// assert_eq!(waitpid(-1, WNOHANG), Err(Errno::ECHILD)); // nobody has forked
/// ```
///
/// # References
///
/// [waitpid(2)](https://man7.org/linux/man-pages/man2/waitpid.2.html),
/// [POSIX waitpid()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/waitpid.html)
pub fn waitpid(pid: pid_t, options: c_int) -> Result<(pid_t, c_int)> {
    let mut wstatus = 0;
    // SAFETY: the kernel writes one integer, to `wstatus`, which is ours.
    let child = Errno::result(unsafe { libc::waitpid(pid, &mut wstatus, options) })?;
    Ok((child, wstatus))
}
