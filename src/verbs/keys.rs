//! The keys of `sockstep step`: a letter and Enter, so that the terminal stays as it is.

use std::collections::VecDeque;
use std::io::{self, BufRead, Write, stdin, stdout};
use std::os::fd::AsFd;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use sockstep::observe::{About, Call};

/// What the prompt says.
pub const HINT: &str = "h lists the keys.";

/// The list of keys.
pub const HELP: &str = "\
Enter, n      let this call happen
s             step the server (or the only program)
c             step the client
r NAME        run until a call of this name is next: r accept
e             run to the end
w             wait until something happens by itself, such as a timer's end
k             the stack: who called whom, down to the system call
o             the sockets: what the kernel holds of each
x             the call's buffers in hex
t LINE        type a line to the client (or the only program)
h, ?          this list
q, Ctrl-D     quit: the programs are ended";

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
fn key(letter: &str, rest: &str) -> Option<Key> {
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
fn call(name: &str) -> Option<&'static str> {
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
            format!("--script has {word:?}, which is no key, or names no call; the keys are:\n{HELP}\n(in a script: r:accept, t:hello)")
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
    fn every_key_of_the_help_is_a_key() {
        for line in HELP.lines() {
            let names = line.split("  ").next().unwrap_or_default();
            for name in names.split(", ").filter(|name| !matches!(*name, "Enter" | "Ctrl-D")) {
                let (letter, rest) = name.split_once(' ').unwrap_or((name, ""));
                let rest = if rest == "NAME" { "accept" } else { rest };
                assert!(key(letter, rest).is_some(), "{name}");
            }
        }
    }
}
