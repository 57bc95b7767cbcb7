//! The run behind both faces of `sockstep step`, the lines and the full screen: what their keys do to it.

use std::time::Duration;

use sockstep::observe::{Part, Session, Setup};
use sockstep::trace::{Entered, Header};

use super::super::Failure;

/// What to run on to without asking.
pub enum Until {
    /// The end.
    End,
    /// A call of this name.
    Call(String),
}

/// A run that is stepped.
pub struct Run {
    /// The programs, and what watches them.
    pub session: Session,
    until: Option<Until>,
    /// Whether the deadlock has been told.
    stuck: bool,
}

impl Run {
    /// How long one look at programs that compute takes at most.
    pub const LOOK: Duration = Duration::from_millis(50);
    /// How long something to happen is waited for.
    pub const LONGEST_WAIT: Duration = Duration::from_secs(5);

    /// Opens a run; the programs are not started yet.
    pub fn open(setup: &Setup, parts: Vec<Part>) -> Result<(Run, Header), Failure> {
        let session = Session::open(setup, parts)?;
        let header = session.header(&setup.watch);
        Ok((Run { session, until: None, stuck: false }, header))
    }

    /// Whose turn it is, if a call is held. Where it is the call to run on to, it is asked for again.
    pub fn turn(&mut self) -> Option<i32> {
        let tid = self.session.next()?;
        self.stuck = false;
        self.arrive();
        Some(tid)
    }

    /// Asks again if the call to which the run was to go on is next.
    pub fn arrive(&mut self) {
        let reached = |entered: &Entered| matches!(&self.until, Some(Until::Call(name)) if entered.name == *name);
        if self.held(self.session.next()).is_some_and(reached) {
            self.until = None;
        }
    }

    /// The call in which a thread is held.
    pub fn held(&self, tid: Option<i32>) -> Option<&Entered> {
        self.session.watcher.held().find(|entered| Some(entered.who.tid) == tid)
    }

    /// Whether each step is asked for.
    pub fn asks(&self) -> bool {
        self.until.is_none()
    }

    /// From now on nothing is asked until that is next.
    pub fn run_on(&mut self, until: Until) {
        self.until = Some(until);
    }

    /// From now on each step is asked for again.
    pub fn ask_again(&mut self) {
        self.until = None;
    }

    /// Nobody can move: whether that is news.
    pub fn is_newly_stuck(&mut self) -> bool {
        !std::mem::replace(&mut self.stuck, true)
    }

    /// Lets time pass for the programs.
    pub fn pass(&mut self, time: Duration) -> Result<(), Failure> {
        self.session.watcher.run_for(time)?;
        self.session.watcher.settle(Run::LOOK)?;
        Ok(())
    }

    /// What is said after [`Run::LONGEST_WAIT`].
    pub fn nothing_has_happened() -> String {
        format!("Nothing has happened for {} seconds.", Run::LONGEST_WAIT.as_secs())
    }

    /// Types a line to the last program.
    pub fn type_line(&mut self, line: &str) -> Result<(), Failure> {
        let last = self.session.last_program();
        self.session.watcher.type_line(last, line.as_bytes())?;
        self.session.watcher.settle(Duration::from_secs(1))?;
        Ok(())
    }
}
