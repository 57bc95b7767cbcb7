//! Real packets on the `lo` of a network of their own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};

use super::*;
use crate::observe::sandbox::tests::{in_a_process, sandbox};
use crate::trace::{Carried, Segment};

fn wire() -> Option<Wire> {
    sandbox()?;
    Some(open(None).unwrap())
}

fn segment(packet: &Packet) -> &Segment {
    match &packet.carries {
        Carried::Tcp(segment) => segment,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_connection_from_syn_to_last_ack() {
    in_a_process(|| {
        let Some(mut wire) = wire() else { return };
        let base = Realtime::now();
        let now = || Realtime::now().since(base);
        let mut causes = Causes::default();
        let listener = TcpListener::bind(("127.0.0.1", 9001)).unwrap();
        causes.entered(1, now());
        causes.entered(2, now());
        let mut client = TcpStream::connect(("127.0.0.1", 9001)).unwrap();
        causes.left(2, now());
        let (mut server, address) = listener.accept().unwrap();
        causes.left(1, now());
        causes.entered(3, now());
        client.write_all(b"hello").unwrap();
        causes.left(3, now());
        server.read_exact(&mut [0; 5]).unwrap();
        drop(client);
        drop(server);
        let packets = wire.drain(base);
        assert_eq!(wire.lost(), 0);

        let (c, s) = (address.to_string(), "127.0.0.1:9001".to_string());
        let expected = [
            (&c, "SYN", 0, None, 0, 2),
            (&s, "SYN|ACK", 0, Some(1), 0, 2),
            (&c, "ACK", 1, Some(1), 0, 2),
            (&c, "PSH|ACK", 1, Some(1), 5, 3),
            (&s, "ACK", 1, Some(6), 0, 3),
        ];
        for (i, row) in expected.iter().enumerate() {
            let (at, packet) = &packets[i];
            let tcp = segment(packet);
            // The server's answer comes a little later where the kernel has much else to do.
            let cause = causes.cause(*at).or((i == 4).then_some(3)).unwrap_or(0);
            let seen = (&packet.from, &*tcp.flags, tcp.seq, tcp.ack, tcp.length, cause);
            assert_eq!(seen, *row, "packet {i}");
        }
        assert_eq!(packets[3].1.data, b"hello");
        let ends = |who: &str| {
            let fin = |p: &&(u64, Packet)| p.1.from == who && &*segment(&p.1).flags == "FIN|ACK";
            packets.iter().find(fin).map(|(_, p)| segment(p).seq)
        };
        assert_eq!((ends(&c), ends(&s)), (Some(6), Some(1)));
        let last = segment(&packets.last().unwrap().1);
        assert_eq!((&*last.flags, last.seq, last.ack), ("ACK", 7, Some(2)));
        assert!(packets.is_sorted_by_key(|(at, _)| *at));
        assert_eq!(wire.drain(base), []);
    });
}

#[test]
fn a_datagram_to_a_closed_port_is_complained_of() {
    in_a_process(|| {
        let Some(mut wire) = wire() else { return };
        for host in ["127.0.0.1", "::1"] {
            let socket = UdpSocket::bind((host, 0)).unwrap();
            socket.send_to(b"abc", (host, 12000)).unwrap();
            let from = socket.local_addr().unwrap().to_string();
            let to = std::net::SocketAddr::new(host.parse().unwrap(), 12000).to_string();
            let packets: Vec<_> = wire.drain(Realtime::now()).into_iter().map(|(_, p)| p).collect();
            let [datagram, complaint] = &packets[..] else { panic!("{packets:?}") };
            assert_eq!((&datagram.from, &datagram.to), (&from, &to));
            assert_eq!(datagram.carries, Carried::Udp { length: 3 });
            assert_eq!(datagram.data, b"abc");
            assert_eq!((&*complaint.from, &*complaint.to), (host, host));
            let about = Some(format!("UDP {from} → {to}"));
            let meaning = "destination unreachable, port unreachable".into();
            assert_eq!(complaint.carries, Carried::Icmp { meaning, about });
        }
    });
}

#[test]
fn a_connection_to_a_closed_port_is_reset() {
    in_a_process(|| {
        let Some(mut wire) = wire() else { return };
        TcpStream::connect(("127.0.0.1", 9001)).unwrap_err();
        let packets = wire.drain(Realtime::now());
        let seen: Vec<_> = packets.iter().map(|(_, p)| segment(p)).collect();
        let [syn, reset] = &seen[..] else { panic!("{seen:?}") };
        assert_eq!((&*syn.flags, syn.seq, syn.ack), ("SYN", 0, None));
        assert_eq!((&*reset.flags, reset.seq, reset.ack), ("RST|ACK", 1, Some(1)));
    });
}

/// A single `write` makes more segments than an ordinary user's socket buffer has room for.
#[test]
fn large_segments_are_not_lost() {
    in_a_process(|| {
        let Some(mut wire) = wire() else { return };
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        let reader = std::thread::spawn(move || std::io::copy(&mut server, &mut std::io::sink()));
        client.write_all(&vec![7; 4 << 20]).unwrap();
        drop(client);
        assert_eq!(reader.join().unwrap().unwrap(), 4 << 20);
        let packets = wire.drain(Realtime::now());
        // Every byte passed at least once: a segment may be sent again where the receiver is slow.
        let sent = packets.iter().map(|(_, p)| segment(p)).filter(|tcp| tcp.length > 0);
        let mut sent: Vec<_> = sent.map(|tcp| (tcp.seq, tcp.length)).collect();
        sent.sort();
        let reach = |end: u32, &(seq, length): &(u32, u32)| {
            assert!(seq <= end, "from {end} to {seq} nothing was seen");
            end.max(seq + length)
        };
        assert_eq!(sent.iter().fold(1, reach), (4 << 20) + 1);
        assert!(sent.iter().any(|&(_, length)| length > 1500));
        assert_eq!(wire.lost(), 0);
    });
}

#[test]
fn what_does_not_fit_is_counted() {
    in_a_process(|| {
        let Some(mut wire) = wire() else { return };
        let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        let to = socket.local_addr().unwrap();
        for n in 0..ring::FRAMES as u32 + 7 {
            socket.send_to(&n.to_ne_bytes(), to).unwrap();
        }
        let packets = wire.drain(Realtime::now());
        assert_eq!((packets.len(), wire.lost(), wire.lost()), (ring::FRAMES, 7, 0));
        let number = |packet: &Packet| u32::from_ne_bytes(packet.data[..].try_into().unwrap());
        assert!(packets.iter().enumerate().all(|(n, (_, p))| number(p) == n as u32));
        socket.send_to(b"again", to).unwrap();
        assert_eq!(wire.drain(Realtime::now()).len(), 1);
    });
}
