//! `sockstep lab`: every claim of the notes, its verdict found again and again, the predictions, what is kept.
#![cfg(feature = "stepper")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use common::watched::cannot_watch;
use common::{Outcome, input, run, skip};
use serde_json::Value;
use tempfile::TempDir;

/// The claims of the notes, and that on the original client, which sends more than it has.
const CLAIMS: std::ops::RangeInclusive<u64> = 1..=41;

struct Student {
    home: TempDir,
}

impl Student {
    fn new() -> Student {
        Student { home: tempfile::tempdir().expect("a folder") }
    }

    fn lab(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sockstep"));
        command.arg("lab").args(args).env("XDG_STATE_HOME", self.home.path());
        command.env("XDG_CACHE_HOME", common::scratch("cache"));
        command
    }

    fn runs(&self, args: &[&str]) -> Outcome {
        run(&mut self.lab(args), Stdio::null())
    }

    fn json(&self, args: &[&str]) -> Value {
        let outcome = self.runs(args);
        assert!(outcome.status.success(), "{args:?}: {outcome:?}");
        serde_json::from_slice(&outcome.stdout).expect("JSON")
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// The names of the labs.
fn names() -> Vec<String> {
    let labs = Student::new().json(&["--json"]);
    let labs = labs.as_array().expect("a list").iter();
    labs.map(|lab| lab["name"].as_str().expect("a name").to_owned()).collect()
}

/// The verdicts of a lab as it prints them: claim, verdict, what is known.
fn verdicts(lab: &Value) -> Vec<(u64, String, String)> {
    let word = |judged: &Value, name: &str| judged[name].as_str().expect(name).to_owned();
    let judged = lab["finding"]["verdicts"].as_array().expect("verdicts").iter();
    judged
        .map(|judged| {
            (
                judged["number"].as_u64().expect("number"),
                word(judged, "verdict"),
                word(judged, "known"),
            )
        })
        .collect()
}

/// Two programs that do nothing but keep both cores busy.
struct Load([Child; 2]);

impl Load {
    fn begin() -> Load {
        let busy = |_| Command::new("sh").args(["-c", "while :; do :; done"]).spawn();
        Load([0, 1].map(|at| busy(at).expect("sh")))
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// LABS_TIMES=50 cargo test --test labs: each lab so often.
fn times() -> usize {
    std::env::var("LABS_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(2)
}

#[test]
fn every_verdict_is_the_same_again_under_load() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let student = Student::new();
    let _load = Load::begin();
    let mut claims = BTreeSet::new();
    for name in names() {
        for time in 0..times() {
            for (claim, verdict, known) in verdicts(&student.json(&[&name, "--json"])) {
                assert_eq!(verdict, known, "{name}: claim {claim}, run {time}");
                claims.insert(claim);
            }
        }
    }
    assert_eq!(claims, CLAIMS.collect(), "some claims have no lab");
}

#[test]
fn a_lab_is_told_from_claim_to_verdict() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let outcome = Student::new().runs(&["byte_order"]);
    assert!(outcome.status.success(), "{outcome:?}");
    let told = text(&outcome.stdout);
    let mut rest = told.as_str();
    for part in [
        "byte_order: ",
        "The notes say\n  38  Ports need htons.",
        "What happens\n",
        "── Bind to port 9001 with htons",
        "bind(3, {127.0.0.1:9001}, 16)",
        "── The same without htons ",
        "htons(10531)",
        "What was seen\n",
        "with 9001 alone, at port 10531",
        "Verdict\n  38  true. ",
        "Source: ",
    ] {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part:?} does not follow in\n{told}"));
        rest = &rest[at + part.len()..];
    }
    assert!(told.lines().all(|line| line.chars().count() <= 100), "{told}");
}

#[test]
fn a_prediction_is_asked_for_and_the_score_is_kept() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let student = Student::new();
    let predict =
        |answer: &[u8]| run(&mut student.lab(&["byte_order", "--predict"]), input(answer));

    let wrong = predict(b"1\n");
    assert!(wrong.status.success(), "{wrong:?}");
    let told = text(&wrong.stdout);
    assert!(told.contains("Your prediction was: 9001. What was seen: 10531."), "{told}");
    assert!(told.contains("0 of 1 predictions right"), "{told}");

    // Nonsense is asked again.
    let right = text(&predict(b"many\n0\n2\n").stdout);
    assert_eq!(right.matches("A number from 1 to 4.").count(), 2, "{right}");
    assert!(right.contains("Your prediction was right: 10531. 1 of 2"), "{right}");

    let none = predict(b"");
    assert_eq!(none.status.code(), Some(2), "{none:?}");

    let list = text(&student.runs(&[]).stdout);
    assert!(list.contains("✓ byte_order "), "{list}");
    assert!(list.contains("  udp_order "), "{list}");
    assert!(list.contains("1 of 2 predictions were right."), "{list}");
}

#[test]
fn what_is_asked_wrongly_is_said_so() {
    let student = Student::new();
    for (args, words) in [
        (&["no_such"][..], "there is no lab no_such; there are: "),
        (&["backlogs"], "there is no lab backlogs (near it: backlog); there are: "),
        (&["--output", "x"], "required"),
        (&["byte_order", "--all"], "cannot be used"),
        (&["byte_order", "--predict", "--json"], "cannot be used"),
    ] {
        let outcome = student.runs(args);
        assert_eq!(outcome.status.code(), Some(2), "{args:?}: {outcome:?}");
        assert!(text(&outcome.stderr).contains(words), "{args:?}: {outcome:?}");
    }
}

#[test]
fn a_broken_file_of_the_students_is_said_and_kept() {
    let student = Student::new();
    let folder = student.home.path().join("sockstep");
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("labs.json"), "nonsense").expect("a file");
    let outcome = student.runs(&[]);
    assert!(outcome.status.success(), "{outcome:?}");
    assert!(text(&outcome.stderr).contains("labs.json"), "{outcome:?}");
    assert_eq!(fs::read(folder.join("labs.json")).expect("still there"), b"nonsense");
}

#[test]
fn what_was_seen_can_be_kept_and_shown() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let student = Student::new();
    let file = student.home.path().join("run.jsonl");
    // In the second a call on the wire itself fails: nothing came for a while.
    for (lab, there) in [("udp_order", "10.0.0.2:12000"), ("handshake", "10.0.0.2:9001")] {
        let kept = student.runs(&[lab, "-o", &file.to_string_lossy()]);
        assert!(kept.status.success(), "{kept:?}");
        let mut show = Command::new(env!("CARGO_BIN_EXE_sockstep"));
        let shown = run(show.arg("show").arg(&file), Stdio::null());
        let ladder = text(&shown.stdout);
        assert!(shown.status.success() && ladder.contains(there), "{shown:?}");
        assert!(
            !ladder.contains("AF_PACKET"),
            "the wire's own calls are not the experiment's\n{ladder}"
        );
    }
}

#[test]
fn nothing_is_left_behind() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let student = Student::new();
    let before = in_tmp();
    // What the experiments leave would carry the student's folder in its environment.
    for name in names() {
        let outcome = student.runs(&[&name]);
        assert!(outcome.status.success(), "{name}: {outcome:?}");
    }
    let mark = student.home.path().to_string_lossy().into_owned();
    let left: Vec<_> = fs::read_dir("/proc")
        .expect("/proc")
        .flatten()
        .filter(|entry| fs::read(entry.path().join("environ")).is_ok_and(|e| has(&e, &mark)))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    let new: Vec<_> = in_tmp().difference(&before).cloned().collect();
    assert!(new.iter().all(|name| !name.contains("sockstep")), "{new:?}");
    let kept: Vec<_> = fs::read_dir(student.home.path().join("sockstep")).expect("kept").collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
}

fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn in_tmp() -> BTreeSet<String> {
    let tmp = std::env::temp_dir();
    let entries = fs::read_dir(Path::new(&tmp)).expect("the folder of temporary files");
    entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn an_interrupted_lab_leaves_no_process() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let student = Student::new();
    // A question is open, then a lab runs: Ctrl-C ends both.
    let mut command = student.lab(&["--all"]);
    let running = common::start(&mut command, Stdio::null());
    let pid = running.pid();
    common::until("the first experiment", || (!children(pid).is_empty()).then_some(()));
    running.signal("INT");
    let outcome = running.finish();
    assert!(!outcome.status.success(), "{outcome:?}");
    assert!(children(pid).is_empty());
    let _ = std::io::stderr().flush();
}

/// The processes that this one has started.
fn children(pid: u32) -> Vec<u32> {
    let file = format!("/proc/{pid}/task/{pid}/children");
    let text = fs::read_to_string(file).unwrap_or_default();
    text.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}
