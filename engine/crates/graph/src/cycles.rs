//! Strongly connected components, and a small set of edges whose removal leaves no cycle.

use crate::csr::Csr;

/// The strongly connected components with a cycle (more than one node, or a node with an edge to itself
/// if `with_self`), each sorted by id; ordered by size, largest first, then by first id.
pub fn cycles(graph: &Csr, with_self: bool) -> Vec<Vec<u32>> {
    let mut found: Vec<Vec<u32>> = components(graph)
        .into_iter()
        .filter(|component| {
            component.len() > 1 || (with_self && graph.row(component[0]).binary_search(&component[0]).is_ok())
        })
        .collect();
    found.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    found
}

/// Tarjan's algorithm with a stack of its own, so that a deep graph does not overflow the thread's.
fn components(graph: &Csr) -> Vec<Vec<u32>> {
    const UNSEEN: u32 = u32::MAX;
    let nodes = graph.nodes();
    let mut index = vec![UNSEEN; nodes];
    let mut low = vec![0u32; nodes];
    let mut on_stack = vec![false; nodes];
    let mut stack: Vec<u32> = Vec::new();
    let mut work: Vec<(u32, usize)> = Vec::new();
    let mut counter = 0;
    let mut components = Vec::new();
    for root in 0..nodes as u32 {
        if index[root as usize] != UNSEEN {
            continue;
        }
        work.push((root, 0));
        while let Some(&mut (node, ref mut edge)) = work.last_mut() {
            let at = node as usize;
            if *edge == 0 {
                index[at] = counter;
                low[at] = counter;
                counter += 1;
                stack.push(node);
                on_stack[at] = true;
            }
            if let Some(&next) = graph.row(node).get(*edge) {
                *edge += 1;
                if index[next as usize] == UNSEEN {
                    work.push((next, 0));
                } else if on_stack[next as usize] {
                    low[at] = low[at].min(index[next as usize]);
                }
                // An edge counter of 0 means "not entered yet"; every later visit has passed an edge.
                continue;
            }
            work.pop();
            if let Some(&(parent, _)) = work.last() {
                low[parent as usize] = low[parent as usize].min(low[at]);
            }
            if low[at] == index[at] {
                let mut component = Vec::new();
                while let Some(member) = stack.pop() {
                    on_stack[member as usize] = false;
                    component.push(member);
                    if member == node {
                        break;
                    }
                }
                component.sort_unstable();
                components.push(component);
            }
        }
    }
    components
}

/// Up to so many members the smallest cut is found exactly: of each set of members the best order is kept.
const EXACT: usize = 16;

/// Edges inside `component` whose removal leaves it without cycles: the smallest number of them for up to [`EXACT`]
/// members, beyond that near it. Sorted.
pub fn edges_to_cut(graph: &Csr, component: &[u32]) -> Vec<(u32, u32)> {
    let position = |node: u32| component.binary_search(&node).ok();
    let inside: Vec<(usize, usize)> = component
        .iter()
        .enumerate()
        .flat_map(|(from, &node)| graph.row(node).iter().filter_map(move |&to| position(to).map(|to| (from, to))))
        .filter(|(from, to)| from != to)
        .collect();
    let order = if component.len() <= EXACT { best_order } else { greedy_order }(component.len(), &inside);
    let mut ranks = vec![0; component.len()];
    for (rank, node) in order.into_iter().enumerate() {
        ranks[node] = rank;
    }
    let mut cut: Vec<(u32, u32)> = inside
        .into_iter()
        .filter(|&(from, to)| ranks[from] > ranks[to])
        .map(|(from, to)| (component[from], component[to]))
        .collect();
    cut.sort_unstable();
    cut
}

/// The order of the nodes with the fewest edges that lead back, at most [`EXACT`] nodes.
fn best_order(n: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut targets = vec![0_usize; n];
    for &(from, to) in edges {
        targets[from] |= 1 << to;
    }
    // Of each set of nodes: the fewest edges back if they come first, and which of them is then the last.
    let mut best = vec![(0_u32, 0_usize); 1 << n];
    for set in 1..best.len() {
        // Among equals the last one stays last, so that what leads back in the given order is what is cut.
        best[set] = (0..n)
            .rev()
            .filter(|node| set >> node & 1 == 1)
            .map(|last| {
                let before = set & !(1 << last);
                (best[before].0 + (targets[last] & before).count_ones(), last)
            })
            .min_by_key(|&(back, _)| back)
            .unwrap_or_default();
    }
    let mut order = Vec::with_capacity(n);
    let mut set = best.len() - 1;
    while set != 0 {
        order.push(best[set].1);
        set &= !(1 << best[set].1);
    }
    order.reverse();
    order
}

/// An order of the nodes with few edges that lead back, by the greedy rule of Eades, Lin and Smyth (1993).
fn greedy_order(n: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let (mut out, mut into) = (vec![0i64; n], vec![0i64; n]);
    for &(from, to) in edges {
        out[from] += 1;
        into[to] += 1;
    }
    let mut left: Vec<usize> = (0..n).collect();
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    while !left.is_empty() {
        // Sinks go to the end, sources to the front, else the node with most more ways out than in.
        let chosen = if let Some(&sink) = left.iter().find(|&&node| out[node] == 0) {
            tail.push(sink);
            sink
        } else {
            let source = left.iter().copied().find(|&node| into[node] == 0);
            let best = source.unwrap_or_else(|| {
                left.iter()
                    .copied()
                    .max_by_key(|&node| (out[node] - into[node], std::cmp::Reverse(node)))
                    .unwrap_or(left[0])
            });
            head.push(best);
            best
        };
        left.retain(|&node| node != chosen);
        for &(from, to) in edges {
            if from == chosen {
                into[to] -= 1;
            }
            if to == chosen {
                out[from] -= 1;
            }
        }
    }
    head.extend(tail.into_iter().rev());
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_found_once_and_ordered() {
        let graph = Csr::new(7, [(0, 1), (1, 2), (2, 0), (3, 4), (4, 3), (5, 5), (2, 3), (6, 0)]);
        assert_eq!(cycles(&graph, false), [vec![0, 1, 2], vec![3, 4]]);
        assert_eq!(cycles(&graph, true), [vec![0, 1, 2], vec![3, 4], vec![5]]);
    }

    #[test]
    fn a_long_chain_does_not_overflow() {
        let n = 200_000;
        let graph = Csr::new(n as usize, (0..n).map(|i| (i, (i + 1) % n)));
        assert_eq!(cycles(&graph, false).len(), 1);
    }

    #[test]
    fn the_smallest_cut_is_found() {
        // The greedy rule cuts two edges here; without 0 -> 2 alone no cycle is left.
        let edges = [(0, 2), (1, 0), (1, 3), (2, 0), (2, 1), (3, 0)];
        let back = |order: Vec<usize>| {
            let rank = |node| order.iter().position(|&each| each == node);
            edges.iter().filter(|&&(from, to)| rank(from) > rank(to)).count()
        };
        assert_eq!((back(greedy_order(4, &edges)), back(best_order(4, &edges))), (2, 1));
        let graph = Csr::new(4, edges.map(|(from, to)| (from as u32, to as u32)));
        assert_eq!(edges_to_cut(&graph, &[0, 1, 2, 3]), [(0, 2)]);
    }

    #[test]
    fn cutting_leaves_no_cycle() {
        let graph = Csr::new(4, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 2), (1, 0)]);
        assert_eq!(edges_to_cut(&graph, &[0, 1, 2, 3]).len(), 2);
        // More members than are tried exactly: a ring both ways, of which a half and one edge more can go.
        let n = EXACT as u32 + 4;
        let ring = Csr::new(n as usize, (0..n).flat_map(|i| [(i, (i + 1) % n), ((i + 1) % n, i)]));
        let cut = edges_to_cut(&ring, &(0..n).collect::<Vec<_>>());
        assert!(cut.len() <= n as usize + 1, "{cut:?}");
        let rest = Csr::new(n as usize, ring.edges().filter(|edge| !cut.contains(edge)));
        assert_eq!(cycles(&rest, false), [] as [Vec<u32>; 0]);
    }
}
