//! The run behind the screen: it goes on by itself while the person looks, and tells what has happened.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use sockstep::observe::{MayRead, Rest, Session, listings};
use sockstep::trace::{Entered, Event, Listings, What};

use super::super::Failure;
use super::super::step::run::{Run, Until};
use super::super::waiting::{self, Open};

/// After so many events a run that goes on by itself asks: a program that never ends would fill the memory.
const MANY: usize = 200_000;

/// The run, and what is known of it beyond its trace.
pub struct Drive<'a> {
    pub run: &'a mut Run,
    /// What has happened, and is not yet told.
    pub fresh: Vec<Event>,
    /// How many moments are told.
    pub told: usize,
    /// The source around calls, by the number of their chain of callers.
    pub listings: HashMap<u32, Listings>,
    /// Whether nothing more will happen by itself.
    pub over: bool,
    open: Open,
    /// Since when a program computes that was stepped.
    busy: Option<Instant>,
    /// Since when nothing happens.
    quiet: Instant,
    /// When everything was looked at last.
    looked: Instant,
    /// Until when the person wants to wait for something to happen.
    waits: Option<Instant>,
    /// How many events there were since the last key.
    unasked: usize,
}

impl<'a> Drive<'a> {
    /// A run whose programs have been started.
    pub fn new(run: &'a mut Run) -> Drive<'a> {
        let now = Instant::now();
        Drive {
            run,
            fresh: Vec::new(),
            told: 0,
            listings: HashMap::new(),
            over: false,
            open: Open::default(),
            busy: None,
            quiet: now,
            looked: now,
            waits: None,
            unasked: 0,
        }
    }

    /// The call that is about to be made if nobody chooses another.
    pub fn next(&self) -> Option<&Entered> {
        self.run.held(self.run.session.next())
    }

    /// The calls before which the others stand.
    pub fn others(&self, next: Option<&Entered>) -> impl Iterator<Item = &Entered> {
        let next = next.map(|entered| entered.who.tid);
        self.run.session.watcher.held().filter(move |entered| Some(entered.who.tid) != next)
    }

    /// The moment before now: the last one, or the one before where that is what now shows.
    pub fn newest(&self) -> Option<usize> {
        self.told.checked_sub(if self.next().is_some() { 1 } else { 2 })
    }

    /// Whether it runs on without asking.
    pub fn runs(&self) -> bool {
        !self.run.asks()
    }

    /// What is to be said as long as nothing else is.
    pub fn says(&self) -> Option<&'static str> {
        match () {
            () if self.runs() => Some("It runs on: any key stops it."),
            () if self.busy.is_some() => Some("It computes …"),
            () if self.waits.is_some() => Some("Waiting for something to happen …"),
            () if self.over => Some("The run is over: ← goes back, q leaves."),
            () => None,
        }
    }

    /// A key has come: what was going on by itself ends. Whether that was a run.
    pub fn interrupted(&mut self) -> bool {
        let ran = self.runs();
        self.run.ask_again();
        (self.waits, self.unasked) = (None, 0);
        ran
    }

    /// Lets time pass until something happens.
    pub fn wait(&mut self) {
        self.waits = Some(Instant::now() + Run::LONGEST_WAIT);
    }

    /// Lets a held call happen.
    pub fn go(&mut self, tid: i32) -> Result<(), Failure> {
        const AT_ONCE: Duration = Duration::from_secs(1);
        self.run.session.let_go(tid);
        let settled = self.run.session.watcher.settle(AT_ONCE)?;
        self.busy = (!settled).then(Instant::now);
        Ok(())
    }

    /// Runs on to a call, or to the end.
    pub fn run_on(&mut self, until: Until) -> Result<(), Failure> {
        let tid = self.run.session.next();
        self.run.run_on(until);
        tid.map_or(Ok(()), |tid| self.go(tid))
    }

    /// Ends a run where it was to end, before that is shown: the next key is a key again, and no longer stops a run.
    pub fn arrive(&mut self) {
        if self.runs() && self.busy.is_none() {
            self.run.arrive();
        }
    }

    /// Why a program cannot be stepped.
    pub fn why_not(&self, program: u8) -> String {
        waiting::why_not(program, &self.run.session.watcher.asleep(), &self.open)
    }

    /// What happens without a key; what is to be said of it.
    pub fn advance(&mut self) -> Result<Option<String>, Failure> {
        if self.computes()? {
            return Ok(None);
        }
        let rest = self.run.session.rest_now();
        self.over = rest == Rest::Over;
        match rest {
            Rest::Moves => {
                if let Some(tid) = self.run.turn().filter(|_| !self.run.asks()) {
                    if self.unasked < MANY {
                        return self.go(tid).map(|()| None);
                    }
                    self.interrupted();
                    return Ok(Some(format!("It has stopped after {MANY} events: e goes on.")));
                }
            }
            Rest::Over => self.run.ask_again(),
            Rest::Deadlock(sleeps) if self.quiet.elapsed() > Session::SILENCE => {
                self.run.ask_again();
                if self.run.is_newly_stuck() {
                    let text = waiting::deadlock(&sleeps, &self.open);
                    let first = text.lines().next().map(Into::into);
                    self.run.session.note_deadlock(text);
                    return Ok(first);
                }
            }
            Rest::Deadlock(_) | Rest::Sleeps => (),
        }
        self.pass()?;
        Ok(self.nothing_has_come())
    }

    /// Whether a program that was stepped still computes. It has its time before another one is stepped unasked.
    fn computes(&mut self) -> Result<bool, Failure> {
        const ITS_TIME: Duration = Duration::from_secs(4);
        let Some(since) = self.busy else { return Ok(false) };
        if self.run.session.watcher.settle(Run::LOOK)? || since.elapsed() > ITS_TIME {
            self.busy = None;
        }
        Ok(self.busy.is_some())
    }

    /// Time passes for the programs, and for the kernel's timers.
    fn pass(&mut self) -> Result<(), Failure> {
        const BLINK: Duration = Duration::from_millis(1);
        const NOW_AND_THEN: Duration = Duration::from_millis(200);
        let moved = self.run.session.watcher.run_for(BLINK)?;
        if moved || self.looked.elapsed() > NOW_AND_THEN {
            self.run.session.watcher.settle(Run::LOOK)?;
            self.looked = Instant::now();
        }
        Ok(())
    }

    /// That the person has waited in vain.
    fn nothing_has_come(&mut self) -> Option<String> {
        let over = self.waits.is_some_and(|until| Instant::now() > until);
        over.then(|| {
            self.waits = None;
            Run::nothing_has_happened()
        })
    }

    /// Takes what has happened; whether there is anything to tell.
    pub fn collect(&mut self) -> bool {
        let events = self.run.session.watcher.take();
        for event in &events {
            self.open.take(event);
            if let What::Stack(stack) = &event.what
                && let Some(found) = listings(stack, MayRead::Disk)
            {
                self.listings.insert(stack.id, found);
            }
        }
        if !events.is_empty() {
            (self.quiet, self.waits) = (Instant::now(), None);
            self.unasked += events.len();
            self.fresh.extend(events);
        }
        !self.fresh.is_empty()
    }
}
