//! What the programs are put through.

use std::borrow::Cow;

/// One thing that happens to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// The pair as it is, without input.
    Plain,
    /// The same, and then the server is asked to end.
    Terminated,
    /// The client is given this line: its name, its bytes, and how often they are repeated.
    Line(&'static str, &'static [u8], usize),
    /// A client reads the greeting and closes without a word.
    Silent,
    /// A client reads the greeting and resets the connection.
    Reset,
    /// A client sends `hello` without a NUL behind it, as a client in Python does.
    NoNul,
    /// The server ends, and is started again, while a connection that it closed first is in TIME_WAIT.
    Restart,
}

/// The lines that the upper pairs are compared over.
pub const LINES: [Case; 8] = [
    Case::Line("a line", b"hello, network", 1),
    Case::Line("Korean", "안녕하세요 socket".as_bytes(), 1),
    Case::Line("ß", "straße".as_bytes(), 1),
    Case::Line("an empty line", b"", 1),
    Case::Line("2,047 bytes", b"a", 2047),
    Case::Line("2,048 bytes", b"a", 2048),
    Case::Line("2,049 bytes", b"a", 2049),
    Case::Line("not UTF-8", b"caf\xe9 \xff", 1),
];

impl Case {
    /// The cases in which a bad client, or none, meets each version of the welcome server.
    pub const FAULTS: [Case; 4] = [Case::Silent, Case::Reset, Case::NoNul, Case::Restart];

    /// What a table calls it.
    pub fn name(self) -> &'static str {
        match self {
            Case::Plain => "the demo",
            Case::Terminated => "the demo, and then SIGTERM",
            Case::Line(name, ..) => name,
            Case::Silent => "a client closes without a word",
            Case::Reset => "a client resets",
            Case::NoNul => "5 bytes without a NUL",
            Case::Restart => "restarted during TIME_WAIT",
        }
    }

    /// The line to type, without its newline.
    pub fn line(self) -> Option<Cow<'static, [u8]>> {
        match self {
            Case::Line(_, bytes, 1) => Some(Cow::Borrowed(bytes)),
            Case::Line(_, bytes, times) => Some(Cow::Owned(bytes.repeat(times))),
            _ => None,
        }
    }
}
