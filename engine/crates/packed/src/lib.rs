//! Texts and tables that the binary carries: build scripts pack them, with the feature `pack`, and the engine unpacks
//! them when it needs them.
//!
//! LZMA, because the binary is downloaded more often than it unpacks anything: deflate takes a tenth more for texts and
//! two thirds more for parse tables, and unpacks in half the time.

use std::io::Read as _;

use lzma_rust2::LzmaReader;

/// The bytes that [`pack`](fn@pack) was given.
///
/// # Panics
/// If they were not packed by it.
pub fn unpack(packed: &[u8]) -> Vec<u8> {
    // The header ends with the size.
    let size = packed[5..13].try_into().map(u64::from_le_bytes).expect("eight bytes");
    let mut bytes = vec![0; usize::try_from(size).expect("it was in memory when it was packed")];
    unpack_into(packed, &mut bytes);
    bytes
}

/// Fills a buffer that is as long as what was packed.
///
/// # Panics
/// If it was not packed by [`pack`](fn@pack), or is shorter.
pub fn unpack_into(packed: &[u8], bytes: &mut [u8]) {
    LzmaReader::new_mem_limit(packed, u32::MAX, None)
        .and_then(|mut reader| reader.read_exact(bytes))
        .expect("a build script packed this");
}

/// The text that [`pack`](fn@pack) was given. Takes about 10 ms for each megabyte.
///
/// # Panics
/// If it was not packed by it, or is no UTF-8.
pub fn unpack_text(packed: &[u8]) -> String {
    String::from_utf8(unpack(packed)).expect("a build script read it as text")
}

/// What is packed.
#[cfg(feature = "pack")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Text,
    /// Numbers of two bytes, of which the low one says little of the next high one: measured on parse tables, 1.6 %
    /// smaller than the defaults for text.
    Numbers,
}

/// The bytes packed, with a `.lzma` header.
#[cfg(feature = "pack")]
pub fn pack(bytes: &[u8], content: Content) -> std::io::Result<Vec<u8>> {
    use lzma_rust2::{LzmaOptions, LzmaWriter};
    use std::io::Write as _;

    let (lc, lp, pb) = match content {
        Content::Text => (3, 0, 0),
        Content::Numbers => (0, 1, 1),
    };
    let size = u32::try_from(bytes.len()).map_err(std::io::Error::other)?;
    let options = LzmaOptions {
        // What is nearest is often a whole row of a table away.
        dict_size: size.next_power_of_two().max(4096),
        nice_len: LzmaOptions::NICE_LEN_MAX,
        lc,
        lp,
        pb,
        ..LzmaOptions::with_preset(9)
    };
    let mut writer = LzmaWriter::new_use_header(Vec::new(), &options, Some(u64::from(size)))?;
    writer.write_all(bytes)?;
    writer.finish()
}

#[cfg(all(test, feature = "pack"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let text = "the same and the same again ".repeat(99);
        for content in [Content::Text, Content::Numbers] {
            let packed = pack(text.as_bytes(), content).unwrap();
            assert!(packed.len() < text.len() / 9);
            assert_eq!(unpack_text(&packed), text);
        }
        assert_eq!(unpack(&pack(b"", Content::Text).unwrap()), b"");
    }
}
