//! Runs laid out.

use proptest::prelude::*;

use super::super::made_up;
use super::super::welcome::{
    CLIENT, SERVER, Script, address, buffer, entered, events, fd, header, int, named, socket, who,
};
use super::*;
use crate::trace::{
    Answer, Carried, Descriptor, Entered, Event, Exit, Returned, SocketState, Trace,
};

fn of(events: Vec<Event>) -> Picture {
    let trace = Trace { header: header(), events };
    picture(&Story::new(&trace))
}

/// A bar in a line: `left 0 5-12 sleeps 5: accept(3, …, [16]) → = 4`.
fn bar(bar: &Bar) -> String {
    let side = if bar.side == Side::Left { "left" } else { "right" };
    let mut line = format!("{side} {} {}-{}", bar.column, bar.from, bar.to);
    if let (Some(row), Some(waits)) = (bar.sleeps, &bar.waits) {
        line.push_str(&format!(" sleeps {row} ({waits})"));
    }
    line.push_str(&format!(": {}", bar.text));
    if let Some(answer) = &bar.answer {
        line.push_str(&format!(" → {answer}"));
    }
    if !bar.returns {
        line.push_str(" …");
    }
    line
}

fn bars(picture: &Picture) -> Vec<String> {
    picture.bars.iter().map(bar).collect()
}

fn bands(picture: &Picture, side: Side) -> Vec<String> {
    let band = |band: &Band| {
        format!("{} {}-{} {} {}", band.column, band.from, band.to, band.state, band.name)
    };
    picture.bands.iter().filter(|band| band.side == side).map(band).collect()
}

fn arrows(picture: &Picture) -> Vec<String> {
    let arrow = |arrow: &Arrow| format!("{:?} {:?} {}", arrow.from, arrow.to, arrow.labels[0]);
    picture.arrows.iter().map(arrow).collect()
}

#[test]
fn the_welcome_run_looks_so() {
    let picture = of(events());
    assert_eq!(picture.heads, ["server", "client"]);
    assert_eq!(picture.rows, 40);
    assert!(picture.pauses.is_empty(), "{:?}", picture.pauses);
    let all = bars(&picture);
    let expected = [
        "left 0 4-4: listen(3, 5) = 0",
        "left 0 5-14 sleeps 5 (a client on 127.0.0.1:9001): accept(3, …, [16]) → = 4 {127.0.0.1:40000}",
        "right 0 7-7: socket(AF_INET, SOCK_STREAM, 0) = 3",
        "right 0 8-12: connect(3, {127.0.0.1:9001}, 16) → = 0",
        "right 0 13-21 sleeps 13 (bytes or a FIN from the peer): recv(3, …, 256, 0) → = 28 \"Welcome to Network Server!!\\0\"",
        "left 0 38-39 sleeps 38 (a client on 127.0.0.1:9001): accept(3, …, [16]) …",
    ];
    for line in expected {
        assert!(all.iter().any(|other| other == line), "{line}\n{all:#?}");
    }
    assert_eq!(
        bands(&picture, Side::Left),
        [
            "0 1-3 CLOSE fd 3",
            "0 4-39 LISTEN fd 3",
            "1 11-28 ESTABLISHED ",
            "1 29-35 CLOSE_WAIT fd 4",
        ]
    );
    assert_eq!(
        arrows(&picture)[..3],
        ["Right Left SYN seq=0", "Left Right SYN|ACK seq=0 ack=1", "Right Left ACK seq=1 ack=1",]
    );
    let notes: Vec<(usize, &str)> =
        picture.notes.iter().map(|note| (note.row, note.text.as_str())).collect();
    assert_eq!(notes[0], (0, "server starts"));
    assert!(notes.contains(&(15, "» *** Send a Message to Client(127.0.0.1)")), "{notes:?}");
    assert_eq!(notes.last(), Some(&(39, "■ serves on")));
}

/// A script that has begun, with as many programs.
fn begun(programs: u8) -> Script {
    let mut script = Script::default();
    for program in 0..programs {
        script.start(program, ["server", "client", "third"][usize::from(program)], &["./it"]);
    }
    script
}

/// A call of a thread that is not its program's first.
fn thread_enters(script: &mut Script, call: u64, tid: i32) {
    let who = Who { tid, ..who(0) };
    script.add(What::Entered(Entered { who, ..entered(call, 0, "recv", vec![fd(7)]) }));
    script.add(What::Blocked { call });
}

#[test]
fn threads_stand_beside_each_other_and_one_that_ends_makes_room() {
    let mut script = begun(1);
    let call = script.enter(0, "accept", vec![fd(3)]);
    script.add(What::Blocked { call });
    thread_enters(&mut script, 50, 777);
    script.give(50, 0, vec![]);
    script.add(What::Ended { who: Who { tid: 777, ..who(0) }, exit: Exit::Status(0) });
    thread_enters(&mut script, 51, 778);
    assert_eq!(
        bars(&of(script.events)),
        [
            "left 0 1-5 sleeps 1 (a client): accept(3) …",
            "left 1 2-3 sleeps 2 (data or the end of the connection): [777] recv(7) → = 0",
            "left 1 5-5 sleeps 5 (data or the end of the connection): [778] recv(7) …",
        ]
    );
}

#[test]
fn a_call_may_fall_asleep_late_or_never_return() {
    let answer = || Answer::Unfinished("the program ended".into());
    let mut late = begun(2);
    let call = late.enter(1, "connect", vec![fd(3), address(SERVER)]);
    late.segment(CLIENT, SERVER, "SYN", 0);
    late.add(What::Blocked { call });
    late.segment(SERVER, CLIENT, "SYN|ACK", 0);
    late.give(call, 0, vec![]);
    let mut never = begun(1);
    let call = never.enter(0, "accept", vec![fd(3)]);
    never.add(What::Returned(Returned { call, answer: answer(), out: vec![], made: None }));
    let mut open = begun(1);
    open.enter(0, "accept", vec![fd(3)]);
    open.print(0, "hi\n");
    let mut failed = begun(1);
    let call = failed.enter(0, "bind", vec![fd(3)]);
    let (answer, out) = (Answer::Errno(libc::EADDRINUSE), vec![]);
    failed.add(What::Returned(Returned { call, answer, out, made: None }));
    let cases = [
        (late, "right 0 2-6 sleeps 4 (the server's SYN|ACK): connect(3, {127.0.0.1:9001}) → = 0"),
        (never, "left 0 1-1: accept(3) = ? (the program ended) …"),
        (open, "left 0 1-2: accept(3) …"),
        (failed, "left 0 1-1: bind(3) = -1 EADDRINUSE (98) Address already in use"),
    ];
    for (script, line) in cases {
        let picture = of(script.events);
        assert_eq!(bars(&picture), [line]);
        assert_eq!(picture.bars[0].tone == Tone::Error, line.contains("= -1"));
    }
}

fn datagram(script: &mut Script, from: &str, to: &str, carries: Carried) {
    let (from, to) = (from.to_owned(), to.to_owned());
    script.add(What::Packet(Packet { caused_by: None, from, to, carries, data: vec![] }));
}

/// A socket of a program at an address.
fn holds(script: &mut Script, cookie: u64, program: u8, local: &str) {
    let holders = vec![Descriptor { program, pid: who(program).pid, fd: 3 }];
    script.add(What::Socket(SocketState {
        kind: "SOCK_DGRAM".into(),
        holders,
        ..socket(cookie, local)
    }));
}

#[test]
fn a_packet_goes_from_its_senders_side_to_its_receivers() {
    let about = Some("UDP 127.0.0.1:40000 → 127.0.0.1:9001".to_owned());
    let icmp = |about| Carried::Icmp { meaning: "x, port unreachable".into(), about };
    let udp = || Carried::Udp { length: 5 };
    let cases = [
        (CLIENT, SERVER, udp(), Place::Right, Place::Left),
        (SERVER, CLIENT, udp(), Place::Left, Place::Right),
        (SERVER, SERVER, udp(), Place::Left, Place::Left),
        // Nobody has this address: on loopback the other side would have it, elsewhere it is somebody else's.
        (CLIENT, "127.0.0.1:7", udp(), Place::Right, Place::Left),
        ("127.0.0.1:7", SERVER, udp(), Place::Right, Place::Left),
        (CLIENT, "10.0.0.7:7", udp(), Place::Right, Place::Middle),
        ("10.0.0.7:7", SERVER, udp(), Place::Middle, Place::Left),
        ("127.0.0.1", "127.0.0.1", icmp(about), Place::Left, Place::Right),
    ];
    for (from, to, carries, start, end) in cases {
        let mut script = begun(2);
        holds(&mut script, 1, 0, SERVER);
        holds(&mut script, 3, 1, CLIENT);
        let failed = matches!(carries, Carried::Icmp { .. });
        datagram(&mut script, from, to, carries);
        let picture = of(script.events);
        let arrow = &picture.arrows[0];
        assert_eq!((arrow.from, arrow.to), (start, end), "{from} {to}");
        assert_eq!(arrow.tone == Tone::Error, failed);
        assert_eq!(bands(&picture, Side::Right), ["0 1-2 UDP fd 3"]);
    }
}

#[test]
fn a_reset_is_marked() {
    let mut script = begun(2);
    script.segment(CLIENT, SERVER, "RST|ACK", 0);
    let picture = of(script.events);
    assert_eq!(picture.arrows[0].tone, Tone::Error);
    assert!(picture.arrows[0].labels.iter().all(|label| label.starts_with("✖ RST")));
}

#[test]
fn one_program_that_is_both_stands_on_both_sides() {
    let mut script = begun(1);
    let mut call = |name: &'static str, socket, args: Vec<crate::trace::Arg>| {
        let number = script.enter(0, name, args);
        if let Some(What::Entered(entered)) = script.events.last_mut().map(|event| &mut event.what)
        {
            entered.socket = socket;
        }
        script.give(number, 0, vec![]);
        number
    };
    call("bind", Some(1), vec![fd(3), address(SERVER)]);
    call("connect", Some(3), vec![fd(4), address(SERVER)]);
    call("sendto", Some(3), vec![fd(4), buffer("hi")]);
    call("poll", None, vec![int("timeout", 0)]);
    holds(&mut script, 1, 0, SERVER);
    holds(&mut script, 3, 0, CLIENT);
    let picture = of(script.events);
    assert_eq!(picture.heads, ["server: server", "server: client"]);
    let sides: Vec<Side> = picture.bars.iter().map(|bar| bar.side).collect();
    assert_eq!(sides, [Side::Left, Side::Right, Side::Right, Side::Left]);
    assert_eq!((bands(&picture, Side::Left).len(), bands(&picture, Side::Right).len()), (1, 1));
}

#[test]
fn a_program_alone_has_nobody_on_the_other_side() {
    let mut script = begun(1);
    script.call(0, "socket", vec![named("domain", "AF_INET")], 3);
    script.state(1, "0.0.0.0:0", "CLOSE", Some(3));
    assert_eq!(of(script.events).heads, ["server"]);
}

#[test]
fn a_client_alone_is_no_server() {
    let mut script = begun(1);
    let call = script.enter(0, "connect", vec![fd(3), address(SERVER)]);
    if let Some(What::Entered(entered)) = script.events.last_mut().map(|event| &mut event.what) {
        entered.socket = Some(1);
    }
    script.give(call, 0, vec![]);
    holds(&mut script, 1, 0, CLIENT);
    assert_eq!(of(script.events).heads, ["server"]);
}

#[test]
fn a_third_program_is_named() {
    let mut script = begun(3);
    script.call(2, "socket", vec![], 3);
    script.print(2, "hi\n");
    let picture = of(script.events);
    assert_eq!(picture.heads, ["server", "client, third"]);
    assert_eq!(bars(&picture), ["right 0 3-3: third: socket() = 3"]);
    assert_eq!(picture.notes[3].text, "third: » hi");
}

#[test]
fn a_socket_that_is_gone_makes_room() {
    let mut script = begun(1);
    for (fd, cookie) in [(3, 1), (4, 2), (5, 4)] {
        script.call(0, "socket", vec![], i64::from(fd));
        script.state(cookie, SERVER, "CLOSE", Some(fd));
    }
    let call = script.enter(0, "close", vec![fd(3)]);
    script.state(1, SERVER, "CLOSE", None);
    script.add(What::SocketGone { cookie: 1 });
    script.give(call, 0, vec![]);
    script.call(0, "socket", vec![], 3);
    script.state(6, SERVER, "CLOSE", Some(3));
    assert_eq!(
        bands(&of(script.events), Side::Left),
        ["0 1-3 CLOSE fd 3", "1 2-5 CLOSE fd 4", "2 3-5 CLOSE fd 5", "0 5-5 CLOSE fd 3"]
    );
}

#[test]
fn only_what_happens_after_the_first_call_pauses() {
    let mut script = begun(2);
    script.call(0, "socket", vec![], 3);
    script.print(1, "hello\n");
    script.call(1, "socket", vec![], 3);
    script.call(0, "listen", vec![fd(3)], 0);
    let mut events = script.events;
    for (at, event) in events.iter_mut().enumerate() {
        event.at = at as u64 * 300_000_000;
    }
    assert_eq!(of(events).pauses, [(5, 600_000_000)]);
}

proptest! {
    /// In each row there stand the sockets that the kernel holds after it, each in one place.
    #[test]
    fn the_bands_of_a_row_are_the_sockets_of_its_moment(trace in made_up::trace()) {
        let story = Story::new(&trace);
        let picture = picture(&story);
        for row in 0..picture.rows {
            let here = picture.bands.iter().filter(|band| (band.from..=band.to).contains(&row));
            let here: Vec<&Band> = here.collect();
            let after = story.after(row);
            prop_assert_eq!(here.len(), after.len());
            for band in &here {
                let socket = after.get(band.cookie);
                let state = socket.and_then(|socket| socket.state.as_deref());
                prop_assert!(socket.is_some() && state.is_none_or(|state| state == band.state));
            }
            let mut places: Vec<_> = here.iter().map(|band| (band.side, band.column)).collect();
            places.sort_unstable();
            places.dedup();
            prop_assert_eq!(places.len(), here.len());
        }
    }

    /// Everything lies within the picture, and each row of it holds one thing.
    #[test]
    fn nothing_stands_outside_or_twice(trace in made_up::trace()) {
        let story = Story::new(&trace);
        let picture = picture(&story);
        prop_assert_eq!(picture.rows, story.moments.len());
        let mut begins = vec![0; picture.rows];
        for bar in &picture.bars {
            prop_assert!(bar.from <= bar.to && bar.to < picture.rows);
            prop_assert!(bar.sleeps.is_none_or(|row| (bar.from..=bar.to).contains(&row)));
            begins[bar.from] += 1;
        }
        picture.arrows.iter().for_each(|arrow| begins[arrow.row] += 1);
        picture.notes.iter().for_each(|note| begins[note.row] += 1);
        prop_assert!(begins.iter().all(|count| *count <= 1), "{:?}", begins);
        prop_assert!(picture.pauses.iter().all(|(row, _)| *row < picture.rows));
    }
}
