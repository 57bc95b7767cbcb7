//! The tracer's own calls: start a program under it, wait for a stop, resume from it, read its memory.
//!
//! ptrace(2), seccomp(2). Only the thread that started a program may use these on it.

mod filter;
mod memory;
mod start;
mod stop;

pub use memory::Remote;
pub use start::{Starting, start};
pub use stop::{AtEntry, AtExit, AtGroupStop, AtSignal, Elsewhere, Patience, Stop, Syscall, wait};
