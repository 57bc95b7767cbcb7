//! A run cut where a thread falls asleep: what each does from one sleep to the next.

use std::collections::HashMap;

use nix::errno::Errno;

use crate::trace::{Answer, CallView, Exit, Trace, What, Who, harmless};

/// What a thread does from when it wakes, or begins, until it sleeps again, or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Turn {
    pub who: Who,
    /// What it does: calls by name, with what is worth a word of their answers; new processes and threads; signals. The
    /// first is the call that it has slept in, unless it begins here.
    pub does: Vec<String>,
    /// How many of these are calls.
    pub calls: usize,
    /// Whether it has slept before.
    pub wakes: bool,
    /// The call that it sleeps in at the end.
    pub sleeps_in: Option<String>,
    /// Whether it accepts a client.
    pub accepts: bool,
    /// Whether it receives bytes.
    pub receives: bool,
    /// Whether it sends some.
    pub sends: bool,
    /// Whether something ends: a stream, a descriptor, a thread, or a child.
    pub ends: bool,
}

impl Turn {
    fn of(who: Who, wakes: bool) -> Turn {
        let (accepts, receives, sends, ends) = (false, false, false, false);
        let does = Vec::new();
        Turn { who, does, calls: 0, wakes, sleeps_in: None, accepts, receives, sends, ends }
    }

    /// Takes in a call that has returned.
    fn take(&mut self, call: &CallView) {
        let Some((returned, _)) = call.returned else { return };
        let name = harmless(&call.entered.name);
        let is = |names: &[&str]| names.iter().any(|start| name.starts_with(start));
        let receives = is(&["recv", "read"]);
        let said = match &returned.answer {
            Answer::Unfinished(_) => return,
            Answer::Errno(number) => match Errno::from_raw(*number) {
                Errno::UnknownErrno => format!("{name} -1"),
                errno => format!("{name} {errno:?}"),
            },
            Answer::Value(0) if receives => {
                self.ends = true;
                format!("{name} 0")
            }
            Answer::Value(_) => {
                self.ends |= name == "close";
                self.accepts |= is(&["accept"]);
                self.receives |= receives;
                self.sends |= is(&["send", "write"]);
                name.clone()
            }
        };
        self.calls += 1;
        // A signal comes before the call in which it has woken its thread returns.
        match call.blocked {
            true => self.does.insert(0, said),
            false => self.does.push(said),
        }
    }

    fn is_empty(&self) -> bool {
        self.does.is_empty() && self.sleeps_in.is_none()
    }
}

/// All turns, in the order in which they end.
pub(super) fn turns(trace: &Trace) -> Vec<Turn> {
    let calls = trace.calls();
    let calls: HashMap<u64, &CallView> =
        calls.iter().map(|call| (call.entered.call, call)).collect();
    let (mut open, mut done): (HashMap<Who, Turn>, _) = (HashMap::new(), Vec::new());
    for event in &trace.events {
        let mut with = |who: Who, change: &mut dyn FnMut(&mut Turn)| {
            change(open.entry(who).or_insert_with(|| Turn::of(who, false)));
        };
        match &event.what {
            What::Forked { who, child } => {
                let kind = if child.pid == who.pid { "thread" } else { "process" };
                with(*who, &mut |turn| turn.does.push(format!("+ {kind}")));
            }
            What::Signalled { who, signal } => {
                with(*who, &mut |turn| {
                    turn.does.push(format!("! {}", harmless(signal)));
                    turn.ends = true;
                });
            }
            What::Returned(returned) => {
                let Some(call) = calls.get(&returned.call) else { continue };
                with(call.entered.who, &mut |turn| turn.take(call));
            }
            What::Blocked { call } => {
                let Some(call) = calls.get(call) else { continue };
                let who = call.entered.who;
                with(who, &mut |turn| turn.sleeps_in = Some(harmless(&call.entered.name)));
                done.extend(open.insert(who, Turn::of(who, true)));
            }
            What::Ended { who, exit } => {
                if *exit != Exit::Serving {
                    with(*who, &mut |turn| {
                        turn.does.push(format!("■ {exit}"));
                        turn.ends = true;
                    });
                }
                done.extend(open.remove(who).filter(|turn| !turn.is_empty()));
            }
            _ => (),
        }
    }
    let mut cut: Vec<_> = open.into_values().filter(|turn| !turn.is_empty()).collect();
    cut.sort_by_key(|turn| turn.who);
    done.extend(cut);
    done
}
