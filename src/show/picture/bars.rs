//! Calls as bars.

use std::collections::HashMap;

use super::super::story::Kind;
use super::{Bar, Side, Tone};
use crate::trace::{Answer, CallView, Returned, Value, call_text, made_text};

/// The bars so far.
#[derive(Default)]
pub(super) struct Bars {
    all: Vec<Bar>,
    /// Where the bars of calls stand that have not returned.
    open: HashMap<u64, usize>,
    /// Each thread's column on each side.
    columns: HashMap<(Side, i32), usize>,
}

impl Bars {
    /// Takes a moment of a call.
    pub(super) fn take(
        &mut self,
        row: usize,
        kind: Kind,
        view: &CallView,
        side: Side,
        waits: &dyn Fn() -> String,
    ) {
        let CallView { entered, returned, .. } = view;
        let column = self.column(side, entered.who.tid);
        let mut bar = Bar {
            side,
            column,
            from: row,
            to: row,
            sleeps: None,
            returns: false,
            text: made_text(entered, None),
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
                (bar.text, bar.returns) = (call_text(entered, answer), true);
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
                    bar.returns = !matches!(answer.answer, Answer::Unfinished(_));
                    bar.answer = Some(end(answer));
                    bar.tone = tone(answer);
                }
            }
            _ => (),
        }
    }

    fn open(&mut self, call: u64, bar: Bar) {
        self.open.insert(call, self.all.len());
        self.all.push(bar);
    }

    /// A thread's place among those of its side: so many of them may be in a call at the same time.
    fn column(&mut self, side: Side, tid: i32) -> usize {
        let next = self.columns.keys().filter(|(other, _)| *other == side).count();
        *self.columns.entry((side, tid)).or_insert(next)
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

fn tone(returned: &Returned) -> Tone {
    match returned.answer {
        Answer::Errno(_) => Tone::Error,
        _ => Tone::Plain,
    }
}
