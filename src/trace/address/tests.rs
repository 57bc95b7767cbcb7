use proptest::prelude::*;

use super::SocketAddress;

fn address(family: i32, rest: &[u8]) -> SocketAddress {
    let mut raw = (family as u16).to_ne_bytes().to_vec();
    raw.extend_from_slice(rest);
    SocketAddress::new(raw)
}

/// `name 2..4 meaning`, line by line.
fn lines(address: &SocketAddress) -> Vec<String> {
    let line = |f: &super::AddressField| format!("{} {:?} {}", f.name, f.bytes, f.means);
    address.fields().iter().map(line).collect()
}

#[test]
fn every_byte_of_an_internet_address_has_its_meaning() {
    let address = address(libc::AF_INET, &[0x23, 0x29, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(address.text, "127.0.0.1:9001");
    assert_eq!(
        lines(&address),
        [
            "sin_family 0..2 AF_INET",
            "sin_port 2..4 htons(9001)",
            "sin_addr 4..8 inet_addr(\"127.0.0.1\")",
            "sin_zero 8..16 {0}",
        ]
    );
}

#[test]
fn addresses_too_short_or_too_long_say_so() {
    let port = [0x23, 0x29, 127, 0];
    let short = address(libc::AF_INET, &port);
    assert_eq!(short.text, "AF_INET (6 bytes)");
    assert_eq!(lines(&short)[2..], ["sin_addr 4..6 2 of its 4 bytes"]);

    let long = address(libc::AF_INET, &[[0; 14].as_slice(), &[9, 9]].concat());
    assert_eq!(long.text, "0.0.0.0:0");
    assert_eq!(lines(&long)[2], "sin_addr 4..8 htonl(INADDR_ANY)");
    assert_eq!(lines(&long)[4], "… 16..18 2 bytes more than the structure has");

    assert_eq!(SocketAddress::new(vec![]).fields(), []);
    assert_eq!(lines(&SocketAddress::new(vec![2])), ["sa_family 0..1 1 of its 2 bytes"]);
}

#[test]
fn texts_are_what_people_write() {
    let v6 = |host: u8, scope: u32| {
        let mut rest = vec![0x23, 0x29, 0, 0, 0, 0];
        rest.extend([0; 15]);
        rest.push(host);
        rest.extend(scope.to_ne_bytes());
        rest
    };
    let netlink = |groups: u32| [[0; 6].as_slice(), &groups.to_ne_bytes()].concat();
    let packet =
        [&[0, 3][..], &1i32.to_ne_bytes(), &772u16.to_ne_bytes(), &[4, 6, 0, 0, 0, 0, 0, 1]];
    for (family, rest, text) in [
        (libc::AF_INET6, v6(1, 0), "[::1]:9001"),
        (libc::AF_INET6, v6(1, 1), "[::1%1]:9001"),
        (libc::AF_INET6, v6(1, 0)[..22].to_vec(), "[::1]:9001"),
        (libc::AF_UNIX, vec![], "(unnamed)"),
        (libc::AF_UNIX, b"/tmp/s\0garbage".to_vec(), "/tmp/s"),
        (libc::AF_UNIX, b"\0bus\0".to_vec(), "@bus\\x00"),
        (libc::AF_UNIX, b"\0bus\0\0\0\0\0\0\0\0\0".to_vec(), "@bus\\x00×9"),
        (libc::AF_UNIX, b"/\x1b[2J\xff\xc3\xa9".to_vec(), "/\\x1b[2J\\xffé"),
        (libc::AF_NETLINK, netlink(0), "AF_NETLINK pid 0"),
        (libc::AF_NETLINK, netlink(0x11), "AF_NETLINK pid 0 groups 0x11"),
        (libc::AF_PACKET, packet.concat(), "AF_PACKET ETH_P_ALL interface 1"),
        (libc::AF_UNSPEC, vec![0; 14], "AF_UNSPEC"),
        (libc::AF_BLUETOOTH, vec![0; 6], "AF_BLUETOOTH (8 bytes)"),
        (4711, vec![0; 6], "family 4711 (8 bytes)"),
    ] {
        assert_eq!(address(family, &rest).text, text);
    }
}

#[test]
fn fields_of_the_other_families_are_named() {
    let abstracted = address(libc::AF_UNIX, b"\0bus");
    assert_eq!(lines(&abstracted), ["sun_family 0..2 AF_UNIX", "sun_path 2..6 \"\\0bus\""]);

    let packet =
        [&[8, 0][..], &1i32.to_ne_bytes(), &772u16.to_ne_bytes(), &[4, 6, 0, 0, 0, 0, 0, 1]];
    let packet = address(libc::AF_PACKET, &packet.concat());
    assert_eq!(
        lines(&packet)[1..],
        [
            "sll_protocol 2..4 htons(ETH_P_IP)",
            "sll_ifindex 4..8 1",
            "sll_hatype 8..10 ARPHRD_LOOPBACK",
            "sll_pkttype 10..11 PACKET_OUTGOING",
            "sll_halen 11..12 6",
            "sll_addr 12..18 00:00:00:00:00:01",
        ]
    );

    let any = address(libc::AF_INET6, &[0; 26]);
    assert_eq!(lines(&any)[3..], ["sin6_addr 8..24 in6addr_any", "sin6_scope_id 24..28 0"]);

    let dissolve = address(libc::AF_UNSPEC, &[0; 14]);
    assert_eq!(lines(&dissolve), ["sa_family 0..2 AF_UNSPEC", "sa_data 2..16 {0}"]);
}

proptest! {
    /// Every byte belongs to just one field, in order, whatever the bytes are.
    #[test]
    fn fields_cover_any_bytes_without_overlap(
        family in prop_oneof![0u16..50, any::<u16>()],
        rest in prop::collection::vec(any::<u8>(), 0..200),
        cut in 0usize..202,
    ) {
        let mut raw = address(family.into(), &rest).raw;
        raw.truncate(cut);
        let length = raw.len();
        let address = SocketAddress::new(raw);
        prop_assert!(!address.text.is_empty());
        let mut at = 0;
        for field in address.fields() {
            prop_assert_eq!(field.bytes.start, at);
            prop_assert!(field.bytes.end > at);
            at = field.bytes.end;
        }
        prop_assert_eq!(at, length);
    }
}
