//! Importance of nodes.

use crate::csr::Csr;

/// Share of rank that follows edges; the rest is spread over all nodes.
const DAMPING: f64 = 0.85;
/// More rounds change no order that people would see.
const ROUNDS: usize = 40;

/// `PageRank` (Page and Brin 1998): a node is important if important nodes lead to it. Sums to 1.
/// `weight(node)` is how much of the spread part a node gets (for example less for test code).
pub fn pagerank(graph: &Csr, weight: impl Fn(u32) -> f64) -> Vec<f64> {
    let nodes = graph.nodes();
    let mut spread: Vec<f64> = (0..nodes as u32).map(weight).collect();
    let total: f64 = spread.iter().sum();
    if nodes == 0 || total <= 0.0 {
        return vec![0.0; nodes];
    }
    for share in &mut spread {
        *share /= total;
    }
    let mut rank = spread.clone();
    for _ in 0..ROUNDS {
        // Nodes that lead nowhere give their rank to all.
        let lost: f64 = (0..nodes as u32).filter(|&n| graph.row(n).is_empty()).map(|n| rank[n as usize]).sum();
        let mut next: Vec<f64> = spread.iter().map(|share| share * (1.0 - DAMPING + DAMPING * lost)).collect();
        for node in 0..nodes as u32 {
            let row = graph.row(node);
            for &to in row {
                next[to as usize] += DAMPING * rank[node as usize] / row.len() as f64;
            }
        }
        rank = next;
    }
    rank
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_by_many_ranks_first_and_ranks_sum_to_one() {
        let graph = Csr::new(4, [(0, 3), (1, 3), (2, 3), (3, 0)]);
        let rank = pagerank(&graph, |_| 1.0);
        assert!(rank[3] > rank[0] && rank[0] > rank[1]);
        assert!((rank.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }
}
