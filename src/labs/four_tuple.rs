//! What tells one TCP connection from another, and that a connected socket needs no further address.

use serde::Serialize;

use super::{Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, step};
use crate::calls::*;

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "four_tuple",
    title: "how many connections one client port can have, and where sendto's address leads once connected",
    claims: &[
        Claim {
            number: 12,
            says: "A TCP connection is identified by its two endpoints.",
            known: Verdict::True,
            judge: identity,
            truth: "Both ends' addresses and ports together name a connection: one local port can have connections to \
                    two servers, but a second one to the same server fails, on Linux with EADDRNOTAVAIL.",
            source: "RFC 9293 section 3.4.1 and section 4, \"connection\"; connect(2); POSIX connect() has EADDRINUSE for it",
            #[cfg(test)]
            otherwise: || Seen { same_server: "0".into(), ..seen() },
        },
        Claim {
            number: 13,
            says: "After the handshake no address is needed any more.",
            known: Verdict::True,
            judge: addresses,
            truth: "send takes no address: the socket knows its peer. On a connected TCP socket Linux ignores the address \
                    that sendto is given, and the bytes go to the peer.",
            source: "send(2); POSIX sendto() leaves it open: the address is ignored, or EISCONN",
            #[cfg(test)]
            otherwise: || Seen { at_first: "one ".into(), at_second: "two ".into(), ..seen() },
        },
    ],
    question: Question {
        asks: "A socket at 127.0.0.1:5000 is connected to 127.0.0.1:9001. What can other sockets at 127.0.0.1:5000 do?",
        answers: &[
            "connect to 9001 and to 9002: 9001 tells its clients apart by their sockets",
            "connect to 9002, but not to 9001",
            "connect to neither: port 5000 is taken",
        ],
        right: |seen| match (seen.other_server.as_str(), seen.same_server.as_str()) {
            ("0", "0") => Some(0),
            ("0", _) => Some(1),
            (_, "0") => None,
            _ => Some(2),
        },
    },
    scenes: &[Scene::of(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

fn experiment() -> Result<(), Broke> {
    let (mut first, mut second, mut client) =
        (zeroed::<sockaddr_in>(), zeroed::<sockaddr_in>(), zeroed::<sockaddr_in>());
    for (sin, port) in [(&mut first, 9001), (&mut second, 9002), (&mut client, 5000)] {
        sin.sin_family = AF_INET as sa_family_t;
        sin.sin_port = htons(port);
        sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");
    }

    step("Two servers, at port 9001 and at port 9002");
    let sd1 = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&sd1, &first)?;
    listen(&sd1, 5)?;
    let sd2 = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&sd2, &second)?;
    listen(&sd2, 5)?;

    step("Three sockets at port 5000, which SO_REUSEADDR allows as long as none of them listens");
    let (c1, c2, c3) = (
        socket(AF_INET, SOCK_STREAM, 0)?,
        socket(AF_INET, SOCK_STREAM, 0)?,
        socket(AF_INET, SOCK_STREAM, 0)?,
    );
    for sd in [&c1, &c2, &c3] {
        setsockopt(sd, SOL_SOCKET, SO_REUSEADDR, &1)?;
        bind(sd, &client)?;
    }

    step("The first connects to 9001, the second to 9002");
    connect(&c1, &first)?;
    let _ = connect(&c2, &second);
    step("The third connects to 9001, too");
    let _ = connect(&c3, &first);

    step("The first sends: without an address, and with that of the other server");
    let (ns1, _, _) = accept::<sockaddr_in>(&sd1)?;
    let (ns2, _, _) = accept::<sockaddr_in>(&sd2)?;
    send(&c1, b"one ", 0)?;
    let _ = sendto(&c1, b"two ", 0, &second);
    step("What has come to the servers?");
    let mut buf = [0; 64];
    let _ = recv(&ns1, &mut buf, MSG_DONTWAIT);
    let _ = recv(&ns2, &mut buf, MSG_DONTWAIT);

    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// The connections that are ESTABLISHED at the clients' side after all attempts: from where to where.
    connections: Vec<String>,
    /// How it went: a second connection from port 5000, to the other server.
    other_server: String,
    /// And a third, to the first server again.
    same_server: String,
    /// How sendto went with the other server's address.
    sendto: String,
    /// What the first server read, or the errno.
    at_first: String,
    /// What the other server read, or the errno.
    at_second: String,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let last = run.call("connect", 2)?;
    let client = last.address("addr").and(run.call("bind", 2)?.address("addr"))?;
    let connections = last.sockets_after();
    let connections = connections.iter().filter(|socket| {
        socket.state.as_deref() == Some("ESTABLISHED") && socket.local.as_ref() == Some(&client)
    });
    let pair = |peer: &Option<String>| Some(format!("{client} → {}", peer.as_ref()?));
    let read = |at: usize| {
        let recv = run.call("recvfrom", at)?;
        if recv.succeeded() { recv.text("buf") } else { Ok(recv.outcome()) }
    };
    Ok(Seen {
        connections: connections.filter_map(|socket| pair(&socket.peer)).collect(),
        other_server: run.call("connect", 1)?.outcome(),
        same_server: last.outcome(),
        sendto: run.call("sendto", 1)?.outcome(),
        at_first: read(0)?,
        at_second: read(1)?,
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    vec![
        format!(
            "After the first connection from port 5000: a second one, to the other server: {}; a third one, to the first \
             server again: {}.",
            seen.other_server, seen.same_server
        ),
        format!("The connections from there are {}.", seen.connections.join(" and ")),
        format!(
            "sendto with the other server's address: {}. The server of the connection read \"{}\", the other one: {}.",
            seen.sendto, seen.at_first, seen.at_second
        ),
    ]
}

fn identity(seen: &Seen) -> Verdict {
    let apart = matches!(&seen.connections[..], [a, b] if a != b);
    match (seen.other_server.as_str(), seen.same_server.as_str()) {
        ("0", "EADDRNOTAVAIL") if apart => Verdict::True,
        // Two connections with the same endpoints; or not even the peer tells them apart.
        ("0", "0") | ("EADDRNOTAVAIL" | "EADDRINUSE", _) => Verdict::Wrong,
        _ => Verdict::Unexplained,
    }
}

fn addresses(seen: &Seen) -> Verdict {
    match (seen.at_first.as_str(), seen.at_second.as_str()) {
        ("one two ", "EAGAIN") if seen.sendto == "4" => Verdict::True,
        (_, "two ") => Verdict::Imprecise,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    Seen {
        connections: vec!["a → b".into(), "a → c".into()],
        other_server: "0".into(),
        same_server: "EADDRNOTAVAIL".into(),
        sendto: "4".into(),
        at_first: "one two ".into(),
        at_second: "EAGAIN".into(),
    }
}
