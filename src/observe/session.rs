//! A run of one or two programs, from their start to the moment when nothing more will happen.

use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use nix::sys::signal::Signal;

use super::ptrace::Patience;
use super::watch::{Setup, Sleep, Watcher};
use super::{Error, interrupt};
use crate::trace::{Event, Header, Text, VERSION, Watch};

/// A program of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// `server`, `client`, or the program's own name.
    pub name: String,
    /// Its command, word by word.
    pub command: Vec<String>,
    /// A line to type to it at its start.
    pub line: Option<Vec<u8>>,
}

/// A run. The last of its programs is the one that the run is about to the end: a server that still waits for the next
/// client when it has ended has done its work.
pub struct Session {
    /// What watches.
    pub watcher: Watcher,
    parts: Vec<Part>,
    /// The program that moved last.
    last: Option<u8>,
}

/// Why nothing can move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rest {
    /// The last program has ended, and the others wait for another client, or have ended, too.
    Over,
    /// A call is held, or something has happened.
    Moves,
    /// All programs sleep, and nothing in the run will wake one: who sleeps where.
    Deadlock(Vec<Sleep>),
    /// All sleep, but a timer runs.
    Sleeps,
}

/// How long a server may take until it waits for clients.
const READY: Duration = Duration::from_secs(20);
/// How long programs may run without making a call or falling asleep, before they are looked at again.
const LONG: Duration = Duration::from_secs(5);

impl Session {
    /// How long nothing at all has to happen until a deadlock is called one: longer than TCP's first retransmissions
    /// (RFC 6298: at least 200 ms on Linux).
    pub const SILENCE: Duration = Duration::from_millis(1200);

    /// Opens a run; the programs are not started yet.
    pub fn open(setup: &Setup, parts: Vec<Part>) -> Result<Session, Error> {
        interrupt::listen().map_err(|errno| Error::doing("sigaction")(errno.into()))?;
        Ok(Session { watcher: Watcher::new(setup), parts, last: None })
    }

    /// The first line of its trace.
    pub fn header(&self, watch: &[Watch]) -> Header {
        let system = nix::sys::utsname::uname().ok();
        let of = |part: fn(&nix::sys::utsname::UtsName) -> &std::ffi::OsStr| {
            system.as_ref().map_or(String::new(), |system| part(system).to_string_lossy().into())
        };
        Header {
            version: VERSION,
            written_by: format!("sockstep {}", env!("CARGO_PKG_VERSION")),
            kernel: format!("{} {}", of(|uts| uts.sysname()), of(|uts| uts.release())),
            machine: of(|uts| uts.machine()),
            began: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs()),
            sandbox: self.watcher.sandbox(),
            watch: watch.to_vec(),
            missing: self.watcher.missing().to_vec(),
        }
    }

    /// Starts the next program of the list.
    pub fn start(&mut self, at: usize) -> Result<u8, Error> {
        let part = self.parts[at].clone();
        let program = self.watcher.start(&part.name, &part.command)?;
        if let Some(line) = &part.line {
            self.watcher.type_line(program, line)?;
        }
        Ok(program)
    }

    /// The place of the last program in the order of starts.
    pub fn last_program(&self) -> u8 {
        (self.parts.len() - 1) as u8
    }

    /// Starts all of them; each is held before its first call.
    pub fn start_all(&mut self) -> Result<(), Error> {
        for at in 0..self.parts.len() {
            self.start(at)?;
            self.watcher.settle(LONG)?;
        }
        Ok(())
    }

    /// Runs without stopping: each program but the last until it waits for clients, then the last to its end. The
    /// events go to `sink` as they come.
    pub fn run(
        &mut self,
        sink: &mut dyn FnMut(Vec<Event>) -> io::Result<()>,
    ) -> Result<Rest, Error> {
        let mut give = |watcher: &mut Watcher| {
            sink(watcher.take()).map_err(Error::doing("writing the recording"))
        };
        let last = self.parts.len() - 1;
        for at in 0..last {
            let program = self.start(at)?;
            self.until_ready(program)?;
            give(&mut self.watcher)?;
        }
        let program = self.start(last)?;
        const TICK: i64 = 50;
        interrupt::tick(TICK);
        let result = self.until_over(program, &mut give);
        interrupt::tick(0);
        result
    }

    /// Runs call by call, each program in its turn, so that the same programs always do the same in the same order.
    /// It may take so long.
    pub fn run_in_turns(
        &mut self,
        limit: Duration,
        sink: &mut dyn FnMut(Vec<Event>) -> io::Result<()>,
    ) -> Result<Rest, Error> {
        self.start_all()?;
        self.go_in_turns(limit, sink)
    }

    /// Asks a program to end, and lets it, call by call.
    pub fn terminate(
        &mut self,
        program: u8,
        limit: Duration,
        sink: &mut dyn FnMut(Vec<Event>) -> io::Result<()>,
    ) -> Result<Rest, Error> {
        let deadline = Instant::now() + limit;
        self.watcher.signal_to(program, Signal::SIGTERM);
        while self.rest_now() == Rest::Over && self.watcher.lives() && Instant::now() < deadline {
            self.watcher.run_for(Duration::from_millis(1))?;
            self.watcher.settle(LONG)?;
        }
        self.go_in_turns(limit, sink)
    }

    fn go_in_turns(
        &mut self,
        limit: Duration,
        sink: &mut dyn FnMut(Vec<Event>) -> io::Result<()>,
    ) -> Result<Rest, Error> {
        let began = Instant::now();
        loop {
            sink(self.watcher.take()).map_err(Error::doing("writing the recording"))?;
            if began.elapsed() > limit {
                let program = self.parts.last().and_then(|part| part.command.first());
                let program = program.map(Into::into).unwrap_or_default();
                return Err(Error::Hangs {
                    program,
                    seconds: limit.as_secs(),
                    printed: Vec::new(),
                });
            }
            match self.rest()? {
                _ if interrupt::asked() => return Err(Error::Interrupted),
                Rest::Moves => {
                    if let Some(tid) = self.next() {
                        self.step(tid)?;
                    }
                }
                Rest::Sleeps => {
                    self.watcher.run_for(Duration::from_millis(1))?;
                    self.watcher.settle(LONG)?;
                }
                end => return Ok(end),
            }
        }
    }

    fn until_over(
        &mut self,
        program: u8,
        give: &mut dyn FnMut(&mut Watcher) -> Result<(), Error>,
    ) -> Result<Rest, Error> {
        let mut quiet_since = Instant::now();
        while self.watcher.exit(program).is_none() && !interrupt::asked() {
            if self.watcher.turn(Patience::Forever)? {
                quiet_since = Instant::now();
                if self.watcher.has_much() {
                    give(&mut self.watcher)?;
                }
                continue;
            }
            self.watcher.drain_terminals();
            give(&mut self.watcher)?;
            if quiet_since.elapsed() > Session::SILENCE {
                quiet_since = Instant::now();
                if let rest @ Rest::Deadlock(_) = self.rest()? {
                    give(&mut self.watcher)?;
                    return Ok(rest);
                }
            }
        }
        self.watcher.settle(LONG)?;
        give(&mut self.watcher)?;
        Ok(Rest::Over)
    }

    /// Until a thread of the program sleeps in a call on a socket, or the program has ended.
    fn until_ready(&mut self, program: u8) -> Result<(), Error> {
        let deadline = Instant::now() + READY;
        while self.watcher.exit(program).is_none()
            && Instant::now() < deadline
            && !interrupt::asked()
        {
            self.watcher.settle(LONG)?;
            let asleep = self.watcher.asleep();
            if asleep.iter().any(|sleep| sleep.who.program == program && sleep.call.is_some()) {
                break;
            }
            self.watcher.run_for(Duration::from_millis(1))?;
        }
        Ok(())
    }

    /// Which held thread moves next if nobody chooses: the program that moved last gives way to the others, but a server
    /// comes to its first sleep before a client moves.
    pub fn next(&self) -> Option<i32> {
        let held: Vec<_> = self.watcher.held().map(|entered| entered.who).collect();
        let ready = self.last.is_some_and(|last| last > 0)
            || self
                .watcher
                .asleep()
                .iter()
                .any(|sleep| sleep.who.program == 0 && sleep.call.is_some())
            || self.watcher.exit(0).is_some();
        if !ready && let Some(first) = held.iter().find(|who| who.program == 0) {
            return Some(first.tid);
        }
        let other = held.iter().find(|who| Some(who.program) != self.last);
        other.or(held.first()).map(|who| who.tid)
    }

    /// The held thread of this program.
    pub fn held_of(&self, program: u8) -> Option<i32> {
        self.watcher
            .held()
            .find(|entered| entered.who.program == program)
            .map(|entered| entered.who.tid)
    }

    /// Lets a held call happen, and waits until nothing moves by itself.
    pub fn step(&mut self, tid: i32) -> Result<(), Error> {
        self.let_go(tid);
        self.watcher.settle(LONG)?;
        Ok(())
    }

    /// Lets a held call happen; who does not wait for what comes of it has to look for it.
    pub fn let_go(&mut self, tid: i32) {
        self.last =
            self.watcher.held().find(|entered| entered.who.tid == tid).map(|held| held.who.program);
        self.watcher.let_go(tid);
    }

    /// Whether anything can still happen by itself.
    pub fn rest(&mut self) -> Result<Rest, Error> {
        let rest = self.rest_now();
        if matches!(rest, Rest::Deadlock(_))
            && (self.watcher.run_for(Session::SILENCE)? || interrupt::asked())
        {
            return Ok(Rest::Moves);
        }
        Ok(rest)
    }

    /// The same at a glance: that all sleep for ever is a deadlock only if it stays so for [`Session::SILENCE`].
    pub fn rest_now(&self) -> Rest {
        if self.watcher.held().next().is_some() {
            return Rest::Moves;
        }
        let last = self.last_program();
        if !self.watcher.lives() {
            return Rest::Over;
        }
        let asleep = self.watcher.asleep();
        if self.watcher.exit(last).is_some() && asleep.iter().any(|sleep| sleep.call.is_some()) {
            return Rest::Over;
        }
        let outsiders = !self.watcher.sandbox();
        if outsiders || asleep.is_empty() || !asleep.iter().all(|sleep| sleep.for_ever) {
            return Rest::Sleeps;
        }
        Rest::Deadlock(asleep)
    }

    /// Ends the run: what still lives is said to serve on, and is then killed. Gives the last events.
    pub fn close(mut self) -> Vec<Event> {
        self.watcher.end();
        self.watcher.take()
    }

    /// Notes that the run is stuck.
    pub fn note_deadlock(&mut self, text: impl Into<Text>) {
        self.watcher.note(None, text);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        interrupt::stop_listening();
    }
}
