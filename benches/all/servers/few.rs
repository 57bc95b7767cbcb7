//! What clients cost that are connected and silent, while a few others speak.

use super::load::{self, Told, median_of};
use super::{Plan, connections, design, scale, thousands};
use crate::table::{Row, Section};

/// How many speak.
const SPEAK: usize = 10;
/// Each with the most clients that it is tried with.
const SERVERS: [(&str, usize); 4] = [
    ("many_select", 1_000),
    ("many_poll", usize::MAX),
    ("many_epoll", usize::MAX),
    ("many_epoll_edge", usize::MAX),
];

/// The servers that wait for all clients at once, while most clients are silent.
pub fn section(plan: &Plan) -> Section {
    let mut rows = Vec::new();
    for &number in plan.scale.iter().filter(|&&number| number > SPEAK) {
        for (name, _) in SERVERS.iter().filter(|(_, most)| number <= *most) {
            let mut told = Vec::new();
            for _ in 0..plan.scale_runs {
                let time = plan.scale_time;
                told.push(load::run_some(&design(name), plan, number, SPEAK, time));
            }
            let (rate, p99) = (median_of(&told, Told::rate), median_of(&told, |told| told.p99));
            let what = format!("{name}, {}", connections(number));
            let result = format!("{}/s, p99 {}", thousands(rate), scale::time(p99));
            rows.push(Row::figure(what, result));
        }
    }
    Section {
        title: format!("{SPEAK} clients speak, the others are silent"),
        intro: format!(
            "All are connected and have been answered once; then {SPEAK} go on asking, and it is their requests that are counted: \
             medians of {} runs. This is what the list costs that `select` and `poll` hand over at each wait, where there are few \
             answers to share it, and what most servers meet.",
            plan.scale_runs
        ),
        rows,
    }
}
