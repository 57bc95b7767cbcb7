//! How a run is watched: programs found or built, started on terminals of their own, waited for, stopped.
//!
//! It prints nothing. What it finds out it gives as a [`crate::trace::Outcome`], what goes wrong as
//! an [`Error`] in words.

mod call;
mod cc;
mod compare;
mod error;
mod faults;
mod kernel;
mod locate;
mod program;
mod run;

pub use call::{About, Call, Memory};
pub use compare::compare;
pub use error::{Error, Holder, in_words};
pub use locate::locate;
pub use run::{Ended, Running, Where, run};
