//! The list of the differences on purpose, as a table.

use super::table::table;
use crate::trace::{DIFFERENCES, Seen};

/// Every entry of [`DIFFERENCES`].
pub fn differences() -> String {
    let mut table = table(["program", "what it is about", "it", "the others", "why", "seen in"]);
    for difference in &DIFFERENCES {
        let seen = match difference.seen {
            Seen::Printed { case, .. } => format!("what is printed: {case}"),
            Seen::Calls => "calls, packets".into(),
            Seen::Source => "the source".into(),
        };
        let program = format!("{} {} ({})", difference.pair, difference.role, difference.version);
        table.add_row([
            &program,
            difference.topic,
            difference.does,
            difference.others,
            difference.why,
            &seen,
        ]);
    }
    table.to_string()
}
