//! Programs of other languages, which know nothing of this project, against both kinds of servers.

mod common;

use std::io::Write;
use std::process::{Command, Stdio};

use common::{Server, TWINS, has, input, run, skip, start, until};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign");
const WELCOMED: &[u8] = b"*** Send a Message to Client(127.0.0.1)\n\
                          ** From Client : I want a HTTP Service.\n";
const READY: &[u8] = b"The server is ready to receive\n";

/// Ends a server that has printed what it prints of one good client.
#[track_caller]
fn said(server: Server, client: &str) {
    let name = format!("{} with {client}", server.running.command);
    let said = if server.is("welcome_server") { WELCOMED } else { READY };
    let outcome = server.stop();
    assert_eq!(outcome.stdout, said, "{name}: {outcome:?}");
    assert_eq!(outcome.stderr, b"", "{name}: {outcome:?}");
}

/// A program in `tests/foreign`, the server and its options, what is typed, what the program prints.
type Case = (&'static str, &'static str, &'static [&'static str], &'static str, &'static str);

/// Runs each program against the server of either language.
fn talk(command: &[&str], cases: &[Case]) {
    for (file, server, options, typed, printed) in cases {
        for language in TWINS {
            let server = Server::start(server, language, options);
            let mut client = Command::new(command[0]);
            client.args(&command[1..]).args([file, "127.0.0.1", &server.port.to_string()]);
            client.current_dir(FOLDER).env("PYTHONIOENCODING", "utf-8");
            let outcome = run(&mut client, input(typed.as_bytes()));
            assert!(outcome.status.success(), "{file}, {language:?}: {outcome:?}");
            assert_eq!(String::from_utf8_lossy(&outcome.stdout), *printed, "{file}, {language:?}");

            said(server, file);
        }
    }
}

#[test]
fn python() {
    if !has("python3") {
        return skip("python3 is not installed (Debian, Fedora: package python3)");
    }
    let greeted = "** From Server : Welcome to Network Server!!\n";
    let typed = "hello, 안녕 é\n";
    let datagram = "Input lowercase sentence:HELLO, 안녕 É\n";
    let stream = "Input lowercase sentence:From Server: HELLO, 안녕 É\n";
    talk(
        &["python3"],
        &[
            ("welcome_client.py", "welcome_server", &[], "", greeted),
            ("UDPClient.py", "upper_udp_server", &[], typed, datagram),
            ("TCPClient.py", "upper_tcp_server", &[], typed, stream),
        ],
    );
}

#[test]
fn java() {
    if !has("java") {
        return skip(
            "java is not installed (Debian: package default-jdk-headless; Fedora: java-latest-openjdk-devel)",
        );
    }
    // A program that is compiled for one run only is compiled the quick way.
    let java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"];
    let greeted = "** From Server : Welcome to Network Server!!\n";
    let line = "FROM SERVER: HELLO\n";
    talk(
        &java,
        &[
            ("WelcomeClient.java", "welcome_server", &[], "", greeted),
            ("UDPClient.java", "upper_udp_server", &[], "hello\n", "FROM SERVER:HELLO\n"),
            ("EchoClient.java", "upper_tcp_server", &[], "hello\n", "echo: HELLO\n"),
            // `writeBytes` sends each byte by itself (JDK 17), so one `recv` gets one: this client needs a
            // server that puts the line together.
            ("TCPClient.java", "upper_tcp_server", &["--keep-open"], "hello\n", line),
        ],
    );
}

/// What ends it, and whether it waits after its input has ended, each nc answers in its own way: here its
/// input stays open, and what it prints decides.
#[test]
fn nc() {
    if !has("nc") {
        return skip("nc is not installed (Debian: package netcat-openbsd; Fedora: nmap-ncat)");
    }
    let cases: [(&str, &[&str], &str, &str); 4] = [
        ("welcome_server", &[], "I want a HTTP Service.\0", "Welcome to Network Server!!\0"),
        ("upper_udp_server", &[], "hello, 안녕 é\n", "HELLO, 안녕 É\n"),
        ("upper_tcp_server", &[], "hello, 안녕 é\n", "HELLO, 안녕 É\n"),
        ("upper_tcp_server", &["--keep-open"], "one\ntwo\nthree\n", "ONE\nTWO\nTHREE\n"),
    ];
    for (stem, options, typed, printed) in cases {
        for language in TWINS {
            let mut server = Server::start(stem, language, options);
            let mut nc = Command::new("nc");
            nc.args(server.is("udp_server").then_some("-u"));
            nc.args(["127.0.0.1", &server.port.to_string()]);
            let mut client = start(&mut nc, Stdio::piped());
            let mut stdin = client.stdin();
            stdin.write_all(typed.as_bytes()).expect("a pipe");
            until(&format!("{stem} {options:?}, {language:?}: {printed:?}"), || {
                (client.stdout() == printed.as_bytes()).then_some(())
            });
            if !server.is("--keep-open") {
                server.running.blocks_in(server.idle_in());
            }
            drop(client);
            said(server, stem);
        }
    }
}
