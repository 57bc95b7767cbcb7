//! Writing a trace file: one JSON object a line.

use std::io::{self, BufWriter, Error, ErrorKind, Write};

use serde::Serialize;

use super::{Event, Header, LONGEST_LINE, VERSION};

/// Writes a trace, event by event.
///
/// It hands whole lines on to what is below it. A recorder that is killed leaves a file that can be
/// read, as far as it was flushed.
#[derive(Debug)]
pub struct Writer<W: Write> {
    out: BufWriter<W>,
    line: Vec<u8>,
}

impl<W: Write> Writer<W> {
    const BUFFER: usize = 64 * 1024;

    /// Writes the first line.
    pub fn new(out: W, header: &Header) -> io::Result<Self> {
        if header.version != VERSION {
            let what = format!("version {} of the format cannot be written", header.version);
            return Err(Error::new(ErrorKind::InvalidInput, what));
        }
        let out = BufWriter::with_capacity(Self::BUFFER, out);
        let mut writer = Writer { out, line: Vec::new() };
        writer.line(header)?;
        Ok(writer)
    }

    /// Writes the next line.
    pub fn event(&mut self, event: &Event) -> io::Result<()> {
        self.line(event)
    }

    /// Hands on what was kept back.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Hands on what was kept back, and gives back what was written to.
    pub fn finish(self) -> io::Result<W> {
        let mut out = self.out.into_inner().map_err(|failed| failed.into_error())?;
        out.flush()?;
        Ok(out)
    }

    fn line(&mut self, object: &impl Serialize) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, object)?;
        if self.line.len() > LONGEST_LINE {
            self.line = Vec::new();
            let what = format!("a line of a trace has {LONGEST_LINE} bytes at most");
            return Err(Error::new(ErrorKind::InvalidInput, what));
        }
        self.line.push(b'\n');
        self.out.write_all(&self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::fixture::header;
    use crate::trace::{What, Who};

    /// Counts what arrives in lines, and what does not.
    #[derive(Default)]
    struct Lines {
        whole: bool,
        writes: usize,
    }

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.writes += 1;
            self.whole = bytes.ends_with(b"\n") && (self.writes == 1 || self.whole);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn only_whole_lines_leave_the_buffer() {
        let mut writer = Writer::new(Lines::default(), &header()).unwrap();
        let who = Some(Who { program: 0, pid: 1, tid: 1 });
        for length in 0..2000 {
            let text = "x".repeat(length % 997).into();
            writer.event(&Event { at: 0, what: What::Noted { who, text } }).unwrap();
        }
        let Lines { whole, writes } = writer.finish().unwrap();
        assert!(whole && (10..100).contains(&writes), "{whole}, {writes}");
    }

    #[test]
    fn what_no_reader_would_take_is_not_written() {
        let mut out = Vec::new();
        assert!(Writer::new(&mut out, &Header { version: VERSION + 1, ..header() }).is_err());
        let mut writer = Writer::new(&mut out, &header()).unwrap();
        let text = "x".repeat(LONGEST_LINE).into();
        let event = Event { at: 0, what: What::Noted { who: None, text } };
        assert_eq!(writer.event(&event).unwrap_err().kind(), ErrorKind::InvalidInput);
        writer.finish().unwrap();
        assert_eq!(out.iter().filter(|byte| **byte == b'\n').count(), 1);
    }
}
