//! Long answers in pages that keep a budget of tokens.

use parseltongue_report::tokens::estimate;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Tokens kept free for the end of a cut code block or line, and for what is said about the next page.
pub(super) const FOOTER: usize = 45;

/// The page of a Markdown text that a cursor points to, or the first one.
///
/// A page ends at a line end, and a code block that it cuts is closed there and opened again on the next page.
///
/// # Errors
/// If the cursor is none, or belongs to another text: the code has changed since.
pub(super) fn page(text: &str, cursor: Option<&str>, max_tokens: usize) -> Result<String, String> {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let mark = format!("{:08x}", hasher.finish() >> 32);
    let first = match cursor {
        None => 0,
        Some(cursor) => {
            let (of, line) = cursor.split_once('.').ok_or("the cursor is not one that an answer gave")?;
            if of != mark {
                return Err("the answer has changed since that page was made; ask again without a cursor".to_owned());
            }
            line.parse().map_err(|_| "the cursor is not one that an answer gave")?
        }
    };
    let lines: Vec<&str> = text.lines().collect();
    let budget = max_tokens.saturating_sub(FOOTER);
    let mut fence = lines.iter().take(first).fold(None, |open, line| fence_after(open, line));
    let mut out = fence.map_or_else(String::new, |open| format!("{open}\n"));
    let mut cost = estimate(&out);
    let mut next = first;
    while let Some(line) = lines.get(next) {
        let of_line = estimate(line) + 1;
        if next > first && cost + of_line > budget {
            break;
        }
        cost += of_line;
        if of_line > budget {
            out.push_str(beginning(line, budget));
            out.push_str(" … (line cut)");
        } else {
            out.push_str(line);
        }
        out.push('\n');
        fence = fence_after(fence, line);
        next += 1;
    }
    if next < lines.len() {
        if let Some(open) = fence {
            let ticks = open.len() - open.trim_start_matches('`').len();
            out.push_str(&"`".repeat(ticks));
            out.push('\n');
        }
        let total = lines.len();
        out.push_str(&format!(
            "\nLines {}-{next} of {total}. For the rest pass cursor \"{mark}.{next}\".\n",
            first + 1
        ));
    }
    Ok(out)
}

/// As much of a line as a budget holds, by quarters.
fn beginning(line: &str, budget: usize) -> &str {
    let mut text = line;
    while estimate(text) > budget {
        let most = text.len() / 4 * 3;
        let end = (0..=most).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        text = &text[..end];
    }
    text
}

/// The line that opened the code block which is open after a line.
fn fence_after<'t>(open: Option<&'t str>, line: &'t str) -> Option<&'t str> {
    match open {
        None => line.starts_with("```").then_some(line),
        Some(open) => {
            let ticks = open.len() - open.trim_start_matches('`').len();
            let closes = line.len() == ticks && line.bytes().all(|byte| byte == b'`');
            if closes { None } else { Some(open) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_pages(text: &str, tokens: usize) -> Vec<String> {
        let mut pages = vec![page(text, None, tokens).unwrap()];
        while let Some((_, rest)) = pages[pages.len() - 1].split_once("pass cursor \"") {
            let cursor = rest.split('"').next().unwrap().to_owned();
            pages.push(page(text, Some(&cursor), tokens).unwrap());
        }
        pages
    }

    #[test]
    fn pages_keep_the_budget_and_lose_nothing() {
        let text = (0..400).map(|line| format!("line number {line}\n")).collect::<Vec<_>>().concat();
        let pages = all_pages(&text, 200);
        assert!(pages.len() > 5);
        assert!(pages.iter().all(|page| estimate(page) <= 200), "a page is over its budget");
        let lines: Vec<&str> =
            pages.iter().flat_map(|page| page.lines()).filter(|line| line.starts_with("line")).collect();
        assert_eq!(lines.join("\n") + "\n", text);
    }

    #[test]
    fn code_blocks_are_closed_and_opened_again() {
        let body = (0..200).map(|line| format!("let x{line} = 1;\n")).collect::<Vec<_>>().concat();
        let pages = all_pages(&format!("Source\n\n```rust\n{body}```\n"), 200);
        for page in &pages {
            assert_eq!(page.lines().filter(|line| line.starts_with("```")).count(), 2, "{page}");
        }
        assert!(pages[1].starts_with("```rust\n"));
    }

    #[test]
    fn a_cursor_of_another_text_is_refused() {
        let text = "a line of some length\n".repeat(100);
        let first = page(&text, None, 100).unwrap();
        let cursor = first.split("pass cursor \"").nth(1).unwrap().split('"').next().unwrap();
        assert!(page("another text", Some(cursor), 100).is_err());
        assert!(page(&text, Some("nonsense"), 100).is_err());
    }

    #[test]
    fn a_line_longer_than_a_page_is_cut() {
        let pages = all_pages(&format!("{}\nshort\n", "é".repeat(5000)), 200);
        assert!(estimate(&pages[0]) <= 200 && pages[0].contains("(line cut)"));
        assert!(pages[1].starts_with("short"));
    }
}
