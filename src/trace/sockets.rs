//! The kernel's sockets at one moment of a run.

use std::collections::BTreeMap;

use super::{SocketState, What};

/// The sockets that the kernel holds, as the events up to now tell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sockets {
    by_cookie: BTreeMap<u64, SocketState>,
}

impl Sockets {
    /// The sockets after all this, in which most states are soon others.
    pub(super) fn after<'a>(events: impl Iterator<Item = &'a What>) -> Sockets {
        let mut last = BTreeMap::new();
        for what in events {
            match what {
                What::Socket(state) => drop(last.insert(state.cookie, state)),
                What::SocketGone { cookie } => drop(last.remove(cookie)),
                _ => (),
            }
        }
        let by_cookie = last.into_iter().map(|(cookie, state)| (cookie, state.clone())).collect();
        Sockets { by_cookie }
    }

    /// Takes in what happens.
    pub fn apply(&mut self, what: &What) {
        match what {
            What::Socket(state) => {
                self.by_cookie.insert(state.cookie, state.clone());
            }
            What::SocketGone { cookie } => {
                self.by_cookie.remove(cookie);
            }
            _ => (),
        }
    }

    /// The socket with this cookie.
    pub fn get(&self, cookie: u64) -> Option<&SocketState> {
        self.by_cookie.get(&cookie)
    }

    /// These of them, as far as they are there.
    pub fn only(&self, cookies: &[u64]) -> Sockets {
        let known = |cookie: &u64| Some((*cookie, self.by_cookie.get(cookie)?.clone()));
        Sockets { by_cookie: cookies.iter().filter_map(known).collect() }
    }

    /// All of them, in the order of their cookies, which is the order in which the kernel gave
    /// these out.
    pub fn iter(&self) -> impl Iterator<Item = &SocketState> {
        self.by_cookie.values()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_cookie.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_cookie.is_empty()
    }
}
