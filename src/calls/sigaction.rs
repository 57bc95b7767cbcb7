//! `sigaction(signum, act, oldact)`—Says what a signal shall do, and how.

use std::mem::zeroed;
use std::os::fd::{IntoRawFd, OwnedFd};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicI32, Ordering};

use libc::c_int;

use super::{Errno, Result, SigHandler};

/// `sigaction(signum, act, oldact)`—Says what a signal shall do, and how.
///
/// `handler` is [`SIG_DFL`](super::SIG_DFL), [`SIG_IGN`](super::SIG_IGN), [`sig_reap()`] or [`sig_tell`]`(sd)`. A handler runs
/// between any two instructions, and a call that sleeps is woken for it. Without [`SA_RESTART`](super::SA_RESTART) in `flags` the
/// call then fails with `EINTR`. With it, `accept`, `recv`, `send`, `connect` and `waitpid` go on as if nothing had been (but
/// not with `SO_RCVTIMEO` or `SO_SNDTIMEO`); [`poll`](super::poll()), [`select`](super::select()) and
/// [`epoll_wait`](super::epoll_wait()) fail with `EINTR` all the same.
///
/// [`signal`](super::signal()) sets a handler, too, but the man page warns of it: what it does differed from system to system.
/// (glibc's and musl's do what `sigaction` does with `SA_RESTART`.)
///
/// # C prototype
///
/// ```c
/// int sigaction(int signum, const struct sigaction *act, struct sigaction *oldact);
/// ```
///
/// # What the wrapper adds
///
/// `act` is built from the handler and `flags`; no other signal is held back while the handler runs (`sa_mask` is empty), and
/// `SA_SIGINFO` is taken out: the handlers take one argument. A function of the caller's is not taken, since Rust cannot see
/// to it that a handler calls only what signal-safety(7) allows. The two that there are do, and leave `errno` as it was.
/// `oldact` is not asked for.
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EFAULT` | `act` points outside the process's memory (not from here) |
/// | `EINVAL` | no such signal, or one that cannot be changed: SIGKILL, SIGSTOP |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// sigaction(SIGPIPE, SIG_DFL, 0)?; // as a C program starts
/// sigaction(SIGPIPE, SIG_IGN, 0)?; // as a Rust program does
/// assert_eq!(sigaction(9, SIG_IGN, 0), Err(Errno::EINVAL)); // SIGKILL
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [sigaction(2)](https://man7.org/linux/man-pages/man2/sigaction.2.html),
/// [signal(7)](https://man7.org/linux/man-pages/man7/signal.7.html),
/// [POSIX sigaction()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/sigaction.html)
pub fn sigaction(signum: c_int, handler: SigHandler, flags: c_int) -> Result<()> {
    // SAFETY: integers, a set of bits and a null pointer: zeros are values of all of them.
    let mut act: libc::sigaction = unsafe { zeroed() };
    act.sa_sigaction = handler.0;
    act.sa_flags = flags & !libc::SA_SIGINFO;
    // SAFETY: the handler is SIG_DFL, SIG_IGN, `reap` or `tell` (no other can be made outside this module). The latter take
    // the signal's number, as a handler without SA_SIGINFO does, and make only calls that signal-safety(7) allows. The kernel
    // reads one structure, ours, and writes none.
    Errno::result(unsafe { libc::sigaction(signum, &act, null_mut()) }).map(drop)
}

/// `sig_reap()`—The handler of a server that forks, for `SIGCHLD`: waits for every child that has ended.
///
/// Several children that end at once may be one signal: so it asks with `WNOHANG` until no more has ended. Without it each
/// would stay a zombie.
///
/// # C prototype
///
/// ```c
/// void reap(int signum) { while (waitpid(-1, NULL, WNOHANG) > 0) ; }   // and errno as it was
/// ```
///
/// # What the wrapper adds
///
/// It is for a program whose children are all [`fork`](super::fork())'s. It takes std's as well: `Child::wait` then has nothing
/// to wait for (`ECHILD`), and the number that `Child::kill` would use may be another process's.
///
/// # Errors
///
/// None.
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// sigaction(SIGCHLD, sig_reap(), SA_RESTART).unwrap();
/// let child = match fork()? {
///     0 => std::process::exit(7), // the child
///     child => child,
/// };
/// while std::fs::exists(format!("/proc/{child}")).unwrap() {
///     poll(&mut [], 10).ok(); // EINTR: its end
/// }
/// assert_eq!(waitpid(-1, WNOHANG), Err(Errno::ECHILD)); // no zombie is left
/// # Ok::<(), ForkError>(())
/// ```
///
/// # References
///
/// [waitpid(2)](https://man7.org/linux/man-pages/man2/waitpid.2.html),
/// [signal-safety(7)](https://man7.org/linux/man-pages/man7/signal-safety.7.html)
pub fn sig_reap() -> SigHandler {
    SigHandler(reap as *const () as libc::sighandler_t)
}

extern "C" fn reap(_signum: c_int) {
    let before = Errno::last_raw();
    loop {
        // SAFETY: a null pointer says that how it ended does not matter; nothing is written. waitpid is signal-safe.
        let child = unsafe { libc::waitpid(-1, null_mut(), libc::WNOHANG) };
        if child <= 0 {
            break;
        }
    }
    Errno::set_raw(before);
}

/// Where `tell` sends its byte.
static TOLD: AtomicI32 = AtomicI32::new(-1);

/// `sig_tell(sockfd)`—A handler that sends one byte into a socket, for a program that waits for descriptors.
///
/// The self-pipe trick: a signal becomes something to receive, and the loop around `poll` or `epoll_wait` hears of it where it
/// hears of all else. None is lost between a look at a flag and the wait. The other end of a [`socketpair`](super::socketpair())
/// is what one waits for. (Linux's `signalfd` does it without a handler.)
///
/// # C prototype
///
/// ```c
/// void tell(int signum) { send(told, "", 1, MSG_DONTWAIT|MSG_NOSIGNAL); }   // and errno as it was
/// ```
///
/// # What the wrapper adds
///
/// The descriptor stays open until the process ends, since a handler may run at any time. There is one for the process: after
/// a second call each signal that was set up with the first tells the second one, and the first stays open, unused. A forked
/// child has the same socket, and its signals tell the parent: it sets them to [`SIG_DFL`](super::SIG_DFL).
/// Where the buffer is full no byte is added (the loop has enough to hear); of what is no socket, a pipe, nothing is heard.
///
/// # Errors
///
/// None.
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let (hears, told) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
/// sigaction(SIGCHLD, sig_tell(told), SA_RESTART)?;
/// let child = match fork().unwrap() {
///     0 => std::process::exit(7), // the child
///     child => child,
/// };
/// assert_eq!(recv(&hears, &mut [0; 8], 0)?, 1); // SIGCHLD
/// assert_eq!(waitpid(child, 0)?.0, child);
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [signal-safety(7)](https://man7.org/linux/man-pages/man7/signal-safety.7.html),
/// [send(2)](https://man7.org/linux/man-pages/man2/send.2.html), [pipe(7)](https://man7.org/linux/man-pages/man7/pipe.7.html)
pub fn sig_tell(sockfd: OwnedFd) -> SigHandler {
    // The one before is not closed: a handler in another thread may be about to send there, and its number would be free.
    TOLD.store(sockfd.into_raw_fd(), Ordering::Relaxed);
    SigHandler(tell as *const () as libc::sighandler_t)
}

extern "C" fn tell(_signum: c_int) {
    let before = Errno::last_raw();
    let (sockfd, flags) = (TOLD.load(Ordering::Relaxed), libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL);
    // SAFETY: the kernel reads the one byte of a static string, its NUL. The descriptor is ours, and never closed. `send` is
    // signal-safe.
    unsafe { libc::send(sockfd, c"".as_ptr().cast(), 1, flags) };
    Errno::set_raw(before);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::*;

    /// A signal that nothing else here uses: the tests share one process.
    const OURS: c_int = libc::SIGUSR1;

    #[test]
    fn the_last_sig_tell_is_told() {
        let [(first, told_first), (second, told_second)] =
            [(); 2].map(|()| socketpair(AF_UNIX, SOCK_STREAM, 0).unwrap());
        let heard = |sd: &OwnedFd| recv(sd, &mut [0; 8], MSG_DONTWAIT);
        // SAFETY: no pointer is handed over; the signal is ours, and its handler makes signal-safe calls alone.
        let raise = || assert_eq!(unsafe { libc::raise(libc::SIGUSR1) }, 0);

        sigaction(OURS, sig_tell(told_first), SA_RESTART).unwrap();
        Errno::set_raw(4711);
        raise();
        assert_eq!(Errno::last_raw(), 4711); // as if nothing had been
        assert_eq!(heard(&first), Ok(1));

        let handler = sig_tell(told_second);
        raise();
        assert_eq!((heard(&first), heard(&second)), (Err(Errno::EAGAIN), Ok(1)));

        // SA_SIGINFO would make it another kind of function.
        sigaction(OURS, handler, libc::SA_SIGINFO).unwrap();
        raise();
        assert_eq!(heard(&second), Ok(1));

        // Nobody takes the bytes: the handler does not wait.
        for _ in 0..2_000 {
            raise();
        }
        assert!(heard(&second).is_ok());
        drop(second);
        raise(); // no SIGPIPE
        sigaction(OURS, SIG_DFL, 0).unwrap();
    }

    #[test]
    fn what_it_refuses() {
        for signum in [-1, 0, libc::SIGKILL, libc::SIGSTOP, 65, c_int::MAX] {
            assert_eq!(sigaction(signum, SIG_IGN, 0), Err(Errno::EINVAL), "{signum}");
        }
    }
}
