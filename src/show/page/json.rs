//! JSON that may stand within a page's script.

use std::io::{self, Write};

use serde::Serialize;

/// Writes a thing as JSON that nothing in it can end the script with: only `</script` and `<!--`
/// could, and without a `<` there is neither. In JSON a `<` stands within strings alone, where
/// `\u003c` means the same.
pub(super) fn write(thing: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    Ok(serde_json::to_writer(Harmless(out), thing)?)
}

struct Harmless<'a, W>(&'a mut W);

impl<W: Write> Write for Harmless<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut pieces = bytes.split(|byte| *byte == b'<');
        self.0.write_all(pieces.next().unwrap_or_default())?;
        for piece in pieces {
            self.0.write_all(b"\\u003c")?;
            self.0.write_all(piece)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    proptest::proptest! {
        #[test]
        fn any_text_comes_back(text in "\\PC*[<>/!\\-a-z\u{2028}\0\"\\\\한]{0,40}") {
            let mut written = Vec::new();
            super::write(&text, &mut written).unwrap();
            assert!(!written.contains(&b'<'));
            assert_eq!(serde_json::from_slice::<String>(&written).unwrap(), text);
        }
    }
}
