//! For continuous integration: annotations in the form that GitHub Actions (and Forgejo, Gitea) read from a
//! log, and a summary that people read.

use crate::risk::Risk;

/// Something to show at a line of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Relative to the root.
    pub file: String,
    /// 1-based; 0 for the file as a whole.
    pub line: u32,
    pub title: String,
    pub message: String,
    pub risk: Risk,
}

/// Renders annotations, those at or above `fail_on` as errors, and below them a summary.
pub fn ci(annotations: &[Annotation], summary: &str, fail_on: Option<Risk>) -> String {
    let mut out = String::new();
    for annotation in annotations {
        let level = match annotation.risk {
            risk if fail_on.is_some_and(|limit| risk >= limit) => "error",
            Risk::Low | Risk::Medium => "notice",
            Risk::High | Risk::Critical => "warning",
        };
        let line = if annotation.line == 0 { String::new() } else { format!(",line={}", annotation.line) };
        out.push_str(&format!(
            "::{level} file={}{line},title={}::{}\n",
            property(&annotation.file),
            property(&annotation.title),
            message(&annotation.message)
        ));
    }
    // A line of the summary must not become a command.
    for line in summary.lines() {
        out.push_str(&line.replacen("::", ":\u{200b}:", usize::from(line.trim_start().starts_with("::"))));
        out.push('\n');
    }
    out
}

fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_cannot_be_forged_and_fail_at_the_limit() {
        let annotation = Annotation {
            file: "a,b.py".to_owned(),
            line: 3,
            title: "x::y".to_owned(),
            message: "one\n::error::two".to_owned(),
            risk: Risk::High,
        };
        assert_eq!(
            ci(&[annotation], "::set-env\nrest", Some(Risk::High)),
            "::error file=a%2Cb.py,line=3,title=x%3A%3Ay::one%0A::error::two\n:\u{200b}:set-env\nrest\n"
        );
    }
}
