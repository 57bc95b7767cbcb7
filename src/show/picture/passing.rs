//! The packets alone: from where to where each goes.

use super::super::story::Kind;
use super::sides::Sides;
use super::{Place, Story};
use crate::trace::{Packet, What};

/// A packet on its way.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Passing<'a> {
    /// Its moment.
    pub(in super::super) row: usize,
    /// Itself.
    pub(in super::super) packet: &'a Packet,
    /// Where it comes from.
    pub(in super::super) from: Place,
    /// Where it goes.
    pub(in super::super) to: Place,
}

/// The packets of the first moments of a run, and what stands at the two ends of the wire.
pub(in super::super) fn passing<'a>(
    story: &Story<'a>,
    moments: usize,
) -> (Vec<Passing<'a>>, Vec<String>) {
    let mut sides = Sides::of(story);
    let mut all = Vec::new();
    for (row, moment) in story.moments.iter().enumerate().take(moments) {
        match (moment.kind, story.event(row).map(|event| &event.what)) {
            (Kind::Packet, Some(What::Packet(packet))) => {
                let (from, to) = sides.ends(packet);
                all.push(Passing { row, packet, from, to });
            }
            _ => {
                story.call_of(row).map(|view| sides.of_call(view));
            }
        }
        for event in story.events(row) {
            sides.update(&event.what);
        }
    }
    (all, sides.heads())
}
