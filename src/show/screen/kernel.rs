//! The kernel: the descriptors and the sockets, how these stand, what is in their queues.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use textwrap::core::display_width;

use super::content::{Content, Opens, fitted, padded, wrapped};
use super::queues::{Part, accept_queue, byte_queues};
use super::scene::Scene;
use crate::show::socket::{addresses, holders, kind};
use crate::show::text::cut;
use crate::show::which;
use crate::trace::{SocketState, Watch, What, harmless};

/// What all of them have in front: room for the mark of what has changed.
const INDENT: &str = "  ";
const CHANGED: &str = "● ";

/// Where there is so little room, names are not filled up to a column.
const NARROW: usize = 60;

/// The sockets, those that no descriptor leads to at the end.
pub(super) fn content<'v>(scene: &Scene<'v>, width: usize) -> Content<'v> {
    let mut sockets: Vec<&SocketState> = scene.after.iter().collect();
    sockets
        .sort_by_key(|socket| (socket.holders.is_empty(), socket.holders.first(), socket.cookie));
    let scale = scale(scene);
    let names = &scene.view.story.names;
    let who = |socket: &SocketState| harmless(&holders(socket, names).replace('\n', ", "));
    let wide = sockets.iter().map(|socket| display_width(&who(socket))).max().unwrap_or_default();
    let mut lines = Vec::new();
    let mut first = None;
    for socket in sockets {
        let before = scene.before.get(socket.cookie);
        let changed = before != Some(socket);
        if changed {
            first.get_or_insert(lines.len());
        }
        let row = Row { scene, socket, before, changed, scale };
        let wide = if width < NARROW { 0 } else { wide.min(width / 2) };
        lines.extend(row.lines(&who(socket), wide, width));
    }
    lines.extend(gone(scene, width));
    if lines.is_empty() {
        let watched = scene.view.story.trace.header.watch.contains(&Watch::Kernel);
        let text = match (watched, had_sockets(scene)) {
            (true, true) => "The kernel holds no socket of these programs any more.",
            (true, false) => "The kernel holds no socket of these programs yet.",
            (false, _) => "The kernel is not watched in this run.",
        };
        lines.extend(wrapped(text, width, "", "").into_iter().map(Line::from));
    }
    let opens = first.map_or(Opens::Top, Opens::Around);
    Content::new(lines, opens)
}

/// Whether there was a socket up to the moment that is looked at.
fn had_sockets(scene: &Scene) -> bool {
    let story = scene.view.story;
    let end = scene.view.at.and_then(|at| story.moments.get(at)).map(|moment| moment.events.end);
    let events = &story.trace.events;
    let events = events.get(..end.unwrap_or(events.len())).unwrap_or_default();
    events.iter().any(|event| matches!(event.what, What::Socket(_)))
}

/// How many bytes a full bar is: all queues of the run have room in it.
pub(super) fn scale(scene: &Scene) -> u32 {
    let longest = scene.view.story.trace.events.iter().filter_map(|event| match &event.what {
        What::Socket(socket) if socket.accept_queue.is_none() => {
            Some(socket.receive_queue.max(socket.send_queue))
        }
        _ => None,
    });
    let longest = longest.max().unwrap_or_default();
    (3..16)
        .map(|power| 4u32.saturating_pow(power))
        .find(|scale| *scale >= longest)
        .unwrap_or(u32::MAX)
}

/// A socket and how it was before the step.
struct Row<'s, 'v> {
    scene: &'s Scene<'v>,
    socket: &'s SocketState,
    before: Option<&'s SocketState>,
    changed: bool,
    scale: u32,
}

impl Row<'_, '_> {
    /// Whose, what, its state; where there is room behind it, else below: its addresses, its queues.
    fn lines<'v>(&self, who: &str, wide: usize, width: usize) -> Vec<Line<'v>> {
        let theme = self.scene.theme;
        let strong = if self.changed { theme.fresh() } else { Style::new() };
        let program = self.socket.holders.first().map(|holder| theme.program(holder.program));
        let mark = if self.changed { CHANGED } else { INDENT };
        let state = self.state();
        let state = if state.is_empty() { state } else { format!(" {state}") };
        let line = vec![
            Span::styled(mark, strong),
            Span::styled(
                padded(&cut(who, width / 2), wide) + " ",
                program.unwrap_or(theme.faint()),
            ),
            Span::raw(harmless(&kind(self.socket))),
            Span::styled(state, if self.state_changed() { theme.fresh() } else { theme.strong() }),
        ];
        let mut line = fitted(line, width);
        let mut lines = Vec::new();
        let used = |line: &[Span]| line.iter().map(Span::width).sum::<usize>();
        for Part { ways, least } in self.parts() {
            let here = width.saturating_sub(used(&line) + 2);
            let below = width.saturating_sub(display_width(INDENT));
            let long = |way: &[(String, Style)]| {
                way.iter().map(|(text, _)| display_width(text)).sum::<usize>()
            };
            let of_here = ways.iter().position(|way| long(way) <= here);
            let of_below = ways.iter().position(|way| long(way) <= below);
            let way = match (of_here, of_below) {
                (Some(at), below) if at <= least || below.is_none_or(|below| at <= below) => {
                    line.push(Span::raw(if line.len() > 1 { "  " } else { "" }));
                    ways[at].clone()
                }
                (_, at) => {
                    lines.push(Line::from(std::mem::replace(&mut line, vec![Span::raw(INDENT)])));
                    ways[at.unwrap_or(ways.len() - 1)].clone()
                }
            };
            for (text, style) in way {
                line.push(Span::styled(text, style));
            }
            line = fitted(line, width);
        }
        lines.push(Line::from(line));
        lines
    }

    fn state_changed(&self) -> bool {
        self.before.is_none_or(|before| before.state != self.socket.state)
    }

    /// `ESTABLISHED`, `LISTEN (was CLOSE)`, `CLOSE (new)`.
    fn state(&self) -> String {
        let words = |socket: &SocketState| harmless(socket.state.as_deref().unwrap_or_default());
        match self.before {
            None => format!("{} (new)", words(self.socket)).trim_start().into(),
            Some(before) if before.state != self.socket.state => {
                format!("{} (was {})", words(self.socket), words(before))
            }
            Some(_) => words(self.socket),
        }
    }

    /// Its addresses, its queues, its options, an error that waits.
    fn parts(&self) -> Vec<Part> {
        let Row { scene, socket, before, scale, .. } = self;
        let theme = scene.theme;
        let moved = before
            .is_some_and(|before| (&before.local, &before.peer) != (&socket.local, &socket.peer));
        let style = if moved { theme.fresh() } else { Style::new() };
        let mut parts = vec![Part::of(ways(socket), style)];
        match (before.map(|before| before.holders.as_slice()), socket.holders.as_slice()) {
            (Some([]), [_, ..]) => {
                parts.push(Part::of(vec!["just accepted".into()], theme.fresh()))
            }
            (Some([_, ..]), []) => {
                parts.push(Part::of(vec!["its last descriptor is closed".into()], theme.fresh()));
            }
            _ => (),
        }
        match socket.accept_queue {
            Some(queue) => {
                let before = before.and_then(|before| before.accept_queue);
                parts.push(accept_queue(theme, queue, before));
            }
            None if socket.state.as_deref() == Some("LISTEN") => (),
            None => parts.push(byte_queues(theme, socket, *before, *scale)),
        }
        for option in &socket.options {
            let fresh = before.is_some_and(|before| !before.options.contains(option));
            let style = if fresh { theme.fresh() } else { theme.faint() };
            let set = if fresh { " (just set)" } else { "" };
            let text = format!("{} {}{set}", harmless(&option.name), option.value);
            parts.push(Part::of(vec![text], style));
        }
        if socket.error_pending {
            parts.push(Part::of(vec!["an error waits for the next call".into()], theme.error()));
        }
        parts
    }
}

/// From where to where; where there is little room and both are of one machine, by the ports.
fn ways(socket: &SocketState) -> Vec<String> {
    let full = harmless(&addresses(socket, " → "));
    let both = socket.local.as_deref().zip(socket.peer.as_deref());
    let parted = both.and_then(|(local, peer)| local.rsplit_once(':').zip(peer.rsplit_once(':')));
    match parted {
        Some(((host, local), (other, peer))) if host == other => {
            vec![full, harmless(&format!(":{local} → :{peer}"))]
        }
        _ => vec![full],
    }
}

/// Sockets that the kernel has forgotten in this step.
fn gone<'v>(scene: &Scene, width: usize) -> Vec<Line<'v>> {
    let forgotten = scene.before.iter().filter(|socket| scene.after.get(socket.cookie).is_none());
    let line = |socket: &SocketState| {
        let which = which(Some(socket), None, &scene.view.story.names);
        let text = format!("{CHANGED}{}: the kernel has forgotten it", harmless(&which));
        let lines = wrapped(&text, width, "", INDENT);
        lines.into_iter().map(|line| Line::styled(line, scene.theme.fresh()))
    };
    forgotten.flat_map(line).collect()
}
