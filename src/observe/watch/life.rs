//! How threads and processes come, change and go.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::task::{Process, Task};
use super::{Error, Watcher};
use crate::observe::ptrace::{AtGroupStop, AtSignal, Elsewhere};
use crate::trace::{Exit, Text, What, Who};

impl Watcher {
    pub(super) fn signal(&mut self, at: AtSignal) {
        if let Some(who) = self.tasks.get(&at.tid.as_raw()).map(|task| task.who) {
            self.happened(What::Signalled { who, signal: name(at.signal) });
        }
        at.deliver();
    }

    pub(super) fn group_stop(&mut self, at: AtGroupStop) {
        if let Some(task) = self.tasks.get_mut(&at.0.as_raw()) {
            task.stopped = true;
        }
        at.listen();
    }

    /// The first stop of a thread, or its first after SIGCONT. A child may stop before its parent has told of it.
    pub(super) fn fresh(&mut self, at: Elsewhere) {
        match self.tasks.get_mut(&at.0.as_raw()) {
            Some(task) => {
                task.stopped = false;
                at.go_on();
            }
            None => {
                self.unborn.insert(at.0.as_raw(), at);
            }
        }
    }

    pub(super) fn born(&mut self, at: Elsewhere, child: i32, vfork: bool) {
        let tid = at.0.as_raw();
        let Some(parent) = self.tasks.get_mut(&tid) else { return at.go_on() };
        if self.stillborn.remove(&child) {
            return at.go_on();
        }
        parent.vforking = vfork;
        let parent = parent.who;
        let is_thread = Path::new(&format!("/proc/{}/task/{child}", parent.pid)).exists();
        let pid = if is_thread { parent.pid } else { child };
        let who = Who { pid, tid: child, ..parent };
        self.tasks.insert(child, Task::new(who));
        if !is_thread {
            let process = self.processes.get(&parent.pid).map(Process::child).unwrap_or_default();
            self.processes.insert(pid, process);
        }
        self.happened(What::Forked { who: parent, child: who });
        if !is_thread {
            self.inherit_sockets(parent, who);
        }
        if let Some(child) = self.unborn.remove(&child) {
            child.go_on();
        }
        at.go_on();
    }

    pub(super) fn vfork_done(&mut self, at: Elsewhere) {
        if let Some(task) = self.tasks.get_mut(&at.0.as_raw()) {
            task.vforking = false;
        }
        at.go_on();
    }

    /// The other threads of the process are over, and the one that called exec has the first one's number now.
    pub(super) fn executed(&mut self, at: Elsewhere, former: i32) {
        let pid = at.0.as_raw();
        let Some(who) = self.tasks.get(&former).or(self.tasks.get(&pid)).map(|task| task.who)
        else {
            return at.go_on();
        };
        let others: Vec<i32> =
            self.tasks.keys().copied().filter(|tid| self.is_of(*tid, pid)).collect();
        for tid in others {
            self.finish(tid, &Text::Borrowed("the process executed another program"));
            self.tasks.remove(&tid);
        }
        let who = Who { tid: pid, ..who };
        self.tasks.insert(pid, Task::new(who));
        if let Some(process) = self.processes.get_mut(&pid) {
            process.forget_all();
            process.foreign = false;
        }
        self.eyes.executed(pid);
        self.rescan_sockets(who);
        let file = std::fs::read_link(format!("/proc/{pid}/exe")).unwrap_or_default();
        let program = &mut self.programs[usize::from(who.program)];
        let first = program.started.who.pid == pid && program.starting.take().is_some();
        if !first {
            let file = Text::Owned(file.to_string_lossy().into_owned());
            self.happened(What::Executed { who, file });
        }
        at.go_on();
    }

    fn is_of(&self, tid: i32, pid: i32) -> bool {
        self.tasks.get(&tid).is_some_and(|task| task.who.pid == pid)
    }

    pub(super) fn gone(&mut self, tid: i32, exit: Exit) {
        self.unborn.remove(&tid);
        if !self.tasks.contains_key(&tid) {
            self.stillborn.insert(tid);
        }
        let Some(who) = self.tasks.get(&tid).map(|task| task.who) else { return };
        self.finish(tid, &Text::Owned(format!("the program ended: {exit}")));
        self.tasks.remove(&tid);
        self.drain_terminals();
        self.look_around();
        self.happened(What::Ended { who, exit });
        if !self.tasks.values().any(|task| task.who.pid == who.pid) {
            self.processes.remove(&who.pid);
            self.eyes.forget(who.pid);
        }
        let program = &mut self.programs[usize::from(who.program)];
        if tid == program.started.who.pid {
            program.exit = Some(exit);
        }
    }
}

/// `SIGPIPE`; a real-time signal has a number only.
fn name(signal: i32) -> Text {
    match nix::sys::signal::Signal::try_from(signal) {
        Ok(signal) => Text::Borrowed(signal.as_str()),
        // The C library keeps the first two real-time signals for itself: SIGRTMIN is the third.
        Err(_) if signal < libc::SIGRTMIN() => Text::Owned(format!("signal {signal}")),
        Err(_) => Text::Owned(format!("SIGRTMIN+{}", signal - libc::SIGRTMIN())),
    }
}

/// The file of a command: a path, or a name that is looked for in PATH as a shell does.
pub(super) fn find(command: &[String]) -> Result<PathBuf, Error> {
    let Some(name) = command.first() else { return Err(Error::NoCommand) };
    let is_program = |path: &Path| {
        path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
    };
    if name.contains('/') {
        let path = PathBuf::from(name);
        return match path.metadata() {
            Err(source) => Err(Error::CannotExecute { program: path, source }),
            Ok(_) if is_program(&path) => Ok(path),
            Ok(_) => Err(Error::CannotExecute {
                program: path,
                source: io::Error::from_raw_os_error(libc::EACCES),
            }),
        };
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders)
        .map(|folder| folder.join(name))
        .find(|path| is_program(path))
        .ok_or_else(|| Error::NotInPath(name.clone()))
}

/// Why a program cannot be traced.
pub(super) fn cannot_trace(file: &Path, source: io::Error) -> Error {
    match source.raw_os_error() {
        Some(libc::EACCES) => Error::NoPtrace(source), // SELinux: deny_ptrace
        _ => cannot_execute(file, source),
    }
}

/// Why a traced program did not come to its first instruction: the filter is forbidden, or exec
/// fails.
pub(super) fn cannot_execute(file: &Path, source: io::Error) -> Error {
    match source.raw_os_error() {
        Some(libc::EPERM | libc::ENOSYS) => Error::NoPtrace(source),
        _ => Error::CannotExecute { program: file.into(), source },
    }
}
