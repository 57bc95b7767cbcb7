//! `epoll_ctl(epfd, op, fd, event)`—Changes the list of what is waited for.

use std::os::fd::{AsFd, AsRawFd};
use std::ptr::null_mut;

use libc::{c_int, epoll_event};

use super::{Errno, Result};

/// `epoll_ctl(epfd, op, fd, event)`—Changes the list of what is waited for.
///
/// `op` is [`EPOLL_CTL_ADD`](super::EPOLL_CTL_ADD), [`EPOLL_CTL_MOD`](super::EPOLL_CTL_MOD) (another `event` for a listed
/// descriptor) or [`EPOLL_CTL_DEL`](super::EPOLL_CTL_DEL) (no `event` is needed). The event's `events` say what is asked
/// for: [`EPOLLIN`](super::EPOLLIN), [`EPOLLOUT`](super::EPOLLOUT), [`EPOLLRDHUP`](super::EPOLLRDHUP);
/// [`EPOLLERR`](super::EPOLLERR) and [`EPOLLHUP`](super::EPOLLHUP) are told unasked. Its `u64` is the caller's own: the kernel
/// gives it back in [`epoll_wait`](super::epoll_wait()) and does not look at it. A descriptor or an index tells who it is.
///
/// Without more, an entry is level-triggered, as `poll` is: it is told again in each wait, as long as it is ready. With
/// [`EPOLLET`](super::EPOLLET) it is edge-triggered: told when something new has come (or room has), once. Who then does not
/// receive until `EAGAIN` is not told of the rest; so such a socket is non-blocking. `EPOLL_CTL_MOD` looks anew, and tells
/// what is ready now.
///
/// An entry belongs to the socket behind the descriptor, and goes when the *last* descriptor of it is closed. Where a copy
/// is left, from [`dup`](super::dup()) or in a forked child, `close` does not take it out: it is still told of, with a
/// number that may be another socket's by then, and `EPOLL_CTL_DEL` says `EBADF`. Take it out before `close`.
///
/// # C prototype
///
/// ```c
/// int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event);
/// ```
///
/// # What the wrapper adds
///
/// Nothing: `None` is the null pointer. C's `event` is not const, so it is `&mut` here; the kernel only reads it, and keeps a
/// copy. C's union `data` is its largest member, a number: no pointer is handed over that could lead nowhere when it comes
/// back.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EBADF` | one of the two descriptors is not open |
/// | `EEXIST` | to be added, and listed already |
/// | `EFAULT` | ADD or MOD without an event |
/// | `EINVAL` | `epfd` is no epoll instance, or both are the same; no such `op`; a combination that `EPOLLEXCLUSIVE` does not allow |
/// | `ELOOP` | an epoll instance that watches this one, or more than five watch one another |
/// | `ENOENT` | to be changed or taken out, and not listed |
/// | `ENOMEM` | no memory |
/// | `ENOSPC` | the user's epoll instances watch too many descriptors (`/proc/sys/fs/epoll/max_user_watches`) |
/// | `EPERM` | the descriptor cannot be waited for: a regular file, a directory |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let (one, other) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
/// let epfd = epoll_create1(0)?;
/// epoll_ctl(&epfd, EPOLL_CTL_ADD, &one, Some(&mut epoll_event { events: EPOLLIN, u64: 4711 }))?;
///
/// send(&other, b"ab", 0)?;
/// let mut events = [epoll_event { events: 0, u64: 0 }; 8];
/// recv(&one, &mut [0], 0)?;
/// for _ in 0..2 {
///     assert_eq!(epoll_wait(&epfd, &mut events, 0)?, 1); // a byte is left, as often as one asks
///     assert_eq!({ events[0].u64 }, 4711);
/// }
///
/// let mut edge = epoll_event { events: EPOLLIN | EPOLLET, u64: 4711 };
/// epoll_ctl(&epfd, EPOLL_CTL_MOD, &one, Some(&mut edge))?;
/// assert_eq!(epoll_wait(&epfd, &mut events, 0)?, 1); // once,
/// assert_eq!(epoll_wait(&epfd, &mut events, 0)?, 0); // and no more, although the byte is there:
/// send(&other, b"c", 0)?;
/// assert_eq!(epoll_wait(&epfd, &mut events, 0)?, 1); // not before the next has come
///
/// epoll_ctl(&epfd, EPOLL_CTL_DEL, &one, None)?;
/// assert_eq!(epoll_ctl(&epfd, EPOLL_CTL_DEL, &one, None), Err(Errno::ENOENT));
/// let file = std::fs::File::open("/proc/self/exe").unwrap();
/// assert_eq!(epoll_ctl(&epfd, EPOLL_CTL_ADD, &file, Some(&mut edge)), Err(Errno::EPERM));
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [epoll_ctl(2)](https://man7.org/linux/man-pages/man2/epoll_ctl.2.html),
/// [epoll(7)](https://man7.org/linux/man-pages/man7/epoll.7.html) (Linux only: POSIX has no epoll)
pub fn epoll_ctl(
    epfd: impl AsFd,
    op: c_int,
    fd: impl AsFd,
    event: Option<&mut epoll_event>,
) -> Result<()> {
    let (epfd, fd) = (epfd.as_fd().as_raw_fd(), fd.as_fd().as_raw_fd());
    let event = event.map_or(null_mut(), |event| &raw mut *event);
    // SAFETY: the kernel reads at most one structure from `event`, two integers, and keeps a copy of them, not the pointer.
    // It is borrowed, or null: the kernel answers that with EFAULT where it needs one.
    Errno::result(unsafe { libc::epoll_ctl(epfd, op, fd, event) }).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::*;

    const NONE: epoll_event = epoll_event { events: 0, u64: 0 };

    #[test]
    fn what_it_refuses() {
        let (one, other) = socketpair(AF_UNIX, SOCK_STREAM, 0).unwrap();
        let [epfd, inner] = [(); 2].map(|()| epoll_create1(0).unwrap());
        let mut event = epoll_event { events: EPOLLIN, u64: 1 };
        epoll_ctl(&epfd, EPOLL_CTL_ADD, &one, Some(&mut event)).unwrap();
        epoll_ctl(&epfd, EPOLL_CTL_ADD, &inner, Some(&mut event)).unwrap();
        let cases = [
            (&epfd, EPOLL_CTL_ADD, &one, true, Errno::EEXIST),
            (&epfd, EPOLL_CTL_ADD, &other, false, Errno::EFAULT),
            (&epfd, EPOLL_CTL_MOD, &other, true, Errno::ENOENT),
            (&epfd, EPOLL_CTL_ADD, &epfd, true, Errno::EINVAL),
            (&one, EPOLL_CTL_ADD, &other, true, Errno::EINVAL),
            (&epfd, 4711, &other, true, Errno::EINVAL),
            (&inner, EPOLL_CTL_ADD, &epfd, true, Errno::ELOOP),
        ];
        for (epfd, op, fd, with, errno) in cases {
            let answer = epoll_ctl(epfd, op, fd, with.then_some(&mut event));
            assert_eq!(answer, Err(errno), "{op}");
        }
    }

    /// The entry is the socket's, not the descriptor's.
    #[test]
    fn a_copy_keeps_the_entry_of_a_closed_descriptor() {
        let (one, other) = socketpair(AF_UNIX, SOCK_STREAM, 0).unwrap();
        let epfd = epoll_create1(0).unwrap();
        epoll_ctl(&epfd, EPOLL_CTL_ADD, &one, Some(&mut epoll_event { events: EPOLLIN, u64: 7 }))
            .unwrap();
        let copy = dup(&one).unwrap();
        close(one).unwrap();
        send(&other, b"x", 0).unwrap();
        let mut events = [NONE; 2];
        assert_eq!(epoll_wait(&epfd, &mut events, 0), Ok(1));
        assert_eq!({ events[0].u64 }, 7);
        assert_eq!(epoll_ctl(&epfd, EPOLL_CTL_DEL, &copy, None), Err(Errno::ENOENT));
        close(copy).unwrap();
        assert_eq!(epoll_wait(&epfd, &mut events, 0), Ok(0));
    }
}
