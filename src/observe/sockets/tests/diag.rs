//! What the namespace says, and that a cookie is the same from all sides and for life.

use std::io::Write;
use std::net::Shutdown;

use super::*;

/// The end of the connection that has this address.
fn end_at(known: &SocketState, local: &str) -> Option<SocketState> {
    let rows = Diag::open().unwrap().ends([known]).unwrap();
    rows.into_iter().map(|row| row.state).find(|state| state.local.as_deref() == Some(local))
}

#[test]
fn the_row_and_the_look_agree() {
    for domain in [Domain::IPV4, Domain::IPV6] {
        let listener = listener(domain, 7);
        let client = client(&listener);
        let bound = Socket::new(domain, Type::DGRAM, None).unwrap();
        bound.bind(&loopback(domain)).unwrap();
        for socket in [&listener, &client, &bound] {
            let mut seen = peek(socket);
            seen.holders.clear();
            seen.options.clear();
            let row = row(seen.cookie).unwrap();
            assert_eq!(row.state, seen);
            assert_eq!(kind(me(), socket.as_raw_fd()), Fd::Socket(row.inode.into()));
        }
    }
}

#[test]
fn bound_and_nothing_more() {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let cookie = peek(&socket).cookie;
    assert_eq!(row(cookie), None, "it has no port");
    socket.bind(&loopback(Domain::IPV4)).unwrap();
    let seen = row(cookie).expect("needs Linux 6.8").state;
    assert_eq!((state(&seen), &seen.local), ("CLOSE", &Some(text(&socket))));
}

/// The end that waits for `accept` has no descriptor and no inode; its cookie is that of the socket
/// that `accept` then gives.
#[test]
fn not_yet_accepted() {
    for domain in [Domain::IPV4, Domain::IPV6] {
        let listener = listener(domain, 5);
        let client = client(&listener);
        let known = peek(&client);
        let waiting = until(|| end_at(&known, &text(&listener))).unwrap();
        assert_eq!((state(&waiting), &waiting.peer), ("ESTABLISHED", &known.local));
        assert_eq!(row(waiting.cookie).unwrap().inode, 0);
        let accepted = listener.accept().unwrap().0;
        assert_eq!(peek(&accepted).cookie, waiting.cookie);
    }
}

/// With TCP_DEFER_ACCEPT the handshake's last ACK is not enough: the entry stays SYN_RECEIVED until
/// data comes. Its cookie is the one of the socket that comes of it.
#[test]
fn a_handshake_under_way() {
    let listener = listener(Domain::IPV4, 5);
    set(&listener, libc::IPPROTO_TCP, libc::TCP_DEFER_ACCEPT, 30);
    let mut client = client(&listener);
    let known = peek(&client);
    assert_eq!(state(&known), "ESTABLISHED");
    let handshake = until(|| end_at(&known, &text(&listener))).unwrap();
    assert_eq!(state(&handshake), "SYN_RECEIVED");
    assert_eq!(row(handshake.cookie).unwrap().state, handshake, "the dump has it, too");
    client.write_all(b"x").unwrap();
    let accepted = listener.accept().unwrap().0;
    assert_eq!(peek(&accepted).cookie, handshake.cookie);
}

/// One cookie from `socket` to TIME_WAIT, whether the descriptor is still there or not.
#[test]
fn a_cookie_is_for_life() {
    for domain in [Domain::IPV4, Domain::IPV6] {
        let (client, server) = connection(domain);
        let known = peek(&client);
        let end = || end_at(&known, known.local.as_deref().unwrap());
        assert_eq!(end().unwrap().cookie, known.cookie);

        client.shutdown(Shutdown::Write).unwrap();
        peek_until(&client, |seen| state(seen) == "FIN_WAIT_2");
        server.shutdown(Shutdown::Write).unwrap();
        // The descriptor is open; what it leads to says CLOSE, while the connection is in
        // TIME_WAIT.
        let seen = peek_until(&client, |seen| state(seen) == "CLOSE");
        assert_eq!(seen.cookie, known.cookie);
        let waits = end().unwrap();
        assert_eq!((waits.cookie, state(&waits)), (known.cookie, "TIME_WAIT"));
        assert_eq!((&waits.local, &waits.peer), (&known.local, &known.peer));
        drop(client);
        let row = row(known.cookie).unwrap();
        assert_eq!((row.state, row.inode), (waits, 0));
    }
}

/// A program is gone, its connection is not: an orphan in FIN_WAIT_2, then LAST_ACK's other side.
#[test]
fn an_orphan() {
    let (client, server) = connection(Domain::IPV4);
    let known = peek(&client);
    drop(client);
    peek_until(&server, |seen| state(seen) == "CLOSE_WAIT");
    let orphan = until(|| {
        let row = row(known.cookie)?;
        (state(&row.state) == "FIN_WAIT_2").then_some(row)
    });
    assert_eq!(orphan.unwrap().inode, 0);
    drop(server);
    let waits = until(|| row(known.cookie).filter(|row| state(&row.state) == "TIME_WAIT"));
    assert!(waits.is_some());
}

/// A server of both kinds of addresses: its end is of AF_INET6, the client's of AF_INET.
#[test]
fn ipv4_on_an_ipv6_socket() {
    let listener = Socket::new(Domain::IPV6, Type::STREAM, None).unwrap();
    listener.bind(&"[::]:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    listener.listen(5).unwrap();
    let port = listener.local_addr().unwrap().as_socket().unwrap().port();
    let client = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    let known = peek(&client);
    let waiting = until(|| end_at(&known, &format!("[::ffff:127.0.0.1]:{port}"))).unwrap();
    assert_eq!(waiting.family, "AF_INET6");
    let accepted = listener.accept().unwrap().0;
    let mut seen = peek(&accepted);
    seen.holders.clear();
    assert_eq!(seen, waiting);
    assert_eq!(row(waiting.cookie).unwrap().state, waiting);
    // From the other end both are found, too, and once each.
    let rows = Diag::open().unwrap().ends([&seen, &known]).unwrap();
    assert_eq!(rows.len(), 2, "{rows:?}");
}

#[test]
fn no_connection_no_row() {
    let listener = listener(Domain::IPV4, 5);
    let known = peek(&client(&listener));
    let nobody = SocketState { peer: Some("127.0.0.1:1".into()), ..known.clone() };
    assert_eq!(Diag::open().unwrap().ends([&nobody]).unwrap(), []);
    let listens =
        SocketState { peer: Some(text(&listener)), local: Some("127.0.0.1:1".into()), ..known };
    assert_eq!(Diag::open().unwrap().ends([&listens]).unwrap(), [], "the listening one is no end");
    assert_eq!(Diag::open().unwrap().ends([&peek(&listener)]).unwrap(), []);
}

/// More sockets than one message from the kernel holds.
#[test]
fn many_sockets() {
    let all: Vec<_> = (0..600).map(|_| std::net::UdpSocket::bind("127.0.0.1:0").unwrap()).collect();
    let rows = Diag::open().unwrap().sockets(Want { tcp: false, ..Want::ALL }).unwrap();
    let cookies: std::collections::BTreeSet<_> = rows.iter().map(|row| row.state.cookie).collect();
    assert!(all.iter().all(|socket| cookies.contains(&peek(socket).cookie)));
}
