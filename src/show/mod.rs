//! How a run is shown: text that survives a pipe, tables that fit the terminal.
//!
//! It starts nothing and knows only `trace`: what was just observed and what was read from a file look the same.

mod comparison;
mod differences;
mod outcome;
mod table;
mod text;

pub use comparison::{comparison, json};
pub use differences::differences;
pub use outcome::outcome;
pub use text::brief;
