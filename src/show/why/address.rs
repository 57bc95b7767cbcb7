//! Failures that are about an address, in words.

use super::{Case, came};
use crate::trace::{Fact, Involved, Who};

impl Case<'_> {
    pub(super) fn own(&self) -> Option<&Involved> {
        self.facts.iter().find_map(|fact| match fact {
            Fact::Own(own) => Some(own),
            _ => None,
        })
    }

    fn holding(&self) -> impl Iterator<Item = &Involved> {
        self.facts.iter().filter_map(|fact| match fact {
            Fact::Holds(holder) => Some(holder),
            _ => None,
        })
    }

    pub(super) fn address_in_use(&self) -> Vec<String> {
        let mut lines: Vec<_> = self.holding().map(|holder| self.held(holder)).take(2).collect();
        if let Some(Fact::File { path, is }) =
            self.facts.iter().find(|fact| matches!(fact, Fact::File { .. }))
        {
            lines
                .push(format!("the name {path} is taken: it is a {is}, until somebody removes it"));
            return lines;
        }
        lines.extend(self.facts.iter().find_map(|fact| match fact {
            Fact::Amount { what, used, most } => ports(what, *used, *most),
            _ => None,
        }));
        if let (Some(own), Some(holder)) = (self.own(), self.holding().next()) {
            lines.extend(reuse(own, holder));
        }
        lines
    }

    /// Who has the port.
    fn held(&self, holder: &Involved) -> String {
        let local = holder.local.as_deref().unwrap_or_default();
        let what = match local.rsplit_once(':') {
            Some((_, port)) => format!("port {port}"),
            None => local.into(),
        };
        format!("{what} is held by {}", self.socket(holder))
    }

    /// `127.0.0.1:9001 in LISTEN: server fd 3`.
    fn socket(&self, socket: &Involved) -> String {
        let mut text = socket.local.clone().unwrap_or_default();
        if let Some(peer) = &socket.peer {
            text.push_str(&format!(" → {peer}"));
        }
        if let Some(state) = &socket.state {
            text.push_str(&format!(" in {state}"));
        }
        let owners = socket.held_by.iter().map(|keeper| {
            let fd = keeper.fd;
            match (keeper.program, &keeper.name) {
                (Some(program), _) => {
                    let who = Who { program, pid: keeper.pid, tid: keeper.pid };
                    format!("{} fd {fd}", self.names.of(who))
                }
                (None, Some(name)) => format!("{name} (process {}) fd {fd}", keeper.pid),
                (None, None) => format!("process {} fd {fd}", keeper.pid),
            }
        });
        let owners: Vec<_> = owners.collect();
        match (owners.as_slice(), socket.state.as_deref()) {
            ([], _) if socket.hidden => text.push_str(": a process of another user"),
            ([], Some("TIME_WAIT")) => {
                text.push_str(", which no process owns any more (about 60 s from its close)")
            }
            ([], _) => text.push_str(", which no descriptor leads to"),
            (owners, _) => text.push_str(&format!(": {}", owners.join(", "))),
        }
        text
    }

    pub(super) fn refused(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for fact in self.facts {
            match fact {
                Fact::NobodyListens { address } => {
                    lines.push(format!("nobody listens on {address}{}", self.but(address)));
                }
                Fact::Holds(bound) => {
                    lines.push(format!("bound there is {}: it needs listen", self.socket(bound)));
                }
                Fact::File { path, is } => lines.push(match is.as_ref() {
                    "socket" => format!("{path} is what a socket has left that is closed now"),
                    is => format!("{path} is a {is}"),
                }),
                Fact::Came { what, from, caused_by } => lines.push(came(what, from, *caused_by)),
                _ => {}
            }
        }
        lines
    }

    /// What is listened on instead.
    fn but(&self, address: &str) -> String {
        let listening = self.facts.iter().find_map(|fact| match fact {
            Fact::Listening { addresses } => Some(addresses.as_slice()),
            _ => None,
        });
        let port = |address: &str| address.rsplit(':').next().unwrap_or_default().to_owned();
        let (here, others): (Vec<_>, Vec<_>) =
            listening.unwrap_or_default().iter().partition(|other| port(other) == port(address));
        let hosts: Vec<_> =
            here.iter().filter_map(|other| Some(other.rsplit_once(':')?.0)).collect();
        match (hosts.as_slice(), others.as_slice(), listening) {
            ([], [], None) if address.contains(':') => ", or a firewall refuses".into(),
            ([], [], None) => String::new(),
            ([], [], Some(_)) => ", nor on any other port".into(),
            ([], others, _) => {
                let swapped = port(address).parse().map(u16::swap_bytes).unwrap_or_default();
                let htons = match others.iter().any(|other| port(other) == swapped.to_string()) {
                    true => format!(": {swapped} is {} without htons", port(address)),
                    false => String::new(),
                };
                format!("; listened on is {}{htons}", joined(others))
            }
            (hosts, ..) => {
                format!("; {} is listened on, but only on {}", port(address), hosts.join(", "))
            }
        }
    }

    pub(super) fn not_available(&self) -> Vec<String> {
        let mut lines: Vec<_> = self
            .holding()
            .map(|holder| format!("this connection exists already: {}", self.socket(holder)))
            .collect();
        for fact in self.facts {
            match fact {
                Fact::NotHere { address, here } => {
                    let alone = self.alone(&format!("{address} is no address here"));
                    if alone.is_empty() {
                        let here = here.join(", ");
                        lines.push(format!(
                            "{address} is no address of this machine, which has {here}"
                        ));
                    }
                    lines.extend(alone);
                }
                Fact::Amount { what, used, most } => lines.extend(ports(what, *used, *most)),
                _ => {}
            }
        }
        lines
    }

    /// In a sandbox there is only so much.
    pub(super) fn alone(&self, missing: &str) -> Vec<String> {
        let alone = self.facts.iter().find_map(|fact| match fact {
            Fact::Alone { here } => Some(here),
            _ => None,
        });
        let text = |here: &Vec<String>| {
            let here = here.iter().map(|one| match one.as_str() {
                "127.0.0.1" => "127.0.0.0/8",
                one => one,
            });
            format!(
                "{missing}: the sandbox has a network of its own, with {} alone (--host-network: \
                 the machine's)",
                here.collect::<Vec<_>>().join(" and ")
            )
        };
        alone.map(text).into_iter().collect()
    }

    pub(super) fn forbidden(&self) -> Vec<String> {
        self.facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Amount { what, most: Some(most), .. } => Some(format!(
                    "a port below {most} ({what}) is for root, or takes CAP_NET_BIND_SERVICE"
                )),
                other => self.fact(other),
            })
            .collect()
    }

    pub(super) fn timed_out(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for fact in self.facts {
            match fact {
                Fact::Sent { what, to, times: 1 } => {
                    lines.push(format!("one {what} went to {to}, and no answer came"));
                }
                Fact::Sent { what, to, times } => {
                    lines.push(format!("{what} went to {to} {times} times, and no answer came"));
                }
                Fact::Amount { what, used: Some(used), most: Some(most) } => lines.push(format!(
                    "the {what} there is full: it holds {used}, with a backlog of {most}"
                )),
                _ => {}
            }
        }
        lines
    }
}

/// The ports that the kernel chooses from are used up.
pub(super) fn ports(what: &str, used: Option<u64>, most: Option<u64>) -> Option<String> {
    let (used, most) = (used?, most?);
    what.ends_with("port_range").then(|| {
        format!("no port is free to choose: the kernel has {most} ({what}), and {used} are taken")
    })
}

/// Whether SO_REUSEADDR would have helped. On Linux both sockets need it, and none that listens
/// shares its port (socket(7)).
fn reuse(own: &Involved, holder: &Involved) -> Option<String> {
    let listens = holder.state.as_deref() == Some("LISTEN");
    Some(match (own.reuse?, listens) {
        (true, true) => "SO_REUSEADDR is set here, but does not help while the other listens",
        (false, true) => {
            "SO_REUSEADDR is not set here, and would not help while the other listens"
        }
        (true, false) if holder.reuse != Some(true) => {
            "SO_REUSEADDR is set here, but was not on the socket that has the port: both need it"
        }
        (true, false) => return None,
        (false, false) => "SO_REUSEADDR is not set on this socket",
    }
    .into())
}

fn joined(list: &[&String]) -> String {
    list.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ")
}
