//! The end of a run: nothing of it is left behind.

use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::Watcher;
use crate::observe::ptrace::{self, Patience, Stop};
use crate::trace::{Exit, Text, What};

impl Watcher {
    /// Sends a program a signal.
    pub fn signal_to(&self, program: u8, signal: Signal) {
        if let Some(program) = self.programs.get(usize::from(program))
            && program.exit.is_none()
        {
            let _ = kill(Pid::from_raw(program.started.who.pid), signal);
        }
    }

    /// Says of each program that still runs that it does, and kills it.
    pub fn end(&mut self) {
        let living: Vec<_> = self.tasks.values().map(|task| task.who).collect();
        for who in living {
            self.finish(who.tid, &Text::Borrowed("the recording ended"));
            self.happened(What::Ended { who, exit: Exit::Serving });
        }
        self.kill();
    }

    /// Kills all processes and waits until they are gone, so that the kernel has closed their sockets.
    fn kill(&mut self) {
        const PATIENCE: Duration = Duration::from_secs(5);
        let deadline = Instant::now() + PATIENCE;
        while !(self.tasks.is_empty() && self.unborn.is_empty()) && Instant::now() < deadline {
            let known = self.tasks.values().map(|task| task.who.pid);
            for pid in known.chain(self.unborn.keys().copied()) {
                let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
            }
            // What is born at this very moment is ours, too, and dies in the next round.
            while let Ok(Some(stop)) = ptrace::wait(Patience::None) {
                match stop {
                    Stop::Gone(tid, _) => {
                        self.tasks.remove(&tid.as_raw());
                        self.unborn.remove(&tid.as_raw());
                    }
                    Stop::Born { at, child, vfork } => self.born(at, child.as_raw(), vfork),
                    _ => (),
                }
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        self.tasks.clear();
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.kill();
    }
}
