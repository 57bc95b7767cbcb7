//! The list of the differences on purpose.

use super::table::prose;
use crate::trace::{DIFFERENCES, Difference, Seen};

/// Every entry of [`DIFFERENCES`], a paragraph each.
pub fn differences() -> String {
    let paragraph = |difference: &Difference| {
        let Difference { pairs, role, version, topic, does, others, why, seen, .. } = difference;
        let seen = match seen {
            Seen::Printed { case, .. } => format!("what is printed: {case}"),
            Seen::Watched => "the calls and packets".into(),
            Seen::Elsewhere(place) => (*place).into(),
        };
        let whose = match pairs {
            [pair] => format!("{version} {pair} {role}"),
            pairs => {
                let names: Vec<_> = pairs.iter().map(|pair| pair.name()).collect();
                format!("{version} {role} of each of {}", names.join(", "))
            }
        };
        let one = prose(&format!("  the {whose} {does};"), "    ");
        let others = prose(&format!("  the others {others}"), "    ");
        let why = prose(&format!("  why: {why}"), "    ");
        format!("{topic}\n{one}\n{others}\n{why}\n  seen in: {seen}")
    };
    DIFFERENCES.iter().map(paragraph).collect::<Vec<_>>().join("\n\n")
}
