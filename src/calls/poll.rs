//! `poll(fds, nfds, timeout)`—Waits until one of several descriptors is ready.

use libc::{c_int, nfds_t, pollfd};

use super::{Errno, Result};

/// `poll(fds, nfds, timeout)`—Waits until one of several descriptors is ready.
///
/// Each [`pollfd`] names a descriptor and the `events` that are asked for; the kernel fills `revents`:
/// [`POLLIN`](super::POLLIN), a `recv` or `accept` would not wait; [`POLLOUT`](super::POLLOUT), a `send` would not;
/// and, asked for or not, [`POLLERR`](super::POLLERR), [`POLLHUP`](super::POLLHUP) and
/// [`POLLNVAL`](super::POLLNVAL), the number is no open descriptor. The result is how many have any; 0 says that
/// `timeout` milliseconds went by. A negative `timeout` waits for ever, 0 not at all. An entry whose number is
/// negative is passed over.
///
/// # C prototype
///
/// ```c
/// int poll(struct pollfd *fds, nfds_t nfds, int timeout);
/// ```
///
/// # What the wrapper adds
///
/// `fds` and `nfds` are one slice. The descriptors in it are plain numbers, as in C: one that was closed is no
/// error here but `POLLNVAL`, and one that was given out again since is another socket.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EFAULT` | `fds` points outside the process's memory (not from here) |
/// | `EINTR` | a signal's handler ran first; also with `SA_RESTART` (signal(7)) |
/// | `EINVAL` | more entries than the process may have descriptors, `RLIMIT_NOFILE` |
/// | `ENOMEM` | no memory (POSIX: `EAGAIN`) |
///
/// # Example
///
/// ```
/// use std::os::fd::AsRawFd;
///
/// use sockstep::calls::*;
///
/// let (one, other) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
/// let mut fds = [pollfd { fd: one.as_raw_fd(), events: POLLIN, revents: 0 }];
/// assert_eq!(poll(&mut fds, 0)?, 0); // nothing is there yet
///
/// send(&other, b"hello", 0)?;
/// assert_eq!(poll(&mut fds, -1)?, 1);
/// assert_eq!(fds[0].revents, POLLIN);
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [poll(2)](https://man7.org/linux/man-pages/man2/poll.2.html),
/// [POSIX poll()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/poll.html)
pub fn poll(fds: &mut [pollfd], timeout: c_int) -> Result<usize> {
    let count = fds.len() as nfds_t;
    // SAFETY: `fds` is borrowed for us alone; the kernel reads and writes the `count` structures that it has.
    let n = unsafe { libc::poll(fds.as_mut_ptr(), count, timeout) };
    Errno::result(n).map(|n| n as usize)
}
