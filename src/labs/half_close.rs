//! A connection that is closed in one direction.

use serde::Serialize;

use super::{
    Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, flags, step,
};
use crate::calls::*;

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "half_close",
    title: "the client says with shutdown that it has said all, and still listens",
    claims: &[Claim {
        number: 27,
        says: "Half of a connection can be closed. (The notes leave it out.)",
        known: Verdict::True,
        judge: halves,
        truth: "shutdown(SHUT_WR) sends FIN: the peer's recv gives 0 after the last byte. The other direction stays open, and the \
                peer's answers arrive, until it closes, too. A send after shutdown fails with EPIPE.",
        source: "shutdown(2); POSIX shutdown(); RFC 9293 section 3.6.1",
        #[cfg(test)]
        otherwise: || Seen { answer: "EPIPE".into(), received: "0".into(), ..seen() },
    }],
    question: Question {
        asks: "The client calls shutdown with SHUT_WR. Then the server sends an answer of 6 bytes, and the client calls recv. What \
               does recv give?",
        answers: &["6: the answer", "0: the connection is closed", "-1 ENOTCONN", "-1 EPIPE"],
        right: |seen| match seen.received.as_str() {
            "6" => Some(0),
            "0" => Some(1),
            "ENOTCONN" => Some(2),
            "EPIPE" => Some(3),
            _ => None,
        },
    },
    scenes: &[Scene::of(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

const SHUTS: &str = "The client asks, and has no more to say";
const READS: &str = "The server reads the question, and its end";
const ANSWERS: &str = "The server answers all the same, and the client reads";
const SPEAKS: &str = "The client tries to say more";
const ENDS: &str = "The server closes, and the client reads the end";

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

    step(SHUTS);
    send(&client, b"question", 0)?;
    shutdown(&client, SHUT_WR)?;
    step(READS);
    recv(&server, &mut buf, 0)?;
    recv(&server, &mut buf, 0)?;
    step(ANSWERS);
    let _ = send(&server, b"answer", MSG_NOSIGNAL);
    let _ = recv(&client, &mut buf, MSG_DONTWAIT);
    step(SPEAKS);
    let _ = send(&client, b"more", MSG_NOSIGNAL);
    step(ENDS);
    close(server)?;
    let _ = recv(&client, &mut buf, MSG_DONTWAIT);
    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// The segments that shutdown sent, and the kernel's answers to them.
    shutdown_sent: Vec<String>,
    /// The client's state after it.
    client: String,
    /// The server's.
    server: String,
    /// What the server's two recv answered.
    server_read: Vec<String>,
    /// What the server's send answered after that.
    answer: String,
    /// What the client's recv answered then.
    received: String,
    /// What the client's send answered.
    spoke: String,
    /// What the client's recv answered after the server's close.
    end: String,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let shuts = run.call("shutdown", 0)?;
    let outcome = |heading, name| Ok(run.call_under(heading, name, 0)?.outcome());
    Ok(Seen {
        shutdown_sent: flags(shuts.packets()),
        client: shuts.state_of(&run.call("connect", 0)?)?,
        server: shuts.state_of(&run.call("accept", 0)?)?,
        server_read: run.outcomes(READS, "recvfrom"),
        answer: outcome(ANSWERS, "sendto")?,
        received: outcome(ANSWERS, "recvfrom")?,
        spoke: outcome(SPEAKS, "sendto")?,
        end: outcome(ENDS, "recvfrom")?,
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    vec![
        format!(
            "shutdown sent, and drew: {}; client {}, server {}.",
            seen.shutdown_sent.join(", "),
            seen.client,
            seen.server
        ),
        format!("The server's two recv answered {}.", seen.server_read.join(" and ")),
        format!("The server's send answered {}, the client's recv {}.", seen.answer, seen.received),
        format!("The client's send answered {}.", seen.spoke),
        format!("After the server's close the client's recv answered {}.", seen.end),
    ]
}

fn halves(seen: &Seen) -> Verdict {
    let ended = seen.shutdown_sent.iter().any(|flags| flags.contains("FIN"))
        && seen.server_read == ["8", "0"]
        && seen.server == "CLOSE_WAIT";
    match (seen.answer.as_str(), seen.received.as_str()) {
        ("6", "6") if ended && seen.spoke == "EPIPE" && seen.end == "0" => Verdict::True,
        (_, "0") if ended => Verdict::Wrong,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    Seen {
        shutdown_sent: vec!["FIN|ACK".into()],
        client: "FIN_WAIT_2".into(),
        server: "CLOSE_WAIT".into(),
        server_read: vec!["8".into(), "0".into()],
        answer: "6".into(),
        received: "6".into(),
        spoke: "EPIPE".into(),
        end: "0".into(),
    }
}
