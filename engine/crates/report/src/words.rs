//! Words and places in source text.

/// Whether a letter can be part of a name in one of the languages.
pub(crate) fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$')
}

/// The byte of a 1-based column of the line that starts at a byte.
pub(crate) fn column_byte(text: &str, line_start: usize, column: u32) -> usize {
    let rest = &text[line_start..];
    line_start + rest.char_indices().nth(column as usize - 1).map_or(rest.len(), |(at, _)| at)
}

/// Where a text stands in a longer one by itself, not as the end of a longer word nor the start of one; byte offsets.
/// Where it begins or ends with a sign that is no part of a word, anything may stand beside it.
pub(crate) fn words_in<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> {
    let (starts, ends) = (word.starts_with(is_letter), word.ends_with(is_letter));
    text.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let goes_on = ends && text[at + word.len()..].starts_with(is_letter);
        let came_before = starts && text[..at].ends_with(is_letter);
        !goes_on && !came_before
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_by_itself() {
        let found = |text, word| words_in(text, word).next().is_some();
        assert!(found("use serde::Serialize;", "serde::"));
        assert!(!found("use my_serde::Serialize;", "serde::"));
        assert!(found("import yaml\n", "import yaml"));
        assert!(!found("import yamlish\n", "import yaml"));
        assert_eq!(words_in("max(max_len, $max, max)", "max").collect::<Vec<_>>(), [0, 19]);
    }
}
