//! Why ports need `htons`, and what `inet_addr` cannot say.

use serde::Serialize;

use super::port as port_of;
use super::{
    Broke, Claim, Lab, Part, Question, Run, Scene, Unclear, Verdict, Who, end, note, step,
};
use crate::calls::*;

/// The lab.
pub const LAB: Lab<Seen> = Lab {
    name: "byte_order",
    title: "what becomes of port 9001 without htons, and what inet_addr answers to nonsense",
    claims: &[
        Claim {
            number: 38,
            says: "Ports need htons.",
            known: Verdict::True,
            judge: ports,
            truth: "sin_port is in network byte order, the high byte first. On a little-endian machine a port that is \
                    stored without htons has its bytes the other way round: the server listens, and on another port.",
            source: "ip(7), byteorder(3); POSIX <netinet/in.h>",
            #[cfg(test)]
            otherwise: || Seen { without_htons: 9001, ..seen() },
        },
        Claim {
            number: 40,
            says: "inet_addr reports bad addresses.",
            known: Verdict::Imprecise,
            judge: bad_addresses,
            truth: "It answers INADDR_NONE, all bits set, which is also what 255.255.255.255 is. inet_aton and \
                    inet_pton answer beside the address whether there was one.",
            source: "inet_addr(3), inet_pton(3)",
            #[cfg(test)]
            otherwise: || Seen { broadcast: 0, ..seen() },
        },
    ],
    question: Question {
        asks: "A server stores 9001 in sin_port without htons. Which port does it listen on, on this machine?",
        answers: &["9001", "10531", "none: bind fails", "one that the kernel picks"],
        right: |seen| match seen.without_htons {
            9001 => Some(0),
            10531 => Some(1),
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
    sin.sin_addr.s_addr = inet_addr(c"127.0.0.1");

    step("Bind to port 9001 with htons, and ask where the socket is");
    let sd = socket(AF_INET, SOCK_STREAM, 0)?;
    sin.sin_port = htons(9001);
    bind(&sd, &sin)?;
    getsockname::<sockaddr_in>(&sd)?;

    step("The same without htons");
    let sd = socket(AF_INET, SOCK_STREAM, 0)?;
    sin.sin_port = 9001;
    bind(&sd, &sin)?;
    getsockname::<sockaddr_in>(&sd)?;

    step("Addresses that are none, and one that is");
    let mut address = in_addr { s_addr: INADDR_ANY };
    note("inet_addr(\"300.0.0.1\")", inet_addr(c"300.0.0.1"));
    note("inet_addr(\"255.255.255.255\")", inet_addr(c"255.255.255.255"));
    note("inet_aton(\"300.0.0.1\")", inet_aton(c"300.0.0.1", &mut address));
    note("inet_aton(\"255.255.255.255\")", inet_aton(c"255.255.255.255", &mut address));
    end();
    Ok(())
}

/// The observation.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// The port of the socket that was bound with htons(9001).
    with_htons: u16,
    /// And of that which was bound with 9001.
    without_htons: u16,
    /// What inet_addr says of 300.0.0.1.
    nonsense: u32,
    /// And of 255.255.255.255.
    broadcast: u32,
    /// Whether inet_aton takes 300.0.0.1 for an address.
    aton_nonsense: bool,
    /// And 255.255.255.255.
    aton_broadcast: bool,
}

fn observe(runs: &[Run]) -> Result<Seen, Unclear> {
    let [run] = runs else { return Err(Unclear("there is one run".into())) };
    let port = |at| port_of(&run.call("getsockname", at)?.socket_after()?.local);
    let number = |name: &str| {
        u32::try_from(run.number(name)?).map_err(|_| Unclear(format!("{name} has 32 bits")))
    };
    let taken = |name: &str| Ok(run.noted(name)? != "0");
    Ok(Seen {
        with_htons: port(0)?,
        without_htons: port(1)?,
        nonsense: number("inet_addr(\"300.0.0.1\")")?,
        broadcast: number("inet_addr(\"255.255.255.255\")")?,
        aton_nonsense: taken("inet_aton(\"300.0.0.1\")")?,
        aton_broadcast: taken("inet_aton(\"255.255.255.255\")")?,
    })
}

fn tell(seen: &Seen) -> Vec<String> {
    vec![
        format!(
            "Bound with htons(9001), the socket is at port {}; with 9001 alone, at port {}.",
            seen.with_htons, seen.without_htons
        ),
        format!(
            "9001 is 0x{:04x}, and {} is 0x{:04x}.",
            9001, seen.without_htons, seen.without_htons
        ),
        format!(
            "inet_addr answers 0x{:08x} to 300.0.0.1, and 0x{:08x} to 255.255.255.255.",
            seen.nonsense, seen.broadcast
        ),
        format!(
            "inet_aton takes 300.0.0.1 for an address: {}; 255.255.255.255: {}.",
            seen.aton_nonsense, seen.aton_broadcast
        ),
    ]
}

fn ports(seen: &Seen) -> Verdict {
    match (seen.with_htons, seen.without_htons) {
        // A big-endian machine has nothing to swap.
        (9001, 9001) => Verdict::Imprecise,
        (9001, other) if other == 9001u16.swap_bytes() => Verdict::True,
        _ => Verdict::Unexplained,
    }
}

fn bad_addresses(seen: &Seen) -> Verdict {
    match (seen.nonsense == INADDR_NONE, seen.broadcast == INADDR_NONE) {
        (true, true) if !seen.aton_nonsense && seen.aton_broadcast => Verdict::Imprecise,
        (true, false) => Verdict::True,
        (false, _) => Verdict::Wrong,
        _ => Verdict::Unexplained,
    }
}

#[cfg(test)]
fn seen() -> Seen {
    Seen {
        with_htons: 9001,
        without_htons: 10531,
        nonsense: INADDR_NONE,
        broadcast: INADDR_NONE,
        aton_nonsense: false,
        aton_broadcast: true,
    }
}
