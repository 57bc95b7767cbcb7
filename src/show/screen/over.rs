//! What lies over the panes: the keys, the stack, the sockets, the bytes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, Widget};

use super::Over;
use super::content::{Content, Opens, wrapped};
use super::panes::lines;
use super::scene::Scene;
use crate::show::hexdump::{hex, push_buffer};
use crate::show::socket::sockets_within;
use crate::show::stack;
use crate::trace::{Entered, harmless};

/// So much room is left around it.
const AROUND: u16 = 2;

pub(super) fn draw(scene: &Scene, body: Rect, buffer: &mut Buffer) {
    let area = area(body);
    let inner = inner(area);
    let (title, content) = content(scene, inner.width.into());
    Clear.render(area, buffer);
    let title = Line::styled(format!(" {title} "), scene.theme.badge());
    Block::bordered().title(title).render(area, buffer);
    let (above, below) = lines(&content, inner, scene.view.scrolled, buffer);
    if above + below > 0 {
        let more = format!(" {above} lines above, {below} below: ↑ ↓ ");
        let wide = Line::raw(&more).width() as u16;
        let x = area.right().saturating_sub(wide + 2).max(area.x);
        buffer.set_line(x, area.bottom() - 1, &Line::styled(more, scene.theme.strong()), wide);
    }
}

/// Where it opens, and how far it goes.
pub(super) fn reach(scene: &Scene, body: Rect) -> (usize, usize) {
    let inner = inner(area(body));
    content(scene, inner.width.into()).1.reach(inner.height.into())
}

fn area(body: Rect) -> Rect {
    let around = if body.width >= 80 + 2 * AROUND { AROUND } else { 0 };
    Rect { x: body.x + around, width: body.width - 2 * around, ..body }
}

fn inner(area: Rect) -> Rect {
    let (width, height) = (area.width.saturating_sub(2), area.height.saturating_sub(2));
    Rect { x: area.x + 1, y: area.y + 1, width, height }
}

fn content<'v>(scene: &Scene<'v>, width: usize) -> (&'static str, Content<'v>) {
    let (title, text) = match scene.view.over {
        Over::Nothing => ("", String::new()),
        Over::Help => ("the keys", scene.view.help.to_owned()),
        Over::Stack => ("the stack: who called whom", stack_text(scene)),
        Over::Sockets => ("the sockets", sockets_text(scene, width)),
        Over::Hex => ("the call's buffers", hex_text(scene)),
    };
    let mut all = Vec::new();
    for line in text.lines() {
        let line = harmless(line);
        let then = " ".repeat(indent(&line));
        all.extend(wrapped(&line, width, "", &then).into_iter().map(Line::from));
    }
    (title, Content::new(all, Opens::Top))
}

/// How far a line's continuation is indented: as its second column.
fn indent(line: &str) -> usize {
    const MOST: usize = 20;
    let column = line.trim_start().find("  ").map(|gap| {
        let start = line.len() - line.trim_start().len() + gap;
        start + line[start..].len() - line[start..].trim_start().len()
    });
    column.filter(|column| *column <= MOST).unwrap_or(4)
}

/// The call that the moment, or now the next step, is about.
fn entered<'v>(scene: &Scene<'v>) -> Option<&'v Entered> {
    let story = scene.view.story;
    let of_step =
        || scene.step.clone().rev().find_map(|at| story.call_of(at)).map(|view| view.entered);
    scene.next().or_else(of_step)
}

fn stack_text(scene: &Scene) -> String {
    match entered(scene).and_then(|entered| scene.stack(entered)) {
        Some(known) => stack(known),
        None => "No call's stack is known here.".into(),
    }
}

fn hex_text(scene: &Scene) -> String {
    let story = scene.view.story;
    let moment = scene.moment.filter(|_| scene.next().is_none());
    let told = moment.map(|moment| (scene.told(moment), story.call_of(moment)));
    match (scene.next(), told) {
        (Some(next), _) => hex(next, None),
        (None, Some((_, Some(view)))) => hex(view.entered, scene.returned(view)),
        (None, Some((told, None))) if !told.buffers.is_empty() => {
            let mut text = String::new();
            told.buffers
                .iter()
                .for_each(|each| push_buffer(&each.name, &each.data, each.length, &mut text));
            text
        }
        _ => "There is no buffer here.".into(),
    }
}

fn sockets_text(scene: &Scene, width: usize) -> String {
    let sockets: Vec<_> = scene.after.iter().collect();
    if sockets.is_empty() {
        return "The kernel holds no socket of these programs.".into();
    }
    let width = u16::try_from(width).unwrap_or(u16::MAX);
    sockets_within(&sockets, &scene.view.story.names, width)
}
