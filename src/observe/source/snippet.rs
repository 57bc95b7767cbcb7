//! A few lines of a source file: from the disk, or (of sockstep's own) from within this program.

use std::fs::{self, Metadata};
use std::time::SystemTime;

use super::embedded::Own;
use crate::trace::Snippet;

/// A larger source file was made by a program, and is not for people to read.
const LARGEST: u64 = 8 << 20;

/// Why there is nothing to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// No such file, or none with this line.
    Nowhere,
    /// It was changed after the program was built: its lines need not be those of the program.
    Newer,
}

/// The line of the file and `around` lines on either side.
pub fn snippet(file: &str, line: u32, around: u32) -> Option<Snippet> {
    of_program(file, line, around, None).ok()
}

/// The same for a program that was built at this time.
pub fn of_program(
    file: &str,
    line: u32,
    around: u32,
    built: Option<SystemTime>,
) -> Result<Snippet, Missing> {
    match readable(file) {
        Some(there) => {
            let changed = there.modified().ok();
            if built.zip(changed).is_some_and(|(built, changed)| changed > built) {
                return Err(Missing::Newer);
            }
            let text = text(file).ok_or(Missing::Nowhere)?;
            cut(&text, line, around).ok_or(Missing::Nowhere)
        }
        None => Own::at(file).and_then(|own| cut(own.text, line, around)).ok_or(Missing::Nowhere),
    }
}

/// The whole text of a file on the disk that may be a source.
pub fn whole(file: &str) -> Option<String> {
    readable(file).and_then(|_| text(file))
}

fn readable(file: &str) -> Option<Metadata> {
    fs::metadata(file).ok().filter(|there| there.is_file() && there.len() <= LARGEST)
}

fn text(file: &str) -> Option<String> {
    fs::read(file).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The line and `around` lines on either side, if the text has this line.
pub fn cut(text: &str, line: u32, around: u32) -> Option<Snippet> {
    let first = line.checked_sub(1)?.saturating_sub(around);
    let count = (line - first).saturating_add(around);
    let (first, count) = (first as usize, count as usize);
    let lines: Vec<String> = text.lines().skip(first).take(count).map(str::to_owned).collect();
    // The line itself has to be among them: else this is not the file that was compiled.
    let there = first + lines.len() >= line as usize;
    there.then(|| Snippet { first: first as u32 + 1, lines })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_snippet_is_cut_at_both_ends_of_the_file() {
        let text = "one\r\ntwo\nthree\nfour\nfive\n";
        type Cut<'a> = Option<(u32, &'a [&'a str])>;
        let table: &[(u32, u32, Cut)] = &[
            (3, 1, Some((2, &["two", "three", "four"]))),
            (1, 2, Some((1, &["one", "two", "three"]))),
            (5, 2, Some((3, &["three", "four", "five"]))),
            (5, 0, Some((5, &["five"]))),
            (6, 2, None),
            (0, 2, None),
            (u32::MAX, u32::MAX, None),
            (2, u32::MAX, Some((1, &["one", "two", "three", "four", "five"]))),
        ];
        for &(line, around, expected) in table {
            let found = cut(text, line, around);
            let found =
                found.as_ref().map(|s| (s.first, s.lines.iter().map(|l| &**l).collect::<Vec<_>>()));
            assert_eq!(
                found,
                expected.map(|(first, lines)| (first, lines.to_vec())),
                "{line} ±{around}"
            );
        }
    }

    #[test]
    fn a_file_newer_than_the_program_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.c");
        fs::write(&file, "int x;\n").unwrap();
        let changed = fs::metadata(&file).unwrap().modified().unwrap();
        let file = file.to_str().unwrap();
        let second = Duration::from_secs(1);

        assert!(of_program(file, 1, 2, Some(changed)).is_ok());
        assert!(of_program(file, 1, 2, Some(changed + second)).is_ok());
        assert_eq!(of_program(file, 1, 2, Some(changed - second)), Err(Missing::Newer));
        assert!(snippet(file, 1, 2).is_some());
    }

    #[test]
    fn our_own_sources_are_shown_without_a_file() {
        let found = snippet("/nowhere/at/all/src/calls/bind.rs", 1, 2).unwrap();
        assert_eq!(found.first, 1);
        assert!(found.lines[0].contains("bind"), "{found:?}");
        assert_eq!(snippet("/nowhere/at/all/src/mine/bind.rs", 1, 2), None);
        assert_eq!(snippet("/", 1, 2), None);
        assert_eq!(snippet("/dev/zero", 1, 2), None);
    }
}
