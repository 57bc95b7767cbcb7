//! Several servers side by side: where each sleeps, and the calls that a client costs it.

use std::collections::{BTreeSet, HashMap};

use comfy_table::{ColumnConstraint, Width};

use super::turns::{Turn, turns};
use super::{together, without_helpers};
use crate::show::program_names;
use crate::show::table::table;
use crate::trace::{Sockets, Started, Trace, Watch, What};

/// A table of recordings, a row for the first program of each. Of the turns in which a client comes, is answered, goes, it has
/// the shortest, with the number of calls: where several things happen at once, a longer one has more than one of them in it.
pub fn beside(traces: &[Trace]) -> String {
    let mut table =
        table(["server", "sleeps in", "a client comes", "it is answered", "it goes", "runs as"]);
    for trace in traces {
        table.add_row(row(trace));
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        let calls = (2..=4).contains(&at);
        column.set_constraint(if calls {
            ColumnConstraint::LowerBoundary(Width::Fixed(WORD))
        } else {
            ColumnConstraint::ContentWidth
        });
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// A column that is at least as wide as `accept4 EAGAIN,` with its margins.
const WORD: u16 = 17;

fn row(trace: &Trace) -> [String; 6] {
    let trace = &without_helpers(trace);
    let names = program_names(&trace.events);
    let Some(server) = names.started().first() else { return Default::default() };
    let first = server.who;
    let mut turns = turns(trace);
    turns.retain(|turn| turn.who.program == first.program);

    let comes = |turn: &Turn| turn.accepts;
    let begins = |turn: &Turn| turn.calls > 0 && !turn.wakes && !turn.receives;
    let answered = |turn: &Turn| turn.wakes && turn.receives && turn.sends;
    let goes = |turn: &Turn| turn.wakes && turn.ends && !turn.accepts && !turn.sends;
    let shortest = |is: &dyn Fn(&Turn) -> bool, of_first: bool| {
        let turns = turns.iter().filter(|turn| is(turn) && of_first == (turn.who == first));
        turns.min_by_key(|turn| turn.does.len())
    };

    let sleeps: BTreeSet<_> = turns.iter().filter_map(|turn| turn.sleeps_in.as_deref()).collect();
    [
        program(server),
        sleeps.into_iter().collect::<Vec<_>>().join("\n"),
        all([shortest(&comes, true), shortest(&begins, false)]),
        all([shortest(&answered, true), shortest(&answered, false)]),
        all([shortest(&goes, false), shortest(&goes, true)]),
        format!("{}{}", processes(&turns), descriptors(trace, first.program)),
    ]
}

/// The file's name.
fn program(started: &Started) -> String {
    let file = started.command.first().map_or("", String::as_str);
    crate::trace::harmless(file.rsplit('/').next().unwrap_or(file))
}

/// `3: poll, recvfrom, sendto`; of two that have to do with it, first the one, then the other.
fn all(turns: [Option<&Turn>; 2]) -> String {
    let turns: Vec<_> = turns.into_iter().flatten().collect();
    let told: Vec<_> = turns.iter().map(|turn| together(&turn.does).join(", ")).collect();
    match turns.iter().map(|turn| turn.calls).sum::<usize>() {
        0 => String::new(),
        calls => format!("{calls}: {}", told.join("; ")),
    }
}

/// `3 processes`, `3 threads`.
fn processes(turns: &[Turn]) -> String {
    let pids: BTreeSet<_> = turns.iter().map(|turn| turn.who.pid).collect();
    let tids: BTreeSet<_> = turns.iter().map(|turn| turn.who.tid).collect();
    match (pids.len(), tids.len()) {
        (_, 1) => "1 process".into(),
        (1, threads) => format!("{threads} threads"),
        (processes, threads) if processes == threads => format!("{processes} processes"),
        (processes, threads) => format!("{processes} processes,\n{threads} threads"),
    }
}

/// How many descriptors of sockets a program has in all its processes: the most while all of it sleeps.
fn descriptors(trace: &Trace, program: u8) -> String {
    if !trace.header.watch.contains(&Watch::Kernel) {
        return String::new();
    }
    let (mut sockets, mut most) = (Sockets::default(), 0);
    let (mut awake, mut calls) = (BTreeSet::new(), HashMap::new());
    for event in &trace.events {
        sockets.apply(&event.what);
        match &event.what {
            What::Started(Started { who, .. }) | What::Forked { child: who, .. } => {
                awake.insert(*who);
            }
            What::Entered(entered) => drop(calls.insert(entered.call, entered.who)),
            What::Returned(returned) => awake.extend(calls.remove(&returned.call)),
            What::Blocked { call } => {
                if let Some(who) = calls.get(call) {
                    awake.remove(who);
                }
            }
            What::Ended { who, .. } => drop(awake.remove(who)),
            _ => (),
        }
        if !awake.iter().any(|who| who.program == program) {
            let held = sockets.iter().flat_map(|socket| &socket.holders);
            most = held.filter(|held| held.program == program).count().max(most);
        }
    }
    format!(",\n{most} descriptors")
}
