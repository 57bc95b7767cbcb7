//! Trace files: what is written is what is read, the schema and the document describe it, and what
//! is no trace is refused in words.
#![cfg(feature = "stepper")]

use std::io::{BufReader, Read};
use std::sync::LazyLock;

use jsonschema::Validator;
use proptest::prelude::*;
use sockstep::trace::*;

#[path = "trace/strategies.rs"]
mod strategies;

fn written(trace: &Trace) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), &trace.header).expect("header");
    for event in &trace.events {
        writer.event(event).expect("event");
    }
    writer.finish().expect("memory")
}

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let text = include_str!("../docs/trace-format.schema.json");
    let schema = serde_json::from_str(text).expect("JSON");
    jsonschema::meta::validate(&schema).expect("a schema");
    jsonschema::validator_for(&schema).expect("a schema")
});

const HEADER: &str = r#"{"sockstep-trace":2,"written_by":"w","kernel":"k","machine":"m","began":0,"sandbox":true,"watch":[]}"#;
const ENTERED: &str = r#"{"at":1,"what":{"entered":{"call":1,"who":{"program":0,"pid":1,"tid":1},"name":"socket","args":[]}}}"#;
const RETURNED: &str = r#"{"at":2,"what":{"returned":{"call":1,"answer":{"value":3}}}}"#;
const WHY: &str = r#"{"at":2,"what":{"why":{"call":1,"facts":[{"alone":{"here":[]}}]}}}"#;
const BLOCKED: &str = r#"{"at":2,"what":{"blocked":{"call":1}}}"#;

fn lines(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn error(file: impl AsRef<[u8]>) -> String {
    read(file.as_ref()).expect_err("no trace").to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(trace in strategies::trace()) {
        let file = written(&trace);
        prop_assert_eq!(read(&file[..]).map_err(|e| e.to_string()), Ok((trace, None)));
    }

    #[test]
    fn every_line_fits_the_schema(trace in strategies::trace()) {
        for line in String::from_utf8(written(&trace)).expect("UTF-8").lines() {
            let line = serde_json::from_str(line).expect("JSON");
            if let Err(error) = SCHEMA.validate(&line) {
                prop_assert!(false, "{error}: {line}");
            }
        }
    }

    /// A recorder that is killed: all whole lines are read, and of the last one it is said that it
    /// is cut off.
    #[test]
    fn a_file_cut_anywhere_is_read_up_to_there(trace in strategies::trace(), at in any::<prop::sample::Index>()) {
        let file = written(&trace);
        let cut = &file[..at.index(file.len() + 1)];
        let whole = cut.iter().filter(|byte| **byte == b'\n').count();
        let rest = cut.split(|byte| *byte == b'\n').next_back().expect("a line").len();
        let last_is_whole = file.get(cut.len()) == Some(&b'\n');
        match read(cut) {
            Err(ReadError::Empty) => prop_assert!(cut.is_empty()),
            Err(ReadError::CutHeader) => prop_assert!(whole == 0 && !last_is_whole),
            Err(error) => prop_assert!(false, "{error}"),
            Ok((read, note)) => {
                let events = (whole + usize::from(last_is_whole && rest > 0)).saturating_sub(1);
                prop_assert_eq!(&read.events[..], &trace.events[..events]);
                let line = whole as u64 + 1;
                let expected = (rest > 0 && !last_is_whole).then_some(Cut { line, bytes: rest });
                prop_assert_eq!(note, expected);
            }
        }
    }

    /// Any byte may be another: the reader answers with a trace or with an error, which can be
    /// printed.
    #[test]
    fn a_damaged_file_is_an_answer_and_no_panic(
        trace in strategies::trace(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3), 1..6),
    ) {
        let mut file = written(&trace);
        for (at, byte, how) in damage {
            let at = at.index(file.len());
            match how {
                0 => file[at] = byte,
                1 => file.insert(at, byte),
                _ => file.truncate(at + 1),
            }
        }
        match read(&file[..]) {
            Ok((trace, cut)) => {
                trace.calls();
                let other = diff(&trace, &trace);
                prop_assert!(other.is_same());
                drop(cut.map(|cut| cut.to_string()));
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn any_value_as_text_obeys_nobody(value in strategies::value()) {
        let text = value.to_string();
        prop_assert!(!text.chars().any(char::is_control), "{text:?}");
    }
}

#[test]
fn what_is_wrong_does_not_fit_the_schema() {
    let fits = |line: &str| SCHEMA.is_valid(&serde_json::from_str(line).expect("JSON"));
    assert!(fits(HEADER) && fits(ENTERED) && fits(RETURNED) && fits(BLOCKED) && fits(WHY));
    let cases = [
        (HEADER, "\"sockstep-trace\":2", "\"sockstep-trace\":3"),
        (HEADER, "\"watch\":[]", "\"watch\":[\"weather\"]"),
        (HEADER, "\"kernel\":\"k\",", ""),
        (ENTERED, "\"at\":1", "\"at\":-1"),
        (ENTERED, "\"at\":1", "\"at\":1.5"),
        (ENTERED, "\"at\":1,", ""),
        (ENTERED, "entered", "teleported"),
        (ENTERED, "\"program\":0", "\"program\":256"),
        (ENTERED, "\"args\":[]", "\"args\":[{\"name\":\"a\",\"value\":{\"int\":1,\"fd\":1}}]"),
        (ENTERED, "\"args\":[]", "\"args\":[{\"name\":\"a\",\"value\":\"nil\"}]"),
        (
            ENTERED,
            "\"args\":[]",
            "\"args\":[{\"name\":\"a\",\"value\":{\"bytes\":{\"data\":\"abc\",\"length\":1}}}]",
        ),
        (RETURNED, "{\"value\":3}", "{}"),
        (RETURNED, "{\"value\":3}", "{\"errno\":\"EINTR\"}"),
        (BLOCKED, "\"blocked\"", "\"sockstep-trace\""),
        (WHY, "\"alone\"", "\"lonely\""),
        (WHY, "[]", "[1]"),
    ];
    for (line, right, wrong) in cases {
        assert!(line.contains(right), "{right}");
        let wrong = line.replacen(right, wrong, 1);
        assert!(!fits(&wrong), "{wrong}");
        let file =
            if line == HEADER { lines(&[&wrong]) } else { lines(&[HEADER, ENTERED, &wrong]) };
        error(&file);
    }
}

/// The document's examples are what the reader reads and the schema describes, and they leave out
/// no kind.
#[test]
fn the_documents_examples_are_right() {
    let text = include_str!("../docs/trace-format.md");
    let blocks = text.split("\n```json\n").skip(1);
    let blocks = blocks.map(|block| block.split("\n```").next().expect("an end"));
    let examples: Vec<&str> = blocks.flat_map(str::lines).collect();
    for example in &examples {
        let value = serde_json::from_str(example).expect("JSON");
        assert!(SCHEMA.is_valid(&value), "{example}");
    }
    let header: Header = serde_json::from_str(examples[0]).expect("a header");
    assert_eq!(header.version, VERSION);
    for example in &examples[1..] {
        let event: Event = serde_json::from_str(example).expect("an event");
        let again = serde_json::to_string(&event).expect("JSON");
        assert_eq!(*example, again, "the example is what sockstep writes");
    }
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../docs/trace-format.schema.json")).expect("JSON");
    let names = |of: &str| {
        let kinds = schema["$defs"][of]["oneOf"].as_array().expect("kinds").clone();
        let name = |kind: serde_json::Value| kind["required"][0].as_str().map(String::from);
        kinds.into_iter().filter_map(name).collect::<Vec<_>>()
    };
    for kind in names("what") {
        let begin = format!("\"what\":{{\"{kind}\":");
        assert!(examples.iter().any(|line| line.contains(&begin)), "no example of {kind}");
    }
    for value in names("value") {
        assert!(text.contains(&format!("| `{{\"{value}\":")), "{value} is not in the table");
    }
    for fact in names("fact") {
        assert!(text.contains(&format!("| `{{\"{fact}\":")), "{fact} is not in the table");
    }
    assert!(text.lines().count() < 200);
}

#[test]
fn what_is_no_trace_is_refused_in_words() {
    let entered = |call: &str| ENTERED.replace("\"call\":1", &format!("\"call\":{call}"));
    let unknown = ENTERED.replace("entered", "teleported");
    let newer = HEADER.replace("trace\":2", "trace\":3");
    let short = HEADER.replace(",\"watch\":[]", "");
    let not_a_trace = "this is not a trace: its first line does not begin with {\"sockstep-trace\":2,… (sockstep record -o run.jsonl makes one)";
    let cases = [
        (String::new(), "the file is empty: its recorder was stopped before it wrote anything"),
        ("socket(AF_INET) = 3\n".into(), not_a_trace),
        ("\n".into(), not_a_trace),
        ("{}\n".into(), not_a_trace),
        (lines(&[ENTERED]), not_a_trace),
        ("\x7fELF\0\0".into(), not_a_trace),
        (
            HEADER[..40].into(),
            "line 1 is cut off: the recorder was stopped before it wrote what it saw",
        ),
        (
            lines(&[&newer]),
            "this file has version 3 of the format, this sockstep reads up to 2: get a newer one",
        ),
        (
            "{\"sockstep-trace\":7,\"all\":\"new\"}".into(),
            "this file has version 7 of the format, this sockstep reads up to 2: get a newer one",
        ),
        (lines(&[&short]), "line 1, column 89: missing field `watch`"),
        (lines(&[HEADER, ENTERED, "garbage"]), "line 3, column 1: expected value"),
        (
            lines(&[HEADER, ""]),
            "line 2, column 1: the line ends too early (EOF while parsing a value)",
        ),
        (
            lines(&[HEADER, &ENTERED[..50], RETURNED]),
            "line 2, column 50: the line ends too early (EOF while parsing a string)",
        ),
        (lines(&[HEADER, RETURNED]), "line 2: call 1 returns, but was never entered"),
        (lines(&[HEADER, BLOCKED]), "line 2: call 1 blocks, but was never entered"),
        (lines(&[HEADER, WHY]), "line 2: call 1 fails, but was never entered"),
        (
            lines(&[HEADER, &entered("5"), RETURNED]),
            "line 3: call 1 returns, but was never entered",
        ),
        (lines(&[HEADER, ENTERED, ENTERED]), "line 3: call 1 is entered a second time"),
        (lines(&[HEADER, ENTERED, RETURNED, ENTERED]), "line 4: call 1 is entered a second time"),
        (
            lines(&[HEADER, ENTERED, RETURNED, RETURNED]),
            "line 4: call 1 returns, but has returned before",
        ),
        (
            lines(&[HEADER, ENTERED, RETURNED, BLOCKED]),
            "line 4: call 1 blocks, but has returned before",
        ),
    ];
    for (file, words) in cases {
        assert_eq!(error(&file), words, "{file:?}");
    }
    let words = error(lines(&[HEADER, &unknown]));
    assert!(words.starts_with("line 2, column 28: unknown kind `teleported`, expected"), "{words}");
    let latin1 = [HEADER.as_bytes(), b"\n{\"at\":1,\"caf\xe9\":2}\n"].concat();
    assert_eq!(error(&latin1), "line 2, column 13: not UTF-8");
}

/// It had no `why`, and all else as it is.
#[test]
fn a_file_of_version_1_is_read() {
    let old = HEADER.replace("trace\":2", "trace\":1");
    assert!(SCHEMA.is_valid(&serde_json::from_str(&old).expect("JSON")));
    let [old, new] = [&old, HEADER].map(|header| lines(&[header, ENTERED, RETURNED]));
    let [old, new] = [old, new].map(|file| read(file.as_bytes()).expect("a trace").0);
    assert_eq!((old.header.version, new.header.version), (1, VERSION));
    assert_eq!(old.events, new.events);
}

#[test]
fn fields_of_a_later_day_are_passed_over() {
    let later = |line: &str| line.replacen('{', "{\"later\":[{\"x\":null}],", 1);
    let deep = ENTERED.replace("\"name\"", "\"later\":{\"x\":1},\"name\"");
    let file = lines(&[&later(HEADER), &deep, &later(RETURNED)]);
    let plain = lines(&[HEADER, ENTERED, RETURNED]);
    let [later, plain] = [file, plain].map(|file| read(file.as_bytes()).expect("a trace"));
    assert_eq!(later, plain);
}

/// A file of one endless line is refused before it fills the memory; the reader is over then.
#[test]
fn an_endless_line_is_refused() {
    let endless = || BufReader::new(std::io::repeat(b'x'));
    assert!(matches!(read(endless()), Err(ReadError::NotATrace)));
    let file = format!("{HEADER}\n");
    let mut reader = Reader::new(BufReader::new(file.as_bytes().chain(endless()))).expect("header");
    assert!(matches!(reader.next(), Some(Err(ReadError::TooLong { line: 2 }))));
    assert!(reader.next().is_none());

    // The longest line that there may be.
    let event =
        |length| Event { at: 0, what: What::Noted { who: None, text: "x".repeat(length).into() } };
    let frame = serde_json::to_string(&event(0)).expect("JSON").len();
    let mut writer = Writer::new(file.into_bytes(), &serde_json::from_str(HEADER).expect("header"));
    let writer = writer.as_mut().expect("memory");
    assert!(writer.event(&event(LONGEST_LINE - frame)).is_ok());
    assert!(writer.event(&event(LONGEST_LINE - frame + 1)).is_err());
}

#[test]
fn the_views_tell_what_happened() {
    let text = include_str!("../docs/trace-format.md");
    let examples = text.split("\n```json\n").skip(1).map(|block| block.split("\n```").next());
    let mut examples: Vec<&str> = examples.flatten().flat_map(str::lines).collect();
    let entered = examples.iter().find(|line| line.contains("entered")).expect("an example");
    let accept = entered.replace("\"call\":7", "\"call\":6").replace("connect", "accept");
    examples.insert(5, &accept);
    let (trace, _) = read(lines(&examples).as_bytes()).expect("a trace");

    let calls = trace.calls();
    assert_eq!(calls.iter().map(|call| call.entered.call).collect::<Vec<_>>(), [6, 7]);
    let [accept, connect] = &calls[..] else { panic!("{calls:?}") };
    assert!(
        accept.blocked && accept.returned.is_some_and(|(end, at)| end.call == 6 && at == 130_000)
    );
    assert!(!connect.blocked && connect.returned.is_none() && connect.at == 100_000);
    assert_eq!(connect.stack, trace.stack(1));
    assert!(connect.stack.is_some() && trace.stack(2).is_none());
    assert_eq!(
        trace.programs().iter().map(|program| &*program.name).collect::<Vec<_>>(),
        ["server"]
    );
    let [server, client] = [0, 1].map(|program| Who { program, pid: 9, tid: 9 });
    assert_eq!((trace.name(server), trace.name(client)), (Some("server"), None));

    let is_socket = |event: &Event| matches!(event.what, What::Socket(_));
    let at = trace.events.iter().position(is_socket).expect("a socket");
    assert!(trace.sockets_at(at - 1).is_empty());
    assert_eq!(
        trace.sockets_at(at).get(4098).and_then(|state| state.state.as_deref()),
        Some("LISTEN")
    );
    let mut sockets = trace.sockets_at(usize::MAX);
    assert_eq!((sockets.len(), sockets.iter().count()), (1, 1), "4100 has gone, 4098 has not");
    sockets.apply(&What::SocketGone { cookie: 4098 });
    assert!(sockets.is_empty());
}
