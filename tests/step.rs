//! `sockstep step`: the order that a script chooses, the keys at a terminal, and what a student sees at 80 columns.
#![cfg(feature = "stepper")]

mod common;

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use common::watched::{cannot_watch, shell};
use common::{Outcome, PATIENCE, run, skip};
use nix::fcntl::OFlag;
use nix::pty::{grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

fn sockstep(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockstep"));
    command.args(args).env("XDG_CACHE_HOME", common::scratch("cache"));
    command
}

fn step(args: &[&str]) -> (Outcome, String) {
    let outcome = run(&mut sockstep(&[&["step"], args].concat()), Stdio::null());
    let text = String::from_utf8(outcome.stdout.clone()).expect("UTF-8");
    (outcome, text)
}

/// The parts follow each other in the text.
fn in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part:?} does not follow in\n{text}"));
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn a_script_chooses_the_order() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    type Case<'a> = (&'a str, i32, &'a [&'a str]);
    let cases: [Case; 7] = [
        // The server has not called accept.
        (
            "s s s s c c o",
            0,
            &[
                "server · next: listen",
                "client · next: connect",
                "→ 0",
                "SYN|ACK",
                "not yet accepted",
            ],
        ),
        // The server does not listen.
        ("s s s c c", 0, &["client · next: connect", "ECONNREFUSED", "client is over: exit 1"]),
        // A blocked program is not stepped, and it is said where it sleeps.
        (
            "s s s s c c c c",
            0,
            &[
                "client is blocked in recvfrom(3",
                "client is blocked in recvfrom(3",
                "bytes or a FIN",
            ],
        ),
        (
            "r:accept k o x q",
            0,
            &["server · next: listen", "#0", "LISTEN", "accept queue 0 of 5", "ended now"],
        ),
        ("q", 0, &["server is ", "server still runs", "client still runs"]),
        (
            "e",
            0,
            &[
                "Send a Message to Client",
                "From Server : Welcome",
                "From Client : I want",
                "client is over: exit 0",
            ],
        ),
        ("r:shutdown", 0, &["client is over: exit 0"]),
    ];
    for (script, status, parts) in cases {
        // Source lines cost a second of work each time; the stack needs them.
        let watch = if script.contains('k') { "source,kernel,wire" } else { "kernel,wire" };
        let (outcome, text) = step(&["welcome", "--script", script, "--watch", watch]);
        assert_eq!(outcome.status.code(), Some(status), "{script}: {outcome:?}");
        in_order(&text, parts);
    }
}

#[test]
fn a_call_is_announced_once_and_only_if_it_is_meant() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let (_, text) = step(&["welcome", "--script", "s o k c n q"]);
    for heading in ["server · next: socket", "client · next: socket"] {
        assert_eq!(text.matches(heading).count(), 1, "{heading} in\n{text}");
    }
}

#[test]
fn a_typed_line_reaches_the_client() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let (outcome, text) = step(&["upper-tcp", "--watch", "kernel,wire", "--script", "e"]);
    assert_eq!(outcome.status.code(), Some(0), "{outcome:?}");
    in_order(&text, &["HELLO, NETWORK"]);
    let cat = step(&["--script", "w t:hello w", "--", "cat"]).1;
    in_order(&cat, &["cat prints: hello"]);
}

#[test]
fn what_is_no_key_is_bad_usage() {
    for script in ["z", "s c r", "s:1"] {
        let (outcome, text) = step(&["welcome", "--script", script]);
        assert_eq!(outcome.status.code(), Some(2), "{outcome:?}");
        assert!(
            text.is_empty() && outcome.stderr.starts_with(b"sockstep: --script has"),
            "{outcome:?}"
        );
    }
    for args in [&["nothing"][..], &[], &["welcome", "--", "true"], &["--server", "x"]] {
        assert_eq!(step(args).0.status.code(), Some(2), "{args:?}");
    }
    let (outcome, _) = step(&["--", "/no/such/program"]);
    assert_eq!(outcome.status.code(), Some(1), "{outcome:?}");
    assert!(outcome.stderr.escape_ascii().to_string().contains("ENOENT"), "{outcome:?}");
}

#[test]
fn without_a_terminal_it_goes_on_by_itself() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    for pair in ["welcome", "upper-tcp", "upper-udp"] {
        let (outcome, text) = step(&[pair, "--watch", "kernel,wire"]);
        assert_eq!(outcome.status.code(), Some(0), "{pair}: {outcome:?}");
        assert!(
            outcome.stderr.is_empty() && text.contains("client is over: exit 0"),
            "{outcome:?}"
        );
        assert!(!text.contains('\x1b'), "{pair}: {text}");
    }
}

#[test]
fn who_makes_a_call_is_told_before_it() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    for (pair, kind) in [("many-fork", "process"), ("many-threads", "thread")] {
        let (outcome, text) = step(&[pair, "--watch", "kernel", "--script", "e"]);
        assert_eq!(outcome.status.code(), Some(0), "{pair}: {outcome:?}");
        let new = format!(" is a {kind} that server has started");
        let lines: Vec<_> = text.lines().collect();
        let told = |at: &usize| lines[*at].ends_with(&new);
        let helpers: Vec<_> = (0..lines.len()).filter(told).collect();
        assert_eq!(helpers.len(), 2, "{pair}: {text}");
        for at in helpers {
            let name = lines[at].strip_suffix(&new).unwrap_or_default();
            assert!(lines[at + 1].starts_with(&format!("── {name} · next: ")), "{pair}: {text}");
            assert!(text.contains(&format!("{name} is over: exit 0")), "{pair}: {text}");
        }
        in_order(&text, &["2 connections, 4 lines sent, 4 answered right"]);
    }
}

#[test]
fn a_server_that_waits_for_several_is_told_so() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    for (pair, call) in
        [("many-select", "pselect6"), ("many-poll", "poll"), ("many-epoll", "epoll_wait")]
    {
        let (outcome, text) = step(&[pair, "--watch", "kernel", "--script", "e"]);
        assert_eq!(outcome.status.code(), Some(0), "{pair}: {outcome:?}");
        let call = if cfg!(target_arch = "x86_64") { call } else { "" };
        in_order(
            &text,
            &[
                &format!("server is blocked in {call}"),
                "→ 1: ",
                "accept4(3,",
                "EAGAIN",
                "client is over: exit 0",
            ],
        );
    }
}

#[test]
fn a_deadlock_is_told_and_is_a_failure() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let programs = common::c_programs().display();
    let server = format!("{programs}/upper_tcp_server");
    let client = format!("{programs}/welcome_client 127.0.0.1 12000");
    let (outcome, text) = step(&[
        "--server",
        &server,
        "--client",
        &client,
        "--watch",
        "kernel,wire",
        "--script",
        "e",
    ]);
    assert_eq!(outcome.status.code(), Some(1), "{outcome:?}");
    in_order(&text, &["A deadlock", "server is in", "client is in recvfrom(3"]);
}

#[test]
fn a_reader_who_leaves_ends_it_quietly() {
    let text = shell("sockstep step welcome --watch kernel,wire | head -n 1");
    assert_eq!(text.lines().count(), 1, "{text}");
}

/// A person at a terminal of 80 columns and 24 rows.
struct Person {
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    seen: String,
}

impl Person {
    fn at(command: &mut Command) -> (Person, std::process::Child) {
        // Close-on-exec from the start: other tests start programs at the same time, and these number their descriptors.
        let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
        let master = posix_openpt(flags).expect("posix_openpt");
        grantpt(&master).expect("grantpt");
        unlockpt(&master).expect("unlockpt");
        let name = ptsname_r(&master).expect("ptsname");
        let slave = File::options().read(true).write(true).custom_flags(libc::O_NOCTTY).open(name);
        let slave = slave.expect("the terminal");
        let side = || Stdio::from(slave.try_clone().expect("dup"));
        let size = Command::new("stty").args(["rows", "24", "cols", "80"]).stdin(side()).status();
        assert!(size.expect("stty").success());
        command.stdin(side()).stdout(side()).stderr(side());
        let child = command.spawn().expect("sockstep");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut master = File::from(OwnedFd::from(master));
        let keyboard = master.try_clone().expect("dup");
        let (send, screen) = channel();
        thread::spawn(move || {
            let mut buf = [0; 4096];
            while let Ok(n @ 1..) = master.read(&mut buf) {
                if send.send(buf[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        (Person { keyboard, screen, seen: String::new() }, child)
    }

    /// Waits until the screen shows this behind what was seen before; gives what came until then.
    fn sees(&mut self, part: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.seen.find(part) {
                let rest = self.seen.split_off(at + part.len());
                return std::mem::replace(&mut self.seen, rest);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(bytes) = self.screen.recv_timeout(left) else {
                panic!("{part:?} does not come; the screen has\n{}", self.seen)
            };
            self.seen.push_str(&String::from_utf8_lossy(&bytes));
        }
    }

    fn types(&mut self, keys: &str) {
        writeln!(self.keyboard, "{keys}").expect("the keyboard");
    }
}

const PROMPT: &str = "q quit > ";

#[test]
fn every_key_works_at_a_terminal_and_nothing_is_wider() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let (mut person, mut child) = Person::at(&mut sockstep(&["step", "welcome", "--plain"]));
    let mut all = person.sees(PROMPT);
    for (key, shows) in [
        ("h", "this list"),
        ("?", "this list"),
        ("k", "your code"),
        ("x", "the next call"),
        ("", "→ 3: the new descriptor"),
        ("n", "SO_REUSEADDR 1"),
        ("s", "9001"),
        ("zz", "There is no key, or no call, \"zz\""),
        ("c", "client · next: socket"),
        ("o", "client fd 3"),
        ("r accept", "server · next: accept"),
        ("t hello", ""),
        ("w", "Nothing has happened"),
        ("s", "server is blocked in accept"),
        ("s", "server is blocked in accept"),
        ("e", "client is over: exit 0"),
    ] {
        person.types(key);
        all += &person.sees(shows);
        if key != "e" {
            all += &person.sees(PROMPT);
        }
    }
    all += &person.sees("server still runs");
    assert!(child.wait().expect("wait").success());
    for line in all.lines().map(str::trim_end) {
        // What is typed behind the prompt is the person's.
        let line = line.find(PROMPT).map_or(line, |at| &line[..at + PROMPT.len()]).trim_end();
        assert!(textwrap::core::display_width(line) <= 80, "wider than 80:\n{line}");
    }
    assert!(
        !all.contains('\x1b'),
        "no escape sequence, so that it can be scrolled and copied: {all}"
    );
}

#[test]
fn q_and_the_end_of_input_and_interruption_leave() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    for keys in ["q\n", "\x04"] {
        let (mut person, mut child) = Person::at(&mut sockstep(&["step", "welcome", "--plain"]));
        person.sees(PROMPT);
        person.keyboard.write_all(keys.as_bytes()).expect("the keyboard");
        person.sees("server still runs");
        assert_eq!(child.wait().expect("wait").code(), Some(0), "{keys:?}");
    }
    let (mut person, mut child) = Person::at(&mut sockstep(&["step", "welcome", "--plain"]));
    person.sees(PROMPT);
    kill(Pid::from_raw(child.id() as i32), Signal::SIGINT).expect("kill");
    person.sees("server still runs");
    assert_eq!(child.wait().expect("wait").signal(), Some(Signal::SIGINT as i32));
}
