//! Which sockets `listen` takes.

use serde::Serialize;

use super::{Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, step};
use crate::calls::*;

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "listen_kinds",
    title: "listen is tried on TCP and UDP, and on the three kinds of AF_UNIX sockets",
    claims: &[Claim {
        number: 20,
        says: "listen is for TCP alone.",
        known: Verdict::Imprecise,
        judge: tcp_alone,
        truth: "listen takes every kind of socket that makes connections: SOCK_STREAM and SOCK_SEQPACKET, in AF_UNIX, too. \
                Of the Internet's two usual protocols TCP alone is of such a kind: on a UDP socket listen fails with \
                EOPNOTSUPP.",
        source: "listen(2); POSIX listen(): EOPNOTSUPP; unix(7)",
        #[cfg(test)]
        otherwise: || Seen { unix_stream: refused(), unix_seqpacket: refused(), ..seen() },
    }],
    question: Question {
        asks: "listen is called on five sockets, each bound to an address. On which of them does it succeed?",
        answers: &[
            "on TCP's alone",
            "on TCP's and UDP's",
            "on TCP's, and on AF_UNIX sockets of the kinds SOCK_STREAM and SOCK_SEQPACKET",
            "on TCP's, and on every AF_UNIX socket",
        ],
        right: |seen| match seen.outcomes().map(|outcome| outcome == "0") {
            [true, false, false, false, false] => Some(0),
            [true, true, false, false, false] => Some(1),
            [true, false, true, true, false] => Some(2),
            [true, false, true, true, true] => Some(3),
            _ => None,
        },
    },
    scenes: &[Scene::of(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

fn experiment() -> Result<(), Broke> {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(12000);
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");

    step("TCP: AF_INET, SOCK_STREAM");
    let sd = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&sd, &sin)?;
    let _ = listen(&sd, 5);

    step("UDP: AF_INET, SOCK_DGRAM");
    let sd = socket(AF_INET, SOCK_DGRAM, 0)?;
    bind(&sd, &sin)?;
    let _ = listen(&sd, 5);

    for (title, kind, name) in [
        ("AF_UNIX, SOCK_STREAM: bytes between programs of one host", SOCK_STREAM, b's'),
        ("AF_UNIX, SOCK_SEQPACKET: a connection that keeps boundaries", SOCK_SEQPACKET, b'q'),
        ("AF_UNIX, SOCK_DGRAM: datagrams between programs of one host", SOCK_DGRAM, b'd'),
    ] {
        step(title);
        let mut sun: sockaddr_un = zeroed();
        sun.sun_family = AF_UNIX as sa_family_t;
        // A name that begins with NUL is no file: Linux's abstract addresses go with their sockets.
        sun.sun_path[1] = name as _;
        let sd = socket(AF_UNIX, kind, 0)?;
        bind(&sd, &sun)?;
        let _ = listen(&sd, 5);
    }
    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// TCP.
    tcp: Listened,
    /// UDP.
    udp: Listened,
    /// AF_UNIX, SOCK_STREAM.
    unix_stream: Listened,
    /// AF_UNIX, SOCK_SEQPACKET.
    unix_seqpacket: Listened,
    /// AF_UNIX, SOCK_DGRAM.
    unix_dgram: Listened,
}

/// What became of one socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listened {
    /// 0, or the errno that listen left.
    outcome: String,
    /// The state in which the socket is thereafter, if it has one.
    state: Option<String>,
}

impl Seen {
    /// In the order of the experiment.
    fn all(&self) -> [(&'static str, &Listened); 5] {
        [
            ("AF_INET SOCK_STREAM (TCP)", &self.tcp),
            ("AF_INET SOCK_DGRAM (UDP)", &self.udp),
            ("AF_UNIX SOCK_STREAM", &self.unix_stream),
            ("AF_UNIX SOCK_SEQPACKET", &self.unix_seqpacket),
            ("AF_UNIX SOCK_DGRAM", &self.unix_dgram),
        ]
    }

    fn outcomes(&self) -> [&str; 5] {
        self.all().map(|(_, listened)| listened.outcome.as_str())
    }
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let listened = |at| {
        let call = run.call("listen", at)?;
        let state = call.socket_after()?.state.map(|state| state.into_owned());
        Ok(Listened { outcome: call.outcome(), state })
    };
    Ok(Seen {
        tcp: listened(0)?,
        udp: listened(1)?,
        unix_stream: listened(2)?,
        unix_seqpacket: listened(3)?,
        unix_dgram: listened(4)?,
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    let sentence = |(socket, listened): (&str, &Listened)| {
        let state = listened.state.as_deref().unwrap_or("none");
        match listened.outcome.as_str() {
            "0" => format!("{socket}: listen answers 0; the socket's state is then {state}."),
            errno => format!("{socket}: listen fails with {errno}; the socket's state is {state}."),
        }
    };
    seen.all().map(sentence).into()
}

fn tcp_alone(seen: &Seen) -> Verdict {
    match seen.outcomes() {
        ["0", "EOPNOTSUPP", "0", "0", "EOPNOTSUPP"] => Verdict::Imprecise,
        ["0", others @ ..] if !others.contains(&"0") => Verdict::True,
        ["0", ..] => Verdict::Unexplained,
        _ => Verdict::Wrong,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    let listens = || Listened { outcome: "0".into(), state: Some("LISTEN".into()) };
    Seen {
        tcp: listens(),
        udp: refused(),
        unix_stream: listens(),
        unix_seqpacket: listens(),
        unix_dgram: refused(),
    }
}

#[cfg(test)]
fn refused() -> Listened {
    Listened { outcome: "EOPNOTSUPP".into(), state: None }
}
