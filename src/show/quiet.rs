//! Leaves out of a run what has nothing to do with sockets: the helpers that a script starts, the programs that it
//! becomes on its way.

use std::collections::{HashMap, HashSet};

use crate::trace::{Event, What, Who};

/// The events without those of threads and processes that make no call, without all but the last program that a process
/// becomes before its next call, and without a SIGCHLD that interrupts no call.
pub fn quiet(events: &[Event]) -> impl Iterator<Item = &Event> + Clone {
    let dropped = dropped(events);
    events.iter().enumerate().filter(move |(at, _)| !dropped.contains(at)).map(|(_, event)| event)
}

/// The places of the events to leave out.
pub(super) fn dropped(events: &[Event]) -> HashSet<usize> {
    let heard = heard(events);
    let mut calls: HashMap<u64, i32> = HashMap::new();
    let mut last_exec: HashMap<i32, usize> = HashMap::new();
    let mut drop = HashSet::new();
    let unheard = |who: &Who| !heard.contains(&who.tid);
    for (at, event) in events.iter().enumerate() {
        let out = match &event.what {
            What::Entered(entered) => {
                calls.insert(entered.call, entered.who.tid);
                last_exec.remove(&entered.who.tid);
                false
            }
            What::Returned(returned) => {
                calls.remove(&returned.call);
                false
            }
            What::Executed { who, .. } => {
                drop.extend(last_exec.insert(who.tid, at));
                unheard(who)
            }
            What::Forked { child, .. } => unheard(child),
            What::Ended { who, .. } => unheard(who),
            What::Signalled { who, signal } => {
                let in_a_call = calls.values().any(|tid| *tid == who.tid);
                unheard(who) || (signal == "SIGCHLD" && !in_a_call)
            }
            _ => false,
        };
        drop.extend(out.then_some(at));
    }
    drop
}

/// The threads that make a call, or are a program's first; and the parents of such.
fn heard(events: &[Event]) -> HashSet<i32> {
    let mut heard = HashSet::new();
    for event in events.iter().rev() {
        match &event.what {
            What::Entered(entered) => drop(heard.insert(entered.who.tid)),
            What::Started(started) => drop(heard.insert(started.who.tid)),
            What::Forked { who, child } if heard.contains(&child.tid) => {
                heard.insert(who.tid);
            }
            _ => (),
        }
    }
    heard
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Entered, Exit, Started, Text};

    #[test]
    fn helpers_without_calls_are_left_out() {
        let who = |tid| Who { program: 0, pid: tid, tid };
        let exec = |tid, file| What::Executed { who: who(tid), file: Text::Borrowed(file) };
        let call = Entered {
            call: 1,
            who: who(1),
            name: "socket".into(),
            args: Vec::new(),
            stack: None,
            socket: None,
        };
        let started =
            Started { who: who(1), name: "server".into(), command: vec!["python3".into()] };
        let ended = |tid| What::Ended { who: who(tid), exit: Exit::Status(0) };
        let sigchld = What::Signalled { who: who(1), signal: "SIGCHLD".into() };
        let events = [
            What::Started(started),
            exec(1, "/usr/bin/env"),
            What::Forked { who: who(1), child: who(2) },
            exec(2, "/usr/bin/readlink"),
            ended(2),
            sigchld,
            exec(1, "/usr/bin/python3"),
            What::Entered(call),
            ended(1),
        ];
        let events: Vec<Event> = events.into_iter().map(|what| Event { at: 0, what }).collect();
        let left: Vec<usize> = quiet(&events)
            .map(|event| events.iter().position(|other| other == event).unwrap())
            .collect();
        assert_eq!(left, [0, 6, 7, 8]);
    }
}
