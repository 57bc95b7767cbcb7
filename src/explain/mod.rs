//! What the names of the socket API mean: calls, errnos, TCP's states, options, flags, words.
//!
//! The texts are in one file, `entries.toml`; an errno's number and its text are the C library's.

mod entry;
mod find;
mod numbers;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use entry::{Entry, Kind};
pub use find::{Found, Unknown, find};

/// All entries, by kind and by name.
pub fn entries() -> &'static [Entry] {
    static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| read().unwrap_or_default());
    &ENTRIES
}

/// What a call fails with, by its number.
pub fn errno(number: i32) -> Option<&'static Entry> {
    entries().iter().find(|entry| entry.kind == Kind::Errno && entry.number == Some(number))
}

/// Reads the file: a table for each kind, and in it one for each name.
fn read() -> Result<Vec<Entry>, toml::de::Error> {
    let file: BTreeMap<Kind, BTreeMap<String, Entry>> =
        toml::from_str(include_str!("entries.toml"))?;
    let named = |(kind, entries): (Kind, BTreeMap<String, Entry>)| {
        entries.into_iter().map(move |(name, entry)| {
            let (number, text) = numbers::of(kind, &name);
            Entry { name, kind, number, text, ..entry }
        })
    };
    Ok(file.into_iter().flat_map(named).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_can_be_read() {
        let read = read().unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(read, entries());
        assert!(read.len() > 400, "{}", read.len());
    }

    #[test]
    fn an_errno_has_the_c_librarys_number_and_text() {
        let entry = errno(libc::EADDRINUSE).unwrap();
        assert_eq!(entry.name, "EADDRINUSE");
        assert_eq!(entry.text.as_deref(), Some("Address already in use"));
        assert_eq!(errno(0), None);
    }
}
