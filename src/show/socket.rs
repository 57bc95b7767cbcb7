//! What the kernel holds of sockets: all in a table, or what a call has changed.

use comfy_table::ColumnConstraint;

use super::names::Names;
use super::packet::bytes;
use super::table::{prose, table, width};
use crate::trace::{AcceptQueue, Arg, SocketState};

/// All sockets of a run, like `ss`: whose, what, from where to where, its state, its queues, its options.
pub fn sockets(sockets: &[&SocketState], names: &Names) -> String {
    sockets_within(sockets, names, width())
}

/// The same in so many columns.
pub(super) fn sockets_within(sockets: &[&SocketState], names: &Names, width: u16) -> String {
    const NARROWEST_TABLE: u16 = 75;
    if width < NARROWEST_TABLE {
        let lines = sockets.iter().map(|socket| line(socket, names));
        return lines.collect::<Vec<_>>().join("\n");
    }
    let mut table = table(["who", "type", "local → peer", "state", "queues and options"]);
    for socket in sockets {
        table.add_row([
            holders(socket, names),
            kind(socket),
            addresses(socket, "\n→ "),
            socket.state.as_deref().unwrap_or("—").into(),
            besides(socket).join("\n"),
        ]);
    }
    for column in table.column_iter_mut().take(4) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    table.set_width(width);
    table.to_string()
}

/// A socket where there is no room for a table.
fn line(socket: &SocketState, names: &Names) -> String {
    let mut parts = vec![
        format!("{}: {}", holders(socket, names).replace('\n', ", "), kind(socket)),
        addresses(socket, " → "),
        socket.state.as_deref().unwrap_or("no state").into(),
    ];
    parts.extend(besides(socket));
    prose(&parts.join("; "), "    ")
}

/// The descriptors that lead to it, or why there is none.
pub(super) fn holders(socket: &SocketState, names: &Names) -> String {
    let holder = |fd: &crate::trace::Descriptor| {
        let who = crate::trace::Who { program: fd.program, pid: fd.pid, tid: fd.pid };
        format!("{} fd {}", names.of(who), fd.fd)
    };
    match socket.holders.as_slice() {
        [] => without_descriptor(socket).into(),
        holders => holders.iter().map(holder).collect::<Vec<_>>().join("\n"),
    }
}

/// Which socket it is that a line of text is about: its descriptors, or its address where there are none.
pub fn which(before: Option<&SocketState>, after: Option<&SocketState>, names: &Names) -> String {
    let states = || before.into_iter().chain(after);
    let held = states().find(|socket| !socket.holders.is_empty());
    match (held, states().last()) {
        (Some(socket), _) => holders(socket, names).replace('\n', ", "),
        (None, Some(socket)) if before.is_some() => {
            format!("{} (no descriptor)", addresses(socket, " → "))
        }
        (None, Some(socket)) => without_descriptor(socket).into(),
        (None, None) => String::new(),
    }
}

/// What a socket without a descriptor is.
fn without_descriptor(socket: &SocketState) -> &'static str {
    match socket.state.as_deref() {
        Some("TIME_WAIT") => "the kernel",
        Some("SYN_RECEIVED") => "handshake under way",
        Some("ESTABLISHED" | "CLOSE_WAIT") => "not yet accepted",
        _ => "orphan",
    }
}

/// `TCP`, `UDP`, or the words of `socket`.
pub(super) fn kind(socket: &SocketState) -> String {
    match (socket.family.as_ref(), socket.kind.as_ref()) {
        ("AF_INET", "SOCK_STREAM") => "TCP".into(),
        ("AF_INET6", "SOCK_STREAM") => "TCP6".into(),
        ("AF_INET", "SOCK_DGRAM") => "UDP".into(),
        ("AF_INET6", "SOCK_DGRAM") => "UDP6".into(),
        (family, kind) => format!("{family} {kind}"),
    }
}

pub(super) fn addresses(socket: &SocketState, arrow: &str) -> String {
    let local = socket.local.as_deref().unwrap_or("no address");
    match &socket.peer {
        Some(peer) => format!("{local}{arrow}{peer}"),
        None => local.into(),
    }
}

/// The queues under the names that `ss` gives them, options, an error.
fn besides(socket: &SocketState) -> Vec<String> {
    let queue = match socket.accept_queue {
        Some(queue) => format!("accept queue {}", of(queue)),
        None => format!("Recv-Q {}, Send-Q {}", socket.receive_queue, sent(socket)),
    };
    let error = socket.error_pending.then(|| "an error waits".into());
    [queue].into_iter().chain(socket.options.iter().map(option)).chain(error).collect()
}

fn of(AcceptQueue { length, backlog }: AcceptQueue) -> String {
    format!("{length} of {backlog}")
}

fn option(option: &Arg) -> String {
    format!("{} {}", option.name, option.value)
}

/// What is different: a line for each field.
pub fn changes(before: Option<&SocketState>, after: Option<&SocketState>) -> Vec<String> {
    match (before, after) {
        (None, None) => Vec::new(),
        (None, Some(new)) => vec![fresh(new)],
        (Some(_), None) => vec!["the kernel has forgotten the socket".into()],
        (Some(before), Some(after)) => differences(before, after),
    }
}

fn fresh(new: &SocketState) -> String {
    let mut text = format!("a new socket: {} {}", new.family, new.kind);
    if new.local.is_some() {
        text.push_str(&format!(", {}", addresses(new, " → ")));
    }
    if let Some(state) = &new.state {
        text.push_str(&format!(", state {state}"));
    }
    text
}

fn differences(before: &SocketState, after: &SocketState) -> Vec<String> {
    let mut lines = Vec::new();
    let mut differs = |name: &str, before: &str, after: &str| {
        if before != after {
            lines.push(format!("{name} {before} → {after}"));
        }
    };
    let address = |address: &Option<String>| address.clone().unwrap_or_else(|| "none".into());
    let state = |socket: &SocketState| socket.state.as_deref().unwrap_or("none").to_string();
    differs("local address", &address(&before.local), &address(&after.local));
    differs("peer", &address(&before.peer), &address(&after.peer));
    differs("state", &state(before), &state(after));
    match (before.accept_queue, after.accept_queue) {
        (Some(a), Some(b)) => differs("accept queue", &of(a), &of(b)),
        (None, Some(new)) => lines.push(format!("accept queue {}", of(new))),
        (Some(_), None) => lines.push("no accept queue any more".into()),
        (None, None) => {}
    }
    for (name, before, after) in [
        ("receive queue", before.receive_queue, after.receive_queue),
        ("send queue", sent(before), sent(after)),
    ] {
        if before != after {
            lines.push(format!("{name} {before} → {}", bytes(after)));
        }
    }
    // Options are read through a descriptor: without one nobody knows them.
    if !after.holders.is_empty() {
        lines.extend(options(&before.options, &after.options));
    }
    match (before.error_pending, after.error_pending) {
        (false, true) => lines.push("an error waits for the next call".into()),
        (true, false) => lines.push("no error waits any more".into()),
        _ => {}
    }
    lines.extend(descriptors(before, after));
    lines
}

/// What the kernel counts in the send queue of a broken connection is no data.
pub(super) fn sent(socket: &SocketState) -> u32 {
    match socket.state.as_deref() {
        Some("CLOSE") => 0,
        _ => socket.send_queue,
    }
}

fn options(before: &[Arg], after: &[Arg]) -> Vec<String> {
    let among =
        |list: &[Arg], wanted: &Arg| list.iter().find(|arg| arg.name == wanted.name).cloned();
    let set =
        after.iter().filter(|new| !before.contains(new)).map(|new| match among(before, new) {
            Some(old) => format!("option {} → {}", option(&old), new.value),
            None => format!("option {}", option(new)),
        });
    let unset = before.iter().filter(|old| among(after, old).is_none());
    set.chain(unset.map(|old| format!("option {} as it comes again", old.name))).collect()
}

/// How many descriptors lead to it: from none on it is accepted, and without any it is the kernel's alone.
fn descriptors(before: &SocketState, after: &SocketState) -> Option<String> {
    let after_state = after;
    match (before.holders.as_slice(), after.holders.as_slice()) {
        (before, after) if before == after => None,
        ([], [new, ..]) => {
            let which = addresses(after_state, " → ");
            Some(format!("descriptor {} leads to {which} now", new.fd))
        }
        (_, []) => Some("no descriptor leads to it any more".into()),
        (before, after) => {
            Some(format!("descriptors that lead to it {} → {}", before.len(), after.len()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::program_names;
    use crate::show::welcome::{self, socket};
    use crate::trace::{Descriptor, Value};

    #[test]
    fn each_changed_field_has_its_line() {
        let closed = SocketState { state: Some("CLOSE".into()), ..socket(1, "127.0.0.1:9001") };
        let listening = SocketState {
            state: Some("LISTEN".into()),
            accept_queue: Some(AcceptQueue { length: 0, backlog: 5 }),
            ..closed.clone()
        };
        let one_waits = SocketState {
            accept_queue: Some(AcceptQueue { length: 1, backlog: 5 }),
            ..listening.clone()
        };
        let full = SocketState {
            receive_queue: 28,
            options: vec![Arg::new("SO_REUSEADDR", Value::Int(1))],
            error_pending: true,
            ..closed.clone()
        };
        let orphan = SocketState { holders: vec![], ..closed.clone() };
        let left = SocketState { holders: vec![], options: vec![], ..full.clone() };
        let set = [
            "receive queue 0 → 28 bytes",
            "option SO_REUSEADDR 1",
            "an error waits for the next call",
        ];
        let unset = [
            "receive queue 28 → 0 bytes",
            "option SO_REUSEADDR as it comes again",
            "no error waits any more",
        ];
        let cases: [(Option<&SocketState>, Option<&SocketState>, &[&str]); 10] = [
            (Some(&closed), Some(&listening), &["state CLOSE → LISTEN", "accept queue 0 of 5"]),
            (Some(&listening), Some(&one_waits), &["accept queue 0 of 5 → 1 of 5"]),
            (Some(&closed), Some(&full), &set),
            (Some(&full), Some(&closed), &unset),
            (Some(&full), Some(&left), &["no descriptor leads to it any more"]),
            (Some(&closed), Some(&orphan), &["no descriptor leads to it any more"]),
            (Some(&orphan), Some(&closed), &["descriptor 3 leads to 127.0.0.1:9001 now"]),
            (Some(&closed), Some(&closed), &[]),
            (Some(&closed), None, &["the kernel has forgotten the socket"]),
            (
                None,
                Some(&closed),
                &["a new socket: AF_INET SOCK_STREAM, 127.0.0.1:9001, state CLOSE"],
            ),
        ];
        for (before, after, lines) in cases {
            assert_eq!(changes(before, after), lines);
        }
    }

    #[test]
    fn the_table_has_every_socket_also_those_without_descriptor() {
        let names = program_names(&welcome::events());
        let listening = SocketState {
            state: Some("LISTEN".into()),
            accept_queue: Some(AcceptQueue { length: 1, backlog: 5 }),
            options: vec![Arg::new("SO_REUSEADDR", Value::Int(1))],
            ..socket(1, "127.0.0.1:9001")
        };
        let waits = SocketState {
            state: Some("ESTABLISHED".into()),
            peer: Some("127.0.0.1:40000".into()),
            holders: vec![],
            receive_queue: 28,
            ..socket(2, "127.0.0.1:9001")
        };
        let over = SocketState { state: Some("TIME_WAIT".into()), ..waits.clone() };
        let forked = SocketState {
            holders: vec![Descriptor { program: 0, pid: 777, fd: 4 }],
            ..waits.clone()
        };
        let orphan = SocketState { state: Some("FIN_WAIT_2".into()), ..waits.clone() };
        let half_open = SocketState { state: Some("SYN_RECEIVED".into()), ..waits.clone() };
        let text = sockets(&[&listening, &half_open, &waits, &over, &forked, &orphan], &names);
        for part in [
            "server fd 3",
            "accept queue 1 of 5",
            "SO_REUSEADDR 1",
            "handshake under way",
            "not yet accepted",
            "→ 127.0.0.1:40000",
            "the kernel",
            "Recv-Q 28, Send-Q 0",
            "server [777] fd 4",
            "orphan",
        ] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
    }
}
