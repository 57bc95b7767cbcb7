//! The documents show what the programs do today. `make docs` (UPDATE_DOCS=1) writes it into them.
//!
//! Three kinds of blocks are looked after: `console` blocks hold one `$ sockstep …` command and its output, `strace`
//! blocks the calls of a program of the welcome pair, `c` and `rust` blocks lines of the programs' sources, `diff` blocks what
//! is another in a part of two of these.
#![cfg(feature = "stepper")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::watched::{self, cannot_watch};
use common::{Language, Server, calls, free_port, input, run, skip};
use serde_json::Value;
use tempfile::NamedTempFile;

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![root.join("README.md")];
    for folder in ["docs", "docs/labs"] {
        for entry in fs::read_dir(root.join(folder)).expect(folder).flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "md") {
                found.push(entry.path());
            }
        }
    }
    found
}

/// A fenced block: what stands behind the opening fence, and the lines within.
struct Block<'a> {
    kind: &'a str,
    body: &'a str,
}

/// Rewrites the body of each block of a document.
fn rewrite(text: &str, mut body_of: impl FnMut(&Block) -> String) -> String {
    let mut written = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("\n```") {
        let (kind, behind) = behind.split_once('\n').expect("an opening fence's line ends");
        let (body, behind) = match behind.strip_prefix("```") {
            Some(behind) => ("", behind),
            None => behind.split_once("\n```").expect("a closing fence"),
        };
        let body = if body.is_empty() { String::new() } else { format!("{body}\n") };
        let new = body_of(&Block { kind, body: &body });
        written.push_str(&format!("{before}\n```{kind}\n{new}```"));
        rest = behind;
    }
    written + rest
}

/// Holds every block of one kind in all documents against what it should be, or writes that into them.
fn check(kind: &str, body_of: impl Fn(&Block) -> String) {
    let mut checked = 0;
    for path in documents() {
        let text = fs::read_to_string(&path).expect("a document");
        let now = rewrite(&text, |block| {
            if block.kind.split(' ').next() != Some(kind) {
                return block.body.into();
            }
            checked += 1;
            body_of(block)
        });
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, now).expect("a document");
        } else {
            assert!(
                text == now,
                "{} has drifted (make docs renews it)\n{}",
                path.display(),
                first_drift(&text, &now)
            );
        }
    }
    assert!(checked > 0, "no document has a {kind} block");
}

fn first_drift(old: &str, new: &str) -> String {
    let (at, (old, new)) = old
        .lines()
        .zip(new.lines())
        .enumerate()
        .find(|(_, (old, new))| old != new)
        .unwrap_or((0, ("(lines are missing at the end)", "")));
    format!("line {}\n  document: {old}\n  now:      {new}", at + 1)
}

#[test]
fn the_output_shown_is_the_output() {
    check("console", |block| {
        let line = block.body.lines().next().expect("a command");
        let words = line.strip_prefix("$ ").expect("$ …");
        assert!(words.starts_with("sockstep "), "{line}");
        if WATCHING.iter().any(|verb| words.contains(verb)) {
            if let Some(reason) = cannot_watch() {
                skip(&reason);
                return block.body.into();
            }
            return again(block.body, || format!("{line}\n{}\n", watched::now(words).trim_end()));
        }
        let port = free_port().to_string();
        let on_port = words.starts_with("sockstep demo") && !words.contains("c-original");
        // 9001 may be taken where this test runs.
        let command = if on_port { format!("{words} --port {port}") } else { words.into() };
        let printed = watched::shell(&command);
        let printed = if on_port { printed.replace(&port, "9001") } else { printed };
        format!("{line}\n{}\n", printed.trim_end())
    });
}

/// What is shown, once it is what stands there; else what it is in the end. A timer of TCP's that is early or late once,
/// while the machine has much else to do, sends a packet more.
fn again(stands: &str, mut now: impl FnMut() -> String) -> String {
    const TRIES: usize = 20;
    let mut shown = String::new();
    for _ in 0..TRIES {
        shown = now();
        if watched::essence(&shown) == watched::essence(stands) {
            return stands.into();
        }
    }
    shown
}

/// The verbs that watch programs.
const WATCHING: [&str; 6] = [
    "sockstep step",
    "sockstep record",
    "sockstep show",
    "sockstep diff",
    "sockstep lab",
    "sockstep compare errno",
];

/// What the labs say of themselves.
fn labs() -> Vec<Value> {
    match serde_json::from_str(&watched::shell("sockstep lab --json")) {
        Ok(Value::Array(labs)) => labs,
        other => panic!("{other:?}"),
    }
}

fn word<'a>(lab: &'a Value, name: &str) -> &'a str {
    lab[name].as_str().unwrap_or_else(|| panic!("{name} of {lab}"))
}

/// With its first letter as at a sentence's start, unless it is a name of C's.
fn capital(title: &str) -> String {
    let first = title.split(' ').next().unwrap_or_default();
    let name = ["listen", "getaddrinfo"].contains(&first);
    match title.chars().next().filter(|_| !name) {
        Some(letter) => letter.to_uppercase().chain(title.chars().skip(1)).collect(),
        None => title.into(),
    }
}

/// A lab's page, but for what the lab prints.
fn page(lab: &Value) -> String {
    let (name, title) = (word(lab, "name"), word(lab, "title"));
    let mut page = format!("# {name}\n\n*{}.*\n\n{}\n\n", capital(title), word(lab, "question"));
    for (at, answer) in lab["answers"].as_array().expect("answers").iter().enumerate() {
        page.push_str(&format!("{}. {}\n", at + 1, answer.as_str().expect("text")));
    }
    page.push_str(&format!(
        "\nDecide, then read on; `sockstep lab {name} --predict` asks and keeps the score. The experiment is \
         [`src/labs/{name}.rs`](../../src/labs/{name}.rs).\n\n```console\n$ sockstep lab {name}\n"
    ));
    page
}

#[test]
fn every_lab_has_its_page_and_its_row() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    let labs = labs();
    let mut rows = String::from("| lab | about | claims |\n|---|---|---|\n");
    for lab in &labs {
        let file = root.join(format!("docs/labs/{}.md", word(lab, "name")));
        let now = page(lab);
        let stands = fs::read_to_string(&file).unwrap_or_default();
        if update && !stands.starts_with(&now) {
            fs::write(&file, format!("{now}```\n")).expect("a page");
        }
        assert!(update || stands.starts_with(&now), "{} has drifted (make docs)", file.display());
        let numbers = lab["claims"].as_array().expect("claims").iter();
        let numbers: Vec<_> = numbers.map(|claim| claim["number"].to_string()).collect();
        let (name, title) = (word(lab, "name"), word(lab, "title"));
        let (numbers, title) = (numbers.join(", "), title.replace('|', "\\|"));
        rows.push_str(&format!("| [{name}](labs/{name}.md) | {title} | {numbers} |\n"));
    }
    let file = root.join("docs/labs.md");
    let text = fs::read_to_string(&file).expect("docs/labs.md");
    let (before, rest) = text.split_once("<!-- labs -->\n").expect("where the list begins");
    let (_, behind) = rest.split_once("<!-- end of the labs -->").expect("where the list ends");
    let now = format!("{before}<!-- labs -->\n{rows}<!-- end of the labs -->{behind}");
    if update {
        fs::write(&file, now).expect("docs/labs.md");
    } else {
        assert!(text == now, "docs/labs.md has drifted (make docs)\n{}", first_drift(&text, &now));
        let pages = fs::read_dir(root.join("docs/labs")).expect("pages").count();
        assert_eq!(pages, labs.len(), "docs/labs has pages of no lab");
    }
}

#[test]
fn the_calls_shown_are_the_calls() {
    if let Some(reason) = calls::cannot_trace() {
        return skip(&reason);
    }
    let [server_log, client_log] = [(); 2].map(|()| NamedTempFile::new().expect("file"));
    let mut server =
        Server::start_with(&mut calls::traced("welcome_server", Language::Rust, &server_log));
    let mut client = calls::traced("welcome_client", Language::Rust, &client_log);
    let outcome = run(client.args(["127.0.0.1", &server.port.to_string()]), input(b""));
    assert!(outcome.status.success(), "{outcome:?}");
    server.running.blocks_in(server.idle_in());
    server.running.signal("TERM");
    let port = server.port;
    server.running.finish();

    check("strace", |block| {
        let log = if block.kind.ends_with("server") { &server_log } else { &client_log };
        let readable = |call: String| call.replace("(SERVER)", "(9001)").replace("EPHEMERAL", "…");
        let mut lines: Vec<String> = calls::calls(log, port).into_iter().map(readable).collect();
        // The end: the call that the server was killed in, the signal, the exit.
        lines.truncate(
            lines
                .iter()
                .rposition(|line| line.contains(") = ") && !line.contains("= ?"))
                .map_or(0, |at| at + 1),
        );
        if block.kind.ends_with("server") {
            lines.push(
                "accept(3, …                                  (waits for the next client)".into(),
            );
        }
        lines.join("\n") + "\n"
    });
}

#[test]
fn the_lines_of_source_shown_are_in_the_sources() {
    let sources = |folder: &str, extension: &str| -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let files = fs::read_dir(folder).expect("sources").flatten().map(|entry| entry.path());
        let files = files.filter(|path| path.extension().is_some_and(|found| found == extension));
        files.map(|path| fs::read_to_string(path).expect("a source")).collect()
    };
    for (kind, text) in [("c", sources("c-reference", "c")), ("rust", sources("src/bin", "rs"))] {
        check(kind, |block| {
            assert!(text.contains(block.body), "not in the sources:\n{}", block.body);
            block.body.into()
        });
    }
}

/// A part of a Rust program: a function, or `loop`, the loop in `main`, or `wait`, that loop up to where it is known who is ready.
fn part(stem: &str, name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/bin/{stem}.rs"));
    let text = fs::read_to_string(path).expect("a source");
    let begins = |line: &&str| match name {
        "loop" => line.starts_with("    loop {") || line.starts_with("    while "),
        "wait" => line.starts_with("    while "),
        name => line.starts_with(&format!("fn {name}(")),
    };
    let ends = |line: &&str| *line == "}" || name == "wait" && line.starts_with("        clients.");
    let main = text.split("fn main() {").nth(1).expect("main");
    let lines = if ["loop", "wait"].contains(&name) { main.lines() } else { text.lines() };
    let lines: Vec<_> = lines.skip_while(|line| !begins(line)).collect();
    let end = lines.iter().position(ends).expect("the part's end");
    lines[..end].iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_differences_shown_are_the_differences() {
    if !common::has("diff") {
        return skip("diff is not installed");
    }
    check("diff", |block| {
        let words: Vec<_> = block.kind.split(' ').collect();
        let [_, before, after, name] = words[..] else {
            panic!("diff BEFORE AFTER PART: {words:?}")
        };
        let files = [before, after].map(|stem| {
            let file = NamedTempFile::new().expect("file");
            fs::write(&file, part(stem, name)).expect("file");
            file
        });
        let mut diff = Command::new("diff");
        let outcome = run(diff.arg("-U0").args(files.iter().map(NamedTempFile::path)), input(b""));
        let hunks = String::from_utf8(outcome.stdout).expect("UTF-8");
        let lines =
            hunks.lines().skip(3).map(|line| if line.starts_with("@@") { " …" } else { line });
        lines.map(|line| format!("{line}\n")).collect()
    });
}
