//! What a ladder says of calls and of ends.

use super::super::interest::Watched;
use super::super::waits::waits_for;
use crate::trace::{Entered, Exit, Returned, SocketState, Value, Who, call_text, made_text};

/// A call that returns at once.
pub(super) fn whole(entered: &Entered, returned: &Returned) -> String {
    call_text(entered, Some(returned))
}

/// A call that waits, and what for; the addresses stand in the rows around it.
pub(super) fn waits(
    entered: &Entered,
    socket: Option<&SocketState>,
    watched: Option<&Watched>,
) -> String {
    let socket = socket.map(|socket| SocketState { local: None, peer: None, ..socket.clone() });
    let what = waits_for(entered, socket.as_ref(), watched);
    let what = what.strip_suffix(" from the peer").unwrap_or(&what);
    format!("{}\n… waits for {what}", made_text(entered, None))
}

/// Whether a call sleeps until another program acts, as far as its socket tells.
pub(super) fn sleeps(entered: &Entered, socket: Option<&SocketState>) -> bool {
    const RECEIVING: [&str; 6] = ["recv", "recvfrom", "recvmsg", "recvmmsg", "read", "readv"];
    match entered.name.as_ref() {
        "accept" | "accept4" => true,
        name => RECEIVING.contains(&name) && socket.is_some_and(|socket| socket.receive_queue == 0),
    }
}

/// A call of which nobody knows yet whether it waits.
pub(super) fn begun(entered: &Entered) -> String {
    format!("{} …", made_text(entered, None))
}

/// A call that has waited: its answer, and what the kernel wrote.
pub(super) fn end(entered: &Entered, returned: &Returned) -> String {
    let mut text = format!("… {} = {}", entered.name, returned.answer);
    for out in &returned.out {
        if matches!(out.value, Value::Address(_) | Value::Bytes { .. } | Value::List { .. }) {
            text.push_str(&format!(" {}", out.value));
        }
    }
    text
}

/// A process or a thread is over.
pub(super) fn ended(who: Who, exit: Exit) -> String {
    match who.tid == who.pid {
        true => exit.to_string(),
        false => format!("the thread ends: {exit}"),
    }
}

/// A process or a thread comes from another one.
pub(super) fn forked(who: Who, child: Who) -> String {
    match child.pid == who.pid {
        true => format!("+ thread {}", child.tid),
        false => format!("+ process {}", child.pid),
    }
}
