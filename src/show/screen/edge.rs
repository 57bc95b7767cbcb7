//! The first line and the last one, and what is said where there is no room for more.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};
use textwrap::core::display_width;

use super::content::{pick, wrapped};
use super::scene::Scene;
use super::{Bottom, Over, SMALLEST};
use crate::show::brief;
use crate::show::text::cut;
use crate::trace::{CallView, harmless};

/// Which step is looked at, and who sleeps.
pub(super) fn top(scene: &Scene, area: Rect, buffer: &mut Buffer) {
    let theme = scene.theme;
    let all = scene.view.story.moments.len();
    let step = match (scene.view.at, scene.moment) {
        (_, None) => "nothing has happened yet".into(),
        (Some(_), Some(moment)) => {
            format!("looking back: step {} of {all} (End: now)", moment + 1)
        }
        (None, Some(_)) if scene.view.over_and_done => {
            format!("step {all} of {all} · now · the run is over")
        }
        (None, Some(_)) => format!("step {all} of {all} · now"),
    };
    let style = if scene.view.at.is_some() { theme.badge() } else { theme.strong() };
    let step = format!(" {step} ");
    let width = usize::from(area.width);
    let mut spans = vec![Span::styled(" sockstep ", theme.strong()), Span::styled(step, style)];
    let used: usize = spans.iter().map(Span::width).sum();
    let room = width.saturating_sub(used + 1);
    let asleep = sleepers(scene);
    let who = if asleep.is_empty() { String::new() } else { pick(&asleep, room) };
    if !who.is_empty() && room > 8 {
        spans.push(Span::raw(" ".repeat(width.saturating_sub(used + display_width(&who)))));
        spans.push(Span::styled(who, theme.asleep()));
    }
    buffer.set_line(area.x, area.y, &Line::from(spans), area.width);
}

/// Who sleeps in what, from the longest text to the shortest.
fn sleepers(scene: &Scene) -> Vec<String> {
    let each = |in_what: bool| {
        let one = |(view, _): &(&CallView, usize)| match in_what {
            true => {
                format!("{} in {}", scene.name_of(view.entered.who), harmless(&view.entered.name))
            }
            false => scene.name_of(view.entered.who),
        };
        scene.asleep.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    match scene.asleep.len() {
        0 => Vec::new(),
        count => vec![
            format!(" asleep: {} ", each(true)),
            format!(" asleep: {} ", each(false)),
            format!(" {count} asleep "),
        ],
    }
}

/// Keys, a question, a message.
pub(super) fn bottom(scene: &Scene, area: Rect, buffer: &mut Buffer) {
    let theme = scene.theme;
    let width = usize::from(area.width);
    let line = match scene.view.bottom {
        Bottom::Keys => Line::raw(pick(&keys(scene), width)),
        Bottom::Message(text) => return message(scene, text, area, buffer),
        Bottom::Prompt(question, typed) => {
            let room = width.saturating_sub(display_width(question) + 2);
            let typed = end_of(&brief(typed.as_bytes()), room);
            Line::from(vec![
                Span::styled(format!(" {question}"), theme.strong()),
                Span::raw(typed),
                Span::styled(" ", Style::new().add_modifier(Modifier::REVERSED)),
            ])
        }
    };
    buffer.set_line(area.x, area.y, &line, area.width);
}

/// Something to say: a long text takes a few rows more, from the panes above.
fn message(scene: &Scene, text: &str, area: Rect, buffer: &mut Buffer) {
    const ROWS: usize = 4;
    let mut lines = wrapped(&brief(text.trim_end().as_bytes()), area.width.into(), " ", " ");
    if lines.len() > ROWS {
        let rest = lines.split_off(ROWS - 1).join("");
        lines.push(cut(&rest, area.width.into()));
    }
    let height = (lines.len() as u16).min(area.bottom());
    let area = Rect { y: area.bottom() - height, height, ..area };
    Clear.render(area, buffer);
    for (line, y) in lines.into_iter().zip(area.top()..) {
        buffer.set_line(area.x, y, &Line::styled(line, scene.theme.badge()), area.width);
    }
}

const NEXT: &str = "Enter next";
const SERVER: &str = "s server";
const CLIENT: &str = "c client";
const RUN: &str = "r run to a call";
const END: &str = "e to the end";
const LARGE: &str = "1-6 large";
const HELP: &str = "h help";
const QUIT: &str = "q quit";

/// The most important keys at this moment, from the longest list to the shortest.
fn keys(scene: &Scene) -> Vec<String> {
    let view = scene.view;
    let two = view.story.names.started().len() > 1;
    let twin = if view.twin { "Tab back from the twin" } else { "Tab C/Rust twin" };
    let lists: &[&[&str]] = match (view.over, view.large, view.at, view.over_and_done) {
        (Over::Help | Over::Stack | Over::Sockets | Over::Hex, ..) => {
            &[&["Esc closes", "↑ ↓ scroll", "q quit"]]
        }
        (_, Some(_), ..) => {
            &[&["Esc back to all panes", "↑ ↓ scroll", "Tab C/Rust", "h help", "q quit"]]
        }
        (_, _, Some(_), _) => &[
            &["← → other steps", "End back to now", twin, LARGE, "/ search", HELP, QUIT],
            &["← → other steps", "End back to now", "Tab twin", LARGE, HELP, QUIT],
        ],
        (_, _, _, true) => &[&["← goes back", LARGE, twin, "/ search", HELP, QUIT]],
        (_, _, None, false) if two => &[
            &[NEXT, SERVER, CLIENT, RUN, END, "← look back", twin, LARGE, "/ search", HELP, QUIT],
            &[NEXT, SERVER, CLIENT, "← back", "Tab twin", LARGE, HELP, QUIT],
        ],
        _ => &[
            &[NEXT, RUN, END, "← look back", twin, LARGE, "/ search", HELP, QUIT],
            &[NEXT, END, "← look back", "Tab twin", LARGE, HELP, QUIT],
        ],
    };
    lists.iter().map(|list| format!(" {}", list.join("  "))).collect()
}

/// The end of a text, as much as has room.
fn end_of(text: &str, width: usize) -> String {
    let mut start = text.len();
    for (at, _) in text.char_indices().rev() {
        if display_width(&text[at..]) > width {
            break;
        }
        start = at;
    }
    text[start..].into()
}

/// How much room is needed, in the middle.
pub(super) fn too_small(area: Rect, buffer: &mut Buffer) {
    let (columns, rows) = SMALLEST;
    let text = format!(
        "sockstep needs {columns} columns and {rows} rows; here are {} and {}. \
         Make the window larger, or q quits.",
        area.width, area.height
    );
    let width = usize::from(area.width);
    if width == 0 {
        return;
    }
    let lines = wrapped(&text, width, "", "");
    let first = usize::from(area.height).saturating_sub(lines.len()) / 2;
    for (line, y) in lines.iter().zip((area.y..area.bottom()).skip(first)) {
        let x = area.x + area.width.saturating_sub(Line::raw(line).width() as u16) / 2;
        buffer.set_line(x, y, &Line::raw(line), area.right() - x);
    }
}
