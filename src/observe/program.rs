//! One program on a pseudo-terminal of its own, so that its output comes as a person at a terminal sees it.

use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::Error;
use super::terminal::{Terminal, take_over};
use crate::trace::Exit;

/// A program that was started. It does not outlive this value.
pub struct Program {
    /// Its file.
    pub file: PathBuf,
    child: Child,
    terminal: Terminal,
    printed: Vec<u8>,
}

/// How often something that is waited for is looked at.
const LOOK: Duration = Duration::from_millis(2);

/// How much is kept of what a program prints. One that prints on and on then waits for its full terminal, and its time
/// runs out.
const MOST: usize = 1 << 20;

impl Program {
    /// Starts it, on a terminal of its own.
    pub fn start(file: &Path, args: &[String]) -> Result<Self, Error> {
        let starting = || Error::doing(format!("starting {}", file.display()));
        let (terminal, theirs) = Terminal::open().map_err(starting())?;
        let side = || theirs.try_clone().map_err(starting());
        let mut command = Command::new(file);
        command.args(args).stdin(side()?).stdout(side()?).stderr(side()?);
        // SAFETY: between fork and exec the closure makes system calls that POSIX allows there, and touches no memory
        // that another thread might have left locked.
        unsafe { command.pre_exec(move || take_over(theirs.as_fd())) };
        let child = command.spawn().map_err(starting())?;
        Ok(Program { file: file.into(), child, terminal, printed: Vec::new() })
    }

    /// Its process's number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Types a line and Enter.
    pub fn type_line(&mut self, line: &[u8]) -> Result<(), Error> {
        let typing = Error::doing(format!("typing to {}", self.file.display()));
        self.terminal.type_line(line).map_err(typing)
    }

    /// Everything printed so far.
    pub fn printed(&mut self) -> &[u8] {
        if self.printed.len() < MOST {
            self.printed.extend(self.terminal.printed());
        }
        &self.printed
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

fn exit(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Status(code),
        (None, Some(signal)) => Exit::Signal(signal),
        (None, None) => Exit::None,
    }
}
