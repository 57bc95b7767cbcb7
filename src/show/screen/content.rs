//! What stands in a pane: lines that are as wide as it, and the part of them that is in view.

use ratatui::text::{Line, Span};
use textwrap::core::display_width;

use super::super::text::cut;
use crate::trace::harmless;

/// Which part is in view as long as nobody scrolls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opens {
    /// The beginning.
    Top,
    /// The end.
    Bottom,
    /// What is around this line.
    Around(usize),
}

/// A pane's lines. They are made when they are looked at: a run may have a hundred thousand packets.
pub(super) struct Content<'a> {
    /// Lines that do not scroll.
    pub(super) head: Vec<Line<'a>>,
    count: usize,
    line: Box<dyn Fn(usize) -> Line<'a> + 'a>,
    opens: Opens,
}

impl<'a> Content<'a> {
    pub(super) fn new(lines: Vec<Line<'a>>, opens: Opens) -> Content<'a> {
        let count = lines.len();
        Content::lazy(count, opens, move |at| lines.get(at).cloned().unwrap_or_default())
    }

    pub(super) fn lazy(
        count: usize,
        opens: Opens,
        line: impl Fn(usize) -> Line<'a> + 'a,
    ) -> Content<'a> {
        Content { head: Vec::new(), count, line: Box::new(line), opens }
    }

    pub(super) fn under(self, head: Vec<Line<'a>>) -> Content<'a> {
        Content { head, ..self }
    }

    /// How many rows it would fill.
    pub(super) fn rows(&self) -> usize {
        self.head.len() + self.count
    }

    /// Where it opens in so many rows, and how far it may be scrolled from the top.
    pub(super) fn reach(&self, rows: usize) -> (usize, usize) {
        let rows = rows.saturating_sub(self.head.len());
        let most = self.count.saturating_sub(rows);
        let opens = match self.opens {
            Opens::Top => 0,
            Opens::Bottom => most,
            Opens::Around(at) => at.saturating_sub(rows / 2).min(most),
        };
        (opens, most)
    }

    /// The lines from here on, some of which may lie before the first.
    pub(super) fn from(&self, first: isize, rows: usize) -> Vec<Line<'a>> {
        let mut lines = self.head.clone();
        lines.truncate(rows);
        let line = |at: isize| match usize::try_from(at) {
            Ok(at) if at < self.count => (self.line)(at),
            _ => Line::default(),
        };
        let rest = isize::try_from(rows - lines.len()).unwrap_or_default();
        lines.extend((first..first.saturating_add(rest)).map(line));
        lines
    }

    /// The line that is to be in view.
    pub(super) fn current(&self) -> usize {
        if let Opens::Around(at) = self.opens { at } else { 0 }
    }

    /// What is in view, and how many lines there are above it and below.
    pub(super) fn window(&self, rows: usize, scrolled: isize) -> (Vec<Line<'a>>, usize, usize) {
        let (opens, most) = self.reach(rows);
        let first = opens.saturating_add_signed(scrolled).min(most);
        let mut lines = self.head.clone();
        lines.truncate(rows);
        let end = first.saturating_add(rows - lines.len()).min(self.count);
        lines.extend((first..end).map(|at| (self.line)(at)));
        (lines, first, self.count - end)
    }
}

/// As much of these pieces as has room.
pub(super) fn fitted<'a>(spans: Vec<Span<'a>>, width: usize) -> Vec<Span<'a>> {
    let mut used = 0;
    let cut_to = |span: Span<'a>| {
        let room = width.saturating_sub(used);
        used += span.width();
        if span.width() <= room {
            span
        } else {
            Span::styled(clipped(&span.content, room), span.style)
        }
    };
    spans.into_iter().map(cut_to).collect()
}

/// The text, cut; nothing where there is no room for the sign of that.
fn clipped(text: &str, width: usize) -> String {
    if width == 0 { String::new() } else { cut(text, width) }
}

/// A text in lines of this width, harmless.
pub(super) fn wrapped(text: &str, width: usize, first: &str, then: &str) -> Vec<String> {
    let text = text.split('\n').map(harmless).collect::<Vec<_>>().join("\n");
    let options = textwrap::Options::new(width).initial_indent(first).subsequent_indent(then);
    let lines = textwrap::wrap(&text, options).into_iter();
    lines.map(|line| cut(line.trim_end(), width)).collect()
}

/// The first of these texts that has room, or as much of the last as has.
pub(super) fn pick(texts: &[String], width: usize) -> String {
    let fitting = texts.iter().find(|text| display_width(text) <= width);
    fitting.cloned().unwrap_or_else(|| cut(texts.last().map_or("", |text| text), width))
}

/// Filled up with spaces to this width.
pub(super) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(display_width(text))))
}
