//! Failures that are about a socket's state, in words.

use super::super::text::grouped;
use super::Case;
use super::address::ports;
use crate::trace::{Fact, Involved};

impl Case<'_> {
    /// What a socket's state means for the call.
    pub(super) fn state(&self, own: &Involved) -> Option<String> {
        let Involved { family, kind, .. } = own;
        let state = own.state.as_deref();
        let peer = own.peer.as_deref();
        Some(match (self.errno, state, peer) {
            (libc::EISCONN, _, Some(peer)) => format!("the socket is connected to {peer} already"),
            (libc::EDESTADDRREQ, ..) => "the socket has no peer, and the call names none".into(),
            (libc::EOPNOTSUPP, ..) => match self.call {
                "listen" | "accept" | "accept4" => {
                    format!("the socket is {family} {kind}: {} is for connections", self.call)
                }
                _ => format!("the socket is {family} {kind}, which does not do that"),
            },
            (libc::ENOPROTOOPT, ..) => {
                format!("the socket is {family} {kind}, which has no such option at that level")
            }
            (libc::EMSGSIZE, ..) => format!("the socket is {family} {kind}: a message goes whole"),
            (libc::ENOTCONN, Some("LISTEN"), _) => {
                "the socket listens: it is connected to nobody, those that accept returns are"
                    .into()
            }
            (libc::ENOTCONN, Some(state), _) => {
                format!("the socket is connected to nobody (state {state})")
            }
            (libc::ENOTCONN, None, _) => "the socket is connected to nobody".into(),
            (libc::EPIPE, None, _) if family == "AF_UNIX" && self.facts.len() == 1 => {
                "the other end is closed, or shut down for reading".into()
            }
            (_, Some("CLOSE"), _) => "the socket is connected to nobody (state CLOSE)".into(),
            (_, Some(state), Some(peer)) => format!("the socket is in {state}, its peer is {peer}"),
            (_, Some(state), None) => format!("the socket is in {state}"),
            (_, None, Some(peer)) => format!("the socket's peer is {peer}"),
            _ => return None,
        })
    }

    pub(super) fn too_many_files(&self) -> Vec<String> {
        let text = |fact: &Fact| match fact {
            Fact::Amount { what, used, most: Some(most) } => {
                let open = used.map(|used| format!("; {used} are open")).unwrap_or_default();
                Some(format!("no descriptor below {most} is free ({what}){open}"))
            }
            _ => None,
        };
        self.facts.iter().filter_map(text).collect()
    }

    pub(super) fn would_block(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for fact in self.facts {
            match fact {
                Fact::Amount { what, used, most } => {
                    let ports = ports(what, *used, *most);
                    lines.push(ports.unwrap_or_else(|| amount(what, used.unwrap_or(0), *most)));
                }
                Fact::Own(Involved { state: Some(state), peer: Some(peer), .. }) => {
                    lines.push(format!("the connection to {peer} is still being made ({state})"));
                }
                Fact::NonBlocking { .. } => lines.extend(self.non_blocking(fact)),
                _ => {}
            }
        }
        lines
    }

    /// Why it did not wait.
    fn non_blocking(&self, fact: &Fact) -> Option<String> {
        let Fact::NonBlocking { by, micros } = fact else { return None };
        Some(match micros {
            None => format!("{} does not wait, because of {by}", self.call),
            Some(micros) => format!("{} has waited for {}, as {by} says", self.call, time(*micros)),
        })
    }

    pub(super) fn in_progress(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for fact in self.facts {
            match fact {
                Fact::Own(Involved { state, peer: Some(peer), .. }) => {
                    lines.push(match state.as_deref() {
                        // What answers the SYN on loopback waits until connect lets go of the socket.
                        Some("ESTABLISHED") => {
                            format!("the answer of {peer} came as connect returned: ESTABLISHED")
                        }
                        state => format!(
                            "the connection to {peer} is still being made ({})",
                            state.unwrap_or("under way")
                        ),
                    });
                }
                other => lines.extend(self.non_blocking(other)),
            }
        }
        lines
    }

    pub(super) fn invalid(&self) -> Vec<String> {
        let own = |own: &Involved| {
            let state = own.state.as_deref();
            Some(match (self.call, state, &own.local) {
                ("accept" | "accept4", Some(state), _) => {
                    format!("the socket does not listen (state {state})")
                }
                ("accept" | "accept4", None, _) => "the socket does not listen".into(),
                ("bind", _, Some(local)) => format!("the socket has the address {local} already"),
                ("listen", Some("CLOSE"), _) => return None,
                ("listen", None, None) => "the socket has no address: bind gives it one".into(),
                _ => return self.state(own),
            })
        };
        let text = |fact: &Fact| match fact {
            Fact::Own(socket) => own(socket),
            other => self.fact(other),
        };
        self.facts.iter().filter_map(text).collect()
    }
}

fn amount(what: &str, used: u64, most: Option<u64>) -> String {
    let number = |number: u64| grouped(usize::try_from(number).unwrap_or(usize::MAX));
    match (what, used, most) {
        ("receive queue", 0, _) => "nothing is in the receive queue".into(),
        ("accept queue", 0, _) => "no connection waits in the accept queue".into(),
        ("accept queue", used, _) => {
            format!("connections in the accept queue by now: {}", number(used))
        }
        (what, used, Some(most)) => {
            format!("the {what} holds {} of {} bytes of memory", number(used), number(most))
        }
        (what, used, None) => format!("the {what} holds {} bytes", number(used)),
    }
}

fn time(micros: u64) -> String {
    match (micros % 1_000_000, micros % 1_000) {
        (0, _) => format!("{} s", micros / 1_000_000),
        (_, 0) => format!("{} ms", micros / 1_000),
        _ => format!("{micros} µs"),
    }
}
