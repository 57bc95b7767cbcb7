//! Facts in words, of made-up failures.

use super::*;
use crate::show::program_names;
use crate::show::welcome::{Script, entered};
use crate::trace::{Involved, Keeper};

const PORT: &str = "127.0.0.1:9001";

fn said(call: &'static str, errno: i32, facts: Vec<Fact>) -> Vec<String> {
    let mut script = Script::default();
    script.start(0, "server", &["./server"]);
    let names = program_names(&script.events);
    let returned = Returned { call: 1, answer: Answer::Errno(errno), out: vec![], made: None };
    let mut said = lines(&entered(1, 0, call, vec![]), &returned, &Why { call: 1, facts }, &names);
    if explain::errno(errno).is_some() {
        let more = format!("sockstep explain {:?} tells more", Errno::from_raw(errno));
        assert_eq!(said.pop(), Some(more), "{said:?}");
    }
    said.retain(|line| !line.starts_with("it may be: "));
    said
}

fn held(state: Option<&'static str>, held_by: Vec<Keeper>, hidden: bool) -> Involved {
    let (family, kind) = ("AF_INET".into(), "SOCK_STREAM".into());
    let (local, state) = (Some(PORT.into()), state.map(Into::into));
    Involved { family, kind, local, state, held_by, hidden, ..Involved::default() }
}

fn keeper(program: Option<u8>, name: Option<&str>) -> Keeper {
    Keeper { program, pid: 100, fd: 6, name: name.map(String::from) }
}

#[test]
fn who_has_a_port() {
    let held_by = |keeper| held(Some("LISTEN"), vec![keeper], false);
    let table = [
        (held_by(keeper(Some(0), None)), " in LISTEN: server fd 6"),
        (held_by(keeper(None, Some("nginx"))), " in LISTEN: nginx (process 100) fd 6"),
        (held_by(keeper(None, None)), " in LISTEN: process 100 fd 6"),
        (held(Some("LISTEN"), vec![], true), " in LISTEN: a process of another user"),
        (held(Some("CLOSE"), vec![], false), " in CLOSE, which no descriptor leads to"),
        (held(None, vec![], true), ": a process of another user"),
    ];
    for (holder, words) in table {
        let expected = format!("port 9001 is held by {PORT}{words}");
        assert_eq!(said("bind", libc::EADDRINUSE, vec![Fact::Holds(holder)]), [expected]);
    }
}

#[test]
fn whether_so_reuseaddr_would_have_helped() {
    let table = [
        (None, "TIME_WAIT", None, None),
        (Some(false), "TIME_WAIT", None, Some("SO_REUSEADDR is not set on this socket")),
        (Some(true), "TIME_WAIT", None, Some("both need it")),
        (Some(true), "CLOSE", Some(true), None),
        (Some(true), "LISTEN", Some(true), Some("does not help while the other listens")),
        (Some(false), "LISTEN", None, Some("would not help while the other listens")),
    ];
    for (own, state, theirs, words) in table {
        let own = Involved { reuse: own, ..held(Some("CLOSE"), vec![], false) };
        let holder = Involved { reuse: theirs, ..held(Some(state), vec![], false) };
        let lines = said("bind", libc::EADDRINUSE, vec![Fact::Own(own), Fact::Holds(holder)]);
        let second = lines.get(1).map(String::as_str);
        match words {
            Some(words) => assert!(second.is_some_and(|line| line.ends_with(words)), "{lines:?}"),
            None => assert_eq!(second, None),
        }
    }
}

#[test]
fn what_is_listened_on_instead() {
    let nobody = || Fact::NobodyListens { address: PORT.into() };
    let remote = said("connect", libc::ECONNREFUSED, vec![nobody()]);
    assert_eq!(remote, [format!("nobody listens on {PORT}, or a firewall refuses")]);
    let table: [(&[&str], &str); 4] = [
        (&[], ", nor on any other port"),
        (&["127.0.0.1:9002", "[::1]:80"], "; listened on is 127.0.0.1:9002, [::1]:80"),
        (&["127.0.0.2:9001"], "; 9001 is listened on, but only on 127.0.0.2"),
        (&["[::1]:9001", "127.0.0.1:9002"], "; 9001 is listened on, but only on [::1]"),
    ];
    for (addresses, words) in table {
        let addresses = addresses.iter().map(|one| one.to_string()).collect();
        let facts = vec![nobody(), Fact::Listening { addresses }];
        let said = said("connect", libc::ECONNREFUSED, facts);
        assert_eq!(said, [format!("nobody listens on {PORT}{words}")]);
    }
}

#[test]
fn amounts_and_times() {
    let amount = |what: &'static str, used, most| Fact::Amount { what: what.into(), used, most };
    let limit = |micros| Fact::NonBlocking { by: "SO_RCVTIMEO".into(), micros };
    let again = libc::EAGAIN;
    let ports = "net.ipv4.ip_local_port_range";
    let table = [
        (again, amount("receive queue", Some(0), None), "nothing is in the receive queue"),
        (
            again,
            amount("send buffer", Some(4608), Some(2304)),
            "the send buffer holds 4,608 of 2,304 bytes of memory",
        ),
        (
            again,
            amount("accept queue", Some(0), Some(5)),
            "no connection waits in the accept queue",
        ),
        (
            again,
            amount("accept queue", Some(2), Some(5)),
            "connections in the accept queue by now: 2",
        ),
        (again, limit(Some(2_000_000)), "recv has waited for 2 s, as SO_RCVTIMEO says"),
        (again, limit(Some(52_000)), "recv has waited for 52 ms, as SO_RCVTIMEO says"),
        (again, limit(Some(7)), "recv has waited for 7 µs, as SO_RCVTIMEO says"),
        (again, limit(None), "recv does not wait, because of SO_RCVTIMEO"),
        (
            libc::EMFILE,
            amount("RLIMIT_NOFILE", None, Some(8)),
            "no descriptor below 8 is free (RLIMIT_NOFILE)",
        ),
        (
            libc::EADDRNOTAVAIL,
            amount(ports, Some(28_232), Some(28_232)),
            "no port is free to choose: the kernel has 28232 (net.ipv4.ip_local_port_range), and \
             28232 are taken",
        ),
    ];
    for (errno, fact, words) in table {
        assert_eq!(said("recv", errno, vec![fact]), [words]);
    }
}

#[test]
fn what_a_descriptor_leads_to() {
    let table = [
        ("/etc/hosts", "/etc/hosts"),
        ("pipe:[17]", "a pipe"),
        ("/dev/pts/3", "a terminal, /dev/pts/3"),
        ("anon_inode:[eventpoll]", "[eventpoll]"),
        ("/tmp/\u{1b}[31m\n", "/tmp/\\x1b[31m\\n"),
    ];
    for (what, words) in table {
        let fact = Fact::LeadsTo { fd: 4, what: what.into() };
        let expected = format!("descriptor 4 is no socket, but {words}");
        assert_eq!(said("listen", libc::ENOTSOCK, vec![fact]), [expected]);
    }
}

/// Whatever the error, and whatever was found: few lines, and none where there is nothing to say.
#[test]
fn any_fact_with_any_error() {
    let facts = [
        Fact::Own(Involved::default()),
        Fact::Own(held(Some("CLOSE_WAIT"), vec![], false)),
        Fact::Holds(Involved::default()),
        Fact::Alone { here: vec![] },
        Fact::Came { what: "FIN".into(), from: PORT.into(), caused_by: None },
        Fact::File { path: "x".into(), is: "nothing".into() },
    ];
    for errno in 0..=140 {
        for call in ["bind", "listen", "accept", "connect", "recv", "close"] {
            assert!(said(call, errno, vec![]).is_empty());
            assert!(said(call, errno, facts.to_vec()).len() < LINES);
            for fact in &facts {
                let lines = said(call, errno, vec![fact.clone()]);
                assert!(lines.iter().all(|line| !line.is_empty()), "{lines:?}");
            }
        }
    }
}

/// As a file may have it.
#[test]
fn a_list_without_end_is_cut() {
    let keepers = vec![keeper(None, Some("nginx")); 100_000];
    let addresses = (2..100_000).map(|port| format!("127.0.0.1:{port}")).collect();
    let nobody = Fact::NobodyListens { address: "127.0.0.3:1".into() };
    let table = [
        ("bind", libc::EADDRINUSE, vec![Fact::Holds(held(None, keepers, false))]),
        ("close", libc::EBADF, vec![Fact::NotOpen { fd: 3, open: (0..100_000).collect() }]),
        ("connect", libc::ECONNREFUSED, vec![nobody, Fact::Listening { addresses }]),
    ];
    for (call, errno, facts) in table {
        let said = said(call, errno, facts);
        assert_eq!(said[0].chars().count(), LETTERS + 1, "{call}");
        assert!(said[0].ends_with('…'), "{call}");
    }
}

/// An answer that is no error explains nothing.
#[test]
fn a_call_that_succeeds() {
    let returned = Returned { call: 1, answer: Answer::Value(0), out: vec![], made: None };
    let facts = vec![Fact::NotOpen { fd: 3, open: vec![] }];
    let call = entered(1, 0, "close", vec![]);
    let names = program_names([]);
    assert_eq!(why(&call, &returned, &Why { call: 1, facts }, &names, 80), "");
}

#[test]
fn without_facts_there_is_the_usual_cause() {
    let returned =
        Returned { call: 1, answer: Answer::Errno(libc::EFAULT), out: vec![], made: None };
    let why = Why { call: 1, facts: vec![] };
    let names = program_names(&[]);
    let said = lines(&entered(1, 0, "bind", vec![]), &returned, &why, &names);
    assert!(said.len() == 2 && said[0].starts_with("it may be: "), "{said:?}");
}

#[test]
fn a_socket_that_is_bound_does_not_listen() {
    let nobody = Fact::NobodyListens { address: PORT.into() };
    let listening = Fact::Listening { addresses: vec![] };
    let bound = Fact::Holds(held(Some("CLOSE"), vec![keeper(Some(0), None)], false));
    let said = said("connect", libc::ECONNREFUSED, vec![nobody, listening, bound]);
    assert_eq!(said[1], "bound there is 127.0.0.1:9001 in CLOSE: server fd 6: it needs listen");
}
