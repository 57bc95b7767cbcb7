//! A program's source: where it stands in it, and what it is doing there.

use ratatui::text::{Line, Span};

use super::content::{Content, Opens, pick, wrapped};
use super::scene::{Scene, Stands};
use crate::show::text::cut;
use crate::trace::{Answer, Exit, Listing, Stack, harmless, made_text};

/// Lines for the program's state, at most.
const STATE: usize = 2;
/// Where there is so little room, indentation is shown by half.
const NARROW: usize = 60;

/// Lines of a file, one of which is the current one.
struct Shown<'v> {
    file: &'v str,
    first: u32,
    lines: &'v [String],
    line: u32,
}

impl<'v> Shown<'v> {
    fn of(listing: &'v Listing) -> Shown<'v> {
        let Listing { file, first, lines, line } = listing;
        Shown { file, first: *first, lines, line: *line }
    }
}

/// The source of a program.
pub(super) struct Source<'v> {
    program: u8,
    stands: Option<Stands<'v>>,
    shown: Option<Shown<'v>>,
    twin: Twin,
    why_not: String,
}

/// Whether it is the twin's source.
#[derive(PartialEq, Eq)]
enum Twin {
    No,
    Yes,
    /// It is asked for, and not known.
    Unknown,
}

impl<'v> Source<'v> {
    /// The program's own source, or the twin's.
    pub(super) fn of(scene: &Scene<'v>, program: u8, twin: bool) -> Source<'v> {
        let stands = scene.call_of(program);
        let stack = stands.as_ref().and_then(|stands| scene.stack(stands.entered()));
        let listings = stack.and_then(|stack| scene.view.listings.get(&stack.id));
        let (shown, is_twin) = match (listings, twin) {
            (Some(listings), true) => match &listings.twin {
                Some(twin) => (Some(Shown::of(twin)), Twin::Yes),
                None => (Some(Shown::of(&listings.own)), Twin::Unknown),
            },
            (Some(listings), false) => (Some(Shown::of(&listings.own)), Twin::No),
            (None, _) => (stack.and_then(recorded), if twin { Twin::Unknown } else { Twin::No }),
        };
        let why_not = match (stack, &stands) {
            (Some(stack), _) => why_not(stack),
            (None, Some(_)) => "The source was not watched.".into(),
            (None, None) => "It has made no call yet.".into(),
        };
        Source { program, stands, shown, twin: is_twin, why_not }
    }

    /// Whether the twin's line is known.
    pub(super) fn is_twin(&self) -> bool {
        self.twin == Twin::Yes
    }

    /// What it is the source of, in so many columns.
    pub(super) fn title(&self, scene: &Scene, width: usize) -> String {
        let name = scene.name(self.program);
        let Some(shown) = &self.shown else { return cut(&name, width) };
        let path = harmless(shown.file);
        let file = path.rsplit('/').next().unwrap_or(&path);
        let (long, short) = match self.twin {
            Twin::No => ("", ""),
            Twin::Yes => (" (the twin's line of the same call)", " (twin)"),
            Twin::Unknown => (" (no twin is known)", " (no twin)"),
        };
        let texts = [
            format!("{name} · {path}{long}"),
            format!("{name} · {path}{short}"),
            format!("{name} · {file}{long}"),
            format!("{name} · {file}{short}"),
            format!("{file}{short}"),
        ];
        pick(&texts, width)
    }

    /// The program's state, and below it its source with the current line marked.
    pub(super) fn content(self, scene: &Scene, width: usize) -> Content<'v> {
        let head = self.state(scene, width);
        let Source { shown, why_not, .. } = self;
        let Some(shown) = shown else {
            let lines = wrapped(&why_not, width, "", "");
            return Content::new(lines.into_iter().map(Line::from).collect(), Opens::Top)
                .under(head);
        };
        let current = shown.line.saturating_sub(shown.first) as usize;
        let last = u64::from(shown.first) + shown.lines.len() as u64;
        let digits = last.to_string().len();
        let theme = scene.theme;
        let Shown { first, lines, .. } = shown;
        let line = move |at: usize| {
            let (mark, style) = match at == current {
                true => ("▶ ", theme.strong()),
                false => ("  ", ratatui::style::Style::new()),
            };
            let number = format!("{:>digits$} ", u64::from(first) + at as u64);
            let text = lines.get(at).map_or(String::new(), |text| plain(text, width < NARROW));
            let text = cut(&text, width.saturating_sub(digits + 3));
            let number = Span::styled(number, if at == current { style } else { theme.faint() });
            Line::from(vec![Span::styled(mark, style), number, Span::styled(text, style)])
        };
        Content::lazy(lines.len(), Opens::Around(current), line).under(head)
    }

    /// What the program is doing.
    fn state(&self, scene: &Scene, width: usize) -> Vec<Line<'v>> {
        let theme = scene.theme;
        let (badge, style, text) = match (scene.exit(self.program), &self.stands) {
            (Some(exit), _) => (
                "over",
                theme.badge(),
                match exit {
                    Exit::Serving => " it served on until the run ended".into(),
                    exit => format!(" {exit}"),
                },
            ),
            (None, Some(Stands::Asleep(view, since))) => {
                let what = scene.view.story.waits_for(view.entered, scene.on(view.entered));
                let what = harmless(&what);
                let name = harmless(&view.entered.name);
                let text = format!(" in {name} since step {}: waits for {what}", since + 1);
                ("asleep", theme.asleep(), text)
            }
            (None, Some(Stands::Next(entered))) => {
                ("next", theme.badge(), format!(" {}", made_text(entered, None)))
            }
            (None, Some(Stands::Held(entered))) => {
                ("", theme.faint(), format!("stands before {}", entered.name))
            }
            (None, Some(Stands::After(view))) => match scene.returned(view) {
                Some(returned) => {
                    let text = format!("called {} → {}", view.entered.name, returned.answer);
                    let failed = matches!(returned.answer, Answer::Errno(_));
                    ("", if failed { theme.error() } else { theme.faint() }, text)
                }
                None => ("", theme.strong(), format!("is in {}", view.entered.name)),
            },
            (None, None) if scene.has_begun(self.program) => {
                ("", theme.faint(), "has begun".into())
            }
            (None, None) => ("", theme.faint(), "has not begun yet".into()),
        };
        let padded = if badge.is_empty() { String::new() } else { format!(" {badge} ") };
        let mut lines = wrapped(&format!("{padded}{text}"), width, "", "  ");
        if lines.len() > STATE {
            let rest = lines.split_off(STATE - 1).join(" ");
            lines.push(cut(&format!("  {}", rest.replace("   ", " ").trim_start()), width));
        }
        let mut lines = lines.into_iter();
        let first = lines.next().unwrap_or_default();
        let first = match first.strip_prefix(&padded).map(str::to_owned) {
            Some(rest) if !padded.is_empty() => {
                Line::from(vec![Span::styled(padded, style), Span::styled(rest, theme.strong())])
            }
            _ => Line::styled(first, style),
        };
        std::iter::once(first).chain(lines.map(|line| Line::styled(line, theme.strong()))).collect()
    }
}

/// The lines that were recorded with a chain of callers.
fn recorded(stack: &Stack) -> Option<Shown<'_>> {
    let frame = stack.frames.get(stack.own?)?;
    let source = frame.source.as_ref()?;
    let (file, line) = (frame.file.as_deref()?, frame.line?);
    Some(Shown { file, first: source.first, lines: &source.lines, line })
}

/// Why there is nothing to show.
fn why_not(stack: &Stack) -> String {
    let own = stack.own.and_then(|own| stack.frames.get(own));
    match (&stack.why_not, own.and_then(|own| own.file.as_ref().zip(own.line))) {
        (Some(why_not), _) => format!("No line is known: {}", harmless(why_not)),
        (None, Some((file, line))) => {
            format!("{}:{line}, which cannot be read here", harmless(file))
        }
        (None, None) => "No line is known: no debug information.".into(),
    }
}

/// A line with its tabs as spaces, harmless.
fn plain(line: &str, narrow: bool) -> String {
    const TAB: usize = 4;
    let mut text = String::new();
    for (at, part) in line.split('\t').enumerate() {
        if at > 0 {
            let used = textwrap::core::display_width(&text);
            text.push_str(&" ".repeat(TAB - used % TAB));
        }
        text.push_str(&harmless(part));
    }
    let indented = text.len() - text.trim_start_matches(' ').len();
    if narrow { text.split_off(indented / 2) } else { text }
}
