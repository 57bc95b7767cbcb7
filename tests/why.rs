//! Calls that fail: the recording has what the kernel knew, and what is shown says why.
#![cfg(feature = "stepper")]

mod common;
#[path = "watched/recording.rs"]
mod recording;
#[path = "why/told.rs"]
mod told;

use std::process::Stdio;

use common::watched::cannot_watch;
use common::{run, skip};
use nix::errno::Errno;
use recording::{program, record, record_with, sockstep};
use sockstep::trace::*;
use told::{check, explained, fails};

#[test]
fn an_address_in_use() {
    let held =
        "\"holds\":{\"family\":\"AF_INET\",\"kind\":\"SOCK_STREAM\",\"local\":\"127.0.0.1:9001\"";
    let [listens, unset] = ["\"state\":\"LISTEN\"", "\"state\":\"CLOSE\",\"reuse\":false}"];
    check(&[
        (
            "in_use",
            "bind",
            Errno::EADDRINUSE,
            &[held, listens, unset, "\"fd\":3}]"],
            "why: fails's bind: port 9001 is held by 127.0.0.1:9001 in LISTEN: fails fd 3 \
             SO_REUSEADDR is not set here, and would not help while the other listens",
        ),
        (
            "in_use_all",
            "bind",
            Errno::EADDRINUSE,
            &["\"local\":\"0.0.0.0:9001\""],
            "port 9001 is held by 0.0.0.0:9001 in LISTEN: fails fd 3",
        ),
        (
            "in_use_udp",
            "bind",
            Errno::EADDRINUSE,
            &["SOCK_DGRAM"],
            "port 9001 is held by 127.0.0.1:9001: fails fd 3 SO_REUSEADDR is not set",
        ),
        (
            "in_use_by_child",
            "bind",
            Errno::EADDRINUSE,
            &[held, listens],
            "port 9001 is held by 127.0.0.1:9001 in LISTEN: fails [",
        ),
        (
            "listen_twice",
            "listen",
            Errno::EADDRINUSE,
            &[held, "\"reuse\":true"],
            "SO_REUSEADDR is set here, but does not help while the other listens",
        ),
        (
            "path_in_use",
            "bind",
            Errno::EADDRINUSE,
            &["\"local\":\"why.sock\"", "{\"path\":\"why.sock\",\"is\":\"socket\"}"],
            "the name why.sock is taken",
        ),
    ]);
}

#[test]
fn an_address_in_time_wait() {
    let waits = "\"state\":\"TIME_WAIT\"";
    let line = "in TIME_WAIT, which no process owns any more (about 60 s from its close)";
    let unset = format!("{line} SO_REUSEADDR is not set on this socket");
    let other = format!("{line} SO_REUSEADDR is set here, but was not on the socket that has");
    check(&[
        ("in_use_wait", "bind", Errno::EADDRINUSE, &[waits, "\"reuse\":false"], &unset),
        ("in_use_reuse", "bind", Errno::EADDRINUSE, &[waits, "\"reuse\":true"], &other),
    ]);
    // Both sockets have it: that is what helps.
    let Some(run) = fails("in_use_both") else { return };
    assert_eq!(explained(&run), []);
    let calls = run.calls();
    let bound: Vec<_> = calls.iter().filter(|call| call.starts_with("bind")).collect();
    assert_eq!(bound, ["bind(3) = 0"; 2]);
}

#[test]
fn a_connection_refused() {
    let refused = Errno::ECONNREFUSED;
    let nobody = "\"nobody-listens\":{\"address\":\"127.0.0.1:9001\"}";
    check(&[
        (
            "refused",
            "connect",
            refused,
            &[nobody, "\"listening\":{\"addresses\":[\"127.0.0.1:9002\"]}"],
            "why: fails's connect: nobody listens on 127.0.0.1:9001; listened on is 127.0.0.1:9002",
        ),
        ("refused_alone", "connect", refused, &[nobody], "9001, nor on any other port"),
        (
            "refused_host",
            "connect",
            refused,
            &[nobody, "127.0.0.2:9001"],
            "9001 is listened on, but only on 127.0.0.2",
        ),
        ("refused_v6only", "connect", refused, &["[::]:9001"], "9001 is listened on, but only on"),
        (
            "refused_udp",
            "recvfrom",
            refused,
            &["\"came\":{\"what\":\"destination unreachable, port unreachable\"", "_by\":3}"],
            "call 3 has sent UDP 127.0.0.1:",
        ),
        (
            "path_refused",
            "connect",
            refused,
            &["{\"path\":\"why.sock\",\"is\":\"socket\"}"],
            "nobody listens on why.sock why.sock is what a socket has left that is closed now",
        ),
        ("no_path", "connect", Errno::ENOENT, &["\"is\":\"nothing\""], "there is no file why.sock"),
    ]);
}

#[test]
fn an_address_that_is_not_to_be_had() {
    let no_address = Errno::EADDRNOTAVAIL;
    check(&[
        (
            "not_here",
            "bind",
            no_address,
            &["\"not-here\":{\"address\":\"10.1.2.3\",\"here\":[\"127.0.0.1\""],
            "10.1.2.3 is no address here: the sandbox has a network of its own, with 127.0.0.0/8",
        ),
        (
            "twice",
            "connect",
            no_address,
            &["\"local\":\"127.0.0.1:9100\",\"peer\":\"127.0.0.1:9001\""],
            "this connection exists already: 127.0.0.1:9100 → 127.0.0.1:9001 in ESTABLISHED: \
             fails fd 4",
        ),
        (
            "unreachable",
            "connect",
            Errno::ENETUNREACH,
            &["\"alone\":{\"here\":[\"127.0.0.1\""],
            "there is no way to that address: the sandbox has a network of its own",
        ),
        (
            "low_port",
            "bind",
            Errno::EACCES,
            &["\"amount\":{\"what\":\"net.ipv4.ip_unprivileged_port_start\",\"most\":1024}"],
            "a port below 1024 (net.ipv4.ip_unprivileged_port_start) is for root",
        ),
        (
            "broadcast",
            "sendto",
            Errno::EACCES,
            &["{\"lacks\":{\"option\":\"SO_BROADCAST\"}}"],
            "the address is for all hosts of a network, and SO_BROADCAST is not set",
        ),
    ]);
}

#[test]
fn a_connection_that_nobody_answers() {
    check(&[(
        "timeout",
        "connect",
        Errno::ETIMEDOUT,
        &["\"sent\":{\"what\":\"SYN\",\"to\":\"127.0.0.1:9001\"", "\"used\":1,\"most\":0"],
        "the accept queue there is full: it holds 1, with a backlog of 0",
    )]);
}

#[test]
fn a_descriptor_that_is_none() {
    let [closed, pipe] = ["close", "descriptor 3 is no socket, but a pipe"];
    check(&[
        (
            "files",
            "socket",
            Errno::EMFILE,
            &["\"what\":\"RLIMIT_NOFILE\"", "\"most\":8"],
            "no descriptor below 8 is free (RLIMIT_NOFILE)",
        ),
        ("file", "listen", Errno::ENOTSOCK, &["\"fd\":3", "/comm\""], "3 is no socket, but /proc/"),
        ("pipes", "listen", Errno::ENOTSOCK, &["\"what\":\"pipe:["], pipe),
        (
            "closed",
            "listen",
            Errno::EBADF,
            &["\"earlier\":{\"call\":2,\"did\":\"close\"}", "\"not-open\":{\"fd\":3"],
            "call 2 has closed it",
        ),
        ("never_open", "listen", Errno::EBADF, &["\"fd\":77"], "descriptor 77 is not open"),
    ]);
    let Some(run) = fails("closed") else { return };
    assert!(explained(&run).iter().all(|(_, _, facts)| facts.contains(closed)));
}

#[test]
fn a_connection_that_is_broken() {
    let rst = "\"came\":{\"what\":\"RST\",\"from\":\"127.0.0.1:9001\"";
    check(&[
        (
            "shut",
            "sendto",
            Errno::EPIPE,
            &["\"earlier\":{\"call\":2,\"did\":\"shutdown(SHUT_WR)\"}"],
            "call 2 was shutdown(SHUT_WR): since then the socket sends nothing more",
        ),
        ("half", "sendto", Errno::EPIPE, &["AF_UNIX"], "the other end is closed"),
        (
            "reset",
            "recvfrom",
            Errno::ECONNRESET,
            &[rst, "\"caused_by\":8}"],
            "127.0.0.1:9001 has sent RST, during call 8: the connection is no more",
        ),
        ("piped", "sendto", Errno::EPIPE, &[rst, "\"what\":\"FIN\""], "has sent RST, during call"),
        (
            "not_connected",
            "recvfrom",
            Errno::ENOTCONN,
            &["\"state\":\"CLOSE\""],
            "the socket is connected to nobody (state CLOSE)",
        ),
        (
            "connected",
            "connect",
            Errno::EISCONN,
            &["\"peer\":\"127.0.0.1:9001\",\"state\":\"ESTABLISHED\""],
            "the socket is connected to 127.0.0.1:9001 already",
        ),
        (
            "no_dest",
            "sendto",
            Errno::EDESTADDRREQ,
            &["SOCK_DGRAM"],
            "the socket has no peer, and the call names none",
        ),
    ]);
}

#[test]
fn a_call_that_does_not_wait() {
    let empty = "\"amount\":{\"what\":\"receive queue\",\"used\":0}";
    let again = Errno::EAGAIN;
    check(&[
        (
            "empty",
            "recvfrom",
            again,
            &[empty, "\"by\":\"O_NONBLOCK\"}"],
            "nothing is in the receive queue recvfrom does not wait, because of O_NONBLOCK",
        ),
        ("dontwait", "recvfrom", again, &[empty], "does not wait, because of MSG_DONTWAIT"),
        (
            "patience",
            "recvfrom",
            again,
            &[empty, "\"by\":\"SO_RCVTIMEO\",\"micros\":5"],
            " ms, as SO_RCVTIMEO says",
        ),
        ("full", "sendto", again, &["\"what\":\"send buffer\""], "the send buffer holds "),
        (
            "nobody",
            "accept",
            again,
            &["\"what\":\"accept queue\",\"used\":0,\"most\":5"],
            "no connection waits in the accept queue",
        ),
        (
            "progress",
            "connect",
            Errno::EALREADY,
            &["\"state\":\"SYN_SENT\"", "O_NONBLOCK"],
            "the connection to 127.0.0.1:9001 is still being made (SYN_SENT)",
        ),
    ]);
}

#[test]
fn a_call_that_makes_no_sense() {
    check(&[
        (
            "accept_early",
            "accept",
            Errno::EINVAL,
            &["\"state\":\"CLOSE\""],
            "the socket does not listen (state CLOSE)",
        ),
        (
            "listen_late",
            "listen",
            Errno::EINVAL,
            &["\"state\":\"ESTABLISHED\""],
            "the socket is in ESTABLISHED, its peer is 127.0.0.1:9001",
        ),
        (
            "bind_again",
            "bind",
            Errno::EINVAL,
            &["\"local\":\"127.0.0.1:9001\""],
            "the socket has the address 127.0.0.1:9001 already",
        ),
        (
            "bind_short",
            "bind",
            Errno::EINVAL,
            &["\"length\":{\"of\":\"addrlen\",\"given\":8,\"least\":16}"],
            "addrlen is 8, and is 16 at least",
        ),
        (
            "family",
            "connect",
            Errno::EAFNOSUPPORT,
            &["\"families\":{\"socket\":\"AF_INET\",\"address\":\"AF_INET6\"}"],
            "the socket is of AF_INET, the address of AF_INET6",
        ),
        (
            "type",
            "listen",
            Errno::EOPNOTSUPP,
            &["\"kind\":\"SOCK_DGRAM\""],
            "the socket is AF_INET SOCK_DGRAM: listen is for connections",
        ),
        (
            "too_long",
            "sendto",
            Errno::EMSGSIZE,
            &["\"given\":70000,\"most\":65507"],
            "the message has 70000 bytes, and 65507 may be sent at once",
        ),
    ]);
}

/// A program that polls is told once; one whose calls succeed is told nothing.
#[test]
fn what_is_told_once_and_what_never() {
    let Some(run) = fails("empty") else { return };
    assert_eq!(run.calls().iter().filter(|call| call.ends_with("EAGAIN")).count(), 5);
    assert_eq!(explained(&run).len(), 1);
    let Some(run) = fails("fine") else { return };
    assert_eq!(run.calls().len(), 6);
    assert_eq!(explained(&run), []);
    let Some(run) = record(&[&program("signals"), "eintr"]) else { return };
    assert!(run.calls().iter().any(|call| call.ends_with("EINTR")));
    assert_eq!(explained(&run), []);
}

/// Two runs that fail the same way are the same.
#[test]
fn an_explanation_is_no_difference() {
    let [Some(a), Some(mut b)] = [fails("refused"), fails("refused")] else { return };
    assert_eq!(explained(&a).len(), 1);
    b.trace.events.retain(|event| !matches!(event.what, What::Why(_)));
    assert!(diff(&a.trace, &b.trace).is_same());
}

/// Where the kernel is not watched, what /proc says of the process is told, and nothing else.
#[test]
fn without_a_look_at_the_kernel() {
    let watch = |how: &str| record_with(&["--watch", "calls", "--", &program("fails"), how]);
    let Some(run) = watch("closed") else { return };
    assert!(explained(&run).iter().all(|(_, errno, _)| *errno == Errno::EBADF));
    assert_eq!(explained(&run).len(), 2);
    for how in ["in_use", "refused", "reset", "empty", "timeout"] {
        let Some(run) = watch(how) else { return };
        assert!(explained(&run).iter().all(|(_, _, facts)| facts == "[]"), "{how}");
        assert!(run.outcome.status.success(), "{how}: {:?}", run.outcome);
    }
}

/// Stepping says it below the call's result.
#[test]
fn a_step_that_fails() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let mut command = sockstep();
    command.args(["step", "--script", "e", "--", &program("fails"), "refused"]);
    let outcome = run(&mut command, Stdio::null());
    let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
    let at = text.find("→ -1 ECONNREFUSED").expect(&text);
    let behind = &text[at..];
    for line in [
        "\n  why     nobody listens on 127.0.0.1:9001; listened on is 127.0.0.1:9002\n",
        "\n          sockstep explain ECONNREFUSED tells more\n",
    ] {
        assert!(behind.contains(line), "{line:?} is not in\n{text}");
    }
}
