//! The full screen of `sockstep step`: both sources, the call, the kernel, the wire, what was printed.
//!
//! Drawing is pure: a [`View`] in, cells out. Who holds the terminal and reads its keys is not its business.

use std::collections::HashMap;

use ratatui::Frame;

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
    /// The source around calls, by the number of their chain of callers.
    pub listings: &'a HashMap<u32, Listings>,
    /// Whether to show the twins' sources.
    pub twin: bool,
    /// The pane that fills the screen.
    pub large: Option<Pane>,
    /// How many lines the large pane, or what lies over all, is scrolled down.
    pub scrolled: usize,
    /// What lies over the panes.
    pub over: Over,
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
    let _ = (frame, view);
}
