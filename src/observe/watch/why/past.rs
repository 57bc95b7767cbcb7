//! What happened earlier in the run that may explain a failure.

use std::collections::{HashMap, HashSet, VecDeque};

use libc::c_int;

use crate::observe::Call;
use crate::trace::{Carried, Packet, Text};

/// How many packets are remembered.
const PACKETS: usize = 256;
/// How many different failures are kept apart; a program with more is told no more.
const FAILURES: usize = 4096;

/// How often a program's call is explained that fails with the same error on other sockets: one that connects again and
/// again is not to be slowed down for ever.
const SOCKETS: u32 = 16;

/// A failure, as far as it is told once only: the program, the call, the error; the descriptor and its socket's cookie.
pub type Kind = ((u8, Call, c_int), Option<i32>, Option<u64>);

/// What is remembered: packets that begin and end connections, complaints, and what was told.
#[derive(Debug, Default)]
pub struct Past {
    packets: VecDeque<Passed>,
    told: HashSet<Kind>,
    times: HashMap<(u8, Call, c_int), u32>,
}

/// A packet, as far as it explains a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// `RST`, `FIN`, `SYN`, or what an ICMP message means.
    pub what: Text,
    /// The sender; of a complaint, the packet that it is about.
    pub from: String,
    /// The receiver; of a complaint, who sent the packet that it is about.
    pub to: String,
    /// The call that was going on.
    pub caused_by: Option<u64>,
}

impl Past {
    /// A packet has passed the wire.
    pub fn passed(&mut self, packet: &Packet) {
        let passed = match &packet.carries {
            Carried::Tcp(segment) => {
                let has = |flag: &str| segment.flags.split('|').any(|one| one == flag);
                let Some(what) = ["RST", "FIN"].into_iter().find(|flag| has(flag)) else {
                    if segment.flags == "SYN" {
                        self.keep(Passed::new("SYN".into(), &packet.from, &packet.to, packet));
                    }
                    return;
                };
                Passed::new(what.into(), &packet.from, &packet.to, packet)
            }
            Carried::Icmp { meaning, about: Some(about) } => {
                let Some(sender) = sender(about) else { return };
                Passed::new(meaning.clone(), about, sender, packet)
            }
            _ => return,
        };
        self.keep(passed);
    }

    fn keep(&mut self, passed: Passed) {
        if self.packets.len() == PACKETS {
            self.packets.pop_front();
        }
        self.packets.push_back(passed);
    }

    /// The remembered packets, the newest first.
    pub fn packets(&self) -> impl Iterator<Item = &Passed> {
        self.packets.iter().rev()
    }

    /// Whether this was not asked before.
    pub fn first_time(&mut self, kind: Kind) -> bool {
        let times = self.times.entry(kind.0).or_default();
        let first = *times < SOCKETS && self.told.len() < FAILURES && self.told.insert(kind);
        *times += u32::from(first);
        first
    }
}

impl Passed {
    fn new(what: Text, from: &str, to: &str, packet: &Packet) -> Passed {
        Passed { what, from: from.into(), to: to.into(), caused_by: packet.caused_by }
    }
}

/// The sender in `UDP 127.0.0.1:40000 → 127.0.0.1:12000`.
fn sender(about: &str) -> Option<&str> {
    about.split(" → ").next()?.rsplit(' ').next()
}
