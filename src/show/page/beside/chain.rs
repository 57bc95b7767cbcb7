//! The longest chain of pairs in which both sides go forward.

/// The places of pairs that together keep the order of both sides, as many as there can be. No two
/// pairs may share a side.
pub(super) fn chain(pairs: &[[usize; 2]]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    order.sort_unstable_by_key(|&place| pairs[place]);
    // Where a chain of each length ends, with the least possible second side.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
    for place in order {
        let length = ends.partition_point(|&end| pairs[end][1] < pairs[place][1]);
        before[place] = length.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(length) {
            Some(end) => *end = place,
            None => ends.push(place),
        }
    }
    let mut chain: Vec<usize> =
        std::iter::successors(ends.last().copied(), |&place| before[place]).collect();
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_crosses_is_left_out() {
        type Row = (&'static [[usize; 2]], &'static [usize]);
        let table: [Row; 5] = [
            (&[], &[]),
            (&[[0, 0], [1, 1], [2, 2]], &[0, 1, 2]),
            (&[[0, 5], [1, 1], [2, 2]], &[1, 2]),
            (&[[2, 0], [0, 1], [1, 2]], &[1, 2]),
            (&[[1, 0], [0, 1]], &[0]),
        ];
        for (pairs, chosen) in table {
            assert_eq!(chain(pairs), chosen, "{pairs:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn as_many_as_can_rise(seconds in proptest::collection::vec(0..60_usize, 0..9)) {
            let mut pairs: Vec<[usize; 2]> = Vec::new();
            for (first, second) in seconds.into_iter().enumerate() {
                if pairs.iter().all(|pair| pair[1] != second) {
                    pairs.push([first, second]);
                }
            }
            let rises = |chosen: &[usize]| {
                chosen.is_sorted_by(|&a, &b| pairs[a][0] < pairs[b][0] && pairs[a][1] < pairs[b][1])
            };
            let chosen = chain(&pairs);
            assert!(rises(&chosen));
            let best = (0..1_usize << pairs.len())
                .map(|set| (0..pairs.len()).filter(|at| set >> at & 1 == 1).collect::<Vec<_>>())
                .filter(|set| rises(set))
                .map(|set| set.len())
                .max();
            assert_eq!(Some(chosen.len()), best);
        }
    }
}
