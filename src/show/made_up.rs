//! Runs that nobody has seen: events in any order, for tests of what must hold of all.

use proptest::collection::vec;
use proptest::prelude::*;

use super::welcome::{buffer, entered, fd, header, socket, who};
use crate::trace::{
    Answer, Carried, Descriptor, Entered, Event, Exit, Packet, Returned, Segment, SocketState,
    Started, Trace, What, Who,
};

const ADDRESSES: [&str; 5] =
    ["127.0.0.1:9001", "127.0.0.1:40000", "10.0.0.7:5", "0.0.0.0:9001", "[::1]:9001"];
const NAMES: [&str; 6] = ["accept", "connect", "recv", "bind", "sendto", "close"];
const STATES: [Option<&str>; 5] =
    [None, Some("LISTEN"), Some("ESTABLISHED"), Some("TIME_WAIT"), Some("NO_SUCH_STATE")];
const TEXTS: [&str; 4] = ["", "<script>\n", "안녕하세요 여러분\u{1b}[2J", "a\u{202e}b & so on\n\n"];

/// A run of made-up events.
pub(super) fn trace() -> impl Strategy<Value = Trace> {
    vec((0u64..400_000_000, what()), 0..60).prop_map(|whats| {
        let mut now = 0;
        let mut event = |(since, what)| {
            now += since;
            Event { at: now, what }
        };
        Trace { header: header(), events: whats.into_iter().map(&mut event).collect() }
    })
}

fn somebody() -> impl Strategy<Value = Who> {
    (0u8..3, 0i32..3).prop_map(|(program, more)| {
        let first = who(program);
        Who { tid: first.pid + 10 * more, ..first }
    })
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        6 => calls(),
        2 => sockets(),
        2 => packets(),
        1 => (somebody(), 0..TEXTS.len())
            .prop_map(|(who, text)| What::Printed { who, bytes: TEXTS[text].into() }),
        1 => lives(),
    ]
}

fn calls() -> impl Strategy<Value = What> {
    let made = (1u64..6, somebody(), 0..NAMES.len(), proptest::option::of(1u64..5));
    let answer = prop_oneof![
        (-1i64..5).prop_map(Answer::Value),
        Just(Answer::Errno(111)),
        Just(Answer::Unfinished("the recording ended".into())),
    ];
    prop_oneof![
        made.prop_map(|(call, who, name, socket)| {
            let args = vec![fd(3), buffer("I want a HTTP Service.\0")];
            What::Entered(Entered { who, socket, ..entered(call, 0, NAMES[name], args) })
        }),
        (1u64..6).prop_map(|call| What::Blocked { call }),
        (1u64..7, answer, proptest::option::of(1u64..5)).prop_map(|(call, answer, made)| {
            What::Returned(Returned { call, answer, out: vec![buffer("hi")], made })
        }),
    ]
}

fn sockets() -> impl Strategy<Value = What> {
    let state =
        (1u64..5, 0..ADDRESSES.len(), 0..STATES.len(), proptest::option::of((0u8..3, 3..5)));
    prop_oneof![
        4 => state.prop_map(|(cookie, local, state, holder)| {
            let of = |(program, fd)| Descriptor { program, pid: who(program).pid, fd };
            What::Socket(SocketState {
                state: STATES[state].map(Into::into),
                holders: holder.map(of).into_iter().collect(),
                ..socket(cookie, ADDRESSES[local])
            })
        }),
        1 => (1u64..6).prop_map(|cookie| What::SocketGone { cookie }),
    ]
}

fn packets() -> impl Strategy<Value = What> {
    let flags = prop_oneof![Just("SYN"), Just("RST|ACK"), Just("PSH|ACK"), Just("FIN|ACK")];
    let tcp = (flags, 0u32..300).prop_map(|(flags, length)| {
        Carried::Tcp(Segment { flags: flags.into(), seq: 1, ack: Some(1), length, window: 1 })
    });
    let icmp = Carried::Icmp {
        meaning: "destination unreachable, port unreachable".into(),
        about: Some("UDP 127.0.0.1:40000 → 127.0.0.1:9001".into()),
    };
    let carries = prop_oneof![4 => tcp, 1 => Just(icmp), 1 => Just(Carried::Udp { length: 5 })];
    let ends = (0..ADDRESSES.len(), 0..ADDRESSES.len(), proptest::option::of(1u64..6));
    (ends, carries).prop_map(|((from, to, caused_by), carries)| {
        let [from, to] = [from, to].map(|at| ADDRESSES[at].to_owned());
        What::Packet(Packet { caused_by, from, to, carries, data: vec![] })
    })
}

fn lives() -> impl Strategy<Value = What> {
    prop_oneof![
        (0u8..3).prop_map(|program| {
            let (who, name) = (who(program), ["server", "client", "third"][usize::from(program)]);
            What::Started(Started { who, name: name.into(), command: vec![name.into()] })
        }),
        (somebody(), somebody()).prop_map(|(who, child)| What::Forked { who, child }),
        somebody().prop_map(|who| What::Ended { who, exit: Exit::Status(0) }),
        somebody().prop_map(|who| What::Executed { who, file: "/bin/sh".into() }),
        somebody().prop_map(|who| What::Signalled { who, signal: "SIGPIPE".into() }),
        proptest::option::of(somebody())
            .prop_map(|who| What::Noted { who, text: "Nobody can move: a deadlock.".into() }),
    ]
}
