//! Who slept in which call of a run, and what it did each time it woke.

mod beside;
mod turns;

use std::collections::BTreeMap;

pub use beside::beside;
use turns::{Turn, turns};

use super::{prose, quiet};
use crate::trace::{Trace, Who};

/// What a thread does, and how often.
type Rows = Vec<(usize, String)>;

/// A recording, thread by thread: what each does from one sleep to the next, and how often it does just that. Threads that do
/// all the same are told of once.
pub fn summary(trace: &Trace) -> String {
    let trace = &without_helpers(trace);
    let mut threads: BTreeMap<Who, Rows> = BTreeMap::new();
    for turn in turns(trace) {
        let rows = threads.entry(turn.who).or_default();
        let text = line(&turn);
        match rows.iter_mut().find(|(_, known)| *known == text) {
            Some((times, _)) => *times += 1,
            None => rows.push((1, text)),
        }
    }

    let mut text = String::new();
    let names = super::program_names(&trace.events);
    for program in names.started() {
        let first = program.who;
        let mut groups: Vec<(Vec<Who>, &Rows)> = Vec::new();
        for (who, rows) in threads.iter().filter(|(who, _)| who.program == first.program) {
            match groups.iter_mut().find(|(all, known)| all[0] != first && *known == rows) {
                Some((all, _)) if *who != first => all.push(*who),
                _ => groups.push((vec![*who], rows)),
            }
        }
        groups.sort_by_key(|(all, _)| all[0] != first);
        for (all, rows) in groups {
            let more = if all[0] == first { String::new() } else { others(first, &all) };
            text.push_str(&format!("{}{more}\n", program.name));
            for (times, row) in rows {
                text.push_str(&prose(&format!("{times:>4} ×  {row}"), "         "));
                text.push('\n');
            }
        }
    }
    text
}

/// The run without what has nothing to do with sockets.
fn without_helpers(trace: &Trace) -> Trace {
    Trace { header: trace.header.clone(), events: quiet(&trace.events).cloned().collect() }
}

/// Those of a program that are not its first thread.
fn others(first: Who, all: &[Who]) -> String {
    let kind = if all[0].pid == first.pid { "thread" } else { "process" };
    match (all.len(), kind) {
        (1, kind) => format!(", another {kind}"),
        (count, "thread") => format!(", {count} more threads, each"),
        (count, _) => format!(", {count} more processes, each"),
    }
}

/// `… poll, recvfrom, sendto, poll …`
fn line(turn: &Turn) -> String {
    let begin = if turn.wakes { "… " } else { "" };
    let mut does = together(&turn.does);
    does.extend(turn.sleeps_in.as_ref().map(|name| format!("{name} …")));
    format!("{begin}{}", does.join(", "))
}

/// Neighbours that are the same, counted.
fn together(does: &[String]) -> Vec<String> {
    let runs = does.chunk_by(|one, next| one == next);
    runs.map(|run| match run {
        [one] => one.clone(),
        more => format!("{} ×{}", more[0], more.len()),
    })
    .collect()
}

#[cfg(test)]
mod tests;
