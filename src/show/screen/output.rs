//! What the programs have printed, the newest at the bottom.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use textwrap::core::display_width;

use super::content::{Content, Opens, padded, wrapped};
use super::scene::Scene;
use crate::show::brief;
use crate::show::text::cut;
use crate::trace::{What, Who};

/// No name takes more columns.
const NAME: usize = 12;

/// What a program printed before another one did, or a line ended.
struct Piece {
    who: Who,
    bytes: Vec<u8>,
    of_step: bool,
}

/// All that was printed up to the moment.
pub(super) fn content<'v>(scene: &Scene<'v>, width: usize) -> Content<'v> {
    let pieces = pieces(scene);
    let name = |piece: &Piece| cut(&scene.name_of(piece.who), NAME.min(width / 2));
    let wide = pieces.iter().map(|piece| display_width(&name(piece))).max().unwrap_or_default();
    let mut lines = Vec::new();
    for piece in &pieces {
        let name = padded(&name(piece), wide);
        let style = if piece.of_step { scene.theme.strong() } else { Style::new() };
        let text = brief(&piece.bytes);
        for line in text.strip_suffix('\n').unwrap_or(&text).split('\n') {
            for line in wrapped(line, width.saturating_sub(wide + 1), "", "") {
                let name = Span::styled(format!("{name} "), scene.theme.program(piece.who.program));
                lines.push(Line::from(vec![name, Span::styled(line, style)]));
            }
        }
    }
    if lines.is_empty() {
        lines.push(Line::styled("Nothing was printed yet.", scene.theme.faint()));
    }
    Content::new(lines, Opens::Bottom)
}

/// What was printed, joined to lines: a letter, too, may come in several pieces.
fn pieces(scene: &Scene) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for at in 0..scene.step.end {
        for event in scene.view.story.events(at) {
            let What::Printed { who, bytes } = &event.what else { continue };
            let of_step = scene.step.contains(&at);
            match pieces.last_mut() {
                Some(last) if last.who == *who && !last.bytes.ends_with(b"\n") => {
                    last.bytes.extend_from_slice(bytes);
                    last.of_step |= of_step;
                }
                _ => pieces.push(Piece { who: *who, bytes: bytes.clone(), of_step }),
            }
        }
    }
    pieces
}
