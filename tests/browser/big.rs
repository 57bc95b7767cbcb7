//! A page of 100,000 events: only what is seen is drawn.

use std::fs::File;
use std::io::BufWriter;

use fantoccini::key::Key;
use sockstep::show::Story;
use sockstep::trace::*;

use crate::driver::Browser;
use crate::steps::{at, focus, panel, plain, select};
use crate::{USUAL, ready, runs};

const EVENTS: usize = 100_000;

/// Elements that may be there at once.
const NODES: u64 = 3_000;

const SERVER: Who = Who { program: 0, pid: 100, tid: 100 };
const CLIENT: Who = Who { program: 1, pid: 101, tid: 101 };

/// A client that sends a number again and again, and a server that reads it: how each round goes.
fn round(number: u64) -> Vec<What> {
    let text = format!("ping {number}\n").into_bytes();
    let length = text.len() as u64;
    let buffer = || Value::Bytes { data: text.clone(), length };
    let arg = |name: &'static str, value| Arg::new(name, value);
    let call = |call, who, name: &'static str, fd, value| {
        let args = vec![
            arg("sockfd", Value::Fd(fd)),
            arg("buf", value),
            arg("len", Value::Int(length as i64)),
            arg("flags", Value::Int(0)),
        ];
        What::Entered(Entered {
            call,
            who,
            name: name.into(),
            args,
            stack: None,
            socket: Some(who.program.into()),
        })
    };
    let returned = |call, out| {
        What::Returned(Returned { call, answer: Answer::Value(length as i64), out, made: None })
    };
    let (sent, read) = (2 * number + 1, 2 * number + 2);
    vec![
        call(sent, CLIENT, "send", 3, buffer()),
        What::Packet(packet(number, sent, text.clone())),
        What::Socket(socket(SERVER, length as u32)),
        returned(sent, Vec::new()),
        call(read, SERVER, "recv", 4, Value::Pointer(0)),
        What::Socket(socket(SERVER, 0)),
        returned(read, vec![arg("buf", buffer())]),
        What::Printed { who: SERVER, bytes: text.clone() },
    ]
}

fn packet(number: u64, call: u64, data: Vec<u8>) -> Packet {
    let (seq, length) = (1 + number as u32 * 12, data.len() as u32);
    let segment = Segment { flags: "PSH|ACK".into(), seq, ack: Some(1), length, window: 512 };
    let [from, to] = ["127.0.0.1:40000", "127.0.0.1:9001"].map(str::to_owned);
    Packet { caused_by: Some(call), from, to, carries: Carried::Tcp(segment), data }
}

fn socket(who: Who, receive_queue: u32) -> SocketState {
    let [server, client] = ["127.0.0.1:9001", "127.0.0.1:40000"].map(|text| Some(text.to_owned()));
    let at_server = who == SERVER;
    SocketState {
        cookie: who.program.into(),
        family: "AF_INET".into(),
        kind: "SOCK_STREAM".into(),
        protocol: "IPPROTO_TCP".into(),
        local: if at_server { server.clone() } else { client.clone() },
        peer: if at_server { client } else { server },
        state: Some("ESTABLISHED".into()),
        receive_queue,
        send_queue: 0,
        accept_queue: None,
        options: Vec::new(),
        error_pending: false,
        holders: vec![Descriptor {
            program: who.program,
            pid: who.pid,
            fd: if at_server { 4 } else { 3 },
        }],
    }
}

/// Writes the recording.
fn write() {
    let file = File::create(runs::folder().join("big.jsonl")).expect("a file");
    let header = Header {
        version: VERSION,
        written_by: "a test".into(),
        kernel: "Linux 6.18".into(),
        machine: "x86_64".into(),
        began: 1_700_000_000,
        sandbox: true,
        watch: vec![Watch::Kernel, Watch::Wire],
        missing: Vec::new(),
    };
    let mut writer = Writer::new(BufWriter::new(file), &header).expect("a trace");
    let start = |who, name: &str| {
        What::Started(Started { who, name: name.into(), command: vec![name.into()] })
    };
    let first = [
        start(SERVER, "server"),
        start(CLIENT, "client"),
        What::Socket(socket(SERVER, 0)),
        What::Socket(socket(CLIENT, 0)),
    ];
    let events = first.into_iter().chain((0..).flat_map(round)).take(EVENTS);
    for (at, what) in events.enumerate() {
        writer.event(&Event { at: at as u64 * 20_000, what }).expect("an event");
    }
    writer.finish().expect("a trace");
}

#[track_caller]
fn few_nodes(browser: &Browser) {
    let nodes = browser.value("document.getElementsByTagName('*').length").as_u64();
    assert!(nodes.is_some_and(|nodes| nodes < NODES), "{nodes:?} elements");
}

#[test]
fn a_hundred_thousand_events_open_and_scroll() {
    let Some(lent) = ready() else { return };
    write();
    let made = runs::paged("big");
    let story = Story::new(&made.trace);
    let (steps, browser) = (story.moments.len(), lent.take());
    browser.open(&made.page, USUAL);
    let opened = browser.value("Math.round(window.sockstepReady)");
    let size = std::fs::metadata(&made.page).expect("the page").len() as f64 / 1e6;
    println!("{EVENTS} events, {steps} steps, {size:.1} MB: open after {opened} ms");
    few_nodes(&browser);

    focus(&browser);
    browser.press(Key::End);
    at(&browser, steps - 1, steps);
    few_nodes(&browser);
    browser.press(Key::Home);
    at(&browser, 0, steps);
    for step in [steps / 2, steps - 7, 3] {
        select(&browser, step);
        at(&browser, step, steps);
        let told = story.told(step);
        assert_eq!(panel(&browser)["title"], plain(&told.title), "step {step}");
        assert_eq!(
            panel(&browser)["call"].as_str().map(|said| said.contains(&plain(&told.text))),
            Some(true)
        );
        few_nodes(&browser);
    }

    let frames = browser.wait_for("measure.scroll(300)");
    println!("frames while scrolling: {frames}");
    assert!(frames["nodes"].as_u64().is_some_and(|nodes| nodes < NODES), "{frames}");
    assert_eq!(browser.console(), [""; 0]);
}
