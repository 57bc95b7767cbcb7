//! All versions of a pair, each server with each client, beside the Rust pair.

use super::{Case, Outcome, Pair, Verdict, Version, judge};

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
}

/// What was observed, not yet judged: server, client, case, outcome.
pub type Observed = (Version, Option<Version>, Case, Outcome);

impl Comparison {
    /// Holds each outcome against that of the Rust pair in the same case.
    pub fn new(pair: Pair, pairings: Vec<Observed>, faults: Vec<Observed>) -> Self {
        Comparison { pair, pairings: judged(pair, pairings), faults: judged(pair, faults) }
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
    let is_rust = |(server, client, ..): &&Observed| {
        *server == Version::Rust && client.is_none_or(|client| client == Version::Rust)
    };
    let reference: Vec<Observed> = rows.iter().filter(is_rust).cloned().collect();
    let row = |(server, client, case, outcome): Observed| {
        let rust = reference.iter().find(|(.., of, _)| *of == case).map(|(.., rust)| rust.clone());
        let versions = (server, client.unwrap_or(Version::Rust));
        let verdict = match &rust {
            Some(rust) => judge(pair, versions, case, &outcome, rust),
            None => Verdict::Different,
        };
        Row { server, client, case, outcome, verdict, rust }
    };
    rows.into_iter().map(row).collect()
}
