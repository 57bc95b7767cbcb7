//! How a run is watched: programs found or built, started on terminals of their own, waited for, stopped.
//!
//! It prints nothing. What it finds out it gives as [`crate::trace::Event`]s or as a [`crate::trace::Outcome`], what
//! goes wrong as an [`Error`] in words.

mod call;
mod cc;
mod compare;
mod decode;
mod errnos;
mod error;
mod faults;
pub mod interrupt;
mod kernel;
mod locate;
pub mod names;
mod program;
mod ptrace;
pub mod relay;
mod run;
mod sandbox;
mod session;
mod sockets;
mod source;
mod terminal;
mod watch;
mod wire;

pub use call::{About, Call, Memory};
pub use compare::{compare, compare_layers};
pub use decode::{Decoder, descriptors};
pub use errnos::{errno_lines, kernel_release};
pub use error::{Error, Holder, in_words};
pub use locate::{find, locate};
pub use run::{Ended, Running, Where, run, run_and_terminate};
pub use session::{Part, Rest, Session};
pub use source::{MayRead, listings, snippet};
pub use watch::{Setup, Sleep, Watcher};
pub use wire::Conversations;
