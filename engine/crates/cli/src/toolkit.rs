//! The files that `pt init-templates` installs: the binary carries them, because every installation of the package
//! has it, and there they take a tenth of their size.

use crate::output;
use miniz_oxide::inflate::decompress_to_vec;
use std::process::ExitCode;

/// A JSON object of texts by file name, as `build/main.rs` packed it.
static TOOLKIT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/toolkit.json.deflated"));

/// Prints the files of the toolkit as a JSON object by name.
pub(crate) fn print() -> Result<ExitCode, String> {
    let bytes = decompress_to_vec(TOOLKIT).expect("the build script packed it");
    let mut text = String::from_utf8(bytes).expect("the build script read it as text");
    text.push('\n');
    output::write_data(&text)
}
