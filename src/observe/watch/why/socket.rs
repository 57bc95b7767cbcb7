//! Failures that are about the state of a socket, or about what was asked of it.

use super::Failure;
use super::keeper::involved;
use crate::observe::Call;
use crate::trace::{Arg, Fact, SocketAddress, Text, Value};

/// What fits into an IP packet behind the headers of IPv4 and UDP, or of UDP alone (IPv6).
const UDP_OVER_IPV4: u64 = 65_507;
const UDP_OVER_IPV6: u64 = 65_527;

/// The longest length that is not negative to the kernel.
const MOST_ADDRLEN: u64 = i32::MAX as u64;

impl Failure<'_> {
    pub(super) fn own_socket(&mut self) -> Vec<Fact> {
        self.own.iter().map(|own| Fact::Own(involved(own))).collect()
    }

    /// The connection is gone, half closed, or was never there.
    pub(super) fn broken(&mut self) -> Vec<Fact> {
        let mut facts = self.own_socket();
        let shut = self.fd().and_then(|fd| self.process?.shut_by.get(&fd));
        facts.extend(shut.map(|&(call, how)| Fact::Earlier {
            call,
            did: match how {
                libc::SHUT_RD => "shutdown(SHUT_RD)".into(),
                libc::SHUT_WR => "shutdown(SHUT_WR)".into(),
                _ => "shutdown(SHUT_RDWR)".into(),
            },
        }));
        let Some(own) = self.own.as_ref().and_then(|own| own.local.as_deref()) else {
            return facts;
        };
        // The RST tells more than the FIN before it.
        for what in ["RST", "FIN"] {
            let came = self.past.packets().find(|one| one.what == what && one.to == own);
            facts.extend(came.map(|came| Fact::Came {
                what: what.into(),
                from: came.from.clone(),
                caused_by: came.caused_by,
            }));
        }
        facts
    }

    /// The ICMP message behind an error of UDP.
    pub(super) fn complaint(&mut self) -> Vec<Fact> {
        let mut facts = self.own_socket();
        let own = self.own.as_ref().and_then(|own| own.local.as_deref());
        let mut packets = self.past.packets();
        let came = packets.find(|one| one.from.starts_with("UDP") && Some(&*one.to) == own);
        facts.extend(came.map(|came| Fact::Came {
            what: came.what.clone(),
            from: came.from.clone(),
            caused_by: came.caused_by,
        }));
        facts
    }

    /// Why it does not wait, and what it would wait for.
    pub(super) fn would_block(&mut self) -> Vec<Fact> {
        if self.has_flag("MSG_ERRQUEUE") {
            return Vec::new();
        }
        // Without an address there was none to be had: no port was free.
        if self.own.as_ref().is_some_and(|own| own.local.is_none() && own.family != "AF_UNIX")
            && let Some(ports) = self.ports()
        {
            return vec![ports];
        }
        let (sends, accepts) = (self.sends(), matches!(self.call, Call::Accept | Call::Accept4));
        // Before the handshake is over nothing can be sent, whatever the buffer holds.
        let not_yet = self.own.as_ref().is_some_and(|own| {
            own.state.as_deref().is_some_and(|state| ["SYN_SENT", "SYN_RECEIVED"].contains(&state))
        });
        let mut facts = match not_yet {
            true => Vec::from_iter(self.own_fact()),
            false => Vec::from_iter(self.full_or_empty(sends, accepts)),
        };
        facts.extend(self.non_blocking(if sends { "SO_SNDTIMEO" } else { "SO_RCVTIMEO" }));
        facts
    }

    fn full_or_empty(&self, sends: bool, accepts: bool) -> Option<Fact> {
        let own = self.own.as_ref()?;
        Some(match (accepts, sends) {
            (true, _) => {
                let queue = own.accept_queue;
                Fact::Amount {
                    what: "accept queue".into(),
                    used: Some(queue.map_or(0, |queue| queue.length.into())),
                    most: queue.map(|queue| queue.backlog.into()),
                }
            }
            (_, true) => {
                let memory = self.kernel.as_ref()?.memory(self.descriptor()?)?;
                let (used, most) = (Some(memory.send.into()), Some(memory.may_send.into()));
                Fact::Amount { what: "send buffer".into(), used, most }
            }
            _ => Fact::Amount {
                what: "receive queue".into(),
                used: Some(own.receive_queue.into()),
                most: None,
            },
        })
    }

    fn sends(&self) -> bool {
        matches!(
            self.call,
            Call::Sendto
                | Call::Sendmsg
                | Call::Sendmmsg
                | Call::Write
                | Call::Writev
                | Call::Sendfile
        )
    }

    /// What has made the call return at once, or after a time.
    fn non_blocking(&self, limit: &'static str) -> Option<Fact> {
        let by = |by: &'static str| Fact::NonBlocking { by: by.into(), micros: None };
        if self.has_flag("MSG_DONTWAIT") {
            return Some(by("MSG_DONTWAIT"));
        }
        let options = &self.own.as_ref()?.options;
        let option = |name: &str| options.iter().find(|option| option.name == name);
        if option("O_NONBLOCK").is_some() {
            return Some(by("O_NONBLOCK"));
        }
        let micros = option(limit).and_then(micros);
        micros.map(|micros| Fact::NonBlocking { by: limit.into(), micros: Some(micros) })
    }

    pub(super) fn in_progress(&mut self) -> Vec<Fact> {
        let mut facts = self.own_socket();
        facts.extend(self.non_blocking("SO_SNDTIMEO"));
        facts
    }

    /// EINVAL has many reasons. These can be told: an address's length, or the socket's state.
    pub(super) fn invalid(&mut self) -> Vec<Fact> {
        let length = self.args.iter().find(|arg| arg.name == "addrlen").map(|arg| &arg.value);
        // A socklen_t is unsigned in C, and the kernel takes it for an int.
        if let Some(Value::Length(given)) = length
            && let Ok(given) = u64::try_from(*given)
            && given > MOST_ADDRLEN
        {
            let of = "addrlen".into();
            return vec![Fact::Length { of, given, least: None, most: Some(MOST_ADDRLEN) }];
        }
        let least = self.own.as_ref().and_then(|own| least(&own.family));
        if let (Call::Bind | Call::Connect, Some(Value::Int(given)), Some(least)) =
            (self.call, length, least)
            && let Ok(given) = u64::try_from(*given)
            && given < least
        {
            let of = "addrlen".into();
            return vec![Fact::Length { of, given, least: Some(least), most: None }];
        }
        match self.call {
            Call::Bind | Call::Listen | Call::Accept | Call::Accept4 | Call::Shutdown => {
                self.own_socket()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn families(&mut self) -> Vec<Fact> {
        let (Some(own), Some(address)) = (&self.own, self.address()) else { return Vec::new() };
        let socket = own.family.clone();
        match family(address) {
            Some(address) => vec![Fact::Families { socket, address }],
            None => Vec::new(),
        }
    }

    pub(super) fn too_long(&mut self) -> Vec<Fact> {
        let mut facts = self.own_socket();
        let Some(own) = &self.own else { return facts };
        let given = self.args.iter().find_map(|arg| match (arg.name.as_ref(), &arg.value) {
            ("len" | "count", Value::Int(given)) => u64::try_from(*given).ok(),
            ("msg" | "iov", value) => Some(length(value)),
            _ => None,
        });
        let most = match (own.kind.as_ref(), own.family.as_ref()) {
            ("SOCK_DGRAM", "AF_INET") => Some(UDP_OVER_IPV4),
            ("SOCK_DGRAM", "AF_INET6") => Some(UDP_OVER_IPV6),
            ("SOCK_DGRAM" | "SOCK_SEQPACKET", "AF_UNIX") => {
                let memory = self.descriptor().and_then(|one| self.kernel.as_ref()?.memory(one));
                memory.map(|memory| memory.may_send.into())
            }
            _ => None,
        };
        facts.extend(given.filter(|given| *given > 0).map(|given| Fact::Length {
            of: "message".into(),
            given,
            least: None,
            most,
        }));
        facts
    }
}

/// The bytes of all buffers in a list of `struct iovec`.
fn length(value: &Value) -> u64 {
    let of = |arg: &Arg| match (arg.name.as_ref(), &arg.value) {
        ("iov_len", Value::Int(length)) => u64::try_from(*length).unwrap_or(0),
        ("msg_control" | "msg_name", _) => 0,
        (_, value) => length(value),
    };
    match value {
        Value::Struct(fields) => fields.iter().map(of).fold(0, u64::saturating_add),
        Value::List { items, .. } => items.iter().map(length).fold(0, u64::saturating_add),
        _ => 0,
    }
}

/// How long an address of the family is at least.
fn least(family: &str) -> Option<u64> {
    match family {
        "AF_INET" => Some(size_of::<libc::sockaddr_in>() as u64),
        // As RFC 2133 had it: without sin6_scope_id.
        "AF_INET6" => Some(std::mem::offset_of!(libc::sockaddr_in6, sin6_scope_id) as u64),
        _ => None,
    }
}

fn family(address: &SocketAddress) -> Option<Text> {
    let number = i64::from(u16::from_ne_bytes(*address.raw.first_chunk()?));
    Some(match SocketAddress::family_name(number) {
        Some(name) => name.into(),
        None => number.to_string().into(),
    })
}

/// A `struct timeval`.
fn micros(option: &Arg) -> Option<u64> {
    let Value::Struct(fields) = &option.value else { return None };
    let [Value::Int(seconds), Value::Int(micros)] = [&fields.first()?.value, &fields.get(1)?.value]
    else {
        return None;
    };
    u64::try_from(seconds.saturating_mul(1_000_000).saturating_add(*micros)).ok()
}
