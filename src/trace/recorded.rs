//! A recorded run in memory, and the views of it that showing needs.

use std::collections::HashMap;

use super::{Entered, Event, Header, Packet, Returned, Sockets, Stack, Started, What, Who};

/// A run: how it was watched, and what happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// How it was watched.
    pub header: Header,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// A call with all that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct CallView<'a> {
    /// The call as it was made.
    pub entered: &'a Entered,
    /// When: nanoseconds since the run began.
    pub at: u64,
    /// Where among the events it was made.
    pub index: usize,
    /// Its end, and when. None: the recording ends first.
    pub returned: Option<(&'a Returned, u64)>,
    /// Whether the program slept in it.
    pub blocked: bool,
    /// The packets that it sent.
    pub packets: Vec<&'a Packet>,
    /// Who called it.
    pub stack: Option<&'a Stack>,
}

impl Trace {
    /// The calls, in the order in which they were made.
    pub fn calls(&self) -> Vec<CallView<'_>> {
        let mut calls = Calls::default();
        let mut stacks = HashMap::new();
        for (index, Event { at, what }) in self.events.iter().enumerate() {
            match what {
                What::Stack(stack) => {
                    stacks.insert(stack.id, stack);
                }
                What::Entered(entered) => {
                    let stack = entered.stack.and_then(|id| stacks.get(&id).copied());
                    calls.enter(entered, *at, index, stack);
                }
                What::Blocked { call } => calls.with(*call, |view| view.blocked = true),
                What::Returned(returned) => {
                    calls.with(returned.call, |view| view.returned = Some((returned, *at)));
                }
                What::Packet(packet @ Packet { caused_by: Some(call), .. }) => {
                    calls.with(*call, |view| view.packets.push(packet));
                }
                _ => (),
            }
        }
        calls.views
    }

    /// The chain of callers with this number.
    pub fn stack(&self, id: u32) -> Option<&Stack> {
        self.events.iter().find_map(|event| match &event.what {
            What::Stack(stack) if stack.id == id => Some(stack),
            _ => None,
        })
    }

    /// The programs, in the order in which they were started.
    pub fn programs(&self) -> Vec<&Started> {
        let started = |event| match event {
            &Event { what: What::Started(ref started), .. } => Some(started),
            _ => None,
        };
        self.events.iter().filter_map(started).collect()
    }

    /// What the run calls somebody's program.
    pub fn name(&self, who: Who) -> Option<&str> {
        self.events.iter().find_map(|event| match &event.what {
            What::Started(started) if started.who.program == who.program => Some(&*started.name),
            _ => None,
        })
    }

    /// The kernel's sockets after the event at this index; past the end, after the last.
    pub fn sockets_at(&self, index: usize) -> Sockets {
        Sockets::after(self.events.iter().take(index.saturating_add(1)).map(|event| &event.what))
    }
}

/// The calls up to one point, and where each of them stands.
#[derive(Default)]
struct Calls<'a> {
    views: Vec<CallView<'a>>,
    places: HashMap<u64, usize>,
}

impl<'a> Calls<'a> {
    fn enter(&mut self, entered: &'a Entered, at: u64, index: usize, stack: Option<&'a Stack>) {
        self.places.insert(entered.call, self.views.len());
        let (returned, blocked, packets) = (None, false, Vec::new());
        self.views.push(CallView { entered, at, index, returned, blocked, packets, stack });
    }

    fn with(&mut self, call: u64, change: impl FnOnce(&mut CallView<'a>)) {
        let view = self.places.get(&call).and_then(|&place| self.views.get_mut(place));
        if let Some(view) = view {
            change(view);
        };
    }
}
