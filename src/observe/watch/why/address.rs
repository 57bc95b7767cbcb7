//! Failures that are about an address: who has it, who listens there, whose it is.

use std::collections::BTreeSet;
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use nix::ifaddrs::getifaddrs;

use super::Failure;
use super::keeper::involved;
use super::past::Passed;
use crate::observe::Call;
use crate::observe::sockets::Row;
use crate::trace::{Fact, SocketState};

/// How many sockets are named that have an address.
const HOLDERS: usize = 4;
/// How many listening sockets are named.
const LISTENERS: usize = 5;
const UNPRIVILEGED: &str = "net.ipv4.ip_unprivileged_port_start";
const BROADCAST: &str = "SO_BROADCAST";
const EPHEMERAL: &str = "net.ipv4.ip_local_port_range";

impl Failure<'_> {
    /// The address that the call names, or, of `listen`, that its socket has.
    fn wanted(&self) -> Option<SocketAddr> {
        let named = self.address().and_then(|address| address.text.parse().ok());
        named.or_else(|| self.own.as_ref()?.local.as_ref()?.parse().ok())
    }

    /// The path that the call names, of AF_UNIX.
    fn path(&self) -> Option<String> {
        let address = self.address()?;
        let family = address.raw.first_chunk().copied().map(u16::from_ne_bytes)?;
        let named = i32::from(family) == libc::AF_UNIX && !address.text.starts_with(['@', '(']);
        named.then(|| address.text.clone())
    }

    pub(super) fn own_fact(&self) -> Option<Fact> {
        self.own.as_ref().map(|own| Fact::Own(involved(own)))
    }

    /// The other sockets of this one's protocol.
    fn others(&mut self) -> Vec<Row> {
        let mut rows = self.rows();
        let own = self.own.as_ref();
        rows.retain(|Row { state, .. }| own.is_none_or(|own| is_other(own, state)));
        rows
    }

    pub(super) fn address_in_use(&mut self) -> Vec<Fact> {
        let mut facts = Vec::from_iter(self.own_fact());
        if let Some(path) = self.path() {
            facts.extend(self.holders_of_path(&path));
            facts.push(self.file(path));
            return facts;
        }
        let own = self.own.as_ref().and_then(local);
        let wanted = if self.call == Call::Bind { self.wanted() } else { own };
        let Some(wanted) = wanted.filter(|wanted| wanted.port() != 0) else {
            facts.extend(self.ports());
            return facts;
        };
        let mut rows = self.others();
        rows.retain(|row| is_at(&row.state, wanted));
        if self.call == Call::Listen {
            rows.retain(|row| state(&row.state) == "LISTEN");
        }
        // A socket without a peer is in everybody's way, one of a connection only in that of those
        // that do not share.
        if rows.iter().any(|row| row.state.peer.is_none()) {
            rows.retain(|row| row.state.peer.is_none());
        }
        rows.sort_by_key(|row| (state(&row.state) != "LISTEN", row.state.cookie));
        facts.extend(rows.iter().take(HOLDERS).map(|row| Fact::Holds(self.involved(row))));
        facts
    }

    fn holders_of_path(&mut self, path: &str) -> Option<Fact> {
        let rows = self.others();
        let row = rows.iter().find(|row| row.state.local.as_deref() == Some(path))?;
        Some(Fact::Holds(self.involved(row)))
    }

    /// What stands under that name, seen from the process's own folder.
    pub(super) fn file(&self, path: String) -> Fact {
        let whole = Path::new(&format!("/proc/{}/cwd", self.who.pid)).join(&path);
        let is = match fs::symlink_metadata(whole).map(|file| file.file_type()) {
            Err(_) => "nothing",
            Ok(kind) if kind.is_socket() => "socket",
            Ok(kind) if kind.is_dir() => "directory",
            Ok(_) => "file",
        };
        Fact::File { path, is: is.into() }
    }

    pub(super) fn no_such_file(&mut self) -> Vec<Fact> {
        self.path().map(|path| self.file(path)).into_iter().collect()
    }

    pub(super) fn refused(&mut self) -> Vec<Fact> {
        if let Some(path) = self.path() {
            return vec![Fact::NobodyListens { address: path.clone() }, self.file(path)];
        }
        if self.own.as_ref().is_some_and(|own| own.protocol != "IPPROTO_TCP") {
            return self.complaint();
        }
        let named = self.address().and_then(|address| address.text.parse::<SocketAddr>().ok());
        let Some(wanted) = named else {
            return self.broken();
        };
        if !is_here(wanted.ip()) {
            return vec![Fact::NobodyListens { address: wanted.to_string() }];
        }
        let mut rows = self.others();
        let bound = rows.iter().find(|row| {
            state(&row.state) == "CLOSE" && row.state.peer.is_none() && is_at(&row.state, wanted)
        });
        let bound = bound.map(|row| Fact::Holds(self.involved(row)));
        rows.retain(|row| state(&row.state) == "LISTEN");
        if self.own.is_none() || rows.iter().any(|row| is_at(&row.state, wanted)) {
            return Vec::new();
        }
        let listening: BTreeSet<_> = rows.iter().filter_map(|row| local(&row.state)).collect();
        let mut listening: Vec<_> = listening.into_iter().collect();
        listening.sort_by_key(|there| {
            let elsewhere = there.port() != wanted.port() && !same_host(there.ip(), wanted.ip());
            (elsewhere, there.port().abs_diff(wanted.port()))
        });
        listening.truncate(LISTENERS);
        let addresses = listening.iter().map(SocketAddr::to_string).collect();
        let nobody = Fact::NobodyListens { address: wanted.to_string() };
        match self.kernel.as_ref().is_some_and(|kernel| kernel.sees_others()) {
            true => vec![nobody, Fact::Listening { addresses }].into_iter().chain(bound).collect(),
            false => vec![nobody],
        }
    }

    pub(super) fn not_available(&mut self) -> Vec<Fact> {
        let Some(wanted) = self.wanted() else { return Vec::new() };
        if self.call == Call::Bind {
            return match is_here(wanted.ip()) {
                true => Vec::new(),
                false => Vec::from_iter(self.alone().into_iter().chain([Fact::NotHere {
                    address: wanted.ip().to_string(),
                    here: here().iter().map(IpAddr::to_string).collect(),
                }])),
            };
        }
        let mut facts = Vec::from_iter(self.own_fact());
        let own = self.own.as_ref().and_then(local);
        let mut rows = self.others();
        rows.retain(|row| row.state.peer.as_deref() == Some(&*wanted.to_string()));
        let taken = rows.len();
        rows.retain(|row| local(&row.state).map(|there| there.port()) == own.map(|own| own.port()));
        facts.extend(rows.iter().take(HOLDERS).map(|row| Fact::Holds(self.involved(row))));
        facts.extend(scarce(taken).filter(|_| rows.is_empty()));
        facts
    }

    /// The ports that the kernel chooses from, if they are used up.
    pub(super) fn ports(&mut self) -> Option<Fact> {
        let used: BTreeSet<_> = self.others().iter().filter_map(|row| local(&row.state)).collect();
        let used: BTreeSet<_> = used.into_iter().map(|used| used.port()).collect();
        scarce(used.len())
    }

    pub(super) fn forbidden(&mut self) -> Vec<Fact> {
        let mut facts = Vec::new();
        if let Some(path) = self.path() {
            facts.push(self.file(path));
        } else if self.call == Call::Bind
            && let Some(wanted) = self.wanted()
            && let Some(start) = number(UNPRIVILEGED)
            && u64::from(wanted.port()) < start
        {
            facts.push(Fact::Amount { what: UNPRIVILEGED.into(), used: None, most: Some(start) });
        } else if self.call != Call::Bind
            && let Some(own) = &self.own
            && own.kind == "SOCK_DGRAM"
            && !own.options.iter().any(|option| option.name == BROADCAST)
            && let Some(IpAddr::V4(to)) = self.wanted().map(|wanted| wanted.ip())
            && to.octets()[3] == u8::MAX
        {
            facts.push(Fact::Lacks { option: BROADCAST.into() });
        }
        facts
    }

    pub(super) fn unreachable(&mut self) -> Vec<Fact> {
        self.alone().into_iter().collect()
    }

    /// In a sandbox there is no other network than the loopback interface's.
    fn alone(&self) -> Option<Fact> {
        let here = || here().iter().map(IpAddr::to_string).collect();
        self.sandbox.then(|| Fact::Alone { here: here() })
    }

    pub(super) fn timed_out(&mut self) -> Vec<Fact> {
        let mut facts = Vec::from_iter(self.own_fact());
        let Some(wanted) = self.wanted() else { return facts };
        let to = wanted.to_string();
        let port = self.own.as_ref().and_then(local).map(|own| own.port());
        let mine = |packet: &Passed| match (port, packet.from.parse::<SocketAddr>()) {
            (Some(port), Ok(from)) => from.port() == port,
            _ => packet.caused_by == Some(self.number),
        };
        let sent = self.past.packets();
        let sent = sent.filter(|one| one.what == "SYN" && one.to == to && mine(one));
        let times = sent.count() as u32;
        if times > 0 && self.call == Call::Connect {
            facts.push(Fact::Sent { what: "SYN".into(), to, times });
        }
        let full = self.others().into_iter().find_map(|row| {
            let queue = row.state.accept_queue?;
            (is_at(&row.state, wanted) && queue.length > queue.backlog).then_some(queue)
        });
        facts.extend(full.map(|queue| Fact::Amount {
            what: "accept queue".into(),
            used: Some(queue.length.into()),
            most: Some(queue.backlog.into()),
        }));
        facts
    }
}

fn is_other(own: &SocketState, state: &SocketState) -> bool {
    state.cookie != own.cookie && state.protocol == own.protocol && state.kind == own.kind
}

fn state(socket: &SocketState) -> &str {
    socket.state.as_deref().unwrap_or_default()
}

fn local(socket: &SocketState) -> Option<SocketAddr> {
    socket.local.as_deref()?.parse().ok()
}

/// Whether a packet to the one address may be for the other: the same port, and the same host or
/// all of them.
pub(super) fn overlap(a: SocketAddr, b: SocketAddr) -> bool {
    a.port() == b.port() && same_host(a.ip(), b.ip())
}

/// Whether the socket has this address. One of IPv6 that is for IPv6 alone has none of IPv4.
fn is_at(socket: &SocketState, wanted: SocketAddr) -> bool {
    let v6only = socket.options.iter().any(|option| option.name == "IPV6_V6ONLY");
    let other = v6only && wanted.ip().to_canonical().is_ipv4();
    !other && local(socket).is_some_and(|local| overlap(local, wanted))
}

/// `0.0.0.0` is every host of IPv4, `::` of both (unless IPV6_V6ONLY is set).
pub(super) fn same_host(a: IpAddr, b: IpAddr) -> bool {
    let (a, b) = (a.to_canonical(), b.to_canonical());
    let all =
        |one: IpAddr, other: IpAddr| one.is_unspecified() && (one.is_ipv6() || other.is_ipv4());
    a == b || all(a, b) || all(b, a)
}

/// Whether the address is one of this machine's. All of 127.0.0.0/8 is.
fn is_here(ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    ip.is_loopback() || ip.is_unspecified() || here().contains(&ip)
}

/// The addresses of the network that the programs are in: the watcher is in it, too.
fn here() -> BTreeSet<IpAddr> {
    let all = getifaddrs().into_iter().flatten().filter_map(|interface| interface.address);
    all.filter_map(|address| {
        let v4 = address.as_sockaddr_in().map(|v4| IpAddr::V4(v4.ip()));
        v4.or_else(|| address.as_sockaddr_in6().map(|v6| IpAddr::V6(v6.ip())))
    })
    .collect()
}

/// A number under /proc/sys: of the network namespace that the watcher is in, where it has its own.
fn number(name: &str) -> Option<u64> {
    setting(name)?.trim().parse().ok()
}

/// How many of the ports that the kernel chooses from are used, if nearly all are: the kernel does
/// not try for ever.
fn scarce(used: usize) -> Option<Fact> {
    let text = setting(EPHEMERAL)?;
    let mut words = text.split_whitespace().map(|word| word.parse::<u16>().ok());
    let (first, last) = (words.next()??, words.next()??);
    let (used, most) = (used as u64, u64::from(last.saturating_sub(first)) + 1);
    let few = used * 10 >= most * 9;
    few.then(|| Fact::Amount { what: EPHEMERAL.into(), used: Some(used), most: Some(most) })
}

fn setting(name: &str) -> Option<String> {
    fs::read_to_string(format!("/proc/sys/{}", name.replace('.', "/"))).ok()
}
