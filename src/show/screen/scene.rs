//! What there is to see at the moment that is looked at: gone through once for all panes.

use std::collections::HashMap;
use std::ops::Range;

use super::View;
use super::theme::Theme;
use crate::show::story::{Kind, Told};
use crate::trace::{
    CallView, Entered, Exit, Packet, Returned, SocketState, Sockets, Stack, What, Who, harmless,
};

/// A moment of a run, and what led to it.
pub(super) struct Scene<'v> {
    pub(super) view: &'v View<'v>,
    pub(super) theme: Theme,
    /// The moment; none: nothing has happened yet.
    pub(super) moment: Option<usize>,
    /// What belongs to this step: the moment, or, now, all since a call was last made.
    pub(super) step: Range<usize>,
    /// The sockets before the step.
    pub(super) before: Sockets,
    /// The sockets after it.
    pub(super) after: Sockets,
    /// The calls in which somebody sleeps, and since which moment.
    pub(super) asleep: Vec<(&'v CallView<'v>, usize)>,
    /// The threads that are over, and how they ended.
    over: HashMap<i32, Exit>,
}

impl<'v> Scene<'v> {
    pub(super) fn of(view: &'v View<'v>) -> Scene<'v> {
        let story = view.story;
        let last = story.moments.len().checked_sub(1);
        let moment = view.at.map_or(last, |at| last.map(|last| at.min(last)));
        let step = match (moment, view.at) {
            (None, _) => 0..0,
            (Some(moment), Some(_)) => moment..moment + 1,
            (Some(moment), None) => {
                let made = |at: &usize| {
                    matches!(
                        story.moments[*at].kind,
                        Kind::Made(_) | Kind::Done(_) | Kind::Waits(_)
                    )
                };
                (0..=moment).rev().find(made).unwrap_or(moment)..moment + 1
            }
        };
        let over = over(view, step.end);
        let mut asleep = moment.map(|moment| story.asleep(moment)).unwrap_or_default();
        asleep.retain(|(call, _)| !over.contains_key(&call.entered.who.tid));
        let before = moment.map(|_| story.before(step.start)).unwrap_or_default();
        let mut after = before.clone();
        let events = step.clone().flat_map(|at| story.events(at));
        events.for_each(|event| after.apply(&event.what));
        let theme = Theme::new(view.coloured);
        Scene { view, theme, moment, step, before, after, asleep, over }
    }

    /// A program's name, harmless.
    pub(super) fn name(&self, program: u8) -> String {
        harmless(&self.view.story.names.program(program))
    }

    /// A thread's name, harmless.
    pub(super) fn name_of(&self, who: Who) -> String {
        harmless(&self.view.story.names.of(who))
    }

    /// The call that is about to be made; nobody looks back.
    pub(super) fn next(&self) -> Option<&'v Entered> {
        self.view.next.filter(|_| self.view.at.is_none())
    }

    /// The calls before which programs stand, that of the one whose turn it is first.
    fn held(&self) -> impl Iterator<Item = &'v Entered> {
        let others = self.view.held.iter().copied().filter(|_| self.view.at.is_none());
        self.next().into_iter().chain(others)
    }

    /// What is to be told of a moment.
    pub(super) fn told(&self, moment: usize) -> Told {
        self.view.story.told(moment)
    }

    /// What a call has answered by now.
    pub(super) fn returned(&self, view: &'v CallView<'v>) -> Option<&'v Returned> {
        let (returned, _) = view.returned?;
        let by_now = self.latest(|kind| {
            matches!(kind, Kind::Done(call) | Kind::Returns(call) if call == view.entered.call)
        });
        by_now.map(|_| returned)
    }

    /// The last moment of this kind.
    fn latest(&self, is: impl Fn(Kind) -> bool) -> Option<usize> {
        (0..self.step.end).rev().find(|at| is(self.view.story.moments[*at].kind))
    }

    /// The socket that a call is made on, as it is, or was last.
    pub(super) fn on(&self, entered: &Entered) -> Option<&SocketState> {
        let cookie = entered.socket?;
        self.after.get(cookie).or_else(|| self.before.get(cookie))
    }

    /// The program that stands on the client's side: of several the one that acted last.
    pub(super) fn second(&self) -> u8 {
        let story = self.view.story;
        let other = |who: Who| (who.program > 0).then_some(who.program);
        let next = self.next().and_then(|next| other(next.who));
        let acted = || {
            (0..self.step.end).rev().find_map(|at| {
                let call = story.call_of(at)?;
                other(call.entered.who)
            })
        };
        next.or_else(acted).unwrap_or(1)
    }

    /// The call that a program is in, is about to make, or made last.
    pub(super) fn call_of(&self, program: u8) -> Option<Stands<'v>> {
        let is_its = |entered: &&Entered| entered.who.program == program;
        if let Some(entered) = self.held().find(is_its) {
            let turn = self.next().is_some_and(|next| next.who == entered.who);
            return Some(if turn { Stands::Next(entered) } else { Stands::Held(entered) });
        }
        let story = self.view.story;
        let last = (0..self.step.end).rev().find_map(|at| {
            let call = story.call_of(at).filter(|call| call.entered.who.program == program)?;
            // A child that is over leaves the stage to those that are not.
            (!self.is_helper_over(call.entered.who)).then_some(call)
        })?;
        let slept = |(call, _): &&(&CallView, usize)| call.entered.call == last.entered.call;
        Some(match self.asleep.iter().find(slept) {
            Some((_, since)) => Stands::Asleep(last, *since),
            None => Stands::After(last),
        })
    }

    /// Whether it is over while its program's first process is not.
    fn is_helper_over(&self, who: Who) -> bool {
        let started = self.view.story.names.started();
        let first = started.iter().find(|started| started.who.program == who.program);
        self.over.contains_key(&who.tid)
            && first.is_some_and(|first| {
                first.who.tid != who.tid && !self.over.contains_key(&first.who.tid)
            })
    }

    /// How a program has ended.
    pub(super) fn exit(&self, program: u8) -> Option<Exit> {
        let started = self.view.story.names.started();
        let first = started.iter().find(|started| started.who.program == program)?;
        let others = self.asleep.iter().any(|(call, _)| call.entered.who.program == program);
        self.over.get(&first.who.tid).copied().filter(|_| !others)
    }

    /// Whether a program has begun.
    pub(super) fn has_begun(&self, program: u8) -> bool {
        let events = &self.view.story.trace.events;
        let until = self.step.end.checked_sub(1).and_then(|at| self.view.story.moments.get(at));
        let events = events.iter().take(until.map_or(0, |moment| moment.events.end));
        let is_it =
            |what: &What| matches!(what, What::Started(started) if started.who.program == program);
        events.into_iter().any(|event| is_it(&event.what))
    }

    /// Who called it.
    pub(super) fn stack(&self, entered: &Entered) -> Option<&'v Stack> {
        match self.view.story.call(entered.call) {
            Some(view) => view.stack,
            None => self.view.story.trace.stack(entered.stack?),
        }
    }

    /// Whether a packet belongs to this step: it passes in it, the call of the moment has sent it,
    /// or a call that returns has waited for it.
    pub(super) fn is_of_step(&self, row: usize, packet: &Packet) -> bool {
        let story = self.view.story;
        let port = |address: &str| address.rsplit(':').next().map(str::to_owned);
        let of_call = |at: usize| {
            let Some(call) = story.call_of(at) else { return false };
            let returns = matches!(story.moments[at].kind, Kind::Returns(_));
            let caused = packet.caused_by == Some(call.entered.call);
            let came = || {
                let began = story.began(call.entered.call)?;
                let mine = self.on(call.entered)?.local.as_deref().and_then(port);
                Some((began..at).contains(&row) && mine.is_some() && port(&packet.to) == mine)
            };
            caused || (returns && came().unwrap_or_default())
        };
        self.step.contains(&row) || self.step.clone().any(of_call)
    }
}

/// Where a program stands.
pub(super) enum Stands<'v> {
    /// Before this call, and it is its turn.
    Next(&'v Entered),
    /// Before this call.
    Held(&'v Entered),
    /// In this call, since that moment.
    Asleep(&'v CallView<'v>, usize),
    /// Behind this call, or in it, awake.
    After(&'v CallView<'v>),
}

impl<'v> Stands<'v> {
    pub(super) fn entered(&self) -> &'v Entered {
        match self {
            Stands::Next(entered) | Stands::Held(entered) => entered,
            Stands::Asleep(view, _) | Stands::After(view) => view.entered,
        }
    }
}

/// The threads that are over by the end of these moments.
fn over(view: &View, moments: usize) -> HashMap<i32, Exit> {
    let last = moments.checked_sub(1).and_then(|at| view.story.moments.get(at));
    let events = view.story.trace.events.iter().take(last.map_or(0, |last| last.events.end));
    let ended = events.filter_map(|event| match event.what {
        What::Ended { who, exit } => Some((who.tid, exit)),
        _ => None,
    });
    ended.collect()
}
