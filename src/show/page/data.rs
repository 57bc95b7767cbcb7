//! What a page holds of a run: the JSON that its script reads. Texts are put in words here; the
//! script lays out and shows.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::super::picture::Picture;
use super::super::story::Told;
use crate::explain;
use crate::trace::{Header, SocketState};

/// Everything that a page holds.
#[derive(Debug, Serialize)]
pub(super) struct Data {
    /// What stands above it.
    pub(super) title: String,
    /// One run, or the two that are compared.
    pub(super) runs: Vec<Run>,
    /// Which rows of two runs stand beside each other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) pairs: Vec<Pair>,
    /// What calls, errnos and states are, by name.
    pub(super) about: BTreeMap<String, About>,
}

/// A row of two runs.
#[derive(Debug, Serialize)]
pub(super) struct Pair {
    /// The moment of the first run, of the second; none: it has nothing there.
    pub(super) moments: [Option<usize>; 2],
    /// Whether they are compared and differ: what differs, and how it is in each. Empty: the same,
    /// or not compared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) parts: Vec<(String, Option<String>, Option<String>)>,
    /// Whether only one run has it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) alone: bool,
}

/// A run.
#[derive(Debug, Serialize)]
pub(super) struct Run {
    /// What it is called where two are compared.
    pub(super) name: String,
    /// How it was watched.
    pub(super) header: Header,
    /// Its programs: name and command.
    pub(super) programs: Vec<(String, String)>,
    /// The first process of each program.
    pub(super) processes: Vec<i32>,
    /// How many steps of it come before the first one here.
    #[serde(skip_serializing_if = "is_none")]
    pub(super) skipped: usize,
    /// What it comes to: a name and a value each.
    pub(super) glance: Vec<(String, String)>,
    /// Where everything stands.
    pub(super) picture: Picture,
    /// Its moments: one for each row of the picture.
    pub(super) moments: Vec<Moment>,
    /// What is told of moments: each once, though many may be alike.
    pub(super) told: Vec<Told>,
    /// The sockets' states: each once.
    pub(super) states: Vec<SocketState>,
    /// Where in the source, by the number of the chain of callers.
    pub(super) places: BTreeMap<u32, Place>,
    /// The source files, by their names. Of one file there may be several parts: `name.c`,
    /// `name.c#2`.
    pub(super) files: BTreeMap<String, File>,
}

/// A moment.
#[derive(Debug, Serialize)]
pub(super) struct Moment {
    /// Nanoseconds since the run began.
    pub(super) at: u64,
    /// What is told of it: the place in `told`.
    pub(super) told: usize,
    /// The call that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) call: Option<u64>,
    /// The sockets that change: cookie, and the place in `states` of what it is now; none: the
    /// kernel has forgotten it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) sockets: Vec<(u64, Option<usize>)>,
}

/// Where in the source a call is made.
#[derive(Debug, Serialize)]
pub(super) struct Place {
    /// The file's name and the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) own: Option<(String, u32)>,
    /// The twin's file and line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) twin: Option<(String, u32)>,
    /// Why no line is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why_not: Option<String>,
    /// Who called whom, a line for each, the innermost first.
    pub(super) stack: Vec<String>,
}

/// A source file, or a part of it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct File {
    /// The number of the first line.
    pub(super) first: u32,
    /// Its name, where that is not what it is kept under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// The lines.
    #[serde(serialize_with = "lines")]
    pub(super) lines: Arc<[String]>,
}

/// What a name is.
#[derive(Debug, Serialize)]
pub(super) struct About {
    /// `call`, `errno`, `state`.
    pub(super) kind: explain::Kind,
    /// What it is, in a few sentences.
    pub(super) what: String,
    /// Who says so.
    pub(super) source: String,
}

fn is_none(count: &usize) -> bool {
    *count == 0
}

fn lines<S: Serializer>(lines: &[String], out: S) -> Result<S::Ok, S::Error> {
    lines.serialize(out)
}
