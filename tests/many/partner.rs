//! `many_client`, and what all these programs say to wrong arguments.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Stdio;
use std::thread;

use super::server::Design;
use super::table::SERVERS;
use crate::common::{Language, Outcome, TWINS, command, free_port, run, same, start, until};

/// The client of a language against a port.
fn client(language: Language, options: &[&str], port: u16) -> Outcome {
    let mut client = command("many_client", language, options);
    run(client.args(["127.0.0.1", &port.to_string()]), Stdio::null())
}

#[track_caller]
fn ends(outcome: &Outcome, status: i32, stdout: &str, stderr: &str) {
    assert_eq!(outcome.status.code(), Some(status), "{outcome:?}");
    assert_eq!(String::from_utf8_lossy(&outcome.stdout), stdout, "{outcome:?}");
    assert_eq!(String::from_utf8_lossy(&outcome.stderr), stderr, "{outcome:?}");
}

#[test]
fn many_client_with_servers_that_serve_it() {
    for of_server in TWINS {
        thread::scope(|scope| {
            for stem in SERVERS {
                scope.spawn(move || serves_many_client(Design { stem, language: of_server }));
            }
        });
    }
}

fn serves_many_client(design: Design) {
    let server = design.start(&[]).expect("a server");
    for language in TWINS {
        if design.stem != "many_iterative" {
            let outcome = client(language, &[], server.port);
            ends(&outcome, 0, "10 connections, 30 lines sent, 30 answered right\n", "");
        }
        let outcome = client(language, &["--lines", "5", "--connections", "1"], server.port);
        ends(&outcome, 0, "1 connections, 5 lines sent, 5 answered right\n", "");
    }
}

/// It serves the first connection alone, as long as that is there.
#[test]
fn many_client_with_the_iterative_server() {
    for of_server in TWINS {
        let design = Design { stem: "many_iterative", language: of_server };
        let server = design.start(&[]).expect("many_iterative");
        let outcome =
            same("many_client", |language| client(language, &["--connections", "3"], server.port));
        let said = String::from_utf8_lossy(&outcome.stderr);
        assert!(said.starts_with("connection 2: no answer within 2 seconds\n"), "{outcome:?}");
        assert!(!said.contains("connection 1:"), "{outcome:?}");
        assert_eq!(outcome.status.code(), Some(1), "{outcome:?}");
        let printed = String::from_utf8_lossy(&outcome.stdout);
        assert!(printed.ends_with(" lines sent, 1 answered right\n"), "{outcome:?}");
    }
}

/// A server that gives this to each line and, where that is nothing, closes.
fn answering(answer: &'static str, outcome_of: impl Fn(u16) -> Outcome) -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bind");
    let port = listener.local_addr().expect("getsockname").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut lines = BufReader::new(stream.try_clone().expect("dup")).lines();
                while let Some(Ok(_)) = lines.next() {
                    if answer.is_empty() || (&stream).write_all(answer.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    outcome_of(port)
}

#[test]
fn many_client_with_servers_that_do_not() {
    for answer in ["WRONG\n", "", "** The server is full\n", "\n"] {
        let outcome = answering(answer, |port| {
            same("many_client", |language| client(language, &["--connections", "2"], port))
        });
        assert_eq!(outcome.status.code(), Some(1), "{answer:?}: {outcome:?}");
        let printed = String::from_utf8_lossy(&outcome.stdout);
        assert!(printed.ends_with(", 0 answered right\n"), "{answer:?}: {outcome:?}");
        assert!(!outcome.stderr.is_empty(), "{answer:?}: {outcome:?}");
    }
    let nobody = free_port();
    let outcome = same("many_client", |language| client(language, &[], nobody));
    assert_eq!(outcome.status.code(), Some(1), "{outcome:?}");
    assert_eq!(outcome.stderr, b"connect: Connection refused\n", "{outcome:?}");
}

/// The usage line of a program.
fn usage(stem: &str) -> String {
    let options = match stem {
        "many_client" => "[--connections N] [--lines N] [HOST [PORT]]",
        "many_iterative" | "many_fork" | "many_threads" => "[ADDRESS [PORT]]",
        _ => "[--idle SECONDS] [--limit CLIENTS] [ADDRESS [PORT]]",
    };
    format!("{stem} {options}")
}

#[test]
fn wrong_arguments_of_many_programs() {
    for stem in SERVERS.into_iter().chain(["many_client"]) {
        let usage = usage(stem);
        let mut cases = vec![
            vec!["127.0.0.1", "65536"],
            vec!["127.0.0.1", "x"],
            vec!["127.0.0.1", "1", "x"],
            vec!["127.0.0.1", ""],
        ];
        if stem != "many_client" {
            cases.extend([vec!["abc"], vec!["--keep-open"], vec!["--lines", "3"]]);
        }
        for option in ["--idle", "--limit", "--connections", "--lines"] {
            if usage.contains(option) {
                for wrong in ["0", "-1", "x", "", "1.5", "99999999999999999999", "+1", " 1"] {
                    cases.push(vec![option, wrong, "127.0.0.1", "1"]);
                }
                cases.push(vec![option]);
            } else if stem != "many_client" {
                cases.push(vec![option, "1"]);
            }
        }
        for args in cases {
            let what = format!("{stem} {args:?}");
            let outcome =
                same(&what, |language| run(&mut command(stem, language, &args), Stdio::null()));
            assert_eq!(outcome.status.code(), Some(2), "{what}: {outcome:?}");
            let said = String::from_utf8_lossy(&outcome.stderr);
            assert!(said.starts_with(&format!("{stem}: '")), "{what}: {outcome:?}");
            assert!(said.ends_with(&format!("\nusage: {usage}\n")), "{what}: {outcome:?}");
            assert!(outcome.stdout.is_empty(), "{what}: {outcome:?}");
        }
        let outcome =
            same(stem, |language| run(&mut command(stem, language, ["--help"]), Stdio::null()));
        assert_eq!(outcome.status.code(), Some(0), "{outcome:?}");
        let printed = String::from_utf8_lossy(&outcome.stdout);
        assert!(printed.starts_with(&format!("usage: {usage}\n")), "{outcome:?}");
    }
}

#[test]
fn a_port_that_is_taken_by_many_servers() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("bind");
    let port = taken.local_addr().expect("getsockname").port().to_string();
    for stem in SERVERS {
        let outcome = same(stem, |language| {
            run(&mut command(stem, language, ["127.0.0.1", &port]), Stdio::null())
        });
        ends(&outcome, 1, "", "bind: Address already in use\n");
    }
}

/// SIGTERM means what it always does where nothing is promised.
#[test]
fn sigterm_ends_the_plain_servers() {
    for stem in &SERVERS[..3] {
        for language in TWINS {
            let port = free_port().to_string();
            let mut server =
                start(&mut command(stem, language, ["127.0.0.1", &port]), Stdio::null());
            until("it is ready", || (!server.stdout().is_empty()).then_some(()));
            server.signal("TERM");
            let status = until("its end", || server.ended());
            assert!(!status.success(), "{stem} {language:?}: {status}");
        }
    }
}
