//! A pseudo-terminal for a program, so that its output comes as a person at a terminal sees it.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::pty::openpty;
use nix::sys::signal::SigSet;
use nix::sys::termios::{LocalFlags, OutputFlags, SetArg, tcgetattr, tcsetattr};
use nix::unistd::setsid;

use crate::calls::{SIG_DFL, SIGHUP, SIGINT, SIGPIPE, signal};

/// Our side of a pseudo-terminal.
pub struct Terminal(File);

impl Terminal {
    /// Opens one that shows just what the program writes: no echo of what is typed, no carriage return before a
    /// newline. Gives also the program's side.
    pub fn open() -> io::Result<(Terminal, OwnedFd)> {
        let pty = openpty(None, None)?;
        for side in [&pty.master, &pty.slave] {
            fcntl(side, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
        }
        let mut modes = tcgetattr(&pty.slave)?;
        modes.local_flags.remove(LocalFlags::ECHO);
        modes.output_flags.remove(OutputFlags::OPOST);
        tcsetattr(&pty.slave, SetArg::TCSANOW, &modes)?;
        Ok((Terminal(pty.master.into()), pty.slave))
    }

    /// Types a line and Enter.
    pub fn type_line(&mut self, line: &[u8]) -> io::Result<()> {
        self.0.write_all(&[line, b"\n"].concat())
    }

    /// What was printed since the last time, a bufferful at most.
    pub fn printed(&mut self) -> Vec<u8> {
        const MOST: usize = 1 << 16;
        let mut bytes = Vec::new();
        let mut buf = [0; 4096];
        while bytes.len() < MOST && self.has_output() {
            match self.0.read(&mut buf) {
                Ok(n @ 1..) => bytes.extend_from_slice(&buf[..n]),
                // EIO: the last descriptor of the terminal's other side is closed.
                Ok(0) | Err(_) => break,
            }
        }
        bytes
    }

    fn has_output(&self) -> bool {
        let mut fds = [PollFd::new(self.0.as_fd(), PollFlags::POLLIN)];
        poll(&mut fds, PollTimeout::ZERO).is_ok()
            && fds[0].revents().is_some_and(|events| events.contains(PollFlags::POLLIN))
    }
}

/// In a child, between fork and exec: a session of its own with this terminal, and a person's signals. Makes system
/// calls only.
///
/// Started in the background or by nohup, we have SIGINT or SIGHUP ignored or blocked, and a child inherits that. But it
/// is to end of the first when it is interrupted, and of the second when its terminal goes, with us.
/// Rust's runtime has us ignore SIGPIPE, which ends a C program that sends to a peer who is gone.
pub fn take_over(terminal: BorrowedFd) -> io::Result<()> {
    setsid()?;
    // SAFETY: TIOCSCTTY takes an int, no pointer.
    if unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCSCTTY, 0) } == -1 {
        return Err(io::Error::last_os_error());
    }
    signal(SIGINT, SIG_DFL)?;
    signal(SIGHUP, SIG_DFL)?;
    signal(SIGPIPE, SIG_DFL)?;
    Ok(SigSet::empty().thread_set_mask()?)
}
