//! From the bytes of an IP packet to what they say.

use std::net::{IpAddr, SocketAddr};

use etherparse::{Icmpv4Slice, Icmpv6Slice, IpNumber, LaxIpSlice, TcpSlice, UdpSlice};

use super::complaint::{meaning_v4, meaning_v6, quoted, quotes_v4, quotes_v6};
use super::sequence::Sequences;
use crate::trace::{Carried, Packet, Segment, Text};

/// How many bytes of a payload are kept, if nothing else is said.
const DATA: usize = 256;

/// Decodes packets, and keeps for each connection what its numbers are counted from.
///
/// Sequence and acknowledgement numbers are counted from the SYN of the side that they belong to,
/// as 0. Of a connection whose SYN was not seen the first number that was seen counts as 1, and so
/// do both numbers of a RST that answers a SYN. A new SYN on the same ports begins anew; the same
/// SYN again does not. After 65,536 directions all are forgotten.
#[derive(Debug, Clone)]
pub struct Conversations {
    sequences: Sequences,
    data: usize,
}

impl Default for Conversations {
    fn default() -> Self {
        Conversations::keeping(DATA)
    }
}

/// What is the same for every protocol in an IP packet.
struct Inside<'a> {
    from: IpAddr,
    to: IpAddr,
    protocol: IpNumber,
    /// As much of the payload as was caught.
    caught: &'a [u8],
    /// How much of it there is besides, by the IP header's length.
    missing: usize,
}

impl Conversations {
    /// Keeps that many bytes of each payload.
    pub fn keeping(data: usize) -> Self {
        Conversations { sequences: Sequences::default(), data }
    }

    /// What the bytes of an IP packet say, of which the end may be missing: lengths are taken from
    /// the headers.
    ///
    /// None: not IP. [`Carried::Other`]: fragments, other protocols, and headers that are cut short
    /// or broken.
    pub fn packet(&mut self, bytes: &[u8]) -> Option<Packet> {
        let (ip, _) = LaxIpSlice::from_slice(bytes).ok()?;
        let inside = Inside {
            from: ip.source_addr(),
            to: ip.destination_addr(),
            protocol: ip.payload_ip_number(),
            caught: ip.payload().payload,
            missing: declared(&ip).saturating_sub(bytes.len()),
        };
        let known = match inside.protocol {
            _ if ip.is_fragmenting_payload() => None,
            IpNumber::TCP => self.tcp(&inside),
            IpNumber::UDP => self.udp(&inside),
            IpNumber::ICMP => self.icmp(&inside),
            IpNumber::IPV6_ICMP => self.icmpv6(&inside),
            _ => None,
        };
        Some(known.unwrap_or_else(|| self.other(&inside)))
    }

    fn tcp(&mut self, inside: &Inside) -> Option<Packet> {
        let tcp = TcpSlice::from_slice(inside.caught).ok()?;
        let from = SocketAddr::new(inside.from, tcp.source_port());
        let to = SocketAddr::new(inside.to, tcp.destination_port());
        let way = (from, to);
        let seq = self.sequences.of_sender(way, tcp.syn(), tcp.ack(), tcp.sequence_number());
        let ack = tcp.ack().then(|| self.sequences.of_receiver(way, tcp.acknowledgment_number()));
        let segment = Segment {
            flags: flags(&tcp),
            seq,
            ack,
            length: length(tcp.payload().len() + inside.missing),
            window: tcp.window_size(),
        };
        Some(self.with_data(from.to_string(), to.to_string(), Carried::Tcp(segment), tcp.payload()))
    }

    fn udp(&self, inside: &Inside) -> Option<Packet> {
        let udp = UdpSlice::from_slice_lax(inside.caught).ok()?;
        let from = SocketAddr::new(inside.from, udp.source_port());
        let to = SocketAddr::new(inside.to, udp.destination_port());
        // The datagram's own length counts, as it does for the receiver, unless it is longer than
        // the packet.
        let most = inside.caught.len() + inside.missing - udp.header_slice().len();
        let length = match usize::from(udp.length()).checked_sub(udp.header_slice().len()) {
            Some(own) if own <= most => own,
            _ => most,
        } as u32;
        let (from, to) = (from.to_string(), to.to_string());
        Some(self.with_data(from, to, Carried::Udp { length }, udp.payload()))
    }

    fn icmp(&self, inside: &Inside) -> Option<Packet> {
        let icmp = Icmpv4Slice::from_slice(inside.caught).ok()?;
        let kind = icmp.type_u8();
        let about = if quotes_v4(kind) { quoted(icmp.payload()) } else { None };
        let meaning = meaning_v4(kind, icmp.code_u8());
        Some(self.portless(inside, Carried::Icmp { meaning, about }, icmp.payload()))
    }

    fn icmpv6(&self, inside: &Inside) -> Option<Packet> {
        let icmp = Icmpv6Slice::from_slice(inside.caught).ok()?;
        let kind = icmp.type_u8();
        let about = if quotes_v6(kind) { quoted(icmp.payload()) } else { None };
        let meaning = meaning_v6(kind, icmp.code_u8());
        Some(self.portless(inside, Carried::Icmp { meaning, about }, icmp.payload()))
    }

    fn other(&self, inside: &Inside) -> Packet {
        let length = length(inside.caught.len() + inside.missing);
        let carries = Carried::Other { protocol: inside.protocol.0, length };
        self.portless(inside, carries, inside.caught)
    }

    fn portless(&self, inside: &Inside, carries: Carried, payload: &[u8]) -> Packet {
        self.with_data(inside.from.to_string(), inside.to.to_string(), carries, payload)
    }

    fn with_data(&self, from: String, to: String, carries: Carried, payload: &[u8]) -> Packet {
        let data = payload[..payload.len().min(self.data)].to_vec();
        Packet { caused_by: None, from, to, carries, data }
    }
}

/// The packet's length as its header has it.
fn declared(ip: &LaxIpSlice) -> usize {
    match ip {
        LaxIpSlice::Ipv4(ip) => ip.header().total_len().into(),
        LaxIpSlice::Ipv6(ip) => {
            ip.header().slice().len() + usize::from(ip.header().payload_length())
        }
    }
}

/// A length that comes from a 16-bit field or from a buffer of ours.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn flags(tcp: &TcpSlice) -> Text {
    let all = [
        ("SYN", tcp.syn()),
        ("FIN", tcp.fin()),
        ("RST", tcp.rst()),
        ("PSH", tcp.psh()),
        ("ACK", tcp.ack()),
        ("URG", tcp.urg()),
    ];
    let set: Vec<_> = all.iter().filter(|(_, set)| *set).map(|(name, _)| *name).collect();
    set.join("|").into()
}

#[cfg(test)]
mod tests;
