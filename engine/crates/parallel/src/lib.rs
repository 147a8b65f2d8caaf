//! Work on all threads that is compiled once.
//!
//! rayon compiles its splitting and joining, some 4 kB of code, anew for every closure. Here one copy of it hands out
//! indices, and each use adds only what stores a result. What is done for an index is a file's worth of work, against
//! which an indirect call and a lock are nothing.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::sync::{Mutex, PoisonError};

/// What `work` makes of each item, in the order of the items.
pub fn map<I: Sync, T: Send>(items: &[I], work: impl Fn(&I) -> T + Sync) -> Vec<T> {
    map_indices(items.len(), |at| work(&items[at]))
}

/// What `work` makes of each number below `count`, in their order.
pub fn map_indices<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let mut made: Vec<Option<T>> = Vec::new();
    made.resize_with(count, || None);
    let made = Mutex::new(made);
    each(count, &|at| {
        let result = work(at);
        made.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(result);
    });
    made.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()
}

fn each(count: usize, work: &(dyn Fn(usize) + Sync)) {
    (0..count).into_par_iter().for_each(work);
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_are_in_the_order_of_the_items() {
        let items: Vec<u32> = (0..1000).collect();
        assert_eq!(super::map(&items, |item| item * 2), (0..1000).map(|item| item * 2).collect::<Vec<_>>());
        assert_eq!(super::map_indices(0, |at| at), [] as [usize; 0]);
    }
}
