//! Bad input and faults: corrected C and Rust behave alike in every one, and servers serve the next client.

mod common;

use std::any::Any;
use std::fs::{self, File, Permissions};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};

use common::{Language, Running, Server, TWINS, command, free_port, program, visits};
use common::{in_table, input, run, skip, start, start_into, until};
use socket2::{Domain, Socket, Type};
use sockstep::calls::{SIG_DFL, signal};

/// The servers, options included, each with its client.
const PAIRS: [(&str, &[&str], &str); 4] = [
    ("welcome_server", &[], "welcome_client"),
    ("upper_udp_server", &[], "upper_udp_client"),
    ("upper_tcp_server", &[], "upper_tcp_client"),
    ("upper_tcp_server", &["--keep-open"], "upper_tcp_client"),
];

/// All programs, options included.
const PROGRAMS: [(&str, &[&str]); 15] = [
    ("welcome_server", &[]),
    ("welcome_client", &[]),
    ("upper_udp_server", &[]),
    ("upper_udp_client", &[]),
    ("upper_tcp_server", &[]),
    ("upper_tcp_server", &["--keep-open"]),
    ("upper_tcp_client", &[]),
    ("many_iterative", &[]),
    ("many_fork", &[]),
    ("many_threads", &[]),
    ("many_select", &[]),
    ("many_poll", &[]),
    ("many_epoll", &[]),
    ("many_epoll_edge", &[]),
    ("many_client", &[]),
];

#[test]
fn servers_survive_every_client() {
    for (stem, options, _) in PAIRS {
        for language in TWINS {
            visits::survive(&mut Server::start(stem, language, options), language);
        }
    }
}

/// The first answer meets a closed socket, whose RST turns a later `send` into EPIPE, and without
/// MSG_NOSIGNAL into death by SIGPIPE.
#[test]
fn a_client_that_asks_and_leaves() {
    for language in TWINS {
        let server = Server::start("upper_tcp_server", language, &["--keep-open"]);
        server.running.pause();
        server.connect().write_all(&b"x\n".repeat(1000)).expect("send");
        until("CLOSE_WAIT on the server's side", || {
            in_table("tcp", server.port, |state| state == "08").then_some(())
        });
        server.running.go_on();
        let next = server.client("upper_tcp_client", language, b"next\n");
        assert_eq!(next.stdout, b"Input lowercase sentence:From Server: NEXT\n", "{next:?}");
        assert_eq!(server.stop().stderr, b"send: Broken pipe\n", "{language:?}");
    }
}

// ---- Not getting as far as a conversation -----------------------------------------------------------

/// Both commands end with status 1, having printed this.
fn both_fail(name: &str, commands: [Command; 2], stdout: &str, stderr: &str) {
    let started = commands.map(|mut command| start(&mut command, input(b"hello\n")));
    for running in started {
        let command = running.command.clone();
        let outcome = running.finish();
        assert_eq!(outcome.status.code(), Some(1), "{name}: {command}: {outcome:?}");
        assert_eq!(outcome.stdout, stdout.as_bytes(), "{name}: {command}");
        assert_eq!(outcome.stderr, stderr.as_bytes(), "{name}: {command}");
    }
}

fn both(stem: &str, args: &[&str]) -> [Command; 2] {
    TWINS.map(|language| command(stem, language, args))
}

const PROMPT: &str = "Input lowercase sentence:";
const LATE: &str = "recvfrom: no answer within 2 seconds: nobody is there, or UDP lost the question or the answer\n";

#[test]
fn programs_that_cannot_begin() {
    let tcp = TcpListener::bind("127.0.0.1:0").expect("bind");
    let udp = UdpSocket::bind("127.0.0.1:0").expect("bind");
    let tcp = &tcp.local_addr().expect("getsockname").port().to_string();
    let udp = &udp.local_addr().expect("getsockname").port().to_string();
    let free = &free_port().to_string();
    let in_use = "bind: Address already in use\n";
    let not_here = "bind: Cannot assign requested address\n"; // 192.0.2.1 is nobody's (RFC 5737)
    let refused = "connect: Connection refused\n";
    // No label of a host's name is longer than 63 letters, so no name server is asked for this one.
    let nobody = &"a".repeat(64);
    let unknown = &format!("getaddrinfo({nobody}): Name or service not known\n");

    let cases: [(&str, &str, &[&str], &str, &str); 23] = [
        ("port taken", "welcome_server", &["127.0.0.1", tcp], "", in_use),
        ("port taken", "upper_tcp_server", &["127.0.0.1", tcp], "", in_use),
        ("port taken", "upper_udp_server", &["127.0.0.1", udp], "", in_use),
        ("address not local", "welcome_server", &["192.0.2.1", free], "", not_here),
        ("address not local", "upper_tcp_server", &["192.0.2.1", free], "", not_here),
        ("address not local", "upper_udp_server", &["192.0.2.1", free], "", not_here),
        ("port taken", "many_iterative", &["127.0.0.1", tcp], "", in_use),
        ("port taken", "many_fork", &["127.0.0.1", tcp], "", in_use),
        ("port taken", "many_threads", &["127.0.0.1", tcp], "", in_use),
        ("port taken", "many_select", &["127.0.0.1", tcp], "", in_use),
        ("port taken", "many_poll", &["127.0.0.1", tcp], "", in_use),
        ("port taken", "many_epoll", &["127.0.0.1", tcp], "", in_use),
        ("port taken", "many_epoll_edge", &["127.0.0.1", tcp], "", in_use),
        ("address not local", "many_poll", &["192.0.2.1", free], "", not_here),
        ("nobody listens", "many_client", &["127.0.0.1", free], "", refused),
        ("no such host", "many_client", &[nobody], "", unknown),
        ("nobody listens", "welcome_client", &["127.0.0.1", free], "", refused),
        ("nobody listens", "upper_tcp_client", &["127.0.0.1", free], PROMPT, refused),
        ("nobody listens", "upper_udp_client", &["127.0.0.1", free], PROMPT, LATE),
        ("no such host", "upper_tcp_client", &[nobody], "", unknown),
        ("no such host", "upper_udp_client", &[nobody], "", unknown),
        ("empty host", "upper_tcp_client", &[""], "", "getaddrinfo(): Name or service not known\n"),
        ("empty host", "upper_udp_client", &[""], "", "getaddrinfo(): Name or service not known\n"),
    ];
    for (name, stem, args, stdout, stderr) in cases {
        both_fail(name, both(stem, args), stdout, stderr);
    }
}

#[test]
fn a_line_longer_than_any_datagram() {
    for language in TWINS {
        let mut client = command("upper_udp_client", language, ["127.0.0.1", "9"]);
        let outcome = run(&mut client, input(&[b'x'; 65_508]));
        assert_eq!(outcome.status.code(), Some(1), "{outcome:?}");
        assert_eq!(outcome.stderr, b"sendto: Message too long\n", "{outcome:?}");
    }
}

/// 65534 is the user nobody. It may not read this project's folder everywhere, so the programs are copied.
#[test]
fn a_port_below_1024_as_an_ordinary_user() {
    let first_for_all = fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    let first_for_all: u16 = first_for_all.expect("/proc/sys").trim().parse().expect("a number");
    let Some(port) = first_for_all.checked_sub(1) else {
        return skip("every port is for everyone here (ip_unprivileged_port_start is 0)");
    };
    let folder = tempfile::tempdir().expect("temporary folder");
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).expect("chmod");

    for (stem, _, _) in &PAIRS[..3] {
        let commands = TWINS.map(|language| {
            let copy = folder.path().join(format!("{stem}.{language:?}"));
            // By `cp`: a file that this process has open for writing, and hands to every child it starts
            // just then, cannot be executed (ETXTBSY).
            let copied =
                run(Command::new("cp").arg(program(stem, language)).arg(&copy), Stdio::null());
            assert!(copied.status.success(), "{copied:?}");
            let mut command = Command::new(copy);
            command.args(["127.0.0.1", &port.to_string()]).current_dir("/");
            if fs::metadata("/proc/self").expect("/proc/self").uid() == 0 {
                command.uid(65_534).gid(65_534);
            }
            command
        });
        both_fail("below 1024", commands, "", "bind: Permission denied\n");
    }
}

// ---- A closed standard output -----------------------------------------------------------------------

/// Starts a twin with this standard output, and the partner that makes it print: keep that, too.
fn printing_into(
    stdout: Stdio,
    stem: &str,
    options: &[&str],
    language: Language,
) -> (Running, Box<dyn Any>) {
    let many = [("many_poll", [].as_slice(), "many_client")];
    if let Some((server, ..)) = PAIRS.iter().chain(&many).find(|(.., client)| *client == stem) {
        let server = Server::start(server, language, &[]);
        let mut client = command(stem, language, ["127.0.0.1", &server.port.to_string()]);
        return (start_into(&mut client, input(b"hello\n"), stdout), Box::new(server));
    }
    let port = free_port();
    let mut server = command(stem, language, options);
    server.args(["127.0.0.1", &port.to_string()]);
    let mut server = start_into(&mut server, Stdio::null(), stdout);
    if stem != "welcome_server" {
        return (server, Box::new(())); // It says by itself that it is ready.
    }
    server.listens(port);
    (server, Box::new(TcpStream::connect(("127.0.0.1", port)).expect("connect")))
}

#[test]
fn standard_output_is_full_or_read_by_nobody() {
    for (stem, options) in PROGRAMS {
        for language in TWINS {
            let full = File::options().write(true).open("/dev/full").expect("/dev/full");
            let (running, _partner) = printing_into(full.into(), stem, options, language);
            let outcome = running.finish();
            assert_eq!(outcome.status.code(), Some(1), "full: {stem} {language:?}: {outcome:?}");
            assert_eq!(outcome.stderr, b"stdout: No space left on device\n", "{outcome:?}");

            let (reader, writer) = std::io::pipe().expect("pipe");
            drop(reader);
            let (running, _partner) = printing_into(writer.into(), stem, options, language);
            let outcome = running.finish();
            let signal = outcome.status.signal();
            assert_eq!(signal, Some(libc::SIGPIPE), "pipe: {stem} {language:?}: {outcome:?}");
            assert_eq!(outcome.stderr, b"", "{outcome:?}");
        }
    }
}

/// Started without descriptor 1 a program works, and prints nothing: neither to the terminal nor into the socket.
#[test]
fn standard_output_is_closed() {
    let closed = |stem, language| {
        let mut shell = Command::new("sh");
        shell.args(["-c", r#"exec "$0" "$@" >&-"#]).arg(program(stem, language));
        shell
    };
    for (server, options, client) in PAIRS {
        for language in TWINS {
            let usual = Server::start(server, language, options);
            let mut mute = closed(client, language);
            mute.args(["127.0.0.1", &usual.port.to_string()]);
            let outcome = run(&mut mute, input(b"hello\n"));
            assert!(outcome.status.success() && outcome.stderr.is_empty(), "{client}: {outcome:?}");
            assert_eq!(outcome.stdout, b"", "{client} {language:?}");
            let expected = usual.client(client, language, b"hello\n");

            let mute = Server::start_with(closed(server, language).args(options));
            assert_eq!(
                mute.client(client, language, b"hello\n"),
                expected,
                "{server} {language:?}"
            );
            let outcome = mute.stop();
            assert!(
                outcome.stdout.is_empty() && outcome.stderr.is_empty(),
                "{server}: {outcome:?}"
            );
        }
    }
}

// ---- SIGINT -----------------------------------------------------------------------------------------

fn dies_of_sigint(name: &str, mut running: Running, call: libc::c_long) {
    running.blocks_in(call);
    running.signal("INT");
    let command = running.command.clone();
    let outcome = running.finish();
    assert_eq!(outcome.status.signal(), Some(libc::SIGINT), "{name}: {command}: {outcome:?}");
    assert_eq!(outcome.stderr, b"", "{name}: {command}");
}

/// A program that `cargo test &` started from a script ignores SIGINT, and so does what it starts.
fn heed_sigint() {
    signal(libc::SIGINT, SIG_DFL).expect("signal");
}

#[test]
fn sigint_while_a_server_waits() {
    heed_sigint();
    for language in TWINS {
        for (stem, options, _) in PAIRS {
            let server = Server::start(stem, language, options);
            let call = server.idle_in();
            dies_of_sigint("for a client", server.running, call);
        }
        for (stem, options, _) in [PAIRS[0], PAIRS[2], PAIRS[3]] {
            let server = Server::start(stem, language, options);
            let _silent = server.meet();
            dies_of_sigint("for what the client says", server.running, libc::SYS_recvfrom);
        }

        let server = Server::start("upper_tcp_server", language, &["--keep-open"]);
        let mut deaf = server.connect();
        deaf.set_nonblocking(true).expect("O_NONBLOCK");
        until("the server cannot send any more", || {
            let _ = deaf.write(&[b'x'; 65_536]);
            server.running.is_in(libc::SYS_sendto).then_some(())
        });
        dies_of_sigint("for the client to read", server.running, libc::SYS_sendto);
    }
}

#[test]
fn sigint_while_a_client_waits() {
    heed_sigint();
    let full = Socket::new(Domain::IPV4, Type::STREAM, None).expect("socket");
    full.bind(&"127.0.0.1:0".parse::<SocketAddr>().expect("address").into()).expect("bind");
    full.listen(0).expect("listen");
    let full = TcpListener::from(full);
    let _queued = TcpStream::connect(full.local_addr().expect("getsockname")).expect("connect");
    let silent = TcpListener::bind("127.0.0.1:0").expect("bind");
    let silent_udp = UdpSocket::bind("127.0.0.1:0").expect("bind");
    let [full, silent, silent_udp] =
        [full.local_addr(), silent.local_addr(), silent_udp.local_addr()]
            .map(|address| address.expect("getsockname").port().to_string());

    let cases: [(&str, &str, &str, &[u8], libc::c_long); 8] = [
        ("for room in the backlog", "welcome_client", &full, b"", libc::SYS_connect),
        ("for room in the backlog", "upper_tcp_client", &full, b"hello\n", libc::SYS_connect),
        ("for the greeting", "welcome_client", &silent, b"", libc::SYS_recvfrom),
        ("for the answer", "upper_tcp_client", &silent, b"hello\n", libc::SYS_recvfrom),
        ("for the answer", "upper_udp_client", &silent_udp, b"hello\n", libc::SYS_recvfrom),
        ("for the server to read", "upper_tcp_client", &silent, &[b'x'; 1 << 24], libc::SYS_sendto),
        ("for a line", "upper_tcp_client", &silent, b"", libc::SYS_read),
        ("for a line", "upper_udp_client", &silent_udp, b"", libc::SYS_read),
    ];
    for (name, stem, port, line, call) in cases {
        for language in TWINS {
            let stdin = if call == libc::SYS_read { Stdio::piped() } else { input(line) };
            let client = start(&mut command(stem, language, ["127.0.0.1", port]), stdin);
            dies_of_sigint(name, client, call);
        }
    }
}

#[test]
fn sigint_while_a_program_prints() {
    heed_sigint();
    for (stem, options) in PROGRAMS {
        for language in TWINS {
            let (_never_read, mut stdout) = UnixStream::pair().expect("socketpair");
            stdout.set_nonblocking(true).expect("O_NONBLOCK");
            while stdout.write(&[b'x'; 4096]).is_ok() {}
            stdout.set_nonblocking(false).expect("O_NONBLOCK");
            let stdout = OwnedFd::from(stdout).into();
            let (running, _partner) = printing_into(stdout, stem, options, language);
            dies_of_sigint("for its output to be read", running, libc::SYS_write);
        }
    }
}

// ---- Restart ----------------------------------------------------------------------------------------

/// The one to close first keeps the connection in TIME_WAIT, and with it the port, for a minute.
#[test]
fn a_restart_after_the_server_closed_first() {
    let servers = [
        ("welcome_server_original", Language::C, ""),
        ("welcome_server", Language::C, "welcome_client"),
        ("welcome_server", Language::Rust, "welcome_client"),
        ("upper_tcp_server", Language::C, "upper_tcp_client"),
        ("upper_tcp_server", Language::Rust, "upper_tcp_client"),
    ];
    for (stem, language, client) in servers {
        let server = Server::start(stem, language, &[]);
        let mut visitor = server.meet();
        visitor.write_all(b"hello").expect("send");
        visitor.read_to_end(&mut Vec::new()).expect("recv");
        drop(visitor);
        until("TIME_WAIT on the server's side", || {
            in_table("tcp", server.port, |state| state == "06").then_some(())
        });
        let port = server.port;
        server.stop();

        let mut again = command(stem, language, [] as [&str; 0]);
        if client.is_empty() {
            let outcome = run(again.args(["127.0.0.1", &port.to_string()]), Stdio::null());
            assert_eq!(outcome.status.code(), Some(1), "{stem}: {outcome:?}");
            assert_eq!(outcome.stderr, b"bind: Address already in use\n", "{stem}");
        } else {
            let served = Server::start_on(&mut again, port).client(client, language, b"hello\n");
            assert!(served.status.success(), "{stem} {language:?}: {served:?}");
        }
    }
}
