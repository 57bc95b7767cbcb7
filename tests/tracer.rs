//! The tracer itself: what it says of programs that it cannot run or watch, and that nothing is
//! left behind, however it ends.
#![cfg(feature = "stepper")]

mod common;
#[path = "watched/recording.rs"]
mod recording;

use std::fs::{self, File, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use common::{Running, has, run, skip, start, start_into, until};
use nix::pty::openpty;
use nix::sys::termios::tcgetattr;
use recording::{attempt, program, read_file, record, record_with, sockstep};
use sockstep::calls::{SIG_DFL, SIGINT, signal as signal_action};
use sockstep::trace::*;
use tempfile::TempDir;

// ---- Programs that cannot be run, or not be watched -----------------------------------------

/// An executable file with these bytes.
fn file(folder: &TempDir, name: &str, bytes: &[u8], mode: u32) -> String {
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("file");
    fs::set_permissions(&path, Permissions::from_mode(mode)).expect("mode");
    path.to_string_lossy().into_owned()
}

#[test]
fn what_cannot_be_executed() {
    let folder = TempDir::new().expect("temporary folder");
    let here = folder.path().to_string_lossy().into_owned();
    let mut foreign = fs::read(program("ends")).expect("program");
    foreign[18..20].copy_from_slice(&[0xff, 0x7f]); // e_machine: nobody's
    let script = format!("#!{here}\n");
    let cases = [
        (format!("{here}/missing"), "ENOENT"),
        ("no-such-program-in-path".into(), "no program of this name in PATH"),
        (String::new(), "cannot execute"),
        (here.clone(), "EACCES"),
        (file(&folder, "plain", b"#!/bin/sh\n", 0o644), "EACCES"),
        (file(&folder, "empty", b"", 0o755), "ENOEXEC"),
        (file(&folder, "garbage", b"\x7fELF and no more", 0o755), "ENOEXEC"),
        (file(&folder, "text", b"hello\n", 0o755), "ENOEXEC"),
        (file(&folder, "foreign", &foreign, 0o755), "ENOEXEC"),
        (file(&folder, "no-shell", b"#!/no/such/shell\n", 0o755), "ENOENT"),
        (file(&folder, "no-program", script.as_bytes(), 0o755), "cannot execute"),
    ];
    for (command, says) in &cases {
        let trace = folder.path().join("run.jsonl");
        let Some(outcome) = attempt(&trace, &["--", command]) else { return };
        let said = String::from_utf8_lossy(&outcome.stderr);
        assert_eq!(outcome.status.code(), Some(1), "{command}: {said}");
        assert!(said.contains("cannot execute") && said.contains(says), "{command}: {said}");
        assert_eq!(said.lines().filter(|line| line.starts_with("sockstep: cannot")).count(), 1);
        read_file(&trace).unwrap_or_else(|e| panic!("{command}: {e}"));
    }
}

#[test]
fn a_script() {
    let folder = TempDir::new().expect("temporary folder");
    let text = format!("#!/bin/sh\n{}\nexit 3\n", program("passes"));
    let Some(run) = record(&[&file(&folder, "script", text.as_bytes(), 0o755)]) else { return };
    assert_eq!(run.calls(), ["socket() = 3", "close(3) = 0"]);
    assert_eq!(run.exit(), Some(Exit::Status(3)));
}

/// A whole program: the ELF header, one program header, and `getpid(); exit(7);` through int 0x80.
#[cfg(target_arch = "x86_64")]
fn i386_program() -> Vec<u8> {
    const CODE: &[u8] = &[
        0xb8, 20, 0, 0, 0, 0xcd, 0x80, // mov eax, 20; int 0x80
        0xb8, 1, 0, 0, 0, 0xbb, 7, 0, 0, 0, 0xcd, 0x80, // mov eax, 1; mov ebx, 7; int 0x80
    ];
    const BASE: u32 = 0x0804_8000;
    let size = 84 + CODE.len() as u32;
    let half = |numbers: &[u16]| numbers.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<_>>();
    let word = |numbers: &[u32]| numbers.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<_>>();
    [
        b"\x7fELF\x01\x01\x01\0\0\0\0\0\0\0\0\0".to_vec(),
        half(&[2, 3]),                   // ET_EXEC, EM_386
        word(&[1, BASE + 84, 52, 0, 0]), // version, entry, where the program headers are
        half(&[52, 32, 1, 0, 0, 0]),
        word(&[1, 0, BASE, BASE, size, size, 5, 4096]), // PT_LOAD of the whole file, r-x
        CODE.to_vec(),
    ]
    .concat()
}

#[test]
#[cfg(target_arch = "x86_64")]
fn a_32_bit_program_is_said_to_be_one() {
    let folder = TempDir::new().expect("temporary folder");
    let path = file(&folder, "i386", &i386_program(), 0o755);
    let alone = std::process::Command::new(&path).status();
    if !alone.is_ok_and(|status| status.code() == Some(7)) {
        return skip("this kernel runs no 32-bit programs (CONFIG_IA32_EMULATION)");
    }
    for command in [vec![&*path], vec![&*program("passes"), "numbers"]] {
        let Some(run) = record(&command) else { return };
        let notes = run.notes();
        assert!(matches!(notes[..], [note] if note.contains("32-bit")), "{command:?}: {notes:?}");
        let exit = if command.len() == 1 { 7 } else { 0 };
        assert_eq!(run.exit(), Some(Exit::Status(exit)), "{command:?}");
    }
}

#[test]
fn a_program_that_uses_io_uring_is_said_to_once() {
    let Some(run) = record(&[&program("passes"), "uring"]) else { return };
    let notes = run.notes();
    assert!(matches!(notes[..], [note] if note.contains("io_uring")), "{notes:?}");
    let names: Vec<_> = run.trace.calls().iter().map(|call| call.entered.name.clone()).collect();
    assert_eq!(names, ["socket", "close"]);
}

#[test]
fn a_program_that_prints_on_and_on() {
    let Some(run) = record(&[&program("prints"), "20000"]) else { return };
    let printed: usize = run
        .all(|what| match what {
            What::Printed { bytes, .. } => Some(bytes.len()),
            _ => None,
        })
        .into_iter()
        .sum();
    assert_eq!(printed, 1 << 20);
    assert!(matches!(run.notes()[..], [note] if note.contains("on and on")), "{:?}", run.notes());
    assert_eq!(run.calls(), ["socket() = 3", "close(3) = 0"]);

    let folder = TempDir::new().expect("temporary folder");
    let trace = folder.path().join("run.jsonl");
    let mut command = sockstep();
    command.arg("record").arg("-o").arg(&trace).args(["--", &program("prints"), "0"]);
    let endless = start(&mut command, Stdio::null());
    thread::sleep(Duration::from_secs(2));
    let status = fs::read_to_string(format!("/proc/{}/status", endless.pid())).expect("status");
    endless.signal("INT");
    assert_eq!(endless.finish().status.signal(), Some(libc::SIGINT));
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
    let peak: usize = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    assert!(peak < 100_000, "{peak} kB");
    let length = fs::metadata(&trace).expect("trace").len();
    assert!(length < 8 << 20, "{length} bytes");
    assert_eq!(read_file(&trace).expect("a trace").1, None);
}

// ---- Ends ------------------------------------------------------------

/// Waits until no process has this word among its arguments.
fn gone(word: &str) {
    until(&format!("the end of all processes with {word}"), || {
        let processes = fs::read_dir("/proc").expect("/proc").flatten();
        let lines = processes.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
        let mut words = lines
            .flat_map(|line| line.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect::<Vec<_>>());
        (!words.any(|other| other == word.as_bytes())).then_some(())
    });
}

fn alive(word: &str) -> bool {
    let processes = fs::read_dir("/proc").expect("/proc").flatten();
    let mut lines = processes.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines.any(|line| {
        !line.starts_with(env!("CARGO_BIN_EXE_sockstep").as_bytes())
            && line.split(|byte| *byte == 0).any(|other| other == word.as_bytes())
    })
}

/// A word that no other process has among its arguments.
fn word(name: &str) -> String {
    format!("{name}-{}", std::process::id())
}

#[test]
fn a_server_that_cannot_be_ended_kindly_is_ended() {
    let tag = word("stubborn");
    let server = format!("{} stubborn {tag}", program("ends"));
    let client = format!("{} no {tag}", program("ends"));
    let Some(run) = record_with(&["--server", &server, "--client", &client]) else { return };
    gone(&tag);
    let serving = run.ended().into_iter().filter(|(_, exit)| *exit == Exit::Serving).count();
    assert_eq!(serving, 2);
    assert!(run.outcome.status.success(), "{:?}", run.outcome);
}

/// Sends a signal to a recorder at many moments: during its start, while it runs, while all sleep.
fn ended_at_many_moments(signal: &str, number: i32) {
    let folder = TempDir::new().expect("temporary folder");
    let Some(_) = record(&[&program("passes")]) else { return };
    // Tests in the background have SIGINT ignored, and so would what they start, until it listens.
    signal_action(SIGINT, SIG_DFL).expect("signal");
    for how in ["tree", "talks"] {
        for (at, delay) in [0, 2, 5, 9, 15, 25, 40, 60, 120, 300].into_iter().enumerate() {
            let tag = word(&format!("{how}-{signal}-{at}"));
            let trace = folder.path().join(&tag);
            let mut command = sockstep();
            command.arg("record").arg("-o").arg(&trace);
            command.args(["--", &program("waits"), how, &tag]);
            let running = start(&mut command, Stdio::null());
            thread::sleep(Duration::from_millis(delay));
            running.signal(signal);
            let outcome = running.finish();
            assert_eq!(outcome.status.signal(), Some(number), "{tag}: {outcome:?}");
            gone(&tag);
            let length = fs::metadata(&trace).map_or(0, |meta| meta.len());
            if length > 0 {
                read_file(&trace).unwrap_or_else(|e| panic!("{tag}: {e}"));
            }
        }
    }
}

#[test]
fn ctrl_c_at_any_moment_leaves_nothing_behind() {
    ended_at_many_moments("INT", libc::SIGINT);
}

#[test]
fn kill_9_at_any_moment_leaves_nothing_behind() {
    ended_at_many_moments("KILL", libc::SIGKILL);
}

#[test]
fn what_was_recorded_until_ctrl_c_is_in_the_file() {
    let folder = TempDir::new().expect("temporary folder");
    let trace = folder.path().join("run.jsonl");
    let Some(_) = record(&[&program("passes")]) else { return };
    let mut command = sockstep();
    command.arg("record").arg("-o").arg(&trace).args(["--watch", "calls", "--host-network"]);
    let running = start(command.args(["--", &program("waits"), "tree"]), Stdio::null());
    until("the calls in the file", || {
        let text = fs::read_to_string(&trace).unwrap_or_default();
        (text.matches("\"recvfrom\"").count() == 8).then_some(())
    });
    running.signal("INT");
    assert_eq!(running.finish().status.signal(), Some(libc::SIGINT));
    let (trace, cut) = read_file(&trace).expect("a trace");
    assert_eq!(cut, None);
    let serving = |event: &&Event| matches!(event.what, What::Ended { exit: Exit::Serving, .. });
    assert_eq!(trace.events.iter().filter(serving).count(), 8);
}

#[test]
fn everybody_waits() {
    let (server, client) = (program("waits") + " server", program("waits") + " client");
    let args = ["--server", &server, "--client", &client];
    let began = Instant::now();
    let Some(recording) = record_with(&args) else { return };
    let took = began.elapsed();
    if !recording.trace.header.sandbox {
        return skip("no network of their own: who is outside could end a deadlock");
    }
    let step = run(sockstep().args(["step", "--script", "e"]).args(args), Stdio::null());
    assert!(took < Duration::from_secs(5), "{took:?}");
    let said = String::from_utf8_lossy(&recording.outcome.stderr);
    let stepped = String::from_utf8_lossy(&step.stdout);
    let [noted] = recording.notes()[..] else { panic!("{:?}", recording.notes()) };
    for text in [&*said, &*stepped, noted] {
        assert!(text.contains("A deadlock"), "{text}");
        assert!(text.contains("server is in recvfrom(4, "), "{text}");
        assert!(text.contains("client is in recvfrom(3, "), "{text}");
        assert!(text.contains("waits for bytes or a FIN from 127.0.0.1:9001"), "{text}");
    }
    assert_eq!(recording.outcome.status.code(), Some(1), "{said}");
    assert_eq!(step.status.code(), Some(1), "{stepped}");
}

#[test]
fn a_stopped_program_that_nobody_continues() {
    let Some(recording) = record(&[&program("ends"), "stopped"]) else { return };
    if !recording.trace.header.sandbox {
        return skip("no network of their own: who is outside could end a deadlock");
    }
    let notes = recording.notes();
    assert!(matches!(notes[..], [note] if note.contains("waits for SIGCONT")), "{notes:?}");
    assert_eq!(recording.outcome.status.code(), Some(1), "{:?}", recording.outcome);
}

// ---- The terminal ------------------------------------------------------------

/// Steps through a program at a terminal until the first question.
fn stepping(tag: &str, theirs: File, mut ours: File) -> Running {
    let mut command = std::process::Command::new("setsid");
    command.args(["--ctty", env!("CARGO_BIN_EXE_sockstep"), "step", "--plain", "--"]);
    command.args([&program("waits"), "tree", tag]);
    let input = theirs.try_clone().expect("dup");
    let running = start_into(&mut command, input.into(), theirs.into());
    let shown = Arc::new(Mutex::new(String::new()));
    let into = Arc::clone(&shown);
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = ours.read(&mut buffer) {
            into.lock().expect("lock").push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
    });
    until("the question", || shown.lock().expect("lock").contains("q quit > ").then_some(()));
    running
}

#[test]
fn the_terminal_is_as_it_was() {
    if !has("setsid") {
        return skip("setsid is not installed (Debian, Fedora: package util-linux)");
    }
    let Some(_) = record(&[&program("passes")]) else { return };
    let cases = [("quit", "q\n", None), ("ctrl-c", "\x03", Some(libc::SIGINT))];
    for (how, keys, signal) in cases.into_iter().chain([("kill", "", Some(libc::SIGKILL))]) {
        let tag = word(how);
        let pty = openpty(None, None).expect("a pseudo-terminal");
        let before = tcgetattr(&pty.slave).expect("its modes");
        let mut keyboard = File::from(pty.master.try_clone().expect("dup"));
        let theirs = File::from(pty.slave.try_clone().expect("dup"));
        let running = stepping(&tag, theirs, pty.master.into());
        assert!(alive(&tag), "{how}");
        match keys {
            "" => running.signal("KILL"),
            keys => keyboard.write_all(keys.as_bytes()).expect("the keyboard"),
        }
        let status = running.finish().status;
        assert_eq!(
            (status.signal(), status.code()),
            (signal, signal.is_none().then_some(0)),
            "{how}"
        );
        gone(&tag);
        assert_eq!(tcgetattr(&pty.slave).expect("its modes"), before, "{how}");
    }
}
