//! What a client costs that says nothing.

use std::time::Duration;

use super::server::Program;
use super::{DESIGNS, Plan, connections, load, thousands};
use crate::table::{Row, Section};

const DESIGN: &str = "many_epoll";
const GOAL: f64 = 1024.0;

/// The memory of `many_epoll` for each idle connection.
pub fn section(plan: &Plan, twins: &[[Program; 2]]) -> Section {
    let at = DESIGNS.iter().position(|(name, _)| *name == DESIGN).unwrap_or(0);
    let [rust, c] = &twins[at];
    let measured = [rust, c].map(|program| {
        let told = load::run(program, plan, plan.idle, Duration::ZERO);
        let [before, with] = told.memory;
        let each = (with - before) * 1024.0 / told.answered.max(1) as f64;
        (each, before, with, told.answered, told.refusal)
    });
    let [(each, before, with, answered, complaint), (twin, _, twin_with, _, _)] = &measured;
    let all = *answered == plan.idle;
    let mut row = Row {
        what: format!("{DESIGN}, {} answered and idle, each", thousands(*answered as f64)),
        result: format!("{each:.0} B"),
        goal: Some(format!("≤ {GOAL:.0} B")),
        met: *each <= GOAL && *each > 0.0 && all,
        why: None,
    };
    if !row.met {
        let complaint = complaint.as_deref().unwrap_or("");
        row.why = Some(format!("{before:.0} KiB before, {with:.0} KiB with them. {complaint}"));
    }
    let rows = vec![
        row,
        Row::figure(format!("{DESIGN}, in all"), format!("{with:.0} KiB")),
        Row::figure(format!("{DESIGN}'s C twin, each"), format!("{twin:.0} B")),
        Row::figure(format!("{DESIGN}'s C twin, in all"), format!("{twin_with:.0} KiB")),
    ];
    Section {
        title: format!("The memory of {}", connections(plan.idle)),
        intro: "What of the server's own memory comes from no file (`Anonymous` in `/proc/PID/smaps_rollup`), before the first \
                connection and while all that have been answered once are idle. The kernel's memory for the sockets is not in it."
            .into(),
        rows,
    }
}
