//! What becomes of a program that writes to a peer that has closed.

use serde::Serialize;

use super::{
    Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, note, step,
};
use crate::calls::*;
use crate::trace::{Event, Exit, What};

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "sigpipe",
    title: "two sends to a peer that has closed, in C and in Rust: which fails, and who survives it",
    claims: &[Claim {
        number: 36,
        says: "Writing after the peer has closed fails.",
        known: Verdict::Imprecise,
        judge: fails,
        truth: "The first send succeeds: the peer's FIN says only that it sends no more. Its answer is RST, and once that \
                has come send fails with EPIPE, and raises SIGPIPE, whose default action ends the process. C starts with \
                that action; Rust's runtime ignores SIGPIPE before main. With MSG_NOSIGNAL the signal is not even \
                raised.",
        source: "send(2), signal(7); POSIX send(): EPIPE; RFC 9293 section 3.6.1",
        #[cfg(test)]
        otherwise: || {
            let fails = || Way { first: "EPIPE".into(), ..seen().c };
            Seen { c: fails(), c_no_signal: fails(), rust: fails(), same_calls: true }
        },
    }],
    question: Question {
        asks: "The peer has closed its socket. A C program calls send twice, and does nothing about signals. What happens?",
        answers: &[
            "both succeed: nobody reads the bytes",
            "the first fails with EPIPE",
            "the first succeeds, the second fails with EPIPE, and the program goes on",
            "the first succeeds, the second ends the program",
        ],
        right: |seen| match (seen.c.first == SENT, seen.c.died_of_sigpipe, &*seen.c.second) {
            (true, true, _) => Some(3),
            (true, false, SENT) => Some(0),
            (true, false, "EPIPE") => Some(2),
            (false, _, _) if seen.c.first == "EPIPE" => Some(1),
            _ => None,
        },
    },
    scenes: &[
        Scene::of(&[Part { name: "C", who: Who::C("sigpipe", &[]) }]),
        Scene::of(&[Part { name: "C", who: Who::C("sigpipe", &["--no-signal"]) }]),
        Scene::of(&[Part { name: "Rust", who: Who::Inside(experiment) }]),
    ],
    observe,
    tell,
};

/// What send answers when it takes all of "hello".
const SENT: &str = "5";

/// What both programs note after the second send.
const STILL_HERE: &str = "still here after the second send";

/// Twin: `c-reference/sigpipe.c`.
fn experiment() -> Result<(), Broke> {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(12000);
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");

    step("The same calls in Rust: a connection, of which both ends are in this program");
    let listening = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&listening, &sin)?;
    listen(&listening, 1)?;
    let sd = socket(AF_INET, SOCK_STREAM, 0)?;
    connect(&sd, &sin)?;
    let (peer, _, _) = accept::<sockaddr_in>(&listening)?;

    step("The peer closes");
    close(peer)?;

    step("Two sends");
    let _ = send(&sd, b"hello", 0);
    let _ = send(&sd, b"hello", 0);
    note(STILL_HERE, "yes");
    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// C, send's flags 0.
    c: Way,
    /// C, send's flags MSG_NOSIGNAL.
    c_no_signal: Way,
    /// Rust, send's flags 0.
    rust: Way,
    /// Whether C and Rust made the same calls, with the same answers, up to the second send.
    same_calls: bool,
}

/// How it went in one program.
#[derive(Debug, Clone, Serialize)]
pub struct Way {
    /// The first send: bytes, or an errno.
    first: String,
    /// The flags of the packets that it sent, and of the kernel's answers.
    packets: Vec<String>,
    /// The second send.
    second: String,
    /// Whether SIGPIPE was raised.
    raised: bool,
    /// Whether the program died of it.
    died_of_sigpipe: bool,
    /// Whether it said after the second send that it is still there.
    goes_on: bool,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [c, c_no_signal, rust] = runs else {
        return Err(Unclear("there are three runs".into()));
    };
    Ok(Seen {
        c: way(c)?,
        c_no_signal: way(c_no_signal)?,
        rust: way(rust)?,
        same_calls: up_to_second_send(c) == up_to_second_send(rust),
    })
}

/// The calls, each with its answer.
fn up_to_second_send(run: &Run) -> Vec<String> {
    let mut sends = 0;
    let mut line = Vec::new();
    for call in run.all_calls() {
        line.push(format!("{} {}", call.name(), call.outcome()));
        sends += usize::from(call.name() == "sendto");
        if sends == 2 {
            break;
        }
    }
    line
}

fn way(run: &Run) -> Result<Way, Unclear> {
    let raised = |event: &Event| matches!(&event.what, What::Signalled { signal, .. } if signal == "SIGPIPE");
    // The first two sends; a C program that dies is not asked what else it would have sent.
    let (first, second) = (run.call("sendto", 0)?, run.call("sendto", 1)?);
    Ok(Way {
        first: first.outcome(),
        packets: first.flags(),
        second: second.outcome(),
        raised: run.events().any(raised),
        died_of_sigpipe: run.exit(0) == Some(Exit::Signal(SIGPIPE)),
        goes_on: run.noted(STILL_HERE).is_ok(),
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    let sentence = |(program, way): (&str, &Way)| {
        format!(
            "{program}: the first send answers {} (on the wire: {}), the second {}; SIGPIPE is {}, and the program {}.",
            way.first,
            if way.packets.is_empty() { "nothing".into() } else { way.packets.join(", ") },
            way.second,
            if way.raised { "raised" } else { "not raised" },
            match (way.died_of_sigpipe, way.goes_on) {
                (true, false) => "dies of it",
                (false, true) => "goes on",
                _ => "ends in another way",
            }
        )
    };
    let compared = match seen.same_calls {
        true => "Up to the second send C and Rust make the same calls and get the same answers.",
        false => "Up to the second send C and Rust differ in their calls or in the answers.",
    };
    [("C", &seen.c), ("C with MSG_NOSIGNAL", &seen.c_no_signal), ("Rust", &seen.rust)]
        .map(sentence)
        .into_iter()
        .chain([compared.into()])
        .collect()
}

fn fails(seen: &Seen) -> Verdict {
    let all = [&seen.c, &seen.c_no_signal, &seen.rust];
    let late =
        |way: &&Way| way.first == SENT && way.packets.iter().any(|flags| flags.contains("RST"));
    let second = all.iter().all(|way| way.second == "EPIPE");
    let ends = all.map(|way| (way.raised, way.died_of_sigpipe, way.goes_on));
    if all.iter().all(|way| way.first == "EPIPE") {
        Verdict::True
    } else if all.iter().all(|way| way.first == SENT && way.second == SENT) {
        Verdict::Wrong
    } else if all.iter().all(late)
        && second
        && seen.same_calls
        && ends == [(true, true, false), (false, false, true), (true, false, true)]
    {
        Verdict::Imprecise
    } else {
        Verdict::Unexplained
    }
}

#[cfg(test)]
fn seen() -> Seen {
    let way = |raised, died_of_sigpipe| Way {
        first: SENT.into(),
        packets: vec!["PSH|ACK".into(), "RST".into()],
        second: "EPIPE".into(),
        raised,
        died_of_sigpipe,
        goes_on: !died_of_sigpipe,
    };
    Seen {
        c: way(true, true),
        c_no_signal: way(false, false),
        rust: way(true, false),
        same_calls: true,
    }
}
