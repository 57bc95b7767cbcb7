//! The Makefile: its help, its words for what is missing, the C build without warnings.

mod common;

use std::process::{Command, Stdio};

use common::{Outcome, run};

/// Runs `make` with these arguments, free of what an outer `make test` has put into the environment.
fn make(args: &[&str]) -> Outcome {
    let mut command = Command::new("make");
    command.args(["-C", env!("CARGO_MANIFEST_DIR"), "--no-print-directory"]).args(args);
    for name in ["MAKEFLAGS", "MAKELEVEL", "MFLAGS", "CARGO_TARGET_DIR"] {
        command.env_remove(name);
    }
    run(&mut command, Stdio::null())
}

#[test]
fn help_lists_every_target() {
    let outcome = make(&["help"]);
    let text = String::from_utf8(outcome.stdout).expect("UTF-8");
    let targets = "all c demo compare labs test test-browser lint bench soak docs clean help";
    for target in targets.split(' ') {
        assert!(
            text.lines().any(|line| line.starts_with(&format!("make {target} "))),
            "{target}\n{text}"
        );
    }
}

#[test]
fn a_missing_tool_gets_a_line_that_says_what_to_install() {
    let cases = [
        (
            "rust",
            "CARGO=no-such-cargo",
            ["rustup default stable", "apt install", "dnf install rust cargo"],
        ),
        (
            "c",
            "CC=no-such-cc",
            ["no-such-cc is not installed", "apt install gcc", "dnf install gcc"],
        ),
    ];
    for (target, tool, parts) in cases {
        let outcome = make(&[target, tool]);
        let said = String::from_utf8(outcome.stderr.clone()).expect("UTF-8");
        assert!(!outcome.status.success());
        for part in parts {
            assert!(said.lines().next().is_some_and(|line| line.contains(part)), "{part}: {said}");
        }
    }
}

#[test]
fn the_c_programs_compile_without_a_warning() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let out = format!("OUT={}", folder.path().display());
    let outcome = make(&["-C", "c-reference", "CC=cc -Werror", &out]);
    assert!(outcome.status.success(), "{outcome:?}");
    for stem in ["welcome_server", "welcome_client_original", "upper_tcp_client", "many_epoll_edge"]
    {
        assert!(folder.path().join(stem).is_file(), "{stem}");
    }
}
