//! Who sleeps, where, and whether anything could wake him.

use std::fs;

use super::Watcher;
use super::task::{Pending, Task};
use crate::observe::Call;
use crate::trace::{Value, What, Who};

/// A thread that sleeps in the kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sleep {
    /// Who.
    pub who: Who,
    /// The number of the call it sleeps in, if that is a watched one.
    pub call: Option<u64>,
    /// Whether the call has no time limit of its own: somebody else has to wake it.
    pub for_ever: bool,
    /// Whether it waits for a line at its terminal.
    pub reads_terminal: bool,
    /// Whether its process is stopped, and waits for SIGCONT.
    pub stopped: bool,
}

impl Watcher {
    /// Whether no thread can move by itself: each is held, stopped, or asleep in the kernel.
    pub(super) fn all_rest(&self) -> bool {
        self.unborn.is_empty() && self.tasks.values().all(rests)
    }

    /// The threads that are not held: once all is settled they sleep in the kernel, or are stopped.
    pub fn asleep(&self) -> Vec<Sleep> {
        let tasks = self.tasks.values().filter(|task| task.held.is_none());
        tasks.filter(|task| !task.vforking).map(|task| self.sleep(task)).collect()
    }

    fn sleep(&self, task: &Task) -> Sleep {
        let (who, stopped) = (task.who, task.stopped);
        let timer = self.processes.get(&who.pid).is_some_and(|process| process.timer);
        if stopped {
            return Sleep { who, call: None, for_ever: true, reads_terminal: false, stopped };
        }
        let Some(pending) = &task.pending else {
            let (number, args) = system_call(who.tid).unwrap_or((-1, [0; 6]));
            let reads_terminal = number == libc::SYS_read && is_terminal(who.pid, args[0]);
            let for_ever = !timer && (reads_terminal || sleeps_for_ever(number, &args));
            return Sleep { who, call: None, for_ever, reads_terminal, stopped };
        };
        Sleep {
            who,
            call: Some(pending.number),
            for_ever: !timer && self.has_no_limit(task, pending),
            reads_terminal: false,
            stopped,
        }
    }

    /// Whether a call that sleeps has no time limit: neither its own nor the socket's.
    fn has_no_limit(&self, task: &Task, pending: &Pending) -> bool {
        let number = |name: &str| pending.args.iter().find(|arg| arg.name == name);
        match pending.call {
            // The kernel gives up by itself: it sends SYN some times, and then answers ETIMEDOUT.
            Call::Connect => false,
            #[cfg(target_arch = "x86_64")]
            Call::Poll | Call::EpollWait => matches!(
                number("timeout").map(|arg| &arg.value),
                Some(Value::Int(..0) | Value::Named { raw: ..0, .. })
            ),
            #[cfg(target_arch = "x86_64")]
            Call::Select => matches!(number("timeout").map(|arg| &arg.value), Some(Value::Null)),
            Call::Ppoll | Call::Pselect6 | Call::EpollPwait2 => pending.args.iter().any(|arg| {
                (arg.name == "timeout" || arg.name == "tmo_p") && arg.value == Value::Null
            }),
            Call::EpollPwait => matches!(
                number("timeout").map(|arg| &arg.value),
                Some(Value::Int(..0) | Value::Named { raw: ..0, .. })
            ),
            call => !self.has_timeout(task.who, call, pending.syscall.args[0] as i32),
        }
    }

    /// Says of each call that sleeps, once, that it does.
    pub(super) fn tell_who_sleeps(&mut self) {
        let mut blocked = Vec::new();
        for task in self.tasks.values_mut() {
            let tid = task.who.tid;
            if let Some(pending) = &mut task.pending
                && !pending.blocked
                && state(tid) == Some('S')
            {
                pending.blocked = true;
                blocked.push(pending.number);
            }
        }
        for call in blocked {
            self.happened(What::Blocked { call });
        }
    }
}

fn rests(task: &Task) -> bool {
    if task.held.is_some() || task.stopped || task.returns_later {
        return true;
    }
    match state(task.who.tid) {
        Some('S' | 'T' | 'Z') => true,
        Some('D') => task.vforking,
        _ => false,
    }
}

/// The thread's state as `ps` shows it: S asleep, R running or ready, t stopped for its tracer, Z over.
fn state(tid: i32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{tid}/stat")).ok()?;
    // The command's name stands in parentheses, and may hold anything.
    stat.rsplit_once(") ")?.1.chars().next()
}

/// The call that a sleeping thread is in, with its arguments: /proc/PID/syscall, proc(5).
fn system_call(tid: i32) -> Option<(i64, [u64; 6])> {
    let text = fs::read_to_string(format!("/proc/{tid}/syscall")).ok()?;
    let mut words = text.split_whitespace();
    let number = words.next()?.parse().ok()?;
    let mut args = [0; 6];
    for (arg, word) in args.iter_mut().zip(words) {
        *arg = u64::from_str_radix(word.trim_start_matches("0x"), 16).ok()?;
    }
    Some((number, args))
}

fn is_terminal(pid: i32, fd: u64) -> bool {
    fs::read_link(format!("/proc/{pid}/fd/{fd}")).is_ok_and(|path| path.starts_with("/dev/pts"))
}

/// Calls that are not watched, and sleep until somebody else does something.
fn sleeps_for_ever(number: i64, args: &[u64; 6]) -> bool {
    const TIMEOUT: usize = 3;
    match number {
        libc::SYS_futex => args[TIMEOUT] == 0,
        libc::SYS_wait4 | libc::SYS_waitid | libc::SYS_rt_sigsuspend | libc::SYS_read => true,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_pause => true,
        _ => false,
    }
}
