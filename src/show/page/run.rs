//! One run of a page, put together.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use super::super::picture::{Picture, picture};
use super::super::story::Story;
use super::super::text::command;
use super::data::{About, Moment, Run};
use super::once::Once;
use super::part::part;
use super::places::places;
use super::{Recorded, Unpaged};
use crate::explain;
use crate::trace::{Answer, Event, SocketState, What};

/// A page's rows are so high, in the browser's pixels, and it draws none further down than 16
/// million.
pub(super) const MOST_STEPS: usize = 500_000;

/// A run before it is put in words.
pub(super) struct Cut<'a> {
    pub(super) story: Story<'a>,
    pub(super) picture: Picture,
    /// The moments that are shown.
    shown: Range<usize>,
}

impl<'a> Cut<'a> {
    /// Cuts a run into steps; of these, if only some are asked for, from the first to the last.
    pub(super) fn new(
        recorded: &Recorded<'a>,
        steps: Option<(usize, usize)>,
    ) -> Result<Self, Unpaged> {
        let story = Story::new(recorded.trace);
        let count = story.moments.len();
        let (first, last) = steps.unwrap_or((1, count));
        if steps.is_some() && (first == 0 || first > last || first > count) {
            return Err(Unpaged::NoSuchSteps { first, last, steps: count });
        }
        let shown = first.saturating_sub(1)..last.min(count);
        if shown.len() > MOST_STEPS {
            return Err(Unpaged::TooLong { steps: shown.len(), most: MOST_STEPS });
        }
        let picture = picture(&story);
        Ok(Cut { story, picture, shown })
    }

    /// The run in words.
    pub(super) fn run(self, recorded: &Recorded, about: &mut BTreeMap<String, About>) -> Run {
        let Cut { story, picture, shown } = self;
        tell_about(&story, about);
        let glance = super::super::glance(&story, &picture);
        let programs = story.names.started().iter();
        let programs = programs.map(|program| (program.name.clone(), command(&program.command)));
        let (mut told, mut states, mut stacks) =
            (Once::default(), Once::default(), BTreeSet::new());
        let mut moments = Vec::with_capacity(shown.len());
        for (at, mut telling) in story.tell().enumerate().take(shown.end).skip(shown.start) {
            stacks.extend(telling.stack);
            // What the sockets are is among the states.
            telling.changed.iter_mut().for_each(|change| {
                (change.before, change.after) = (None, None);
            });
            let moment = &story.moments[at];
            let events = match at == shown.start {
                // What came before belongs to the first one that is shown.
                true => &story.trace.events[..moment.events.end],
                false => story.events(at),
            };
            let sockets = sockets(events, &mut states);
            let (at, call) = (moment.at, moment.kind.call());
            moments.push(Moment { at, told: told.place(telling), call, sockets });
        }
        let (places, files) = places(recorded, &stacks);
        Run {
            name: recorded.name.into(),
            header: recorded.trace.header.clone(),
            programs: programs.collect(),
            processes: story.names.started().iter().map(|started| started.who.pid).collect(),
            skipped: shown.start,
            glance,
            picture: part(picture, shown),
            moments,
            told: told.all(),
            states: states.all(),
            places,
            files,
        }
    }
}

/// What the run's calls, errnos and states are.
fn tell_about(story: &Story, about: &mut BTreeMap<String, About>) {
    let (mut names, mut errnos) = (BTreeSet::new(), BTreeSet::new());
    for view in story.calls() {
        names.insert(&*view.entered.name);
        if let Some(Answer::Errno(number)) = view.returned.map(|(returned, _)| &returned.answer) {
            errnos.insert(*number);
        }
    }
    names.extend(story.trace.events.iter().filter_map(|event| match &event.what {
        What::Socket(socket) => socket.state.as_deref(),
        _ => None,
    }));
    let named = |name: &str| explain::find(name).ok()?.into_iter().find(|it| it.name == name);
    let entries = names.into_iter().filter_map(named);
    for entry in entries.chain(errnos.into_iter().filter_map(explain::errno)) {
        about.entry(entry.name.clone()).or_insert_with(|| About {
            kind: entry.kind,
            what: entry.what.clone(),
            source: entry.source.clone(),
        });
    }
}

/// The sockets that these events change.
fn sockets(events: &[Event], states: &mut Once<SocketState>) -> Vec<(u64, Option<usize>)> {
    let mut changed: HashMap<u64, Option<&SocketState>> = HashMap::new();
    for event in events {
        match &event.what {
            What::Socket(state) => drop(changed.insert(state.cookie, Some(state))),
            What::SocketGone { cookie } => drop(changed.insert(*cookie, None)),
            _ => (),
        }
    }
    let changed: BTreeMap<_, _> = changed.into_iter().collect();
    let place = |(cookie, state): (u64, Option<&SocketState>)| {
        (cookie, state.map(|state| states.place(state.clone())))
    };
    changed.into_iter().map(place).collect()
}
