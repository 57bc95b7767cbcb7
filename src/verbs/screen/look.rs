//! What a person looks at: which step of the run, which pane, how far down.

use sockstep::show::screen::{Over, Pane};

/// Where a person looks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// The moment; none: now.
    pub at: Option<usize>,
    /// Whether to show the twins' sources.
    pub twin: bool,
    /// The pane that fills the screen.
    pub large: Option<Pane>,
    /// How far the large pane, or what lies over all, is scrolled down from where it opens; up, if it is negative.
    pub scrolled: isize,
    /// What lies over the panes.
    pub over: Over,
    /// What was searched for last.
    pub search: Option<String>,
}

impl Look {
    /// So many steps back. `newest` is the moment before now; none: there is no past yet.
    pub fn back(&mut self, steps: usize, newest: Option<usize>) {
        let Some(newest) = newest else { return };
        self.scrolled = 0;
        self.at = Some(match self.at {
            Some(at) => at.saturating_sub(steps),
            None => (newest + 1).saturating_sub(steps),
        });
    }

    /// So many steps forward, at most to now.
    pub fn forward(&mut self, steps: usize, newest: Option<usize>) {
        let newer = self.at.map(|at| at.saturating_add(steps));
        self.scrolled = 0;
        self.at = newer.filter(|at| newest.is_some_and(|newest| *at <= newest));
    }

    /// Back to now, where the next step is.
    pub fn return_to_now(&mut self) {
        (self.at, self.scrolled) = (None, 0);
    }

    /// From the past, or from what lies over the panes, back to now; false: this is now.
    pub fn come_back(&mut self) -> bool {
        let elsewhere = self.at.is_some() || self.over != Over::Nothing;
        if elsewhere {
            self.over = Over::Nothing;
            self.return_to_now();
        }
        elsewhere
    }

    /// Makes a pane large, or all of them as they were.
    pub fn enlarge(&mut self, pane: Pane) {
        self.large = Some(pane).filter(|_| self.large != Some(pane));
        (self.over, self.scrolled) = (Over::Nothing, 0);
    }

    /// Lays something over the panes, or takes it away.
    pub fn cover(&mut self, with: Over) {
        self.over = if self.over == with { Over::Nothing } else { with };
        self.scrolled = 0;
    }

    /// Whether there is something that can be scrolled.
    pub fn can_scroll(&self) -> bool {
        self.large.is_some() || self.over != Over::Nothing
    }

    /// Leaves what was entered last; false: there was nothing to leave.
    pub fn leave(&mut self) -> bool {
        let was = self.clone();
        match self {
            Look { over, .. } if *over != Over::Nothing => self.over = Over::Nothing,
            Look { large: Some(_), .. } => self.large = None,
            _ => (self.at, self.search) = (None, None),
        }
        self.scrolled = 0;
        *self != was
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_has_two_ends() {
        let mut look = Look::default();
        look.back(1, None);
        assert_eq!(look.at, None, "no past yet");
        type Move = (fn(&mut Look, usize, Option<usize>), usize, Option<usize>);
        let moves: [Move; 9] = [
            (Look::forward, 1, None),
            (Look::back, 1, Some(11)),
            (Look::back, 1, Some(10)),
            (Look::back, 10, Some(0)),
            (Look::back, 1, Some(0)),
            (Look::forward, 10, Some(10)),
            (Look::forward, 1, Some(11)),
            (Look::forward, 1, None),
            (Look::back, 10, Some(2)),
        ];
        for (at, (go, steps, then)) in moves.into_iter().enumerate() {
            go(&mut look, steps, Some(11));
            assert_eq!(look.at, then, "move {at}");
        }
    }

    #[test]
    fn leaving_goes_from_what_lies_over_all_to_now() {
        let mut look = Look { at: Some(3), search: Some("RST".into()), ..Look::default() };
        look.enlarge(Pane::Wire);
        look.cover(Over::Help);
        look.scrolled = 4;
        assert!(look.leave() && look.over == Over::Nothing && look.large == Some(Pane::Wire));
        assert_eq!(look.scrolled, 0);
        assert!(look.leave() && look.large.is_none() && look.at == Some(3));
        assert!(look.leave() && look == Look::default());
        assert!(!look.leave());
    }

    #[test]
    fn the_same_key_undoes_it() {
        let mut look = Look::default();
        look.enlarge(Pane::Call);
        look.enlarge(Pane::Wire);
        assert_eq!(look.large, Some(Pane::Wire));
        look.enlarge(Pane::Wire);
        look.cover(Over::Hex);
        look.cover(Over::Stack);
        assert_eq!((look.large, look.over), (None, Over::Stack));
        look.cover(Over::Stack);
        assert!(!look.can_scroll());
    }
}
