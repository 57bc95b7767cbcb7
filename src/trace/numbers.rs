//! Which calls of a run were entered, and which of them have not returned.

use std::collections::{BTreeMap, BTreeSet};

/// The calls up to one point of a run. A run numbers its calls one after the other, so this stays
/// small.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// Ranges of the numbers entered: the first and the last of each.
    entered: BTreeMap<u64, u64>,
    open: BTreeSet<u64>,
}

impl Numbers {
    /// Takes note of a call that is entered; false if it was before.
    pub(super) fn enter(&mut self, call: u64) -> bool {
        if self.was_entered(call) {
            return false;
        }
        self.open.insert(call);
        let before = self.entered.range(..call).next_back();
        let first = match before {
            Some((&first, &last)) if last + 1 == call => first,
            _ => call,
        };
        let behind = call.checked_add(1).and_then(|next| self.entered.remove(&next));
        self.entered.insert(first, behind.unwrap_or(call));
        true
    }

    /// Whether the call was entered at all.
    pub(super) fn was_entered(&self, call: u64) -> bool {
        self.entered.range(..=call).next_back().is_some_and(|(_, &last)| last >= call)
    }

    /// Whether the call was entered and has not returned.
    pub(super) fn is_open(&self, call: u64) -> bool {
        self.open.contains(&call)
    }

    /// Takes note that a call returns.
    pub(super) fn close(&mut self, call: u64) {
        self.open.remove(&call);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_remembers_as_a_set_does(calls in proptest::collection::vec(0u64..40, 0..80)) {
            let (mut numbers, mut set) = (Numbers::default(), HashSet::new());
            for call in calls {
                prop_assert_eq!(numbers.enter(call), set.insert(call));
                for number in 0..42 {
                    prop_assert_eq!(numbers.was_entered(number), set.contains(&number));
                }
            }
            let gaps = (0..40).filter(|n| set.contains(n) && !set.contains(&(n + 1))).count();
            prop_assert_eq!(numbers.entered.len(), gaps);
        }
    }

    #[test]
    fn the_greatest_number_is_a_number() {
        let mut numbers = Numbers::default();
        assert!(numbers.enter(u64::MAX) && numbers.enter(u64::MAX - 1) && !numbers.enter(u64::MAX));
        assert_eq!(numbers.entered.len(), 1);
    }
}
