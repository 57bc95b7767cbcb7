//! One program on a pseudo-terminal of its own, so that its output comes as a person at a terminal sees it.

use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::termios::{LocalFlags, OutputFlags, SetArg, tcgetattr, tcsetattr};
use nix::unistd::Pid;
use pty_process::blocking::{Command, Pty};

use super::Error;
use crate::calls::{SIG_DFL, SIGHUP, SIGINT, signal};
use crate::trace::Exit;

/// A program that was started. It does not outlive this value.
pub struct Program {
    /// Its file.
    pub file: PathBuf,
    child: Child,
    terminal: Pty,
    printed: Vec<u8>,
}

/// How often something that is waited for is looked at.
const LOOK: Duration = Duration::from_millis(2);

/// How much is kept of what a program prints. One that prints on and on then waits for its full terminal, and its time
/// runs out.
const MOST: usize = 1 << 20;

impl Program {
    /// Starts it, with a terminal that shows just what the program writes: no echo of what is typed, no
    /// carriage return before a newline.
    pub fn start(file: &Path, args: &[String]) -> Result<Self, Error> {
        let starting = || format!("starting {}", file.display());
        let pty = |e: pty_process::Error| Error::doing(starting())(std::io::Error::other(e));
        let (terminal, pts) = pty_process::blocking::open().map_err(pty)?;
        let mut modes = tcgetattr(&terminal).map_err(|e| Error::doing(starting())(e.into()))?;
        modes.local_flags.remove(LocalFlags::ECHO);
        modes.output_flags.remove(OutputFlags::OPOST);
        tcsetattr(&terminal, SetArg::TCSANOW, &modes)
            .map_err(|e| Error::doing(starting())(e.into()))?;
        let command = Command::new(file).args(args);
        // SAFETY: between fork and exec the closure makes three system calls that POSIX allows there, and
        // touches no memory that another thread might have left locked.
        let command = unsafe { command.pre_exec(signals_of_a_terminal) };
        let child = command.spawn(pts).map_err(pty)?;
        Ok(Program { file: file.into(), child, terminal, printed: Vec::new() })
    }

    /// Its process's number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Types a line and Enter.
    pub fn type_line(&mut self, line: &[u8]) -> Result<(), Error> {
        let typed = [line, b"\n"].concat();
        self.terminal
            .write_all(&typed)
            .map_err(Error::doing(format!("typing to {}", self.file.display())))
    }

    /// Everything printed so far.
    pub fn printed(&mut self) -> &[u8] {
        let mut buf = [0; 4096];
        while self.printed.len() < MOST && self.has_output() {
            match self.terminal.read(&mut buf) {
                Ok(n @ 1..) => self.printed.extend_from_slice(&buf[..n]),
                // EIO: the last descriptor of the terminal's other side is closed.
                Ok(0) | Err(_) => break,
            }
        }
        &self.printed
    }

    fn has_output(&self) -> bool {
        let mut fds = [PollFd::new(self.terminal.as_fd(), PollFlags::POLLIN)];
        poll(&mut fds, PollTimeout::ZERO).is_ok()
            && fds[0].revents().is_some_and(|events| events.contains(PollFlags::POLLIN))
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<Exit> {
        self.child.try_wait().ok().flatten().map(exit)
    }

    /// Waits until `done` says so, reading what is printed, for it might fill the terminal; false
    /// when the time is up first.
    pub fn wait_until(
        &mut self,
        patience: Duration,
        mut done: impl FnMut(&mut Self) -> bool,
    ) -> bool {
        let deadline = Instant::now() + patience;
        loop {
            self.printed();
            if done(self) {
                self.printed();
                return true;
            }
            if Instant::now() > deadline {
                return false;
            }
            sleep(LOOK);
        }
    }

    /// Sends a signal; a program that has just ended does not mind.
    pub fn signal(&self, signal: Signal) {
        let _ = kill(Pid::from_raw(self.pid() as i32), signal);
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Started in the background or by nohup, we have SIGINT or SIGHUP ignored or blocked, and a child inherits that. But it
/// is to end of the first when it is interrupted, and of the second when its terminal goes, with us.
fn signals_of_a_terminal() -> std::io::Result<()> {
    signal(SIGINT, SIG_DFL)?;
    signal(SIGHUP, SIG_DFL)?;
    Ok(SigSet::empty().thread_set_mask()?)
}

fn exit(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Status(code),
        (None, Some(signal)) => Exit::Signal(signal),
        (None, None) => Exit::None,
    }
}
