//! Some rows of a picture.

use std::ops::Range;

use super::super::picture::Picture;

/// The rows as a picture of their own: what goes on beyond them is cut off.
pub(super) fn part(picture: Picture, rows: Range<usize>) -> Picture {
    if rows == (0..picture.rows) {
        return picture;
    }
    let last = rows.len().saturating_sub(1);
    let is_in = |from: usize, to: usize| from < rows.end && to >= rows.start;
    let row = |row: usize| row.saturating_sub(rows.start).min(last);
    let Picture { heads, pauses, mut bars, mut bands, mut arrows, mut notes, .. } = picture;
    bars.retain(|bar| is_in(bar.from, bar.to));
    for bar in &mut bars {
        // The row that makes the call stands before: its text has no place here.
        if bar.from < rows.start {
            bar.text.clear();
        }
        // The answer stands beyond, and so the call has none here.
        let ends = bar.to < rows.end;
        bar.returns &= ends;
        bar.answer = bar.answer.take().filter(|_| ends);
        bar.sleeps = bar.sleeps.filter(|from| *from < rows.end).map(row);
        (bar.from, bar.to) = (row(bar.from), row(bar.to));
    }
    bands.retain(|band| is_in(band.from, band.to));
    for band in &mut bands {
        (band.from, band.to) = (row(band.from), row(band.to));
    }
    arrows.retain(|arrow| rows.contains(&arrow.row));
    arrows.iter_mut().for_each(|arrow| arrow.row = row(arrow.row));
    notes.retain(|note| rows.contains(&note.row));
    notes.iter_mut().for_each(|note| note.row = row(note.row));
    let pauses = pauses.into_iter().filter(|(at, _)| rows.contains(at));
    let pauses = pauses.map(|(at, nanoseconds)| (row(at), nanoseconds)).collect();
    Picture { heads, rows: rows.len(), pauses, bars, bands, arrows, notes }
}
