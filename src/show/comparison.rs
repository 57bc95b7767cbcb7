//! A comparison as a table, and as JSON.

use comfy_table::Cell;
use serde::Serialize;

use super::table::{fit, prose, table, verdict, width, words};
use super::text::{brief, port_note};
use crate::trace::{
    Comparison, DIFFERENCES, Deviation, Difference, Exit, Outcome, Printed, Role, Row, Seen,
    Verdict, Version,
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
    text.push_str("″ stands for just the bytes that the Rust programs print.\n");
    let watched = match &comparison.missing {
        None => WATCHED.into(),
        Some(why) => format!("Calls and packets were not compared: {why}"),
    };
    text.push_str(&format!("{}\n", prose(&watched, "  ")));
    text.push_str(port_note(&text));
    text.push_str(&unprinted(comparison));
    for row in comparison.rows().filter(|row| row.verdict == Verdict::Different) {
        text.push_str(&details(row));
    }
    text.push_str(&prose(&sum(comparison), "  "));
    text
}

const WATCHED: &str = "Each server with each client was watched call by call, too, in a network of its own: `same` \
                       means the same calls with the same arguments and answers, and the same packets (but for bare \
                       acknowledgements, for which timers decide).";

/// What the Rust programs print, in full.
fn heading(rust: &Row) -> String {
    let lines = |label: &str, text: &str| {
        let label = format!("  {label}: ");
        let indent = format!("\n{}", " ".repeat(label.chars().count()));
        format!("{label}{}\n", text.replace('\n', &indent))
    };
    let given = rust.case.line().map(|line| match brief(&line).as_str() {
        "" => lines("the client is given", "(an empty line)"),
        line => lines("the client is given", line),
    });
    let server = lines("the Rust server prints", &shown(&rust.outcome.server));
    let client = rust.client.map(|_| lines("the Rust client prints", &shown(&rust.outcome.client)));
    given.unwrap_or_default() + &server + &client.unwrap_or_default()
}

/// The differences on purpose that are found in calls and packets, and those that nothing here can show.
fn unprinted(comparison: &Comparison) -> String {
    let mut text = String::new();
    for difference in DIFFERENCES.iter().filter(|known| known.pairs.contains(&comparison.pair)) {
        let Difference { role, version, does, why, .. } = difference;
        let found = found(comparison, difference);
        let seen = match (found.is_some(), difference.seen) {
            (true, _) => "seen in calls and packets",
            (false, Seen::Printed { .. }) => continue,
            (false, _) => "not seen here",
        };
        let note = format!("On purpose, {seen}: the {version} {role} {does}: {why}.");
        text.push_str(&format!("{}\n", prose(&note, "  ")));
        for deviation in found.into_iter().flatten() {
            text.push_str(&format!("{}\n", prose(&format!("  {deviation}"), "      ")));
        }
    }
    text
}

/// What a difference looks like in the first row that has it.
fn found<'a>(comparison: &'a Comparison, difference: &Difference) -> Option<Vec<&'a Deviation>> {
    comparison.rows().find_map(|row| {
        let marked = row.deviations.iter().filter(|deviation| difference.is_marked(deviation));
        let marked: Vec<_> = marked.collect();
        let has_it = matches!(&row.verdict, Verdict::OnPurpose(all) if all.contains(&difference));
        (has_it && !marked.is_empty()).then_some(marked)
    })
}

/// One case: every server, with every client unless the client is sockstep's own.
fn cases(rows: &[&Row]) -> String {
    const NARROWEST_TABLE: u16 = 75;
    if width() < NARROWEST_TABLE {
        return rows.iter().map(|row| line(row)).collect::<Vec<_>>().join("\n");
    }
    let mut table = match rows[0].client {
        Some(_) => table(["server", "client", "they print", "they ended", "verdict"]),
        None => table(["server", "it prints", "it ended", "verdict"]),
    };
    for row in rows {
        let client = row.client.map(Cell::new);
        let cells = [Cell::new(otherwise(row)), Cell::new(ended(row)), verdict(&row.verdict)];
        table.add_row([Cell::new(row.server)].into_iter().chain(client).chain(cells));
    }
    fit(&mut table);
    table.to_string()
}

/// A row where there is no room for a table.
fn line(row: &Row) -> String {
    let text =
        format!("  {}: {}; {}; {}", pairing(row), otherwise(row), ended(row), words(&row.verdict));
    prose(&text.replace('\n', " / "), "    ")
}

fn ended(row: &Row) -> String {
    let Outcome { server, client } = &row.outcome;
    match row.client {
        Some(_) => format!("{}, {}", server.exit, client.exit),
        None => server.exit.to_string(),
    }
}

/// What the programs print: the ditto mark where that is just what the Rust programs print, else the lines of
/// whoever prints something else.
fn otherwise(row: &Row) -> String {
    let Outcome { server, client } = &row.outcome;
    let mut lines = Vec::new();
    for (role, printed, rust) in [
        ("server: ", server, row.rust.as_ref().map(|rust| &rust.server)),
        ("client: ", client, row.rust.as_ref().map(|rust| &rust.client)),
    ] {
        if rust.is_none_or(|rust| rust.text != printed.text) {
            let label = if row.client.is_some() { role } else { "" };
            lines.push(format!("{label}{}", shown(printed)));
        }
    }
    if lines.is_empty() { "″".into() } else { lines.join("\n") }
}

fn shown(printed: &Printed) -> String {
    match brief(&printed.text).trim_end() {
        "" => "(nothing)".into(),
        text => text.into(),
    }
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
    for deviation in &row.deviations {
        text.push_str(&format!("{}\n", prose(&format!("  {deviation}"), "    ")));
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
    /// Where calls and packets part from those of the Rust pair.
    deviations: Vec<String>,
    why: Vec<&'static str>,
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
        let (verdict, why) = match &row.verdict {
            Verdict::Same => ("same", Vec::new()),
            Verdict::OnPurpose(differences) => {
                ("on purpose", differences.iter().map(|difference| difference.why).collect())
            }
            Verdict::Different => ("DIFFERENT", Vec::new()),
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
            deviations: row.deviations.iter().map(ToString::to_string).collect(),
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
