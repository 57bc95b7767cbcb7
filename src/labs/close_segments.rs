//! How many segments it takes to close a connection.

use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::{
    Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, port, step,
};
use crate::calls::*;
use crate::trace::Carried;

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "close_segments",
    title: "how many segments close a connection, if the second side closes at once, and if it waits",
    claims: &[Claim {
        number: 25,
        says: "Closing a connection takes four segments.",
        known: Verdict::Imprecise,
        judge: segments,
        truth: "Each side's FIN has to be acknowledged. The receiver of the first FIN may wait a little with its ACK (Linux: 40 \
                to 200 ms, over loopback 40); if it closes within that time, one segment carries its FIN and the ACK, and \
                three are enough.",
        source: "RFC 9293 sections 3.6 and 3.8.6.3; RFC 1122 section 4.2.3.2",
        #[cfg(test)]
        otherwise: || Seen { at_once: seen().late, ..seen() },
    }],
    question: Question {
        asks: "The client closes, and the server closes right after it. How many segments does that take?",
        answers: &["1", "2", "3", "4"],
        right: |seen| (1..=4).position(|number| number == seen.at_once.len()),
    },
    scenes: &[Scene::of(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

const AT_ONCE: &str = "The client closes, and the server right after it";
const LATE: &str = "The client closes, and the server a tenth of a second later";
/// Over loopback Linux acknowledges after 40 ms at the latest. A machine that is busy elsewhere may take the server as long.
const IN_TIME: Duration = Duration::from_millis(30);

fn experiment() -> Result<(), Broke> {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(9001);
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");
    let mut buf = [0; 64];

    step("A server");
    let listening = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&listening, &sin)?;
    listen(&listening, 5)?;

    for _ in 0..20 {
        step("A connection, a question, an answer");
        let client = socket(AF_INET, SOCK_STREAM, 0)?;
        connect(&client, &sin)?;
        let (server, _, _) = accept::<sockaddr_in>(&listening)?;
        let began = Instant::now();
        send(&client, b"question", 0)?;
        recv(&server, &mut buf, 0)?;
        send(&server, b"answer", 0)?;
        recv(&client, &mut buf, 0)?;
        step(AT_ONCE);
        close(client)?;
        close(server)?;
        if began.elapsed() < IN_TIME {
            break;
        }
        step("That took the machine too long; once more");
    }

    step("Another connection");
    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    connect(&client, &sin)?;
    let (server, _, _) = accept::<sockaddr_in>(&listening)?;
    step(LATE);
    close(client)?;
    sleep(Duration::from_millis(100));
    close(server)?;
    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// The segments from the first FIN on, each after its sender, where the server closed at once.
    at_once: Vec<String>,
    /// The same where it closed later.
    late: Vec<String>,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    Ok(Seen { at_once: closing(run, AT_ONCE)?, late: closing(run, LATE)? })
}

/// The segments, from the first FIN on, of the connection that was the last to be closed under a heading.
fn closing(run: &Run, heading: &str) -> Result<Vec<String>, Unclear> {
    let calls = run.under(heading).into_iter().filter(|seen| seen.name() == "close");
    let closes: Vec<_> =
        calls.take_while(|seen| seen.socket_before().is_ok_and(|s| s.peer.is_some())).collect();
    let [.., first, _] = closes.as_slice() else {
        return Err(Unclear("two sockets were to be closed".into()));
    };
    let client = port(&first.socket_before()?.local)?.to_string();
    let mut segments = Vec::new();
    for packet in run.packets() {
        let is = |address: &str| address.rsplit(':').next() == Some(&client);
        let (from, to) = (is(&packet.from), is(&packet.to));
        if let Carried::Tcp(segment) = &packet.carries
            && (from || to)
            && (!segments.is_empty() || segment.flags.contains("FIN"))
        {
            let sender = if from { "client" } else { "server" };
            segments.push(format!("{sender} {}", segment.flags));
        }
    }
    Ok(segments)
}

fn tell(seen: &Seen) -> Vec<String> {
    let line = |when: &str, segments: &[String]| {
        format!("The server closes {when}: {} segments: {}.", segments.len(), segments.join(", "))
    };
    vec![line("at once", &seen.at_once), line("later", &seen.late)]
}

const THREE: [&str; 3] = ["client FIN|ACK", "server FIN|ACK", "client ACK"];
const FOUR: [&str; 4] = ["client FIN|ACK", "server ACK", "server FIN|ACK", "client ACK"];

fn segments(seen: &Seen) -> Verdict {
    if seen.late != FOUR {
        return Verdict::Unexplained;
    }
    match seen.at_once.as_slice() {
        three if three == THREE => Verdict::Imprecise,
        four if four == FOUR => Verdict::True,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    Seen { at_once: THREE.map(Into::into).into(), late: FOUR.map(Into::into).into() }
}
