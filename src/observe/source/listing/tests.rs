use std::fs;

use super::*;
use crate::trace::{Frame, Layer};

/// A stack in which the user's own code, at this line, calls `bind`.
fn stack(file: &str, line: u32, recorded: Option<(u32, &[&str])>) -> Stack {
    let source = recorded.map(|(first, lines)| Snippet {
        first,
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
    });
    let own = Frame {
        function: Some("main".into()),
        file: Some(file.into()),
        line: Some(line),
        module: "program".into(),
        layer: Layer::Own,
        inlined: false,
        source,
    };
    let libc = Frame {
        function: Some("bind".into()),
        file: None,
        line: None,
        module: "libc.so.6".into(),
        layer: Layer::Libc,
        source: None,
        ..own.clone()
    };
    Stack { id: 0, frames: vec![libc, own], own: Some(1), why_not: None }
}

const BIND: (u32, &[&str]) = (
    27,
    &[
        "        fail(\"setsockopt\");",
        "    if (bind(sd, (struct sockaddr *)&sin, sizeof(sin)) == -1)",
        "        fail(\"bind\");",
    ],
);

/// The listing's file, its number of lines, its current line's text, and the twin's.
type Shown = (String, u32, usize, String, Option<(String, String)>);

fn shown(stack: &Stack, may_read: MayRead) -> Option<Shown> {
    let text = |listing: &Listing| {
        listing.lines[(listing.line - listing.first) as usize].trim_start().to_owned()
    };
    let Listings { own, twin } = listings(stack, may_read)?;
    let twin = twin.map(|twin| (twin.file.clone(), text(&twin)));
    Some((own.file.clone(), own.first, own.lines.len(), text(&own), twin))
}

#[test]
fn our_own_source_is_shown_whole_with_its_twin() {
    let count = Own::at("c-reference/welcome_server.c").unwrap().text.lines().count();
    let twin =
        ("src/bin/welcome_server.rs", "bind(&sd, &sin).unwrap_or_else(|e| fail(\"bind\", e));");
    for path in [
        "c-reference/welcome_server.c",
        "/nowhere/at/all/c-reference/welcome_server.c",
        "/home/me/.cache/sockstep/c-0123456789abcdef/welcome_server.c",
    ] {
        for may_read in [MayRead::Disk, MayRead::Nothing] {
            let (file, first, lines, line, other) =
                shown(&stack(path, 28, Some(BIND)), may_read).unwrap();
            assert_eq!((&*file, first, lines), ("c-reference/welcome_server.c", 1, count));
            assert_eq!(line, BIND.1[1].trim_start());
            assert_eq!(other, Some((twin.0.into(), twin.1.into())), "{path}");
        }
    }
}

#[test]
fn without_the_called_functions_name_there_is_no_twin() {
    let mut stack = stack("/x/c-reference/welcome_server.c", 28, Some(BIND));
    stack.frames[0].function = None;
    assert_eq!(listings(&stack, MayRead::Nothing).map(|both| both.twin), Some(None));
    stack.frames.remove(0);
    stack.own = Some(0);
    assert_eq!(listings(&stack, MayRead::Nothing).map(|both| both.twin), Some(None));
}

#[test]
fn another_versions_source_is_shown_as_it_was_recorded() {
    let other = (27, &["int sd;", "bind(sd);", "}"][..]);
    let moved = (26, BIND.1);
    let longer = (50, &["    }", "}", "/* more */"][..]);
    for (line, recorded) in [(28, other), (27, moved), (51, longer)] {
        let path = "/nowhere/at/all/c-reference/welcome_server.c";
        for may_read in [MayRead::Disk, MayRead::Nothing] {
            let found = listings(&stack(path, line, Some(recorded)), may_read).unwrap();
            assert_eq!((&*found.own.file, found.own.first), (path, recorded.0));
            assert_eq!(*found.own.lines, *recorded.1);
            assert_eq!((found.own.line, found.twin), (line, None));
        }
    }
}

#[test]
fn a_file_is_read_only_where_that_is_allowed() {
    let passwd = fs::read_to_string("/etc/passwd").unwrap();
    let first: Vec<&str> = passwd.lines().take(1).collect();
    // A trace without lines of a file asks for them in vain, whoever asks.
    for may_read in [MayRead::Disk, MayRead::Nothing] {
        assert_eq!(listings(&stack("/etc/passwd", 1, None), may_read), None);
        assert_eq!(listings(&stack("/etc/passwd", 1, Some((1, &[]))), may_read), None);
    }
    // One that knows a line gets no other.
    for recorded in [&first[..], &["a guess"]] {
        let named = stack("/etc/passwd", 1, Some((1, recorded)));
        let found = listings(&named, MayRead::Nothing).unwrap();
        assert_eq!(*found.own.lines, *recorded);
    }
    let known = stack("/etc/passwd", 1, Some((1, &first)));
    let (_, _, count, ..) = shown(&known, MayRead::Disk).unwrap();
    assert_eq!(count, passwd.lines().count());
    let guessed = stack("/etc/passwd", 1, Some((1, &["a guess"])));
    assert_eq!(shown(&guessed, MayRead::Disk).map(|shown| shown.2), Some(1));
}

#[test]
fn the_users_own_file_is_shown_whole_or_in_part() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.c");
    let file = path.to_str().unwrap();
    for (count, line, first, lines) in
        [(3, 2, 1, 3), (2000, 1999, 1, 2000), (9000, 5000, 4000, 2001), (9000, 9000, 8000, 1001)]
    {
        let text: String = (1..=count).map(|number| format!("line {number}\n")).collect();
        fs::write(&path, text).unwrap();
        let current = format!("line {line}");
        let stack = stack(file, line, Some((line, &[&current])));
        let found = shown(&stack, MayRead::Disk);
        assert_eq!(found, Some((file.into(), first, lines, current.clone(), None)));
        let found = shown(&stack, MayRead::Nothing);
        assert_eq!(found, Some((file.into(), line, 1, current, None)));
    }
    let stack = stack(file, 1, Some((1, &["line 2"])));
    assert_eq!(shown(&stack, MayRead::Disk).map(|shown| shown.2), Some(1));
}

/// Somebody has changed a program of ours, below the line in question, and built it.
#[test]
fn a_changed_copy_of_our_own_is_shown_as_it_is_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c-reference/welcome_server.c");
    fs::create_dir(path.parent().unwrap()).unwrap();
    let text = Own::at("c-reference/welcome_server.c").unwrap().text;
    let changed = text.replace("From Client", "From the Client");
    assert_ne!(text, changed);
    fs::write(&path, &changed).unwrap();
    let stack = stack(path.to_str().unwrap(), 28, Some(BIND));
    let found = listings(&stack, MayRead::Disk).unwrap();
    assert_eq!(found.own.file, path.to_str().unwrap());
    assert_eq!(*found.own.lines, *changed.lines().collect::<Vec<_>>());
    assert_eq!(found.twin, None);
    fs::write(&path, text).unwrap();
    let found = listings(&stack, MayRead::Disk).unwrap();
    assert_eq!(found.own.file, "c-reference/welcome_server.c");
    assert!(found.twin.is_some());
}

#[test]
fn a_trace_that_makes_no_sense_shows_nothing() {
    for (line, recorded) in [
        (1, (0, &["x", "y"][..])),
        (3, (1, &["x", "y"])),
        (1, (2, &["x"])),
        (0, (0, &["x"])),
        (0, (1, &["x"])),
        (u32::MAX, (1, &["x"])),
    ] {
        let stack = stack("/x/src/bin/welcome_server.rs", line, Some(recorded));
        assert_eq!(listings(&stack, MayRead::Disk), None, "{line} {recorded:?}");
    }
    let last = stack("/x/mine.c", u32::MAX, Some((u32::MAX, &["x"])));
    assert_eq!(shown(&last, MayRead::Disk).map(|shown| shown.1), Some(u32::MAX));

    let sound = stack("/x/c-reference/welcome_server.c", 28, Some(BIND));
    assert!(listings(&sound, MayRead::Nothing).is_some());
    let nowhere = [None, Some(2), Some(usize::MAX)];
    for own in nowhere {
        assert_eq!(listings(&Stack { own, ..sound.clone() }, MayRead::Nothing), None);
    }
}
