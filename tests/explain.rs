//! `sockstep explain` and the project: every name that the project mentions has an entry, and no
//! entry is a slip.
#![cfg(feature = "stepper")]

mod common;
#[path = "explain/finding.rs"]
mod finding;
#[path = "explain/mentioned.rs"]
mod mentioned;

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use common::{Outcome, has, run, skip};
use mentioned::{documented, errnos, functions, is_constant, texts, watched, words};
use sockstep::explain::{Entry, Kind, entries, find};
use sockstep::labs;
use sockstep::observe::Call;

/// What the man pages of the socket calls (6.03: section ERRORS) name.
const ERRNOS_OF_MAN_PAGES: &str = "EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY \
    EBADF EBUSY ECONNABORTED ECONNREFUSED ECONNRESET EDEADLK EDESTADDRREQ EDQUOT EEXIST EFAULT \
    EFBIG EHOSTUNREACH EINPROGRESS EINTR EINVAL EIO EISCONN EISDIR ELOOP EMFILE EMSGSIZE \
    ENAMETOOLONG ENETDOWN ENETUNREACH ENFILE ENOBUFS ENODEV ENOENT ENOLCK ENOMEM ENOPKG \
    ENOPROTOOPT ENOSPC ENOSR ENOSYS ENOTCONN ENOTDIR ENOTSOCK ENOTTY ENXIO EOPNOTSUPP EOVERFLOW \
    EPERM EPIPE EPROTO EPROTONOSUPPORT EPROTOTYPE ERANGE EROFS ESOCKTNOSUPPORT ESPIPE ESRCH \
    ETIMEDOUT ETOOMANYREFS EWOULDBLOCK";

/// Makes the list of constants that the project does not use but a student meets; the compiler
/// knows that they exist.
macro_rules! beyond {
    ($($name:ident)+) => { &[$((stringify!($name), libc::$name as i64)),+] };
}

const BEYOND: &[(&str, i64)] = beyond! {
    AI_ADDRCONFIG AI_V4MAPPED SIGIO SIGSEGV SIGURG SIGUSR1 O_NOCTTY IP_ORIGDSTADDR IPV6_ORIGDSTADDR
};

/// Calls around sockets that the stepper does not watch and the port does not wrap.
const CALLS_BEYOND: [&str; 3] = ["execve", "fork", "htons"];

fn has_entry(name: &str, kinds: &[Kind]) -> bool {
    let is = |entry: &Entry| entry.name == name || entry.also.iter().any(|also| also == name);
    entries().iter().any(|entry| kinds.contains(&entry.kind) && is(entry))
}

fn none(missing: Vec<String>, what: &str) {
    assert!(missing.is_empty(), "{} {what}:\n{}", missing.len(), missing.join("\n"));
}

// ---- Complete, and nothing but what there is ----------------------------------------------------

#[test]
fn every_call_has_an_entry() {
    let files = texts().into_iter().filter_map(|(file, _)| {
        let stem = file.strip_prefix("src/calls/")?.strip_suffix(".rs")?.to_string();
        (!["mod", "addr", "constants", "errno"].contains(&stem.as_str())).then_some(stem)
    });
    let watched = watched();
    assert!(Call::ALL.iter().all(|call| watched.contains(call.name())), "{watched:?}");
    let all: BTreeSet<String> = files.chain(watched).chain(functions()).collect();
    assert!(all.len() >= 60, "{all:?}");
    none(
        all.into_iter().filter(|call| !has_entry(call, &[Kind::Call])).collect(),
        "calls lack an entry",
    );
}

#[test]
fn every_errno_has_an_entry() {
    let known = errnos();
    let mentioned = words().into_keys().filter(|word| known.contains(word));
    let all: BTreeSet<String> =
        mentioned.chain(ERRNOS_OF_MAN_PAGES.split_whitespace().map(String::from)).collect();
    assert!(all.len() > 60, "{all:?}");
    none(
        all.into_iter().filter(|errno| !has_entry(errno, &[Kind::Errno])).collect(),
        "errnos lack an entry",
    );
}

#[test]
fn every_state_has_an_entry() {
    let states = "CLOSED CLOSE LISTEN SYN_SENT SYN_RECEIVED SYN_RECV NEW_SYN_RECV ESTABLISHED \
    FIN_WAIT_1 FIN_WAIT_2 CLOSE_WAIT CLOSING LAST_ACK TIME_WAIT";
    none(
        states
            .split_whitespace()
            .filter(|s| !has_entry(s, &[Kind::State]))
            .map(String::from)
            .collect(),
        "states lack an entry",
    );
    none(
        "SYN ACK FIN RST PSH URG"
            .split_whitespace()
            .filter(|flag| !has_entry(flag, &[Kind::Segment]))
            .map(String::from)
            .collect(),
        "flags of a segment lack an entry",
    );
}

#[test]
fn every_constant_has_an_entry() {
    let kinds = [Kind::Option, Kind::Flag, Kind::Constant, Kind::Signal, Kind::State, Kind::Word];
    let all: Vec<(String, String)> =
        words().into_iter().filter(|(word, _)| is_constant(word)).collect();
    assert!(all.len() > 500, "{}", all.len());
    let missing = all.into_iter().filter(|(word, _)| !has_entry(word, &kinds));
    none(
        missing.map(|(word, file)| format!("{word} ({file})")).collect(),
        "constants lack an entry",
    );
}

/// A slip in a name would make an entry that nobody finds.
#[test]
fn every_entry_is_of_something_that_exists() {
    let (words, errnos, functions, watched) = (words(), errnos(), functions(), watched());
    let is_known = |entry: &Entry| match entry.kind {
        Kind::Call => {
            watched.contains(&entry.name)
                || functions.contains(&entry.name)
                || CALLS_BEYOND.contains(&entry.name.as_str())
        }
        Kind::Errno => {
            errnos.contains(&entry.name)
                && entry.number.is_some()
                && entry.also.iter().all(|also| errnos.contains(also))
        }
        Kind::State | Kind::Option | Kind::Flag | Kind::Constant | Kind::Signal => {
            words.contains_key(&entry.name) || BEYOND.iter().any(|(name, _)| *name == entry.name)
        }
        Kind::Segment => {
            ["SYN", "ACK", "FIN", "RST", "PSH", "URG", "ECE", "CWR"].contains(&entry.name.as_str())
        }
        Kind::Word => true,
    };
    none(
        entries().iter().filter(|entry| !is_known(entry)).map(|entry| entry.name.clone()).collect(),
        "entries are of nothing",
    );
}

#[test]
fn what_an_entry_refers_to_exists() {
    for entry in entries() {
        for lab in &entry.labs {
            assert!(labs::find(lab).is_some(), "{}: {lab}", entry.name);
        }
        for call in &entry.calls {
            assert!(has_entry(call, &[Kind::Call]), "{}: {call}", entry.name);
        }
    }
    for lab in labs::ALL.iter().map(|lab| lab.name()) {
        let named = entries().iter().any(|entry| entry.labs.iter().any(|named| named == lab));
        assert!(named, "no entry names the lab {lab}");
    }
}

/// `bind: …` is a cause of bind alone, so bind is among the errno's calls. An errno of a call's
/// entry has an entry that names the call.
#[test]
fn causes_and_calls_agree() {
    for entry in entries() {
        for (before, _) in entry.causes.iter().filter_map(|cause| cause.split_once(": ")) {
            for name in before.split(", ") {
                let what = format!("{}: {name}", entry.name);
                match entry.kind {
                    Kind::Errno if has_entry(name, &[Kind::Call]) => {
                        assert!(entry.calls.iter().any(|call| call == name), "{what}");
                    }
                    Kind::Call if name.starts_with('E') && !name.starts_with("EAI_") => {
                        let errno = find(name).unwrap_or_else(|e| panic!("{what}: {e}"))[0];
                        assert!(errno.calls.contains(&entry.name), "{what}");
                    }
                    _ => {}
                }
            }
        }
    }
}

/// What a call's documentation says that it fails with, its errno's entry knows.
#[test]
fn every_errno_of_a_call_names_the_call() {
    let documented = documented();
    assert!(documented.len() > 150, "{documented:?}");
    let lacks = |(call, errno): &&(String, String)| {
        let is = |entry: &&Entry| entry.name == *errno || entry.also.contains(errno);
        let entry = entries().iter().find(is);
        !errno.starts_with("EAI_") && entry.is_none_or(|entry| !entry.calls.contains(call))
    };
    let missing = documented.iter().filter(|row| row.0 != "addr" && row.0 != "errno").filter(lacks);
    none(missing.map(|(call, errno)| format!("{errno}: {call}")).collect(), "errnos lack a call");
}

// ---- Each entry is whole ------------------------------------------------------------------------

#[test]
fn every_field_that_makes_sense_is_filled() {
    // Errnos that no socket call of this course gives.
    const OF_NO_CALL: [&str; 4] = ["ENETRESET", "EPFNOSUPPORT", "ESHUTDOWN", "EUSERS"];
    const LEAST: usize = 20;
    for entry in entries() {
        let (name, kind) = (&entry.name, entry.kind);
        assert!(entry.what.len() >= LEAST, "{name}: what");
        assert!(entry.source.len() >= 4, "{name}: source");
        let lists = [
            &entry.also,
            &entry.enters,
            &entry.leaves,
            &entry.calls,
            &entry.causes,
            &entry.see,
            &entry.cure,
            &entry.labs,
        ];
        for item in lists.into_iter().flatten() {
            assert!(!item.trim().is_empty(), "{name}: an empty item");
        }
        let demanded = [
            (
                "calls",
                entry.calls.is_empty(),
                kind == Kind::Errno && !OF_NO_CALL.contains(&name.as_str()),
            ),
            ("calls", entry.calls.is_empty(), kind == Kind::Flag && name != "O_NOCTTY"),
            ("causes", entry.causes.is_empty(), kind == Kind::Errno),
            (
                "see",
                entry.see.is_empty(),
                [Kind::Errno, Kind::State, Kind::Segment].contains(&kind),
            ),
            ("cure", entry.cure.is_empty(), kind == Kind::Errno),
            ("text", entry.text.is_none(), kind == Kind::Errno),
            ("enters", entry.enters.is_empty(), kind == Kind::State),
            ("leaves", entry.leaves.is_empty(), kind == Kind::State),
            ("level", entry.level.is_empty(), kind == Kind::Option),
            ("value", entry.value.is_empty(), kind == Kind::Option),
            ("default", entry.default.is_empty(), kind == Kind::Option),
            ("prototype", entry.prototype.is_empty(), kind == Kind::Call),
        ];
        for (field, empty, needed) in demanded {
            assert!(!needed || !empty, "{name}: {field}");
        }
    }
}

#[test]
fn every_command_is_one_that_a_shell_takes() {
    let mut script = String::new();
    for entry in entries() {
        for line in &entry.see {
            let (command, about) =
                line.split_once(" # ").unwrap_or_else(|| panic!("{}: {line}", entry.name));
            assert!(!about.trim().is_empty() && command.len() <= 76, "{}: {line}", entry.name);
            if let Some(verb) =
                command.strip_prefix("sockstep ").and_then(|rest| rest.split(' ').next())
            {
                assert!(["step", "explain", "record", "lab"].contains(&verb), "{line}");
            }
            script.push_str(&format!("{command}\n"));
        }
    }
    assert!(script.lines().count() > 100);
    if !has("sh") {
        return skip("no sh");
    }
    let checked = run(Command::new("sh").args(["-n", "-c", &script]), Stdio::null());
    assert!(checked.status.success(), "{checked:?}");
}

// ---- The command line ---------------------------------------------------------------------------

fn explain(args: &[&str]) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockstep"));
    run(command.arg("explain").args(args), Stdio::null())
}

#[test]
fn the_command_explains_or_proposes() {
    let outcome = explain(&["bind:", "Address", "already", "in", "use"]);
    assert_eq!(outcome.status.code(), Some(0), "{outcome:?}");
    let text = String::from_utf8(outcome.stdout).unwrap();
    assert!(text.starts_with("EADDRINUSE (errno 98): Address already in use\n"), "{text}");
    for part in ["SO_REUSEADDR", "ss -tlnp 'sport = :9001'", "sockstep lab same_port", "bind(2)"] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    assert_eq!(outcome.stderr, b"");

    let outcome = explain(&["EADRINUSE"]);
    assert_eq!(outcome.status.code(), Some(2), "{outcome:?}");
    assert!(outcome.stdout.is_empty());
    let text = String::from_utf8(outcome.stderr).unwrap();
    assert!(text.contains("EADDRINUSE") && text.lines().count() == 1, "{text}");
}

#[test]
fn json_is_json() {
    let outcome = explain(&["EADDRINUSE", "--json"]);
    assert_eq!(outcome.status.code(), Some(0), "{outcome:?}");
    let found: serde_json::Value = serde_json::from_slice(&outcome.stdout).unwrap();
    assert_eq!(found[0]["name"], "EADDRINUSE");
    assert_eq!(found[0]["kind"], "errno");
    assert_eq!(found[0]["number"], libc::EADDRINUSE);
    assert_eq!(found[0]["text"], "Address already in use");

    let all: Vec<serde_json::Value> = serde_json::from_slice(&explain(&["--json"]).stdout).unwrap();
    assert_eq!(all.len(), entries().len());
}

#[test]
fn the_list_has_every_name_and_fits_80_columns() {
    let outcome = explain(&[]);
    assert_eq!(outcome.status.code(), Some(0), "{outcome:?}");
    let text = String::from_utf8(outcome.stdout).unwrap();
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    for entry in entries() {
        assert!(text.contains(&entry.name), "{}", entry.name);
    }
}

/// All texts at once: none is wider than 80 columns where no terminal says otherwise.
#[test]
fn every_page_fits_80_columns() {
    for name in [
        "accept",
        "sendto",
        "EAGAIN",
        "SO_RCVBUF",
        "TIME_WAIT",
        "backlog",
        "MSG_TRUNC",
        "IPV6_PKTINFO",
    ] {
        let text = String::from_utf8(explain(&[name]).stdout).unwrap();
        let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80).collect();
        assert_eq!(wide, [""; 0], "{name}");
        assert!(text.lines().all(|line| line == line.trim_end()), "{name}: blanks at a line's end");
    }
}
