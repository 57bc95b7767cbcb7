//! Who makes the connected socket, and when: the kernel at the end of the handshake, or `accept`.

use serde::Serialize;

use super::{Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, step};
use crate::calls::*;

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "accept_queue",
    title: "where a client's connection is before the server calls accept, and what accept does",
    claims: &[Claim {
        number: 10,
        says: "The listening socket makes a new socket for each client.",
        known: Verdict::True,
        judge: new_sockets,
        truth: "There is a new socket for each client. The kernel makes it when the handshake ends, and puts it into the \
                listening socket's queue; accept takes the first one out, gives it a descriptor, and sends nothing.",
        source: "accept(2), listen(2); POSIX accept(); RFC 9293 section 3.5",
        #[cfg(test)]
        otherwise: || Seen { waiting: Vec::new(), queue: 0, from_queue: 0, ..seen() },
    }],
    question: Question {
        asks: "Two clients have connected, and the server has not called accept yet. How many sockets with an \
               ESTABLISHED connection does the kernel hold at the server's port?",
        answers: &[
            "none: accept makes them",
            "one: the listening socket",
            "two, without descriptors",
        ],
        right: |seen| match (seen.waiting.len(), seen.from_queue) {
            (0, 0) => Some(0),
            (1, 0) => Some(1),
            (2, 2) => Some(2),
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

    step("A server listens");
    let sd = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&sd, &sin)?;
    listen(&sd, 5)?;

    step("Two clients connect; the server does nothing");
    let first = socket(AF_INET, SOCK_STREAM, 0)?;
    connect(&first, &sin)?;
    let second = socket(AF_INET, SOCK_STREAM, 0)?;
    connect(&second, &sin)?;

    step("The server calls accept, twice");
    let (_ns, _, _) = accept::<sockaddr_in>(&sd)?;
    let (_ns, _, _) = accept::<sockaddr_in>(&sd)?;

    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// Before the first accept: the states of the sockets at the server's address that have a peer and no descriptor.
    waiting: Vec<String>,
    /// Before the first accept: the length of the listening socket's queue.
    queue: u32,
    /// How many calls of accept gave a descriptor of a new number.
    accepted: usize,
    /// How many of the accepted sockets are those that waited.
    from_queue: usize,
    /// The state of the listening socket just before the first accept.
    listener: String,
    /// How many packets moved in the calls of accept.
    packets: usize,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let accepts = run.calls("accept");
    let before = run.call("accept", 0)?.sockets_before();
    let listener = run.call("accept", 1)?.view().entered.socket;
    let listener = listener.and_then(|cookie| before.get(cookie));
    let listener = listener.ok_or_else(|| Unclear("the listening socket was not seen".into()))?;
    let waits = |cookie: u64| {
        before.get(cookie).filter(|socket| {
            socket.local == listener.local && socket.peer.is_some() && socket.holders.is_empty()
        })
    };
    let waiting = before.iter().filter_map(|socket| waits(socket.cookie)?.state.clone());
    let numbers: std::collections::BTreeSet<_> =
        accepts.iter().filter_map(|accept| accept.value().ok()).collect();
    Ok(Seen {
        waiting: waiting.map(Into::into).collect(),
        queue: listener.accept_queue.map_or(0, |queue| queue.length),
        accepted: numbers.len(),
        from_queue: accepts.iter().filter_map(|a| waits(a.cookie()?)).count(),
        listener: listener.state.clone().unwrap_or_default().into(),
        packets: accepts.iter().map(|accept| accept.packets().len()).sum(),
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    vec![
        format!(
            "Before the first accept, connected sockets at the server's port that no descriptor led to: {}. The length of \
             the listening socket's queue: {}.",
            if seen.waiting.is_empty() { "none".into() } else { seen.waiting.join(", ") },
            seen.queue
        ),
        format!(
            "Descriptors that accept gave: {}. Those of them that lead to sockets that had waited: {}.",
            seen.accepted, seen.from_queue
        ),
        format!(
            "Packets that moved while accept was called: {}. The listening socket was in the state {}.",
            seen.packets, seen.listener
        ),
    ]
}

fn new_sockets(seen: &Seen) -> Verdict {
    let waited = seen.waiting.len() == 2 && seen.waiting.iter().all(|state| state == "ESTABLISHED");
    match (seen.accepted, seen.from_queue) {
        (2, 2) if waited && seen.queue == 2 && seen.packets == 0 && seen.listener == "LISTEN" => {
            Verdict::True
        }
        // There are new sockets, but the kernel had not made them before accept was called.
        (2, 0) => Verdict::Imprecise,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    Seen {
        waiting: vec!["ESTABLISHED".into(), "ESTABLISHED".into()],
        queue: 2,
        accepted: 2,
        from_queue: 2,
        listener: "LISTEN".into(),
        packets: 0,
    }
}
