//! Where the calls and packets of a pairing part from those of the Rust pair.

use std::fmt;

use super::{Aligned, Pairing, Trace, diff};

/// One difference between two runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    /// `server`, `client`, or `wire`.
    pub place: &'static str,
    /// The call's name; of a packet, who sends it to whom.
    pub call: String,
    /// The argument, `=` for the answer; `whole` if one of the runs has nothing in its place.
    pub part: String,
    /// In the Rust pair's run.
    pub rust: Option<String>,
    /// In this one.
    pub here: Option<String>,
}

/// All differences between the Rust pair's run and another.
pub fn deviations(rust: &Trace, here: &Trace) -> Vec<Deviation> {
    let diff = diff(rust, here);
    let mut all = Vec::new();
    for strand in &diff.programs {
        let place = if strand.name.starts_with("client") { "client" } else { "server" };
        part_by_part(place, strand, &mut all);
    }
    for strand in diff.wire.iter().flatten() {
        part_by_part("wire", strand, &mut all);
    }
    all
}

fn part_by_part(place: &'static str, strand: &Aligned, all: &mut Vec<Deviation>) {
    for pair in &strand.pairs {
        let whole = |call: &str, rust: Option<&str>, here: Option<&str>| Deviation {
            place,
            call: call.into(),
            part: "whole".into(),
            rust: rust.map(Into::into),
            here: here.map(Into::into),
        };
        match pair {
            Pairing::Same { .. } => (),
            Pairing::OnlyA(line) => all.push(whole(&line.name, Some(&line.text), None)),
            Pairing::OnlyB(line) => all.push(whole(&line.name, None, Some(&line.text))),
            Pairing::Changed { a, parts, .. } => all.extend(parts.iter().map(|part| Deviation {
                place,
                call: a.name.clone(),
                part: part.name.clone(),
                rust: part.a.clone(),
                here: part.b.clone(),
            })),
        }
    }
}

impl Deviation {
    /// Whether it is about what the bytes are, and how many: that follows from what a program says.
    pub fn is_about_bytes(&self) -> bool {
        const CARRY: [&str; 4] = ["send", "recv", "read", "write"];
        let carries = CARRY.iter().any(|name| self.call.starts_with(name));
        matches!(self.part.as_str(), "buf" | "len" | "data" | "length")
            || (self.part == "=" && carries)
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Deviation { place, call, part, rust, here } = self;
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".into());
        let (here, rust) = (side(here), side(rust));
        match part.as_str() {
            "whole" => write!(f, "{place}: {here}, where the Rust pair has {rust}"),
            _ => write!(f, "{place}: {call}: {part}: {here}, where the Rust pair has {rust}"),
        }
    }
}
