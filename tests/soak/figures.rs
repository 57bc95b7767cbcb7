//! The figures of a run, as tables.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use crate::characters::Character;
use crate::crowd::Crowd;
use crate::server::Has;

/// Of one server.
pub struct Figures {
    /// `many_poll, Rust`
    pub name: String,
    /// Who was there.
    pub crowd: Rc<Crowd>,
    /// For how long.
    pub took: Duration,
    /// When it was ready; when the first crowd had left; at most, while the second was there; when that had left.
    pub has: [Has; 4],
}

/// A row for each server.
pub fn servers(all: &[Figures]) -> String {
    let head = "server clients lines lines/s wrong resets stopped fds: most after \
                KiB: warm most after threads";
    let head = head.split(' ').collect::<Vec<_>>().join("|").replace(":|", ": ");
    let mut rows = vec![row(head.split('|'))];
    for Figures { name, crowd, took, has: [before, warm, most, after] } in all {
        let rate = crowd.answered() as f64 / took.as_secs_f64();
        let fds = format!("{}: {}", before.descriptors, most.descriptors);
        let memory = format!("{}: {}", before.memory, warm.memory);
        let [wrong, resets, stopped] = [&crowd.wrong, &crowd.resets, &crowd.stopped].map(Cell::get);
        let numbers = [crowd.visits(), crowd.answered(), rate as u64, wrong, resets, stopped];
        let mut cells = vec![name.clone()];
        cells.extend(numbers.map(|number| number.to_string()));
        cells.extend([fds, after.descriptors.to_string(), memory, most.memory.to_string()]);
        cells.extend([after.memory.to_string(), format!("{} {}", most.others, after.others)]);
        rows.push(cells);
    }
    aligned(&rows)
}

/// A row for each character: its clients and the lines of theirs that were answered.
pub fn characters(all: &[Figures]) -> String {
    let mut rows =
        vec![row(["clients: lines"].into_iter().chain(all.iter().map(|one| &one.name[..])))];
    for (at, character) in Character::ALL.iter().enumerate() {
        let mut cells = vec![character.name().to_string()];
        for one in all {
            let (clients, lines) = one.crowd.seen[at].get();
            cells.push(format!("{clients}: {lines}"));
        }
        rows.push(cells);
    }
    aligned(&rows)
}

fn row<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<String> {
    cells.map(str::to_string).collect()
}

/// The first column to the left, all others to the right.
fn aligned(rows: &[Vec<String>]) -> String {
    let width = |at: usize| rows.iter().map(|row| row[at].len()).max().unwrap_or_default();
    let mut text = String::new();
    for row in rows {
        text.push_str(&format!("{:width$}", row[0], width = width(0)));
        for (at, cell) in row.iter().enumerate().skip(1) {
            text.push_str(&format!("  {cell:>width$}", width = width(at)));
        }
        text.push('\n');
    }
    text
}
