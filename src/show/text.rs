//! Bytes as text for people.

use std::path::{Component, Path, PathBuf};

use textwrap::core::display_width;

use crate::trace::harmless;

/// A run of one letter that is longer than this is counted rather than shown.
const RUN: usize = 24;

/// The bytes as text that a terminal shows harmlessly: what is not UTF-8, and what a terminal would obey, is
/// written as an escape, a long run of one letter is counted. Newlines stay.
pub fn brief(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        push_valid(&mut text, chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

fn push_valid(text: &mut String, valid: &str) {
    let mut rest = valid;
    while let Some(letter) = rest.chars().next() {
        let after = rest.trim_start_matches(letter);
        let times = (rest.len() - after.len()) / letter.len_utf8();
        if times > RUN && letter != '\n' {
            let mut shown = String::new();
            push_letter(&mut shown, letter);
            text.push_str(&format!("{shown}{shown}{shown}… ({} times {shown})", grouped(times)));
        } else {
            (0..times).for_each(|_| push_letter(text, letter));
        }
        rest = after;
    }
}

fn push_letter(text: &mut String, letter: char) {
    match letter {
        '\n' => text.push('\n'),
        '\0' => text.push_str("\\0"),
        _ => text.push_str(&harmless(letter.encode_utf8(&mut [0; 4]))),
    }
}

/// A command, the program's path shortened to what a person types in this folder.
pub fn command(words: &[String]) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let mut words = words.to_vec();
    if let Some(path) = words.first_mut() {
        let full = plain(Path::new(path.as_str()));
        let short = full.strip_prefix(&here).map(|rest| rest.display().to_string());
        let in_home = || Some(format!("~/{}", full.strip_prefix(home?).ok()?.display()));
        *path = short.ok().or_else(in_home).unwrap_or_else(|| full.display().to_string());
    }
    words.join(" ")
}

/// The path without `..` and what that leaves again.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if plain.file_name().is_some() => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

/// What to say below a text in which a port was replaced.
pub(super) fn port_note(text: &str) -> &'static str {
    match text.contains(":PORT") {
        true => "PORT stands for the client's port, another one in each run.\n",
        false => "",
    }
}

/// 2047 as 2,047.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    groups.join(",")
}

/// The text in at most so many columns of a terminal; what was cut off is marked.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if display_width(text) <= columns {
        return text.into();
    }
    let mut kept = String::new();
    let mut used = 1;
    for letter in text.chars() {
        used += display_width(letter.encode_utf8(&mut [0; 4]));
        if used > columns {
            break;
        }
        kept.push(letter);
    }
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_as_short_as_a_person_types_it() {
        let here = std::env::current_dir().unwrap();
        let of = |path: String| command(&[path, "9001".into()]);
        assert_eq!(of(format!("{}/a/../b/srv", here.display())), "b/srv 9001");
        assert_eq!(of("/usr/bin/../bin/srv".into()), "/usr/bin/srv 9001");
        assert_eq!(of("./srv".into()), "./srv 9001");
        assert_eq!(of("../srv".into()), "../srv 9001");
        assert_eq!(command(&[]), "");
    }

    #[test]
    fn bytes_become_harmless_text() {
        let cases: [(&[u8], &str); 8] = [
            (b"plain\n", "plain\n"),
            ("안녕 ß".as_bytes(), "안녕 ß"),
            (b"caf\xe9!", "caf\\xe9!"),
            (b"\x1b[31m\0", "\\x1b[31m\\0"),
            ("a\u{202e}b".as_bytes(), "a\\xe2\\x80\\xaeb"),
            (&[b'a'; 2047], "aaa… (2,047 times a)"),
            (&[0; 229], "\\0\\0\\0… (229 times \\0)"),
            (&[b'a'; 24], "aaaaaaaaaaaaaaaaaaaaaaaa"),
        ];
        for (bytes, text) in cases {
            assert_eq!(brief(bytes), text);
        }
    }
}
