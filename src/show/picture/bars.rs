//! Calls as bars.

use std::collections::{BTreeMap, HashMap};

use super::super::story::Kind;
use super::{Bar, Side, Tone};
use crate::trace::{Answer, CallView, Returned, Value, call_text, made_text};

/// The bars so far.
#[derive(Default)]
pub(super) struct Bars {
    all: Vec<Bar>,
    /// Where the bars of calls stand that have not returned.
    open: HashMap<u64, usize>,
    /// Who has which column of a side.
    columns: BTreeMap<(Side, usize), i32>,
}

impl Bars {
    /// Takes a moment of a call. `mark` tells its thread from its side's first.
    pub(super) fn take(
        &mut self,
        row: usize,
        kind: Kind,
        view: &CallView,
        (side, mark): (Side, &str),
        waits: &dyn Fn() -> String,
    ) {
        let CallView { entered, returned, .. } = view;
        let column = self.column(side, entered.who.tid);
        let marked = |text: String| format!("{mark}{text}");
        let mut bar = Bar {
            side,
            column,
            from: row,
            to: row,
            sleeps: None,
            returns: false,
            text: marked(made_text(entered, None)),
            waits: None,
            answer: None,
            tone: Tone::Plain,
        };
        let answer = returned.map(|(returned, _)| returned);
        match (kind, self.open.get(&entered.call).copied()) {
            (Kind::Made(call), _) => self.open(call, bar),
            (Kind::Waits(call), _) => {
                (bar.sleeps, bar.waits) = (Some(row), Some(waits()));
                self.open(call, bar);
            }
            (Kind::Done(_), _) => {
                bar.text = marked(call_text(entered, answer));
                bar.returns = answer.is_some_and(returns);
                bar.tone = answer.map(tone).unwrap_or_default();
                self.all.push(bar);
            }
            (Kind::Blocks(_), Some(at)) => {
                (self.all[at].sleeps, self.all[at].waits) = (Some(row), Some(waits()));
            }
            (Kind::Returns(call), Some(at)) => {
                self.open.remove(&call);
                let bar = &mut self.all[at];
                bar.to = row;
                if let Some(answer) = answer {
                    bar.returns = returns(answer);
                    bar.answer = Some(end(answer));
                    bar.tone = tone(answer);
                }
            }
            _ => (),
        }
    }

    fn open(&mut self, call: u64, bar: Bar) {
        // A number that is given out twice: the call before is over.
        if let Some(before) = self.open.insert(call, self.all.len()) {
            self.all[before].to = bar.from;
        }
        self.all.push(bar);
    }

    /// A thread's place among those of its side: so many of them may be in a call at the same time.
    fn column(&mut self, side: Side, tid: i32) -> usize {
        let known = self.columns.iter().find(|(place, of)| place.0 == side && **of == tid);
        let known = known.map(|((_, column), _)| *column);
        known.unwrap_or_else(|| {
            let column = (0..).find(|at| !self.columns.contains_key(&(side, *at)));
            let column = column.unwrap_or_default();
            self.columns.insert((side, column), tid);
            column
        })
    }

    /// A thread is over: another one may take its place.
    pub(super) fn ended(&mut self, tid: i32) {
        self.columns.retain(|_, other| *other != tid);
    }

    /// All bars; those that are still open end in the last row.
    pub(super) fn finish(mut self, last: usize) -> Vec<Bar> {
        for at in self.open.into_values() {
            self.all[at].to = last;
        }
        self.all
    }
}

/// The answer, and what the kernel has written through the arguments.
fn end(returned: &Returned) -> String {
    let mut text = format!("= {}", returned.answer);
    for out in &returned.out {
        if matches!(out.value, Value::Address(_) | Value::Bytes { .. } | Value::List { .. }) {
            text.push_str(&format!(" {}", out.value));
        }
    }
    text
}

fn returns(returned: &Returned) -> bool {
    !matches!(returned.answer, Answer::Unfinished(_))
}

fn tone(returned: &Returned) -> Tone {
    match returned.answer {
        Answer::Errno(_) => Tone::Error,
        _ => Tone::Plain,
    }
}
