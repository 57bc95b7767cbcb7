//! What a byte stream asks of its users: to send on after a short count, to put a line together from
//! its pieces. Twin: `c-reference/stream.h`.

use std::os::fd::AsFd;

use crate::calls::*;

/// `send`, until all is sent.
///
/// Adds to [`send`](crate::calls::send()): the loop over short counts, and `MSG_NOSIGNAL`. Its errors
/// are those of `send`; how much had been sent by then is not told.
pub fn send_all(sd: impl AsFd, mut buf: &[u8]) -> Result<()> {
    while !buf.is_empty() {
        let n = send(&sd, buf, MSG_NOSIGNAL)?;
        buf = &buf[n..];
    }
    Ok(())
}

/// What has come and has not been used: a line, the beginning of one, or several.
#[derive(Debug)]
pub struct Lines {
    /// The bytes; the first `length` are in use.
    pub buf: [u8; 2048],
    /// How many.
    pub length: usize,
}

impl Lines {
    /// An empty buffer.
    pub fn new() -> Self {
        Lines { buf: [0; 2048], length: 0 }
    }

    /// Throws the first `n` bytes away: they have been used.
    pub fn used(&mut self, n: usize) {
        self.buf.copy_within(n..self.length, 0);
        self.length -= n;
    }
}

impl Default for Lines {
    fn default() -> Self {
        Self::new()
    }
}

/// `recv`, until `buf` begins with a whole line.
///
/// Gives the line's length with its newline; that of what is there when the peer has closed (0:
/// nothing) or when `buf` is full without a newline. Adds to [`recv`](crate::calls::recv()): the loop
/// over pieces, and what came too much is kept for the next line. Its errors are those of `recv`.
pub fn recv_line(sd: impl AsFd, lines: &mut Lines) -> Result<usize> {
    loop {
        let newline = lines.buf[..lines.length].iter().position(|&byte| byte == b'\n');

        if let Some(newline) = newline {
            return Ok(newline + 1);
        }
        if lines.length == lines.buf.len() {
            return Ok(lines.length);
        }

        let n = recv(&sd, &mut lines.buf[lines.length..], 0)?;

        if n == 0 {
            return Ok(lines.length);
        }
        lines.length += n;
    }
}
