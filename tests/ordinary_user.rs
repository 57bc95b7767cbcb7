//! All of the stepper without root: watched, with packets and kernel state, in an own network, by the user 65534.
#![cfg(feature = "stepper")]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{Outcome, run, skip};
use nix::unistd::geteuid;
use sockstep::trace::{Answer, Carried, Trace, What, read};
use tempfile::TempDir;

const NOBODY: u32 = 65534;

/// sockstep and its programs where everybody may read them, and a folder where everybody may write.
struct Everybody(TempDir);

impl Everybody {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).expect("chmod");
        let built = Path::new(env!("CARGO_BIN_EXE_sockstep")).parent().expect("a folder");
        for name in ["sockstep", "welcome_server", "welcome_client", "upper_tcp_server"] {
            fs::copy(built.join(name), folder.path().join(name)).expect("copy");
        }
        Everybody(folder)
    }

    fn file(&self, name: &str) -> String {
        self.0.path().join(name).to_string_lossy().into_owned()
    }

    fn sockstep(&self, args: &[&str]) -> Outcome {
        let mut command = Command::new(self.file("sockstep"));
        command.args(args).current_dir(self.0.path());
        command.env("HOME", self.0.path()).env("XDG_CACHE_HOME", self.file("cache"));
        command.env("XDG_STATE_HOME", self.file("state"));
        if geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        run(&mut command, Stdio::null())
    }

    /// Records a run; none if this machine forbids what the test is about, which is said.
    fn record(&self, args: &[&str]) -> Option<Trace> {
        let file = self.file("run.jsonl");
        let outcome = self.sockstep(&[&["record", "-o", &file], args].concat());
        let trace = fs::read(&file).expect("a recording");
        let (trace, cut) = read(&trace[..]).unwrap_or_else(|e| panic!("{e}: {outcome:?}"));
        assert_eq!(cut, None);
        if !trace.header.missing.is_empty() {
            skip(&format!("an ordinary user cannot do this here: {:?}", trace.header.missing));
            return None;
        }
        assert_eq!(outcome.status.code(), Some(0), "{outcome:?}");
        Some(trace)
    }
}

#[test]
fn calls_lines_sockets_and_packets_need_no_root() {
    let Some(trace) = Everybody::new().record(&["welcome"]) else { return };
    assert!(trace.header.sandbox);
    let calls = trace.calls();
    let names: Vec<&str> = calls.iter().map(|call| &*call.entered.name).collect();
    for name in ["socket", "setsockopt", "bind", "listen", "accept", "connect", "close"] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    for call in &calls {
        let stack = call.entered.stack.and_then(|id| trace.stack(id)).expect("a stack");
        let own = &stack.frames[stack.own.expect("a line of our own")];
        assert!(own.file.as_ref().is_some_and(|file| file.contains("welcome_")), "{own:?}");
    }
    let flags: Vec<&str> = trace
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Packet(packet) => match &packet.carries {
                Carried::Tcp(segment) => Some(&*segment.flags),
                _ => None,
            },
            _ => None,
        })
        .collect();
    assert_eq!(&flags[..3], ["SYN", "SYN|ACK", "ACK"]);
    let states = trace.events.iter().filter_map(|event| match &event.what {
        What::Socket(socket) => socket.state.as_deref(),
        _ => None,
    });
    let states: Vec<&str> = states.collect();
    for state in ["LISTEN", "ESTABLISHED", "TIME_WAIT"] {
        assert!(states.contains(&state), "{state}: {states:?}");
    }
}

/// In his own network an ordinary user is still himself: the first 1,024 ports are not his.
#[test]
fn port_80_is_forbidden_in_the_sandbox_too() {
    let everybody = Everybody::new();
    let server = everybody.file("welcome_server");
    let Some(trace) = everybody.record(&["--", &server, "127.0.0.1", "80"]) else { return };
    let calls = trace.calls();
    let bind = calls.iter().find(|call| call.entered.name == "bind").expect("bind");
    let answer = bind.returned.map(|(returned, _)| &returned.answer);
    assert_eq!(answer, Some(&Answer::Errno(libc::EACCES)));
}

#[test]
fn stepping_and_comparing_need_no_root() {
    let everybody = Everybody::new();
    if everybody.record(&["welcome"]).is_none() {
        return;
    }
    let stepped = everybody.sockstep(&["step", "welcome"]);
    assert_eq!(stepped.status.code(), Some(0), "{stepped:?}");
    let compared = everybody.sockstep(&["compare", "welcome"]);
    assert_eq!(compared.status.code(), Some(0), "{compared:?}");
    let shown = String::from_utf8_lossy(&compared.stdout).into_owned();
    assert!(shown.contains("watched call by call"), "{shown}");
}

/// Each verdict, those for which a packet is lost or a name is looked up, too.
#[test]
fn the_labs_need_no_root() {
    let everybody = Everybody::new();
    if everybody.record(&["welcome"]).is_none() {
        return;
    }
    let list = everybody.sockstep(&["lab", "--json"]);
    let labs: Vec<serde_json::Value> = serde_json::from_slice(&list.stdout).expect("JSON");
    for lab in labs {
        let name = lab["name"].as_str().expect("a name");
        let done = everybody.sockstep(&["lab", name]);
        assert_eq!(done.status.code(), Some(0), "{name}: {done:?}");
    }
}
