//! The judge: is an outcome the same as the Rust pair's, or another on purpose, or another?

use super::{Case, DIFFERENCES, Deviation, Difference, Outcome, Pair, Role, Seen, Version};

/// What is to be said of a row beside the Rust pair's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The same bytes, the same ends, the same calls and packets.
    Same,
    /// Another outcome, calls or packets, all of it exactly as these entries of the list have it.
    OnPurpose(Vec<&'static Difference>),
    /// Something is different, and nobody meant it.
    Different,
}

/// Compares what a pairing of versions did in a case with what the Rust pair did: the two outcomes, and where calls and
/// packets part.
pub fn judge(
    pair: Pair,
    (server, client): (Version, Version),
    case: Case,
    (here, rust): (&Outcome, &Outcome),
    deviations: &[Deviation],
) -> Verdict {
    let of_these_versions = |difference: &&Difference| match difference.role {
        Role::Server => difference.version == server,
        Role::Client => difference.version == client,
    };
    let candidates: Vec<&'static Difference> = DIFFERENCES
        .iter()
        .filter(|difference| difference.pairs.contains(&pair))
        .filter(of_these_versions)
        .collect();
    let printed = candidates.iter().find(|difference| explains(difference, case, here, rust));
    let mut reasons = Vec::new();
    if here != rust {
        let Some(&difference) = printed else { return Verdict::Different };
        reasons.push(difference);
    }
    for deviation in deviations {
        let marked = candidates.iter().find(|difference| difference.is_marked(deviation));
        let bytes = printed.filter(|_| deviation.is_about_bytes());
        let Some(&difference) = marked.or(bytes) else { return Verdict::Different };
        if !reasons.contains(&difference) {
            reasons.push(difference);
        }
    }
    if reasons.is_empty() { Verdict::Same } else { Verdict::OnPurpose(reasons) }
}

/// An entry explains an outcome if one side shows what the entry says, and the other side is as it should be.
fn explains(difference: &Difference, of: Case, outcome: &Outcome, rust: &Outcome) -> bool {
    let Seen::Printed { case, by, shows, exit } = difference.seen else { return false };
    let (shown, others) = match by {
        Role::Server => (&outcome.server, outcome.client == rust.client),
        Role::Client => (&outcome.client, outcome.server == rust.server),
    };
    case == of.name() && others && shown.text == shows.as_bytes() && exit == shown.exit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Exit, Printed};

    fn outcome(server: &[u8], end: Exit, client: &[u8]) -> Outcome {
        Outcome { server: Printed::new(server, end), client: Printed::new(client, Exit::Status(0)) }
    }

    #[test]
    fn only_what_the_list_has_is_on_purpose() {
        let greeting = "*** Send a Message to Client(127.0.0.1)\n";
        let stale = format!("{greeting}** From Client : Welcome to Network Server!!\n");
        let right = format!("{greeting}** The client closed without a word\n");
        let rust = outcome(right.as_bytes(), Exit::Serving, b"");
        let departs = outcome(stale.as_bytes(), Exit::Serving, b"");
        let dead = outcome(stale.as_bytes(), Exit::Status(1), b"");
        let client_too = outcome(stale.as_bytes(), Exit::Serving, b"oh");
        let original = (Version::Original, Version::Rust);
        let corrected = (Version::Corrected, Version::Rust);

        let on_purpose = |versions, case, outcome: &Outcome| {
            let verdict = judge(Pair::Welcome, versions, case, (outcome, &rust), &[]);
            matches!(verdict, Verdict::OnPurpose(_))
        };
        let same = judge(Pair::Welcome, corrected, Case::Silent, (&rust, &rust), &[]);
        assert_eq!(same, Verdict::Same);
        assert!(on_purpose(original, Case::Silent, &departs));
        assert!(!on_purpose(corrected, Case::Silent, &departs), "another version");
        assert!(!on_purpose(original, Case::Reset, &departs), "another case");
        assert!(!on_purpose(original, Case::Silent, &dead), "another end");
        assert!(!on_purpose(original, Case::Silent, &client_too), "the client, too");
    }

    #[test]
    fn every_printed_difference_names_a_case_that_is_run() {
        let run = crate::trace::LINES.iter().chain(&Case::FAULTS).map(|case| case.name());
        let run: Vec<_> = run.collect();
        for difference in &DIFFERENCES {
            if let Seen::Printed { case, .. } = difference.seen {
                assert!(run.contains(&case), "{case}");
            }
        }
    }
}
