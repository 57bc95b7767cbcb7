//! Whom and what a blocked call waits for, in words.

use super::interest::Watched;
use super::text::grouped;
use crate::trace::{Arg, Entered, SocketState, Value, made_text};

/// What a blocking call waits for: `a client on 127.0.0.1:9001`. What is known of its socket makes it more precise, and of
/// epoll's what is `watched` (see [`Interests`](super::Interests)).
pub fn waits_for(
    entered: &Entered,
    socket: Option<&SocketState>,
    watched: Option<&Watched>,
) -> String {
    let stream = socket.map(|socket| socket.kind == "SOCK_STREAM");
    match entered.name.as_ref() {
        "accept" | "accept4" => match socket.and_then(|socket| socket.local.as_deref()) {
            Some(local) => format!("a client on {local}"),
            None => "a client".into(),
        },
        "connect" => match socket.map(|socket| socket.family.as_ref()) {
            Some("AF_UNIX") => "room in the server's accept queue".into(),
            _ => "the server's SYN|ACK".into(),
        },
        "recv" | "recvfrom" | "recvmsg" | "recvmmsg" | "read" | "readv" => {
            match (stream, socket.and_then(|socket| socket.peer.as_deref())) {
                (Some(true), Some(peer)) => format!("bytes or a FIN from {peer}"),
                (Some(true), None) => "bytes or a FIN from the peer".into(),
                (Some(false), Some(peer)) => format!("a datagram from {peer}"),
                (Some(false), None) => "a datagram".into(),
                (None, _) => "data or the end of the connection".into(),
            }
        }
        "send" | "sendto" | "sendmsg" | "sendmmsg" | "write" | "writev" => {
            "room in the send buffer".into()
        }
        "sendfile" | "splice" => "room to write to, or bytes to read".into(),
        "close" => "its unsent bytes to be acknowledged (SO_LINGER)".into(),
        "poll" | "ppoll" | "select" | "pselect6" => {
            format!("{}{}", events(entered), limit(entered))
        }
        "epoll_wait" | "epoll_pwait" | "epoll_pwait2" => {
            let what = match watched {
                Some(Watched { count: 0, .. }) => "nothing: its epoll instance is empty".into(),
                Some(Watched { count: 1, told }) => format!("an event on descriptor {told}"),
                Some(Watched { told, .. }) => {
                    format!("an event on one of the descriptors {told}")
                }
                None => "an event on a descriptor of the epoll instance".into(),
            };
            format!("{what}{}", limit(entered))
        }
        name => format!("{name} to be done"),
    }
}

/// "server is blocked in accept(3, …): it waits for a client on 127.0.0.1:9001."
pub fn blocked(
    entered: &Entered,
    name: &str,
    on: Option<&SocketState>,
    watched: Option<&Watched>,
) -> String {
    format!(
        "{name} is blocked in {}: it waits for {}.",
        made_text(entered, None),
        waits_for(entered, on, watched)
    )
}

/// A program that waits while all wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Who.
    pub name: String,
    /// The call it sleeps in: `recv(3, …, 256, 0)`.
    pub call: String,
    /// What for, see [`waits_for`].
    pub waits_for: String,
}

/// Nobody can move: who waits for what.
pub fn deadlock(waiting: &[Waiting]) -> String {
    let mut text = match waiting.len() {
        0 => return "Nobody waits.\n".into(),
        1 => String::from("It waits, and there is no one who could end that:\n"),
        _ => String::from("A deadlock: each waits, and no one is left who could move first.\n"),
    };
    for Waiting { name, call, waits_for } in waiting {
        text.push_str(&format!("  {name} is in {call}\n    and waits for {waits_for}\n"));
    }
    text
}

/// The descriptors among the arguments.
fn events(entered: &Entered) -> String {
    let mut all = Vec::new();
    entered.args.iter().for_each(|arg| descriptors(&arg.value, &mut all));
    all.sort_unstable();
    all.dedup();
    let list = all.iter().map(i32::to_string).collect::<Vec<_>>().join(", ");
    match all.len() {
        0 => "an event on its descriptors".into(),
        1 => format!("an event on descriptor {list}"),
        _ => format!("an event on one of the descriptors {list}"),
    }
}

fn descriptors(value: &Value, into: &mut Vec<i32>) {
    match value {
        Value::Fd(fd) if *fd >= 0 => into.push(*fd),
        Value::Struct(fields) => fields.iter().for_each(|field| descriptors(&field.value, into)),
        Value::List { items, .. } => items.iter().for_each(|item| descriptors(item, into)),
        _ => {}
    }
}

/// How long at most: poll and epoll_wait take milliseconds, the others a structure.
fn limit(entered: &Entered) -> String {
    let timeout = |arg: &&Arg| arg.name == "timeout" || arg.name == "tmo_p";
    let ms = match entered.args.iter().find(timeout).map(|arg| &arg.value) {
        Some(&Value::Int(ms)) => usize::try_from(ms).ok(),
        Some(Value::Struct(fields)) => milliseconds(fields),
        _ => None,
    };
    ms.map(|ms| format!(", for {} ms at most", grouped(ms))).unwrap_or_default()
}

/// A `timeval` or a `timespec`, rounded up.
fn milliseconds(fields: &[Arg]) -> Option<usize> {
    let field = |name: &str| {
        fields.iter().find_map(|field| match field.value {
            Value::Int(number) if field.name == name => usize::try_from(number).ok(),
            _ => None,
        })
    };
    let parts = match (field("tv_nsec"), field("tv_usec")) {
        (Some(nanoseconds), _) => nanoseconds.div_ceil(1_000_000),
        (None, microseconds) => microseconds?.div_ceil(1_000),
    };
    field("tv_sec")?.checked_mul(1_000)?.checked_add(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::welcome::{entered, socket};

    #[test]
    fn each_blocking_call_waits_for_something_else() {
        let listener = SocketState { state: Some("LISTEN".into()), ..socket(1, "127.0.0.1:9001") };
        let datagrams = SocketState { kind: "SOCK_DGRAM".into(), ..socket(1, "127.0.0.1:12000") };
        let connected =
            SocketState { peer: Some("127.0.0.1:5".into()), ..socket(1, "127.0.0.1:6") };
        let poll = vec![
            Arg::new(
                "fds",
                Value::List {
                    items: [4, 3, 4, -1]
                        .map(|fd| Value::Struct(vec![Arg::new("fd", Value::Fd(fd))]))
                        .into(),
                    length: 4,
                },
            ),
            Arg::new("timeout", Value::Int(1500)),
        ];
        let cases = [
            ("accept", vec![], Some(&listener), "a client on 127.0.0.1:9001"),
            ("accept4", vec![], None, "a client"),
            ("connect", vec![], None, "the server's SYN|ACK"),
            ("recv", vec![], Some(&connected), "bytes or a FIN from 127.0.0.1:5"),
            ("recvfrom", vec![], Some(&datagrams), "a datagram"),
            ("read", vec![], None, "data or the end of the connection"),
            ("write", vec![], None, "room in the send buffer"),
            ("poll", poll, None, "an event on one of the descriptors 3, 4, for 1,500 ms at most"),
            ("select", vec![], None, "an event on its descriptors"),
            ("fcntl", vec![], None, "fcntl to be done"),
        ];
        for (name, args, socket, words) in cases {
            assert_eq!(waits_for(&entered(1, 0, name, args), socket, None), words, "{name}");
        }
    }

    #[test]
    fn epoll_waits_for_what_is_watched() {
        let timespec = Value::Struct(vec![
            Arg::new("tv_sec", Value::Int(60)),
            Arg::new("tv_nsec", Value::Int(1)),
        ]);
        let watched = |told: &str, count| Some(Watched { told: told.into(), count });
        for (name, timeout, watched, words) in [
            ("epoll_wait", Value::Int(-1), None, "an event on a descriptor of the epoll instance"),
            (
                "epoll_wait",
                Value::Int(60_000),
                watched("3 (listening), 5", 2),
                "an event on one of the descriptors 3 (listening), 5, for 60,000 ms at most",
            ),
            (
                "epoll_pwait2",
                timespec,
                watched("3", 1),
                "an event on descriptor 3, for 60,001 ms at most",
            ),
            ("epoll_pwait", Value::Int(-1), watched("", 0), "nothing: its epoll instance is empty"),
        ] {
            let call = entered(1, 0, name, vec![Arg::new("timeout", timeout)]);
            assert_eq!(waits_for(&call, None, watched.as_ref()), words);
        }
    }

    #[test]
    fn a_deadlock_names_all() {
        let waiting = |name: &str, call: &str| Waiting {
            name: name.into(),
            call: call.into(),
            waits_for: "bytes or a FIN from the peer".into(),
        };
        let both =
            [waiting("server", "recv(4, …, 256, 0)"), waiting("client", "recv(3, …, 256, 0)")];
        let text = deadlock(&both);
        assert!(text.contains("server is in recv(4, …, 256, 0)"), "{text}");
        assert!(text.contains("client is in recv(3, …, 256, 0)"), "{text}");
        assert!(text.starts_with("A deadlock"), "{text}");
        assert!(!deadlock(&both[..1]).contains("deadlock"));
    }
}
