//! What stands above a ladder: what ran, where, what is missing.

use super::super::names::Names;
use super::super::text::command;
use super::page::{Page, Tone};
use crate::trace::Header;

/// The heading, and the columns' names.
pub(super) fn head(header: &Header, names: &Names, page: &Page) -> String {
    let place = match header.sandbox {
        true => "in a sandbox with a network of its own",
        false => "on the machine's own network",
    };
    let Header { written_by, kernel, machine, .. } = header;
    let mut lines = vec![format!("{written_by} · {kernel} {machine} · {place}")];
    for started in names.started() {
        lines.push(format!("{}: {}", started.name, command(&started.command)));
    }
    lines.extend(header.missing.iter().map(|missing| format!("! not watched: {missing}")));
    let options = textwrap::Options::new(page.width).subsequent_indent("    ");
    let mut text = String::new();
    for line in lines {
        let tone = if line.starts_with('!') { Tone::Note } else { Tone::Plain };
        text.push_str(&page.paint(&textwrap::fill(&line, &options), tone));
        text.push('\n');
    }
    text.push('\n');
    if !page.is_narrow() {
        let name = |program: usize| names.started().get(program).map(|started| &started.name);
        let heads = [name(0), name(1)].map(|name| name.map_or("", String::as_str));
        text.push_str(&page.head(heads));
    }
    text
}
