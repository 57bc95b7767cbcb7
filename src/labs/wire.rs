//! The wire between this host, 10.0.0.1, and the one that seems to be at its other end, 10.0.0.2, in the experiment's hand.
//!
//! How it is made: [`relay`](crate::observe::relay).

use std::os::fd::OwnedFd;

use super::Broke;
use crate::calls::*;
use crate::observe::{Conversations, relay};
use crate::trace::{Carried, Packet};

/// The middle of the wire: every packet stops here.
pub struct Wire {
    end: OwnedFd,
    conversations: Conversations,
}

/// A packet that waits at the middle of the wire. Dropped, it is lost.
pub struct Held {
    frame: Vec<u8>,
    /// What it says.
    pub packet: Packet,
}

/// This host's address.
pub const HERE: &std::ffi::CStr = c"10.0.0.1";
/// The address that seems to be another host's: a socket bound to [`HERE`] answers under it, too.
pub const THERE: &std::ffi::CStr = c"10.0.0.2";

/// Bytes of an Ethernet header.
const ETHERNET: usize = 14;

impl Wire {
    /// Takes hold of it. It can be taken once.
    pub fn take() -> Result<Wire, Broke> {
        Ok(Wire { end: relay::take()?, conversations: Conversations::default() })
    }

    /// The next packet; none: nothing is sent for so many milliseconds.
    pub fn next(&mut self, milliseconds: i64) -> Result<Option<Held>, Broke> {
        let limit = timeval { tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000 };
        setsockopt(&self.end, SOL_SOCKET, SO_RCVTIMEO, &limit)?;
        let mut frame = vec![0; 1 << 16];
        loop {
            let length = match recv(&self.end, &mut frame, 0) {
                Ok(length) => length,
                Err(Errno::EAGAIN) => return Ok(None),
                Err(errno) => return Err(errno.into()),
            };
            let bytes = frame.get(ETHERNET..length).unwrap_or_default();
            if let Some(packet) = self.conversations.packet(bytes) {
                frame.truncate(length);
                return Ok(Some(Held { frame, packet }));
            }
        }
    }

    /// The next packet, where there has to be one.
    pub fn catch(&mut self) -> Result<Held, Broke> {
        self.next(5000)?.ok_or_else(|| Broke::new("nothing came over the wire for 5 seconds"))
    }

    /// The next TCP segment with these flags. What comes before it, sent a second time, gets lost.
    pub fn segment(&mut self, flags: &str) -> Result<Held, Broke> {
        loop {
            let held = self.catch()?;
            if held.flags() == flags {
                return Ok(held);
            }
        }
    }

    /// Sends a packet on: what went to 10.0.0.2 arrives as if it came from there.
    pub fn deliver(&self, mut held: Held) -> Result<(), Broke> {
        // In an IPv4 header the source stands in bytes 12 to 15, the destination in 16 to 19.
        const ADDRESSES: usize = ETHERNET + 12;
        if let Some(addresses) = held.frame.get_mut(ADDRESSES..ADDRESSES + 8) {
            addresses.rotate_left(4);
        }
        send(&self.end, &held.frame, 0)?;
        Ok(())
    }

    /// Lets a whole handshake go, segment by segment.
    pub fn handshake(&mut self) -> Result<(), Broke> {
        for flags in ["SYN", "SYN|ACK", "ACK"] {
            let held = self.segment(flags)?;
            self.deliver(held)?;
        }
        Ok(())
    }

    /// Sends on all that comes, until nothing has come for so many milliseconds. Gives what went by.
    pub fn let_flow(&mut self, milliseconds: i64) -> Result<Vec<Packet>, Broke> {
        let mut gone = Vec::new();
        while let Some(held) = self.next(milliseconds)? {
            gone.push(held.packet.clone());
            self.deliver(held)?;
        }
        Ok(gone)
    }
}

impl Held {
    /// The flags, if it is a TCP segment: `SYN`, `PSH|ACK`, …
    pub fn flags(&self) -> &str {
        match &self.packet.carries {
            Carried::Tcp(segment) => &segment.flags,
            _ => "",
        }
    }
}
