//! All clients of a server, and what is to be done for them but the waiting: that is the server's own, `select`, `poll` or
//! `epoll_wait`. Twin: `c-reference/clients.h`.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::time::Instant;

use super::{Arguments, Client, Room, Served, Wants, descriptors, fail, print};
use crate::calls::*;

/// For how many milliseconds nobody is accepted when the descriptors are used up, unless a client goes.
const PAUSE: u64 = 1_000;
/// For how many milliseconds a server that shall end waits for clients that do not read their answers.
const GRACE: u64 = 5_000;
/// How often, in milliseconds, a server that shall end looks whether there is still something to answer.
const LOOK: u64 = 50;
/// How often in a row one client is served while the others wait.
pub const TURN: usize = 16;

/// All clients.
#[derive(Debug)]
pub struct Clients {
    /// None: no more clients are accepted.
    sd: Option<OwnedFd>,
    /// By descriptor, which the kernel chooses as small as it can.
    all: Vec<Option<Client>>,
    count: usize,
    limit: usize,
    /// Milliseconds, as all times here; they count from `clock`.
    idle: u64,
    clock: Instant,
    now: u64,
    /// When a client may have been idle for too long.
    look: Option<u64>,
    /// Until then no one is accepted.
    pause: Option<u64>,
    /// When the server ends, whoever is there.
    end: Option<u64>,
    room: Room,
}

impl Clients {
    /// None so far; they come from a listening socket that does not block.
    pub fn new(args: &Arguments, sd: OwnedFd) -> Clients {
        Clients {
            sd: Some(sd),
            all: Vec::new(),
            count: 0,
            limit: descriptors(args.limit) as usize,
            idle: u64::from(args.idle) * 1_000,
            clock: Instant::now(),
            now: 0,
            look: None,
            pause: None,
            end: None,
            room: Room::new(),
        }
    }

    /// The listening socket, until the server shall end.
    pub fn sd(&self) -> Option<&OwnedFd> {
        self.sd.as_ref()
    }

    /// Whether someone may be accepted now: else the listening socket is not to be watched.
    pub fn accepts(&self) -> bool {
        self.sd.is_some() && self.pause.is_none()
    }

    /// The descriptors of all.
    pub fn all(&self) -> Vec<RawFd> {
        self.sockets().map(|(ns, _)| ns).collect()
    }

    /// Each client's socket, and what it is to be watched for.
    pub fn sockets(&self) -> impl Iterator<Item = (RawFd, Wants)> {
        self.all.iter().flatten().map(|client| (client.ns.as_raw_fd(), client.wants()))
    }

    /// The client of a socket, if it is still there.
    pub fn get(&self, ns: RawFd) -> Option<&Client> {
        self.all.get(usize::try_from(ns).ok()?)?.as_ref()
    }

    /// Takes the next client from the accept queue. None: the queue is empty, or there is no descriptor for it.
    pub fn accept_client(&mut self) -> Option<RawFd> {
        loop {
            let accepted = accept4::<sockaddr_in>(self.sd.as_ref()?, SOCK_NONBLOCK | SOCK_CLOEXEC);
            let ns = match accepted {
                Ok((ns, _cli, _clientlen)) => ns,
                Err(Errno::EAGAIN) => return None,
                // This one is lost, not the next.
                Err(Errno::ECONNABORTED | Errno::EINTR | Errno::EPROTO) => continue,
                Err(e) => {
                    perror("accept4", e);
                    self.pause = Some(self.now + PAUSE);
                    return None;
                }
            };

            let at = ns.as_raw_fd();
            if at as usize >= self.all.len() {
                self.all.resize_with(at as usize + 1, || None);
            }
            self.all[at as usize] = Some(Client::new(ns, self.now));
            self.count += 1;
            self.look.get_or_insert(self.now + self.idle);
            if self.count <= self.limit {
                return Some(at);
            }
            self.refuse(at);
        }
    }

    /// Tells a client that there is no room for it, and closes.
    pub fn refuse(&mut self, ns: RawFd) {
        if let Some(client) = self.get(ns) {
            let _ = send(&client.ns, b"** The server is full\n", MSG_NOSIGNAL);
        }
        self.close_client(ns);
    }

    /// Serves a client once; true if there may be more to do for it at once. A server that shall end serves it for a whole
    /// turn, for nobody will say that it has sent nothing else.
    pub fn serve(&mut self, ns: RawFd) -> bool {
        let mut moved = true;
        for _ in 0..if self.end.is_some() { TURN } else { 1 } {
            moved = moved && self.serve_once(ns);
        }
        moved
    }

    fn serve_once(&mut self, ns: RawFd) -> bool {
        let Some(Some(client)) = self.all.get_mut(ns as usize) else { return false };
        match client.serve_client(&mut self.room) {
            Served::Moved => client.moved = self.now,
            Served::Waits if self.end.is_none() || client.wants() == Wants::ToSend => return false,
            Served::Waits | Served::Over => {
                self.close_client(ns);
                return false;
            }
        }
        true
    }

    fn close_client(&mut self, ns: RawFd) {
        if let Some(client) = self.all.get_mut(ns as usize).and_then(Option::take) {
            close(client.ns).unwrap_or_else(|e| perror("close", e));
            self.count -= 1;
            self.pause = None;
            if self.count == 0 {
                self.look = None;
            }
        }
    }

    /// For how many milliseconds one may wait; -1: for ever.
    pub fn timeout(&self) -> i32 {
        let soon = self.end.map(|end| end.min(self.now + LOOK));
        let next = [self.look, self.pause, soon].into_iter().flatten().min();
        next.map_or(-1, |next| next.saturating_sub(self.now) as i32)
    }

    /// Looks at the clock, after one has waited.
    pub fn look_at_clock(&mut self) {
        self.now = self.clock.elapsed().as_millis() as u64;
        self.pause = self.pause.filter(|pause| *pause > self.now);
    }

    /// Closes what has been idle for too long, after all that is ready has been served.
    pub fn close_idle(&mut self) {
        let at_end = self.end.is_some_and(|end| end <= self.now);
        if !at_end && self.look.is_none_or(|look| look > self.now) {
            return;
        }

        self.look = None;
        for ns in 0..self.all.len() {
            let Some(client) = &self.all[ns] else { continue };
            let until = client.moved + self.idle;
            if at_end || until <= self.now {
                self.close_client(ns as RawFd);
            } else {
                // Not more often than each second.
                let until = until.max(self.now + 1_000);
                self.look = Some(self.look.map_or(until, |look| look.min(until)));
            }
        }
    }

    /// The signal of [`stop_on`] has come: from now on each client goes when all that it has sent is answered.
    pub fn stop(&mut self, told: &OwnedFd) {
        recv(told, &mut [0], 0).unwrap_or_else(|e| fail("recv", e));
        if let Some(sd) = self.sd.take() {
            close(sd).unwrap_or_else(|e| perror("close", e));
            print(&[b"** SIGTERM: the last answers\n"]);
            self.end = Some(self.now + GRACE);
        }
    }

    /// Whether the server shall end. All clients are to be served then, in each round: a client that has sent all is
    /// ready for nothing any more.
    pub fn are_ending(&self) -> bool {
        self.end.is_some()
    }

    /// Whether the last one has gone.
    pub fn are_done(&self) -> bool {
        self.end.is_some() && self.count == 0
    }
}

/// A socket in which there is a byte when a signal has come: what waits for sockets hears of it so.
pub fn stop_on(signum: i32) -> OwnedFd {
    let (told, tell) = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)
        .unwrap_or_else(|e| fail("socketpair", e));
    sigaction(signum, sig_tell(tell), 0).unwrap_or_else(|e| fail("sigaction", e));
    told
}
