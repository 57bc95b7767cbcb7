//! The table of `docs/many-clients.md`: what has just been seen of each server, held against what is promised.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;

use super::server::{Design, Found};
use crate::common::{TWINS, skip};

/// The servers, as neighbours differ by one idea.
pub const SERVERS: [&str; 7] = [
    "many_iterative",
    "many_fork",
    "many_threads",
    "many_select",
    "many_poll",
    "many_epoll",
    "many_epoll_edge",
];

/// A behaviour.
pub struct Row {
    /// What it is, as the document says it.
    pub what: &'static str,
    /// A letter for each server: `Y` it is promised, `N` it is known to be otherwise, `?` it is shown as it is seen,
    /// `-` it is not tried.
    pub promised: &'static str,
    /// Looks whether it is so. A panic is a fault whatever is promised.
    pub trial: fn(&Design) -> Found,
    /// How many servers are tried at a time.
    pub at_once: usize,
    /// Why it cannot be tried here, if so.
    pub hindrance: fn() -> Option<String>,
}

impl Row {
    pub const fn new(
        what: &'static str,
        promised: &'static str,
        trial: fn(&Design) -> Found,
    ) -> Row {
        Row { what, promised, trial, at_once: 14, hindrance: || None }
    }
}

/// Tries a behaviour on each server, and holds what is seen against the promises and the document.
pub fn check(row: &Row, table: &[&Row]) {
    if let Some(reason) = (row.hindrance)() {
        return skip(&reason);
    }
    let promised: Vec<char> = row.promised.chars().collect();
    assert_eq!(promised.len(), SERVERS.len(), "{}", row.what);
    let columns = || SERVERS.iter().zip(&promised).filter(|(_, promised)| **promised != '-');
    let designs: Vec<Design> =
        columns().flat_map(|(stem, _)| TWINS.map(|language| Design { stem, language })).collect();
    let seen = tried(row, &designs);

    let mut cells = Vec::new();
    let mut wrong = Vec::new();
    for (stem, promised) in SERVERS.iter().zip(&promised) {
        let of_this = || designs.iter().zip(&seen).filter(|(design, _)| design.stem == *stem);
        let words: Vec<&str> = of_this().map(|(_, found)| word(found)).collect();
        let expected = match promised {
            '-' => {
                cells.push("–");
                continue;
            }
            'Y' => "yes",
            'N' => "no",
            _ => words[0],
        };
        if words.iter().any(|word| *word != expected) {
            wrong.extend(of_this().map(|(design, found)| {
                format!("\n{} {:?}, expected {expected}: {found:?}", design.stem, design.language)
            }));
        }
        cells.push(expected);
    }
    assert!(wrong.is_empty(), "{}{}", row.what, wrong.concat());
    shown(row, &cells, table);
}

fn word(found: &Result<Found, String>) -> &'static str {
    match found {
        Ok(Ok(())) => "yes",
        Ok(Err(_)) => "no",
        Err(_) => "a fault",
    }
}

/// What the trial finds of each, so many at a time.
fn tried(row: &Row, designs: &[Design]) -> Vec<Result<Found, String>> {
    let queue = Mutex::new(designs.iter().enumerate());
    let seen = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..row.at_once.min(designs.len()) {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().expect("the queue").next();
                    let Some((at, design)) = next else { return };
                    let found = catch_unwind(AssertUnwindSafe(|| (row.trial)(design)));
                    let found = found.map_err(|cause| match cause.downcast::<String>() {
                        Ok(text) => *text,
                        Err(cause) => format!("{:?}", cause.downcast_ref::<&str>()),
                    });
                    seen.lock().expect("the answers").insert(at, found);
                }
            });
        }
    });
    seen.into_inner().expect("the answers").into_values().collect()
}

// ---- The document -----------------------------------------------------------------------------------

const BEGIN: &str = "<!-- promises -->\n";
const END: &str = "<!-- end -->";

fn path() -> PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/docs/many-clients.md").into()
}

/// What stands before the table, the rows by their first cell, what stands behind it.
fn document() -> (String, BTreeMap<String, Vec<String>>, String) {
    let text = fs::read_to_string(path()).expect("docs/many-clients.md");
    let (before, rest) = text.split_once(BEGIN).expect(BEGIN);
    let (table, after) = rest.split_once(END).expect(END);
    let rows = table.lines().skip(2).map(|line| {
        let mut cells = line.trim_matches('|').split('|').map(|cell| cell.trim().to_string());
        (cells.next().unwrap_or_default(), cells.collect())
    });
    (format!("{before}{BEGIN}"), rows.collect(), format!("{END}{after}"))
}

/// The table with those rows that are known.
fn laid_out(rows: &BTreeMap<String, Vec<String>>, table: &[&Row]) -> String {
    let known = table.iter().filter_map(|row| Some((row.what, rows.get(row.what)?)));
    let width = table.iter().map(|row| row.what.chars().count()).max().unwrap_or(0);
    let names = SERVERS.map(|stem| stem.trim_start_matches("many_"));
    let mut text = format!("| {:width$} |", "");
    names.iter().for_each(|name| text += &format!(" {name} |"));
    text += &format!("\n|{}|", "-".repeat(width + 2));
    names.iter().for_each(|name| text += &format!("{}|", "-".repeat(name.len() + 2)));
    text.push('\n');
    for (what, cells) in known {
        text += &format!("| {what:width$} |");
        for (cell, name) in cells.iter().zip(names) {
            text += &format!(" {cell:0$} |", name.len());
        }
        text.push('\n');
    }
    text
}

/// The document shows this row so, or, with UPDATE_DOCS, will.
fn shown(row: &Row, cells: &[&str], table: &[&Row]) {
    static WRITING: Mutex<()> = Mutex::new(());
    let _writing = WRITING.lock();
    let (before, mut rows, after) = document();
    let cells: Vec<String> = cells.iter().map(|cell| cell.to_string()).collect();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        rows.insert(row.what.into(), cells);
        fs::write(path(), before + &laid_out(&rows, table) + &after).expect("the document");
    } else {
        let stands = rows.get(row.what);
        assert_eq!(stands, Some(&cells), "{}: the document has drifted (make docs)", row.what);
    }
}

/// The document has these rows, in this order, and no others.
pub fn is_whole(table: &[&Row]) {
    let (before, rows, after) = document();
    let text = fs::read_to_string(path()).expect("docs/many-clients.md");
    let whole = text == before + &laid_out(&rows, table) + &after && rows.len() == table.len();
    assert!(
        whole || std::env::var_os("UPDATE_DOCS").is_some(),
        "the table has drifted (make docs)"
    );
}
