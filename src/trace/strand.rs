//! A run pulled apart into strands, in each of which the order is certain: the calls of one thread,
//! the packets of one connection.

use std::collections::HashMap;
use std::hash::Hash;

use super::normal::{Normal, is_of_account};
use super::text::call_text;
use super::{Carried, Entered, Line, Packet, Returned, Trace, Value, What, Who};

/// The part that is a call's answer.
pub(super) const ANSWER: &str = "=";

/// A call, or a packet, and what of it is compared.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) line: Line,
    pub(super) parts: Vec<(String, Value)>,
}

/// Steps that follow on one another.
#[derive(Debug)]
pub(super) struct Strand {
    /// The same in both runs.
    pub(super) name: String,
    pub(super) steps: Vec<Step>,
}

/// Strands in the making.
struct Strands<K> {
    places: HashMap<K, usize>,
    strands: Vec<Strand>,
}

impl<K: Hash + Eq> Strands<K> {
    fn new() -> Self {
        Strands { places: HashMap::new(), strands: Vec::new() }
    }

    /// The strand of this key, begun under this name if there is none.
    fn of(&mut self, key: K, name: impl FnOnce() -> String) -> usize {
        *self.places.entry(key).or_insert_with(|| {
            self.strands.push(Strand { name: name(), steps: Vec::new() });
            self.strands.len() - 1
        })
    }

    fn push(&mut self, strand: usize, event: usize, mut step: Step) {
        if let Some(strand) = self.strands.get_mut(strand) {
            step.line.event = event;
            step.line.place = strand.steps.len() + 1;
            strand.steps.push(step);
        }
    }
}

/// The calls of each thread of each program, and its end.
pub(super) fn calls(trace: &Trace, normal: &Normal) -> Vec<Strand> {
    let programs = programs(trace);
    let returned: HashMap<u64, &Returned> = trace
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Returned(returned) => Some((returned.call, returned)),
            _ => None,
        })
        .collect();
    let mut threads: HashMap<u8, usize> = HashMap::new();
    let mut strands = Strands::new();
    for (at, event) in trace.events.iter().enumerate() {
        let who = match &event.what {
            What::Started(started) => started.who,
            What::Forked { child, .. } => *child,
            What::Entered(entered) => entered.who,
            What::Ended { who, .. } => *who,
            _ => continue,
        };
        let strand = strands.of(who, || {
            let count = threads.entry(who.program).or_default();
            *count += 1;
            name(&programs, who, *count)
        });
        let step = match &event.what {
            What::Entered(entered) => call(normal, entered, returned.get(&entered.call).copied()),
            What::Ended { exit, .. } => Step {
                line: line(None, "end", format!("ends: {exit}")),
                parts: vec![part("ends", exit.to_string())],
            },
            _ => continue,
        };
        strands.push(strand, at, step);
    }
    strands.strands
}

/// The programs' names; the second of one name is `client (2)`.
fn programs(trace: &Trace) -> HashMap<u8, String> {
    let mut times: HashMap<&str, usize> = HashMap::new();
    let mut names = HashMap::new();
    for started in trace.programs() {
        let time = times.entry(&started.name).or_default();
        *time += 1;
        let name = match *time {
            1 => started.name.clone(),
            time => format!("{} ({time})", started.name),
        };
        names.entry(started.who.program).or_insert(name);
    }
    names
}

fn name(programs: &HashMap<u8, String>, who: Who, count: usize) -> String {
    let program = programs.get(&who.program).cloned();
    let program = program.unwrap_or_else(|| format!("program {}", who.program));
    match (count, who.pid == who.tid) {
        (1, _) => program,
        (_, true) => format!("{program}, process {count}"),
        (_, false) => format!("{program}, thread {count}"),
    }
}

fn call(normal: &Normal, entered: &Entered, returned: Option<&Returned>) -> Step {
    let out = returned.map(|returned| normal.out(entered, returned)).unwrap_or_default();
    let returned = returned.map(|returned| Returned { out, ..returned.clone() });
    let entered = Entered { args: normal.args(entered), ..entered.clone() };
    let out = returned.iter().flat_map(|returned| &returned.out);
    let line = Line {
        made: call_text(&entered, None),
        ..line(Some(entered.call), &entered.name, call_text(&entered, returned.as_ref()))
    };
    let mut parts = Vec::new();
    if let Some(returned) = &returned {
        parts.push(part(ANSWER, returned.answer.to_string()));
    }
    for arg in out.clone() {
        parts.push((arg.name.to_string(), arg.value.clone()));
    }
    for arg in &entered.args {
        let answered = out.clone().any(|out| out.name == arg.name);
        let given = if answered { " (given)" } else { "" };
        parts.push((format!("{}{given}", arg.name), arg.value.clone()));
    }
    Step { line, parts }
}

/// The packets between each two addresses that are there because a program did something.
pub(super) fn wire(trace: &Trace, normal: &Normal) -> Vec<Strand> {
    let mut strands = Strands::new();
    for (at, event) in trace.events.iter().enumerate() {
        let What::Packet(packet) = &event.what else { continue };
        if !is_of_account(&packet.carries) {
            continue;
        }
        let [from, to] = [&packet.from, &packet.to].map(|end| normal.address(end));
        let protocol = match packet.carries {
            Carried::Tcp(_) => "TCP",
            Carried::Udp { .. } => "UDP",
            Carried::Icmp { .. } => "ICMP",
            Carried::Other { .. } => "IP",
        };
        let (low, high) = if from <= to { (&from, &to) } else { (&to, &from) };
        let between = format!("{protocol} {low} ↔ {high}");
        let strand = strands.of(between.clone(), || between);
        strands.push(strand, at, self::packet(normal, packet, &format!("{from} → {to}")));
    }
    strands.strands
}

fn packet(normal: &Normal, packet: &Packet, way: &str) -> Step {
    let data = |length: u32| {
        let value = Value::Bytes { data: packet.data.clone(), length: length.into() };
        ("data".into(), value)
    };
    let (what, parts) = match &packet.carries {
        Carried::Tcp(segment) => {
            let flags = part("flags", segment.flags.to_string());
            let length = part("length", bytes(segment.length));
            let text = match segment.length {
                0 => segment.flags.to_string(),
                length => format!("{}, {}", segment.flags, bytes(length)),
            };
            (text, vec![flags, length, data(segment.length)])
        }
        Carried::Udp { length } => {
            (bytes(*length), vec![part("length", bytes(*length)), data(*length)])
        }
        Carried::Icmp { meaning, about } => {
            let about = about.as_ref().map(|about| format!(" ({})", normal.sentence(about)));
            let text = format!("{meaning}{}", about.unwrap_or_default());
            (text.clone(), vec![part("meaning", text)])
        }
        Carried::Other { protocol, length } => {
            let text = format!("protocol {protocol}, {}", bytes(*length));
            (text.clone(), vec![part("what", text), data(*length)])
        }
    };
    let line = Line { made: way.into(), ..line(packet.caused_by, way, format!("{way}: {what}")) };
    Step { line, parts }
}

fn bytes(count: u32) -> String {
    if count == 1 { "1 byte".into() } else { format!("{count} bytes") }
}

fn part(name: &str, text: String) -> (String, Value) {
    (name.into(), Value::Named { raw: 0, name: text.into() })
}

fn line(call: Option<u64>, name: &str, text: String) -> Line {
    Line { place: 0, event: 0, call, name: name.into(), made: text.clone(), text }
}
