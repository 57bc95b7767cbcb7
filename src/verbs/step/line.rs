//! Stepping line by line: what happens is printed, and scrolls away as all that is printed does.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use sockstep::observe::{Part, Rest, Setup, interrupt};

use super::super::keys::{self, Key, Keyboard, Typed};
use super::super::stage::Stage;
use super::super::{Failure, say};
use super::run::{Run, Until};

/// Steps through a run.
pub fn step(setup: &Setup, parts: Vec<Part>, keyboard: Keyboard) -> Result<ExitCode, Failure> {
    let (run, header) = Run::open(setup, parts)?;
    for missing in &header.missing {
        say(&format!("({missing})"))?;
    }
    let mut stepper = Stepper { run, stage: Stage::default(), keyboard };
    let started = stepper.run.session.start_all();
    stepper.tell()?;
    let outcome = started.map_err(Failure::from).and_then(|()| stepper.go_through());
    let mut ended = Ok(());
    if outcome.is_ok() {
        let events = stepper.run.session.close();
        ended = stepper.stage.tell(&events);
    } else {
        drop(stepper.run);
    }
    interrupt::obey();
    ended?;
    outcome
}

struct Stepper {
    run: Run,
    stage: Stage,
    keyboard: Keyboard,
}

/// Whether to go on.
enum Next {
    On,
    Quit(ExitCode),
}

impl Stepper {
    fn go_through(&mut self) -> Result<ExitCode, Failure> {
        loop {
            if interrupt::asked() {
                return Ok(ExitCode::FAILURE);
            }
            let rest = self.run.session.rest()?;
            self.tell()?;
            let next = match rest {
                Rest::Over => return Ok(ExitCode::SUCCESS),
                Rest::Moves => self.choose()?,
                Rest::Sleeps => self.wait()?,
                Rest::Deadlock(sleeps) => {
                    if self.run.is_newly_stuck() {
                        let text = self.stage.deadlock(&sleeps);
                        self.run.session.note_deadlock(text);
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
        let events = self.run.session.watcher.take();
        self.stage.tell(&events)
    }

    /// Shows the call that is next, and does what is asked.
    fn choose(&mut self) -> Result<Next, Failure> {
        let Some(tid) = self.run.turn() else { return Ok(Next::On) };
        if !self.run.asks() || !self.keyboard.looks_elsewhere() {
            self.announce(tid)?;
        }
        match self.run.asks() {
            false => self.go(tid),
            true => self.ask(Some(tid)),
        }
    }

    fn announce(&mut self, tid: i32) -> Result<(), Failure> {
        let held = self.run.held(Some(tid));
        held.map_or(Ok(()), |entered| self.stage.announce(entered))
    }

    fn go(&mut self, tid: i32) -> Result<Next, Failure> {
        self.run.session.step(tid)?;
        self.tell()?;
        Ok(Next::On)
    }

    /// All sleep, and a timer runs: time passes until something happens.
    fn wait(&mut self) -> Result<Next, Failure> {
        self.run.pass(Run::LOOK)?;
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
                self.run.run_on(Until::End);
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
        let next = self.run.held(tid).map(|held| self.stage.turn(held));
        keys::prompt(next.as_deref())?;
        loop {
            if interrupt::asked() {
                return Ok(Typed::End);
            }
            if keys::is_typed(Run::LOOK) {
                return Ok(keys::read()?);
            }
            let moved = self.run.session.watcher.run_for(Duration::from_millis(1))?;
            if moved {
                say("")?;
                self.run.session.watcher.settle(Run::LOOK)?;
                return Ok(Typed::Nothing);
            }
        }
    }

    fn obey(&mut self, key: Key, tid: Option<i32>) -> Result<Next, Failure> {
        match key {
            Key::Next => return tid.map_or(Ok(Next::On), |tid| self.go(tid)),
            Key::Program(program) => return self.step_program(program),
            Key::RunTo(name) => {
                self.run.run_on(Until::Call(name));
                return tid.map_or(Ok(Next::On), |tid| self.go(tid));
            }
            Key::End => {
                self.run.run_on(Until::End);
                return tid.map_or(Ok(Next::On), |tid| self.go(tid));
            }
            Key::Wait => self.pass_time()?,
            Key::Type(line) => self.run.type_line(&line)?,
            Key::Stack => say(&self.stage.stack(self.run.held(tid)))?,
            Key::Hex => say(&self.stage.hex(self.run.held(tid)))?,
            Key::Sockets => say(&self.stage.sockets())?,
            Key::Help => say(&keys::help())?,
            Key::Quit => return Ok(Next::Quit(ExitCode::SUCCESS)),
        }
        Ok(Next::On)
    }

    /// Lets time pass until there is something to tell.
    fn pass_time(&mut self) -> Result<(), Failure> {
        const LOOK: Duration = Duration::from_millis(20);
        let begun = Instant::now();
        while begun.elapsed() < Run::LONGEST_WAIT && !interrupt::asked() {
            self.run.pass(LOOK)?;
            let events = self.run.session.watcher.take();
            if !events.is_empty() {
                return self.stage.tell(&events);
            }
        }
        say(&Run::nothing_has_happened())
    }

    /// Steps one program, or says why it cannot.
    fn step_program(&mut self, program: u8) -> Result<Next, Failure> {
        match self.run.session.held_of(program) {
            Some(tid) => {
                self.announce(tid)?;
                self.go(tid)
            }
            None => {
                let asleep = self.run.session.watcher.asleep();
                say(&self.stage.why_not(program, &asleep))?;
                Ok(Next::On)
            }
        }
    }
}
