//! Finds what a person means: a name in any spelling, a number, an error message.

use super::{Entry, Kind, entries};

/// What was found: an entry, or several with one name.
pub type Found = Result<Vec<&'static Entry>, Unknown>;

/// Nothing has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is not known here{}; sockstep explain lists what is", near(.nearest))]
pub struct Unknown {
    /// What was asked for; of a long text, how it begins.
    pub name: String,
    /// The names nearest to it, the best first.
    pub nearest: Vec<&'static str>,
}

fn near(nearest: &[&str]) -> String {
    match nearest {
        [] => String::new(),
        nearest => format!(" (near it: {})", nearest.join(", ")),
    }
}

/// Finds by name (in any case, `TIME-WAIT` as `TIME_WAIT`, `bind(2)` as `bind`), by an errno's
/// number, by the kernel's text for it, and in a message that holds one of these.
pub fn find(name: &str) -> Found {
    let name = name.trim();
    let unknown = |nearest| Unknown { name: start_of(name), nearest };
    let ways = [by_name, by_number, by_errno_within, by_text_within, by_number_within, by_part];
    let found = ways.iter().map(|way| way(name)).find(|found| !found.is_empty());
    match found {
        Some(found) if found.len() <= SEVERAL => Ok(found),
        Some(many) => Err(unknown(many.iter().map(|entry| entry.name.as_str()).collect())),
        None => Err(unknown(nearest(name))),
    }
}

/// No name is longer.
const LONGEST: usize = 60;

fn start_of(name: &str) -> String {
    match name.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &name[..at]),
        None => name.into(),
    }
}

/// More than this is no answer but a choice.
const SEVERAL: usize = 3;

/// Spelt in one way: TIME-WAIT, TIME_WAIT and time wait are the same, FIN_WAIT_1 and FIN-WAIT1 are.
fn fold(name: &str) -> String {
    name.chars().filter(|c| !" _-".contains(*c)).flat_map(char::to_lowercase).collect()
}

fn names(entry: &Entry) -> impl Iterator<Item = &String> {
    std::iter::once(&entry.name).chain(&entry.also)
}

fn by_name(name: &str) -> Vec<&'static Entry> {
    // bind(), bind(2)
    let bare = match name.split_once('(') {
        Some((bare, section)) if section.len() <= 3 && section.ends_with(')') => bare,
        _ => name,
    };
    let wanted = fold(bare);
    entries().iter().filter(|entry| names(entry).any(|name| fold(name) == wanted)).collect()
}

fn by_number(name: &str) -> Vec<&'static Entry> {
    name.parse().ok().and_then(super::errno).into_iter().collect()
}

/// `bind(3, …) = -1 EADDRINUSE (Address already in use)`, as strace has it.
fn by_errno_within(message: &str) -> Vec<&'static Entry> {
    let words: Vec<&str> =
        message.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let is_there = |entry: &Entry| names(entry).any(|name| words.contains(&name.as_str()));
    errors().filter(|entry| is_there(entry)).collect()
}

/// `bind: Address already in use`, as perror has it. The longest text counts: one may be the
/// beginning of another.
fn by_text_within(message: &str) -> Vec<&'static Entry> {
    let message = message.to_lowercase();
    let text =
        |entry: &Entry| entry.text.as_ref().map_or(String::new(), |text| text.to_lowercase());
    let held = errors().filter(|entry| {
        let text = text(entry);
        !text.is_empty() && message.contains(&text)
    });
    held.max_by_key(|entry| text(entry).len()).into_iter().collect()
}

/// `Connection refused (os error 111)`, `[Errno 98]`: where the text is another language's.
fn by_number_within(message: &str) -> Vec<&'static Entry> {
    let message = message.to_lowercase();
    let Some((_, behind)) = ["os error ", "errno "].iter().find_map(|at| message.split_once(at))
    else {
        return Vec::new();
    };
    let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
    by_number(&digits)
}

/// `already in use`
fn by_part(part: &str) -> Vec<&'static Entry> {
    const LEAST: usize = 4;
    let part = part.to_lowercase();
    let holds = |entry: &&Entry| {
        entry.text.as_ref().is_some_and(|text| text.to_lowercase().contains(&part))
    };
    if part.len() < LEAST { Vec::new() } else { errors().filter(holds).collect() }
}

/// What has a text: errnos, and what `getaddrinfo` gives.
fn errors() -> impl Iterator<Item = &'static Entry> {
    entries().iter().filter(|entry| entry.kind == Kind::Errno || entry.text.is_some())
}

fn nearest(name: &str) -> Vec<&'static str> {
    const MOST: usize = 4;
    const LIKENESS: f32 = 0.7;
    if name.len() > LONGEST {
        return Vec::new();
    }
    let folded: Vec<(String, &'static str)> = entries()
        .iter()
        .flat_map(|entry| names(entry).map(|name| (fold(name), name.as_str())))
        .collect();
    let possible: Vec<&str> = folded.iter().map(|(folded, _)| folded.as_str()).collect();
    let mut found = Vec::new();
    for near in similar::get_close_matches(fold(name).as_str(), &possible, MOST, LIKENESS) {
        let same = folded.iter().filter(|(folded, _)| folded == near).map(|(_, name)| *name);
        found.extend(same.filter(|name| !found.contains(name)).collect::<Vec<_>>());
    }
    found
}
