//! What is true when `connect` has returned: of a blocking socket, and of one that does not block.

use std::os::fd::{AsRawFd, OwnedFd};

use serde::Serialize;

use super::{
    Broke, Claim, HERE, Lab, Part, Question, Run, Scene, THERE, Unclear, Verdict, Who, Wire, end,
    step,
};
use crate::calls::*;
use crate::trace::{Arg, Value};

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "nonblocking_connect",
    title: "whether one is connected when connect returns, blocking and not blocking",
    claims: &[Claim {
        number: 17,
        says: "After connect has returned one may still not be connected.",
        known: Verdict::Wrong,
        judge: connected,
        truth: "When connect returns 0, the socket is ESTABLISHED (but for TCP_FASTOPEN_CONNECT, which has to be asked \
                for). Before that it returns -1 only: with EINPROGRESS if the socket is non-blocking or SO_SNDTIMEO ran \
                out, with EINTR after a signal. Then the handshake goes on, the socket is writable when it is over, and \
                SO_ERROR tells how it went.",
        source: "connect(2), EINPROGRESS and EINTR; poll(2); socket(7), SO_SNDTIMEO; tcp(7); POSIX connect(); RFC 9293 \
                 section 3.10.1",
        #[cfg(test)]
        otherwise: || Seen { blocking_state: "SYN_SENT".into(), ..seen() },
    }],
    question: Question {
        asks: "A non-blocking socket's connect returns while the SYN is still on the way. What does it answer?",
        answers: &[
            "0: the handshake has begun",
            "-1, EAGAIN",
            "-1, EINPROGRESS",
            "it does not return before the handshake is over",
        ],
        right: |seen| match (seen.at_once.as_str(), seen.at_once_state.as_str()) {
            (_, "ESTABLISHED") => Some(3),
            ("0", _) => Some(0),
            ("EAGAIN", _) => Some(1),
            ("EINPROGRESS", _) => Some(2),
            _ => None,
        },
    },
    scenes: &[
        Scene::of(&[Part { name: "lab", who: Who::Inside(blocking) }]),
        Scene::with_wire(&[Part { name: "lab", who: Who::Inside(nonblocking) }]),
    ],
    observe,
    tell,
};

fn blocking() -> Result<(), Broke> {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(9001);
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");

    step("A blocking socket connects");
    let listening = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&listening, &sin)?;
    listen(&listening, 5)?;
    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    let _ = connect(&client, &sin);

    end();
    Ok(())
}

fn nonblocking() -> Result<(), Broke> {
    let mut wire = Wire::take()?;
    let (mut here, mut there) = (zeroed::<sockaddr_in>(), zeroed::<sockaddr_in>());
    for (sin, address) in [(&mut here, HERE), (&mut there, THERE)] {
        sin.sin_family = AF_INET as sa_family_t;
        sin.sin_port = htons(9001);
        sin.sin_addr.s_addr = inet_addr(address);
    }

    step("A non-blocking socket connects; the SYN waits in the middle of the wire");
    let listening = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&listening, &here)?;
    listen(&listening, 5)?;
    let client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)?;
    let _ = connect(&client, &there);
    step("Too early");
    writable(&client)?;
    let _ = getpeername::<sockaddr_in>(&client);
    let _ = send(&client, b"hello", 0);

    step("The wire lets the segments go");
    wire.handshake()?;
    writable(&client)?;
    let _ = getsockopt(&client, SOL_SOCKET, SO_ERROR);
    let _ = getpeername::<sockaddr_in>(&client);
    let _ = send(&client, b"hello", 0);
    wire.let_flow(50)?;

    step("The same to a port where nobody listens");
    let client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)?;
    there.sin_port = htons(9002);
    let _ = connect(&client, &there);
    for flags in ["SYN", "RST|ACK"] {
        let held = wire.segment(flags)?;
        wire.deliver(held)?;
    }
    let _ = getsockopt(&client, SOL_SOCKET, SO_ERROR);

    end();
    Ok(())
}

/// Asks, without waiting, whether the socket can be written to.
fn writable(client: &OwnedFd) -> Result<usize, Errno> {
    poll(&mut [pollfd { fd: client.as_raw_fd(), events: POLLOUT, revents: 0 }], 0)
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// What connect answered on a blocking socket.
    blocking: String,
    /// The socket's state at its return.
    blocking_state: String,
    /// What connect answered on a non-blocking socket.
    at_once: String,
    /// The socket's state at its return.
    at_once_state: String,
    /// How many sockets poll found writable then.
    early_poll: String,
    /// How send went then.
    early_send: String,
    /// The state when the wire had let the segments go.
    later_state: String,
    /// How many sockets poll found writable then.
    later_poll: String,
    /// SO_ERROR then.
    later_error: String,
    /// How send went then.
    later_send: String,
    /// What connect answered on a non-blocking socket, to a port where nobody listens.
    refused_at_once: String,
    /// SO_ERROR when the wire had let the segments go.
    refused_error: String,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [blocking, nonblocking] = runs else { return Err(Unclear("there are two runs".into())) };
    let connect = blocking.call("connect", 0)?;
    let at_once = nonblocking.call("connect", 0)?;
    let error = |at: usize| {
        let call = nonblocking.call("getsockopt", at)?;
        match call.arg("optval") {
            Some(Arg { value: Value::Int(number), .. }) => Ok(number.to_string()),
            Some(Arg { value: Value::Named { name, .. }, .. }) => Ok(name.to_string()),
            _ => Err(Unclear("SO_ERROR was not seen".into())),
        }
    };
    let later = nonblocking.call("getsockopt", 0)?.socket_before()?;
    Ok(Seen {
        blocking: connect.outcome(),
        blocking_state: connect.socket_after()?.state.unwrap_or_default().into(),
        at_once: at_once.outcome(),
        at_once_state: at_once.socket_after()?.state.unwrap_or_default().into(),
        early_poll: nonblocking.call("poll", 0)?.outcome(),
        early_send: nonblocking.call("sendto", 0)?.outcome(),
        later_state: later.state.unwrap_or_default().into(),
        later_poll: nonblocking.call("poll", 1)?.outcome(),
        later_error: error(0)?,
        later_send: nonblocking.call("sendto", 1)?.outcome(),
        refused_at_once: nonblocking.call("connect", 1)?.outcome(),
        refused_error: error(1)?,
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    vec![
        format!(
            "The blocking socket's connect answered {}, and the socket was in the state {}.",
            seen.blocking, seen.blocking_state
        ),
        format!(
            "The non-blocking socket's connect answered {}; the state was {}, poll found {} writable sockets, \
             and send answered {}.",
            seen.at_once, seen.at_once_state, seen.early_poll, seen.early_send
        ),
        format!(
            "When the segments had gone over the wire, the state was {}, poll found {}, SO_ERROR was {}, and \
             send answered {}.",
            seen.later_state, seen.later_poll, seen.later_error, seen.later_send
        ),
        format!(
            "Where nobody listens, the non-blocking connect answered {}, and SO_ERROR was {} later.",
            seen.refused_at_once, seen.refused_error
        ),
    ]
}

fn connected(seen: &Seen) -> Verdict {
    let words = [&seen.at_once, &seen.at_once_state, &seen.later_state, &seen.later_error];
    let goes_on = words.map(String::as_str) == ["EINPROGRESS", "SYN_SENT", "ESTABLISHED", "0"]
        && (seen.early_send.as_str(), seen.later_send.as_str()) == ("EAGAIN", "5");
    let goes_on = goes_on && (seen.early_poll.as_str(), seen.later_poll.as_str()) == ("0", "1");
    let tells = seen.refused_at_once == "EINPROGRESS" && seen.refused_error == "ECONNREFUSED";
    match (seen.blocking.as_str(), seen.blocking_state.as_str()) {
        ("0", "ESTABLISHED") if goes_on && tells => Verdict::Wrong,
        ("0", "SYN_SENT") => Verdict::True,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    Seen {
        blocking: "0".into(),
        blocking_state: "ESTABLISHED".into(),
        at_once: "EINPROGRESS".into(),
        at_once_state: "SYN_SENT".into(),
        early_poll: "0".into(),
        early_send: "EAGAIN".into(),
        later_state: "ESTABLISHED".into(),
        later_poll: "1".into(),
        later_error: "0".into(),
        later_send: "5".into(),
        refused_at_once: "EINPROGRESS".into(),
        refused_error: "ECONNREFUSED".into(),
    }
}
