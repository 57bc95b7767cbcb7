//! sockstep: the socket API, one system call at a time.
//!
//! The tour, in the order a reader meets things:
//!
//! 1. [`calls`], **the port**: every call wrapped almost one-to-one, each in a file of its own.
//! 2. `src/bin/`, the programs of the notes, each beside its C twin in `c-reference/`, and the servers of many
//!    clients, from `many_iterative` to `many_epoll_edge`, each one idea further. What they share is in [`program`].
//! 3. [`layers`]: the welcome pair once more on bare libc, on nix, on socket2 and on std, and what each
//!    hides and adds.
//! 4. [`errnos`]: every errno of these calls that can be provoked, a row each, and those that cannot.
//!
//! The rest makes the command line `sockstep` (the feature `stepper`): `labs` puts to the kernel what the notes
//! claim, an experiment a file; `observe` finds, starts and watches programs, `trace` is what a run was, `show` is
//! how it is shown, `explain` says what the names mean.

pub mod calls;
pub mod errnos;
#[cfg(feature = "stepper")]
pub mod explain;
#[cfg(feature = "stepper")]
pub mod labs;
pub mod layers;
#[cfg(feature = "stepper")]
pub mod observe;
pub mod program;
#[cfg(feature = "stepper")]
pub mod show;
#[cfg(feature = "stepper")]
pub mod trace;
