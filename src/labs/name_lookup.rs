//! What `getaddrinfo` does to find an address: a file, a datagram, a connection.

use std::ffi::CStr;

use serde::Serialize;

use super::{
    Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, note, step,
};
use crate::calls::*;
use crate::observe::names::LISTED;
use crate::trace::{Carried, Value};

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "name_lookup",
    title: "getaddrinfo looks up three names: what it sends for each of them, and by which protocol",
    claims: &[
        Claim {
            number: 32,
            says: "Host names are looked up by DNS without asking.",
            known: Verdict::Imprecise,
            judge: by_dns,
            truth: "getaddrinfo looks where /etc/nsswitch.conf says, with \"hosts: files dns\" first in the hosts file. A name \
                    that stands there is answered without a packet; DNS is asked for the others. (glibc looks before all that for \
                    nscd, a program of this host that remembers names, where one runs.)",
            source: "getaddrinfo(3), hosts(5), nsswitch.conf(5), resolv.conf(5), nscd(8)",
            #[cfg(test)]
            otherwise: || Seen { listed: seen().short, ..seen() },
        },
        Claim {
            number: 33,
            says: "DNS uses UDP, and browsers use TCP.",
            known: Verdict::Imprecise,
            judge: by_udp,
            truth: "DNS asks by UDP first. An answer that does not fit is sent cut, with the bit TC set, and the resolver asks \
                    again by TCP, port 53, too. (Browsers: HTTP/1.1 and HTTP/2 run over TCP, HTTP/3 over UDP.)",
            source: "RFC 1035 section 4.2; RFC 2181 section 9; RFC 7766 section 5; RFC 9114 section 3",
            #[cfg(test)]
            otherwise: || Seen { long: seen().short, ..seen() },
        },
    ],
    question: Question {
        asks: "The name server answers a question that came by UDP with the bit TC: the answer is cut. What does getaddrinfo do?",
        answers: &[
            "it takes what there is",
            "it fails",
            "it asks for the rest by UDP",
            "it asks the whole question again by TCP",
        ],
        right: |seen| match (seen.long.cut, seen.long.tcp > 0, seen.long.udp, &*seen.long.found) {
            (true, true, _, LONG) => Some(3),
            (true, false, 2, "none") => Some(1),
            (true, false, 2, _) => Some(0),
            (true, false, 3.., LONG) => Some(2),
            _ => None,
        },
    },
    scenes: &[
        Scene::with_names(&[Part { name: "client", who: Who::Inside(listed) }]),
        Scene::with_names(&[
            Part { name: "server", who: Who::Inside(answers_whole) },
            Part { name: "client", who: Who::Inside(short) },
        ]),
        Scene::with_names(&[
            Part { name: "server", who: Who::Inside(answers_cut) },
            Part { name: "client", who: Who::Inside(long) },
        ]),
    ],
    observe,
    tell,
};

/// The address that the server gives to the name whose answer fits.
const SHORT: &str = "10.0.0.8";
/// And to the name whose answer it cuts.
const LONG: &str = "10.0.0.9";

/// Under this name the client notes the address that it has found.
const FOUND: &str = "the address found";

fn listed() -> Result<(), Broke> {
    step("A name that stands in the hosts file. There is no name server");
    look_up(LISTED.0)
}

fn short() -> Result<(), Broke> {
    step("A name server begins; then a name is looked up that no file has");
    look_up(c"short.example")
}

fn long() -> Result<(), Broke> {
    step("A name server begins; then a name is looked up whose answer it cuts");
    look_up(c"long.example")
}

fn look_up(name: &CStr) -> Result<(), Broke> {
    let hints = Hints { ai_family: AF_INET, ai_socktype: SOCK_STREAM, ..Hints::default() };
    note("getaddrinfo's name", name.to_string_lossy());
    let found = match getaddrinfo(Some(name), None, &hints) {
        Ok(res) => res.first().and_then(|first| first.addr::<sockaddr_in>()),
        Err(_) => None,
    };
    note(FOUND, found.map_or("none".into(), |sin| inet_ntoa(sin.sin_addr)));
    Ok(())
}

/// The name server's address.
fn port_53() -> sockaddr_in {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_port = htons(53);
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");
    sin
}

fn answers_whole() -> Result<(), Broke> {
    let udp = socket(AF_INET, SOCK_DGRAM, 0)?;
    bind(&udp, &port_53())?;
    let mut buf = [0; 512];
    let (length, cli, _) = recvfrom::<sockaddr_in>(&udp, &mut buf, 0)?;
    sendto(&udp, &answer(&buf[..length], Some(SHORT))?, 0, &cli)?;
    end();
    Ok(())
}

fn answers_cut() -> Result<(), Broke> {
    let udp = socket(AF_INET, SOCK_DGRAM, 0)?;
    bind(&udp, &port_53())?;
    let listening = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&listening, &port_53())?;
    listen(&listening, 1)?;
    let mut buf = [0; 512];
    let (length, cli, _) = recvfrom::<sockaddr_in>(&udp, &mut buf, 0)?;
    sendto(&udp, &answer(&buf[..length], None)?, 0, &cli)?;

    let (ns, _, _) = accept::<sockaddr_in>(&listening)?;
    // A stream has no boundaries: two bytes in front of each message say how long it is.
    let mut prefix = [0; 2];
    recv(&ns, &mut prefix, MSG_WAITALL)?;
    let length = usize::from(u16::from_be_bytes(prefix)).min(buf.len());
    recv(&ns, &mut buf[..length], MSG_WAITALL)?;
    let message = answer(&buf[..length], Some(LONG))?;
    let prefix = (message.len() as u16).to_be_bytes();
    send(&ns, &[&prefix, message.as_slice()].concat(), 0)?;
    close(ns)?;
    end();
    Ok(())
}

/// The message that answers a question (RFC 1035 section 4): with an address, or cut before it, with the bit TC.
fn answer(question: &[u8], address: Option<&str>) -> Result<Vec<u8>, Broke> {
    const HEADER: usize = 12;
    let broke = || Broke::new("the question is no DNS message");
    let id = question.get(..2).ok_or_else(broke)?;
    let name = question.get(HEADER..).and_then(|rest| rest.split(|&byte| byte == 0).next());
    // Behind the name and its NUL: type A, class IN.
    let end = HEADER + name.ok_or_else(broke)?.len() + 5;
    let asked = question.get(HEADER..end).ok_or_else(broke)?;
    let (tc, answers) = if address.is_some() { (0, 1) } else { (TC, 0) };
    // QR, AA, RD; RA.
    let mut message = [id, &[0x85 | tc, 0x80], &[0, 1, 0, answers, 0, 0, 0, 0], asked].concat();
    if let Some(address) = address {
        let address: std::net::Ipv4Addr = address.parse().map_err(|_| broke())?;
        // The name stands at byte 12; type A, class IN; it holds for 60 seconds; four bytes.
        message.extend([0xc0, HEADER as u8, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        message.extend(address.octets());
    }
    Ok(message)
}

/// The bit TC in the third byte of a DNS message.
const TC: u8 = 0x02;

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// The name in the hosts file.
    listed: Way,
    /// The name whose answer fits.
    short: Way,
    /// The name whose answer is cut.
    long: Way,
}

/// How a name was looked up.
#[derive(Debug, Clone, Serialize)]
pub struct Way {
    /// The address that getaddrinfo gave, or `none`.
    found: String,
    /// How many UDP datagrams went over the wire.
    udp: usize,
    /// How many TCP segments.
    tcp: usize,
    /// Whether a datagram had the bit TC.
    cut: bool,
    /// Where else on this host the C library looked first, and what its connect answered: nscd, which remembers names.
    cache: Option<(String, String)>,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [listed, short, long] = runs else { return Err(Unclear("there are three runs".into())) };
    Ok(Seen { listed: way(listed)?, short: way(short)?, long: way(long)? })
}

fn way(run: &Run) -> Result<Way, Unclear> {
    let packets = run.packets();
    let is_udp = |carried: &Carried| matches!(carried, Carried::Udp { .. });
    let is_tcp = |carried: &Carried| matches!(carried, Carried::Tcp(_));
    let count = |kind: &dyn Fn(&Carried) -> bool| {
        packets.iter().filter(|packet| kind(&packet.carries)).count()
    };
    let mut datagrams = packets.iter().filter(|packet| is_udp(&packet.carries));
    let cut = datagrams.any(|packet| packet.data.get(2).is_some_and(|byte| byte & TC != 0));
    let to_path = |call: &super::Seen| match call.arg("addr").map(|arg| &arg.value) {
        Some(Value::Address(at)) if at.text.starts_with('/') => {
            Some((at.text.clone(), call.outcome()))
        }
        _ => None,
    };
    Ok(Way {
        found: run.noted(FOUND)?,
        udp: count(&is_udp),
        tcp: count(&is_tcp),
        cut,
        cache: run.calls("connect").iter().find_map(to_path),
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    let sentence = |(name, way): (&str, &Way)| {
        let cut = if way.cut { ", one of them with the bit TC" } else { "" };
        let cache = match &way.cache {
            Some((path, outcome)) => format!(" The C library first tried {path}: {outcome}."),
            None => String::new(),
        };
        format!(
            "{name}: getaddrinfo gave {}; on the wire were {} UDP datagrams{cut}, and {} TCP segments.{cache}",
            way.found, way.udp, way.tcp
        )
    };
    [
        ("The name in the hosts file", &seen.listed),
        ("The name that no file has", &seen.short),
        ("The name whose answer is cut", &seen.long),
    ]
    .map(sentence)
    .into()
}

fn by_dns(seen: &Seen) -> Verdict {
    let Seen { listed, short, .. } = seen;
    match listed.udp + listed.tcp {
        0 if listed.found == LISTED.1 && short.udp > 0 && short.found == SHORT => {
            Verdict::Imprecise
        }
        0 => Verdict::Unexplained,
        _ => Verdict::True,
    }
}

fn by_udp(seen: &Seen) -> Verdict {
    let Seen { short, long, .. } = seen;
    let found = short.udp > 0 && short.found == SHORT;
    match (short.tcp, long.tcp) {
        (0, 0) if found => Verdict::True,
        (0, 1..) if found && long.cut && long.udp > 0 && long.found == LONG => Verdict::Imprecise,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    let way = |found: &str, udp, tcp, cut| Way { found: found.into(), udp, tcp, cut, cache: None };
    Seen {
        listed: way(LISTED.1, 0, 0, false),
        short: way(SHORT, 2, 0, false),
        long: way(LONG, 2, 10, true),
    }
}
