//! Finds steps by what is told of them.

use sockstep::show::{Story, Told};

/// Which way to look from where one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To older steps.
    Back,
    /// To newer ones.
    Forward,
}

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// A step that way.
    Here(usize),
    /// One only beyond the first or the last step: it was gone on from the other end.
    Round(usize),
    /// No step has it.
    Nothing,
}

/// The nearest step that has the text, ignoring case. From now, all steps are older.
pub fn find(story: &Story, from: Option<usize>, text: &str, way: Way) -> Found {
    let text = text.to_lowercase();
    let has: Vec<bool> = story.tell().map(|told| tells(&told, &text)).collect();
    nearest(&has, from, way)
}

fn nearest(has: &[bool], from: Option<usize>, way: Way) -> Found {
    let from = from.unwrap_or(has.len()).min(has.len());
    let older = has.iter().take(from).rposition(|has| *has);
    let newer = has.iter().skip(from + 1).position(|has| *has).map(|at| at + from + 1);
    let first = has.iter().position(|has| *has);
    let last = has.iter().rposition(|has| *has);
    let (here, round) = if way == Way::Back { (older, last) } else { (newer, first) };
    match (here, round) {
        (Some(at), _) => Found::Here(at),
        (None, Some(at)) => Found::Round(at),
        (None, None) => Found::Nothing,
    }
}

/// Whether the text, in small letters, is among what is told.
fn tells(told: &Told, text: &str) -> bool {
    let Told { title, text: what, meaning, explained, changed, .. } = told;
    let changed = changed.iter().flat_map(|change| [&change.name].into_iter().chain(&change.lines));
    let all = [title, what].into_iter().chain(meaning).chain(explained).chain(changed);
    all.into_iter().any(|told| told.to_lowercase().contains(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_one_way_and_then_round() {
        let has = [false, true, false, true, false];
        let cases = [
            (None, Way::Back, Found::Here(3)),
            (Some(3), Way::Back, Found::Here(1)),
            (Some(1), Way::Back, Found::Round(3)),
            (Some(0), Way::Forward, Found::Here(1)),
            (Some(3), Way::Forward, Found::Round(1)),
            (None, Way::Forward, Found::Round(1)),
            (Some(99), Way::Back, Found::Here(3)),
        ];
        for (from, way, found) in cases {
            assert_eq!(nearest(&has, from, way), found, "{from:?} {way:?}");
        }
        assert_eq!(nearest(&[false; 3], None, Way::Back), Found::Nothing);
        assert_eq!(nearest(&[], Some(0), Way::Forward), Found::Nothing);
    }

    #[test]
    fn case_does_not_matter_and_every_line_counts() {
        let told = Told {
            title: "server calls bind".into(),
            explained: vec!["EADDRINUSE: Somebody else has the Straße".into()],
            ..Told::default()
        };
        for (text, has) in [("calls bind", true), ("straße", true), ("einuse", false)] {
            assert_eq!(tells(&told, text), has, "{text}");
        }
    }
}
