//! What the clients send, and what the server has to answer to it.

use fastrand::Rng;

/// The longest line, its newline not counted.
pub const LONGEST: usize = 2047;
/// The answer to a longer one.
const TOO_LONG: &[u8] = b"** A line has at most 2047 bytes\n";

/// Their upper case has as many letters, so `towupper` and Unicode agree on it.
const WORDS: [&str; 12] = [
    "socket",
    "안녕하세요",
    "poll",
    "네트워크",
    "café",
    "MiXeD",
    "서버",
    "привет",
    "0123456789",
    "λόγοι",
    "x",
    "🦀",
];

/// The answer to what lies between two newlines, the latter of them included. A last line may have none.
pub fn answer(line: &[u8]) -> Vec<u8> {
    let words = line.strip_suffix(b"\n").unwrap_or(line);
    if words.len() > LONGEST {
        return TOO_LONG.to_vec();
    }
    match std::str::from_utf8(line) {
        Ok(text) => text.to_uppercase().into_bytes(),
        Err(_) => line.to_vec(),
    }
}

/// A line of words that begins with its sender, so that an answer to somebody else's is noticed. Most are short.
pub fn line(rng: &mut Rng, sender: &str) -> Vec<u8> {
    let length = match rng.u8(0..20) {
        0 => LONGEST,
        1..4 => rng.usize(500..LONGEST),
        4..9 => rng.usize(80..500),
        _ => rng.usize(1..80),
    };
    let mut line = String::from(sender);
    while line.len() < length {
        let word = WORDS[rng.usize(..WORDS.len())];
        if line.len() + 1 + word.len() > LONGEST {
            break;
        }
        line.push(' ');
        line.push_str(word);
    }
    if length == LONGEST {
        line.push_str(&"x".repeat(LONGEST - line.len()));
    }
    line.push('\n');
    line.into_bytes()
}

/// A line of about a kilobyte, made quickly.
pub fn wide_line(sender: &str) -> Vec<u8> {
    format!("{sender}{}\n", " and so on".repeat(100)).into_bytes()
}

/// A line that is too long.
pub fn long_line(rng: &mut Rng) -> Vec<u8> {
    let length = match rng.u8(0..4) {
        0 => LONGEST + 1,
        1 => rng.usize(LONGEST + 1..3 * LONGEST),
        _ => rng.usize(LONGEST + 1..100_000),
    };
    let mut line = vec![rng.lowercase() as u8; length];
    line.push(b'\n');
    line
}

/// A line that nobody would call one.
pub fn garbage(rng: &mut Rng) -> Vec<u8> {
    let mut line = match rng.u8(0..8) {
        0 => Vec::new(),
        1 => vec![0; rng.usize(1..LONGEST)],
        2 => (0..rng.usize(1..200)).map(|_| rng.u8(0..128)).collect(),
        3 => noise(rng, 60_000),
        4 => "한".repeat(rng.usize(1..600)).into_bytes().split_off(1),
        _ => noise(rng, LONGEST),
    };
    line.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b'\r');
    line.push(b'\n');
    line
}

/// Random bytes. One of them is 0xFF, which UTF-8 never has: it might else be such a letter as ß.
fn noise(rng: &mut Rng, most: usize) -> Vec<u8> {
    let mut bytes = vec![0; rng.usize(1..most)];
    rng.fill(&mut bytes);
    let at = rng.usize(..bytes.len());
    bytes[at] = 0xFF;
    bytes
}
