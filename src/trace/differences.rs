//! The differences on purpose: the one list. Every other difference is a failure.

use super::{Deviation, Exit, Pair, Role, Version};

/// What one version of a program does otherwise than its Rust twin, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// Of which pairs.
    pub pairs: &'static [Pair],
    /// Which program of it is another.
    pub role: Role,
    /// In which version.
    pub version: Version,
    /// What it is about.
    pub topic: &'static str,
    /// What that version does.
    pub does: &'static str,
    /// What the others do.
    pub others: &'static str,
    /// Why, in a few words.
    pub why: &'static str,
    /// Where it shows.
    pub seen: Seen,
    /// By what it is known among calls and packets.
    pub marks: &'static [Mark],
}

/// What a difference on purpose looks like in a run that is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// `server`, `client`, or `wire`.
    pub place: &'static str,
    /// The call's name; of a packet, what its direction begins with.
    pub call: &'static str,
    /// The argument, `=` for the answer, `whole` for a call that the others do not make.
    pub part: &'static str,
    /// What is there in place of what the Rust pair has, or how that begins; `nothing` if there is nothing.
    pub here: &'static str,
}

impl Difference {
    /// Whether a deviation is what this difference looks like.
    pub fn is_marked(&self, deviation: &Deviation) -> bool {
        self.marks.iter().any(|mark| {
            mark.place == deviation.place
                && deviation.call.starts_with(mark.call)
                && mark.part == deviation.part
                && deviation.here.as_deref().unwrap_or("nothing").starts_with(mark.here)
        })
    }
}

/// Where a difference shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// In what is printed.
    Printed {
        /// In the case of this name.
        case: &'static str,
        /// By which program.
        by: Role,
        /// What it prints then.
        shows: &'static str,
        /// How it ends then.
        exit: Exit,
    },
    /// In calls and packets: see the marks.
    Watched,
    /// Not in what `compare` sees, but there.
    Elsewhere(&'static str),
}

const WELCOME_CLIENT: Difference = Difference {
    pairs: &[Pair::Welcome],
    role: Role::Client,
    version: Version::Original,
    topic: "",
    does: "",
    others: "",
    why: "",
    seen: Seen::Watched,
    marks: &[],
};

const WELCOME_SERVER: Difference = Difference { role: Role::Server, ..WELCOME_CLIENT };

const GROWING_LETTERS: Difference = Difference {
    pairs: &[Pair::UpperUdp],
    role: Role::Server,
    version: Version::Corrected,
    topic: "letters that grow",
    does: "has towupper, one letter for one: ß stays ß, ᾀ becomes ᾈ",
    others: "upper-case as Unicode and Python do: ß becomes SS, ᾀ becomes ἈΙ",
    why: "C's towupper cannot return two letters",
    seen: Seen::Elsewhere(EVERY_LETTER),
    marks: &[],
};

const NEW_LETTERS: Difference = Difference {
    pairs: &[
        Pair::UpperUdp,
        Pair::UpperTcp,
        Pair::ManyIterative,
        Pair::ManyFork,
        Pair::ManyThreads,
        Pair::ManySelect,
        Pair::ManyPoll,
        Pair::ManyEpoll,
        Pair::ManyEpollEdge,
    ],
    topic: "letters that are new",
    does: "knows the letters of the C library's Unicode",
    others: "know those of Rust's Unicode, which may be a newer one",
    why: "each library brings tables of its own",
    ..GROWING_LETTERS
};

const EVERY_LETTER: &str = "tests/upper.rs, which goes through all letters";

const TO_SERVER: &str = "127.0.0.1:PORT1 →";
const TO_CLIENT: &str = "127.0.0.1:9001 →";

const fn mark(
    place: &'static str,
    call: &'static str,
    part: &'static str,
    here: &'static str,
) -> Mark {
    Mark { place, call, part, here }
}

/// All of them.
pub const DIFFERENCES: [Difference; 12] = [
    Difference {
        topic: "the client's send",
        does: "sends sizeof(buf) + 1 = 257 bytes of an array of 256",
        others: "send strlen(buf) + 1 = 23 bytes",
        why: "reads past the array and sends what lies there; in Rust no slice is that long",
        marks: &[
            mark("client", "sendto", "len", "257"),
            mark("client", "sendto", "=", "257"),
            mark("client", "sendto", "buf", "\"I want a HTTP Service.\\0er!!\""),
            mark("server", "recvfrom", "=", "256"),
            mark("server", "recvfrom", "buf", "\"I want a HTTP Service.\\0er!!\""),
            mark("wire", TO_SERVER, "length", "257 bytes"),
            mark("wire", TO_SERVER, "data", "\"I want a HTTP Service.\\0er!!\""),
        ],
        ..WELCOME_CLIENT
    },
    Difference {
        topic: "the end of the connection",
        does: "leaves one of 257 bytes unread at the server, whose close then sends RST",
        others: "leave nothing unread: FIN both ways",
        why: "close with unread data is an abort (RFC 2525 section 2.17)",
        marks: &[
            mark("wire", TO_CLIENT, "flags", "RST"),
            mark("wire", TO_SERVER, "whole", "nothing"),
        ],
        ..WELCOME_CLIENT
    },
    Difference {
        topic: "the flags of the client's send",
        does: "sends with flags 0",
        others: "send with MSG_NOSIGNAL",
        why: "a send after the peer's reset raises SIGPIPE, which ends a C program without a word",
        marks: &[mark("client", "sendto", "flags", "0")],
        ..WELCOME_CLIENT
    },
    Difference {
        topic: "accept's third argument",
        does: "passes an int, cast, that is set once before the loop",
        others: "pass a socklen_t, set before every call (Rust: returned beside the address)",
        why: "the kernel writes to it: its type is socklen_t, and each call needs the full size",
        seen: Seen::Elsewhere("the source"),
        ..WELCOME_SERVER
    },
    Difference {
        topic: "recv returns 0",
        does: "prints the buffer as if the client had spoken: the server's own greeting",
        others: "say that the client closed without a word",
        why: "0 is the peer's FIN, and fills nothing",
        seen: Seen::Printed {
            case: "a client closes without a word",
            by: Role::Server,
            shows: "*** Send a Message to Client(127.0.0.1)\n** From Client : Welcome to Network Server!!\n",
            exit: Exit::Serving,
        },
        ..WELCOME_SERVER
    },
    Difference {
        topic: "one client's error",
        does: "calls exit(1): the client takes the server down (and SIGPIPE does, in send)",
        others: "report it and serve the next client; send with MSG_NOSIGNAL",
        why: "a server outlives its clients",
        marks: &[mark("server", "sendto", "flags", "0")],
        seen: Seen::Printed {
            case: "a client resets",
            by: Role::Server,
            shows: "*** Send a Message to Client(127.0.0.1)\nrecv: Connection reset by peer\n",
            exit: Exit::Status(1),
        },
        ..WELCOME_SERVER
    },
    Difference {
        topic: "printing what came",
        does: "prints with %s, on behind what came until a NUL happens to come",
        others: "print up to the first NUL, at most what recv returned",
        why: "the peer decides whether there is a NUL",
        seen: Seen::Printed {
            case: "5 bytes without a NUL",
            by: Role::Server,
            shows: "*** Send a Message to Client(127.0.0.1)\n** From Client : hellome to Network Server!!\n",
            exit: Exit::Serving,
        },
        ..WELCOME_SERVER
    },
    Difference {
        topic: "a restart",
        does: "has no SO_REUSEADDR: bind fails while its old connection is in TIME_WAIT",
        others: "set SO_REUSEADDR before bind",
        why: "TIME_WAIT holds the port for 60 s on the side that closed first",
        marks: &[mark("server", "setsockopt", "whole", "nothing")],
        seen: Seen::Printed {
            case: "restarted during TIME_WAIT",
            by: Role::Server,
            shows: "bind: Address already in use\n",
            exit: Exit::Status(1),
        },
        ..WELCOME_SERVER
    },
    Difference {
        seen: Seen::Printed {
            case: "ß",
            by: Role::Client,
            shows: "Input lowercase sentence:STRAßE\n",
            exit: Exit::Status(0),
        },
        ..GROWING_LETTERS
    },
    Difference {
        pairs: &[Pair::UpperTcp],
        seen: Seen::Printed {
            case: "ß",
            by: Role::Client,
            shows: "Input lowercase sentence:From Server: STRAßE\n",
            exit: Exit::Status(0),
        },
        ..GROWING_LETTERS
    },
    Difference { pairs: NEW_LETTERS.pairs.split_at(2).1, ..GROWING_LETTERS },
    NEW_LETTERS,
];
