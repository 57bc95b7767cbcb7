//! Runs all versions of a pair, each server with each client.

use std::path::Path;

use super::{Error, Running, Where, faults, locate};
use crate::trace::{Case, Comparison, Exit, LINES, Outcome, Pair, Role};

/// Runs every version of the pair's server with every version of its client, each pairing on a free port of its
/// own: a server without SO_REUSEADDR could not have the one that another has just left.
pub fn compare(pair: Pair) -> Result<Comparison, Error> {
    let place = || Where::free(pair.transport());
    let cases: &[Case] = if pair == Pair::Welcome { &[Case::Plain] } else { &LINES };
    let bad: &[Case] = if pair == Pair::Welcome { &Case::FAULTS } else { &[] };

    let (mut pairings, mut faults) = (Vec::new(), Vec::new());
    for &server in pair.versions() {
        let program = locate(pair, Role::Server, server)?;
        for &client in pair.versions() {
            let outcomes = serve(&program, &locate(pair, Role::Client, client)?, place()?, cases)?;
            pairings.extend(
                outcomes.into_iter().map(|(case, outcome)| (server, Some(client), case, outcome)),
            );
        }
        for &case in bad {
            faults.push((server, None, case, faults::suffer(&program, case, place()?)?));
        }
    }
    Ok(Comparison::new(pair, pairings, faults))
}

/// One server, and one client for each case. What the server prints before the first client belongs to the
/// first case; a server that ends leaves the cases behind it out.
fn serve(
    server: &Path,
    client: &Path,
    at: Where,
    cases: &[Case],
) -> Result<Vec<(Case, Outcome)>, Error> {
    let mut running = Running::start(server, at)?;
    let mut outcomes = Vec::new();
    for &case in cases {
        let outcome = running.client(client, case.line().as_deref())?;
        let lives = outcome.server.exit == Exit::Serving;
        outcomes.push((case, outcome));
        if !lives {
            return Ok(outcomes);
        }
    }
    running.interrupt()?;
    Ok(outcomes)
}
