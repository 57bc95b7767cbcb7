//! The programs: the pairs of the notes and the servers of many clients, two roles, up to three versions.

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
    /// The same, line by line, for many clients: one after the other.
    ManyIterative,
    /// A process for each client.
    ManyFork,
    /// A thread for each client.
    ManyThreads,
    /// One thread that waits for all with select.
    ManySelect,
    /// With poll.
    ManyPoll,
    /// With epoll: told as long as a socket is ready.
    ManyEpoll,
    /// With epoll: told once when a socket becomes ready.
    ManyEpollEdge,
}

impl Pair {
    /// All of them: those of the notes in their order, then those of many clients, each a step on from the one before.
    pub const ALL: [Pair; 10] = [
        Pair::Welcome,
        Pair::UpperUdp,
        Pair::UpperTcp,
        Pair::ManyIterative,
        Pair::ManyFork,
        Pair::ManyThreads,
        Pair::ManySelect,
        Pair::ManyPoll,
        Pair::ManyEpoll,
        Pair::ManyEpollEdge,
    ];

    /// What the command line calls it.
    pub fn name(self) -> &'static str {
        match self {
            Pair::Welcome => "welcome",
            Pair::UpperUdp => "upper-udp",
            Pair::UpperTcp => "upper-tcp",
            Pair::ManyIterative => "many-iterative",
            Pair::ManyFork => "many-fork",
            Pair::ManyThreads => "many-threads",
            Pair::ManySelect => "many-select",
            Pair::ManyPoll => "many-poll",
            Pair::ManyEpoll => "many-epoll",
            Pair::ManyEpollEdge => "many-epoll-edge",
        }
    }

    /// The notes' port, host byte order.
    pub fn port(self) -> u16 {
        if self == Pair::Welcome { 9001 } else { 12000 }
    }

    /// What carries its bytes.
    pub fn transport(self) -> Transport {
        if self == Pair::UpperUdp { Transport::Udp } else { Transport::Tcp }
    }

    /// The versions in which it exists.
    pub fn versions(self) -> &'static [Version] {
        match self {
            Pair::Welcome => &[Version::Original, Version::Corrected, Version::Rust],
            _ => &[Version::Corrected, Version::Rust],
        }
    }

    /// Whether its client asks for a line.
    pub fn takes_a_line(self) -> bool {
        matches!(self, Pair::UpperUdp | Pair::UpperTcp)
    }

    /// Whether its client is the one that holds many connections.
    pub fn has_many(self) -> bool {
        self != Pair::Welcome && !self.takes_a_line()
    }

    /// Whether its server ends by itself when SIGTERM asks it to.
    pub fn ends_when_asked(self) -> bool {
        matches!(self, Pair::ManySelect | Pair::ManyPoll | Pair::ManyEpoll | Pair::ManyEpollEdge)
    }

    /// With which options a program of it is started: a run of many clients has two, and each two lines, so that all of it can
    /// be looked at.
    pub fn options(self, role: Role) -> &'static [&'static str] {
        match role {
            Role::Client if self.has_many() => &["--connections", "2", "--lines", "2"],
            _ => &[],
        }
    }

    /// The file's stem, the same in C and in Rust: `welcome_server`. The servers of many clients have one client.
    pub fn stem(self, role: Role, version: Version) -> String {
        match role {
            Role::Server if self.has_many() => return self.name().replace('-', "_"),
            Role::Client if self.has_many() => return "many_client".into(),
            _ => (),
        }
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
