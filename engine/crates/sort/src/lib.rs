//! Stable sorting that is compiled once.
//!
//! The standard library compiles its sort, 4 kB of code, anew for every type and every comparison; the engine sorts
//! in 60 places, nearly all of them short lists. Here the positions are sorted, by one copy of that code, and the items
//! then moved to where they belong. A comparison costs an indirect call more: where a long list of numbers is sorted,
//! `sort_unstable` is the right choice still.

use std::cmp::Ordering;

/// [`slice::sort`] and the like, for what is not worth a copy of their code.
pub trait StableSort<T> {
    /// As [`slice::sort_by`].
    fn stable_sort_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// As [`slice::sort_by_key`].
    fn stable_sort_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.stable_sort_by(|a, b| key(a).cmp(&key(b)));
    }

    /// As [`slice::sort`].
    fn stable_sort(&mut self)
    where
        T: Ord,
    {
        self.stable_sort_by(T::cmp);
    }
}

impl<T> StableSort<T> for [T] {
    fn stable_sort_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let mut order = sorted_positions(self.len(), &mut |a, b| compare(&self[a], &self[b]));
        // Along each cycle of the permutation, the item that belongs at a place is swapped there.
        for start in 0..order.len() {
            let mut at = start;
            loop {
                let from = std::mem::replace(&mut order[at], at);
                if from == start {
                    break;
                }
                self.swap(at, from);
                at = from;
            }
        }
    }
}

/// Which item belongs at each position.
fn sorted_positions(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by(|&a, &b| compare(a, b));
    order
}

#[cfg(test)]
mod tests {
    use super::StableSort;

    #[test]
    fn sorts_as_the_standard_library_does() {
        // Every list of up to six items of three kinds, told apart by where they were.
        for len in 0..7_u32 {
            for code in 0..3_usize.pow(len) {
                let items: Vec<(usize, u32)> = (0..len).map(|at| (code / 3_usize.pow(at) % 3, at)).collect();
                let (mut ours, mut theirs) = (items.clone(), items);
                ours.stable_sort_by_key(|item| item.0);
                theirs.sort_by_key(|item| item.0);
                assert_eq!(ours, theirs);
                ours.stable_sort_by(|a, b| b.cmp(a));
                theirs.sort_by(|a, b| b.cmp(a));
                assert_eq!(ours, theirs);
            }
        }
        let mut words = ["b".to_owned(), "a".to_owned()];
        words.stable_sort();
        assert_eq!(words, ["a", "b"]);
    }
}
