//! What the integration tests share: the built programs, starting and ending them, free ports, waiting.
#![allow(dead_code, unused_imports, reason = "every test file compiles this and uses a part of it")]

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

pub use server::{Server, ask, free_port, in_table, reserve};

pub mod calls;
mod server;
pub mod visits;
pub mod watched;

/// How long anything may take that is going to happen.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Says that a test does not run, and why. In CI (`CI` is set) nothing is skipped: there it fails.
pub fn skip(reason: &str) {
    let line = format!("SKIPPED {}: {reason}\n", thread::current().name().unwrap_or("?"));
    assert!(std::env::var_os("CI").is_none(), "{line}");

    // Past the test harness, which shows what `eprintln!` prints of a failed test only.
    let _ = std::io::stderr().write_all(line.as_bytes());
    if let Some(log) = std::env::var_os("SKIPPED_LOG") {
        let mut log = File::options().create(true).append(true).open(log).expect("SKIPPED_LOG");
        log.write_all(line.as_bytes()).expect("SKIPPED_LOG");
    }
}

/// Whether a tool is in the `PATH`.
pub fn has(tool: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(tool).is_file()))
}

/// Asks until there is an answer; panics when there is none in time.
pub fn until<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    until_within(PATIENCE, what, ask)
}

/// The same with another patience.
pub fn until_within<T>(patience: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what}: not within {patience:?}");
        thread::sleep(Duration::from_millis(1));
    }
}

// ---- The programs -----------------------------------------------------------------------------------

/// Which of the twins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `c-reference/<stem>.c`
    C,
    /// `src/bin/<stem>.rs`
    Rust,
}

/// The twins.
pub const TWINS: [Language; 2] = [Language::C, Language::Rust];

/// The servers of many clients.
pub const MANY: [&str; 7] = [
    "many_iterative",
    "many_fork",
    "many_threads",
    "many_select",
    "many_poll",
    "many_epoll",
    "many_epoll_edge",
];

/// The path of a built program.
pub fn program(stem: &str, language: Language) -> PathBuf {
    match (language, stem) {
        (Language::C, _) => c_programs().join(stem),
        (Language::Rust, "welcome_server") => env!("CARGO_BIN_EXE_welcome_server").into(),
        (Language::Rust, "welcome_client") => env!("CARGO_BIN_EXE_welcome_client").into(),
        (Language::Rust, "upper_udp_server") => env!("CARGO_BIN_EXE_upper_udp_server").into(),
        (Language::Rust, "upper_udp_client") => env!("CARGO_BIN_EXE_upper_udp_client").into(),
        (Language::Rust, "upper_tcp_server") => env!("CARGO_BIN_EXE_upper_tcp_server").into(),
        (Language::Rust, "upper_tcp_client") => env!("CARGO_BIN_EXE_upper_tcp_client").into(),
        (Language::Rust, "errno_table") => env!("CARGO_BIN_EXE_errno_table").into(),
        (Language::Rust, "many_iterative") => env!("CARGO_BIN_EXE_many_iterative").into(),
        (Language::Rust, "many_fork") => env!("CARGO_BIN_EXE_many_fork").into(),
        (Language::Rust, "many_threads") => env!("CARGO_BIN_EXE_many_threads").into(),
        (Language::Rust, "many_select") => env!("CARGO_BIN_EXE_many_select").into(),
        (Language::Rust, "many_poll") => env!("CARGO_BIN_EXE_many_poll").into(),
        (Language::Rust, "many_epoll") => env!("CARGO_BIN_EXE_many_epoll").into(),
        (Language::Rust, "many_epoll_edge") => env!("CARGO_BIN_EXE_many_epoll_edge").into(),
        (Language::Rust, "many_client") => env!("CARGO_BIN_EXE_many_client").into(),
        (Language::Rust, _) => panic!("{stem} has no Rust twin"),
    }
}

/// The folder of the built C programs, originals included.
pub fn c_programs() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| build_c("c", ""))
}

/// Builds the C programs into a folder for test files of that name, with these flags besides the usual ones.
pub fn build_c(name: &str, flags: &str) -> PathBuf {
    let out = scratch(name);
    // Test binaries may run at the same time, and each wants the programs built.
    let _lock = until("the lock on the C programs", || reserve("C programs"));
    let made = Command::new("make")
        .args(["--silent", "--jobs=2", "-C", concat!(env!("CARGO_MANIFEST_DIR"), "/c-reference")])
        .arg(format!("OUT={}", out.display()))
        .arg(format!("CFLAGS={flags}"))
        .env_remove("MAKEFLAGS")
        .env_remove("MAKELEVEL")
        .output()
        .expect("make");
    assert!(made.status.success(), "make: {}", String::from_utf8_lossy(&made.stderr));
    out
}

/// A path in the folder that cargo keeps for tests.
pub fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// The command that runs a program with these arguments.
pub fn command(
    stem: &str,
    language: Language,
    args: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> Command {
    let mut command = Command::new(program(stem, language));
    command.args(args);
    command
}

// ---- Running ----------------------------------------------------------------------------------------

/// A program that runs, its output going to files. Dropped, it is killed.
pub struct Running {
    pub(crate) command: String,
    child: Child,
    stdout: File,
    stderr: File,
}

/// How a program ended and all it printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The exit status, or the signal.
    pub status: ExitStatus,
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error.
    pub stderr: Vec<u8>,
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (stdout, stderr) = (self.stdout.escape_ascii(), self.stderr.escape_ascii());
        write!(f, "{}\n stdout: {stdout}\n stderr: {stderr}", self.status)
    }
}

/// Standard input with these bytes in it.
pub fn input(bytes: &[u8]) -> Stdio {
    let file = tempfile::tempfile().expect("temporary file");
    file.write_all_at(bytes, 0).expect("temporary file");
    file.into()
}

/// Starts a program.
pub fn start(command: &mut Command, stdin: Stdio) -> Running {
    let stdout = tempfile::tempfile().expect("temporary file");
    let copy = stdout.try_clone().expect("dup");
    let mut running = start_into(command, stdin, copy.into());
    running.stdout = stdout;
    running
}

/// Starts a program whose output goes elsewhere; the one in the outcome stays empty.
pub fn start_into(command: &mut Command, stdin: Stdio, stdout: Stdio) -> Running {
    let stderr = tempfile::tempfile().expect("temporary file");
    command.stdin(stdin).stdout(stdout).stderr(stderr.try_clone().expect("dup"));
    let child = command.spawn().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let nothing = tempfile::tempfile().expect("temporary file");
    Running { command: format!("{command:?}"), child, stdout: nothing, stderr }
}

/// Runs a program to its end.
pub fn run(command: &mut Command, stdin: Stdio) -> Outcome {
    start(command, stdin).finish()
}

/// Does the same with both twins: they end the same way.
pub fn same(what: &str, mut with: impl FnMut(Language) -> Outcome) -> Outcome {
    let [c, rust] = TWINS.map(&mut with);
    assert_eq!(c, rust, "{what}: on the left C, on the right Rust");
    c
}

impl Running {
    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The other end of its standard input, if that was made with [`Stdio::piped`].
    pub fn stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().expect("a pipe on standard input")
    }

    /// What it has printed so far.
    pub fn stdout(&self) -> Vec<u8> {
        contents(&self.stdout)
    }

    /// What it has printed to standard error so far.
    pub fn stderr(&self) -> Vec<u8> {
        contents(&self.stderr)
    }

    /// Waits until it ends.
    pub fn finish(self) -> Outcome {
        self.finish_within(PATIENCE)
    }

    /// The same for a program that has much to do.
    pub fn finish_within(mut self, patience: Duration) -> Outcome {
        let status = until_within(patience, &self.command, || self.child.try_wait().expect("wait"));
        Outcome { status, stdout: self.stdout(), stderr: self.stderr() }
    }

    /// How it has ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("wait")
    }

    /// Kills it: what it printed until then.
    pub fn stop(mut self) -> Outcome {
        self.child.kill().expect("kill");
        self.finish()
    }

    /// Stops it; until [`go_on`](Running::go_on) it does nothing, while the kernel accepts and receives for it.
    pub fn pause(&self) {
        self.signal("STOP");
        let stat = format!("/proc/{}/stat", self.pid());
        until(&format!("{}: stopped", self.command), || {
            let stat = fs::read_to_string(&stat).ok()?;
            stat.rsplit_once(") ")?.1.starts_with(['T', 't']).then_some(())
        });
    }

    /// Lets it go on.
    pub fn go_on(&self) {
        self.signal("CONT");
    }

    /// Sends it a signal: `INT`, `TERM` …
    pub fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let sent = Command::new("sh").args(["-c", "kill -s $0 $1", name, &pid]).status();
        assert!(sent.expect("sh").success(), "kill -s {name} {pid}");
    }

    /// Whether it sleeps in this system call, `libc::SYS_accept` for one.
    pub fn is_in(&self, call: libc::c_long) -> bool {
        let now = fs::read_to_string(format!("/proc/{}/syscall", self.pid())).unwrap_or_default();
        now.split(' ').next() == Some(&call.to_string())
    }

    /// Waits until it sleeps in this system call: what there was to do before is done.
    pub fn blocks_in(&mut self, call: libc::c_long) {
        self.alive_until(&format!("sleeping in call {call}"), |program| program.is_in(call));
    }

    /// Waits until it listens on the TCP port.
    pub fn listens(&mut self, port: u16) {
        self.alive_until(&format!("listening on {port}"), |_| {
            in_table("tcp", port, |state| state == "0A")
        });
    }

    /// Waits until the UDP port is bound.
    pub fn is_bound(&mut self, port: u16) {
        self.alive_until(&format!("bound to {port}"), |_| in_table("udp", port, |_| true));
    }

    fn alive_until(&mut self, what: &str, holds: impl Fn(&Running) -> bool) {
        until(&format!("{}: {what}", self.command), || {
            if let Some(status) = self.child.try_wait().expect("wait") {
                panic!("{}: {status}, {}", self.command, self.stderr().escape_ascii());
            }
            holds(self).then_some(())
        });
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The text with the port behind every `127.0.0.1:` replaced, since the kernel chooses a client's anew.
pub fn hide_ports(printed: &[u8]) -> Vec<u8> {
    let mut hidden = Vec::new();
    let mut rest = printed;
    while let [first, behind @ ..] = rest {
        rest = behind;
        if hidden.ends_with(b"127.0.0.1:") && first.is_ascii_digit() {
            rest = &rest[rest.iter().take_while(|byte| byte.is_ascii_digit()).count()..];
            hidden.extend(b"PORT");
        } else {
            hidden.push(*first);
        }
    }
    hidden
}

/// All of a file, from its start: its offset belongs to the program that writes.
fn contents(file: &File) -> Vec<u8> {
    let mut bytes = vec![0; file.metadata().expect("metadata").len() as usize];
    file.read_exact_at(&mut bytes, 0).expect("read");
    bytes
}
