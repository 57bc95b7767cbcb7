//! The verbs of the command line, a file each: their options, and the few lines that call the library.

pub mod compare;
pub mod demo;
mod errno;
pub mod explain;
mod keys;
pub mod lab;
pub mod layer;
pub mod page;
mod programs;
pub mod record;
mod screen;
pub mod show;
mod stage;
pub mod step;
mod waiting;

use std::borrow::Cow;
use std::io::{ErrorKind, Write, stdout};

use sockstep::observe::in_words;
use sockstep::trace::Pair;

/// A failure, as the one line that is printed for it.
pub type Failure = Box<dyn std::error::Error>;

/// What was asked for does not exist.
#[derive(Debug)]
pub struct Usage(Cow<'static, str>);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// The failure to ask for something that exists.
fn usage(text: impl Into<Cow<'static, str>>) -> Failure {
    Usage(text.into()).into()
}

/// Whether a failure is that nobody reads our output any more, as behind `| head`: then nobody is to be told.
pub fn reader_has_gone(failure: &(dyn std::error::Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(failure), |failure| failure.source());
    causes.any(|cause| {
        let error = cause.downcast_ref::<std::io::Error>();
        error.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
    })
}

/// Why there is no such version.
fn no_original(pair: Pair) -> &'static str {
    match pair.has_many() {
        true => "the many pairs have no original in C: the notes have no server of many clients",
        false => "the upper pairs have no original in C: the notes have them in Python",
    }
}

/// That nothing is typed to its client.
fn no_line(pair: Pair) -> String {
    format!("the {pair} pair takes no --line")
}

/// The pairs' names.
fn pairs() -> String {
    Pair::ALL.map(Pair::name).join(", ")
}

/// Whether a terminal hands the line on as it was typed.
fn typed(line: &str) -> Result<&str, Failure> {
    const LONGEST: usize = 4094; // a terminal's line has 4,096 bytes, newline included: termios(3)
    if line.chars().any(char::is_control) {
        return Err(usage(
            "a --line has no control characters (tab, newline, Ctrl-C): a terminal would act on them",
        ));
    }
    if line.len() > LONGEST {
        return Err(usage("a --line is too long: a terminal takes 4,094 bytes at a time"));
    }
    Ok(line)
}

/// Prints to standard output. A reader who has gone, as with `| head`, ends the program quietly.
pub fn say(text: &str) -> Result<(), Failure> {
    match writeln!(stdout(), "{text}") {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => std::process::exit(1),
        result => result.map_err(|e| format!("standard output: {}", in_words(&e)).into()),
    }
}
