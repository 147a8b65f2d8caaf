//! Graph of entities: CSR adjacency, blast radius, cycles, ranking; knows no files.
