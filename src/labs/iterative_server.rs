//! Whether the notes' server serves several clients at once.

use serde::Serialize;

use super::{Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, step};
use crate::calls::*;
use crate::trace::{Pair, Role, Value, Version};

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "iterative_server",
    title: "two clients come to the notes' TCP server, which keeps a connection until its client closes",
    claims: &[Claim {
        number: 34,
        says: "Several clients are served at once.",
        known: Verdict::Imprecise,
        judge: at_once,
        truth: "The kernel makes connections to several clients at once; a server that loops over accept, recv, send and close \
                serves one after the other. The next client is connected and may send: its connection and its \
                bytes wait in the kernel until the server accepts again. To serve at once takes a process or \
                thread for each client, or one that waits for all of them with poll.",
        source: "listen(2), accept(2); POSIX XSH section 2.10.13, Connection Indication Queue",
        #[cfg(test)]
        otherwise: || Seen { early: "7".into(), waits: 0, bytes: 0, ..seen() },
    }],
    question: Question {
        asks: "The server still waits for the first client's next line. A second client connects, sends a line and looks for an \
               answer. What does it find?",
        answers: &[
            "connect waits until the first client is done",
            "connect fails with ECONNREFUSED",
            "connect and send succeed, and no answer comes until the first client is done",
            "it gets its answer at once",
        ],
        right: |seen| match (seen.connected.as_str(), seen.early.as_str()) {
            ("ECONNREFUSED", _) => Some(1),
            ("0", "EAGAIN") => Some(2),
            ("0", _) => Some(3),
            _ => None,
        },
    },
    scenes: &[Scene::of(&[
        Part {
            name: "server",
            who: Who::Notes(Pair::UpperTcp, Role::Server, Version::Rust, &["--keep-open"]),
        },
        Part { name: "clients", who: Who::Inside(experiment) },
    ])],
    observe,
    tell,
};

const SECOND: &str = "A second client connects, sends a line, and looks for an answer";
const CLOSES: &str = "The first client closes, and the second one waits for its answer";

fn experiment() -> Result<(), Broke> {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(12000);
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");
    let mut buf = [0; 64];

    let first = socket(AF_INET, SOCK_STREAM, 0)?;
    let second = socket(AF_INET, SOCK_STREAM, 0)?;

    step("A first client is served, and stays");
    connect(&first, &sin)?;
    send(&first, b"first\n", 0)?;
    recv(&first, &mut buf, 0)?;

    step(SECOND);
    connect(&second, &sin)?;
    send(&second, b"second\n", 0)?;
    let _ = recv(&second, &mut buf, MSG_DONTWAIT);

    step(CLOSES);
    close(first)?;
    recv(&second, &mut buf, 0)?;
    close(second)?;
    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// What the second client's connect answers: 0, or its errno.
    connected: String,
    /// The state of its socket then.
    state: String,
    /// What its send answers.
    sent: String,
    /// What its recv answers while the first client is there: bytes, or an errno.
    early: String,
    /// How many connections wait for accept then.
    waits: u32,
    /// How many bytes wait in the connection that nobody has accepted.
    bytes: u32,
    /// What its recv gives after the first client has closed.
    late: String,
}

/// How many bytes the second client sends.
const LINE: u32 = 7;

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let clients = |heading| {
        let mut calls = run.under(heading);
        calls.retain(|call| call.view().entered.who.program == 1);
        calls
    };
    let calls = clients(SECOND);
    let of = |name: &str| {
        let call = calls.iter().find(|call| call.name() == name);
        call.ok_or_else(|| Unclear(format!("the second client makes no {name}")))
    };
    let (connect, sent, early) = (of("connect")?, of("sendto")?, of("recvfrom")?);
    let sockets = early.sockets_after();
    let queue = sockets.iter().find_map(|socket| socket.accept_queue);
    let waiting = sockets
        .iter()
        .find(|socket| socket.holders.is_empty() && socket.state.as_deref() == Some("ESTABLISHED"));
    let last = clients(CLOSES);
    let late = last.iter().find(|call| call.name() == "recvfrom").and_then(|call| call.arg("buf"));
    let Some(Value::Bytes { data: late, .. }) = late.map(|arg| &arg.value) else {
        return Err(Unclear("the second client gets nothing in the end".into()));
    };
    Ok(Seen {
        connected: connect.outcome(),
        state: connect.socket_after()?.state.unwrap_or_default().into(),
        sent: sent.outcome(),
        early: early.outcome(),
        waits: queue.map_or(0, |queue| queue.length),
        bytes: waiting.map_or(0, |socket| socket.receive_queue),
        late: String::from_utf8_lossy(late).trim_end().into(),
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    vec![
        format!(
            "While the first client keeps its connection, the second one's connect answers {} (its socket is in {}), \
             and its send {}.",
            seen.connected, seen.state, seen.sent
        ),
        format!(
            "Connections that wait then in the server's accept queue: {}; bytes that wait in the one that nobody has \
             accepted: {}.",
            seen.waits, seen.bytes
        ),
        format!("The second client's recv answers {} then.", seen.early),
        format!("When the first has closed, the second receives \"{}\".", seen.late),
    ]
}

fn at_once(seen: &Seen) -> Verdict {
    let connected = seen.connected == "0" && seen.state == "ESTABLISHED";
    let waits = seen.waits == 1 && seen.bytes == LINE;
    match seen.early.as_str() {
        "EAGAIN" if connected && waits && seen.late == "SECOND" => Verdict::Imprecise,
        "EAGAIN" if !connected => Verdict::Wrong,
        early if connected && early == LINE.to_string() => Verdict::True,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    Seen {
        connected: "0".into(),
        state: "ESTABLISHED".into(),
        sent: "7".into(),
        early: "EAGAIN".into(),
        waits: 1,
        bytes: LINE,
        late: "SECOND".into(),
    }
}
