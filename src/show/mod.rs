//! How a run is shown: text that survives a pipe, tables that fit the terminal.
//!
//! It starts nothing and knows only `trace`: what was just observed and what was read from a file look the same. (And
//! `explain`, the texts on what the names mean.)

mod comparison;
mod diff;
mod differences;
mod errnos;
mod explain;
mod glance;
mod hexdump;
mod interest;
mod ladder;
#[cfg(test)]
mod made_up;
mod names;
mod outcome;
mod owners;
mod packet;
mod page;
mod picture;
mod quiet;
mod reset;
pub mod screen;
mod socket;
mod stack;
mod step;
mod story;
mod summary;
mod svg;
mod table;
mod text;
mod theme;
mod waits;
#[cfg(test)]
mod welcome;
mod why;

pub use comparison::{comparison, json};
pub use diff::diff;
pub use differences::differences;
pub use errnos::{errnos, errnos_json};
pub use explain::{explain, explain_briefly, explain_names};
pub use glance::glance;
pub use hexdump::hex;
pub use interest::{Interests, Watched};
pub use ladder::{Ladder, ladder};
pub use names::{Names, program_names};
pub use outcome::outcome;
pub use packet::packet;
pub use page::{Page, Recorded, Unpaged};
pub use picture::{Arrow, Band, Bar, Note, Picture, Place, Side, Tone, picture};
pub use quiet::quiet;
pub use socket::{changes, sockets, which};
pub use stack::stack;
pub use step::{Other, after, before};
pub use story::{AddressRow, AddressTable, Buffer, Change, Kind, Moment, Story, Told};
pub use summary::{beside, summary};
pub use svg::{MOST_ROWS, moments, svg};
pub use table::{no_color, prose, rows, width};
pub use text::{brief, command};
pub use waits::{Waiting, blocked, deadlock, waits_for};
pub use why::why;
