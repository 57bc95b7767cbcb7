//! The watcher: one event loop that owns the programs and everything they fork or start as threads.
//!
//! It decides nothing. With `hold` each thread stands still before each call until [`Watcher::let_go`]; without, calls
//! happen as they come. What happens becomes [`Event`]s.

mod asleep;
mod calls;
mod end;
mod eyes;
mod kernel;
mod life;
mod task;
mod why;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use nix::errno::Errno;

use self::eyes::Eyes;
use self::task::{Process, Task};
use self::why::Past;
use super::Error;
use super::interrupt;
use super::ptrace::{self, AtExit, Elsewhere, Patience, Starting, Stop};
use super::terminal::Terminal;
use super::wire::Realtime;
use crate::trace::{Entered, Event, Exit, Started, Text, Watch, What, Who};

pub use self::asleep::Sleep;

/// How to watch.
#[derive(Debug, Clone)]
pub struct Setup {
    /// What to look at besides the calls.
    pub watch: Vec<Watch>,
    /// How many bytes of a buffer are kept.
    pub cut: usize,
    /// Whether programs and watcher share one CPU.
    pub one_cpu: bool,
    /// Whether the programs use the machine's network and not one of their own.
    pub host_network: bool,
    /// Whether each call waits until it is let go.
    pub hold: bool,
    /// Whether there is a wire that a program holds: see [`relay`](crate::observe::relay).
    pub held_wire: bool,
    /// Whether the programs look names up in a hosts file and at a server of their own: see [`names`](crate::observe::names).
    pub own_names: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Setup {
            watch: vec![Watch::Source, Watch::Kernel, Watch::Wire],
            cut: 256,
            one_cpu: true,
            host_network: false,
            hold: false,
            held_wire: false,
            own_names: false,
        }
    }
}

/// The programs of a run, and what is known of them.
pub struct Watcher {
    hold: bool,
    tasks: BTreeMap<i32, Task>,
    processes: HashMap<i32, Process>,
    programs: Vec<Program>,
    /// Children that stopped before their parents told of them.
    unborn: HashMap<i32, Elsewhere>,
    /// Children that were killed before that.
    stillborn: HashSet<i32>,
    /// With `hold`: the thread that moves now.
    mover: Option<i32>,
    /// Threads that its call has woken, each behind a call of its own.
    woken: VecDeque<AtExit>,
    eyes: Eyes,
    /// What may explain a call that fails.
    past: Past,
    events: Vec<Event>,
    calls: u64,
    /// Whether it falls asleep at once when it waits, or looks some times first.
    patience: Patience,
}

/// One program of the run.
struct Program {
    started: Started,
    terminal: Terminal,
    /// Until it has executed its file.
    starting: Option<Starting>,
    exit: Option<Exit>,
    /// How much more of what it prints is kept; None: it was said that no more is.
    room: Option<usize>,
}

/// How much is kept of what a program prints.
const PRINTED: usize = 1 << 20;

impl Watcher {
    /// A watcher of nothing yet. What it cannot watch here it says in [`Watcher::missing`].
    pub fn new(setup: &Setup) -> Self {
        Watcher {
            hold: setup.hold,
            tasks: BTreeMap::new(),
            processes: HashMap::new(),
            programs: Vec::new(),
            unborn: HashMap::new(),
            stillborn: HashSet::new(),
            mover: None,
            woken: VecDeque::new(),
            eyes: Eyes::open(setup),
            past: Past::default(),
            events: Vec::new(),
            calls: 0,
            patience: if setup.one_cpu { Patience::Forever } else { Patience::Awake },
        }
    }

    /// What cannot be watched, why, and what would allow it.
    pub fn missing(&self) -> &[Text] {
        &self.eyes.missing
    }

    /// Whether the programs have a network of their own.
    pub fn sandbox(&self) -> bool {
        self.eyes.sandbox
    }

    /// Starts a program under the name that the run calls it, and brings it to its first instruction.
    pub fn start(&mut self, name: &str, command: &[String]) -> Result<u8, Error> {
        let file = life::find(command)?;
        let (terminal, theirs) = Terminal::open().map_err(Error::doing("opening a terminal"))?;
        let starting = ptrace::start(&file, command, &theirs)
            .map_err(|source| life::cannot_trace(&file, source))?;
        drop(theirs);
        let program = self.programs.len() as u8;
        let pid = starting.pid.as_raw();
        let who = Who { program, pid, tid: pid };
        let started = Started { who, name: name.into(), command: command.to_vec() };
        self.happened(What::Started(started.clone()));
        self.tasks.insert(pid, Task::new(who));
        self.processes.insert(pid, Process::default());
        let (starting, room) = (Some(starting), Some(PRINTED));
        self.programs.push(Program { started, terminal, starting, exit: None, room });
        loop {
            let this = &mut self.programs[usize::from(program)];
            if this.starting.is_none() {
                return Ok(program);
            }
            if this.exit.is_some()
                && let Some(starting) = this.starting.take()
            {
                let outcome = starting.outcome();
                return outcome
                    .map(|()| program)
                    .map_err(|source| life::cannot_execute(&file, source));
            }
            if interrupt::asked() {
                return Err(Error::Interrupted);
            }
            self.turn(Patience::Forever)?;
        }
    }

    /// Types a line and Enter to a program.
    pub fn type_line(&mut self, program: u8, line: &[u8]) -> Result<(), Error> {
        match self.programs.get_mut(usize::from(program)) {
            Some(program) => {
                program.terminal.type_line(line).map_err(Error::doing("typing to a program"))
            }
            None => Ok(()),
        }
    }

    /// The events since the last time.
    pub fn take(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Whether so many events wait that they should be taken now.
    pub fn has_much(&self) -> bool {
        const MUCH: usize = 256;
        self.events.len() >= MUCH
    }

    /// How a program ended, if it has.
    pub fn exit(&self, program: u8) -> Option<Exit> {
        self.programs.get(usize::from(program)).and_then(|program| program.exit)
    }

    /// Whether a thread of any program lives.
    pub fn lives(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// The calls that stand before the kernel, one for each thread that is held.
    pub fn held(&self) -> impl Iterator<Item = &Entered> {
        self.tasks.values().filter_map(|task| task.held.as_ref()).map(|held| &held.entered)
    }

    /// Waits for one stop and deals with it; false if there was none. Forever means until a stop or a signal.
    pub fn turn(&mut self, patience: Patience) -> Result<bool, Error> {
        let patience = if patience == Patience::None { patience } else { self.patience };
        match ptrace::wait(patience) {
            Ok(Some(stop)) => self.handle(stop),
            Ok(None) => return Ok(false),
            Err(Errno::ECHILD) => return Ok(false),
            Err(errno) => return Err(Error::doing("waiting for a program")(errno.into())),
        }
        Ok(true)
    }

    fn handle(&mut self, stop: Stop) {
        match stop {
            Stop::Entry(at) => self.entry(at),
            Stop::Exit(at) => self.exit_of_call(at),
            Stop::Signal(at) => self.signal(at),
            Stop::Group(at) => self.group_stop(at),
            Stop::Fresh(at) => self.fresh(at),
            Stop::Born { at, child, vfork } => self.born(at, child.as_raw(), vfork),
            Stop::VforkDone(at) => self.vfork_done(at),
            Stop::Executed(at, former) => self.executed(at, former.as_raw()),
            Stop::Gone(tid, exit) => self.gone(tid.as_raw(), exit),
        }
    }

    /// Deals with stops until every thread is held, asleep in the kernel, stopped or over; false if the time is up
    /// or Ctrl-C came before that.
    pub fn settle(&mut self, patience: Duration) -> Result<bool, Error> {
        // Who wakes often goes before who only waits for the CPU: a program that shares ours with others that compute
        // would get almost nothing of it. So what does not come soon is looked for less and less often.
        const FIRST: Duration = Duration::from_micros(200);
        const LAST: Duration = Duration::from_millis(5);
        let mut pause = FIRST;
        let deadline = Instant::now() + patience;
        let mut calm = 0;
        while calm < 2 {
            if self.turn(Patience::None)? {
                (calm, pause) = (0, FIRST);
                continue;
            }
            self.drain_terminals();
            calm = if self.all_rest() { calm + 1 } else { 0 };
            pause = if calm > 0 { FIRST } else { (pause * 2).min(LAST) };
            if calm == 2 && self.wake_next() {
                calm = 0;
            }
            if interrupt::asked() {
                return Ok(false);
            }
            if Instant::now() > deadline {
                // Somebody computes on and on: who was woken need not wait for that.
                self.mover = None;
                self.wake_next();
                self.look_around();
                return Ok(false);
            }
            std::thread::sleep(pause);
        }
        self.mover = None;
        self.look_around();
        self.tell_who_sleeps();
        Ok(true)
    }

    /// The thread that moved rests: lets the next one that its call has woken return, so that one moves at a time.
    fn wake_next(&mut self) -> bool {
        let Some(at) = self.woken.pop_front() else { return false };
        self.mover = Some(at.tid.as_raw());
        self.exit_of_call(at);
        true
    }

    /// Lets the programs run for a while, and deals with what they do; true if anything stopped.
    pub fn run_for(&mut self, time: Duration) -> Result<bool, Error> {
        const LOOK: Duration = Duration::from_millis(1);
        let deadline = Instant::now() + time;
        let mut any = false;
        while Instant::now() < deadline && !interrupt::asked() {
            if self.turn(Patience::None)? {
                any = true;
            } else {
                self.drain_terminals();
                std::thread::sleep(LOOK);
            }
        }
        Ok(any)
    }

    /// Notes an event.
    fn happened(&mut self, what: What) {
        let at = self.now();
        self.events.push(Event { at, what });
    }

    /// Notes a sentence about a program or the run.
    pub fn note(&mut self, who: Option<Who>, text: impl Into<Text>) {
        self.happened(What::Noted { who, text: text.into() });
    }

    fn now(&self) -> u64 {
        Realtime::now().since(self.eyes.began)
    }

    /// Reads what the programs have printed.
    pub fn drain_terminals(&mut self) {
        for at in 0..self.programs.len() {
            let program = &mut self.programs[at];
            let (mut bytes, who) = (program.terminal.printed(), program.started.who);
            let Some(room) = &mut program.room else { continue };
            let kept = bytes.len().min(*room);
            *room -= kept;
            let too_much = bytes.len() > kept;
            program.room = program.room.filter(|_| !too_much);
            bytes.truncate(kept);
            if kept > 0 {
                self.happened(What::Printed { who, bytes });
            }
            if too_much {
                self.note(Some(who), "it prints on and on: what follows is not kept");
            }
        }
    }
}
