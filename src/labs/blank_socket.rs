//! What there is after `socket`: a piece of the kernel's memory that says what is known of a connection.

use serde::Serialize;

use super::{
    Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, note, step,
};
use crate::calls::*;
use crate::trace::{Arg, SocketState, Value};

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "blank_socket",
    title: "what the kernel holds of a socket that was just made, and what connect writes into it",
    claims: &[
        Claim {
            number: 29,
            says: "A socket is control information in the kernel.",
            known: Verdict::True,
            judge: control_information,
            truth: "The kernel keeps for each socket what it needs to send and receive: both addresses, the state, the \
                    queues and their limits, timers. Calls and segments change it, and the program has only a number \
                    for it, the descriptor.",
            source: "socket(2), socket(7); RFC 9293 section 3.3.1, the transmission control block",
            #[cfg(test)]
            otherwise: || Seen { connected: seen().blank, ..seen() },
        },
        Claim {
            number: 30,
            says: "socket reserves memory and writes the initial state into it.",
            known: Verdict::True,
            judge: reserves,
            truth: "The kernel makes the socket in the state CLOSE, without addresses, and counts one socket more. The \
                    buffers have sizes that they may grow to; memory for bytes is taken when bytes come.",
            source: "socket(2); socket(7), SO_RCVBUF and SO_SNDBUF; sock_diag(7), SK_MEMINFO_RMEM_ALLOC",
            #[cfg(test)]
            otherwise: || Seen { counted: (5, 5), ..seen() },
        },
    ],
    question: Question {
        asks: "Right after socket(AF_INET, SOCK_STREAM, 0), what does the kernel hold?",
        answers: &[
            "nothing: the socket comes into being at bind or connect",
            "a socket in the state CLOSE, without any address",
            "a socket in the state CLOSE, with an address and a port of its own",
            "a socket in the state LISTEN",
        ],
        right: |seen| match (seen.blank.state.as_str(), &seen.blank.local) {
            ("none", _) => Some(0),
            ("CLOSE", None) => Some(1),
            ("CLOSE", Some(_)) => Some(2),
            ("LISTEN", _) => Some(3),
            _ => None,
        },
    },
    scenes: &[Scene::of(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

fn experiment() -> Result<(), Broke> {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(9001);
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");

    step("A server listens, and the kernel's sockets are counted: /proc/net/sockstat");
    let listening = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&listening, &sin)?;
    listen(&listening, 5)?;
    note("sockets before", sockets_in_use()?);

    step("A socket is made");
    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    note("sockets after", sockets_in_use()?);
    getsockopt(&client, SOL_SOCKET, SO_MEMINFO)?;

    step("It is connected, and the server sends it 1000 bytes");
    connect(&client, &sin)?;
    let (ns, _, _) = accept::<sockaddr_in>(&listening)?;
    send(&ns, &[b'x'; 1000], 0)?;
    // One byte is waited for and left where it is.
    recv(&client, &mut [0], MSG_PEEK)?;
    getsockopt(&client, SOL_SOCKET, SO_MEMINFO)?;

    end();
    Ok(())
}

/// The first line of the file: `sockets: used 5`. They are those of this network.
fn sockets_in_use() -> Result<String, Broke> {
    let text = std::fs::read_to_string("/proc/self/net/sockstat")?;
    let used = text.lines().find_map(|line| line.strip_prefix("sockets: used "));
    Ok(used.ok_or_else(|| Broke::new("sockstat has no sockets"))?.to_owned())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// How many sockets there were before socket, and after it.
    counted: (i64, i64),
    /// The new socket, right after socket.
    blank: Held,
    /// The same socket after connect, when bytes have come.
    connected: Held,
    /// How far its buffers may grow, in bytes: receive, send.
    limits: (i64, i64),
    /// The memory of received bytes: right after socket, and when bytes have come.
    memory: (i64, i64),
}

/// What the kernel held of the socket.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Held {
    /// The state; none: there was no such socket.
    state: String,
    /// Its own address.
    local: Option<String>,
    /// The peer's.
    peer: Option<String>,
    /// Bytes that were not read yet.
    unread: u32,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let held = |socket: SocketState| Held {
        state: socket.state.unwrap_or_default().into(),
        local: socket.local,
        peer: socket.peer,
        unread: socket.receive_queue,
    };
    let memory = |at: usize, name: &str| match run.call("getsockopt", at)?.arg("optval") {
        Some(Arg { value: Value::Struct(fields), .. }) => {
            let number = fields.iter().find_map(|field| match field.value {
                Value::Int(number) if field.name == name => Some(number),
                _ => None,
            });
            number.ok_or_else(|| Unclear(format!("SO_MEMINFO has no {name}")))
        }
        _ => Err(Unclear("SO_MEMINFO was not seen".into())),
    };
    let nothing = Held { state: "none".into(), local: None, peer: None, unread: 0 };
    Ok(Seen {
        counted: (run.number("sockets before")?, run.number("sockets after")?),
        blank: run.call("socket", 1)?.socket_after().map_or(nothing, held),
        connected: held(run.call("getsockopt", 1)?.socket_before()?),
        limits: (memory(0, "RCVBUF")?, memory(0, "SNDBUF")?),
        memory: (memory(0, "RMEM_ALLOC")?, memory(1, "RMEM_ALLOC")?),
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    let held = |held: &Held| {
        let or_none = |address: &Option<String>| address.clone().unwrap_or("none".into());
        format!(
            "state {}, own address {}, peer {}, {} bytes to read",
            held.state,
            or_none(&held.local),
            or_none(&held.peer),
            held.unread
        )
    };
    vec![
        format!(
            "The kernel counted {} sockets before socket, and {} after it.",
            seen.counted.0, seen.counted.1
        ),
        format!("The new socket: {}.", held(&seen.blank)),
        format!("After connect, when bytes had come: {}.", held(&seen.connected)),
        format!(
            "Its buffers may take {} bytes (receive) and {} (send). The memory of received bytes was {} at first, and {} \
             when they had come.",
            seen.limits.0, seen.limits.1, seen.memory.0, seen.memory.1
        ),
    ]
}

fn control_information(seen: &Seen) -> Verdict {
    let (blank, connected) = (&seen.blank, &seen.connected);
    let empty = (blank.state.as_str(), &blank.local, &blank.peer, blank.unread);
    let filled = connected.state == "ESTABLISHED"
        && connected.local.is_some()
        && connected.peer.is_some()
        && connected.unread == 1000;
    match empty {
        ("CLOSE", None, None, 0) if filled => Verdict::True,
        _ => Verdict::Unexplained,
    }
}

fn reserves(seen: &Seen) -> Verdict {
    let one_more = seen.counted.1 == seen.counted.0 + 1;
    let initial = seen.blank.state == "CLOSE" && seen.blank.local.is_none();
    let as_they_come = seen.memory.0 == 0 && seen.memory.1 >= 1000;
    let limits = seen.limits.0 > 0 && seen.limits.1 > 0;
    match (one_more, initial) {
        (true, true) if as_they_come && limits => Verdict::True,
        (false, _) if seen.blank.state == "none" => Verdict::Wrong,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    let address = |port: u16| Some(format!("127.0.0.1:{port}"));
    Seen {
        counted: (5, 6),
        blank: Held { state: "CLOSE".into(), local: None, peer: None, unread: 0 },
        connected: Held {
            state: "ESTABLISHED".into(),
            local: address(40001),
            peer: address(9001),
            unread: 1000,
        },
        limits: (131072, 16384),
        memory: (0, 1832),
    }
}
