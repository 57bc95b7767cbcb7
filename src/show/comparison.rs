//! A comparison as a table, and as JSON.

use comfy_table::Cell;
use serde::Serialize;

use super::table::{table, unwrapped, verdict};
use super::text::brief;
use crate::trace::{
    Comparison, DIFFERENCES, Difference, Exit, Outcome, Pair, Printed, Role, Row, Seen, Verdict,
    Version,
};

/// Each case: what the Rust pair prints, and a table of what the others do; then what is different in full; then
/// a sum.
pub fn comparison(comparison: &Comparison) -> String {
    let mut text = String::new();
    for rows in by_case(&comparison.pairings).into_iter().chain(by_case(&comparison.faults)) {
        text.push_str(&format!("{}: {}\n", comparison.pair, rows[0].case.name()));
        text.push_str(&heading(rows[0]));
        text.push_str(&format!("{}\n\n", cases(&rows)));
    }
    text.push_str("″ stands for just the bytes that the Rust program prints.\n");
    text.push_str(&unseen(comparison.pair));
    for row in comparison.rows().filter(|row| row.verdict == Verdict::Different) {
        text.push_str(&details(row));
    }
    text.push_str(&sum(comparison));
    text
}

/// What the Rust programs print, in full.
fn heading(rust: &Row) -> String {
    let lines = |role: Role, printed: &Printed| {
        let label = format!("  the Rust {role} prints: ");
        let indent = format!("\n{}", " ".repeat(label.len()));
        let text = match brief(&printed.text).trim_end() {
            "" => "(nothing)".into(),
            text => text.replace('\n', &indent),
        };
        format!("{label}{text}\n")
    };
    let server = lines(Role::Server, &rust.outcome.server);
    let client = rust.client.map(|_| lines(Role::Client, &rust.outcome.client));
    server + &client.unwrap_or_default()
}

/// The differences on purpose that nothing printed can show.
fn unseen(pair: Pair) -> String {
    let unseen = |difference: &&Difference| {
        difference.pair == pair && !matches!(difference.seen, Seen::Printed { .. })
    };
    let mut text = String::new();
    for Difference { role, version, does, why, .. } in DIFFERENCES.iter().filter(unseen) {
        text.push_str(&format!(
            "On purpose, and not seen here: the {version} {role} {does}: {why}.\n"
        ));
    }
    text
}

/// One case: every server, with every client unless the client is sockstep's own.
fn cases(rows: &[&Row]) -> String {
    if rows[0].client.is_none() {
        let mut table = table(["server", "it prints", "it ended", "verdict"]);
        for row in rows {
            let server = &row.outcome.server;
            table.add_row([
                Cell::new(row.server),
                printed(server, row.rust.as_ref().map(|rust| &rust.server)),
                Cell::new(server.exit),
                verdict(row.verdict),
            ]);
        }
        unwrapped(&mut table, &[0, 2]);
        return table.to_string();
    }
    let mut table =
        table(["server", "client", "server prints", "client prints", "ended", "verdict"]);
    for row in rows {
        let Outcome { server, client } = &row.outcome;
        table.add_row([
            Cell::new(row.server),
            Cell::new(row.client.unwrap_or(Version::Rust)),
            printed(server, row.rust.as_ref().map(|rust| &rust.server)),
            printed(client, row.rust.as_ref().map(|rust| &rust.client)),
            Cell::new(format!("{}, {}", server.exit, client.exit)),
            verdict(row.verdict),
        ]);
    }
    unwrapped(&mut table, &[0, 1, 4]);
    table.to_string()
}

/// The rows of each case, the last one, the Rust pair's, first.
fn by_case(rows: &[Row]) -> Vec<Vec<&Row>> {
    let mut cases: Vec<Vec<&Row>> = Vec::new();
    for row in rows {
        match cases.iter_mut().find(|rows| rows[0].case == row.case) {
            Some(rows) => rows.insert(0, row),
            None => cases.push(vec![row]),
        }
    }
    cases
}

/// What a program printed, or the ditto mark where the Rust program prints the same.
fn printed(printed: &Printed, rust: Option<&Printed>) -> Cell {
    if rust.is_some_and(|rust| rust.text == printed.text) {
        return Cell::new("″");
    }
    match brief(&printed.text).trim_end() {
        "" => Cell::new("(nothing)"),
        text => Cell::new(text),
    }
}

fn pairing(row: &Row) -> String {
    match row.client {
        Some(client) => format!("{} server, {client} client", row.server),
        None => format!("{} server", row.server),
    }
}

fn details(row: &Row) -> String {
    let mut text = format!("DIFFERENT: {}: {}\n", pairing(row), row.case.name());
    for role in [Role::Server, Role::Client] {
        let side = |outcome: &Outcome| match role {
            Role::Server => (brief(&outcome.server.text), outcome.server.exit),
            Role::Client => (brief(&outcome.client.text), outcome.client.exit),
        };
        let here = side(&row.outcome);
        let rust = row.rust.as_ref().map(side);
        if rust.as_ref() == Some(&here) {
            continue;
        }
        text.push_str(&format!("  the {role} here: {:?}, {}\n", here.0, here.1));
        match rust {
            Some((printed, exit)) => {
                text.push_str(&format!("  of the Rust pair: {printed:?}, {exit}\n"));
            }
            None => text.push_str("  the Rust pair did not get this far\n"),
        }
    }
    text.push('\n');
    text
}

fn sum(comparison: &Comparison) -> String {
    let count =
        |wanted: fn(&Verdict) -> bool| comparison.rows().filter(|row| wanted(&row.verdict)).count();
    let same = count(|verdict| *verdict == Verdict::Same);
    let on_purpose = count(|verdict| matches!(verdict, Verdict::OnPurpose(_)));
    let different = count(|verdict| *verdict == Verdict::Different);
    format!(
        "{}: {} outcomes: {same} the same as the Rust pair's, {on_purpose} other on purpose, {different} DIFFERENT.",
        comparison.pair,
        same + on_purpose + different,
    )
}

#[derive(Serialize)]
struct JsonRow {
    server: Version,
    client: Option<Version>,
    case: &'static str,
    server_printed: String,
    client_printed: String,
    server_ended: Exit,
    client_ended: Exit,
    verdict: &'static str,
    why: Option<&'static str>,
}

#[derive(Serialize)]
struct JsonComparison {
    pair: &'static str,
    holds: bool,
    rows: Vec<JsonRow>,
}

/// The comparisons as one JSON array. Bytes that are not UTF-8 appear as U+FFFD.
pub fn json(comparisons: &[Comparison]) -> serde_json::Result<String> {
    let row = |row: &Row| {
        let (verdict, why) = match row.verdict {
            Verdict::Same => ("same", None),
            Verdict::OnPurpose(difference) => ("on purpose", Some(difference.why)),
            Verdict::Different => ("DIFFERENT", None),
        };
        let Outcome { server, client } = &row.outcome;
        JsonRow {
            server: row.server,
            client: row.client,
            case: row.case.name(),
            server_printed: String::from_utf8_lossy(&server.text).into_owned(),
            client_printed: String::from_utf8_lossy(&client.text).into_owned(),
            server_ended: server.exit,
            client_ended: client.exit,
            verdict,
            why,
        }
    };
    let comparison = |comparison: &Comparison| JsonComparison {
        pair: comparison.pair.name(),
        holds: comparison.holds(),
        rows: comparison.rows().map(row).collect(),
    };
    serde_json::to_string_pretty(&comparisons.iter().map(comparison).collect::<Vec<_>>())
}
