//! `sockstep step` on the full screen: the run goes on, the person looks and presses keys.

mod drive;
mod find;
mod keyboard;
mod look;
mod obey;
mod prompt;
mod terminal;

use std::fs::File;
use std::io::stdout;
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use sockstep::observe::{Part, Setup, in_words, interrupt};
use sockstep::show::screen::{self, Bottom, View};
use sockstep::show::{Story, no_color};
use sockstep::trace::{Entered, Header, Trace};

use self::drive::Drive;
use self::keyboard::{Came, Keyboard};
use self::look::Look;
use self::prompt::Prompt;
use self::terminal::{Canvas, Taken};
use super::step::run::Run;
use super::{Failure, keys, say};

/// Steps through a run.
pub fn step(setup: &Setup, parts: Vec<Part>) -> Result<ExitCode, Failure> {
    let (mut run, header) = Run::open(setup, parts)?;
    let missing = header.missing.clone();
    let outcome = run.session.start_all().map_err(Failure::from);
    let outcome = outcome.and_then(|()| watch(&mut run, header));
    match outcome {
        Ok(_) => drop(run.session.close()),
        Err(_) => drop(run),
    }
    for missing in &missing {
        say(&format!("({missing})"))?;
    }
    interrupt::obey();
    outcome
}

/// Holds the terminal while the person steps.
fn watch(run: &mut Run, header: Header) -> Result<ExitCode, Failure> {
    interrupt::listen_for_stops().map_err(std::io::Error::from)?;
    let taken = Taken::take(terminal()?).map_err(|e| lost(&e))?;
    let canvas = taken.canvas().map_err(|e| lost(&e))?;
    let keyboard = Keyboard::listen().map_err(|e| lost(&e))?;
    let message = (!header.missing.is_empty()).then(|| header.missing.join("; "));
    let mut screen = Screen {
        drive: Drive::new(run),
        look: Look::default(),
        prompt: None,
        message,
        keyboard,
        held: Some(Held { canvas, _taken: taken }),
        reach: 0..=0,
        coloured: !no_color(),
    };
    let outcome = screen.go_through(header);
    // What went wrong with the terminal while a signal ends us is its consequence.
    if interrupt::asked() { Ok(ExitCode::FAILURE) } else { outcome }
}

/// The terminal, apart from what the standard library keeps of its own for standard output.
fn terminal() -> Result<File, Failure> {
    Ok(stdout().as_fd().try_clone_to_owned().map_err(|e| lost(&e))?.into())
}

fn lost(error: &std::io::Error) -> Failure {
    format!("the terminal: {}", in_words(error)).into()
}

/// The terminal, and what is drawn on it.
struct Held {
    canvas: Canvas,
    /// Dropped after the canvas, which shows the cursor when it is dropped.
    _taken: Taken,
}

/// The screen, and all that is behind it.
struct Screen<'a> {
    drive: Drive<'a>,
    look: Look,
    prompt: Option<Prompt>,
    message: Option<String>,
    keyboard: Keyboard,
    /// None: it is given back for a while.
    held: Option<Held>,
    /// How far what is shown can be scrolled.
    reach: std::ops::RangeInclusive<isize>,
    coloured: bool,
}

/// What was typed since the last picture.
enum Typed {
    Nothing,
    Keys,
    Quit(ExitCode),
}

/// Why the person does not look any more at what is drawn.
enum Over {
    /// More has happened.
    More,
    /// The end.
    Quit(ExitCode),
}

impl Screen<'_> {
    fn go_through(&mut self, header: Header) -> Result<ExitCode, Failure> {
        let mut trace = Trace { header, events: Vec::new() };
        self.drive.collect();
        loop {
            let begun = Instant::now();
            trace.events.append(&mut self.drive.fresh);
            let story = Story::new(&trace);
            self.drive.told = story.moments.len();
            if let Over::Quit(status) = self.show(&story, begun)? {
                return Ok(status);
            }
        }
    }

    /// Shows the run as it is told, until there is more to tell. Telling takes the longer the more has
    /// happened: where nobody waits for an answer to a key it takes a fifth of the time at most.
    fn show(&mut self, story: &Story, begun: Instant) -> Result<Over, Failure> {
        const OFTEN: Duration = Duration::from_millis(50);
        let (mut stale, mut asked) = (true, true);
        let mut begun = Some(begun);
        let mut due = Instant::now();
        let mut says = self.drive.says();
        loop {
            self.drive.arrive();
            let said = std::mem::replace(&mut says, self.drive.says());
            stale |= said != says;
            if stale && (asked || Instant::now() >= due) {
                let begun = begun.take().unwrap_or_else(Instant::now);
                self.draw(story)?;
                due = Instant::now() + (begun.elapsed() * 4).max(OFTEN);
                (stale, asked) = (false, false);
            }
            match self.keys(story)? {
                Typed::Nothing => (),
                Typed::Keys => (stale, asked) = (true, true),
                Typed::Quit(status) => return Ok(Over::Quit(status)),
            }
            if interrupt::asked() {
                return Ok(Over::Quit(ExitCode::FAILURE));
            }
            stale |= self.come_back()?;
            if let Some(message) = self.drive.advance()? {
                self.message = Some(message);
                stale = true;
            }
            if self.drive.collect() && (asked || Instant::now() >= due) {
                return Ok(Over::More);
            }
        }
    }

    /// Takes all keys that were pressed meanwhile, before the next picture.
    fn keys(&mut self, story: &Story) -> Result<Typed, Failure> {
        let mut typed = Typed::Nothing;
        let mut patience = if self.drive.runs() { Duration::ZERO } else { Run::LOOK };
        loop {
            match self.keyboard.next(patience) {
                Came::Nothing => return Ok(typed),
                Came::End => return Ok(Typed::Quit(ExitCode::SUCCESS)),
                Came::Event(event) => {
                    if let Some(status) = self.take(event, story)? {
                        return Ok(Typed::Quit(status));
                    }
                }
            }
            (typed, patience) = (Typed::Keys, Duration::ZERO);
        }
    }

    fn draw(&mut self, story: &Story) -> Result<(), Failure> {
        let help = keys::screen_help();
        let bottom = self.bottom();
        let next = self.drive.next();
        let others: Vec<&Entered> = self.drive.others(next).collect();
        let view = View {
            story,
            at: self.look.at,
            next,
            held: &others,
            listings: &self.drive.listings,
            twin: self.look.twin,
            large: self.look.large,
            scrolled: self.look.scrolled,
            over: self.look.over,
            help: &help,
            bottom: match (&self.prompt, &bottom) {
                (Some(prompt), _) => Bottom::Prompt(prompt.text(), &prompt.answer),
                (None, Some(text)) => Bottom::Message(text),
                (None, None) => Bottom::Keys,
            },
            search: self.look.search.as_deref(),
            coloured: self.coloured,
            over_and_done: self.drive.over,
        };
        let Some(held) = &mut self.held else { return Ok(()) };
        let reach = &mut self.reach;
        let drawn = held.canvas.draw(|frame| {
            let area = frame.area();
            *reach = screen::reach(&view, area.width, area.height);
            screen::draw(frame, &view);
        });
        drawn.map(drop).map_err(|e| lost(&e))
    }

    /// What stands in the last line, if not the keys.
    fn bottom(&self) -> Option<String> {
        let elsewhere = self.look.at.is_some() || self.look.can_scroll();
        self.message.clone().or_else(|| self.drive.says().filter(|_| !elsewhere).map(Into::into))
    }

    /// Gives the terminal back and stops, if that is asked for; takes it again when we are continued. Whether it did.
    fn come_back(&mut self) -> Result<bool, Failure> {
        if interrupt::asked_to_stop() {
            self.held = None;
            interrupt::stop().map_err(std::io::Error::from)?;
        } else if !interrupt::continued() {
            return Ok(false);
        }
        interrupt::continued();
        if interrupt::asked() {
            return Ok(true);
        }
        // A SIGSTOP that nobody could see coming has left the terminal to the shell as it was.
        self.held = None;
        let taken = Taken::take(terminal()?).map_err(|e| lost(&e))?;
        let canvas = taken.canvas().map_err(|e| lost(&e))?;
        self.held = Some(Held { canvas, _taken: taken });
        Ok(true)
    }
}
