//! States as bands.

use std::collections::{BTreeMap, HashMap};

use super::super::socket::kind;
use super::sides::Changed;
use super::{Band, Side};
use crate::trace::{SocketState, What};

/// The bands so far.
#[derive(Default)]
pub(super) struct Bands {
    all: Vec<Band>,
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
            (What::SocketGone { cookie }, _) => {
                self.columns.retain(|_, other| other != cookie);
                self.close(row, *cookie);
            }
            _ => (),
        }
    }

    fn socket(&mut self, row: usize, socket: &SocketState, side: Side) {
        let state = socket.state.as_deref().map_or_else(|| kind(socket), str::to_owned);
        let name = match socket.holders.as_slice() {
            [] => String::new(),
            [holder, ..] => format!("fd {}", holder.fd),
        };
        let open = self.open.get(&socket.cookie).and_then(|&at| self.all.get_mut(at));
        let column = match open {
            // Within one row only what comes of it is worth a band.
            Some(band) if band.from == row || band.state == state && band.name == name => {
                (band.state, band.name) = (state, name);
                return;
            }
            Some(band) => band.column,
            None => self.free(side, socket.cookie),
        };
        self.close(row, socket.cookie);
        self.open.insert(socket.cookie, self.all.len());
        let cookie = socket.cookie;
        self.all.push(Band { side, column, from: row, to: row, state, name, cookie });
    }

    /// The first column in which no living socket stands.
    fn free(&mut self, side: Side, cookie: u64) -> usize {
        let mut column = 0;
        while self.columns.contains_key(&(side, column)) {
            column += 1;
        }
        self.columns.insert((side, column), cookie);
        column
    }

    /// What the socket was ends before this row.
    fn close(&mut self, row: usize, cookie: u64) {
        let Some(at) = self.open.remove(&cookie) else { return };
        let band = &mut self.all[at];
        band.to = row.saturating_sub(1).max(band.from);
    }

    /// All bands; what has not changed lasts to the last row.
    pub(super) fn finish(mut self, last: usize) -> Vec<Band> {
        for at in self.open.into_values() {
            self.all[at].to = last;
        }
        self.all
    }
}
