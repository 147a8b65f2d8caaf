//! Prints how large each grammar's tables are, in memory and in the binary, and how long they take to unpack.
#![allow(clippy::print_stdout)]

use std::time::Instant;

use parseltongue_grammars::{Grammar, language};

fn main() {
    println!("{:<12}{:>10}{:>12}{:>12}{:>12}", "grammar", "version", "unpacked", "packed", "unpack ms");
    let (mut unpacked, mut packed, mut total) = (0, 0, 0.0);
    for grammar in Grammar::ALL {
        let sizes = grammar.table_sizes();
        let start = Instant::now();
        language(grammar);
        let millis = start.elapsed().as_secs_f64() * 1e3;
        println!(
            "{:<12}{:>10}{:>12}{:>12}{millis:>12.2}",
            grammar.name(),
            grammar.version(),
            sizes.unpacked,
            sizes.packed,
        );
        unpacked += sizes.unpacked;
        packed += sizes.packed;
        total += millis;
    }
    println!("{:<22}{unpacked:>12}{packed:>12}{total:>12.2}", "all");
}
