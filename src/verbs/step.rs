//! `sockstep step`: a run call by call, in the order that the student chooses.

use std::io::{IsTerminal, stdin, stdout};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use sockstep::observe::{Rest, Session, interrupt};

use super::keys::{self, Key, Keyboard, Typed};
use super::programs::Programs;
use super::stage::Stage;
use super::{Failure, say, usage};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  sockstep step welcome\n  sockstep step welcome --server c --client c-original\n  sockstep step upper-udp --line straße\n  sockstep step --server './srv 9001' --client './cli 127.0.0.1 9001'\n  sockstep step welcome --script 's s s s c c e'     socket bind listen …, then the client connects, then to the end\n\nBefore each call it waits for a key and Enter; h lists the keys. Not a terminal: it prints all steps and goes on by itself."
)]
pub struct Step {
    #[command(flatten)]
    programs: Programs,
    /// Keys instead of a keyboard, parted by spaces; a key's word is joined to it by a colon: r:accept t:hello
    #[arg(long, value_name = "KEYS")]
    script: Option<String>,
}

/// Steps through a run.
pub fn step(args: &Step) -> Result<ExitCode, Failure> {
    let parts = args.programs.parts()?;
    let setup = args.programs.setup(true)?;
    let keyboard = match &args.script {
        Some(script) => Keyboard::Script(keys::script(script).map_err(usage)?),
        None if stdin().is_terminal() && stdout().is_terminal() => Keyboard::Person,
        None => Keyboard::None,
    };
    let session = Session::open(&setup, parts)?;
    let header = session.header(&setup.watch);
    for missing in &header.missing {
        say(&format!("({missing})"))?;
    }
    let mut stepper =
        Stepper { session, stage: Stage::default(), keyboard, until: None, stuck: false };
    let started = stepper.session.start_all();
    stepper.tell()?;
    let outcome = started.map_err(Failure::from).and_then(|()| stepper.run());
    let mut ended = Ok(());
    if outcome.is_ok() {
        let events = stepper.session.close();
        ended = stepper.stage.tell(&events);
    } else {
        drop(stepper.session);
    }
    interrupt::obey();
    ended?;
    outcome
}

/// What to run on to without asking.
enum Until {
    End,
    Call(String),
}

struct Stepper {
    session: Session,
    stage: Stage,
    keyboard: Keyboard,
    until: Option<Until>,
    /// Whether the deadlock has been told.
    stuck: bool,
}

/// Whether to go on.
enum Next {
    On,
    Quit(ExitCode),
}

impl Stepper {
    fn run(&mut self) -> Result<ExitCode, Failure> {
        loop {
            if interrupt::asked() {
                return Ok(ExitCode::FAILURE);
            }
            let rest = self.session.rest()?;
            self.tell()?;
            let next = match rest {
                Rest::Over => return Ok(ExitCode::SUCCESS),
                Rest::Moves => self.choose()?,
                Rest::Sleeps => self.wait()?,
                Rest::Deadlock(sleeps) => {
                    if !std::mem::replace(&mut self.stuck, true) {
                        let text = self.stage.deadlock(&sleeps);
                        self.session.note_deadlock(text);
                        self.tell()?;
                    }
                    match &self.keyboard {
                        Keyboard::Person => self.ask(None)?,
                        // A line that is typed may end it.
                        Keyboard::Script(keys) if !keys.is_empty() => self.ask(None)?,
                        _ => Next::Quit(ExitCode::FAILURE),
                    }
                }
            };
            if let Next::Quit(status) = next {
                return Ok(status);
            }
        }
    }

    fn tell(&mut self) -> Result<(), Failure> {
        let events = self.session.watcher.take();
        self.stage.tell(&events)
    }

    /// Shows the call that is next, and does what is asked.
    fn choose(&mut self) -> Result<Next, Failure> {
        let Some(tid) = self.session.next() else { return Ok(Next::On) };
        self.stuck = false;
        if let Some(Until::Call(name)) = &self.until {
            let mut held = self.session.watcher.held();
            if held.any(|entered| entered.who.tid == tid && entered.name == *name) {
                self.until = None;
            }
        }
        if self.until.is_some() || !self.keyboard.looks_elsewhere() {
            self.announce(tid)?;
        }
        match self.until {
            Some(_) => self.go(tid),
            None => self.ask(Some(tid)),
        }
    }

    fn announce(&mut self, tid: i32) -> Result<(), Failure> {
        let held = self.session.watcher.held().find(|entered| entered.who.tid == tid);
        held.map_or(Ok(()), |entered| self.stage.announce(entered))
    }

    fn go(&mut self, tid: i32) -> Result<Next, Failure> {
        self.session.step(tid)?;
        self.tell()?;
        Ok(Next::On)
    }

    /// All sleep, and a timer runs: time passes until something happens.
    fn wait(&mut self) -> Result<Next, Failure> {
        const LOOK: Duration = Duration::from_millis(50);
        self.session.watcher.run_for(LOOK)?;
        self.session.watcher.settle(LOOK)?;
        if let Keyboard::Person = self.keyboard
            && keys::is_typed(Duration::ZERO)
        {
            return self.ask(None);
        }
        Ok(Next::On)
    }

    /// Takes the next key.
    fn ask(&mut self, tid: Option<i32>) -> Result<Next, Failure> {
        let key = match &mut self.keyboard {
            Keyboard::None => {
                self.until = Some(Until::End);
                Key::Next
            }
            Keyboard::Script(keys) => match keys.pop_front() {
                Some(key) => key,
                None => return Ok(Next::Quit(ExitCode::SUCCESS)),
            },
            Keyboard::Person => match self.person(tid)? {
                Typed::Key(key) => key,
                Typed::Nothing => return Ok(Next::On),
                Typed::Unknown(word) => {
                    say(&format!("There is no key, or no call, {word:?}. {}", keys::HINT))?;
                    return Ok(Next::On);
                }
                Typed::End => return Ok(Next::Quit(ExitCode::SUCCESS)),
            },
        };
        self.obey(key, tid)
    }

    /// Waits for a line, while time passes for the programs, too.
    fn person(&mut self, tid: Option<i32>) -> Result<Typed, Failure> {
        const LOOK: Duration = Duration::from_millis(50);
        let next = self.held(tid).map(|held| self.stage.turn(held));
        keys::prompt(next.as_deref())?;
        loop {
            if interrupt::asked() {
                return Ok(Typed::End);
            }
            if keys::is_typed(LOOK) {
                return Ok(keys::read()?);
            }
            let moved = self.session.watcher.run_for(Duration::from_millis(1))?;
            if moved {
                say("")?;
                self.session.watcher.settle(LOOK)?;
                return Ok(Typed::Nothing);
            }
        }
    }

    fn obey(&mut self, key: Key, tid: Option<i32>) -> Result<Next, Failure> {
        match key {
            Key::Next => return tid.map_or(Ok(Next::On), |tid| self.go(tid)),
            Key::Program(program) => return self.step_program(program),
            Key::RunTo(name) => {
                self.until = Some(Until::Call(name));
                return tid.map_or(Ok(Next::On), |tid| self.go(tid));
            }
            Key::End => {
                self.until = Some(Until::End);
                return tid.map_or(Ok(Next::On), |tid| self.go(tid));
            }
            Key::Wait => self.pass_time()?,
            Key::Type(line) => {
                let last = self.session.last_program();
                self.session.watcher.type_line(last, line.as_bytes())?;
                self.session.watcher.settle(Duration::from_secs(1))?;
            }
            Key::Stack => say(&self.stage.stack(self.held(tid)))?,
            Key::Hex => say(&self.stage.hex(self.held(tid)))?,
            Key::Sockets => say(&self.stage.sockets())?,
            Key::Help => say(keys::HELP)?,
            Key::Quit => return Ok(Next::Quit(ExitCode::SUCCESS)),
        }
        Ok(Next::On)
    }

    /// Lets time pass until there is something to tell.
    fn pass_time(&mut self) -> Result<(), Failure> {
        const LOOK: Duration = Duration::from_millis(20);
        const LONGEST: Duration = Duration::from_secs(5);
        let begun = Instant::now();
        while begun.elapsed() < LONGEST && !interrupt::asked() {
            self.session.watcher.run_for(LOOK)?;
            self.session.watcher.settle(LOOK)?;
            let events = self.session.watcher.take();
            if !events.is_empty() {
                return self.stage.tell(&events);
            }
        }
        say(&format!("Nothing has happened for {} seconds.", LONGEST.as_secs()))
    }

    fn held(&self, tid: Option<i32>) -> Option<&sockstep::trace::Entered> {
        self.session.watcher.held().find(|entered| Some(entered.who.tid) == tid)
    }

    /// Steps one program, or says why it cannot.
    fn step_program(&mut self, program: u8) -> Result<Next, Failure> {
        match self.session.held_of(program) {
            Some(tid) => {
                self.announce(tid)?;
                self.go(tid)
            }
            None => {
                let text = self.stage.why_not(program, &self.session.watcher.asleep());
                say(&text)?;
                Ok(Next::On)
            }
        }
    }
}
