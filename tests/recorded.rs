//! Programs that are not ours: `sockstep record` sees the socket calls that strace sees, with the
//! same values.
//!
//! Each is run twice, under either, and the runs are two different ones: strace's in the machine's
//! network on a free port, sockstep's in a network of its own on the same port. So ports that the
//! kernel chooses are numbered as they come, pointers and process numbers count as equal, and what
//! remains must be the same, thread by thread, call by call. Where a program's own order depends on
//! who runs first, its case says so.
#![cfg(feature = "stepper")]

mod common;
#[path = "recorded/form.rs"]
mod form;
#[path = "recorded/ours.rs"]
mod ours;
#[path = "recorded/run.rs"]
mod run_both;
#[path = "recorded/strace.rs"]
mod strace;
#[path = "recorded/theirs.rs"]
mod theirs;

use std::fs;
use std::process::{Command, Stdio};

use common::{calls, free_port, has, run, scratch, skip};
use form::{Call, name_descriptors, name_ports};
use run_both::{Ready, SOURCES, under_sockstep, under_strace};
use tempfile::TempDir;

/// How exactly the calls of two runs of a program are the same.
#[derive(Clone, Copy, PartialEq)]
enum Same {
    /// Each thread makes the same calls in the same order.
    InOrder,
    /// So it does, but how often it waits or asks in vain, and for how long, depends on how fast
    /// the other one is: calls that answer EAGAIN and those that wait are left out.
    ButWaits,
    /// So it does, but the values of options are the machine's or, where the room is too small for
    /// a structure, are shown in part: they are left out.
    ButValues,
    /// As with the waits, and a descriptor's number depends on what other threads have open:
    /// descriptors are numbered as they come.
    ButNumbers,
}

/// Runs programs (the server first, if there are two) under both, and compares what was seen.
#[track_caller]
fn compare(commands: &[Vec<String>], port: u16, ready: &Ready, same: Same) {
    let folder = TempDir::new().expect("folder");
    let theirs = under_strace(commands, port, ready, folder.path());
    let ours = under_sockstep(commands, folder.path());
    for (at, command) in commands.iter().enumerate() {
        let log = fs::read_to_string(&theirs[at]).expect("strace's log");
        let theirs = threads(theirs::read(&log), port, same);
        let ours = threads(ours::read(&ours, at as u8), port, same);
        let count: usize = theirs.iter().map(|thread| thread.len()).sum();
        assert!(count > 3, "{command:?}: {log}");
        println!("{}: {count} calls, {} threads", command.join(" "), theirs.len());
        for (theirs, ours) in theirs.iter().zip(&ours) {
            let same = theirs.iter().zip(ours).take_while(|(theirs, ours)| agree(theirs, ours));
            let at = same.count();
            if at == theirs.len().max(ours.len()) {
                continue;
            }
            let [theirs, ours] = [theirs, ours].map(|calls| calls[at.saturating_sub(3)..].to_vec());
            let [theirs, ours] =
                [theirs, ours].map(|calls| calls[..calls.len().min(8)].join("\n  "));
            panic!("{command:?}, call {at}\n strace:\n  {theirs}\n sockstep:\n  {ours}");
        }
        let [theirs, ours] =
            [&theirs, &ours].map(|all| all.iter().map(Vec::len).collect::<Vec<_>>());
        assert_eq!(theirs, ours, "{command:?}: how many calls each thread makes");
    }
}

/// Whether strace's call is sockstep's, but for one place that strace does not know.
fn agree(theirs: &str, ours: &str) -> bool {
    match theirs.split_once(theirs::UNKNOWN) {
        Some((before, behind)) => ours.starts_with(before) && ours.ends_with(behind),
        None => theirs == ours,
    }
}

/// The calls of each thread, as text. Threads and processes have no names that two runs share, and
/// which is first is up to the scheduler: they are compared in the order of their texts.
fn threads(calls: Vec<(i32, Call)>, port: u16, same: Same) -> Vec<Vec<String>> {
    let mut threads: Vec<(i32, Vec<Call>)> = Vec::new();
    for (tid, call) in calls {
        match threads.iter_mut().find(|thread| thread.0 == tid) {
            Some(thread) => thread.1.push(call),
            None => threads.push((tid, vec![call])),
        }
    }
    let texts = threads.into_iter().map(|(_, mut calls)| {
        name_ports(&mut calls, port);
        if same == Same::ButNumbers {
            name_descriptors(&mut calls);
        }
        if same == Same::ButValues {
            calls
                .iter_mut()
                .filter(|call| call.args.len() == 5)
                .for_each(|call| drop(call.args.remove(3)));
        }
        if matches!(same, Same::InOrder | Same::ButValues) {
            texts(&calls)
        } else {
            but_waits(calls)
        }
    });
    let mut texts: Vec<Vec<String>> = texts.collect();
    texts.sort();
    texts
}

fn texts(calls: &[Call]) -> Vec<String> {
    calls.iter().map(Call::to_string).collect()
}

fn but_waits(mut calls: Vec<Call>) -> Vec<String> {
    let waits = |call: &Call| {
        ["poll", "ppoll", "select", "pselect6", "epoll_wait", "epoll_pwait"].contains(&&*call.name)
    };
    calls.retain(|call| !waits(call) && call.answer != "EAGAIN");
    // nc reads on into what is left of its buffer: how much that is depends on when it has written
    // out.
    for end in calls.iter_mut().filter(|call| call.name == "read" && call.answer == "0") {
        end.args.truncate(2);
    }
    texts(&calls)
}

fn words(command: &str, port: u16) -> Vec<String> {
    shell_words::split(&command.replace("PORT", &port.to_string())).expect("a command")
}

/// The interpreter itself: what PATH has may be a script that looks for it, in many processes.
fn python() -> String {
    let print = ["-c", "import sys; print(sys.executable)"];
    let outcome = run(Command::new("python3").args(print), Stdio::null());
    String::from_utf8_lossy(&outcome.stdout).trim().to_owned()
}

/// Why none of this can be tested here, if it cannot.
fn without(tools: &[&str]) -> Option<String> {
    let missing =
        tools.iter().find(|tool| !has(tool)).map(|tool| format!("{tool} is not installed"));
    calls::cannot_trace().or(missing)
}

/// Compiles a program of `tests/recorded` into a folder for test files.
fn built(compiler: &str, flags: &[&str], source: &str, name: &str) -> String {
    let out = scratch("recorded");
    fs::create_dir_all(&out).expect("folder");
    let out = out.join(name);
    let mut compile = Command::new(compiler);
    compile.args(flags).arg("-o").arg(&out).arg(source).args(["-pthread"]).current_dir(SOURCES);
    let outcome = run(&mut compile, Stdio::null());
    assert!(outcome.status.success(), "{compile:?}: {outcome:?}");
    out.to_string_lossy().into_owned()
}

#[test]
fn every_call_of_the_table() {
    if let Some(reason) = without(&["cc"]) {
        return skip(&reason);
    }
    let program = built("cc", &["-w"], "every_call.c", "every_call");
    let port = free_port();
    compare(&[vec![program, port.to_string()]], port, &Ready::Listens, Same::InOrder);
}

#[test]
fn every_option() {
    if let Some(reason) = without(&["cc"]) {
        return skip(&reason);
    }
    let program = built("cc", &["-w"], "every_option.c", "every_option");
    compare(&[vec![program]], free_port(), &Ready::Listens, Same::ButValues);
}

/// A server and a client: `PORT` becomes a port.
struct Pair {
    tools: &'static [&'static str],
    server: &'static str,
    client: &'static str,
    ready: Ready,
    same: Same,
}

#[track_caller]
fn pair(pair: Pair, programs: &[(&str, String)]) {
    if let Some(reason) = without(pair.tools) {
        return skip(&reason);
    }
    let port = free_port();
    let commands = [pair.server, pair.client].map(|command| {
        let mut words = words(command, port);
        if words[0] == "python3" {
            words[0] = python();
        }
        for word in &mut words {
            if let Some((_, path)) = programs.iter().find(|(name, _)| name == word) {
                word.clone_from(path);
            }
        }
        words
    });
    compare(&commands, port, &pair.ready, pair.same);
}

#[test]
fn python_http_and_curl() {
    let same = Same::ButWaits; // curl polls until the answer is there
    let client = "curl -s http://127.0.0.1:PORT/a%20b";
    let server = "python3 -I http_server.py PORT";
    pair(Pair { tools: &["python3", "curl"], server, client, ready: Ready::Listens, same }, &[]);
}

#[test]
fn python_datagrams() {
    let (server, client) = ("python3 -I udp.py server PORT", "python3 -I udp.py client PORT");
    pair(
        Pair { tools: &["python3"], server, client, ready: Ready::Bound, same: Same::InOrder },
        &[],
    );
}

#[test]
fn python_asyncio() {
    let (server, client) = ("python3 -I aio.py server PORT", "python3 -I aio.py client PORT");
    let same = Same::ButWaits; // what has come before epoll is asked depends on the other side
    pair(Pair { tools: &["python3"], server, client, ready: Ready::Listens, same }, &[]);
}

#[test]
fn python_selectors() {
    if !has("cc") {
        return skip("cc is not installed");
    }
    let clients = [("clients", built("cc", &[], "clients.c", "clients_of_selectors"))];
    let (server, client) = ("python3 -I selectors_echo.py PORT", "clients PORT 3");
    let same = Same::InOrder; // each waits for the other's word
    pair(Pair { tools: &["python3"], server, client, ready: Ready::Listens, same }, &clients);
}

#[test]
fn nc_tcp() {
    // One of both speaks: else it is open whether each first hears or first speaks.
    let server = "nc -d -l 127.0.0.1 PORT";
    let client = "sh -c 'exec nc -N 127.0.0.1 PORT <hello.txt'";
    pair(Pair { tools: &["nc"], server, client, ready: Ready::Listens, same: Same::ButWaits }, &[]);
}

#[test]
fn nc_udp() {
    let server = "nc -d -u -l -W 1 127.0.0.1 PORT";
    let client = "sh -c 'exec nc -u -q 0 127.0.0.1 PORT <hello.txt'";
    pair(Pair { tools: &["nc"], server, client, ready: Ready::Bound, same: Same::ButWaits }, &[]);
}

#[test]
fn nc_unix() {
    let folder = TempDir::new().expect("folder");
    let path = folder.path().join("socket");
    let server = "sh -c 'exec nc -l -N -U SOCKET <hello.txt'";
    let client = "nc -d -U SOCKET";
    let [server, client] = [server, client].map(|c| c.replace("SOCKET", &path.to_string_lossy()));
    let (server, client, ready) = (server.leak(), client.leak(), Ready::Exists(path));
    pair(Pair { tools: &["nc"], server, client, ready, same: Same::ButWaits }, &[]);
}

#[test]
fn java_threads() {
    if let Some(reason) = without(&["java", "javac"]) {
        return skip(&reason);
    }
    let classes = scratch("recorded-java");
    let mut javac = Command::new("javac");
    javac.arg("-d").arg(&classes).arg("Echo.java").current_dir(SOURCES);
    let outcome = run(&mut javac, Stdio::null());
    assert!(outcome.status.success(), "{outcome:?}");
    let classes = [("CLASSES", classes.to_string_lossy().into_owned())];
    let server = "java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp CLASSES Echo server PORT";
    let client = "java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp CLASSES Echo client PORT";
    pair(
        Pair { tools: &["java"], server, client, ready: Ready::Listens, same: Same::ButNumbers },
        &classes,
    );
}

#[test]
fn c_servers() {
    if let Some(reason) = without(&["cc"]) {
        return skip(&reason);
    }
    let programs = [
        ("servers", built("cc", &[], "servers.c", "servers")),
        ("static", built("cc", &["-static"], "servers.c", "servers_static")),
        ("clients", built("cc", &[], "clients.c", "clients")),
    ];
    for (server, client) in [
        ("servers PORT alone", "clients PORT 3"),
        ("static PORT alone", "clients PORT 3"),
        ("servers PORT threads", "clients PORT 3 together"),
        ("servers PORT fork", "clients PORT 3"),
        ("servers PORT restart", "clients PORT 3"),
        ("servers PORT poll", "clients PORT 3"),
    ] {
        let same = Same::InOrder;
        pair(Pair { tools: &["cc"], server, client, ready: Ready::Listens, same }, &programs);
    }
}

/// Rust's programs: the one here that is closest to the standard library, and the two ends of the
/// ladder of layers.
#[test]
fn rust() {
    let programs = [
        ("welcome_server", env!("CARGO_BIN_EXE_welcome_server").to_owned()),
        ("welcome_client", env!("CARGO_BIN_EXE_welcome_client").to_owned()),
        ("sockstep", env!("CARGO_BIN_EXE_sockstep").to_owned()),
    ];
    for (server, client) in [
        ("welcome_server 127.0.0.1 PORT", "welcome_client 127.0.0.1 PORT"),
        ("sockstep layer libc server 127.0.0.1 PORT", "sockstep layer std client 127.0.0.1 PORT"),
        (
            "sockstep layer std server 127.0.0.1 PORT",
            "sockstep layer socket2 client 127.0.0.1 PORT",
        ),
    ] {
        let same = Same::InOrder;
        pair(Pair { tools: &[], server, client, ready: Ready::Listens, same }, &programs);
    }
}

#[test]
fn cpp() {
    if !has("c++") {
        return skip("c++ is not installed (Debian: package g++)");
    }
    let program = [("echo", built("c++", &[], "echo.cpp", "echo"))];
    let (server, client) = ("echo server PORT", "echo client PORT");
    let same = Same::InOrder;
    pair(Pair { tools: &["c++"], server, client, ready: Ready::Listens, same }, &program);
}

#[test]
fn perl() {
    let (server, client) = ("perl echo.pl server PORT", "perl echo.pl client PORT");
    let same = Same::InOrder;
    pair(Pair { tools: &["perl"], server, client, ready: Ready::Listens, same }, &[]);
}
