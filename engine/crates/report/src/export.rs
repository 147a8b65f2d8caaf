//! The graph as tab-separated lines, for other programs.

use crate::project::Project;
use parseltongue_store::snapshot::{CallKind, EntityRecord};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Each call between functions once, sorted: caller file, line, name, callee file, line, name; with
/// `evidence`, also how it was resolved. Lines are those of the name tokens.
pub fn calls(project: &Project, evidence: bool) -> String {
    let snapshot = &project.snapshot;
    let mut lines = BTreeSet::new();
    for call in snapshot.calls().iter().filter(|call| call.kind() == CallKind::Call) {
        let (caller, callee) = (snapshot.entity(call.caller), snapshot.entity(call.callee));
        if caller.kind().is_callable() && callee.kind().is_callable() {
            let mut line = format!("{}\t{}", place(project, caller), place(project, callee));
            if evidence {
                let _ = write!(line, "\t{}", crate::model::evidence_label(call.evidence()));
            }
            lines.insert(line);
        }
    }
    join(lines)
}

/// Each function once, sorted: file, line, name.
pub fn functions(project: &Project) -> String {
    let entities = project.snapshot.entities().iter();
    join(entities.filter(|entity| entity.kind().is_callable()).map(|entity| place(project, entity)).collect())
}

/// Call sites without a target in the project, sorted: file, line, name, `unknown` | `indirect` |
/// `external`.
pub fn unresolved(project: &Project) -> String {
    let snapshot = &project.snapshot;
    let sites = snapshot.sites().iter().map(|site| {
        let outcome = site.outcome().label();
        let file = snapshot.path(snapshot.entity(site.owner).file);
        format!("{file}\t{}\t{}\t{outcome}", site.line, snapshot.str(site.name))
    });
    join(sites.collect())
}

fn place(project: &Project, entity: &EntityRecord) -> String {
    let snapshot = &project.snapshot;
    format!("{}\t{}\t{}", snapshot.path(entity.file), entity.line, snapshot.str(entity.name))
}

fn join(lines: BTreeSet<String>) -> String {
    let mut out = String::new();
    for line in lines {
        out.push_str(&line);
        out.push('\n');
    }
    out
}
