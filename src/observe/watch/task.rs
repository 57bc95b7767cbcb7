//! What the watcher knows of each thread and of each process.

use std::collections::{HashMap, HashSet};

use crate::observe::Call;
use crate::observe::ptrace::{AtEntry, Syscall};
use crate::observe::sockets::{self, Fd};
use crate::trace::{Arg, Entered, Who};

/// A thread.
pub struct Task {
    /// Its numbers.
    pub who: Who,
    /// The call it stands before, until it is let go.
    pub held: Option<Held>,
    /// The call it is in.
    pub pending: Option<Pending>,
    /// Calls that a signal has broken off, the innermost last: each goes on, or answers EINTR.
    pub broken_off: Vec<Pending>,
    /// Whether its process is stopped, as by Ctrl-Z.
    pub stopped: bool,
    /// Whether it stands still until its vfork child executes a program or ends.
    pub vforking: bool,
    /// Whether its return from a call waits until the thread that moves has come to rest.
    pub returns_later: bool,
}

/// A call that is about to be made.
pub struct Held {
    /// The stop.
    pub at: AtEntry,
    /// Which call.
    pub call: Call,
    /// As it will be told; its number comes when it is let go.
    pub entered: Entered,
}

/// A call that is being made.
pub struct Pending {
    /// Which.
    pub call: Call,
    /// Its number in the run.
    pub number: u64,
    /// As the kernel got it.
    pub syscall: Syscall,
    /// Its arguments, decoded.
    pub args: Vec<Arg>,
    /// Whether it was said that it sleeps.
    pub blocked: bool,
}

impl Task {
    /// A thread of which nothing is known yet.
    pub fn new(who: Who) -> Self {
        let broken_off = Vec::new();
        Task {
            who,
            held: None,
            pending: None,
            broken_off,
            stopped: false,
            vforking: false,
            returns_later: false,
        }
    }

    /// Whether a call is one that goes on behind a signal. If so, it is pending again.
    pub fn goes_on(&mut self, call: &Syscall) -> bool {
        let goes_on = |broken: &mut Pending| {
            let Syscall { number, args, .. } = broken.syscall;
            let restarts = call.number == Call::RestartSyscall.number();
            broken.syscall == if restarts { Syscall { number, args, ..*call } } else { *call }
        };
        self.pending = self.broken_off.pop_if(goes_on);
        self.pending.is_some()
    }

    /// A call that a signal had broken off and that can no longer go on: the program stands before
    /// another call, and not in the signal's handler, whose stack lies below that of the call, with
    /// the kernel's `struct rt_sigframe` between.
    pub fn left_behind(&mut self, call: &Syscall) -> Option<Pending> {
        const FRAME: u64 = 512;
        self.broken_off.pop_if(|broken| call.stack.saturating_add(FRAME) > broken.syscall.stack)
    }
}

/// A process.
#[derive(Default)]
pub struct Process {
    /// What is known of its descriptors. Entries leave when a call closes or makes one.
    known: HashMap<i32, Fd>,
    /// Numbers that were a socket once: a second `close` of one is worth showing.
    former: HashSet<i32>,
    /// The last call that closed a socket of this number.
    pub closed_by: HashMap<i32, u64>,
    /// The calls that shut a socket down, each with the numbers of its descriptor and of `how`.
    pub shut_by: HashMap<i32, (u64, i32)>,
    /// Whether it has set a timer, which may wake it from any call.
    pub timer: bool,
    /// Whether it was said that its calls cannot be understood.
    pub foreign: bool,
    /// Whether it was said that it uses io_uring.
    pub io_uring: bool,
}

impl Process {
    /// What the descriptor leads to.
    pub fn kind(&mut self, pid: i32, fd: i32) -> Fd {
        if let Some(&kind) = self.known.get(&fd) {
            return kind;
        }
        let kind = sockets::kind(pid, fd);
        if matches!(kind, Fd::Socket(_)) {
            self.former.insert(fd);
        }
        if kind != Fd::Closed {
            self.known.insert(fd, kind);
        }
        kind
    }

    /// Whether the descriptor is a socket, or was one until it was closed.
    pub fn is_or_was_socket(&mut self, pid: i32, fd: i32) -> bool {
        match self.kind(pid, fd) {
            Fd::Socket(_) => true,
            Fd::Closed => self.former.contains(&fd),
            _ => false,
        }
    }

    /// The descriptor was closed, or leads elsewhere now.
    pub fn forget(&mut self, fd: i32) {
        self.known.remove(&fd);
        self.shut_by.remove(&fd);
    }

    /// Any descriptor may have changed.
    pub fn forget_all(&mut self) {
        self.known.clear();
    }

    /// What a forked child starts with.
    pub fn child(&self) -> Process {
        Process { former: self.former.clone(), timer: self.timer, ..Process::default() }
    }
}
