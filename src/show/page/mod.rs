//! A run as a page: one file that opens in any browser, without a network.

mod beside;
mod data;
mod json;
mod once;
mod part;
#[cfg(test)]
mod parts;
mod places;
mod run;
#[cfg(test)]
mod tests;
mod title;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use self::data::Data;
use self::run::Cut;
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

/// Why there is no page of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unpaged {
    /// It has more steps than a browser shows on one page.
    #[error("{steps} steps are more than a browser shows on one page: {most}")]
    TooLong {
        /// How many it has.
        steps: usize,
        /// How many there may be.
        most: usize,
    },
    /// The steps that are asked for are not there.
    #[error("there are no steps {first}-{last}: the run has {}", has(*steps))]
    NoSuchSteps {
        /// The first that is asked for.
        first: usize,
        /// The last.
        last: usize,
        /// How many it has.
        steps: usize,
    },
}

fn has(steps: usize) -> String {
    if steps == 0 { "none".into() } else { format!("steps 1-{steps}") }
}

/// A page.
#[derive(Debug)]
pub struct Page(Data);

const HTML: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
/// In this order they are one script.
const SCRIPTS: [&str; 17] = [
    include_str!("script/model.js"),
    include_str!("script/history.js"),
    include_str!("script/dom.js"),
    include_str!("script/words.js"),
    include_str!("script/lanes.js"),
    include_str!("script/drawing.js"),
    include_str!("script/compare.js"),
    include_str!("script/ladder.js"),
    include_str!("script/source.js"),
    include_str!("script/bytes.js"),
    include_str!("script/kernel.js"),
    include_str!("script/panel.js"),
    include_str!("script/header.js"),
    include_str!("script/player.js"),
    include_str!("script/keys.js"),
    include_str!("script/print.js"),
    include_str!("script/start.js"),
];

impl Page {
    /// The page of a run; of some of its steps, if the first and the last are given, from 1.
    ///
    /// # Errors
    ///
    /// It has too many steps, or not these.
    pub fn new(recorded: &Recorded, steps: Option<(usize, usize)>) -> Result<Page, Unpaged> {
        let cut = Cut::new(recorded, steps)?;
        let title = format!("{} · sockstep", title::programs(&cut.story));
        let mut about = BTreeMap::new();
        let runs = vec![cut.run(recorded, &mut about)];
        Ok(Page(Data { title, runs, pairs: Vec::new(), about }))
    }

    /// The page of two runs beside each other.
    ///
    /// # Errors
    ///
    /// They have too many steps.
    pub fn beside(a: &Recorded, b: &Recorded) -> Result<Page, Unpaged> {
        let cuts = [Cut::new(a, None)?, Cut::new(b, None)?];
        let title = format!("{} beside {} · sockstep", a.name, b.name);
        let pairs = beside::pairs([&cuts[0].story, &cuts[1].story]);
        if pairs.len() > run::MOST_STEPS {
            return Err(Unpaged::TooLong { steps: pairs.len(), most: run::MOST_STEPS });
        }
        let mut about = BTreeMap::new();
        let [cut_a, cut_b] = cuts;
        let runs = vec![cut_a.run(a, &mut about), cut_b.run(b, &mut about)];
        Ok(Page(Data { title, runs, pairs, about }))
    }

    /// What stands above it.
    pub fn title(&self) -> &str {
        &self.0.title
    }

    /// How many steps it has; of two runs, how many rows.
    pub fn steps(&self) -> usize {
        match self.0.pairs.as_slice() {
            [] => self.0.runs.iter().map(|run| run.moments.len()).sum(),
            pairs => pairs.len(),
        }
    }

    /// How many rows of two runs differ. None: it is the page of one run.
    pub fn differing(&self) -> Option<usize> {
        let differs = |pair: &&data::Pair| pair.alone || !pair.parts.is_empty();
        let two = self.0.runs.len() > 1;
        two.then(|| self.0.pairs.iter().filter(differs).count())
    }

    /// Writes it.
    ///
    /// # Errors
    ///
    /// What the writer answers.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        let mut rest = HTML;
        while let Some((before, behind)) = rest.split_once("{{") {
            let (name, behind) = behind.split_once("}}").unwrap_or((behind, ""));
            out.write_all(before.as_bytes())?;
            match name {
                "title" => out.write_all(quick_xml::escape::escape(&self.0.title).as_bytes())?,
                "style" => out.write_all(STYLE.as_bytes())?,
                "data" => json::write(&self.0, &mut out)?,
                _ => SCRIPTS.iter().try_for_each(|script| out.write_all(script.as_bytes()))?,
            }
            rest = behind;
        }
        out.write_all(rest.as_bytes())
    }
}
