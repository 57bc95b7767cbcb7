//! Bytes as a C string that a terminal shows harmlessly.

/// How many bytes are shown; the rest is left out, and that is said.
const SHOWN: usize = 64;

/// So many of the same are written once and counted.
const RUN: usize = 16;

/// The bytes in quotes: `"Welcome\n" "\0"×248`, `"Once upon"… (2048 bytes)`. A buffer is `length`
/// bytes long, of which `data` may be just the beginning.
pub(super) fn quote(data: &[u8], length: u64) -> String {
    let (mut pieces, mut piece) = (Vec::new(), String::new());
    let (mut rest, mut shown) = (data, 0);
    while !rest.is_empty() && shown < SHOWN {
        let (letter, size) = first(rest);
        let times = rest.chunks(size).take_while(|chunk| *chunk == &rest[..size]).count();
        shown += size;
        if times < RUN {
            piece.push_str(&letter);
            rest = &rest[size..];
        } else {
            pieces.extend(in_quotes(&mut piece));
            pieces.push(format!("\"{letter}\"×{times}"));
            rest = &rest[size * times..];
        }
    }
    pieces.extend(in_quotes(&mut piece));
    let text = if pieces.is_empty() { "\"\"".into() } else { pieces.join(" ") };
    match rest.is_empty() && data.len() as u64 >= length {
        true => text,
        false => format!("{text}… ({length} bytes)"),
    }
}

/// What was gathered, if anything was.
fn in_quotes(piece: &mut String) -> Option<String> {
    let piece = std::mem::take(piece);
    (!piece.is_empty()).then(|| format!("\"{piece}\""))
}

/// Text without quotes, and what a terminal would obey in it as an escape.
pub(crate) fn harmless(text: &str) -> String {
    text.chars()
        .map(|letter| if obeyed(letter) { escaped(letter) } else { letter.into() })
        .collect()
}

/// The first letter, escaped if need be, and how many bytes it takes.
fn first(bytes: &[u8]) -> (String, usize) {
    let longest = &bytes[..bytes.len().min(4)];
    let letter = longest.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
    match letter {
        Some('"') => ("\\\"".into(), 1),
        Some('\\') => ("\\\\".into(), 1),
        Some(letter) if obeyed(letter) => (escaped(letter), letter.len_utf8()),
        Some(letter) => (letter.into(), letter.len_utf8()),
        None => (format!("\\x{:02x}", bytes[0]), 1),
    }
}

/// Whether a letter does something on the screen other than stand there: a control character, one
/// that turns the direction of writing, one that cannot be seen.
fn obeyed(letter: char) -> bool {
    !matches!(letter, '"' | '\'' | '\\') && letter.escape_debug().len() > 1
}

fn escaped(letter: char) -> String {
    match letter {
        '\n' => "\\n".into(),
        '\r' => "\\r".into(),
        '\t' => "\\t".into(),
        '\0' => "\\0".into(),
        _ => {
            let mut bytes = [0; 4];
            let bytes = letter.encode_utf8(&mut bytes).bytes();
            bytes.map(|byte| format!("\\x{byte:02x}")).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_quoted_escaped_counted_and_cut() {
        let welcome = [b"Welcome!\n".as_slice(), &[0; 247]].concat();
        let long = "0123456789abcdef".repeat(8);
        let long_shown = format!("\"{}\"… (128 bytes)", &long[..64]);
        let cases: [(&[u8], u64, &str); 12] = [
            (b"", 0, "\"\""),
            (b"", 256, "\"\"… (256 bytes)"),
            (b"plain\r\n\t\0", 9, "\"plain\\r\\n\\t\\0\""),
            ("안녕 ß".as_bytes(), 9, "\"안녕 ß\""),
            (b"caf\xe9! \xc3", 7, "\"caf\\xe9! \\xc3\""),
            (b"\x1b[31m\"\\'\x7f", 9, "\"\\x1b[31m\\\"\\\\'\\x7f\""),
            ("a\u{202e}b".as_bytes(), 5, "\"a\\xe2\\x80\\xaeb\""),
            (&welcome, 256, "\"Welcome!\\n\" \"\\0\"×247"),
            (&[0; 256], 256, "\"\\0\"×256"),
            (b"aaaaaaaaaaaaaaaaaaaaaaaab", 25, "\"a\"×24 \"b\""),
            (b"Once upon", 2048, "\"Once upon\"… (2048 bytes)"),
            (long.as_bytes(), 128, &long_shown),
        ];
        for (data, length, text) in cases {
            assert_eq!(quote(data, length), text);
        }
    }

    #[test]
    fn names_keep_their_quotes_and_lose_their_power() {
        assert_eq!(harmless("it's \"a\\b\"\x1b]0;\u{9b}"), "it's \"a\\b\"\\x1b]0;\\xc2\\x9b");
    }
}
