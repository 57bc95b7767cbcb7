use std::collections::HashMap;

use serde_json::Value;

use super::super::welcome;
use super::*;
use crate::trace::fixture::{self, address, bytes, header, who};
use crate::trace::{Answer, Event, Exit, Listing, What};

mod beside;

fn recorded<'a>(name: &'a str, trace: &'a Trace) -> Recorded<'a> {
    Recorded { name, trace, listings: HashMap::new() }
}

fn written(page: &Page) -> String {
    let mut written = Vec::new();
    page.write(&mut written).unwrap();
    String::from_utf8(written).unwrap()
}

/// The JSON of a page.
fn data(html: &str) -> Value {
    let (_, behind) = html.split_once("id=\"data\">").unwrap();
    serde_json::from_str(behind.split_once("</script>").unwrap().0).unwrap()
}

fn welcome() -> Trace {
    Trace { header: header(), events: welcome::events() }
}

#[test]
fn a_page_holds_the_run() {
    let trace = welcome();
    let page = Page::new(&recorded("run", &trace), None).unwrap();
    assert_eq!(page.title(), "welcome_server and welcome_client · sockstep");
    assert_eq!(page.differing(), None);
    let data = data(&written(&page));
    let run = &data["runs"][0];
    assert_eq!(run["moments"].as_array().unwrap().len(), page.steps());
    assert_eq!(run["picture"]["rows"], page.steps());
    assert_eq!(run["programs"][1], serde_json::json!(["client", "./welcome_client"]));
    assert_eq!(data["about"]["LISTEN"]["kind"], "state");
    assert_eq!(run.get("skipped"), None);
    for moment in run["moments"].as_array().unwrap() {
        let told = &run["told"][moment["told"].as_u64().unwrap() as usize];
        assert!(told["title"].is_string(), "{moment}");
    }
}

const NASTY: [&[u8]; 8] = [
    b"<script>window.pwned=1</script>",
    b"</script><img src=x onerror=alert(1)>",
    b"<!--<script>",
    "\u{2028}\u{2029}".as_bytes(),
    b"a\0b",
    b"\xff\xfe <",
    "안녕하세요 ß".as_bytes(),
    b"\"'&lt;&#60;\\u003c",
];

#[test]
fn whatever_a_program_says_is_no_part_of_the_page() {
    for nasty in NASTY {
        let text = String::from_utf8_lossy(nasty).into_owned();
        let mut run = fixture::Run::new();
        run.trace.events.clear();
        for program in [0, 1] {
            run.push(What::Started(crate::trace::Started {
                who: who(program),
                name: text.clone(),
                command: vec![format!("/tmp/{text}"), text.clone()],
            }));
        }
        run.call(0, "send", vec![("buf", bytes(nasty))], Answer::Value(1), vec![]);
        run.push(What::Printed { who: who(0), bytes: nasty.into() });
        run.push(What::Noted { who: None, text: text.clone().into() });
        let page = Page::new(&recorded(&text, &run.trace), None).unwrap();
        let html = written(&page);
        let plain = written(&Page::new(&recorded("run", &welcome()), None).unwrap());
        for ours in ["<script", "</script", "<!--", "<img", "</title"] {
            assert_eq!(html.matches(ours).count(), plain.matches(ours).count(), "{text:?} {ours}");
        }
        let data = data(&html);
        let told = data["runs"][0]["told"].as_array().unwrap();
        let hex = hex::encode(nasty);
        assert!(told.iter().any(|told| told["buffers"][0]["data"] == hex), "{text:?}");
        let printed = crate::show::brief(nasty);
        assert!(told.iter().any(|told| told["text"] == printed), "{text:?}");
        assert_eq!(data["title"], page.title());
    }
}

#[test]
fn a_title_says_which_programs() {
    let of = |commands: &[&[&str]]| {
        let mut script = welcome::Script::default();
        for (program, command) in commands.iter().enumerate() {
            script.start(program as u8, "x", command);
        }
        let trace = Trace { header: header(), events: script.events };
        title::programs(&super::super::story::Story::new(&trace))
    };
    type Row = (&'static [&'static [&'static str]], &'static str);
    let table: [Row; 6] = [
        (&[], "a run"),
        (&[&["/usr/bin/curl", "localhost"]], "curl"),
        (&[&["./srv"], &["a/cli", "9"]], "srv and cli"),
        (&[&["./srv"], &["./cli"], &["./other"]], "srv, cli and other"),
        (&[&["/x/sockstep", "lab", "reset", "--inside", "0.0"]], "lab reset"),
        (
            &[&["/usr/bin/python3", "s.py"], &["/usr/bin/python3", "c.py"]],
            "/usr/bin/python3 s.py and /usr/bin/python3 c.py",
        ),
    ];
    for (commands, title) in table {
        assert_eq!(of(commands), title);
    }
}

#[test]
fn some_steps_are_a_page() {
    let trace = welcome();
    let run = recorded("run", &trace);
    let all = data(&written(&Page::new(&run, None).unwrap()));
    let count = all["runs"][0]["moments"].as_array().unwrap().len();
    let told = |data: &Value, row: usize| {
        let run = &data["runs"][0];
        let place = run["moments"][row]["told"].as_u64().unwrap() as usize;
        run["told"][place]["text"].clone()
    };
    for (first, last) in [(1, 3), (5, 9), (count, count), (4, count), (7, count + 50)] {
        let page = Page::new(&run, Some((first, last))).unwrap();
        let part = data(&written(&page));
        let rows = last.min(count) + 1 - first;
        assert_eq!(page.steps(), rows);
        let run = &part["runs"][0];
        assert_eq!(run["picture"]["rows"], rows);
        assert_eq!(run["skipped"].as_u64().unwrap_or(0), first as u64 - 1);
        for row in 0..rows {
            assert_eq!(told(&part, row), told(&all, first - 1 + row));
        }
        for kind in ["bars", "bands"] {
            for thing in run["picture"][kind].as_array().unwrap() {
                let [from, to] = ["from", "to"].map(|end| thing[end].as_u64().unwrap());
                assert!(from <= to && to < rows as u64, "{thing}");
            }
        }
    }
    for (first, last) in [(0, 1), (5, 4), (count + 1, count + 1)] {
        let refused = Page::new(&run, Some((first, last))).unwrap_err();
        assert_eq!(refused, Unpaged::NoSuchSteps { first, last, steps: count });
    }
}

/// The sockets that a page knows after a row.
fn sockets(run: &Value, row: usize) -> Vec<(u64, Value)> {
    let mut known = std::collections::BTreeMap::new();
    for moment in &run["moments"].as_array().unwrap()[..=row] {
        for change in moment["sockets"].as_array().into_iter().flatten() {
            let cookie = change[0].as_u64().unwrap();
            match change[1].as_u64() {
                Some(state) => known.insert(cookie, run["states"][state as usize].clone()),
                None => known.remove(&cookie),
            };
        }
    }
    known.into_iter().collect()
}

#[test]
fn a_part_knows_the_sockets_from_before_it() {
    let trace = welcome();
    let whole = data(&written(&Page::new(&recorded("run", &trace), None).unwrap()));
    let whole = &whole["runs"][0];
    let count = whole["moments"].as_array().unwrap().len();
    for first in 1..=count {
        let part = Page::new(&recorded("run", &trace), Some((first, count))).unwrap();
        let part = data(&written(&part));
        for row in first - 1..count {
            assert_eq!(sockets(&part["runs"][0], row + 1 - first), sockets(whole, row));
        }
    }
}

#[test]
fn parts_of_one_file_are_kept_apart_and_shared_where_they_are_the_same() {
    let listing = |first: u32, text: &str| Listings {
        own: Listing {
            file: "a.c".into(),
            first,
            lines: text.lines().map(str::to_owned).collect(),
            line: first,
        },
        twin: None,
    };
    let mut trace = welcome();
    let mut listings = HashMap::new();
    let texts = [(1, "x"), (9, "y"), (1, "x"), (1, "z")];
    for (id, (first, text)) in texts.into_iter().enumerate() {
        let id = id as u32;
        let stack = crate::trace::Stack { id, ..welcome::stack() };
        trace.events.push(Event { at: 0, what: What::Stack(stack) });
        let entered = fixture::entered(900 + u64::from(id), 0, "listen", vec![]);
        let entered = crate::trace::Entered { stack: Some(id), ..entered };
        trace.events.push(Event { at: 0, what: What::Entered(entered) });
        listings.insert(id, listing(first, text));
    }
    let page = Page::new(&Recorded { name: "run", trace: &trace, listings }, None).unwrap();
    let data = data(&written(&page));
    let run = &data["runs"][0];
    let own = |id: &str| run["places"][id]["own"][0].as_str().unwrap().to_owned();
    assert_eq!(["0", "1", "2", "3"].map(own), ["a.c", "a.c#2", "a.c", "a.c#3"]);
    assert_eq!(run["files"]["a.c#2"]["name"], "a.c");
    assert_eq!(run["files"].as_object().unwrap().len(), 3);
}

/// A writer who has gone.
struct Gone;

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_who_goes_is_told_as_such() {
    let trace = welcome();
    let page = Page::new(&recorded("run", &trace), None).unwrap();
    assert_eq!(page.write(Gone).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    assert_eq!(json::write(&"x", &mut Gone).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
}

/// A short run, made by hand.
fn ended(exit: i32) -> Trace {
    let mut run = fixture::Run::new();
    run.call(0, "bind", vec![("addr", address("127.0.0.1:9001"))], Answer::Value(0), vec![]);
    run.push(What::Ended { who: who(0), exit: Exit::Status(exit) });
    run.trace
}
