//! `sockstep show --summary`: who slept in which call, and what it did when it woke.
#![cfg(feature = "stepper")]

mod common;

use std::process::{Command, Stdio};

use common::watched::{cannot_watch, now};
use common::{run, skip};

/// What two unhurried clients cost a server: its part of the summary, without the commands' own differences.
fn summary(server: &str) -> String {
    let printed = now(&format!(
        "sockstep record --in-turns --watch calls --server {server} --client target/two_clients -o - | \
         sockstep show --summary -"
    ));
    let (own, client) = printed.split_once("client\n").unwrap_or_else(|| panic!("{printed}"));
    assert!(client.contains("■ exit 0"), "{printed}");
    own.into()
}

#[test]
fn twins_sleep_in_the_same_calls() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    for (server, request) in [
        ("many_iterative", "   3 ×  … recvfrom, sendto, recvfrom …"),
        ("many_fork", "   2 ×  … recvfrom, sendto, recvfrom …"),
        ("many_threads", "   2 ×  … recvfrom, sendto, recvfrom …"),
        ("many_poll", "   4 ×  … poll, recvfrom, sendto, poll …"),
        ("many_epoll", "   4 ×  … epoll_wait, recvfrom, sendto, epoll_wait …"),
    ] {
        // The Rust programs are in the PATH. On a busy machine a child may not be asleep yet when its client goes on.
        let mut seen = (String::new(), String::new());
        let same = (0..10).any(|_| {
            seen = (summary(server), summary(&format!("target/c-reference/{server}")));
            seen.0 == seen.1 && seen.0.contains(request)
        });
        assert!(same, "{server}\nRust:\n{}\nC:\n{}", seen.0, seen.1);
    }
}

#[test]
fn several_recordings_are_for_the_summary_alone() {
    let missing = ["show", "/nowhere/a.jsonl", "/nowhere/b.jsonl"];
    for (words, said) in [
        (&missing[..], "more than one FILE needs --summary"),
        (&["show"], "<FILE>"),
        (&["show", "--summary", "--svg", "-"], "cannot be used with"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sockstep"));
        let outcome = run(command.args(words), Stdio::null());
        assert_eq!(outcome.status.code(), Some(2), "{words:?}: {outcome:?}");
        assert!(String::from_utf8_lossy(&outcome.stderr).contains(said), "{words:?}: {outcome:?}");
    }
}
