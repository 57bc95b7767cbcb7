//! The queues of a listening socket, and what becomes of a client for whom there is no room.

use serde::Serialize;

use super::{
    Broke, Claim, HERE, Lab, Part, Question, Run, Scene, THERE, Unclear, Verdict, Who, Wire, end,
    flags, note, port, step,
};
use crate::calls::*;
use crate::trace::{AcceptQueue, Event, SocketState, Sockets, What};

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "backlog",
    title: "a listening socket's queues with a backlog of 1, and the client for whom there is no room",
    claims: &[
        Claim {
            number: 21,
            says: "listen makes two queues: one waits for the handshake's end, the other for accept.",
            known: Verdict::True,
            judge: two_queues,
            truth: "Until the client's ACK comes, the kernel keeps a small entry in SYN_RECEIVED. Then the connection is \
                    ESTABLISHED and waits for accept; ss shows these: Recv-Q of the listening socket is how many wait, \
                    Send-Q the backlog.",
            source: "listen(2), NOTES; tcp(7), tcp_max_syn_backlog; ss(8)",
            #[cfg(test)]
            otherwise: || Seen { half_open: (0, 1), ..seen() },
        },
        Claim {
            number: 22,
            says: "The backlog is how many clients may wait.",
            known: Verdict::Imprecise,
            judge: how_many,
            truth: "Linux lets one more wait than the backlog says. A SYN beyond that is dropped and counted as \
                    ListenOverflows; the client gets no error, stays in SYN_SENT, and sends the SYN again after about a \
                    second. A backlog above net.core.somaxconn is cut to it silently.",
            source: "listen(2), NOTES; POSIX listen(), backlog is a hint; RFC 6298 section 2; Linux: sk_acceptq_is_full, \
                     TcpExtListenOverflows in Documentation/networking/snmp_counter.rst",
            #[cfg(test)]
            otherwise: || Seen { admitted: 1, ..seen() },
        },
        Claim {
            number: 23,
            says: "accept takes from the queue of finished handshakes.",
            known: Verdict::True,
            judge: takes,
            truth: "It takes the connection that has waited longest. Then there is room: the client that got no answer \
                    is let in when it sends its SYN again.",
            source: "accept(2); POSIX accept()",
            #[cfg(test)]
            otherwise: || Seen { queue_after_accept: 2, ..seen() },
        },
    ],
    question: Question {
        asks: "A server calls listen(sd, 1) and does not accept. Three clients connect. What becomes of the third?",
        answers: &[
            "ECONNREFUSED: only one may wait",
            "it waits in the queue, as the others do",
            "its SYN is not answered; it sends it again, and waits",
            "it takes the place of the first",
        ],
        right: |seen| match (seen.third.as_str(), seen.answers) {
            ("SYN_SENT", 0) => Some(2),
            ("ESTABLISHED", _) => Some(1),
            ("CLOSE", _) => Some(0),
            _ => None,
        },
    },
    scenes: &[Scene::with_wire(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

fn experiment() -> Result<(), Broke> {
    let mut wire = Wire::take()?;
    let (mut here, mut there) = (zeroed::<sockaddr_in>(), zeroed::<sockaddr_in>());
    for (sin, address) in [(&mut here, HERE), (&mut there, THERE)] {
        sin.sin_family = AF_INET as sa_family_t;
        sin.sin_port = htons(9001);
        sin.sin_addr.s_addr = inet_addr(address);
    }
    // The wire is in our own hand: we must not sleep in connect.
    let client = || socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

    step("A server listens with a backlog of 1, and does not accept");
    let sd = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&sd, &here)?;
    listen(&sd, 1)?;

    step("The first client's SYN arrives; the server's answer waits in the middle of the wire");
    let first = client()?;
    let _ = connect(&first, &there);
    let syn = wire.segment("SYN")?;
    wire.deliver(syn)?;
    let syn_ack = wire.segment("SYN|ACK")?;
    // Any call lets us see how the sockets are now.
    getsockopt(&sd, SOL_SOCKET, SO_ACCEPTCONN)?;
    step("The rest of its handshake");
    wire.deliver(syn_ack)?;
    let ack = wire.segment("ACK")?;
    wire.deliver(ack)?;
    getsockopt(&sd, SOL_SOCKET, SO_ACCEPTCONN)?;

    step("A second client, and all its segments");
    let second = client()?;
    let _ = connect(&second, &there);
    wire.handshake()?;

    step("A third client");
    note("ListenOverflows before", listen_overflows()?);
    let third = client()?;
    let _ = connect(&third, &there);
    let gone = wire.let_flow(100)?;
    let answers =
        flags(&gone.iter().collect::<Vec<_>>()).into_iter().filter(|flags| flags != "SYN");
    note("answers to its SYN", answers.count());
    note("ListenOverflows after", listen_overflows()?);

    step("The server accepts one client");
    let (_ns, _, _) = accept::<sockaddr_in>(&sd)?;
    step("The third client sends its SYN again");
    wire.handshake()?;
    getsockopt(&sd, SOL_SOCKET, SO_ACCEPTCONN)?;

    step("Another server asks for a backlog of a million");
    note("net.core.somaxconn", std::fs::read_to_string("/proc/sys/net/core/somaxconn")?.trim());
    let other = socket(AF_INET, SOCK_STREAM, 0)?;
    listen(&other, 1_000_000)?;

    end();
    Ok(())
}

/// How many SYNs, or last ACKs, found a queue full: a line of names, and below it a line of values.
fn listen_overflows() -> Result<String, Broke> {
    let text = std::fs::read_to_string("/proc/self/net/netstat")?;
    let mut lines = text.lines().filter_map(|line| line.strip_prefix("TcpExt: "));
    let names = lines.next().unwrap_or_default().split(' ');
    let mut values = names.zip(lines.next().unwrap_or_default().split(' '));
    let value = values.find(|(name, _)| *name == "ListenOverflows");
    Ok(value.ok_or_else(|| Broke::new("netstat has no ListenOverflows"))?.1.to_owned())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// The first client's SYN has arrived: sockets in SYN_RECEIVED, and the length of the accept queue.
    half_open: (usize, u32),
    /// Its handshake is over: the same.
    done: (usize, u32),
    /// The backlog that listen was given, as the kernel took it.
    backlog: u32,
    /// How many connections waited for accept when three clients had tried.
    admitted: u32,
    /// The third client's state then.
    third: String,
    /// How many packets answered its SYN.
    answers: i64,
    /// By how much ListenOverflows had grown.
    overflows: i64,
    /// After how many milliseconds it sent its SYN again.
    again_after: u64,
    /// Whether the first accept gave the first client.
    first_in_first_out: bool,
    /// The length of the queue after that accept.
    queue_after_accept: u32,
    /// The third client's state when it had sent its SYN again.
    third_later: String,
    /// The length of the queue then.
    queue_later: u32,
    /// A backlog of a million: what the kernel made of it.
    million: u32,
    /// net.core.somaxconn.
    somaxconn: i64,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let sd = run.call("listen", 0)?.cookie().unwrap_or_default();
    let queue = |sockets: &Sockets| queue(sockets.get(sd));
    let half_open = |at: usize| {
        let sockets = run.call("getsockopt", at)?.sockets_before();
        let entries =
            sockets.iter().filter(|socket| socket.state.as_deref() == Some("SYN_RECEIVED"));
        Ok((entries.count(), queue(&sockets)?.length))
    };
    let third = run.call("connect", 2)?;
    let state = |sockets: &Sockets| {
        let socket = third.cookie().and_then(|cookie| sockets.get(cookie));
        socket.and_then(|socket| socket.state.clone()).unwrap_or_default().to_string()
    };
    let accept = run.call("accept", 0)?;
    let (before, after) = (accept.sockets_before(), accept.sockets_after());
    let later = run.call("getsockopt", 2)?.sockets_before();
    let first = run.call("connect", 0)?.socket_after()?.local;
    let first_port = port(&first)?;
    let accepted = accept.address("addr")?;
    Ok(Seen {
        half_open: half_open(0)?,
        done: half_open(1)?,
        backlog: queue(&before)?.backlog,
        admitted: queue(&before)?.length,
        third: state(&before),
        answers: run.number("answers to its SYN")?,
        overflows: run.number("ListenOverflows after")? - run.number("ListenOverflows before")?,
        again_after: again_after(run, third.view().index),
        first_in_first_out: port(&Some(accepted))? == first_port,
        queue_after_accept: queue(&after)?.length,
        third_later: state(&later),
        queue_later: queue(&later)?.length,
        million: self::queue(Some(&run.call("listen", 1)?.socket_after()?))?.backlog,
        somaxconn: run.number("net.core.somaxconn")?,
    })
}

fn queue(socket: Option<&SocketState>) -> Result<AcceptQueue, Unclear> {
    let queue = socket.and_then(|socket| socket.accept_queue);
    queue.ok_or_else(|| Unclear("the listening socket's queue was not seen".into()))
}

/// The milliseconds between the first two SYNs that were sent from this event on; 0: there are no two.
fn again_after(run: &Run, index: usize) -> u64 {
    let sent = |event: &&Event| match &event.what {
        What::Packet(packet) => packet.from.starts_with("10.0.0.1:") && flags(&[packet]) == ["SYN"],
        _ => false,
    };
    let mut times = run.trace().events[index..].iter().filter(sent).map(|event| event.at);
    match (times.next(), times.next()) {
        (Some(first), Some(second)) => second.saturating_sub(first) / 1_000_000,
        _ => 0,
    }
}

fn tell(seen: &Seen) -> Vec<String> {
    vec![
        format!(
            "When the first client's SYN had arrived: sockets in SYN_RECEIVED: {}, waiting for accept: {}. After its ACK: {} \
             and {}.",
            seen.half_open.0, seen.half_open.1, seen.done.0, seen.done.1
        ),
        format!(
            "With a backlog of {}, {} connections waited when three clients had tried. The third client was in the state \
             {}: its SYN drew {} answers, and ListenOverflows had grown by {}.",
            seen.backlog, seen.admitted, seen.third, seen.answers, seen.overflows
        ),
        format!(
            "accept gave the client that came first: {}; then {} waited. The third client sent its SYN again {:.1} s after \
             the first one, and was in the state {}; {} waited.",
            seen.first_in_first_out,
            seen.queue_after_accept,
            seen.again_after as f64 / 1000.0,
            seen.third_later,
            seen.queue_later
        ),
        format!(
            "Of a backlog of 1000000 the kernel made {}; net.core.somaxconn is {}.",
            seen.million, seen.somaxconn
        ),
    ]
}

fn two_queues(seen: &Seen) -> Verdict {
    match (seen.half_open, seen.done) {
        ((1, 0), (0, 1)) => Verdict::True,
        _ => Verdict::Unexplained,
    }
}

fn how_many(seen: &Seen) -> Verdict {
    let dropped = seen.third == "SYN_SENT"
        && seen.answers == 0
        && seen.overflows >= 1
        && (900..5000).contains(&seen.again_after);
    match seen.admitted {
        n if n == seen.backlog => Verdict::True,
        n if n == seen.backlog + 1 && dropped && i64::from(seen.million) == seen.somaxconn => {
            Verdict::Imprecise
        }
        _ => Verdict::Unexplained,
    }
}

fn takes(seen: &Seen) -> Verdict {
    let one_less = seen.queue_after_accept + 1 == seen.admitted;
    let let_in = seen.third_later == "ESTABLISHED" && seen.queue_later == seen.admitted;
    match one_less && seen.first_in_first_out && let_in {
        true => Verdict::True,
        false => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    Seen {
        half_open: (1, 0),
        done: (0, 1),
        backlog: 1,
        admitted: 2,
        third: "SYN_SENT".into(),
        answers: 0,
        overflows: 1,
        again_after: 1030,
        first_in_first_out: true,
        queue_after_accept: 1,
        third_later: "ESTABLISHED".into(),
        queue_later: 2,
        million: 4096,
        somaxconn: 4096,
    }
}
