//! Where two runs part: call by call, program by program, and then packet by packet.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use super::contrast::contrast;
use super::normal::Normal;
use super::strand::{self, Step, Strand};
use super::{Trace, Watch};

/// How long the search for the best alignment may take; then a worse one is good enough.
const PATIENCE: Duration = Duration::from_secs(2);

/// Two runs, aligned. Left out of the comparison is what differs by chance: times, the numbers of
/// processes and sockets, ports that the kernel has chosen, where things lie in memory, and bare
/// acknowledgements, for which timers decide. Time limits of more than ten seconds are rounded
/// up to tens of seconds, since programs reckon them by a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunDiff {
    /// Each thread of each program: its calls, and how it ended.
    pub programs: Vec<Aligned>,
    /// The packets between each two addresses. None: not both runs were watched on the wire.
    pub wire: Option<Vec<Aligned>>,
}

/// Two strands beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aligned {
    /// `server`; `server, process 2`; `TCP 127.0.0.1:9001 ↔ 127.0.0.1:PORT1`.
    pub name: String,
    /// Their steps.
    pub pairs: Vec<Pairing>,
}

/// A step of the one run, and what is in its place in the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pairing {
    /// The same.
    Same {
        /// In the one run.
        a: Line,
        /// In the other.
        b: Line,
    },
    /// The same call with other arguments or another answer; a packet the same way, with something
    /// else in it.
    Changed {
        /// In the one run.
        a: Line,
        /// In the other.
        b: Line,
        /// What differs.
        parts: Vec<Part>,
    },
    /// Only in the one run.
    OnlyA(Line),
    /// Only in the other.
    OnlyB(Line),
}

/// One call, or one packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its place in its strand, from 1.
    pub place: usize,
    /// The place among its run's events: of a call, where it is made.
    pub event: usize,
    /// The call's number in the run; of a packet, that of the call that sent it.
    pub call: Option<u64>,
    /// `recv`; `127.0.0.1:9001 → 127.0.0.1:PORT1`.
    pub name: String,
    /// The call without its answer: `recv(4, buf, 256, 0)`.
    pub made: String,
    /// All of it.
    pub text: String,
}

/// What differs between two calls or two packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// An argument's name, or `=` for the answer; `flags`, `length`, `data` of a packet.
    pub name: String,
    /// In the one run, if it is there.
    pub a: Option<String>,
    /// In the other.
    pub b: Option<String>,
}

impl RunDiff {
    /// Whether nothing differs.
    pub fn is_same(&self) -> bool {
        self.programs.iter().chain(self.wire.iter().flatten()).all(Aligned::is_same)
    }
}

impl Aligned {
    /// Whether nothing differs.
    pub fn is_same(&self) -> bool {
        self.pairs.iter().all(|pair| matches!(pair, Pairing::Same { .. }))
    }
}

/// Compares two runs.
pub fn diff(a: &Trace, b: &Trace) -> RunDiff {
    let [normal_a, normal_b] = [a, b].map(Normal::of);
    let by = Instant::now() + PATIENCE;
    let watched = [a, b].iter().all(|trace| trace.header.watch.contains(&Watch::Wire));
    RunDiff {
        programs: by_name(strand::calls(a, &normal_a), strand::calls(b, &normal_b), by),
        wire: watched.then(|| by_name(strand::wire(a, &normal_a), strand::wire(b, &normal_b), by)),
    }
}

/// Aligns the strands that have one name.
fn by_name(a: Vec<Strand>, b: Vec<Strand>, by: Instant) -> Vec<Aligned> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut both: Vec<(String, [Vec<Step>; 2])> = Vec::new();
    for (side, strands) in [a, b].into_iter().enumerate() {
        for Strand { name, steps } in strands {
            let place = *places.entry(name).or_insert_with_key(|name| {
                both.push((name.clone(), Default::default()));
                both.len() - 1
            });
            both[place].1[side].extend(steps);
        }
    }
    let both = both.into_iter();
    both.map(|(name, [a, b])| Aligned { name, pairs: align(a, b, by) }).collect()
}

/// Equal steps first; then, between these, steps of the same name.
fn align(a: Vec<Step>, b: Vec<Step>, by: Instant) -> Vec<Pairing> {
    let mut numbers = HashMap::new();
    let [keys_a, keys_b] = [&a, &b].map(|steps| numbered(steps, whole, &mut numbers));
    let [mut a, mut b] = [a.into_iter(), b.into_iter()];
    let mut pairs = Vec::new();
    for op in capture_diff_slices_deadline(Algorithm::Myers, &keys_a, &keys_b, Some(by)) {
        let (old, new) = (op.old_range().len(), op.new_range().len());
        let (old, new) = (a.by_ref().take(old), b.by_ref().take(new));
        match op {
            DiffOp::Equal { .. } => {
                pairs.extend(old.zip(new).map(|(a, b)| Pairing::Same { a: a.line, b: b.line }));
            }
            _ => changed(old.collect(), new.collect(), by, &mut pairs),
        }
    }
    pairs
}

/// Steps of which none is in both runs.
fn changed(a: Vec<Step>, b: Vec<Step>, by: Instant, pairs: &mut Vec<Pairing>) {
    let mut numbers = HashMap::new();
    let name = |step: &Step| step.line.name.clone().into_bytes();
    let [names_a, names_b] = [&a, &b].map(|steps| numbered(steps, name, &mut numbers));
    let [mut a, mut b] = [a.into_iter(), b.into_iter()];
    for op in capture_diff_slices_deadline(Algorithm::Myers, &names_a, &names_b, Some(by)) {
        let (old, new) = (op.old_range().len(), op.new_range().len());
        let (old, new) = (a.by_ref().take(old), b.by_ref().take(new));
        match op {
            DiffOp::Equal { .. } => pairs.extend(old.zip(new).map(|(a, b)| {
                let parts = parts(&a, &b);
                Pairing::Changed { a: a.line, b: b.line, parts }
            })),
            _ => {
                pairs.extend(old.map(|step| Pairing::OnlyA(step.line)));
                pairs.extend(new.map(|step| Pairing::OnlyB(step.line)));
            }
        }
    }
}

/// A small number for each step, the same for steps that are the same by this key.
fn numbered(
    steps: &[Step],
    key: impl Fn(&Step) -> Vec<u8>,
    numbers: &mut HashMap<Vec<u8>, usize>,
) -> Vec<usize> {
    let mut number = |step| {
        let next = numbers.len();
        *numbers.entry(key(step)).or_insert(next)
    };
    steps.iter().map(&mut number).collect()
}

/// All of a step that is compared.
fn whole(step: &Step) -> Vec<u8> {
    // Strings, numbers and lists of them: this does not fail.
    serde_json::to_vec(&(&step.line.name, &step.parts)).unwrap_or_default()
}

fn parts(a: &Step, b: &Step) -> Vec<Part> {
    fn of<'a>(step: &'a Step, name: &str) -> Option<&'a super::Value> {
        step.parts.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
    let only_b = b.parts.iter().filter(|(name, _)| of(a, name).is_none());
    let names = a.parts.iter().chain(only_b).map(|(name, _)| name);
    let part = |name: &String| match (of(a, name), of(b, name)) {
        (a, b) if a == b => None,
        (Some(a), Some(b)) => {
            let (a, b) = contrast(a, b);
            Some(Part { name: name.clone(), a: Some(a), b: Some(b) })
        }
        (a, b) => {
            let [a, b] = [a, b].map(|value| value.map(ToString::to_string));
            Some(Part { name: name.clone(), a, b })
        }
    };
    names.filter_map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::fixture::{Run, bytes};
    use crate::trace::{Answer, Event, Value, What};

    fn only(diff: &RunDiff) -> Vec<&Pairing> {
        let wire = diff.wire.iter().flatten();
        let pairs = diff.programs.iter().chain(wire).flat_map(|aligned| &aligned.pairs);
        pairs.filter(|pair| !matches!(pair, Pairing::Same { .. })).collect()
    }

    /// The run again, in other processes.
    fn elsewhere(mut trace: Trace) -> Trace {
        for Event { at, what } in &mut trace.events {
            *at += 7;
            match what {
                What::Entered(entered) => {
                    entered.who.pid += 500;
                    entered.who.tid += 500;
                    entered.socket = Some(*at);
                }
                What::Started(started) => {
                    started.who.pid += 500;
                    started.who.tid += 500;
                }
                What::Ended { who, .. } => {
                    who.pid += 500;
                    who.tid += 500;
                }
                _ => (),
            }
        }
        trace
    }

    #[test]
    fn what_is_another_by_chance_is_the_same() {
        let a = Run::welcome(40000, 256, 256, "FIN|ACK");
        let b = elsewhere(Run::welcome(51234, 256, 256, "FIN|ACK"));
        let diff = diff(&a, &b);
        assert!(diff.is_same(), "{:?}", only(&diff));
        assert_eq!(diff.programs.len(), 2);
        let wire = diff.wire.unwrap();
        assert_eq!(wire[0].name, "TCP 127.0.0.1:9001 ↔ 127.0.0.1:PORT1");
        assert_eq!(wire[0].pairs.len(), 4, "the bare ACK is left out");
    }

    #[test]
    fn bytes_and_ends_that_differ_are_found() {
        let a = Run::welcome(40000, 257, 256, "RST|ACK");
        let b = Run::welcome(40001, 23, 23, "FIN|ACK");
        let diff = diff(&a, &b);
        assert!(!diff.is_same());
        let changed: Vec<_> = only(&diff)
            .into_iter()
            .map(|pair| match pair {
                Pairing::Changed { a, parts, .. } => {
                    let names: Vec<_> = parts.iter().map(|part| &*part.name).collect();
                    (a.made.clone(), names)
                }
                other => panic!("{other:?}"),
            })
            .collect();
        let send = "send(4, \"Welcome to Network Server!!\" \"\\0\"×230, 257, 0)";
        let (out, back) = ("127.0.0.1:9001 → 127.0.0.1:PORT1", "127.0.0.1:PORT1 → 127.0.0.1:9001");
        let expected = [
            (send, vec!["=", "buf", "len"]),
            ("recv(3, buf, 256, 0)", vec!["=", "buf"]),
            (out, vec!["length", "data"]),
            (back, vec!["flags"]),
        ];
        assert_eq!(changed, expected.map(|(made, names)| (made.to_string(), names)));
    }

    #[test]
    fn calls_too_many_and_too_few_are_found() {
        let recv = |run: &mut Run, data: &[u8]| {
            let args = vec![("buf", Value::Pointer(7))];
            let out = vec![("buf", bytes(data))];
            run.call(0, "recv", args, Answer::Value(data.len() as i64), out);
        };
        let close = |run: &mut Run| run.call(0, "close", vec![], Answer::Value(0), vec![]);
        let [mut a, mut b] = [Run::new(), Run::new()];
        recv(&mut a, b"hello");
        close(&mut a);
        a.call(0, "accept", vec![], Answer::Errno(4), vec![]);
        recv(&mut b, b"hel");
        recv(&mut b, b"lo");
        close(&mut b);
        let diff = diff(&a.trace, &b.trace);
        let kinds = diff.programs[0].pairs.iter().map(|pair| match pair {
            Pairing::Changed { a, b, .. } => format!("{} | {}", a.text, b.text),
            Pairing::Same { a, .. } => format!("= {}", a.text),
            Pairing::OnlyA(line) => format!("- {}", line.text),
            Pairing::OnlyB(line) => format!("+ {}", line.text),
        });
        let expected = [
            "recv(\"hello\") = 5 | recv(\"hel\") = 3",
            "+ recv(\"lo\") = 2",
            "= close() = 0",
            "- accept() = -1 EINTR (4) Interrupted system call",
        ];
        assert_eq!(kinds.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_program_and_a_wire_that_only_one_run_has() {
        let a = Run::welcome(40000, 23, 23, "FIN|ACK");
        let mut b = a.clone();
        b.events.retain(|event| match &event.what {
            What::Started(started) => started.name != "client",
            What::Entered(entered) => entered.who.program != 1,
            What::Ended { who, .. } => who.program != 1,
            _ => true,
        });
        b.header.watch.clear();
        let diff = diff(&a, &b);
        assert_eq!(diff.wire, None);
        assert!(diff.programs[0].is_same());
        assert_eq!(diff.programs[1].name, "client");
        assert!(diff.programs[1].pairs.iter().all(|pair| matches!(pair, Pairing::OnlyA(_))));
    }
}
