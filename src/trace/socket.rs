//! What the kernel holds of a socket.

use serde::{Deserialize, Serialize};

use super::{Arg, Text};

/// A socket at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SocketState {
    /// The kernel's own number for it (SO_COOKIE): the same as long as the socket lives, in TIME_WAIT too.
    pub cookie: u64,
    /// `AF_INET`, …
    pub family: Text,
    /// `SOCK_STREAM`, …
    pub kind: Text,
    /// `IPPROTO_TCP`, …; empty where there is none to choose.
    pub protocol: Text,
    /// Its own address: `127.0.0.1:9001`, `[::1]:9001`, a path; none before the kernel or `bind` gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<String>,
    /// The peer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<String>,
    /// TCP's state as RFC 9293 spells it, with underscores: `SYN_SENT`, `ESTABLISHED`; `LISTEN`, `CLOSE`. None where there is no
    /// connection to have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Text>,
    /// Bytes that came and were not read. In CLOSE_WAIT Linux counts the FIN, too. Of UDP it counts memory instead, as `ss`
    /// does: hundreds of bytes for a datagram, even an empty one.
    pub receive_queue: u32,
    /// Bytes that were sent and not acknowledged.
    pub send_queue: u32,
    /// Of a listening socket: connections that wait for `accept`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept_queue: Option<AcceptQueue>,
    /// The options that are not as they come, in the words of `setsockopt`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Arg>,
    /// Whether an error waits for the next call.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub error_pending: bool,
    /// The descriptors that lead to it. None: not yet accepted, orphaned, or in TIME_WAIT.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<Descriptor>,
}

/// The queue of a listening socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptQueue {
    /// How many wait.
    pub length: u32,
    /// The backlog that `listen` was given, as the kernel took it.
    pub backlog: u32,
}

/// A descriptor of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Descriptor {
    /// The program's place in the order of starts.
    pub program: u8,
    /// The process.
    pub pid: i32,
    /// The number.
    pub fd: i32,
}
