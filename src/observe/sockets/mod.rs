//! What the kernel holds of each socket, seen without disturbing the programs that use it.
//!
//! [`Peek`] looks through a program's descriptor: options, addresses, state, queues, unbound
//! sockets too. [`Diag`] asks the network namespace for all its sockets: those that wait for
//! `accept`, orphans and TIME_WAIT, which no descriptor leads to. [`Table`] puts both together and
//! says what has changed.

mod ask;
mod descriptor;
mod diag;
mod names;
mod options;
mod peek;
mod table;
#[cfg(test)]
mod tests;

pub use descriptor::{Fd, descriptors, kind};
pub use diag::{Diag, Row, Want};
pub use peek::{Memory, Peek};
pub use table::Table;
