//! Packs the grammars: finds the generated parsers of the upstream crates, takes the tables out of them, compresses
//! those for `include_bytes!`, and compiles what is left. `src/lib.rs` has the reasons.

#![allow(clippy::print_stdout)] // is how a build script talks to cargo

mod locate;
mod tables;

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

use locate::Sources;
use parseltongue_packed::{Content, pack};

/// Grammar name as in `tree_sitter_<name>`, the crate it comes from, and the folder of its `parser.c` in the crate.
/// In the order of `Grammar`.
const GRAMMARS: [(&str, &str, &str); 9] = [
    ("rust", "tree-sitter-rust", "src"),
    ("typescript", "tree-sitter-typescript", "typescript/src"),
    ("tsx", "tree-sitter-typescript", "tsx/src"),
    ("javascript", "tree-sitter-javascript", "src"),
    ("python", "tree-sitter-python", "src"),
    ("go", "tree-sitter-go", "src"),
    ("java", "tree-sitter-java", "src"),
    ("c", "tree-sitter-c", "src"),
    ("cpp", "tree-sitter-cpp", "src"),
];

fn main() -> Result<(), Box<dyn Error>> {
    // The versions are pinned in the manifest, so that a bump changes it.
    println!("cargo:rerun-if-changed=Cargo.toml");
    println!("cargo:rerun-if-changed=build");
    if env::var("CARGO_CFG_TARGET_ENDIAN")? != "little" {
        return Err("the tables are packed in little endian".into());
    }

    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out);
    let sources = Sources::find()?;
    let compiler = compiler();
    let mut externs = String::new();
    let mut entries = String::new();
    for (name, package, folder) in GRAMMARS {
        let source = sources.get(package)?;
        let folder = source.path.join(folder);
        let prefix = format!("parseltongue_{name}");

        let parser = folder.join("parser.c");
        println!("cargo:rerun-if-changed={}", parser.display());
        let text = fs::read_to_string(&parser).map_err(|error| format!("{}: {error}", parser.display()))?;
        let split = tables::split(&text, &prefix).map_err(|error| format!("{}: {error}", parser.display()))?;
        let code = out.join(format!("{name}.c"));
        fs::write(&code, split.code)?;
        fs::write(out.join(format!("{name}.tables")), pack(&split.tables, Content::Numbers)?)?;
        compile(&mut compiler.clone(), name, &prefix, &code, &folder);

        let size = split.tables.len();
        let version = &source.version;
        write!(
            externs,
            "    fn {prefix}() -> *const ();\n    fn {prefix}_storage() -> *mut u8;\n    fn {prefix}_names();\n"
        )?;
        write!(
            entries,
            "    Packed {{
        version: {version:?},
        packed: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.tables\")),
        size: {size},
        storage: {prefix}_storage,
        names: {prefix}_names,
        language: {prefix},
    }},\n"
        )?;
    }
    fs::write(
        out.join("packed.rs"),
        format!(
            "unsafe extern \"C\" {{\n{externs}}}\n\n#[allow(clippy::unreadable_literal)]\nstatic PACKED: [Packed; {}] = [\n{entries}];\n",
            GRAMMARS.len()
        ),
    )?;
    Ok(())
}

/// How all the C is compiled.
fn compiler() -> cc::Build {
    let mut build = cc::Build::new();
    build
        .std("c11")
        .warnings(false)
        // For size, in every profile. `-O2` parses 3 to 6 % faster, but inlines the character tests into the lexers: with
        // clang they grow from 335 KB to 700, and C++ alone takes half a minute to compile rather than 8 s; with gcc they
        // grow from 280 KB to 345.
        .opt_level_str("s")
        // Neither debug information (which zig adds unless told not to) nor asserts: both would put paths of the build
        // machine into the binary.
        .debug(false)
        .flag_if_supported("-g0")
        .define("NDEBUG", None)
        // Not exported from the binary.
        .define("TREE_SITTER_HIDE_SYMBOLS", None);
    build
}

/// Compiles the parser without its tables, and the hand-written scanner of a grammar that has one.
fn compile(build: &mut cc::Build, name: &str, prefix: &str, code: &Path, folder: &Path) {
    // Names of our own, so that the upstream crate can be linked next to this one, as the tests do.
    let upstream = format!("tree_sitter_{name}");
    build.file(code).include(folder).define(&upstream, prefix);
    for function in ["create", "destroy", "scan", "serialize", "deserialize"] {
        build.define(
            &format!("{upstream}_external_scanner_{function}"),
            &*format!("{prefix}_external_scanner_{function}"),
        );
    }
    let scanner = folder.join("scanner.c");
    println!("cargo:rerun-if-changed={}", scanner.display());
    if scanner.exists() {
        build.file(scanner);
    }
    build.compile(prefix);
}
