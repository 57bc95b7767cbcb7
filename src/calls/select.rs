//! `select(nfds, readfds, writefds, exceptfds, timeout)`—Waits until one of several descriptors is ready.

use std::fmt;
use std::os::fd::RawFd;
use std::ptr::null_mut;

use libc::{c_int, fd_set};

use super::{Errno, Result, timeval};

/// How many descriptors an [`FdSet`] has room for: 0 to 1023. The C library fixes the number; a raised `RLIMIT_NOFILE`
/// does not move it.
pub const FD_SETSIZE: usize = libc::FD_SETSIZE;

/// `fd_set`—A bit for each descriptor from 0 to 1023.
///
/// ```
/// use sockstep::calls::*;
///
/// let mut set = FdSet::new();
/// assert!(set.set(1023) && set.isset(1023));
/// assert!(!set.set(1024)); // in C, a write behind the set
/// assert_eq!(format!("{set:?}"), "{1023}");
/// ```
#[derive(Clone, Copy)]
pub struct FdSet(fd_set);

impl FdSet {
    /// `FD_ZERO`—An empty set.
    pub fn new() -> FdSet {
        // SAFETY: an `fd_set` is an array of integers, for which zeros are values.
        FdSet(unsafe { std::mem::zeroed() })
    }

    /// `FD_SET`—Puts a descriptor in. False: it is negative or [`FD_SETSIZE`] or more and has no bit here, and nothing
    /// was written. In C it would have been, behind the set (or the program aborts, with `_FORTIFY_SOURCE`).
    pub fn set(&mut self, fd: RawFd) -> bool {
        let fits = fits(fd);
        if fits {
            // SAFETY: `fits`: `fd` has a bit in the set, which is borrowed for us alone.
            unsafe { libc::FD_SET(fd, &mut self.0) }
        }
        fits
    }

    /// `FD_CLR`—Takes a descriptor out; one that has no bit here was never in.
    pub fn clear(&mut self, fd: RawFd) {
        if fits(fd) {
            // SAFETY: `fits`: `fd` has a bit in the set, which is borrowed for us alone.
            unsafe { libc::FD_CLR(fd, &mut self.0) }
        }
    }

    /// `FD_ISSET`—Whether a descriptor is in.
    pub fn isset(&self, fd: RawFd) -> bool {
        // SAFETY: it is asked only where `fd` has a bit in the set, which is borrowed.
        fits(fd) && unsafe { libc::FD_ISSET(fd, &self.0) }
    }
}

fn fits(fd: RawFd) -> bool {
    usize::try_from(fd).is_ok_and(|fd| fd < FD_SETSIZE)
}

/// The descriptors that are in.
impl fmt::Debug for FdSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = 0..FD_SETSIZE as RawFd;
        f.debug_set().entries(all.filter(|fd| self.isset(*fd))).finish()
    }
}

impl Default for FdSet {
    fn default() -> Self {
        FdSet::new()
    }
}

/// `select(nfds, readfds, writefds, exceptfds, timeout)`—Waits until one of several descriptors is ready.
///
/// Each set names descriptors and is overwritten: what is left in it is ready. `readfds`: a `recv` or `accept` would not
/// wait (also at the end of the stream, and after an error); `writefds`: a `send` would not, or a `connect` is done, well or
/// not; `exceptfds`: an urgent byte is there. `nfds` is the highest number among them plus one: the kernel looks at no
/// higher one. Without a `timeout` it waits for ever, with one of zeros not at all. The result is how many are ready, in
/// all three sets together; 0 says that the time went by.
///
/// Linux also writes into `timeout` what is left of it; POSIX lets a system do so or not. So sets and timeout are filled
/// anew before each call. After an error the sets are as they were given, and say nothing of who is ready.
///
/// # C prototype
///
/// ```c
/// int select(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds,
///            struct timeval *timeout);
/// ```
///
/// # What the wrapper adds
///
/// An [`FdSet`] has 1024 bits, whatever `RLIMIT_NOFILE` says. In C, `FD_SET(1024, &set)` writes behind it; here
/// [`FdSet::set`] refuses. The kernel, in turn, reads and writes as many bits as `nfds` says: above [`FD_SETSIZE`] this
/// function answers `EINVAL` without asking it. (The kernel would take such a number, and go on behind the set.) The
/// descriptors are plain numbers, as in C: one that was given out again since is another socket.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EBADF` | a set has a number that is not open (one beyond the kernel's table of descriptors, which grows from 64 in powers of two and never shrinks, is passed over: select(2), BUGS) |
/// | `EFAULT` | a pointer leads outside the process's memory (not from here) |
/// | `EINTR` | a signal's handler ran first; also with `SA_RESTART` (signal(7)) |
/// | `EINVAL` | `nfds` is negative, or above `FD_SETSIZE`; a negative time |
/// | `ENOMEM` | no memory |
///
/// # Example
///
/// ```
/// use std::os::fd::AsRawFd;
///
/// use sockstep::calls::*;
///
/// let (one, other) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
/// let (mut readfds, mut timeout) = (FdSet::new(), timeval { tv_sec: 0, tv_usec: 10_000 });
/// assert!(readfds.set(one.as_raw_fd()));
/// assert_eq!(select(one.as_raw_fd() + 1, Some(&mut readfds), None, None, Some(&mut timeout))?, 0);
/// assert!(!readfds.isset(one.as_raw_fd())); // the set is another one now,
/// assert_eq!((timeout.tv_sec, timeout.tv_usec), (0, 0)); // and nothing is left of the time
///
/// send(&other, b"hello", 0)?;
/// assert!(readfds.set(one.as_raw_fd()));
/// assert_eq!(select(one.as_raw_fd() + 1, Some(&mut readfds), None, None, None)?, 1);
/// assert!(readfds.isset(one.as_raw_fd()));
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [select(2)](https://man7.org/linux/man-pages/man2/select.2.html),
/// [POSIX select()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/select.html)
pub fn select(
    nfds: c_int,
    readfds: Option<&mut FdSet>,
    writefds: Option<&mut FdSet>,
    exceptfds: Option<&mut FdSet>,
    timeout: Option<&mut timeval>,
) -> Result<usize> {
    // The kernel reads and writes as many bits as it is told of.
    if usize::try_from(nfds).is_ok_and(|nfds| nfds > FD_SETSIZE) {
        return Err(Errno::EINVAL);
    }
    let [readfds, writefds, exceptfds] =
        [readfds, writefds, exceptfds].map(|set| set.map_or(null_mut(), |set| &raw mut set.0));
    let timeout = timeout.map_or(null_mut(), |timeout| &raw mut *timeout);
    // SAFETY: each pointer is null or to a structure that is borrowed for us alone. Of a set the kernel reads and writes
    // `nfds` bits, in whole words: at most FD_SETSIZE, which it has, and any bits are a set. `timeout` is one `timeval`.
    let n = unsafe { libc::select(nfds, readfds, writefds, exceptfds, timeout) };
    Errno::result(n).map(|n| n as usize)
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;

    use super::*;
    use crate::calls::{AF_UNIX, SOCK_STREAM, close, send, socketpair};

    const NOW: timeval = timeval { tv_sec: 0, tv_usec: 0 };

    #[test]
    fn a_set_has_1024_bits_and_writes_no_other() {
        for (fd, fits) in [
            (RawFd::MIN, false),
            (-1, false),
            (0, true),
            (63, true),
            (64, true),
            (1023, true),
            (1024, false),
            (RawFd::MAX, false),
        ] {
            let mut set = FdSet::new();
            assert_eq!((set.set(fd), set.isset(fd)), (fits, fits), "{fd}");
            let only: Vec<_> = (0..1024).filter(|each| set.isset(*each)).collect();
            assert_eq!(only, if fits { vec![fd] } else { vec![] });
            set.clear(fd);
            assert!(!set.isset(fd), "{fd}");
        }
    }

    #[test]
    fn what_it_refuses() {
        let waits_not = |nfds, set: Option<&mut FdSet>| {
            let mut now = NOW;
            select(nfds, set, None, None, Some(&mut now))
        };
        let cases =
            [(-1, Err(Errno::EINVAL)), (0, Ok(0)), (1024, Ok(0)), (1025, Err(Errno::EINVAL))];
        for (nfds, answer) in cases {
            assert_eq!(waits_not(nfds, Some(&mut FdSet::new())), answer, "{nfds}");
        }
        let mut past = timeval { tv_sec: 0, tv_usec: -1 };
        assert_eq!(select(0, None, None, None, Some(&mut past)), Err(Errno::EINVAL));
    }

    #[test]
    fn each_set_tells_of_its_own() {
        let (one, other) = socketpair(AF_UNIX, SOCK_STREAM, 0).unwrap();
        send(&other, b"x", 0).unwrap();
        let fd = one.as_raw_fd();
        let [mut read, mut write, mut except] = [(); 3].map(|()| FdSet::new());
        for set in [&mut read, &mut write, &mut except] {
            assert!(set.set(fd));
        }
        let mut now = NOW;
        let count =
            select(fd + 1, Some(&mut read), Some(&mut write), Some(&mut except), Some(&mut now));
        assert_eq!(count, Ok(2));
        assert_eq!([&read, &write, &except].map(|set| set.isset(fd)), [true, true, false]);
        close(one).unwrap();
    }
}
