//! `sockstep page`: the command line, what a page may hold and how large it may be; and the pages
//! of `docs/pages`.
#![cfg(feature = "stepper")]

mod common;
#[path = "pages/documented.rs"]
mod documented;

use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;
use std::process::{Command, Stdio};

use common::watched::cannot_watch;
use common::{input, run, skip};
use serde_json::Value;
use sockstep::trace::{self, Trace, What, Writer};
use tempfile::TempDir;

const ORIGINAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/pages/welcome-original.jsonl");
const CORRECTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/pages/welcome-c.jsonl");

/// What `sockstep page` did: its exit status, standard output, standard error.
fn page(folder: &TempDir, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockstep"));
    command.arg("page").args(args).current_dir(folder.path());
    let outcome = run(&mut command, Stdio::null());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (outcome.status.code(), text(&outcome.stdout), text(&outcome.stderr))
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(ORIGINAL, folder.path().join("run.jsonl")).expect("a trace");
    folder
}

fn read(path: impl AsRef<Path>) -> Trace {
    trace::read(BufReader::new(File::open(path).expect("a trace"))).expect("a trace").0
}

fn write(trace: &Trace, path: impl AsRef<Path>) {
    let mut writer =
        Writer::new(File::create(path).expect("a file"), &trace.header).expect("a file");
    trace.events.iter().for_each(|event| writer.event(event).expect("a file"));
    writer.finish().expect("a file");
}

/// The JSON within a page.
fn data(html: &str) -> Value {
    let (_, behind) = html.split_once("id=\"data\">").expect("where the data begins");
    let json = behind.split_once("</script>").expect("where it ends").0;
    serde_json::from_str(json).expect("JSON")
}

#[test]
fn a_page_is_named_after_its_run() {
    let folder = folder();
    let (status, said, _) = page(&folder, &["run.jsonl"]);
    assert_eq!(status, Some(0));
    let size = fs::metadata(folder.path().join("run.html")).expect("run.html").len();
    let expected =
        format!("35 steps: run.html ({} KB); open it in any browser\n", size.div_ceil(1000));
    assert_eq!(said, expected);
    let html = fs::read_to_string(folder.path().join("run.html")).expect("UTF-8");
    let title = "<title>welcome_server_original and welcome_client_original · sockstep</title>";
    assert!(html.contains(title));
    for loads in ["src=", "href=\"http", "url(", "@import", "import("] {
        assert!(
            !html.split("id=\"data\"").next().is_some_and(|head| head.contains(loads)),
            "{loads}"
        );
    }
}

#[test]
fn a_page_goes_to_standard_output_where_that_is_asked_for() {
    let folder = folder();
    let (status, said, _) = page(&folder, &["run.jsonl", "-o", "-"]);
    assert_eq!(status, Some(0));
    assert!(said.starts_with("<!doctype html>") && said.trim_end().ends_with("</html>"));
    let mut piped = Command::new("sh");
    let sockstep = env!("CARGO_BIN_EXE_sockstep");
    piped.args(["-c", "{ \"$0\" page - -o -; echo \"status $?\" >&2; } | head -c 20", sockstep]);
    let outcome = run(&mut piped, input(&fs::read(ORIGINAL).expect("a trace")));
    assert_eq!(String::from_utf8_lossy(&outcome.stderr), "status 0\n");
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = folder();
    fs::hard_link(folder.path().join("run.jsonl"), folder.path().join("same.html")).expect("link");
    fs::write(folder.path().join("empty.jsonl"), "").expect("a file");
    fs::write(folder.path().join("other.jsonl"), "hello\n").expect("a file");
    let table: [(&[&str], i32, &str); 12] = [
        (&["-"], 2, "from standard input the page needs a name: -o FILE.html"),
        (&["run.jsonl", "-o", "run.jsonl"], 2, "written over run.jsonl"),
        (&["run.jsonl", "-o", "./same.html"], 2, "written over run.jsonl"),
        (&["run.jsonl", "run.jsonl"], 2, "--compare"),
        (&["--compare", "run.jsonl", "-o", "x.html"], 2, "--compare takes two recordings"),
        (&["--compare", "run.jsonl", "run.jsonl"], 2, "--output"),
        (&["run.jsonl", "--steps", "9-3"], 2, "the smaller one first"),
        (&["run.jsonl", "--steps", "40-50"], 2, "no steps 40-50: the run has steps 1-35"),
        (&["none.jsonl"], 1, "none.jsonl: ENOENT: No such file or directory"),
        (&["empty.jsonl"], 1, "empty.jsonl: "),
        (&["other.jsonl"], 1, "other.jsonl: "),
        (
            &["run.jsonl", "-o", "no/such/folder.html"],
            1,
            "no/such/folder.html: ENOENT: No such file",
        ),
    ];
    for (args, status, words) in table {
        let (code, said, complaint) = page(&folder, args);
        assert_eq!((code, said.as_str()), (Some(status), ""), "{args:?}: {complaint}");
        assert!(complaint.contains(words), "{args:?}: {complaint}");
    }
    let stands = fs::read(folder.path().join("run.jsonl")).expect("the recording");
    assert_eq!(stands, fs::read(ORIGINAL).expect("the recording"), "it is as it was");
}

#[test]
fn a_recording_that_is_cut_off_makes_a_page_up_to_there() {
    let folder = folder();
    let whole = fs::read(ORIGINAL).expect("a trace");
    fs::write(folder.path().join("cut.jsonl"), &whole[..whole.len() / 2]).expect("a file");
    let (status, said, complaint) = page(&folder, &["cut.jsonl"]);
    assert_eq!(status, Some(0));
    assert!(said.contains(" steps: cut.html"), "{said}");
    assert!(complaint.starts_with("sockstep: cut.jsonl: "), "{complaint}");
}

#[test]
fn a_part_is_a_page() {
    let folder = folder();
    let (status, said, _) = page(&folder, &["run.jsonl", "--steps", "5-14", "-o", "part.html"]);
    assert_eq!(status, Some(0));
    assert!(said.starts_with("10 steps: part.html"), "{said}");
    let html = fs::read_to_string(folder.path().join("part.html")).expect("a page");
    assert_eq!(data(&html)["runs"][0]["skipped"], 4);
}

/// The original C pair beside the corrected one: what the reader is to see at a glance.
#[test]
fn the_original_stands_beside_the_corrected_pair() {
    let folder = folder();
    let args = ["--compare", ORIGINAL, CORRECTED, "-o", "both.html"];
    let (status, said, _) = page(&folder, &args);
    assert_eq!(status, Some(0));
    assert!(said.starts_with("8 rows differ: both.html"), "{said}");
    let html = fs::read_to_string(folder.path().join("both.html")).expect("a page");
    let data = data(&html);
    assert_eq!(data["title"], "welcome-original beside welcome-c · sockstep");
    let glance = |side: usize| -> Vec<String> {
        let lines = data["runs"][side]["glance"].as_array().expect("lines").iter();
        let word = |value: &Value| value.as_str().expect("a word").to_owned();
        lines.map(|line| format!("{}: {}", word(&line[0]), word(&line[1]))).collect()
    };
    let original = [
        "server sent: 28 bytes",
        "client sent: 257 bytes",
        "unread when server closed: 1 byte",
        "connections ended with: RST from server",
    ];
    let corrected = [
        "server sent: 28 bytes",
        "client sent: 23 bytes",
        "connections ended with: FIN from server, FIN from client",
    ];
    assert_eq!(glance(0), original);
    assert_eq!(glance(1), corrected);
    let differs: Vec<String> =
        data["pairs"].as_array().expect("rows").iter().filter_map(differs).collect();
    let expected = [
        "only in the second",
        "flags",
        "buf len flags",
        "length data",
        "=",
        "= buf",
        "flags",
        "only in the second",
    ];
    assert_eq!(differs, expected);
}

/// What a row says that differs.
fn differs(pair: &Value) -> Option<String> {
    let moments = [&pair["moments"][0], &pair["moments"][1]];
    let parts = pair["parts"].as_array();
    let names = parts.map(|parts| parts.iter().map(|part| part[0].as_str().unwrap_or_default()));
    match (pair["alone"] == true, moments[0].is_null()) {
        (true, true) => Some("only in the second".into()),
        (true, false) => Some("only in the first".into()),
        _ => names.map(|names| names.collect::<Vec<_>>().join(" ")),
    }
}

/// A trace may come from anybody, and a page goes to anybody.
#[test]
fn no_file_that_a_trace_names_is_read() {
    let folder = folder();
    let secret = folder.path().join("secret.c");
    fs::write(&secret, "a\nb\nc\ntop secret\ne\nf\ng\n".repeat(9)).expect("a file");
    let mut trace = read(folder.path().join("run.jsonl"));
    for event in &mut trace.events {
        let What::Stack(stack) = &mut event.what else { continue };
        for frame in stack.frames.iter_mut().filter(|frame| frame.line.is_some()) {
            (frame.file, frame.line) = (Some(secret.display().to_string()), Some(3));
        }
    }
    write(&trace, folder.path().join("run.jsonl"));
    assert_eq!(page(&folder, &["run.jsonl"]).0, Some(0));
    let html = fs::read_to_string(folder.path().join("run.html")).expect("a page");
    assert!(!html.contains("top secret"));
}

#[test]
fn a_run_of_a_thousand_events_stays_below_a_megabyte() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let folder = folder();
    let program = folder.path().join("pingpong");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/pingpong.c");
    let mut cc = Command::new("cc");
    cc.args(["-g", "-o"]).arg(&program).arg(source);
    assert!(run(&mut cc, Stdio::null()).status.success());
    let mut record = Command::new(env!("CARGO_BIN_EXE_sockstep"));
    record.args(["record", "-o", "long.jsonl", "--"]).arg(&program).arg("130");
    let outcome = run(record.current_dir(folder.path()), Stdio::null());
    assert!(outcome.status.success(), "{outcome:?}");
    let events = read(folder.path().join("long.jsonl")).events.len();
    assert!(events >= 1000, "{events} events");
    assert_eq!(page(&folder, &["long.jsonl"]).0, Some(0));
    let size = fs::metadata(folder.path().join("long.html")).expect("a page").len();
    assert!(size < 1_000_000, "{events} events make {size} bytes");
}

/// Nothing of a page is kept twice, and so it grows slower than its run.
#[test]
fn a_run_that_goes_round_and_round_stays_small() {
    let folder = folder();
    let once = read(ORIGINAL);
    let mut trace = once.clone();
    for round in 1..30_u64 {
        for event in &once.events {
            let mut event = event.clone();
            let number = round * 1000;
            match &mut event.what {
                What::Started(_) | What::Stack(_) | What::Ended { .. } => continue,
                What::Entered(entered) => entered.call += number,
                What::Returned(returned) => returned.call += number,
                What::Blocked { call } => *call += number,
                _ => (),
            }
            trace.events.push(event);
        }
    }
    write(&trace, folder.path().join("round.jsonl"));
    assert!(trace.events.len() > 1000);
    assert_eq!(page(&folder, &["round.jsonl"]).0, Some(0));
    let size = |name: &str| fs::metadata(folder.path().join(name)).expect("a file").len();
    assert!(size("round.html") < 1_000_000, "{}", size("round.html"));
    let html = fs::read_to_string(folder.path().join("round.html")).expect("a page");
    let told = data(&html)["runs"][0]["told"].as_array().expect("told").len();
    assert!(told < 200, "{told}");
}
