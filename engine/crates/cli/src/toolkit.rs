//! The files that `pt init-templates` installs: the binary carries them, because every installation of the package
//! has it, and there they take a tenth of their size.

use crate::output;
use std::process::ExitCode;

/// A JSON object of texts by file name, as `build/main.rs` packed it.
static TOOLKIT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/toolkit.json.packed"));

/// Prints the files of the toolkit as a JSON object by name.
pub(crate) fn print() -> Result<ExitCode, String> {
    let mut text = parseltongue_packed::unpack_text(TOOLKIT);
    text.push('\n');
    output::write_data(&text)
}
