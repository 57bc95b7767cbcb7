//! A run told moment by moment: what the screen goes back through, and what the page steps through.

mod moment;
#[cfg(test)]
mod tests;
mod told;

use std::collections::HashMap;

pub use self::moment::{Kind, Moment};
pub use self::told::{AddressRow, AddressTable, Buffer, Change, Told};
pub(super) use self::told::{addresses, buffers};

use super::interest::{Interests, Watched};
use super::names::{Names, program_names};
use super::quiet::dropped;
use super::{reset, waits};
use crate::trace::{CallView, Entered, Event, SocketState, Sockets, Trace, What, Who};

/// A run, cut into moments. Each event belongs to one of them: a call and what the kernel holds once
/// it has returned are one moment, unless packets or other programs come in between.
pub struct Story<'a> {
    /// The run.
    pub trace: &'a Trace,
    /// Its moments, in order.
    pub moments: Vec<Moment>,
    /// What its programs are called.
    pub names: Names,
    calls: Vec<CallView<'a>>,
    places: HashMap<u64, usize>,
    began: HashMap<u64, usize>,
    watched: HashMap<u64, Watched>,
}

impl<'a> Story<'a> {
    /// Cuts a run into moments.
    pub fn new(trace: &'a Trace) -> Story<'a> {
        let calls = trace.calls();
        let places = calls.iter().enumerate().map(|(at, view)| (view.entered.call, at)).collect();
        let moments = moment::cut(&trace.events, &dropped(&trace.events));
        let waits = |(at, moment): (usize, &Moment)| match moment.kind {
            Kind::Waits(call) | Kind::Blocks(call) => Some((call, at)),
            _ => None,
        };
        // Of a call that sleeps twice, the first time.
        let began = moments.iter().enumerate().rev().filter_map(waits).collect();
        let names = program_names(&trace.events);
        let mut story =
            Story { trace, moments, names, calls, places, began, watched: HashMap::new() };
        story.watched = story.watched();
        story
    }

    /// What each call of epoll's that sleeps waits for.
    fn watched(&self) -> HashMap<u64, Watched> {
        let (mut interests, mut found) = (Interests::default(), HashMap::new());
        for event in &self.trace.events {
            interests.take(event);
            if let What::Blocked { call } = event.what {
                let watched = self.call(call).and_then(|view| interests.of(view.entered));
                found.extend(watched.map(|watched| (call, watched)));
            }
        }
        found
    }

    /// What a call that sleeps waits for, with what is known of its socket.
    pub fn waits_for(&self, entered: &Entered, on: Option<&SocketState>) -> String {
        waits::waits_for(entered, on, self.watched.get(&entered.call))
    }

    /// The event that a moment is about.
    pub fn event(&self, moment: usize) -> Option<&'a Event> {
        self.trace.events.get(self.moments.get(moment)?.head)
    }

    /// All events of a moment.
    pub fn events(&self, moment: usize) -> &'a [Event] {
        let range = self.moments.get(moment).map(|moment| moment.events.clone());
        range.and_then(|range| self.trace.events.get(range)).unwrap_or_default()
    }

    /// The calls, in the order in which they were made.
    pub fn calls(&self) -> &[CallView<'a>] {
        &self.calls
    }

    /// A call and all that is known of it.
    pub fn call(&self, number: u64) -> Option<&CallView<'a>> {
        self.calls.get(*self.places.get(&number)?)
    }

    /// The call that a moment is about.
    pub fn call_of(&self, moment: usize) -> Option<&CallView<'a>> {
        self.call(self.moments.get(moment)?.kind.call()?)
    }

    /// Why a call has sent RST in place of FIN.
    pub fn why_reset(&self, view: &CallView) -> Option<String> {
        let cookie = view.entered.socket?;
        let events = self.trace.events.get(..view.index)?.iter().rev();
        let before = events.map(|event| &event.what).find_map(|what| match what {
            What::Socket(state) if state.cookie == cookie => Some(Some(state)),
            What::SocketGone { cookie: gone } if *gone == cookie => Some(None),
            _ => None,
        });
        reset::why_reset(view.entered, before?, view.packets.iter().copied())
    }

    /// Who acts in a moment.
    pub fn who(&self, moment: usize) -> Option<Who> {
        match (&self.event(moment)?.what, self.call_of(moment)) {
            (_, Some(view)) => Some(view.entered.who),
            (What::Started(started), _) => Some(started.who),
            (
                What::Printed { who, .. }
                | What::Forked { who, .. }
                | What::Executed { who, .. }
                | What::Signalled { who, .. }
                | What::Ended { who, .. }
                | What::Noted { who: Some(who), .. },
                _,
            ) => Some(*who),
            _ => None,
        }
    }

    /// The kernel's sockets before a moment; past the end, after the last.
    pub fn before(&self, moment: usize) -> Sockets {
        match self.moments.get(moment).map(|moment| moment.events.start) {
            Some(0) => Sockets::default(),
            Some(start) => self.trace.sockets_at(start - 1),
            None => self.trace.sockets_at(self.trace.events.len()),
        }
    }

    /// The kernel's sockets after a moment.
    pub fn after(&self, moment: usize) -> Sockets {
        self.before(moment.saturating_add(1))
    }

    /// The moment in which a call that waits began to; none: it does not wait.
    pub fn began(&self, call: u64) -> Option<usize> {
        self.began.get(&call).copied()
    }

    /// The calls in which somebody sleeps after a moment, each with the moment in which it began to.
    pub fn asleep(&self, moment: usize) -> Vec<(&CallView<'a>, usize)> {
        let mut asleep = Vec::new();
        for (at, Moment { kind, .. }) in
            self.moments.iter().enumerate().take(moment.saturating_add(1))
        {
            match kind {
                Kind::Waits(call) | Kind::Blocks(call)
                    if asleep.iter().all(|(other, _)| other != call) =>
                {
                    asleep.push((*call, at));
                }
                Kind::Returns(call) | Kind::Done(call) => asleep.retain(|(other, _)| other != call),
                _ => (),
            }
        }
        asleep.into_iter().filter_map(|(call, at)| Some((self.call(call)?, at))).collect()
    }

    /// What is to be told of a moment.
    pub fn told(&self, moment: usize) -> Told {
        told::told(self, moment, &self.before(moment), &self.after(moment))
    }

    /// What is to be told of each moment, one after the other: the sockets are gone through once.
    pub fn tell(&self) -> impl Iterator<Item = Told> {
        let mut sockets = Sockets::default();
        (0..self.moments.len()).map(move |moment| {
            // There may be thousands of sockets: of these alone is something told.
            let on = self.call_of(moment).and_then(|view| view.entered.socket);
            let wanted: Vec<u64> = self.touched(moment).into_iter().chain(on).collect();
            let before = sockets.only(&wanted);
            self.events(moment).iter().for_each(|event| sockets.apply(&event.what));
            told::told(self, moment, &before, &sockets.only(&wanted))
        })
    }

    /// The cookies of the sockets that change in a moment, in their order.
    pub fn touched(&self, moment: usize) -> Vec<u64> {
        let cookie = |event: &Event| match &event.what {
            What::Socket(SocketState { cookie, .. }) | What::SocketGone { cookie } => Some(*cookie),
            _ => None,
        };
        let mut touched: Vec<u64> = self.events(moment).iter().filter_map(cookie).collect();
        touched.sort_unstable();
        touched.dedup();
        touched
    }
}
