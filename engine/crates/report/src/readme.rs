//! A README by its sections: Markdown and reStructuredText, as far as a newcomer's questions need it.

use crate::folders::is_side_folder;
use crate::project::Project;
use crate::prose;
use parseltongue_sort::StableSort;
use parseltongue_store::FileIndex;
use parseltongue_syntax::Language;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// A README that was read.
pub(crate) struct Readme {
    /// Relative to the root.
    pub(crate) file: String,
    /// In order; text before the first title is a section without one.
    pub(crate) sections: Vec<Section>,
}

/// A title with what stands below it, up to the next title.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) title: String,
    /// Paragraphs of prose, without markup.
    pub(crate) paragraphs: Vec<String>,
    /// Items of lists, without markup.
    pub(crate) items: Vec<String>,
    pub(crate) code: Vec<CodeBlock>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CodeBlock {
    /// As the README names it; empty if it does not.
    pub(crate) language: String,
    pub(crate) text: String,
    /// 1-based, of the first line of code.
    pub(crate) line: u32,
}

impl Readme {
    /// The README of a folder; `""` is the root.
    pub(crate) fn of(project: &Project, folder: &str) -> Option<Self> {
        let mut names: Vec<String> = project
            .folder(folder)
            .into_iter()
            .filter(|entry| !entry.is_folder && is_readme(&entry.name))
            .map(|entry| entry.name)
            .collect();
        // Of `README.md` and `README.zh-CN.md`, the shorter name is the one for everybody.
        names.stable_sort_by_key(|name| (name.len(), name.clone()));
        let name = names.into_iter().next()?;
        let file = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        let text = project.text(&file)?;
        let sections = if file.ends_with(".rst") { rst(&text) } else { markdown(&text) };
        Some(Self { file, sections })
    }

    /// The first title, if it is a name and no sentence.
    pub(crate) fn name(&self) -> Option<&str> {
        let title = self.sections.iter().map(|section| section.title.as_str()).find(|title| !title.is_empty())?;
        // `What is Redis?` asks for what the name stands for.
        let asked = ["what is ", "what's "].iter().find(|start| title.to_lowercase().starts_with(**start));
        let title = asked.map_or(title, |start| title[start.len()..].trim_end_matches('?').trim());
        (title.split(' ').count() <= 3 && !is_aside(title)).then_some(title)
    }

    /// What the project is, in its authors' words: the first paragraphs of prose that do not speak of
    /// money, badges or translations. If what it is is `described` elsewhere, only what stands before the words
    /// about its use counts.
    pub(crate) fn introduction(&self, described: bool) -> Vec<&str> {
        const PARAGRAPHS: usize = 2;
        const LINE: usize = 60;
        let speaking = |section: &&Section| {
            let title = section.title.to_lowercase();
            // How it is built and in which versions it is there says nothing of what it is.
            let other = [
                "build",
                "install",
                "version",
                "requirement",
                "compil",
                "download",
                "platform",
                "benchmark",
                "cmake",
                "autoconf",
                "windows",
                "unix",
                "vcpkg",
                "contribut",
                "links",
                "help",
                "support",
                "communi",
            ]
            .iter()
            .any(|word| title.contains(word));
            // Before the first title.
            let aside = section.title.is_empty() && section.paragraphs.iter().any(|text| is_thanks(text));
            !section.paragraphs.is_empty() && !is_aside(&section.title) && !other && !aside
        };
        let wanted = |title: &str| {
            let title = title.to_lowercase();
            // `What's so great about it?` comes after what it is.
            let asks = ["what is", "what's"].iter().any(|word| title.starts_with(word))
                && !title.split(' ').any(|word| matches!(word, "new" | "great" | "different" | "next" | "in" | "so"));
            asks || ["about", "introduction", "overview", "description"].iter().any(|word| title.starts_with(word))
        };
        let named = self.sections.iter().filter(speaking).find(|section| wanted(&section.title));
        let use_of_it = |section: &&Section| {
            let title = section.title.to_lowercase();
            ["getting started", "quick start", "quickstart", "usage", "install", "example"]
                .iter()
                .any(|word| title.contains(word))
        };
        let before = self.sections.iter().take_while(|section| !described || !use_of_it(section));
        let first = before.into_iter().find(speaking);
        let Some(section) = named.or(first) else { return Vec::new() };
        // Of words that lead to a list, whole sentences are kept: they stand without it.
        let sentences =
            |text: &'_ String| if text.ends_with(':') { text.rfind(". ").map_or(0, |at| at + 1) } else { text.len() };
        let about = section.paragraphs.iter().map(|text| &text[..sentences(text)]).filter(|text| {
            let text = text.to_lowercase();
            let first = text.split_once(". ").map_or(&*text, |(first, _)| first);
            let licence = ["licensed", "released", "distributed"]
                .iter()
                .any(|word| [" is ", " are "].iter().any(|verb| first.contains(&format!("{verb}{word} under"))));
            let other = ["license", "dual-license", "author", "documentation:", "copyright", "q&a", "chat"];
            let asks = [
                "cmake",
                "follow us",
                "sponsor",
                "donat",
                "join our",
                "join the",
                "subscribe",
                "want to improve",
                "want to help",
            ];
            !text.is_empty()
                && !licence
                && !other.iter().any(|start| text.starts_with(start))
                && !asks.iter().any(|word| text.contains(word))
        });
        // After the first, a line of a few words or a link tells no more.
        let full = |(index, text): &(usize, &str)| *index == 0 && !text.contains(": http") || text.len() >= LINE;
        about.enumerate().filter(full).take(PARAGRAPHS).map(|(_, text)| text).collect()
    }

    /// The items of the first list that says what the project can do.
    pub(crate) fn features(&self) -> Vec<&str> {
        const ITEMS: usize = 8;
        const LONG: usize = 400;
        let titled = |section: &&Section| {
            let title = section.title.to_lowercase();
            // A list of essays is no list of features.
            let short = section.items.iter().all(|item| item.len() < LONG);
            short
                && !section.items.is_empty()
                && ["feature", "highlight", "goals", "what can", "main points"].iter().any(|word| title.contains(word))
        };
        let announced = |section: &&Section| {
            let announces = |text: &String| text.ends_with(':') && text.to_lowercase().contains("features");
            !section.items.is_empty() && section.paragraphs.iter().any(announces)
        };
        let section = self.sections.iter().find(titled).or_else(|| self.sections.iter().find(announced));
        section.map_or_else(Vec::new, |section| section.items.iter().take(ITEMS).map(String::as_str).collect())
    }

    /// The first example of use: from a section that is about using, else the first code that is not a
    /// command for a shell.
    pub(crate) fn example(&self) -> Option<(&Section, &CodeBlock)> {
        const FEW: usize = 3;
        const WORDS: &[&str] = &[
            "quick start",
            "quickstart",
            "getting started",
            "get started",
            "example",
            "usage",
            "how to use",
            "basic",
            "hello",
            "tutorial",
            "synopsis",
            "using",
            "first steps",
            "simple",
            "running",
            "playing with",
        ];
        let all = || {
            self.sections
                .iter()
                .filter(|section| !is_of_the_source(&section.title))
                .flat_map(|section| section.code.iter().map(move |code| (section, code)))
        };
        let about_use = |section: &Section| {
            let title = section.title.to_lowercase();
            WORDS.iter().any(|word| title.contains(word))
        };
        let program = |code: &CodeBlock| !is_shell(code) && code.language != "diff" && !code.text.trim().is_empty();
        let says_how = |code: &CodeBlock| !code.language.is_empty() && !is_data(&code.language);
        all()
            .find(|(section, code)| about_use(section) && program(code) && code.language != "json")
            .or_else(|| all().find(|(_, code)| program(code) && says_how(code) && code.text.lines().count() >= FEW))
            .or_else(|| all().find(|(_, code)| program(code) && says_how(code)))
            .or_else(|| all().find(|(section, code)| about_use(section) && (is_shell(code) || program(code))))
    }

    /// Commands that the README gives for installing it, with the line of each.
    pub(crate) fn install_commands(&self) -> Vec<(&str, u32)> {
        const VERBS: &[&str] = &[
            "npm i",
            "npm install",
            "npm create",
            "npx ",
            "pnpm add",
            "yarn add",
            "bun add",
            "deno add",
            "pip install",
            "pip3 install",
            "python -m pip install",
            "pipx install",
            "uv add",
            "uv tool install",
            "uv pip install",
            "cargo install",
            "cargo add",
            "go get",
            "go install",
            "brew install",
            "apt install",
            "apt-get install",
            "sudo apt",
            "conda install",
            "docker pull",
            "docker run",
            "dnf install",
            "sudo dnf",
            "winget install",
            "gem install",
        ];
        let mut found: Vec<(&str, u32)> = Vec::new();
        for code in self.sections.iter().flat_map(|section| &section.code) {
            for (index, line) in code.text.lines().enumerate() {
                let command = line.trim().trim_start_matches(['$', '>', '%']).trim_start();
                let starts = VERBS.iter().any(|verb| command.starts_with(verb));
                // Without a package it only sets up a checkout.
                let named = command.split_whitespace().count() > 2 && !command.ends_with('\\');
                if starts && named && found.iter().all(|(known, _)| *known != command) {
                    found.push((command, code.line + index as u32));
                }
            }
        }
        found
    }
}

/// Files and names that a project's own documents speak of.
#[derive(Default)]
pub(crate) struct Mentions {
    /// Mapped files in the order in which they are named, with the line that names each, without markup.
    pub(crate) files: Vec<(String, String)>,
    /// Names that its code imports from elsewhere.
    foreign: BTreeSet<String>,
    /// Words in code.
    names: BTreeSet<String>,
    /// Words in blocks of code, in the order in which they first stand.
    pub(crate) shown: Vec<String>,
}

/// So many names of files without their folders are a guide to the sources.
const GUIDE: usize = 3;

impl Mentions {
    /// Reads documents given by their paths.
    pub(crate) fn of<'a>(project: &Project, documents: impl Iterator<Item = &'a str>) -> Self {
        let mut found = Self::default();
        let by_name = by_name(project);
        let mut bare: BTreeSet<&str> = BTreeSet::new();
        for document in documents {
            let Some(text) = project.text(document) else { continue };
            let mut in_code = false;
            let mut in_program = true;
            let (_, text) = prose::without_front_matter(&text);
            let lines: Vec<&str> = text.lines().collect();
            for (index, line) in lines.iter().enumerate() {
                if let Some(fence) = fence(line.trim()) {
                    in_code = !in_code;
                    let language = line.trim()[fence.len()..].split_whitespace().next().unwrap_or("").to_lowercase();
                    // What begins with a prompt is a session, whatever it is called.
                    let session = lines.get(index + 1).is_some_and(|line| line.trim_start().starts_with("$ "));
                    in_program = !in_code || !session && !is_shell_language(&language) && !is_data(&language);
                }
                let indented = line.starts_with("    ") || line.starts_with('\t');
                let code = in_code || indented && !line.trim_start().starts_with('<');
                let is_word = |c: char| c.is_alphanumeric() || c == '_';
                // `from io import BytesIO` shows another's.
                let module = line.trim().trim_start_matches(">>> ").strip_prefix("from ");
                let foreign = module.and_then(|rest| rest.split(['.', ' ']).next()).is_some_and(|module| {
                    let file = format!("{module}.py");
                    let parts = |path: &str| path.split('/').any(|part| part == module || part == file);
                    line.contains(" import ")
                        && !(0..project.snapshot.files().len())
                            .any(|index| parts(project.snapshot.path(FileIndex::from_index(index))))
                });
                if foreign {
                    found.foreign.extend(
                        line.split(" import ")
                            .nth(1)
                            .into_iter()
                            .flat_map(|names| names.split(','))
                            .map(|name| name.trim().to_owned()),
                    );
                }
                for (index, part) in line.split('`').enumerate() {
                    if !code && index % 2 == 0 {
                        continue;
                    }
                    for word in part.split(|c| !is_word(c)).filter(|word| word.len() > 1) {
                        if code && in_program && !found.names.contains(word) && !found.foreign.contains(word) {
                            found.shown.push(word.to_owned());
                        }
                        found.names.insert(word.to_owned());
                    }
                }
                for word in line.split(|c: char| !is_word(c) && !matches!(c, '/' | '.' | '-')) {
                    let path = word.trim_start_matches("./").trim_end_matches('.');
                    let path = if path.contains('/') {
                        project.snapshot.file_at(path).map(|_| path)
                    } else {
                        let named = by_name.get(path).copied().flatten().filter(|_| !code);
                        bare.extend(named);
                        named
                    };
                    let Some(path) = path else { continue };
                    let known = found.files.iter_mut().find(|(known, _)| known == path);
                    match known {
                        None => found.files.push((path.to_owned(), around(&lines, index, word))),
                        // What stands below a file's name as a title is about it.
                        Some((_, said)) if line.trim_matches(['#', ' ', '`']) == word => {
                            *said = around(&lines, index, word);
                        }
                        Some(_) => {}
                    }
                }
            }
        }
        // One name may be that of a file of the reader's own; several are a guide to the sources.
        if bare.len() < GUIDE {
            found.files.retain(|(path, _)| !bare.contains(path.as_str()));
        }
        found
    }

    /// Whether a name stands in code.
    pub(crate) fn name(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

/// The sentence of a document that a word stands in; below a title that is no more than a name, what follows.
fn around(lines: &[&str], index: usize, word: &str) -> String {
    let opens = |line: &str| {
        let line = line.trim_start();
        line.is_empty()
            || line.starts_with(['#', '-', '*', '+', '|', '`', '~'])
            || line.bytes().all(|b| b.is_ascii_punctuation())
    };
    let paragraph = |index: usize| {
        let mut first = index;
        while first > 0 && !opens(lines[first]) && !lines[first - 1].trim().is_empty() {
            first -= 1;
        }
        let title = lines[first].starts_with('#');
        let after = lines[index + 1..].iter().take_while(|line| !title && !opens(line)).count();
        lines[first..=index + after].iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
    };
    let plain = |text: &str| prose::plain(text.trim_start_matches(['#', '-', '*', '+', ' ']));
    let text = paragraph(index);
    let at = text.find(word).unwrap_or(0);
    let start = text[..at].rfind(". ").map_or(0, |at| at + 2);
    let end = text[at..].find(". ").map_or(text.len(), |end| at + end + 1);
    let sentence = plain(&text[start..end]);
    // A title names; what stands below it says.
    let underlined =
        lines.get(index + 1).is_some_and(|line| line.len() > 2 && line.bytes().all(|b| matches!(b, b'-' | b'=')));
    if sentence.split(' ').count() > 1 && !underlined && !lines[index].starts_with('#') {
        return sentence;
    }
    let is_prose = |line: &&str| line.contains(' ') && !line.starts_with('#');
    let next = lines[index + 1..].iter().position(is_prose).map(|at| index + 1 + at);
    next.map_or(sentence, |next| prose::sentence(&plain(&paragraph(next)), 200))
}

/// Files of code by their last names; `None` for a name that several have.
fn by_name(project: &Project) -> FxHashMap<&str, Option<&str>> {
    let snapshot = &project.snapshot;
    let mut found: FxHashMap<&str, Option<&str>> = FxHashMap::default();
    for file in (0..snapshot.files().len()).map(FileIndex::from_index) {
        let path = snapshot.path(file);
        if snapshot.file(file).language().is_some() && !is_side_folder(path) {
            let name = path.rsplit('/').next().unwrap_or(path);
            found.entry(name).and_modify(|known| *known = None).or_insert(Some(path));
        }
    }
    found
}

fn is_readme(name: &str) -> bool {
    let lower = name.to_lowercase();
    let rest = lower.strip_prefix("readme");
    rest.is_some_and(|rest| matches!(rest, "" | ".md" | ".rst" | ".txt" | ".markdown" | ".mdown" | ".adoc"))
}

/// Whether a section is about a licence or about the code itself: `server.h`, `Redis internals`.
fn is_of_the_source(title: &str) -> bool {
    let title = title.to_lowercase();
    let file = !title.contains(' ') && Language::of(&title).is_some();
    file || ["licen", "test", "build", "compil", "internals", "source code layout", "contribut", "how it works"]
        .iter()
        .any(|word| title.contains(word))
}

/// Sections that speak of something else than the project's purpose and use.
pub(crate) fn is_aside(title: &str) -> bool {
    const WORDS: &[&str] = &[
        "sponsor",
        "donat",
        "backer",
        "license",
        "licence",
        "table of contents",
        "contents",
        "badge",
        "translation",
        "status",
        "contributor",
        "enterprise",
        "funding",
        "open collective",
        "support the",
        "announcement",
        "changelog",
        "security",
        "credits",
        "acknowledg",
        "thanks",
        "opinions",
        "code of conduct",
        "news",
    ];
    let title = title.to_lowercase();
    WORDS.iter().any(|word| title.contains(word))
}

/// Whether a paragraph leads to those who pay: `Special thanks to:`.
fn is_thanks(text: &str) -> bool {
    let lower = text.to_lowercase();
    text.ends_with(':') && text.split(' ').count() <= 4 && ["thanks", "sponsor"].iter().any(|word| lower.contains(word))
}

fn is_shell(code: &CodeBlock) -> bool {
    let prompt = code.text.trim_start().starts_with("$ ");
    prompt || is_shell_language(&code.language)
}

fn is_shell_language(language: &str) -> bool {
    matches!(
        language,
        "sh" | "bash" | "shell" | "console" | "zsh" | "fish" | "shell-session" | "powershell" | "cmd" | "ps1"
    )
}

fn is_data(language: &str) -> bool {
    matches!(
        language,
        "json"
            | "toml"
            | "yaml"
            | "yml"
            | "xml"
            | "ini"
            | "text"
            | "txt"
            | "mermaid"
            | "diff"
            | "html"
            | "dockerfile"
            | "groovy"
            | "kotlin"
    )
}

fn markdown(text: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let mut paragraph = String::new();
    let mut item = String::new();
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    // HTML comments and blocks of raw HTML hold badges and pictures.
    let mut in_comment = false;
    while at < lines.len() {
        let line = lines[at];
        let trimmed = line.trim();
        at += 1;
        if in_comment {
            in_comment = !trimmed.contains("-->");
            continue;
        }
        if trimmed.starts_with("<!--") {
            in_comment = !trimmed.contains("-->");
            continue;
        }
        let section = sections.last_mut().expect("there is always one");
        if let Some(fence) = fence(trimmed) {
            flush(section, &mut paragraph, &mut item);
            let language = trimmed[fence.len()..].trim();
            let language: String =
                language.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '#')).collect();
            let first = at;
            while at < lines.len() && !lines[at].trim().starts_with(fence) {
                at += 1;
            }
            section.code.push(code_block(&lines[first..at], language.to_lowercase(), first));
            at += 1;
            continue;
        }
        let indented = line.starts_with("    ") || line.starts_with('\t');
        if indented && paragraph.is_empty() && item.is_empty() && !trimmed.is_empty() {
            let first = at - 1;
            while at < lines.len()
                && (lines[at].starts_with("    ") || lines[at].starts_with('\t') || lines[at].trim().is_empty())
            {
                at += 1;
            }
            section.code.push(code_block(&lines[first..at], String::new(), first));
            continue;
        }
        // `Title` over `=====` or `-----`.
        let underlined = lines.get(at).is_some_and(|next| {
            let next = next.trim_end();
            next.len() >= 3 && (next.bytes().all(|b| b == b'=') || next.bytes().all(|b| b == b'-'))
        });
        let hashes = trimmed.bytes().take_while(|&b| b == b'#').count();
        let titled = (1..=6).contains(&hashes) && trimmed[hashes..].starts_with(' ');
        if titled || underlined && !trimmed.is_empty() && paragraph.is_empty() && !trimmed.starts_with(['-', '*', '|'])
        {
            flush(section, &mut paragraph, &mut item);
            let title = if titled { trimmed.trim_matches('#') } else { trimmed };
            sections.push(Section { title: prose::plain(title), ..Section::default() });
            at += usize::from(!titled);
            continue;
        }
        let bullet = ["- ", "* ", "+ "].iter().find_map(|sign| trimmed.strip_prefix(sign));
        if let Some(text) = bullet {
            flush(section, &mut paragraph, &mut item);
            text.clone_into(&mut item);
        } else if trimmed.is_empty() {
            flush(section, &mut paragraph, &mut item);
        } else if !item.is_empty() {
            item.push(' ');
            item.push_str(trimmed);
        } else {
            paragraph.push_str(trimmed);
            paragraph.push('\n');
        }
    }
    flush(sections.last_mut().expect("there is always one"), &mut paragraph, &mut item);
    sections
}

/// The fence that opens a code block, if the line is one.
fn fence(line: &str) -> Option<&'static str> {
    ["```", "~~~"].into_iter().find(|fence| line.starts_with(fence))
}

fn rst(text: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let mut paragraph = String::new();
    let mut item = String::new();
    let lines: Vec<&str> = text.lines().collect();
    let is_rule = |line: &str| {
        let line = line.trim_end();
        line.len() >= 3 && line.bytes().all(|b| b == line.as_bytes()[0] && b.is_ascii_punctuation())
    };
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let trimmed = line.trim();
        at += 1;
        let section = sections.last_mut().expect("there is always one");
        if trimmed.is_empty() {
            flush(section, &mut paragraph, &mut item);
            continue;
        }
        if paragraph.is_empty()
            && lines.get(at).is_some_and(|next| is_rule(next))
            && !is_rule(line)
            && !line.starts_with(' ')
        {
            flush(section, &mut paragraph, &mut item);
            sections.push(Section { title: prose::plain(trimmed), ..Section::default() });
            at += 1;
            continue;
        }
        if is_rule(line) {
            continue;
        }
        let directive = trimmed.strip_prefix(".. ");
        let literal = trimmed.ends_with("::");
        if directive.is_some() || literal {
            let code = directive.and_then(|rest| rest.strip_prefix("code").and_then(|rest| rest.split_once("::")));
            if directive.is_none() {
                paragraph.push_str(trimmed.trim_end_matches(':'));
                paragraph.push_str(":\n");
            }
            flush(section, &mut paragraph, &mut item);
            let first = at;
            let indent = |line: &str| line.len() - line.trim_start().len();
            let own = indent(line);
            while at < lines.len() && (lines[at].trim().is_empty() || indent(lines[at]) > own) {
                at += 1;
            }
            if code.is_some() || directive.is_none() {
                let language = code.map_or("", |(_, language)| language.trim()).to_lowercase();
                let body = first
                    + lines[first..at]
                        .iter()
                        .take_while(|line| line.trim().is_empty() || line.trim().starts_with(':'))
                        .count();
                if body < at {
                    section.code.push(code_block(&lines[body..at], language, body));
                }
            }
            continue;
        }
        let bullet = ["- ", "* "].iter().find_map(|sign| trimmed.strip_prefix(sign));
        if let Some(text) = bullet {
            flush(section, &mut paragraph, &mut item);
            text.clone_into(&mut item);
        } else if !item.is_empty() {
            item.push(' ');
            item.push_str(trimmed);
        } else {
            paragraph.push_str(&without_references(trimmed));
            paragraph.push('\n');
        }
    }
    flush(sections.last_mut().expect("there is always one"), &mut paragraph, &mut item);
    sections
}

/// `Name_` links to a target elsewhere; the name is what is read.
fn without_references(line: &str) -> String {
    let word = |word: &str| {
        let end = word.trim_end_matches(|c: char| c.is_ascii_punctuation() && c != '_').len();
        let name = word[..end].strip_suffix('_').filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric()));
        name.map_or_else(|| word.to_owned(), |name| format!("{name}{}", &word[end..]))
    };
    line.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// `first` is the 0-based index of the first line.
fn code_block(lines: &[&str], language: String, first: usize) -> CodeBlock {
    let indent = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = lines.iter().map(|line| line.get(indent..).unwrap_or("")).collect();
    CodeBlock { language, text: lines.join("\n").trim_end().to_owned(), line: first as u32 + 1 }
}

fn flush(section: &mut Section, paragraph: &mut String, item: &mut String) {
    let text = prose::of_paragraph(paragraph);
    // A title in bold or a row of badges is no prose; `Special thanks to:` tells what follows.
    if text.len() >= 20 && text.contains(' ') || is_thanks(&text) {
        section.paragraphs.push(text);
    }
    let text = prose::plain(item);
    if !text.is_empty() {
        section.items.push(text);
    }
    paragraph.clear();
    item.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readme(sections: Vec<Section>) -> Readme {
        Readme { file: "README".to_owned(), sections }
    }

    #[test]
    fn markdown_tells_purpose_features_installation_and_example() {
        let readme = readme(markdown(
            "# Shop\n\n[![Build](a.svg)](b)\n\nA **fast** [shop](https://a.b) for\nsmall goods.\n\n## Features\n\n- sells `things`\n- buys\n  things back\n\n\
             ## Install\n\n```sh\n$ npm install shop\n```\n\n## Quick start\n\n```js\nshop();\n```\n",
        ));
        assert_eq!(readme.introduction(false), ["A fast shop for small goods."]);
        assert_eq!(readme.features(), ["sells things", "buys things back"]);
        assert_eq!(readme.install_commands(), [("npm install shop", 17)]);
        let (section, code) = readme.example().expect("an example");
        assert_eq!((section.title.as_str(), code.text.as_str(), code.line), ("Quick start", "shop();", 23));
    }

    #[test]
    fn restructured_text_tells_the_same() {
        let readme = readme(rst(
            "Shop\n====\n\n|badge| |other|\n\n.. image:: a.svg\n   :alt: none\n\nDonations\n=========\n\nGive money to us, please, all of you.\n\n\
             What is a Shop?\n===============\n\nA ``fast`` `shop <https://a.b>`_ for goods.\n\n.. code-block:: python\n\n   import shop\n",
        ));
        assert_eq!(readme.introduction(false), ["A fast shop for goods."]);
        let (section, code) = readme.example().expect("an example");
        assert_eq!((section.title.as_str(), code.text.as_str()), ("What is a Shop?", "import shop"));
    }
}
