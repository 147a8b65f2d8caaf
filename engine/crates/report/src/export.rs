//! The graph for other programs: as sorted, tab-separated lines here, as graph formats in [`graph`], as a
//! SCIP index in [`scip`].

pub mod graph;
pub mod scip;

use crate::confidence::Confidence;
use crate::impact::overriding;
use crate::model::evidence_label;
use crate::project::Project;
use parseltongue_store::snapshot::{CallKind, EntityId, Snapshot, StrId};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Which calls are listed, and what is said of each.
#[derive(Clone, Copy, Debug, Default)]
pub struct CallOptions {
    /// Two more columns: how the call was resolved, and how sure that is.
    pub evidence: bool,
    /// Also list the methods that may run instead of the called one; one more column, the last, tells
    /// `static` and `dispatch` apart.
    pub dispatch: bool,
    pub min_confidence: Confidence,
}

/// Each call between functions once, sorted: caller file, line, name, callee file, line, name. Lines are
/// those of the name tokens.
pub fn calls(project: &Project, options: &CallOptions) -> String {
    let snapshot = &project.snapshot;
    let places = Places::new(project);
    let mut lines = BTreeSet::new();
    for call in snapshot.calls().iter().filter(|call| call.kind() == CallKind::Call) {
        let confidence = Confidence::of(call.evidence());
        let callable = |id| snapshot.entity(id).kind().is_callable();
        if confidence < options.min_confidence || !callable(call.caller) || !callable(call.callee) {
            continue;
        }
        let mut add = |callee, dispatch: &str| {
            for caller in places.of(call.caller) {
                for callee in places.of(callee) {
                    let mut line = format!("{caller}\t{callee}");
                    if options.evidence {
                        let _ = write!(line, "\t{}\t{confidence}", evidence_label(call.evidence()));
                    }
                    if options.dispatch {
                        let _ = write!(line, "\t{dispatch}");
                    }
                    lines.insert(line);
                }
            }
        };
        add(call.callee, "static");
        if options.dispatch {
            for target in overriding(snapshot, call.callee) {
                add(target, "dispatch");
            }
        }
    }
    join(lines)
}

/// Each function once, sorted: file, line, name. One with a name of its own besides the member's that it is the
/// value of (`a.f = function g() {}`) by both names, here and in [`calls`].
pub fn functions(project: &Project) -> String {
    let places = Places::new(project);
    let ids = (0..project.snapshot.entities().len()).map(EntityId::from_index);
    join(ids.filter(|&id| project.snapshot.entity(id).kind().is_callable()).flat_map(|id| places.of(id)).collect())
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

/// Where entities stand, as they are written into lines.
struct Places<'p> {
    snapshot: &'p Snapshot,
    own_names: FxHashMap<EntityId, StrId>,
}

impl<'p> Places<'p> {
    fn new(project: &'p Project) -> Self {
        Self { snapshot: &project.snapshot, own_names: project.snapshot.own_names().collect() }
    }

    /// File, line and name; a function with a second name stands there by each.
    fn of(&self, id: EntityId) -> impl Iterator<Item = String> + use<'_> {
        let entity = self.snapshot.entity(id);
        let names = [Some(&entity.name), self.own_names.get(&id)];
        names
            .into_iter()
            .flatten()
            .map(|name| format!("{}\t{}\t{}", self.snapshot.path(entity.file), entity.line, self.snapshot.str(*name)))
    }
}

fn join(lines: BTreeSet<String>) -> String {
    let mut out = String::new();
    for line in lines {
        out.push_str(&line);
        out.push('\n');
    }
    out
}
