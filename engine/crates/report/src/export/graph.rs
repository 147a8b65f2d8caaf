//! The graph in formats that other programs read.

use crate::confidence::Confidence;
use crate::model::{evidence_label, kind_label};
use crate::project::Project;
use parseltongue_resolve::RelationKind;
use parseltongue_sort::StableSort;
use parseltongue_store::EntityId;
use parseltongue_store::snapshot::CallKind;
use parseltongue_syntax::facts::DefKind;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Functions, types and files, and what joins them.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Graph {
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Node {
    /// Path and qualified name, with a number where several share both: the same after edits elsewhere.
    pub id: String,
    pub name: String,
    pub kind: &'static str,
    pub file: String,
    /// 1-based, of the name.
    pub line: u32,
    pub test: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Edge {
    /// Index among the nodes.
    #[serde(skip)]
    from: usize,
    #[serde(skip)]
    to: usize,
    pub source: String,
    pub target: String,
    /// `call`, `reference`, `extends`, `implements`, `overrides`, `uses-type`, `imports`.
    pub kind: &'static str,
    /// Of calls and references: how the first of them was resolved; else empty.
    pub evidence: &'static str,
    pub confidence: Confidence,
}

impl Graph {
    pub fn new(project: &Project, min_confidence: Confidence) -> Self {
        let snapshot = &project.snapshot;
        let mut index: BTreeMap<EntityId, usize> = BTreeMap::new();
        let mut nodes: Vec<Node> = Vec::new();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for id in (0..snapshot.entities().len()).map(EntityId::from_index) {
            let entity = snapshot.entity(id);
            let kind = entity.kind();
            let is_node = kind == DefKind::File || kind.is_callable() || kind.is_type() && kind != DefKind::Anonymous;
            if !is_node {
                continue;
            }
            let file = snapshot.path(entity.file);
            let name = if kind == DefKind::File { file.to_owned() } else { project.qualified_name(id) };
            let plain = if kind == DefKind::File { file.to_owned() } else { format!("{file}:{name}") };
            let times = seen.entry(plain.clone()).or_default();
            *times += 1;
            let node_id = if *times == 1 { plain } else { format!("{plain}#{times}") };
            index.insert(id, nodes.len());
            nodes.push(Node {
                id: node_id,
                name,
                kind: kind_label(kind),
                file: file.to_owned(),
                line: entity.line,
                test: entity.is_test(),
            });
        }
        // What is no node counts as what it stands in; an impl block as its type.
        let node_of = |mut id: EntityId| loop {
            if let Some(&node) = index.get(&id) {
                return Some(node);
            }
            let entity = snapshot.entity(id);
            id = (entity.kind() == DefKind::Impl).then(|| snapshot.owner_type(id)).flatten().or(entity.parent())?;
        };
        let mut edges: BTreeSet<Edge> = BTreeSet::new();
        let mut add = |from, to, kind, evidence, confidence| {
            if let (Some(from), Some(to)) = (node_of(from), node_of(to)) {
                let (source, target) = (nodes[from].id.clone(), nodes[to].id.clone());
                edges.insert(Edge { from, to, source, target, kind, evidence, confidence });
            }
        };
        for call in snapshot.calls() {
            let confidence = Confidence::of(call.evidence());
            if confidence >= min_confidence {
                let kind = if call.kind() == CallKind::Call { "call" } else { "reference" };
                add(call.caller, call.callee, kind, evidence_label(call.evidence()), confidence);
            }
        }
        for relation in snapshot.relations() {
            add(relation.from, relation.to, relation_label(relation.kind()), "", Confidence::certain());
        }
        let mut edges: Vec<Edge> = edges.into_iter().collect();
        // Of several ways between the same two, one edge of each kind: the surest.
        edges.stable_sort_by(|a, b| {
            (a.from, a.to, a.kind).cmp(&(b.from, b.to, b.kind)).then_with(|| b.confidence.cmp(&a.confidence))
        });
        edges.dedup_by(|a, b| (a.from, a.to, a.kind) == (b.from, b.to, b.kind));
        Self { nodes, edges }
    }

    /// One object with `nodes` and `edges`.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("texts and numbers can be written as JSON");
        text.push('\n');
        text
    }

    /// `GraphML` 1.0, as graph tools and databases import it.
    pub fn graphml(&self) -> String {
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
        );
        let keys = [
            ("name", "node", "string"),
            ("kind", "node", "string"),
            ("file", "node", "string"),
            ("line", "node", "int"),
            ("test", "node", "boolean"),
            ("relation", "edge", "string"),
            ("evidence", "edge", "string"),
            ("confidence", "edge", "double"),
        ];
        for (id, of, ty) in keys {
            out.push_str(&format!("  <key id=\"{id}\" for=\"{of}\" attr.name=\"{id}\" attr.type=\"{ty}\"/>\n"));
        }
        out.push_str("  <graph edgedefault=\"directed\">\n");
        for node in &self.nodes {
            out.push_str(&format!("    <node id=\"{}\">", xml(&node.id)));
            let line = node.line.to_string();
            let data = [
                ("name", node.name.as_str()),
                ("kind", node.kind),
                ("file", &node.file),
                ("line", &line),
                ("test", if node.test { "true" } else { "false" }),
            ];
            for (key, value) in data {
                out.push_str(&format!("<data key=\"{key}\">{}</data>", xml(value)));
            }
            out.push_str("</node>\n");
        }
        for edge in &self.edges {
            out.push_str(&format!(
                "    <edge source=\"{}\" target=\"{}\"><data key=\"relation\">{}</data><data key=\"evidence\">{}</data>\
                 <data key=\"confidence\">{}</data></edge>\n",
                xml(&edge.source),
                xml(&edge.target),
                edge.kind,
                edge.evidence,
                edge.confidence,
            ));
        }
        out.push_str("  </graph>\n</graphml>\n");
        out
    }

    /// Nodes as CSV with the header that `neo4j-admin import` reads; others take it as names of columns.
    pub fn csv_nodes(&self) -> String {
        let mut out = String::from("id:ID,name,:LABEL,file,line:int,test:boolean\n");
        for node in &self.nodes {
            let line = node.line.to_string();
            let test = if node.test { "true" } else { "false" };
            csv_row(&mut out, &[&node.id, &node.name, node.kind, &node.file, &line, test]);
        }
        out
    }

    /// Edges as CSV, for the nodes of [`Graph::csv_nodes`].
    pub fn csv_edges(&self) -> String {
        let mut out = String::from(":START_ID,:END_ID,:TYPE,evidence,confidence:double\n");
        for edge in &self.edges {
            csv_row(&mut out, &[&edge.source, &edge.target, edge.kind, edge.evidence, &edge.confidence.to_string()]);
        }
        out
    }

    /// Graphviz; dashed where it is no call.
    pub fn dot(&self) -> String {
        let mut out = String::from("digraph parseltongue {\n  rankdir=LR;\n  node [shape=box];\n");
        for (index, node) in self.nodes.iter().enumerate() {
            let label = dot_text(&node.name);
            let tooltip = dot_text(&format!("{} {}:{}", node.kind, node.file, node.line));
            out.push_str(&format!("  n{index} [label=\"{label}\", tooltip=\"{tooltip}\"];\n"));
        }
        for edge in &self.edges {
            let style =
                if edge.kind == "call" { String::new() } else { format!(" [style=dashed, label=\"{}\"]", edge.kind) };
            out.push_str(&format!("  n{} -> n{}{style};\n", edge.from, edge.to));
        }
        out.push_str("}\n");
        out
    }

    /// A Mermaid flowchart of what has an edge. Viewers refuse more than 500 edges unless they are told to.
    pub fn mermaid(&self) -> String {
        let joined: BTreeSet<usize> = self.edges.iter().flat_map(|edge| [edge.from, edge.to]).collect();
        let mut out = String::from("flowchart LR\n");
        for &index in &joined {
            out.push_str(&format!("  n{index}[\"{}\"]\n", mermaid_text(&self.nodes[index].name)));
        }
        for edge in &self.edges {
            let arrow = if edge.kind == "call" { "-->".to_owned() } else { format!("-. {} .->", edge.kind) };
            out.push_str(&format!("  n{} {arrow} n{}\n", edge.from, edge.to));
        }
        out
    }
}

fn relation_label(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Extends => "extends",
        RelationKind::Implements => "implements",
        RelationKind::Overrides => "overrides",
        RelationKind::UsesType => "uses-type",
        RelationKind::Imports => "imports",
    }
}

fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no way to write these.
            control if control.is_control() => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

/// One row of RFC 4180.
fn csv_row(out: &mut String, cells: &[&str]) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        if cell.contains(['"', ',', '\n', '\r']) {
            out.push_str(&format!("\"{}\"", cell.replace('"', "\"\"")));
        } else {
            out.push_str(cell);
        }
    }
    out.push('\n');
}

fn dot_text(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Mermaid reads entities in labels.
fn mermaid_text(text: &str) -> String {
    text.replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}
