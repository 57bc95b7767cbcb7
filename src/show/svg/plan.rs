//! Where the lanes stand, and how high the rows are.

use super::super::picture::{Bar, Picture, Side, Tone};
use super::super::theme::look_of;
use super::words::{Face, Line, clean, wrapped};

/// Around the picture.
pub(super) const MARGIN: f32 = 14.0;
/// Where the first row begins.
pub(super) const TOP: f32 = 64.0;
/// The room above and below what stands in a row.
pub(super) const AIR: f32 = 5.0;
/// A bar, and the room beside it.
pub(super) const BAR: f32 = 10.0;
pub(super) const BAR_STEP: f32 = 15.0;
/// Between the columns of sockets.
pub(super) const GAP: f32 = 4.0;
/// The room for a packet.
pub(super) const PACKET: f32 = 32.0;
/// The room for a pause.
pub(super) const PAUSE: f32 = 28.0;
const WIRE: f32 = 210.0;
/// The least room for a program's calls.
const PROGRAM: f32 = 150.0;
/// The width of a column of sockets where there are many beside each other, and how many have their full width.
const NARROW: f32 = 40.0;
const MANY: f32 = 176.0;

/// A lane's edges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lane {
    pub(super) left: f32,
    pub(super) right: f32,
}

impl Lane {
    pub(super) fn width(self) -> f32 {
        self.right - self.left
    }

    pub(super) fn middle(self) -> f32 {
        (self.left + self.right) / 2.0
    }
}

/// The lanes of a side.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Half {
    pub(super) side: Side,
    /// The calls' words.
    pub(super) words: Lane,
    /// The calls' bars.
    pub(super) bars: Lane,
    /// The sockets.
    pub(super) kernel: Lane,
    /// The columns of sockets.
    pub(super) columns: Vec<Lane>,
    /// How many bars stand beside each other.
    pub(super) threads: usize,
}

/// Where everything stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub(super) width: f32,
    pub(super) height: f32,
    /// The sides; where there is nobody on the right one, the left one alone.
    pub(super) halves: Vec<Half>,
    pub(super) wire: Lane,
    /// Where the rows begin; behind the last one, where it ends.
    pub(super) rows: Vec<f32>,
    /// What stands in a program's lane: the row, the half, the lines.
    pub(super) blocks: Vec<(usize, usize, Vec<Line>)>,
    /// What is said of the run as a whole: the row and the lines.
    pub(super) remarks: Vec<(usize, Vec<Line>)>,
}

impl Plan {
    pub(super) fn of(picture: &Picture, width: u32) -> Plan {
        let (width, halves, wire) = lanes(picture, width as f32);
        let blocks = blocks(picture, &halves);
        let about = picture.notes.iter().filter(|note| note.side.is_none());
        let remarks: Vec<(usize, Vec<Line>)> = about
            .map(|note| {
                (note.row, wrapped(&note.text, Face::Small, "quiet", wire.width() - 4.0 * GAP))
            })
            .collect();
        let mut heights = vec![0.0f32; picture.rows];
        let texts = blocks.iter().map(|(row, _, lines)| (row, lines));
        for (row, lines) in texts.chain(remarks.iter().map(|(row, lines)| (row, lines))) {
            heights[*row] = heights[*row].max(height(lines) + 2.0 * AIR);
        }
        for arrow in &picture.arrows {
            heights[arrow.row] = heights[arrow.row].max(PACKET);
        }
        let mut rows = Vec::with_capacity(picture.rows + 1);
        let mut y = TOP;
        for (row, height) in heights.into_iter().enumerate() {
            if picture.pauses.iter().any(|(other, _)| *other == row) {
                y += PAUSE;
            }
            rows.push(y);
            y += height;
        }
        rows.push(y);
        Plan { width, height: y + MARGIN, halves, wire, rows, blocks, remarks }
    }

    pub(super) fn half(&self, side: Side) -> Option<&Half> {
        self.halves.get(side as usize)
    }

    /// Where what changes in a row begins to be otherwise.
    pub(super) fn turn(&self, row: usize) -> f32 {
        match (self.rows.get(row), self.rows.get(row + 1)) {
            (Some(top), Some(next)) => top + (next - top).min(PACKET) / 2.0,
            _ => self.rows.last().copied().unwrap_or(TOP),
        }
    }
}

/// How high some lines are.
pub(super) fn height(lines: &[Line]) -> f32 {
    lines.iter().map(|line| line.face.line()).sum()
}

fn lanes(picture: &Picture, wanted: f32) -> (f32, Vec<Half>, Lane) {
    let sides = [Side::Left, Side::Right];
    let count = if two_sided(picture) { 2 } else { 1 };
    let threads = sides.map(|side| {
        let columns = picture.bars.iter().filter(|bar| bar.side == side).map(|bar| bar.column + 1);
        columns.max().unwrap_or(1)
    });
    let columns = sides.map(|side| columns(picture, side));
    let kernels = columns.each_ref().map(|widths| {
        let gaps = GAP * (widths.len() + 1) as f32;
        (widths.iter().sum::<f32>() + gaps).max(Face::Head.width("kernel") + 4.0 * GAP)
    });
    let bars = threads.map(|threads| threads as f32 * BAR_STEP + GAP);
    let taken = WIRE
        + 2.0 * MARGIN
        + kernels[..count].iter().sum::<f32>()
        + bars[..count].iter().sum::<f32>();
    let program = ((wanted - taken) / count as f32).max(PROGRAM);
    let width = taken + program * count as f32;
    let half = |at: usize| {
        // From the outside to the wire; the right half is the left one's mirror image.
        let lane = |from: f32, wide: f32| match sides[at] {
            Side::Left => Lane { left: from, right: from + wide },
            Side::Right => Lane { left: width - from - wide, right: width - from },
        };
        let kernel_at = MARGIN + program + bars[at];
        let mut x = kernel_at + GAP;
        let mut places: Vec<Lane> = Vec::new();
        for wide in columns[at].iter() {
            places.push(lane(x, *wide));
            x += wide + GAP;
        }
        Half {
            side: sides[at],
            words: lane(MARGIN, program - GAP),
            bars: lane(MARGIN + program, bars[at]),
            kernel: lane(kernel_at, kernels[at]),
            columns: places,
            threads: threads[at],
        }
    };
    let halves: Vec<Half> = (0..count).map(half).collect();
    let left = halves[0].kernel.right;
    (width, halves, Lane { left, right: left + WIRE })
}

/// Whether there is anybody on the right side.
fn two_sided(picture: &Picture) -> bool {
    let right = Side::Right;
    picture.heads.len() > 1
        || picture.bars.iter().any(|bar| bar.side == right)
        || picture.bands.iter().any(|band| band.side == right)
        || picture.notes.iter().any(|note| note.side == Some(right))
}

/// How wide the columns of sockets of a side are: as their states' names are, if there are not too many.
fn columns(picture: &Picture, side: Side) -> Vec<f32> {
    let mut widths: Vec<f32> = Vec::new();
    for band in picture.bands.iter().filter(|band| band.side == side) {
        widths.resize(widths.len().max(band.column + 1), 0.0);
        let name = Face::State.width(&clean(&band.state)).max(Face::State.width(&band.name));
        let known = look_of(&band.state).short;
        let most = if known.is_empty() { 90.0 } else { f32::INFINITY };
        widths[band.column] = widths[band.column].max(name.min(most) + 2.0 * GAP);
    }
    if widths.iter().sum::<f32>() > MANY {
        widths.iter_mut().for_each(|width| *width = width.min(NARROW));
    }
    widths
}

/// What is written beside the bars, and the notes of the programs.
fn blocks(picture: &Picture, halves: &[Half]) -> Vec<(usize, usize, Vec<Line>)> {
    let mut blocks: Vec<(usize, usize, Vec<Line>)> = Vec::new();
    let mut add = |row: usize, side: Side, text: &str, face: Face, class: &'static str| {
        let Some(half) = halves.get(side as usize) else { return };
        let lines = wrapped(text, face, class, half.words.width());
        match blocks.last_mut().filter(|last| (last.0, last.1) == (row, side as usize)) {
            Some((_, _, block)) => block.extend(lines),
            None => blocks.push((row, side as usize, lines)),
        }
    };
    for bar in &picture.bars {
        let failed = bar.tone == Tone::Error;
        let (mark, class) = if failed { ("✖ ", "failed") } else { ("", "text") };
        match &bar.answer {
            Some(_) => add(bar.from, bar.side, &bar.text, Face::Call, "text"),
            None => add(bar.from, bar.side, &format!("{mark}{}", bar.text), Face::Call, class),
        }
        if let (Some(row), Some(waits)) = (bar.sleeps, &bar.waits) {
            let name = if row == bar.from { String::new() } else { format!("{} ", name(bar)) };
            add(row, bar.side, &format!("… {name}waits for {waits}"), Face::Small, "quiet");
        }
        if let Some(answer) = &bar.answer {
            add(bar.to, bar.side, &format!("{mark}… {} {answer}", name(bar)), Face::Call, class);
        }
    }
    for note in &picture.notes {
        let class = match note.tone {
            Tone::Error => "failed",
            Tone::Printed => "printed",
            Tone::Plain | Tone::Remark => "quiet",
        };
        if let Some(side) = note.side {
            add(note.row, side, &note.text, Face::Call, class);
        }
    }
    blocks
}

/// The call's name, with what tells its thread.
fn name(bar: &Bar) -> &str {
    bar.text.split('(').next().unwrap_or_default()
}
