//! Whether `sendto` hears of a datagram that is lost.

use std::fs;

use serde::Serialize;

use super::{
    Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, note, step,
};
use crate::calls::*;

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "udp_loss",
    title: "more datagrams than the receiver has room for: what sendto says, and where they are",
    claims: &[Claim {
        number: 2,
        says: "UDP may lose data.",
        known: Verdict::True,
        judge: loss,
        truth: "A datagram that finds the receiver's buffer full is dropped. Neither program is told: sendto has succeeded. \
                The kernel counts it, for one in the last column of /proc/net/udp.",
        source: "RFC 768; RFC 1122 section 4.1; socket(7), SO_RCVBUF",
        #[cfg(test)]
        otherwise: || Seen { sent: 10, failed: 0, received: 10, dropped: 0 },
    }],
    question: Question {
        asks: "A server whose buffer is as small as it can be does not read while ten datagrams are sent to it, over loopback. \
               What do the ten sendto answer?",
        answers: &[
            "all succeed, and all ten arrive later",
            "all succeed, and some never arrive",
            "those for which there is no room fail",
            "the one for which there is no room waits",
        ],
        right: |seen| match (seen.failed, seen.received == seen.sent) {
            (0, true) => Some(0),
            (0, false) => Some(1),
            _ => Some(2),
        },
    },
    scenes: &[Scene::of(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

const SENDS: &str = "Ten datagrams are sent, and the server does not read";
const READS: &str = "Now the server reads, until there is nothing more";
const DROPS: &str = "datagrams that the kernel has dropped at the server's socket";

fn experiment() -> Result<(), Broke> {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(12000);
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");

    step("A server with a buffer as small as can be");
    let server = socket(AF_INET, SOCK_DGRAM, 0)?;
    setsockopt(&server, SOL_SOCKET, SO_RCVBUF, &1)?;
    getsockopt(&server, SOL_SOCKET, SO_RCVBUF)?;
    bind(&server, &sin)?;
    let client = socket(AF_INET, SOCK_DGRAM, 0)?;

    step(SENDS);
    for number in b'0'..=b'9' {
        let _ = sendto(&client, &[number], 0, &sin);
    }

    step(READS);
    let mut buf = [0; 64];
    while recvfrom::<sockaddr_in>(&server, &mut buf, MSG_DONTWAIT).is_ok() {}
    note(DROPS, drops(12000)?);
    end();
    Ok(())
}

/// What the kernel has counted at the UDP socket of this port.
fn drops(port: u16) -> Result<String, Broke> {
    let table = fs::read_to_string("/proc/self/net/udp")?;
    let of = |line: &&str| {
        let address = line.split_whitespace().nth(1).unwrap_or_default();
        address.ends_with(&format!(":{port:04X}"))
    };
    let drops = table.lines().find(of).and_then(|line| line.split_whitespace().last());
    drops.map(Into::into).ok_or_else(|| Broke::new("the socket is not in /proc/net/udp"))
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// How many sendto succeeded.
    sent: usize,
    /// How many failed.
    failed: usize,
    /// How many recvfrom gave a datagram.
    received: usize,
    /// How many datagrams the kernel says that it has dropped.
    dropped: i64,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let succeeded = |heading, name| {
        let calls = run.under(heading).into_iter().filter(|seen| seen.name() == name);
        calls.partition::<Vec<_>, _>(|seen| seen.succeeded())
    };
    let (sent, failed) = succeeded(SENDS, "sendto");
    let (received, _) = succeeded(READS, "recvfrom");
    Ok(Seen {
        sent: sent.len(),
        failed: failed.len(),
        received: received.len(),
        dropped: run.number(DROPS)?,
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    let Seen { sent, failed, received, dropped } = seen;
    vec![
        format!("{sent} sendto succeeded, {failed} failed; {received} recvfrom gave a datagram."),
        format!("The kernel's drop counter at the server's socket: {dropped}."),
    ]
}

fn loss(seen: &Seen) -> Verdict {
    let lost = seen.sent as i64 - seen.received as i64;
    match (seen.failed, lost) {
        (0, 1..) if lost == seen.dropped && seen.received > 0 => Verdict::True,
        (_, 0) if seen.dropped == 0 => Verdict::Wrong,
        _ => Verdict::Unexplained,
    }
}
