//! Who gives a socket its port, and who knows it.

use serde::Serialize;

use super::port as port_of;
use super::{
    Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, note, step,
};
use crate::calls::*;

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "who_binds",
    title: "which port a client and a server get that do not bind, and who knows it",
    claims: &[
        Claim {
            number: 5,
            says: "Only the operating system knows the client's port.",
            known: Verdict::Imprecise,
            judge: known_to,
            truth: "Everybody concerned can know it: getsockname tells the client, accept and recvfrom tell the server.",
            source: "getsockname(2), accept(2), recvfrom(2)",
            #[cfg(test)]
            otherwise: || Seen {
                client_after: "0.0.0.0:0".into(),
                accepted: "0.0.0.0:0".into(),
                ..seen()
            },
        },
        Claim {
            number: 6,
            says: "The client does not bind: the kernel picks its port.",
            known: Verdict::True,
            judge: client,
            truth: "A socket without a port gets one from ip_local_port_range in connect, or in its first sendto. A client \
                    may bind all the same: then it has the port that it wants.",
            source: "ip(7), ip_local_port_range; connect(2); POSIX connect()",
            #[cfg(test)]
            otherwise: || Seen { client_after: "127.0.0.1:80".into(), ..seen() },
        },
        Claim {
            number: 7,
            says: "A server that does not bind gets a port, too.",
            known: Verdict::True,
            judge: server,
            truth: "listen on a socket without a port binds it to the wildcard address and a port that the kernel picks. \
                    Its clients have to be told which.",
            source: "ip(7), \"When listen(2) is called on an unbound socket\"",
            #[cfg(test)]
            otherwise: || Seen { listened: "EINVAL".into(), ..seen() },
        },
    ],
    question: Question {
        asks: "A server calls listen without bind before it. What happens?",
        answers: &[
            "listen fails",
            "listen succeeds, at a port that the kernel picks",
            "listen succeeds, at no port: nobody can connect",
        ],
        right: |seen| match (seen.listened.as_str(), seen.server.ends_with(":0")) {
            ("0", false) => Some(1),
            ("0", true) => Some(2),
            _ => Some(0),
        },
    },
    scenes: &[Scene::of(&[Part { name: "lab", who: Who::Inside(experiment) }])],
    observe,
    tell,
};

fn experiment() -> Result<(), Broke> {
    let range = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range")?;
    let (least, greatest) = range.trim().split_once('\t').unwrap_or_default();
    note("the least port of ip_local_port_range", least);
    note("the greatest port of ip_local_port_range", greatest);

    step("A server listens without bind");
    let sd = socket(AF_INET, SOCK_STREAM, 0)?;
    listen(&sd, 5)?;
    let (mut sin, _) = getsockname::<sockaddr_in>(&sd)?;

    step("A client that does not bind: its address before connect, and after it");
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");
    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    getsockname::<sockaddr_in>(&client)?;
    connect(&client, &sin)?;
    getsockname::<sockaddr_in>(&client)?;
    step("The server learns who has come");
    let (_ns, _, _) = accept::<sockaddr_in>(&sd)?;

    step("A client that binds");
    let mut own: sockaddr_in = zeroed();
    own.sin_family = AF_INET as sa_family_t;
    own.sin_port = htons(5000);
    own.sin_addr.s_addr = inet_addr(c"127.0.0.1");
    let bound = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&bound, &own)?;
    connect(&bound, &sin)?;
    let (_ns, _, _) = accept::<sockaddr_in>(&sd)?;

    step("UDP: a client that does not bind gets its port in sendto");
    let server = socket(AF_INET, SOCK_DGRAM, 0)?;
    bind(&server, &sin)?;
    let client = socket(AF_INET, SOCK_DGRAM, 0)?;
    sendto(&client, b"who am I?", 0, &sin)?;
    getsockname::<sockaddr_in>(&client)?;
    let mut buf = [0; 64];
    recvfrom::<sockaddr_in>(&server, &mut buf, 0)?;

    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// The ports that the kernel picks from.
    range: (u16, u16),
    /// How listen went without bind.
    listened: String,
    /// The server's address then, by getsockname.
    server: String,
    /// The client's address before connect, by getsockname.
    client_before: String,
    /// And after it.
    client_after: String,
    /// The client's address, by the server's accept.
    accepted: String,
    /// The address that the other client has bound.
    bound: String,
    /// And the one by the server's accept.
    bound_accepted: String,
    /// The UDP client's address after sendto, by getsockname.
    udp_client: String,
    /// And by the server's recvfrom.
    udp_received: String,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let told = |call: &str, at: usize| run.call(call, at)?.address("addr");
    let number = |name: &str| {
        u16::try_from(run.number(name)?).map_err(|_| Unclear(format!("{name} is no port")))
    };
    Ok(Seen {
        range: (
            number("the least port of ip_local_port_range")?,
            number("the greatest port of ip_local_port_range")?,
        ),
        listened: run.call("listen", 0)?.outcome(),
        server: told("getsockname", 0)?,
        client_before: told("getsockname", 1)?,
        client_after: told("getsockname", 2)?,
        accepted: told("accept", 0)?,
        bound: told("bind", 0)?,
        bound_accepted: told("accept", 1)?,
        udp_client: told("getsockname", 3)?,
        udp_received: run.call("recvfrom", 0)?.address("src_addr")?,
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    vec![
        format!(
            "listen without bind answered {}; the server was at {}.",
            seen.listened, seen.server
        ),
        format!(
            "The client was at {} before connect and at {} after it; accept told the server {}. The kernel picks from {} to \
             {}.",
            seen.client_before, seen.client_after, seen.accepted, seen.range.0, seen.range.1
        ),
        format!(
            "The client that had bound {} was {} to the server.",
            seen.bound, seen.bound_accepted
        ),
        format!(
            "The UDP client was at {} after sendto; recvfrom told the server {}.",
            seen.udp_client, seen.udp_received
        ),
    ]
}

/// The port in an address; 0 where there is none.
fn port(address: &str) -> u16 {
    port_of(&Some(address.to_owned())).unwrap_or(0)
}

/// Whether the kernel may have picked the address's port.
fn picked(seen: &Seen, address: &str) -> bool {
    (seen.range.0..=seen.range.1).contains(&port(address))
}

fn known_to(seen: &Seen) -> Verdict {
    let tcp = (port(&seen.client_after), port(&seen.accepted));
    let udp = (port(&seen.udp_client), port(&seen.udp_received));
    match (tcp, udp) {
        ((0, 0), _) | (_, (0, 0)) => Verdict::True,
        ((client, server), (sender, receiver)) if client == server && sender == receiver => {
            Verdict::Imprecise
        }
        _ => Verdict::Unexplained,
    }
}

fn client(seen: &Seen) -> Verdict {
    let own_choice = seen.bound == seen.bound_accepted;
    match seen.client_before.as_str() {
        "0.0.0.0:0"
            if picked(seen, &seen.client_after) && picked(seen, &seen.udp_client) && own_choice =>
        {
            Verdict::True
        }
        _ => Verdict::Unexplained,
    }
}

fn server(seen: &Seen) -> Verdict {
    match (seen.listened.as_str(), seen.server.strip_prefix("0.0.0.0:")) {
        ("0", Some(_)) if picked(seen, &seen.server) => Verdict::True,
        ("0", _) => Verdict::Unexplained,
        _ => Verdict::Wrong,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    Seen {
        range: (32768, 60999),
        listened: "0".into(),
        server: "0.0.0.0:40000".into(),
        client_before: "0.0.0.0:0".into(),
        client_after: "127.0.0.1:40001".into(),
        accepted: "127.0.0.1:40001".into(),
        bound: "127.0.0.1:5000".into(),
        bound_accepted: "127.0.0.1:5000".into(),
        udp_client: "0.0.0.0:40002".into(),
        udp_received: "127.0.0.1:40002".into(),
    }
}
