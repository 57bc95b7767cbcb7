//! A run at a glance: what was sent, what was left unread, how connections ended, what failed.

mod ends;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use super::packet::bytes;
use super::picture::{Picture, Side};
use super::reset;
use super::story::{Kind, Story};
use crate::explain;
use crate::trace::{Answer, CallView, Exit, Sockets, What};

/// A name and a value each: `client sent`, `257 bytes`. The run's picture says who stands where.
pub fn glance(story: &Story, picture: &Picture) -> Vec<(String, String)> {
    let people = People::of(story, picture);
    let mut lines = sent(story, &people);
    lines.extend(unread(story, &people));
    lines.extend(ends::ends(story, picture, &people));
    lines.extend(failed(story));
    lines.extend(broken(story));
    lines
}

/// Who does what: a program, or, where one program is both, its server's or its client's side.
struct People<'a> {
    story: &'a Story<'a>,
    /// The two sides, and on which of them the call is that is made in a row.
    sides: Option<([String; 2], HashMap<usize, Side>)>,
}

impl<'a> People<'a> {
    fn of(story: &'a Story<'a>, picture: &Picture) -> People<'a> {
        let sides = match (story.names.started(), picture.heads.as_slice()) {
            ([_], [_, _]) => {
                let rows = picture.bars.iter().map(|bar| (bar.from, bar.side)).collect();
                Some((["server".into(), "client".into()], rows))
            }
            _ => None,
        };
        People { story, sides }
    }

    /// Who makes the call of a row, and a number to sort by.
    fn caller(&self, row: usize, view: &CallView) -> (usize, String) {
        match self.sides.as_ref().and_then(|(names, rows)| Some((names, *rows.get(&row)?))) {
            Some((names, side)) => (side as usize, names[side as usize].clone()),
            None => {
                let program = view.entered.who.program;
                (program.into(), self.story.names.program(program))
            }
        }
    }

    /// Whose a side of the picture is.
    fn side(&self, side: Side, picture: &Picture) -> String {
        let given = self.sides.as_ref().map(|(names, _)| names[side as usize].clone());
        let head = || picture.heads.get(side as usize).cloned();
        given.or_else(head).unwrap_or_else(|| "the other side".into())
    }
}

/// The rows in which calls are made.
fn made<'a>(story: &'a Story<'a>) -> impl Iterator<Item = (usize, &'a CallView<'a>)> {
    let rows = story.moments.iter().enumerate();
    rows.filter_map(|(row, moment)| match moment.kind {
        Kind::Made(call) | Kind::Waits(call) | Kind::Done(call) => Some((row, story.call(call)?)),
        _ => None,
    })
}

/// The bytes that the kernel took from each program for its sockets.
fn sent(story: &Story, people: &People) -> Vec<(String, String)> {
    const SENDS: [&str; 6] = ["send", "sendto", "sendmsg", "write", "writev", "sendfile"];
    let mut sums: BTreeMap<(usize, String), u64> = BTreeMap::new();
    for (row, view) in made(story).filter(|(_, view)| view.entered.socket.is_some()) {
        let name = view.entered.name.as_ref();
        if let (true, Some((returned, _))) = (SENDS.contains(&name), view.returned)
            && let Answer::Value(count @ 1..) = returned.answer
        {
            *sums.entry(people.caller(row, view)).or_default() += count as u64;
        }
    }
    let line = |((_, name), sum): ((usize, String), u64)| (format!("{name} sent"), many(sum));
    sums.into_iter().map(line).collect()
}

fn many(sum: u64) -> String {
    u32::try_from(sum).map_or(format!("{sum} bytes"), bytes)
}

/// What lay in the receive queues of connected sockets when their last descriptors were closed.
fn unread(story: &Story, people: &People) -> Vec<(String, String)> {
    let mut found: BTreeMap<(usize, String), (usize, u64)> = BTreeMap::new();
    let mut sockets = Sockets::default();
    for row in 0..story.moments.len() {
        if let (Kind::Done(_) | Kind::Made(_), Some(view)) =
            (story.moments[row].kind, story.call_of(row))
            && view.entered.name == "close"
            && let Some(socket) = view.entered.socket.and_then(|cookie| sockets.get(cookie))
            && let (count @ 1.., 0..=1) = (reset::unread(socket), socket.holders.len())
        {
            let (closed, sum) = found.entry(people.caller(row, view)).or_default();
            *closed += 1;
            *sum += u64::from(count);
        }
        story.events(row).iter().for_each(|event| sockets.apply(&event.what));
    }
    let line = |((_, name), (closed, sum)): (_, (usize, u64))| match closed {
        1 => (format!("unread when {name} closed"), many(sum)),
        _ => (format!("unread when {name} closed"), format!("{} in {closed} sockets", many(sum))),
    };
    found.into_iter().map(line).collect()
}

/// The calls that failed, and with which errno.
fn failed(story: &Story) -> Option<(String, String)> {
    let failure = |view: &CallView| match view.returned?.0.answer {
        Answer::Errno(number) => {
            let name = explain::errno(number).map(|entry| entry.name.clone());
            Some(format!("{} {}", view.entered.name, name.unwrap_or_else(|| number.to_string())))
        }
        _ => None,
    };
    let failures = story.calls().iter().filter_map(failure);
    counted(failures).map(|text| ("calls that failed".into(), text))
}

/// The programs that ended otherwise than well.
fn broken(story: &Story) -> Vec<(String, String)> {
    let ended = |event: &crate::trace::Event| match &event.what {
        What::Ended { exit: Exit::Status(0) | Exit::Serving | Exit::None, .. } => None,
        What::Ended { who, exit } if who.tid == who.pid => {
            Some((format!("{} ended", story.names.of(*who)), exit.to_string()))
        }
        _ => None,
    };
    const MOST: usize = 4;
    (0..story.moments.len()).filter_map(|row| ended(story.event(row)?)).take(MOST).collect()
}

/// Words in the order in which they first come, each once and with how often it came; at most a
/// few.
fn counted(words: impl Iterator<Item = String>) -> Option<String> {
    const MOST: usize = 6;
    let (mut order, mut counts) = (Vec::new(), HashMap::new());
    for word in words {
        let count: &mut usize = counts.entry(word.clone()).or_default();
        *count += 1;
        if *count == 1 {
            order.push(word);
        }
    }
    let told = |word: &String| match counts.get(word) {
        None | Some(1) => word.clone(),
        Some(count) => format!("{word} ×{count}"),
    };
    let mut texts: Vec<String> = order.iter().take(MOST).map(told).collect();
    match order.len() {
        0 => None,
        kinds @ ..=MOST => Some(texts.drain(..kinds).collect::<Vec<_>>().join(", ")),
        kinds => Some(format!("{}, and {} others", texts.join(", "), kinds - MOST)),
    }
}
