//! All versions of a pair, each server with each client, beside the Rust pair.

use super::{Case, Deviation, Outcome, Pair, Trace, Verdict, Version, deviations, judge};

/// What a pairing of versions did in a case.
#[derive(Debug, Clone)]
pub struct Row {
    /// The server's version.
    pub server: Version,
    /// The client's version; none when the client is sockstep's own.
    pub client: Option<Version>,
    /// The case.
    pub case: Case,
    /// What came of it.
    pub outcome: Outcome,
    /// Where its calls and packets part from those of the Rust pair; empty, too, if it was not watched.
    pub deviations: Vec<Deviation>,
    /// What is to be said of that.
    pub verdict: Verdict,
    /// What the Rust pair did in this case; none if it did not get so far.
    pub rust: Option<Outcome>,
}

/// The rows of one pair.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The pair.
    pub pair: Pair,
    /// Every server with every client.
    pub pairings: Vec<Row>,
    /// Every server with the clients that behave badly (the welcome pair alone has such).
    pub faults: Vec<Row>,
    /// Why calls and packets could not be watched, if they could not.
    pub missing: Option<String>,
}

/// What was observed, not yet judged.
#[derive(Debug, Clone)]
pub struct Observed {
    /// The server's version.
    pub server: Version,
    /// The client's version; none when the client is sockstep's own.
    pub client: Option<Version>,
    /// The case.
    pub case: Case,
    /// What came of it.
    pub outcome: Outcome,
    /// The run, call by call, if it was watched.
    pub trace: Option<Trace>,
}

impl Comparison {
    /// Holds each outcome against that of the Rust pair in the same case.
    pub fn new(
        pair: Pair,
        pairings: Vec<Observed>,
        faults: Vec<Observed>,
        missing: Option<String>,
    ) -> Self {
        let (pairings, faults) = (judged(pair, pairings), judged(pair, faults));
        Comparison { pair, pairings, faults, missing }
    }

    /// Whether each outcome is the same as the Rust pair's, or another on purpose.
    pub fn holds(&self) -> bool {
        self.rows().all(|row| row.verdict != Verdict::Different)
    }

    /// All rows.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.pairings.iter().chain(&self.faults)
    }
}

fn judged(pair: Pair, rows: Vec<Observed>) -> Vec<Row> {
    let is_rust = |row: &&Observed| {
        row.server == Version::Rust && row.client.is_none_or(|client| client == Version::Rust)
    };
    let reference: Vec<Observed> = rows.iter().filter(is_rust).cloned().collect();
    let row = |row: Observed| {
        let Observed { server, client, case, outcome, trace } = row;
        let rust = reference.iter().find(|rust| rust.case == case);
        let versions = (server, client.unwrap_or(Version::Rust));
        let deviations = match (rust.and_then(|rust| rust.trace.as_ref()), &trace) {
            (Some(rust), Some(here)) => deviations(rust, here),
            _ => Vec::new(),
        };
        let verdict = match rust {
            Some(rust) => judge(pair, versions, case, (&outcome, &rust.outcome), &deviations),
            None => Verdict::Different,
        };
        let rust = rust.map(|rust| rust.outcome.clone());
        Row { server, client, case, outcome, deviations, verdict, rust }
    };
    rows.into_iter().map(row).collect()
}
