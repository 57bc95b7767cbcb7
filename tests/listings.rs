//! The twin's line, on real runs: the listing of a call of the Rust program has the line at which
//! the C program made the same call, and the other way round.
#![cfg(feature = "stepper")]

mod common;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{Language, build_c, c_programs, program, run, skip, watched};
use sockstep::observe::{MayRead, listings};
use sockstep::trace::{Listing, Stack, Trace, read};
use tempfile::TempDir;

/// A pair, and how its two programs are run.
struct Case {
    pair: &'static str,
    server: &'static str,
    client: &'static str,
}

const CASES: [Case; 11] = [
    Case { pair: "welcome", server: "", client: "" },
    Case { pair: "upper_udp", server: "", client: "--line hello" },
    Case { pair: "upper_tcp", server: "", client: "--line hello" },
    Case { pair: "upper_tcp", server: " --keep-open", client: "--line hello" },
    Case { pair: "many_iterative", server: "", client: "" },
    Case { pair: "many_fork", server: "", client: "" },
    Case { pair: "many_threads", server: "", client: "" },
    Case { pair: "many_select", server: "", client: "" },
    Case { pair: "many_poll", server: "", client: "" },
    Case { pair: "many_epoll", server: "", client: "" },
    Case { pair: "many_epoll_edge", server: "", client: "" },
];

/// A call, and the stack that it was made from.
struct Made {
    program: u8,
    name: String,
    stack: Stack,
}

/// Records a run of two programs, each moving in its turn.
fn record(server: &str, client: &str, args: &str) -> Vec<Made> {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("run.jsonl");
    let mut record = Command::new(env!("CARGO_BIN_EXE_sockstep"));
    record.args(["record", "--in-turns", "--server", server, "--client", client, "-o"]).arg(&file);
    record.args(args.split_whitespace());
    let outcome = run(&mut record, Stdio::null());
    assert!(outcome.status.success(), "{record:?}: {outcome:?}");
    let (trace, cut) = read(BufReader::new(File::open(&file).expect("a file"))).expect("a trace");
    assert_eq!(cut, None);
    calls(&trace)
}

fn calls(trace: &Trace) -> Vec<Made> {
    let made = trace.calls().into_iter().map(|call| Made {
        program: call.entered.who.program,
        name: call.entered.name.clone().into_owned(),
        stack: call.stack.expect("a stack").clone(),
    });
    made.collect()
}

/// The file and the line.
fn place(listing: &Listing) -> (String, u32) {
    (listing.file.clone(), listing.line)
}

/// Both texts of a call of one run: its own line, and the line of the twin.
#[track_caller]
fn both(made: &Made, may_read: MayRead) -> [(String, u32); 2] {
    let found = listings(&made.stack, may_read);
    let found = found.unwrap_or_else(|| panic!("{}: no text: {:?}", made.name, made.stack));
    let twin = found.twin.as_ref();
    let twin = twin.unwrap_or_else(|| panic!("{}: no twin of {:?}", made.name, place(&found.own)));
    for listing in [&found.own, twin] {
        let line = &listing.lines[(listing.line - listing.first) as usize];
        assert!(line.contains('('), "{}: {line}", made.name);
    }
    [place(&found.own), place(twin)]
}

fn of(calls: &[Made], program: u8, but: &[&str]) -> Vec<usize> {
    let those = |at: &usize| calls[*at].program == program && !but.contains(&&*calls[*at].name);
    (0..calls.len()).filter(those).collect()
}

/// Two runs whose programs make the same calls, but for those that the original leaves out: each
/// call's twin line is the line that made it in the other run. Gives how many lines were seen.
#[track_caller]
fn same(c: &[Made], rust: &[Made], original: bool) -> usize {
    let left_out: &[&str] = if original { &["setsockopt"] } else { &[] };
    let mut lines = BTreeSet::new();
    for program in [0, 1] {
        let (ours, theirs) = (of(c, program, &[]), of(rust, program, left_out));
        let names = |calls: &[Made], which: &[usize]| {
            which.iter().map(|&at| calls[at].name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(c, &ours), names(rust, &theirs), "program {program}");
        for (at, other) in ours.iter().zip(&theirs) {
            for may_read in [MayRead::Disk, MayRead::Nothing] {
                let [c_line, rust_of_c] = both(&c[*at], may_read);
                let [rust_line, c_of_rust] = both(&rust[*other], may_read);
                assert_eq!(rust_of_c, rust_line, "{}: the twin of C's line", c[*at].name);
                if !original {
                    assert_eq!(c_of_rust, c_line, "{}: the twin of Rust's line", c[*at].name);
                }
                lines.insert(c_line);
            }
        }
    }
    lines.len()
}

/// The commands of a pair's two programs in a folder of built programs.
fn commands(case: &Case, at: impl Fn(&str) -> PathBuf, ending: &str) -> [String; 2] {
    let command = |stem: &str, args: &str| {
        let path = at(stem);
        format!("{}{args}", shell_words::quote(&path.to_string_lossy()))
    };
    if case.pair.starts_with("many_") {
        let one = case.pair == "many_iterative";
        let options = if one { " --connections 1" } else { " --connections 2 --lines 2" };
        return [command(case.pair, case.server), command("many_client", options)];
    }
    let stem = |role: &str| format!("{}_{role}{ending}", case.pair);
    [command(&stem("server"), case.server), command(&stem("client"), "")]
}

fn run_of(case: &Case, at: impl Fn(&str) -> PathBuf, ending: &str) -> Vec<Made> {
    let [server, client] = commands(case, at, ending);
    record(&server, &client, case.client)
}

fn rust_run(case: &Case) -> Vec<Made> {
    run_of(case, |stem| program(stem, Language::Rust), "")
}

fn c_run(case: &Case, folder: &Path) -> Vec<Made> {
    run_of(case, |stem| folder.join(stem), "")
}

#[test]
fn each_call_has_the_line_at_which_the_twin_made_it() {
    if let Some(reason) = watched::cannot_watch() {
        return skip(&reason);
    }
    for case in &CASES {
        let seen = same(&c_run(case, c_programs()), &rust_run(case), false);
        assert!(seen >= 10, "{}: {seen} lines", case.pair);
    }
}

#[test]
fn the_originals_twins_are_the_rust_programs() {
    if let Some(reason) = watched::cannot_watch() {
        return skip(&reason);
    }
    let original = run_of(&CASES[0], |stem| c_programs().join(stem), "_original");
    let seen = same(&original, &rust_run(&CASES[0]), true);
    assert_eq!(seen, 12);
}

/// The compiler puts functions into one another and moves code, and the C library checks buffers:
/// the lines are the same ones.
#[test]
fn an_optimised_program_has_the_same_twin() {
    if let Some(reason) = watched::cannot_watch() {
        return skip(&reason);
    }
    let folder = build_c("optimised", "-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2");
    // The waiting of the others is that of these.
    let left_out = ["many_iterative", "many_threads", "many_select", "many_poll", "many_epoll"];
    for case in CASES.iter().filter(|case| !left_out.contains(&case.pair)) {
        same(&c_run(case, &folder), &rust_run(case), false);
    }
}
