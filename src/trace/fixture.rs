//! Runs made by hand, for tests.

use super::*;

pub(crate) fn header() -> Header {
    Header {
        version: VERSION,
        written_by: "sockstep 0.1.0".into(),
        kernel: "Linux 6.18.5".into(),
        machine: "x86_64".into(),
        began: 1_763_700_000,
        sandbox: true,
        watch: vec![Watch::Source, Watch::Kernel, Watch::Wire],
        missing: vec![],
    }
}

/// The only thread of a program; its number is another in each program.
pub(crate) fn who(program: u8) -> Who {
    let pid = 4000 + i32::from(program);
    Who { program, pid, tid: pid }
}

pub(crate) fn named(name: &'static str) -> Value {
    Value::Named { raw: 1, name: name.into() }
}

pub(crate) fn address(text: &str) -> Value {
    let port = text.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or(0u16);
    let mut raw = vec![2, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    raw[2..4].copy_from_slice(&port.to_be_bytes());
    Value::Address(SocketAddress { text: text.into(), raw })
}

pub(crate) fn bytes(data: &[u8]) -> Value {
    Value::Bytes { data: data.into(), length: data.len() as u64 }
}

pub(crate) fn entered(
    call: u64,
    program: u8,
    name: &'static str,
    args: Vec<(&'static str, Value)>,
) -> Entered {
    let args = args.into_iter().map(|(name, value)| Arg::new(name, value)).collect();
    Entered { call, who: who(program), name: name.into(), args, stack: None, socket: None }
}

/// A run that grows by whole calls and by packets.
pub(crate) struct Run {
    pub(crate) trace: Trace,
    calls: u64,
}

impl Run {
    /// A server and a client.
    pub(crate) fn new() -> Run {
        let mut run = Run { trace: Trace { header: header(), events: vec![] }, calls: 0 };
        for (program, name) in [(0, "server"), (1, "client")] {
            let command = vec![format!("./{name}")];
            run.push(What::Started(Started { who: who(program), name: name.into(), command }));
        }
        run
    }

    pub(crate) fn push(&mut self, what: What) {
        let at = 1000 * self.trace.events.len() as u64;
        self.trace.events.push(Event { at, what });
    }

    pub(crate) fn call(
        &mut self,
        program: u8,
        name: &'static str,
        args: Vec<(&'static str, Value)>,
        answer: Answer,
        out: Vec<(&'static str, Value)>,
    ) {
        self.calls += 1;
        let call = self.calls;
        self.push(What::Entered(entered(call, program, name, args)));
        let out = out.into_iter().map(|(name, value)| Arg::new(name, value)).collect();
        self.push(What::Returned(Returned { call, answer, out, made: None }));
    }

    pub(crate) fn segment(&mut self, from: &str, to: &str, flags: &'static str, data: &[u8]) {
        let length = data.len() as u32;
        let segment = Segment { flags: flags.into(), seq: 0, ack: Some(1), length, window: 512 };
        self.push(What::Packet(Packet {
            caused_by: Some(self.calls),
            from: from.into(),
            to: to.into(),
            carries: Carried::Tcp(segment),
            data: data.into(),
        }));
    }

    /// The welcome pair: the server sends so many bytes, the client reads so many, and the
    /// connection ends so.
    pub(crate) fn welcome(port: u16, sent: usize, read: i64, end: &'static str) -> Trace {
        let mut run = Run::new();
        let (here, there) = ("127.0.0.1:9001", format!("127.0.0.1:{port}"));
        let pointer = || Value::Pointer(0x7ffc_0000_0000 + u64::from(port));
        let ok = Answer::Value;
        let bind = vec![("sockfd", Value::Fd(3)), ("addr", address(here))];
        run.call(0, "bind", bind, ok(0), vec![]);
        let connect = vec![("sockfd", Value::Fd(3)), ("addr", address(here))];
        run.segment(&there, here, "SYN", b"");
        run.segment(here, &there, "SYN|ACK", b"");
        run.segment(&there, here, "ACK", b"");
        run.call(1, "connect", connect, ok(0), vec![]);
        let accept = vec![("sockfd", Value::Fd(3)), ("addr", pointer())];
        run.call(0, "accept", accept, ok(4), vec![("addr", address(&there))]);
        let welcome = [b"Welcome to Network Server!!".as_slice(), &[0; 256]].concat();
        let send = vec![
            ("sockfd", Value::Fd(4)),
            ("buf", bytes(&welcome[..sent])),
            ("len", Value::Int(sent as i64)),
            ("flags", Value::Int(0)),
        ];
        run.segment(here, &there, "PSH|ACK", &welcome[..sent]);
        run.call(0, "send", send, ok(sent as i64), vec![]);
        let recv = vec![
            ("sockfd", Value::Fd(3)),
            ("buf", pointer()),
            ("len", Value::Int(256)),
            ("flags", Value::Int(0)),
        ];
        run.call(1, "recv", recv, ok(read), vec![("buf", bytes(&welcome[..read as usize]))]);
        run.call(1, "close", vec![("fd", Value::Fd(3))], ok(0), vec![]);
        run.segment(&there, here, end, b"");
        for program in [0, 1] {
            run.push(What::Ended { who: who(program), exit: Exit::Status(0) });
        }
        run.trace
    }
}
