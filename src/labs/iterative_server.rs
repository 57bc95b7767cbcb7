//! Whether the notes' server serves several clients at once, and whether one does that waits for all of them with poll.

use std::os::fd::AsRawFd;

use serde::Serialize;

use super::{Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, step};
use crate::calls::*;
use crate::trace::{Pair, Role, Value, Version};

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "iterative_server",
    title: "two clients come to the notes' TCP server, which keeps a connection until its client closes, and to one that polls",
    claims: &[Claim {
        number: 34,
        says: "Several clients are served at once.",
        known: Verdict::Imprecise,
        judge: at_once,
        truth: "The kernel makes connections to several clients at once; a server that loops over accept, recv, send and close \
                serves one after the other. The next client is connected and may send: its connection and its \
                bytes wait in the kernel until the server accepts again, however long the first one stays. To serve \
                at once takes a process or thread for each client, or one that waits for all of them with poll: there \
                the second has its answer while the first stays.",
        source: "listen(2), accept(2); POSIX XSH section 2.10.13, Connection Indication Queue",
        #[cfg(test)]
        otherwise: || Seen { early: "7".into(), waited: 0, waits: 0, bytes: 0, ..seen() },
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
    scenes: &[
        Scene::of(&[
            Part {
                name: "server",
                who: Who::Notes(Pair::UpperTcp, Role::Server, Version::Rust, &["--keep-open"]),
            },
            Part { name: "clients", who: Who::Inside(experiment) },
        ]),
        Scene::of(&[
            Part { name: "server", who: Who::C("many_poll", &[]) },
            Part { name: "clients", who: Who::Inside(experiment) },
        ])
        .titled("The same two clients, and a server that waits for all its sockets with poll"),
    ],
    observe,
    tell,
};

const SECOND: &str = "A second client connects, sends a line, and waits a while for an answer";
const CLOSES: &str = "The first client closes, and the second one waits for its answer";

/// For how many milliseconds the second client waits while the first one stays.
const PATIENCE: i32 = 300;

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
    poll(&mut [pollfd { fd: second.as_raw_fd(), events: POLLIN, revents: 0 }], PATIENCE)?;
    let early = recv(&second, &mut buf, MSG_DONTWAIT);

    if early.is_err() {
        step(CLOSES);
        close(first)?;
        recv(&second, &mut buf, 0)?;
    }
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
    /// For how long it has waited for that: tenths of a second.
    waited: u128,
    /// How many connections wait for accept then.
    waits: u32,
    /// How many bytes wait in the connection that nobody has accepted.
    bytes: u32,
    /// What its recv gives after the first client has closed.
    late: String,
    /// What its recv answers at the server that polls, while the first client is there.
    with_poll: String,
    /// For how long it has waited for that: tenths of a second.
    waited_with_poll: u128,
}

/// As long as it waits, in tenths of a second.
const LONG: u128 = PATIENCE as u128 / 100;

/// How many bytes the second client sends.
const LINE: u32 = 7;

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run, polled] = runs else { return Err(Unclear("there are two runs".into())) };
    let (connect, sent) = (second(run, "connect")?, second(run, "sendto")?);
    let (early, with_poll) = (second(run, "recvfrom")?, second(polled, "recvfrom")?);
    let sockets = early.sockets_after();
    let queue = sockets.iter().find_map(|socket| socket.accept_queue);
    let waiting = sockets
        .iter()
        .find(|socket| socket.holders.is_empty() && socket.state.as_deref() == Some("ESTABLISHED"));
    let last = run.under(CLOSES).into_iter().rfind(|call| is_clients(call, "recvfrom"));
    let late = last.as_ref().and_then(|call| call.arg("buf"));
    let Some(Value::Bytes { data: late, .. }) = late.map(|arg| &arg.value) else {
        return Err(Unclear("the second client gets nothing in the end".into()));
    };
    Ok(Seen {
        connected: connect.outcome(),
        state: connect.socket_after()?.state.unwrap_or_default().into(),
        sent: sent.outcome(),
        early: early.outcome(),
        waited: tenths(&second(run, "poll")?),
        waits: queue.map_or(0, |queue| queue.length),
        bytes: waiting.map_or(0, |socket| socket.receive_queue),
        late: String::from_utf8_lossy(late).trim_end().into(),
        with_poll: with_poll.outcome(),
        waited_with_poll: tenths(&second(polled, "poll")?),
    })
}

/// For how long a call took.
fn tenths(call: &super::Seen) -> u128 {
    call.took().as_millis() / 100
}

fn is_clients(call: &super::Seen, name: &str) -> bool {
    call.view().entered.who.program == 1 && [name, &format!("p{name}")].contains(&call.name())
}

/// A call of the second client while the first one is there.
fn second<'a>(run: &'a Run, name: &str) -> Result<super::Seen<'a>, Unclear> {
    let call = run.under(SECOND).into_iter().find(|call| is_clients(call, name));
    call.ok_or_else(|| Unclear(format!("the second client makes no {name}")))
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
        format!(
            "The second client's recv answers {} then, after {}.{} s of waiting.",
            seen.early,
            seen.waited / 10,
            seen.waited % 10
        ),
        format!("When the first has closed, the second receives \"{}\".", seen.late),
        format!(
            "At the server that polls its recv answers {} after {}, while the first is still there.",
            seen.with_poll,
            match seen.waited_with_poll {
                ..LONG => format!("less than 0.{LONG} s"),
                tenths => format!("{}.{} s", tenths / 10, tenths % 10),
            }
        ),
    ]
}

fn at_once(seen: &Seen) -> Verdict {
    let connected = seen.connected == "0" && seen.state == "ESTABLISHED";
    let waits = seen.waits == 1 && seen.bytes == LINE && seen.waited >= LONG;
    let at_once = seen.with_poll == LINE.to_string() && seen.waited_with_poll < LONG;
    match seen.early.as_str() {
        "EAGAIN" if connected && waits && at_once && seen.late == "SECOND" => Verdict::Imprecise,
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
        waited: LONG,
        waits: 1,
        bytes: LINE,
        late: "SECOND".into(),
        with_poll: LINE.to_string(),
        waited_with_poll: 0,
    }
}
