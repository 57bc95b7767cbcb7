//! Whether datagrams, and TCP's bytes, arrive in the order in which they were sent.

use serde::Serialize;

use super::{
    Broke, Claim, HERE, Lab, Part, Question, Run, Scene, THERE, Unclear, Verdict, Who, Wire, end,
    note, step,
};
use crate::calls::*;

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "udp_order",
    title: "two packets overtake each other on the way: what UDP makes of it, and what TCP",
    claims: &[Claim {
        number: 3,
        says: "UDP may deliver out of order.",
        known: Verdict::True,
        judge: order,
        truth: "IP does not promise an order, and UDP adds no sequence numbers: recvfrom gives datagrams as they come. TCP \
                numbers its bytes, and recv gives them in the sender's order whatever the segments do.",
        source: "RFC 768; RFC 9293 section 3.4",
        #[cfg(test)]
        otherwise: || Seen { datagrams: "one two".into(), stream: "one two".into() },
    }],
    question: Question {
        asks: "\"one\" and \"two\" are sent, and the wire lets \"two\" overtake \"one\". What does the receiver read?",
        answers: &[
            "by UDP one two, by TCP one two",
            "by UDP two one, by TCP one two",
            "by UDP two one, by TCP two one",
            "by UDP two alone, by TCP one two",
        ],
        right: |seen| match (seen.datagrams.as_str(), seen.stream.as_str()) {
            ("one two", "one two") => Some(0),
            ("two one", "one two") => Some(1),
            ("two one", "two one") => Some(2),
            ("two", "one two") => Some(3),
            _ => None,
        },
    },
    scenes: &[Scene::with_wire(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

fn experiment() -> Result<(), Broke> {
    let mut wire = Wire::take()?;
    let (mut here, mut there) = (zeroed::<sockaddr_in>(), zeroed::<sockaddr_in>());
    for (sin, address) in [(&mut here, HERE), (&mut there, THERE)] {
        sin.sin_family = AF_INET as sa_family_t;
        sin.sin_port = htons(12000);
        sin.sin_addr.s_addr = inet_addr(address);
    }
    let mut buf = [0; 64];

    step("UDP: two datagrams are sent, and wait in the middle of the wire");
    let server = socket(AF_INET, SOCK_DGRAM, 0)?;
    bind(&server, &here)?;
    let client = socket(AF_INET, SOCK_DGRAM, 0)?;
    sendto(&client, b"one ", 0, &there)?;
    sendto(&client, b"two ", 0, &there)?;
    let (one, two) = (wire.catch()?, wire.catch()?);
    step("The second is let go first");
    wire.deliver(two)?;
    wire.deliver(one)?;
    let mut datagrams = Vec::new();
    for _ in 0..2 {
        let (length, _, _) = recvfrom::<sockaddr_in>(&server, &mut buf, MSG_DONTWAIT)?;
        datagrams.extend_from_slice(&buf[..length]);
    }
    note("the datagrams", String::from_utf8_lossy(&datagrams).trim());

    step("TCP: a connection over the same wire");
    let listening = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&listening, &here)?;
    listen(&listening, 1)?;
    let client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)?;
    match connect(&client, &there) {
        Err(Errno::EINPROGRESS) => (),
        other => other?,
    }
    wire.let_flow(50)?;
    let (server, _, _) = accept::<sockaddr_in>(&listening)?;
    step("Two segments are sent, and the second is let go first");
    setsockopt(&client, SOL_TCP, TCP_NODELAY, &1)?;
    send(&client, b"one ", 0)?;
    send(&client, b"two ", 0)?;
    let (one, two) = (wire.catch()?, wire.catch()?);
    wire.deliver(two)?;
    let early = recv(&server, &mut buf, MSG_DONTWAIT);
    note("TCP's bytes before the first segment came", early.unwrap_or(0));
    wire.deliver(one)?;
    wire.let_flow(50)?;
    let length = recv(&server, &mut buf, MSG_DONTWAIT)?;
    note("the stream", String::from_utf8_lossy(&buf[..length]).trim());
    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// What recvfrom gave, in its order.
    datagrams: String,
    /// What recv gave.
    stream: String,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    Ok(Seen { datagrams: run.noted("the datagrams")?, stream: run.noted("the stream")? })
}

fn tell(seen: &Seen) -> Vec<String> {
    vec![
        format!("\"one\" and \"two\" were sent; recvfrom gave \"{}\".", seen.datagrams),
        format!("Of a stream whose two segments were swapped, recv gave \"{}\".", seen.stream),
    ]
}

fn order(seen: &Seen) -> Verdict {
    match (seen.datagrams.as_str(), seen.stream.as_str()) {
        ("two one", "one two") => Verdict::True,
        ("one two", _) => Verdict::Wrong,
        _ => Verdict::Unexplained,
    }
}
