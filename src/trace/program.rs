//! The programs of the notes: three pairs, two roles, up to three versions.

use std::fmt;

use clap::ValueEnum;
use serde::Serialize;

/// A server and a client program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Pair {
    /// TCP, port 9001: a greeting, a wish.
    Welcome,
    /// UDP, port 12000: a line, and the line in upper case.
    UpperUdp,
    /// TCP, port 12000: the same over a stream.
    UpperTcp,
}

impl Pair {
    /// All of them, in the order of the notes.
    pub const ALL: [Pair; 3] = [Pair::Welcome, Pair::UpperUdp, Pair::UpperTcp];

    /// What the command line calls it.
    pub fn name(self) -> &'static str {
        match self {
            Pair::Welcome => "welcome",
            Pair::UpperUdp => "upper-udp",
            Pair::UpperTcp => "upper-tcp",
        }
    }

    /// The notes' port, host byte order.
    pub fn port(self) -> u16 {
        match self {
            Pair::Welcome => 9001,
            Pair::UpperUdp | Pair::UpperTcp => 12000,
        }
    }

    /// What carries its bytes.
    pub fn transport(self) -> Transport {
        match self {
            Pair::Welcome | Pair::UpperTcp => Transport::Tcp,
            Pair::UpperUdp => Transport::Udp,
        }
    }

    /// The versions in which it exists.
    pub fn versions(self) -> &'static [Version] {
        match self {
            Pair::Welcome => &[Version::Original, Version::Corrected, Version::Rust],
            Pair::UpperUdp | Pair::UpperTcp => &[Version::Corrected, Version::Rust],
        }
    }

    /// The file's stem, the same in C and in Rust: `welcome_server`.
    pub fn stem(self, role: Role, version: Version) -> String {
        let original = if version == Version::Original { "_original" } else { "" };
        format!("{}_{role}{original}", self.name().replace('-', "_"))
    }
}

/// TCP or UDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// A byte stream between two connected sockets.
    Tcp,
    /// Datagrams.
    Udp,
}

/// Which of the two programs of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Waits on a known port.
    Server,
    /// Knows the port and begins.
    Client,
}

/// Who wrote the program down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Version {
    /// The C program as the notes print it, faults included.
    #[serde(rename = "c-original")]
    #[value(name = "c-original")]
    Original,
    /// The C program without the faults.
    #[serde(rename = "c")]
    #[value(name = "c")]
    Corrected,
    /// Its twin in Rust.
    Rust,
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Server => "server",
            Role::Client => "client",
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Version::Original => "original C",
            Version::Corrected => "corrected C",
            Version::Rust => "Rust",
        })
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Transport::Tcp => "TCP",
            Transport::Udp => "UDP",
        })
    }
}
