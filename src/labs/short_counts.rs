//! What `send`'s count says.

use serde::Serialize;

use super::{
    Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, note, step,
};
use crate::calls::*;

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "short_counts",
    title: "what send does while the other side does not read",
    claims: &[Claim {
        number: 35,
        says: "send sends the bytes.",
        known: Verdict::Imprecise,
        judge: sends,
        truth: "send copies bytes into the socket's send buffer; the kernel sends them when the window allows it. So send \
                succeeds though the peer does not read. The count may be less than was given, and when the buffer is full send \
                waits, or with MSG_DONTWAIT says EAGAIN.",
        source: "send(2); POSIX send(); RFC 9293 section 3.9.1.2",
        #[cfg(test)]
        otherwise: || Seen { taken: 1 << 20, full: "1048576".into(), slept: false, ..seen() },
    }],
    question: Question {
        asks: "The server never calls recv. The client gives send a megabyte, with MSG_DONTWAIT, and buffers are small. What \
               does send answer?",
        answers: &["1048576", "fewer bytes than that", "-1 EAGAIN", "0"],
        right: |seen| match seen.taken {
            0 => Some(3),
            taken if taken == seen.given => Some(0),
            taken if taken > 0 => Some(1),
            _ => None,
        },
    },
    scenes: &[Scene::of(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

const FEW: &str = "Five bytes are sent, and the server does not read";
const MANY: &str = "A megabyte is sent, without waiting (MSG_DONTWAIT)";
const FULL: &str = "Again, until nothing is taken";
const WAITS: &str = "The same with waiting, for a tenth of a second (SO_SNDTIMEO)";

fn experiment() -> Result<(), Broke> {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(9001);
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");

    step("A connection with small buffers");
    let listening = socket(AF_INET, SOCK_STREAM, 0)?;
    setsockopt(&listening, SOL_SOCKET, SO_RCVBUF, &16384)?;
    bind(&listening, &sin)?;
    listen(&listening, 5)?;
    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    setsockopt(&client, SOL_SOCKET, SO_SNDBUF, &16384)?;
    connect(&client, &sin)?;
    let (server, _, _) = accept::<sockaddr_in>(&listening)?;

    step(FEW);
    send(&client, b"hello", 0)?;

    step(MANY);
    let megabyte = vec![b'x'; 1 << 20];
    send(&client, &megabyte, MSG_DONTWAIT)?;
    step(FULL);
    // Acknowledgements that come late make room again, a few times.
    while send(&client, &megabyte, MSG_DONTWAIT).is_ok() {}

    step(WAITS);
    let tenth = timeval { tv_sec: 0, tv_usec: 100_000 };
    setsockopt(&client, SOL_SOCKET, SO_SNDTIMEO, &tenth)?;
    while send(&client, &megabyte, 0).is_ok() {}

    step("Now the server reads what has come");
    let mut buf = vec![0; 1 << 20];
    let read = recv(&server, &mut buf, MSG_DONTWAIT)?;
    note("the first bytes that it read", String::from_utf8_lossy(&buf[..read.min(8)]));
    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// What send answered to 5 bytes.
    few: i64,
    /// How many bytes were then in the receiver's queue, which nobody had read.
    unread: u32,
    /// How many bytes were given then.
    given: i64,
    /// And how many of them send took.
    taken: i64,
    /// What the last send without waiting answered.
    full: String,
    /// What the last send with waiting answered.
    in_time: String,
    /// Whether the program slept in it.
    slept: bool,
    /// Bytes in the sender's buffer at last.
    send_queue: u32,
    /// Bytes in the receiver's queue at last.
    receive_queue: u32,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let few = run.call_under(FEW, "sendto", 0)?;
    let server = run.call("accept", 0)?.cookie().unwrap_or_default();
    let queue = |seen: &super::Seen| {
        let sockets = seen.sockets_after();
        let socket = sockets.get(server).map(|socket| socket.receive_queue);
        socket.ok_or_else(|| Unclear("the server's socket was not seen".into()))
    };
    let waits = run.under(WAITS);
    let last = waits.last().ok_or_else(|| Unclear("nothing was sent with waiting".into()))?;
    let full = run.outcomes(FULL, "sendto");
    Ok(Seen {
        few: few.value()?,
        unread: queue(&few)?,
        given: 1 << 20,
        taken: run.call_under(MANY, "sendto", 0)?.value()?,
        full: full.last().cloned().unwrap_or_default(),
        in_time: last.outcome(),
        slept: last.blocked(),
        send_queue: last.socket_after()?.send_queue,
        receive_queue: queue(last)?,
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    let Seen { few, unread, given, taken, full, in_time, send_queue, receive_queue, .. } = seen;
    let slept = if seen.slept { "slept in it" } else { "did not sleep in it" };
    vec![
        format!("send answered {few} to 5 bytes, and {unread} bytes lay unread at the server."),
        format!("Of {given} bytes send took {taken}; the last send without waiting: {full}."),
        format!("The last send with waiting: {in_time}; the program {slept}."),
        format!(
            "At last {receive_queue} bytes lay unread at the server, and {send_queue} bytes in the client's send buffer."
        ),
    ]
}

fn sends(seen: &Seen) -> Verdict {
    let copied = seen.few == 5 && seen.unread >= 5;
    let short = 0 < seen.taken && seen.taken < seen.given;
    let waits = seen.slept && seen.full == "EAGAIN" && seen.in_time == "EAGAIN";
    match (copied, short, waits) {
        (true, true, true) if seen.send_queue > 0 && seen.receive_queue > 0 => Verdict::Imprecise,
        (true, false, false) if seen.taken == seen.given => Verdict::True,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    Seen {
        few: 5,
        unread: 5,
        given: 1 << 20,
        taken: 30000,
        full: "EAGAIN".into(),
        in_time: "EAGAIN".into(),
        slept: true,
        send_queue: 20000,
        receive_queue: 10000,
    }
}
