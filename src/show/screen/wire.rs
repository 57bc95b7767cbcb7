//! The wire: the packets so far, from side to side, the newest at the bottom.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use textwrap::core::display_width;

use super::content::{Content, Opens, padded, pick, wrapped};
use super::scene::Scene;
use crate::show::packet::{is_reset, labels};
use crate::show::picture::{Passing, Place, passing};
use crate::show::text::cut;
use crate::trace::{Carried, Watch, harmless};

/// The mark of what belongs to this step.
const MARK: &str = "▶ ";

/// Columns of an arrow, at most: longer ones are hard to follow.
const LONGEST: usize = 72;

/// The widths of a row's parts.
#[derive(Clone, Copy)]
struct Columns {
    /// The step's number.
    number: usize,
    /// The name of the call that sends it, on each side.
    name: usize,
    /// From kernel to kernel.
    arrow: usize,
}

impl Columns {
    fn of(width: usize) -> Columns {
        let number = if width >= 38 { 6 } else { 0 };
        let name = if width >= 60 { 10 } else { 0 };
        let besides = display_width(MARK) + number + 2 * name;
        Columns { number, name, arrow: width.saturating_sub(besides).min(LONGEST) }
    }

    fn margin(&self) -> String {
        " ".repeat(display_width(MARK) + self.number + self.name)
    }
}

/// The packets up to the moment.
pub(super) fn content<'v>(scene: &'v Scene<'v>, width: usize) -> Content<'v> {
    let (packets, heads) = passing(scene.view.story, scene.step.end);
    if packets.is_empty() {
        return nothing(scene, width);
    }
    let columns = Columns::of(width);
    let head = heading(scene, &heads, &columns, width);
    let count = packets.len();
    let line = move |at: usize| match packets.get(at) {
        Some(passing) => row(scene, passing, &columns),
        None => Line::default(),
    };
    Content::lazy(count, Opens::Bottom, line).under(vec![head])
}

fn nothing<'v>(scene: &Scene, width: usize) -> Content<'v> {
    let header = &scene.view.story.trace.header;
    let text = match header.watch.contains(&Watch::Wire) {
        true => "No packet has passed yet.".into(),
        false => {
            let why = header.missing.iter().find(|missing| missing.contains("packet"));
            let why = why.map(|why| format!(" {}", harmless(why))).unwrap_or_default();
            format!("The packets are not watched in this run.{why}")
        }
    };
    let lines = wrapped(&text, width, "", "");
    Content::new(lines.into_iter().map(Line::from).collect(), Opens::Top)
}

/// Who stands at which end.
fn heading<'v>(scene: &Scene, heads: &[String], columns: &Columns, width: usize) -> Line<'v> {
    let name = |side: usize| heads.get(side).map_or(String::new(), |head| harmless(head));
    let margin = columns.margin();
    let (left, right) = (name(0), name(1));
    let half = columns.arrow / 2;
    let left = padded(&cut(&left, half), columns.arrow - half.min(columns.arrow));
    let right = cut(&right, half);
    let gap = " ".repeat(half.saturating_sub(display_width(&right)));
    let spans = [
        Span::raw(cut(&margin, width)),
        Span::styled(left, scene.theme.program(0)),
        Span::raw(gap),
        Span::styled(right, scene.theme.program(1)),
    ];
    Line::from_iter(spans)
}

fn row<'v>(scene: &Scene, passing: &Passing, columns: &Columns) -> Line<'v> {
    let theme = scene.theme;
    let Passing { row, packet, from, to } = passing;
    let of_step = scene.is_of_step(*row, packet);
    let failed = is_reset(&packet.carries) || matches!(packet.carries, Carried::Icmp { .. });
    let style = match (failed, of_step) {
        (true, _) => theme.error(),
        (false, true) => theme.fresh(),
        (false, false) => Style::new(),
    };
    let caller = packet.caused_by.and_then(|call| scene.view.story.call(call));
    // What a kernel answers to it, it sends by itself.
    let sends = |view: &&crate::trace::CallView| {
        view.packets
            .first()
            .is_some_and(|first| std::ptr::eq(*first, *packet) || first.from == packet.from)
    };
    let name = caller.filter(sends).map_or(String::new(), |view| harmless(&view.entered.name));
    let name = if columns.name == 0 { String::new() } else { cut(&name, columns.name - 1) };
    let (left, right) = match from {
        Place::Left => (name, String::new()),
        _ => (String::new(), name),
    };
    let mut spans = vec![Span::styled(if of_step { MARK } else { "  " }, style)];
    if columns.number > 0 {
        let number = padded(&format!("{}", row + 1), columns.number);
        spans.push(Span::styled(number, theme.faint()));
    }
    spans.push(Span::styled(padded(&left, columns.name), theme.faint()));
    let line = if columns.arrow > 2 { "│" } else { "" };
    let inner = columns.arrow.saturating_sub(2);
    spans.push(Span::styled(line, theme.faint()));
    spans.push(Span::styled(padded(&arrow(passing, *from, *to, inner), inner), style));
    spans.push(Span::styled(line, theme.faint()));
    if columns.name > 0 {
        spans.push(Span::styled(padded(&format!(" {right}"), columns.name), theme.faint()));
    }
    Line::from(spans)
}

/// `── PSH|ACK 28 bytes ─▶`; half as long, if it is held or lost in the middle.
fn arrow(passing: &Passing, from: Place, to: Place, width: usize) -> String {
    let halfway = |place| place == Place::Middle;
    let reach = if halfway(from) || halfway(to) { width * 3 / 4 } else { width };
    let text = match (from, to) {
        (from, to) if from == to => around(passing, reach),
        (Place::Left, _) | (_, Place::Right) => across(passing, reach, true),
        _ => across(passing, reach, false),
    };
    match from == Place::Middle || (to == Place::Middle && from == Place::Right) {
        true => format!("{}{text}", " ".repeat(width.saturating_sub(display_width(&text)))),
        false => text,
    }
}

fn across(passing: &Passing, width: usize, rightwards: bool) -> String {
    const BESIDES: usize = 5; // "── " and " ▶", at least
    let label = label(passing, width.saturating_sub(BESIDES));
    let dashes = width.saturating_sub(display_width(&label) + 3);
    let (long, short) = ("─".repeat(dashes - dashes / 2), "─".repeat(dashes / 2));
    let text = match rightwards {
        true => format!("{long} {label} {short}▶"),
        false => format!("◀{short} {label} {long}"),
    };
    cut(&text, width)
}

/// Both ends are on one side: the ports tell them apart.
fn around(passing: &Passing, width: usize) -> String {
    let port = |address: &str| harmless(address.rsplit(':').next().unwrap_or_default());
    let ports = format!("{} → {} ", port(&passing.packet.from), port(&passing.packet.to));
    let label = label(passing, width.saturating_sub(display_width(&ports)));
    cut(&format!("{ports}{label}"), width)
}

/// The longest text that there is room for; a reset has its sign.
fn label(passing: &Passing, width: usize) -> String {
    let mark = if is_reset(&passing.packet.carries) { "✖ " } else { "" };
    let labels = labels(&passing.packet.carries).into_iter();
    let labels: Vec<String> = labels.map(|label| format!("{mark}{}", harmless(&label))).collect();
    pick(&labels, width)
}
