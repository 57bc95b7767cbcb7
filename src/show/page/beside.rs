//! Two runs beside each other, row by row.

mod chain;
mod matched;

use std::collections::HashSet;
use std::ops::Range;
use std::time::Instant;

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use self::chain::chain;
use self::matched::{Matched, PATIENCE, Parts, matched};
use super::super::packet::labels;
use super::super::story::{Kind, Story};
use super::data::Pair;
use crate::trace::What;

/// All moments of both runs, each once and in its run's order. What is the same thing in both
/// stands in one row, as far as both orders allow.
pub(super) fn pairs(stories: [&Story; 2]) -> Vec<Pair> {
    let Matched { pairs, alone } = matched(stories);
    let places: Vec<[usize; 2]> = pairs.iter().map(|(places, _)| *places).collect();
    let counts = stories.map(|story| story.moments.len());
    let mut differs: [Vec<Option<Parts>>; 2] = counts.map(|count| vec![None; count]);
    for ([a, b], parts) in pairs {
        (differs[0][a], differs[1][b]) = (Some(parts.clone()), Some(parts));
    }
    let by = Instant::now() + PATIENCE;
    let mut rows = Rows { stories, differs, alone, by, rows: Vec::new() };
    let mut from = [0, 0];
    for place in chain(&places) {
        let [a, b] = places[place];
        rows.between([from[0]..a, from[1]..b]);
        rows.row([Some(a), Some(b)]);
        from = [a + 1, b + 1];
    }
    rows.between([from[0]..counts[0], from[1]..counts[1]]);
    rows.rows
}

/// The rows so far.
struct Rows<'a> {
    stories: [&'a Story<'a>; 2],
    /// Of each moment what differs from the one that it is matched with, whether that stands beside
    /// it or not.
    differs: [Vec<Option<Parts>>; 2],
    alone: [HashSet<usize>; 2],
    by: Instant,
    rows: Vec<Pair>,
}

impl Rows<'_> {
    fn row(&mut self, moments: [Option<usize>; 2]) {
        let mut pair = Pair { moments, parts: Vec::new(), alone: false };
        for (side, at) in moments.into_iter().enumerate() {
            let Some(at) = at else { continue };
            pair.alone |= self.alone[side].contains(&at);
            if let Some(parts) = self.differs[side][at].take() {
                pair.parts = parts;
            }
        }
        self.rows.push(pair);
    }

    /// What stands between two rows that belong together: where it is of one kind, it is put into
    /// one row.
    fn between(&mut self, ranges: [Range<usize>; 2]) {
        let like = |side: usize| -> Vec<Like> {
            ranges[side].clone().map(|at| self.like(side, at)).collect()
        };
        let (a, b) = (like(0), like(1));
        for op in capture_diff_slices_deadline(Algorithm::Myers, &a, &b, Some(self.by)) {
            let old = op.old_range().map(|at| Some(ranges[0].start + at));
            let new = op.new_range().map(|at| Some(ranges[1].start + at));
            match op {
                DiffOp::Equal { .. } => old.zip(new).for_each(|(a, b)| self.row([a, b])),
                _ => {
                    old.for_each(|a| self.row([a, None]));
                    new.for_each(|b| self.row([None, b]));
                }
            }
        }
    }

    fn like(&self, side: usize, at: usize) -> Like {
        if self.alone[side].contains(&at) || self.differs[side][at].is_some() {
            return Like::Nothing { side, at };
        }
        let story = self.stories[side];
        let program = story.who(at).map(|who| who.program);
        let name = story.call_of(at).map(|view| view.entered.name.to_string());
        let kind = match (story.moments.get(at).map(|moment| moment.kind), name) {
            (Some(Kind::Made(_) | Kind::Waits(_) | Kind::Done(_)), Some(name)) => ("makes", name),
            (Some(Kind::Blocks(_)), Some(name)) => ("sleeps", name),
            (Some(Kind::Returns(_)), Some(name)) => ("returns", name),
            (Some(Kind::Forked), _) => ("forks", String::new()),
            (Some(Kind::Executed), _) => ("executes", String::new()),
            (Some(Kind::Ended), _) => ("ends", String::new()),
            (Some(Kind::Noted), _) => ("is noted", String::new()),
            (Some(Kind::Packet), _) => return self.like_packet(side, at),
            _ => return Like::Nothing { side, at },
        };
        Like::Does { program, kind }
    }

    /// A packet that is not compared, as a bare ACK: the same flags, the same way.
    fn like_packet(&self, side: usize, at: usize) -> Like {
        let event = self.stories[side].event(at);
        let Some(What::Packet(packet)) = event.map(|event| &event.what) else {
            return Like::Nothing { side, at };
        };
        // A server's port is mostly below those of the kernel's choice.
        let port = |address: &str| address.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        let [from, to] = [&packet.from, &packet.to].map(|end| port(end).unwrap_or(0_u16));
        Like::Packet { down: from < to, what: labels(&packet.carries).pop() }
    }
}

/// What two moments have in common that may stand beside each other.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Like {
    /// With nothing.
    Nothing { side: usize, at: usize },
    /// The same program does the same.
    Does { program: Option<u8>, kind: (&'static str, String) },
    /// A packet goes the same way.
    Packet { down: bool, what: Option<String> },
}
