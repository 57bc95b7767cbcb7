//! The twins print the same bytes and end the same way, on good input and on bad.

mod common;

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

use common::{MANY, Outcome, PATIENCE, Running, Server, TWINS};
use common::{command, input, run, same, start, until};
use socket2::SockRef;

// ---- Arguments --------------------------------------------------------------------------------------

const USAGES: [&str; 14] = [
    "welcome_server [ADDRESS [PORT]]",
    "welcome_client [ADDRESS [PORT]]",
    "upper_udp_server [ADDRESS [PORT]]",
    "upper_udp_client [HOST [PORT]]",
    "upper_tcp_server [--keep-open] [ADDRESS [PORT]]",
    "upper_tcp_client [HOST [PORT]]",
    "many_iterative [ADDRESS [PORT]]",
    "many_fork [ADDRESS [PORT]]",
    "many_threads [ADDRESS [PORT]]",
    "many_select [--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]",
    "many_poll [--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]",
    "many_epoll [--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]",
    "many_epoll_edge [--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]",
    "many_client [--connections N] [--lines N] [HOST [PORT]]",
];

/// Runs both twins with these arguments.
fn with_arguments(usage: &str, args: &[&[u8]]) -> Outcome {
    let stem = usage.split(' ').next().expect("a program");
    let args = args.iter().map(|arg| OsStr::from_bytes(arg));
    let what =
        format!("{stem} {}", args.clone().map(|arg| format!("{arg:?} ")).collect::<String>());
    same(&what, |language| run(&mut command(stem, language, args.clone()), input(b"hello\n")))
}

/// The outcome for a wrong argument: it is named, and the usage line follows.
#[track_caller]
fn misused(usage: &str, args: &[&[u8]], wrong: &[u8], why: &str) {
    let stem = usage.split(' ').next().expect("a program");
    let outcome = with_arguments(usage, args);
    let named = [stem.as_bytes(), b": '", wrong, b"' ", why.as_bytes()].concat();
    let expected = [&named, format!("\nusage: {usage}\n").as_bytes()].concat();
    assert_eq!(outcome.stderr.escape_ascii().to_string(), expected.escape_ascii().to_string());
    assert_eq!((outcome.status.code(), outcome.stdout), (Some(2), Vec::new()), "{stem}");
}

#[test]
fn wrong_addresses() {
    let why = "is not an IPv4 address such as 127.0.0.1";
    let wrong: [&[u8]; 15] = [
        b"abc",
        b"",
        b"1.2.3",
        b"127.1",
        b"0x7f.0.0.1",
        b"127.0.0.01",
        b"127.0.0.256",
        b"127.0.0.1 ",
        b" 127.0.0.1",
        b"127.0.0.1.",
        b"127.0.0.1:9001",
        b"::1",
        b"localhost",
        b"--keep-closed",
        b"\xff\xfe",
    ];
    for usage in USAGES.into_iter().filter(|usage| usage.contains("ADDRESS")) {
        for address in wrong {
            misused(usage, &[address], address, why);
            misused(usage, &[address, b"x", b"y"], address, why);
        }
        if !usage.contains("--keep-open") {
            misused(usage, &[b"--keep-open"], b"--keep-open", why);
        }
    }
}

#[test]
fn wrong_ports_and_too_many_arguments() {
    let wrong: [&[u8]; 14] = [
        b"0x10000",
        b"65536",
        b"99999999999999999999999",
        b"-1",
        b"+1",
        b"",
        b"abc",
        b"x",
        b"1.0",
        b"9001 ",
        b" 9001",
        b"\xff",
        "９００１".as_bytes(),
        b"--keep-open ",
    ];
    for usage in USAGES {
        for port in wrong {
            misused(usage, &[b"127.0.0.1", port], port, "is not a port: a number from 0 to 65535");
        }
        misused(usage, &[b"127.0.0.1", b"1", b"x"], b"x", "is one argument too many");
        misused(usage, &[b"127.0.0.1", b"1", b"", b"--help"], b"", "is one argument too many");
    }
    misused(
        USAGES[4],
        &[b"--keep-open", b"127.0.0.1", b"--keep-open", b"x"],
        b"x",
        "is not a port: a number from 0 to 65535",
    );
}

#[test]
fn wrong_numbers() {
    let wrong: [&[u8]; 9] =
        [b"0", b"-1", b"+1", b"", b"x", b"1.5", b"1000001", b"99999999999999999999999", b"\xff"];
    let why = "is not a number from 1 to 1000000";
    for usage in USAGES {
        let options = usage.split(['[', ' ']).filter(|word| word.starts_with("--"));
        for option in options.filter(|option| *option != "--keep-open]") {
            for number in wrong {
                misused(usage, &[option.as_bytes(), number, b"x"], number, why);
            }
            misused(usage, &[option.as_bytes()], b"", why);
            let known = with_arguments(usage, &[option.as_bytes(), b"000001", b"--help"]);
            assert_eq!(known.status.code(), Some(0), "{usage} {option}");
        }
        for option in ["--idle", "--limit", "--connections", "--lines"] {
            if !usage.contains(option) && usage.contains("ADDRESS") {
                let why = "is not an IPv4 address such as 127.0.0.1";
                misused(usage, &[option.as_bytes(), b"1"], option.as_bytes(), why);
            }
        }
    }
}

#[test]
fn help() {
    for usage in USAGES {
        let before_help: [&[&[u8]]; 2] = [&[b"--help"], &[b"127.0.0.1", b"65535", b"--help", b"x"]];
        for args in before_help {
            let outcome = with_arguments(usage, args);
            assert_eq!(outcome.status.code(), Some(0), "{usage}: {outcome:?}");
            let host = if usage.contains("HOST") { "localhost" } else { "127.0.0.1" };
            let port = if usage.contains("welcome") { 9001 } else { 12000 };
            let expected = format!("usage: {usage}\ndefault: {host} {port}\n");
            assert_eq!(outcome.stdout, expected.as_bytes());
            assert_eq!(outcome.stderr, b"");
        }
    }
}

// ---- welcome ----------------------------------------------------------------------------------------

#[test]
fn welcome_in_all_pairings() {
    for of_server in TWINS {
        let server = Server::start("welcome_server", of_server, &[]);
        for of_client in TWINS {
            let outcome = server.client("welcome_client", of_client, b"");
            assert!(outcome.status.success() && outcome.stderr.is_empty(), "{outcome:?}");
            assert_eq!(outcome.stdout, b"** From Server : Welcome to Network Server!!\n");
        }
        let outcome = server.stop();
        let conversation = "*** Send a Message to Client(127.0.0.1)\n\
                            ** From Client : I want a HTTP Service.\n";
        assert_eq!(outcome.stdout, conversation.repeat(2).as_bytes(), "{of_server:?}");
        assert_eq!(outcome.stderr, b"", "{of_server:?}");
    }
}

/// Accepts a connection from a program that was just started.
fn accept(listener: &TcpListener, client: &Running) -> TcpStream {
    listener.set_nonblocking(true).expect("O_NONBLOCK");
    let (stream, _) = until(&format!("{}: connected", client.command), || listener.accept().ok());
    stream.set_nonblocking(false).expect("O_NONBLOCK");
    stream.set_read_timeout(Some(PATIENCE)).expect("SO_RCVTIMEO");
    stream
}

// ---- many -------------------------------------------------------------------------------------------

#[test]
fn many_in_all_pairings() {
    for stem in MANY {
        let connections = if stem == "many_iterative" { 1 } else { 7 };
        for of_server in TWINS {
            let mut server = Server::start(stem, of_server, &[]);
            for of_client in TWINS {
                let args = ["--connections", &connections.to_string(), "--lines", "4", "127.0.0.1"];
                let port = server.port.to_string();
                let args = args.into_iter().chain([port.as_str()]);
                let outcome = run(&mut command("many_client", of_client, args), input(b""));
                let right = 4 * connections;
                let said = format!(
                    "{connections} connections, {right} lines sent, {right} answered right\n"
                );
                assert_eq!(outcome.stdout, said.as_bytes(), "{stem} {of_server:?}: {outcome:?}");
                assert_eq!((outcome.status.code(), outcome.stderr), (Some(0), Vec::new()));
                server.running.blocks_in(server.idle_in());
            }
            let outcome = server.stop();
            assert_eq!(outcome.stdout, b"The server is ready to receive\n", "{stem} {of_server:?}");
            assert_eq!(outcome.stderr, b"", "{stem} {of_server:?}");
        }
    }
}

/// The other connection waits behind the first one, which the client holds open until it is answered on both.
#[test]
fn many_iterative_serves_one_after_the_other() {
    for of_server in TWINS {
        let server = Server::start("many_iterative", of_server, &[]);
        let args = ["--connections", "2", "127.0.0.1", &server.port.to_string()].map(str::to_owned);
        let outcome = same("many_client", |language| {
            run(&mut command("many_client", language, &args), input(b""))
        });
        assert_eq!(outcome.stdout, b"2 connections, 2 lines sent, 1 answered right\n");
        assert_eq!(outcome.stderr, b"connection 2: no answer within 2 seconds\n");
        assert_eq!(outcome.status.code(), Some(1));
        assert_eq!(server.stop().stderr, b"", "{of_server:?}");
    }
}

/// Runs both clients against a server that says this (nothing: it resets) and closes. The TCP
/// clients hear all of it at once or, as they may, in pieces. Behind the client's name stand its options.
fn hears(stem: &str, said: Option<&[&[u8]]>, stdout: &[u8], stderr: &str, status: i32) {
    let words: Vec<&str> = stem.split(' ').collect();
    let (stem, options) = (words[0], &words[1..]);
    let listener = TcpListener::bind("127.0.0.1:0").expect("bind");
    let port = listener.local_addr().expect("getsockname").port().to_string();
    let outcome = same(stem, |language| {
        let args = options.iter().copied().chain(["127.0.0.1", &port]);
        let mut client = start(&mut command(stem, language, args), input(b"hi\n"));
        let mut stream = accept(&listener, &client);
        match said {
            None => {
                client.blocks_in(libc::SYS_recvfrom);
                SockRef::from(&stream).set_linger(Some(Duration::ZERO)).expect("SO_LINGER");
            }
            Some(pieces) => {
                for piece in pieces {
                    client.blocks_in(libc::SYS_recvfrom);
                    stream.write_all(piece).expect("send");
                }
                let _ = stream.shutdown(Shutdown::Write);
                let _ = stream.read_to_end(&mut Vec::new());
            }
        }
        drop(stream);
        client.finish()
    });
    let what =
        format!("{stem}, {:?}", said.map(|pieces| pieces.concat().escape_ascii().to_string()));
    assert_eq!(
        outcome.stdout.escape_ascii().to_string(),
        stdout.escape_ascii().to_string(),
        "{what}"
    );
    assert_eq!(outcome.stderr, stderr.as_bytes(), "{what}");
    assert_eq!(outcome.status.code(), Some(status), "{what}");
}

#[test]
fn welcome_clients_with_other_servers() {
    let line = |said: &[u8]| [b"** From Server : ", said, b"\n"].concat();
    let stem = "welcome_client";
    hears(stem, Some(&[]), b"** The server closed without a word\n", "", 1);
    hears(stem, None, b"", "recv: Connection reset by peer\n", 1);
    for (said, printed) in [
        (b"H".as_slice(), b"H".as_slice()),
        (b"\0", b""),
        (b"NUL\0inside", b"NUL"),
        (b"caf\xe9 \xff\n", b"caf\xe9 \xff\n"),
        (b"%s %n %d", b"%s %n %d"),
        (&[b'x'; 255], &[b'x'; 255]),
        (&[b'x'; 256], &[b'x'; 256]),
        (&[b'x'; 300], &[b'x'; 256]),
    ] {
        hears(stem, Some(&[said]), &line(printed), "", 0);
    }
}

#[test]
fn upper_tcp_clients_with_other_servers() {
    let line = |said: &[u8]| [b"Input lowercase sentence:From Server: ", said].concat();
    let reset = "recv: Connection reset by peer\n";
    let nothing = b"Input lowercase sentence:** The server closed without a word\n";
    let stem = "upper_tcp_client";
    hears(stem, Some(&[]), nothing, "", 1);
    hears(stem, None, b"Input lowercase sentence:", reset, 1);
    for (pieces, printed) in [
        ([b"HI\n".as_slice()].as_slice(), b"HI\n".as_slice()),
        (&[b"H", b"I", b"\n"], b"HI\n"),
        (&[b"HI"], b"HI\n"),
        (&[b"\n"], b"\n"),
        (&[b"A\nB\n"], b"A\n"),
        (&[b"A\0B\xff\n"], b"A\0B\xff\n"),
        (&[&[b'x'; 2047], b"\n"], &[[b'x'; 2047].as_slice(), b"\n"].concat()),
        (&[&[b'x'; 2048], b"\n"], &[[b'x'; 2048].as_slice(), b"\n"].concat()),
        (&[&[b'x'; 5000], b"yz"], &[[b'x'; 5000].as_slice(), b"yz\n"].concat()),
    ] {
        hears(stem, Some(pieces), &line(printed), "", 0);
    }
}

#[test]
fn many_clients_with_other_servers() {
    let sum = |right: usize| format!("1 connections, 1 lines sent, {right} answered right\n");
    let stem = "many_client --connections 1 --lines 1";
    let closed = "connection 1: closed by the server\n";
    let wrong = "connection 1: a wrong answer\n";
    hears(stem, Some(&[]), sum(0).as_bytes(), closed, 1);
    hears(stem, None, sum(0).as_bytes(), "connection 1: recv: Connection reset by peer\n", 1);
    for (pieces, right) in [
        ([b"LINE 1 OF CONNECTION 1\n".as_slice()].as_slice(), true),
        (&[b"LINE 1", b" OF CONNECTION 1\n"], true),
        (&[b"LINE 1 OF CONNECTION 1\nLINE 2"], true),
        (&[b"LINE 1 OF CONNECTION 1"], false),
        (&[b"line 1 of connection 1\n"], false),
        (&[b"LINE 1 OF CONNECTION 2\n"], false),
        (&[b"LINE 1 OF CONNECTION 1\0\n"], false),
        (&[&[b'x'; 4000]], false),
    ] {
        let (sum, said) = if right { (sum(1), "") } else { (sum(0), wrong) };
        hears(stem, Some(pieces), sum.as_bytes(), said, i32::from(!right));
    }
}
