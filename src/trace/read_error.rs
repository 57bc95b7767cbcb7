//! Why a trace file cannot be read: the line, the column, and what is wrong in words.

use std::fmt;
use std::io;

use super::{LONGEST_LINE, VERSION};

/// Why a trace cannot be read. Lines count from 1, columns in bytes from 1.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The system does not hand the file's bytes over.
    #[error("line {line}: {source}")]
    System {
        /// The line that was being read.
        line: u64,
        /// The system's answer.
        source: io::Error,
    },
    /// There is not one byte.
    #[error("the file is empty: its recorder was stopped before it wrote anything")]
    Empty,
    /// The first line is no header.
    #[error(
        "this is not a trace: its first line does not begin with {{\"sockstep-trace\":{VERSION},… \
         (sockstep record -o run.jsonl makes one)"
    )]
    NotATrace,
    /// The first line ends too early.
    #[error("line 1 is cut off: the recorder was stopped before it wrote what it saw")]
    CutHeader,
    /// A version that only a later sockstep knows.
    #[error(
        "this file has version {version} of the format, this sockstep reads up to {VERSION}: \
         get a newer one"
    )]
    Newer {
        /// The file's version.
        version: u64,
    },
    /// A line that nobody would write.
    #[error("line {line} is longer than {} MiB: it is not of a trace", LONGEST_LINE >> 20)]
    TooLong {
        /// The line.
        line: u64,
    },
    /// A line is not text.
    #[error("line {line}, column {column}: not UTF-8")]
    NotUtf8 {
        /// The line.
        line: u64,
        /// The first byte that does not fit.
        column: usize,
    },
    /// A line is not JSON, or not an event.
    #[error("line {line}, column {column}: {reason}")]
    Malformed {
        /// The line.
        line: u64,
        /// Where reading it failed.
        column: usize,
        /// What is wrong there.
        reason: String,
    },
    /// A call returns or blocks that was never made.
    #[error("line {line}: call {call} {does}, but was never entered")]
    UnknownCall {
        /// The line.
        line: u64,
        /// The call's number.
        call: u64,
        /// `returns`, `blocks`.
        does: &'static str,
    },
    /// A call returns or blocks that is over.
    #[error("line {line}: call {call} {does}, but has returned before")]
    CallIsOver {
        /// The line.
        line: u64,
        /// The call's number.
        call: u64,
        /// `returns`, `blocks`.
        does: &'static str,
    },
    /// Two calls have one number.
    #[error("line {line}: call {call} is entered a second time")]
    EnteredTwice {
        /// The line.
        line: u64,
        /// The call's number.
        call: u64,
    },
}

impl ReadError {
    /// What the JSON reader has to say of a line, without its own idea of where the line stands.
    pub(super) fn malformed(line: u64, error: &serde_json::Error) -> ReadError {
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let reason = text.strip_suffix(&place).unwrap_or(&text);
        let reason = match reason.strip_prefix("unknown variant ") {
            Some(kind) => format!("unknown kind {kind}"),
            None if error.is_eof() => format!("the line ends too early ({reason})"),
            None => reason.into(),
        };
        ReadError::Malformed { line, column: error.column().max(1), reason }
    }
}

/// The file's last line ends before it should: the recorder was stopped while it wrote. All lines
/// before are whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// The line.
    pub line: u64,
    /// How many bytes there are of it.
    pub bytes: usize,
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cut { line, bytes } = self;
        write!(
            f,
            "line {line}, the last, is cut off after {bytes} bytes and left out: the recorder was stopped while it wrote"
        )
    }
}
