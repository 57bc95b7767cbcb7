//! A socket with two descriptors, after `dup` and after `fork`.

use serde::Serialize;

use super::{
    Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, note, step,
};
use crate::calls::*;

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "shared_descriptor",
    title: "a socket has two descriptors, after dup or fork, and one of them is closed",
    claims: &[Claim {
        number: 26,
        says: "close ends the connection.",
        known: Verdict::Imprecise,
        judge: ends,
        truth: "It ends the descriptor. After dup or fork the socket has several, perhaps in several processes: the connection lives \
                on, and FIN goes out when the last of them is closed. A server that forks must therefore close the connected \
                socket in the parent, too.",
        source: "close(2), dup(2), fork(2); POSIX close()",
        #[cfg(test)]
        otherwise: || Seen { dup: [seen().dup[1].clone(), seen().dup[0].clone()], ..seen() },
    }],
    question: Question {
        asks: "A server calls fork after accept. The parent closes the connected socket, the child still has it. What goes over \
               the wire at the parent's close?",
        answers: &["FIN", "RST", "nothing", "FIN, once the child has read everything"],
        right: |seen| match seen.fork[0].segments.first().map(String::as_str) {
            None => Some(2),
            Some(flags) if flags.contains("FIN") => Some(0),
            Some(flags) if flags.contains("RST") => Some(1),
            _ => None,
        },
    },
    scenes: &[Scene::of(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

const DUP: &str = "dup: the first descriptor is closed, the second still sends";
const DUP_LAST: &str = "The second is closed";
const FORK: &str = "fork: the parent closes its descriptor, the child still has one";
const FORK_LAST: &str = "The child gets the client's bytes, and closes the last descriptor";

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
    step(DUP);
    let again = dup(&server)?;
    close(server)?;
    send(&again, b"still here", 0)?;
    recv(&client, &mut buf, 0)?;
    step(DUP_LAST);
    close(again)?;
    close(client)?;

    step("Another connection");
    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    connect(&client, &sin)?;
    let (server, _, _) = accept::<sockaddr_in>(&listening)?;
    step(FORK);
    let child = fork().map_err(|why| Broke::new(why.to_string()))?;
    if child == 0 {
        // The child serves this client alone, and needs no other descriptor.
        close(listening)?;
        close(client)?;
        recv(&server, &mut buf, 0)?;
        close(server)?;
        return Ok(());
    }
    note("fork's answer to the parent, the child's number", child);
    close(server)?;
    step(FORK_LAST);
    send(&client, b"bye", 0)?;
    let (_, status) = waitpid(child, 0)?;
    note("the child's exit status", WEXITSTATUS(status));
    let _ = recv(&client, &mut buf, 0);
    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// After dup: the first descriptor's close, and the last one's.
    dup: [Closed; 2],
    /// What send answered between these two.
    sent: String,
    /// After fork: the parent's close, and the child's.
    fork: [Closed; 2],
    /// What the client's recv answered after the child's close.
    end: String,
}

/// What a close did.
#[derive(Debug, Clone, Serialize)]
struct Closed {
    /// How many descriptors led to the socket before it.
    descriptors: usize,
    /// The segments that it sent, and the kernel's answers to them.
    segments: Vec<String>,
    /// The socket's state after it.
    state: String,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let closed = |heading, connection| {
        let socket = run.call("accept", connection)?;
        let mut calls = run.under(heading).into_iter().filter(|seen| seen.name() == "close");
        let close = calls.find(|seen| seen.cookie() == socket.cookie());
        let close = close.ok_or_else(|| Unclear(format!("nothing was closed: {heading}")))?;
        Ok(Closed {
            descriptors: close.socket_before()?.holders.len(),
            segments: close.flags(),
            state: close.state_of(&socket)?,
        })
    };
    Ok(Seen {
        dup: [closed(DUP, 0)?, closed(DUP_LAST, 0)?],
        sent: run.call_under(DUP, "sendto", 0)?.outcome(),
        fork: [closed(FORK, 1)?, closed(FORK_LAST, 1)?],
        end: run.outcomes(FORK_LAST, "recvfrom").last().cloned().unwrap_or_default(),
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    let line = |who: &str, closed: &Closed| {
        let segments = match closed.segments.as_slice() {
            [] => "nothing".to_owned(),
            some => some.join(", "),
        };
        let Closed { descriptors, state, .. } = closed;
        format!("{who}, of {descriptors}: {segments} went over the wire; state {state}.")
    };
    vec![
        line("dup, the first descriptor closed", &seen.dup[0]),
        format!("A send through the second answered {}.", seen.sent),
        line("dup, the second closed", &seen.dup[1]),
        line("fork, the parent's descriptor closed", &seen.fork[0]),
        line("fork, the child's closed", &seen.fork[1]),
        format!("Then the client's recv answered {}.", seen.end),
    ]
}

fn ends(seen: &Seen) -> Verdict {
    let lives = |closed: &Closed| {
        closed.descriptors == 2 && closed.segments.is_empty() && closed.state == "ESTABLISHED"
    };
    let ended = |closed: &Closed| {
        let first = closed.segments.first();
        first.is_some_and(|flags| flags.contains("FIN")) && closed.state != "ESTABLISHED"
    };
    let firsts = [&seen.dup[0], &seen.fork[0]];
    let lasts = [&seen.dup[1], &seen.fork[1]];
    if firsts.iter().any(|closed| ended(closed)) {
        return Verdict::True;
    }
    let all = firsts.iter().all(|closed| lives(closed)) && lasts.iter().all(|closed| ended(closed));
    match all && seen.sent == "10" && seen.end == "0" {
        true => Verdict::Imprecise,
        false => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    let lives = Closed { descriptors: 2, segments: vec![], state: "ESTABLISHED".into() };
    let ended =
        Closed { descriptors: 1, segments: vec!["FIN|ACK".into()], state: "FIN_WAIT_2".into() };
    Seen {
        dup: [lives.clone(), ended.clone()],
        sent: "10".into(),
        fork: [lives, ended],
        end: "0".into(),
    }
}
