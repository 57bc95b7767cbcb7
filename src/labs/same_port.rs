//! Which port a connected socket has at the server, and when the server knows who its peer is.

use serde::Serialize;

use super::port as port_of;
use super::{Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, step};
use crate::calls::*;

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "same_port",
    title: "which port accept's new socket has, and which socket of the server knows the client",
    claims: &[
        Claim {
            number: 11,
            says: "The connected socket gets a port that one need not know.",
            known: Verdict::Imprecise,
            judge: ports,
            truth: "It gets no port of its own: getsockname says the listening socket's port. Connections to one port \
                    differ in the peer's address and port.",
            source: "accept(2), getsockname(2); RFC 9293 section 3.4.1 and section 4, \"connection\"",
            #[cfg(test)]
            otherwise: || Seen { accepted: vec![40001, 40002], ..seen() },
        },
        Claim {
            number: 31,
            says: "The server's socket does not know its peer until a client has come.",
            known: Verdict::True,
            judge: peers,
            truth: "The listening socket never has a peer: getpeername fails with ENOTCONN, before and after. The socket \
                    that accept gives knows its client from the start.",
            source: "getpeername(2); POSIX getpeername(), ENOTCONN",
            #[cfg(test)]
            otherwise: || Seen { listener_before: "0".into(), ..seen() },
        },
    ],
    question: Question {
        asks: "A server listens on port 9001 and accepts two clients. Which ports do the two new sockets have at the \
               server?",
        answers: &[
            "9001 both",
            "one that the kernel picks, each another",
            "9001 and 9002",
            "0: none",
        ],
        right: |seen| match seen.accepted[..] {
            [0, 0] => Some(3),
            [a, b] if (a, b) == (seen.listens_at, seen.listens_at) => Some(0),
            [9001, 9002] => Some(2),
            [a, b] if a != b => Some(1),
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

    step("A server listens, and asks its socket who the peer is");
    let sd = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&sd, &sin)?;
    listen(&sd, 5)?;
    let _ = getpeername::<sockaddr_in>(&sd);

    step("Two clients connect, and each asks for its own address");
    let first = socket(AF_INET, SOCK_STREAM, 0)?;
    connect(&first, &sin)?;
    getsockname::<sockaddr_in>(&first)?;
    let second = socket(AF_INET, SOCK_STREAM, 0)?;
    connect(&second, &sin)?;
    getsockname::<sockaddr_in>(&second)?;

    step("The server accepts them");
    let (ns1, _, _) = accept::<sockaddr_in>(&sd)?;
    let (ns2, _, _) = accept::<sockaddr_in>(&sd)?;

    step("It asks the two new sockets for their own addresses");
    getsockname::<sockaddr_in>(&ns1)?;
    getsockname::<sockaddr_in>(&ns2)?;

    step("It asks all three for their peers");
    getpeername::<sockaddr_in>(&ns1)?;
    getpeername::<sockaddr_in>(&ns2)?;
    let _ = getpeername::<sockaddr_in>(&sd);

    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// The listening socket's port.
    listens_at: u16,
    /// The two accepted sockets' own ports, by getsockname.
    accepted: Vec<u16>,
    /// The two clients' addresses, as getsockname told them.
    clients: Vec<String>,
    /// The accepted sockets' peers, by getpeername.
    peers: Vec<String>,
    /// How getpeername went on the listening socket, before a client came.
    listener_before: String,
    /// And after two had been accepted.
    listener_after: String,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let told = |call: &str, at: usize| run.call(call, at)?.address("addr");
    let port = |at: usize| port_of(&Some(told("getsockname", at)?));
    Ok(Seen {
        listens_at: port_of(&run.call("listen", 0)?.socket_after()?.local)?,
        accepted: vec![port(2)?, port(3)?],
        clients: vec![told("getsockname", 0)?, told("getsockname", 1)?],
        peers: vec![told("getpeername", 1)?, told("getpeername", 2)?],
        listener_before: run.call("getpeername", 0)?.outcome(),
        listener_after: run.call("getpeername", 3)?.outcome(),
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    let ports: Vec<String> = seen.accepted.iter().map(u16::to_string).collect();
    vec![
        format!(
            "The server listens at port {}; the accepted sockets are at port {}.",
            seen.listens_at,
            ports.join(" and ")
        ),
        format!(
            "The clients are {}; getpeername on the accepted sockets says {}.",
            seen.clients.join(" and "),
            seen.peers.join(" and ")
        ),
        format!(
            "getpeername on the listening socket: {} before the clients came, {} after they were accepted.",
            seen.listener_before, seen.listener_after
        ),
    ]
}

fn ports(seen: &Seen) -> Verdict {
    let apart = seen.peers.len() == 2 && seen.peers[0] != seen.peers[1];
    match seen.accepted[..] {
        [a, b] if a == seen.listens_at && b == a && apart => Verdict::Imprecise,
        [a, b] if a != seen.listens_at && b != seen.listens_at => Verdict::True,
        _ => Verdict::Unexplained,
    }
}

fn peers(seen: &Seen) -> Verdict {
    match (seen.listener_before.as_str(), seen.listener_after.as_str()) {
        ("ENOTCONN", "ENOTCONN") if seen.peers == seen.clients => Verdict::True,
        ("0", _) => Verdict::Wrong,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    let clients = vec!["127.0.0.1:40001".to_owned(), "127.0.0.1:40002".to_owned()];
    Seen {
        listens_at: 9001,
        accepted: vec![9001, 9001],
        peers: clients.clone(),
        clients,
        listener_before: "ENOTCONN".into(),
        listener_after: "ENOTCONN".into(),
    }
}
