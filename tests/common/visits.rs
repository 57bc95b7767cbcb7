//! Clients that a server has to survive, and what it prints of them.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

use super::{Language, Server, ask, in_table, until};

/// A client that does something odd. The texts are standard output and standard error as
/// `escape_ascii` writes them; PORT is the visitor's, `{256}` so many letters x.
struct Visit {
    name: &'static str,
    /// Gives the visitor's port.
    visit: fn(&mut Server) -> u16,
    welcome: [&'static str; 2],
    upper: [&'static str; 2],
}

const TCP: &[Visit] = &[
    Visit {
        name: "resets at once",
        visit: resets_at_once,
        welcome: ["", r"send: Connection reset by peer\n"],
        upper: ["", r"recv: Connection reset by peer\n"],
    },
    Visit {
        name: "resets while the server waits for it",
        visit: resets_later,
        welcome: ["", r"recv: Connection reset by peer\n"],
        upper: ["", r"recv: Connection reset by peer\n"],
    },
    Visit {
        name: "closes at once",
        visit: closes_at_once,
        welcome: [r"** The client closed without a word\n", ""],
        upper: ["", ""],
    },
    Visit {
        name: "sends nothing",
        visit: |server| sends(server, b"", b""),
        welcome: [r"** The client closed without a word\n", ""],
        upper: ["", ""],
    },
    Visit {
        name: "sends 256 bytes without a NUL",
        visit: |server| sends(server, &[b'x'; 256], &[b'X'; 256]),
        welcome: [r"** From Client : {256}\n", ""],
        upper: ["", ""],
    },
    Visit {
        name: "sends a NUL first",
        visit: |server| sends(server, b"\0abc", b"\0ABC"),
        welcome: [r"** From Client : \n", ""],
        upper: ["", ""],
    },
    Visit {
        name: "sends several lines at once",
        visit: |server| sends(server, b"one\n2\n\nthree", b"ONE\n2\n\nTHREE"),
        welcome: [r"** From Client : one\n2\n\nthree\n", ""],
        upper: ["", ""],
    },
    Visit {
        name: "sends bytes that are not UTF-8",
        visit: |server| sends(server, b"caf\xe9", b"caf\xe9"),
        welcome: [r"** From Client : caf\xe9\n", ""],
        upper: [r"** 127.0.0.1:PORT sent bytes that are not UTF-8, from byte 3 on\n", ""],
    },
    Visit {
        name: "sends one byte at a time",
        visit: one_byte_at_a_time,
        welcome: [r"** From Client : h\n", ""],
        upper: ["", ""],
    },
    Visit {
        name: "sends 1 MiB",
        visit: one_mebibyte,
        welcome: [r"** From Client : {256}\n", ""],
        upper: ["", ""],
    },
];

const UDP: &[Visit] = &[
    Visit {
        name: "sends an empty datagram",
        visit: |server| asks(server, b"", b""),
        welcome: ["", ""],
        upper: ["", ""],
    },
    Visit {
        name: "sends 65,507 bytes",
        visit: |server| asks(server, &[b'x'; 65_507], &[b'X'; 2048]),
        welcome: ["", ""],
        upper: [
            r"** 127.0.0.1:PORT sent 65507 bytes, the buffer holds 2048: the rest is lost\n",
            "",
        ],
    },
    Visit {
        name: "sends bytes that are not UTF-8",
        visit: |server| asks(server, b"caf\xe9", b"caf\xe9"),
        welcome: ["", ""],
        upper: [r"** 127.0.0.1:PORT sent bytes that are not UTF-8, from byte 3 on\n", ""],
    },
    Visit {
        name: "does not wait for the answer",
        visit: asks_and_leaves,
        welcome: ["", ""],
        upper: ["", ""],
    },
];

/// Lets every odd client come, and after each of them an ordinary one of that language, which is served.
pub fn survive(server: &mut Server, language: Language) {
    let (stem, heard) = if server.is("welcome_server") {
        ("welcome_client", r"** From Server : Welcome to Network Server!!\n")
    } else if server.is("udp_server") {
        ("upper_udp_client", r"Input lowercase sentence:NEXT\n")
    } else {
        ("upper_tcp_client", r"Input lowercase sentence:From Server: NEXT\n")
    };
    let visits = if server.is("udp_server") { UDP } else { TCP };

    for Visit { name, visit, welcome, upper } in visits {
        let before = [server.running.stdout().len(), server.running.stderr().len()];
        let port = visit(server).to_string();
        let next = server.client(stem, language, b"next\n");
        assert!(
            next.status.success() && next.stdout.escape_ascii().to_string() == heard,
            "{next:?}"
        );
        server.running.blocks_in(server.idle_in());

        let printed =
            [&server.running.stdout()[before[0]..], &server.running.stderr()[before[1]..]]
                .map(|bytes| bytes.escape_ascii().to_string());
        let [stdout, stderr] = if server.is("welcome_server") { welcome } else { upper };
        let mut expected = [stdout.replace("PORT", &port), stderr.to_string()];
        if server.is("welcome_server") {
            let greeting = r"*** Send a Message to Client(127.0.0.1)\n";
            let wish = r"** From Client : I want a HTTP Service.\n";
            let stdout = stdout.replace("{256}", &"x".repeat(256));
            expected[0] = [greeting, &stdout, greeting, wish].concat();
        }
        assert_eq!(printed, expected, "{name}: {}", server.running.command);
    }
}

fn port(client: &TcpStream) -> u16 {
    client.local_addr().expect("getsockname").port()
}

/// Waits until one of the server's connected sockets is in this state, or none is any more.
fn state(server: &Server, state: &str, there: bool) {
    until(&format!("state {state} on the server's side"), || {
        (in_table("tcp", server.port, |now| now == state) == there).then_some(())
    });
}

/// Closes with RST instead of FIN.
fn reset(client: TcpStream) {
    SockRef::from(&client).set_linger(Some(Duration::ZERO)).expect("SO_LINGER");
}

/// The kernel has connected and been reset before the server's `accept` returns.
fn resets_at_once(server: &mut Server) -> u16 {
    server.running.pause();
    let client = server.connect();
    let port = port(&client);
    reset(client);
    state(server, ESTABLISHED, false);
    server.running.go_on();
    port
}

fn resets_later(server: &mut Server) -> u16 {
    let client = server.meet();
    let port = port(&client);
    server.running.blocks_in(libc::SYS_recvfrom);
    reset(client);
    port
}

/// The FIN is there before the server's `accept` returns.
fn closes_at_once(server: &mut Server) -> u16 {
    server.running.pause();
    let client = server.connect();
    let port = port(&client);
    drop(client);
    state(server, CLOSE_WAIT, true);
    server.running.go_on();
    port
}

/// Sends the bytes and its FIN; what comes back is this, from the upper servers.
fn sends(server: &mut Server, bytes: &[u8], answer: &[u8]) -> u16 {
    let mut client = server.meet();
    client.write_all(bytes).expect("send");
    client.shutdown(Shutdown::Write).expect("shutdown");
    let mut heard = Vec::new();
    client.read_to_end(&mut heard).expect("recv");
    let answer = if server.is("welcome_server") { b"" } else { answer };
    assert_eq!(heard.escape_ascii().to_string(), answer.escape_ascii().to_string());
    port(&client)
}

/// One `recv` gets one byte; only with `--keep-open` is there a second one.
fn one_byte_at_a_time(server: &mut Server) -> u16 {
    let mut client = server.meet();
    let mut heard = Vec::new();
    if server.is("--keep-open") {
        for byte in "hello, 안녕\n".bytes() {
            server.running.blocks_in(libc::SYS_recvfrom);
            client.write_all(&[byte]).expect("send");
        }
        client.shutdown(Shutdown::Write).expect("shutdown");
        client.read_to_end(&mut heard).expect("recv");
        assert_eq!(heard, "HELLO, 안녕\n".as_bytes());
    } else {
        server.running.blocks_in(libc::SYS_recvfrom);
        client.write_all(b"h").expect("send");
        client.read_to_end(&mut heard).expect("recv");
        assert_eq!(heard, if server.is("welcome_server") { "" } else { "H" }.as_bytes());
        // The server has closed: RST, and then EPIPE.
        let _ = "ello\n".bytes().try_for_each(|byte| client.write_all(&[byte]));
    }
    port(&client)
}

/// The servers that read once close with most of it unread, which answers with RST.
fn one_mebibyte(server: &mut Server) -> u16 {
    let client = server.meet();
    let mut heard = Vec::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ = (&client).write_all(&[b'x'; 1 << 20]);
            let _ = client.shutdown(Shutdown::Write);
        });
        let _ = (&client).read_to_end(&mut heard);
    });
    if server.is("--keep-open") {
        assert!(heard.len() == 1 << 20 && heard.iter().all(|byte| *byte == b'X'));
    }
    port(&client)
}

/// Sends one datagram and gets this one back.
fn asks(server: &mut Server, bytes: &[u8], answer: &[u8]) -> u16 {
    let client = server.datagrams();
    let heard = ask(&client, bytes);
    assert_eq!(heard.escape_ascii().to_string(), answer.escape_ascii().to_string());
    client.local_addr().expect("getsockname").port()
}

/// Nobody is there for the answer: ICMP says so to the server's kernel.
fn asks_and_leaves(server: &mut Server) -> u16 {
    server.running.pause();
    let client = server.datagrams();
    let port = client.local_addr().expect("getsockname").port();
    client.send(b"x").expect("send");
    drop(client);
    server.running.go_on();
    port
}

/// The states as `/proc/net/tcp` writes them.
const ESTABLISHED: &str = "01";
const CLOSE_WAIT: &str = "08";
