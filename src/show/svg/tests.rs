//! Drawn runs: what is in them, and that no text lies on another one or outside of its lane.

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event as Part;

use super::super::made_up;
use super::super::picture::{Arrow, Place, Side, Tone};
use super::super::welcome::{Script, events, fd, header};
use super::plan::Lane;
use super::shape::Shape;
use super::*;
use crate::trace::{Event, What};

const WIDTHS: [u32; 3] = [800, 1000, 1600];

fn trace(events: Vec<Event>) -> Trace {
    Trace { header: header(), events }
}

fn drawn(trace: &Trace, width: u32) -> String {
    let mut out = Vec::new();
    svg(trace, width, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The room that a text takes: left, top, right, bottom.
type Room = [f32; 4];

fn room(shape: &Shape) -> Option<(&str, Room)> {
    // Letters reach up by about three quarters of their size, and down by a quarter.
    let around = |face: Face| (-0.75 * face.size(), 0.25 * face.size());
    Some(match shape {
        Shape::Text { x, y, face, text, .. } => {
            let (up, down) = around(*face);
            (text, [*x, y + up, x + face.width(text), y + down])
        }
        Shape::Turned { x, y, face, text, degrees, .. } => {
            let (half, (up, down)) = (face.width(text) / 2.0, around(*face));
            let (sin, cos) = degrees.to_radians().sin_cos();
            let turned = |(dx, dy): (f32, f32)| (x + dx * cos - dy * sin, y + dx * sin + dy * cos);
            let corners = [(-half, up), (half, up), (-half, down), (half, down)].map(turned);
            let least =
                |of: fn(&(f32, f32)) -> f32| corners.iter().map(of).fold(f32::INFINITY, f32::min);
            let most = |of: fn(&(f32, f32)) -> f32| {
                corners.iter().map(of).fold(f32::NEG_INFINITY, f32::max)
            };
            (text, [least(|c| c.0), least(|c| c.1), most(|c| c.0), most(|c| c.1)])
        }
        _ => return None,
    })
}

/// Whether no text lies on another one, and each lies within one lane and the picture. What is wrong, if anything.
fn wrong(trace: &Trace, width: u32) -> Option<String> {
    let picture = picture(&Story::new(trace));
    let plan = Plan::of(&picture, width);
    let shapes = draw::shapes(&picture, &plan);
    let mut rooms: Vec<(&str, Room)> = shapes.iter().filter_map(room).collect();
    rooms.sort_by(|(_, one), (_, other)| one[1].total_cmp(&other[1]));
    let halves = plan.halves.iter();
    let mut lanes: Vec<Lane> = halves.clone().flat_map(|half| [half.words, half.kernel]).collect();
    lanes.extend(halves.flat_map(|half| half.columns.iter().copied()));
    lanes.push(plan.wire);
    for (at, (text, one)) in rooms.iter().enumerate() {
        let within = |lane: &Lane| lane.left - 0.1 <= one[0] && one[2] <= lane.right + 0.1;
        if !lanes.iter().any(within) || one[1] < 0.0 || one[3] > plan.height {
            return Some(format!("{text} is in no lane: {one:?} {lanes:?}"));
        }
        let below = rooms[at + 1..].iter().take_while(|(_, other)| other[1] < one[3]);
        for (other_text, other) in below {
            if one[0] < other[2] && other[0] < one[2] && other[3] > one[1] {
                return Some(format!("{text} lies on {other_text}: {one:?} {other:?}"));
            }
        }
    }
    None
}

/// What a reader of XML finds: the elements' names and the texts.
fn read(svg: &str) -> (Vec<String>, Vec<String>) {
    let mut reader = Reader::from_str(svg);
    let (mut names, mut texts, mut text) = (Vec::new(), Vec::new(), String::new());
    loop {
        match reader.read_event().expect("XML") {
            Part::Start(element) => {
                names.push(element.name().as_ref().to_owned());
                text.clear();
            }
            Part::Empty(element) => {
                names.push(element.name().as_ref().to_owned());
            }
            Part::Text(part) => text.push_str(&part),
            Part::GeneralRef(part) => text.push_str(&format!("&{};", &*part)),
            Part::End(_) => texts.push(std::mem::take(&mut text)),
            Part::Eof => return (names, texts),
            _ => (),
        }
    }
}

#[test]
fn the_welcome_run_is_all_there() {
    let svg = drawn(&trace(events()), 1000);
    let (names, texts) = read(&svg);
    assert_eq!(names[0], "svg");
    assert!(
        svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1000 "),
        "{svg}"
    );
    let expected = [
        "server",
        "kernel",
        "wire",
        "client",
        "… waits for a client on",
        "SYN|ACK seq=0 ack=1",
        "PSH|ACK 28 bytes seq=1 ack=1",
        "LISTEN",
        "ESTABLISHED",
        "TIME_WAIT",
        "■ exit 0",
        "server and client, call by call",
    ];
    for text in expected {
        assert!(texts.iter().any(|other| other.contains(text)), "no {text} in {texts:#?}");
    }
    let hatched = svg.matches("class=\"hatched\"").count();
    assert_eq!(hatched, 4, "each call that sleeps is hatched");
    assert!(svg.contains("prefers-color-scheme:dark"), "{svg}");
    let description = texts.iter().find(|text| text.starts_with("Time runs downwards")).unwrap();
    assert!(
        description.contains("server sleeps in accept and waits for a client on 127.0.0.1:9001")
    );
    assert!(description.contains("FIN from client, FIN from server"), "{description}");
}

#[test]
fn what_a_program_prints_stays_text() {
    let mut script = Script::default();
    script.start(0, "<b>&\"", &["./server"]);
    script.print(0, "<script>alert(1)</script>");
    script.print(0, "]]> <!-- &amp; \u{1b}[2J\u{0}\u{fffe}");
    let call = script.enter(0, "<x>", vec![fd(3)]);
    script.add(What::Blocked { call });
    let svg = drawn(&trace(script.events), 1000);
    let (names, texts) = read(&svg);
    let known = ["svg", "title", "desc", "style", "pattern", "path", "rect", "text"];
    assert!(names.iter().all(|name| known.contains(&name.as_str())), "{names:?}");
    assert!(texts.iter().any(|text| text.contains("&lt;script&gt;alert(1)")), "{texts:#?}");
    let allowed = |letter: char| !letter.is_control() || letter == '\n';
    assert!(svg.chars().all(|letter| allowed(letter) && letter != '\u{fffe}'));
}

#[test]
fn no_text_lies_on_another_one() {
    let packets = |from: Place, to: Place| {
        let labels = vec!["PSH|ACK 257 bytes seq=1 ack=29".into(), "PSH|ACK".into()];
        Arrow { row: 0, from, to, labels, tone: Tone::Plain }
    };
    let run = trace(events());
    for width in WIDTHS {
        assert_eq!(wrong(&run, width), None, "{width}");
        let mut picture = picture(&Story::new(&run));
        for (from, to) in [
            (Place::Left, Place::Left),
            (Place::Right, Place::Right),
            (Place::Left, Place::Middle),
            (Place::Middle, Place::Left),
            (Place::Right, Place::Left),
        ] {
            picture.arrows = vec![packets(from, to)];
            let plan = Plan::of(&picture, width);
            let shapes = draw::shapes(&picture, &plan);
            let rooms = shapes.iter().filter_map(room).filter(|(text, _)| text.starts_with("PSH"));
            let rooms: Vec<_> = rooms.collect();
            assert_eq!(rooms.len(), 1, "{from:?} {to:?}");
            let [left, _, right, _] = rooms[0].1;
            assert!(plan.wire.left <= left && right <= plan.wire.right, "{from:?} {to:?}");
        }
    }
}

/// The runs that were recorded for the documents: the welcome pair's, those of labs.
#[test]
fn no_text_lies_on_another_one_in_recorded_runs() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/pages");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let runs = files.filter(|file| file.extension().is_some_and(|end| end == "jsonl"));
    let mut seen = 0;
    for file in runs {
        let text = std::fs::read(&file).unwrap();
        let (run, _) = crate::trace::read(text.as_slice()).unwrap();
        for width in WIDTHS {
            assert_eq!(wrong(&run, width), None, "{} {width}", file.display());
        }
        seen += 1;
    }
    assert!(seen > 0, "{folder} has no runs");
}

#[test]
fn a_program_alone_has_three_lanes() {
    let mut script = Script::default();
    script.start(0, "server", &["./server"]);
    script.call(0, "socket", vec![], 3);
    let trace = trace(script.events);
    let picture = picture(&Story::new(&trace));
    let plan = Plan::of(&picture, 1000);
    assert_eq!((plan.halves.len(), plan.halves[0].side, plan.width), (1, Side::Left, 1000.0));
    assert!((plan.wire.right - 986.0).abs() < 0.1, "{plan:?}");
}

#[test]
fn many_sockets_make_the_picture_wider() {
    let mut script = Script::default();
    script.start(0, "server", &["./server"]);
    for cookie in 1..60 {
        script.call(0, "socket", vec![], 3);
        script.state(cookie, "127.0.0.1:9001", "ESTABLISHED", Some(3));
    }
    let trace = trace(script.events);
    let plan = Plan::of(&picture(&Story::new(&trace)), 1000);
    assert!(plan.width > 1000.0, "{}", plan.width);
    assert_eq!(wrong(&trace, 1000), None);
}

#[test]
fn nothing_at_all_is_a_picture_too() {
    assert_eq!(read(&drawn(&trace(vec![]), 1000)).0[0], "svg");
}

#[test]
fn styles_name_every_face() {
    let style = style();
    for face in Face::ALL {
        assert!(style.contains(&format!(".{}{{font-size:{}px", face.class(), face.size())));
    }
}

proptest! {
    #[test]
    fn every_run_can_be_drawn(trace in made_up::trace(), width in 800u32..1600) {
        let (names, _) = read(&drawn(&trace, width));
        prop_assert_eq!(names[0].as_str(), "svg");
        prop_assert_eq!(wrong(&trace, width), None);
    }
}
