//! The judge: is an outcome the same as the Rust pair's, or another on purpose, or another?

use super::{Case, DIFFERENCES, Difference, Outcome, Pair, Role, Seen, Version};

/// What is to be said of an outcome beside the Rust pair's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The same bytes, the same ends.
    Same,
    /// Another outcome, exactly as this entry of the list has it.
    OnPurpose(&'static Difference),
    /// Another outcome, and nobody meant it.
    Different,
}

/// Compares what a pairing of versions did in a case with what the Rust pair did.
pub fn judge(
    pair: Pair,
    (server, client): (Version, Version),
    case: Case,
    outcome: &Outcome,
    rust: &Outcome,
) -> Verdict {
    if outcome == rust {
        return Verdict::Same;
    }
    DIFFERENCES
        .iter()
        .filter(|difference| difference.pair == pair)
        .filter(|difference| match difference.role {
            Role::Server => difference.version == server,
            Role::Client => difference.version == client,
        })
        .find(|difference| explains(difference, case, outcome, rust))
        .map_or(Verdict::Different, Verdict::OnPurpose)
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

        let on_purpose = |versions, case, outcome| {
            matches!(judge(Pair::Welcome, versions, case, outcome, &rust), Verdict::OnPurpose(_))
        };
        assert_eq!(judge(Pair::Welcome, corrected, Case::Silent, &rust, &rust), Verdict::Same);
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
