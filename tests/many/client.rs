//! A client that does what a test wants.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::socket::setsockopt;
use nix::sys::socket::sockopt::TcpMaxSeg;
use socket2::{Domain, SockRef, Socket, Type};

use super::server::{Found, PATIENCE, Server, hold};

/// A connection to a server.
pub struct Client(pub TcpStream);

/// What it has heard when no more comes.
pub enum End {
    /// The server has closed.
    Closed,
    /// The server has reset the connection.
    Reset,
    /// Nothing for so long.
    Silence,
}

impl Client {
    pub fn connect(server: &Server) -> Found<Client> {
        Client::prepared(server, |_| {})
    }

    /// A client for whom the kernels keep little. (Its segments are small, too: the server's kernel keeps room for some.)
    pub fn small(server: &Server) -> Found<Client> {
        Client::prepared(server, |socket| {
            socket.set_recv_buffer_size(8192).expect("SO_RCVBUF");
            socket.set_send_buffer_size(65_536).expect("SO_SNDBUF");
            setsockopt(socket, TcpMaxSeg, &536).expect("TCP_MAXSEG");
        })
    }

    fn prepared(server: &Server, prepare: impl FnOnce(&Socket)) -> Found<Client> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("socket");
        prepare(&socket);
        let connected = socket.connect_timeout(&server.address().into(), PATIENCE);
        connected.map_err(|e| format!("connect: {e}"))?;
        let client = Client(socket.into());
        client.0.set_nodelay(true).expect("TCP_NODELAY");
        client.waits(PATIENCE);
        Ok(client)
    }

    /// How long it waits for an answer and for room.
    pub fn waits(&self, limit: Duration) {
        self.0.set_read_timeout(Some(limit)).expect("SO_RCVTIMEO");
        self.0.set_write_timeout(Some(limit)).expect("SO_SNDTIMEO");
    }

    pub fn says(&mut self, bytes: impl AsRef<[u8]>) -> Found {
        let bytes = bytes.as_ref();
        self.0.write_all(bytes).map_err(|e| format!("{} not sent: {e}", excerpt(bytes)))
    }

    /// All that comes, up to so many bytes, and why no more comes if these are fewer.
    pub fn listens(&mut self, most: usize) -> (Vec<u8>, Option<End>) {
        let (mut heard, mut buf) = (Vec::new(), [0; 65_536]);
        while heard.len() < most {
            let room = buf.len().min(most - heard.len());
            match self.0.read(&mut buf[..room]) {
                Ok(0) => return (heard, Some(End::Closed)),
                Ok(n) => heard.extend(&buf[..n]),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if e.kind() == ErrorKind::WouldBlock => return (heard, Some(End::Silence)),
                Err(_) => return (heard, Some(End::Reset)),
            }
        }
        (heard, None)
    }

    /// Exactly this comes next.
    pub fn hears(&mut self, expected: impl AsRef<[u8]>) -> Found {
        let expected = expected.as_ref();
        let (heard, end) = self.listens(expected.len());
        let end = match end {
            None => "",
            Some(End::Closed) => ", then the end",
            Some(End::Reset) => ", then a reset",
            Some(End::Silence) => ", then nothing",
        };
        hold(heard == expected, || {
            let same = heard.iter().zip(expected).take_while(|(a, b)| a == b).count();
            format!(
                "{} heard{end}; from byte {same} on {}, not {}",
                heard.len(),
                excerpt(&heard[same..]),
                excerpt(&expected[same..])
            )
        })
    }

    /// A line, and its answer.
    pub fn asks(&mut self, line: &str) -> Found {
        self.says(format!("{line}\n"))?;
        self.hears(format!("{}\n", line.to_uppercase()))
    }

    /// Nothing comes any more, and the server has closed.
    pub fn hears_the_end(&mut self) -> Found {
        self.hears(b"")?;
        match self.listens(1) {
            (_, Some(End::Closed)) => Ok(()),
            (_, Some(End::Reset)) => Err("a reset, not the end".into()),
            (_, Some(End::Silence)) => Err("the connection was not closed".into()),
            (heard, None) => Err(format!("{} before the end", excerpt(&heard))),
        }
    }

    pub fn shuts(&self) {
        let _ = self.0.shutdown(Shutdown::Write);
    }

    /// Closes so that the other side is reset.
    pub fn resets(self) {
        SockRef::from(&self.0).set_linger(Some(Duration::ZERO)).expect("SO_LINGER");
    }

    /// Sends this again and again, and never reads, until there is no room any more: the server sleeps, and yet takes
    /// nothing for so long. False: it has closed or reset the connection before.
    pub fn floods(&mut self, server: &Server, line: &[u8], stuck_for: Duration) -> bool {
        self.0.set_nonblocking(true).expect("O_NONBLOCK");
        let lines = line.repeat(65_536 / line.len());
        let (mut at, mut moved) = (0, Instant::now());
        let stuck = loop {
            match self.0.write(&lines[at..]) {
                Ok(n) => (at, moved) = ((at + n) % lines.len(), Instant::now()),
                Err(e) if e.kind() == ErrorKind::WouldBlock && moved.elapsed() < stuck_for => {
                    sleep(Duration::from_millis(2));
                }
                Err(e) if e.kind() == ErrorKind::WouldBlock && server.sleeps() => break true,
                Err(e) if e.kind() == ErrorKind::WouldBlock => moved = Instant::now(),
                Err(_) => break false,
            }
        };
        self.0.set_nonblocking(false).expect("O_NONBLOCK");
        stuck
    }
}

/// The first of these bytes.
pub fn excerpt(bytes: &[u8]) -> String {
    let more = if bytes.len() > 60 { "…" } else { "" };
    format!("{} bytes \"{}{more}\"", bytes.len(), bytes[..bytes.len().min(60)].escape_ascii())
}
