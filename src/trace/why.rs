//! Why a call failed: what the kernel knew at that moment, as data. The words are `show`'s.

use serde::{Deserialize, Serialize};

use super::Text;

/// What could be found out about a call that has failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The call's number.
    pub call: u64,
    /// What was found, the most telling first.
    pub facts: Vec<Fact>,
}

/// Something that bears on a call's failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// The socket that the call was made on, as it is after the call.
    Own(Involved),
    /// Another socket that has the address, or the connection, that the call wanted.
    Holds(Involved),
    /// No socket listens there.
    NobodyListens {
        /// Where.
        address: String,
    },
    /// What is listened on, the nearest first, perhaps not all.
    Listening {
        /// The addresses.
        addresses: Vec<String>,
    },
    /// An address is not one of this machine's.
    NotHere {
        /// The address.
        address: String,
        /// This machine's, without ports.
        here: Vec<String>,
    },
    /// The programs have a network of their own, with the loopback interface and nothing else.
    Alone {
        /// Its addresses.
        here: Vec<String>,
    },
    /// Something of which there is only so much.
    Amount {
        /// What: `RLIMIT_NOFILE`, `send buffer`, a name under /proc/sys.
        what: Text,
        /// How much of it is used.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        used: Option<u64>,
        /// How much there may be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<u64>,
    },
    /// An option that the call takes is not set.
    Lacks {
        /// `SO_BROADCAST`.
        option: Text,
    },
    /// Why the call did not wait, or not for longer.
    NonBlocking {
        /// `O_NONBLOCK`, `MSG_DONTWAIT`, `SO_RCVTIMEO`, `SO_SNDTIMEO`.
        by: Text,
        /// Of a time limit: how long it is, in microseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        micros: Option<u64>,
    },
    /// A packet that came and ended a connection, or a complaint about one that was sent.
    Came {
        /// `RST`, `FIN`, or what an ICMP message means.
        what: Text,
        /// The sender; of a complaint, the packet that it is about.
        from: String,
        /// The call during which it came, as far as that can be told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caused_by: Option<u64>,
    },
    /// Packets that were sent and not answered.
    Sent {
        /// `SYN`.
        what: Text,
        /// Where to.
        to: String,
        /// How many.
        times: u32,
    },
    /// An earlier call of this process that explains it.
    Earlier {
        /// Its number.
        call: u64,
        /// What it did, in C: `shutdown(SHUT_WR)`, `close`.
        did: Text,
    },
    /// What a descriptor leads to, which is no socket.
    LeadsTo {
        /// The descriptor.
        fd: i32,
        /// As /proc/PID/fd has it: a path, `pipe:[4711]`.
        what: String,
    },
    /// A descriptor is not open.
    NotOpen {
        /// The descriptor.
        fd: i32,
        /// The highest ones that are, in rising order.
        open: Vec<i32>,
    },
    /// The families of a socket and of the address that it was to have or to reach.
    Families {
        /// The socket's: `AF_INET`.
        socket: Text,
        /// The address's.
        address: Text,
    },
    /// Something is too long, or too short.
    Length {
        /// Of what: `datagram`, `addrlen`.
        of: Text,
        /// How many bytes it has.
        given: u64,
        /// How many it has to have at least.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        least: Option<u64>,
        /// How many it may have at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<u64>,
    },
    /// A file has the name that the call wanted, or was to reach.
    File {
        /// The path.
        path: String,
        /// `socket`, `file`, `directory`, or `nothing` where there is none.
        is: Text,
    },
}

/// A socket, as far as it explains something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Involved {
    /// `AF_INET`, …
    pub family: Text,
    /// `SOCK_STREAM`, …
    pub kind: Text,
    /// Its own address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<String>,
    /// The peer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<String>,
    /// TCP's state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Text>,
    /// Whether SO_REUSEADDR is set; none: nobody can see that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reuse: Option<bool>,
    /// The descriptors that lead to it, as far as they can be seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held_by: Vec<Keeper>,
    /// Whether a process that may not be looked at has it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// Who has a socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keeper {
    /// The program's place in the order of starts; none: it is not of this run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<u8>,
    /// The process.
    pub pid: i32,
    /// The descriptor.
    pub fd: i32,
    /// The name of a process that is not of this run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}
