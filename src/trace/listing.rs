//! The source around a call, to be shown with its line marked, and that of the twin beside it.

use std::sync::Arc;

/// Lines of a source file, and which of them is the current one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The file: one of sockstep's own by its place below the project's root,
    /// `c-reference/welcome_server.c`; another by its path, as the debug information has it.
    pub file: String,
    /// The number of the first line, from 1.
    pub first: u32,
    /// The lines. A copy of the listing shares them.
    pub lines: Arc<[String]>,
    /// The number of the current line, which is among them.
    pub line: u32,
}

/// The line that makes a call, and the line of the twin that makes the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listings {
    /// The source of the program that runs.
    pub own: Listing,
    /// The same program in the other language. None: there is none, or which line it would be is
    /// not certain.
    pub twin: Option<Listing>,
}
