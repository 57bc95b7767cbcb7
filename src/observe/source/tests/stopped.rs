//! A program that is stopped in a system call, and the C programs that the tests build.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::observe::Memory;
use crate::observe::source::{Found, Registers, Sources};
use crate::trace::Stack;

/// Says that a test does not run, and why. In CI nothing is skipped: there it fails.
pub fn skip(reason: &str) {
    assert!(std::env::var_os("CI").is_none(), "{reason}");
    eprintln!("SKIPPED: {reason}");
}

/// A program of ours, traced by this thread.
pub struct Stopped {
    pub pid: Pid,
    first: Pid,
}

/// The memory of a process, through `/proc/PID/mem`.
pub struct ProcMemory(File);

impl Memory for ProcMemory {
    fn read(&self, address: u64, buffer: &mut [u8]) -> usize {
        // A read past the end of a mapping gives what comes before it.
        self.0.read_at(buffer, address).unwrap_or(0)
    }
}

impl Stopped {
    /// Starts the program, and lets it run until it begins the system call for the first time.
    pub fn start(program: &Path, args: &[&str], call: i64) -> Option<Stopped> {
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let traced = || ptrace::traceme().map_err(std::io::Error::from);
        // SAFETY: between fork and exec the closure makes one system call and touches no memory.
        let command = unsafe { command.pre_exec(traced) };
        let child = match command.spawn() {
            Ok(child) => child,
            Err(e) => {
                skip(&format!("{}: {e}", program.display()));
                return None;
            }
        };
        let pid = Pid::from_raw(child.id() as i32);
        assert!(matches!(waitpid(pid, None).unwrap(), WaitStatus::Stopped(_, Signal::SIGTRAP)));
        let options = Options::PTRACE_O_TRACESYSGOOD
            | Options::PTRACE_O_EXITKILL
            | Options::PTRACE_O_TRACEFORK
            | Options::PTRACE_O_TRACEEXEC;
        ptrace::setoptions(pid, options).unwrap();
        let mut stopped = Stopped { pid, first: pid };
        stopped.run_to(call);
        Some(stopped)
    }

    /// Lets it run until it begins the system call again. At a fork the child is followed.
    pub fn run_to(&mut self, call: i64) {
        loop {
            ptrace::syscall(self.pid, None).unwrap();
            match waitpid(self.pid, None).unwrap() {
                WaitStatus::PtraceSyscall(_) => {
                    let now = fs::read_to_string(format!("/proc/{}/syscall", self.pid)).unwrap();
                    let number = now.split(' ').next().and_then(|word| word.trim().parse().ok());
                    if is_entry(self.pid) && number == Some(call) {
                        return;
                    }
                }
                WaitStatus::PtraceEvent(_, _, libc::PTRACE_EVENT_FORK) => {
                    self.pid = Pid::from_raw(ptrace::getevent(self.pid).unwrap() as i32);
                    waitpid(self.pid, None).unwrap();
                }
                WaitStatus::PtraceEvent(..) | WaitStatus::Stopped(..) => {}
                other => panic!("it ended before the call: {other:?}"),
            }
        }
    }

    pub fn pid(&self) -> i32 {
        self.pid.as_raw()
    }

    pub fn memory(&self) -> ProcMemory {
        ProcMemory(File::open(format!("/proc/{}/mem", self.pid)).unwrap())
    }

    pub fn registers(&self) -> Registers {
        Registers::of(self.pid).unwrap()
    }

    pub fn found(&self, sources: &mut Sources) -> Found {
        sources.stack(self.pid(), &self.registers(), &self.memory())
    }

    /// The stack, which has to be new.
    pub fn new_stack(&self, sources: &mut Sources) -> Stack {
        match self.found(sources) {
            Found::New(stack) => stack,
            Found::Known(id) => panic!("the stack is known as {id}"),
        }
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        for pid in [self.pid, self.first] {
            let _ = kill(pid, Signal::SIGKILL);
            while waitpid(pid, None).is_ok_and(|status| status.pid().is_some() && !over(status)) {}
        }
    }
}

fn over(status: WaitStatus) -> bool {
    matches!(status, WaitStatus::Exited(..) | WaitStatus::Signaled(..))
}

fn is_entry(pid: Pid) -> bool {
    let info = ptrace::syscall_info(pid).unwrap();
    info.op == libc::PTRACE_SYSCALL_INFO_ENTRY
}

/// Builds a C program in the folder, or says why not.
pub fn build(folder: &Path, source: &str, name: &str, flags: &str) -> Option<PathBuf> {
    let program = folder.join(name);
    let output = Command::new("cc")
        .args(flags.split_whitespace())
        .args(["-o", name, source, "-ldl"])
        .current_dir(folder)
        .output();
    match output {
        Ok(output) if output.status.success() => Some(program),
        Ok(output) => {
            skip(&format!("cc {flags}: {}", String::from_utf8_lossy(&output.stderr)));
            None
        }
        Err(e) => {
            skip(&format!("cc: {e}"));
            None
        }
    }
}

/// The number of the line that has this mark.
pub fn marked(text: &str, mark: &str) -> u32 {
    let at = text.lines().position(|line| line.contains(&format!("/* {mark} */")));
    at.unwrap_or_else(|| panic!("no line is marked {mark}")) as u32 + 1
}
