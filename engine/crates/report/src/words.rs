//! Words in source text.

/// Where a text stands in a longer one by itself, not as the end of a longer word nor the start of one; byte offsets.
/// Where it begins or ends with a sign that is no part of a word, anything may stand beside it.
pub(crate) fn words_in<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let (starts, ends) = (word.starts_with(is_part), word.ends_with(is_part));
    text.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let goes_on = ends && text[at + word.len()..].starts_with(is_part);
        let came_before = starts && text[..at].ends_with(is_part);
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
