//! What the page says at a step is what the recording says.

use fantoccini::key::Key;
use serde_json::Value;
use sockstep::show::{Kind, Story};
use sockstep::trace::{SocketState, Sockets};

use crate::steps::{at, focus, panel, plain, select};
use crate::{USUAL, ready, runs};

/// What the card of a socket has to say.
fn words(socket: &SocketState) -> Vec<String> {
    let mut words: Vec<String> = socket.state.iter().map(|state| state.to_string()).collect();
    words.extend(socket.local.clone());
    words.extend(socket.peer.clone());
    match socket.accept_queue {
        Some(queue) => words.push(format!("{} of {}", queue.length, queue.backlog)),
        None if socket.receive_queue == 1 => words.push("1 byte".into()),
        None if socket.receive_queue < 1_000 => {
            words.push(format!("{} bytes", socket.receive_queue))
        }
        None => (),
    }
    words
}

/// What is wrong with the cards, if these are the sockets.
fn unlike(cards: &Value, sockets: &Sockets) -> Option<String> {
    let cards: Vec<&str> = cards.as_array()?.iter().filter_map(Value::as_str).collect();
    if cards.len() != sockets.len() {
        return Some(format!("{} cards for {} sockets", cards.len(), sockets.len()));
    }
    let told = |socket: &SocketState| {
        let words = words(socket);
        cards.iter().any(|card| words.iter().all(|word| card.contains(word)))
    };
    let missing = sockets.iter().find(|socket| !told(socket))?;
    Some(format!("{:?} on none of {cards:#?}", words(missing)))
}

#[test]
fn every_step_of_every_run_tells_what_was_recorded() {
    let Some(lent) = ready() else { return };
    for (name, _) in runs::RUNS {
        let made = runs::documented(name);
        let story = Story::new(&made.trace);
        let (steps, browser) = (story.moments.len(), lent.take());
        browser.open(&made.page, USUAL);
        focus(&browser);
        for (step, told) in story.tell().enumerate() {
            if step > 0 {
                browser.press(Key::Down);
            }
            at(&browser, step, steps);
            let panel = panel(&browser);
            let has = |part: &str, wanted: &str| {
                let said = panel[part].as_str().unwrap_or_default();
                let wanted = plain(wanted);
                assert!(said.contains(&wanted), "{name}, step {step}: {wanted:?} not in {said:?}");
            };
            has("title", &told.title);
            has("call", &told.text);
            told.meaning.iter().for_each(|meaning| has("whole", meaning));
            told.explained.iter().for_each(|line| has("explained", line));
            for row in told.addresses.iter().flat_map(|table| &table.rows) {
                let bytes: Vec<_> = row.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                [bytes.join(" ").as_str(), row.name, &row.means]
                    .iter()
                    .for_each(|part| has("address", part));
            }
            let unlike = unlike(&panel["sockets"], &story.after(step));
            assert_eq!(unlike, None, "{name}, step {step}");
        }
    }
}

#[test]
fn the_welcome_run_tells_its_story() {
    let Some(lent) = ready() else { return };
    let made = runs::documented("c");
    let story = Story::new(&made.trace);
    let (steps, browser) = (story.moments.len(), lent.take());
    browser.open(&made.page, USUAL);
    // Written down from what the kernel does, not from what the recording says.
    let cases: [(&str, &str, &[&str]); 4] = [
        ("server calls bind", "address", &["23 29", "sin_port", "htons(9001)", "7f 00 00 01"]),
        ("server calls listen", "kernel", &["LISTEN", "0 of 5", "127.0.0.1:9001"]),
        ("client calls connect", "kernel", &["LISTEN", "ESTABLISHED"]),
        ("server calls sendto", "call", &["Welcome to Network Server!!", "28"]),
    ];
    for (title, part, words) in cases {
        let step = over(&story, title).unwrap_or_else(|| panic!("{title} is no step"));
        select(&browser, step);
        at(&browser, step, steps);
        let panel = panel(&browser);
        let said = panel[part].as_str().unwrap_or_default();
        for word in words {
            assert!(said.contains(word), "{title}: {word} not in {said}");
        }
    }
}

#[test]
fn one_more_than_the_backlog_waits_in_the_accept_queue() {
    let Some(lent) = ready() else { return };
    let made = runs::documented("backlog");
    let steps = Story::new(&made.trace).moments.len();
    let browser = lent.take();
    browser.open(&made.page, USUAL);
    focus(&browser);
    let mut lengths = Vec::new();
    for step in 0..steps {
        at(&browser, step, steps);
        let kernel = panel(&browser)["kernel"].to_string();
        lengths.extend((0..4).filter(|length| kernel.contains(&format!("queue {length} of 1"))));
        browser.press('j');
    }
    lengths.dedup();
    assert!(lengths.starts_with(&[0, 1, 2]), "listen(sd, 1): {lengths:?}");
    assert!(!lengths.contains(&3), "listen(sd, 1): {lengths:?}");
}

/// The moment in which a call is over that began with this title.
fn over(story: &Story, title: &str) -> Option<usize> {
    let made = (0..story.moments.len()).find(|at| story.told(*at).title == title)?;
    let call = story.moments[made].kind.call()?;
    let ends = |kind| kind == Kind::Done(call) || kind == Kind::Returns(call);
    (made..story.moments.len()).find(|at| ends(story.moments[*at].kind))
}

#[test]
fn korean_and_german_text_is_intact() {
    let Some(lent) = ready() else { return };
    let args = ["record", "upper-tcp", "--in-turns", "--line", "안녕 straße"];
    let made = runs::made("korean", &args);
    let story = Story::new(&made.trace);
    let (steps, browser) = (story.moments.len(), lent.take());
    browser.open(&made.page, USUAL);
    let mut seen = 0;
    for (step, told) in story.tell().enumerate().filter(|(_, told)| told.text.contains("안녕")) {
        select(&browser, step);
        at(&browser, step, steps);
        let said = panel(&browser)["call"].as_str().unwrap_or_default().to_owned();
        let text = if told.text.contains("STRASSE") { "안녕 STRASSE" } else { "안녕 straße" };
        assert!(said.contains(text), "{said}");
        seen += 1;
    }
    assert!(seen >= 4, "sent, received, sent back, received: {seen}");
}
