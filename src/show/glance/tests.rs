use super::super::picture::picture;
use super::super::welcome::{self, CLIENT, SERVER, Script, address, buffer, fd, header, int, who};
use super::*;
use crate::trace::{Descriptor, Event, Returned, SocketState, Trace};

fn seen(events: Vec<Event>) -> Vec<(String, String)> {
    let trace = Trace { header: header(), events };
    let story = Story::new(&trace);
    glance(&story, &picture(&story))
}

fn lines(texts: &[(&str, &str)]) -> Vec<(String, String)> {
    texts.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

fn script() -> Script {
    let mut s = Script::default();
    s.start(0, "server", &["./server"]);
    s.start(1, "client", &["./client"]);
    held(&mut s, 0, SERVER);
    s
}

/// A program has a socket at this address.
fn held(s: &mut Script, program: u8, local: &str) {
    let holders = vec![Descriptor { program, pid: who(program).pid, fd: 3 }];
    let cookie = 100 + s.events.len() as u64;
    s.add(What::Socket(SocketState { holders, ..welcome::socket(cookie, local) }));
}

/// A connection that begins and ends so.
fn connection(s: &mut Script, client: &str, ends: &[(bool, &'static str)]) {
    held(s, 1, client);
    s.segment(client, SERVER, "SYN", 0);
    s.segment(SERVER, client, "SYN|ACK", 0);
    s.segment(client, SERVER, "ACK", 0);
    for (from_server, flags) in ends {
        let (from, to) = if *from_server { (SERVER, client) } else { (client, SERVER) };
        s.segment(from, to, flags, 0);
    }
}

#[test]
fn the_welcome_pair_sends_so_much_and_ends_well() {
    let expected = [
        ("server sent", "28 bytes"),
        ("client sent", "23 bytes"),
        ("connections ended with", "FIN from client, FIN from server"),
    ];
    assert_eq!(seen(welcome::events()), lines(&expected));
}

#[test]
fn many_ends_are_counted() {
    let mut s = script();
    for (number, last) in ["FIN|ACK", "FIN|ACK", "RST|ACK"].into_iter().enumerate() {
        let client = format!("127.0.0.1:{}", 40000 + number);
        connection(&mut s, &client, &[(false, "FIN|ACK"), (true, last)]);
    }
    let text = "FIN from client ×3, FIN from server ×2, RST from server";
    assert_eq!(seen(s.events), lines(&[("connections ended with", text)]));
}

#[test]
fn an_rst_that_answers_a_syn_refuses() {
    let mut s = script();
    held(&mut s, 1, CLIENT);
    s.segment(CLIENT, SERVER, "SYN", 0);
    s.segment(SERVER, CLIENT, "RST|ACK", 0);
    connection(&mut s, CLIENT, &[(true, "RST|ACK")]);
    let refused = ("connections refused with", "RST from server");
    let ended = ("connections ended with", "RST from server");
    assert_eq!(seen(s.events), lines(&[ended, refused]));
}

#[test]
fn a_fin_that_is_sent_again_is_one() {
    let mut s = script();
    connection(&mut s, CLIENT, &[(false, "FIN|ACK")]);
    let Some(fin) = s.events.last().cloned() else { unreachable!() };
    s.events.push(fin);
    let once = [("connections ended with", "FIN from client")];
    assert_eq!(seen(s.events), lines(&once));
}

/// A connected socket of the server's with unread bytes, and so many descriptors, is closed.
fn closed(state: &'static str, receive_queue: u32, descriptors: i32) -> Vec<(String, String)> {
    let mut s = script();
    let holder = |fd| Descriptor { program: 0, pid: who(0).pid, fd };
    s.add(What::Socket(SocketState {
        state: Some(state.into()),
        receive_queue,
        holders: (0..descriptors).map(|number| holder(4 + number)).collect(),
        ..welcome::socket(2, SERVER)
    }));
    s.call(0, "close", vec![fd(4)], 0);
    seen(s.events)
}

#[test]
fn what_is_unread_counts_at_the_last_close() {
    let one = || lines(&[("unread when server closed", "1 byte")]);
    assert_eq!(closed("ESTABLISHED", 1, 1), one());
    // Linux counts the FIN.
    assert_eq!(closed("CLOSE_WAIT", 2, 1), one());
    assert_eq!(closed("CLOSE_WAIT", 1, 1), []);
    assert_eq!(closed("ESTABLISHED", 1, 2), [], "another process still has it");
    assert_eq!(closed("LISTEN", 1, 1), []);
}

#[test]
fn failures_are_named_and_counted() {
    let mut s = script();
    for errno in [111, 111, 110, 9999] {
        let call = s.enter(1, "connect", vec![fd(3), address(SERVER), int("addrlen", 16)]);
        let (answer, out) = (Answer::Errno(errno), Vec::new());
        s.add(What::Returned(Returned { call, answer, out, made: None }));
    }
    s.end(1, Exit::Signal(13));
    let expected = [
        ("calls that failed", "connect ECONNREFUSED ×2, connect ETIMEDOUT, connect 9999"),
        ("client ended", "died of SIGPIPE"),
    ];
    assert_eq!(seen(s.events), lines(&expected));
}

#[test]
fn a_single_program_has_two_sides() {
    let mut s = Script::default();
    s.start(0, "lab", &["./lab"]);
    let socket = |cookie, local| What::Socket(welcome::socket(cookie, local));
    s.add(socket(1, SERVER));
    s.add(socket(2, CLIENT));
    let send = |text: &'static str| vec![fd(4), buffer(text)];
    for (cookie, name, args, answer) in [
        (2, "connect", vec![fd(4), address(SERVER), int("addrlen", 16)], 0),
        (2, "send", send("hello"), 5),
        (1, "send", send("hi"), 2),
        (1, "send", send("you"), 3),
    ] {
        s.call(0, name, args, answer);
        let made = s.events.iter_mut().rev().nth(1);
        if let Some(What::Entered(entered)) = made.map(|event| &mut event.what) {
            entered.socket = Some(cookie);
        }
    }
    let expected = [("server sent", "5 bytes"), ("client sent", "5 bytes")];
    assert_eq!(seen(s.events), lines(&expected));
}

#[test]
fn words_are_counted_in_their_order() {
    let text = |words: &str| counted(words.split_whitespace().map(str::to_owned));
    assert_eq!(text(""), None);
    assert_eq!(text("b a b").as_deref(), Some("b ×2, a"));
    assert_eq!(text("1 2 3 4 5 6").as_deref(), Some("1, 2, 3, 4, 5, 6"));
    assert_eq!(text("1 2 3 4 5 6 7 8").as_deref(), Some("1, 2, 3, 4, 5, 6, and 2 others"));
}
