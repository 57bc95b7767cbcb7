//! What happens in a run, one thing after the other: the lines of a trace file.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Exit, Packet, SocketState, Value, Why};

/// A name that mostly stands in this program already.
pub type Text = Cow<'static, str>;

/// One thing that happened, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Nanoseconds since the run began.
    pub at: u64,
    /// What it was.
    pub what: What,
}

/// The kinds of events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A program begins.
    Started(Started),
    /// A process or a thread comes from another one.
    Forked {
        /// The parent.
        who: Who,
        /// The child.
        child: Who,
    },
    /// A process becomes another program.
    Executed {
        /// The process.
        who: Who,
        /// The new program's file.
        file: Text,
    },
    /// A chain of callers that was not seen before.
    Stack(Stack),
    /// A program makes a call.
    Entered(Entered),
    /// A call does not return for now: the kernel lets the program sleep in it.
    Blocked {
        /// The call's number.
        call: u64,
    },
    /// A call returns, or never will.
    Returned(Returned),
    /// What the kernel knew when a call failed; right behind its return.
    Why(Why),
    /// A program writes to its terminal.
    Printed {
        /// Who.
        who: Who,
        /// What came out.
        #[serde(with = "hex")]
        bytes: Vec<u8>,
    },
    /// A packet passes the loopback interface.
    Packet(Packet),
    /// A socket is new in the kernel, or no longer as it was.
    Socket(SocketState),
    /// The kernel has forgotten a socket.
    SocketGone {
        /// The socket's cookie.
        cookie: u64,
    },
    /// A signal reaches a program.
    Signalled {
        /// Who.
        who: Who,
        /// Its name: `SIGPIPE`.
        signal: Text,
    },
    /// A process or a thread is over.
    Ended {
        /// Who.
        who: Who,
        /// How.
        exit: Exit,
    },
    /// Something to say about the run: a deadlock, a program that cannot be watched in full.
    Noted {
        /// About whom, if about one.
        who: Option<Who>,
        /// A sentence.
        text: Text,
    },
}

/// A thread of one of the programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Who {
    /// The program's place in the order of starts, from 0.
    pub program: u8,
    /// The process.
    pub pid: i32,
    /// The thread; the process's number for its first.
    pub tid: i32,
}

/// A program begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// Its first process.
    pub who: Who,
    /// What the run calls it: `server`, `client`, or the program's name.
    pub name: String,
    /// The command, word by word.
    pub command: Vec<String>,
}

/// A call, at the moment it is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entered {
    /// The call's number in the run, from 1.
    pub call: u64,
    /// Who makes it.
    pub who: Who,
    /// The call's name in C: `connect`.
    pub name: Text,
    /// Its arguments, in C's order.
    pub args: Vec<Arg>,
    /// The number of the [`Stack`] it is made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<u32>,
    /// The cookie of the socket that it is made on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub socket: Option<u64>,
}

/// A call, at its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Returned {
    /// The call's number.
    pub call: u64,
    /// What it answers.
    pub answer: Answer,
    /// The arguments through which the kernel answers, as they are now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub out: Vec<Arg>,
    /// The cookie of a socket that the call has made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<u64>,
}

/// What a call answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The value that C sees.
    Value(i64),
    /// -1 in C, and this number in `errno`.
    Errno(i32),
    /// Nothing: the program ended within the call, or the recording did, or a signal's handler left
    /// it by longjmp.
    Unfinished(Text),
}

/// An argument and its name in the C prototype.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Arg {
    /// `sockfd`, `addr`, …
    pub name: Text,
    /// What is passed, or what the pointer leads to.
    pub value: Value,
}

impl Arg {
    /// An argument.
    pub fn new(name: impl Into<Text>, value: Value) -> Self {
        Arg { name: name.into(), value }
    }
}

/// Who called whom, up to the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stack {
    /// Its number in the run.
    pub id: u32,
    /// The frames, the innermost first.
    pub frames: Vec<Frame>,
    /// Which of them is the first in the user's own code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<usize>,
    /// Why no line of the user's own code is known, where none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_not: Option<Text>,
}

/// One function on the way to a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Its name, demangled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// Its source file, as the debug information has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The file that is mapped there: `libc.so.6`.
    pub module: String,
    /// Whose code it is.
    pub layer: Layer,
    /// Whether the compiler has put it into the next frame.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inlined: bool,
    /// The source around the line, where the frame is the user's own and the file can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Snippet>,
}

/// A few lines of a source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snippet {
    /// The number of the first.
    pub first: u32,
    /// Their text.
    pub lines: Vec<String>,
}

/// Whose code a frame is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The user's.
    Own,
    /// sockstep's `calls` and `program`, where they are used by one of its programs.
    Wrapper,
    /// A crate of this name.
    Crate(String),
    /// The language's standard library or runtime.
    Standard,
    /// The C library.
    Libc,
    /// Nobody knows: no debug information.
    Unknown,
}
