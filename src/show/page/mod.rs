//! A run as a page: one file that opens in any browser, without a network.

mod data;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use self::data::Data;
use crate::trace::{Listings, Trace};

/// A run, and the source around its calls by the number of their chain of callers.
pub struct Recorded<'a> {
    /// What it is called.
    pub name: &'a str,
    /// The run.
    pub trace: &'a Trace,
    /// The source.
    pub listings: HashMap<u32, Listings>,
}

const HTML: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPTS: [&str; 1] = [include_str!("page.js")];

/// Writes the page of a run.
///
/// # Errors
///
/// What the writer answers.
pub fn page(title: &str, recorded: &Recorded, mut out: impl Write) -> io::Result<()> {
    let mut about = BTreeMap::new();
    let run = data::run(recorded.trace, recorded.name, &recorded.listings, &mut about);
    write(&Data { title: title.into(), runs: vec![run], pairs: Vec::new(), about }, &mut out)
}

/// The parts of the page, each in its place.
fn write(data: &Data, out: &mut impl Write) -> io::Result<()> {
    // Within a script only `</script` and `<!--` would end it: with no `<` there is neither.
    let json = serde_json::to_string(data)?.replace('<', "\\u003c");
    let mut rest = HTML;
    while let Some((before, behind)) = rest.split_once("{{") {
        let (name, behind) = behind.split_once("}}").unwrap_or((behind, ""));
        out.write_all(before.as_bytes())?;
        match name {
            "title" => out.write_all(quick_xml::escape::escape(&data.title).as_bytes())?,
            "style" => out.write_all(STYLE.as_bytes())?,
            "data" => out.write_all(json.as_bytes())?,
            _ => SCRIPTS.iter().try_for_each(|script| out.write_all(script.as_bytes()))?,
        }
        rest = behind;
    }
    out.write_all(rest.as_bytes())
}
