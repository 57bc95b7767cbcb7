//! Tests of what every page has: its markup, its style, its scripts.

use super::{HTML, SCRIPTS, STYLE};

/// What would turn a recorded text into markup or code.
const PARSERS: [&str; 9] = [
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "DOMParser",
    "createContextualFragment",
    "setHTMLUnsafe",
    "eval(",
    "new Function",
];

#[test]
fn no_script_parses_what_was_recorded() {
    for script in SCRIPTS {
        let name = script.lines().next().unwrap_or_default();
        for parser in PARSERS {
            assert!(!script.contains(parser), "{name}: {parser}");
        }
        // Within a page these end a script, or keep it from ending.
        assert!(!script.contains("</script") && !script.contains("<!--"), "{name}");
        assert!(script.lines().count() <= 400, "{name}");
        assert!(script.starts_with("// ") && script.ends_with('\n'), "{name}");
    }
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    for part in [HTML, STYLE].iter().chain(&SCRIPTS) {
        let loads = ["url(", "@import", "src=", "fetch(", "import(", "XMLHttpRequest", "https:"];
        for load in loads {
            assert!(!part.contains(load), "{load}");
        }
    }
    assert!(HTML.contains("default-src 'none'"));
}

#[test]
fn what_every_page_has_is_small() {
    const MOST: usize = 92_000;
    let scripts: usize = SCRIPTS.iter().map(|script| script.len()).sum();
    let size = HTML.len() + STYLE.len() + scripts;
    assert!(size < MOST, "{size} bytes");
}
