//! Marks what is searched for, wherever it stands on the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::theme::Theme;

/// Marks a text, in upper or lower case.
pub(super) fn mark(text: &str, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let wanted: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    if wanted.is_empty() {
        return;
    }
    for y in area.top()..area.bottom() {
        // Letters and the cells that they stand in. A wide letter takes two; the second is empty.
        let mut letters: Vec<(char, u16)> = Vec::new();
        let mut covered = 0;
        for x in area.left()..area.right() {
            let Some(cell) = buffer.cell((x, y)) else { continue };
            if covered > 0 {
                covered -= 1;
                continue;
            }
            let lower = cell.symbol().chars().flat_map(char::to_lowercase);
            letters.extend(lower.map(|letter| (letter, x)));
            covered = textwrap::core::display_width(cell.symbol()).saturating_sub(1);
        }
        let mut at = 0;
        while let Some(window) = letters.get(at..at + wanted.len()) {
            if window.iter().map(|(letter, _)| letter).eq(&wanted) {
                for (_, x) in window {
                    if let Some(cell) = buffer.cell_mut((*x, y)) {
                        cell.modifier.insert(theme.found());
                    }
                }
                at += wanted.len();
            } else {
                at += 1;
            }
        }
    }
}
