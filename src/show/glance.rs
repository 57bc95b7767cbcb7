//! A run at a glance: what was sent, what was left unread, how connections ended.

use std::collections::BTreeMap;

use super::packet::bytes;
use super::picture::{Arrow, Place, Side};
use super::story::{Kind, Story};
use crate::trace::{Answer, Carried, SocketState, Sockets, What};

/// A name and a value each: `client sent`, `257 bytes`. The arrows are those of the run's picture, for who stands where.
pub fn glance(story: &Story, arrows: &[Arrow], heads: &[String]) -> Vec<(String, String)> {
    let mut lines = sent(story);
    lines.extend(unread(story));
    lines.extend(ends(story, arrows, heads));
    lines
}

/// The bytes that the kernel took from each program for its sockets.
fn sent(story: &Story) -> Vec<(String, String)> {
    const SENDS: [&str; 6] = ["send", "sendto", "sendmsg", "write", "writev", "sendfile"];
    let mut sums: BTreeMap<u8, u64> = BTreeMap::new();
    for view in story.calls().iter().filter(|view| view.entered.socket.is_some()) {
        let name = view.entered.name.as_ref();
        if let (true, Some((returned, _))) = (SENDS.contains(&name), view.returned)
            && let Answer::Value(count @ 1..) = returned.answer
        {
            *sums.entry(view.entered.who.program).or_default() += count as u64;
        }
    }
    let line = |(program, sum): (u8, u64)| {
        let sum = u32::try_from(sum).map_or(format!("{sum} bytes"), bytes);
        (format!("{} sent", story.names.program(program)), sum)
    };
    sums.into_iter().map(line).collect()
}

/// What lay in the receive queue of a connected socket when it was closed.
fn unread(story: &Story) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    let mut sockets = Sockets::default();
    for (at, moment) in story.moments.iter().enumerate() {
        if let (Kind::Done(_) | Kind::Made(_), Some(view)) = (moment.kind, story.call_of(at))
            && view.entered.name == "close"
            && let Some(socket) = view.entered.socket.and_then(|cookie| sockets.get(cookie))
            && let count @ 1.. = waiting(socket)
        {
            let name = story.names.of(view.entered.who);
            lines.push((format!("unread when {name} closed"), bytes(count)));
        }
        story.events(at).iter().for_each(|event| sockets.apply(&event.what));
    }
    lines
}

/// Bytes that wait to be read. In CLOSE_WAIT Linux counts the FIN, too.
fn waiting(socket: &SocketState) -> u32 {
    match socket.state.as_deref() {
        Some("ESTABLISHED" | "FIN_WAIT_1" | "FIN_WAIT_2") => socket.receive_queue,
        Some("CLOSE_WAIT") => socket.receive_queue.saturating_sub(1),
        _ => 0,
    }
}

/// The FINs and RSTs, and who sent them.
fn ends(story: &Story, arrows: &[Arrow], heads: &[String]) -> Option<(String, String)> {
    let mut ends = Vec::new();
    for arrow in arrows {
        let Some(What::Packet(packet)) = story.event(arrow.row).map(|event| &event.what) else {
            continue;
        };
        let Carried::Tcp(segment) = &packet.carries else { continue };
        let flag = segment.flags.split('|').find(|flag| matches!(*flag, "FIN" | "RST"));
        let side = match arrow.from {
            Place::Left => Some(Side::Left),
            Place::Right => Some(Side::Right),
            Place::Middle => None,
        };
        if let (Some(flag), Some(side)) = (flag, side) {
            let name = heads.get(side as usize).map_or("the other side", String::as_str);
            ends.push(format!("{flag} from {name}"));
        }
    }
    let text = if ends.is_empty() { return None } else { ends.join(", ") };
    Some(("connections ended with".into(), text))
}
