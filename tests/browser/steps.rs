//! Keys, slider, clicks and playing: whatever selects a step, all parts of the page show the same.

use fantoccini::key::Key;
use serde_json::{Value, json};
use sockstep::show::Story;

use crate::driver::Browser;
use crate::{USUAL, ready, runs};

/// What the page says of the selected step.
pub fn panel(browser: &Browser) -> Value {
    browser.value("measure.panel()")
}

/// Waits until a step is selected, counted from 0, and all parts of the page say so.
#[track_caller]
pub fn at(browser: &Browser, step: usize, steps: usize) {
    let all = "(({ step, selected, slider, active }) => ({ step, selected, slider, active }))\
               (measure.panel())";
    let said = format!("step {} of {steps}", step + 1);
    let wanted = json!({"step": said, "selected": step, "slider": step, "active": true});
    browser.expect(all, wanted);
}

/// Selects a step with the slider, as a mouse does.
pub fn select(browser: &Browser, step: usize) {
    browser.run(&format!(
        "const slider = document.getElementById('slider');
         slider.value = Number(slider.min) + {step};
         slider.dispatchEvent(new Event('input', {{ bubbles: true }}))"
    ));
}

/// The focus goes to the ladder.
pub fn focus(browser: &Browser) {
    browser.run("document.getElementById('ladder').focus()");
}

/// A text without line breaks and repeated spaces.
pub fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn keys_select_steps() {
    let Some(lent) = ready() else { return };
    let made = runs::documented("c");
    let story = Story::new(&made.trace);
    let (steps, browser) = (story.moments.len(), lent.take());
    browser.open(&made.page, USUAL);
    focus(&browser);
    at(&browser, 0, steps);
    let keys: [(char, usize); 9] = [
        (Key::Down.into(), 1),
        ('j', 2),
        ('j', 3),
        ('k', 2),
        (Key::Up.into(), 1),
        (Key::End.into(), steps - 1),
        (Key::Down.into(), steps - 1),
        (Key::Home.into(), 0),
        (Key::Up.into(), 0),
    ];
    for (key, step) in keys {
        browser.press(key);
        at(&browser, step, steps);
        assert_eq!(panel(&browser)["title"], plain(&story.told(step).title), "step {step}");
    }

    browser.press(Key::PageDown);
    browser.wait("PageDown goes on", "measure.panel().selected > 1");
    browser.press(Key::PageUp);
    at(&browser, 0, steps);
    browser.press('n');
    browser.wait("n goes to the next call", "measure.panel().title.includes(' calls ')");
}

#[test]
fn a_click_and_the_slider_select_steps() {
    let Some(lent) = ready() else { return };
    let made = runs::documented("c");
    let story = Story::new(&made.trace);
    let (steps, browser) = (story.moments.len(), lent.take());
    browser.open(&made.page, USUAL);
    browser.click("#ladder [role=option][data-step='4']");
    at(&browser, 4, steps);
    assert_eq!(panel(&browser)["title"], plain(&story.told(4).title));

    browser.run("document.getElementById('slider').focus()");
    browser.press(Key::Right);
    at(&browser, 5, steps);
    assert_eq!(panel(&browser)["title"], plain(&story.told(5).title));
    browser.press(Key::End);
    at(&browser, steps - 1, steps);
}

#[test]
fn playing_goes_on_to_the_end_and_stops_there() {
    let Some(lent) = ready() else { return };
    let made = runs::documented("c");
    let story = Story::new(&made.trace);
    let (steps, browser) = (story.moments.len(), lent.take());
    browser.open(&made.page, USUAL);
    let button = "(play => [play.textContent, play.ariaLabel, play.ariaPressed].join())\
                  (document.getElementById('play'))";
    let paused = browser.text(button);
    browser.click("#play");
    browser.wait("it plays", "measure.panel().selected >= 2");
    assert_ne!(browser.text(button), paused, "the button says that it plays");
    browser.click("#play");
    browser.expect(button, paused.as_str());

    focus(&browser);
    browser.press(Key::End);
    browser.press(Key::Up);
    at(&browser, steps - 2, steps);
    browser.press(Key::Space);
    at(&browser, steps - 1, steps);
    browser.expect(button, paused.as_str());
}

#[test]
fn the_tabs_and_t_change_the_language() {
    let Some(lent) = ready() else { return };
    let made = runs::documented("c");
    let story = Story::new(&made.trace);
    let call = (0..story.moments.len()).find(|at| story.told(*at).title == "server calls bind");
    let (call, steps, browser) = (call.expect("bind"), story.moments.len(), lent.take());
    browser.open(&made.page, USUAL);
    select(&browser, call);
    at(&browser, call, steps);
    let current = "document.querySelector('#panel-source .current')?.textContent ?? ''";
    browser.wait("C's line", &format!("/bind\\(sd/.test({current})"));
    browser.expect("document.querySelectorAll('#panel-source [role=tab]').length", 2);
    browser.click("#panel-source [role=tab][aria-selected='false']");
    browser.wait("Rust's line", &format!("/bind\\(&sd/.test({current})"));
    focus(&browser);
    browser.press('t');
    browser.wait("C's line again", &format!("/bind\\(sd/.test({current})"));

    // With the keys of a tab list.
    browser.run("document.querySelector('#panel-source [role=tab][aria-selected=true]').focus()");
    browser.press(Key::Right);
    browser.wait("Rust's line again", &format!("/bind\\(&sd/.test({current})"));
    at(&browser, call, steps);
}

#[test]
fn the_help_opens_and_closes() {
    let Some(lent) = ready() else { return };
    let made = runs::documented("c");
    let browser = lent.take();
    browser.open(&made.page, USUAL);
    focus(&browser);
    browser.press('?');
    browser.expect("document.getElementById('help').open", true);
    // Keys that select steps do nothing behind it.
    browser.press('j');
    browser.expect("measure.panel().selected", 0);
    browser.press(Key::Escape);
    browser.expect("document.getElementById('help').open", false);
    browser.expect("document.activeElement.id", "ladder");
    browser.click("#help-button");
    browser.expect("document.getElementById('help').open", true);
}
