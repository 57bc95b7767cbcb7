//! What people type, and what they find.

use proptest::prelude::*;
use sockstep::explain::{Unknown, entries, find};

fn found(name: &str) -> String {
    match find(name) {
        Ok(found) => found.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>().join(" "),
        Err(unknown) => format!("? {}", unknown.nearest.join(" ")),
    }
}

#[test]
fn what_people_type_is_found() {
    let table = [
        ("EADDRINUSE", "EADDRINUSE"),
        ("eaddrinuse", "EADDRINUSE"),
        (" EADDRINUSE\n", "EADDRINUSE"),
        ("98", "EADDRINUSE"),
        ("Address already in use", "EADDRINUSE"),
        ("address already in use", "EADDRINUSE"),
        ("already in use", "EADDRINUSE"),
        ("bind: Address already in use", "EADDRINUSE"),
        ("connect: Connection refused (os error 111)", "ECONNREFUSED"),
        ("bind(3, {...}, 16) = -1 EADDRINUSE (Address already in use)", "EADDRINUSE"),
        ("OSError: [Errno 98] Adresse bereits in Gebrauch", "EADDRINUSE"),
        ("Verbindung abgelehnt (os error 111)", "ECONNREFUSED"),
        ("Connection reset by peer", "ECONNRESET"),
        ("No such device or address", "ENXIO"),
        ("No such device", "ENODEV"),
        ("EWOULDBLOCK", "EAGAIN"),
        ("ENOTSUP", "EOPNOTSUPP"),
        ("getaddrinfo: Name or service not known", "EAI_NONAME"),
        ("TIME-WAIT", "TIME_WAIT"),
        ("time_wait", "TIME_WAIT"),
        ("FIN-WAIT-1", "FIN_WAIT_1"),
        ("FIN_WAIT1", "FIN_WAIT_1"),
        ("TCP_FIN_WAIT2", "FIN_WAIT_2"),
        ("SYN-RECV", "SYN_RECEIVED"),
        ("ESTAB", "ESTABLISHED"),
        ("bind", "bind"),
        ("bind()", "bind"),
        ("bind(2)", "bind"),
        ("BIND", "bind"),
        ("htonl", "htons"),
        ("close", "close CLOSE"),
        ("CLOSE", "close CLOSE"),
        ("socket", "socket socket"),
        ("so_reuseaddr", "SO_REUSEADDR"),
        ("accept queue", "accept queue"),
        ("4-tuple", "4-tuple"),
        ("SIGPIPE", "SIGPIPE"),
        ("SYN", "SYN"),
    ];
    for (name, wanted) in table {
        assert_eq!(found(name), wanted, "{name:?}");
    }
}

#[test]
fn what_is_not_known_gets_a_proposal() {
    for (name, proposed) in [
        ("EADRINUSE", "EADDRINUSE"),
        ("SO_REUSADDR", "SO_REUSEADDR"),
        ("acept", "accept"),
        ("TIMEWAT", "TIME_WAIT"),
    ] {
        let Unknown { nearest, .. } = find(name).expect_err(name);
        assert_eq!(nearest.first(), Some(&proposed), "{name}: {nearest:?}");
    }
    for name in ["", "qqqqqqqq", "0", "-1", "4711", "99999999999999999999", "\0", "ß", "(", "()"] {
        assert_eq!(found(name), "? ", "{name:?}");
    }
    // What fits many is no answer but a choice.
    assert!(find("operation").expect_err("many errnos").nearest.contains(&"EOPNOTSUPP"));
}

/// Every name and every text leads back to its entry.
#[test]
fn every_entry_is_found() {
    for entry in entries() {
        let ways = entry.also.iter().chain([&entry.name]).chain(&entry.text);
        for way in ways {
            let found = find(way).unwrap_or_else(|e| panic!("{e}"));
            assert!(found.contains(&entry), "{way:?} leads elsewhere");
        }
    }
}

#[test]
fn a_long_text_is_searched_and_not_repeated() {
    let log = "x".repeat(100_000);
    let Unknown { name, nearest } = find(&log).expect_err("nothing");
    assert!(name.chars().count() < 100 && nearest.is_empty(), "{name} {nearest:?}");
    assert_eq!(found(&format!("{log} EPIPE {log}")), "EPIPE");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is typed, something is said; and an error's text is found in any message.
    #[test]
    fn nothing_typed_breaks_it(before in ".{0,30}", after in ".{0,30}") {
        let _ = find(&before);
        let message = format!("{before}: Connection refused{after}");
        // What stands before and after may itself be an error, but that is not likely.
        prop_assert_eq!(found(&message), "ECONNREFUSED");
    }
}
