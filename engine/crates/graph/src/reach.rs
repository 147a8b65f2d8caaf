//! What can be reached, and in how many steps.

use crate::csr::Csr;
use std::collections::VecDeque;

/// A reached node with its distance from the nearest start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    pub node: u32,
    pub depth: u32,
}

/// Breadth-first search from `starts`, which are not part of the answer unless a cycle leads back to a
/// start from another one. At most `max_depth` steps. Ordered by depth, then id.
pub fn reach(graph: &Csr, starts: &[u32], max_depth: Option<u32>) -> Vec<Reached> {
    let mut depth = vec![u32::MAX; graph.nodes()];
    let mut queue = VecDeque::new();
    for &start in starts {
        depth[start as usize] = 0;
        queue.push_back(start);
    }
    let mut reached = Vec::new();
    while let Some(node) = queue.pop_front() {
        let next = depth[node as usize] + 1;
        if max_depth.is_some_and(|max| next > max) {
            continue;
        }
        for &neighbour in graph.row(node) {
            if depth[neighbour as usize] == u32::MAX {
                depth[neighbour as usize] = next;
                reached.push(Reached { node: neighbour, depth: next });
                queue.push_back(neighbour);
            }
        }
    }
    reached.sort_unstable_by_key(|reached| (reached.depth, reached.node));
    reached
}

/// A shortest path from any of `from` to `to`, both ends included; of several, the one whose nodes have
/// the smallest ids, seen from `to`.
pub fn shortest_path(reversed: &Csr, from: &[u32], to: u32) -> Option<Vec<u32>> {
    let mut next_hop = vec![u32::MAX; reversed.nodes()];
    let mut seen = vec![false; reversed.nodes()];
    let mut queue = VecDeque::from([to]);
    seen[to as usize] = true;
    while let Some(node) = queue.pop_front() {
        if from.contains(&node) {
            let mut path = vec![node];
            let mut at = node;
            while at != to {
                at = next_hop[at as usize];
                path.push(at);
            }
            return Some(path);
        }
        for &caller in reversed.row(node) {
            if !std::mem::replace(&mut seen[caller as usize], true) {
                next_hop[caller as usize] = node;
                queue.push_back(caller);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_the_shortest_distance_and_is_limited() {
        let graph = Csr::new(5, [(0, 1), (1, 2), (0, 2), (2, 3), (3, 0), (3, 4)]);
        let all: Vec<_> = reach(&graph, &[0], None).iter().map(|r| (r.node, r.depth)).collect();
        assert_eq!(all, [(1, 1), (2, 1), (3, 2), (4, 3)]);
        assert_eq!(reach(&graph, &[0], Some(1)).len(), 2);
    }

    #[test]
    fn the_shortest_path_ends_at_both_ends() {
        let graph = Csr::new(5, [(0, 1), (1, 2), (0, 3), (3, 4), (4, 2)]);
        assert_eq!(shortest_path(&graph.reversed(), &[0], 2), Some(vec![0, 1, 2]));
        assert_eq!(shortest_path(&graph.reversed(), &[2], 0), None);
    }
}
