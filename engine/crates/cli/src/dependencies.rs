//! The crates that are linked into this binary, for tools that look for known vulnerabilities (`cargo audit bin`,
//! Trivy, Syft): zlib-compressed JSON in a section of its own, as cargo-auditable writes it. `build/` lists them.

include!(concat!(env!("OUT_DIR"), "/dependencies.rs"));

#[used]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,.dep-v0"))]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".dep-v0"))]
static DEPENDENCIES: [u8; SIZE] = BYTES;

/// Uses the list, so that the linker does not take its section for dead.
pub(crate) fn keep() {
    std::hint::black_box(&DEPENDENCIES);
}
