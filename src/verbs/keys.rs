//! The keys of `sockstep step`: a letter and Enter, so that the terminal stays as it is.

use std::collections::VecDeque;
use std::io::{self, BufRead, Write, stdin, stdout};
use std::os::fd::AsFd;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use sockstep::observe::{About, Call};

/// What the prompt says.
pub const HINT: &str = "h lists the keys.";

/// A key of the list: as it is typed, what a script calls it, what it does.
pub struct Listed {
    keys: &'static str,
    script: &'static str,
    what: &'static str,
    /// Whether it is there on the full screen alone.
    screen: bool,
}

/// The list of keys.
pub const KEYS: &[Listed] = &[
    both("Enter, n", "n", "let this call happen"),
    both("s", "s", "step the server (or the only program)"),
    both("c", "c", "step the client"),
    both("r NAME", "r:accept", "run until a call of this name is next: r accept"),
    both("e", "e", "run to the end"),
    both("w", "w", "wait until something happens by itself, such as a timer's end"),
    both("k", "k", "the stack: who called whom, down to the system call"),
    both("o", "o", "the sockets: what the kernel holds of each"),
    both("x", "x", "the call's buffers in hex"),
    both("t LINE", "t:hello", "type a line to the client (or the only program)"),
    screen("← →", "a step back, a step forward: as it was then"),
    screen("PgUp, PgDn", "ten steps back, ten forward"),
    screen("Home, End", "the first step; now"),
    screen("/ TEXT", "back to the last step that has this text; / Enter: further back"),
    screen("\\", "forward to the next step that has it"),
    screen("Tab", "the same call in the twin's source: C or Rust"),
    screen("1 to 6", "make a pane large; again: all panes"),
    screen("↑ ↓", "scroll the large pane, or what lies over the panes"),
    screen("Esc", "leave: what lies over the panes, the large pane, the past"),
    screen("Ctrl-Z", "stop sockstep; the shell's fg goes on"),
    both("h, ?", "h", "this list"),
    both("q, Ctrl-D", "q", "quit: the programs are ended"),
];

const fn both(keys: &'static str, script: &'static str, what: &'static str) -> Listed {
    Listed { keys, script, what, screen: false }
}

const fn screen(keys: &'static str, what: &'static str) -> Listed {
    Listed { keys, script: "", what, screen: true }
}

/// The list of the keys line by line.
pub fn help() -> String {
    listed(KEYS.iter().filter(|key| !key.screen))
}

/// The list of the keys on the full screen.
pub fn screen_help() -> String {
    listed(KEYS.iter())
}

/// The list of the keys in a script.
fn script_help() -> String {
    let keys = KEYS.iter().filter(|key| !key.screen);
    let lines: Vec<_> =
        keys.map(|Listed { script, what, .. }| format!("{script:14}{what}")).collect();
    lines.join("\n")
}

fn listed<'a>(keys: impl Iterator<Item = &'a Listed>) -> String {
    let lines: Vec<_> = keys.map(|Listed { keys, what, .. }| format!("{keys:14}{what}")).collect();
    lines.join("\n")
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    Next,
    Program(u8),
    RunTo(String),
    End,
    Wait,
    Stack,
    Sockets,
    Hex,
    Type(String),
    Help,
    Quit,
}

/// Where keys come from.
pub enum Keyboard {
    Person,
    Script(VecDeque<Key>),
    None,
}

impl Keyboard {
    /// Whether the next key is about another call than the one that is next.
    pub fn looks_elsewhere(&self) -> bool {
        match self {
            Keyboard::Script(keys) => {
                !matches!(keys.front(), Some(Key::Next | Key::RunTo(_) | Key::End))
            }
            Keyboard::Person | Keyboard::None => false,
        }
    }
}

/// What a person has typed.
pub enum Typed {
    Key(Key),
    Unknown(String),
    /// Something happened meanwhile.
    Nothing,
    End,
}

/// A key and what belongs to it.
pub fn key(letter: &str, rest: &str) -> Option<Key> {
    Some(match (letter, rest) {
        ("" | "n", "") => Key::Next,
        ("s", "") => Key::Program(0),
        ("c", "") => Key::Program(1),
        ("e", "") => Key::End,
        ("w", "") => Key::Wait,
        ("k", "") => Key::Stack,
        ("o", "") => Key::Sockets,
        ("x", "") => Key::Hex,
        ("h" | "?", "") => Key::Help,
        ("q", "") => Key::Quit,
        ("r", name) => Key::RunTo(call(name)?.into()),
        ("t", line) => Key::Type(line.into()),
        _ => return None,
    })
}

/// A call's name; `send` and `recv` are the system calls sendto and recvfrom.
pub fn call(name: &str) -> Option<&'static str> {
    let name = match name {
        "send" => "sendto",
        "recv" => "recvfrom",
        name => name,
    };
    let shown = Call::ALL.iter().filter(|call| call.about() != About::Silent);
    shown.map(|call| call.name()).find(|known| *known == name)
}

/// The keys of a script.
pub fn script(text: &str) -> Result<VecDeque<Key>, String> {
    let one = |word: &str| {
        let (letter, rest) = word.split_once(':').unwrap_or((word, ""));
        key(letter, rest).ok_or_else(|| {
            format!(
                "--script has {word:?}, which is no key, or names no call; the keys are:\n{}",
                script_help()
            )
        })
    };
    text.split_whitespace().map(one).collect()
}

/// Asks for a key.
pub fn prompt(next: Option<&str>) -> io::Result<()> {
    let mut out = stdout().lock();
    let next = next.map(|next| format!("[Enter] {next}"));
    let what = next.as_deref().unwrap_or("nothing can be stepped");
    write!(out, "{what} · s server · c client · e end · h help · q quit > ")?;
    out.flush()
}

/// Whether a line waits at the keyboard, or comes within this time.
pub fn is_typed(time: Duration) -> bool {
    let input = stdin();
    let mut fds = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
    let time = PollTimeout::try_from(time).unwrap_or(PollTimeout::ZERO);
    poll(&mut fds, time).is_ok_and(|ready| ready > 0)
}

/// Reads a line from the keyboard.
pub fn read() -> io::Result<Typed> {
    let mut line = String::new();
    if stdin().lock().read_line(&mut line)? == 0 {
        return Ok(Typed::End);
    }
    let line = line.trim();
    let (letter, rest) = line.split_once([' ', ':']).unwrap_or((line, ""));
    Ok(key(letter, rest.trim()).map_or_else(|| Typed::Unknown(line.into()), Typed::Key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_keys() {
        let keys = [Key::Program(0), Key::RunTo("accept".into()), Key::Type("hi".into()), Key::End];
        assert_eq!(script("s r:accept  t:hi e"), Ok(keys.into()));
        for bad in ["z", "s c r", "ss", "s:1", "r:acept"] {
            assert!(script(bad).is_err_and(|e| e.contains("which is no key")), "{bad}");
        }
    }

    #[test]
    fn every_key_of_the_list_is_a_key() {
        for Listed { keys, script, screen, .. } in KEYS.iter().filter(|key| !key.screen) {
            for name in keys.split(", ").filter(|name| !matches!(*name, "Enter" | "Ctrl-D")) {
                let (letter, rest) = name.split_once(' ').unwrap_or((name, ""));
                let rest = if rest == "NAME" { "accept" } else { rest };
                assert!(key(letter, rest).is_some(), "{name}");
            }
            assert!(super::script(script).is_ok_and(|keys| keys.len() == 1), "{script} {screen}");
        }
    }

    #[test]
    fn the_document_has_the_list() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/keys.md");
        let text = std::fs::read_to_string(path).expect("docs/keys.md");
        for Listed { keys, script, what, screen } in KEYS {
            let row = match screen {
                false => format!("| {keys} | `{script}` | {what} |"),
                true => format!("| {keys} | {what} |"),
            };
            assert!(text.contains(&row), "docs/keys.md lacks the row\n{row}");
        }
    }

    #[test]
    fn the_lists_fit_a_terminal() {
        for line in screen_help().lines() {
            assert!(textwrap::core::display_width(line) <= 80, "{line}");
        }
        assert!(screen_help().lines().count() <= 22, "with a frame around it on 24 rows");
    }
}
