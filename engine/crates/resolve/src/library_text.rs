//! Texts that describe the languages' libraries: kept deflated in the binary, a fifth of their size there.

use miniz_oxide::inflate::decompress_to_vec;

/// A text of `languages/`, as `build.rs` packed it.
#[derive(Clone, Copy)]
pub(crate) struct LibraryText(pub(crate) &'static [u8]);

impl LibraryText {
    /// The text. Takes about 2 ms for each megabyte, and is not remembered: whoever reads it keeps what it says.
    pub(crate) fn inflate(self) -> String {
        let bytes = decompress_to_vec(self.0).expect("the build script packed it");
        String::from_utf8(bytes).expect("the build script read it as text")
    }
}

/// The [`LibraryText`] of a file that `build.rs` packs, by its path from `languages/`.
macro_rules! library_text {
    ($path:expr) => {
        $crate::library_text::LibraryText(include_bytes!(concat!(env!("OUT_DIR"), "/", $path, ".deflated")))
    };
}
pub(crate) use library_text;
