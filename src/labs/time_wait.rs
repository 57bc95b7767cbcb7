//! When a server that is started again cannot have its port.

use std::fs;

use serde::Serialize;

use super::{
    Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, note, step,
};
use crate::calls::*;

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "time_wait",
    title: "a server is started again: when its port is still in use, and what SO_REUSEADDR does about it",
    claims: &[Claim {
        number: 39,
        says: "A restarted server fails to bind.",
        known: Verdict::Imprecise,
        judge: restarts,
        truth: "It fails while the server's own side of an old connection is in TIME_WAIT: where the server has closed first, for \
                60 seconds. Where the client has, the client's side waits, and bind succeeds. SO_REUSEADDR lets bind pass \
                if both sockets have it: the old one, which gets it from its listening socket, and the new one.",
        source: "RFC 9293 section 3.6.1; bind(2), EADDRINUSE; socket(7), SO_REUSEADDR",
        #[cfg(test)]
        otherwise: || Seen { client_first: "EADDRINUSE".into(), ..seen() },
    }],
    question: Question {
        asks: "A server closes its connection first, ends, and is started again at once. Only the new one sets SO_REUSEADDR. Does \
               its bind succeed?",
        answers: &["yes", "no: EADDRINUSE", "no: EADDRNOTAVAIL", "bind does, and listen fails"],
        right: |seen| match seen.new_alone.as_str() {
            "0" => Some(0),
            "EADDRINUSE" => Some(1),
            "EADDRNOTAVAIL" => Some(2),
            _ => None,
        },
    },
    scenes: &[Scene::of(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

const CLIENT_FIRST: &str = "It is started again";
const SERVER_FIRST: &str = "It is started again: bind at port 9002";
const NEW_ALONE: &str = "Once more, now with SO_REUSEADDR";
const BOTH: &str = "It is started again with SO_REUSEADDR, which it had before";
const LEFT: &str = "hundredths of a second that TIME_WAIT still takes";

fn experiment() -> Result<(), Broke> {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");

    step("A server at port 9001 serves a client, which closes first");
    sin.sin_port = htons(9001);
    let [listening, client, server] = connection(&sin, 0)?;
    close(client)?;
    close(server)?;
    close(listening)?;
    step(CLIENT_FIRST);
    let _ = bind(socket(AF_INET, SOCK_STREAM, 0)?, &sin);

    step("A server at port 9002 serves a client, and closes first");
    sin.sin_port = htons(9002);
    let [listening, client, server] = connection(&sin, 0)?;
    close(server)?;
    close(client)?;
    close(listening)?;
    note(LEFT, time_left(9002)?);
    step(SERVER_FIRST);
    let _ = bind(socket(AF_INET, SOCK_STREAM, 0)?, &sin);
    step(NEW_ALONE);
    let sd = socket(AF_INET, SOCK_STREAM, 0)?;
    setsockopt(&sd, SOL_SOCKET, SO_REUSEADDR, &1)?;
    let _ = bind(&sd, &sin);
    close(sd)?;

    step("A server at port 9003 with SO_REUSEADDR closes first");
    sin.sin_port = htons(9003);
    let [listening, client, server] = connection(&sin, 1)?;
    close(server)?;
    close(client)?;
    close(listening)?;
    step(BOTH);
    let sd = socket(AF_INET, SOCK_STREAM, 0)?;
    setsockopt(&sd, SOL_SOCKET, SO_REUSEADDR, &1)?;
    let _ = bind(&sd, &sin);
    end();
    Ok(())
}

/// A listening socket, and both ends of a connection to it.
fn connection(sin: &sockaddr_in, reuse: i32) -> Result<[std::os::fd::OwnedFd; 3], Broke> {
    let listening = socket(AF_INET, SOCK_STREAM, 0)?;
    if reuse != 0 {
        setsockopt(&listening, SOL_SOCKET, SO_REUSEADDR, &reuse)?;
    }
    bind(&listening, sin)?;
    listen(&listening, 5)?;
    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    connect(&client, sin)?;
    let (server, _, _) = accept::<sockaddr_in>(&listening)?;
    Ok([listening, client, server])
}

/// What is left of the timer of the socket in TIME_WAIT (state 06) at this port.
fn time_left(port: u16) -> Result<u64, Broke> {
    let table = fs::read_to_string("/proc/self/net/tcp")?;
    let left = table.lines().find_map(|line| {
        let columns: Vec<_> = line.split_whitespace().collect();
        let [_, local, _, "06", _, timer, ..] = columns.as_slice() else { return None };
        let ours = local.ends_with(&format!(":{port:04X}"));
        u64::from_str_radix(timer.rsplit(':').next()?, 16).ok().filter(|_| ours)
    });
    left.ok_or_else(|| Broke::new("no socket at the server's port is in TIME_WAIT"))
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// Whether the socket in TIME_WAIT was the server's side: after the client had closed first, and after the server had.
    server_waits: [bool; 2],
    /// How many seconds TIME_WAIT had to go, just after it had begun at the server.
    seconds: i64,
    /// What bind answered after the client had closed first.
    client_first: String,
    /// After the server had closed first.
    server_first: String,
    /// The same with SO_REUSEADDR on the new socket alone.
    new_alone: String,
    /// And on both sockets.
    both: String,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let bind = |heading| Ok(run.call_under(heading, "bind", 0)?.outcome());
    let server_waits = |heading, port: &str| {
        let sockets = run.call_under(heading, "bind", 0)?.sockets_before();
        let mut waiting =
            sockets.iter().filter(|socket| socket.state.as_deref() == Some("TIME_WAIT"));
        let is = |address: &Option<String>| address.as_ref().is_some_and(|a| a.ends_with(port));
        let waiting = waiting.find(|socket| is(&socket.local) || is(&socket.peer));
        let waiting = waiting.ok_or_else(|| Unclear(format!("nobody is in TIME_WAIT, {port}")))?;
        Ok(is(&waiting.local))
    };
    Ok(Seen {
        server_waits: [server_waits(CLIENT_FIRST, ":9001")?, server_waits(SERVER_FIRST, ":9002")?],
        seconds: (run.number(LEFT)? + 50) / 100,
        client_first: bind(CLIENT_FIRST)?,
        server_first: bind(SERVER_FIRST)?,
        new_alone: bind(NEW_ALONE)?,
        both: bind(BOTH)?,
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    let side = |server| if server { "server's" } else { "client's" };
    vec![
        format!(
            "After the client closed first the {} side was in TIME_WAIT; bind of the restarted server: {}.",
            side(seen.server_waits[0]),
            seen.client_first
        ),
        format!(
            "After the server closed first the {} side was, with {} seconds to go; bind: {}.",
            side(seen.server_waits[1]),
            seen.seconds,
            seen.server_first
        ),
        format!("With SO_REUSEADDR on the new socket alone: {}.", seen.new_alone),
        format!("With SO_REUSEADDR on the old one and the new one: {}.", seen.both),
    ]
}

fn restarts(seen: &Seen) -> Verdict {
    let (first, second) = (seen.client_first.as_str(), seen.server_first.as_str());
    match (first, second, seen.server_waits) {
        ("EADDRINUSE", "EADDRINUSE", _) => Verdict::True,
        ("0", "0", _) => Verdict::Wrong,
        ("0", "EADDRINUSE", [false, true])
            if seen.new_alone == "EADDRINUSE" && seen.both == "0" && seen.seconds >= 55 =>
        {
            Verdict::Imprecise
        }
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    Seen {
        server_waits: [false, true],
        seconds: 60,
        client_first: "0".into(),
        server_first: "EADDRINUSE".into(),
        new_alone: "EADDRINUSE".into(),
        both: "0".into(),
    }
}
