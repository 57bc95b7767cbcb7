//! Running commands: how long, with how much memory, each in turn with those that it is compared with.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// How long to measure.
pub struct Effort {
    pub quick: bool,
    /// How often the commands of a comparison take turns.
    pub runs: usize,
}

impl Effort {
    pub fn new(quick: bool) -> Effort {
        Effort { quick, runs: if quick { 3 } else { 5 } }
    }
}

/// The commands' median times in seconds. They run in turn, again and again, so that whatever else the machine does
/// meets all of them.
pub fn medians<const N: usize>(commands: [&String; N], runs: usize) -> [f64; N] {
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
pub fn run(command: &str) -> (Duration, u64) {
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

/// Compiles a C file of `benches/`: where the program is.
pub fn compile(source: &str, flags: &[&str], folder: &Path) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches").join(source);
    let program = folder.join(file.file_stem().unwrap_or_default());
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".into());
    let mut words = compiler.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or("cc"));
    let built = command.args(words).args(flags).arg("-o").arg(&program).arg(file).status();
    assert!(built.is_ok_and(|status| status.success()), "benches/{source} does not compile");
    program.display().to_string()
}

/// The first line that a command prints, where there is such a command.
pub fn said(command: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(command).args(args).stderr(Stdio::null()).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().into())
}
