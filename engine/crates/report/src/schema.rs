//! The JSON Schema of what every command prints with `--json`, from the types of the answers.
//!
//! Behind a feature that the binary is built without: the schema is a document, not an answer.

use crate::export::graph::Graph;
use crate::{SCHEMA_VERSION, import, ingest, queries, visualize, workflows};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// Each command with the types of its answers.
macro_rules! answers {
    ($generator:ident; $($command:literal => $($answer:ty)|+;)+) => {
        vec![$(($command, vec![$($generator.subschema_for::<$answer>()),+])),+]
    };
}

/// The schema of all answers, as draft 2020-12.
pub fn answers() -> Value {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let commands = answers! { generator;
        "ingest" => ingest::Ingested;
        "import scip" => import::Imported;
        "list-entities" => queries::EntityList;
        "entities-in-file" => queries::EntityList;
        "where-defined" => queries::WhereDefined;
        "callers" => queries::Callers;
        "callees" => queries::Callees;
        "blast-radius" => queries::BlastRadius;
        "what-implements" => queries::Implementations;
        "affected-tests" => queries::AffectedTests;
        "affected" => queries::AffectedByChange;
        "unused" => queries::Unused;
        "entry-points" => queries::EntryPoints;
        "find-cycles" => queries::Cycles;
        "generate-context" => queries::Context | queries::ProjectMap;
        "visualize" => visualize::Visualized;
        "report onboard" => workflows::Onboard;
        "report debug" => workflows::Debug;
        "report feature-start" => workflows::FeatureStart;
        "report refactor-check" => workflows::RefactorCheck | workflows::ChangeCheck;
    };
    let envelope = |command: Value, name: &str, rest: Value| {
        let mut properties = json!({
            "schema": { "const": SCHEMA_VERSION, "description": "The version of this schema." },
            "command": command,
            "root": { "type": "string", "description": "The folder or dump that was asked about." },
        });
        let mut required = vec!["schema", "command", "root"];
        if let (Some(properties), Some(rest)) = (properties.as_object_mut(), rest.as_object()) {
            required.extend(rest.keys().map(String::as_str));
            properties.extend(rest.clone());
        }
        json!({ "title": name, "type": "object", "properties": properties, "required": required })
    };
    let mut alternatives: Vec<Value> = commands
        .into_iter()
        .map(|(command, answers)| {
            let items = if answers.len() == 1 { json!(answers[0]) } else { json!({ "anyOf": answers }) };
            let rest = json!({ "answers": { "type": "array", "items": items } });
            envelope(json!({ "const": command }), command, rest)
        })
        .collect();
    let rest = json!({
        "not_found": { "type": "string", "description": "What was asked for and is not there." },
        "did_you_mean": { "type": "array", "items": { "type": "string" } },
    });
    alternatives.push(envelope(json!({ "type": "string" }), "nothing of that name (exit code 1)", rest));
    alternatives.push(json!({ "title": "export json", "allOf": [generator.subschema_for::<Graph>()] }));
    let definitions: Map<String, Value> = generator.take_definitions(true);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("Answers of parseltongue, version {SCHEMA_VERSION}"),
        "description": "What each command prints with --json. Fields may be added in the same version; where one \
                        goes away or changes its meaning or type, the version rises.",
        "oneOf": alternatives,
        "$defs": definitions,
    })
}
