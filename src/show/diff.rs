//! Where two runs part, as text.

use super::table::{prose, width};
use super::text::grouped;
use crate::trace::{Aligned, Line, Pairing, Part, RunDiff};

/// How many differences of one program, or of one connection, are shown; the others are counted.
const SHOWN: usize = 20;

/// Prints where two runs part, and only that: first each program's calls, then what it comes to on
/// the wire. The runs go by these names.
pub fn diff(diff: &RunDiff, (a, b): (&str, &str)) -> String {
    if diff.is_same() {
        return prose(&same(diff), "  ");
    }
    let mut text = format!("a: {a}\nb: {b}\n");
    for program in &diff.programs {
        text.push_str(&strand(program, "call"));
    }
    match &diff.wire {
        None => text.push_str("\non the wire: not watched in both runs, so not compared\n"),
        Some(wire) if wire.iter().all(Aligned::is_same) => {
            text.push_str(&format!("\non the wire: the same {}\n", packets(wire)));
        }
        Some(wire) => {
            text.push_str("\non the wire:\n");
            for connection in wire {
                text.push_str(&strand(connection, "packet"));
            }
        }
    }
    text.trim_end().into()
}

fn same(diff: &RunDiff) -> String {
    let calls = diff.programs.iter().flat_map(|program| &program.pairs).filter(|pair| {
        matches!(pair, Pairing::Same { a, .. } if a.call.is_some()) // the end of a program is none
    });
    let calls = counted(calls.count(), "call");
    match &diff.wire {
        Some(wire) => format!("the same calls, the same packets: {calls}, {}", packets(wire)),
        None => format!("the same calls: {calls}; not both runs were watched on the wire"),
    }
}

/// How many packets there are; those that only acknowledge are in no comparison.
fn packets(wire: &[Aligned]) -> String {
    let packets = wire.iter().map(|connection| connection.pairs.len()).sum();
    format!("{} (bare acknowledgements left out)", counted(packets, "packet"))
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {what}{plural}", grouped(count))
}

/// The differences of one program or one connection.
fn strand(aligned: &Aligned, step: &str) -> String {
    let parting = aligned.pairs.iter().filter(|pair| !matches!(pair, Pairing::Same { .. }));
    let count = parting.clone().count();
    let mut text: String =
        parting.take(SHOWN).map(|pair| pairing(&aligned.name, step, pair)).collect();
    if count > SHOWN {
        let more = counted(count - SHOWN, "more difference");
        text.push_str(&format!("\n{}: {more}\n", aligned.name));
    }
    text
}

fn pairing(strand: &str, step: &str, pair: &Pairing) -> String {
    let only = |line: &Line, side: &str| {
        let place = place(strand, step, line);
        format!("\n{}\n", entry(&format!("{place}, only in {side}: {}", line.text)))
    };
    match pair {
        Pairing::Same { .. } => String::new(),
        Pairing::OnlyA(line) => only(line, "a"),
        Pairing::OnlyB(line) => only(line, "b"),
        Pairing::Changed { a, b, parts } => {
            let mut place = place(strand, step, a);
            if a.place != b.place {
                place.push_str(&format!(" ({} in b)", b.place));
            }
            let made = if a.made == b.made { &a.made } else { &a.name };
            let side = |name: &str, of: fn(&Part) -> Option<&String>| {
                let parts = parts.iter().filter_map(|part| of(part).map(|text| said(part, text)));
                let parts = parts.collect::<Vec<_>>().join("; ");
                let parts = if parts.is_empty() { "—" } else { &parts };
                entry(&format!("  {name}: {parts}"))
            };
            let (a, b) = (side("a", |part| part.a.as_ref()), side("b", |part| part.b.as_ref()));
            format!("\n{}\n{a}\n{b}\n", entry(&format!("{place}: {made}")))
        }
    }
}

/// The answer stands for itself, as in C.
fn said(Part { name, .. }: &Part, text: &str) -> String {
    match name.as_str() {
        "=" => format!("= {text}"),
        name => format!("{name} {text}"),
    }
}

/// The end of a program is no call.
fn place(strand: &str, step: &str, line: &Line) -> String {
    match line.name.as_str() {
        "end" => strand.into(),
        _ => format!("{strand}, {step} {}", line.place),
    }
}

/// Prose with its own indent; what is too long for a line goes on a little further in.
fn entry(text: &str) -> String {
    match text.chars().count() <= usize::from(width()) {
        true => text.into(), // as it is: what stands in quotes keeps its spaces
        false => prose(text, "     "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::fixture::Run;
    use crate::trace::{Answer, Value};

    #[test]
    fn runs_that_are_the_same_take_one_line() {
        let [a, b] = [40000, 40001].map(|port| Run::welcome(port, 256, 256, "FIN|ACK"));
        assert_eq!(
            diff(&crate::trace::diff(&a, &b), ("a.jsonl", "b.jsonl")),
            "the same calls, the same packets: 6 calls, 4 packets (bare acknowledgements left out)"
        );
    }

    #[test]
    fn only_what_parts_is_shown() {
        let a = Run::welcome(40000, 23, 23, "RST|ACK");
        let b = Run::welcome(40001, 23, 19, "FIN|ACK");
        let text = diff(&crate::trace::diff(&a, &b), ("a.jsonl", "b.jsonl"));
        let expected = "\
a: a.jsonl
b: b.jsonl

client, call 2: recv(3, buf, 256, 0)
  a: = 23; buf \"Welcome to Network Serv\"
  b: = 19; buf \"Welcome to Network \"

on the wire:

TCP 127.0.0.1:9001 ↔ 127.0.0.1:PORT1, packet 4: 127.0.0.1:PORT1 → 127.0.0.1:9001
  a: flags RST|ACK
  b: flags FIN|ACK";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_long_list_is_counted() {
        let (mut a, b) = (Run::new(), Run::new());
        for fd in 0..50 {
            a.call(0, "close", vec![("fd", Value::Fd(fd))], Answer::Value(0), vec![]);
        }
        let text = diff(&crate::trace::diff(&a.trace, &b.trace), ("a", "b"));
        assert!(text.contains("\nserver, call 1, only in a: close(0) = 0\n"), "{text}");
        assert!(text.contains("\nserver: 30 more differences\n"), "{text}");
        assert!(!text.contains("close(20)"), "{text}");
    }
}
