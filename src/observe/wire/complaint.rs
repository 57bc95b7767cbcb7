//! What an ICMP message says, and of which packet.

use std::net::SocketAddr;

use etherparse::{IpNumber, LaxIpSlice};

use crate::trace::Text;

/// What an ICMP message for IPv4 says. RFC 792, RFC 1812.
pub(super) fn meaning_v4(kind: u8, code: u8) -> Text {
    let text = match (kind, code) {
        (0, _) => "echo reply",
        (3, 0) => "destination unreachable, network unreachable",
        (3, 1) => "destination unreachable, host unreachable",
        (3, 2) => "destination unreachable, protocol unreachable",
        (3, 3) => "destination unreachable, port unreachable",
        (3, 4) => "destination unreachable, fragmentation needed",
        (3, 5) => "destination unreachable, source route failed",
        (3, 9 | 10 | 13) => "destination unreachable, prohibited",
        (3, _) => "destination unreachable",
        (5, _) => "redirect",
        (8, _) => "echo request",
        (11, 0) => "time exceeded, TTL used up",
        (11, 1) => "time exceeded, fragments missing",
        (12, _) => "parameter problem",
        _ => return other(kind, code),
    };
    text.into()
}

/// What an ICMPv6 message says. RFC 4443, RFC 4861, RFC 3810.
pub(super) fn meaning_v6(kind: u8, code: u8) -> Text {
    let text = match (kind, code) {
        (1, 0) => "destination unreachable, no route",
        (1, 1) => "destination unreachable, prohibited",
        (1, 2) => "destination unreachable, beyond scope",
        (1, 3) => "destination unreachable, address unreachable",
        (1, 4) => "destination unreachable, port unreachable",
        (1, _) => "destination unreachable",
        (2, _) => "packet too big",
        (3, 0) => "time exceeded, hop limit used up",
        (3, 1) => "time exceeded, fragments missing",
        (4, _) => "parameter problem",
        (128, _) => "echo request",
        (129, _) => "echo reply",
        (133, _) => "router solicitation",
        (134, _) => "router advertisement",
        (135, _) => "neighbor solicitation",
        (136, _) => "neighbor advertisement",
        (137, _) => "redirect",
        (143, _) => "multicast listener report",
        _ => return other(kind, code),
    };
    text.into()
}

fn other(kind: u8, code: u8) -> Text {
    format!("type {kind}, code {code}").into()
}

/// Whether an ICMP message for IPv4 quotes the packet that it complains of.
pub(super) fn quotes_v4(kind: u8) -> bool {
    matches!(kind, 3 | 5 | 11 | 12)
}

/// Whether an ICMPv6 message does.
pub(super) fn quotes_v6(kind: u8) -> bool {
    matches!(kind, 1..=4)
}

/// The quoted packet: `UDP 127.0.0.1:40000 → 127.0.0.1:12000`. A complaint quotes the IP header and
/// at least 8 bytes more, in which the ports are.
pub(super) fn quoted(bytes: &[u8]) -> Option<String> {
    let (ip, _) = LaxIpSlice::from_slice(bytes).ok()?;
    let (from, to) = (ip.source_addr(), ip.destination_addr());
    let protocol = match ip.payload_ip_number() {
        IpNumber::TCP => "TCP".into(),
        IpNumber::UDP => "UDP".into(),
        IpNumber::ICMP => "ICMP".into(),
        IpNumber::IPV6_ICMP => "ICMPv6".into(),
        number => format!("protocol {}", number.0),
    };
    let first = first_of_packet(&ip);
    Some(match (ip.payload_ip_number(), ip.payload().payload) {
        (IpNumber::TCP | IpNumber::UDP, [a, b, c, d, ..]) if first => {
            let from = SocketAddr::new(from, u16::from_be_bytes([*a, *b]));
            let to = SocketAddr::new(to, u16::from_be_bytes([*c, *d]));
            format!("{protocol} {from} → {to}")
        }
        _ => format!("{protocol} {from} → {to}"),
    })
}

/// Whether the ports are in it: they stand in a packet's first fragment only.
fn first_of_packet(ip: &LaxIpSlice) -> bool {
    match ip {
        LaxIpSlice::Ipv4(ip) => ip.header().fragments_offset().value() == 0,
        // A later fragment is rarely quoted: take none rather than read its data as ports.
        LaxIpSlice::Ipv6(ip) => !ip.is_payload_fragmented(),
    }
}
