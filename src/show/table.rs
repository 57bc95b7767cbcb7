//! One look for all tables.

use comfy_table::{Cell, Color, ColumnConstraint, ContentArrangement, Table, Width, presets};

use crate::trace::Verdict;

/// The width of what goes into a pipe or a file.
const WIDTH: u16 = 100;

/// How many columns there are to fill: the terminal's, also where a pipe leads to one (`| less`: then standard error is
/// still the terminal), or those of a file.
pub fn width() -> u16 {
    let behind_the_pipe =
        || terminal_size::terminal_size_of(std::io::stderr()).map(|size| size.0.0);
    let width = Table::new().width().or_else(behind_the_pipe);
    width.filter(|&width| width > 0).unwrap_or(WIDTH)
}

/// Whether colours are unwanted.
pub fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// Prose, broken between words; lines after the first begin with the indent.
pub fn prose(text: &str, indent: &str) -> String {
    let options =
        textwrap::Options::new(width().into()).subsequent_indent(indent).break_words(false);
    textwrap::fill(text, options)
}

/// An empty table: as wide as the terminal at most, coloured if that is wanted.
pub(super) fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width());
    if no_color() {
        table.force_no_tty();
    }
    table.set_header(header);
    table
}

/// A table of plain text.
pub fn rows<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut table = table(header);
    for row in rows {
        table.add_row(row);
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Keeps the columns as wide as what is in them, but for the last and the one before `ended`: these give
/// way, as far as the longest word allows.
pub(super) fn fit(table: &mut Table) {
    const LONGEST_WORD: u16 = 11; // "on purpose:" with the cell's margins
    let count = table.column_count();
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_constraint(match count - at {
            1 | 3 => ColumnConstraint::LowerBoundary(Width::Fixed(LONGEST_WORD)),
            _ => ColumnConstraint::ContentWidth,
        });
    }
}

/// A verdict's cell.
pub(super) fn verdict(verdict: &Verdict) -> Cell {
    match verdict {
        Verdict::Same => Cell::new(words(verdict)).fg(Color::Green),
        Verdict::OnPurpose(_) => Cell::new(words(verdict)).fg(Color::Yellow),
        Verdict::Different => Cell::new(words(verdict)).fg(Color::Red),
    }
}

/// A verdict in words.
pub(super) fn words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Same => "same".into(),
        Verdict::OnPurpose(differences) if differences.len() == 1 => {
            format!("on purpose: {}", differences[0].why)
        }
        Verdict::OnPurpose(differences) => {
            let topics = differences.iter().map(|difference| difference.topic);
            format!("on purpose: {}", topics.collect::<Vec<_>>().join("; "))
        }
        Verdict::Different => "DIFFERENT".into(),
    }
}
