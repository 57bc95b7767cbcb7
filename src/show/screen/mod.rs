//! The full screen of `sockstep step`: both sources, the call, the kernel, the wire, what was printed.
//!
//! Drawing is pure: a [`View`] in, cells out. Who holds the terminal and reads its keys is not its business.

mod address;
mod call;
mod content;
mod edge;
mod kernel;
mod layout;
mod output;
mod over;
mod panes;
mod queues;
mod scene;
mod search;
mod source;
#[cfg(test)]
mod tests;
mod theme;
mod wire;

use std::collections::HashMap;
use std::ops::RangeInclusive;

use ratatui::Frame;
use ratatui::layout::Rect;

use self::scene::Scene;
use super::story::Story;
use crate::trace::{Entered, Listings};

/// A part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// The first program's source.
    Server,
    /// The second program's source.
    Client,
    /// The call.
    Call,
    /// The descriptors and sockets.
    Kernel,
    /// The packets.
    Wire,
    /// What the programs have printed.
    Output,
}

impl Pane {
    /// All of them, in the order of the keys 1 to 6.
    pub const ALL: [Pane; 6] =
        [Pane::Server, Pane::Client, Pane::Call, Pane::Kernel, Pane::Wire, Pane::Output];
}

/// What lies over the panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Over {
    /// Nothing.
    #[default]
    Nothing,
    /// The list of keys.
    Help,
    /// Who called whom.
    Stack,
    /// All sockets.
    Sockets,
    /// The call's buffers.
    Hex,
}

/// The last line of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bottom<'a> {
    /// The most important keys.
    Keys,
    /// A question and what was typed so far: `run to: `, `acc`.
    Prompt(&'a str, &'a str),
    /// Something to say.
    Message(&'a str),
}

/// Everything that there is to see.
pub struct View<'a> {
    /// The run so far.
    pub story: &'a Story<'a>,
    /// The moment to look at; none: now.
    pub at: Option<usize>,
    /// The call that is about to be made; its number is still 0.
    pub next: Option<&'a Entered>,
    /// The calls before which the other programs stand: it is not their turn.
    pub held: &'a [&'a Entered],
    /// The source around calls, by the number of their chain of callers.
    pub listings: &'a HashMap<u32, Listings>,
    /// Whether to show the twins' sources.
    pub twin: bool,
    /// The pane that fills the screen.
    pub large: Option<Pane>,
    /// How many lines the large pane, or what lies over all, is scrolled down from where it opens
    /// (the current line, the newest packet, the first line); up, if it is negative. See [`reach`].
    pub scrolled: isize,
    /// What lies over the panes.
    pub over: Over,
    /// The list of keys.
    pub help: &'a str,
    /// The last line.
    pub bottom: Bottom<'a>,
    /// What is searched for.
    pub search: Option<&'a str>,
    /// Whether to use colours.
    pub coloured: bool,
    /// Whether nothing more will happen.
    pub over_and_done: bool,
}

/// The smallest screen: columns and rows.
pub const SMALLEST: (u16, u16) = (80, 24);

/// Draws the screen.
pub fn draw(frame: &mut Frame, view: &View) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        return edge::too_small(area, buffer);
    }
    let scene = Scene::of(view);
    let [top, body, bottom] = rows(area);
    edge::top(&scene, top, buffer);
    match view.large {
        Some(pane) => panes::alone(&scene, body, pane, buffer),
        None => panes::all(&scene, body, buffer),
    }
    if view.over != Over::Nothing {
        over::draw(&scene, body, buffer);
    }
    if let Some(text) = view.search {
        search::mark(text, scene.theme, body, buffer);
    }
    edge::bottom(&scene, bottom, buffer);
}

/// How far the large pane, or what lies over all, can be scrolled on a screen of this size: the
/// limits of [`View::scrolled`].
pub fn reach(view: &View, columns: u16, rows: u16) -> RangeInclusive<isize> {
    let area = Rect { x: 0, y: 0, width: columns, height: rows };
    let nothing = view.over == Over::Nothing && view.large.is_none();
    if nothing || columns < SMALLEST.0 || rows < SMALLEST.1 {
        return 0..=0;
    }
    let scene = Scene::of(view);
    let [_, body, _] = self::rows(area);
    let (opens, most) = match (view.over, view.large) {
        (Over::Nothing, None) => (0, 0),
        (Over::Nothing, Some(pane)) => panes::reach(&scene, body, pane),
        _ => over::reach(&scene, body),
    };
    let signed = |lines: usize| isize::try_from(lines).unwrap_or(isize::MAX);
    -signed(opens)..=signed(most - opens)
}

/// The title's line, the panes, the last line.
fn rows(area: Rect) -> [Rect; 3] {
    let row = |y: u16, height: u16| Rect { y: area.y + y, height, ..area };
    [row(0, 1), row(1, area.height - 2), row(area.height - 1, 1)]
}
