//! Prints how large each grammar's tables are, in memory and in the binary, and how long they take to inflate.
#![allow(clippy::print_stdout)]

use std::time::Instant;

use parseltongue_grammars::{Grammar, language};

fn main() {
    println!("{:<12}{:>10}{:>12}{:>12}{:>12}", "grammar", "version", "inflated", "deflated", "inflate ms");
    let (mut inflated, mut deflated, mut total) = (0, 0, 0.0);
    for grammar in Grammar::ALL {
        let sizes = grammar.table_sizes();
        let start = Instant::now();
        language(grammar);
        let millis = start.elapsed().as_secs_f64() * 1e3;
        println!(
            "{:<12}{:>10}{:>12}{:>12}{millis:>12.2}",
            grammar.name(),
            grammar.version(),
            sizes.inflated,
            sizes.deflated,
        );
        inflated += sizes.inflated;
        deflated += sizes.deflated;
        total += millis;
    }
    println!("{:<22}{inflated:>12}{deflated:>12}{total:>12.2}", "all");
}
