//! What a program calls, as strace writes it down.

use std::fs;
use std::process::{Command, Stdio};

use tempfile::NamedTempFile;

use super::{Language, has, program, run, until};

/// Why strace can trace nothing here, if it cannot.
pub fn cannot_trace() -> Option<String> {
    if !has("strace") {
        return Some("strace is not installed (Debian, Fedora: package strace)".into());
    }
    let probe = run(Command::new("strace").args(["-o", "/dev/null", "true"]), Stdio::null());
    (!probe.status.success())
        .then(|| format!("strace cannot trace here: {}", probe.stderr.escape_ascii()))
}

/// The command that runs a program and writes its network calls down. With `-D` strace is the child and
/// the program keeps the parent: what kills it ends strace, too.
pub fn traced(stem: &str, language: Language, log: &NamedTempFile) -> Command {
    let mut strace = Command::new("strace");
    strace
        .args(["-D", "-f", "-a", "1", "-s", "4096", "-e", "trace=network,close", "-o"])
        .arg(log.path());
    strace.arg(program(stem, language));
    strace
}

/// The calls of a program that has ended, from the first that is about the network.
///
/// What comes before is no call of the program's own: the dynamic loader closes the files of the libraries
/// it has read (C has one, Rust also libgcc_s), C's `setlocale` those of the locale, and Rust's runtime
/// /proc/self/maps, where it looks for the stack's end. In the clients that take a host's name the first is
/// `getaddrinfo`'s question to nscd, where the C library asks it, and from there on all must be alike.
pub fn calls(log: &NamedTempFile, port: u16) -> Vec<String> {
    let log = until("the end of strace's log", || {
        let log = fs::read_to_string(log.path()).ok()?;
        log.lines().next_back()?.contains("+++ ").then_some(log)
    });
    let calls = log.lines().map(|line| {
        let (_pid, call) = line.split_once(' ').expect("strace -f -o begins a line with the pid");
        let call = call.trim_start().replace(&format!("htons({port})"), "htons(SERVER)");
        let call = hide(&call, "htons(", "EPHEMERAL", |c| c.is_ascii_digit());
        let call = hide(&call, "si_pid=", "PID", |c| c.is_ascii_digit());
        hide(&call, "0x", "POINTER", |c| c.is_ascii_hexdigit())
    });
    calls.skip_while(|call| !call.starts_with("socket(")).collect()
}

/// Replaces what follows each marker as long as it is made of such characters.
fn hide(line: &str, marker: &str, with: &str, made_of: fn(char) -> bool) -> String {
    let mut parts = line.split(marker);
    let mut hidden = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let rest = part.trim_start_matches(made_of);
        let with = if rest == part { "" } else { with };
        hidden.extend([marker, with, rest]);
    }
    hidden
}
