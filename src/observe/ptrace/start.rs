//! Starts a program under the tracer.

use std::ffi::CString;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;

use libc::c_char;
use nix::errno::Errno;
use nix::sys::ptrace::{self, Options};
use nix::unistd::{ForkResult, Pid, dup2_stderr, dup2_stdin, dup2_stdout, fork};

use super::filter;
use crate::observe::terminal::take_over;

/// A program that was started and has not yet executed its file.
pub struct Starting {
    /// The process.
    pub pid: Pid,
    /// Holds the errno if the file could not be executed.
    failure: PipeReader,
}

/// Starts a file with its arguments (the first is its name) on a terminal, traced by this thread from its first
/// instruction on. It ends with us, however we end.
///
/// The child may install the filter only when it has a tracer: without one the filtered calls fail with ENOSYS. So it
/// waits at a pipe until it is traced; should we die before that, the pipe ends, and so does the child.
pub fn start(file: &Path, args: &[String], terminal: &impl AsFd) -> io::Result<Starting> {
    let (failure, failing) = io::pipe()?;
    let (going, mut go) = io::pipe()?;
    let file = CString::new(file.as_os_str().as_bytes())?;
    let args: Vec<CString> =
        args.iter().map(|arg| CString::new(arg.as_str())).collect::<Result<_, _>>()?;
    let code = filter::program();
    let child = Child {
        argv: args.iter().map(|arg| arg.as_ptr()).chain([ptr::null()]).collect(),
        file,
        code,
        go: go.as_raw_fd(),
        going,
        failing,
    };
    // SAFETY: the child only makes system calls until it executes or exits, and allocates nothing: another thread
    // of ours may have held the allocator's lock.
    match unsafe { fork() }? {
        ForkResult::Child => child.run(terminal),
        ForkResult::Parent { child: pid } => {
            drop(child);
            let options = Options::PTRACE_O_TRACESECCOMP
                | Options::PTRACE_O_TRACESYSGOOD
                | Options::PTRACE_O_EXITKILL
                | Options::PTRACE_O_TRACECLONE
                | Options::PTRACE_O_TRACEFORK
                | Options::PTRACE_O_TRACEVFORK
                | Options::PTRACE_O_TRACEVFORKDONE
                | Options::PTRACE_O_TRACEEXEC;
            if let Err(errno) = ptrace::seize(pid, options) {
                drop(go);
                let _ = nix::sys::wait::waitpid(pid, None);
                return Err(errno.into());
            }
            let _ = go.write_all(b"!"); // a child that gave up has left its errno
            Ok(Starting { pid, failure })
        }
    }
}

impl Starting {
    /// Whether the file is being executed; to be asked when the process has stopped at its exec, or has ended.
    pub fn outcome(mut self) -> io::Result<()> {
        let mut errno = [0; size_of::<i32>()];
        match self.failure.read_exact(&mut errno) {
            Ok(()) => Err(io::Error::from_raw_os_error(i32::from_ne_bytes(errno))),
            Err(_) => Ok(()),
        }
    }
}

/// What the child needs, all made before the fork.
struct Child {
    file: CString,
    argv: Vec<*const c_char>,
    code: Vec<libc::sock_filter>,
    /// The parent's end of the pipe at which the child waits, of which the child has a copy.
    go: RawFd,
    going: PipeReader,
    failing: PipeWriter,
}

impl Child {
    fn run(mut self, terminal: &impl AsFd) -> ! {
        if let Err(error) = self.prepare(terminal) {
            self.give_up(error.raw_os_error().unwrap_or(libc::EIO));
        }
        // SAFETY: file and argv are C strings that live in `self` and `start`, argv ends with a null pointer;
        // environ is the C library's own, and no other thread of this process exists to change it.
        unsafe { libc::execv(self.file.as_ptr(), self.argv.as_ptr()) };
        self.give_up(Errno::last_raw());
    }

    /// A session and a terminal of its own, a person's signals, a tracer, the filter.
    fn prepare(&mut self, terminal: &impl AsFd) -> io::Result<()> {
        take_over(terminal.as_fd())?;
        dup2_stdin(terminal)?;
        dup2_stdout(terminal)?;
        dup2_stderr(terminal)?;
        // SAFETY: the child's copy of a descriptor that nothing in the child uses.
        unsafe { libc::close(self.go) };
        self.going.read_exact(&mut [0])?;
        filter::install(&self.code)
    }

    fn give_up(&mut self, errno: i32) -> ! {
        let _ = self.failing.write_all(&errno.to_ne_bytes());
        // SAFETY: ends the child at once; no destructor and no handler of the parent's runs in it.
        unsafe { libc::_exit(127) }
    }
}
