//! `sockstep step` on a full screen, driven through a pseudo-terminal: what a person sees after each key, and the
//! terminal as it was after any end.
#![cfg(feature = "stepper")]

mod common;
#[path = "screen/documented.rs"]
mod documented;
#[path = "screen/person.rs"]
mod person;

use std::os::unix::process::ExitStatusExt;

use common::watched::cannot_watch;
use common::{has, skip};
use nix::sys::signal::Signal;
use person::{Person, children, gone};

const LEFT: &str = "\x1b[D";
const RIGHT: &str = "\x1b[C";
const UP: &str = "\x1b[A";
const DOWN: &str = "\x1b[B";
const PAGE_UP: &str = "\x1b[5~";
const HOME: &str = "\x1b[H";
const END: &str = "\x1b[F";
const ESC: &str = "\x1b";

const USUAL: (u16, u16) = (30, 100);
const C: [&str; 6] = ["step", "welcome", "--server", "c", "--client", "c"];

/// Somebody before the welcome pair in C.
fn welcome() -> Person {
    let person = Person::at(USUAL, &C);
    person.sees(&["server calls socket", "welcome_server.c", "welcome_client.c", "step 2 of 2"]);
    person
}

#[test]
fn a_walk_through_the_welcome_pair() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let mut person = welcome();
    assert!(person.with(|screen| screen.alternate_screen() && screen.hide_cursor()));

    // Until the server sleeps, and which call that is, and why.
    person.does("\r", &["server calls setsockopt", "step 3 of 3"]);
    person.does("rlisten\r", &["server calls listen", "bind(3, {127.0.0.1:9001}, 16)"]);
    person.does("s", &["LISTEN", "server calls accept"]);
    person.does("n", &["asleep", "waits for a client on", "127.0.0.1:9001"]);
    person.does("s", &["server is blocked in accept(3"]);
    person.misses("SYN");

    // A client comes, and the server wakes.
    person.does("c", &["client calls connect"]);
    let text = person.does("c", &["SYN|ACK"]);
    assert!(!text.contains("server is blocked"), "a message stays until the next key:\n{text}");

    // The past: the state then.
    let text = person.does(HOME, &["step 1 of"]);
    assert!(!text.contains("SYN|ACK") && !text.contains("LISTEN"), "{text}");
    person.does(RIGHT, &["step 2 of"]);
    person.does(LEFT, &["step 1 of"]);
    person.does(END, &["SYN|ACK", "now"]);
    person.does(PAGE_UP, &["End back to now"]);
    person.does("\r", &["now", "client"]);

    // The twin's line of the same call.
    person.does("\t", &["src/bin/welcome_server.rs", "src/bin/welcome_client.rs"]);
    person.does("\t", &["c-reference/welcome_server.c", "c-reference/welcome_client.c"]);

    person.does("e", &["The run is over: ← goes back, q leaves.", "over", "exit 0"]);
    person.does("\r", &["The run is over"]);
    let text = person.does("6", &["From Server : Welcome to Network Server!!"]);
    assert!(!text.contains("welcome_server.c"), "one pane alone:\n{text}");
    person.does("6", &["welcome_server.c"]);
    person.types("q");
    assert!(person.ends().success());
}

#[test]
fn every_key_of_the_list_answers() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let mut person = welcome();
    person.does("h", &["the keys", "run until a call of this name is next", "stop sockstep"]);
    person.does("h", &["server calls socket"]);
    person.misses("stop sockstep");
    person.does("?", &["stop sockstep"]);
    person.does(ESC, &["server calls socket", "Enter next"]);
    person.does("Z", &["Z does nothing here. h lists the keys."]);
    person.does(DOWN, &["1 to 6 make a pane large"]);
    person.does("k", &["#0", "your code"]);
    person.does(&[DOWN, UP, "x"].concat(), &["the call's buffers"]);
    person.does("xssss", &["server calls accept"]);
    person.does("o", &["accept queue", "server fd 3"]);
    let text =
        person.does("c", &["This is now. The same key again goes on.", "stands before socket"]);
    assert!(!text.contains("client fd 3"), "nobody moves unseen:\n{text}");
    person.does("oc", &["This is now."]);
    person.does("c", &["client fd 3", "server calls accept"]);

    // What is asked for at the last line.
    person.does("racept", &["Run until this call is next: acept"]);
    person.does("\r", &["There is no call \"acept\""]);
    person.does("r\u{7f}x\x15send\x7fd\r", &["server calls sendto", "Enter next"]);
    person.does("/", &["Search the past for:"]);
    person.does("한국", &["한국"]);
    person.does(ESC, &["Enter next"]);
    person.does("\\", &["Nothing was searched for yet"]);
    person.does("/setsockopt\r", &["step 4 of"]);
    person.does("/\r", &["step 4 of", "Only this step"]);
    person.does("/nowhere\r", &["No step so far has \"nowhere\""]);
    person.does(ESC, &["· now"]);
    person.does(ESC, &["q leaves sockstep."]);
    person.does("\x1b[200~q\rq\x1b[201~", &["Nothing is asked for that could be pasted."]);
    for (key, title) in ["server ·", "client ·", "the call", "the kernel", "the wire"]
        .into_iter()
        .enumerate()
        .map(|(at, title)| ((at + 1).to_string(), title))
    {
        person.does(&key, &[title, "Esc back to all panes"]);
    }
    person.does(ESC, &["client", "what they print"]);
    person.types("\x04");
    assert!(person.ends().success());
}

#[test]
fn the_window_may_have_any_size() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let mut person = Person::at((24, 80), &C);
    person.sees(&["server calls socket", "what they print"]);
    person.resizes((20, 60));
    person.sees(&["80 columns and 24 rows", "60 and 20"]);
    // It steps all the same.
    person.types("s");
    person.resizes((40, 120));
    person.sees(&["server calls setsockopt", "step 3 of 3"]);
    for size in [(1, 1), (2, 300), (100, 3), (24, 80)] {
        person.resizes(size);
    }
    person.sees(&["server calls setsockopt"]);
    person.types("q");
    assert!(person.ends().success());
}

#[test]
fn a_line_is_typed_to_the_client() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let mut person = Person::at(USUAL, &["step", "--", "cat"]);
    person.sees(&["cat"]);
    person.does("that is no key", &["Type a line to the program: hat is no key"]);
    person.does("\x15straße 안녕\r", &["straße 안녕"]);
    person.types("q");
    assert!(person.ends().success());

    let mut person = Person::at(USUAL, &["step", "upper-tcp", "--line", "one"]);
    person.sees(&["server calls socket"]);
    person.does("e", &["ONE", "The run is over"]);
    person.types("q");
    assert!(person.ends().success());
}

#[test]
fn time_passes_without_keys() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let mut person = Person::at(USUAL, &["step", "--", "sh", "-c", "sleep 1; echo it is over now"]);
    person.sees(&["it is over now", "exit 0", "The run is over"]);
    person.types("q");
    assert!(person.ends().success());

    // All sleep, and nobody will wake them.
    let waits = format!("{} server", build_c_watched("waits"));
    let waits: Vec<&str> = waits.split(' ').collect();
    let mut person = Person::at(USUAL, &[&["step", "--"][..], &waits].concat());
    person.sees(&["waits calls socket"]);
    person.does("e", &["It waits, and there is no one who could end that"]);
    person.types("q");
    assert!(person.ends().success());
}

/// A program of tests/watched.
fn build_c_watched(name: &str) -> String {
    let to = common::scratch(&format!("screen-{name}"));
    let from = format!("{}/tests/watched/{name}.c", env!("CARGO_MANIFEST_DIR"));
    let made = std::process::Command::new("cc").args(["-g", "-o"]).arg(&to).arg(from).status();
    assert!(made.expect("cc").success(), "{name}");
    to.display().to_string()
}

#[test]
fn a_program_that_crashes_ends_alone() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let ends = build_c_watched("ends");
    let mut person = Person::at(USUAL, &["step", "--", &ends, "segv"]);
    person.sees(&["ends calls socketpair"]);
    person.does("e", &["SIGSEGV", "The run is over"]);
    person.types("q");
    assert!(person.ends().success());

    let mut person = Person::at(USUAL, &["step", "--", "/no/such/program"]);
    let status = person.ends();
    assert_eq!(status.code(), Some(1), "{}", person.screen());
    person.sees(&["sockstep: ", "ENOENT"]);
}

#[test]
fn the_terminal_is_as_it_was_and_no_program_stays() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    type End = fn(&mut Person);
    let cases: [(&str, End, Option<Signal>); 6] = [
        ("q", |person| person.types("q"), None),
        ("Ctrl-D", |person| person.types("\x04"), None),
        ("Ctrl-C", |person| person.types("\x03"), Some(Signal::SIGINT)),
        ("SIGINT", |person| person.signals(Signal::SIGINT), Some(Signal::SIGINT)),
        ("SIGTERM", |person| person.signals(Signal::SIGTERM), Some(Signal::SIGTERM)),
        ("SIGHUP", |person| person.signals(Signal::SIGHUP), Some(Signal::SIGHUP)),
    ];
    for (how, end, signal) in cases {
        let mut person = welcome();
        let programs = children(person.child.id());
        end(&mut person);
        let status = person.ends();
        let expected = (signal.map(|signal| signal as i32), signal.is_none().then_some(0));
        assert_eq!((status.signal(), status.code()), expected, "{how}");
        gone(&programs);
    }
    let mut person = welcome();
    let programs = children(person.child.id());
    person.closes_the_window();
    assert_eq!(person.dies().signal(), Some(Signal::SIGHUP as i32));
    gone(&programs);
}

#[test]
fn it_is_stopped_and_continued() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    // Nobody sees a SIGSTOP coming, and a shell may have used the terminal since.
    let mut person = welcome();
    person.signals(Signal::SIGSTOP);
    let stat = format!("/proc/{}/stat", person.child.id());
    let state = || std::fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(") T "));
    common::until("stopped", || state().then_some(()));
    person.forgets();
    person.signals(Signal::SIGCONT);
    person.sees(&["server calls socket", "welcome_server.c"]);
    person.does("s", &["server calls setsockopt"]);
    person.types("q");
    assert!(person.ends().success());

    // Ctrl-Z, with a shell that has jobs.
    if !has("bash") {
        return skip("bash is not installed");
    }
    let line = format!(
        "{} {}; echo \"and $?\"; fg; echo \"end $?\"",
        env!("CARGO_BIN_EXE_sockstep"),
        C.join(" ")
    );
    let mut person = Person::before(USUAL, "bash", &["-m", "-c", &format!("{line}; read wait")]);
    person.sees(&["server calls socket"]);
    person.types("\x1a");
    person.sees(&["server calls socket"]);
    person.does("s", &["server calls setsockopt"]);
    person.types("q");
    let text = person.sees(&["end 0"]);
    assert!(text.contains("and 148"), "stopped by SIGTSTP, on the page that stays:\n{text}");
    person.types("\r");
    person.dies();
}

#[test]
fn what_cannot_be_watched_is_said_first_and_last() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let mut person = Person::at(USUAL, &[&C[..], &["--host-network"]].concat());
    const MISSING: &str = "packets are not shown";
    person.sees(&[MISSING, "server calls socket"]);
    person.does("\t", &["Enter next"]);
    person.misses(MISSING);
    person.types("q");
    assert!(person.ends().success());
    person.sees(&[&format!("({MISSING}")]);
}

#[test]
fn lines_where_there_is_no_screen() {
    if let Some(reason) = cannot_watch() {
        return skip(&reason);
    }
    let mut person = Person::at(USUAL, &[&C[..], &["--plain"]].concat());
    person.sees(&["q quit > "]);
    assert!(!person.with(|screen| screen.alternate_screen()));
    person.types("q\n");
    assert!(person.ends().success());

    let line = format!("TERM=dumb exec {} {}", env!("CARGO_BIN_EXE_sockstep"), C.join(" "));
    let mut person = Person::before(USUAL, "sh", &["-c", &line]);
    person.sees(&["q quit > "]);
    person.types("q\n");
    assert!(person.ends().success());
}
