//! What goes over the wire.

use serde::{Deserialize, Serialize};

use super::Text;

/// One IP packet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packet {
    /// The number of the call that sent it, as far as that can be told; none: a timer of the kernel, or the end of a program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caused_by: Option<u64>,
    /// The sender: `127.0.0.1:9001`; without a port for ICMP.
    pub from: String,
    /// The receiver.
    pub to: String,
    /// What it carries.
    pub carries: Carried,
    /// The payload, perhaps not all of it.
    #[serde(with = "hex", default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<u8>,
}

/// What an IP packet carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Carried {
    /// A TCP segment.
    Tcp(Segment),
    /// A UDP datagram.
    Udp {
        /// Bytes of payload.
        length: u32,
    },
    /// A complaint or an echo.
    Icmp {
        /// `destination unreachable, port unreachable`.
        meaning: Text,
        /// The packet it complains of: `UDP 127.0.0.1:40000 → 127.0.0.1:12000`.
        about: Option<String>,
    },
    /// Something else: IP's protocol number.
    Other {
        /// As in IANA's list.
        protocol: u8,
        /// Bytes of payload.
        length: u32,
    },
}

/// A TCP segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// `SYN`, `SYN|ACK`, `PSH|ACK`, … in the order SYN FIN RST PSH ACK URG.
    pub flags: Text,
    /// The sequence number, counted from the sender's SYN as 0.
    pub seq: u32,
    /// The acknowledgement number, counted from the receiver's SYN as 0; if the flag ACK is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ack: Option<u32>,
    /// Bytes of payload.
    pub length: u32,
    /// The receive window as it stands in the header, before scaling.
    pub window: u16,
}
