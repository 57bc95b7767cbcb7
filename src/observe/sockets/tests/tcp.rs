//! TCP through a descriptor, state by state.

use std::io::{Read, Write};
use std::net::Shutdown;

use super::*;
use crate::trace::AcceptQueue;

#[test]
fn from_fresh_to_listening() {
    for domain in [Domain::IPV4, Domain::IPV6] {
        let socket = Socket::new(domain, Type::STREAM, None).unwrap();
        let fresh = peek(&socket);
        assert_ne!(fresh.cookie, 0);
        assert_eq!(fresh.family, if domain == Domain::IPV4 { "AF_INET" } else { "AF_INET6" });
        assert_eq!((fresh.kind.as_ref(), fresh.protocol.as_ref()), ("SOCK_STREAM", "IPPROTO_TCP"));
        assert_eq!((state(&fresh), &fresh.local, &fresh.peer), ("CLOSE", &None, &None));
        assert_eq!((fresh.options.len(), fresh.error_pending), (0, false));

        socket.bind(&loopback(domain)).unwrap();
        let bound = peek(&socket);
        assert_eq!((bound.cookie, state(&bound)), (fresh.cookie, "CLOSE"));
        assert_eq!(bound.local, Some(text(&socket)));

        socket.listen(7).unwrap();
        let empty = peek(&socket);
        assert_eq!((empty.cookie, state(&empty)), (fresh.cookie, "LISTEN"));
        assert_eq!(empty.accept_queue, Some(AcceptQueue { length: 0, backlog: 7 }));

        let _clients = [client(&socket), client(&socket)];
        let two = |seen: &SocketState| seen.accept_queue.is_some_and(|queue| queue.length == 2);
        let waiting = peek_until(&socket, two);
        assert_eq!(waiting.accept_queue, Some(AcceptQueue { length: 2, backlog: 7 }));
        assert_eq!((waiting.receive_queue, waiting.send_queue), (0, 0));
    }
}

#[test]
fn the_wildcard_is_an_address_once_it_has_a_port() {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&"0.0.0.0:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    let local = peek(&socket).local.unwrap();
    assert!(local.starts_with("0.0.0.0:") && !local.ends_with(":0"), "{local}");
}

#[test]
fn the_two_ends_of_a_connection() {
    for domain in [Domain::IPV4, Domain::IPV6] {
        let (mut client, server) = connection(domain);
        let (one, other) = (peek(&client), peek(&server));
        assert_ne!(one.cookie, other.cookie);
        assert_eq!((state(&one), state(&other)), ("ESTABLISHED", "ESTABLISHED"));
        assert_eq!((one.local, one.peer), (Some(text(&client)), Some(text(&server))));
        assert_eq!((other.local, other.peer), (Some(text(&server)), Some(text(&client))));

        client.write_all(b"hello").unwrap();
        let unread = peek_until(&server, |seen| seen.receive_queue > 0);
        assert_eq!(unread.receive_queue, 5);
        peek_until(&client, |seen| seen.send_queue == 0);
    }
}

/// The receive buffer is small, so that much stays with the sender.
#[test]
fn what_the_peer_has_no_room_for_is_in_the_send_queue() {
    let listener = listener(Domain::IPV4, 5);
    listener.set_recv_buffer_size(2048).unwrap();
    let mut client = client(&listener);
    let server = listener.accept().unwrap().0;
    client.set_nonblocking(true).unwrap();
    let mut sent = 0;
    while let Ok(count) = client.write(&[0; 4096]) {
        sent += count;
    }
    let full = |seen: &SocketState| {
        seen.send_queue as usize + peek(&server).receive_queue as usize == sent
    };
    assert!(peek_until(&client, full).send_queue > 0);
}

/// Ten bytes and a FIN: the kernel counts eleven. Whoever reads the ten has read the FIN, too,
/// where it lies in one buffer with them.
#[test]
fn close_wait_counts_the_fin() {
    let (mut client, mut server) = connection(Domain::IPV4);
    client.write_all(b"ten bytes!").unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let seen = peek_until(&server, |seen| state(seen) == "CLOSE_WAIT");
    assert_eq!(seen.receive_queue, 11);
    assert_eq!(row(seen.cookie).unwrap().state.receive_queue, 11);
    peek_until(&client, |seen| state(seen) == "FIN_WAIT_2");

    let mut buffer = [0; 10];
    server.read_exact(&mut buffer[..4]).unwrap();
    assert_eq!(peek(&server).receive_queue, 7);
    server.read_exact(&mut buffer[4..]).unwrap();
    assert_eq!(server.read(&mut buffer).unwrap(), 0);
    assert_eq!(peek(&server).receive_queue, 0);
    assert_eq!(row(seen.cookie).unwrap().state.receive_queue, 0);
}

/// A FIN by itself: only sock_diag still sees it, until the program has read the end.
#[test]
fn a_fin_alone_is_one_byte_to_the_namespace() {
    let (client, mut server) = connection(Domain::IPV4);
    client.shutdown(Shutdown::Write).unwrap();
    let seen = peek_until(&server, |seen| state(seen) == "CLOSE_WAIT");
    assert_eq!(seen.receive_queue, 0);
    assert_eq!(row(seen.cookie).unwrap().state.receive_queue, 1);
    assert_eq!(server.read(&mut [0; 10]).unwrap(), 0);
    assert_eq!(row(seen.cookie).unwrap().state.receive_queue, 0);
}

/// With a backlog of 0 one connection may wait; the next SYN is dropped, and its sender keeps
/// trying.
#[test]
fn a_full_backlog_leaves_the_next_in_syn_sent() {
    for domain in [Domain::IPV4, Domain::IPV6] {
        let listener = listener(domain, 0);
        let _first = client(&listener);
        peek_until(&listener, |seen| seen.accept_queue.is_some_and(|queue| queue.length == 1));
        let second = Socket::new(domain, Type::STREAM, None).unwrap();
        second.set_nonblocking(true).unwrap();
        let answer = second.connect(&listener.local_addr().unwrap());
        assert_eq!(answer.unwrap_err().raw_os_error(), Some(libc::EINPROGRESS));
        let seen = peek(&second);
        assert_eq!((state(&seen), seen.send_queue), ("SYN_SENT", 1));
        assert_eq!((&seen.local, &seen.peer), (&Some(text(&second)), &Some(text(&listener))));
        assert_eq!(seen.options, [Arg::new("O_NONBLOCK", Value::Int(1))]);
        let diag = row(seen.cookie).unwrap().state;
        assert_eq!(
            SocketState { options: seen.options, holders: seen.holders, ..diag },
            peek(&second)
        );
    }
}

/// The error that waits is seen twice, and the program still gets it.
#[test]
fn a_look_leaves_the_error_where_it_is() {
    let (client, server) = connection(Domain::IPV4);
    assert!(!peek(&client).error_pending);
    reset(server);
    let seen = peek_until(&client, |seen| seen.error_pending);
    assert_eq!((state(&seen), &seen.peer), ("CLOSE", &None));
    assert!(peek(&client).error_pending);
    let error = client.take_error().unwrap().unwrap();
    assert_eq!(error.raw_os_error(), Some(libc::ECONNRESET));
    assert!(!peek(&client).error_pending);
}

#[test]
fn options_that_are_not_as_they_come() {
    let socket = Socket::new(Domain::IPV6, Type::STREAM, None).unwrap();
    let int = |name: &'static str, value| Arg::new(name, Value::Int(value));
    let fields =
        |name: &'static str, fields: [Arg; 2]| Arg::new(name, Value::Struct(fields.into()));
    set(&socket, libc::SOL_SOCKET, libc::SO_REUSEADDR, 1);
    set(&socket, libc::SOL_SOCKET, libc::SO_REUSEPORT, 1);
    set(&socket, libc::SOL_SOCKET, libc::SO_KEEPALIVE, 1);
    set(&socket, libc::SOL_SOCKET, libc::SO_BROADCAST, 1);
    set(&socket, libc::SOL_SOCKET, libc::SO_RCVBUF, 8192);
    set(&socket, libc::SOL_SOCKET, libc::SO_SNDBUF, 16384);
    set(&socket, libc::IPPROTO_TCP, libc::TCP_NODELAY, 1);
    set(&socket, libc::IPPROTO_TCP, libc::TCP_DEFER_ACCEPT, 3);
    set(&socket, libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, 1);
    socket.set_linger(Some(Duration::from_secs(9))).unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(2500))).unwrap();
    socket.set_write_timeout(Some(Duration::from_secs(4))).unwrap();
    socket.set_nonblocking(true).unwrap();

    let seen = peek(&socket);
    assert_eq!(
        seen.options,
        [
            int("SO_REUSEADDR", 1),
            int("SO_REUSEPORT", 1),
            int("SO_KEEPALIVE", 1),
            int("SO_BROADCAST", 1),
            fields("SO_LINGER", [int("l_onoff", 1), int("l_linger", 9)]),
            fields("SO_RCVTIMEO", [int("tv_sec", 2), int("tv_usec", 500_000)]),
            fields("SO_SNDTIMEO", [int("tv_sec", 4), int("tv_usec", 0)]),
            int("SO_RCVBUF", 16384),
            int("SO_SNDBUF", 32768),
            int("TCP_NODELAY", 1),
            int("TCP_DEFER_ACCEPT", 3),
            int("IPV6_V6ONLY", 1),
            int("O_NONBLOCK", 1),
        ]
    );

    // A second look takes the options over, but sees O_NONBLOCK for itself.
    socket.set_nonblocking(false).unwrap();
    let look = Peek::open(me()).unwrap();
    let again = look.again(descriptor(&socket), &seen).unwrap().unwrap();
    assert_eq!(again.options, seen.options[..12]);
    // What is known of another socket is not taken over.
    let other = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    assert_eq!(look.again(descriptor(&other), &seen).unwrap().unwrap(), peek(&other));
}

/// The kernel makes the buffers larger as data flows. That is nobody's option.
#[test]
fn buffers_that_grow_by_themselves_are_no_options() {
    let (mut client, mut server) = connection(Domain::IPV4);
    let before = server.recv_buffer_size().unwrap();
    let reader = std::thread::spawn(move || {
        let mut buffer = vec![0; 1 << 20];
        while server.read(&mut buffer).unwrap() > 0 {}
        server
    });
    let chunk = vec![0; 1 << 20];
    (0..64).for_each(|_| client.write_all(&chunk).unwrap());
    client.shutdown(Shutdown::Write).unwrap();
    let server = reader.join().unwrap();
    assert!(server.recv_buffer_size().unwrap() > before, "the buffer did not grow");
    assert_eq!((peek(&server).options, peek(&client).options), (vec![], vec![]));
}
