//! Each way in which a traced thread stops is a type, and resuming consumes it: a wrong resume does not compile.

use std::ptr;

use libc::{c_int, c_void};
use nix::errno::Errno;
use nix::sys::ptrace;
use nix::unistd::Pid;

use crate::observe::call::{AUDIT_ARCH, FOREIGN_NUMBERS};
use crate::trace::Exit;

/// A thread has stopped, or is over.
pub enum Stop {
    /// Before a call of the table.
    Entry(AtEntry),
    /// Behind such a call.
    Exit(AtExit),
    /// A signal is about to reach it.
    Signal(AtSignal),
    /// Its process is stopped, as by Ctrl-Z.
    Group(AtGroupStop),
    /// It has made another thread or process; whether it waits for that (vfork).
    Born {
        /// The parent.
        at: Elsewhere,
        /// The child.
        child: Pid,
        /// Whether the parent stands still until the child executes a program or ends.
        vfork: bool,
    },
    /// The child of a vfork has left the parent's memory.
    VforkDone(Elsewhere),
    /// Its process has become another program; the thread that did it had this number before.
    Executed(Elsewhere, Pid),
    /// Its first stop, or the end of a group stop.
    Fresh(Elsewhere),
    /// It is over.
    Gone(Pid, Exit),
}

/// A thread that stands before a call.
pub struct AtEntry {
    /// The thread.
    pub tid: Pid,
    /// What it is about to do.
    pub call: Syscall,
}

/// A call as the kernel sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Syscall {
    /// Its number; -1 for a call of another architecture.
    pub number: i64,
    /// The six registers.
    pub args: [u64; 6],
    /// Where the program goes on.
    pub instruction: u64,
    /// Its stack.
    pub stack: u64,
}

/// A thread that stands behind a call.
pub struct AtExit {
    /// The thread.
    pub tid: Pid,
    /// The call's value, or the negative errno.
    pub value: i64,
}

/// A thread that is about to get a signal.
pub struct AtSignal {
    /// The thread.
    pub tid: Pid,
    /// The signal's number; real-time ones, too.
    pub signal: c_int,
}

/// A thread of a stopped process.
pub struct AtGroupStop(pub Pid);

/// A thread that stands at no call.
pub struct Elsewhere(pub Pid);

impl AtEntry {
    /// Lets the call happen and stops behind it.
    pub fn until_its_exit(self) {
        gone_is_fine(ptrace::syscall(self.tid, None));
    }

    /// Lets the call happen and looks away.
    pub fn without_exit(self) {
        gone_is_fine(ptrace::cont(self.tid, None));
    }
}

impl AtExit {
    /// Lets the program run to its next stop.
    pub fn go_on(self) {
        gone_is_fine(ptrace::cont(self.tid, None));
    }
}

impl AtSignal {
    /// Hands the signal on.
    pub fn deliver(self) {
        let (null, signal) = (ptr::null_mut::<c_void>(), self.signal as usize as *mut c_void);
        // SAFETY: PTRACE_CONT reads no memory of ours: its last argument is the signal's number.
        let answer = unsafe { libc::ptrace(libc::PTRACE_CONT, self.tid.as_raw(), null, signal) };
        gone_is_fine(Errno::result(answer).map(drop));
    }
}

impl AtGroupStop {
    /// Leaves it stopped, but hears of SIGCONT.
    pub fn listen(self) {
        let null = ptr::null_mut::<c_void>();
        // SAFETY: PTRACE_LISTEN uses neither of its last two arguments.
        let answer = unsafe { libc::ptrace(libc::PTRACE_LISTEN, self.0.as_raw(), null, null) };
        gone_is_fine(Errno::result(answer).map(drop));
    }
}

impl Elsewhere {
    /// Lets it run to its next stop.
    pub fn go_on(self) {
        gone_is_fine(ptrace::cont(self.0, None));
    }
}

/// A thread that was killed while it stood still cannot be resumed: ESRCH. Its end is on its way to us.
fn gone_is_fine(answer: nix::Result<()>) {
    debug_assert!(matches!(answer, Ok(()) | Err(Errno::ESRCH)), "{answer:?}");
}

/// How long to wait for a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Until one comes, or a signal interrupts.
    Forever,
    /// The same, and at first without falling asleep: to wake this CPU for a stop on another one costs more than all the
    /// rest of the stop, and most stops come soon. On one CPU it would keep the programs from running.
    Awake,
    /// Only look.
    None,
}

/// The next stop of a thread that this thread traces. None: there is none now, or a signal came.
///
/// nix's `waitpid` fails on real-time signals, after it has taken the event: so libc's.
pub fn wait(patience: Patience) -> Result<Option<Stop>, Errno> {
    const LOOKS: usize = 100; // some 40 µs
    if patience == Patience::Awake {
        for _ in 0..LOOKS {
            if let Some(stop) = wait(Patience::None)? {
                return Ok(Some(stop));
            }
        }
    }
    let mut status = 0;
    let now = if patience == Patience::None { libc::WNOHANG } else { 0 };
    // SAFETY: `status` is one int, borrowed for the call.
    let answer = unsafe { libc::waitpid(-1, &mut status, libc::__WALL | libc::__WNOTHREAD | now) };
    match Errno::result(answer) {
        Ok(0) | Err(Errno::EINTR) => Ok(None),
        Ok(tid) => Ok(stop(Pid::from_raw(tid), status)),
        Err(errno) => Err(errno),
    }
}

/// What a status says. None: the thread was killed before it could be asked what it stopped for.
fn stop(tid: Pid, status: c_int) -> Option<Stop> {
    if libc::WIFEXITED(status) {
        return Some(Stop::Gone(tid, Exit::Status(libc::WEXITSTATUS(status))));
    }
    if libc::WIFSIGNALED(status) {
        return Some(Stop::Gone(tid, Exit::Signal(libc::WTERMSIG(status))));
    }
    const SYSCALL: c_int = libc::SIGTRAP | 0x80; // PTRACE_O_TRACESYSGOOD
    const EVENT_STOP: c_int = 128; // linux/ptrace.h: PTRACE_EVENT_STOP
    let signal = libc::WSTOPSIG(status);
    let at = Elsewhere(tid);
    match status >> 16 {
        0 if signal == SYSCALL => syscall_stop(tid),
        0 => Some(Stop::Signal(AtSignal { tid, signal })),
        libc::PTRACE_EVENT_SECCOMP => syscall_stop(tid),
        event @ (libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK | libc::PTRACE_EVENT_CLONE) => {
            let child = Pid::from_raw(ptrace::getevent(tid).ok()? as i32);
            Some(Stop::Born { at, child, vfork: event == libc::PTRACE_EVENT_VFORK })
        }
        libc::PTRACE_EVENT_VFORK_DONE => Some(Stop::VforkDone(at)),
        libc::PTRACE_EVENT_EXEC => {
            let former = ptrace::getevent(tid).map_or(tid, |tid| Pid::from_raw(tid as i32));
            Some(Stop::Executed(at, former))
        }
        EVENT_STOP if signal != libc::SIGTRAP => Some(Stop::Group(AtGroupStop(tid))),
        _ => Some(Stop::Fresh(at)),
    }
}

/// A stop at a call: before it or behind it, as the kernel says.
fn syscall_stop(tid: Pid) -> Option<Stop> {
    let info = ptrace::syscall_info(tid).ok()?;
    let (instruction, stack) = (info.instruction_pointer, info.stack_pointer);
    match info.op {
        libc::PTRACE_SYSCALL_INFO_SECCOMP => {
            // SAFETY: `op` says that the kernel has filled this member of the union.
            let seccomp = unsafe { info.u.seccomp };
            let ours = info.arch == AUDIT_ARCH && seccomp.nr & u64::from(FOREIGN_NUMBERS) == 0;
            let number = if ours { seccomp.nr as i64 } else { -1 };
            let call = Syscall { number, args: seccomp.args, instruction, stack };
            Some(Stop::Entry(AtEntry { tid, call }))
        }
        libc::PTRACE_SYSCALL_INFO_EXIT => {
            // SAFETY: `op` says that the kernel has filled this member of the union.
            let exit = unsafe { info.u.exit };
            Some(Stop::Exit(AtExit { tid, value: exit.sval }))
        }
        _ => Some(Stop::Fresh(Elsewhere(tid))),
    }
}
