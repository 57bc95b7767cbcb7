//! Draws the panes, all of them or a large one.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use textwrap::core::display_width;

use super::Pane;
use super::content::Content;
use super::layout::{self, Place};
use super::scene::Scene;
use super::source::Source;
use super::{call, kernel, output, wire};
use crate::show::text::{cut, grouped};

/// So wide, a large source pane shows the program and its twin beside each other.
const BESIDE: u16 = 100;

/// All panes.
pub(super) fn all(scene: &Scene, body: Rect, buffer: &mut Buffer) {
    let sources = scene.view.story.names.started().len().clamp(1, 2);
    let wide = layout::places(body, sources, 0);
    let wide =
        wide.iter().find(|place| place.pane == Pane::Kernel).map(|place| place.inner().width);
    let kernel = kernel::content(scene, usize::from(wide.unwrap_or_default())).rows();
    let places = layout::places(body, sources, kernel);
    layout::lines(&places, scene.theme.faint(), buffer);
    places.iter().for_each(|place| one(scene, place, 0, buffer));
}

/// One pane in all the room.
pub(super) fn alone(scene: &Scene, body: Rect, pane: Pane, buffer: &mut Buffer) {
    let place = layout::alone(body, pane);
    layout::lines(&[place], scene.theme.faint(), buffer);
    match twins(scene, pane, body) {
        None => one(scene, &place, scene.view.scrolled, buffer),
        Some(twins) => beside(scene, &place, twins, buffer),
    }
}

/// A program and its twin beside each other, the lines of the same call at one height.
fn beside(scene: &Scene, place: &Place, [own, twin]: [Source; 2], buffer: &mut Buffer) {
    let inner = place.inner();
    let half = inner.width / 2;
    let left = Rect { width: half.saturating_sub(1), ..inner };
    let right = Rect { x: inner.x + half, width: inner.width - half, ..inner };
    let rows = usize::from(inner.height);
    for (source, area) in [(&own, left), (&twin, right)] {
        let title = source.title(scene, usize::from(area.width).saturating_sub(6));
        let line = Line::styled(format!(" {title} "), scene.theme.strong());
        buffer.set_line(area.x, place.area.y, &line, area.width);
    }
    let own = own.content(scene, left.width.into());
    let twin = twin.content(scene, right.width.into());
    let (_, above, _) = own.window(rows, scene.view.scrolled);
    let signed = |at: usize| isize::try_from(at).unwrap_or(isize::MAX);
    let first = signed(twin.current()) - (signed(own.current()) - signed(above));
    lines(&own, left, scene.view.scrolled, buffer);
    for (line, y) in twin.from(first, rows).iter().zip(right.top()..right.bottom()) {
        buffer.set_line(right.x, y, line, right.width);
    }
}

/// The sources of a program and of its twin, if there is room for both.
fn twins<'v>(scene: &Scene<'v>, pane: Pane, body: Rect) -> Option<[Source<'v>; 2]> {
    let program = match pane {
        Pane::Server => 0,
        Pane::Client => scene.second(),
        _ => return None,
    };
    let twin = Source::of(scene, program, true);
    let both = body.width >= BESIDE && twin.is_twin();
    both.then(|| [Source::of(scene, program, false), twin])
}

/// Where a large pane opens, and how far it goes.
pub(super) fn reach(scene: &Scene, body: Rect, pane: Pane) -> (usize, usize) {
    let inner = layout::alone(body, pane).inner();
    content(scene, pane, inner.width.into()).1.reach(inner.height.into())
}

/// The key that makes a pane large.
fn number(pane: Pane) -> usize {
    Pane::ALL.iter().position(|other| *other == pane).unwrap_or_default() + 1
}

fn one(scene: &Scene, place: &Place, scrolled: isize, buffer: &mut Buffer) {
    let inner = place.inner();
    let (title, content) = content(scene, place.pane, inner.width.into());
    let (above, below) = lines(&content, inner, scrolled, buffer);
    let is_source = matches!(place.pane, Pane::Server | Pane::Client);
    let more = if is_source { String::new() } else { more(above, below) };
    let line = place.title();
    let key = format!(" {} ", number(place.pane));
    let room = usize::from(line.width).saturating_sub(display_width(&more) + key.len() + 2);
    let spans = vec![
        Span::styled(key, scene.theme.badge()),
        Span::styled(format!(" {} ", cut(&title, room)), scene.theme.strong()),
    ];
    buffer.set_line(line.x, line.y, &Line::from(spans), line.width);
    let wide = display_width(&more) as u16;
    if wide > 0 && wide < line.width {
        let x = line.right() - wide;
        buffer.set_line(x, line.y, &Line::styled(more, scene.theme.strong()), wide);
    }
}

/// How much there is besides what is in view.
fn more(above: usize, below: usize) -> String {
    let lines = |count: usize, arrow: &str| format!(" {} more {arrow} ", grouped(count));
    match (above, below) {
        (0, 0) => String::new(),
        (above, 0) => lines(above, "↑"),
        (0, below) => lines(below, "↓"),
        (above, below) => format!(" {} ↑ {} ↓ ", grouped(above), grouped(below)),
    }
}

/// What a pane is called, and what stands in it.
fn content<'v>(scene: &'v Scene<'v>, pane: Pane, width: usize) -> (String, Content<'v>) {
    let large = scene.view.large == Some(pane);
    match pane {
        Pane::Server | Pane::Client => {
            let program = if pane == Pane::Server { 0 } else { scene.second() };
            let source = Source::of(scene, program, scene.view.twin);
            (source.title(scene, width.saturating_sub(7)), source.content(scene, width))
        }
        Pane::Call => ("the call".into(), call::content(scene, width, large)),
        Pane::Kernel => {
            let scale = grouped(kernel::scale(scene) as usize);
            let title = format!("the kernel · full bar: {scale} bytes");
            (title, kernel::content(scene, width))
        }
        Pane::Wire => ("the wire".into(), wire::content(scene, width)),
        Pane::Output => ("what they print".into(), output::content(scene, width)),
    }
}

/// The lines in view. Says how many there are above them and below.
pub(super) fn lines(
    content: &Content,
    area: Rect,
    scrolled: isize,
    buffer: &mut Buffer,
) -> (usize, usize) {
    let (lines, above, below) = content.window(area.height.into(), scrolled);
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        buffer.set_line(area.x, y, line, area.width);
    }
    (above, below)
}
