//! What a page holds of a run: the JSON that its script reads. Texts are put in words here; the script lays out and
//! shows.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::super::picture::{Picture, picture};
use super::super::story::{Story, Told};
use super::super::text::command;
use crate::explain;
use crate::trace::{Event, Header, Listing, Listings, SocketState, Stack, Trace, What};

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
    /// Whether they are compared and differ: what differs, and how it is in each. Empty: the same, or not compared.
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
    /// The source files, by their names.
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
    /// The sockets that change: cookie, and the place in `states` of what it is now; none: the kernel has forgotten it.
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
    /// The lines.
    pub(super) lines: Vec<String>,
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

/// Puts a run together. `listings` knows the source around a call by the number of its chain of callers.
pub(super) fn run(
    trace: &Trace,
    name: &str,
    listings: &HashMap<u32, Listings>,
    about: &mut BTreeMap<String, About>,
) -> Run {
    let story = Story::new(trace);
    let picture = picture(&story);
    let glance = super::super::glance(&story, &picture.arrows, &picture.heads);
    let (mut told, mut states) = (Once::default(), Once::default());
    let mut moments = Vec::with_capacity(story.moments.len());
    for (at, telling) in story.tell().enumerate() {
        let moment = &story.moments[at];
        let sockets = sockets(story.events(at), &mut states);
        let (at, call) = (moment.at, moment.kind.call());
        moments.push(Moment { at, told: told.place(telling), call, sockets });
    }
    for view in story.calls() {
        tell_about(&view.entered.name, about);
        if let Some((returned, _)) = view.returned
            && let crate::trace::Answer::Errno(number) = returned.answer
        {
            about_entry(explain::errno(number), about);
        }
    }
    states
        .all
        .iter()
        .filter_map(|state| state.state.as_deref())
        .for_each(|state| tell_about(state, about));
    let mut files = BTreeMap::new();
    let stacks = trace.events.iter().filter_map(|event| match &event.what {
        What::Stack(stack) => Some(stack),
        _ => None,
    });
    let places =
        stacks.map(|stack| (stack.id, place(stack, listings.get(&stack.id), &mut files))).collect();
    let programs = story.names.started().iter();
    Run {
        name: name.into(),
        header: trace.header.clone(),
        programs: programs
            .map(|started| (started.name.clone(), command(&started.command)))
            .collect(),
        glance,
        picture,
        moments,
        told: told.all,
        states: states.all,
        places,
        files,
    }
}

fn tell_about(name: &str, about: &mut BTreeMap<String, About>) {
    if !about.contains_key(name)
        && let Ok(found) = explain::find(name)
    {
        about_entry(found.into_iter().find(|entry| entry.name == name), about);
    }
}

fn about_entry(entry: Option<&'static explain::Entry>, about: &mut BTreeMap<String, About>) {
    if let Some(entry) = entry {
        about.entry(entry.name.clone()).or_insert_with(|| About {
            kind: entry.kind,
            what: entry.what.clone(),
            source: entry.source.clone(),
        });
    }
}

/// The sockets that these events change.
fn sockets(events: &[Event], states: &mut Once<SocketState>) -> Vec<(u64, Option<usize>)> {
    let mut changed: BTreeMap<u64, Option<usize>> = BTreeMap::new();
    for event in events {
        match &event.what {
            What::Socket(state) => {
                changed.insert(state.cookie, Some(states.place(state.clone())));
            }
            What::SocketGone { cookie } => {
                changed.insert(*cookie, None);
            }
            _ => (),
        }
    }
    changed.into_iter().collect()
}

/// Where a chain of callers is in the source; the files that it needs are put among the others.
fn place(stack: &Stack, listings: Option<&Listings>, files: &mut BTreeMap<String, File>) -> Place {
    let mut add = |listing: &Listing| {
        let Listing { file, first, lines, line } = listing;
        // Parts of one file are kept apart: each has its own first line.
        let mut name = file.clone();
        let new = File { first: *first, lines: lines.to_vec() };
        while files.get(&name).is_some_and(|known| *known != new) {
            name.push('\u{200b}');
        }
        files.entry(name.clone()).or_insert(new);
        (name, *line)
    };
    Place {
        own: listings.map(|listings| add(&listings.own)),
        twin: listings.and_then(|listings| listings.twin.as_ref()).map(&mut add),
        why_not: stack.why_not.as_ref().map(ToString::to_string),
        stack: super::super::stack(stack).lines().map(str::to_owned).collect(),
    }
}

/// Things of which each is kept once.
struct Once<T> {
    all: Vec<T>,
    places: HashMap<Vec<u8>, usize>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Once { all: Vec::new(), places: HashMap::new() }
    }
}

impl<T: Serialize> Once<T> {
    fn place(&mut self, thing: T) -> usize {
        // Strings, numbers and lists of them: this does not fail.
        let key = serde_json::to_vec(&thing).unwrap_or_default();
        let next = self.all.len();
        *self.places.entry(key).or_insert_with(|| {
            self.all.push(thing);
            next
        })
    }
}
