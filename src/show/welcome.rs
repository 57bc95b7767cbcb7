//! The welcome pair's run, made by hand: what the tests of `show` look at.

use textwrap::core::display_width;

use crate::trace::{
    Answer, Arg, Carried, Descriptor, Entered, Event, Exit, Frame, Header, Layer, Packet, Returned,
    Segment, Snippet, SocketAddress, SocketState, Stack, Started, Value, What, Who,
};

pub(super) const CLIENT: &str = "127.0.0.1:40000";
pub(super) const SERVER: &str = "127.0.0.1:9001";

/// Whether no line is wider.
pub(super) fn fits(text: &str, width: usize) -> bool {
    text.lines().all(|line| display_width(line) <= width)
}

pub(super) fn header() -> Header {
    Header {
        version: 1,
        written_by: "sockstep 0.1.0".into(),
        kernel: "Linux 6.18.5".into(),
        machine: "x86_64".into(),
        began: 0,
        sandbox: true,
        watch: vec![],
        missing: vec![],
    }
}

pub(super) fn who(program: u8) -> Who {
    let pid = 100 + i32::from(program);
    Who { program, pid, tid: pid }
}

pub(super) fn entered(call: u64, program: u8, name: &'static str, args: Vec<Arg>) -> Entered {
    Entered { call, who: who(program), name: name.into(), args, stack: None, socket: None }
}

pub(super) fn socket(cookie: u64, local: &str) -> SocketState {
    SocketState {
        cookie,
        family: "AF_INET".into(),
        kind: "SOCK_STREAM".into(),
        protocol: "IPPROTO_TCP".into(),
        local: Some(local.into()),
        peer: None,
        state: None,
        receive_queue: 0,
        send_queue: 0,
        accept_queue: None,
        options: vec![],
        error_pending: false,
        holders: vec![Descriptor { program: 0, pid: 100, fd: 3 }],
    }
}

/// An argument `addr` with an IPv4 address's bytes.
pub(super) fn address(text: &str) -> Arg {
    let port: u16 = text.rsplit(':').next().unwrap().parse().unwrap();
    let mut raw = vec![0; 16];
    raw[..2].copy_from_slice(&2u16.to_ne_bytes());
    raw[2..4].copy_from_slice(&port.to_be_bytes());
    raw[4..8].copy_from_slice(&[127, 0, 0, 1]);
    Arg::new("addr", Value::Address(SocketAddress { text: text.into(), raw }))
}

pub(super) fn stack() -> Stack {
    let lines = [
        "    sin.sin_addr.s_addr = inet_addr(\"127.0.0.1\");",
        "",
        "    /* port 9001 */",
        "    if (bind(sd, (struct sockaddr *)&sin, sizeof(sin))) {",
        "        perror(\"bind\");",
        "    }",
        "    return 0;",
    ];
    let libc = Frame {
        function: Some("bind".into()),
        file: None,
        line: None,
        module: "libc.so.6".into(),
        layer: Layer::Libc,
        inlined: false,
        source: None,
    };
    let main = Frame {
        function: Some("main".into()),
        file: Some("/home/kim/welcome_server.c".into()),
        line: Some(26),
        module: "welcome_server".into(),
        layer: Layer::Own,
        source: Some(Snippet { first: 23, lines: lines.map(String::from).into() }),
        ..libc.clone()
    };
    Stack { id: 1, frames: vec![libc, main], own: Some(1), why_not: None }
}

/// Writes a run down, event by event.
#[derive(Default)]
pub(super) struct Script {
    pub(super) events: Vec<Event>,
    calls: u64,
    sent: [u32; 2],
}

impl Script {
    pub(super) fn add(&mut self, what: What) {
        self.events.push(Event { at: self.events.len() as u64 * 50_000, what });
    }

    pub(super) fn start(&mut self, program: u8, name: &str, command: &[&str]) {
        let command = command.iter().map(|word| word.to_string()).collect();
        self.add(What::Started(Started { who: who(program), name: name.into(), command }));
    }

    pub(super) fn enter(&mut self, program: u8, name: &'static str, args: Vec<Arg>) -> u64 {
        self.calls += 1;
        let socket = match (program, args.first().map(|arg| &arg.value)) {
            (0, Some(Value::Fd(3))) => Some(1),
            (0, Some(Value::Fd(4))) => Some(2),
            (1, Some(Value::Fd(3))) => Some(3),
            _ => None,
        };
        let entered = entered(self.calls, program, name, args);
        self.add(What::Entered(Entered { socket, ..entered }));
        self.calls
    }

    pub(super) fn give(&mut self, call: u64, answer: i64, out: Vec<Arg>) {
        let answer = Answer::Value(answer);
        self.add(What::Returned(Returned { call, answer, out, made: None }));
    }

    pub(super) fn call(&mut self, program: u8, name: &'static str, args: Vec<Arg>, answer: i64) {
        let call = self.enter(program, name, args);
        self.give(call, answer, vec![]);
    }

    pub(super) fn segment(&mut self, from: &str, to: &str, flags: &'static str, length: u32) {
        let (mine, peer) = if from == CLIENT { (1, 0) } else { (0, 1) };
        let seq = self.sent[mine];
        let ack = flags.contains("ACK").then_some(self.sent[peer]);
        self.sent[mine] += length + u32::from(flags.contains("SYN") || flags.contains("FIN"));
        let segment = Segment { flags: flags.into(), seq, ack, length, window: 512 };
        self.add(What::Packet(Packet {
            caused_by: Some(self.calls),
            from: from.into(),
            to: to.into(),
            carries: Carried::Tcp(segment),
            data: vec![],
        }));
    }

    pub(super) fn state(&mut self, cookie: u64, local: &str, state: &'static str, fd: Option<i32>) {
        let program = u8::from(local == CLIENT);
        let holder = |fd| Descriptor { program, pid: who(program).pid, fd };
        self.add(What::Socket(SocketState {
            state: Some(state.into()),
            holders: fd.map(holder).into_iter().collect(),
            ..socket(cookie, local)
        }));
    }

    pub(super) fn print(&mut self, program: u8, text: &str) {
        self.add(What::Printed { who: who(program), bytes: text.into() });
    }

    pub(super) fn end(&mut self, program: u8, exit: Exit) {
        self.add(What::Ended { who: who(program), exit });
    }
}

pub(super) fn fd(number: i32) -> Arg {
    Arg::new("sockfd", Value::Fd(number))
}

pub(super) fn int(name: &'static str, number: i64) -> Arg {
    Arg::new(name, Value::Int(number))
}

pub(super) fn named(name: &'static str, constant: &'static str) -> Arg {
    Arg::new(name, Value::Named { raw: 1, name: constant.into() })
}

pub(super) fn buffer(text: &str) -> Arg {
    Arg::new("buf", Value::Bytes { data: text.into(), length: text.len() as u64 })
}

pub(super) fn make() -> Vec<Arg> {
    vec![named("domain", "AF_INET"), named("type", "SOCK_STREAM"), int("protocol", 0)]
}

pub(super) fn receive(number: i32) -> Vec<Arg> {
    vec![fd(number), Arg::new("buf", Value::Pointer(1)), int("len", 256), int("flags", 0)]
}

/// The welcome pair from the first call to the last.
pub(super) fn events() -> Vec<Event> {
    let greeting = "Welcome to Network Server!!\0";
    let wish = "I want a HTTP Service.\0";
    let mut s = Script::default();
    let accept = server_begins(&mut s);
    s.start(1, "client", &["./welcome_client"]);
    s.call(1, "socket", make(), 3);
    let connect = vec![fd(3), address(SERVER), int("addrlen", 16)];
    let call = s.enter(1, "connect", connect);
    s.segment(CLIENT, SERVER, "SYN", 0);
    s.segment(SERVER, CLIENT, "SYN|ACK", 0);
    s.segment(CLIENT, SERVER, "ACK", 0);
    s.state(2, SERVER, "ESTABLISHED", None);
    s.state(3, CLIENT, "ESTABLISHED", Some(3));
    s.give(call, 0, vec![]);
    let client_recv = s.enter(1, "recv", receive(3));
    s.add(What::Blocked { call: client_recv });
    s.give(accept, 4, vec![address(CLIENT), Arg::new("addrlen", Value::Length(16))]);
    s.print(0, "*** Send a Message to Client(127.0.0.1)\n");
    let send = vec![fd(4), buffer(greeting), int("len", 28), named("flags", "MSG_NOSIGNAL")];
    let call = s.enter(0, "send", send);
    s.segment(SERVER, CLIENT, "PSH|ACK", 28);
    s.segment(CLIENT, SERVER, "ACK", 0);
    s.give(call, 28, vec![]);
    let call = s.enter(0, "recv", receive(4));
    s.add(What::Blocked { call });
    s.give(client_recv, 28, vec![buffer(greeting)]);
    s.print(1, "** From Server : Welcome to Network Server!!\n");
    let send = vec![fd(3), buffer(wish), int("len", 23), named("flags", "MSG_NOSIGNAL")];
    let sent = s.enter(1, "send", send);
    s.segment(CLIENT, SERVER, "PSH|ACK", 23);
    s.segment(SERVER, CLIENT, "ACK", 0);
    s.give(sent, 23, vec![]);
    let close = s.enter(1, "close", vec![fd(3)]);
    s.segment(CLIENT, SERVER, "FIN|ACK", 0);
    s.segment(SERVER, CLIENT, "ACK", 0);
    s.state(3, CLIENT, "FIN_WAIT_2", None);
    s.state(2, SERVER, "CLOSE_WAIT", Some(4));
    s.give(close, 0, vec![]);
    s.end(1, Exit::Status(0));
    s.give(call, 23, vec![buffer(wish)]);
    s.print(0, "** From Client : I want a HTTP Service.\n");
    let close = s.enter(0, "close", vec![fd(4)]);
    s.segment(SERVER, CLIENT, "FIN|ACK", 0);
    s.segment(CLIENT, SERVER, "ACK", 0);
    s.state(3, CLIENT, "TIME_WAIT", None);
    s.add(What::SocketGone { cookie: 2 });
    s.give(close, 0, vec![]);
    let call = s.enter(0, "accept", accept_args());
    s.add(What::Blocked { call });
    s.end(0, Exit::Serving);
    s.events
}

pub(super) fn accept_args() -> Vec<Arg> {
    let pointer = |name: &'static str| Arg::new(name, Value::Pointer(1));
    vec![fd(3), pointer("addr"), Arg::new("addrlen", Value::Length(16))]
}

/// From `socket` to `accept`, whose number is given back.
pub(super) fn server_begins(s: &mut Script) -> u64 {
    s.start(0, "server", &["./welcome_server"]);
    s.call(0, "socket", make(), 3);
    s.state(1, "0.0.0.0:0", "CLOSE", Some(3));
    let level = [named("level", "SOL_SOCKET"), named("optname", "SO_REUSEADDR")];
    let option = [fd(3)].into_iter().chain(level).chain([int("optval", 1), int("optlen", 4)]);
    s.call(0, "setsockopt", option.collect(), 0);
    s.call(0, "bind", vec![fd(3), address(SERVER), int("addrlen", 16)], 0);
    let call = s.enter(0, "listen", vec![fd(3), int("backlog", 5)]);
    s.state(1, SERVER, "LISTEN", Some(3));
    s.give(call, 0, vec![]);
    let accept = s.enter(0, "accept", accept_args());
    s.add(What::Blocked { call: accept });
    accept
}
