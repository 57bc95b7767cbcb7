//! Runs cut into moments.

use proptest::prelude::*;

use super::super::made_up;
use super::super::welcome::{CLIENT, SERVER, Script, events, fd, header, int};
use super::*;
use crate::trace::{Answer, Carried, Exit, Packet, Returned};

fn trace(events: Vec<Event>) -> Trace {
    Trace { header: header(), events }
}

/// The kinds of moments, a word each: `accept:waits`, `packet`.
fn kinds(story: &Story) -> Vec<String> {
    let word = |moment: usize| match story.moments[moment].kind {
        Kind::Made(_) => "made",
        Kind::Waits(_) => "waits",
        Kind::Done(_) => "done",
        Kind::Blocks(_) => "blocks",
        Kind::Returns(_) => "returns",
        Kind::Packet => "packet",
        Kind::Printed => "printed",
        _ => "other",
    };
    let call = |moment| story.call_of(moment).map(|view| format!("{}:", view.entered.name));
    (0..story.moments.len())
        .map(|moment| format!("{}{}", call(moment).unwrap_or_default(), word(moment)))
        .collect()
}

#[test]
fn the_welcome_run_has_these_moments() {
    let trace = trace(events());
    let story = Story::new(&trace);
    let expected = "other socket:done setsockopt:done bind:done listen:done accept:waits other socket:done \
                    connect:made packet packet packet connect:returns recv:waits accept:returns printed \
                    send:made packet packet send:returns recv:waits recv:returns printed \
                    send:made packet packet send:returns close:made packet packet close:returns other \
                    recv:returns printed close:made packet packet close:returns accept:waits other";
    assert_eq!(kinds(&story).join(" "), expected.split_whitespace().collect::<Vec<_>>().join(" "));
}

#[test]
fn what_comes_in_between_parts_a_call() {
    let call = || {
        let mut script = Script::default();
        script.start(0, "server", &["./server"]);
        let call = script.enter(0, "recv", vec![fd(3), int("len", 8)]);
        (script, call)
    };
    type Rest = fn(&mut Script, u64);
    let give = |script: &mut Script, call| script.give(call, 8, vec![]);
    let cases: [(&str, Rest); 6] = [
        ("recv:done", |script, call| script.give(call, 8, vec![])),
        ("recv:waits", |script, call| script.add(What::Blocked { call })),
        ("recv:made", |_, _| ()),
        ("recv:done", |script, call| {
            script.state(1, SERVER, "CLOSE_WAIT", Some(3));
            script.give(call, 8, vec![]);
        }),
        ("recv:made packet recv:blocks packet recv:returns", |script, call| {
            script.segment(SERVER, CLIENT, "ACK", 0);
            script.add(What::Blocked { call });
            script.segment(CLIENT, SERVER, "PSH|ACK", 8);
            script.give(call, 8, vec![]);
        }),
        ("recv:waits other recv:returns", |script, call| {
            script.add(What::Blocked { call });
            script.start(1, "client", &["./client"]);
            script.give(call, 8, vec![]);
        }),
    ];
    for (expected, rest) in cases {
        let (mut script, call) = call();
        rest(&mut script, call);
        let trace = trace(script.events);
        assert_eq!(kinds(&Story::new(&trace))[1..].join(" "), expected);
    }
    let (mut script, call) = call();
    give(&mut script, call + 1);
    let trace = trace(script.events);
    let story = Story::new(&trace);
    assert_eq!(story.told(2), Told::default(), "the return of a call that nobody made");
}

#[test]
fn sleepers_are_known_from_their_falling_asleep_to_their_return() {
    let trace = trace(events());
    let story = Story::new(&trace);
    let names = |moment| {
        let name = |(view, _): &(&CallView, usize)| view.entered.name.to_string();
        story.asleep(moment).iter().map(name).collect::<Vec<_>>().join(" ")
    };
    let kinds = kinds(&story);
    let at = |kind: &str| kinds.iter().position(|other| other == kind).unwrap();
    let cases = [
        (0, ""),
        (at("accept:waits") - 1, ""),
        (at("accept:waits"), "accept"),
        (at("recv:waits"), "accept recv"),
        (at("accept:returns"), "recv"),
        (kinds.len() - 1, "accept"),
        (usize::MAX, "accept"),
    ];
    for (moment, expected) in cases {
        assert_eq!(names(moment), expected, "{moment}");
    }
    let (accept, began) = story.asleep(at("recv:waits"))[0];
    assert_eq!(began, at("accept:waits"));
    assert_eq!(story.began(accept.entered.call), Some(began));
}

#[test]
fn the_sockets_are_those_of_the_moment() {
    let trace = trace(events());
    let story = Story::new(&trace);
    let states = |sockets: &Sockets| {
        let state = |socket: &SocketState| socket.state.clone().unwrap_or_default();
        sockets.iter().map(state).collect::<Vec<_>>().join(" ")
    };
    let kinds = kinds(&story);
    let listen = kinds.iter().position(|kind| kind == "listen:done").unwrap();
    assert_eq!(states(&story.before(listen)), "CLOSE");
    assert_eq!(states(&story.after(listen)), "LISTEN");
    assert_eq!(story.touched(listen), [1]);
    let told = story.told(listen);
    assert_eq!(told.changed.len(), 1);
    assert!(told.text.starts_with("listen(3"), "{told:?}");
    let third_packet = kinds.iter().position(|kind| kind == "connect:returns").unwrap() - 1;
    assert_eq!(states(&story.before(third_packet)), "LISTEN");
    assert_eq!(states(&story.after(third_packet)), "LISTEN ESTABLISHED ESTABLISHED");
    let last = kinds.len() - 1;
    assert_eq!(states(&story.after(last)), "LISTEN TIME_WAIT");
    assert_eq!(states(&story.before(usize::MAX)), "LISTEN TIME_WAIT");
}

#[test]
fn a_call_that_wakes_tells_what_came_meanwhile() {
    let trace = trace(events());
    let story = Story::new(&trace);
    let at = kinds(&story).iter().position(|kind| kind == "accept:returns").unwrap();
    let told = story.told(at);
    assert_eq!(told.title, "server's accept returns");
    let all = told.explained.join("\n");
    assert!(all.contains("SYN seq=0") && all.contains("it has waited since step 6"), "{all}");
    let wait = story.told(5);
    assert_eq!(wait.title, "server sleeps in accept");
    assert_eq!(wait.meaning.as_deref(), Some("it waits for a client on 127.0.0.1:9001"));
}

#[test]
fn a_call_without_an_end_is_told_as_far_as_it_goes() {
    let mut script = Script::default();
    script.start(0, "server", &["./server"]);
    let call = script.enter(0, "accept", vec![fd(3)]);
    let answer = Answer::Unfinished("the recording ended".into());
    script.add(What::Returned(Returned { call, answer, out: vec![], made: None }));
    script.end(0, Exit::Serving);
    let trace = trace(script.events);
    assert_eq!(Story::new(&trace).told(1).text, "accept(3) = ? (the recording ended)");
}

#[test]
fn a_call_that_wakes_no_more_does_not_return() {
    let mut script = Script::default();
    script.start(0, "server", &["./server"]);
    let call = script.enter(0, "recv", vec![fd(3)]);
    script.add(What::Blocked { call });
    let answer = Answer::Unfinished("the program ended: died of SIGALRM".into());
    script.add(What::Returned(Returned { call, answer, out: vec![], made: None }));
    let trace = trace(script.events);
    assert_eq!(Story::new(&trace).told(2).title, "server's recv does not return");
}

#[test]
fn an_accept_is_told_of_handshakes_alone() {
    let mut events = events();
    let is = |flags: &'static str| {
        move |event: &Event| match &event.what {
            What::Packet(Packet { carries: Carried::Tcp(segment), .. }) => segment.flags == flags,
            _ => false,
        }
    };
    let mut data = events.iter().find(|event| is("PSH|ACK")(event)).unwrap().clone();
    let place = events.iter().position(is("SYN")).unwrap();
    if let What::Packet(packet) = &mut data.what {
        packet.to = "127.0.0.1:9001".into();
        packet.from = "127.0.0.1:50000".into();
    }
    events.insert(place, data);
    let trace = trace(events);
    let story = Story::new(&trace);
    let at = kinds(&story).iter().position(|kind| kind == "accept:returns").unwrap();
    let all = story.told(at).explained.join("\n");
    assert!(
        all.contains("came for it: SYN seq=0; ACK seq=1 ack=1") && !all.contains("PSH"),
        "{all}"
    );
}

proptest! {
    #[test]
    fn every_event_is_in_one_moment_and_told_once(trace in made_up::trace()) {
        let story = Story::new(&trace);
        let mut next = 0;
        for moment in &story.moments {
            prop_assert_eq!(moment.events.start, next);
            prop_assert!(moment.events.contains(&moment.head));
            next = moment.events.end;
        }
        prop_assert!(story.moments.is_empty() || next == trace.events.len());
        let told: Vec<Told> = story.tell().collect();
        prop_assert_eq!(told.len(), story.moments.len());
        for (at, told) in told.iter().enumerate() {
            prop_assert_eq!(told, &story.told(at));
            prop_assert_eq!(story.after(at), trace.sockets_at(story.moments[at].events.end - 1));
        }
        prop_assert_eq!(story.told(told.len()), Told::default());
    }

    #[test]
    fn nobody_sleeps_twice_or_after_the_return(trace in made_up::trace()) {
        let story = Story::new(&trace);
        for at in 0..story.moments.len() {
            let asleep: Vec<u64> = story.asleep(at).iter().map(|(view, _)| view.entered.call).collect();
            let mut once = asleep.clone();
            once.sort_unstable();
            once.dedup();
            prop_assert_eq!(once.len(), asleep.len());
            if let Kind::Returns(call) | Kind::Done(call) = story.moments[at].kind {
                prop_assert!(!asleep.contains(&call));
            }
        }
    }
}
