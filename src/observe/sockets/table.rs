//! The running picture of all sockets.

use std::collections::BTreeMap;

use crate::trace::{Descriptor, SocketState, What};

/// The sockets as they were last seen, by their cookies.
#[derive(Debug, Default)]
pub struct Table(BTreeMap<u64, SocketState>);

impl Table {
    /// No socket yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a whole picture, and says what is not as in the last one: a [`What::Socket`] for
    /// each socket that is new or different, then a [`What::SocketGone`] for each that is not there
    /// any more.
    ///
    /// `now` holds what each descriptor's [`super::Peek`] and [`super::Diag`] found, in any order;
    /// what has the same cookie is put together.
    pub fn update(&mut self, now: Vec<SocketState>) -> Vec<What> {
        let mut whole = BTreeMap::<u64, Sides>::new();
        for seen in now {
            whole.entry(seen.cookie).or_default().add(seen);
        }
        let now: Vec<_> = whole.into_values().filter_map(Sides::together).collect();
        let mut old = std::mem::take(&mut self.0);
        let mut events = Vec::new();
        for state in now {
            if old.remove(&state.cookie).as_ref() != Some(&state) {
                events.push(What::Socket(state.clone()));
            }
            self.0.insert(state.cookie, state);
        }
        events.extend(old.into_keys().map(|cookie| What::SocketGone { cookie }));
        events
    }

    /// Takes in a few sockets, each as its descriptors show it, and leaves the others as they were.
    pub fn refresh(&mut self, some: Vec<SocketState>) -> Vec<What> {
        let mut parts = BTreeMap::<u64, Sides>::new();
        for seen in some {
            parts.entry(seen.cookie).or_default().add(seen);
        }
        let mut events = Vec::new();
        for sides in parts.into_values() {
            let (peeked, asked) = (sides.peek.is_some(), sides.diag.is_some());
            let Some(mut state) = sides.together() else { continue };
            let old = self.0.get(&state.cookie);
            if let Some(old) = old {
                keep_holders(&mut state, old);
                if !peeked {
                    state.options.clone_from(&old.options);
                    state.error_pending = old.error_pending;
                    keep_what_is_unread(&mut state, old);
                }
                if !asked {
                    keep_what_is_beyond(&mut state, old);
                }
            }
            if old != Some(&state) {
                events.push(What::Socket(state.clone()));
                self.0.insert(state.cookie, state);
            }
        }
        events
    }

    /// Takes note that a descriptor was closed. What no other descriptor leads to is gone, unless the kernel has to see a
    /// connection to its end.
    pub fn closed(&mut self, descriptor: Descriptor) -> Vec<What> {
        let held = |state: &&mut SocketState| state.holders.contains(&descriptor);
        let Some(state) = self.0.values_mut().find(held) else { return Vec::new() };
        state.holders.retain(|holder| *holder != descriptor);
        let cookie = state.cookie;
        if state.holders.is_empty() && (state.peer.is_none() || state.protocol != "IPPROTO_TCP") {
            self.0.remove(&cookie);
            return vec![What::SocketGone { cookie }];
        }
        vec![What::Socket(state.clone())]
    }

    /// The sockets, the oldest cookie first.
    pub fn sockets(&self) -> impl Iterator<Item = &SocketState> {
        self.0.values()
    }

    /// The socket of this cookie.
    pub fn get(&self, cookie: u64) -> Option<&SocketState> {
        self.0.get(&cookie)
    }
}

/// One socket from both sides.
#[derive(Default)]
struct Sides {
    peek: Option<SocketState>,
    diag: Option<SocketState>,
}

impl Sides {
    /// A look through a descriptor names it; the namespace's answer names none.
    fn add(&mut self, mut seen: SocketState) {
        let side = if seen.holders.is_empty() { &mut self.diag } else { &mut self.peek };
        if let Some(earlier) = side.take() {
            seen.holders.extend(earlier.holders);
            seen.holders.sort_unstable();
            seen.holders.dedup();
        }
        *side = Some(seen);
    }

    /// The descriptor's side knows options, errors and holders; the other side the state TIME_WAIT,
    /// for which TCP_INFO says CLOSE, the addresses that go with it, and queues in which a FIN is
    /// counted.
    fn together(self) -> Option<SocketState> {
        match (self.peek, self.diag) {
            (Some(peek), Some(diag)) => Some(SocketState {
                // What is unread stays with the descriptor: the kernel's TIME_WAIT has no queues.
                receive_queue: match diag.state.as_deref() {
                    Some("TIME_WAIT") => peek.receive_queue,
                    _ => diag.receive_queue,
                },
                options: peek.options,
                error_pending: peek.error_pending,
                holders: peek.holders,
                ..diag
            }),
            (one, other) => one.or(other),
        }
    }
}

/// Who else holds it stays as it was.
fn keep_holders(seen: &mut SocketState, old: &SocketState) {
    let known = old.holders.iter().filter(|holder| !seen.holders.contains(holder));
    let known: Vec<_> = known.copied().collect();
    seen.holders.extend(known);
    seen.holders.sort_unstable();
}

/// The kernel's TIME_WAIT has no queues: what is unread stays with the descriptor, if there is one.
fn keep_what_is_unread(seen: &mut SocketState, old: &SocketState) {
    if seen.state.as_deref() == Some("TIME_WAIT") && !seen.holders.is_empty() {
        seen.receive_queue = old.receive_queue;
    }
}

/// What a look through a descriptor cannot see stays as it was.
fn keep_what_is_beyond(seen: &mut SocketState, old: &SocketState) {
    let beyond = matches!(old.state.as_deref(), Some("TIME_WAIT" | "FIN_WAIT_2"));
    if beyond && seen.state.as_deref() == Some("CLOSE") {
        seen.state.clone_from(&old.state);
        seen.local.clone_from(&old.local);
        seen.peer.clone_from(&old.peer);
    }
    // The FIN is all that is left unread, or it was read: only the next whole picture tells.
    let fin = seen.state == old.state && seen.state.as_deref() != Some("ESTABLISHED");
    if fin && (seen.receive_queue, old.receive_queue) == (0, 1) {
        seen.receive_queue = 1;
    }
}
