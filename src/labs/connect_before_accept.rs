//! What `connect` waits for, what it answers, and what it leaves in the address that it is given.

use serde::Serialize;

use super::{Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, step};
use crate::calls::*;
use crate::trace::Sockets;

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "connect_before_accept",
    title: "what connect waits for, what it answers, and what it leaves in the address",
    claims: &[
        Claim {
            number: 16,
            says: "connect waits for the queue, not for accept.",
            known: Verdict::True,
            judge: waits,
            truth: "connect returns when the handshake is over: the kernels of both sides make it, and the connection \
                    goes into the listening socket's queue. The client can send at once; the bytes wait there, too.",
            source: "connect(2), listen(2), accept(2); RFC 9293 section 3.5",
            #[cfg(test)]
            otherwise: || Seen { queue: 0, server_has: 0, ..seen() },
        },
        Claim {
            number: 18,
            says: "connect returns a descriptor.",
            known: Verdict::Wrong,
            judge: descriptor,
            truth: "It returns 0, or -1 with errno. The descriptor is the one that socket gave, and it stays the same.",
            source: "connect(2), RETURN VALUE; POSIX connect()",
            #[cfg(test)]
            otherwise: || Seen { connected: "5".into(), descriptors: (2, 3), ..seen() },
        },
        Claim {
            number: 19,
            says: "connect fills the address with the client's own.",
            known: Verdict::Wrong,
            judge: fills,
            truth: "The address is const: it says where to connect to, and is as before. getsockname tells the client's \
                    own address.",
            source: "connect(2), the prototype; getsockname(2)",
            #[cfg(test)]
            otherwise: || Seen { address_after: "127.0.0.1:40001".into(), ..seen() },
        },
    ],
    question: Question {
        asks: "A server listens and never calls accept. What does the client's connect do?",
        answers: &[
            "it waits until accept is called",
            "it fails with ECONNREFUSED",
            "it returns 0, and the client can send",
            "it returns 0, but send fails until accept is called",
        ],
        right: |seen| match (seen.connected.as_str(), seen.sent.as_str()) {
            ("ECONNREFUSED", _) => Some(1),
            ("0", "5") => Some(2),
            ("0", _) => Some(3),
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

    step("A server listens, and never accepts");
    let sd = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&sd, &sin)?;
    listen(&sd, 5)?;

    step("A client connects and sends");
    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    let _ = connect(&client, &sin);
    let _ = send(&client, b"hello", 0);

    step("Its own address; and connect again with the same sin, to see what is in it now");
    getsockname::<sockaddr_in>(&client)?;
    let _ = connect(&client, &sin);

    step("What connect answers where nobody listens");
    let other = socket(AF_INET, SOCK_STREAM, 0)?;
    sin.sin_port = htons(9002);
    let _ = connect(&other, &sin);

    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// What connect answered.
    connected: String,
    /// The client's state just after it.
    state: String,
    /// The length of the listening socket's queue just after it.
    queue: u32,
    /// How often accept was called.
    accepts: usize,
    /// What send answered.
    sent: String,
    /// How many bytes then waited in the socket that nobody had accepted.
    server_has: u32,
    /// How many descriptors led to sockets before connect, and after it.
    descriptors: (usize, usize),
    /// What connect answered where nobody listens.
    refused: String,
    /// The address that connect was given.
    address_before: String,
    /// What stood in the same memory afterwards.
    address_after: String,
    /// The client's own address.
    own: String,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let (connect, send) = (run.call("connect", 0)?, run.call("sendto", 0)?);
    let (before, after) = (connect.sockets_before(), connect.sockets_after());
    let listener = after.iter().find_map(|socket| socket.accept_queue);
    let waiting = send.sockets_after();
    let waiting = waiting.iter().find(|socket| socket.holders.is_empty());
    let descriptors =
        |sockets: &Sockets| sockets.iter().map(|socket| socket.holders.len()).sum::<usize>();
    Ok(Seen {
        connected: connect.outcome(),
        state: connect.socket_after()?.state.unwrap_or_default().into(),
        queue: listener.map_or(0, |queue| queue.length),
        accepts: run.calls("accept").len(),
        sent: send.outcome(),
        server_has: waiting.map_or(0, |socket| socket.receive_queue),
        descriptors: (descriptors(&before), descriptors(&after)),
        refused: run.call("connect", 2)?.outcome(),
        address_before: connect.address("addr")?,
        address_after: run.call("connect", 1)?.address("addr")?,
        own: run.call("getsockname", 0)?.address("addr")?,
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    vec![
        format!(
            "Calls of accept: {}. connect answered {}; the client was in the state {}; the length of the \
             listening socket's queue was {}.",
            seen.accepts, seen.connected, seen.state, seen.queue
        ),
        format!(
            "send answered {}; {} bytes waited in a socket that no descriptor led to.",
            seen.sent, seen.server_has
        ),
        format!(
            "The number of descriptors was {} before connect and {} after it. Where nobody listens connect answered {}.",
            seen.descriptors.0, seen.descriptors.1, seen.refused
        ),
        format!(
            "sin held {} before connect and {} after it; the client's own address was {}.",
            seen.address_before, seen.address_after, seen.own
        ),
    ]
}

fn waits(seen: &Seen) -> Verdict {
    match seen.connected.as_str() {
        "0" if seen.state == "ESTABLISHED"
            && (seen.accepts, seen.queue, seen.server_has) == (0, 1, 5)
            && seen.sent == "5" =>
        {
            Verdict::True
        }
        _ => Verdict::Unexplained,
    }
}

fn descriptor(seen: &Seen) -> Verdict {
    let (before, after) = seen.descriptors;
    match seen.connected.as_str() {
        "0" if before == after && seen.refused == "ECONNREFUSED" => Verdict::Wrong,
        number if after > before && number.parse::<i32>().is_ok() => Verdict::True,
        _ => Verdict::Unexplained,
    }
}

fn fills(seen: &Seen) -> Verdict {
    match &seen.address_after {
        after if *after == seen.own => Verdict::True,
        after if *after == seen.address_before => Verdict::Wrong,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    Seen {
        connected: "0".into(),
        state: "ESTABLISHED".into(),
        queue: 1,
        accepts: 0,
        sent: "5".into(),
        server_has: 5,
        descriptors: (2, 2),
        refused: "ECONNREFUSED".into(),
        address_before: "127.0.0.1:9001".into(),
        address_after: "127.0.0.1:9001".into(),
        own: "127.0.0.1:40001".into(),
    }
}
