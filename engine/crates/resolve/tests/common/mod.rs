//! A project in a test: files as pairs of path and text, and its resolved calls as readable lines.

use parseltongue_resolve::{FileLinks, Outcome, Project, ProjectFile};
use parseltongue_syntax::facts::{DefId, FileFacts};
use parseltongue_syntax::{Language, Manifest};

/// A small project, extracted and resolved.
pub(crate) struct Resolved {
    files: Vec<(String, Option<FileFacts>)>,
    links: Vec<FileLinks>,
}

/// Extracts and resolves files given as `(path, text)`.
pub(crate) fn resolve(sources: &[(&str, &str)]) -> Resolved {
    let mut sources = sources.to_vec();
    sources.sort_unstable();
    let mut files: Vec<(String, Option<FileFacts>, Option<Manifest>)> = sources
        .iter()
        .map(|&(path, text)| {
            let facts =
                Language::of_source(path, text).map(|language| parseltongue_syntax::extract(language, path, text));
            (path.to_owned(), facts, Manifest::parse(path, text))
        })
        .collect();
    let mut facts: Vec<&mut FileFacts> = files.iter_mut().filter_map(|(_, facts, _)| facts.as_mut()).collect();
    parseltongue_syntax::expand_macros(&mut facts);
    let links = {
        let project = Project::new(
            files
                .iter()
                .map(|(path, facts, manifest)| ProjectFile { path, facts: facts.as_ref(), manifest: manifest.as_ref() })
                .collect(),
        );
        parseltongue_resolve::resolve(&project)
    };
    Resolved { files: files.into_iter().map(|(path, facts, _)| (path, facts)).collect(), links }
}

impl Resolved {
    /// Resolved calls, sorted, as `caller.py:f -> callee.py:A.g`, with qualified names inside the file;
    /// calls outside functions have the file alone on the left.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.outcomes(|outcome| matches!(outcome, Outcome::Resolved { .. }))
    }

    /// Sites that are not resolved, sorted, as `caller.py:f -> name? Unknown`.
    pub(crate) fn unresolved(&self) -> Vec<String> {
        self.outcomes(|outcome| !matches!(outcome, Outcome::Resolved { .. }))
    }

    /// The lines of the resolved calls' targets, in the order of the calls.
    #[allow(dead_code, reason = "not all languages' tests look at places")]
    pub(crate) fn target_lines(&self) -> Vec<u32> {
        let mut lines = Vec::new();
        for link in self.links.iter().flat_map(|links| &links.calls) {
            if let Outcome::Resolved { targets, .. } = &link.outcome {
                for target in targets {
                    let facts = self.files[target.file.index()].1.as_ref().expect("targets are in source files");
                    lines.push(facts.def(target.def).pos.line);
                }
            }
        }
        lines
    }

    /// Functions named without a call, sorted, as `caller.c:f -> callee.c:g`.
    #[allow(dead_code, reason = "not all languages' tests look at references")]
    pub(crate) fn references(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for ((path, facts), links) in self.files.iter().zip(&self.links) {
            let Some(facts) = facts else { continue };
            for reference in &links.references {
                let (target_path, target_facts) = &self.files[reference.target.file.index()];
                let target_facts = target_facts.as_ref().expect("targets are in source files");
                let user = place(path, facts, facts.enclosing_entity(reference.owner));
                lines.push(format!("{user} -> {}", place(target_path, target_facts, reference.target.def)));
            }
        }
        lines.sort();
        lines.dedup();
        lines
    }

    fn outcomes(&self, wanted: impl Fn(&Outcome) -> bool) -> Vec<String> {
        let mut lines = Vec::new();
        for ((path, facts), links) in self.files.iter().zip(&self.links) {
            let Some(facts) = facts else { continue };
            for link in links.calls.iter().filter(|link| wanted(&link.outcome)) {
                let call = facts.call(link.call);
                let caller = place(path, facts, facts.enclosing_entity(call.owner));
                match &link.outcome {
                    Outcome::Resolved { targets, .. } => {
                        for target in targets {
                            let (path, facts) = &self.files[target.file.index()];
                            let facts = facts.as_ref().expect("targets are in source files");
                            lines.push(format!("{caller} -> {}", place(path, facts, target.def)));
                        }
                    }
                    other => lines.push(format!("{caller} -> {}? {other:?}", call.name)),
                }
            }
        }
        lines.sort();
        lines.dedup();
        lines
    }
}

fn place(path: &str, facts: &FileFacts, mut def: DefId) -> String {
    let mut parts = Vec::new();
    while def != DefId::FILE {
        let this = facts.def(def);
        if !this.name.is_empty() {
            parts.push(this.name.as_str());
        }
        def = this.parent;
    }
    parts.reverse();
    if parts.is_empty() { path.to_owned() } else { format!("{path}:{}", parts.join(".")) }
}
