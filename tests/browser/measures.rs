//! The measures themselves: of a page in which everything is wrong they say so.

use std::fs;

use serde_json::json;

use crate::access::spoken;
use crate::{ready, runs};

/// Each fault is named by the text or the id of where it is.
const BROKEN: &str = r##"<!doctype html>
<html lang="en" class="ready">
<meta charset="utf-8">
<title>Broken</title>
<style>
  body { margin: 0; background: white }
  #ladder { position: relative; height: 200px; overflow: auto }
  #ladder span { position: absolute; left: 0; top: 0; font-size: 16px }
  #ladder .beside { left: 300px }
  #ladder .below { top: 40px }
  #wide { width: 500px }
  #controls { position: relative; display: flex }
  #controls .cut { flex: none; width: 50px }
  #controls b { position: absolute; left: 50px; background: white }
  .cut { width: 100px; overflow: hidden; white-space: nowrap }
</style>
<h1>One</h1>
<h3>Three</h3>
<div id="ladder">
  <span>over</span><span>each</span><span class="beside">beside</span><span class="below">low</span>
</div>
<p style="color: #777; background: rgb(255 255 255 / 50%)">almost</p>
<p style="color: #767676">enough</p>
<p style="color: black; opacity: 0.3">veiled</p>
<p style="color: #888; font-size: 30px">large</p>
<p style="display: none; color: #eee">hidden</p>
<p class="cut">This text is far longer than its box, which cuts it off: it does not stick out.</p>
<div id="controls"><span class="cut">This is cut off</span><span>under</span><b>on it</b></div>
<button id="nameless" aria-controls="nowhere"></button><button id="named">Named</button>
<button id="twice">1</button><button id="twice" tabindex="-1">2</button>
<div id="wide">wide</div>
<script>
  console.error("an error");
  console.warn("a warning");
  fetch("http://127.0.0.1:1/").catch(() => {});
</script>
"##;

#[test]
fn the_measures_find_what_is_wrong() {
    let Some(lent) = ready() else { return };
    let page = runs::folder().join("broken.html");
    fs::write(&page, BROKEN).expect("a page");
    let browser = lent.take();
    browser.open(&page, [360, 900]);

    let overlapping = browser.value("measure.overlapping(document.getElementById('ladder'))");
    assert_eq!(overlapping, json!([r#""over" (span) and "each" (span)"#]));
    let covered = "measure.covered(document.getElementById('controls'))";
    let wanted = [r#""This is cut off" (span.cut) is cut off"#, r#""under" (span) lies under b"#];
    assert_eq!(browser.value(covered), json!(wanted));
    let faint = browser.value("measure.faint(document.body).map(line => line.split('\"')[1])");
    assert_eq!(faint, json!(["almost", "veiled"]));
    let sticking = browser.text("measure.sticking().join()");
    assert_eq!(sticking, "500 px in a window of 360: div#wide");
    let references = json!([
        "id twice stands twice",
        "button#nameless has aria-controls=nowhere, which is nowhere"
    ]);
    assert_eq!(browser.value("measure.references()"), references);
    assert_eq!(browser.value("measure.headings()"), json!(["h3 follows h1"]));
    browser.expect(
        "measure.interactive().map(element => element.id)",
        json!(["nameless", "named", "twice"]),
    );

    let name_of = |id| spoken(&browser, &format!("document.getElementById('{id}')"));
    assert_eq!(name_of("nameless"), ("button".into(), "".into()));
    assert_eq!(name_of("named"), ("button".into(), "Named".into()));

    browser.wait("the request", "performance.getEntriesByType('resource').length === 1");
    let console = browser.console();
    for said in ["an error", "a warning", "127.0.0.1:1"] {
        assert!(console.iter().any(|line| line.contains(said)), "{said} not in {console:?}");
    }
}
