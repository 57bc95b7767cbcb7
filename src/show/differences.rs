//! The list of the differences on purpose.

use crate::trace::{DIFFERENCES, Difference, Seen};

/// Every entry of [`DIFFERENCES`], a paragraph each.
pub fn differences() -> String {
    let paragraph = |difference: &Difference| {
        let Difference { pair, role, version, topic, does, others, why, seen } = difference;
        let seen = match seen {
            Seen::Printed { case, .. } => format!("what is printed: {case}"),
            Seen::Elsewhere(place) => (*place).into(),
        };
        format!(
            "{topic}\n  the {version} {pair} {role} {does};\n  the others {others}\n  why: {why}\n  seen in: {seen}"
        )
    };
    DIFFERENCES.iter().map(paragraph).collect::<Vec<_>>().join("\n\n")
}
