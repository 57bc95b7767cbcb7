//! How the pages look: nothing is cut off, covered or faint, in three widths, light and dark, and
//! on paper. The pictures are kept in `target/screenshots`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use sockstep::show::Story;

use crate::driver::Browser;
use crate::steps::{focus, select};
use crate::{USUAL, ready, runs};

const WIDTHS: [u32; 3] = [1280, 800, 360];

fn screenshots() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// What is wrong with how the page looks now.
fn wrong(browser: &Browser) -> Vec<String> {
    let checks = "[...measure.sticking(), ...measure.overlapping(document.body),
                   ...['controls', 'glance', 'panel-title', 'panel-call'].flatMap(
                       id => measure.covered(document.getElementById(id))),
                   ...measure.faint(document.body)]";
    let found = browser.value(checks);
    let mut wrong: Vec<String> =
        found.as_array().into_iter().flatten().map(|line| line.to_string()).collect();
    for id in ["ladder", "panel", "panel-title", "slider", "glance"] {
        if browser.value(&format!("measure.seen(document.getElementById('{id}'))")) != json!(true) {
            wrong.push(format!("#{id} is not seen"));
        }
    }
    wrong
}

/// Where a page is looked at: the scheme, and how much of the run is over. Everything stands in the
/// same place in both schemes, so one look is enough for the second.
const LOOKS: [(&str, &str, f64); 4] = [
    ("light", "top", 0.0),
    ("light", "end", 1.0),
    ("light", "middle", 0.5),
    ("dark", "middle", 0.5),
];

/// Looks at a page in all widths and both schemes.
fn look(browser: &Browser, name: &str, page: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for width in WIDTHS {
        browser.open(page, [width, 900]);
        for (scheme, place, share) in LOOKS {
            browser.media(&[("prefers-color-scheme", scheme)]);
            let steps = browser.value("Number(document.getElementById('slider').max)").as_f64();
            select(browser, (steps.expect("a number") * share) as usize);
            focus(browser);
            browser.drawn();
            let found = wrong(browser);
            all.extend(found.iter().map(|what| format!("{name} {width} {scheme} {place}: {what}")));
            if place == "middle" || !found.is_empty() {
                let file = format!("{name}-{width}-{scheme}-{place}.png");
                fs::write(screenshots().join(file), browser.screenshot()).expect("a screenshot");
            }
        }
    }
    all
}

#[test]
fn every_page_looks_right_in_three_widths_light_and_dark() {
    let Some(lent) = ready() else { return };
    let mut all = Vec::new();
    for (name, _) in runs::RUNS {
        let made = runs::documented(name);
        all.extend(look(&lent.take(), name, &made.page));
    }
    let page = runs::compared();
    all.extend(look(&lent.take(), "compared", &page));
    assert!(all.is_empty(), "pictures in {}:\n{}", screenshots().display(), all.join("\n"));
}

#[test]
fn a_page_prints_in_full() {
    let Some(lent) = ready() else { return };
    let made = runs::documented("c");
    let steps = Story::new(&made.trace).moments.len();
    let browser = lent.take();
    browser.open(&made.page, [700, 900]);
    let rows = "document.querySelectorAll('#ladder [role=option]').length";
    browser.run(&format!("addEventListener('beforeprint', () => {{ window.printed = {rows} }})"));
    let paper = browser.print();
    assert!(paper.starts_with(b"%PDF-"), "{:?}", &paper[..paper.len().min(20)]);
    browser.expect("window.printed", steps);
    fs::write(screenshots().join("c.pdf"), &paper).expect("the PDF");
    let sheets = paper.windows(12).filter(|window| window == b"/Type /Page\n").count();
    assert!((1..=8).contains(&sheets), "{sheets} sheets for {steps} steps");

    // The same once more, to be looked at: nothing is cut, nothing dark, no buttons.
    browser.media(&[("prefers-color-scheme", "dark")]);
    browser.paper(true);
    browser.run("dispatchEvent(new Event('beforeprint'))");
    browser.expect(rows, steps);
    let ladder = "document.getElementById('ladder')";
    browser.expect(&format!("{ladder}.scrollHeight <= {ladder}.clientHeight + 1"), true);
    browser.expect("measure.sticking()", json!([]));
    browser.expect("measure.seen(document.getElementById('play'))", false);
    browser.expect(&format!("measure.overlapping({ladder})"), json!([]));
    browser.run("dispatchEvent(new Event('afterprint'))");
    browser.paper(false);
    browser.open(&made.page, USUAL);
}
