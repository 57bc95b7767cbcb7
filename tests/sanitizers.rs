//! The corrected C programs under AddressSanitizer and UndefinedBehaviorSanitizer, the Rust ones under
//! valgrind: both clean. And two faults of the originals, which AddressSanitizer shows.

mod common;

use std::fs;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use common::{Language, MANY, Outcome, Server, command, free_port, program, visits};
use common::{build_c, has, input, run, skip};
use socket2::SockRef;
use tempfile::NamedTempFile;

/// The servers, options included.
const SERVERS: [(&str, &[&str]); 4] = [
    ("welcome_server", &[]),
    ("upper_udp_server", &[]),
    ("upper_tcp_server", &[]),
    ("upper_tcp_server", &["--keep-open"]),
];

/// A line, and the argument that stands for the port: nobody listens there, no server is needed, or all is well.
fn scenarios(server: &Server) -> [(Vec<u8>, String); 8] {
    let port = server.port.to_string();
    [
        (b"".to_vec(), "--help".into()),
        (b"".to_vec(), "65536".into()),
        (b"hello\n".to_vec(), free_port().to_string()),
        (b"".to_vec(), port.clone()),
        (b"no newline".to_vec(), port.clone()),
        (b"caf\xe9\0\xf4\x90\x80\x80\n".to_vec(), port.clone()),
        ([&[b'x'; 2048], b"yz\n".as_slice()].concat(), port.clone()),
        ("ɐ".repeat(1024).into_bytes(), port), // 2048 bytes; in upper case 3072
    ]
}

// ---- C under the sanitizers -------------------------------------------------------------------------

const FLAGS: &str = "-fsanitize=address,undefined -fno-sanitize-recover";

/// The folder of the C programs built with the sanitizers, or nothing where the compiler has none.
fn sanitized() -> Option<&'static PathBuf> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let mut cc = Command::new("cc");
        cc.args(FLAGS.split(' ')).args(["-x", "c", "-o", "/dev/null", "-"]);
        let works = run(&mut cc, input(b"int main(void) { return 0; }\n")).status.success();
        works.then(|| build_c("sanitized", FLAGS))
    });
    if built.is_none() {
        skip(
            "cc has no AddressSanitizer (Debian: libasan comes with gcc; Fedora: libasan, libubsan)",
        );
    }
    built.as_ref()
}

/// The sanitizers write to standard error and end the program: what prints the same as without them is clean.
#[test]
fn c_clients_under_the_sanitizers() {
    let Some(folder) = sanitized() else { return };
    for (stem, options) in SERVERS {
        let server = Server::start(stem, Language::C, options);
        let stem = stem.replace("server", "client");
        for (line, port) in scenarios(&server) {
            let args = ["127.0.0.1", &port];
            let plain = run(&mut command(&stem, Language::C, args), input(&line));
            let checked = run(Command::new(folder.join(&stem)).args(args), input(&line));
            assert_eq!(checked, plain, "{stem} {port}: {}", line.escape_ascii());
        }
    }
}

#[test]
fn c_servers_under_the_sanitizers() {
    let Some(folder) = sanitized() else { return };
    for (stem, options) in SERVERS {
        let mut server = Server::start_with(Command::new(folder.join(stem)).args(options));
        visits::survive(&mut server, Language::C);
        let before = server.running.stderr();
        for (line, _) in scenarios(&server) {
            server.client(&stem.replace("server", "client"), Language::C, &line);
        }
        let outcome = server.stop();
        assert_eq!(outcome.stderr, before, "{stem}: {outcome:?}");
    }
}

/// Many at once, each with many lines: the client of these languages, with the sanitizers or without.
fn many_lines(stem: &str, mut client: Command, server: &Server) -> Outcome {
    let connections = if stem == "many_iterative" { "1" } else { "40" };
    let args = ["--connections", connections, "--lines", "5", "127.0.0.1"];
    run(client.args(args).arg(server.port.to_string()), input(b""))
}

/// Clients that do what no friendly one does: too much, too little, no UTF-8, no end, no goodbye.
fn odd_clients(stem: &str, server: &Server) {
    let visit = |said: &[u8], heard: &[u8]| {
        let mut stream = server.connect();
        stream.write_all(said).expect("send");
        stream.shutdown(Shutdown::Write).expect("shutdown");
        let mut all = Vec::new();
        stream.read_to_end(&mut all).expect("recv");
        assert_eq!(all.escape_ascii().to_string(), heard.escape_ascii().to_string(), "{stem}");
    };
    visit(b"", b"");
    visit(b"a\n\nb", b"A\n\nB");
    visit(b"caf\xe9\n\xf4\x90\x80\x80", b"caf\xe9\n\xf4\x90\x80\x80");
    visit("ɐ".repeat(1023).as_bytes(), "Ɐ".repeat(1023).as_bytes()); // in upper case half as long again
    visit(
        &[&[b'x'; 2047], b"\ny\n".as_slice()].concat(),
        &[&[b'X'; 2047], b"\nY\n".as_slice()].concat(),
    );
    let line = [&[b'x'; 9000], b"\ny\n".as_slice()].concat();
    let long = match ["many_iterative", "many_fork", "many_threads"].contains(&stem) {
        true => line.to_ascii_uppercase(),
        false => b"** A line has at most 2047 bytes\nY\n".to_vec(),
    };
    visit(&line, &long);

    let stream = server.connect();
    (&stream).write_all(b"reset\n").expect("send");
    SockRef::from(&stream).set_linger(Some(Duration::ZERO)).expect("SO_LINGER");
    drop(stream);
}

#[test]
fn c_servers_of_many_clients_under_the_sanitizers() {
    let Some(folder) = sanitized() else { return };
    for stem in MANY {
        let server = Server::start_with(&mut Command::new(folder.join(stem)));
        odd_clients(stem, &server);
        let plain = many_lines(stem, Command::new(program("many_client", Language::C)), &server);
        let checked = many_lines(stem, Command::new(folder.join("many_client")), &server);
        assert_eq!(checked, plain, "{stem}");
        assert!(plain.status.success() && plain.stderr.is_empty(), "{stem}: {plain:?}");
        clean_end(stem, server);
    }
}

/// SIGTERM: those that see to it end by themselves, which is when leaks are looked for.
fn clean_end(stem: &str, mut server: Server) {
    server.running.blocks_in(server.idle_in());
    server.running.signal("TERM");
    let outcome = server.running.finish();
    let by_itself = !["many_iterative", "many_fork", "many_threads"].contains(&stem);
    assert_eq!(outcome.status.success(), by_itself, "{stem}: {outcome:?}");
    assert_eq!(outcome.stderr, b"", "{stem}: {outcome:?}");
}

#[test]
fn the_original_client_reads_behind_its_buffer() {
    let Some(folder) = sanitized() else { return };
    let server = Server::start("welcome_server_original", Language::C, &[]);
    let mut client = Command::new(folder.join("welcome_client_original"));
    let outcome = run(client.args(["127.0.0.1", &server.port.to_string()]), Stdio::null());
    let report = String::from_utf8_lossy(&outcome.stderr);
    for part in ["stack-buffer-overflow", "READ of size 257", "'buf' (line", "_client_original.c"] {
        assert!(report.contains(part), "{part:?} is not in {report}");
    }
    let read_by = report.lines().find(|line| line.trim_start().starts_with("#0"));
    assert!(read_by.is_some_and(|line| line.contains("send")), "{report}");
    assert_eq!(outcome.status.code(), Some(1), "{report}");
}

#[test]
fn the_original_server_prints_what_lies_behind_its_buffer() {
    let Some(folder) = sanitized() else { return };
    let mut server = Command::new(folder.join("welcome_server_original"));
    let server = Server::start_with(&mut server);
    server.meet().write_all(&[b'x'; 256]).expect("send");
    let outcome = server.running.finish();
    let report = String::from_utf8_lossy(&outcome.stderr);
    for part in ["stack-buffer-overflow", "READ of size", "'buf' (line", "_server_original.c"] {
        assert!(report.contains(part), "{part:?} is not in {report}");
    }
    let read_by = report.lines().find(|line| line.trim_start().starts_with("#0"));
    assert!(read_by.is_some_and(|line| line.contains("printf")), "{report}");
}

// ---- Rust under valgrind ----------------------------------------------------------------------------

/// The command that runs a Rust program under valgrind, and where the report goes.
fn checked(stem: &str) -> Option<(Command, NamedTempFile)> {
    if !has("valgrind") {
        skip("valgrind is not installed (Debian, Fedora: package valgrind)");
        return None;
    }
    let report = NamedTempFile::new().expect("temporary file");
    let mut valgrind = Command::new("valgrind");
    valgrind.arg("--leak-check=full").arg(format!("--log-file={}", report.path().display()));
    valgrind.arg(program(stem, Language::Rust));
    Some((valgrind, report))
}

#[track_caller]
fn clean(report: &NamedTempFile) {
    let report = fs::read_to_string(report.path()).expect("valgrind's report");
    assert!(report.contains("ERROR SUMMARY: 0 errors from 0 contexts"), "{report}");
}

#[test]
fn rust_clients_under_valgrind() {
    for (stem, options) in SERVERS {
        let server = Server::start(stem, Language::Rust, options);
        let stem = stem.replace("server", "client");
        let first = if stem == "welcome_client" { 2..4 } else { 2..8 };
        for (line, port) in &scenarios(&server)[first] {
            let args = ["127.0.0.1", port];
            let Some((mut valgrind, report)) = checked(&stem) else { return };
            let plain = run(&mut command(&stem, Language::Rust, args), input(line));
            assert_eq!(run(valgrind.args(args), input(line)), plain, "{stem} {port}");
            clean(&report);
        }
    }
}

#[test]
fn rust_servers_under_valgrind() {
    for (stem, options) in SERVERS {
        let Some((mut valgrind, report)) = checked(stem) else { return };
        let mut server = Server::start_with(valgrind.args(options));
        visits::survive(&mut server, Language::Rust);
        server.running.signal("TERM");
        server.running.finish();
        clean(&report);
    }
}

#[test]
fn rust_servers_of_many_clients_under_valgrind() {
    for stem in MANY {
        let Some((mut valgrind, report)) = checked(stem) else { return };
        // glibc keeps the stack of a thread that has ended for the next one: what hangs on it is "possibly lost".
        valgrind.env("VALGRIND_OPTS", "--errors-for-leak-kinds=definite,indirect");
        let server = Server::start_with(&mut valgrind);
        odd_clients(stem, &server);
        let Some((client, of_client)) = checked("many_client") else { return };
        let outcome = many_lines(stem, client, &server);
        assert!(outcome.status.success() && outcome.stderr.is_empty(), "{stem}: {outcome:?}");
        clean(&of_client);
        clean_end(stem, server);
        clean(&report);
    }
}
