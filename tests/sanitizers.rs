//! The corrected C programs under AddressSanitizer and UndefinedBehaviorSanitizer, the Rust ones under
//! valgrind: both clean. And two faults of the originals, which AddressSanitizer shows.

mod common;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use common::{Language, Server, command, free_port, program, visits};
use common::{build_c, has, input, run, skip};
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
