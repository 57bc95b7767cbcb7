//! What is another in each run although nothing is different: ports that the kernel has chosen,
//! pointers, numbers of processes.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;

use super::{Arg, Carried, Entered, Returned, SocketAddress, Trace, Value, What};

/// Names for what one run has by chance. Two runs of one program give the same things the same
/// names.
pub(super) struct Normal {
    /// The ports that the kernel has chosen, numbered in order of appearance.
    ports: HashMap<u16, usize>,
}

impl Normal {
    /// Looks through a run. A port is the program's own choice if a program names it before the
    /// kernel does.
    pub(super) fn of(trace: &Trace) -> Normal {
        let (mut given, mut chosen) = (HashSet::new(), HashSet::new());
        let (mut in_calls, mut on_wire) = (Vec::new(), Vec::new());
        for event in &trace.events {
            let mut kernel = |port: u16, order: &mut Vec<u16>| {
                if !given.contains(&port) && port != 0 {
                    chosen.insert(port);
                    order.push(port);
                }
            };
            match &event.what {
                What::Entered(entered) if names_a_peer(entered) => {
                    let ports = ports(&entered.args);
                    given.extend(ports.into_iter().filter(|port| !chosen.contains(port)));
                }
                What::Returned(returned) => {
                    ports(&returned.out).into_iter().for_each(|port| kernel(port, &mut in_calls));
                }
                What::Packet(packet) => {
                    let ends = [&packet.from, &packet.to].into_iter();
                    ends.filter_map(|end| port(end)).for_each(|port| kernel(port, &mut on_wire));
                }
                What::Socket(state) => {
                    let ends = [&state.local, &state.peer].into_iter().flatten();
                    ends.filter_map(|end| port(end)).for_each(|port| kernel(port, &mut Vec::new()));
                }
                _ => (),
            }
        }
        let mut ports = HashMap::new();
        for port in in_calls.into_iter().chain(on_wire) {
            let next = ports.len() + 1;
            ports.entry(port).or_insert(next);
        }
        Normal { ports }
    }

    /// `127.0.0.1:40000` as `127.0.0.1:PORT1`, if the kernel has chosen this port.
    pub(super) fn address(&self, text: &str) -> String {
        let number = port(text).and_then(|port| self.ports.get(&port));
        match (number, text.rfind(':')) {
            (Some(number), Some(colon)) => format!("{}:PORT{number}", &text[..colon]),
            _ => text.into(),
        }
    }

    /// Each word of a sentence that is an address, likewise.
    pub(super) fn sentence(&self, text: &str) -> String {
        text.split(' ').map(|word| self.address(word)).collect::<Vec<_>>().join(" ")
    }

    /// A call's arguments.
    pub(super) fn args(&self, entered: &Entered) -> Vec<Arg> {
        entered.args.iter().map(|arg| self.arg(arg)).collect()
    }

    /// What a call has answered through its arguments.
    pub(super) fn out(&self, entered: &Entered, returned: &Returned) -> Vec<Arg> {
        let told_by_a_clock = |arg: &Arg| match &*arg.name {
            // Linux writes back how much of it is left.
            "timeout" => true,
            "optval" => entered.args.iter().any(|arg| {
                let by_chance = ["TCP_INFO", "SO_COOKIE", "SO_INCOMING_CPU"];
                matches!(&arg.value, Value::Named { name, .. } if by_chance.contains(&&**name))
            }),
            _ => false,
        };
        returned.out.iter().filter(|arg| !told_by_a_clock(arg)).map(|arg| self.arg(arg)).collect()
    }

    fn arg(&self, arg: &Arg) -> Arg {
        let by_chance = matches!(&*arg.name, "pid" | "data" | "cookie" | "inode");
        let value = match &arg.value {
            Value::Int(_) | Value::Fd(_) | Value::Pointer(_) if by_chance => {
                name(arg.name.to_uppercase())
            }
            value if matches!(&*arg.name, "timeout" | "tmo_p") => match in_tens_of_seconds(value) {
                Some(seconds) => name(format!("at most {seconds} s")),
                None => self.value(&arg.name, value),
            },
            value => self.value(&arg.name, value),
        };
        Arg { name: arg.name.clone(), value }
    }

    fn value(&self, of: &str, value: &Value) -> Value {
        match value {
            Value::Pointer(_) => name(of.into()),
            Value::Unreadable(_) => name(format!("{of} (unreadable)")),
            Value::Address(address) => Value::Address(self.bytes(address)),
            Value::Struct(fields) => {
                Value::Struct(fields.iter().map(|arg| self.arg(arg)).collect())
            }
            Value::List { items, length } => Value::List {
                items: items.iter().map(|item| self.value(of, item)).collect(),
                length: *length,
            },
            value => value.clone(),
        }
    }

    /// Of an internet address and of a path only what they say counts: C leaves in `sin_zero`, and behind
    /// the NUL of `sun_path`, what was there before.
    fn bytes(&self, address: &SocketAddress) -> SocketAddress {
        let says_all = address.text.parse::<SocketAddr>().is_ok() || address.text.starts_with('/');
        let raw = if says_all { vec![0; address.raw.len()] } else { address.raw.clone() };
        SocketAddress { text: self.address(&address.text), raw }
    }
}

/// A long time limit, rounded up: a program that waits until a moment reckons by a clock how long that is, so it counts
/// down from run to run at another pace.
fn in_tens_of_seconds(limit: &Value) -> Option<i64> {
    let seconds = match limit {
        Value::Int(milliseconds) => milliseconds.saturating_add(999) / 1_000,
        Value::Struct(fields) => {
            let number = |name: [&str; 2]| {
                fields.iter().find_map(|field| match &field.value {
                    Value::Int(number) if name.contains(&&*field.name) => Some(*number),
                    _ => None,
                })
            };
            let rest = number(["tv_usec", "tv_nsec"])?;
            number(["tv_sec"; 2])?.saturating_add(i64::from(rest > 0))
        }
        _ => return None,
    };
    (seconds > 10).then(|| seconds.saturating_add(9) / 10 * 10)
}

fn name(name: String) -> Value {
    Value::Named { raw: 0, name: name.into() }
}

/// Whether a program says with this call where it wants to be, or whom it wants to reach.
fn names_a_peer(entered: &Entered) -> bool {
    matches!(&*entered.name, "bind" | "connect" | "sendto" | "sendmsg" | "sendmmsg")
}

fn port(address: &str) -> Option<u16> {
    address.parse().ok().map(|address: SocketAddr| address.port())
}

/// The ports in all addresses, however deep.
fn ports(args: &[Arg]) -> Vec<u16> {
    fn visit(value: &Value, found: &mut Vec<u16>) {
        match value {
            Value::Address(address) => found.extend(port(&address.text)),
            Value::Struct(fields) => fields.iter().for_each(|field| visit(&field.value, found)),
            Value::List { items, .. } => items.iter().for_each(|item| visit(item, found)),
            _ => (),
        }
    }
    let mut found = Vec::new();
    args.iter().for_each(|arg| visit(&arg.value, &mut found));
    found
}

/// Whether a packet is there because a program did something. When a bare acknowledgement is sent,
/// timers decide.
pub(super) fn is_of_account(carried: &Carried) -> bool {
    match carried {
        Carried::Tcp(segment) => {
            segment.length > 0
                || segment.flags.split('|').any(|flag| matches!(flag, "SYN" | "FIN" | "RST"))
        }
        Carried::Udp { .. } | Carried::Icmp { .. } | Carried::Other { .. } => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Answer;
    use crate::trace::fixture::{Run, address, bytes};

    /// A UDP server answers to the port that it was told of: that is not its own choice.
    #[test]
    fn a_port_belongs_to_who_names_it_first() {
        let mut run = Run::new();
        let to = |text| vec![("buf", bytes(b"hi")), ("dest_addr", address(text))];
        run.call(0, "bind", vec![("addr", address("0.0.0.0:12000"))], Answer::Value(0), vec![]);
        run.call(1, "sendto", to("127.0.0.1:12000"), Answer::Value(2), vec![]);
        let from = |text| vec![("src_addr", address(text))];
        run.call(0, "recvfrom", vec![], Answer::Value(2), from("127.0.0.1:40000"));
        run.call(0, "sendto", to("127.0.0.1:40000"), Answer::Value(2), vec![]);
        run.call(1, "recvfrom", vec![], Answer::Value(2), from("127.0.0.1:12000"));
        run.call(0, "recvfrom", vec![], Answer::Value(2), from("[::1]:50000"));
        run.call(0, "getsockname", vec![], Answer::Value(0), from("0.0.0.0:0"));
        let normal = Normal::of(&run.trace);
        let cases = [
            ("127.0.0.1:12000", "127.0.0.1:12000"),
            ("127.0.0.1:40000", "127.0.0.1:PORT1"),
            ("[::1]:50000", "[::1]:PORT2"),
            ("0.0.0.0:0", "0.0.0.0:0"),
            ("127.0.0.1", "127.0.0.1"),
            ("/tmp/a:40000", "/tmp/a:40000"),
        ];
        for (text, normalised) in cases {
            assert_eq!(normal.address(text), normalised);
        }
        let about = "UDP 127.0.0.1:40000 → 127.0.0.1:12000";
        assert_eq!(normal.sentence(about), "UDP 127.0.0.1:PORT1 → 127.0.0.1:12000");
    }

    #[test]
    fn long_time_limits_are_rounded_up_to_tens_of_seconds() {
        let of = |fields: [(&str, i64); 2]| {
            let arg = |(name, value): (&str, i64)| Arg {
                name: name.to_owned().into(),
                value: Value::Int(value),
            };
            Value::Struct(fields.map(arg).to_vec())
        };
        let cases = [
            (Value::Int(60_000), Some(60)),
            (Value::Int(50_001), Some(60)),
            (Value::Int(50_000), Some(50)),
            (Value::Int(10_001), Some(20)),
            (Value::Int(10_000), None),
            (Value::Int(i64::MAX), Some(9_223_372_036_854_780)),
            (Value::Int(-1), None),
            (Value::Null, None),
            (of([("tv_sec", 59), ("tv_nsec", 987_000_000)]), Some(60)),
            (of([("tv_sec", 50), ("tv_usec", 1)]), Some(60)),
            (of([("tv_sec", 50), ("tv_usec", 0)]), Some(50)),
            (of([("tv_sec", 10), ("tv_usec", 0)]), None),
        ];
        for (limit, seconds) in cases {
            assert_eq!(in_tens_of_seconds(&limit), seconds, "{limit}");
        }
    }
}
