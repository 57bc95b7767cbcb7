//! When `close` does not end a connection but breaks it.

use std::os::fd::OwnedFd;

use serde::Serialize;

use super::{Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, step};
use crate::calls::*;

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "reset",
    title: "when close sends RST instead of FIN, and what the other side hears",
    claims: &[Claim {
        number: 26,
        says: "close ends the connection.",
        known: Verdict::Imprecise,
        judge: endings,
        truth: "It ends the descriptor. With the last one it sends FIN, after all that is still to be sent; but RST if bytes that \
                came lie unread, or if SO_LINGER is on with 0 seconds. RST breaks the connection off: the peer's recv fails with \
                ECONNRESET.",
        source: "RFC 9293 sections 3.6.1 and 3.10.5; RFC 2525 section 2.17; socket(7), SO_LINGER",
        #[cfg(test)]
        otherwise: || Seen { unread: seen().plain, linger: seen().plain, ..seen() },
    }],
    question: Question {
        asks: "The server closes a connection without having read what the client sent. What does the client's next recv say?",
        answers: &["0: the end", "-1 ECONNRESET", "-1 EPIPE", "it waits for ever"],
        right: |seen| match seen.unread.peer.as_str() {
            "0" => Some(0),
            "ECONNRESET" => Some(1),
            "EPIPE" => Some(2),
            "EAGAIN" => Some(3),
            _ => None,
        },
    },
    scenes: &[Scene::of(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

const PLAIN: &str = "The server has read everything, and closes";
const UNREAD: &str = "The server closes, and 8 bytes lie unread";
const LINGER: &str = "The server has read everything, sets SO_LINGER to 0 seconds, and closes";

fn experiment() -> Result<(), Broke> {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(9001);
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");
    let mut buf = [0; 64];

    step("A server");
    let listening = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&listening, &sin)?;
    listen(&listening, 5)?;

    step("A connection, and a question of 8 bytes");
    let (client, server) = question(&listening, &sin)?;
    step(PLAIN);
    recv(&server, &mut buf, 0)?;
    close(server)?;
    let _ = recv(&client, &mut buf, MSG_DONTWAIT);

    step("The same again");
    let (client, server) = question(&listening, &sin)?;
    step(UNREAD);
    close(server)?;
    let _ = recv(&client, &mut buf, MSG_DONTWAIT);

    step("The same again");
    let (client, server) = question(&listening, &sin)?;
    step(LINGER);
    recv(&server, &mut buf, 0)?;
    setsockopt(&server, SOL_SOCKET, SO_LINGER, &linger { l_onoff: 1, l_linger: 0 })?;
    close(server)?;
    let _ = recv(&client, &mut buf, MSG_DONTWAIT);
    end();
    Ok(())
}

/// A connection over which the client has asked something.
fn question(listening: &OwnedFd, sin: &sockaddr_in) -> Result<(OwnedFd, OwnedFd), Broke> {
    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    connect(&client, sin)?;
    let (server, _, _) = accept::<sockaddr_in>(listening)?;
    send(&client, b"question", 0)?;
    Ok((client, server))
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// A close after all was read.
    plain: Ending,
    /// A close with bytes unread.
    unread: Ending,
    /// A close with SO_LINGER 0.
    linger: Ending,
}

/// How a connection ended.
#[derive(Debug, Clone, Serialize)]
struct Ending {
    /// Bytes in the server's queue, unread, before its close.
    queue: u32,
    /// The first segment that close sent.
    segment: String,
    /// What became of the server's socket.
    server: String,
    /// What the client's recv said then.
    peer: String,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let ending = |heading| {
        let close = run.call_under(heading, "close", 0)?;
        let after = run.under(heading).into_iter().rfind(|seen| seen.name() == "recvfrom");
        let after = after.ok_or_else(|| Unclear("the client did not read".into()))?;
        Ok(Ending {
            queue: close.socket_before()?.receive_queue,
            segment: close.flags().first().cloned().unwrap_or("nothing".into()),
            server: close.state_of(&close)?,
            peer: after.outcome(),
        })
    };
    Ok(Seen { plain: ending(PLAIN)?, unread: ending(UNREAD)?, linger: ending(LINGER)? })
}

fn tell(seen: &Seen) -> Vec<String> {
    let line = |when: &str, ending: &Ending| {
        let Ending { queue, segment, server, peer } = ending;
        format!(
            "{when}, {queue} bytes unread: close sent {segment}, the server's socket: {server}; the client's recv: {peer}."
        )
    };
    vec![
        line("The first close", &seen.plain),
        line("The second", &seen.unread),
        line("The third, with SO_LINGER 0", &seen.linger),
    ]
}

fn endings(seen: &Seen) -> Verdict {
    let orderly = |ending: &Ending| ending.segment == "FIN|ACK" && ending.peer == "0";
    let broken = |ending: &Ending| {
        ending.segment.contains("RST") && ending.server == "gone" && ending.peer == "ECONNRESET"
    };
    let unread = (seen.plain.queue, seen.linger.queue) == (0, 0) && seen.unread.queue > 0;
    match &[&seen.plain, &seen.unread, &seen.linger] {
        [plain, two @ ..] if unread && orderly(plain) && two.iter().all(|e| broken(e)) => {
            Verdict::Imprecise
        }
        all if all.iter().all(|ending| orderly(ending)) => Verdict::True,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    let ending = |queue, [segment, server, peer]: [&str; 3]| Ending {
        queue,
        segment: segment.into(),
        server: server.into(),
        peer: peer.into(),
    };
    Seen {
        plain: ending(0, ["FIN|ACK", "FIN_WAIT_2", "0"]),
        unread: ending(8, ["RST|ACK", "gone", "ECONNRESET"]),
        linger: ending(0, ["RST|ACK", "gone", "ECONNRESET"]),
    }
}
