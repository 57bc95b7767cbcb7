//! What goes over the wire: the packets of the loopback interface, caught, decoded and put to the
//! calls that sent them.
//!
//! What one has to know of `lo`:
//!
//! - A segment may be far longer than on a real wire, up to 64 KiB: `lo` promises to cut large
//!   segments up (segmentation offload) and then never does, as nobody needs it.
//! - Checksums are not filled in: a packet that never leaves the memory cannot be damaged. So they
//!   are not checked here.
//! - A packet is on its way inside the call that sends it, and so is the kernel's answer to it,
//!   mostly: see [`Causes`].

mod cause;
mod complaint;
mod decode;
mod ring;
mod sequence;

pub use cause::Causes;
pub use decode::Conversations;

use std::time::{SystemTime, UNIX_EPOCH};

use ring::Ring;

use super::error::in_words;
use super::sandbox::Missing;
use crate::trace::Packet;

/// A moment on the clock that the kernel stamps packets with: CLOCK_REALTIME, in nanoseconds since
/// 1970.
///
/// Somebody may set that clock during a run; nothing else is comparable with a packet's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Realtime(u64);

impl Realtime {
    /// Now.
    pub fn now() -> Realtime {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Realtime(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
    }

    /// Nanoseconds from an earlier moment to this one; 0 if it is a later one.
    pub fn since(self, base: Realtime) -> u64 {
        self.0.saturating_sub(base.0)
    }
}

/// The packets of one network namespace's `lo`, and perhaps of one more interface.
pub struct Wire {
    ring: Ring,
    conversations: Conversations,
}

/// Listens from now on to `lo` of the network namespace that the calling thread is in, and to the interface of this name.
pub fn open(other: Option<&str>) -> Result<Wire, Missing> {
    let ring = Ring::open(other).map_err(|error| {
        let words = in_words(&error);
        let cure = match error.raw_os_error() {
            Some(libc::EPERM | libc::EACCES) => {
                "that takes root, or a network of their own for the programs"
            }
            Some(libc::EAFNOSUPPORT) => {
                "this kernel has no packet sockets yet: sudo modprobe af_packet"
            }
            Some(libc::ENOMEM | libc::ENOBUFS) => "4 MiB of memory are needed for them",
            _ => "a packet socket with a ring on the interface lo is needed",
        };
        Missing::new(format!("packets cannot be seen: {words} ({cure})"))
    })?;
    Ok(Wire { ring, conversations: Conversations::default() })
}

impl Wire {
    /// The packets that have come since the last time, in the order in which they were sent, each
    /// with the nanoseconds from `base` until it was sent. None of them has a cause yet.
    ///
    /// What is not IP is left out: on `lo` only a packet socket can send such a thing.
    pub fn drain(&mut self, base: Realtime) -> Vec<(u64, Packet)> {
        let mut packets = Vec::new();
        // Programs that go on sending must not keep us here.
        for _ in 0..ring::FRAMES {
            let decode = |time, bytes: &[u8]| (time, self.conversations.packet(bytes));
            let Some((time, packet)) = self.ring.take(decode) else { break };
            packets.extend(packet.map(|packet| (Realtime(time).since(base), packet)));
        }
        packets
    }

    /// How many packets could not be kept since this was asked last, because 8,192 were waiting
    /// already.
    pub fn lost(&mut self) -> u32 {
        // The only way for it to fail is a descriptor that is no packet socket.
        self.ring.lost().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
