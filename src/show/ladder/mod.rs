//! A run as a ladder: server, wire and client beside each other, time downwards.

mod arrow;
mod head;
mod page;

#[cfg(test)]
mod tests;
mod words;

use std::collections::HashMap;
use std::io::{self, Write};

use self::page::{Cell, Page, Row, Side, Tone};
use super::brief;
use super::interest::Interests;
use super::names::{Names, program_names};
use super::owners::Owners;
use super::packet::packet;
use super::why;
use crate::trace::{Answer, Entered, Event, Header, Packet, Returned, SocketState, What, Who, Why};

/// Events that wait for the open call's answer, so that it stands before the packets that it causes.
const HELD: usize = 256;
/// A pause that is worth a row: timers of the kernel, programs that sleep.
const PAUSE: u64 = 200_000_000;

/// A run as a ladder, without colours. The events are gone through twice: first for the programs' names.
pub fn ladder<'a, I>(header: &Header, events: I, width: usize) -> String
where
    I: IntoIterator<Item = &'a Event, IntoIter: Clone>,
{
    let events = events.into_iter();
    let names = program_names(events.clone());
    let mut out = Vec::new();
    let drawn = Ladder::new(&mut out, header, &names, width, false).and_then(|mut ladder| {
        events.into_iter().try_for_each(|event| ladder.event(event))?;
        ladder.finish()
    });
    debug_assert!(drawn.is_ok(), "memory takes everything");
    String::from_utf8(out).unwrap_or_default()
}

/// A ladder that is written while the events come.
pub struct Ladder<'a, W: Write> {
    out: W,
    page: Page,
    names: &'a Names,
    owners: Owners<'a>,
    interests: Interests,
    /// The call that was entered last, and what came since.
    open: Option<(&'a Entered, Vec<&'a Event>)>,
    /// Calls whose row stands already; they wait.
    waiting: HashMap<u64, &'a Entered>,
    /// The call that has returned last.
    returned: Option<(&'a Entered, &'a Returned)>,
    /// A row that a state may still be added to.
    last: Option<Row>,
    /// When the last row was.
    at: u64,
}

impl<'a, W: Write> Ladder<'a, W> {
    /// Writes the heading. Narrower than 60 columns, it becomes a plain list.
    ///
    /// # Errors
    ///
    /// What the writer answers.
    pub fn new(
        mut out: W,
        header: &Header,
        names: &'a Names,
        width: usize,
        coloured: bool,
    ) -> io::Result<Self> {
        let page = Page::new(width, names.started().len(), coloured);
        out.write_all(head::head(header, names, &page).as_bytes())?;
        let (owners, interests) = (Owners::default(), Interests::default());
        let waiting = HashMap::new();
        let (open, returned, last) = (None, None, None);
        Ok(Ladder { out, page, names, owners, interests, open, waiting, returned, last, at: 0 })
    }

    /// Takes the next event.
    ///
    /// # Errors
    ///
    /// What the writer answers.
    pub fn event(&mut self, event: &'a Event) -> io::Result<()> {
        let Some((entered, held)) = &mut self.open else { return self.draw(event) };
        let call = entered.call;
        match &event.what {
            What::Returned(returned) if returned.call == call => self.answered(returned),
            What::Blocked { call: blocked } if *blocked == call => self.waits(),
            What::Ended { who, .. } if *who == entered.who => {
                held.push(event);
                self.goes_on()
            }
            What::Entered(other) if other.who.tid != entered.who.tid => {
                self.overtaken()?;
                self.event(event)
            }
            _ => {
                held.push(event);
                if held.len() < HELD { Ok(()) } else { self.goes_on() }
            }
        }
    }

    /// Writes what is left.
    ///
    /// # Errors
    ///
    /// What the writer answers.
    pub fn finish(mut self) -> io::Result<()> {
        while self.open.is_some() {
            self.goes_on()?;
        }
        self.flush()?;
        self.out.flush()
    }

    /// The open call returns: its row, and what it has caused.
    fn answered(&mut self, returned: &'a Returned) -> io::Result<()> {
        let Some((entered, held)) = self.open.take() else { return Ok(()) };
        self.returned = Some((entered, returned));
        self.interests.done(entered, returned);
        self.say(entered.who, &words::whole(entered, returned), tone(&returned.answer))?;
        held.into_iter().try_for_each(|event| self.event(event))
    }

    /// The open call does not return for now.
    fn waits(&mut self) -> io::Result<()> {
        let Some((entered, _)) = &self.open else { return Ok(()) };
        let socket = entered.socket.and_then(|cookie| self.owners.socket(cookie));
        let watched = self.interests.of(entered);
        self.begin(&words::waits(entered, socket, watched.as_ref()))
    }

    /// Another program makes a call before the open one returns.
    fn overtaken(&mut self) -> io::Result<()> {
        let Some((entered, _)) = &self.open else { return Ok(()) };
        let socket = entered.socket.and_then(|cookie| self.owners.socket(cookie));
        if words::sleeps(entered, socket) { self.waits() } else { self.goes_on() }
    }

    /// The open call has not returned, and nobody knows why.
    fn goes_on(&mut self) -> io::Result<()> {
        let Some((entered, _)) = &self.open else { return Ok(()) };
        self.begin(&words::begun(entered))
    }

    /// The open call's row; another one follows when it returns.
    fn begin(&mut self, text: &str) -> io::Result<()> {
        let Some((entered, held)) = self.open.take() else { return Ok(()) };
        self.waiting.insert(entered.call, entered);
        self.say(entered.who, text, Tone::Plain)?;
        held.into_iter().try_for_each(|event| self.event(event))
    }

    /// Draws an event while no call is open.
    fn draw(&mut self, event: &'a Event) -> io::Result<()> {
        self.pause(event)?;
        match &event.what {
            What::Entered(entered) => {
                self.owners.called(entered.call, entered.who.program);
                self.open = Some((entered, Vec::new()));
                Ok(())
            }
            What::Returned(returned) => match self.waiting.remove(&returned.call) {
                Some(entered) => {
                    self.returned = Some((entered, returned));
                    self.interests.done(entered, returned);
                    self.say(entered.who, &words::end(entered, returned), tone(&returned.answer))
                }
                None => Ok(()),
            },
            What::Packet(packet) => self.carry(packet),
            What::Socket(socket) => self.socket(socket),
            What::SocketGone { cookie } => self.gone(*cookie),
            What::Why(why) => self.explain(why),
            What::Printed { who, bytes } => self.printed(*who, bytes),
            What::Noted { who, text } => self.note(*who, text),
            What::Started(_) | What::Stack(_) | What::Blocked { .. } => Ok(()),
            What::Forked { who, child } => {
                self.interests.forked(who.pid, child.pid);
                self.say(*who, &words::forked(*who, *child), Tone::Note)
            }
            What::Executed { who, file } => self.say(*who, &format!("exec {file}"), Tone::Note),
            What::Signalled { who, signal } => self.say(*who, &format!("! {signal}"), Tone::Error),
            What::Ended { who, exit } => {
                self.say(*who, &format!("■ {}", words::ended(*who, *exit)), Tone::Note)
            }
        }
    }

    /// A row where nothing happened for long.
    fn pause(&mut self, event: &Event) -> io::Result<()> {
        let pause = event.at.saturating_sub(std::mem::replace(&mut self.at, event.at));
        // Before its first call a program is loaded, and its lines are looked up: that time is not the run's.
        let starts = matches!(event.what, What::Started(_) | What::Stack(_));
        if pause < PAUSE || self.last.is_none() || starts {
            return Ok(());
        }
        let text = format!("{:.2} s later", pause as f64 / 1e9);
        if self.page.is_narrow() {
            return self.list("", &text);
        }
        let wire = Cell { lines: self.page.fit_wire(&text), tone: Tone::Faint };
        self.push(Row { wire, ..Row::default() })
    }

    /// A text in a program's column.
    fn say(&mut self, who: Who, text: &str, tone: Tone) -> io::Result<()> {
        if self.page.is_narrow() {
            return self.list(&self.names.of(who), &text.replace('\n', " "));
        }
        let side = side(who.program);
        let text = format!("{}{text}", self.prefix(who));
        let mut row = Row::default();
        row.cells[side as usize] = Cell { lines: self.page.fit(side, &text), tone };
        self.push(row)
    }

    /// What sets a thread apart from the one that the column is named after.
    fn prefix(&self, who: Who) -> String {
        match (who.program, self.names.number(who)) {
            (0 | 1, None) => String::new(),
            (0 | 1, Some(number)) => format!("[{number}] "),
            _ => format!("{}: ", self.names.of(who)),
        }
    }

    fn printed(&mut self, who: Who, bytes: &[u8]) -> io::Result<()> {
        let text = brief(bytes);
        text.lines().try_for_each(|line| self.say(who, &format!("» {line}"), Tone::Printed))
    }

    /// A sentence across all columns.
    fn note(&mut self, who: Option<Who>, text: &str) -> io::Result<()> {
        let who = who.map(|who| format!("{}: ", self.names.of(who))).unwrap_or_default();
        self.flush()?;
        let options = textwrap::Options::new(self.page.width).subsequent_indent("  ");
        let text = textwrap::fill(&format!("! {who}{text}"), options);
        writeln!(self.out, "{}", self.page.paint(&text, Tone::Note))
    }

    /// Below a call that has failed: why, across all columns.
    fn explain(&mut self, why: &Why) -> io::Result<()> {
        let returned = self.returned.filter(|(entered, _)| entered.call == why.call);
        let Some((entered, returned)) = returned else { return Ok(()) };
        let lines = why::lines(entered, returned, why, self.names);
        if lines.is_empty() {
            return Ok(());
        }
        self.flush()?;
        let who = self.names.of(entered.who);
        let mut first = format!("why: {who}'s {}: ", entered.name);
        for line in lines {
            let options = textwrap::Options::new(self.page.width).subsequent_indent("     ");
            let text = textwrap::fill(&format!("{first}{line}"), options);
            writeln!(self.out, "{}", self.page.paint(&text, Tone::Note))?;
            first = "     ".into();
        }
        Ok(())
    }

    fn carry(&mut self, carried: &'a Packet) -> io::Result<()> {
        let (from, to) = self.owners.ends(carried);
        if self.page.is_narrow() {
            return self.list("wire", &packet(carried));
        }
        let (from, to) = match (from.map(side), to.map(side)) {
            (Some(from), Some(to)) => (from, to),
            (Some(from), None) => (from, from.other()),
            (None, Some(to)) => (to.other(), to),
            (None, None) => (Side::Left, Side::Right),
        };
        let wire = arrow::arrow(carried, from, to, &self.page);
        self.push(Row { wire, ..Row::default() })
    }

    fn socket(&mut self, new: &'a SocketState) -> io::Result<()> {
        let (old, program) = self.owners.update(new);
        let before = old.and_then(|old| old.state.as_deref());
        match &new.state {
            Some(state) if before != Some(state) && !(old.is_none() && state == "CLOSE") => {
                let state = match new.holders.first() {
                    Some(holder) => format!("fd {} {state}", holder.fd),
                    None => state.to_string(),
                };
                self.state(program.unwrap_or(0), &state)
            }
            _ => Ok(()),
        }
    }

    fn gone(&mut self, cookie: u64) -> io::Result<()> {
        match self.owners.forget(cookie) {
            Some((SocketState { state: Some(state), .. }, Some(program)))
                if state != "CLOSE" && state != "LISTEN" =>
            {
                self.state(program, "(closed)")
            }
            _ => Ok(()),
        }
    }

    /// A state at the outer margin: beside what stands there already, if there is room.
    fn state(&mut self, program: u8, state: &str) -> io::Result<()> {
        if self.page.is_narrow() {
            return self.list(&self.names.program(program), state);
        }
        let state = match program {
            0 | 1 => state.into(),
            _ => format!("{}: {state}", self.names.program(program)),
        };
        let side = side(program);
        if let Some(row) = &mut self.last
            && self.page.add_state(row, side, &state)
        {
            return Ok(());
        }
        let mut row = Row::default();
        self.page.add_state(&mut row, side, &state);
        self.push(row)
    }

    /// A line of the plain list.
    fn list(&mut self, name: &str, text: &str) -> io::Result<()> {
        let line = if name.is_empty() { text.into() } else { format!("{name}: {text}") };
        let options = textwrap::Options::new(self.page.width).subsequent_indent("  ");
        self.last = Some(Row::default());
        writeln!(self.out, "{}", textwrap::fill(&line, options))
    }

    fn push(&mut self, row: Row) -> io::Result<()> {
        self.flush()?;
        self.last = Some(row);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.last.take() {
            Some(row) if !self.page.is_narrow() => {
                self.out.write_all(self.page.render(&row).as_bytes())
            }
            _ => Ok(()),
        }
    }
}

/// The first program has the left column, all others the right one.
fn side(program: u8) -> Side {
    if program == 0 { Side::Left } else { Side::Right }
}

fn tone(answer: &Answer) -> Tone {
    match answer {
        Answer::Value(_) => Tone::Plain,
        Answer::Errno(_) => Tone::Error,
        Answer::Unfinished(_) => Tone::Note,
    }
}
