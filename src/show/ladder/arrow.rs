//! A packet as an arrow.

use textwrap::core::display_width;

use super::super::packet::{is_reset, labels};
use super::super::text::cut;
use super::page::{Cell, Page, Side, Tone};
use crate::trace::{Carried, Packet};

/// The arrow from one side to the other, and below it what an ICMP message complains of.
pub(super) fn arrow(packet: &Packet, from: Side, to: Side, page: &Page) -> Cell {
    let reset = is_reset(&packet.carries);
    let line = if from == to { around(packet, page.wire) } else { across(packet, to, page.wire) };
    let mut lines = vec![line];
    if let Carried::Icmp { about: Some(about), .. } = &packet.carries {
        lines.extend(page.fit_wire(&format!("about {about}")));
    }
    Cell { lines, tone: tone(&packet.carries, reset) }
}

fn tone(carries: &Carried, reset: bool) -> Tone {
    match carries {
        Carried::Icmp { .. } => Tone::Error,
        _ if reset => Tone::Error,
        _ => Tone::Plain,
    }
}

/// `─── PSH|ACK 28 bytes ──▶`
fn across(packet: &Packet, to: Side, width: usize) -> String {
    const HEAD_AND_TAIL: usize = 5; // "◀─ " and " ─"
    let label = label(packet, width.saturating_sub(HEAD_AND_TAIL));
    let dashes = width.saturating_sub(display_width(&label) + 3);
    let (before, behind) = (dashes / 2, dashes - dashes / 2);
    let dash = |count: usize| "─".repeat(count);
    match to {
        Side::Left => format!("◀{} {label} {}", dash(before), dash(behind)),
        Side::Right => format!("{} {label} {}▶", dash(behind), dash(before)),
    }
}

/// Both ends are on one side: ports tell them apart.
fn around(packet: &Packet, width: usize) -> String {
    let port = |address: &str| address.rsplit(':').next().unwrap_or_default().to_string();
    let ports = format!("{} → {} ", port(&packet.from), port(&packet.to));
    let label = label(packet, width.saturating_sub(display_width(&ports)));
    cut(&format!("{ports}{label}"), width)
}

/// The longest text that there is room for.
fn label(packet: &Packet, room: usize) -> String {
    let mark = if is_reset(&packet.carries) { "✖ " } else { "" };
    let labels: Vec<_> =
        labels(&packet.carries).iter().map(|label| format!("{mark}{label}")).collect();
    let fitting = labels.iter().find(|label| display_width(label) <= room);
    cut(fitting.or(labels.last()).map_or("", |label| label), room)
}
