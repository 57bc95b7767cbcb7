//! Things of which each is kept once, however often it comes.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Write};

use serde::Serialize;

/// The things, each at its place.
pub(super) struct Once<T> {
    all: Vec<T>,
    places: HashMap<u64, usize>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Once { all: Vec::new(), places: HashMap::new() }
    }
}

impl<T: Serialize + PartialEq> Once<T> {
    /// Where a thing stands; it is added if there is none like it.
    pub(super) fn place(&mut self, thing: T) -> usize {
        let mut hash = Hash(DefaultHasher::new());
        // Strings, numbers and lists of them: this does not fail.
        let _ = serde_json::to_writer(&mut hash, &thing);
        let next = self.all.len();
        let known = *self.places.entry(hash.0.finish()).or_insert(next);
        // Different things of one hash are rare: then the later one is kept as often as it comes.
        if self.all.get(known) == Some(&thing) {
            return known;
        }
        self.all.push(thing);
        next
    }

    /// All of them.
    pub(super) fn all(self) -> Vec<T> {
        self.all
    }
}

/// What is written to it is not kept, only hashed.
struct Hash(DefaultHasher);

impl Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_kept_once() {
        let mut once = Once::default();
        let places = ["a", "b", "a", "c", "b"].map(|thing| once.place(thing));
        assert_eq!(places, [0, 1, 0, 2, 1]);
        assert_eq!(once.all(), ["a", "b", "c"]);
    }
}
