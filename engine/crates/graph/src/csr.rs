//! Compressed sparse rows: the neighbours of each node in one flat array.

/// A directed graph that does not change: `row(n)` are the successors of `n`, sorted, without doubles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Csr {
    offsets: Vec<u32>,
    targets: Vec<u32>,
}

impl Csr {
    /// The graph of `nodes` nodes with these edges, in any order; doubles count once.
    ///
    /// # Panics
    /// If an edge names a node that is not there.
    pub fn new(nodes: usize, edges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut edges: Vec<(u32, u32)> = edges.into_iter().collect();
        edges.sort_unstable();
        edges.dedup();
        let mut offsets = vec![0u32; nodes + 1];
        for &(from, to) in &edges {
            assert!((to as usize) < nodes, "edge to a node that is not there");
            offsets[from as usize + 1] += 1;
        }
        for node in 0..nodes {
            offsets[node + 1] += offsets[node];
        }
        Self { offsets, targets: edges.into_iter().map(|(_, to)| to).collect() }
    }

    pub fn nodes(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// The successors of a node, ascending.
    pub fn row(&self, node: u32) -> &[u32] {
        let node = node as usize;
        &self.targets[self.offsets[node] as usize..self.offsets[node + 1] as usize]
    }

    /// All edges, by source, then target.
    pub fn edges(&self) -> impl Iterator<Item = (u32, u32)> {
        (0..self.nodes() as u32).flat_map(|from| self.row(from).iter().map(move |&to| (from, to)))
    }

    /// The graph with all edges turned round.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self::new(self.nodes(), self.edges().map(|(from, to)| (to, from)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_and_without_doubles() {
        let graph = Csr::new(4, [(2, 1), (0, 3), (0, 1), (0, 3)]);
        assert_eq!(graph.row(0), [1, 3]);
        assert_eq!(graph.row(1), [] as [u32; 0]);
        assert_eq!(graph.reversed().row(1), [0, 2]);
        assert_eq!(graph.reversed().reversed(), graph);
    }
}
