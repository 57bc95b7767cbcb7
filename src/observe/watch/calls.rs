//! A call from its entry to its return.

use std::mem;

use super::task::{Held, Pending};
use super::{Watcher, eyes};
use crate::observe::call::{About, Call};
use crate::observe::decode::descriptors;
use crate::observe::ptrace::{AtEntry, AtExit, Remote};
use crate::observe::sockets::Fd;
use crate::trace::{Answer, Entered, Returned, Text, What, Who};

/// The kernel's own numbers for "a signal has broken this call off" (linux/errno.h): ERESTARTSYS, ERESTARTNOINTR,
/// ERESTARTNOHAND, ERESTART_RESTARTBLOCK. No program sees them: the call goes on, or answers EINTR.
const INTERRUPTED: [i64; 4] = [-512, -513, -514, -516];

impl Watcher {
    /// A thread stands before a call: is it one to show?
    pub(super) fn entry(&mut self, at: AtEntry) {
        let tid = at.tid.as_raw();
        if self.eyes.wrote.remove(&tid) {
            self.drain_terminals();
        }
        let Some(task) = self.tasks.get_mut(&tid) else { return at.without_exit() };
        let who = task.who;
        let handled = at.call.number == Call::RtSigreturn.number() && !task.broken_off.is_empty();
        if handled || task.goes_on(&at.call) {
            return at.until_its_exit();
        }
        while let Some(left) = self.tasks.get_mut(&tid).and_then(|task| task.left_behind(&at.call))
        {
            let why = "a signal's handler left it by longjmp";
            self.returns(&left, Answer::Unfinished(Text::Borrowed(why)));
        }
        if self.programs[usize::from(who.program)].starting.is_some() {
            return at.without_exit(); // still our own code, on its way to exec
        }
        if at.call.number == -1 {
            self.note_once_foreign(who);
            return at.without_exit();
        }
        let Some(call) = Call::of_number(at.call.number) else { return at.without_exit() };
        if !self.is_shown(call, &at, who) {
            return at.without_exit();
        }
        let entered = Entered {
            call: 0,
            who,
            name: Text::Borrowed(call.name()),
            args: self.eyes.decoder.entry(call, &at.call.args, &Remote(at.tid)),
            stack: None,
            socket: None,
        };
        let held = Held { at, call, entered };
        let held = self.with_source(held);
        if self.hold {
            if let Some(task) = self.tasks.get_mut(&tid) {
                task.held = Some(held);
            }
        } else {
            self.go(held);
        }
    }

    /// Whether a call is about a socket. If not, it is only learned from.
    fn is_shown(&mut self, call: Call, at: &AtEntry, who: Who) -> bool {
        let Some(process) = self.processes.get_mut(&who.pid) else { return true };
        let args = &at.call.args;
        let shown = match call.about() {
            About::Makes | About::Socket => true,
            About::MaybeSocket => process.is_or_was_socket(who.pid, args[0] as i32),
            About::MaybeEither => descriptors(call, args, &Remote(at.tid))
                .into_iter()
                .any(|fd| process.is_or_was_socket(who.pid, fd)),
            About::Several if call.name().starts_with("epoll") => true,
            About::Several => descriptors(call, args, &Remote(at.tid))
                .into_iter()
                .any(|fd| matches!(process.kind(who.pid, fd), Fd::Socket(_) | Fd::Epoll)),
            About::Silent => false,
        };
        if !shown {
            match call {
                Call::Close => {
                    process.forget(args[0] as i32);
                    process.closed_by.remove(&(args[0] as i32));
                }
                Call::Dup3 => process.forget(args[1] as i32),
                #[cfg(target_arch = "x86_64")]
                Call::Dup2 => process.forget(args[1] as i32),
                Call::CloseRange => process.forget_all(),
                Call::IoUringSetup if !mem::replace(&mut process.io_uring, true) => {
                    self.note(Some(who), eyes::IO_URING);
                }
                Call::Setitimer | Call::TimerCreate | Call::TimerfdCreate => process.timer = true,
                #[cfg(target_arch = "x86_64")]
                Call::Alarm => process.timer = true,
                Call::Write | Call::Writev => drop(self.eyes.wrote.insert(who.tid)),
                _ => (),
            }
        }
        shown
    }

    /// Lets a held call happen; false if the thread is not held.
    pub fn let_go(&mut self, tid: i32) -> bool {
        let Some(held) = self.tasks.get_mut(&tid).and_then(|task| task.held.take()) else {
            return false;
        };
        self.go(held);
        true
    }

    fn go(&mut self, held: Held) {
        let Held { at, call, mut entered } = held;
        let tid = at.tid.as_raw();
        self.mover = self.hold.then_some(tid);
        self.calls += 1;
        entered.call = self.calls;
        entered.socket = self.look_at_socket(entered.who, call, &at.call.args);
        if let Some(task) = self.tasks.get_mut(&tid) {
            task.pending = Some(Pending {
                call,
                number: entered.call,
                syscall: at.call,
                args: entered.args.clone(),
                blocked: false,
            });
        }
        let now = self.now();
        self.eyes.causes.entered(entered.call, now);
        self.happened(What::Entered(entered));
        at.until_its_exit();
    }

    /// A thread stands behind a call.
    pub(super) fn exit_of_call(&mut self, at: AtExit) {
        let tid = at.tid.as_raw();
        let Some(task) = self.tasks.get_mut(&tid) else { return at.go_on() };
        if self.mover.is_some_and(|mover| mover != tid) {
            task.returns_later = true;
            return self.woken.push_back(at);
        }
        task.returns_later = false;
        let Some(pending) = task.pending.take() else {
            self.handled(&at);
            return at.go_on();
        };
        if INTERRUPTED.contains(&at.value) {
            task.broken_off.push(pending);
            return at.go_on();
        }
        let who = task.who;
        let Pending { call, syscall, args, number, .. } = &pending;
        let memory = Remote(at.tid);
        let out = self.eyes.decoder.exit(*call, &syscall.args, args, at.value, &memory);
        let answer = match at.value {
            value @ -4095..0 => Answer::Errno(-value as i32),
            value => Answer::Value(value),
        };
        self.see_packets();
        self.learn(who, *call, &syscall.args, at.value);
        self.remember(who, *call, *number, &syscall.args, at.value);
        let made = self.look_after(who, *call, &syscall.args, at.value);
        let now = self.now();
        self.eyes.causes.left(pending.number, now);
        self.happened(What::Returned(Returned { call: pending.number, answer, out, made }));
        if (-4095..0).contains(&at.value) {
            self.explain(who, &pending, -at.value as i32);
        }
        at.go_on();
    }

    /// What a call that returned means for what is known of the descriptors.
    fn learn(&mut self, who: Who, call: Call, args: &[u64; 6], value: i64) {
        let Some(process) = self.processes.get_mut(&who.pid) else { return };
        match call {
            Call::Close => process.forget(args[0] as i32),
            _ if value < 0 => (),
            Call::Dup3 => process.forget(args[1] as i32),
            #[cfg(target_arch = "x86_64")]
            Call::Dup2 => process.forget(args[1] as i32),
            Call::Socket | Call::Accept | Call::Accept4 | Call::Dup => process.forget(value as i32),
            Call::Recvmsg | Call::Recvmmsg | Call::Fcntl | Call::Socketpair => process.forget_all(),
            _ => (),
        }
    }

    /// A thread returns from a signal's handler, and has the value again that the kernel gave it
    /// before: EINTR, or the broken-off call goes on now.
    fn handled(&mut self, at: &AtExit) {
        let Some(task) = self.tasks.get_mut(&at.tid.as_raw()) else { return };
        if at.value == -i64::from(libc::EINTR)
            && let Some(broken) = task.broken_off.pop()
        {
            self.returns(&broken, Answer::Errno(libc::EINTR));
        }
    }

    /// Ends the calls of a thread that have no return to look at.
    pub(super) fn finish(&mut self, tid: i32, why: &Text) {
        let Some(task) = self.tasks.get_mut(&tid) else { return };
        let open: Vec<_> = task.broken_off.drain(..).chain(task.pending.take()).collect();
        for pending in open.iter().rev() {
            self.returns(pending, Answer::Unfinished(why.clone()));
        }
    }

    /// Ends a call that has no more to say than this.
    fn returns(&mut self, pending: &Pending, answer: Answer) {
        let now = self.now();
        self.eyes.causes.left(pending.number, now);
        let (call, out, made) = (pending.number, Vec::new(), None);
        self.happened(What::Returned(Returned { call, answer, out, made }));
    }

    fn note_once_foreign(&mut self, who: Who) {
        let Some(process) = self.processes.get_mut(&who.pid) else { return };
        if !mem::replace(&mut process.foreign, true) {
            self.note(Some(who), eyes::FOREIGN);
        }
    }
}
