//! The corrected C programs and the Rust ones make the same calls, with the same arguments, in the same
//! order, with the same results.

mod common;

use common::{Server, TWINS, calls, input, run, skip};
use tempfile::NamedTempFile;

struct Pair {
    name: &'static str,
    options: &'static [&'static str],
    host: &'static str,
    /// What the server calls, from its first `socket` to where it waits for the next client.
    server: &'static [&'static str],
    /// What the client calls, the look-up of the host's name left out.
    client: &'static [&'static str],
}

#[rustfmt::skip]
const PAIRS: [Pair; 4] = [
    Pair {
        name: "welcome", options: &[], host: "127.0.0.1",
        server: &[
            "socket", "setsockopt", "bind", "listen",
            "accept", "sendto", "recvfrom", "close", "accept",
        ],
        client: &["socket", "connect", "recvfrom", "sendto", "close"],
    },
    Pair {
        name: "upper_udp", options: &[], host: "localhost",
        server: &["socket", "bind", "recvfrom", "sendto", "recvfrom"],
        client: &["socket", "setsockopt", "sendto", "recvfrom", "close"],
    },
    Pair {
        name: "upper_tcp", options: &[], host: "localhost",
        server: &[
            "socket", "setsockopt", "bind", "listen",
            "accept", "recvfrom", "sendto", "close", "accept",
        ],
        client: &["socket", "connect", "sendto", "recvfrom", "close"],
    },
    Pair {
        name: "upper_tcp", options: &["--keep-open"], host: "localhost",
        server: &[
            "socket", "setsockopt", "bind", "listen",
            "accept", "recvfrom", "sendto", "recvfrom", "close", "accept",
        ],
        client: &["socket", "connect", "sendto", "recvfrom", "close"],
    },
];

/// The calls' names, without the lines about signals and the end.
fn names(calls: &[String]) -> Vec<&str> {
    calls.iter().filter_map(|call| call.split_once('(')).map(|(name, _)| name).collect()
}

#[test]
fn twins_make_the_same_calls() {
    if let Some(reason) = calls::cannot_trace() {
        return skip(&reason);
    }

    for Pair { name, options, host, server: server_calls, client: client_calls } in PAIRS {
        let [c, rust] = TWINS.map(|language| {
            let [server_log, client_log] = [(); 2].map(|()| NamedTempFile::new().expect("file"));
            let mut server = calls::traced(&format!("{name}_server"), language, &server_log);
            let mut server = Server::start_with(server.args(options));
            let mut client = calls::traced(&format!("{name}_client"), language, &client_log);
            let outcome = run(client.args([host, &server.port.to_string()]), input(b"hello\n"));
            assert!(outcome.status.success(), "{name} {language:?}: {outcome:?}");

            server.running.blocks_in(server.idle_in());
            server.running.signal("TERM");
            server.running.finish();
            (calls::calls(&server_log, server.port), calls::calls(&client_log, server.port))
        });
        assert_eq!(c.0, rust.0, "{name}_server {options:?}: on the left C, on the right Rust");
        assert_eq!(c.1, rust.1, "{name}_client {options:?}: on the left C, on the right Rust");
        assert_eq!(names(&c.0), server_calls, "{name}_server {options:?}");
        assert!(names(&c.1).ends_with(client_calls), "{name}_client: {:#?}", c.1);
    }
}
