//! States as bands.

use std::collections::{BTreeMap, HashMap};

use super::super::socket::kind;
use super::sides::Changed;
use super::{Band, Side};
use crate::trace::{SocketState, What};

/// The bands so far.
#[derive(Default)]
pub(super) struct Bands {
    /// In the order of their beginnings; none: it was over in the row in which it began.
    all: Vec<Option<Band>>,
    /// Where the band of each living socket stands.
    open: HashMap<u64, usize>,
    /// Who has which column of a side.
    columns: BTreeMap<(Side, usize), u64>,
}

impl Bands {
    /// Takes an event of a row.
    pub(super) fn take(&mut self, row: usize, what: &What, changed: Option<Changed>) {
        match (what, changed) {
            (What::Socket(socket), Some(Changed { side })) => self.socket(row, socket, side),
            (What::SocketGone { cookie }, _) => drop(self.close(row, *cookie)),
            _ => (),
        }
    }

    fn socket(&mut self, row: usize, socket: &SocketState, side: Side) {
        let state = socket.state.as_deref().map_or_else(|| kind(socket), str::to_owned);
        let name = match socket.holders.as_slice() {
            [] => String::new(),
            [holder, ..] => format!("fd {}", holder.fd),
        };
        let cookie = socket.cookie;
        let open = self.open.get(&cookie).and_then(|&at| self.all[at].as_ref());
        if open.is_some_and(|band| (band.side, &band.state, &band.name) == (side, &state, &name)) {
            return;
        }
        let column = match self.close(row, cookie) {
            Some(place) if place.0 == side => place.1,
            _ => self.free(side),
        };
        self.columns.insert((side, column), cookie);
        self.open.insert(cookie, self.all.len());
        self.all.push(Some(Band { side, column, from: row, to: row, state, name, cookie }));
    }

    /// The first column in which no living socket stands.
    fn free(&self, side: Side) -> usize {
        let taken = |column: &usize| !self.columns.contains_key(&(side, *column));
        (0..).find(taken).unwrap_or_default()
    }

    /// What the socket was ends before this row: within a row only what comes of it is worth a band. Says where it was.
    fn close(&mut self, row: usize, cookie: u64) -> Option<(Side, usize)> {
        let at = self.open.remove(&cookie)?;
        let band = self.all[at].as_mut()?;
        let place = (band.side, band.column);
        self.columns.remove(&place);
        match row.checked_sub(1).filter(|last| *last >= band.from) {
            Some(last) => band.to = last,
            None => self.all[at] = None,
        }
        Some(place)
    }

    /// All bands; what has not changed lasts to the last row.
    pub(super) fn finish(mut self, last: usize) -> Vec<Band> {
        for at in self.open.into_values() {
            self.all[at].iter_mut().for_each(|band| band.to = last);
        }
        self.all.into_iter().flatten().collect()
    }
}
