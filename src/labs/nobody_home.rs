//! What a client gets that comes before its server.

use serde::Serialize;

use super::{Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, step};
use crate::calls::*;
use crate::trace::{Carried, Packet};

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "nobody_home",
    title: "what a TCP client and a UDP client get when no server runs yet",
    claims: &[Claim {
        number: 8,
        says: "The server must run before the client.",
        known: Verdict::Imprecise,
        judge: order,
        truth: "For TCP it must listen: otherwise the SYN is answered with RST, and connect fails with ECONNREFUSED at \
                once. A UDP client's sendto succeeds all the same; its datagram is lost, but the client may go on, and \
                what it sends later arrives.",
        source: "connect(2), ECONNREFUSED; udp(7); RFC 9293 section 3.5.2; RFC 1122 section 4.1.3.1",
        #[cfg(test)]
        otherwise: || Seen { udp_early: "ECONNREFUSED".into(), ..seen() },
    }],
    question: Question {
        asks: "No server runs. A TCP client calls connect, a UDP client calls sendto. What do the calls answer?",
        answers: &[
            "both fail with ECONNREFUSED",
            "connect fails with ECONNREFUSED, sendto succeeds",
            "connect waits for the server, sendto succeeds",
            "both wait for the server",
        ],
        right: |seen| match (seen.tcp_early.as_str(), seen.udp_early.as_str()) {
            ("ECONNREFUSED", "ECONNREFUSED") => Some(0),
            ("ECONNREFUSED", "5") => Some(1),
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
    sin.sin_port = htons(9001);
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");
    let mut buf = [0; 64];

    step("TCP: a client connects to a port where nobody listens");
    let early = socket(AF_INET, SOCK_STREAM, 0)?;
    let _ = connect(&early, &sin);

    step("UDP: a client sends to a port where nobody receives, and looks for an answer");
    let client = socket(AF_INET, SOCK_DGRAM, 0)?;
    let _ = sendto(&client, b"early", 0, &sin);
    let _ = recvfrom::<sockaddr_in>(&client, &mut buf, MSG_DONTWAIT);

    step("Now the servers come; is the datagram still there?");
    let listening = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&listening, &sin)?;
    listen(&listening, 5)?;
    let server = socket(AF_INET, SOCK_DGRAM, 0)?;
    bind(&server, &sin)?;
    let _ = recvfrom::<sockaddr_in>(&server, &mut buf, MSG_DONTWAIT);

    step("TCP: a client connects once more, with a new socket");
    let late = socket(AF_INET, SOCK_STREAM, 0)?;
    let _ = connect(&late, &sin);

    step("UDP: the same client sends once more");
    let _ = sendto(&client, b"later", 0, &sin);
    let _ = recvfrom::<sockaddr_in>(&server, &mut buf, MSG_DONTWAIT);

    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// How connect went without a server.
    tcp_early: String,
    /// The segments that moved in it.
    tcp_segments: Vec<String>,
    /// How sendto went without a server.
    udp_early: String,
    /// The packets that moved in it.
    udp_packets: Vec<String>,
    /// What the UDP client then read: the outcome.
    udp_answer: String,
    /// What the UDP server, come later, read: the outcome.
    udp_kept: String,
    /// How connect went when the server listened.
    tcp_late: String,
    /// What the UDP server read when the client had sent once more, or the errno.
    udp_late: String,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let (tcp, udp) = (run.call("connect", 0)?, run.call("sendto", 0)?);
    let late = run.call("recvfrom", 2)?;
    Ok(Seen {
        tcp_early: tcp.outcome(),
        tcp_segments: tcp.flags(),
        udp_early: udp.outcome(),
        udp_packets: udp.packets().iter().map(|packet| in_words(packet)).collect(),
        udp_answer: run.call("recvfrom", 0)?.outcome(),
        udp_kept: run.call("recvfrom", 1)?.outcome(),
        tcp_late: run.call("connect", 1)?.outcome(),
        udp_late: if late.succeeded() { late.text("buf")? } else { late.outcome() },
    })
}

fn in_words(packet: &Packet) -> String {
    match &packet.carries {
        Carried::Udp { length } => format!("a datagram of {length} bytes"),
        Carried::Icmp { meaning, .. } => format!("ICMP {meaning}"),
        other => format!("{other:?}"),
    }
}

fn tell(seen: &Seen) -> Vec<String> {
    vec![
        format!(
            "TCP without a server: connect answered {}; the segments were {}. With a server: {}.",
            seen.tcp_early,
            seen.tcp_segments.join(", "),
            seen.tcp_late
        ),
        format!(
            "UDP without a server: sendto answered {}; on the wire: {}; the client's recvfrom: {}.",
            seen.udp_early,
            seen.udp_packets.join(", then "),
            seen.udp_answer
        ),
        format!(
            "The UDP server that came later read: {}; and when the client sent again: {}.",
            seen.udp_kept, seen.udp_late
        ),
    ]
}

fn order(seen: &Seen) -> Verdict {
    let refused = seen.tcp_early == "ECONNREFUSED" && seen.tcp_segments == ["SYN", "RST|ACK"];
    let lost = seen.udp_answer == "EAGAIN" && seen.udp_kept == "EAGAIN";
    match (seen.udp_early.as_str(), seen.tcp_early.as_str()) {
        ("5", _) if refused && lost && seen.tcp_late == "0" && seen.udp_late == "later" => {
            Verdict::Imprecise
        }
        ("ECONNREFUSED", "ECONNREFUSED") => Verdict::True,
        ("5", "0") => Verdict::Wrong,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    Seen {
        tcp_early: "ECONNREFUSED".into(),
        tcp_segments: vec!["SYN".into(), "RST|ACK".into()],
        udp_early: "5".into(),
        udp_packets: Vec::new(),
        udp_answer: "EAGAIN".into(),
        udp_kept: "EAGAIN".into(),
        tcp_late: "0".into(),
        udp_late: "later".into(),
    }
}
