//! What is found out, of made-up sockets and packets.

use super::address::{overlap, same_host};
use super::keeper::involved;
use super::past::{Passed, Past};
use super::*;
use crate::trace::{Carried, Packet, Segment};

#[test]
fn addresses_that_are_in_each_others_way() {
    let table = [
        ("127.0.0.1:9001", "127.0.0.1:9001", true),
        ("127.0.0.1:9001", "127.0.0.1:9002", false),
        ("127.0.0.1:9001", "127.0.0.2:9001", false),
        ("0.0.0.0:9001", "127.0.0.2:9001", true),
        ("[::]:9001", "127.0.0.1:9001", true),
        ("[::]:9001", "[::1]:9001", true),
        ("0.0.0.0:9001", "[::1]:9001", false),
        ("[::ffff:127.0.0.1]:9001", "127.0.0.1:9001", true),
        ("[::1]:9001", "127.0.0.1:9001", false),
    ];
    for (a, b, overlaps) in table {
        let (a, b) = (a.parse().unwrap(), b.parse().unwrap());
        assert_eq!((overlap(a, b), overlap(b, a)), (overlaps, overlaps), "{a} and {b}");
    }
    assert!(same_host("::".parse().unwrap(), "0.0.0.0".parse().unwrap()));
}

fn segment(flags: &str) -> Carried {
    Carried::Tcp(Segment {
        flags: flags.to_owned().into(),
        seq: 0,
        ack: None,
        length: 0,
        window: 0,
    })
}

fn packet(caused_by: u64, carries: Carried) -> Packet {
    let (from, to) = ("127.0.0.1:9001".into(), "127.0.0.1:40000".into());
    Packet { caused_by: Some(caused_by), from, to, carries, data: vec![] }
}

#[test]
fn packets_that_explain_something_are_remembered() {
    let icmp = |about: Option<&str>| Carried::Icmp {
        meaning: "port unreachable".into(),
        about: about.map(String::from),
    };
    let mut past = Past::default();
    let carried = [
        segment("SYN"),
        segment("SYN|ACK"),
        segment("PSH|ACK"),
        segment("ACK"),
        segment("FIN|ACK"),
        segment("RST|PSH|ACK"),
        Carried::Udp { length: 3 },
        icmp(Some("UDP 127.0.0.1:50000 → 127.0.0.1:12000")),
        icmp(None),
    ];
    for (call, carries) in (1..).zip(carried) {
        past.passed(&packet(call, carries));
    }
    let kept: Vec<_> = past
        .packets()
        .map(|Passed { what, to, caused_by, .. }| (what.as_ref(), to.as_str(), *caused_by))
        .collect();
    let here = "127.0.0.1:40000";
    let expected = [
        ("port unreachable", "127.0.0.1:50000", Some(8)),
        ("RST", here, Some(6)),
        ("FIN", here, Some(5)),
        ("SYN", here, Some(1)),
    ];
    assert_eq!(kept, expected);
}

#[test]
fn memory_is_bounded() {
    let mut past = Past::default();
    for call in 0..10_000 {
        past.passed(&packet(call, segment("SYN")));
    }
    assert_eq!(past.packets().count(), 256);
    assert_eq!(past.packets().next().and_then(|newest| newest.caused_by), Some(9_999));
    let of = |errno: i32, fd: i32| ((0, Call::Sendto, errno), Some(fd), None);
    let told = (0..10_000).filter(|fd| past.first_time(of(libc::EAGAIN, *fd))).count();
    assert_eq!(told, 16, "the same error on other descriptors");
    let told = (0..10_000).filter(|errno| past.first_time(of(1000 + errno, 3))).count();
    assert_eq!(told, 4096 - 16);
}

#[test]
fn a_failure_is_new_if_program_call_descriptor_or_error_are() {
    let mut past = Past::default();
    let kind = ((0, Call::Bind, libc::EADDRINUSE), Some(3), Some(7));
    let others = [
        ((1, Call::Bind, libc::EADDRINUSE), Some(3), Some(7)),
        ((0, Call::Listen, libc::EADDRINUSE), Some(3), Some(7)),
        ((0, Call::Bind, libc::EADDRINUSE), Some(4), Some(7)),
        ((0, Call::Bind, libc::EADDRINUSE), Some(3), Some(8)),
        ((0, Call::Bind, libc::EACCES), Some(3), Some(7)),
    ];
    assert!(past.first_time(kind) && !past.first_time(kind));
    for other in others {
        assert!(past.first_time(other), "{other:?}");
    }
}

/// A socket that another namespace's answer tells of, without descriptors: nobody sees its options.
#[test]
fn options_are_seen_through_a_descriptor_only() {
    let holder = Descriptor { program: 0, pid: 1, fd: 3 };
    let on = Arg::new("SO_REUSEADDR", Value::Int(1));
    let table = [
        (vec![], vec![], None),
        (vec![holder], vec![], Some(false)),
        (vec![holder], vec![on], Some(true)),
    ];
    for (holders, options, reuse) in table {
        let state = SocketState { holders, options, ..socket() };
        assert_eq!(involved(&state).reuse, reuse, "{state:?}");
    }
}

fn socket() -> SocketState {
    SocketState {
        cookie: 7,
        family: "AF_INET".into(),
        kind: "SOCK_STREAM".into(),
        protocol: "IPPROTO_TCP".into(),
        local: Some("127.0.0.1:9001".into()),
        peer: None,
        state: Some("LISTEN".into()),
        receive_queue: 0,
        send_queue: 0,
        accept_queue: None,
        options: vec![],
        error_pending: false,
        holders: vec![],
    }
}

/// A call of a process that is gone, with every error there is: an answer and no panic.
#[test]
fn a_process_that_is_gone() {
    let address = SocketAddress::new(vec![2, 0, 35, 41, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    let args = [
        Arg::new("sockfd", Value::Fd(3)),
        Arg::new("addr", Value::Address(address)),
        Arg::new("addrlen", Value::Int(-16)),
    ];
    let past = Past::default();
    for errno in 1..=133 {
        for own in [None, Some(socket())] {
            for call in [Call::Bind, Call::Connect, Call::Accept, Call::Sendto, Call::Close] {
                let failure = Failure {
                    who: Who { program: 0, pid: i32::MAX, tid: i32::MAX },
                    call,
                    number: 1,
                    args: &args,
                    errno,
                    past: &past,
                    process: None,
                    programs: HashMap::new(),
                    own: own.clone(),
                    kernel: None,
                    sandbox: true,
                };
                let facts = failure.facts();
                assert!(facts.len() < 8, "{errno}: {facts:?}");
            }
        }
    }
}
