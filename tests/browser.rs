//! The page in a real browser: a headless Chromium, driven through chromedriver. `make
//! test-browser` runs this alone.
#![cfg(feature = "stepper")]

mod common;

#[path = "browser/access.rs"]
mod access;
#[path = "browser/big.rs"]
mod big;
#[path = "browser/compared.rs"]
mod compared;
#[path = "browser/driver.rs"]
mod driver;
#[path = "browser/hostile.rs"]
mod hostile;
#[path = "browser/looks.rs"]
mod looks;
#[path = "browser/measures.rs"]
mod measures;
#[path = "browser/runs.rs"]
mod runs;
#[path = "browser/steps.rs"]
mod steps;
#[path = "browser/told.rs"]
mod told;

use common::skip;
use common::watched::cannot_watch;
use driver::{Lent, lend, no_browser};

/// A usual window.
const USUAL: [u32; 2] = [1280, 900];

/// The browser, unless a test cannot run here: then that is said.
fn ready() -> Option<Lent> {
    match no_browser().or_else(cannot_watch) {
        Some(reason) => {
            skip(&reason);
            None
        }
        None => Some(lend()),
    }
}

#[test]
fn every_page_loads_without_a_word_on_the_console_and_asks_for_nothing() {
    let Some(lent) = ready() else { return };
    let pages = runs::RUNS.map(|(name, _)| (name, runs::documented(name)));
    let browser = lent.take();
    for (name, made) in pages {
        browser.open(&made.page, USUAL);
        assert_eq!(browser.console(), [""; 0], "{name}");
        let asked = "performance.getEntriesByType('resource').map(entry => entry.name)";
        assert_eq!(browser.value(asked), serde_json::json!([]), "{name}");
    }
}
