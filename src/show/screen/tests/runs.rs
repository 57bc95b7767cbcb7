//! Runs made by hand, and the sources of their programs.

use std::collections::HashMap;

use crate::show::welcome::{
    CLIENT, SERVER, Script, address, buffer, events, fd, header, int, make, named, receive,
    server_begins, socket, who,
};
use crate::trace::{
    AcceptQueue, Answer, Carried, Descriptor, Event, Exit, Fact, Frame, Header, Involved, Keeper,
    Layer, Listing, Listings, Packet, Returned, SocketState, Stack, Trace, Watch, What, Why,
};

/// The sources: the C program's lines, and those of its twin.
const C: [&str; 2] = [include_str!("server.txt"), include_str!("client.txt")];
const RUST: [&str; 2] = [include_str!("server_twin.txt"), include_str!("client_twin.txt")];

/// A trace of these events, each call of which has a stack.
pub(super) fn trace(mut events: Vec<Event>) -> Trace {
    let watch = vec![Watch::Source, Watch::Kernel, Watch::Wire];
    let mut stacks = vec![stack(1, "connect")];
    for event in &mut events {
        match &mut event.what {
            What::Entered(entered) => {
                let stack = stack(entered.who.program.min(1), &entered.name);
                entered.stack = Some(stack.id);
                stacks.push(stack);
            }
            What::Socket(socket) => complete(socket),
            _ => (),
        }
    }
    stacks.sort_by_key(|stack| stack.id);
    stacks.dedup();
    let stacks = stacks.into_iter().map(|stack| Event { at: 0, what: What::Stack(stack) });
    Trace { header: Header { watch, ..header() }, events: stacks.chain(events).collect() }
}

/// What the kernel knows of each socket.
fn complete(socket: &mut SocketState) {
    match socket.state.as_deref() {
        Some("LISTEN") => {
            socket.accept_queue.get_or_insert(AcceptQueue { length: 0, backlog: 5 });
        }
        Some("CLOSE") | None => (),
        Some(_) => {
            let client = socket.local.as_deref() == Some(CLIENT);
            socket.peer.get_or_insert(if client { SERVER } else { CLIENT }.into());
        }
    }
}

/// A call's place in the C program; its number is the line, and 1000 more in the client.
fn stack(program: u8, call: &str) -> Stack {
    let place = usize::from(program);
    let written = match call {
        "sendto" => "send",
        "recvfrom" => "recv",
        call => call,
    };
    let lines = C[place].lines().zip(1..);
    let line =
        lines.filter(|(line, _)| line.contains(&format!("{written}("))).map(|(_, line)| line);
    let line = line.last().unwrap_or(1);
    let libc = Frame {
        function: Some(call.into()),
        file: None,
        line: None,
        module: "libc.so.6".into(),
        layer: Layer::Libc,
        inlined: false,
        source: None,
    };
    let main = Frame {
        function: Some("main".into()),
        file: Some(["server.c", "client.c"][place].into()),
        line: Some(line),
        module: "program".into(),
        layer: Layer::Own,
        ..libc.clone()
    };
    let id = u32::from(program) * 1000 + line;
    Stack { id, frames: vec![libc, main], own: Some(1), why_not: None }
}

/// The sources of all calls.
pub(super) fn listings(trace: &Trace) -> HashMap<u32, Listings> {
    const FILES: [[&str; 2]; 2] = [
        ["c-reference/server.c", "src/bin/server.rs"],
        ["c-reference/client.c", "src/bin/client.rs"],
    ];
    let listing = |file: &str, text: &str, line: u32| Listing {
        file: file.into(),
        first: 1,
        lines: text.lines().map(String::from).collect(),
        line,
    };
    let of = |event: &Event| {
        let What::Stack(stack) = &event.what else { return None };
        let program = stack.id as usize / 1000;
        let call = format!("{}(", stack.frames[0].function.as_deref()?);
        let [c, rust] = FILES[program];
        let twin = RUST[program].lines().zip(1..).find(|(line, _)| line.contains(&call));
        let twin = twin.map(|(_, line)| listing(rust, RUST[program], line));
        Some((stack.id, Listings { own: listing(c, C[program], stack.id % 1000), twin }))
    };
    trace.events.iter().filter_map(of).collect()
}

/// The welcome pair from the first call to the last.
pub(super) fn welcome() -> Vec<Event> {
    events()
}

/// A server that sleeps in accept, and a client that has not called connect.
pub(super) fn accept_sleeps() -> Vec<Event> {
    let mut s = Script::default();
    server_begins(&mut s);
    s.start(1, "client", &["./client"]);
    s.call(1, "socket", make(), 3);
    s.state(3, CLIENT, "CLOSE", Some(3));
    s.events
}

/// The client's connect lets the server's accept go on.
pub(super) fn accept_goes_on() -> Vec<Event> {
    let mut events = welcome();
    let ends =
        |event: &Event| matches!(&event.what, What::Returned(returned) if returned.call == 5);
    let end = events.iter().position(ends).unwrap();
    events.truncate(end + 1);
    let mut s = Script::default();
    s.state(2, SERVER, "ESTABLISHED", Some(4));
    events.splice(end..end, s.events);
    events
}

/// bind fails: another program has the port.
pub(super) fn bind_fails() -> Vec<Event> {
    let mut s = Script::default();
    s.start(0, "server", &["./server"]);
    s.call(0, "socket", make(), 3);
    s.state(1, "0.0.0.0:0", "CLOSE", Some(3));
    let call = s.enter(0, "bind", vec![fd(3), address(SERVER), int("addrlen", 16)]);
    fails(&mut s, call, libc::EADDRINUSE);
    let nginx = Keeper { program: None, pid: 100, fd: 6, name: Some("nginx".into()) };
    let holds = Fact::Holds(Involved {
        family: "AF_INET".into(),
        kind: "SOCK_STREAM".into(),
        local: Some(SERVER.into()),
        state: Some("LISTEN".into()),
        held_by: vec![nginx],
        ..Involved::default()
    });
    s.add(What::Why(Why { call, facts: vec![holds] }));
    s.print(0, "bind: Address already in use\n");
    s.end(0, Exit::Status(1));
    s.events
}

fn fails(s: &mut Script, call: u64, errno: i32) {
    let answer = Answer::Errno(errno);
    s.add(What::Returned(Returned { call, answer, out: vec![], made: None }));
}

/// Nobody accepts, and the queue is full; another server has a queue of 4096.
pub(super) fn queue_is_full() -> Vec<Event> {
    let mut s = Script::default();
    let listens = |length, backlog| SocketState {
        state: Some("LISTEN".into()),
        accept_queue: Some(AcceptQueue { length, backlog }),
        ..socket(if backlog < 100 { 1 } else { 2 }, SERVER)
    };
    s.start(0, "server", &["./server"]);
    s.call(0, "socket", make(), 3);
    s.call(0, "listen", vec![fd(3), int("backlog", 5)], 0);
    s.add(What::Socket(listens(5, 5)));
    s.add(What::Socket(listens(40, 4096)));
    s.start(1, "client", &["./client"]);
    let connect = vec![fd(3), address(SERVER), int("addrlen", 16)];
    let call = s.enter(1, "connect", connect);
    s.segment(CLIENT, SERVER, "SYN", 0);
    s.segment(SERVER, CLIENT, "SYN|ACK", 0);
    s.segment(CLIENT, SERVER, "ACK", 0);
    s.add(What::Socket(listens(6, 5)));
    s.state(5, SERVER, "ESTABLISHED", None);
    s.state(6, CLIENT, "ESTABLISHED", Some(3));
    s.give(call, 0, vec![]);
    s.events
}

/// The original pair: 257 bytes, one of them unread at the close: a reset.
pub(super) fn reset() -> Vec<Event> {
    let mut s = Script::default();
    s.start(0, "server", &["./server"]);
    s.start(1, "client", &["./client"]);
    s.state(2, SERVER, "ESTABLISHED", Some(4));
    s.state(3, CLIENT, "ESTABLISHED", Some(3));
    let connected = |receive_queue| SocketState {
        state: Some("ESTABLISHED".into()),
        holders: vec![Descriptor { program: 0, pid: who(0).pid, fd: 4 }],
        receive_queue,
        ..socket(2, SERVER)
    };
    let wish = "I want a HTTP Service.";
    let send = s.enter(1, "send", vec![fd(3), buffer(wish), int("len", 257), int("flags", 0)]);
    s.segment(CLIENT, SERVER, "PSH|ACK", 257);
    s.add(What::Socket(connected(257)));
    s.give(send, 257, vec![]);
    let waits = s.enter(1, "recv", receive(3));
    s.add(What::Blocked { call: waits });
    let given = s.enter(0, "recv", receive(4));
    s.add(What::Socket(connected(1)));
    s.give(given, 256, vec![buffer(wish)]);
    let close = s.enter(0, "close", vec![fd(4)]);
    s.segment(SERVER, CLIENT, "RST|ACK", 0);
    s.add(What::SocketGone { cookie: 2 });
    s.state(3, CLIENT, "CLOSE", Some(3));
    s.give(close, 0, vec![]);
    fails(&mut s, waits, libc::ECONNRESET);
    s.events
}

/// Datagrams, one of them to a port that nobody has; Korean, and letters that a terminal would obey.
pub(super) fn datagrams() -> Vec<Event> {
    let mut s = Script::default();
    let unbound = "127.0.0.1:50000";
    let udp = |cookie, local: &str, queue, program| SocketState {
        kind: "SOCK_DGRAM".into(),
        receive_queue: queue,
        holders: vec![Descriptor { program, pid: who(program).pid, fd: 3 }],
        ..socket(cookie, local)
    };
    let packet = |from: &str, to: &str, carries, call| {
        let (from, to) = (from.into(), to.into());
        What::Packet(Packet { caused_by: Some(call), from, to, carries, data: vec![] })
    };
    s.start(0, "server", &["./server"]);
    s.call(0, "bind", vec![fd(3), address("127.0.0.1:12000"), int("addrlen", 16)], 0);
    s.add(What::Socket(udp(1, "127.0.0.1:12000", 0, 0)));
    s.start(1, "client", &["./client"]);
    s.add(What::Socket(udp(3, unbound, 0, 1)));
    for to in ["127.0.0.1:12000", "127.0.0.1:12001"] {
        let flags = named("flags", "0");
        let args = vec![fd(3), buffer("안녕하세요"), int("len", 15), flags, address(to)];
        let call = s.enter(1, "sendto", args);
        s.add(packet(unbound, to, Carried::Udp { length: 15 }, call));
        if to.ends_with('1') {
            let meaning = "destination unreachable, port unreachable".into();
            let about = Some(format!("UDP {unbound} → {to}"));
            let icmp = Carried::Icmp { meaning, about };
            s.add(packet("127.0.0.1", "127.0.0.1", icmp, call));
        } else {
            s.add(What::Socket(udp(1, to, 832, 0)));
        }
        s.give(call, 15, vec![]);
    }
    s.print(1, "서버로 보냈습니다: 안녕하세요, 이것은 아주 긴 줄이라서 나누어야 합니다\n");
    s.print(1, "\x1b[2Jgone? \u{202e}no\x07\n");
    for program in [1, 0] {
        let call = s.enter(program, "recvfrom", receive(3));
        s.add(What::Blocked { call });
    }
    s.add(What::Noted { who: None, text: "A deadlock: each waits.".into() });
    s.events
}

/// One program that is both, server and client.
pub(super) fn single() -> Vec<Event> {
    let mut s = Script::default();
    s.start(0, "lab", &["./lab"]);
    s.call(0, "socket", make(), 3);
    s.state(1, SERVER, "LISTEN", Some(3));
    let connect = vec![fd(4), address(SERVER), int("addrlen", 16)];
    let call = s.enter(0, "connect", connect);
    s.segment(CLIENT, SERVER, "SYN", 0);
    s.segment(SERVER, CLIENT, "SYN|ACK", 0);
    s.segment(CLIENT, SERVER, "ACK", 0);
    s.give(call, 0, vec![]);
    s.events
}
