//! Which program a socket, an address, a call belongs to.

use std::collections::{HashMap, VecDeque};

use crate::trace::{Carried, Packet, SocketState};

/// Calls that are remembered after their return: a packet may be seen a little later.
const RECENT: usize = 64;

/// What the events so far have told.
#[derive(Debug, Default)]
pub(super) struct Owners<'a> {
    sockets: HashMap<u64, (&'a SocketState, Option<u8>)>,
    addresses: HashMap<&'a str, u8>,
    calls: VecDeque<(u64, u8)>,
}

impl<'a> Owners<'a> {
    /// A program makes a call.
    pub(super) fn called(&mut self, call: u64, program: u8) {
        if self.calls.len() == RECENT {
            self.calls.pop_front();
        }
        self.calls.push_back((call, program));
    }

    /// A socket is as it is now. Says how it was before, and whose it is.
    pub(super) fn update(&mut self, new: &'a SocketState) -> (Option<&'a SocketState>, Option<u8>) {
        self.update_of(new, None)
    }

    /// The same where it is known whose it is.
    pub(super) fn update_of(
        &mut self,
        new: &'a SocketState,
        known: Option<u8>,
    ) -> (Option<&'a SocketState>, Option<u8>) {
        let old = self.sockets.get(&new.cookie).copied();
        let holder = new.holders.first().map(|holder| holder.program);
        let program = known
            .or(holder)
            .or(old.and_then(|(_, program)| program))
            .or_else(|| new.local.as_deref().and_then(|local| self.owner(local)));
        if let (Some(local), Some(program)) = (&new.local, program) {
            self.addresses.insert(local, program);
        }
        self.sockets.insert(new.cookie, (new, program));
        (old.map(|(old, _)| old), program)
    }

    /// The kernel has forgotten it. Says how it was, and whose.
    pub(super) fn forget(&mut self, cookie: u64) -> Option<(&'a SocketState, Option<u8>)> {
        self.sockets.remove(&cookie)
    }

    /// A socket as it was last seen.
    pub(super) fn socket(&self, cookie: u64) -> Option<&'a SocketState> {
        self.sockets.get(&cookie).map(|(socket, _)| *socket)
    }

    /// How much is kept in memory.
    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.sockets.len() + self.addresses.len() + self.calls.len()
    }

    /// Whose address it is: just this one, or one bound to all addresses of the machine.
    fn owner(&self, address: &str) -> Option<u8> {
        let exact = self.addresses.get(address);
        let (_, port) = address.rsplit_once(':')?;
        let any = || {
            ["0.0.0.0", "[::]", "*"]
                .iter()
                .find_map(|any| self.addresses.get(format!("{any}:{port}").as_str()))
        };
        exact.or_else(any).copied()
    }

    /// The programs that sent a packet and will get it, as far as that can be told.
    pub(super) fn ends(&mut self, packet: &'a Packet) -> (Option<u8>, Option<u8>) {
        if let Carried::Icmp { about: Some(about), .. } = &packet.carries {
            return self.complaint(about);
        }
        let (from, to) = (self.owner(&packet.from), self.owner(&packet.to));
        let caller = self.caller(packet).filter(|_| from.is_none() && begins(packet));
        if let (Some(caller), true) = (caller, packet.from.contains(':')) {
            self.addresses.insert(&packet.from, caller);
        }
        (from.or(caller), to)
    }

    /// An ICMP complaint about `UDP a → b` goes from b to a.
    fn complaint(&self, about: &str) -> (Option<u8>, Option<u8>) {
        let Some((from, to)) = about.split_once(" → ") else { return (None, None) };
        let from = from.rsplit(' ').next().unwrap_or(from);
        let to = to.split(' ').next().unwrap_or(to);
        (self.owner(to), self.owner(from))
    }

    /// The program whose call has caused it.
    fn caller(&self, packet: &Packet) -> Option<u8> {
        let call = packet.caused_by?;
        self.calls.iter().rev().find(|(number, _)| *number == call).map(|(_, program)| *program)
    }
}

/// Whether it is surely the caller who sends it: all but the answers of the other end's kernel.
fn begins(packet: &Packet) -> bool {
    match &packet.carries {
        Carried::Tcp(segment) => segment.flags == "SYN",
        _ => true,
    }
}
