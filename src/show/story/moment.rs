//! Cuts events into moments.

use std::collections::HashSet;
use std::ops::Range;

use crate::trace::{Event, What};

/// A few events that are one thing to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// What it is about.
    pub kind: Kind,
    /// When: nanoseconds since the run began.
    pub at: u64,
    /// The place of the event that it is about.
    pub head: usize,
    /// The places of its events. Moments follow each other without a gap.
    pub events: Range<usize>,
}

/// What a moment is about. A call is named by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A program begins.
    Started,
    /// A call is made; what comes of it are other moments.
    Made(u64),
    /// A call is made, and the program sleeps in it.
    Waits(u64),
    /// A call is made and returns.
    Done(u64),
    /// The program sleeps in a call that was made before.
    Blocks(u64),
    /// A call returns that was made before.
    Returns(u64),
    /// A packet passes.
    Packet,
    /// A program writes to its terminal.
    Printed,
    /// A process or a thread comes from another one.
    Forked,
    /// A process becomes another program.
    Executed,
    /// A signal.
    Signalled,
    /// A process or a thread is over.
    Ended,
    /// Something to say about the run.
    Noted,
}

impl Kind {
    /// The call that it is about.
    pub fn call(self) -> Option<u64> {
        match self {
            Kind::Made(call)
            | Kind::Waits(call)
            | Kind::Done(call)
            | Kind::Blocks(call)
            | Kind::Returns(call) => Some(call),
            _ => None,
        }
    }
}

/// The moments of a run. An event that belongs to what came before it (a socket's new state, a chain of callers) makes
/// none of its own, and neither do those in `dropped`.
pub(super) fn cut(events: &[Event], dropped: &HashSet<usize>) -> Vec<Moment> {
    let mut moments: Vec<Moment> = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let kind = Some(&event.what).filter(|_| !dropped.contains(&at)).and_then(kind);
        let joined = match (kind, moments.last_mut()) {
            (None, Some(last)) => Some(last),
            (Some(kind), Some(last)) => joined(last.kind, kind).map(|kind| {
                last.kind = kind;
                last
            }),
            (_, None) => None,
        };
        match (joined, kind) {
            (Some(last), _) => last.events.end = at + 1,
            (None, Some(kind)) => {
                let start = moments.last().map_or(0, |last| last.events.end);
                moments.push(Moment { kind, at: event.at, head: at, events: start..at + 1 });
            }
            // What precedes the first moment belongs to it.
            (None, None) => (),
        }
    }
    moments
}

/// What an event alone would be about.
fn kind(what: &What) -> Option<Kind> {
    Some(match what {
        What::Started(_) => Kind::Started,
        What::Entered(entered) => Kind::Made(entered.call),
        What::Blocked { call } => Kind::Blocks(*call),
        What::Returned(returned) => Kind::Returns(returned.call),
        What::Packet(_) => Kind::Packet,
        What::Printed { .. } => Kind::Printed,
        What::Forked { .. } => Kind::Forked,
        What::Executed { .. } => Kind::Executed,
        What::Signalled { .. } => Kind::Signalled,
        What::Ended { .. } => Kind::Ended,
        What::Noted { .. } => Kind::Noted,
        What::Stack(_) | What::Socket(_) | What::SocketGone { .. } | What::Why(_) => return None,
    })
}

/// What two moments are together, if they are one.
fn joined(last: Kind, next: Kind) -> Option<Kind> {
    match (last, next) {
        (Kind::Made(call), Kind::Blocks(it)) if it == call => Some(Kind::Waits(call)),
        (Kind::Made(call), Kind::Returns(it)) if it == call => Some(Kind::Done(call)),
        _ => None,
    }
}
