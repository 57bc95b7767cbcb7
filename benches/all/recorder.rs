//! What `sockstep record` costs, beside the programs alone and beside strace.

use std::fs;
use std::path::Path;

use super::measure::{Effort, compile, medians, run, said};
use super::table::{Row, Section};

const SOCKSTEP: &str = env!("CARGO_BIN_EXE_sockstep");
const STRACE: &str = "strace --seccomp-bpf -f -e trace=network -o /dev/null";
const CALLS_A_ROUND: u64 = 4;
/// Seconds that `sockstep show` may take.
const SHOWN: f64 = 2.0;

const START: &str = "While it computes, the program meets no stop: what is left is starting the recorder, which the next row \
    has, and whatever else the machine did meanwhile.";
const STOP: &str = "A call stops twice, and each stop is two context switches, which are the kernel's: how much of strace's \
    time that is depends on what waking another CPU costs.";
const STATE: &str = "At each call sockstep also finds the source line of each frame and asks the kernel for the sockets' state.";
const SHARED: &str = "Where the programs have a CPU each, each stop wakes the recorder on another CPU, as strace's do.";
const SHOWING: &str = "The whole recording is read before the first line is shown.";

/// How much of each to run.
struct Size {
    compute: u64,
    pingpong: u64,
    between: u64,
    /// Calls of the shorter and of the longer recording whose memory is compared.
    calls: [u64; 2],
}

const LONG: Size =
    Size { compute: 3_000_000_000, pingpong: 10_000, between: 2_000, calls: [20_000, 100_000] };
const QUICK: Size =
    Size { compute: 400_000_000, pingpong: 2_000, between: 500, calls: [4_000, 20_000] };

pub fn section(effort: &Effort, folder: &Path) -> Section {
    let size = if effort.quick { QUICK } else { LONG };
    let [compute, pingpong] =
        ["compute.c", "pingpong.c"].map(|name| compile(name, &["-O2"], folder));
    let mut rows = Vec::from(computing(&compute, &size, effort.runs));
    let strace = said("strace", &["-V"]);
    if strace.is_some() {
        rows.extend(between(&pingpong, &size, effort.runs));
        rows.extend(to_and_fro(&pingpong, &size, effort.runs));
    } else {
        eprintln!("strace is not installed: nothing is compared with it");
    }
    rows.extend(memory(&pingpong, &size, folder));
    Section { title: "What recording costs".into(), intro: intro(strace, &size, effort), rows }
}

/// A long program, and one that is over at once.
fn computing(program: &str, size: &Size, runs: usize) -> [Row; 2] {
    let (long, none) = (format!("{program} {}", size.compute), format!("{program} 0"));
    let [alone, recorded] = medians([&long, &record("", &long)], runs);
    let [nothing, started] = medians([&none, &record("", &none)], runs);
    let what = format!("computes only for {alone:.1} s, recorded / alone");
    [
        Row::at_most(what, recorded / alone, Some(1.02)).because(START),
        Row::figure("starting the recorder", format!("{:.0} ms", (started - nothing) * 1e3)),
    ]
}

/// Fifty other calls before each call on a socket: the filter lets `getppid` pass, but has to stop each `read`, which may be
/// one from a socket.
fn between(program: &str, size: &Size, runs: usize) -> [Row; 2] {
    [("getppid", Some(0.5)), ("read", None)].map(|(other, goal)| {
        let native = format!("{program} {} 50 {other}", size.between);
        let [strace, recorded] =
            medians([&traced(&native), &record("--watch calls", &native)], runs);
        let what = format!("50 × {other} before each socket call, recorded / strace");
        Row::at_most(what, recorded / strace, goal).because(STOP)
    })
}

fn to_and_fro(program: &str, size: &Size, runs: usize) -> Vec<Row> {
    let native = format!("{program} {}", size.pingpong);
    let ways = [
        ("--watch calls", Some(0.35), STOP),
        ("--watch calls --cpus all", Some(0.85), SHARED),
        ("--watch source,kernel", Some(1.0), STATE),
        ("", None, STATE),
    ];
    let [calls, all_cpus, state, everything] = ways.map(|(options, ..)| record(options, &native));
    let commands = [&native, &traced(&native), &calls, &all_cpus, &state, &everything];
    let [alone, strace, recorded @ ..]: [f64; 6] = medians(commands, runs);
    let micros = |time: f64| format!("{:.0} µs", time * 1e6 / size.pingpong as f64);
    let mut rows = vec![
        Row::figure("ping-pong, a round alone", micros(alone)),
        Row::figure("ping-pong, a round under strace", micros(strace)),
    ];
    for ((options, goal, why), time) in ways.into_iter().zip(recorded) {
        let options = if options.is_empty() { "all is watched" } else { options };
        let what = format!("ping-pong, {options}, recorded / strace");
        rows.push(Row::at_most(what, time / strace, goal).because(why));
        rows.push(Row::figure(format!("ping-pong, {options}, a round"), micros(time)));
    }
    rows
}

/// The recorder's memory, and how long it takes to show what it wrote.
fn memory(program: &str, size: &Size, folder: &Path) -> Vec<Row> {
    let file = folder.join("run.jsonl");
    let trace = file.display();
    let mut rows = Vec::new();
    let [short, long] = size.calls.map(|calls| {
        let rounds = calls / CALLS_A_ROUND;
        let (_, peak) = run(&record(&format!("-o {trace}"), &format!("{program} {rounds}")));
        rows.push(Row::figure(format!("peak memory, {calls} calls recorded"), mebibytes(peak)));
        peak
    });
    let growth = long as f64 / short as f64;
    let what = "peak memory, five times as many calls / as many";
    rows.push(Row::at_most(what, growth, Some(1.1)));
    let written = fs::metadata(&file).map_or(0, |file| file.len() / 1024);
    rows.push(Row::figure("size of the recording", mebibytes(written)));
    let (time, peak) = run(&format!("{SOCKSTEP} show {trace}"));
    let what = format!("sockstep show of {} calls, in seconds", size.calls[1]);
    rows.push(Row::at_most(what, time.as_secs_f64(), Some(SHOWN)).because(SHOWING));
    rows.push(Row::figure("peak memory of sockstep show", mebibytes(peak)));
    rows
}

fn record(options: &str, program: &str) -> String {
    let output = if options.contains("-o ") { "" } else { "-o /dev/null" };
    format!("{SOCKSTEP} record {options} {output} -- {program}")
}

fn traced(program: &str) -> String {
    format!("{STRACE} {program}")
}

fn mebibytes(kibibytes: u64) -> String {
    format!("{:.1} MiB", kibibytes as f64 / 1024.0)
}

fn intro(strace: Option<String>, size: &Size, effort: &Effort) -> String {
    let beside = strace
        .map_or("strace was not installed: nothing is compared with it.".into(), |version| {
            format!("\"strace\" is `{STRACE}` ({version}), unpinned, as people run it.")
        });
    format!(
        "Medians of {} runs (memory, size and `show`: of one). {beside} The ping-pong is `benches/pingpong.c`: two processes, {} rounds of 11 bytes to and fro \
         over loopback TCP, four socket calls a round. By default sockstep and the programs share one CPU, which is most \
         of what it gains: a stop costs the waking of another CPU more than anything else.\n\n\
         A program's `read`, `write`, `close` and their kin stop whatever they are about: a filter cannot see whether a \
         descriptor is a socket. All other calls run at full speed.\n\n\
         Where the time goes with `--watch calls`: a call stops twice, which is four context switches, and sockstep makes \
         seven system calls for it (wait, ask, read, resume, and again behind the call). Any tracer that stops twice pays \
         most of that.",
        effort.runs, size.pingpong,
    )
}
