//! The welcome pair's ladder, wide and narrow, and what else a run may hold.

use super::super::welcome::{self, CLIENT, SERVER, Script, buffer, fd, fits, int, who};
use super::*;
use crate::trace::{Arg, Carried, Exit, Fact, Value};

/// Where the life lines stand in each row of the ladder's body.
fn life_lines(text: &str) -> Vec<Vec<usize>> {
    let body = text.lines().skip_while(|line| !line.contains('┬')).skip(1);
    let columns = |line: &str| {
        let bars = line.match_indices('│');
        bars.map(|(at, _)| textwrap::core::display_width(&line[..at])).collect()
    };
    body.map(columns).collect()
}

fn has(text: &str, part: &str) {
    assert!(text.contains(part), "{part} is not in\n{text}");
}

/// Two programs that have started, and nothing else.
fn pair() -> Script {
    let mut script = Script::default();
    script.start(0, "server", &["./srv"]);
    script.start(1, "client", &["./cli"]);
    script
}

fn draw(script: &Script, width: usize) -> String {
    ladder(&welcome::header(), &script.events, width)
}

#[test]
fn the_welcome_pair_fits_every_width() {
    let events = welcome::events();
    for width in [60, 61, 72, 80, 100, 120, 200] {
        let text = ladder(&welcome::header(), &events, width);
        assert!(fits(&text, width), "{width}:\n{text}");
        let lines = life_lines(&text);
        assert!(lines.iter().all(|columns| columns == &lines[0] && columns.len() == 2), "{text}");
    }
}

#[test]
fn the_welcome_pair_has_its_key_rows_in_order() {
    let text = ladder(&welcome::header(), &welcome::events(), 100);
    let rows = [
        "in a sandbox with a network of its own",
        "client: ./welcome_client",
        "socket(AF_INET, SOCK_STREAM, 0) = 3 │",
        "bind(3, {127.0.0.1:9001}, 16) = 0 │",
        "fd 3 LISTEN",
        "listen(3, 5) = 0 │",
        "accept(3, ",
        "… waits for a client",
        "│ connect(3, {127.0.0.1:9001}, 16) = 0\n",
        "│◀────── SYN seq=0 ──────│\n",
        "│─ SYN|ACK seq=0 ack=1 ─▶│\n",
        "ESTABLISHED                          │◀─── ACK seq=1 ack=1 ───│",
        "fd 3 ESTABLISHED\n",
        "… accept = 4 {127.0.0.1:40000} │",
        "» *** Send a Message to",
        "PSH|ACK 28 bytes ──▶│\n",
        "│ … recv = 28 \"Welcome",
        "│◀── PSH|ACK 23 bytes",
        "│ close(3) = 0\n",
        "FIN|ACK",
        "fd 4 CLOSE_WAIT",
        "FIN_WAIT_2\n",
        "│ ■ exit 0\n",
        "close(4) = 0 │",
        "(closed)",
        "TIME_WAIT\n",
        "■ serves on │",
    ];
    let mut rest = text.as_str();
    for row in rows {
        let at = rest.find(row).unwrap_or_else(|| panic!("{row} does not follow in\n{text}"));
        rest = &rest[at + row.len()..];
    }
}

#[test]
fn a_narrow_page_becomes_a_list() {
    let text = ladder(&welcome::header(), &welcome::events(), 50);
    assert!(fits(&text, 50) && !text.contains('│'), "{text}");
    has(&text, "\nserver: bind(3, {127.0.0.1:9001}, 16) = 0\n");
    has(&text, "\nwire: 127.0.0.1:40000 → 127.0.0.1:9001  SYN seq=0\n");
    has(&text, "\nserver: fd 3 LISTEN\n");
    for width in 0..60 {
        ladder(&welcome::header(), &welcome::events(), width);
    }
}

#[test]
fn wide_letters_keep_the_columns_straight() {
    let mut script = pair();
    let text = "안녕하세요, 네트워크 서버에 오신 것을 환영합니다";
    let args = || vec![fd(4), buffer(text), int("len", 69), int("flags", 0)];
    for program in [0, 1] {
        script.call(program, "send", args(), 69);
        script.print(program, &format!("{text}\n이것은 두 번째 줄입니다 日本語も\n"));
    }
    for width in [60, 80, 81, 100] {
        let text = draw(&script, width);
        assert!(fits(&text, width), "{text}");
        let lines = life_lines(&text);
        assert!(lines.iter().all(|columns| columns == &lines[0]), "{text}");
        has(&text, ") = 69");
    }
}

#[test]
fn a_call_too_long_for_its_column_keeps_its_answer() {
    let mut script = pair();
    let items = (0..40).map(Value::Int).collect();
    let list = || Arg::new("fds", Value::List { items, length: 40 });
    script.call(0, "poll", vec![list(), int("nfds", 40), int("timeout", -1)], 7);
    let text = draw(&script, 80);
    has(&text, "…) = 7");
    assert_eq!(life_lines(&text).len(), 3, "{text}");
}

#[test]
fn a_refused_connection_ends_with_a_cross() {
    let mut script = pair();
    let args = vec![fd(3), welcome::address(SERVER), int("addrlen", 16)];
    let call = script.enter(1, "connect", args);
    script.segment(CLIENT, SERVER, "SYN", 0);
    script.segment(SERVER, CLIENT, "RST|ACK", 0);
    let answer = Answer::Errno(nix::libc::ECONNREFUSED);
    script.add(What::Returned(Returned { call, answer, out: vec![], made: None }));
    let text = draw(&script, 100);
    has(&text, "│◀────── SYN seq=0 ──────│");
    has(&text, "✖ RST|ACK");
    has(&text, "ECONNREFUSED (111)");
    let reset = text.lines().find(|line| line.contains('✖')).unwrap();
    assert!(reset.contains("▶│"), "it goes to the client: {reset}");
}

/// Why a call has failed stands below the packets that it has caused, across all columns.
#[test]
fn a_failure_is_explained_below_its_call() {
    let mut script = pair();
    let call = script.enter(1, "connect", vec![fd(3), welcome::address(SERVER)]);
    script.segment(SERVER, CLIENT, "RST|ACK", 0);
    let answer = Answer::Errno(nix::libc::ECONNREFUSED);
    script.add(What::Returned(Returned { call, answer, out: vec![], made: None }));
    let nobody = Fact::NobodyListens { address: SERVER.into() };
    let addresses = ["127.0.0.1:9002".into(), "[::1]:9003".into()].into();
    let facts = vec![nobody, Fact::Listening { addresses }];
    script.add(What::Why(Why { call, facts }));
    script.call(1, "close", vec![fd(3)], 0);
    for width in [30, 60, 100, 200] {
        let text = draw(&script, width);
        assert!(fits(&text, width), "{width}:\n{text}");
        let why = text.find("\nwhy: client's connect: nobody").expect(&text);
        assert!(text.find("RST|ACK") < Some(why) && Some(why) < text.find("close(3)"), "{text}");
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        has(
            &words,
            "listened on is 127.0.0.1:9002, [::1]:9003 sockstep explain ECONNREFUSED tells",
        );
    }
    let other = What::Why(Why { call: call + 7, facts: vec![] });
    script.add(other);
    assert_eq!(draw(&script, 100).matches("why:").count(), 1);
}

/// A UDP datagram, and the complaint about it, between two programs of whose sockets nothing is known.
#[test]
fn datagrams_and_complaints_go_the_right_way() {
    let mut script = pair();
    let call = script.enter(1, "sendto", vec![fd(3), buffer("hi")]);
    let packet = |from: &str, to: &str, carries| {
        let (from, to) = (from.into(), to.into());
        What::Packet(Packet { caused_by: Some(call), from, to, carries, data: vec![] })
    };
    script.add(packet(CLIENT, "127.0.0.1:12000", Carried::Udp { length: 2 }));
    let meaning = "destination unreachable, port unreachable".into();
    let about = Some(format!("UDP {CLIENT} → 127.0.0.1:12000"));
    script.add(packet("127.0.0.1", "127.0.0.1", Carried::Icmp { meaning, about }));
    script.give(call, 2, vec![]);
    let text = draw(&script, 100);
    let udp = text.lines().find(|line| line.contains("UDP 2 bytes")).unwrap();
    let icmp = text.lines().find(|line| line.contains("port unreachable")).unwrap();
    assert!(udp.contains('◀') && icmp.contains('▶'), "{text}");
    has(&text, "about UDP");
    assert!(text.find("sendto(") < text.find("UDP 2 bytes"), "the cause comes first:\n{text}");
}

#[test]
fn one_program_has_its_column_and_the_wire() {
    let mut script = Script::default();
    script.start(0, "curl", &["curl", "example.org"]);
    let call = script.enter(0, "connect", vec![fd(3), welcome::address("127.0.0.1:80")]);
    script.segment("10.0.0.2:40000", "10.0.0.1:80", "SYN", 0);
    script.segment("10.0.0.1:80", "10.0.0.2:40000", "SYN|ACK", 0);
    script.give(call, 0, vec![]);
    let text = draw(&script, 80);
    assert!(fits(&text, 80), "{text}");
    has(&text, " SYN seq=0 ────▶│");
    has(&text, "│◀── SYN|ACK");
}

#[test]
fn further_programs_and_threads_are_named() {
    let mut script = pair();
    script.start(2, "client2", &["./cli"]);
    script.call(2, "close", vec![fd(3)], 0);
    let child = Who { pid: 777, tid: 777, ..who(0) };
    script.add(What::Forked { who: who(0), child });
    script.add(What::Printed { who: child, bytes: b"hello\n".into() });
    script.add(What::Signalled { who: who(1), signal: "SIGPIPE".into() });
    script.end(1, Exit::Signal(13));
    script.add(What::Noted { who: None, text: "All programs wait.".into() });
    let text = draw(&script, 100);
    for part in [
        "│ client2: close(3) = 0\n",
        "+ process 777 │",
        "[777] » hello │",
        "│ ! SIGPIPE\n",
        "│ ■ died of SIGPIPE\n",
        "\n! All programs wait.\n",
    ] {
        has(&text, part);
    }
}

#[test]
fn a_pause_has_a_row() {
    let mut script = pair();
    script.segment(CLIENT, SERVER, "SYN", 0);
    script.segment(CLIENT, SERVER, "SYN", 0);
    script.events.last_mut().unwrap().at += 1_030_000_000;
    has(&draw(&script, 80), "1.03 s later");
}

#[test]
fn what_is_missing_is_said_first() {
    let missing = vec!["packets: user namespaces are forbidden here".into()];
    let header = Header { sandbox: false, missing, ..welcome::header() };
    let text = ladder(&header, &pair().events, 100);
    has(&text, "on the machine's own network\n");
    has(&text, "! not watched: packets: user namespaces are forbidden here\n");
}

#[test]
fn colours_change_nothing_but_colours() {
    let events = welcome::events();
    let names = program_names(&events);
    let mut out = Vec::new();
    let mut coloured = Ladder::new(&mut out, &welcome::header(), &names, 100, true).unwrap();
    events.iter().try_for_each(|event| coloured.event(event)).unwrap();
    coloured.finish().unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("\x1b[36m"));
    let mut plain = text;
    for number in [0, 2, 31, 32, 33, 36] {
        plain = plain.replace(&format!("\x1b[{number}m"), "");
    }
    let lines = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(lines(&plain), lines(&ladder(&welcome::header(), &events, 100)));
}

/// Nothing is lost where a call never ends, and nothing is held back for ever.
#[test]
fn what_comes_during_an_endless_call_is_shown() {
    let mut script = pair();
    script.enter(0, "accept", vec![fd(3)]);
    for _ in 0..1000 {
        script.print(1, "tick\n");
    }
    let text = draw(&script, 80);
    has(&text, "accept(3) … │");
    assert_eq!(text.matches("» tick").count(), 1000);
}

/// What ends within a call leaves its row before its end.
#[test]
fn a_program_that_dies_in_a_call_ends_below_it() {
    let mut script = pair();
    script.enter(1, "send", vec![fd(3), buffer("hi")]);
    script.end(1, Exit::Signal(9));
    script.call(0, "close", vec![fd(3)], 0);
    let text = draw(&script, 100);
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} is not in\n{text}"));
    assert!(at("send(3, \"hi\") …") < at("■ died of SIGKILL"), "{text}");
    assert!(at("■ died of SIGKILL") < at("close(3) = 0"), "{text}");
}

/// (100,000 calls with a packet each take about a second with optimisation.)
#[test]
fn a_long_run_leaves_nothing_in_memory() {
    let mut script = pair();
    for _ in 0..5_000 {
        for (program, from, to) in [(0, SERVER, CLIENT), (1, CLIENT, SERVER)] {
            let args = vec![fd(3), buffer("hello there"), int("len", 11), int("flags", 0)];
            let call = script.enter(program, "send", args);
            script.segment(from, to, "PSH|ACK", 11);
            script.give(call, 11, vec![]);
        }
    }
    let names = program_names(&script.events);
    let mut ladder = Ladder::new(io::sink(), &welcome::header(), &names, 100, false).unwrap();
    script.events.iter().try_for_each(|event| ladder.event(event)).unwrap();
    assert!(ladder.open.is_none() && ladder.waiting.is_empty());
    assert_eq!(ladder.owners.remembered(), 64, "the recent calls and nothing else");
}
