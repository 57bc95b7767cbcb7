use super::*;
use crate::observe::Call;

/// Each call of a program that leads to the kernel, and its lines: in Rust, in the corrected C
/// program, and in the original, if it is there.
type Calls = &'static [(&'static str, u32, u32, Option<u32>)];

const WELCOME_SERVER: Calls = &[
    ("socket", 18, 24, Some(27)),
    ("setsockopt", 19, 26, None),
    ("bind", 20, 28, Some(31)),
    ("listen", 21, 30, Some(35)),
    ("accept", 25, 35, Some(41)),
    ("send", 29, 39, Some(48)),
    ("recv", 32, 41, Some(52)),
    ("close", 39, 48, Some(57)),
];

const WELCOME_CLIENT: Calls = &[
    ("socket", 18, 23, Some(26)),
    ("connect", 19, 25, Some(30)),
    ("recv", 21, 28, Some(34)),
    ("send", 30, 37, Some(41)),
    ("close", 31, 39, Some(45)),
];

const UPPER_UDP_SERVER: Calls = &[
    ("socket", 18, 26, None),
    ("bind", 19, 28, None),
    ("recvfrom", 23, 34, None),
    ("sendto", 41, 48, None),
];

const UPPER_UDP_CLIENT: Calls = &[
    ("lookup", 16, 20, None),
    ("socket", 21, 25, None),
    ("setsockopt", 22, 27, None),
    ("sendto", 23, 29, None),
    ("recvfrom", 26, 33, None),
    ("close", 40, 47, None),
];

const UPPER_TCP_SERVER: Calls = &[
    ("send_all", 22, 19, None),
    ("recv_line", 32, 30, None),
    ("recv", 42, 43, None),
    ("socket", 60, 69, None),
    ("setsockopt", 61, 71, None),
    ("bind", 62, 73, None),
    ("listen", 63, 75, None),
    ("accept", 68, 81, None),
    ("close", 78, 88, None),
];

const UPPER_TCP_CLIENT: Calls = &[
    ("lookup", 14, 20, None),
    ("socket", 19, 25, None),
    ("connect", 20, 27, None),
    ("send_all", 23, 31, None),
    ("recv_line", 29, 36, None),
    ("close", 47, 52, None),
];

const ALL: [(&str, Calls); 6] = [
    ("welcome_server", WELCOME_SERVER),
    ("welcome_client", WELCOME_CLIENT),
    ("upper_udp_server", UPPER_UDP_SERVER),
    ("upper_udp_client", UPPER_UDP_CLIENT),
    ("upper_tcp_server", UPPER_TCP_SERVER),
    ("upper_tcp_client", UPPER_TCP_CLIENT),
];

const MANY: [&str; 8] = [
    "many_iterative",
    "many_fork",
    "many_threads",
    "many_select",
    "many_poll",
    "many_epoll",
    "many_epoll_edge",
    "many_client",
];

fn paths(stem: &str) -> [String; 3] {
    let rust = format!("src/bin/{stem}.rs");
    [rust, format!("c-reference/{stem}.c"), format!("c-reference/{stem}_original.c")]
}

#[track_caller]
fn leads(from: (&str, u32), function: &str, to: (&str, u32)) {
    let found = twin(from.0, from.1, function).map(|twin| (twin.path, twin.line));
    assert_eq!(found, Some((to.0.to_owned(), to.1)), "{function} of {from:?}");
}

#[test]
fn each_call_has_its_twins_line() {
    for (stem, calls) in ALL {
        let [rust, c, original] = &paths(stem);
        for &(name, rust_line, c_line, original_line) in calls {
            leads((rust, rust_line), name, (c, c_line));
            leads((c, c_line), name, (rust, rust_line));
            if let Some(line) = original_line {
                leads((original, line), name, (rust, rust_line));
            }
        }
    }
}

/// What the table above leaves out makes no call of the socket API.
#[test]
fn the_table_has_every_call_of_every_program() {
    for (stem, calls) in ALL {
        for path in paths(stem) {
            let Some(own) = Own::at(&path) else { continue };
            let name = |name: &str| {
                let others = ["send", "recv", "lookup", "send_all", "recv_line"];
                others.contains(&name) || Call::ALL.iter().any(|call| call.name() == name)
            };
            let mut there: Vec<_> =
                written(own.text).iter().map(|call| call.name).filter(|call| name(call)).collect();
            let original = path.contains("_original");
            let with = calls.iter().filter(|call| !original || call.3.is_some());
            let mut expected: Vec<_> = with.map(|call| call.0).collect();
            there.sort_unstable();
            expected.sort_unstable();
            assert_eq!(there, expected, "{path}");
        }
    }
}

/// Some call their clients' functions and the calls in helpers of their own: each name stands as often in both texts.
#[test]
fn each_call_of_the_servers_of_many_clients_has_its_twins_line() {
    const HELPERS: [&str; 12] = [
        "lookup",
        "send_all",
        "recv_line",
        "serve",
        "accept_all",
        "accept_client",
        "refuse",
        "serve_watched",
        "watch",
        "stop_on",
        "stop",
        "descriptors",
    ];
    let name = |name: &str| {
        let others = ["send", "recv", "select", "fork", "sigaction"].contains(&name);
        others || HELPERS.contains(&name) || Call::ALL.iter().any(|call| call.name() == name)
    };
    for stem in MANY {
        let [rust, c, _] = &paths(stem);
        let mut seen = 0;
        for (here, there) in [(rust, c), (c, rust)] {
            let text = Own::at(here).expect("a text").text;
            // C alone: in Rust a socket that no thread could be started for is closed as it is dropped.
            let in_c_alone = |call: &&Written| {
                stem == "many_threads" && (call.function, call.name) == ("main", "close")
            };
            for call in written(text).iter().filter(|call| name(call.name) && !in_c_alone(call)) {
                let of_function =
                    |other: &&Written| (other.function, other.name) == (call.function, call.name);
                let on_line = |other: &Written| of_function(&other) && other.line == call.line;
                assert_eq!(
                    written(text).iter().filter(|other| on_line(other)).count(),
                    1,
                    "{here}: {call:?}"
                );
                let twin = twin(here, call.line, call.name);
                let twin = twin.unwrap_or_else(|| panic!("{here}: {call:?}"));
                assert_eq!(twin.path, *there);
                leads((there, twin.line), call.name, (here, call.line));
                seen += 1;
            }
        }
        assert!(seen >= 16, "{stem}: {seen}");
    }
}

/// `fail("bind", e)` and `fail("bind")` name the call that failed: by that one sees that the n-th
/// is the n-th.
#[test]
fn failures_lead_to_failures_of_the_same_call() {
    let named = |text: &str, line: u32| {
        let line = text.lines().nth(line as usize - 1).unwrap_or_default();
        let word = ["fail(\"", "perror(\""].iter().find_map(|call| line.split_once(call));
        word.and_then(|(_, rest)| rest.split('"').next()).map(str::to_owned)
    };
    let mut seen = 0;
    for stem in ALL.into_iter().map(|(stem, _)| stem).chain(MANY) {
        for path in paths(stem) {
            let Some(own) = Own::at(&path) else { continue };
            for call in written(own.text) {
                let failure = ["fail", "perror"].contains(&call.name);
                let twin = twin(&path, call.line, call.name).filter(|_| failure);
                let Some(twin) = twin else { continue };
                let (ours, theirs) = (named(own.text, call.line), named(twin.text, twin.line));
                assert!(ours.is_some(), "{path}:{}", call.line);
                assert_eq!(ours, theirs, "{path}:{}", call.line);
                seen += 1;
            }
        }
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn there_is_no_twin_where_it_is_not_certain() {
    for (path, line, function) in [
        ("src/bin/welcome_server.rs", 20, "listen"), // another line's
        ("src/bin/welcome_server.rs", 20, ""),
        ("src/bin/welcome_server.rs", 0, "bind"),
        ("src/bin/welcome_server.rs", u32::MAX, "bind"),
        ("src/bin/welcome_server.rs", 18, "unwrap_or_else"), // C has no such function
        ("c-reference/welcome_server_original.c", 28, "perror"), // it calls that more often
        ("src/bin/errno_table.rs", 13, "enter"),
        ("c-reference/sigpipe.c", 26, "socket"),
        ("c-reference/program.h", 150, "getaddrinfo"),
        ("src/program/stream.rs", 14, "send"),
        ("src/calls/bind.rs", 63, "bind"),
        ("src/layers/libc.rs", 20, "socket"),
        ("welcome_server.c", 24, "socket"),
        ("", 1, "main"),
    ] {
        assert_eq!(twin(path, line, function), None, "{path}:{line} {function}");
    }
}

#[test]
fn any_line_of_the_statement_leads_to_the_call() {
    let (rust, c) = ("src/bin/welcome_server.rs", "c-reference/welcome_server.c");
    leads((rust, 24), "accept", (c, 35));
    let (rust, c) = ("src/bin/upper_udp_client.rs", "c-reference/upper_udp_client.c");
    leads((rust, 25), "recvfrom", (c, 33));
}

#[test]
fn the_nth_call_of_a_function_is_the_nth_of_its_twin() {
    let c =
        "int f(void)\n{\n  g();\n  h();\n  g();\n}\nint main(void)\n{\n  g(); g();\n  h();\n}\n";
    let rust = "fn main() {\n  h();\n}\nfn f() {\n  h();\n  g();\n  g();\n}\n";
    for (line, name, expected) in [
        (3, "g", Some(6)),
        (5, "g", Some(7)),
        (4, "h", Some(5)),
        (10, "h", Some(2)),
        (9, "g", None), // which of the two?
        (3, "h", None),
    ] {
        assert_eq!(same_call(c, rust, line, name), expected, "{name} of line {line}");
    }
    let twice = rust.replace("  h();\n  g();", "  g();\n  g();");
    assert_eq!(same_call(c, &twice, 3, "g"), None);
}

#[test]
fn a_functions_name_is_that_of_the_text() {
    for (function, name) in [
        ("accept", "accept"),
        ("sockstep::calls::accept::accept", "accept"),
        ("sockstep::calls::accept::accept::<libc::sockaddr_in>", "accept"),
        ("program::stream::send_all<&std::os::fd::owned::OwnedFd>", "send_all"),
        ("__libc_recv", "recv"),
        ("__send", "send"),
        ("__recv_chk", "recv"),
        ("<program::clients::Clients>::serve", "serve"),
        ("program::clients::Clients::serve", "serve"),
        ("<T as core::ops::Drop>::drop", ""),
        ("", ""),
    ] {
        assert_eq!(plain(function), name, "{function}");
    }
}
