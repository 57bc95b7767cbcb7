//! One look for all tables.

use comfy_table::{Cell, Color, ColumnConstraint, ContentArrangement, Table, presets};

use crate::trace::Verdict;

/// The width of a table that goes into a pipe or a file.
const WIDTH: u16 = 100;

/// An empty table: as wide as the terminal, coloured if that is wanted.
pub(super) fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    let width = table.width().filter(|&width| width > 0).unwrap_or(WIDTH);
    table.set_width(width);
    if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        table.force_no_tty();
    }
    table.set_header(header);
    table
}

/// Keeps these columns as wide as what is in them; the others give way.
pub(super) fn unwrapped(table: &mut Table, columns: &[usize]) {
    for &column in columns {
        if let Some(column) = table.column_mut(column) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

/// A verdict's cell.
pub(super) fn verdict(verdict: Verdict) -> Cell {
    match verdict {
        Verdict::Same => Cell::new("same").fg(Color::Green),
        Verdict::OnPurpose(difference) => {
            Cell::new(format!("on purpose: {}", difference.why)).fg(Color::Yellow)
        }
        Verdict::Different => Cell::new("DIFFERENT").fg(Color::Red),
    }
}
