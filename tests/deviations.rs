//! Calls and packets compared: corrected C and Rust are equal, the original parts from them where the list says, and the
//! layers add what they are known to add.
#![cfg(feature = "stepper")]

mod common;

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{Outcome, run, skip, start};
use serde_json::Value;

fn sockstep(args: &[&str]) -> Outcome {
    run(&mut command(args), Stdio::null())
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockstep"));
    command.args(args).current_dir(folder());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Where the C programs are built, if they are not yet.
fn folder() -> std::path::PathBuf {
    let folder = common::scratch("deviations");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Whether programs can be watched here at all.
fn cannot_watch() -> bool {
    let probe = sockstep(&["compare", "--layers"]);
    if probe.status.success() {
        return false;
    }
    skip(&format!("programs cannot be watched: {}", text(&probe.stderr)));
    true
}

#[test]
fn corrected_c_and_rust_make_the_same_calls_and_packets() {
    if cannot_watch() {
        return;
    }
    // In many-iterative a client waits for 2 seconds in vain, once in each pairing.
    let patience = Duration::from_secs(90);
    let outcome =
        start(&mut command(&["compare", "--json"]), Stdio::null()).finish_within(patience);
    assert_eq!(outcome.status.code(), Some(0), "{outcome:?}");
    let comparisons: Value = serde_json::from_slice(&outcome.stdout).expect("JSON");
    let rows = comparisons.as_array().expect("pairs").iter();
    let rows = rows.flat_map(|pair| pair["rows"].as_array().expect("rows"));
    let (mut same, mut original) = (0, 0);
    for row in rows.filter(|row| row["client"] != Value::Null) {
        let deviations = row["deviations"].as_array().expect("deviations");
        let text = row.to_string();
        if row["server"] == "c-original" || row["client"] == "c-original" {
            original += 1;
            assert!(!deviations.is_empty(), "{text}");
        } else if row["case"] != "ß" {
            same += 1;
            assert!(deviations.is_empty(), "{text}");
        }
        let has = |part: &str| assert!(text.contains(part), "{part} in {text}");
        if row["server"] == "c-original" {
            has("nothing, where the Rust pair has setsockopt(3, SOL_SOCKET, SO_REUSEADDR, 1, 4)");
            has("server: sendto: flags: 0, where the Rust pair has MSG_NOSIGNAL");
        }
        if row["client"] == "c-original" {
            has("client: sendto: len: 257, where the Rust pair has 23");
            has("server: recvfrom: =: 256, where the Rust pair has 23");
            has("flags: RST|ACK, where the Rust pair has FIN|ACK");
        }
    }
    assert_eq!((same, original), (4 + 2 * 4 * 7 + 7 * 4, 5));

    // What is compared is what the programs are for, and not a failure that all of them share.
    let comparisons = comparisons.as_array().expect("pairs");
    for many in &comparisons[3..] {
        let pair = many["pair"].as_str().expect("a name");
        for row in many["rows"].as_array().expect("rows") {
            let (said, status) = match pair {
                "many-iterative" => (ITERATIVE, 1),
                _ => ("2 connections, 4 lines sent, 4 answered right\n", 0),
            };
            assert_eq!(
                (&row["client_printed"], &row["client_ended"]["status"]),
                (&said.into(), &status.into())
            );
            let asked = ENDS_WHEN_ASKED.contains(&pair);
            let last_words = row["server_printed"]
                .as_str()
                .unwrap_or_default()
                .contains("** SIGTERM: the last answers");
            assert_eq!((row["server_ended"]["status"] == 0, last_words), (asked, asked), "{row}");
        }
    }
}

const ENDS_WHEN_ASKED: [&str; 4] = ["many-select", "many-poll", "many-epoll", "many-epoll-edge"];

const ITERATIVE: &str = "connection 2: no answer within 2 seconds\n\
                         2 connections, 2 lines sent, 1 answered right\n";

#[test]
fn each_layer_adds_what_it_adds() {
    if cannot_watch() {
        return;
    }
    let outcome = sockstep(&["compare", "--layers"]);
    let shown = text(&outcome.stdout);
    let of = |layer: &str| {
        let from = shown.find(&format!("calls and {layer}:")).expect("the layer");
        let rest = &shown[from + 10..];
        rest[..rest.find("calls and ").unwrap_or(rest.len())].to_owned()
    };
    assert!(of("libc").contains("the same calls"), "{shown}");
    assert!(of("nix").contains("only in b: getpeername(4"), "{shown}");
    for layer in ["socket2", "std"] {
        assert!(of(layer).contains("SOCK_STREAM|SOCK_CLOEXEC"), "{shown}");
        assert!(of(layer).contains("accept4(3"), "{shown}");
    }
    assert!(of("std").contains("backlog 128"), "{shown}");
}

#[test]
fn two_recordings_are_compared_call_by_call() {
    if cannot_watch() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    for (name, client) in [("a", "c-original"), ("b", "c"), ("c", "rust")] {
        let args = ["record", "welcome", "--in-turns", "--server", "c", "--client", client];
        assert_eq!(sockstep(&[&args[..], &["-o", &file(name)]].concat()).status.code(), Some(0));
    }
    let same = sockstep(&["diff", &file("b"), &file("c")]);
    assert_eq!(same.status.code(), Some(0), "{same:?}");
    assert!(text(&same.stdout).contains("the same calls"), "{same:?}");
    let different = sockstep(&["diff", &file("a"), &file("b")]);
    assert_eq!(different.status.code(), Some(1), "{different:?}");
    let shown = text(&different.stdout);
    for part in ["len 257", "len 23", "RST|ACK", "FIN|ACK"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(!shown.contains("socket("), "only where they part: {shown}");
}
