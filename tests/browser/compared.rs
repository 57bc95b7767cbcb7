//! Two runs beside each other: the original pair and the corrected one.

use fantoccini::key::Key;

use crate::steps::{at, focus};
use crate::{USUAL, ready, runs};

#[test]
fn the_differences_are_seen_at_a_glance() {
    let Some(lent) = ready() else { return };
    let page = runs::compared();
    let browser = lent.take();
    browser.open(&page, USUAL);
    assert_eq!(browser.console(), [""; 0]);

    let cells = "[...document.querySelectorAll('#glance tr')].map(\
                 row => [...row.cells].map(cell => cell.innerText))";
    let rows: Vec<Vec<String>> = serde_json::from_value(browser.value(cells)).expect("a table");
    for (left, right) in [("257 bytes", "23 bytes"), ("RST", "FIN")] {
        let beside = |row: &Vec<String>| {
            row.len() >= 3
                && row[row.len() - 2].contains(left)
                && row[row.len() - 1].contains(right)
        };
        assert!(rows.iter().any(beside), "{left} beside {right}: {rows:?}");
    }
    // Without scrolling.
    let seen = "measure.seen(document.getElementById('glance')) && \
                document.getElementById('glance').getBoundingClientRect().bottom <= innerHeight";
    browser.expect(seen, true);
}

/// The rows that differ, from 0, as the page's data has them.
const DIFFERING: &str = "JSON.parse(document.getElementById('data').textContent).pairs.flatMap(\
                         (pair, row) => pair.parts?.length || pair.alone ? [row] : [])";

/// Whether the selected row is marked.
const MARKED: &str = "(row => (row.closest('.differs') ?? row.querySelector('.differs')) !== null)\
                      (document.querySelector('#ladder [role=option][aria-selected=true]'))";

#[test]
fn the_rows_that_differ_are_marked_and_no_others() {
    let Some(lent) = ready() else { return };
    let page = runs::compared();
    let browser = lent.take();
    browser.open(&page, USUAL);
    let rows = "JSON.parse(document.getElementById('data').textContent).pairs.length";
    let rows = browser.value(rows).as_u64().expect("a number") as usize;
    let differing: Vec<usize> = serde_json::from_value(browser.value(DIFFERING)).expect("rows");
    focus(&browser);
    at(&browser, differing[0], rows);
    browser.press(Key::Home);
    for row in 0..rows {
        at(&browser, row, rows);
        browser.expect(MARKED, differing.contains(&row));
        browser.press(Key::Down);
    }
}

#[test]
fn brackets_jump_from_difference_to_difference() {
    let Some(lent) = ready() else { return };
    let page = runs::compared();
    let browser = lent.take();
    browser.open(&page, USUAL);
    let differing: Vec<usize> = serde_json::from_value(browser.value(DIFFERING)).expect("rows");
    focus(&browser);
    browser.press(Key::Home);
    let mut told = Vec::new();
    for row in &differing {
        browser.press(']');
        browser.expect("measure.panel().selected", *row);
        told.push(browser.text("measure.panel().whole"));
    }
    for words in [["257", "23"], ["RST|ACK", "FIN|ACK"]] {
        let both = |text: &&String| words.iter().all(|word| text.contains(word));
        assert!(told.iter().any(|text| both(&text)), "{words:?} in none of {told:#?}");
    }
    for row in differing.iter().rev().skip(1) {
        browser.press('[');
        browser.expect("measure.panel().selected", *row);
    }
}
