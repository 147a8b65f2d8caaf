//! Packs the page of the graph, which the binary carries (from 104 to 34 kB).

use std::path::Path;

/// Written by `npm run generate` from `packages/viewer`, and committed, so that cargo needs no Node.
const PAGE: &str = "src/visualize/page.html";

fn main() {
    println!("cargo::rerun-if-changed={PAGE}");
    let page = std::fs::read(PAGE).unwrap_or_else(|cause| {
        panic!("{PAGE} cannot be read ({cause}); `npm run generate` in the repository's root writes it")
    });
    let out = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    let packed = parseltongue_packed::pack(&page, parseltongue_packed::Content::Text).expect("it fits in memory");
    std::fs::write(Path::new(&out).join("page.html.packed"), packed).expect("OUT_DIR can be written");
}
