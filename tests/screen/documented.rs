//! The screens in docs/screen.md are what is to be seen after those keys. `make docs` writes them.

use std::fs;
use std::path::Path;

use super::common::watched::cannot_watch;
use super::common::{PATIENCE, skip};
use super::person::Person;
use super::{C, USUAL};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What a fence's words are at a keyboard.
fn typed(key: &str) -> String {
    match key {
        "Enter" => "\r".into(),
        "Tab" => "\t".into(),
        key => match key.split_once(':') {
            Some((letter, word)) => format!("{letter}{word}\r"),
            None => key.into(),
        },
    }
}

/// What is to be seen, with the client's port as it stands in the documents.
fn shown(person: &Person) -> String {
    let text = person.screen();
    let lines = text.lines().map(|line| plain(line.trim_end()));
    lines.map(|line| line + "\n").collect()
}

fn plain(line: &str) -> String {
    const PORT: usize = 5;
    let mut text = String::from(line);
    for (at, _) in line.match_indices(':') {
        let port = line.get(at + 1..at + 1 + PORT);
        let behind = line[at + 1..].chars().nth(PORT);
        if port.is_some_and(|port| port.chars().all(|c| c.is_ascii_digit()))
            && !behind.is_some_and(|c| c.is_ascii_digit())
        {
            text.replace_range(at + 1..at + 1 + PORT, "40000");
        }
    }
    text
}

/// Waits until the screen has not changed for a while.
fn settled(person: &Person) -> String {
    const QUIET: Duration = Duration::from_millis(700);
    let (mut since, mut last) = (Instant::now(), shown(person));
    while since.elapsed() < QUIET {
        sleep(Duration::from_millis(10));
        let now = shown(person);
        if now != last {
            (since, last) = (Instant::now(), now);
        }
    }
    last
}

#[test]
fn the_documented_screens_are_what_is_seen() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/screen.md");
    let text = fs::read_to_string(&path).expect("docs/screen.md");
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    let mut parts = text.split("```screen ");
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (keys, rest) = part.split_once('\n').expect("a fence's line ends");
        let (stands, behind) = rest.split_once("```").expect("a closing fence");
        let mut person = Person::at(USUAL, &C);
        person.sees(&["server calls socket"]);
        for key in keys.split(' ') {
            person.types(&typed(key));
            settled(&person);
        }
        let deadline = Instant::now() + PATIENCE;
        while !update && shown(&person) != stands && Instant::now() < deadline {
            sleep(Duration::from_millis(20));
        }
        let now = shown(&person);
        assert!(update || now == stands, "drifted (make docs):\n{stands}\nis now\n{now}");
        person.types("q");
        person.ends();
        written.push_str(&format!("```screen {keys}\n{now}```{behind}"));
    }
    assert!(written.matches("```screen ").count() >= 3);
    if update {
        fs::write(&path, written).expect("docs/screen.md");
    }
}
