//! Reading a trace file: line by line, in bounded memory, doubting each.

use std::io::{BufRead, Read};

use serde::Deserialize;

use super::numbers::Numbers;
use super::{Cut, Event, Header, ReadError, Trace, VERSION, What};

/// How long a line of a trace file may be, in bytes, without its newline.
pub const LONGEST_LINE: usize = 16 << 20;

/// Reads a whole trace; also says if its last line is cut off.
pub fn read(from: impl BufRead) -> Result<(Trace, Option<Cut>), ReadError> {
    let mut reader = Reader::new(from)?;
    let events = reader.by_ref().collect::<Result<_, _>>()?;
    Ok((Trace { header: reader.header, events }, reader.cut))
}

/// Reads a trace event by event, and keeps one line of it in memory. After an error it is over.
#[derive(Debug)]
pub struct Reader<R> {
    lines: Lines<R>,
    header: Header,
    calls: Numbers,
    cut: Option<Cut>,
    over: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads the first line.
    pub fn new(from: R) -> Result<Self, ReadError> {
        let mut lines = Lines { from, line: Vec::new(), number: 0 };
        let header = match lines.next() {
            Ok(Some(ended)) => header(&lines.line, ended)?,
            Ok(None) => return Err(ReadError::Empty),
            Err(ReadError::TooLong { .. }) => return Err(ReadError::NotATrace),
            Err(error) => return Err(error),
        };
        Ok(Reader { lines, header, calls: Numbers::default(), cut: None, over: false })
    }

    /// What the first line says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Whether the last line is cut off; known when there is no event left.
    pub fn cut(&self) -> Option<Cut> {
        self.cut
    }

    fn read(&mut self) -> Result<Option<Event>, ReadError> {
        let Some(ended) = self.lines.next()? else { return Ok(None) };
        let Lines { line, number, .. } = &self.lines;
        let cut = Cut { line: *number, bytes: line.len() };
        let text = match std::str::from_utf8(line) {
            Ok(text) => text,
            Err(error) if !ended && error.error_len().is_none() => {
                self.cut = Some(cut);
                return Ok(None);
            }
            Err(error) => {
                let column = error.valid_up_to() + 1;
                return Err(ReadError::NotUtf8 { line: *number, column });
            }
        };
        match serde_json::from_str(text) {
            Ok(event) => self.check(&event).map(|()| Some(event)),
            Err(error) if !ended && breaks_off(&error, line) => {
                self.cut = Some(cut);
                Ok(None)
            }
            Err(error) => Err(ReadError::malformed(*number, &error)),
        }
    }

    /// A call is entered once, and then returns once.
    fn check(&mut self, event: &Event) -> Result<(), ReadError> {
        let (line, calls) = (self.lines.number, &mut self.calls);
        let (call, does) = match &event.what {
            What::Entered(entered) if calls.enter(entered.call) => return Ok(()),
            What::Entered(entered) => {
                return Err(ReadError::EnteredTwice { line, call: entered.call });
            }
            What::Blocked { call } => (*call, "blocks"),
            What::Why(why) if calls.was_entered(why.call) => return Ok(()),
            What::Why(why) => (why.call, "fails"),
            What::Returned(returned) => (returned.call, "returns"),
            _ => return Ok(()),
        };
        match (calls.is_open(call), calls.was_entered(call)) {
            (true, _) if does == "returns" => calls.close(call),
            (true, _) => (),
            (false, true) => return Err(ReadError::CallIsOver { line, call, does }),
            (false, false) => return Err(ReadError::UnknownCall { line, call, does }),
        }
        Ok(())
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Event, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let next = self.read().transpose();
        self.over = !matches!(next, Some(Ok(_)));
        next
    }
}

/// The lines of a file, one at a time in the same memory.
#[derive(Debug)]
struct Lines<R> {
    from: R,
    /// Without the newline.
    line: Vec<u8>,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    /// Reads one more line: whether it ended with a newline; None if there is none.
    fn next(&mut self) -> Result<Option<bool>, ReadError> {
        self.line.clear();
        self.number += 1;
        let line = self.number;
        let longest = LONGEST_LINE as u64 + 1;
        let length = self.from.by_ref().take(longest).read_until(b'\n', &mut self.line);
        if length.map_err(|source| ReadError::System { line, source })? == 0 {
            return Ok(None);
        }
        let ended = self.line.pop_if(|last| *last == b'\n').is_some();
        if self.line.len() > LONGEST_LINE {
            self.line = Vec::new();
            return Err(ReadError::TooLong { line });
        }
        Ok(Some(ended))
    }
}

/// The first line: first its version, which tells whether the rest can be understood.
fn header(line: &[u8], ended: bool) -> Result<Header, ReadError> {
    #[derive(Deserialize)]
    struct Versioned {
        #[serde(rename = "sockstep-trace")]
        version: u64,
    }

    const BEGINS: &[u8] = b"{\"sockstep-trace\":";
    match serde_json::from_slice(line) {
        Ok(Versioned { version: 0 }) => return Err(ReadError::NotATrace),
        Ok(Versioned { version }) if version > VERSION.into() => {
            return Err(ReadError::Newer { version });
        }
        Ok(_) => (),
        Err(_) if !ended && (BEGINS.starts_with(line) || line.starts_with(BEGINS)) => {
            return Err(ReadError::CutHeader);
        }
        Err(_) => return Err(ReadError::NotATrace),
    }
    serde_json::from_slice(line).map_err(|error| ReadError::malformed(1, &error))
}

/// Whether all is well with a line up to where it ends. A number may break off behind its sign.
fn breaks_off(error: &serde_json::Error, line: &[u8]) -> bool {
    error.is_eof() || error.is_syntax() && error.column() >= line.len()
}
