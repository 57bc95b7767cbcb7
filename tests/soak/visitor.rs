//! One connection, which knows what it has to hear: every byte that comes is held against that.

use std::fmt::Debug;
use std::io::{self, BufRead, ErrorKind};
use std::net::{Ipv4Addr, Shutdown, SocketAddr};
use std::time::Duration;

use nix::sys::socket::setsockopt;
use nix::sys::socket::sockopt::TcpMaxSeg;
use socket2::SockRef;
use tokio::io::{Interest, Ready};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::words;

/// How long the server may leave a client without a byte, and its receive buffer without room. Most of it is for a machine
/// that is busy with something else.
const PATIENCE: Duration = Duration::from_secs(30);

/// What went wrong, in words.
pub type Went<T = ()> = Result<T, String>;

/// A client's connection.
pub struct Visitor {
    stream: TcpStream,
    /// What has been sent of a line.
    line: Vec<u8>,
    /// It was too long, and had its answer before its end.
    has_answer: bool,
    /// The answers to come. The first `heard` bytes have come.
    answers: Vec<u8>,
    heard: usize,
    /// How many lines have had their answers.
    pub answered: u64,
}

impl Visitor {
    /// Connects from this address; each has ports of its own, and so all those in TIME_WAIT take none from the others.
    pub async fn connect(from: Ipv4Addr, to: SocketAddr, narrow: bool) -> Went<Visitor> {
        let socket = TcpSocket::new_v4().map_err(said("socket"))?;
        if narrow {
            make_narrow(&socket)?;
        }
        socket.bind((from, 0).into()).map_err(said("bind"))?;
        let connected = timeout(PATIENCE, socket.connect(to)).await;
        let stream = connected.map_err(said("connect"))?.map_err(said("connect"))?;
        stream.set_nodelay(true).map_err(said("TCP_NODELAY"))?;
        let (line, answers) = (Vec::new(), Vec::new());
        Ok(Visitor { stream, line, has_answer: false, answers, heard: 0, answered: 0 })
    }

    /// Sends all these bytes, and takes what answers there are meanwhile.
    pub async fn send(&mut self, mut bytes: &[u8]) -> Went {
        while !bytes.is_empty() {
            let ready = self.ready(Interest::READABLE | Interest::WRITABLE).await?;
            if ready.is_readable() {
                self.take(usize::MAX)?;
            }
            if ready.is_writable() {
                bytes = &bytes[self.put(bytes)?..];
            }
        }
        Ok(())
    }

    /// Waits for the answers to all that has been sent.
    pub async fn answers(&mut self) -> Went {
        while !self.has_all() {
            self.ready(Interest::READABLE).await?;
            self.take(usize::MAX)?;
        }
        Ok(())
    }

    /// Closes its half, and waits for the answers to all that has been sent, and for the server's FIN behind them.
    pub async fn end(&mut self) -> Went {
        self.half_close()?;
        let last = std::mem::take(&mut self.line);
        if !last.is_empty() && !self.has_answer {
            self.answers.extend(words::answer(&last));
            self.answered += 1;
        }
        self.answers().await?;

        self.ready(Interest::READABLE).await?;
        let mut more = [0; 64];
        match self.stream.try_read(&mut more) {
            Ok(0) => Ok(()),
            Ok(n) => Err(format!("behind all answers came {}", more[..n].escape_ascii())),
            // Woken for nothing; the next one is the FIN.
            Err(e) if e.kind() == ErrorKind::WouldBlock => {
                self.ready(Interest::READABLE).await?;
                match self.stream.try_read(&mut more) {
                    Ok(0) => Ok(()),
                    other => Err(format!("at the end: {other:?}")),
                }
            }
            Err(e) => Err(format!("recv at the end: {e}")),
        }
    }

    /// Closes its half.
    pub fn half_close(&self) -> Went {
        SockRef::from(&self.stream).shutdown(Shutdown::Write).map_err(said("shutdown"))
    }

    /// Leaves with a RST.
    pub fn reset(self) -> Went {
        self.stream.set_zero_linger().map_err(said("SO_LINGER"))
    }

    /// Whether every line has its answer.
    pub fn has_all(&self) -> bool {
        self.heard == self.answers.len()
    }

    /// Whether there is room to send, or will be within this time.
    pub async fn has_room(&self, time: Duration) -> Went<bool> {
        match timeout(time, self.stream.writable()).await {
            Ok(writable) => writable.map(|()| true).map_err(said("epoll")),
            Err(_) => Ok(false),
        }
    }

    /// Sends what there is room for.
    pub fn put(&mut self, bytes: &[u8]) -> Went<usize> {
        match self.stream.try_write(bytes) {
            Ok(n) => {
                self.expect_answers(&bytes[..n]);
                Ok(n)
            }
            Err(e) if e.kind() == ErrorKind::WouldBlock => Ok(0),
            Err(e) => Err(format!("send: {e}")),
        }
    }

    /// Takes what has come, at most so many bytes, and holds it against what had to come. How many they were.
    pub fn take(&mut self, most: usize) -> Went<usize> {
        let mut came = [0; 16 * 1024];
        let most = most.min(came.len());
        let n = match self.stream.try_read(&mut came[..most]) {
            Ok(n) => n,
            Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(0),
            Err(e) => return Err(format!("recv: {e}")),
        };
        let (came, due) = (&came[..n], &self.answers[self.heard..]);
        if n == 0 {
            return Err(format!("the server closed, and this had to come: {}", shown(due)));
        }
        if !due.starts_with(came) {
            return Err(format!("this came: {}\n  and had to: {}", shown(came), shown(due)));
        }
        self.answered += newlines(came);
        self.heard += n;
        if self.has_all() {
            self.answers.clear();
            self.heard = 0;
        }
        Ok(n)
    }

    /// These bytes are on their way: every line that ends in them will be answered.
    fn expect_answers(&mut self, mut sent: &[u8]) {
        while !sent.is_empty() {
            let read = sent.read_until(b'\n', &mut self.line);
            read.expect("a slice is read without errors");
            let ends = self.line.ends_with(b"\n");
            // A line that is too long has its answer before its end; none comes then.
            let too_long = self.line.len() > words::LONGEST && !ends;
            if (ends || too_long) && !self.has_answer {
                self.answers.extend(words::answer(&self.line));
            }
            self.has_answer = !ends && (self.has_answer || too_long);
            if ends || self.has_answer {
                self.line.clear();
            }
        }
    }

    async fn ready(&self, interest: Interest) -> Went<Ready> {
        let ready: io::Result<Ready> = timeout(PATIENCE, self.stream.ready(interest))
            .await
            .map_err(|_| self.without_answer())?;
        ready.map_err(said("epoll"))
    }

    fn without_answer(&self) -> String {
        let due = shown(&self.answers[self.heard..]);
        format!("nothing within {PATIENCE:?}, and this had to come: {due}")
    }
}

/// How many lines end in these bytes. It is memchr that looks, which is fast in a debug build, too.
fn newlines(bytes: &[u8]) -> u64 {
    let mut rest = bytes;
    let mut pieces = 0;
    while let Ok(1..) = rest.skip_until(b'\n') {
        pieces += 1;
    }
    if bytes.ends_with(b"\n") { pieces } else { pieces - 1 }
}

/// With the smallest receive buffer there is, and a small send buffer at the server, too: there the kernel takes twice what
/// is under way, at least 20 segments. That is some 15 KB here, and megabytes with the segments of loopback, 64 KiB each.
fn make_narrow(socket: &TcpSocket) -> Went {
    setsockopt(socket, TcpMaxSeg, &340).map_err(said("TCP_MAXSEG"))?;
    socket.set_recv_buffer_size(1).map_err(said("SO_RCVBUF"))?;
    socket.set_send_buffer_size(4096).map_err(said("SO_SNDBUF"))
}

fn said<E: Debug>(call: &str) -> impl Fn(E) -> String + '_ {
    move |e| format!("{call}: {e:?}")
}

/// The first bytes, as ASCII.
fn shown(bytes: &[u8]) -> String {
    let first = &bytes[..bytes.len().min(100)];
    format!("{} bytes, \"{}\"", bytes.len(), first.escape_ascii())
}
