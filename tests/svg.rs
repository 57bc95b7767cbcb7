//! `sockstep show --svg`: the ladder as a picture, and the one that the README shows. `make docs` (UPDATE_DOCS=1) renews
//! that.
#![cfg(feature = "stepper")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Outcome, input, run};

fn pages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pages")
}

fn show(words: &[&str], file: &Path, stdin: &[u8]) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockstep"));
    run(command.arg("show").args(words).arg(file), input(stdin))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_picture_of_the_readme_is_that_of_the_recorded_run() {
    let outcome = show(&["--svg"], &pages().join("welcome-c.jsonl"), b"");
    assert!(outcome.status.success(), "{outcome:?}");
    let (file, now) = (pages().join("welcome.svg"), text(&outcome.stdout));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, now).expect("the picture");
    } else {
        let stands = fs::read_to_string(&file).expect("docs/pages/welcome.svg");
        assert!(stands == now, "docs/pages/welcome.svg has drifted (make docs renews it)");
    }
}

#[test]
fn the_width_may_be_chosen() {
    let run = pages().join("welcome-c.jsonl");
    let cases = [("800", " width=\"800\""), ("1600", " width=\"1600\"")];
    for (width, expected) in cases {
        let outcome = show(&["--svg", "--width", width], &run, b"");
        assert!(text(&outcome.stdout).contains(expected), "{width}: {outcome:?}");
    }
    let narrow = show(&["--svg", "--width", "80"], &run, b"");
    assert_eq!(narrow.status.code(), Some(2), "{narrow:?}");
    assert!(text(&narrow.stderr).contains("800 pixels or more"), "{narrow:?}");
}

#[test]
fn a_run_of_very_many_rows_is_a_pages_business() {
    let run = fs::read_to_string(pages().join("welcome-c.jsonl")).expect("a run");
    let header = run.lines().next().expect("a header");
    let line =
        r#"{"at":1,"what":{"printed":{"who":{"program":0,"pid":1,"tid":1},"bytes":"6869"}}}"#;
    let of = |rows: usize| format!("{header}\n{}", format!("{line}\n").repeat(rows));
    let most = show(&["--svg"], Path::new("-"), of(2000).as_bytes());
    assert!(most.status.success(), "{}", text(&most.stderr));
    let outcome = show(&["--svg"], Path::new("-"), of(2001).as_bytes());
    assert!(!outcome.status.success() && outcome.stdout.is_empty());
    let said = text(&outcome.stderr);
    for part in ["2001 rows", "2000 at most", "sockstep page"] {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn what_a_program_prints_is_no_markup() {
    let run = fs::read_to_string(pages().join("welcome-c.jsonl")).expect("a run");
    let header = run.lines().next().expect("a header");
    let hex: String =
        b"<script>alert(1)</script>".iter().map(|byte| format!("{byte:02x}")).collect();
    let line = format!(
        r#"{{"at":1,"what":{{"printed":{{"who":{{"program":0,"pid":1,"tid":1}},"bytes":"{hex}"}}}}}}"#
    );
    let outcome = show(&["--svg"], Path::new("-"), format!("{header}\n{line}\n").as_bytes());
    let svg = text(&outcome.stdout);
    assert!(svg.contains("&lt;script&gt;alert(1)") && !svg.contains("<script"), "{svg}");
}
