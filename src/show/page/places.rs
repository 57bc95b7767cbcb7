//! Where in the source calls are made.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Recorded;
use super::data::{File, Place};
use crate::trace::{Listing, Stack, What};

/// The places of these chains of callers, and the files that they are in.
pub(super) fn places(
    recorded: &Recorded,
    wanted: &BTreeSet<u32>,
) -> (BTreeMap<u32, Place>, BTreeMap<String, File>) {
    let mut files = Files::default();
    let stacks = recorded.trace.events.iter().filter_map(|event| match &event.what {
        What::Stack(stack) if wanted.contains(&stack.id) => Some(stack),
        _ => None,
    });
    let place = |stack: &Stack| {
        let listings = recorded.listings.get(&stack.id);
        let twin = listings.and_then(|listings| listings.twin.as_ref());
        let place = Place {
            own: listings.map(|listings| files.line(&listings.own)),
            twin: twin.map(|twin| files.line(twin)),
            why_not: stack.why_not.as_ref().map(ToString::to_string),
            stack: super::super::stack(stack).lines().map(str::to_owned).collect(),
        };
        (stack.id, place)
    };
    let places = stacks.map(place).collect();
    (places, files.all)
}

#[derive(Default)]
struct Files {
    all: BTreeMap<String, File>,
    /// Under what names the parts of a file are kept, by its name and its first line.
    names: HashMap<(String, u32), Vec<String>>,
    /// How many parts of it there are.
    parts: HashMap<String, usize>,
}

impl Files {
    /// The name under which a listing's lines are kept, and its line. They are added if nobody has.
    fn line(&mut self, listing: &Listing) -> (String, u32) {
        let Listing { file, first, lines, line } = listing;
        let names = self.names.entry((file.clone(), *first)).or_default();
        let same = |name: &&String| self.all.get(*name).is_some_and(|known| known.lines == *lines);
        if let Some(name) = names.iter().find(same) {
            return (name.clone(), *line);
        }
        let part = self.parts.entry(file.clone()).or_default();
        *part += 1;
        let (key, name) = match *part {
            1 => (file.clone(), None),
            part => (format!("{file}#{part}"), Some(file.clone())),
        };
        names.push(key.clone());
        self.all.insert(key.clone(), File { first: *first, name, lines: lines.clone() });
        (key, *line)
    }
}
