//! Each Rust server against its C twin.

use super::load::{Told, alternated, median_of, spread};
use super::server::Program;
use super::{DESIGNS, Plan, connections, thousands};
use crate::table::{Row, Section};

const GOAL: f64 = 1.0;

/// The comparison: each pair is the Rust program and the C program of a design.
pub fn section(plan: &Plan, twins: &[[Program; 2]]) -> Section {
    let mut rows = Vec::new();
    for ((name, _), [rust, c]) in DESIGNS.iter().zip(twins) {
        for &number in plan.compared {
            let told = alternated([rust, c], plan, number);
            let [rate, twin] = [0, 1].map(|which| median_of(&told[which], Told::rate));
            let fewest = told.iter().flatten().map(|told| told.answered).min().unwrap_or(0);
            let mut what =
                format!("{name}, {}: {}/s, Rust / C", connections(number), thousands(rate));
            if fewest < number {
                what += &format!(" ({} answered)", thousands(fewest as f64));
            }
            let mut row = Row::at_least(what, rate / twin, Some(GOAL));
            if !row.met {
                row.why = Some(spread(&told, GOAL));
            }
            rows.push(row);
        }
    }
    Section {
        title: "Each server against its C twin".into(),
        intro: format!(
            "Requests/s in Rust / requests/s in C (`cc -O2`), medians of {} runs of {} ms each in which the two took turns. \
             A request is a line of 32 bytes and its answer; each client waits for it, checks it and sends the next. The \
             server has one CPU and the clients the other, which they ask without pause. With 1 connection the server \
             sleeps most of the time, and the rate is that of waking it. Most of a request is the kernel's. Of what is the \
             server's own, most is the upper case, for which C calls `mbrtowc`, `towupper` and `wcrtomb` for each letter.",
            plan.runs,
            plan.time.as_millis()
        ),
        rows,
    }
}
