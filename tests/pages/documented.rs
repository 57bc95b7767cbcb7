//! The pages of `docs/pages`, and the traces that they are made of. `make docs` (UPDATE_DOCS=1)
//! renews them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::common::watched::{cannot_watch, shell};
use super::common::{scratch, skip};
use super::{read, write};
use sockstep::trace::{self, Trace, What};

/// A run and the command that records it.
const RUNS: [(&str, &str); 6] = [
    ("welcome-original", "record welcome --server c-original --client c-original --in-turns"),
    ("welcome-c", "record welcome --server c --client c --in-turns"),
    ("welcome-rust", "record welcome --in-turns"),
    ("lab-backlog", "lab backlog"),
    ("lab-time_wait", "lab time_wait"),
    ("lab-reset", "lab reset"),
];

/// A page and what it is made of.
const PAGES: [(&str, &str); 7] = [
    ("welcome-original", "welcome-original.jsonl"),
    ("welcome-c", "welcome-c.jsonl"),
    ("welcome-rust", "welcome-rust.jsonl"),
    ("welcome-compare", "--compare welcome-original.jsonl welcome-c.jsonl"),
    ("lab-backlog", "lab-backlog.jsonl"),
    ("lab-time_wait", "lab-time_wait.jsonl"),
    ("lab-reset", "lab-reset.jsonl"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn documented(name: &str) -> PathBuf {
    root().join("docs/pages").join(name)
}

fn is_update() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some()
}

#[test]
fn a_run_recorded_now_is_the_one_documented() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    for (name, command) in RUNS {
        let stands = documented(&format!("{name}.jsonl"));
        let old = stands.exists().then(|| read(&stands));
        if let Some((now, differs)) = again(name, command, old.as_ref()) {
            assert!(is_update(), "{name}.jsonl has drifted (make docs renews it)\n{differs}");
            write(&now, &stands);
        }
    }
}

/// Records until the run is the one that stands there: none; else the last one, and what differs. A
/// timer of TCP's that is early or late once, while the machine has much else to do, sends a packet
/// more.
fn again(name: &str, command: &str, stands: Option<&Trace>) -> Option<(Trace, String)> {
    const TRIES: usize = 10;
    let file = scratch(&format!("{name}.jsonl"));
    let mut found = None;
    for _ in 0..TRIES {
        let said = shell(&format!("sockstep {command} -o {}", file.display()));
        assert!(file.exists(), "{command}: {said}");
        let now = anywhere(read(&file));
        let Some(stands) = stands else { return Some((now, "it is new".into())) };
        let diff = trace::diff(stands, &now);
        let stale = is_update().then(|| stale(stands)).flatten();
        if diff.is_same() && stale.is_none() {
            return None;
        }
        let differs = sockstep::show::diff(&diff, ("documented", "now"));
        found = Some((now, stale.unwrap_or(differs)));
    }
    found
}

/// The run without what is of this machine alone: its folders, the suffix of its kernel.
fn anywhere(mut trace: Trace) -> Trace {
    let kernel = &mut trace.header.kernel;
    let version = kernel.find('-').unwrap_or(kernel.len());
    kernel.truncate(version);
    for event in &mut trace.events {
        match &mut event.what {
            What::Started(started) => {
                if let Some(path) = started.command.first_mut() {
                    *path = program(path);
                }
            }
            What::Stack(stack) => {
                for file in stack.frames.iter_mut().filter_map(|frame| frame.file.as_mut()) {
                    *file = source(file);
                }
            }
            _ => (),
        }
    }
    trace
}

/// A program as a user of the project types it.
fn program(path: &str) -> String {
    let built = Path::new(env!("CARGO_BIN_EXE_sockstep")).parent().expect("its folder");
    let path = Path::new(path);
    let name = path.file_name().expect("a name").to_string_lossy();
    let rust = path.parent() == Some(built);
    format!("target/{}/{name}", if rust { "release" } else { "c-reference" })
}

/// A source below the project's root.
fn source(path: &str) -> String {
    let cached = path.split_once("/sockstep/c-").and_then(|(_, behind)| behind.split_once('/'));
    let below = || path.strip_prefix(root().to_str()?)?.strip_prefix('/').map(str::to_owned);
    let crates =
        || path.split_once("/registry/src/").map(|(_, behind)| format!("registry/{behind}"));
    let cached = cached.map(|(_, file)| format!("c-reference/{file}"));
    cached.or_else(below).or_else(crates).unwrap_or_else(|| path.into())
}

/// A line that was recorded and is no longer so in its source.
fn stale(trace: &Trace) -> Option<String> {
    let stacks = trace.events.iter().filter_map(|event| match &event.what {
        What::Stack(stack) => Some(stack),
        _ => None,
    });
    // Of the frames the one that is shown: what lies below it, as main's lines, moves with every
    // change.
    for frame in stacks.filter_map(|stack| stack.frames.get(stack.own?)) {
        let (Some(file), Some(recorded)) = (&frame.file, &frame.source) else { continue };
        let text = fs::read_to_string(root().join(file)).unwrap_or_default();
        let now = text.lines().skip(recorded.first as usize - 1).take(recorded.lines.len());
        if !now.eq(recorded.lines.iter().map(String::as_str)) {
            return Some(format!("{file} is another at line {}", recorded.first));
        }
    }
    None
}

#[test]
fn the_lines_in_the_documented_runs_are_in_the_sources() {
    if is_update() {
        return;
    }
    for (name, _) in RUNS {
        let stale = stale(&read(documented(&format!("{name}.jsonl"))));
        assert_eq!(stale, None, "{name}.jsonl has drifted (make docs renews it)");
    }
}

#[test]
fn every_page_is_made_of_its_trace() {
    let mut files: BTreeSet<String> = RUNS.map(|(name, _)| format!("{name}.jsonl")).into();
    for (name, of) in PAGES {
        let made = scratch(&format!("documented-{name}.html"));
        let said = shell(&format!("cd docs/pages && sockstep page {of} -o {}", made.display()));
        let now = fs::read_to_string(&made).unwrap_or_else(|error| panic!("{error}: {said}"));
        let stands = documented(&format!("{name}.html"));
        if is_update() {
            fs::write(&stands, &now).expect("a page");
        }
        let old = fs::read_to_string(&stands).unwrap_or_default();
        assert!(old == now, "{} has drifted (make docs renews it)", stands.display());
        assert!(now.len() < 1_000_000, "{name}: {} bytes", now.len());
        files.insert(format!("{name}.html"));
    }
    let there = fs::read_dir(documented("")).expect("docs/pages").flatten();
    let there = there.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let ours = |name: &String| [".html", ".jsonl"].iter().any(|ending| name.ends_with(ending));
    let there: BTreeSet<String> = there.filter(ours).collect();
    assert_eq!(there, files);
}

#[test]
fn the_documented_pages_are_small_and_name_no_machine() {
    let mut size = 0;
    for entry in fs::read_dir(documented("")).expect("docs/pages").flatten() {
        let text = fs::read_to_string(entry.path()).expect("UTF-8");
        size += text.len();
        for place in ["/home/", "/root", "/tmp/", "/.cargo", "/.cache", "/.rustup"] {
            assert!(!text.contains(place), "{place} in {:?}", entry.path());
        }
        let root = format!("{}/", root().display());
        assert!(!text.contains(&root), "{root} in {:?}", entry.path());
    }
    assert!(size < 3_000_000, "{size} bytes");
}
