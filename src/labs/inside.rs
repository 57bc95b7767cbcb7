//! What an experiment says while it runs. It is a program whose terminal the stepper reads.

use std::fmt::Display;

use crate::calls::Errno;

/// Announces what is done next: a heading in what is shown.
pub fn step(title: &str) {
    println!("{HEADING}{title}");
}

/// Says that the experiment is over: what comes is that its descriptors are closed, in whatever order, and is not shown.
pub fn end() {
    println!("{HEADING}{END}");
}

/// Writes down a value that no call shows.
pub fn note(name: &str, value: impl Display) {
    println!("{name}{EQUALS}{value}");
}

/// What a heading begins with.
pub const HEADING: &str = "# ";
/// The last heading.
pub const END: &str = "The end";
/// What stands between a name and its value.
pub(super) const EQUALS: &str = " = ";

/// An experiment cannot go on: a call that has to work for it has failed.
#[derive(Debug)]
pub struct Broke(String);

impl Broke {
    /// For another reason.
    pub fn new(why: impl Into<String>) -> Broke {
        Broke(why.into())
    }
}

impl Display for Broke {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Errno> for Broke {
    fn from(errno: Errno) -> Broke {
        Broke(format!("{errno:?}: {}", errno.desc()))
    }
}

impl From<std::io::Error> for Broke {
    fn from(error: std::io::Error) -> Broke {
        Broke(error.to_string())
    }
}
