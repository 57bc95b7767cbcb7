//! What a person sees: pictures of the screen on runs that were made by hand.

mod pictures;
mod properties;
mod runs;

use std::collections::HashMap;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use super::*;
use crate::show::welcome::{SERVER, address, entered, fd, int};
use crate::trace::Event;

/// The screen as text.
fn text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let mut line = String::new();
        let mut covered = 0;
        for x in buffer.area.left()..buffer.area.right() {
            let symbol = buffer[(x, y)].symbol();
            if covered > 0 {
                covered -= 1;
                continue;
            }
            line.push_str(symbol);
            covered = textwrap::core::display_width(symbol).saturating_sub(1);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn drawn(view: &View, columns: u16, rows: u16) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| draw(frame, view)).unwrap();
    terminal.backend().buffer().clone()
}

fn view<'a>(story: &'a Story<'a>, listings: &'a HashMap<u32, Listings>) -> View<'a> {
    View {
        story,
        at: None,
        next: None,
        held: &[],
        listings,
        twin: false,
        large: None,
        scrolled: 0,
        over: Over::Nothing,
        help: "Enter, n      let this call happen\nq, Ctrl-D     quit: the programs are ended",
        bottom: Bottom::Keys,
        search: None,
        coloured: true,
        over_and_done: false,
    }
}

/// What a run looks like, with the view changed.
fn seen(events: Vec<Event>, (columns, rows): (u16, u16), change: impl Fn(&mut View)) -> Buffer {
    let trace = runs::trace(events);
    let listings = runs::listings(&trace);
    let story = Story::new(&trace);
    let mut view = view(&story, &listings);
    change(&mut view);
    drawn(&view, columns, rows)
}

/// The client's connect, about to be made.
fn connect(stack: Option<u32>) -> Entered {
    let args = vec![fd(3), address(SERVER), int("addrlen", 16)];
    Entered { stack, socket: Some(3), ..entered(0, 1, "connect", args) }
}

const EACH_SIZE: [(u16, u16); 4] = [(80, 24), (100, 30), (132, 43), (200, 60)];
const SMALL: (u16, u16) = (80, 24);

#[test]
fn who_sleeps_why_and_what_came_stands_on_the_smallest_screen() {
    let sleeps = text(&seen(runs::accept_sleeps(), SMALL, |_| ()));
    for part in [
        "asleep: server in accept",
        " in accept since step 6: waits",
        "for a client on 127.0.0.1:9001",
    ] {
        assert!(sleeps.contains(part), "{part} in\n{sleeps}");
    }
    let goes_on = text(&seen(runs::accept_goes_on(), SMALL, |_| ()));
    for part in ["server's accept returns", "it has waited since step 6", "came for it: SYN"] {
        assert!(goes_on.contains(part), "{part} in\n{goes_on}");
    }
    let marked = goes_on.lines().filter(|line| line.contains("▶ │"));
    assert!(marked.clone().any(|line| line.contains("SYN seq=0")), "{goes_on}");
    assert!(!goes_on.contains("asleep: server"), "{goes_on}");
}

#[test]
fn below_the_smallest_size_it_says_what_is_needed() {
    let text = text(&seen(runs::welcome(), (60, 20), |_| ()));
    assert!(text.contains("needs 80 columns and 24 rows"), "{text}");
    assert!(text.contains("60 and 20"), "{text}");
}

/// Without colours there is none; with colours they are the terminal's own, and neither black nor
/// white.
#[test]
fn colours_are_the_terminals_own() {
    for coloured in [false, true] {
        let mut seen_any = false;
        for events in [runs::reset(), runs::accept_sleeps(), runs::queue_is_full()] {
            let buffer = seen(events, (132, 43), |view| view.coloured = coloured);
            for cell in buffer.content() {
                let (fg, bg) = (cell.fg, cell.bg);
                assert_eq!(bg, Color::Reset);
                seen_any |= fg != Color::Reset;
                let fixed = [Color::Black, Color::White];
                let other = matches!(fg, Color::Rgb(..) | Color::Indexed(_));
                assert!(!fixed.contains(&fg) && !other, "{fg:?}");
                let allowed = Modifier::BOLD | Modifier::REVERSED | Modifier::UNDERLINED;
                assert!(coloured || (allowed.contains(cell.modifier) && fg == Color::Reset));
            }
        }
        assert_eq!(seen_any, coloured);
    }
}

#[test]
fn what_is_searched_for_is_marked_in_any_case() {
    let search = |buffer: &Buffer| {
        let found = |cell: &&ratatui::buffer::Cell| cell.modifier.contains(Modifier::UNDERLINED);
        buffer
            .content()
            .iter()
            .filter(found)
            .map(|cell| cell.symbol().to_owned())
            .collect::<String>()
    };
    let syn = seen(runs::accept_goes_on(), SMALL, |view| view.search = Some("sYn|"));
    assert_eq!(search(&syn), "SYN|");
    let korean = seen(runs::datagrams(), (100, 30), |view| view.search = Some("안녕하세요"));
    assert_eq!(search(&korean), "안녕하세요");
    let nothing = seen(runs::datagrams(), SMALL, |view| view.search = Some(""));
    assert_eq!(search(&nothing), "");
}

/// A large pane opens at what matters, and scrolls to its ends and no further.
#[test]
fn a_large_pane_is_scrolled_within_its_reach() {
    let trace = runs::trace(runs::welcome());
    let listings = runs::listings(&trace);
    let story = Story::new(&trace);
    let at = |large, scrolled| {
        let view = View { large: Some(large), scrolled, ..view(&story, &listings) };
        (text(&drawn(&view, 80, 24)), reach(&view, 80, 24))
    };
    let (opens, reach) = at(Pane::Server, 0);
    assert!(opens.contains("▶"), "{opens}");
    let (top, _) = at(Pane::Server, *reach.start());
    assert!(top.contains("A server, as the pictures"), "{top}");
    assert_eq!(top, at(Pane::Server, isize::MIN).0);
    let (end, _) = at(Pane::Server, *reach.end());
    assert!(end.contains(" 34 }"), "{end}");
    assert_eq!(end, at(Pane::Server, isize::MAX).0);
    assert_eq!(*at(Pane::Output, 0).1.end(), 0);
}

#[test]
fn a_look_back_shows_the_state_of_that_time() {
    let listens = text(&seen(runs::welcome(), SMALL, |view| view.at = Some(5)));
    assert!(listens.contains("looking back: step 6"), "{listens}");
    assert!(listens.contains("LISTEN") && !listens.contains("ESTABLISHED"), "{listens}");
    assert!(listens.contains("No packet has passed yet."), "{listens}");
    assert!(listens.contains("has not begun yet"), "{listens}");
}

/// C and Rust beside each other: the lines of the same call are at one height.
#[test]
fn a_large_source_has_its_twin_beside_it() {
    for at in 0..30 {
        let both = text(&seen(runs::welcome(), (120, 30), |view| {
            (view.at, view.large) = (Some(at), Some(Pane::Server));
        }));
        let marked: Vec<&str> = both.lines().filter(|line| line.contains('▶')).collect();
        assert!(marked.is_empty() || marked[0].matches('▶').count() == 2, "{both}");
        assert!(marked.len() <= 1, "{both}");
    }
}
