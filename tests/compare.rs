//! `sockstep demo` and `sockstep compare`: what they find, what they say when something goes wrong, and that they
//! leave nothing behind.
#![cfg(feature = "stepper")]

mod common;

use std::fs;
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{MANY, Outcome, run, start, until};
use serde_json::Value;
use tempfile::TempDir;

/// `sockstep` where cargo has built it, its C programs in a cache folder of the tests' own.
fn sockstep(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockstep"));
    command.args(args).env("XDG_CACHE_HOME", common::scratch("cache"));
    command
}

fn finish(mut command: Command) -> Outcome {
    run(&mut command, Stdio::null())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// An installation: `sockstep` and the programs, copied into a folder of their own, with a cache of its own.
struct Installed {
    folder: TempDir,
}

impl Installed {
    fn new() -> Self {
        let installed = Installed { folder: tempfile::tempdir().expect("temporary folder") };
        let built = Path::new(env!("CARGO_BIN_EXE_sockstep")).parent().expect("a folder");
        for entry in fs::read_dir(built).expect("the built programs") {
            let path = entry.expect("entry").path();
            let name = path.file_name().expect("name").to_string_lossy().into_owned();
            let program = ["sockstep", "welcome_", "upper_", "many_"]
                .iter()
                .any(|start| name.starts_with(start));
            if program && !name.contains('.') && path.is_file() {
                fs::copy(&path, installed.path(&name)).expect("copy");
            }
        }
        installed
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a shell script in a program's place.
    fn replace(&self, name: &str, script: &str) {
        let path = self.path(name);
        fs::remove_file(&path).expect("remove");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("write");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("chmod");
    }

    fn sockstep(&self, args: &[&str]) -> Command {
        let mut command = Command::new(self.path("sockstep"));
        command.args(args).current_dir("/").env("XDG_CACHE_HOME", self.path("cache"));
        command
    }

    /// The processes that run a program of this installation or of its cache.
    fn processes(&self) -> Vec<String> {
        let mut found = Vec::new();
        for process in fs::read_dir("/proc").expect("/proc").flatten() {
            let cmdline = fs::read(process.path().join("cmdline")).unwrap_or_default();
            let cmdline = String::from_utf8_lossy(&cmdline).replace('\0', " ");
            if cmdline.contains(&*self.folder.path().to_string_lossy()) {
                found.push(cmdline);
            }
        }
        found
    }

    fn left_alone(&self) {
        until("no process left", || self.processes().is_empty().then_some(()));
    }
}

fn rows(comparison: &Value) -> &Vec<Value> {
    comparison["rows"].as_array().expect("rows")
}

#[test]
fn every_pair_compares_as_the_list_has_it() {
    let compare = start(&mut sockstep(&["compare", "--json"]), Stdio::null());
    let outcome = compare.finish_within(Duration::from_secs(90));
    assert_eq!(outcome.status.code(), Some(0), "{outcome:?}");
    let comparisons: Value = serde_json::from_slice(&outcome.stdout).expect("JSON");

    // pair, pairings and faults, of them on purpose
    let expected = [("welcome", 9 + 12, 4 + 5), ("upper-udp", 4 * 8, 2), ("upper-tcp", 4 * 8, 2)];
    let expected = expected.map(|(pair, count, on_purpose)| (pair.to_owned(), count, on_purpose));
    let many = MANY.map(|stem| (stem.replace('_', "-"), 4, 0));
    assert_eq!(comparisons.as_array().map(Vec::len), Some(expected.len() + many.len()));
    for (comparison, (pair, count, on_purpose)) in
        comparisons.as_array().unwrap().iter().zip(expected.into_iter().chain(many))
    {
        let verdicts: Vec<_> =
            rows(comparison).iter().map(|row| row["verdict"].as_str().unwrap()).collect();
        assert_eq!(comparison["pair"], pair);
        assert_eq!(comparison["holds"], true);
        assert_eq!(verdicts.len(), count, "{pair}");
        assert_eq!(
            verdicts.iter().filter(|verdict| **verdict == "on purpose").count(),
            on_purpose,
            "{pair}"
        );
    }

    // What is compared is what the programs are for, and not a failure that all of them share.
    let welcome = &rows(&comparisons[0])[8];
    assert_eq!((&welcome["server"], &welcome["client"]), (&"rust".into(), &"rust".into()));
    assert_eq!(welcome["client_printed"], "** From Server : Welcome to Network Server!!\n");
    assert_eq!(welcome["client_ended"]["status"], 0);
    let lines =
        rows(&comparisons[1]).iter().filter(|row| row["client_ended"]["status"] == 0).count();
    assert_eq!(lines, 32);
}

#[test]
fn the_table_says_why_and_survives_a_pipe() {
    let outcome = finish(sockstep(&["compare", "welcome"]));
    let table = text(&outcome.stdout);
    for part in
        ["original C", "on purpose: ", "″", "21 outcomes: 12 the same", "0 DIFFERENT", "257 bytes"]
    {
        assert!(table.contains(part), "{part}\n{table}");
    }
    assert!(!table.contains('\x1b'), "no colours in a pipe");
    assert!(
        table
            .lines()
            .filter(|line| line.starts_with(['│', '┌']))
            .all(|line| line.chars().count() <= 100)
    );
}

/// Runs `sockstep compare welcome` on a terminal of 80 columns and gives what that shows.
fn on_a_terminal(no_color: &str) -> String {
    let (mut terminal, pts) = pty_process::blocking::open().expect("pty");
    terminal.resize(pty_process::Size::new(24, 80)).expect("resize");
    let command = pty_process::blocking::Command::new(env!("CARGO_BIN_EXE_sockstep"))
        .args(["compare", "welcome"])
        .env("TERM", "xterm")
        .env("NO_COLOR", no_color)
        .env("XDG_CACHE_HOME", common::scratch("cache"));
    let mut child = command.spawn(pts).expect("spawn");
    let mut shown = Vec::new();
    let _ = terminal.read_to_end(&mut shown); // ends with EIO when the child has gone
    assert!(child.wait().expect("wait").success());
    text(&shown)
}

#[test]
fn a_terminal_gets_colours_unless_no_color_is_set_and_no_table_is_too_wide() {
    assert!(on_a_terminal("").contains("\x1b["));
    let shown = on_a_terminal("1");
    assert!(!shown.contains('\x1b'), "{shown}");
    let widths = shown
        .lines()
        .filter(|line| line.starts_with('│'))
        .map(|line| line.trim_end().chars().count());
    assert!(widths.max() <= Some(80), "{shown}");
}

#[test]
fn an_installed_copy_works_from_any_folder_and_compiles_once() {
    let installed = Installed::new();
    let first = finish(installed.sockstep(&["demo", "--server", "c", "--port", &free()]));
    assert_eq!(first.status.code(), Some(0), "{first:?}");
    assert!(text(&first.stdout).contains("** From Client : I want a HTTP Service."));

    let mut again = installed.sockstep(&["demo", "--server", "c", "--port", &free()]);
    again.env("PATH", ""); // no compiler can be found now, and none is needed
    assert_eq!(finish(again).status.code(), Some(0));
    installed.left_alone();
}

fn free() -> String {
    common::free_port().to_string()
}

#[test]
fn a_program_that_prints_something_else_is_different() {
    let installed = Installed::new();
    installed.replace("welcome_client", "echo '** Form Server'");
    let outcome = finish(installed.sockstep(&["compare", "welcome"]));
    assert_eq!(outcome.status.code(), Some(1), "{outcome:?}");
    let table = text(&outcome.stdout);
    assert!(
        table.contains("DIFFERENT: corrected C server, corrected C client: the demo"),
        "{table}"
    );
    installed.left_alone();
}

#[test]
fn what_goes_wrong_is_said_in_one_line_and_soon() {
    let holder = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = holder.local_addr().expect("address").port().to_string();
    let me = format!("(PID {})", std::process::id());

    type Arrange<'a> = &'a dyn Fn(&Installed) -> Command;
    let cases: [(&str, Arrange, &[&str]); 9] = [
        (
            "a server that never gets ready",
            &|installed| {
                installed.replace("welcome_server", "echo soon; while :; do sleep 1; done");
                installed.sockstep(&["demo", "--port", &free()])
            },
            &["welcome_server is not ready: after 5 s TCP port", "\"soon\""],
        ),
        (
            "a server that dies",
            &|installed| {
                installed.replace("welcome_server", "echo oh; exit 3");
                installed.sockstep(&["demo", "--port", &free()])
            },
            &["welcome_server ended (exit 3) before it was ready", "\"oh\""],
        ),
        (
            "a client that hangs",
            &|installed| {
                installed.replace("welcome_client", "echo wait; while :; do sleep 1; done");
                installed.sockstep(&["demo", "--port", &free()])
            },
            &["welcome_client hangs: after 6 s", "\"wait\""],
        ),
        (
            "a client that prints on and on",
            &|installed| {
                installed.replace("welcome_client", "exec yes");
                installed.sockstep(&["demo", "--port", &free()])
            },
            &["welcome_client hangs: after 6 s", "\"y\""],
        ),
        (
            "a port that is taken",
            &|installed| installed.sockstep(&["demo", "--port", &taken]),
            &["bind: EADDRINUSE: TCP port", &taken, &me, "--port"],
        ),
        (
            "no compiler",
            &|installed| {
                let mut command = installed.sockstep(&["compare"]);
                command.env("PATH", "").env_remove("CC");
                command
            },
            &["no C compiler: cc is not installed", "apt install gcc", "dnf install gcc"],
        ),
        (
            "a compiler that fails",
            &|installed| {
                let mut command = installed.sockstep(&["compare"]);
                command.env("CC", "false");
                command
            },
            &["false cannot compile welcome_server_original.c"],
        ),
        (
            "a cache folder that cannot be written to",
            &|installed| {
                let mut command = installed.sockstep(&["compare"]);
                command.env("XDG_CACHE_HOME", "/proc/no");
                command
            },
            &["/proc/no/sockstep", "XDG_CACHE_HOME", "ENOENT"],
        ),
        (
            "a program that is missing",
            &|installed| {
                fs::remove_file(installed.path("welcome_client")).expect("remove");
                installed.sockstep(&["demo", "--port", &free()])
            },
            &["welcome_client is missing", "cargo install"],
        ),
    ];
    for (name, arrange, parts) in cases {
        let installed = Installed::new();
        let begin = Instant::now();
        let outcome = finish(arrange(&installed));
        assert_eq!(outcome.status.code(), Some(1), "{name}: {outcome:?}");
        let said = text(&outcome.stderr);
        assert_eq!(said.lines().count(), 1, "{name}: {said}");
        for part in parts {
            assert!(said.contains(part), "{name}: {part}: {said}");
        }
        assert!(begin.elapsed() < Duration::from_secs(15), "{name}");
        installed.left_alone();
    }
}

#[test]
fn bad_usage_ends_with_2() {
    let long = "x".repeat(4095);
    let cases: [&[&str]; 15] = [
        &[],
        &["nothing"],
        &["demo", "many-fork", "--server", "c-original"],
        &["demo", "many-fork", "--line", "x"],
        &["record", "many-epoll", "--line", "x"],
        &["demo", "nothing"],
        &["demo", "upper-udp", "--server", "c-original"],
        &["demo", "--port", "65536"],
        &["demo", "--port", "0"],
        &["demo", "--line", "x"],
        &["demo", "upper-udp", "--line", "a\x03b"],
        &["demo", "upper-udp", "--line", &long],
        &["compare", "--server", "c"],
        &["compare", "welcome", "--differences"],
        &["layer", "nix"],
    ];
    for args in cases {
        let outcome = finish(sockstep(args));
        assert_eq!(outcome.status.code(), Some(2), "{args:?}: {outcome:?}");
        assert!(outcome.stdout.is_empty() && !outcome.stderr.is_empty(), "{args:?}: {outcome:?}");
    }
}

#[test]
fn every_help_has_examples() {
    for args in [&["--help"][..], &["demo", "--help"], &["compare", "--help"], &["layer", "--help"]]
    {
        let help = finish(sockstep(args));
        assert_eq!(help.status.code(), Some(0), "{args:?}");
        assert!(text(&help.stdout).contains("Examples"), "{args:?}");
    }
}

#[test]
fn signals_that_are_ignored_here_end_a_server_all_the_same() {
    let script = "trap '' INT HUP; exec \"$0\" demo --port \"$1\"";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_sockstep"), &free()]);
    let outcome = finish(command);
    assert_eq!(outcome.status.code(), Some(0), "{outcome:?}");
}

#[test]
fn a_line_reaches_the_client_as_it_was_given() {
    let line = "x".repeat(4094);
    for pair in ["upper-udp", "upper-tcp"] {
        let outcome = finish(sockstep(&["demo", pair, "--line", &line, "--port", &free()]));
        let shown = text(&outcome.stdout);
        assert!(shown.contains("(2,048 times X)"), "{shown}");
        assert!(pair == "upper-tcp" || shown.contains("sent 4094 bytes"), "{shown}");
    }
}

#[test]
fn an_interrupted_comparison_leaves_nothing_behind() {
    for signal in ["INT", "TERM", "KILL"] {
        let installed = Installed::new();
        installed.replace("welcome_client", "while :; do sleep 1; done");
        let sockstep = start(&mut installed.sockstep(&["compare", "welcome"]), Stdio::null());
        until("the client runs", || {
            installed.processes().iter().any(|cmdline| cmdline.contains("_server")).then_some(())
        });
        sockstep.signal(signal);
        let outcome = sockstep.finish();
        assert!(outcome.status.signal().is_some(), "{signal}: {outcome:?}");
        installed.left_alone();
    }
}

#[test]
fn a_closed_standard_output_ends_it_quietly_a_full_one_with_a_word() {
    let full = fs::File::options().write(true).open("/dev/full").expect("/dev/full");
    let mut command = sockstep(&["compare", "--differences"]);
    let outcome = common::start_into(&mut command, Stdio::null(), full.into()).finish();
    assert_eq!(outcome.status.code(), Some(1));
    assert_eq!(
        text(&outcome.stderr),
        "sockstep: standard output: ENOSPC: No space left on device\n"
    );

    let (reader, writer) = std::io::pipe().expect("pipe");
    drop(reader);
    let mut command = sockstep(&["compare", "--differences"]);
    let outcome = common::start_into(&mut command, Stdio::null(), writer.into()).finish();
    assert_eq!((outcome.status.code(), text(&outcome.stderr).as_str()), (Some(1), ""));
}
