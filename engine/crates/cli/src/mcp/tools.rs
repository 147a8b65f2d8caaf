//! The tools: what a model can ask, as data.

use super::pages;
use super::roots::Roots;
use parseltongue_report::document::Document;
use parseltongue_report::queries::{self, Answer, Asked, ListOptions};
use parseltongue_report::{Project, render, workflows};
use parseltongue_store::{EntityId, Options, Progress, scan};
use serde_json::{Map, Value, json};

/// Tokens of a page, as `o200k_base` counts them; estimated, rather too high than too low.
const DEFAULT_TOKENS: usize = 2000;
const FEWEST_TOKENS: usize = 200;
const MOST_TOKENS: usize = 50_000;

/// How a tool finds its answer.
enum Run {
    Project(fn(&Project) -> Document),
    /// About each entity that `name` stands for.
    Entity(fn(&Project, EntityId, &Arguments) -> Result<Document, String>),
    /// From the arguments; an error is told to the model.
    Free(fn(&Project, &Arguments) -> Result<Document, String>),
}

struct Tool {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    parameters: &'static [Parameter],
    run: Run,
}

#[derive(Clone, Copy)]
struct Parameter {
    name: &'static str,
    kind: Kind,
    required: bool,
    description: &'static str,
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Flag,
    Number { least: usize, most: usize },
}

const NAME: Parameter = Parameter {
    name: "name",
    kind: Kind::Text,
    required: true,
    description: "parse, Parser::parse, Client.send, or a place: src/io.rs:42",
};

const UNRESOLVED: Parameter = Parameter {
    name: "unresolved",
    kind: Kind::Flag,
    required: false,
    description: "List the unresolved call sites of that name, too.",
};

/// What every tool takes.
const COMMON: &[Parameter] = &[
    Parameter {
        name: "root",
        kind: Kind::Text,
        required: false,
        description: "Folder in the workspace; default: its first root.",
    },
    Parameter {
        name: "max_tokens",
        kind: Kind::Number { least: FEWEST_TOKENS, most: MOST_TOKENS },
        required: false,
        description: "Of o200k_base; default 2000. The rest comes by cursor.",
    },
    Parameter {
        name: "cursor",
        kind: Kind::Text,
        required: false,
        description: "From the end of an answer that was cut.",
    },
];

const TOOLS: &[Tool] = &[
    Tool {
        name: "orient",
        title: "What this project is",
        description: "What the project is, its modules, entry points, central types and functions, and what to read \
                      first. Ask this once, before anything else.",
        parameters: &[],
        run: Run::Project(|project| workflows::onboard(project, workflows::Scope::Shallow).orientation()),
    },
    Tool {
        name: "find",
        title: "Find entities",
        description: "Functions, types and other entities whose qualified name or path contains a text, with their \
                      places.",
        parameters: &[Parameter {
            name: "query",
            kind: Kind::Text,
            required: true,
            description: "Part of a qualified name or path, in any case.",
        }],
        run: Run::Free(find),
    },
    Tool {
        name: "source",
        title: "Read a definition",
        description: "Where an entity is defined, with its whole source.",
        parameters: &[NAME],
        run: Run::Entity(|project, id, _| Ok(queries::source(project, id).document())),
    },
    Tool {
        name: "callers",
        title: "Who calls it",
        description: "Who calls a function or names a type, with the calling lines, and how many call sites of that \
                      name are unresolved.",
        parameters: &[NAME, UNRESOLVED],
        run: Run::Entity(|project, id, arguments| Ok(queries::callers(project, id, &arguments.asked()).document())),
    },
    Tool {
        name: "callees",
        title: "What it calls",
        description: "What a function calls, with the calling lines.",
        parameters: &[
            NAME,
            Parameter {
                name: "dispatch",
                kind: Kind::Flag,
                required: false,
                description: "Also list the implementations that may run instead of a called method.",
            },
        ],
        run: Run::Entity(|project, id, arguments| Ok(queries::callees(project, id, &arguments.asked()).document())),
    },
    Tool {
        name: "impact",
        title: "What a change can affect",
        description: "Everything upstream that a change to an entity can affect, with a risk level; production and \
                      tests apart. Ask before you change a signature or behaviour.",
        parameters: &[
            NAME,
            Parameter {
                name: "depth",
                kind: Kind::Number { least: 1, most: 1000 },
                required: false,
                description: "Look at most so many steps upstream. Default: all.",
            },
            UNRESOLVED,
        ],
        run: Run::Entity(|project, id, arguments| {
            let depth = arguments.number("depth").map(|depth| depth as u32);
            Ok(queries::blast_radius(project, id, depth, &arguments.asked()).document())
        }),
    },
    Tool {
        name: "context",
        title: "What to read before changing it",
        description: "Source of an entity with its callers, callees and types, the most relevant first, within \
                      max_tokens.",
        parameters: &[NAME],
        run: Run::Entity(|project, id, arguments| {
            // A page must hold all of it.
            let budget = arguments.max_tokens() - pages::FOOTER;
            let rendered = |context: &queries::Context| render::markdown(&context.document());
            queries::generate_context(project, id, budget, &rendered).map(|context| context.document())
        }),
    },
    Tool {
        name: "affected_tests",
        title: "Which tests to run",
        description: "Tests that run an entity, or, with base instead of name, what the changes since a git revision \
                      affect and which tests run that.",
        parameters: &[
            Parameter { required: false, ..NAME },
            Parameter {
                name: "base",
                kind: Kind::Text,
                required: false,
                description: "Git revision to compare the files as they are now with, for example main.",
            },
        ],
        run: Run::Free(affected_tests),
    },
];

/// The arguments of a call, checked.
struct Arguments(Map<String, Value>);

impl Arguments {
    fn check(tool: &Tool, given: &Value) -> Result<Self, String> {
        let given = match given {
            Value::Null => Map::new(),
            Value::Object(given) => given.clone(),
            _ => return Err("arguments must be an object".to_owned()),
        };
        let known = || tool.parameters.iter().chain(COMMON);
        for (name, value) in &given {
            let Some(parameter) = known().find(|parameter| parameter.name == name) else {
                let names: Vec<&str> = known().map(|parameter| parameter.name).collect();
                return Err(format!("{} has no argument '{name}'; it takes {}", tool.name, names.join(", ")));
            };
            match parameter.kind {
                Kind::Text if !value.is_string() => return Err(format!("'{name}' must be a string")),
                Kind::Flag if !value.is_boolean() => return Err(format!("'{name}' must be true or false")),
                Kind::Number { least, most } => {
                    let fits = value.as_u64().is_some_and(|value| (least as u64..=most as u64).contains(&value));
                    if !fits {
                        return Err(format!("'{name}' must be a whole number from {least} to {most}"));
                    }
                }
                Kind::Text | Kind::Flag => {}
            }
        }
        for parameter in known().filter(|parameter| parameter.required) {
            if !given.contains_key(parameter.name) {
                return Err(format!("{} needs the argument '{}'", tool.name, parameter.name));
            }
        }
        Ok(Self(given))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.0.get(name).and_then(Value::as_u64).map(|number| number as usize)
    }

    fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    fn asked(&self) -> Asked {
        Asked { unresolved: self.flag("unresolved"), dispatch: self.flag("dispatch"), ..Asked::default() }
    }

    fn max_tokens(&self) -> usize {
        self.number("max_tokens").unwrap_or(DEFAULT_TOKENS)
    }
}

/// The tools with their schemas, as `tools/list` gives them.
pub(super) fn list() -> Vec<Value> {
    let described = |tool: &Tool| {
        let parameters = || tool.parameters.iter().chain(COMMON);
        let properties: Map<String, Value> = parameters()
            .map(|parameter| {
                let schema = match parameter.kind {
                    Kind::Text => json!({ "type": "string", "description": parameter.description }),
                    Kind::Flag => json!({ "type": "boolean", "description": parameter.description }),
                    Kind::Number { least, most } => json!({
                        "type": "integer", "minimum": least, "maximum": most, "description": parameter.description
                    }),
                };
                (parameter.name.to_owned(), schema)
            })
            .collect();
        let required: Vec<&str> =
            parameters().filter(|parameter| parameter.required).map(|parameter| parameter.name).collect();
        json!({
            "name": tool.name,
            "title": tool.title,
            "description": tool.description,
            "inputSchema": {
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": false,
            },
            "annotations": { "readOnlyHint": true, "openWorldHint": false },
        })
    };
    TOOLS.iter().map(described).collect()
}

/// Answers a call. What goes wrong with a known tool is told to the model, as the protocol asks.
///
/// # Errors
/// If there is no such tool.
pub(super) fn call(params: &Value, roots: &Roots, no_ignore: bool, progress: &dyn Progress) -> Result<Value, String> {
    let name = params["name"].as_str().unwrap_or("");
    let Some(tool) = TOOLS.iter().find(|tool| tool.name == name) else {
        let names: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
        return Err(format!("there is no tool '{name}'; there are {}", names.join(", ")));
    };
    let answer = Arguments::check(tool, &params["arguments"])
        .and_then(|arguments| answer(tool, &arguments, roots, no_ignore, progress));
    let (text, failed) = match answer {
        Ok(text) => (text, false),
        Err(message) => (message, true),
    };
    Ok(json!({ "content": [{ "type": "text", "text": text }], "isError": failed }))
}

fn answer(
    tool: &Tool,
    arguments: &Arguments,
    roots: &Roots,
    no_ignore: bool,
    progress: &dyn Progress,
) -> Result<String, String> {
    let root = roots.choose(arguments.text("root"))?;
    let options = Options { rules: scan::Rules { no_ignore }, no_cache: false };
    let project = Project::new(parseltongue_store::open(&root, &options, progress).map_err(|error| error.to_string())?);
    if project.snapshot.files().is_empty() {
        return Err(format!("there is no source file of a known language in {}", root.display()));
    }
    let document = match tool.run {
        Run::Project(run) => run(&project),
        Run::Entity(run) => {
            about(&project, arguments.text("name").unwrap_or(""), |project, id| run(project, id, arguments))?
        }
        Run::Free(run) => run(&project, arguments)?,
    };
    pages::page(&render::markdown(&document.with_arguments()), arguments.text("cursor"), arguments.max_tokens())
}

/// Answers about each entity of a name.
fn about(
    project: &Project,
    name: &str,
    run: impl Fn(&Project, EntityId) -> Result<Document, String>,
) -> Result<Document, String> {
    let entities = queries::resolve_name(project, name).map_err(|missing| {
        let near = match missing.did_you_mean.as_slice() {
            [] => "; the tool find searches names and paths".to_owned(),
            near => format!("; did you mean {}?", near.join(", ")),
        };
        let called = match missing.called {
            0 => String::new(),
            sites => format!(" ({sites} call sites of that name lead out of the mapped files or nowhere known)"),
        };
        format!("no entity named '{name}' in {}{called}{near}", project.source.path().display())
    })?;
    let mut document = Document::default();
    for id in entities {
        document.append(run(project, id)?);
    }
    Ok(document)
}

fn find(project: &Project, arguments: &Arguments) -> Result<Document, String> {
    let query = arguments.text("query").unwrap_or("").to_owned();
    let options = ListOptions { kinds: Vec::new(), filter: Some(query.clone()), limit: None };
    let list = queries::list_entities(project, &options);
    if list.entities.is_empty() {
        return about(project, &query, |_, _| Ok(Document::default()));
    }
    Ok(list.document())
}

fn affected_tests(project: &Project, arguments: &Arguments) -> Result<Document, String> {
    match (arguments.text("name"), arguments.text("base")) {
        (Some(name), None) => about(project, name, |project, id| Ok(queries::affected_tests(project, id).document())),
        (None, Some(base)) => {
            let changes = workflows::git::changed_lines(project, base)?;
            Ok(queries::affected_by_change(project, base, &changes).document())
        }
        _ => Err("pass either name or base".to_owned()),
    }
}
