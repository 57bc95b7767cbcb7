//! `fork()`—Makes a second process, which goes on from here, too.

use std::fmt;
use std::fs;

pub use libc::pid_t;

use super::{Errno, Result};

/// Why there is no second process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForkError {
    /// The kernel's answer.
    Errno(Errno),
    /// There are so many threads; 0: they could not be counted. The kernel was not asked.
    Threads(usize),
}

impl fmt::Display for ForkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ForkError::Errno(errno) => write!(f, "fork: {errno}"),
            ForkError::Threads(0) => f.write_str("fork: the threads cannot be counted: no /proc"),
            ForkError::Threads(threads) => {
                write!(f, "fork: with {threads} threads the child would have one of them alone")
            }
        }
    }
}

impl std::error::Error for ForkError {}

/// `fork()`—Makes a second process, which goes on from here, too.
///
/// It returns twice: in the parent with the child's number, in the child with 0. The child has a copy of the memory and of every
/// descriptor; the sockets behind them are there once, as after [`dup`](super::dup()). A server that forks for each client
/// therefore closes the connected socket in the parent: otherwise the child's `close` sends no FIN.
///
/// # C prototype
///
/// ```c
/// pid_t fork(void);
/// ```
///
/// # What the wrapper adds
///
/// It counts the threads first, and forks only the one. A child has but the thread that has called `fork`: a lock that
/// another one held, the allocator's for one, would stay locked in it for ever. So C allows such a child nothing but the
/// calls of signal-safety(7), which Rust cannot see to. With a single thread the child may do what its parent may.
///
/// # Errors
///
/// | error | cause |
/// |---|---|
/// | `Threads(n)` | the process has several threads |
/// | `EAGAIN` | too many processes (RLIMIT_NPROC, the control group's limit) |
/// | `ENOMEM` | no memory |
///
/// # Example
///
/// ```
/// use sockstep::calls::*;
///
/// match fork()? {
///     0 => std::process::exit(7), // the child
///     child => {
///         let (_, status) = waitpid(child, 0).unwrap();
///         assert!(WIFEXITED(status) && WEXITSTATUS(status) == 7);
///     }
/// }
/// # Ok::<(), ForkError>(())
/// ```
///
/// # References
///
/// [fork(2)](https://man7.org/linux/man-pages/man2/fork.2.html),
/// [signal-safety(7)](https://man7.org/linux/man-pages/man7/signal-safety.7.html),
/// [POSIX fork()](https://pubs.opengroup.org/onlinepubs/9799919799/functions/fork.html)
pub fn fork() -> Result<pid_t, ForkError> {
    match fs::read_dir("/proc/self/task").map_or(0, Iterator::count) {
        1 => (),
        threads => return Err(ForkError::Threads(threads)),
    }
    // SAFETY: this is the process's only thread, and none can come between the count and the call; so the child's memory is
    // that of a program between two calls, and no lock in it is held by a thread that the child lacks.
    Errno::result(unsafe { libc::fork() }).map_err(ForkError::Errno)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn among_threads_it_refuses() {
        let forked = std::thread::spawn(fork).join().unwrap();
        assert!(matches!(forked, Err(ForkError::Threads(2..))), "{forked:?}");
    }
}
