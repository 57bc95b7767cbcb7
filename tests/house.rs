//! The house rules, held against the sources: who may use whom, where `unsafe` stands, what a call's documentation has.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below a folder whose names end so, with their texts; paths are relative to the project's root.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no {ending}");
    found
}

fn everything() -> Vec<(String, String)> {
    let folders = [
        ("src", ".rs"),
        ("tests", ".rs"),
        ("c-reference", ".c"),
        ("c-reference", ".h"),
        ("docs", ".md"),
    ];
    folders.iter().flat_map(|(folder, ending)| files(folder, ending)).collect()
}

#[test]
fn no_file_is_longer_than_400_lines() {
    let long: Vec<_> = everything()
        .into_iter()
        .filter(|(_, text)| text.lines().count() > 400)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(long, [""; 0]);
}

#[test]
fn the_welcome_server_fits_on_a_screen_and_a_half() {
    let text = fs::read_to_string(root().join("src/bin/welcome_server.rs")).unwrap();
    assert!(text.lines().count() <= 50, "{} lines", text.lines().count());
}

/// `crate::x` and `sockstep::x` name a module of ours, `x::` a crate.
#[test]
fn every_arrow_is_drawn_in_the_design() {
    let ours =
        ["calls", "errnos", "explain", "labs", "layers", "observe", "program", "show", "trace"];
    let may = [
        ("src/calls/", vec![]),
        ("src/program/", vec!["calls"]),
        ("src/errnos/", vec!["calls"]),
        ("src/bin/", vec!["calls", "errnos", "program"]),
        ("src/layers/", vec![]),
        ("src/trace/", vec![]),
        ("src/observe/", vec!["calls", "trace"]),
        ("src/labs/", vec!["calls", "observe", "trace"]),
        ("src/explain/", vec!["calls"]),
        ("src/show/", vec!["trace", "explain"]),
    ];
    for (folder, allowed) in &may {
        for (name, text) in files(folder, ".rs") {
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            for line in code {
                for module in ours {
                    let used = ["crate::", "sockstep::"]
                        .iter()
                        .any(|from| line.contains(&format!("{from}{module}")));
                    let at_home = folder.contains(module);
                    assert!(
                        !used || at_home || allowed.contains(&module),
                        "{name} uses {module}: {line}"
                    );
                }
            }
        }
    }
}

#[test]
fn calls_use_libc_and_nix_alone() {
    for (name, text) in files("src/calls", ".rs") {
        for other in ["socket2::", "std::net", "clap::", "procfs::"] {
            assert!(!text.contains(other), "{name} uses {other}");
        }
    }
}

#[test]
fn without_the_stepper_there_are_three_dependencies() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let section = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let always: Vec<_> = section
        .lines()
        .filter(|line| line.contains('=') && !line.contains("optional = true"))
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    assert_eq!(always, ["libc", "nix", "socket2"]);
}

#[test]
fn unsafe_stands_only_where_it_may_and_argues() {
    for (name, text) in files("src", ".rs").into_iter().chain(files("tests", ".rs")) {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let block = code.contains("unsafe {") || code.contains("unsafe impl");
            if !block || name == "tests/house.rs" {
                continue;
            }
            let may = ["src/calls/", "src/errnos/", "src/observe/", "src/layers/libc.rs"];
            assert!(
                may.iter().any(|place| name.starts_with(place)),
                "{name}:{} has unsafe",
                at + 1
            );
            // The statement may begin a few lines above the block; the comment stands above the statement.
            let above = &lines[at.saturating_sub(6)..at];
            assert!(
                above.iter().any(|line| line.contains("// SAFETY: ")),
                "{name}:{} does not argue",
                at + 1
            );
        }
    }
}

/// Every public function of `calls`, and what its documentation must have.
#[test]
fn every_call_is_documented_in_full() {
    let mut seen = 0;
    for (name, text) in files("src/calls", ".rs") {
        for (at, _) in text.match_indices("\npub fn ") {
            let function = text[at + 8..].split(['(', '<']).next().unwrap();
            let before = &text[..at];
            let start = before.rfind("\n\n").unwrap_or(0);
            let doc = &before[start..];
            if function == "zeroed" {
                continue; // memset, no call of the socket API
            }
            seen += 1;
            let sections = [
                "# C prototype",
                "# What the wrapper adds",
                "# Errors",
                "# Example",
                "# References",
            ];
            for section in sections {
                assert!(doc.contains(section), "{name}: {function} has no {section}");
            }
            let errors = doc.split("# Errors").nth(1).unwrap().split("/// # ").next().unwrap();
            let answers_with_errno = text[at..].split('{').next().unwrap().contains("Result<");
            assert!(
                !answers_with_errno || errors.contains("| --- |") || errors.contains("|---|"),
                "{name}: {function} has no table"
            );
            assert!(
                doc.contains(&format!("`{function}(")) || function == "strerror",
                "{name}: {function} does not open with its C call"
            );
            assert!(doc.contains("man7.org"), "{name}: {function} names no man page");
        }
    }
    assert!(seen >= 41, "only {seen} functions found");
}

#[test]
fn every_call_of_the_issue_has_its_file() {
    let calls = "socket bind listen accept connect send recv sendto recvfrom shutdown close getsockname \
                 getpeername setsockopt getsockopt socketpair poll addr errno \
                 select epoll_create1 epoll_ctl epoll_wait fork waitpid fcntl signal sigaction accept4 \
                 getrlimit setrlimit";
    for call in calls.split_whitespace() {
        assert!(root().join(format!("src/calls/{call}.rs")).is_file(), "{call}");
    }
}

/// The documents name tests in backquotes, and only such words have three underscores or more.
#[test]
fn every_test_that_a_document_names_exists() {
    let tests: String = files("tests", ".rs").into_iter().map(|(_, text)| text).collect();
    let mut seen = 0;
    for (name, text) in files("docs", ".md") {
        for word in text.split('`').skip(1).step_by(2) {
            let is_name = word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            if is_name && word.matches('_').count() >= 3 {
                assert!(tests.contains(&format!("fn {word}()")), "{name} names {word}");
                seen += 1;
            }
        }
    }
    assert!(seen > 0, "no document names a test");
}

#[test]
fn every_program_has_its_twin() {
    for (name, text) in files("src/bin", ".rs") {
        let stem = name.trim_start_matches("src/bin/").trim_end_matches(".rs");
        let twin = root().join(format!("c-reference/{stem}.c"));
        let c = fs::read_to_string(&twin).unwrap_or_else(|_| panic!("{name} has no twin"));
        assert!(
            text.contains(&format!("Twin: `c-reference/{stem}.c`")),
            "{name} does not name its twin"
        );
        assert!(
            c.contains(&format!("Twin: ../src/bin/{stem}.rs")),
            "{stem}.c does not name its twin"
        );
    }
}
