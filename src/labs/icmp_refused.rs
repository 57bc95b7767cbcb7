//! Who hears of a datagram that nobody wanted.

use serde::Serialize;

use super::{Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, step};
use crate::calls::*;
use crate::trace::{Carried, Packet};

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "icmp_refused",
    title: "a datagram to a port where nobody is: what comes back, and which call says so",
    claims: &[Claim {
        number: 9,
        says: "ICMP reports errors in carrying packets.",
        known: Verdict::True,
        judge: reports,
        truth: "The receiver's kernel answers with ICMP destination unreachable, port unreachable. A connected UDP socket says \
                so once, by ECONNREFUSED at its next call. One that is not connected says nothing, unless IP_RECVERR is set.",
        source: "RFC 792; RFC 1122 section 4.1.3; udp(7), ip(7)",
        #[cfg(test)]
        otherwise: || Seen { answers: vec![], connected: vec!["EAGAIN".into(); 2], ..seen() },
    }],
    question: Question {
        asks: "An unconnected UDP socket sends to a port where nobody is. sendto succeeds, and ICMP comes back. What does recvfrom \
               with MSG_DONTWAIT say then?",
        answers: &["ECONNREFUSED", "EAGAIN: nothing is there", "0", "EHOSTUNREACH"],
        right: |seen| match seen.unconnected.first()?.as_str() {
            "ECONNREFUSED" => Some(0),
            "EAGAIN" => Some(1),
            "0" => Some(2),
            "EHOSTUNREACH" => Some(3),
            _ => None,
        },
    },
    scenes: &[Scene::of(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

const UNCONNECTED: &str = "An unconnected socket sends to a port where nobody is";
const CONNECTED: &str = "A connected socket does the same";
const RECVERR: &str = "An unconnected one with IP_RECVERR";

fn experiment() -> Result<(), Broke> {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(12000);
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");
    let mut buf = [0; 64];

    step(UNCONNECTED);
    let client = socket(AF_INET, SOCK_DGRAM, 0)?;
    sendto(&client, b"hello", 0, &sin)?;
    let _ = recvfrom::<sockaddr_in>(&client, &mut buf, MSG_DONTWAIT);

    step(CONNECTED);
    let client = socket(AF_INET, SOCK_DGRAM, 0)?;
    connect(&client, &sin)?;
    send(&client, b"hello", 0)?;
    let _ = recv(&client, &mut buf, MSG_DONTWAIT);
    let _ = recv(&client, &mut buf, MSG_DONTWAIT);

    step(RECVERR);
    let client = socket(AF_INET, SOCK_DGRAM, 0)?;
    setsockopt(&client, SOL_IP, IP_RECVERR, &1)?;
    sendto(&client, b"hello", 0, &sin)?;
    let _ = recvfrom::<sockaddr_in>(&client, &mut buf, MSG_DONTWAIT);
    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// What came back over the wire.
    answers: Vec<String>,
    /// What the unconnected socket's next call said.
    unconnected: Vec<String>,
    /// What the connected socket's next two calls said.
    connected: Vec<String>,
    /// What the next call said on an unconnected socket with IP_RECVERR.
    recverr: Vec<String>,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let icmp = |packet: &Packet| match &packet.carries {
        Carried::Icmp { meaning, .. } => Some(meaning.to_string()),
        _ => None,
    };
    Ok(Seen {
        answers: run.packets().into_iter().filter_map(icmp).collect(),
        unconnected: run.outcomes(UNCONNECTED, "recvfrom"),
        connected: run.outcomes(CONNECTED, "recvfrom"),
        recverr: run.outcomes(RECVERR, "recvfrom"),
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    let answers = match seen.answers.as_slice() {
        [] => "none".to_owned(),
        [first, rest @ ..] if rest.iter().all(|answer| answer == first) => {
            format!("{} times {first}", seen.answers.len())
        }
        several => several.join("; "),
    };
    vec![
        format!("ICMP's answers to what was sent: {answers}."),
        format!("Unconnected, the next call said {}.", seen.unconnected.join(", ")),
        format!("Connected, the next calls said {}.", seen.connected.join(", ")),
        format!("Unconnected with IP_RECVERR, the next call said {}.", seen.recverr.join(", ")),
    ]
}

fn reports(seen: &Seen) -> Verdict {
    let unreachable = |answer: &String| answer == "destination unreachable, port unreachable";
    let answered = seen.answers.len() == 3 && seen.answers.iter().all(unreachable);
    let told = seen.connected == ["ECONNREFUSED", "EAGAIN"] && seen.recverr == ["ECONNREFUSED"];
    match (answered, told) {
        (true, true) if seen.unconnected == ["EAGAIN"] => Verdict::True,
        (false, false) if seen.answers.is_empty() => Verdict::Wrong,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    Seen {
        answers: texts(&["destination unreachable, port unreachable"; 3]),
        unconnected: texts(&["EAGAIN"]),
        connected: texts(&["ECONNREFUSED", "EAGAIN"]),
        recverr: texts(&["ECONNREFUSED"]),
    }
}
