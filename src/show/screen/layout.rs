//! Where the panes stand, and the lines between them.

use std::collections::HashMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Pane;

/// Rows of the source panes, at least; of the others likewise.
const SOURCE: u16 = 8;
const KERNEL: u16 = 5;
const OUTPUT: u16 = 4;
/// Columns of the wire, at least and at most, with the line beside it.
const WIRE: (u16, u16) = (31, 90);

/// A pane's place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) pane: Pane,
    /// With the line above it and, if there is one, the line at its left.
    pub(super) area: Rect,
    has_left: bool,
}

impl Place {
    /// What is left for the lines of the pane.
    pub(super) fn inner(&self) -> Rect {
        let Rect { x, y, width, height } = self.area;
        let left = if self.has_left { 2 } else { 1 };
        Rect {
            x: x + left.min(width),
            y: y + 1.min(height),
            width: width.saturating_sub(left),
            height: height.saturating_sub(1),
        }
    }

    /// Where its title stands: on the line above it.
    pub(super) fn title(&self) -> Rect {
        let Rect { x, y, width, .. } = self.area;
        Rect { x: x + 2.min(width), y, width: width.saturating_sub(3), height: 1 }
    }
}

/// The panes' places. `sources` is 1 or 2; `kernel` is how many rows the kernel would fill.
pub(super) fn places(body: Rect, sources: usize, kernel: usize) -> Vec<Place> {
    let top = (body.height * 36 / 100).max(SOURCE).min(body.height);
    let lower = body.height - top;
    let kernel = u16::try_from(kernel).unwrap_or(u16::MAX).saturating_add(1);
    let kernel = kernel.clamp(KERNEL, (lower / 2).max(KERNEL)).min(lower);
    let output = (lower * 36 / 100).max(OUTPUT).min(lower);
    let right = (body.width * 38 / 100).clamp(WIRE.0, WIRE.1).min(body.width);
    let left = body.width - right;
    let half = if sources == 1 { body.width } else { body.width / 2 };
    let place = |pane, x: u16, y: u16, width, height| {
        let area = Rect { x: body.x + x, y: body.y + y, width, height };
        Place { pane, area, has_left: x > 0 }
    };
    let mut places = vec![place(Pane::Server, 0, 0, half, top)];
    if sources > 1 {
        places.push(place(Pane::Client, half, 0, body.width - half, top));
    }
    places.extend([
        place(Pane::Call, 0, top, left, lower - kernel),
        place(Pane::Kernel, 0, top + lower - kernel, left, kernel),
        place(Pane::Wire, left, top, right, lower - output),
        place(Pane::Output, left, top + lower - output, right, output),
    ]);
    places
}

/// The place of a pane that fills all.
pub(super) fn alone(body: Rect, pane: Pane) -> Place {
    Place { pane, area: body, has_left: false }
}

/// The arms of a piece of line.
const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;

/// The signs of lines, by their arms.
const JOINTS: [&str; 16] =
    [" ", "│", "│", "│", "─", "┘", "┐", "┤", "─", "└", "┌", "├", "─", "┴", "┬", "┼"];

/// Draws the lines above the panes and between them.
pub(super) fn lines(places: &[Place], style: Style, buffer: &mut Buffer) {
    let mut arms: HashMap<(u16, u16), u8> = HashMap::new();
    let mut add = |x: u16, y: u16, arm: u8| *arms.entry((x, y)).or_default() |= arm;
    for Place { area, has_left, .. } in places {
        if area.width == 0 || area.height == 0 {
            continue;
        }
        for x in area.left()..area.right() {
            let from = if x > area.left() || !has_left { LEFT } else { 0 };
            add(x, area.top(), from | RIGHT);
        }
        if *has_left {
            for y in area.top()..area.bottom() {
                add(area.left(), y, if y > area.top() { UP } else { 0 } | DOWN);
            }
            // It touches the lines that end here, above and at its left.
            add(area.left(), area.bottom().saturating_sub(1), UP);
        }
    }
    touch(&mut arms);
    for ((x, y), arms) in arms {
        if let Some(cell) = buffer.cell_mut((x, y)) {
            cell.set_symbol(JOINTS[usize::from(arms)]).set_style(style);
        }
    }
}

/// Joins each piece to those that point at it.
fn touch(arms: &mut HashMap<(u16, u16), u8>) {
    let pieces: Vec<((u16, u16), u8)> = arms.iter().map(|(at, arms)| (*at, *arms)).collect();
    for ((x, y), from) in pieces {
        let towards = [
            (from & UP != 0, x, y.wrapping_sub(1), DOWN),
            (from & DOWN != 0, x, y.saturating_add(1), UP),
            (from & LEFT != 0, x.wrapping_sub(1), y, RIGHT),
            (from & RIGHT != 0, x.saturating_add(1), y, LEFT),
        ];
        for (points, x, y, arm) in towards {
            if points && let Some(other) = arms.get_mut(&(x, y)) {
                *other |= arm;
            }
        }
    }
}
