//! Packets made by hand, packets cut short, and bytes that are none.

use etherparse::{
    Icmpv4Type, Icmpv6Type, IpFragOffset, Ipv4Header, PacketBuilder, TcpHeader, icmpv4, icmpv6,
};
use proptest::prelude::*;

use super::*;

const CLIENT: ([u8; 4], u16) = ([127, 0, 0, 1], 40000);
const SERVER: ([u8; 4], u16) = ([127, 0, 0, 1], 9001);

type End = ([u8; 4], u16);

fn tcp(from: End, to: End, flags: &str, seq: u32, ack: u32, data: &[u8]) -> Vec<u8> {
    let mut header = TcpHeader::new(from.1, to.1, seq, 512);
    header.acknowledgment_number = ack;
    for flag in flags.split('|').filter(|flag| !flag.is_empty()) {
        match flag {
            "SYN" => header.syn = true,
            "FIN" => header.fin = true,
            "RST" => header.rst = true,
            "PSH" => header.psh = true,
            "ACK" => header.ack = true,
            "URG" => header.urg = true,
            other => panic!("{other}"),
        }
    }
    let mut bytes = Vec::new();
    let builder = PacketBuilder::ipv4(from.0, to.0, 64).tcp_header(header);
    builder.write(&mut bytes, data).unwrap();
    bytes
}

fn udp(data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    PacketBuilder::ipv4(CLIENT.0, SERVER.0, 64).udp(40000, 12000).write(&mut bytes, data).unwrap();
    bytes
}

fn udp6(data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let one = std::net::Ipv6Addr::LOCALHOST.octets();
    PacketBuilder::ipv6(one, one, 64).udp(40000, 12000).write(&mut bytes, data).unwrap();
    bytes
}

fn icmp(kind: Icmpv4Type, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    PacketBuilder::ipv4(SERVER.0, CLIENT.0, 64).icmpv4(kind).write(&mut bytes, payload).unwrap();
    bytes
}

fn icmp6(kind: Icmpv6Type, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let one = std::net::Ipv6Addr::LOCALHOST.octets();
    PacketBuilder::ipv6(one, one, 64).icmpv6(kind).write(&mut bytes, payload).unwrap();
    bytes
}

fn decode(bytes: &[u8]) -> Packet {
    Conversations::default().packet(bytes).unwrap()
}

/// A step of a conversation: who, flags, the numbers in the packet, the numbers that are shown.
type Row = (End, &'static str, u32, u32, u32, Option<u32>);

#[test]
fn numbers_are_counted_from_each_sides_syn() {
    let near_wrap = u32::MAX - 1;
    let table: &[(&str, &[Row])] = &[
        (
            "a connection, past the end of 32 bits, and the same ports again",
            &[
                (CLIENT, "SYN", near_wrap, 0, 0, None),
                (SERVER, "SYN|ACK", 7000, u32::MAX, 0, Some(1)),
                (CLIENT, "ACK", u32::MAX, 7001, 1, Some(1)),
                (CLIENT, "PSH|ACK", 3, 7001, 5, Some(1)),
                (SERVER, "FIN|ACK", 7001, 8, 1, Some(10)),
                (CLIENT, "SYN", 500, 0, 0, None),
                (SERVER, "SYN|ACK", 90, 501, 0, Some(1)),
                (CLIENT, "RST|ACK", 501, 91, 1, Some(1)),
            ],
        ),
        (
            "a SYN sent again",
            &[
                (CLIENT, "SYN", 100, 0, 0, None),
                (SERVER, "SYN|ACK", 200, 101, 0, Some(1)),
                (CLIENT, "SYN", 100, 0, 0, None),
                (SERVER, "SYN|ACK", 200, 101, 0, Some(1)),
                (SERVER, "PSH|ACK", 205, 101, 5, Some(1)),
            ],
        ),
        (
            "a closed port, after a connection on the same ports",
            &[
                (CLIENT, "SYN", 100, 0, 0, None),
                (SERVER, "SYN|ACK", 200, 101, 0, Some(1)),
                (CLIENT, "SYN", 9000, 0, 0, None),
                (SERVER, "RST|ACK", 0, 9001, 1, Some(1)),
            ],
        ),
        (
            "a connection that was there before",
            &[
                (SERVER, "PSH|ACK", 5000, 6000, 1, Some(1)),
                (CLIENT, "ACK", 6000, 5010, 1, Some(11)),
            ],
        ),
        (
            "both open at once",
            &[
                (CLIENT, "SYN", 100, 0, 0, None),
                (SERVER, "SYN", 200, 0, 0, None),
                (CLIENT, "SYN|ACK", 100, 201, 0, Some(1)),
                (SERVER, "SYN|ACK", 200, 101, 0, Some(1)),
                (CLIENT, "ACK", 101, 201, 1, Some(1)),
            ],
        ),
    ];
    for (name, rows) in table {
        let mut conversations = Conversations::default();
        for &(from, flags, seq, ack, shown_seq, shown_ack) in *rows {
            let to = if from == CLIENT { SERVER } else { CLIENT };
            let packet = conversations.packet(&tcp(from, to, flags, seq, ack, b"")).unwrap();
            let Carried::Tcp(segment) = packet.carries else { panic!("{name}") };
            assert_eq!((segment.seq, segment.ack), (shown_seq, shown_ack), "{name}: {flags}");
            assert_eq!(segment.flags, flags, "{name}");
        }
    }
}

#[test]
fn a_socket_connected_to_itself_has_one_count() {
    let mut conversations = Conversations::default();
    let shown = [
        ("SYN", 100, 0, 0, None),
        ("SYN|ACK", 100, 101, 0, Some(1)),
        ("ACK", 101, 101, 1, Some(1)),
    ];
    for (flags, seq, ack, shown_seq, shown_ack) in shown {
        let packet = conversations.packet(&tcp(CLIENT, CLIENT, flags, seq, ack, b"")).unwrap();
        let Carried::Tcp(segment) = packet.carries else { panic!("{flags}") };
        assert_eq!((segment.seq, segment.ack), (shown_seq, shown_ack), "{flags}");
    }
}

#[test]
fn flags_stand_in_one_order() {
    for flags in ["", "URG", "SYN|FIN|RST|PSH|ACK|URG", "FIN|PSH|ACK", "RST"] {
        let Carried::Tcp(segment) = decode(&tcp(CLIENT, SERVER, flags, 1, 1, b"")).carries else {
            panic!("{flags}")
        };
        assert_eq!(segment.flags, flags);
        assert_eq!(segment.ack.is_some(), flags.contains("ACK"));
    }
}

#[test]
fn lengths_are_the_headers_and_data_is_cut() {
    let bytes = tcp(CLIENT, SERVER, "PSH|ACK", 1, 1, &[7; 1000]);
    for caught in [bytes.len(), 400, 60, 40] {
        let packet = Conversations::keeping(300).packet(&bytes[..caught]).unwrap();
        let Carried::Tcp(segment) = packet.carries else { panic!("{caught}") };
        assert_eq!((segment.length, segment.window), (1000, 512), "{caught}");
        assert_eq!(packet.data, vec![7; (caught - 40).min(300)], "{caught}");
    }
    for (bytes, header) in [(udp(&[7; 1000]), 28), (udp6(&[7; 1000]), 48)] {
        for caught in [bytes.len(), 400, header] {
            let packet = decode(&bytes[..caught]);
            assert_eq!(packet.carries, Carried::Udp { length: 1000 }, "{caught}");
            assert_eq!(packet.data.len(), (caught - header).min(256), "{caught}");
        }
    }
}

#[test]
fn addresses_stand_with_ports_where_there_are_ports() {
    let echo = Icmpv4Type::EchoRequest(etherparse::IcmpEchoHeader { id: 1, seq: 1 });
    let table = [
        (udp(b"x"), "127.0.0.1:40000", "127.0.0.1:12000"),
        (udp6(b"x"), "[::1]:40000", "[::1]:12000"),
        (tcp(CLIENT, SERVER, "SYN", 0, 0, b""), "127.0.0.1:40000", "127.0.0.1:9001"),
        (icmp(echo, b"x"), "127.0.0.1", "127.0.0.1"),
        (icmp6(Icmpv6Type::PacketTooBig { mtu: 1280 }, b"x"), "::1", "::1"),
    ];
    for (bytes, from, to) in table {
        let packet = decode(&bytes);
        assert_eq!((&*packet.from, &*packet.to), (from, to));
    }
}

#[test]
fn complaints_name_what_they_complain_of() {
    use icmpv4::{DestUnreachableHeader, TimeExceededCode};
    let unreachable = |why| Icmpv4Type::DestinationUnreachable(why);
    let port6 = Icmpv6Type::DestinationUnreachable(icmpv6::DestUnreachableCode::Port);
    let datagram = Some("UDP 127.0.0.1:40000 → 127.0.0.1:12000");
    let syn = tcp(CLIENT, SERVER, "SYN", 1, 0, b"");
    let mut sctp = syn.clone();
    sctp[9] = 132;
    let port = "destination unreachable, port unreachable";
    let table = [
        (icmp(unreachable(DestUnreachableHeader::Port), &udp(b"abc")), port, datagram),
        (icmp(unreachable(DestUnreachableHeader::Port), &udp(b"abc")[..28]), port, datagram),
        (icmp(unreachable(DestUnreachableHeader::Port), &udp(b"abc")[..19]), port, None),
        (
            icmp(unreachable(DestUnreachableHeader::Port), &udp(b"abc")[..22]),
            port,
            Some("UDP 127.0.0.1 → 127.0.0.1"),
        ),
        (
            icmp(unreachable(DestUnreachableHeader::Host), &syn[..28]),
            "destination unreachable, host unreachable",
            Some("TCP 127.0.0.1:40000 → 127.0.0.1:9001"),
        ),
        (
            icmp(unreachable(DestUnreachableHeader::Protocol), &sctp),
            "destination unreachable, protocol unreachable",
            Some("protocol 132 127.0.0.1 → 127.0.0.1"),
        ),
        (
            icmp(Icmpv4Type::TimeExceeded(TimeExceededCode::TtlExceededInTransit), &udp(b"")),
            "time exceeded, TTL used up",
            datagram,
        ),
        (icmp6(port6, &udp6(b"abc")), port, Some("UDP [::1]:40000 → [::1]:12000")),
        (
            icmp(Icmpv4Type::EchoReply(etherparse::IcmpEchoHeader { id: 1, seq: 1 }), &udp(b"abc")),
            "echo reply",
            None,
        ),
    ];
    for (bytes, meaning, about) in table {
        let (meaning, about) = (meaning.into(), about.map(String::from));
        assert_eq!(decode(&bytes).carries, Carried::Icmp { meaning, about });
    }
}

/// An IPv4 packet of this protocol, and this fragment of one.
fn raw(protocol: u8, more: bool, offset: u16, payload: &[u8]) -> Vec<u8> {
    let length = payload.len() as u16;
    let mut header = Ipv4Header::new(length, 64, IpNumber(protocol), CLIENT.0, SERVER.0).unwrap();
    header.more_fragments = more;
    header.fragment_offset = IpFragOffset::try_new(offset).unwrap();
    let mut bytes = header.to_bytes().to_vec();
    bytes.extend(payload);
    bytes
}

#[test]
fn what_is_not_understood_is_other() {
    let sound = udp(b"abc")[20..].to_vec();
    let table = [
        ("first fragment", raw(17, true, 0, &sound), 17, 11),
        ("last fragment", raw(17, false, 8, &sound), 17, 11),
        ("another protocol", raw(132, false, 0, b"abcd"), 132, 4),
        ("TCP's header cut short", raw(6, false, 0, &[0; 19]), 6, 19),
        ("TCP's header too small", raw(6, false, 0, &[0; 20]), 6, 20),
        ("UDP's header cut short", raw(17, false, 0, &[0; 7]), 17, 7),
        ("ICMP cut short", raw(1, false, 0, &[3, 3]), 1, 2),
        ("nothing inside", raw(6, false, 0, &[]), 6, 0),
    ];
    for (name, bytes, protocol, length) in table {
        let packet = decode(&bytes);
        assert_eq!(packet.carries, Carried::Other { protocol, length }, "{name}");
        assert_eq!((&*packet.from, &*packet.to), ("127.0.0.1", "127.0.0.1"), "{name}");
    }
    for bytes in [&[][..], &[0x45], &[0x45; 19], &[0x60; 39], &[0x44; 60], &[0x15; 60]] {
        assert_eq!(Conversations::default().packet(bytes), None, "{bytes:?}");
    }
}

/// Whether what is said of a packet can be true of a packet of that size on the wire.
fn sane(packet: &Packet, caught: usize, data: usize) -> bool {
    let length = match &packet.carries {
        Carried::Tcp(segment) => segment.length,
        Carried::Udp { length } | Carried::Other { length, .. } => *length,
        Carried::Icmp { .. } => u32::MAX,
    };
    let kept = packet.data.len();
    let bound = caught.max(40 + usize::from(u16::MAX)) as u32;
    kept <= data
        && kept <= caught
        && kept as u32 <= length
        && (length <= bound || length == u32::MAX)
}

fn a_packet() -> impl Strategy<Value = Vec<u8>> {
    let data = || proptest::collection::vec(any::<u8>(), 0..600);
    let port = || Icmpv4Type::DestinationUnreachable(icmpv4::DestUnreachableHeader::Port);
    let port6 = || Icmpv6Type::DestinationUnreachable(icmpv6::DestUnreachableCode::Port);
    prop_oneof![
        data().prop_map(|data| tcp(CLIENT, SERVER, "PSH|ACK", 1, 1, &data)),
        data().prop_map(|data| udp(&data)),
        data().prop_map(|data| udp6(&data)),
        data().prop_map(move |data| icmp(port(), &udp(&data))),
        data().prop_map(move |data| icmp6(port6(), &udp6(&data))),
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..700), v6: bool) {
        let mut conversations = Conversations::default();
        let mut ip = bytes.clone();
        if let Some(first) = ip.first_mut() {
            *first = if v6 { 0x60 } else { 0x45 };
        }
        for bytes in [&bytes, &ip] {
            if let Some(packet) = conversations.packet(bytes) {
                prop_assert!(sane(&packet, bytes.len(), 256), "{packet:?}");
            }
        }
    }

    #[test]
    fn damaged_packets_are_survived(
        mut bytes in a_packet(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut: prop::sample::Index,
    ) {
        let header = 80.min(bytes.len());
        for (place, value) in damage {
            bytes[place.index(header)] = value;
        }
        bytes.truncate(cut.index(bytes.len() + 1));
        let decoded = Conversations::default().packet(&bytes);
        prop_assert!(decoded.is_none_or(|packet| sane(&packet, bytes.len(), 256)));
    }

    #[test]
    fn whole_packets_are_understood(bytes in a_packet()) {
        let packet = decode(&bytes);
        prop_assert!(!matches!(packet.carries, Carried::Other { .. }), "{packet:?}");
        prop_assert!(sane(&packet, bytes.len(), 256));
    }
}
