//! Who stands on which side.
//!
//! Of two programs each has its own. Where one program is both, server and client (a lab), its sockets are told apart:
//! those that are connected, and datagram sockets that are not bound, are the client's. A program that serves nobody
//! stands alone.

use std::collections::HashSet;

use super::super::names::Names;
use super::super::owners::Owners;
use super::super::story::Story;
use super::{Place, Side};
use crate::trace::{CallView, Entered, Packet, SocketState, Started, What};

/// The sides, as the events so far tell.
pub(super) struct Sides<'a> {
    owners: Owners<'a>,
    heads: Vec<String>,
    /// Of a single program: the sockets on the client's side.
    clients: Option<HashSet<u64>>,
}

/// A socket that has changed.
pub(super) struct Changed {
    /// On whose side it is.
    pub(super) side: Side,
}

impl<'a> Sides<'a> {
    pub(super) fn of(story: &Story<'a>) -> Sides<'a> {
        let clients = clients(story).filter(|clients| !clients.is_empty());
        let heads = heads(&story.names, clients.is_some());
        Sides { owners: Owners::default(), heads, clients }
    }

    pub(super) fn heads(self) -> Vec<String> {
        self.heads
    }

    pub(super) fn of_program(&self, program: u8) -> Side {
        if program == 0 { Side::Left } else { Side::Right }
    }

    /// On which side a call stands: that of its socket, of the one that `socket` makes, or its program's.
    pub(super) fn of_call(&mut self, view: &CallView) -> Side {
        let made = view.returned.and_then(|(returned, _)| returned.made);
        let cookie = view.entered.socket.or(made);
        let side = match (&self.clients, cookie) {
            (Some(clients), Some(cookie)) if clients.contains(&cookie) => Side::Right,
            _ => self.of_program(view.entered.who.program),
        };
        self.owners.called(view.entered.call, side as u8);
        side
    }

    /// A socket as it was last seen.
    pub(super) fn socket(&self, cookie: u64) -> Option<&'a SocketState> {
        self.owners.socket(cookie)
    }

    /// Takes an event in, and says on whose side the socket is that it is about.
    pub(super) fn update(&mut self, what: &'a What) -> Option<Changed> {
        match what {
            What::Socket(socket) => {
                let given = self.clients.as_ref().map(|clients| clients.contains(&socket.cookie));
                let (_, owner) = match given {
                    Some(client) => self.owners.update_of(socket, Some(u8::from(client))),
                    None => self.owners.update(socket),
                };
                let side =
                    if owner.is_some_and(|owner| owner > 0) { Side::Right } else { Side::Left };
                Some(Changed { side })
            }
            What::SocketGone { cookie } => {
                self.owners.forget(*cookie);
                None
            }
            _ => None,
        }
    }

    /// Where a packet comes from and where it goes.
    pub(super) fn ends(&mut self, packet: &'a Packet) -> (Place, Place) {
        let place = |owner: u8| if owner == 0 { Place::Left } else { Place::Right };
        let other = |place| if place == Place::Left { Place::Right } else { Place::Left };
        let (from, to) = self.owners.ends(packet);
        // An address that nobody has is this machine's own on loopback; elsewhere the wire goes on.
        let far = |address: &str, known: Place| match is_loopback(address) {
            true => other(known),
            false => Place::Middle,
        };
        match (from.map(place), to.map(place)) {
            (Some(from), Some(to)) => (from, to),
            (Some(from), None) => (from, far(&packet.to, from)),
            (None, Some(to)) => (far(&packet.from, to), to),
            (None, None) => (Place::Left, Place::Right),
        }
    }
}

fn is_loopback(address: &str) -> bool {
    address.starts_with("127.") || address.starts_with("[::1]") || address.starts_with("::1")
}

fn heads(names: &Names, split: bool) -> Vec<String> {
    let name = |started: &Started| started.name.clone();
    match names.started() {
        [only] if split => vec![format!("{}: server", only.name), format!("{}: client", only.name)],
        [first, second] => vec![name(first), name(second)],
        [first, second, rest @ ..] => {
            let rest: Vec<String> = std::iter::once(second).chain(rest).map(name).collect();
            vec![first.name.clone(), rest.join(", ")]
        }
        started => started.iter().map(name).collect(),
    }
}

/// Of a single program: the sockets that are connected, and the datagram sockets that nobody binds. None: there are
/// several programs, or the one is no server.
fn clients(story: &Story) -> Option<HashSet<u64>> {
    if story.names.started().len() != 1 {
        return None;
    }
    let (mut clients, mut bound) = (HashSet::new(), HashSet::new());
    let (mut senders, mut streams) = (HashSet::new(), HashSet::new());
    let mut seen = HashSet::new();
    for event in &story.trace.events {
        match &event.what {
            What::Entered(Entered { name, socket: Some(cookie), .. }) => match name.as_ref() {
                "connect" => drop(clients.insert(*cookie)),
                "bind" => drop(bound.insert(*cookie)),
                "sendto" | "sendmsg" => drop(senders.insert(*cookie)),
                _ => (),
            },
            What::Socket(socket) => {
                streams.extend((socket.kind != "SOCK_DGRAM").then_some(socket.cookie));
                // Of netlink getaddrinfo has one, to ask for this machine's addresses.
                seen.extend((socket.family != "AF_NETLINK").then_some(socket.cookie));
            }
            _ => (),
        }
    }
    let unbound = |cookie: &u64| !bound.contains(cookie) && !streams.contains(cookie);
    clients.extend(senders.into_iter().filter(unbound));
    seen.iter().any(|cookie| !clients.contains(cookie)).then_some(clients)
}
