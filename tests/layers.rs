//! The layers: that they all talk to each other, and that each does what the head of its file says.
#![cfg(feature = "stepper")]

mod common;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{
    Language, Outcome, PATIENCE, Running, free_port, run, skip, start, start_into, until,
};
use nix::errno::Errno;
use nix::sys::socket::Backlog;
use socket2::{Domain, SockRef, Socket, Type};
use sockstep::layers::{Layer, Role};
use tempfile::{NamedTempFile, TempPath};

const GREETED: &[u8] = b"*** Send a Message to Client(127.0.0.1)\n";
const FROM_CLIENT: &[u8] = b"** From Client : I want a HTTP Service.\n";
const FROM_SERVER: &[u8] = b"** From Server : Welcome to Network Server!!\n";

fn sockstep(layer: Layer, role: Role, port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockstep"));
    command.args(["layer", &layer.to_string(), &role.to_string()]);
    command.args(["127.0.0.1", &port.to_string()]);
    command
}

fn client(layer: Layer, port: u16) -> Outcome {
    run(&mut sockstep(layer, Role::Client, port), Stdio::null())
}

/// A layer's server on a port of its own.
struct Server {
    layer: Layer,
    port: u16,
    running: Running,
}

impl Server {
    fn start(layer: Layer) -> Server {
        let port = free_port();
        Server::start_with(&mut sockstep(layer, Role::Server, port), layer, port)
    }

    /// Starts it with this command, and waits until it can be reached.
    fn start_with(command: &mut Command, layer: Layer, port: u16) -> Server {
        let mut running = start(command, Stdio::null());
        running.listens(port);
        Server { layer, port, running }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("connect");
        stream.set_read_timeout(Some(PATIENCE)).expect("SO_RCVTIMEO");
        stream
    }

    /// Waits until it waits for its next client, and kills it: what it printed.
    fn stop(mut self) -> Outcome {
        self.running.blocks_in(match self.layer {
            Layer::Libc | Layer::Nix => libc::SYS_accept,
            Layer::Socket2 | Layer::Std => libc::SYS_accept4,
        });
        self.running.stop()
    }
}

/// A server that is no layer. Its `accept`, and what it accepts, give up when patience ends.
fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("bind");
    SockRef::from(&listener).set_read_timeout(Some(PATIENCE)).expect("SO_RCVTIMEO");
    let port = listener.local_addr().expect("getsockname").port();
    (listener, port)
}

/// That the program ended with status 1 and one line, which has these words in it.
fn assert_failed(outcome: &Outcome, words: &str) {
    let stderr = String::from_utf8_lossy(&outcome.stderr);
    assert_eq!(outcome.status.code(), Some(1), "{outcome:?}");
    assert!(stderr.contains(words) && stderr.lines().count() == 1, "{words}: {outcome:?}");
}

#[test]
fn a_name_is_read_as_it_is_written() {
    for layer in Layer::ALL {
        assert_eq!(layer.to_string().parse(), Ok(layer));
    }
    for role in Role::ALL {
        assert_eq!(role.to_string().parse(), Ok(role));
    }
    let error = "'tokio' is not a layer: libc, nix, socket2 or std";
    assert_eq!("tokio".parse::<Layer>(), Err(error.to_owned()));
    assert_eq!("peer".parse::<Role>(), Err("'peer' is not a role: server or client".to_owned()));
}

#[test]
fn each_server_serves_each_client() {
    for layer in Layer::ALL {
        let server = Server::start(layer);
        for of_client in Layer::ALL {
            let outcome = client(of_client, server.port);
            assert!(outcome.status.success(), "{layer} <- {of_client}: {outcome:?}");
            assert_eq!(outcome.stdout, FROM_SERVER, "{layer} <- {of_client}");
            assert_eq!(outcome.stderr, b"", "{layer} <- {of_client}");
        }
        let outcome = server.stop();
        assert_eq!(outcome.stdout, [GREETED, FROM_CLIENT].concat().repeat(4), "{layer}");
        assert_eq!(outcome.stderr, b"", "{layer}");
    }
}

#[test]
fn the_programs_of_the_notes_talk_to_each() {
    for layer in Layer::ALL {
        let server = Server::start(layer);
        let port = server.port.to_string();
        let mut program = common::command("welcome_client", Language::Rust, ["127.0.0.1", &port]);
        assert_eq!(run(&mut program, Stdio::null()).stdout, FROM_SERVER, "{layer}");
        assert_eq!(server.stop().stdout, [GREETED, FROM_CLIENT].concat(), "{layer}");

        let server = common::Server::start("welcome_server", Language::Rust, &[]);
        assert_eq!(client(layer, server.port).stdout, FROM_SERVER, "{layer}");
        assert_eq!(server.stop().stdout, [GREETED, FROM_CLIENT].concat(), "{layer}");
    }
}

#[test]
fn what_is_sent_has_the_nul_and_what_comes_need_not() {
    for layer in Layer::ALL {
        let server = Server::start(layer);
        let mut peer = server.connect();
        let mut heard = [0; 256];
        let n = peer.read(&mut heard).expect("read");
        assert_eq!(&heard[..n], b"Welcome to Network Server!!\0", "{layer}");
        peer.write_all(b"no NUL, no text: \xff").expect("write");
        drop(peer);
        let printed = [GREETED, b"** From Client : no NUL, no text: \xff\n"].concat();
        assert_eq!(server.stop().stdout, printed, "{layer}");

        let (listener, port) = listener();
        let running = start(&mut sockstep(layer, Role::Client, port), Stdio::null());
        let mut peer = listener.accept().expect("accept").0;
        peer.write_all(b"no NUL, no text: \xff").expect("write");
        let mut heard = Vec::new();
        peer.read_to_end(&mut heard).expect("read");
        assert_eq!(heard, b"I want a HTTP Service.\0", "{layer}");
        let printed = b"** From Server : no NUL, no text: \xff\n";
        assert_eq!(running.finish().stdout, printed, "{layer}");
    }
}

#[test]
fn a_server_that_closes_without_a_word_is_told_of() {
    for layer in Layer::ALL {
        let (listener, port) = listener();
        let running = start(&mut sockstep(layer, Role::Client, port), Stdio::null());
        drop(listener.accept().expect("accept"));
        let outcome = running.finish();
        assert_eq!(outcome.stdout, b"** The server closed without a word\n", "{layer}");
        assert_eq!(
            (outcome.status.code(), outcome.stderr.as_slice()),
            (Some(1), &b""[..]),
            "{layer}"
        );
    }
}

/// One that hears the greeting and goes. Two that are gone before they are accepted: one resets after its
/// FIN, so that the server's `send` gets EPIPE; the other only resets, and it gets ECONNRESET.
fn three_rude_clients(server: &Server) {
    let mut first = server.connect();
    first.read_exact(&mut [0; 28]).expect("the greeting");
    for fin_first in [true, false] {
        let gone = server.connect();
        let its_port = gone.local_addr().expect("getsockname").port();
        if fin_first {
            gone.shutdown(Shutdown::Write).expect("shutdown");
        }
        SockRef::from(&gone).set_linger(Some(Duration::ZERO)).expect("SO_LINGER");
        drop(gone);
        let both_ends = format!(" 0100007F:{:04X} 0100007F:{its_port:04X} ", server.port);
        until("the reset's arrival", || {
            let table = fs::read_to_string("/proc/net/tcp").expect("/proc/net/tcp");
            (!table.contains(&both_ends)).then_some(())
        });
    }
}

#[test]
fn a_rude_client_costs_the_next_nothing() {
    for layer in Layer::ALL {
        let server = Server::start(layer);
        three_rude_clients(&server);
        assert_eq!(client(Layer::Std, server.port).stdout, FROM_SERVER, "{layer}");

        let outcome = server.stop();
        let send = if layer == Layer::Std { "write_all" } else { "send" };
        let not_sent =
            format!("{send}: EPIPE: Broken pipe\n{send}: ECONNRESET: Connection reset by peer\n");
        // By the time it is accepted, a connection that was reset has no address.
        let no_address = "getpeername: ENOTCONN: Transport endpoint is not connected\n".repeat(2);
        let (gone, stderr) =
            if layer == Layer::Nix { (&b""[..], no_address) } else { (GREETED, not_sent) };
        let wordless = b"** The client closed without a word\n";
        let stdout = [GREETED, wordless, gone, gone, GREETED, FROM_CLIENT].concat();
        assert_eq!(outcome.stdout, stdout, "{layer}: {outcome:?}");
        assert_eq!(outcome.stderr, stderr.as_bytes(), "{layer}: {outcome:?}");
    }
}

#[test]
fn a_standard_output_that_takes_nothing_ends_both_with_a_line() {
    for layer in Layer::ALL {
        let full = || Stdio::from(File::options().write(true).open("/dev/full").expect("full"));
        let port = free_port();
        let mut server = sockstep(layer, Role::Server, port);
        let mut server = start_into(&mut server, Stdio::null(), full());
        server.listens(port);
        client(Layer::Std, port);
        assert_failed(&server.finish(), "stdout: ENOSPC: No space left on device");

        let server = Server::start(Layer::Std);
        let mut client = sockstep(layer, Role::Client, server.port);
        let client = start_into(&mut client, Stdio::null(), full());
        assert_failed(&client.finish(), "stdout: ENOSPC: No space left on device");
    }
}

#[test]
fn an_error_is_named_as_far_as_the_layer_can() {
    for layer in Layer::ALL {
        let (bind, connect) = match layer {
            Layer::Std => ("TcpListener::bind", "TcpStream::connect"),
            _ => (" bind", " connect"),
        };
        let (_listener, port) = listener();
        let in_use = run(&mut sockstep(layer, Role::Server, port), Stdio::null());
        assert_failed(&in_use, &format!("{bind}: EADDRINUSE: Address already in use"));
        let refused = client(layer, free_port());
        assert_failed(&refused, &format!("{connect}: ECONNREFUSED: Connection refused"));
    }
}

#[test]
fn nix_refuses_a_backlog_that_the_kernel_takes() {
    for (number, taken) in [(-2, false), (-1, true), (4096, true), (4097, false)] {
        assert_eq!(Backlog::new(number).err(), (!taken).then_some(Errno::EINVAL), "{number}");
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("socket");
        socket.listen(number).unwrap_or_else(|e| panic!("listen({number}): {e}"));
    }
}

// ---- What strace sees -------------------------------------------------------------------------------

/// The command under strace, and the file that its calls go to. By `-D` strace is the grandchild here and the
/// program the child: who kills the child ends both.
fn traced(command: &Command, options: &[&str]) -> (Command, TempPath) {
    let file = NamedTempFile::new().expect("temporary file").into_temp_path();
    let mut strace = Command::new("strace");
    strace.args(["-D", "-a1", "-e", "trace=network,close,fcntl,ioctl"]).args(options);
    strace.arg("-o").arg(&*file).arg(command.get_program()).args(command.get_args());
    (strace, file)
}

/// What strace saw from the first `socket` on, without the call in which the program was killed.
fn calls(file: &Path, port: u16) -> Vec<String> {
    let trace = until("strace's last line", || {
        fs::read_to_string(file).ok().filter(|trace| trace.lines().any(|l| l.starts_with("+++")))
    });
    let lines = trace.lines().skip_while(|line| !line.starts_with("socket("));
    // The last call has no result, or `?`, depending on how far it had come.
    let cut = |line: &str| line.ends_with("<unfinished ...>") || line.ends_with("= ?");
    let whole = lines.filter(|line| !cut(line) && !line.starts_with("+++"));
    whole.map(|line| with_port_9001(line, port)).collect()
}

/// The server's port becomes 9001, which it has without arguments; the client's, which is any, becomes `…`.
fn with_port_9001(line: &str, server: u16) -> String {
    let Some((before, rest)) = line.split_once("htons(") else { return line.to_owned() };
    let (port, after) = rest.split_once(')').expect("htons(…)");
    let port = if port == server.to_string() { "9001" } else { "…" };
    format!("{before}htons({port}){after}")
}

/// The lines between the fences in the head of a layer's file: the server's, and the client's.
fn head(layer: Layer) -> (Vec<String>, Vec<String>) {
    let path = format!("{}/src/layers/{layer}.rs", env!("CARGO_MANIFEST_DIR"));
    let source = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let head = source.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim_start);
    let fenced =
        head.skip_while(|line| *line != "```text").skip(1).take_while(|line| *line != "```");
    let lines: Vec<_> = fenced.map(str::to_owned).collect();
    let gap = lines.iter().position(String::is_empty).expect("an empty line before the client's");
    (lines[..gap].to_vec(), lines[gap + 1..].to_vec())
}

#[test]
fn the_calls_are_those_in_the_head() {
    if let Some(reason) = common::calls::cannot_trace() {
        return skip(&reason);
    }
    for layer in Layer::ALL {
        let port = free_port();
        let server = sockstep(layer, Role::Server, port);
        let (mut server, server_file) = traced(&server, &[]);
        let server = Server::start_with(&mut server, layer, port);
        let client = sockstep(layer, Role::Client, port);
        let (mut client, client_file) = traced(&client, &[]);
        let outcome = run(&mut client, Stdio::null());
        assert!(outcome.status.success(), "{layer}: {outcome:?}");
        server.stop();

        let (server_head, client_head) = head(layer);
        for (file, head) in [(server_file, server_head), (client_file, client_head)] {
            let (asked, calls): (Vec<_>, Vec<_>) =
                calls(&file, port).into_iter().partition(|line| line.starts_with("fcntl("));
            assert_eq!(calls, head, "{layer}");

            // Debug builds of the owners look whether what they close is open.
            let looks = matches!(layer, Layer::Socket2 | Layer::Std) && cfg!(debug_assertions);
            assert_eq!(asked.len(), usize::from(looks), "{layer}: {asked:?}");
            assert!(asked.iter().all(|line| line.contains(", F_GETFD) = 0x1 ")), "{asked:?}");
        }
    }
}

#[test]
fn only_socket2_draws_sigpipe() {
    if let Some(reason) = common::calls::cannot_trace() {
        return skip(&reason);
    }
    for layer in Layer::ALL {
        let port = free_port();
        let (mut server, file) = traced(&sockstep(layer, Role::Server, port), &[]);
        let server = Server::start_with(&mut server, layer, port);
        three_rude_clients(&server);
        assert_eq!(client(Layer::Std, port).stdout, FROM_SERVER, "{layer}");
        server.stop();
        let drawn = calls(&file, port).iter().any(|line| line.starts_with("--- SIGPIPE"));
        assert_eq!(drawn, layer == Layer::Socket2, "{layer}");
    }
}

/// A call that a signal interrupts, and the layers that call it again.
const INTERRUPTED: [(&str, &[Layer]); 3] =
    [("connect", &[Layer::Std]), ("sendto", &[Layer::Socket2, Layer::Std]), ("recvfrom", &[])];

#[test]
fn eintr_is_an_error_where_the_head_says_so() {
    if let Some(reason) = common::calls::cannot_trace() {
        return skip(&reason);
    }
    let server = Server::start(Layer::Std);
    for layer in Layer::ALL {
        for (call, again) in INTERRUPTED {
            let client = sockstep(layer, Role::Client, server.port);
            let name = format!("{layer} EINTR {call}");
            let inject = format!("inject={call}:error=EINTR:when=1");
            let (mut client, file) = traced(&client, &["-e", &inject]);
            let outcome = run(&mut client, Stdio::null());
            assert_interrupted(&outcome, &calls(&file, server.port), &name, again.contains(&layer));
        }

        let port = free_port();
        let name = format!("{layer} EINTR accept");
        let inject = "inject=accept,accept4:error=EINTR:when=2";
        let (mut server, file) = traced(&sockstep(layer, Role::Server, port), &["-e", inject]);
        let server = Server::start_with(&mut server, layer, port);
        assert_eq!(client(Layer::Std, port).stdout, FROM_SERVER, "{name}");
        let again = layer == Layer::Std;
        if again {
            assert_eq!(client(Layer::Std, port).stdout, FROM_SERVER, "{name}");
        }
        let outcome = if again { server.stop() } else { server.running.finish() };
        assert_interrupted(&outcome, &calls(&file, port), &name, again);
    }
}

/// That one call was interrupted, and that its layer called it again or ended with an error.
fn assert_interrupted(outcome: &Outcome, calls: &[String], name: &str, again: bool) {
    let interrupted = calls.iter().filter(|line| line.ends_with("(INJECTED)")).count();
    assert_eq!(interrupted, 1, "{name}: {calls:?}");
    if again {
        assert_eq!(outcome.stderr, b"", "{name}");
    } else {
        assert_failed(outcome, ": EINTR: Interrupted system call");
    }
}
