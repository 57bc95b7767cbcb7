//! That a datagram stays whole, and that a stream has no parts.

use serde::Serialize;

use super::{Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, step};
use crate::calls::*;
use crate::trace::{Carried, Value};

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "byte_stream",
    title: "what one recv gives after three sends, and what a buffer that is too small loses",
    claims: &[Claim {
        number: 4,
        says: "A datagram's boundaries hold; TCP is a byte stream.",
        known: Verdict::True,
        judge: boundaries,
        truth: "Each recvfrom gives one datagram, and cuts off what does not fit (MSG_TRUNC tells). TCP keeps no \
                boundaries: recv gives what has arrived, however many sends it came from, and what does not fit waits for the \
                next recv.",
        source: "udp(7), recv(2); RFC 9293 section 2.2",
        #[cfg(test)]
        otherwise: || Seen { streamed: vec!["one".into()], ..seen() },
    }],
    question: Question {
        asks: "\"one\", \"two\" and \"three\" are sent over TCP, in three segments. When all have arrived, one recv with a buffer of \
               64 bytes gives …?",
        answers: &["one", "onetwothree", "one, and an error", "three: the last one"],
        right: |seen| match seen.streamed.first()?.as_str() {
            "one" => Some(0),
            "onetwothree" => Some(1),
            "three" => Some(3),
            _ => None,
        },
    },
    scenes: &[Scene::of(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

const DATAGRAMS: &str = "UDP: three sendto, three recvfrom";
const STREAM: &str = "TCP: three send, one recv";
const CUT: &str = "UDP: 11 bytes are sent, and the buffer takes 4";
const SPLIT: &str = "TCP: 11 bytes are sent, and the buffer takes 4";

fn experiment() -> Result<(), Broke> {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(12000);
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");
    let words: [&[u8]; 3] = [b"one", b"two", b"three"];
    let (mut buf, mut small) = ([0; 64], [0; 4]);

    step(DATAGRAMS);
    let udp_server = socket(AF_INET, SOCK_DGRAM, 0)?;
    bind(&udp_server, &sin)?;
    let udp_client = socket(AF_INET, SOCK_DGRAM, 0)?;
    for word in words {
        sendto(&udp_client, word, 0, &sin)?;
    }
    for _ in words {
        recvfrom::<sockaddr_in>(&udp_server, &mut buf, MSG_DONTWAIT)?;
    }

    step("TCP: a connection; TCP_NODELAY lets each send go out at once");
    let listening = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&listening, &sin)?;
    listen(&listening, 5)?;
    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    setsockopt(&client, SOL_TCP, TCP_NODELAY, &1)?;
    connect(&client, &sin)?;
    let (server, _, _) = accept::<sockaddr_in>(&listening)?;
    step(STREAM);
    for word in words {
        send(&client, word, 0)?;
    }
    recv(&server, &mut buf, 0)?;

    step(CUT);
    sendto(&udp_client, b"hello world", 0, &sin)?;
    recvfrom::<sockaddr_in>(&udp_server, &mut small, MSG_TRUNC)?;
    let _ = recvfrom::<sockaddr_in>(&udp_server, &mut small, MSG_DONTWAIT);

    step(SPLIT);
    send(&client, b"hello world", 0)?;
    recv(&server, &mut small, 0)?;
    recv(&server, &mut buf, 0)?;
    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// What each recvfrom gave of three datagrams.
    datagrams: Vec<String>,
    /// How many segments carried the three words over TCP.
    segments: usize,
    /// What the recv gave.
    streamed: Vec<String>,
    /// What recvfrom answered, with MSG_TRUNC, to a buffer smaller than the datagram.
    told_length: String,
    /// What was in the buffer.
    cut: Vec<String>,
    /// What the next recvfrom answered.
    cut_next: String,
    /// What two recv gave of the same bytes in a stream.
    split: Vec<String>,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let cut = run.outcomes(CUT, "recvfrom");
    let [told_length, cut_next] = cut.as_slice() else {
        return Err(Unclear("the cut datagram was not asked for twice".into()));
    };
    let carried = |packet: &&crate::trace::Packet| match &packet.carries {
        Carried::Tcp(segment) => segment.length > 0,
        _ => false,
    };
    let sends = run.under(STREAM).into_iter().filter(|seen| seen.name() == "sendto");
    Ok(Seen {
        datagrams: received(run, DATAGRAMS),
        segments: sends.map(|s| s.packets().iter().copied().filter(carried).count()).sum(),
        streamed: received(run, STREAM),
        told_length: told_length.clone(),
        cut: received(run, CUT),
        cut_next: cut_next.clone(),
        split: received(run, SPLIT),
    })
}

/// What was in the buffers after the calls that took bytes under a heading.
fn received(run: &Run, heading: &str) -> Vec<String> {
    let calls = run.under(heading).into_iter().filter(|seen| seen.name() == "recvfrom");
    let bytes =
        calls.filter(|seen| seen.succeeded()).filter_map(|seen| match &seen.arg("buf")?.value {
            Value::Bytes { data, .. } => Some(String::from_utf8_lossy(data).into_owned()),
            _ => None,
        });
    bytes.collect()
}

fn tell(seen: &Seen) -> Vec<String> {
    let quoted = |texts: &[String]| {
        let quoted: Vec<_> = texts.iter().map(|text| format!("\"{text}\"")).collect();
        quoted.join(", then ")
    };
    vec![
        format!("UDP: three recvfrom gave {}.", quoted(&seen.datagrams)),
        format!(
            "TCP: the words came in {} segments; recv gave {}.",
            seen.segments,
            quoted(&seen.streamed)
        ),
        format!(
            "UDP, 4 bytes of buffer for 11: {}, and with MSG_TRUNC the answer was {}; the next recvfrom: {}.",
            quoted(&seen.cut),
            seen.told_length,
            seen.cut_next
        ),
        format!("TCP, the same buffer, then a larger one: {}.", quoted(&seen.split)),
    ]
}

fn boundaries(seen: &Seen) -> Verdict {
    let datagrams = seen.datagrams == ["one", "two", "three"];
    let cut = seen.cut == ["hell"] && seen.told_length == "11" && seen.cut_next == "EAGAIN";
    let stream = seen.segments == 3 && seen.streamed == ["onetwothree"];
    match (datagrams && cut, stream && seen.split == ["hell", "o world"]) {
        (true, true) => Verdict::True,
        (false, false) => Verdict::Wrong,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    Seen {
        datagrams: texts(&["one", "two", "three"]),
        segments: 3,
        streamed: texts(&["onetwothree"]),
        told_length: "11".into(),
        cut: texts(&["hell"]),
        cut_next: "EAGAIN".into(),
        split: texts(&["hell", "o world"]),
    }
}
