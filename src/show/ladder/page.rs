//! The page: three columns, and rows that fill them.

use textwrap::core::display_width;

use super::super::text::cut;

/// The narrowest page with columns.
const NARROWEST: usize = 60;
/// A wider page makes nothing clearer.
const WIDEST: usize = 140;
/// Lines that one text may take in its column.
const LINES: usize = 3;

/// The column of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

impl Side {
    /// The other one.
    pub(super) fn other(self) -> Side {
        match self {
            Side::Left => Side::Right,
            Side::Right => Side::Left,
        }
    }
}

/// How a text is coloured, where there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Tone {
    #[default]
    Plain,
    Error,
    Printed,
    State,
    Note,
    Faint,
}

impl Tone {
    /// The number of its escape sequence (SGR).
    fn number(self) -> u8 {
        match self {
            Tone::Plain => 0,
            Tone::Error => 31,
            Tone::Printed => 32,
            Tone::Note => 33,
            Tone::State => 36,
            Tone::Faint => 2,
        }
    }
}

/// What stands in one column of a row.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    pub(super) lines: Vec<String>,
    pub(super) tone: Tone,
}

/// A row: each program's text and state, and what the wire carries between them.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) cells: [Cell; 2],
    pub(super) states: [Option<String>; 2],
    pub(super) wire: Cell,
}

/// The widths of the columns.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) width: usize,
    /// Between the life lines.
    pub(super) wire: usize,
    columns: [usize; 2],
    pub(super) coloured: bool,
}

impl Page {
    /// A page for one program or for more.
    pub(super) fn new(width: usize, programs: usize, coloured: bool) -> Page {
        const LIFE_LINES: usize = 4;
        let width = width.min(WIDEST);
        let wire = (width * 24 / 100).max(21).min(width * 3 / 10);
        let rest = width.saturating_sub(wire + LIFE_LINES);
        let left = if programs > 1 { rest / 2 } else { rest };
        Page { width, wire, columns: [left, rest - left], coloured }
    }

    /// Whether it is too narrow for columns.
    pub(super) fn is_narrow(&self) -> bool {
        self.width < NARROWEST
    }

    /// A text in its column's width; of one too long the middle is left out, so that a call keeps its answer.
    pub(super) fn fit(&self, side: Side, text: &str) -> Vec<String> {
        let width = self.columns[side as usize];
        let lines = wrap(text, width);
        if lines.len() <= LINES {
            return lines;
        }
        let tail = text.rfind(") = ").unwrap_or(text.len());
        let (head, tail) = text.split_at(tail);
        let letters: Vec<usize> = head.char_indices().map(|(at, _)| at).collect();
        let cut_at = |letters: usize| wrap(&format!("{}…{tail}", &head[..letters]), width);
        let fitting = letters.partition_point(|&at| cut_at(at).len() <= LINES);
        let mut lines = cut_at(fitting.checked_sub(1).map_or(0, |last| letters[last]));
        if lines.len() > LINES {
            lines.truncate(LINES);
            lines[LINES - 1] = cut(&format!("{}…", lines[LINES - 1]), width);
        }
        lines
    }

    /// Lines in the wire's column.
    pub(super) fn fit_wire(&self, text: &str) -> Vec<String> {
        let lines = textwrap::wrap(text, self.wire).into_iter();
        lines.take(LINES).map(|line| center(&line, self.wire)).collect()
    }

    /// Writes a state at the row's outer margin, if there is room beside what stands there.
    pub(super) fn add_state(&self, row: &mut Row, side: Side, state: &str) -> bool {
        const GAP: usize = 2;
        let at = side as usize;
        let cell = &row.cells[at].lines;
        let taken = match (cell.first(), side) {
            (None, _) => 0,
            (Some(_), Side::Left) => widest(cell) + GAP,
            (Some(first), Side::Right) => display_width(first) + GAP,
        };
        let fits = taken + display_width(state) <= self.columns[at];
        if row.states[at].is_some() || taken > 0 && !fits {
            return false;
        }
        row.states[at] = Some(cut(state, self.columns[at]));
        true
    }

    /// The row as text.
    pub(super) fn render(&self, row: &Row) -> String {
        let [left, right] = &row.cells;
        let height = left.lines.len().max(right.lines.len()).max(row.wire.lines.len()).max(1);
        let indent = self.columns[0].saturating_sub(widest(&left.lines));
        let mut text = String::new();
        for at in 0..height {
            let state = |side: usize| row.states[side].as_deref().filter(|_| at == 0).unwrap_or("");
            let line = |cell: &Cell| cell.lines.get(at).cloned().unwrap_or_default();
            let (left_state, left_line) = (state(0), line(left));
            let (right_state, right_line) = (state(1), line(right));
            let wire = line(&row.wire);
            let before = match left_line.as_str() {
                "" => self.columns[0],
                _ => indent,
            };
            let bar = self.paint("│", Tone::Faint);
            let whole = format!(
                "{}{}{}{} {bar}{}{}{bar} {}{}{}",
                self.paint(left_state, Tone::State),
                blank(before.saturating_sub(display_width(left_state))),
                self.paint(&left_line, left.tone),
                blank(self.columns[0].saturating_sub(before + display_width(&left_line))),
                self.paint(&wire, row.wire.tone),
                blank(self.wire.saturating_sub(display_width(&wire))),
                self.paint(&right_line, right.tone),
                blank(match right_state {
                    "" => 0,
                    _ => (self.columns[1])
                        .saturating_sub(display_width(&right_line) + display_width(right_state)),
                }),
                self.paint(right_state, Tone::State),
            );
            text.push_str(whole.trim_end());
            text.push('\n');
        }
        text
    }

    /// The columns' names over their life lines.
    pub(super) fn head(&self, names: [&str; 2]) -> String {
        let [left, right] = self.columns;
        let name = |at: usize| center(&cut(names[at], self.columns[at]), self.columns[at]);
        let dash = |count: usize| "─".repeat(count);
        let wire = center("wire", self.wire);
        let names = format!("{}  {wire}  {}", name(0), name(1));
        let line = format!("{}┬{}┬{}", dash(left + 1), dash(self.wire), dash(right + 1));
        format!("{}\n{}\n", names.trim_end(), self.paint(&line, Tone::Faint))
    }

    /// The text in its colour, if there are colours.
    pub(super) fn paint(&self, text: &str, tone: Tone) -> String {
        match tone.number() {
            number if self.coloured && number != 0 && !text.is_empty() => {
                format!("\x1b[{number}m{text}\x1b[0m")
            }
            _ => text.into(),
        }
    }
}

/// Broken between words, if need be within them, but not between a call and its answer.
fn wrap(text: &str, width: usize) -> Vec<String> {
    const TIED: &str = "\u{a0}=\u{a0}"; // no-break spaces: as wide, and not a place to break at
    const INDENT: &str = "  ";
    let text = text.replace(" = ", TIED);
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let first = if lines.is_empty() { "" } else { INDENT };
        let options = textwrap::Options::new(width).initial_indent(first).subsequent_indent(INDENT);
        lines.extend(textwrap::wrap(line, options).iter().map(|line| line.replace(TIED, " = ")));
    }
    lines
}

fn widest(lines: &[String]) -> usize {
    lines.iter().map(|line| display_width(line)).max().unwrap_or_default()
}

fn blank(count: usize) -> String {
    " ".repeat(count)
}

/// With as much room before as behind.
fn center(text: &str, width: usize) -> String {
    let free = width.saturating_sub(display_width(text));
    format!("{}{text}{}", blank(free / 2), blank(free - free / 2))
}
