//! `sigaction(signum, act, oldact)`—Says what a signal shall do, and how.

use std::mem::zeroed;
use std::os::fd::{IntoRawFd, OwnedFd};
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicI32, Ordering};

use libc::c_int;

use super::{Errno, Result, SigHandler};

/// `sigaction(signum, act, oldact)`—Says what a signal shall do, and how.
pub fn sigaction(signum: c_int, handler: SigHandler, flags: c_int) -> Result<()> {
    // SAFETY: integers, a set of bits and a null pointer: zeros are values of all of them.
    let mut act: libc::sigaction = unsafe { zeroed() };
    act.sa_sigaction = handler.0;
    act.sa_flags = flags & !libc::SA_SIGINFO;
    // SAFETY: the handler is SIG_DFL, SIG_IGN or one of the two below, which take the signal's number and make only calls that
    // signal-safety(7) allows; the kernel reads one structure, ours.
    Errno::result(unsafe { libc::sigaction(signum, &act, null_mut()) }).map(drop)
}

/// The handler of a server that forks, for `SIGCHLD`: waits for every child that has ended.
pub fn sig_reap() -> SigHandler {
    SigHandler(reap as *const () as libc::sighandler_t)
}

extern "C" fn reap(_signum: c_int) {
    let before = Errno::last_raw();
    loop {
        // SAFETY: waitpid takes a null pointer for "how it ended does not matter"; it is signal-safe.
        let child = unsafe { libc::waitpid(-1, null::<c_int>().cast_mut(), libc::WNOHANG) };
        if child <= 0 {
            break;
        }
    }
    Errno::set_raw(before);
}

/// Where `tell` sends its byte.
static TOLD: AtomicI32 = AtomicI32::new(-1);

/// A handler that sends one byte into a socket: what waits for descriptors hears of a signal so.
pub fn sig_tell(sockfd: OwnedFd) -> SigHandler {
    TOLD.store(sockfd.into_raw_fd(), Ordering::Relaxed);
    SigHandler(tell as *const () as libc::sighandler_t)
}

extern "C" fn tell(_signum: c_int) {
    let before = Errno::last_raw();
    let (sockfd, flags) = (TOLD.load(Ordering::Relaxed), libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL);
    // SAFETY: the kernel reads the one byte of a static string; `send` is signal-safe.
    unsafe { libc::send(sockfd, c"".as_ptr().cast(), 1, flags) };
    Errno::set_raw(before);
}
