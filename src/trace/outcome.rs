//! What two programs left behind: what they printed and how they ended.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exit {
    /// By itself, with this status.
    Status(i32),
    /// By the signal of this number.
    Signal(i32),
    /// Not at all: it served on, until it was interrupted at the end of the run.
    Serving,
    /// It was not started.
    None,
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Exit::Status(status) => write!(f, "exit {status}"),
            Exit::Signal(number) => match nix::sys::signal::Signal::try_from(number) {
                Ok(signal) => write!(f, "died of {signal}"),
                Err(_) => write!(f, "died of signal {number}"),
            },
            Exit::Serving => f.write_str("serves on"),
            Exit::None => f.write_str("—"),
        }
    }
}

/// What one program printed, on standard output and standard error together, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The bytes, with the client's ephemeral port replaced by `PORT`.
    pub text: Vec<u8>,
    /// How it ended.
    pub exit: Exit,
}

impl Printed {
    /// Takes what a program printed as it came. A peer's port is another in each run, so it becomes
    /// `PORT`.
    pub fn new(raw: &[u8], exit: Exit) -> Self {
        const PEER: &[u8] = b"127.0.0.1:";
        let mut text = Vec::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(at) = rest.windows(PEER.len()).position(|window| window == PEER) {
            let (before, behind) = rest.split_at(at + PEER.len());
            let digits = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
            text.extend_from_slice(before);
            text.extend_from_slice(if digits > 0 { b"PORT" } else { b"" });
            rest = &behind[digits..];
        }
        text.extend_from_slice(rest);
        Printed { text, exit }
    }
}

/// What a pair did in one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The server's side.
    pub server: Printed,
    /// The client's side.
    pub client: Printed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peers_port_is_replaced_and_nothing_else() {
        let cases: [(&[u8], &[u8]); 4] = [
            (b"** 127.0.0.1:54321 sent\n", b"** 127.0.0.1:PORT sent\n"),
            (b"Client(127.0.0.1)\n", b"Client(127.0.0.1)\n"),
            (b"127.0.0.1:1 127.0.0.1:22", b"127.0.0.1:PORT 127.0.0.1:PORT"),
            (b"127.0.0.1:\xff", b"127.0.0.1:\xff"),
        ];
        for (raw, text) in cases {
            assert_eq!(Printed::new(raw, Exit::Serving).text, text);
        }
    }
}
