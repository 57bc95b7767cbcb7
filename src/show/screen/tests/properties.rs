//! Whatever the run and the size are: nothing panics, and no pane writes beyond its lines.

use proptest::prelude::*;

use super::*;
use crate::show::screen::scene::Scene;
use crate::show::screen::{call, kernel, output, source, wire};
use crate::show::welcome::{Script, buffer, header, socket, who};
use crate::trace::{
    AcceptQueue, Answer, Arg, Carried, Descriptor, Exit, Frame, Layer, Packet, Returned, Snippet,
    SocketAddress, SocketState, Stack, Started, Trace, Value, What,
};

/// Without the sign that makes another letter wide, which not all terminals obey.
const ANY_TEXT: &str = "([[^\\pC]&&[^\\x{fe0f}]]|[\\t\\n\\x1b\\x00]|안녕|한글){0,40}";

/// An event of a run that makes little sense.
fn event() -> impl Strategy<Value = Vec<What>> {
    let program = 0..4u8;
    prop_oneof![
        (program.clone(), ANY_TEXT).prop_map(|(program, name)| {
            vec![What::Started(Started { who: who(program), name, command: vec!["x".into()] })]
        }),
        (program.clone(), 0..9u64, ANY_TEXT, any::<u16>(), 0..6u64).prop_map(
            |(program, call, text, number, socket)| {
                let raw = text.bytes().take(28).collect();
                let address = SocketAddress { text: text.clone(), raw };
                let args = vec![
                    Arg::new("sockfd", Value::Fd(number.into())),
                    Arg::new("addr", Value::Address(address)),
                    buffer(&text),
                ];
                let name = ["accept", "recv", "poll", "close", "connect"][usize::from(number) % 5];
                let entered = crate::show::welcome::entered(call, program, name, args);
                let (socket, stack) = (Some(socket), Some(u32::from(number) % 3));
                vec![What::Entered(Entered { socket, stack, ..entered })]
            }
        ),
        (0..9u64).prop_map(|call| vec![What::Blocked { call }]),
        (0..9u64, any::<i64>(), 0..3).prop_map(|(call, number, kind)| {
            let answer = match kind {
                0 => Answer::Value(number),
                1 => Answer::Errno(number as i32 & 127),
                _ => Answer::Unfinished("it ended".into()),
            };
            vec![What::Returned(Returned { call, answer, out: vec![], made: None })]
        }),
        (0..6u64, ANY_TEXT, any::<u32>(), 0..300u32, any::<u8>()).prop_map(
            |(cookie, local, queue, backlog, bits)| {
                let listens = bits & 1 == 0;
                let holder = Descriptor { program: bits >> 6, pid: 1, fd: bits.into() };
                vec![What::Socket(SocketState {
                    local: Some(local),
                    peer: (bits & 2 == 0).then(|| "127.0.0.1:9".into()),
                    state: Some(if listens { "LISTEN" } else { "CLOSE_WAIT" }.into()),
                    receive_queue: queue,
                    accept_queue: listens.then_some(AcceptQueue { length: queue, backlog }),
                    holders: vec![holder; usize::from(bits >> 4 & 3)],
                    options: vec![Arg::new("SO_LINGER", Value::Text("\x1b안".into()))],
                    error_pending: bits & 8 == 0,
                    ..socket(cookie, "")
                })]
            }
        ),
        (0..6u64).prop_map(|cookie| vec![What::SocketGone { cookie }]),
        (ANY_TEXT, ANY_TEXT, any::<u32>(), 0..9u64).prop_map(|(from, to, length, call)| {
            let carries = match length % 3 {
                0 => Carried::Udp { length },
                1 => Carried::Icmp { meaning: to.clone().into(), about: Some(from.clone()) },
                _ => Carried::Other { protocol: 7, length },
            };
            vec![What::Packet(Packet {
                caused_by: Some(call),
                from,
                to,
                carries,
                data: vec![7; 9],
            })]
        }),
        (program.clone(), any::<Vec<u8>>())
            .prop_map(|(program, bytes)| vec![What::Printed { who: who(program), bytes }]),
        (program.clone(), any::<i32>()).prop_map(|(program, status)| {
            vec![What::Ended { who: who(program), exit: Exit::Status(status) }]
        }),
        (ANY_TEXT).prop_map(|text| vec![What::Noted { who: None, text: text.into() }]),
        (0..3u32, ANY_TEXT, any::<u32>()).prop_map(|(id, text, line)| {
            let lines = vec![text.clone(); 9];
            let frame = Frame {
                function: Some(text.clone()),
                file: Some(text.clone()),
                line: Some(line),
                module: text,
                layer: Layer::Own,
                inlined: false,
                source: Some(Snippet { first: line.saturating_sub(3), lines }),
            };
            vec![What::Stack(Stack { id, frames: vec![frame], own: Some(0), why_not: None })]
        }),
    ]
}

fn any_trace() -> impl Strategy<Value = Trace> {
    proptest::collection::vec(event(), 0..40).prop_map(|events| {
        let mut script = Script::default();
        events.into_iter().flatten().for_each(|what| script.add(what));
        Trace { header: header(), events: script.events }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..Default::default() })]

    #[test]
    fn nothing_panics_and_nothing_overflows(
        trace in any_trace(),
        (columns, rows) in (0..=300u16, 0..=100u16),
        at in proptest::option::of(0..50usize),
        (large, over) in (proptest::option::of(0..6usize), 0..5usize),
        scrolled in -100..100isize,
        (message, twin) in (ANY_TEXT, any::<bool>()),
        width in 0..120usize,
    ) {
        let story = Story::new(&trace);
        let listings = HashMap::new();
        let next = connect(Some(1));
        let overs = [Over::Nothing, Over::Help, Over::Stack, Over::Sockets, Over::Hex];
        let bottoms = [Bottom::Keys, Bottom::Message(&message), Bottom::Prompt(&message, &message)];
        let view = View {
            at,
            next: twin.then_some(&next),
            twin,
            large: large.map(|large| Pane::ALL[large]),
            scrolled,
            over: overs[over],
            bottom: bottoms[over % 3],
            search: Some(&message),
            ..view(&story, &listings)
        };
        drawn(&view, columns, rows);
        drawn(&view, columns.max(80), rows.max(24));
        let reach = reach(&view, columns, rows);
        prop_assert!(reach.contains(&0));
        let scene = Scene::of(&view);
        let contents = [
            call::content(&scene, width, true),
            kernel::content(&scene, width),
            output::content(&scene, width),
            wire::content(&scene, width),
            source::Source::of(&scene, 0, twin).content(&scene, width),
            source::Source::of(&scene, 1, twin).content(&scene, width),
        ];
        for (at, content) in contents.iter().enumerate().filter(|_| width >= 25) {
            for line in content.window(1000, 0).0 {
                prop_assert!(line.width() <= width, "pane {at}, {width}: {line:?}");
            }
        }
    }
}
