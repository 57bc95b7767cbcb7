//! One client of a server that has many: its connected socket, what has come of a line, what of the answers has not gone
//! out. Nothing here waits: where the kernel says `EAGAIN`, the bytes stay here. Twin: `c-reference/client.h`.

use std::os::fd::OwnedFd;

use super::upper;
use crate::calls::*;

/// The longest line in bytes, its newline included.
const LINE: usize = 2048;
const TOO_LONG: &[u8] = b"** A line has at most 2047 bytes\n";

/// What the clients use in turn, so that one who does nothing needs nothing.
#[derive(Debug)]
pub struct Room {
    /// For the beginning of a line, and what `recv` puts behind it.
    buf: [u8; 2 * LINE],
    /// For the answers.
    out: Vec<u8>,
}

impl Room {
    /// Empty.
    pub fn new() -> Self {
        Room { buf: [0; 2 * LINE], out: Vec::new() }
    }
}

impl Default for Room {
    fn default() -> Self {
        Self::new()
    }
}

/// A client.
#[derive(Debug)]
pub struct Client {
    /// The connected socket, non-blocking.
    pub ns: OwnedFd,
    /// When bytes were last received or sent, in milliseconds.
    pub moved: u64,
    /// What has come of a line.
    line: Vec<u8>,
    /// What the kernel had no room for.
    answers: Vec<u8>,
    /// The rest of a line that is too long is thrown away.
    too_long: bool,
    /// The client's FIN has come.
    ended: bool,
}

/// What a client's socket is watched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// Bytes to receive.
    ToReceive,
    /// Room to send. Until then nothing is received, so a client that reads no answers costs no more memory.
    ToSend,
}

/// How far serving has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// Bytes have moved; there may be more.
    Moved,
    /// `EAGAIN`: the kernel says when there is more to do.
    Waits,
    /// The client has its last answer, or is gone.
    Over,
}

impl Client {
    /// Of a socket that `accept4` has just made.
    pub fn new(ns: OwnedFd, now: u64) -> Client {
        let (line, answers) = (Vec::new(), Vec::new());
        Client { ns, moved: now, line, answers, too_long: false, ended: false }
    }

    /// What to watch for.
    pub fn wants(&self) -> Wants {
        if self.answers.is_empty() { Wants::ToReceive } else { Wants::ToSend }
    }

    /// Receives once, unless there are answers yet to send; sends once.
    pub fn serve_client(&mut self, room: &mut Room) -> Served {
        if self.answers.is_empty() {
            let had = self.line.len();
            room.buf[..had].copy_from_slice(&self.line);

            let n = match recv(&self.ns, &mut room.buf[had..], 0) {
                Ok(n) => n,
                Err(Errno::EAGAIN) => return Served::Waits,
                Err(Errno::EINTR) => return Served::Moved,
                Err(_) => return Served::Over,
            };

            self.ended = n == 0;
            room.out.clear();
            self.answer(&room.buf[..had + n], &mut room.out);
            match self.send_answers(&room.out) {
                Served::Over => Served::Over,
                _ => Served::Moved, // bytes have come
            }
        } else {
            let answers = std::mem::take(&mut self.answers);
            self.send_answers(&answers)
        }
    }

    /// Puts the answers to all whole lines into `out`, and keeps the beginning of the next one.
    fn answer(&mut self, mut came: &[u8], out: &mut Vec<u8>) {
        while let Some(newline) = came.iter().position(|&byte| byte == b'\n') {
            self.answer_line(&came[..=newline], out);
            came = &came[newline + 1..];
        }
        if came.len() >= LINE && !self.too_long {
            out.extend_from_slice(TOO_LONG);
            self.too_long = true;
        }
        if self.ended && !came.is_empty() {
            self.answer_line(came, out);
        }
        self.line = if self.ended || self.too_long { Vec::new() } else { came.to_vec() };
    }

    /// The answer to a line, or to what the client had sent of one when it closed.
    fn answer_line(&mut self, line: &[u8], out: &mut Vec<u8>) {
        if self.too_long {
            self.too_long = false; // this is its end, and it has its answer
        } else if line.len() > LINE {
            out.extend_from_slice(TOO_LONG);
        } else {
            match upper(line) {
                Ok(answer) => out.extend_from_slice(&answer),
                Err(_) => out.extend_from_slice(line),
            }
        }
    }

    /// Sends what the kernel has room for, and keeps the rest.
    fn send_answers(&mut self, answers: &[u8]) -> Served {
        let n = match answers {
            [] => Ok(0),
            _ => send(&self.ns, answers, MSG_NOSIGNAL),
        };
        let sent = match n {
            Ok(n) => n,
            Err(Errno::EAGAIN | Errno::EINTR) => 0,
            Err(_) => return Served::Over,
        };

        self.answers = answers[sent..].to_vec();
        match n {
            Err(Errno::EAGAIN) => Served::Waits,
            _ if self.ended && self.answers.is_empty() => Served::Over,
            _ => Served::Moved,
        }
    }
}
