//! Texts that describe the languages' libraries: kept packed in the binary, a fifth of their size there.

/// A text of `languages/`, as `build.rs` packed it.
#[derive(Clone, Copy)]
pub(crate) struct LibraryText(pub(crate) &'static [u8]);

impl LibraryText {
    /// The text, which is not remembered: whoever reads it keeps what it says.
    pub(crate) fn unpack(self) -> String {
        parseltongue_packed::unpack_text(self.0)
    }
}

/// The [`LibraryText`] of a file that `build.rs` packs, by its path from `languages/`.
macro_rules! library_text {
    ($path:expr) => {
        $crate::library_text::LibraryText(include_bytes!(concat!(env!("OUT_DIR"), "/", $path, ".packed")))
    };
}
pub(crate) use library_text;
