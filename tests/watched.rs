//! Programs that misbehave in every way we know of, recorded: the recording tells what they did,
//! and ends.
#![cfg(feature = "stepper")]

mod common;
#[path = "watched/recording.rs"]
mod recording;

use std::collections::HashSet;

use recording::{Recording, program, record};
use sockstep::trace::*;

const PAIR: &str = "socketpair() = 0";

/// Records a program with one argument, which says what it does.
fn watch(name: &str, how: &str) -> Option<Recording> {
    record(&[&program(name), how])
}

#[track_caller]
fn ended_well(run: &Recording) {
    assert!(run.outcome.status.success(), "{:?}", run.outcome);
    assert_eq!(run.exit(), Some(Exit::Status(0)), "{:?}", run.calls());
}

#[test]
fn a_program_that_dies_of_a_signal() {
    let cases = [
        ("ends", "segv", libc::SIGSEGV, vec!["SIGSEGV"], vec![PAIR, "sendto(3) = 1"]),
        ("ends", "kill", libc::SIGKILL, vec![], vec![PAIR, "recvfrom(3) = ?"]),
        (
            "ends",
            "pipe",
            libc::SIGPIPE,
            vec!["SIGPIPE"],
            vec![PAIR, "close(4) = 0", "sendto(3) = EPIPE"],
        ),
        ("signals", "realtime-death", libc::SIGRTMIN() + 3, vec!["SIGRTMIN+3"], vec![PAIR]),
    ];
    for (name, how, signal, signals, calls) in cases {
        let Some(run) = watch(name, how) else { return };
        let tid = run.first().tid;
        assert_eq!(run.exit(), Some(Exit::Signal(signal)), "{how}");
        assert_eq!(run.signals_of(tid), signals, "{how}");
        assert_eq!(run.calls_of(tid), calls, "{how}");
        assert!(run.outcome.status.success(), "{how}: {:?}", run.outcome);
    }
}

#[test]
fn two_hundred_children() {
    let Some(run) = watch("family", "forks") else { return };
    let children = run.children();
    assert_eq!(children.iter().map(|who| who.pid).collect::<HashSet<_>>().len(), 200);
    let ended = run.ended();
    for child in children {
        assert_eq!(child.pid, child.tid);
        let calls = ["socket() = 3", "listen(3) = EOPNOTSUPP", "close(3) = 0"];
        assert_eq!(run.calls_of(child.tid), calls, "{child:?}");
        assert!(ended.contains(&(child, Exit::Status(7))), "{child:?}");
    }
    ended_well(&run);
}

#[test]
fn fifty_threads() {
    let Some(run) = watch("family", "threads") else { return };
    let threads = run.children();
    assert_eq!(threads.len(), 50);
    for thread in threads {
        assert_eq!(thread.pid, run.first().pid);
        let calls = run.calls_of(thread.tid);
        let names: Vec<_> = calls.iter().filter_map(|call| call.split_once('(')).collect();
        assert!(matches!(names[..], [("socket", _), ("listen", _), ("close", _)]), "{calls:?}");
        assert!(run.ended().contains(&(thread, Exit::Status(0))), "{thread:?}");
    }
    ended_well(&run);
}

#[test]
fn a_program_that_becomes_another() {
    let leaf = ["socket() = 3", "listen(3) = EOPNOTSUPP", "close(3) = 0"];
    for how in ["exec", "spawn"] {
        let Some(run) = watch("family", how) else { return };
        assert_eq!(run.calls(), [leaf, leaf].concat(), "{how}");
        assert_eq!(run.executed(), 1, "{how}");
        ended_well(&run);
    }
}

#[test]
fn a_thread_that_executes_another_program() {
    let Some(run) = watch("family", "exec-from-thread") else { return };
    let calls = run.calls();
    assert_eq!(calls.iter().filter(|call| **call == "recvfrom(5) = ?").count(), 1, "{calls:?}");
    assert_eq!(calls.iter().filter(|call| **call == "recvfrom(3) = ?").count(), 1, "{calls:?}");
    let leaf = ["socket() = 7", "listen(7) = EOPNOTSUPP", "close(7) = 0"];
    let first = run.calls_of(run.first().tid);
    assert!(first.ends_with(&leaf.map(String::from)), "{first:?}");
    assert_eq!(run.executed(), 1);
    ended_well(&run);
}

#[test]
fn pointers_and_lengths_that_no_program_should_pass() {
    let Some(run) = record(&[&program("pointers")]) else { return };
    let answers = [
        "sendto(3) = EFAULT",
        "sendto(3) = EFAULT",
        "bind(3) = EFAULT",
        "bind(3) = EINVAL",
        "bind(3) = EINVAL",
        "sendto(3) = EFAULT",
        "sendto(3) = EFAULT",
        "recvfrom(3) = EAGAIN",
        "writev(3) = EINVAL",
        "writev(3) = EINVAL",
        "writev(3) = EFAULT",
        "sendmsg(3) = EMSGSIZE",
        "sendmsg(3) = ENOBUFS",
        "sendmsg(3) = EFAULT",
        "sendmmsg(3) = EFAULT",
        "getsockname(3) = EFAULT",
        "getsockopt(3) = EFAULT",
        "setsockopt(3) = EINVAL",
        "shutdown(-1) = EBADF",
        "listen(-2147483648) = EBADF",
    ];
    let calls = run.calls();
    assert_eq!(calls[1..calls.len() - 1], answers);
    ended_well(&run);

    let calls = run.trace.calls();
    let arg = |call: usize, name: &str| {
        let mut args = calls[call].entered.args.iter();
        args.find(|arg| arg.name == name).map(|arg| arg.value.clone()).expect("an argument")
    };
    let nowhere = Value::Unreadable(0x10);
    for (call, name) in [(1, "buf"), (2, "dest_addr"), (3, "addr"), (11, "iov"), (14, "msg")] {
        assert_eq!(arg(call, name), nowhere, "{call}: {name}");
    }
    // The one byte that can be read of 2^31.
    assert_eq!(arg(6, "buf"), Value::Bytes { data: vec![0], length: 1 << 31 });
    assert_eq!(arg(6, "len"), Value::Int(1 << 31));
    for call in [9, 10] {
        let Value::List { items, length } = arg(call, "iov") else { panic!("no list") };
        assert!(items.len() <= 64 && length >= 1 << 30, "{call}: {} of {length}", items.len());
    }
}

#[test]
fn a_signal_that_comes_while_a_call_sleeps() {
    let cases = [
        ("eintr", vec!["SIGUSR1"], vec!["recvfrom(3) = EINTR", "recvfrom(3) = 1"]),
        ("quiet", vec!["SIGALRM"], vec!["recvfrom(3) = EINTR"]),
        ("jump", vec!["SIGALRM"], vec!["recvfrom(3) = ?", "shutdown(3) = 0", "recvfrom(3) = 0"]),
        ("handler-calls", vec!["SIGALRM"], vec!["recvfrom(3) = 1", "sendto(4) = 1"]),
        ("restart", vec!["SIGUSR1", "SIGUSR1"], vec!["recvfrom(3) = 1"]),
        ("stop", vec!["SIGSTOP", "SIGCONT"], vec!["recvfrom(3) = 1"]),
        ("poll", vec!["SIGSTOP", "SIGCONT"], vec!["poll() = 1"]),
        ("realtime", vec!["SIGRTMIN+3"], vec!["recvfrom(3) = 1"]),
    ];
    for (how, signals, calls) in cases {
        let Some(run) = watch("signals", how) else { return };
        let tid = run.first().tid;
        let mut said = run.calls_of(tid);
        // The C library makes poll of ppoll where the kernel has no poll (aarch64).
        said.iter_mut().for_each(|call| *call = call.replace("ppoll", "poll"));
        assert_eq!(said, [vec![PAIR], calls].concat(), "{how}");
        let mut got = run.signals_of(tid);
        got.retain(|signal| *signal != "SIGCHLD");
        assert_eq!(got, signals, "{how}");
        ended_well(&run);
    }
}

#[test]
fn a_descriptor_that_is_closed_under_a_sleeper() {
    let Some(run) = watch("descriptors", "close-recv") else { return };
    assert_eq!(run.calls(), [PAIR, "recvfrom(3) = 1", "close(3) = 0", "sendto(4) = 1"]);
    ended_well(&run);

    // It sleeps on until the program ends.
    let Some(run) = watch("descriptors", "close-accept") else { return };
    assert_eq!(run.calls()[4..], ["accept(5) = ?", "close(5) = 0"]);
    ended_well(&run);
}

#[test]
fn descriptors_that_mean_something_else_now() {
    let cases = [
        ("double", vec![PAIR, "close(3) = 0", "close(3) = EBADF", "sendto(3) = EBADF"]),
        ("dup2", vec![PAIR, "dup2(4) = 3", "dup2(1) = 4", "close(3) = 0"]),
        ("stdio", vec![PAIR, "socket() = 0", "listen(0) = EOPNOTSUPP"]),
        (
            "rights",
            vec![
                PAIR,
                "socket() = 5",
                "dup2(5) = 33",
                "sendmsg(3) = 1",
                "recvmsg(4) = 1",
                "shutdown(5) = ENOTCONN",
            ],
        ),
    ];
    for (how, calls) in cases {
        let Some(run) = watch("descriptors", how) else { return };
        let mut said = run.calls();
        // The C library makes dup2 of dup3 where the kernel has no dup2 (aarch64).
        said.iter_mut().for_each(|call| *call = call.replace("dup3", "dup2"));
        // The child may wait for its message before or after the parent makes it.
        let mut calls = calls;
        if how == "rights" {
            said.sort();
            calls.sort_unstable();
        }
        assert_eq!(said, calls, "{how}");
        ended_well(&run);
    }
}

#[test]
fn a_socket_that_came_in_a_message_is_the_one_that_was_sent() {
    let Some(run) = watch("descriptors", "rights") else { return };
    let calls = run.trace.calls();
    let call = |name: &str| calls.iter().find(|call| call.entered.name == name).expect("a call");
    let made = call("socket").returned.and_then(|(returned, _)| returned.made);
    assert!(made.is_some());
    assert_eq!(call("shutdown").entered.socket, made);
    assert_ne!(call("shutdown").entered.who, call("socket").entered.who);
}

#[test]
fn a_thousand_descriptors() {
    let Some(run) = watch("descriptors", "many") else { return };
    let calls = run.calls();
    assert_eq!(calls.iter().filter(|call| call.starts_with("socket()")).count(), 1000);
    let last = calls.last().and_then(|call| call.strip_prefix("listen("));
    let (fd, answer) = last.and_then(|call| call.split_once(')')).expect("listen");
    assert!(fd.parse::<i32>().is_ok_and(|fd| fd >= 1004), "{fd}");
    assert_eq!(answer, " = EOPNOTSUPP");
    ended_well(&run);
}
