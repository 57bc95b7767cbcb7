//! `signal(signum, handler)`—Says what a signal shall do.

use libc::{c_int, sighandler_t};

use super::{Errno, Result};

/// A ready-made handler: [`SIG_DFL`](super::SIG_DFL), [`SIG_IGN`](super::SIG_IGN), and those of
/// [`sigaction`](super::sigaction()), [`sig_reap`](super::sig_reap()) and [`sig_tell`](super::sig_tell()).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SigHandler(pub(super) sighandler_t);

impl SigHandler {
    /// The number behind the name, as `<signal.h>` defines it; of a function, its address.
    pub const fn number(self) -> sighandler_t {
        self.0
    }
}

/// `signal(signum, handler)`—Says what a signal shall do.
///
/// Here it is for one purpose: `SIGPIPE`. A C program starts with its default action and dies of a `send` to a peer
/// that has gone; a Rust program starts with it ignored, set so by the runtime before `main`.
///
/// # C prototype
///
/// ```c
/// sighandler_t signal(int signum, sighandler_t handler);
/// ```
///
/// # What the wrapper adds
///
/// Only ready-made handlers are taken, since a function that may run between any two
/// instructions is not safe to write. The old handler comes back as a number, to compare, not to
/// set again. For a handler that is a function there is [`sigaction`](super::sigaction()).
///
/// # Errors
///
/// | errno | cause |
/// |---|---|
/// | `EINVAL` | no such signal, or one that cannot be changed: SIGKILL, SIGSTOP |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// let before = signal(SIGPIPE, SIG_DFL)?;
/// assert_eq!(before, SIG_IGN.number()); // Rust's runtime had seen to it
/// # signal(SIGPIPE, SIG_IGN)?;
/// # Ok::<(), Errno>(())
/// ```
///
/// # References
///
/// [signal(2)](https://man7.org/linux/man-pages/man2/signal.2.html),
/// [signal(7)](https://man7.org/linux/man-pages/man7/signal.7.html),
/// [POSIX signal()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/signal.html)
pub fn signal(signum: c_int, handler: SigHandler) -> Result<sighandler_t> {
    // SAFETY: the handler is SIG_DFL, SIG_IGN, or one of the two in sigaction.rs (no other can be made outside this module),
    // which take the signal's number and make only calls that signal-safety(7) allows.
    match unsafe { libc::signal(signum, handler.0) } {
        libc::SIG_ERR => Err(Errno::last()),
        old => Ok(old),
    }
}
