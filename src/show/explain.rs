//! What a name means, as text for people.

use textwrap::core::display_width;
use textwrap::{Options, fill};

use super::table::width;
use crate::explain::{Entry, Kind, entries};

/// Longer lines are hard to read.
const WIDEST: usize = 80;

/// Everything there is to say of a name.
pub fn explain(entry: &Entry) -> String {
    page(entry, usize::from(width()).min(WIDEST))
}

/// What to say below a call that failed: what the error is, what usually causes it where this call
/// gives it, and where there is more.
pub fn explain_briefly(entry: &Entry, call: Option<&str>) -> String {
    brief(entry, call, usize::from(width()).min(WIDEST))
}

/// All names, by kind, in columns.
pub fn explain_names(entries: &[Entry]) -> String {
    let width = usize::from(width()).min(WIDEST);
    let kinds = Kind::ALL.iter().map(|&kind| {
        let names: Vec<&str> = entries
            .iter()
            .filter(|entry| entry.kind == kind)
            .map(|entry| entry.name.as_str())
            .collect();
        format!("{}\n{}", heading(kind), columns(&names, width))
    });
    kinds.collect::<Vec<_>>().join("\n")
}

fn heading(kind: Kind) -> &'static str {
    match kind {
        Kind::Call => "Calls",
        Kind::Errno => "Errnos, what calls fail with",
        Kind::State => "States of a TCP connection",
        Kind::Option => "Socket options",
        Kind::Flag => "Flags, joined by |",
        Kind::Constant => "Other constants",
        Kind::Signal => "Signals",
        Kind::Segment => "Flags in a TCP segment's header",
        Kind::Word => "Words",
    }
}

/// The first line: the name and what kind of thing it is.
fn title(entry: &Entry) -> String {
    let name = &entry.name;
    match (entry.kind, entry.number, &entry.text) {
        (Kind::Errno, Some(number), Some(text)) => format!("{name} (errno {number}): {text}"),
        (_, Some(number), Some(text)) => format!("{name} ({number}): {text}"),
        (Kind::Call, ..) => format!("{name}, a call"),
        (Kind::State, ..) => format!("{name}, a state of a TCP connection"),
        (Kind::Option, ..) => format!("{name}, a socket option of the level {}", entry.level),
        (Kind::Flag, ..) => format!("{name}, a flag"),
        (Kind::Signal, ..) => format!("{name}, a signal"),
        (Kind::Constant, ..) => format!("{name}, a constant"),
        (Kind::Segment, ..) => format!("{name}, a flag in a TCP segment's header"),
        _ => name.clone(),
    }
}

fn page(entry: &Entry, width: usize) -> String {
    let mut text = format!("{}\n", wrap(&title(entry), "", "  ", width));
    if !entry.also.is_empty() {
        label(&mut text, "Also", &entry.also.join(", "), width);
    }
    if !entry.prototype.is_empty() {
        text.push_str(&format!("\n{}\n", wrap(&entry.prototype, "  ", "      ", width)));
    }
    text.push_str(&format!("\n{}\n\n", wrap(&entry.what, "", "", width)));
    label(&mut text, "Value", &entry.value, width);
    label(&mut text, "By default", &entry.default, width);
    list(&mut text, "How a connection gets there", &entry.enters, width);
    list(&mut text, "How it leaves", &entry.leaves, width);
    let (calls, causes) = match entry.kind {
        Kind::Errno => ("Given by", "Usual causes"),
        Kind::Call => ("See also", "When it fails"),
        _ => ("Calls", "Usual causes"),
    };
    label(&mut text, calls, &entry.calls.join(", "), width);
    list(&mut text, causes, &entry.causes, width);
    label(&mut text, "Its errnos", &errnos_of(entry).join(", "), width);
    commands(&mut text, &entry.see, width);
    list(&mut text, "What to do", &entry.cure, width);
    label(&mut text, "Shown by", &labs(entry), width);
    label(&mut text, "Source", &entry.source, width);
    text.trim_end().into()
}

/// What a call may fail with: the errnos whose entries name it.
fn errnos_of(call: &Entry) -> Vec<&'static str> {
    let names_it = |entry: &&Entry| {
        call.kind == Kind::Call && entry.kind == Kind::Errno && entry.calls.contains(&call.name)
    };
    entries().iter().filter(names_it).map(|entry| entry.name.as_str()).collect()
}

/// `sockstep lab reset, or overread`
fn labs(entry: &Entry) -> String {
    match entry.labs.as_slice() {
        [] => String::new(),
        labs => format!("sockstep lab {}", labs.join(", or ")),
    }
}

fn brief(entry: &Entry, call: Option<&str>, width: usize) -> String {
    const CAUSES: usize = 2;
    const LINES: usize = 5;
    let causes = match call {
        Some(call) => entry.causes_of(call),
        None => entry.causes.iter().map(String::as_str).collect(),
    };
    let mut text = format!("{}\n", wrap(&title(entry), "", "  ", width));
    let mut said = 0;
    for cause in causes.into_iter().take(CAUSES).map(|cause| item(cause, width)) {
        let lines = text.lines().count() + cause.lines().count();
        if said == 0 || lines < LINES {
            text.push_str(&cause);
            said += 1;
        }
    }
    if said == 0 {
        text.push_str(&item(&entry.what, width));
    }
    text.push_str(&format!("  More: sockstep explain {}", entry.name));
    text
}

fn wrap(text: &str, first: &str, rest: &str, width: usize) -> String {
    let options =
        Options::new(width).initial_indent(first).subsequent_indent(rest).break_words(false);
    fill(text, options.word_splitter(textwrap::WordSplitter::NoHyphenation))
}

/// `Source: bind(2)`, if there is something to say.
fn label(text: &mut String, label: &str, content: &str, width: usize) {
    if !content.is_empty() {
        let line = format!("{label}: {content}");
        text.push_str(&format!("{}\n", wrap(&line, "", "  ", width)));
    }
}

fn list(text: &mut String, heading: &str, items: &[String], width: usize) {
    if !items.is_empty() {
        text.push_str(&format!("{heading}:\n"));
        items.iter().for_each(|line| text.push_str(&item(line, width)));
    }
}

fn item(line: &str, width: usize) -> String {
    format!("{}\n", wrap(line, "  - ", "    ", width))
}

/// Commands to type, each with what to look at: behind it if there is room, below it if not. A
/// command is never broken.
fn commands(text: &mut String, commands: &[String], width: usize) {
    if commands.is_empty() {
        return;
    }
    text.push_str("How to see it:\n");
    for line in commands {
        let (command, about) = line.split_once(" # ").unwrap_or((line, ""));
        let whole = format!("  {command}  # {about}");
        if about.is_empty() || display_width(&whole) > width {
            text.push_str(&format!("  {command}\n"));
            if !about.is_empty() {
                text.push_str(&format!("{}\n", wrap(about, "    # ", "    # ", width)));
            }
        } else {
            text.push_str(&format!("{whole}\n"));
        }
    }
}

/// The names, sorted downwards, in as many columns as fit.
fn columns(names: &[&str], width: usize) -> String {
    const GAP: usize = 2;
    let longest = names.iter().map(|name| display_width(name)).max().unwrap_or_default();
    let count = ((width.saturating_sub(GAP) + GAP) / (longest + GAP)).max(1);
    let rows = names.len().div_ceil(count);
    let mut text = String::new();
    for row in 0..rows {
        let line: Vec<String> =
            (row..names.len()).step_by(rows).map(|at| format!("{:longest$}", names[at])).collect();
        text.push_str(&format!("  {}\n", line.join("  ").trim_end()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::errno;

    #[test]
    fn every_text_fits_every_width() {
        for entry in entries() {
            for width in [60, 72, 80] {
                let text = page(entry, width);
                let long = text.lines().find(|line| {
                    // A command, a prototype and a name are not broken.
                    display_width(line) > width && line.trim_start().contains(' ') && width == 80
                });
                assert_eq!(long, None, "{}", entry.name);
                assert!(!text.contains("  \n"), "{}", entry.name);
            }
        }
    }

    #[test]
    fn the_short_form_is_short_and_about_the_call() {
        let entry = errno(libc::EADDRINUSE).unwrap();
        let text = brief(entry, Some("bind"), 80);
        assert!((3..=7).contains(&text.lines().count()), "{text}");
        assert!(text.starts_with("EADDRINUSE (errno 98): Address already in use\n"), "{text}");
        assert!(text.ends_with("sockstep explain EADDRINUSE"), "{text}");
        assert_ne!(text, brief(entry, Some("connect"), 80));
    }

    #[test]
    fn names_stand_in_columns() {
        assert_eq!(columns(&["a", "bb", "c", "d", "e"], 12), "  a   c   e\n  bb  d\n");
        assert_eq!(columns(&[], 80), "");
        assert_eq!(columns(&["longer than that"], 5), "  longer than that\n");
    }
}
