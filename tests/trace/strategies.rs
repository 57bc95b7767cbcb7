//! Every trace that there can be.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::subsequence;
use sockstep::trace::*;

/// What only the list of cases decides: a strategy for each kind of event, none left out.
fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        started().prop_map(What::Started),
        (who(), who()).prop_map(|(who, child)| What::Forked { who, child }),
        (who(), text()).prop_map(|(who, file)| What::Executed { who, file }),
        stack().prop_map(What::Stack),
        entered().prop_map(What::Entered),
        any::<u64>().prop_map(|call| What::Blocked { call }),
        returned().prop_map(What::Returned),
        (any::<u64>(), vec(fact(), 0..3)).prop_map(|(call, facts)| What::Why(Why { call, facts })),
        (who(), bytes()).prop_map(|(who, bytes)| What::Printed { who, bytes }),
        packet().prop_map(What::Packet),
        socket().prop_map(What::Socket),
        any::<u64>().prop_map(|cookie| What::SocketGone { cookie }),
        (who(), text()).prop_map(|(who, signal)| What::Signalled { who, signal }),
        (who(), exit()).prop_map(|(who, exit)| What::Ended { who, exit }),
        (of(who()), text()).prop_map(|(who, text)| What::Noted { who, text }),
    ]
}

/// Events of every kind, in which calls are entered once and return after that.
pub fn trace() -> impl Strategy<Value = Trace> {
    let event = (any::<u64>(), what()).prop_map(|(at, what)| Event { at, what });
    (header(), vec(event, 0..24)).prop_map(|(header, mut events)| {
        let (mut next, mut open) = (1, Vec::new());
        events.retain_mut(|event| match &mut event.what {
            What::Entered(entered) => {
                entered.call = next;
                open.push(next);
                next += 1;
                true
            }
            What::Blocked { call } => open.last().map(|last| *call = *last).is_some(),
            What::Why(why) => {
                why.call = next - 1;
                next > 1
            }
            What::Returned(returned) => open.pop().map(|last| returned.call = last).is_some(),
            _ => true,
        });
        Trace { header, events }
    })
}

fn header() -> impl Strategy<Value = Header> {
    let watch = subsequence(vec![Watch::Source, Watch::Kernel, Watch::Wire], 0..=3);
    let texts = (any::<String>(), any::<String>(), any::<String>(), vec(text(), 0..3));
    (texts, any::<u64>(), any::<bool>(), watch).prop_map(|(texts, began, sandbox, watch)| {
        let (written_by, kernel, machine, missing) = texts;
        Header { version: VERSION, written_by, kernel, machine, began, sandbox, watch, missing }
    })
}

fn text() -> impl Strategy<Value = Text> {
    any::<String>().prop_map(Text::from)
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..20)
}

fn who() -> impl Strategy<Value = Who> {
    any::<(u8, i32, i32)>().prop_map(|(program, pid, tid)| Who { program, pid, tid })
}

fn exit() -> impl Strategy<Value = Exit> {
    prop_oneof![
        any::<i32>().prop_map(Exit::Status),
        any::<i32>().prop_map(Exit::Signal),
        Just(Exit::Serving),
        Just(Exit::None),
    ]
}

fn started() -> impl Strategy<Value = Started> {
    (who(), any::<String>(), vec(any::<String>(), 0..3)).prop_map(|(who, name, command)| Started {
        who,
        name,
        command,
    })
}

fn entered() -> impl Strategy<Value = Entered> {
    let links = (of(any::<u32>()), of(any::<u64>()));
    (any::<u64>(), who(), text(), args(), links).prop_map(
        |(call, who, name, args, (stack, socket))| Entered { call, who, name, args, stack, socket },
    )
}

fn returned() -> impl Strategy<Value = Returned> {
    let answer = prop_oneof![
        any::<i64>().prop_map(Answer::Value),
        any::<i32>().prop_map(Answer::Errno),
        text().prop_map(Answer::Unfinished),
    ];
    (any::<u64>(), answer, args(), of(any::<u64>()))
        .prop_map(|(call, answer, out, made)| Returned { call, answer, out, made })
}

fn args() -> impl Strategy<Value = Vec<Arg>> {
    vec(arg(value()), 0..4)
}

fn arg(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Arg> {
    (text(), value).prop_map(|(name, value)| Arg { name, value })
}

pub fn value() -> impl Strategy<Value = Value> {
    let address = (any::<String>(), bytes())
        .prop_map(|(text, raw)| Value::Address(SocketAddress { text, raw }));
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::Int),
        (any::<i64>(), text()).prop_map(|(raw, name)| Value::Named { raw, name }),
        any::<i32>().prop_map(Value::Fd),
        Just(Value::Null),
        any::<u64>().prop_map(Value::Pointer),
        any::<u64>().prop_map(Value::Unreadable),
        (bytes(), any::<u64>()).prop_map(|(data, length)| Value::Bytes { data, length }),
        address,
        any::<i64>().prop_map(Value::Length),
        any::<String>().prop_map(Value::Text),
    ];
    leaf.prop_recursive(3, 12, 4, |value| {
        prop_oneof![
            vec(arg(value.clone()), 0..4).prop_map(Value::Struct),
            (vec(value, 0..4), any::<u64>())
                .prop_map(|(items, length)| Value::List { items, length }),
        ]
    })
}

fn stack() -> impl Strategy<Value = Stack> {
    let layer = prop_oneof![
        Just(Layer::Own),
        Just(Layer::Wrapper),
        any::<String>().prop_map(Layer::Crate),
        Just(Layer::Standard),
        Just(Layer::Libc),
        Just(Layer::Unknown),
    ];
    let source = (any::<u32>(), vec(any::<String>(), 0..3))
        .prop_map(|(first, lines)| Snippet { first, lines });
    let place = (of(any::<String>()), of(any::<String>()), of(any::<u32>()), any::<String>());
    let frame = (place, layer, any::<bool>(), of(source)).prop_map(
        |((function, file, line, module), layer, inlined, source)| Frame {
            function,
            file,
            line,
            module,
            layer,
            inlined,
            source,
        },
    );
    (any::<u32>(), vec(frame, 0..3), of(any::<usize>()), of(text()))
        .prop_map(|(id, frames, own, why_not)| Stack { id, frames, own, why_not })
}

fn packet() -> impl Strategy<Value = Packet> {
    let segment = (text(), any::<(u32, Option<u32>, u32, u16)>()).prop_map(
        |(flags, (seq, ack, length, window))| Segment { flags, seq, ack, length, window },
    );
    let carries = prop_oneof![
        segment.prop_map(Carried::Tcp),
        any::<u32>().prop_map(|length| Carried::Udp { length }),
        (text(), of(any::<String>())).prop_map(|(meaning, about)| Carried::Icmp { meaning, about }),
        any::<(u8, u32)>().prop_map(|(protocol, length)| Carried::Other { protocol, length }),
    ];
    (of(any::<u64>()), any::<String>(), any::<String>(), carries, bytes()).prop_map(
        |(caused_by, from, to, carries, data)| Packet { caused_by, from, to, carries, data },
    )
}

fn socket() -> impl Strategy<Value = SocketState> {
    let ends = (of(any::<String>()), of(any::<String>()), of(text()));
    let queue = any::<(u32, u32)>().prop_map(|(length, backlog)| AcceptQueue { length, backlog });
    let holder =
        any::<(u8, i32, i32)>().prop_map(|(program, pid, fd)| Descriptor { program, pid, fd });
    let names = (any::<u64>(), text(), text(), text());
    let held = (any::<(u32, u32, bool)>(), of(queue), args(), vec(holder, 0..3));
    (names, ends, held).prop_map(|(names, ends, held)| {
        let (cookie, family, kind, protocol) = names;
        let (local, peer, state) = ends;
        let ((receive_queue, send_queue, error_pending), accept_queue, options, holders) = held;
        SocketState {
            cookie,
            family,
            kind,
            protocol,
            local,
            peer,
            state,
            receive_queue,
            send_queue,
            accept_queue,
            options,
            error_pending,
            holders,
        }
    })
}

fn fact() -> impl Strategy<Value = Fact> {
    let string = any::<String>;
    let strings = || vec(any::<String>(), 0..3);
    let number = || of(any::<u64>());
    prop_oneof![
        involved().prop_map(Fact::Own),
        involved().prop_map(Fact::Holds),
        string().prop_map(|address| Fact::NobodyListens { address }),
        strings().prop_map(|addresses| Fact::Listening { addresses }),
        (string(), strings()).prop_map(|(address, here)| Fact::NotHere { address, here }),
        strings().prop_map(|here| Fact::Alone { here }),
        (text(), number(), number()).prop_map(|(what, used, most)| Fact::Amount {
            what,
            used,
            most
        }),
        text().prop_map(|option| Fact::Lacks { option }),
        (text(), number()).prop_map(|(by, micros)| Fact::NonBlocking { by, micros }),
        (text(), string(), number()).prop_map(|(what, from, caused_by)| Fact::Came {
            what,
            from,
            caused_by
        }),
        (text(), string(), any::<u32>()).prop_map(|(what, to, times)| Fact::Sent {
            what,
            to,
            times
        }),
        (any::<u64>(), text()).prop_map(|(call, did)| Fact::Earlier { call, did }),
        (any::<i32>(), string()).prop_map(|(fd, what)| Fact::LeadsTo { fd, what }),
        (any::<i32>(), vec(any::<i32>(), 0..3)).prop_map(|(fd, open)| Fact::NotOpen { fd, open }),
        (text(), text()).prop_map(|(socket, address)| Fact::Families { socket, address }),
        (text(), any::<u64>(), number(), number())
            .prop_map(|(of, given, least, most)| Fact::Length { of, given, least, most }),
        (string(), text()).prop_map(|(path, is)| Fact::File { path, is }),
    ]
}

fn involved() -> impl Strategy<Value = Involved> {
    let keeper = (of(any::<u8>()), any::<(i32, i32)>(), of(any::<String>()))
        .prop_map(|(program, (pid, fd), name)| Keeper { program, pid, fd, name });
    let ends = (of(any::<String>()), of(any::<String>()), of(text()));
    let held = (of(any::<bool>()), vec(keeper, 0..3), any::<bool>());
    (text(), text(), ends, held).prop_map(|(family, kind, (local, peer, state), held)| {
        let (reuse, held_by, hidden) = held;
        Involved { family, kind, local, peer, state, reuse, held_by, hidden }
    })
}
