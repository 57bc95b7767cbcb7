//! The bytes of an address, field by field: each has its colour and its name.

use ratatui::text::{Line, Span};
use textwrap::core::display_width;

use super::content::{fitted, padded};
use super::theme::Theme;
use crate::show::story::{AddressRow, AddressTable};
use crate::show::text::cut;
use crate::trace::harmless;

/// Bytes of a field that are shown.
const MOST: usize = 8;
/// So many of the same are counted.
const MANY: usize = 5;

/// The tables, each below the name of its call and of its argument.
pub(super) fn tables<'v>(
    call: &str,
    tables: &[AddressTable],
    theme: Theme,
    width: usize,
    into: &mut Vec<Line<'v>>,
) {
    for table in tables {
        into.push(heading(call, table, theme, width));
        let bytes: Vec<String> = table.rows.iter().map(spelt).collect();
        let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or_default();
        let bytes_wide = widest(&mut bytes.iter().map(String::len));
        let names_wide = widest(&mut table.rows.iter().map(|row| display_width(row.name)));
        for (at, (row, bytes)) in table.rows.iter().zip(bytes).enumerate() {
            let bytes = padded(&bytes, bytes_wide);
            let name = padded(row.name, names_wide);
            let means = harmless(&row.means);
            let spans = vec![
                Span::styled(format!("  {bytes} {name}"), theme.field(at)),
                Span::raw(format!(" {means}")),
            ];
            into.push(Line::from(fitted(spans, width)));
        }
    }
}

/// The argument's name, how long it is, and, where there is room, all its bytes as they lie.
fn heading<'v>(call: &str, table: &AddressTable, theme: Theme, width: usize) -> Line<'v> {
    let name = harmless(&format!("{call}'s {}", table.name));
    let text = format!("  {name}, {} bytes in memory", table.size);
    let mut spans = vec![Span::raw(cut(&text, width))];
    let all: usize = table.rows.iter().map(|row| 3 * row.bytes.len()).sum();
    if display_width(&text) + 1 + all <= width {
        spans.push(Span::raw(":"));
        for (at, row) in table.rows.iter().enumerate() {
            let hex: String = row.bytes.iter().map(|byte| format!(" {byte:02x}")).collect();
            spans.push(Span::styled(hex, theme.field(at)));
        }
    }
    Line::from(spans)
}

/// Bytes as hex; of a long field the first.
fn spelt(row: &AddressRow) -> String {
    if let [first, rest @ ..] = row.bytes.as_slice()
        && rest.len() + 1 >= MANY
        && rest.iter().all(|byte| byte == first)
    {
        return format!("{first:02x} × {}", row.bytes.len());
    }
    let bytes: Vec<String> =
        row.bytes.iter().take(MOST).map(|byte| format!("{byte:02x}")).collect();
    let more = if row.bytes.len() > MOST { " …" } else { "" };
    format!("{}{more}", bytes.join(" "))
}
