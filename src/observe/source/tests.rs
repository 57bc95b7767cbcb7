//! Real programs, stopped in real calls.

pub mod stopped;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use stopped::{Stopped, build, marked, skip};

use super::*;

const CLIENT: &str = include_str!("tests/client.c");
const LIBRARY: &str = include_str!("tests/library.c");

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("client.c"), CLIENT).unwrap();
    fs::write(folder.path().join("library.c"), LIBRARY).unwrap();
    folder
}

/// `function:line` of the frames in the user's own file.
fn lines(stack: &Stack) -> Vec<String> {
    let own = stack.frames.iter().filter(|frame| frame.layer == Layer::Own);
    own.map(|frame| {
        assert!(frame.file.as_deref().is_some_and(|file| file.ends_with("/client.c")), "{frame:?}");
        format!("{}:{}", frame.function.as_deref().unwrap_or("?"), frame.line.unwrap_or(0))
    })
    .collect()
}

#[test]
fn a_c_program_is_at_its_lines_however_it_is_compiled() {
    let folder = folder();
    let expected = [
        format!("reach:{}", marked(CLIENT, "connect")),
        format!("visit:{}", marked(CLIENT, "reach")),
        format!("main:{}", marked(CLIENT, "visit")),
    ];
    for flags in [
        "-g -O0",
        "-g -O2",
        "-g -O2 -fomit-frame-pointer",
        "-g -O2 -no-pie",
        "-g -O2 -static",
        "-g -O2 -static-pie",
        "-g -O0 -static",
        "-g -O2 -gdwarf-4",
        "-g -O2 -gz",
        "-g -O2 -gsplit-dwarf",
        "-g -O0 -fno-asynchronous-unwind-tables",
    ] {
        let name = format!("client{}", flags.replace(' ', ""));
        let Some(program) = build(folder.path(), "client.c", &name, flags) else { continue };
        let Some(stopped) = Stopped::start(&program, &[], libc::SYS_connect) else { return };
        let stack = stopped.new_stack(&mut Sources::new());
        assert_eq!(lines(&stack), expected, "{flags}: {stack:#?}");
        assert_eq!(stack.why_not, None, "{flags}");

        let own = &stack.frames[stack.own.unwrap()];
        assert_eq!(own.function.as_deref(), Some("reach"));
        assert!(own.inlined == flags.contains("-O2"), "{flags}: {own:?}");
        let snippet = own.source.as_ref().unwrap();
        assert_eq!(snippet.lines.len(), 5);
        assert_eq!(snippet.first + 2, own.line.unwrap());
        assert!(snippet.lines[2].contains("/* connect */"), "{snippet:?}");

        let first = &stack.frames[0];
        assert_eq!(first.layer, Layer::Libc, "{flags}: {stack:#?}");
        let name = first.function.as_deref().unwrap_or_default();
        assert!(name.ends_with("connect"), "{flags}: {first:?}");
    }
}

#[test]
fn without_debug_information_there_is_a_reason() {
    let folder = folder();
    for (flags, reason) in [
        ("-O2", "has no debug information: compile it with -g"),
        ("-O2 -s", "has no debug information: compile it with -g, and without -s or strip"),
        ("-O2 -s -static", "has no debug information: compile it with -g, and without -s or strip"),
    ] {
        let name = format!("client{}", flags.replace(' ', ""));
        let Some(program) = build(folder.path(), "client.c", &name, flags) else { continue };
        let Some(stopped) = Stopped::start(&program, &[], libc::SYS_connect) else { return };
        let stack = stopped.new_stack(&mut Sources::new());
        assert_eq!(stack.own, None);
        let why = stack.why_not.clone().unwrap_or_default();
        assert_eq!(why, format!("{} {reason}", program.display()), "{flags}: {stack:#?}");
        let main = stack.frames.iter().any(|frame| frame.function.as_deref() == Some("main"));
        assert_eq!(main, flags == "-O2", "{flags}: {stack:#?}");
    }
}

#[test]
fn a_stack_is_new_once_and_a_child_shares_it() {
    let folder = folder();
    let Some(program) = build(folder.path(), "client.c", "forks", "-g -O0") else { return };
    let Some(mut stopped) = Stopped::start(&program, &["fork"], libc::SYS_connect) else { return };
    let mut sources = Sources::new();
    let parent = stopped.pid();
    assert_eq!(stopped.new_stack(&mut sources).id, 0);
    stopped.run_to(libc::SYS_connect);
    assert_eq!(stopped.found(&mut sources), Found::Known(0), "the loop's second round");
    stopped.run_to(libc::SYS_connect);
    assert_ne!(stopped.pid(), parent);
    let stack = stopped.new_stack(&mut sources);
    assert_eq!(stack.id, 1);
    assert_eq!(lines(&stack).last().unwrap(), &format!("main:{}", marked(CLIENT, "child")));
    assert_eq!(sources.spaces.len(), 1, "the child has its parent's address space");
    sources.forget(parent);
    assert_eq!(stopped.found(&mut sources), Found::Known(1));
    sources.forget(stopped.pid());
    assert!(sources.spaces.is_empty());
    assert_eq!(stopped.found(&mut sources), Found::Known(1), "the frames are the same");
}

#[test]
fn a_library_that_is_loaded_later_is_found() {
    let folder = folder();
    let built = build(folder.path(), "library.c", "library.so", "-g -O1 -shared -fPIC");
    let Some(library) = built else { return };
    let Some(program) = build(folder.path(), "client.c", "loads", "-g -O0") else { return };
    let args = ["load", library.to_str().unwrap()];
    let Some(mut stopped) = Stopped::start(&program, &args, libc::SYS_connect) else { return };
    let mut sources = Sources::new();
    stopped.new_stack(&mut sources);
    stopped.run_to(libc::SYS_shutdown);
    let stack = stopped.new_stack(&mut sources);
    let own = &stack.frames[stack.own.unwrap()];
    assert_eq!(own.function.as_deref(), Some("through_library"));
    assert_eq!(own.line, Some(marked(LIBRARY, "shutdown")));
    assert_eq!(own.module, "library.so");
    let main = stack.frames.iter().find(|frame| frame.function.as_deref() == Some("main"));
    assert_eq!(main.unwrap().line, Some(marked(CLIENT, "library")));
}

#[test]
fn a_process_that_becomes_another_program_is_looked_at_anew() {
    let folder = folder();
    let Some(first) = build(folder.path(), "client.c", "first", "-g -O0") else { return };
    let Some(second) = build(folder.path(), "client.c", "second", "-g -O0") else { return };
    let args = ["exec", second.to_str().unwrap()];
    let Some(mut stopped) = Stopped::start(&first, &args, libc::SYS_connect) else { return };
    let mut sources = Sources::new();
    let before = stopped.new_stack(&mut sources);
    assert_eq!(before.frames[before.own.unwrap()].module, "first");
    stopped.run_to(libc::SYS_connect);
    stopped.run_to(libc::SYS_connect);
    sources.changed(stopped.pid());
    let after = stopped.new_stack(&mut sources);
    assert_eq!(after.frames[after.own.unwrap()].module, "second");
    assert_eq!(lines(&before), lines(&after));
    assert_eq!(sources.spaces.len(), 1);
}

#[test]
fn a_source_that_was_changed_since_is_not_shown() {
    let folder = folder();
    let Some(program) = build(folder.path(), "client.c", "client", "-g -O0") else { return };
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
    let source = fs::File::options().append(true).open(folder.path().join("client.c")).unwrap();
    source.set_modified(later).unwrap();
    let Some(stopped) = Stopped::start(&program, &[], libc::SYS_connect) else { return };
    let stack = stopped.new_stack(&mut Sources::new());
    assert_eq!(stack.frames[stack.own.unwrap()].source, None);
    assert!(stack.why_not.unwrap().contains("was changed after client was built"));
}

/// A program of this project, where `cargo` puts it.
fn ours(name: &str) -> Option<PathBuf> {
    let me = std::env::current_exe().unwrap();
    let program = me.ancestors().nth(2).map(|folder| folder.join(name)).unwrap();
    if !program.is_file() {
        skip(&format!("{} is not built", program.display()));
        return None;
    }
    Some(program)
}

#[test]
fn our_client_is_at_its_line_through_wrapper_and_libc() {
    let Some(program) = ours("welcome_client") else { return };
    let args = ["127.0.0.1", "9"];
    let Some(stopped) = Stopped::start(&program, &args, libc::SYS_connect) else { return };
    let stack = stopped.new_stack(&mut Sources::new());
    let frames = &stack.frames;
    let own = stack.own.unwrap();
    assert!(frames[own].file.as_deref().unwrap().ends_with("src/bin/welcome_client.rs"));
    // With line tables alone a function has no path.
    let function = frames[own].function.as_deref().unwrap();
    assert_eq!(function.rsplit("::").next(), Some("main"));
    let layers: Vec<&Layer> = frames[..own].iter().map(|frame| &frame.layer).collect();
    assert_eq!(layers[0], &Layer::Libc, "{frames:#?}");
    assert_eq!(layers.last(), Some(&&Layer::Wrapper), "{frames:#?}");
    let wrapper = &frames[own - 1];
    assert!(wrapper.function.as_deref().unwrap().contains("connect"), "{wrapper:?}");
    assert!(frames[own + 1..].iter().any(|frame| frame.layer == Layer::Standard));
    for frame in [&frames[own], wrapper] {
        let snippet = frame.source.as_ref();
        assert!(
            snippet.is_some_and(|s| s.lines[2].contains("connect(")),
            "{frame:?} {:?}",
            stack.why_not
        );
    }
}

#[test]
fn each_layer_has_its_crates_between_its_line_and_the_call() {
    let Some(program) = ours("sockstep") else { return };
    for (name, between) in [
        ("libc", None),
        ("nix", Some(Layer::Crate("nix".into()))),
        ("socket2", Some(Layer::Crate("socket2".into()))),
        ("std", Some(Layer::Standard)),
    ] {
        let args = ["layer", name, "client", "127.0.0.1", "9"];
        let Some(stopped) = Stopped::start(&program, &args, libc::SYS_connect) else { return };
        let stack = stopped.new_stack(&mut Sources::new());
        let own = stack.own.unwrap();
        let file = stack.frames[own].file.clone().unwrap_or_default();
        assert!(file.ends_with(&format!("src/layers/{name}.rs")), "{name}: {stack:#?}");
        assert_eq!(stack.frames[0].layer, Layer::Libc);
        let layers: Vec<_> = stack.frames[1..own].iter().map(|frame| &frame.layer).collect();
        assert_eq!(layers.last().copied(), between.as_ref(), "{name}: {stack:#?}");
    }
}

#[test]
fn a_program_in_another_language_is_named() {
    // `python3` may be a shell script that looks for a version.
    let python = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
    let python = python.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned());
    for (program, args, reason) in [
        ("/usr/bin/nc", ["-z", "127.0.0.1", "9"], "has no debug information"),
        (
            python.as_deref().unwrap_or("python3"),
            ["-c", "import socket; socket.socket().connect_ex(('127.0.0.1', 9))", ""],
            "runs a program in its own language",
        ),
    ] {
        let program = Path::new(program);
        let Some(stopped) = Stopped::start(program, &args, libc::SYS_connect) else { continue };
        let stack = stopped.new_stack(&mut Sources::new());
        assert_eq!(stack.own, None, "{stack:#?}");
        assert!(stack.why_not.as_ref().unwrap().contains(reason), "{stack:#?}");
    }
}

#[test]
fn what_is_known_can_move_to_the_watching_thread() {
    fn moves<T: Send>(_: T) {}
    moves(Sources::new());
}
