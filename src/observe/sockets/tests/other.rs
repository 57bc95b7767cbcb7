//! UDP and AF_UNIX through a descriptor.

use std::io::Write;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr as Unix, UnixDatagram, UnixListener, UnixStream};

use super::*;

#[test]
fn udp_bound_connected_and_with_datagrams() {
    for domain in [Domain::IPV4, Domain::IPV6] {
        let socket = Socket::new(domain, Type::DGRAM, None).unwrap();
        let fresh = peek(&socket);
        assert_eq!((fresh.kind.as_ref(), fresh.protocol.as_ref()), ("SOCK_DGRAM", "IPPROTO_UDP"));
        assert_eq!((&fresh.local, &fresh.peer, &fresh.state), (&None, &None, &None));
        socket.bind(&loopback(domain)).unwrap();
        assert_eq!(peek(&socket).local, Some(text(&socket)));

        let sender = Socket::new(domain, Type::DGRAM, None).unwrap();
        sender.connect(&socket.local_addr().unwrap()).unwrap();
        let seen = peek(&sender);
        assert_eq!((seen.local, seen.peer), (Some(text(&sender)), Some(text(&socket))));
        assert_eq!(seen.state, None);

        // An empty datagram takes memory, too; a second one takes more.
        let mut before = 0;
        for payload in [&b""[..], b"eleven byte"] {
            sender.send(payload).unwrap();
            let seen = peek_until(&socket, |seen| seen.receive_queue > before);
            let row = row(seen.cookie).unwrap();
            assert_eq!(row.state.receive_queue, seen.receive_queue);
            before = seen.receive_queue;
        }
        for _ in 0..2 {
            socket.recv(&mut [std::mem::MaybeUninit::uninit(); 16]).unwrap();
        }
        assert_eq!(peek(&socket).receive_queue, 0);
    }
}

/// Nobody is at the port: ICMP says so, and the error waits in the connected sender.
#[test]
fn udp_learns_that_nobody_is_there() {
    let gone = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let sender = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    sender.connect(gone.local_addr().unwrap()).unwrap();
    drop(gone);
    sender.send(b"hello?").unwrap();
    peek_until(&sender, |seen| seen.error_pending);
    assert!(peek(&sender).error_pending);
    let error = sender.recv(&mut [0; 8]).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::ECONNREFUSED));
}

#[test]
fn a_unix_pair_and_its_queues() {
    let (mut one, other) = UnixStream::pair().unwrap();
    let seen = peek(&one);
    assert_eq!((seen.family.as_ref(), seen.kind.as_ref()), ("AF_UNIX", "SOCK_STREAM"));
    assert_eq!((seen.protocol.as_ref(), &seen.state), ("", &None));
    assert_eq!((&seen.local, &seen.peer), (&None, &None));
    one.write_all(b"hello").unwrap();
    assert_eq!(peek(&other).receive_queue, 5);
    assert!(peek(&one).send_queue >= 5);

    let (one, other) = UnixDatagram::pair().unwrap();
    one.send(b"first").unwrap();
    one.send(b"the second").unwrap();
    assert_eq!((peek(&other).kind.as_ref(), peek(&other).receive_queue), ("SOCK_DGRAM", 5));
}

#[test]
fn unix_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("name");
    let listener = UnixListener::bind(&path).unwrap();
    let seen = peek(&listener);
    assert_eq!((seen.local.as_deref(), state(&seen)), (path.to_str(), "LISTEN"));
    let client = UnixStream::connect(&path).unwrap();
    let seen = peek(&client);
    assert_eq!((seen.local, seen.peer.as_deref()), (None, path.to_str()));

    let name = format!("sockstep-{}-\0", me());
    let address = Unix::from_abstract_name(&name).unwrap();
    let listener = UnixListener::bind_addr(&address).unwrap();
    assert_eq!(peek(&listener).local, Some(format!("@sockstep-{}-@", me())));
}
