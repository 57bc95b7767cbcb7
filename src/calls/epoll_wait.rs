//! `epoll_wait(epfd, events, maxevents, timeout)`—Waits until something on an epoll instance's list is ready.

use std::os::fd::{AsFd, AsRawFd};

use libc::{c_int, epoll_event};

use super::{Errno, Result};

/// `epoll_wait(epfd, events, maxevents, timeout)`—Waits until something on an epoll instance's list is ready.
///
/// The kernel fills `events` from the front, and the result is how many; what lies behind is as it was. Each has the
/// `events` that are so, and the `u64` that [`epoll_ctl`](super::epoll_ctl()) was given. If more are ready than fit, the rest
/// comes with the next calls, in turn. 0 says that `timeout` milliseconds went by; a negative `timeout` waits for ever, 0
/// not at all.
///
/// [`EPOLLIN`](super::EPOLLIN): a `recv` or `accept` would not wait, also at the end of the stream;
/// [`EPOLLOUT`](super::EPOLLOUT): a `send` would not, or a `connect` is done; [`EPOLLRDHUP`](super::EPOLLRDHUP): the peer sends no
/// more; [`EPOLLHUP`](super::EPOLLHUP): nor can this side; [`EPOLLERR`](super::EPOLLERR): `SO_ERROR` has an error.
///
/// # C prototype
///
/// ```c
/// int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout);
/// ```
///
/// # What the wrapper adds
///
/// `events` and `maxevents` are one slice. On x86-64 the structure is packed, so Rust lends no reference to a field: write
/// `{ events[0].u64 }`, a copy.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EBADF` | the descriptor is not open |
/// | `EFAULT` | `events` points outside the process's memory (not from here) |
/// | `EINTR` | a signal's handler ran first, also with `SA_RESTART`; also, without any handler, after SIGSTOP and SIGCONT (signal(7)) |
/// | `EINVAL` | `epfd` is no epoll instance, or `events` is empty |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let (one, other) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
/// let epfd = epoll_create1(EPOLL_CLOEXEC)?;
/// for (data, fd) in [(1, &one), (2, &other)] {
///     let mut event = epoll_event { events: EPOLLIN | EPOLLRDHUP, u64: data };
///     epoll_ctl(&epfd, EPOLL_CTL_ADD, fd, Some(&mut event))?;
/// }
/// let mut events = [epoll_event { events: 0, u64: 0 }; 8];
/// assert_eq!(epoll_wait(&epfd, &mut events, 10)?, 0); // nothing for 10 ms
///
/// send(&one, b"hello", 0)?;
/// shutdown(&one, SHUT_WR)?;
/// assert_eq!(epoll_wait(&epfd, &mut events, -1)?, 1);
/// assert_eq!({ events[0].u64 }, 2);
/// assert_eq!({ events[0].events }, EPOLLIN | EPOLLRDHUP);
///
/// assert_eq!(epoll_wait(&epfd, &mut [], 0), Err(Errno::EINVAL));
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [epoll_wait(2)](https://man7.org/linux/man-pages/man2/epoll_wait.2.html),
/// [epoll(7)](https://man7.org/linux/man-pages/man7/epoll.7.html) (Linux only: POSIX has no epoll)
pub fn epoll_wait(epfd: impl AsFd, events: &mut [epoll_event], timeout: c_int) -> Result<usize> {
    let epfd = epfd.as_fd().as_raw_fd();
    let maxevents = c_int::try_from(events.len()).unwrap_or(c_int::MAX);
    // SAFETY: the kernel writes at most `maxevents` structures, no more than `events` has, which is borrowed for us alone;
    // they are integers, for which any bytes are values.
    let n = unsafe { libc::epoll_wait(epfd, events.as_mut_ptr(), maxevents, timeout) };
    Errno::result(n).map(|n| n as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::*;

    #[test]
    fn what_does_not_fit_comes_with_the_next_calls() {
        let pairs = [(); 3].map(|()| socketpair(AF_UNIX, SOCK_STREAM, 0).unwrap());
        let epfd = epoll_create1(0).unwrap();
        for (data, (one, other)) in (0..).zip(&pairs) {
            let mut event = epoll_event { events: EPOLLIN, u64: data };
            epoll_ctl(&epfd, EPOLL_CTL_ADD, one, Some(&mut event)).unwrap();
            send(other, b"x", 0).unwrap();
        }
        let mut told = Vec::new();
        for _ in 0..3 {
            let mut events = [epoll_event { events: 0, u64: 4711 }; 2];
            assert_eq!(epoll_wait(&epfd, &mut events[..1], 0), Ok(1));
            assert_eq!({ events[1].u64 }, 4711); // not written
            told.push(events[0].u64);
        }
        told.sort();
        assert_eq!(told, [0, 1, 2]); // in turn: none is passed over
    }

    #[test]
    fn a_socket_is_no_epoll_instance() {
        let (one, _other) = socketpair(AF_UNIX, SOCK_STREAM, 0).unwrap();
        let mut events = [epoll_event { events: 0, u64: 0 }];
        assert_eq!(epoll_wait(&one, &mut events, 0), Err(Errno::EINVAL));
    }
}
