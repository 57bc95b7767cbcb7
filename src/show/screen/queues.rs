//! A socket's queues: bytes as bars, connections that wait for `accept` as boxes.

use ratatui::style::Style;

use super::theme::Theme;
use crate::show::packet::bytes;
use crate::show::socket::sent;
use crate::show::text::grouped;
use crate::trace::{AcceptQueue, SocketState};

/// A part of what is said of a socket.
pub(super) struct Part {
    /// The ways to write it, the longest first; each in pieces of one look.
    pub(super) ways: Vec<Vec<(String, Style)>>,
    /// The shortest of them, by its place, that is better than a longer one on a line of its own.
    pub(super) least: usize,
}

impl Part {
    /// A text of one look.
    pub(super) fn of(texts: Vec<String>, style: Style) -> Part {
        Part {
            ways: texts.into_iter().map(|text| vec![(text, style)]).collect(),
            least: usize::MAX,
        }
    }
}

/// A longer queue is shown as a bar, too.
const BOXES: u32 = 32;
/// Cells of a bar, and of one where there is little room.
const BAR: usize = 6;
const SHORT: usize = 4;

/// `accept queue ■■□□□+□ 2 of 5`. Linux lets one more wait than the backlog says: the last box.
pub(super) fn accept_queue(theme: Theme, queue: AcceptQueue, before: Option<AcceptQueue>) -> Part {
    let AcceptQueue { length, backlog } = queue;
    let full = if length > backlog { ": full" } else { "" };
    let was = match before {
        Some(before) if before.length != length => format!(" (was {})", before.length),
        _ => String::new(),
    };
    let numbers = format!("{length} of {backlog}{full}{was}");
    let drawn = if backlog <= BOXES { boxes(queue) } else { bar(length, backlog, BAR) };
    let texts = vec![format!("accept queue {drawn} {numbers}"), format!("accept queue {numbers}")];
    let style = match (before == Some(queue), full.is_empty()) {
        (_, false) => theme.error(),
        (false, true) => theme.fresh(),
        (true, true) if length > 0 => theme.strong(),
        (true, true) => Style::new(),
    };
    Part { least: 0, ..Part::of(texts, style) }
}

fn boxes(AcceptQueue { length, backlog }: AcceptQueue) -> String {
    let one = |place: u32| if place < length { '■' } else { '□' };
    let within: String = (0..backlog).map(one).collect();
    format!("{within}+{}", one(backlog))
}

/// `▕██░░░░▏`. What is not nothing is seen.
fn bar(amount: u32, full: u32, cells: usize) -> String {
    let filled = u64::from(amount) * cells as u64;
    let filled = usize::try_from(filled.div_ceil(u64::from(full.max(1)))).unwrap_or(cells);
    let filled = filled.min(cells);
    format!("▕{}{}▏", "█".repeat(filled), "░".repeat(cells - filled))
}

/// What came and was not read, and what was sent and not acknowledged.
pub(super) fn byte_queues(
    theme: Theme,
    socket: &SocketState,
    before: Option<&SocketState>,
    scale: u32,
) -> Part {
    let receive = Queue {
        names: ["receive queue", "recv"],
        length: socket.receive_queue,
        was: before.map(|before| before.receive_queue),
        words: received(socket),
    };
    let send = Queue {
        names: ["  send queue", "  send"],
        length: sent(socket),
        was: before.map(sent),
        words: [bytes(sent(socket)), bytes(sent(socket))],
    };
    let way = |name: usize, words: usize, cells: usize| {
        let one = |queue: &Queue, words: usize| {
            (queue.text(name, words, cells, scale), queue.style(theme))
        };
        vec![one(&receive, words), one(&send, 0)]
    };
    Part { ways: vec![way(0, 0, BAR), way(1, 0, BAR), way(1, 1, SHORT), way(1, 1, 0)], least: 1 }
}

/// A queue of bytes.
struct Queue {
    /// Its long name and its short one; what is in it likewise.
    names: [&'static str; 2],
    words: [String; 2],
    length: u32,
    was: Option<u32>,
}

impl Queue {
    fn was(&self) -> Option<u32> {
        self.was.filter(|was| *was != self.length)
    }

    fn text(&self, name: usize, words: usize, cells: usize, scale: u32) -> String {
        let bar = match cells {
            0 => String::new(),
            cells => format!(" {}", bar(self.length, scale, cells)),
        };
        let was = self.was().map(|was| format!(" (was {})", grouped(was as usize)));
        format!("{}{bar} {}{}", self.names[name], self.words[words], was.unwrap_or_default())
    }

    fn style(&self, theme: Theme) -> Style {
        match (self.was(), self.length) {
            (Some(_), _) => theme.fresh(),
            (None, 0) => theme.faint(),
            (None, _) => theme.strong(),
        }
    }
}

/// How much has come, and what Linux counts there: in full, and shorter.
fn received(socket: &SocketState) -> [String; 2] {
    let count = socket.receive_queue;
    let udp = socket.kind == "SOCK_DGRAM" && socket.family.starts_with("AF_INET");
    match socket.state.as_deref() {
        Some("CLOSE_WAIT") if count == 1 => ["the FIN".into(), "the FIN".into()],
        Some("CLOSE_WAIT") if count > 1 => {
            [format!("{} and the FIN", bytes(count - 1)), format!("{} + FIN", count - 1)]
        }
        _ if udp && count > 0 => {
            [format!("{} of memory", bytes(count)), format!("{count} of memory")]
        }
        _ => [bytes(count), count.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::welcome;

    #[test]
    fn an_accept_queue_is_boxes_and_the_one_that_linux_adds() {
        let cases = [
            (0, 0, "accept queue +□ 0 of 0"),
            (1, 0, "accept queue +■ 1 of 0: full"),
            (2, 5, "accept queue ■■□□□+□ 2 of 5"),
            (5, 5, "accept queue ■■■■■+□ 5 of 5"),
            (6, 5, "accept queue ■■■■■+■ 6 of 5: full"),
            (1, 4096, "accept queue ▕█░░░░░▏ 1 of 4096"),
            (4097, 4096, "accept queue ▕██████▏ 4097 of 4096: full"),
        ];
        for (length, backlog, text) in cases {
            let queue = AcceptQueue { length, backlog };
            let part = accept_queue(Theme::new(true), queue, Some(queue));
            assert_eq!(part.ways[0][0].0, text);
        }
    }

    /// In CLOSE_WAIT Linux counts the FIN, and of UDP it counts memory.
    #[test]
    fn what_has_come_is_said_as_linux_counts_it() {
        let cases = [
            ("SOCK_STREAM", "ESTABLISHED", 1, "1 byte"),
            ("SOCK_STREAM", "CLOSE_WAIT", 0, "0 bytes"),
            ("SOCK_STREAM", "CLOSE_WAIT", 1, "the FIN"),
            ("SOCK_STREAM", "CLOSE_WAIT", 24, "23 bytes and the FIN"),
            ("SOCK_DGRAM", "", 832, "832 bytes of memory"),
            ("SOCK_DGRAM", "", 0, "0 bytes"),
        ];
        for (kind, state, receive_queue, words) in cases {
            let socket = SocketState {
                kind: kind.into(),
                state: Some(state.into()),
                receive_queue,
                ..welcome::socket(1, welcome::SERVER)
            };
            assert_eq!(received(&socket)[0], words);
        }
    }
}
