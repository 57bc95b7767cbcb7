//! A run as a picture: who acts in which lane, from which row to which. It says where things stand; drawing them is
//! [`svg`](super::svg)'s and the page's work.
//!
//! Five lanes: a program, its side of the kernel, the wire, the other side, the other program. A row is a moment of the
//! [`Story`].

mod bands;
mod bars;
mod passing;
mod sides;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use serde::Serialize;

use self::bands::Bands;
use self::bars::Bars;
pub(super) use self::passing::{Passing, passing};
use self::sides::Sides;
use super::brief;
use super::names::Names;
use super::packet::{is_reset, labels};
use super::story::Story;
use crate::trace::{Packet, What, Who};

/// A run, laid out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Picture {
    /// What stands above the two programs' lanes. One: there is nobody on the other side.
    pub heads: Vec<String>,
    /// How many rows there are.
    pub rows: usize,
    /// Rows before which nothing happened for long: the row and nanoseconds.
    pub pauses: Vec<(usize, u64)>,
    /// The calls.
    pub bars: Vec<Bar>,
    /// The sockets' states.
    pub bands: Vec<Band>,
    /// The packets.
    pub arrows: Vec<Arrow>,
    /// What else there is to say.
    pub notes: Vec<Note>,
}

/// The side of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The server's.
    Left,
    /// The client's.
    Right,
}

/// What a thing is like, besides its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Nothing special.
    #[default]
    Plain,
    /// A failure, a reset.
    Error,
    /// What a program has printed.
    Printed,
    /// The beginning or the end of a program, a remark.
    Remark,
}

/// A call, from its entry to its return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bar {
    /// Whose.
    pub side: Side,
    /// Which place beside each other, from 0: a thread's own.
    pub column: usize,
    /// The row in which it is made.
    pub from: usize,
    /// The row in which it returns; of one that never does, the last of the picture.
    pub to: usize,
    /// The row from which on the program sleeps in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sleeps: Option<usize>,
    /// Whether it returns.
    pub returns: bool,
    /// The call; with its answer, if that comes in the same row.
    pub text: String,
    /// What a program waits for that sleeps in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits: Option<String>,
    /// The answer, if it comes in a later row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Whether it fails.
    pub tone: Tone,
}

/// A state of a socket, for as long as it lasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Band {
    /// On whose side the socket is.
    pub side: Side,
    /// Which place beside each other, from 0: a socket's own.
    pub column: usize,
    /// The row that brings it.
    pub from: usize,
    /// The last row before it changes.
    pub to: usize,
    /// `LISTEN`, `ESTABLISHED`; of a socket without states what it is, `UDP`.
    pub state: String,
    /// The socket: `fd 3`; empty where no descriptor leads to it.
    pub name: String,
    /// The kernel's number for the socket.
    pub cookie: u64,
}

/// Where an arrow begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// At the left program's kernel.
    Left,
    /// In the middle of the wire: held there, lost there, or somebody else's.
    Middle,
    /// At the right program's kernel.
    Right,
}

/// A packet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Arrow {
    /// Its row.
    pub row: usize,
    /// Where it comes from.
    pub from: Place,
    /// Where it goes; the same place: from one socket of a side to another one of it.
    pub to: Place,
    /// What it is, from the longest text to the shortest.
    pub labels: Vec<String>,
    /// Whether it breaks something off.
    pub tone: Tone,
}

/// A remark in a program's lane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Its row.
    pub row: usize,
    /// Whose; none: it is about the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// What it says.
    pub text: String,
    /// What kind of remark it is.
    pub tone: Tone,
}

/// A pause that is worth showing: timers of the kernel, programs that sleep.
const PAUSE: u64 = 200_000_000;

/// Lays a run out.
pub fn picture(story: &Story) -> Picture {
    let mut sides = Sides::of(story);
    let (mut bars, mut bands) = (Bars::default(), Bands::default());
    let (mut arrows, mut notes, mut pauses) = (Vec::new(), Vec::new(), Vec::new());
    let (mut last, mut heard) = (0, HashSet::new());
    for (row, moment) in story.moments.iter().enumerate() {
        let Some(event) = story.event(row) else { continue };
        let since = moment.at.saturating_sub(std::mem::replace(&mut last, moment.at));
        // Up to its first call a program is loaded: that time is not the run's.
        let loads = match (story.who(row).map(|who| who.program), moment.kind.call()) {
            (Some(program), Some(_)) => heard.insert(program),
            (Some(program), None) => !heard.contains(&program),
            (None, _) => false,
        };
        if since >= PAUSE && row > 0 && !loads {
            pauses.push((row, since));
        }
        match (&event.what, story.call_of(row)) {
            (_, Some(view)) => {
                let side = sides.of_call(view);
                let on = view.entered.socket.and_then(|cookie| sides.socket(cookie));
                let waits = || story.waits_for(view.entered, on);
                let mark = mark(view.entered.who, &story.names);
                bars.take(row, moment.kind, view, (side, &mark), &waits);
            }
            (What::Packet(packet), _) => arrows.push(arrow(row, packet, &mut sides)),
            _ => notes.extend(note(row, story, &sides)),
        }
        for event in story.events(row) {
            if let What::Ended { who, .. } = &event.what {
                bars.ended(who.tid);
            }
            let change = sides.update(&event.what);
            bands.take(row, &event.what, change);
        }
    }
    let rows = story.moments.len();
    let last = rows.saturating_sub(1);
    let heads = sides.heads();
    Picture {
        heads,
        rows,
        pauses,
        bars: bars.finish(last),
        bands: bands.finish(last),
        arrows,
        notes,
    }
}

fn arrow<'a>(row: usize, packet: &'a Packet, sides: &mut Sides<'a>) -> Arrow {
    let reset = is_reset(&packet.carries);
    let mark = if reset { "✖ " } else { "" };
    let labels = labels(&packet.carries).iter().map(|label| format!("{mark}{label}")).collect();
    let (from, to) = sides.ends(packet);
    let failed = reset || matches!(packet.carries, crate::trace::Carried::Icmp { .. });
    let tone = if failed { Tone::Error } else { Tone::Plain };
    Arrow { row, from, to, labels, tone }
}

/// What a program prints, how it begins and ends, what is said of the run.
fn note(row: usize, story: &Story, sides: &Sides) -> Option<Note> {
    let who = story.who(row);
    let side = who.map(|who| sides.of_program(who.program));
    let line = |text: &str| text.trim_end().replace('\n', " ");
    let (text, tone) = match &story.event(row)?.what {
        What::Printed { bytes, .. } => (format!("» {}", line(&brief(bytes))), Tone::Printed),
        What::Signalled { signal, .. } => (format!("! {signal}"), Tone::Error),
        What::Ended { exit, .. } => (format!("■ {exit}"), Tone::Remark),
        What::Started(started) => {
            let text = format!("{} starts", started.name);
            return Some(Note { row, side, text, tone: Tone::Remark });
        }
        What::Noted { text, .. } => (format!("! {}", line(&brief(text.as_bytes()))), Tone::Remark),
        What::Forked { who, child } if who.pid == child.pid => {
            (format!("+ thread {}", child.tid), Tone::Remark)
        }
        What::Forked { child, .. } => (format!("+ process {}", child.pid), Tone::Remark),
        What::Executed { file, .. } => {
            (format!("becomes {}", line(&brief(file.as_bytes()))), Tone::Remark)
        }
        // The end of a call that nobody has seen made.
        _ => return None,
    };
    let text = match who {
        Some(who) => format!("{}{text}", mark(who, &story.names)),
        None => text,
    };
    Some(Note { row, side, text, tone })
}

/// What tells a thread from the first one that stands on its side.
fn mark(who: Who, names: &Names) -> String {
    match (who.program, names.number(who)) {
        (0 | 1, None) => String::new(),
        (0 | 1, Some(number)) => format!("[{number}] "),
        _ => format!("{}: ", names.of(who)),
    }
}
