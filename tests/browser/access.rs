//! Without a mouse and without eyes: what can be reached with the keyboard, and what the
//! browser tells a screen reader.

use std::collections::BTreeSet;

use fantoccini::key::Key;
use serde_json::{Value, json};
use sockstep::show::Story;

use crate::driver::Browser;
use crate::steps::{at, focus, plain};
use crate::{USUAL, ready, runs};

/// The role and the name that a screen reader gets for an element, as the browser computes them.
pub fn spoken(browser: &Browser, expression: &str) -> (String, String) {
    let found = browser.devtools("Runtime.evaluate", json!({"expression": expression}));
    let object = found["result"]["objectId"].clone();
    let asked = json!({"objectId": object, "fetchRelatives": false});
    let tree = browser.devtools("Accessibility.getPartialAXTree", asked);
    let node = &tree["nodes"][0];
    let text = |value: &Value| value["value"].as_str().unwrap_or_default().to_owned();
    (text(&node["role"]), text(&node["name"]))
}

/// A word for an element, another one for each.
const WORD: &str = "(element => measure.named(element) + '|' + \
                    [...document.querySelectorAll('*')].indexOf(element))";

/// Whether the element that has the focus has an outline or a shadow.
const OUTLINED: &str = "(style => style.boxShadow !== 'none' || \
                        (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0))\
                        (getComputedStyle(document.activeElement))";

/// Whether it is seen where the focus is: by an outline, or else the window looks another way
/// without it.
fn shown(browser: &Browser) -> bool {
    if browser.value(OUTLINED) == json!(true) {
        return true;
    }
    let with = browser.screenshot();
    browser.run("window.focused = document.activeElement; focused.blur()");
    let without = browser.screenshot();
    browser.run("focused.focus()");
    with != without
}

/// The row that a screen reader reads while the focus is on the list.
const ACTIVE: &str = "document.getElementById(document.getElementById('ladder')\
                      .getAttribute('aria-activedescendant'))";

#[test]
fn tab_reaches_everything_and_each_has_a_name() {
    let Some(lent) = ready() else { return };
    for page in [runs::documented("c").page.clone(), runs::compared()] {
        let browser = lent.take();
        browser.open(&page, USUAL);
        let wanted = browser.value(&format!("measure.interactive().map({WORD})"));
        let wanted: BTreeSet<String> = serde_json::from_value(wanted).expect("names");
        let mut reached = BTreeSet::new();
        for _ in 0..wanted.len() + 20 {
            browser.press(Key::Tab);
            let element = browser.text(&format!("{WORD}(document.activeElement)"));
            if element.starts_with("body") || !reached.insert(element.clone()) {
                break;
            }
            let (role, name) = spoken(&browser, "document.activeElement");
            assert!(!name.trim().is_empty(), "{element} ({role}) has no name");
            assert!(!["generic", "none", ""].contains(&role.as_str()), "{element} has no role");
            assert!(shown(&browser), "{element}: the focus is not seen");
        }
        let missed: Vec<_> = wanted.difference(&reached).collect();
        assert!(missed.is_empty(), "Tab does not reach {missed:?}; it reaches {reached:?}");
    }
}

#[test]
fn the_ladder_is_a_list_to_a_screen_reader() {
    let Some(lent) = ready() else { return };
    let made = runs::documented("c");
    let story = Story::new(&made.trace);
    let (steps, browser) = (story.moments.len(), lent.take());
    browser.open(&made.page, USUAL);
    focus(&browser);
    let (role, name) = spoken(&browser, "document.getElementById('ladder')");
    assert_eq!(role, "listbox");
    assert!(!name.is_empty(), "the ladder has no name");
    for step in [0, 1, steps / 2, steps - 1] {
        browser.press(Key::Home);
        (0..step).for_each(|_| browser.press(Key::Down));
        at(&browser, step, steps);
        let (role, name) = spoken(&browser, ACTIVE);
        assert_eq!(role, "option");
        let told = story.told(step);
        assert!(plain(&name).contains(&plain(&told.text)), "{name:?} is not {:?}", told.text);
        let attributes = "(row => [row.ariaPosInSet, row.ariaSetSize, row.ariaSelected])";
        let wanted = json!([(step + 1).to_string(), steps.to_string(), "true"]);
        assert_eq!(browser.value(&format!("{attributes}({ACTIVE})")), wanted);
        browser.expect("document.querySelectorAll('#ladder [aria-selected=true]').length", 1);
    }
}

#[test]
fn the_document_is_well_formed_for_a_screen_reader() {
    let Some(lent) = ready() else { return };
    for page in [runs::documented("c").page.clone(), runs::compared()] {
        let browser = lent.take();
        browser.open(&page, USUAL);
        browser.expect("[...measure.references(), ...measure.headings()]", json!([]));
        browser.expect("document.querySelectorAll('main').length", 1);
        browser.expect("document.documentElement.lang", "en");
        let polite = "document.getElementById('panel').getAttribute('aria-live') ?? \
                      document.querySelector('#panel [aria-live]')?.getAttribute('aria-live')";
        browser.expect(polite, "polite");
        // What is drawn is for eyes only: it is told in the list.
        let drawn = "[...document.querySelectorAll('#ladder svg')].filter(\
                     svg => !svg.closest('[aria-hidden=true]')).length";
        browser.expect(drawn, 0);
    }
}
