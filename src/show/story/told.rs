//! What is to be told of a moment, in words and bytes.

use serde::Serialize;

use super::super::names::Names;
use super::super::packet::{is_reset, packet};
use super::super::socket::{changes, which};
use super::super::step::meaning;
use super::super::text::command;
use super::super::{brief, why};
use super::{Kind, Story};
use crate::explain;
use crate::trace::{
    Answer, Arg, CallView, Carried, Entered, Packet, Returned, Segment, SocketAddress, SocketState,
    Sockets, Value, What, call_text, made_text,
};

/// A moment in words.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Told {
    /// Who does what, in a few words: `server calls bind`.
    pub title: String,
    /// The call with its arguments and, if it has returned, its answer; the packet; what was printed.
    pub text: String,
    /// What the answer means, what the program waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// What explains it: why a call failed, what ended a wait, what the call is for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub explained: Vec<String>,
    /// The addresses among the arguments, as they are after the moment.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<AddressTable>,
    /// The buffers among the arguments; a packet's payload.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buffers: Vec<Buffer>,
    /// The sockets that change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<Change>,
    /// The number of the chain of callers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack: Option<u32>,
}

/// A socket address, field by field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddressTable {
    /// The argument's name.
    pub name: String,
    /// How many bytes there are.
    pub size: usize,
    /// Its fields.
    pub rows: Vec<AddressRow>,
}

/// A field of an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddressRow {
    /// Its bytes in memory.
    #[serde(with = "hex")]
    pub bytes: Vec<u8>,
    /// Its name in C: `sin_port`.
    pub name: &'static str,
    /// What a C program writes to get these bytes: `htons(9001)`.
    pub means: String,
}

/// A buffer, or as much of it as was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Buffer {
    /// The argument's name; `payload` of a packet.
    pub name: String,
    /// How long it is.
    pub length: u64,
    /// What is in it.
    #[serde(with = "hex")]
    pub data: Vec<u8>,
}

/// A socket that a moment changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Which: `server fd 3`.
    pub name: String,
    /// The kernel's number for it.
    pub cookie: u64,
    /// What is different, a line for each field.
    pub lines: Vec<String>,
    /// As it was.
    #[serde(skip)]
    pub before: Option<SocketState>,
    /// As it is; none: the kernel has forgotten it.
    #[serde(skip)]
    pub after: Option<SocketState>,
}

/// What is to be told of a moment, with the sockets before and after it.
pub(super) fn told(story: &Story, moment: usize, before: &Sockets, after: &Sockets) -> Told {
    let Some(event) = story.event(moment) else { return Told::default() };
    let mut told = match (story.moments[moment].kind, story.call_of(moment)) {
        (kind, Some(view)) => call(story, moment, kind, view, before, after),
        _ => besides(&event.what, &story.names),
    };
    told.explained.extend(of_others(story, &event.what));
    told.changed = changed(story, moment, before, after);
    told
}

/// A moment that is about no call.
fn besides(what: &What, names: &Names) -> Told {
    let of = |who| names.of(who);
    let (title, text) = match what {
        What::Started(started) => (format!("{} starts", started.name), command(&started.command)),
        What::Packet(passing) => return of_packet(passing),
        What::Printed { who, bytes } => (format!("{} prints", of(*who)), brief(bytes)),
        What::Forked { who, child } => {
            let kind = if child.pid == who.pid { "thread" } else { "process" };
            (format!("{} starts a {kind}", of(*who)), format!("{kind} {}", child.tid))
        }
        What::Executed { who, file } => {
            (format!("{} becomes another program", of(*who)), brief(file.as_bytes()))
        }
        What::Signalled { who, signal } => {
            (format!("{} gets {signal}", of(*who)), signal.to_string())
        }
        What::Ended { who, exit } if who.tid == who.pid => {
            (format!("{} is over", of(*who)), exit.to_string())
        }
        What::Ended { who, exit } => (format!("{} is over", of(*who)), format!("thread: {exit}")),
        What::Noted { who, text } => {
            let about = who.map_or("the run".into(), of);
            (format!("about {about}"), brief(text.trim_end().as_bytes()))
        }
        _ => Default::default(),
    };
    Told { title, text, ..Told::default() }
}

/// What explains a moment that is about no call: why a reset was sent, what a signal is.
fn of_others(story: &Story, what: &What) -> Option<String> {
    match what {
        What::Packet(passing) if is_reset(&passing.carries) => {
            story.why_reset(story.call(passing.caused_by?)?)
        }
        What::Signalled { signal, .. } => {
            let found = explain::find(signal).ok()?;
            found.iter().find(|entry| entry.name == *signal).map(|entry| entry.what.clone())
        }
        _ => None,
    }
}

fn of_packet(passing: &Packet) -> Told {
    let length = super::super::packet::length(&passing.carries);
    let payload = Buffer { name: "payload".into(), length, data: passing.data.clone() };
    Told {
        title: "a packet passes".into(),
        text: packet(passing),
        buffers: Some(payload).filter(|payload| !payload.data.is_empty()).into_iter().collect(),
        ..Told::default()
    }
}

/// A moment of a call.
fn call(
    story: &Story,
    moment: usize,
    kind: Kind,
    view: &CallView,
    before: &Sockets,
    after: &Sockets,
) -> Told {
    let CallView { entered, .. } = view;
    let returned = view.returned.map(|(returned, _)| returned);
    let returned = returned.filter(|_| matches!(kind, Kind::Done(_) | Kind::Returns(_)));
    let name = story.names.of(entered.who);
    let on = entered.socket.and_then(|cookie| after.get(cookie).or_else(|| before.get(cookie)));
    let (title, meaning) = match (kind, returned) {
        (Kind::Waits(_) | Kind::Blocks(_), _) => (
            format!("{name} sleeps in {}", entered.name),
            Some(format!("it waits for {}", story.waits_for(entered, on))),
        ),
        (Kind::Returns(_), Some(Returned { answer: Answer::Unfinished(_), .. })) => {
            (format!("{name}'s {} does not return", entered.name), None)
        }
        (Kind::Returns(_), Some(returned)) => {
            (format!("{name}'s {} returns", entered.name), meaning(entered, returned, on))
        }
        (_, Some(returned)) => {
            (format!("{name} calls {}", entered.name), meaning(entered, returned, on))
        }
        (_, None) => (format!("{name} calls {}", entered.name), None),
    };
    let args = now(entered, returned);
    Told {
        title,
        text: match returned {
            Some(returned) => call_text(entered, Some(returned)),
            None => made_text(entered, None),
        },
        meaning,
        explained: explained(story, moment, view, returned, on),
        addresses: addresses(&args),
        buffers: buffers(&args),
        changed: Vec::new(),
        stack: entered.stack,
    }
}

/// The arguments, those through which the kernel has answered as they are now.
fn now<'a>(entered: &'a Entered, returned: Option<&'a Returned>) -> Vec<&'a Arg> {
    let out = returned.map_or(&[][..], |returned| &returned.out);
    let same = |arg: &'a Arg| out.iter().find(|out| out.name == arg.name).unwrap_or(arg);
    let fresh = out.iter().filter(|out| entered.args.iter().all(|arg| arg.name != out.name));
    entered.args.iter().map(same).chain(fresh).collect()
}

/// The addresses among these arguments.
pub(in super::super) fn addresses(args: &[&Arg]) -> Vec<AddressTable> {
    let mut tables = Vec::new();
    for arg in args {
        match &arg.value {
            Value::Address(address) => tables.push(table(&arg.name, address)),
            Value::Struct(fields) => tables.extend(addresses(&fields.iter().collect::<Vec<_>>())),
            _ => (),
        }
    }
    tables
}

fn table(name: &str, address: &SocketAddress) -> AddressTable {
    let row = |field: crate::trace::AddressField| AddressRow {
        bytes: address.raw.get(field.bytes).unwrap_or_default().into(),
        name: field.name,
        means: field.means,
    };
    let rows = address.fields().into_iter().map(row).collect();
    AddressTable { name: name.into(), size: address.raw.len(), rows }
}

/// The buffers among these arguments.
pub(in super::super) fn buffers(args: &[&Arg]) -> Vec<Buffer> {
    let mut all = Vec::new();
    for arg in args {
        match &arg.value {
            Value::Bytes { data, length } => {
                all.push(Buffer {
                    name: arg.name.to_string(),
                    length: *length,
                    data: data.clone(),
                });
            }
            Value::Struct(fields) => all.extend(buffers(&fields.iter().collect::<Vec<_>>())),
            Value::List { items, .. } => {
                let items: Vec<Arg> =
                    items.iter().map(|item| Arg::new(arg.name.clone(), item.clone())).collect();
                all.extend(buffers(&items.iter().collect::<Vec<_>>()));
            }
            _ => (),
        }
    }
    all
}

/// Why a call failed, what came while it waited, and what it is for.
fn explained(
    story: &Story,
    moment: usize,
    view: &CallView,
    returned: Option<&Returned>,
    on: Option<&SocketState>,
) -> Vec<String> {
    let mut lines = Vec::new();
    let about = |event: &crate::trace::Event| match &event.what {
        What::Why(why) if why.call == view.entered.call => Some(why.clone()),
        _ => None,
    };
    if let Some(returned) = returned {
        if let Some(why) = story.events(moment).iter().find_map(about) {
            lines.extend(why::lines(view.entered, returned, &why, &story.names));
        }
        lines.extend(story.why_reset(view));
        if matches!(story.moments[moment].kind, Kind::Returns(_)) {
            lines.extend(meanwhile(story, moment, view, on));
        }
        if let Answer::Errno(number) = returned.answer {
            lines.extend(
                explain::errno(number).map(|entry| format!("{}: {}", entry.name, entry.what)),
            );
        }
    }
    lines
}

/// What came for the call's socket while it waited.
fn meanwhile(
    story: &Story,
    moment: usize,
    view: &CallView,
    on: Option<&SocketState>,
) -> Option<String> {
    let began = story.began(view.entered.call)?;
    let port = |address: &str| address.rsplit(':').next().map(str::to_owned);
    let mine = on?.local.as_deref().and_then(port)?;
    let peer = on?.peer.as_deref();
    let listens = on?.state.as_deref() == Some("LISTEN");
    let arrives = |at: usize| match story.event(at).map(|event| &event.what) {
        Some(What::Packet(passing)) if port(&passing.to).as_ref() == Some(&mine) => Some(passing),
        _ => None,
    };
    // A server's connections all have its port: of a connected socket only what its peer sends counts.
    let came: Vec<String> = (began..moment)
        .filter_map(arrives)
        .filter(|passing| peer.is_none_or(|peer| passing.from == peer))
        .filter(|passing| !listens || shakes_hands(&passing.carries))
        .map(|passing| super::super::packet::labels(&passing.carries)[0].clone())
        .collect();
    const MOST: usize = 8;
    let more = came.len().saturating_sub(MOST);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let came = came[..came.len().min(MOST)].join("; ");
    let since = format!("it has waited since step {}", began + 1);
    match came.is_empty() {
        true => Some(since),
        false => Some(format!("{since}; meanwhile these came for it: {came}{more}")),
    }
}

/// Whether it is a segment that a client sends to a listening socket: a SYN, or the ACK of the
/// answer to it. What comes later is for the connected socket, which has the same port.
fn shakes_hands(carries: &Carried) -> bool {
    match carries {
        Carried::Tcp(Segment { flags, seq: 1, ack: Some(1), length: 0, .. }) => flags == "ACK",
        Carried::Tcp(Segment { flags, .. }) => flags == "SYN",
        _ => false,
    }
}

/// The sockets that change in a moment.
fn changed(story: &Story, moment: usize, before: &Sockets, after: &Sockets) -> Vec<Change> {
    let change = |cookie: u64| {
        let (before, after) = (before.get(cookie).cloned(), after.get(cookie).cloned());
        let lines = changes(before.as_ref(), after.as_ref());
        let name = which(before.as_ref(), after.as_ref(), &story.names);
        Change { name, cookie, lines, before, after }
    };
    let all = story.touched(moment).into_iter().map(change);
    all.filter(|change| !change.lines.is_empty()).collect()
}
