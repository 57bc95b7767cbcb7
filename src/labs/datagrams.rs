//! What goes over the wire before the first byte, by UDP and by TCP.

use serde::Serialize;

use super::{Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, step};
use crate::calls::*;
use crate::trace::{Carried, Packet};

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "datagrams",
    title: "what goes over the wire before the first byte does",
    claims: &[Claim {
        number: 1,
        says: "UDP needs no handshake.",
        known: Verdict::True,
        judge: handshake,
        truth: "The first packet that UDP sends is the datagram itself, and no kernel acknowledges it. TCP \
                exchanges SYN, SYN+ACK and ACK before the first byte.",
        source: "RFC 768; RFC 9293 section 3.5",
        #[cfg(test)]
        otherwise: || Seen {
            udp: vec!["UDP with 0 bytes".into(), "UDP with 5 bytes".into()],
            ..seen()
        },
    }],
    question: Question {
        asks: "A client calls socket and sendto with 5 bytes, over UDP. How many packets go over the wire?",
        answers: &[
            "1",
            "2: the datagram, and an acknowledgement",
            "4: three before the datagram",
            "0",
        ],
        right: |seen| match seen.udp.len() {
            0 => Some(3),
            1 => Some(0),
            2 => Some(1),
            4 => Some(2),
            _ => None,
        },
    },
    scenes: &[Scene::of(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

const UDP: &str = "UDP: a client that has just been made sends 5 bytes";
const TCP: &str = "TCP: the same takes a connection";

fn experiment() -> Result<(), Broke> {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(12000);
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");
    let mut buf = [0; 64];

    step("Two servers at port 12000, one for UDP and one for TCP");
    let udp_server = socket(AF_INET, SOCK_DGRAM, 0)?;
    bind(&udp_server, &sin)?;
    let listening = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&listening, &sin)?;
    listen(&listening, 5)?;

    step(UDP);
    let client = socket(AF_INET, SOCK_DGRAM, 0)?;
    sendto(&client, b"hello", 0, &sin)?;
    recvfrom::<sockaddr_in>(&udp_server, &mut buf, MSG_DONTWAIT)?;

    step(TCP);
    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    connect(&client, &sin)?;
    send(&client, b"hello", 0)?;
    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// The packets of the UDP client, up to the server's recvfrom.
    udp: Vec<String>,
    /// How many bytes that recvfrom gave.
    received: i64,
    /// The packets of the TCP client, up to the first with data.
    tcp: Vec<String>,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let packets = |heading| {
        let packets = run.under(heading).into_iter().flat_map(|seen| seen.packets().to_vec());
        packets.map(in_words).collect::<Vec<_>>()
    };
    let mut tcp = packets(TCP);
    let first = tcp.iter().position(|packet| packet.contains("bytes"));
    tcp.truncate(first.map_or(usize::MAX, |first| first + 1));
    let received = run.call_under(UDP, "recvfrom", 0)?.value()?;
    Ok(Seen { udp: packets(UDP), received, tcp })
}

/// `SYN`, `PSH|ACK with 5 bytes`, `UDP with 5 bytes`.
fn in_words(packet: &Packet) -> String {
    match &packet.carries {
        Carried::Tcp(segment) if segment.length == 0 => segment.flags.to_string(),
        Carried::Tcp(segment) => format!("{} with {} bytes", segment.flags, segment.length),
        Carried::Udp { length } => format!("UDP with {length} bytes"),
        Carried::Icmp { meaning, .. } => format!("ICMP {meaning}"),
        Carried::Other { protocol, .. } => format!("protocol {protocol}"),
    }
}

fn tell(seen: &Seen) -> Vec<String> {
    vec![
        format!("UDP, from socket to recvfrom's {} bytes: {}.", seen.received, seen.udp.join(", ")),
        format!("TCP, from socket to the first data: {}.", seen.tcp.join(", ")),
    ]
}

fn handshake(seen: &Seen) -> Verdict {
    let tcp = seen.tcp == ["SYN", "SYN|ACK", "ACK", "PSH|ACK with 5 bytes"];
    match seen.udp.as_slice() {
        [only] if only == "UDP with 5 bytes" && seen.received == 5 && tcp => Verdict::True,
        [first, ..] if first != "UDP with 5 bytes" => Verdict::Wrong,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    Seen {
        udp: texts(&["UDP with 5 bytes"]),
        received: 5,
        tcp: texts(&["SYN", "SYN|ACK", "ACK", "PSH|ACK with 5 bytes"]),
    }
}
