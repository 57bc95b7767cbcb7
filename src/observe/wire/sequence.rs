//! Sequence numbers counted from each side's SYN.

use std::collections::HashMap;
use std::net::SocketAddr;

/// How many directions are kept before all are forgotten.
const KEPT: usize = 1 << 16;

/// One direction of a connection: the sender and the receiver.
pub(super) type Direction = (SocketAddr, SocketAddr);

/// Where each direction's numbers begin.
#[derive(Debug, Clone, Default)]
pub(super) struct Sequences {
    initial: HashMap<Direction, u32>,
}

impl Sequences {
    /// The segment's sequence number, counted from its sender's SYN as 0.
    ///
    /// A SYN with a new number is a new connection; the same one again is a retransmission. If no
    /// SYN was seen, the first number that was seen is 1, as after a SYN.
    pub fn of_sender(&mut self, way: Direction, syn: bool, ack: bool, number: u32) -> u32 {
        if syn && self.initial.get(&way) != Some(&number) {
            // The peer of an opening SYN has yet to choose its number: what is known is of the
            // connection that had these ports before.
            if !ack {
                self.initial.remove(&(way.1, way.0));
            }
            self.keep(way, number);
        }
        self.relative(way, number)
    }

    /// The acknowledgement number of a segment that goes that way, counted from the receiver's SYN
    /// as 0.
    pub fn of_receiver(&mut self, way: Direction, number: u32) -> u32 {
        self.relative((way.1, way.0), number)
    }

    fn relative(&mut self, way: Direction, number: u32) -> u32 {
        let initial = match self.initial.get(&way) {
            Some(&initial) => initial,
            None => self.keep(way, number.wrapping_sub(1)),
        };
        number.wrapping_sub(initial)
    }

    fn keep(&mut self, way: Direction, initial: u32) -> u32 {
        if self.initial.len() >= KEPT {
            self.initial.clear();
        }
        self.initial.insert(way, initial);
        initial
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    #[test]
    fn memory_is_bounded() {
        let mut sequences = Sequences::default();
        for n in 0..(KEPT as u32 + 10) {
            let far = SocketAddr::from(([10, 0, (n >> 16) as u8, 1], n as u16));
            sequences.of_sender((far, address(1)), true, false, n);
        }
        assert_eq!(sequences.initial.len(), 10);
    }
}
