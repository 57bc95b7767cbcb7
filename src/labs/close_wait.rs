//! What the second side of a closing goes through, and how its program hears of it.

use serde::Serialize;

use super::{Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, step};
use crate::calls::*;

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "close_wait",
    title: "the client closes: which states the server's socket goes through, and what its recv says",
    claims: &[
        Claim {
            number: 24,
            says: "The server that got FIN waits in TIME_WAIT.",
            known: Verdict::Wrong,
            judge: states,
            truth: "Who gets the first FIN goes to CLOSE_WAIT, until its program closes, too. TIME_WAIT is the active \
                    closer's: the side whose FIN went first.",
            source: "RFC 9293 section 3.6 and figures 5 and 12",
            #[cfg(test)]
            otherwise: || Seen { server_after_fin: "TIME_WAIT".into(), ..seen() },
        },
        Claim {
            number: 37,
            says: "0 from recv is an error. (The notes leave out what it is.)",
            known: Verdict::Wrong,
            judge: end_of_stream,
            truth: "Over TCP 0 says that the peer has sent FIN and that all its bytes have been read (or that none were \
                    asked for, or that this side has shut down its reading). An error is -1 with errno, such as \
                    ECONNRESET after a RST.",
            source: "recv(2), RETURN VALUE; POSIX recv()",
            #[cfg(test)]
            otherwise: || Seen { recv_after_fin: "ECONNRESET".into(), ..seen() },
        },
    ],
    question: Question {
        asks: "The client has closed; the server has not yet. In which state is the server's socket?",
        answers: &["ESTABLISHED", "CLOSE_WAIT", "TIME_WAIT", "LAST_ACK"],
        right: |seen| match seen.server_after_fin.as_str() {
            "ESTABLISHED" => Some(0),
            "CLOSE_WAIT" => Some(1),
            "TIME_WAIT" => Some(2),
            "LAST_ACK" => Some(3),
            _ => None,
        },
    },
    scenes: &[Scene::of(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

const CLIENT: &str = "The client sends its last bytes and closes";
const READS: &str = "The server reads: first the bytes, then the end";
const SERVER: &str = "The server closes, too";
const RESET: &str = "For comparison, an error: a connection that the client resets (SO_LINGER 0)";

fn experiment() -> Result<(), Broke> {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(9001);
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");
    let mut buf = [0; 64];

    step("A connection");
    let listening = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&listening, &sin)?;
    listen(&listening, 5)?;
    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    connect(&client, &sin)?;
    let (server, _, _) = accept::<sockaddr_in>(&listening)?;

    step(CLIENT);
    send(&client, b"bye", 0)?;
    close(client)?;
    step(READS);
    recv(&server, &mut buf, 0)?;
    let _ = recv(&server, &mut buf, 0);
    step(SERVER);
    close(server)?;

    step(RESET);
    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    connect(&client, &sin)?;
    let (server, _, _) = accept::<sockaddr_in>(&listening)?;
    setsockopt(&client, SOL_SOCKET, SO_LINGER, &linger { l_onoff: 1, l_linger: 0 })?;
    close(client)?;
    let _ = recv(&server, &mut buf, 0);
    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// The client's state after its close.
    client_after_fin: String,
    /// The server's.
    server_after_fin: String,
    /// What the server's recv answered when all bytes had been read.
    recv_after_fin: String,
    /// The server's state after that.
    server_after_recv: String,
    /// The server's state after its close.
    server_at_last: String,
    /// The client's.
    client_at_last: String,
    /// What recv answered on a connection that was reset.
    recv_after_reset: String,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let (client, server) = (run.call("connect", 0)?, run.call("accept", 0)?);
    let closes = run.call_under(CLIENT, "close", 0)?;
    let reads = run.call_under(READS, "recvfrom", 1)?;
    let too = run.call_under(SERVER, "close", 0)?;
    Ok(Seen {
        client_after_fin: closes.state_of(&client)?,
        server_after_fin: closes.state_of(&server)?,
        recv_after_fin: reads.outcome(),
        server_after_recv: reads.state_of(&server)?,
        server_at_last: too.state_of(&server)?,
        client_at_last: too.state_of(&client)?,
        recv_after_reset: run.call_under(RESET, "recvfrom", 0)?.outcome(),
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    vec![
        format!(
            "After the client's close: server {}, client {}.",
            seen.server_after_fin, seen.client_after_fin
        ),
        format!(
            "All bytes read, the server's recv answered {}; server {}.",
            seen.recv_after_fin, seen.server_after_recv
        ),
        format!(
            "After the server's close: server {}, client {}.",
            seen.server_at_last, seen.client_at_last
        ),
        format!("On a connection that was reset, recv answered {}.", seen.recv_after_reset),
    ]
}

fn states(seen: &Seen) -> Verdict {
    let server = [&seen.server_after_fin, &seen.server_after_recv, &seen.server_at_last];
    match server.map(String::as_str) {
        ["CLOSE_WAIT", "CLOSE_WAIT", "gone"] if seen.client_at_last == "TIME_WAIT" => {
            Verdict::Wrong
        }
        ["TIME_WAIT", ..] => Verdict::True,
        _ => Verdict::Unexplained,
    }
}

fn end_of_stream(seen: &Seen) -> Verdict {
    match (seen.recv_after_fin.as_str(), seen.recv_after_reset.as_str()) {
        ("0", "ECONNRESET") => Verdict::Wrong,
        ("0", "0") => Verdict::Imprecise,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    Seen {
        client_after_fin: "FIN_WAIT_2".into(),
        server_after_fin: "CLOSE_WAIT".into(),
        recv_after_fin: "0".into(),
        server_after_recv: "CLOSE_WAIT".into(),
        server_at_last: "gone".into(),
        client_at_last: "TIME_WAIT".into(),
        recv_after_reset: "ECONNRESET".into(),
    }
}
