//! Servers on ports of their own, and the way to them.

use std::fs;
use std::io::{ErrorKind, Read};
use std::net::{Ipv4Addr, SocketAddrV4, TcpStream, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::process::{Command, Stdio, id};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use super::{Language, Outcome, PATIENCE, Running, command, input, program, run, start};

/// A server on a port of its own.
pub struct Server {
    /// The program.
    pub running: Running,
    /// Where it is.
    pub port: u16,
}

impl Server {
    /// Starts a server, `options` before its address and port, and waits until it can be reached.
    pub fn start(stem: &str, language: Language, options: &[&str]) -> Server {
        Server::start_with(Command::new(program(stem, language)).args(options))
    }

    /// The same for a command that lacks only the address and the port.
    pub fn start_with(command: &mut Command) -> Server {
        Server::start_on(command, free_port())
    }

    /// The same on this port.
    pub fn start_on(command: &mut Command, port: u16) -> Server {
        command.args(["127.0.0.1", &port.to_string()]);
        let mut server = Server { running: start(command, Stdio::null()), port };
        if server.is("udp_server") {
            server.running.is_bound(port);
        } else {
            server.running.listens(port);
        }
        // The upper servers' ready line comes a moment after that.
        server.running.blocks_in(server.idle_in());
        server
    }

    /// Whether its command says so: `welcome_server`, `--keep-open` …
    pub fn is(&self, word: &str) -> bool {
        self.running.command.contains(word)
    }

    /// The call it waits in for the next client.
    pub fn idle_in(&self) -> libc::c_long {
        #[cfg(target_arch = "x86_64")]
        const WAITS: [libc::c_long; 2] = [libc::SYS_poll, libc::SYS_epoll_wait];
        #[cfg(not(target_arch = "x86_64"))]
        const WAITS: [libc::c_long; 2] = [libc::SYS_ppoll, libc::SYS_epoll_pwait];
        match () {
            () if self.is("udp_server") => libc::SYS_recvfrom,
            () if self.is("many_select") => libc::SYS_pselect6,
            () if self.is("many_poll") => WAITS[0],
            () if self.is("many_epoll") => WAITS[1],
            () => libc::SYS_accept,
        }
    }

    /// Its address.
    pub fn address(&self) -> SocketAddrV4 {
        SocketAddrV4::new(Ipv4Addr::LOCALHOST, self.port)
    }

    /// Runs a client against it, `line` on its standard input.
    pub fn client(&self, stem: &str, language: Language, line: &[u8]) -> Outcome {
        run(&mut command(stem, language, ["127.0.0.1", &self.port.to_string()]), input(line))
    }

    /// A connection to it.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address()).expect("connect");
        stream.set_read_timeout(Some(PATIENCE)).expect("SO_RCVTIMEO");
        stream.set_write_timeout(Some(PATIENCE)).expect("SO_SNDTIMEO");
        stream.set_nodelay(true).expect("TCP_NODELAY");
        stream
    }

    /// A connection to it, the welcome server's greeting behind it.
    pub fn meet(&self) -> TcpStream {
        let mut stream = self.connect();
        if self.is("welcome_server") {
            let mut greeting = [0; 28];
            stream.read_exact(&mut greeting).expect("a greeting");
            assert_eq!(&greeting, b"Welcome to Network Server!!\0");
        }
        stream
    }

    /// A UDP socket that sends to it and hears of it only.
    pub fn datagrams(&self) -> UdpSocket {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("bind");
        socket.connect(self.address()).expect("connect");
        socket.set_read_timeout(Some(PATIENCE)).expect("SO_RCVTIMEO");
        socket
    }

    /// Waits until it has nothing to do, and kills it: what it printed.
    pub fn stop(mut self) -> Outcome {
        self.running.blocks_in(self.idle_in());
        self.running.stop()
    }
}

/// Sends a datagram and gives the one that comes back.
pub fn ask(socket: &UdpSocket, question: &[u8]) -> Vec<u8> {
    let mut answer = vec![0; 65_536];
    socket.send(question).expect("send");
    let length = loop {
        match socket.recv(&mut answer) {
            // SIGCHLD does nothing, yet it ends a call with a time limit if the thread that started the
            // child has it blocked just then, as `Command::spawn` does while it starts another.
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            received => break received.expect("recv"),
        }
    };
    answer.truncate(length);
    answer
}

/// Whether `/proc/net/tcp` or `udp` has a socket with this local port in such a state.
pub fn in_table(table: &str, port: u16, state: impl Fn(&str) -> bool) -> bool {
    let table = fs::read_to_string(format!("/proc/net/{table}")).expect("/proc/net");
    let local_port = format!(":{port:04X}");
    table.lines().skip(1).any(|line| {
        let mut fields = line.split_whitespace().skip(1);
        fields.next().is_some_and(|local| local.ends_with(&local_port))
            && fields.nth(1).is_some_and(&state)
    })
}

/// A port that is free for TCP and UDP and that no other test gets while this process lives.
///
/// It lies below the ports that the kernel gives to clients.
pub fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    const PORTS: u32 = 16_000;
    for _ in 0..PORTS {
        let port = (13_000 + (id() * 41 + NEXT.fetch_add(1, Relaxed)) % PORTS) as u16;
        let Some(reserved) = reserve(&format!("port {port}")) else { continue };
        // To bind it and see would hold it: a child that another thread is about to start has a copy of every
        // descriptor until its exec.
        if !in_table("tcp", port, |_| true) && !in_table("udp", port, |_| true) {
            std::mem::forget(reserved);
            return port;
        }
    }
    panic!("no port is free");
}

/// Reserves something among all test processes, or gives nothing when another has it. It is the name of an
/// abstract Unix socket, which goes with the socket or the process: nothing is left behind.
pub fn reserve(what: &str) -> Option<UnixListener> {
    let name = SocketAddr::from_abstract_name(format!("sockstep tests: {what}"));
    UnixListener::bind_addr(&name.expect("a short name")).ok()
}
