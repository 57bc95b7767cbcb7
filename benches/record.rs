//! What `sockstep record` costs: `make bench`, or `make bench QUICK=1` for a first idea.
//!
//! Each figure is a ratio of medians. The commands that are compared run in turn, again and again, so that whatever else the
//! machine does meets all of them. Speed is no test: a goal that is missed is said, and nothing fails. The long run writes
//! `docs/benchmarks.md`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

const SOCKSTEP: &str = env!("CARGO_BIN_EXE_sockstep");
const STRACE: &str = "strace --seccomp-bpf -f -e trace=network -o /dev/null";
const CALLS_A_ROUND: u64 = 4;

/// How long to measure.
struct Effort {
    runs: usize,
    compute: u64,
    pingpong: u64,
    between: u64,
    /// Calls of the shorter and of the longer recording whose memory is compared.
    calls: [u64; 2],
}

const LONG: Effort = Effort {
    runs: 7,
    compute: 3_000_000_000,
    pingpong: 20_000,
    between: 5_000,
    calls: [20_000, 100_000],
};
const QUICK: Effort = Effort {
    runs: 3,
    compute: 400_000_000,
    pingpong: 3_000,
    between: 1_000,
    calls: [4_000, 20_000],
};

/// A line of the table.
struct Row {
    what: String,
    result: String,
    goal: Option<String>,
    met: bool,
}

fn main() {
    // `cargo test --all-targets` runs this, too, and is not to wait for it.
    if !env::args().any(|arg| arg == "--bench") {
        return;
    }
    let quick = env::args().any(|arg| arg == "--quick");
    let effort = if quick { QUICK } else { LONG };
    let load = first_word("/proc/loadavg");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let built = |name: &str| compile(name, folder.path());
    let (compute, pingpong) = (built("compute"), built("pingpong"));

    let mut rows = vec![computing(&compute, &effort)];
    match Command::new("strace").arg("-V").output() {
        Ok(_) => {
            rows.extend(between(&pingpong, &effort));
            rows.extend(to_and_fro(&pingpong, &effort));
        }
        Err(_) => eprintln!("strace is not installed: nothing is compared with it"),
    }
    rows.extend(memory(&pingpong, &effort, folder.path()));

    let table = table(&rows);
    println!("{table}");
    if !quick {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/benchmarks.md");
        match fs::write(&file, page(&table, &effort, &load)) {
            Ok(()) => println!("written: {}", file.display()),
            Err(error) => eprintln!("{}: {error}", file.display()),
        }
    }
}

fn computing(program: &str, effort: &Effort) -> Row {
    let native = format!("{program} {}", effort.compute);
    let [alone, recorded] = medians([&native, &record("", &native)], effort.runs);
    ratio("computes only, recorded / alone", recorded / alone, Some(1.02))
}

/// Fifty other calls before each call on a socket: the filter lets `getppid` pass, but has to stop each `read`, which may be
/// one from a socket.
fn between(program: &str, effort: &Effort) -> [Row; 2] {
    [("getppid", Some(0.5)), ("read", None)].map(|(other, goal)| {
        let native = format!("{program} {} 50 {other}", effort.between);
        let commands = [&traced(&native), &record("--watch calls", &native)];
        let [strace, recorded] = medians(commands, effort.runs);
        let what = format!("50 × {other} before each socket call, recorded / strace");
        ratio(&what, recorded / strace, goal)
    })
}

fn to_and_fro(program: &str, effort: &Effort) -> Vec<Row> {
    let native = format!("{program} {}", effort.pingpong);
    let ways = [
        ("--watch calls", Some(0.35)),
        ("--watch calls --cpus all", Some(0.85)),
        ("--watch source,kernel", Some(1.0)),
        ("", None),
    ];
    let [calls, all_cpus, state, everything] = ways.map(|(options, _)| record(options, &native));
    let commands = [&native, &traced(&native), &calls, &all_cpus, &state, &everything];
    let [alone, strace, recorded @ ..]: [f64; 6] = medians(commands, effort.runs);
    let micros = |time: f64| format!("{:.0} µs", time * 1e6 / effort.pingpong as f64);
    let mut rows = vec![
        figure("ping-pong, a round alone", micros(alone), None),
        figure("ping-pong, a round under strace", micros(strace), None),
    ];
    for ((options, goal), time) in ways.into_iter().zip(recorded) {
        let options = if options.is_empty() { "all is watched" } else { options };
        let what = format!("ping-pong, {options}, recorded / strace");
        rows.push(ratio(&what, time / strace, goal));
        rows.push(figure(&format!("ping-pong, {options}, a round"), micros(time), None));
    }
    rows
}

/// The recorder's memory, and how long it takes to show what it wrote.
fn memory(program: &str, effort: &Effort, folder: &Path) -> Vec<Row> {
    let trace = folder.join("run.jsonl");
    let trace = trace.display();
    let mut rows = Vec::new();
    let [short, long] = effort.calls.map(|calls| {
        let (rounds, output) = (calls / CALLS_A_ROUND, format!("-o {trace}"));
        let (_, peak) = run(&record(&output, &format!("{program} {rounds}")));
        rows.push(figure(&format!("peak memory, {calls} calls recorded"), mebibytes(peak), None));
        peak
    });
    let growth = long as f64 / short as f64;
    rows.push(ratio("peak memory, five times as many calls / as many", growth, Some(1.1)));
    let size = fs::metadata(format!("{trace}")).map_or(0, |file| file.len() / 1024);
    rows.push(figure("size of the recording", mebibytes(size), None));
    let (time, peak) = run(&format!("{SOCKSTEP} show {trace}"));
    let goal = Duration::from_secs(2);
    rows.push(Row {
        what: format!("sockstep show of {} calls", effort.calls[1]),
        result: format!("{:.2} s", time.as_secs_f64()),
        goal: Some(format!("< {} s", goal.as_secs())),
        met: time < goal,
    });
    rows.push(figure("peak memory of sockstep show", mebibytes(peak), None));
    rows
}

fn record(options: &str, program: &str) -> String {
    let output = if options.contains("-o ") { "" } else { "-o /dev/null" };
    format!("{SOCKSTEP} record {options} {output} -- {program}")
}

fn traced(program: &str) -> String {
    format!("{STRACE} {program}")
}

/// The commands' median times in seconds. They run in turn.
fn medians<const N: usize>(commands: [&String; N], runs: usize) -> [f64; N] {
    let mut times = [const { Vec::new() }; N];
    for _ in 0..runs {
        for (command, times) in commands.iter().zip(&mut times) {
            times.push(run(command).0.as_secs_f64());
        }
    }
    times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    })
}

/// Runs a command to its end: how long it took, and the most memory it had, in KiB.
fn run(command: &str) -> (Duration, u64) {
    const LOOK: Duration = Duration::from_millis(10);
    let mut words = command.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).stdin(Stdio::null()).stdout(Stdio::null());
    let began = Instant::now();
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let status = format!("/proc/{}/status", child.id());
    let watcher = thread::spawn(move || {
        let mut peak = 0;
        while let Some(now) = peak_of(&status) {
            peak = now;
            thread::sleep(LOOK);
        }
        peak
    });
    let ended = child.wait().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let time = began.elapsed();
    assert!(ended.success(), "{command:?}: {ended}");
    (time, watcher.join().unwrap_or(0))
}

/// VmHWM; a process that is over has none.
fn peak_of(status: &str) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn compile(name: &str, folder: &Path) -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("benches/{name}.c"));
    let program = folder.join(name);
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".into());
    let built = Command::new(compiler).arg("-O2").arg("-o").arg(&program).arg(source).status();
    assert!(built.is_ok_and(|status| status.success()), "benches/{name}.c does not compile");
    program.display().to_string()
}

fn ratio(what: &str, ratio: f64, goal: Option<f64>) -> Row {
    Row {
        what: what.into(),
        result: format!("{ratio:.2}"),
        goal: goal.map(|goal| format!("≤ {goal}")),
        met: goal.is_none_or(|goal| ratio <= goal),
    }
}

fn figure(what: &str, result: String, goal: Option<String>) -> Row {
    Row { what: what.into(), result, goal, met: true }
}

fn mebibytes(kibibytes: u64) -> String {
    format!("{:.1} MiB", kibibytes as f64 / 1024.0)
}

fn table(rows: &[Row]) -> String {
    let mut text = format!("| {:60} | {:>10} | {:>6} |        |\n", "", "result", "goal");
    let _ = writeln!(text, "|{}|{}:|{}:|--------|", "-".repeat(62), "-".repeat(11), "-".repeat(7));
    for Row { what, result, goal, met } in rows {
        let (goal, verdict) = match goal {
            Some(goal) => (goal.as_str(), if *met { "met" } else { "MISSED" }),
            None => ("", ""),
        };
        let _ = writeln!(text, "| {what:60} | {result:>10} | {goal:>6} | {verdict:6} |");
    }
    text
}

fn page(table: &str, effort: &Effort, load: &str) -> String {
    let Effort { runs, pingpong, .. } = effort;
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let cpus = thread::available_parallelism().map_or(0, usize::from);
    let kernel = first_word("/proc/sys/kernel/osrelease");
    format!(
        "# What recording costs\n\n\
         `make bench` has written this page on {date}: {cpus} × {cpu}, {machine}, Linux {kernel}, {strace}; \
         load average {load} at its start.\n\n\
         {table}\n\
         Each ratio is one of medians of {runs} runs, in which the commands compared took turns. \"strace\" is\n\
         `{STRACE}`, unpinned, as people run it. The ping-pong is `benches/pingpong.c`: two\n\
         processes, {pingpong} rounds of 11 bytes to and fro over loopback TCP, four socket calls a round. By default\n\
         sockstep and the programs share one CPU, which is most of what it gains: a stop costs the waking of another\n\
         CPU more than anything else.\n\n\
         A program's `read`, `write`, `close` and their kin stop whatever they are about: a filter cannot see whether\n\
         a descriptor is a socket. All other calls run at full speed.\n\n\
         Where the time goes with `--watch calls`: a call stops twice, which is four context switches, and\n\
         sockstep makes seven system calls for it (wait, ask, read, resume, and again behind the call). Its own work\n\
         was at most 3 µs of the 21 µs that a call took on 2026-11-21; the rest is the kernel's, and any tracer that\n\
         stops twice pays it. How much faster than strace that is depends on what waking another CPU costs.\n",
        date = said("date", &["+%F"]),
        cpu = cpu.unwrap_or("a CPU without a name"),
        machine = env::consts::ARCH,
        strace = said("strace", &["-V"]),
    )
}

/// The first line that a command prints.
fn said(command: &str, args: &[&str]) -> String {
    let output = Command::new(command).args(args).output();
    let text = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&text).lines().next().unwrap_or_default().into()
}

fn first_word(file: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.split_whitespace().next().unwrap_or("?").into()
}
