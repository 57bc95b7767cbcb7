//! The source around a call: as much of its file as may be shown, and the twin's.

use super::embedded::Own;
use super::snippet::{cut, whole};
use super::twin::twin;
use crate::trace::{Listing, Listings, Snippet, Stack};

/// A longer file is shown in part.
const LONGEST: u32 = 2000;

/// Whether the files that a stack names may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayRead {
    /// They may: the run is going on here, for the person who looks at it.
    Disk,
    /// They may not. A trace names what files it likes, and may come from anybody.
    Nothing,
}

/// The source of the line in the user's own code that a stack leads to. None: no line is known, and
/// the stack says why; or no lines were recorded with it.
///
/// A text is shown only where it has the lines that were recorded with the stack: that of one of
/// sockstep's own sources, which travel inside this program, or, if it may be read, that on the
/// disk. Else the recorded lines stand alone. Each question reads and searches the texts anew: ask
/// once for a stack, and keep the answer.
pub fn listings(stack: &Stack, may_read: MayRead) -> Option<Listings> {
    let own = stack.own?;
    let frame = stack.frames.get(own)?;
    let (path, line) = frame.file.as_deref().zip(frame.line)?;
    let recorded = frame.source.as_ref().filter(|recorded| has(recorded, line))?;

    let disk = if may_read == MayRead::Disk { whole(path) } else { None };
    let disk = disk.filter(|text| agrees(text, recorded));
    let inside = Own::at(path).filter(|inside| agrees(inside.text, recorded));
    match (inside, disk) {
        // Somebody may have changed it, further up or down, before it was compiled.
        (Some(inside), disk) if disk.as_ref().is_none_or(|disk| disk == inside.text) => {
            let file = format!("{}/{}", inside.folder, path.rsplit('/').next().unwrap_or(path));
            let twin = called(stack, own).and_then(|function| twin(&file, line, function));
            let twin = twin.and_then(|twin| of_text(twin.path, twin.text, twin.line));
            Some(Listings { own: of_text(file, inside.text, line)?, twin })
        }
        (_, Some(disk)) => Some(Listings { own: of_text(path.into(), &disk, line)?, twin: None }),
        (_, None) => {
            Some(Listings { own: listing(path.into(), recorded.clone(), line), twin: None })
        }
    }
}

/// The function that the user's own code calls.
fn called(stack: &Stack, own: usize) -> Option<&str> {
    stack.frames.get(own.checked_sub(1)?)?.function.as_deref()
}

fn of_text(file: String, text: &str, line: u32) -> Option<Listing> {
    let short = text.lines().count() <= LONGEST as usize;
    let around = if short { u32::MAX } else { LONGEST / 2 };
    cut(text, line, around).map(|snippet| listing(file, snippet, line))
}

fn listing(file: String, Snippet { first, lines }: Snippet, line: u32) -> Listing {
    Listing { file, first, lines: lines.into(), line }
}

fn has(snippet: &Snippet, line: u32) -> bool {
    let place = line.checked_sub(snippet.first).map(|place| place as usize);
    snippet.first > 0 && place.is_some_and(|place| place < snippet.lines.len())
}

/// Whether the text has just these lines there.
fn agrees(text: &str, snippet: &Snippet) -> bool {
    let mut lines = text.lines().skip(snippet.first.saturating_sub(1) as usize);
    snippet.lines.iter().all(|line| lines.next() == Some(line))
}

#[cfg(test)]
mod tests;
