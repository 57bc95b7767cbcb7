//! The three segments of the handshake, one by one, and the states of both ends after each.

use serde::Serialize;

use super::{
    Broke, Claim, HERE, Lab, Part, Question, Run, Scene, THERE, Unclear, Verdict, Who, Wire, end,
    flags, step,
};
use crate::calls::*;
use crate::trace::{Sockets, Text, What};

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "handshake",
    title: "SYN, SYN|ACK and ACK, stopped on their way: the states of both ends after each",
    claims: &[
        Claim {
            number: 14,
            says: "SYN leads to SYN_SENT, SYN+ACK to SYN_RECEIVED, ACK to ESTABLISHED.",
            known: Verdict::True,
            judge: states,
            truth: "The client is in SYN_SENT once it has sent the SYN, the server's end in SYN_RECEIVED once it has \
                    answered SYN|ACK. The SYN|ACK makes the client ESTABLISHED, the client's ACK the server's end, \
                    which may be a while later.",
            source: "RFC 9293 section 3.5, figure 6",
            #[cfg(test)]
            otherwise: || Seen {
                client: states_of(["SYN_SENT", "ESTABLISHED", "-", "-"]),
                ..seen()
            },
        },
        Claim {
            number: 15,
            says: "The handshake is invisible to the programs.",
            known: Verdict::True,
            judge: invisible,
            truth: "The kernels make it. The client's program sees one call, connect, which sleeps until the SYN|ACK has \
                    come; the server's program makes no call for it: accept only takes the connection that is there.",
            source: "connect(2), listen(2), accept(2); RFC 9293 section 3.5",
            #[cfg(test)]
            otherwise: || Seen { client_calls: 3, ..seen() },
        },
    ],
    question: Question {
        asks: "The client's ACK, the third segment, is still on the way. In which state is each end?",
        answers: &[
            "client SYN_SENT, server SYN_RECEIVED",
            "client ESTABLISHED, server SYN_RECEIVED",
            "both ESTABLISHED",
            "client ESTABLISHED, server LISTEN: it has no end yet",
        ],
        right: |seen| match (seen.client[2].as_str(), seen.server[2].as_str()) {
            ("SYN_SENT", "SYN_RECEIVED") => Some(0),
            ("ESTABLISHED", "SYN_RECEIVED") => Some(1),
            ("ESTABLISHED", "ESTABLISHED") => Some(2),
            ("ESTABLISHED", "none") => Some(3),
            _ => None,
        },
    },
    scenes: &[Scene::with_wire(&[
        Part { name: "server", who: Who::Inside(server) },
        Part { name: "client", who: Who::Inside(client) },
    ])],
    observe,
    tell,
};

const SYN: &str = "The client's SYN waits in the middle of the wire";
const SYN_ACK: &str = "The SYN is let go; the answer, SYN|ACK, is stopped";
const ACK: &str = "The SYN|ACK is let go; the answer, ACK, is stopped";
const DONE: &str = "The ACK is let go";

/// The server does not block: it accepts after each segment, to see whether there is something to accept.
fn server() -> Result<(), Broke> {
    let mut wire = Wire::take()?;
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(9001);
    sin.sin_addr.s_addr = inet_addr(HERE);

    step("A server listens, a client connects");
    let sd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)?;
    bind(&sd, &sin)?;
    listen(&sd, 5)?;
    let syn = wire.segment("SYN")?;

    step(SYN);
    let _ = accept::<sockaddr_in>(&sd);

    step(SYN_ACK);
    wire.deliver(syn)?;
    let syn_ack = wire.segment("SYN|ACK")?;
    let _ = accept::<sockaddr_in>(&sd);

    step(ACK);
    wire.deliver(syn_ack)?;
    let ack = wire.segment("ACK")?;
    let _ = accept::<sockaddr_in>(&sd);

    step(DONE);
    wire.deliver(ack)?;
    let (ns, _, _) = accept::<sockaddr_in>(&sd)?;

    end();
    close(ns)?;
    let fin = wire.segment("FIN|ACK")?;
    wire.deliver(fin)
}

fn client() -> Result<(), Broke> {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(9001);
    sin.sin_addr.s_addr = inet_addr(THERE);
    let sd = socket(AF_INET, SOCK_STREAM, 0)?;
    connect(&sd, &sin)?;
    recv(&sd, &mut [0; 64], 0)?;
    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// The segments that were sent until the server accepted, each kind once.
    segments: Vec<String>,
    /// The client's state when the SYN was sent, when the SYN had arrived, when the SYN|ACK had, when the ACK had.
    client: [String; 4],
    /// The state of the server's end at the same moments; none: there is no such socket.
    server: [String; 4],
    /// How many calls the client made on its socket until it was ESTABLISHED.
    client_calls: usize,
    /// Whether connect slept.
    connect_slept: bool,
    /// What connect answered.
    connected: String,
    /// How accept went after each of the four moments.
    accepts: [String; 4],
    /// How many packets moved in the accept that gave the connection.
    accept_packets: usize,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let connect = run.call("connect", 0)?;
    let mut seen = Seen {
        segments: Vec::new(),
        client: Default::default(),
        server: Default::default(),
        client_calls: 0,
        connect_slept: connect.blocked(),
        connected: connect.outcome(),
        accepts: Default::default(),
        accept_packets: 0,
    };
    let address = connect.address("addr")?;
    for (at, title) in [SYN, SYN_ACK, ACK, DONE].into_iter().enumerate() {
        let calls = run.under(title);
        let accept = calls.iter().find(|call| call.name() == "accept");
        let accept = accept.ok_or_else(|| Unclear(format!("no accept under {title}")))?;
        let sockets = accept.sockets_before();
        let listener = accept.view().entered.socket.and_then(|cookie| sockets.get(cookie));
        let here = listener.and_then(|listener| listener.local.clone());
        seen.client[at] = state(&sockets, None, Some(&address));
        seen.server[at] = state(&sockets, here.as_ref(), None);
        seen.accepts[at] = if accept.succeeded() { "accepted".into() } else { accept.outcome() };
        seen.accept_packets = accept.packets().len();
        seen.segments = sent_before(run, accept.view().index);
    }
    let calls = run.all_calls();
    let on_it = calls.iter().filter(|call| {
        call.view().entered.socket == connect.cookie() && call.view().index <= connect.view().index
    });
    seen.client_calls = on_it.count();
    Ok(seen)
}

/// The state of the one connected socket with this address of its own, or this peer.
fn state(sockets: &Sockets, local: Option<&String>, peer: Option<&String>) -> String {
    let found = sockets.iter().find(|socket| {
        socket.peer.is_some()
            && (local.is_none() || socket.local.as_ref() == local)
            && (peer.is_none() || socket.peer.as_ref() == peer)
    });
    found.and_then(|socket| socket.state.clone()).unwrap_or(Text::Borrowed("none")).into()
}

/// The flags of the segments that were seen before an event; each counts once, though it is seen when it is sent and when it
/// has passed the middle of the wire, and may be sent again.
fn sent_before(run: &Run, index: usize) -> Vec<String> {
    let events = run.trace().events[..index].iter();
    let packets: Vec<_> = events
        .filter_map(|event| match &event.what {
            What::Packet(packet) => Some(packet),
            _ => None,
        })
        .collect();
    let mut kinds = Vec::new();
    for kind in flags(&packets) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

fn tell(seen: &Seen) -> Vec<String> {
    let moments = ["When the SYN was sent", "when it had arrived", "when the SYN|ACK had"];
    let moments = moments.into_iter().chain(["when the ACK had"]);
    let states = moments.zip(seen.client.iter().zip(&seen.server));
    let states: Vec<_> = states
        .map(|(when, (client, server))| format!("{when}: client {client}, server's end {server}"))
        .collect();
    vec![
        format!("The segments were {}.", seen.segments.join(", ")),
        format!("{}.", states.join("; ")),
        format!(
            "Calls that the client made on its socket until then: {}. connect answered {}; it slept: {}.",
            seen.client_calls, seen.connected, seen.connect_slept
        ),
        format!(
            "accept at each of these moments: {}. Packets that moved in the last one: {}.",
            seen.accepts.join(", "),
            seen.accept_packets
        ),
    ]
}

fn states(seen: &Seen) -> Verdict {
    let client = seen.client == ["SYN_SENT", "SYN_SENT", "ESTABLISHED", "ESTABLISHED"];
    let server = seen.server == ["none", "SYN_RECEIVED", "SYN_RECEIVED", "ESTABLISHED"];
    match client && server && seen.segments == ["SYN", "SYN|ACK", "ACK"] {
        true => Verdict::True,
        false => Verdict::Unexplained,
    }
}

fn invisible(seen: &Seen) -> Verdict {
    let one_call = seen.client_calls == 1 && seen.connect_slept && seen.connected == "0";
    let only_taken =
        seen.accepts == ["EAGAIN", "EAGAIN", "EAGAIN", "accepted"] && seen.accept_packets == 0;
    match (one_call, only_taken) {
        (true, true) => Verdict::True,
        (false, _) if seen.client_calls > 1 => Verdict::Wrong,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn states_of(states: [&str; 4]) -> [String; 4] {
    states.map(str::to_owned)
}

#[cfg(test)]
fn seen() -> Seen {
    Seen {
        segments: vec!["SYN".into(), "SYN|ACK".into(), "ACK".into()],
        client: states_of(["SYN_SENT", "SYN_SENT", "ESTABLISHED", "ESTABLISHED"]),
        server: states_of(["none", "SYN_RECEIVED", "SYN_RECEIVED", "ESTABLISHED"]),
        client_calls: 1,
        connect_slept: true,
        connected: "0".into(),
        accepts: states_of(["EAGAIN", "EAGAIN", "EAGAIN", "accepted"]),
        accept_packets: 0,
    }
}
