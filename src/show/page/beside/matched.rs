//! Which moments of two runs are the same thing: the calls, packets and ends that `diff` has
//! matched, and what the programs have printed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};

use similar::{Algorithm, capture_diff_slices_deadline};

use super::super::super::brief;
use super::super::super::story::{Kind, Story};
use crate::trace::{Line, Pairing, Part, What, diff};

/// How long the search for the best alignment may take; then a worse one is good enough.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// What differs: an argument's name, `=` for the answer, `flags`; and how it is in each run.
pub(super) type Parts = Vec<(String, Option<String>, Option<String>)>;

/// What is known of two runs' moments.
#[derive(Default)]
pub(super) struct Matched {
    /// Moments of both that are one thing, and what differs.
    pub(super) pairs: Vec<([usize; 2], Parts)>,
    /// Moments that only the one run has, and only the other.
    pub(super) alone: [HashSet<usize>; 2],
}

/// Matches the moments of two runs.
pub(super) fn matched(stories: [&Story; 2]) -> Matched {
    let found = diff(stories[0].trace, stories[1].trace);
    let mut matched = Matched::default();
    let rows = stories.map(Rows::of);
    for pairing in found.programs.into_iter().flat_map(|aligned| aligned.pairs) {
        match pairing {
            Pairing::Same { a, b } => matched.calls(stories, &rows, [&a, &b], Vec::new()),
            Pairing::Changed { a, b, parts } => matched.calls(stories, &rows, [&a, &b], parts),
            Pairing::OnlyA(line) => matched.alone[0].extend(rows[0].of_call(&line)),
            Pairing::OnlyB(line) => matched.alone[1].extend(rows[1].of_call(&line)),
        }
    }
    for pairing in found.wire.into_iter().flatten().flat_map(|aligned| aligned.pairs) {
        match pairing {
            Pairing::Same { a, b } => matched.pair(&rows, [&a, &b], Vec::new()),
            Pairing::Changed { a, b, parts } => matched.pair(&rows, [&a, &b], told(parts)),
            Pairing::OnlyA(line) => matched.alone[0].extend(rows[0].at(&line)),
            Pairing::OnlyB(line) => matched.alone[1].extend(rows[1].at(&line)),
        }
    }
    for says in [printed, signalled, started] {
        matched.said(stories, says);
    }
    matched
}

fn told(parts: Vec<Part>) -> Parts {
    parts.into_iter().map(|Part { name, a, b }| (name, a, b)).collect()
}

impl Matched {
    /// A packet or an end in both.
    fn pair(&mut self, rows: &[Rows; 2], lines: [&Line; 2], parts: Parts) {
        if let (Some(a), Some(b)) = (rows[0].at(lines[0]), rows[1].at(lines[1])) {
            self.pairs.push(([a, b], parts));
        }
    }

    /// A call in both: where it is made, where it falls asleep, where it returns. What is given to
    /// it differs there where it is made; what it answers, where it returns.
    fn calls(
        &mut self,
        stories: [&Story; 2],
        rows: &[Rows; 2],
        lines: [&Line; 2],
        parts: Vec<Part>,
    ) {
        let both = |kept: fn(&Rows) -> &HashMap<u64, usize>| {
            let of = |side: usize| kept(&rows[side]).get(&lines[side].call?).copied();
            Some([of(0)?, of(1)?])
        };
        let returns = both(|rows| &rows.returns);
        let answers = |part: &Part| {
            part.name == "="
                || [0, 1].into_iter().any(|side| answers(stories[side], lines[side], &part.name))
        };
        let (answered, given) =
            parts.into_iter().partition(|part| returns.is_some() && answers(part));
        self.pair(rows, lines, told(given));
        self.pairs.extend(both(|rows| &rows.blocks).map(|blocks| (blocks, Vec::new())));
        self.pairs.extend(returns.map(|returns| (returns, told(answered))));
    }

    /// What each program prints, which signals it gets, one after the other.
    fn said(&mut self, stories: [&Story; 2], says: Says) {
        let [a, mut b] = stories.map(|story| said(story, says));
        for (program, a) in a {
            self.aligned(&a, &b.remove(&program).unwrap_or_default());
        }
        b.into_values().for_each(|b| self.aligned(&[], &b));
    }

    fn aligned(&mut self, a: &[Said], b: &[Said]) {
        let keys = [a, b].map(|all| all.iter().map(|said| &said.key).collect::<Vec<_>>());
        let by = Instant::now() + PATIENCE;
        for op in capture_diff_slices_deadline(Algorithm::Myers, &keys[0], &keys[1], Some(by)) {
            let (a, b) = (&a[op.old_range()], &b[op.new_range()]);
            for (a, b) in a.iter().zip(b) {
                let part = || (a.what.into(), Some(a.text.clone()), Some(b.text.clone()));
                let parts = if a.key == b.key { Vec::new() } else { vec![part()] };
                self.pairs.push(([a.row, b.row], parts));
            }
            let both = a.len().min(b.len());
            self.alone[0].extend(a[both..].iter().map(|said| said.row));
            self.alone[1].extend(b[both..].iter().map(|said| said.row));
        }
    }
}

/// Something that a program does besides calls.
struct Said {
    row: usize,
    what: &'static str,
    text: String,
    /// What of it is compared.
    key: String,
}

/// What it is, whose, and how it reads.
type Says = fn(&What) -> Option<(&'static str, u8, String)>;

fn printed(what: &What) -> Option<(&'static str, u8, String)> {
    let What::Printed { who, bytes } = what else { return None };
    Some(("printed", who.program, brief(bytes)))
}

fn signalled(what: &What) -> Option<(&'static str, u8, String)> {
    let What::Signalled { who, signal } = what else { return None };
    Some(("signal", who.program, signal.to_string()))
}

/// Programs of one place are one thing, whatever their files are called: that is why they are
/// compared.
fn started(what: &What) -> Option<(&'static str, u8, String)> {
    let What::Started(started) = what else { return None };
    Some(("program", started.who.program, String::new()))
}

fn said(story: &Story, says: Says) -> BTreeMap<u8, Vec<Said>> {
    let mut all: BTreeMap<u8, Vec<Said>> = BTreeMap::new();
    for row in 0..story.moments.len() {
        if let Some((what, program, text)) = story.event(row).and_then(|event| says(&event.what)) {
            let key = without_ports(&text);
            all.entry(program).or_default().push(Said { row, what, text, key });
        }
    }
    all
}

/// The text without numbers that may be ports of the kernel's choice.
fn without_ports(text: &str) -> String {
    let is_digit = |letter: char| letter.is_ascii_digit();
    let mut kept = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(is_digit) {
        let end = rest[at..].find(|letter| !is_digit(letter)).map_or(rest.len(), |end| at + end);
        let chosen = rest[at..end].parse().is_ok_and(|port: u16| port >= 32768);
        kept.push_str(if chosen { &rest[..at] } else { &rest[..end] });
        rest = &rest[end..];
    }
    kept + rest
}

/// Whether a call answers through this argument.
fn answers(story: &Story, line: &Line, name: &str) -> bool {
    let returned = line.call.and_then(|call| story.call(call)?.returned);
    returned.is_some_and(|(returned, _)| returned.out.iter().any(|out| out.name == name))
}

/// Which rows of a run are about what.
struct Rows {
    /// The event that each row is about, in order.
    heads: Vec<usize>,
    /// In which a call falls asleep that was made before; in which it returns.
    blocks: HashMap<u64, usize>,
    returns: HashMap<u64, usize>,
}

impl Rows {
    fn of(story: &Story) -> Rows {
        let heads = story.moments.iter().map(|moment| moment.head).collect();
        let mut rows = Rows { heads, blocks: HashMap::new(), returns: HashMap::new() };
        for (at, moment) in story.moments.iter().enumerate() {
            match moment.kind {
                Kind::Blocks(call) => drop(rows.blocks.insert(call, at)),
                Kind::Returns(call) => drop(rows.returns.insert(call, at)),
                _ => (),
            }
        }
        rows
    }

    /// The row of what a line of the comparison is about; none: it is left out of the story.
    fn at(&self, line: &Line) -> Option<usize> {
        self.heads.binary_search(&line.event).ok()
    }

    /// All rows of a call.
    fn of_call(&self, line: &Line) -> impl Iterator<Item = usize> {
        let later = [&self.blocks, &self.returns].map(|rows| rows.get(&line.call?).copied());
        self.at(line).into_iter().chain(later.into_iter().flatten())
    }
}
