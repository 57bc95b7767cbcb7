//! Who sees to it that a lost segment is sent again.

use serde::Serialize;

use super::{
    Broke, Claim, HERE, Held, Lab, Part, Question, Run, Scene, THERE, Unclear, Verdict, Who, Wire,
    end, step,
};
use crate::calls::*;
use crate::trace::{Carried, Packet, Segment, Value};

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "retransmission",
    title: "a segment is lost on the wire: what the receiver says of it, and who sends it again",
    claims: &[Claim {
        number: 28,
        says: "A lost packet is asked for again by the receiver.",
        known: Verdict::Wrong,
        judge: asked_for,
        truth: "TCP has no such request. The sender keeps what is not acknowledged and sends it again by itself: when a \
                timer runs out, or when acknowledgements come that repeat one number. These say what has arrived; that \
                something else was lost is the sender's conclusion.",
        source: "RFC 9293 section 3.8; RFC 6298 section 5; RFC 5681 section 3.2; RFC 8985",
        #[cfg(test)]
        otherwise: || Seen {
            alone: Loss { between: vec!["ACK 1".into()], ..seen().alone },
            ..seen()
        },
    }],
    question: Question {
        asks: "The wire loses a segment of four bytes, and nothing else is on its way. What does the receiver do until they come?",
        answers: &[
            "it asks the sender for them",
            "it repeats its last acknowledgement",
            "nothing: it knows of no segment",
            "it resets the connection",
        ],
        right: |seen| match seen.alone.between.as_slice() {
            [] => Some(2),
            all if all.iter().all(|one| *one == seen.alone.expects()) => Some(1),
            all if all.iter().any(|one| one.contains("RST")) => Some(3),
            _ => None,
        },
    },
    scenes: &[Scene::with_wire(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

/// The server's port.
const PORT: u16 = 12000;

fn experiment() -> Result<(), Broke> {
    let mut wire = Wire::take()?;
    let (mut here, mut there) = (zeroed::<sockaddr_in>(), zeroed::<sockaddr_in>());
    for (sin, address) in [(&mut here, HERE), (&mut there, THERE)] {
        sin.sin_family = AF_INET as sa_family_t;
        sin.sin_port = htons(PORT);
        sin.sin_addr.s_addr = inet_addr(address);
    }
    let mut buf = [0; 64];

    step("A connection over the wire");
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
    setsockopt(&client, SOL_TCP, TCP_NODELAY, &1)?;

    step("A segment is lost, and nothing follows it: which packet is the next on the wire?");
    send(&client, b"one ", 0)?;
    drop(data(&mut wire)?);
    let again = wire.catch()?;
    step("It arrives, and all else is let through");
    wire.deliver(again)?;
    wire.let_flow(50)?;
    recv(&server, &mut buf, MSG_DONTWAIT)?;

    step("Four segments are sent; the first is lost, the others arrive");
    for text in [b"two ", b"thr ", b"fou ", b"fiv "] {
        send(&client, text, 0)?;
    }
    let lost = number(&data(&mut wire)?);
    let mut others = 0;
    while others < 3 {
        let held = data(&mut wire)?;
        // Where the sender's timer is fast, the lost bytes come again even now. They are lost again.
        if number(&held) != lost {
            wire.deliver(held)?;
            others += 1;
        }
    }
    step("What the receiver sends is let through, until the lost bytes come again");
    let mut again = data(&mut wire)?;
    while number(&again) != lost {
        wire.deliver(again)?;
        again = data(&mut wire)?;
    }
    step("They arrive");
    wire.deliver(again)?;
    wire.let_flow(50)?;
    recv(&server, &mut buf, MSG_DONTWAIT)?;
    end();
    Ok(())
}

/// The next segment that carries bytes. What carries none is let through.
fn data(wire: &mut Wire) -> Result<Held, Broke> {
    loop {
        let held = wire.catch()?;
        if segment(&held.packet).is_some_and(|segment| segment.length > 0) {
            return Ok(held);
        }
        wire.deliver(held)?;
    }
}

fn number(held: &Held) -> Option<u32> {
    segment(&held.packet).map(|segment| segment.seq)
}

fn segment(packet: &Packet) -> Option<&Segment> {
    match &packet.carries {
        Carried::Tcp(segment) => Some(segment),
        _ => None,
    }
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// The segment that nothing followed.
    alone: Loss,
    /// The one that three others followed, which arrived.
    followed: Loss,
}

/// What became of a segment that was lost.
#[derive(Debug, Clone, Serialize)]
pub struct Loss {
    /// Its sequence number, counted from the SYN.
    seq: u32,
    /// How often its sender had put it on the wire when it arrived.
    sent: usize,
    /// What its receiver sent between the first time and the arrival: flags and acknowledgement number.
    between: Vec<String>,
    /// What the receiver's recv gave in the end.
    read: String,
}

impl Loss {
    /// The acknowledgement that says that this segment is the next one expected.
    fn expects(&self) -> String {
        format!("ACK {}", self.seq)
    }
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    Ok(Seen { alone: loss(run, 0, 1)?, followed: loss(run, 1, 5)? })
}

/// The loss of the bytes from this sequence number on, which the `at`th recv gave in the end.
fn loss(run: &Run, at: usize, seq: u32) -> Result<Loss, Unclear> {
    let here = HERE.to_string_lossy();
    let server = format!("{here}:{PORT}");
    let is_it = |packet: &Packet| {
        segment(packet).is_some_and(|segment| segment.seq == seq && segment.length > 0)
    };
    // What has an address of this host as its sender is on its way to the middle of the wire. What has one as its receiver
    // comes from there.
    let packets = run.packets();
    let arrival = packets.iter().position(|packet| packet.to == server && is_it(packet));
    let before = &packets[..arrival.unwrap_or(packets.len())];
    let leaves = |packet: &&&Packet| packet.from.starts_with(&*here) && packet.from != server;
    let sent = before.iter().filter(leaves).filter(|packet| is_it(packet)).count();
    let first = before.iter().position(|packet| leaves(&packet) && is_it(packet));
    let after = before.iter().skip(first.unwrap_or(before.len()));
    let between = after.filter(|packet| packet.from == server).filter_map(|packet| segment(packet));
    let said = |segment: &Segment| format!("{} {}", segment.flags, segment.ack.unwrap_or_default());
    let mut calls = run.calls("recvfrom").into_iter().filter(|call| call.succeeded());
    let read = calls.nth(at).and_then(|call| Some(call.arg("buf")?.value.clone()));
    let Some(Value::Bytes { data: read, .. }) = read else {
        return Err(Unclear("the receiver has read nothing".into()));
    };
    Ok(Loss {
        seq,
        sent,
        between: between.map(said).collect(),
        read: String::from_utf8_lossy(&read).trim_end().into(),
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    let sentence = |(which, loss): (&str, &Loss)| {
        let between = match loss.between.as_slice() {
            [] => "nothing".into(),
            all => all.join(", "),
        };
        format!(
            "The segment {which} has sequence number {}; its sender had put it on the wire {} times when it arrived. Between \
             the first time and that the receiver sent: {between}. In the end it read \"{}\".",
            loss.seq, loss.sent, loss.read
        )
    };
    [("that nothing followed", &seen.alone), ("that three others followed", &seen.followed)]
        .map(sentence)
        .into()
}

fn asked_for(seen: &Seen) -> Verdict {
    let Seen { alone, followed } = seen;
    let again = alone.sent > 1 && followed.sent > 1;
    let whole = alone.read == "one" && followed.read == "two thr fou fiv";
    let repeats = followed.between.iter().all(|one| *one == followed.expects());
    match alone.between.is_empty() {
        true if again && whole && repeats && !followed.between.is_empty() => Verdict::Wrong,
        false if again => Verdict::True,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    let alone = Loss { seq: 1, sent: 2, between: Vec::new(), read: "one".into() };
    let between = vec!["ACK 5".into(); 3];
    Seen { alone, followed: Loss { seq: 5, sent: 2, between, read: "two thr fou fiv".into() } }
}
