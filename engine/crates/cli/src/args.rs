//! The command line.

use clap::error::{ContextKind, ContextValue};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use parseltongue_report::confidence::Confidence;
use parseltongue_report::model::kind_label;
use parseltongue_report::risk::Risk;
use parseltongue_report::workflows::Scope;
use parseltongue_syntax::facts::DefKind;
use std::path::PathBuf;

/// Maps a codebase and answers what is there, who calls what, and what a change can break.
#[derive(Parser)]
#[command(name = "parseltongue", version, about, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "\
Examples:
  parseltongue report onboard                 what this project is and where it starts
  parseltongue callers Parser::parse          who calls it, with the calling lines
  parseltongue blast-radius src/io.rs:42      what a change to the function at that line can affect

NAME is a simple name (parse), a qualified name (Parser::parse, Client.send), or file:line.
If several entities fit, all are answered. Exit codes: 0 answered, 1 not found, 2 failure.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What the command line asks for; ends the program where it is wrong, or asks for help.
pub(crate) fn parse() -> Cli {
    Cli::try_parse().unwrap_or_else(|mut error| {
        // `pt onboard` is `parseltongue report onboard`.
        if let Some(ContextValue::String(given)) = error.get(ContextKind::InvalidSubcommand)
            && Cli::command().find_subcommand("report").is_some_and(|report| report.find_subcommand(given).is_some())
        {
            let meant = ContextValue::Strings(vec![format!("report {given}")]);
            error.insert(ContextKind::SuggestedSubcommand, meant);
        }
        error.exit()
    })
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make or refresh the map of a directory or of a text dump, and say what is in it
    #[command(after_help = "\
Examples:
  parseltongue ingest                 the project around the current directory
  parseltongue ingest ../service      another directory
  parseltongue ingest dump.txt        a text dump: each file starts with a line 'FILE: path'")]
    Ingest {
        /// Directory or dump file [default: the enclosing git root, else the current directory]
        target: Option<PathBuf>,
        #[command(flatten)]
        common: Common,
    },
    /// List functions, types and other entities
    #[command(after_help = "\
Examples:
  parseltongue list-entities --type struct --type trait
  parseltongue list-entities --filter parse --limit 20
  parseltongue list-entities --format json")]
    ListEntities {
        /// Only this kind; may be repeated
        #[arg(long = "type", value_name = "KIND", value_parser = parse_kind)]
        kinds: Vec<DefKind>,
        /// At most so many
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
        /// Only where the qualified name or the path contains this text, in any case
        #[arg(long, value_name = "TEXT")]
        filter: Option<String>,
        #[command(flatten)]
        common: Common,
    },
    /// List the entities of one file
    #[command(after_help = "Example:\n  parseltongue entities-in-file src/main.rs")]
    EntitiesInFile {
        /// Path relative to the root or to the current directory
        file: String,
        #[command(flatten)]
        common: Common,
    },
    /// Show where a name is defined, with its signature
    #[command(after_help = "Examples:\n  parseltongue where-defined parse\n  parseltongue where-defined Parser::parse")]
    WhereDefined {
        name: String,
        #[command(flatten)]
        common: Common,
    },
    /// Show who calls a function, or names a type
    #[command(after_help = "Examples:\n  parseltongue callers parse\n  parseltongue callers parse --unresolved")]
    Callers {
        name: String,
        /// Also list the call sites of that name that could not be resolved
        #[arg(long)]
        unresolved: bool,
        #[command(flatten)]
        sure: MinConfidence,
        #[command(flatten)]
        common: Common,
    },
    /// Show what a function calls
    #[command(after_help = "Examples:\n  parseltongue callees main\n  parseltongue callees main --dispatch")]
    Callees {
        name: String,
        /// Also list the implementations and overrides that may run instead of the called methods
        #[arg(long)]
        dispatch: bool,
        #[command(flatten)]
        sure: MinConfidence,
        #[command(flatten)]
        common: Common,
    },
    /// Show what a change could affect, with the risk level
    #[command(after_help = "\
Examples:
  parseltongue blast-radius Config
  parseltongue blast-radius Config --depth 1

Risk counts affected production entities: low 0-5, medium 6-20, high 21-50, critical above.")]
    BlastRadius {
        name: String,
        /// Look at most so many steps upstream
        #[arg(long, value_name = "N")]
        depth: Option<u32>,
        /// Also list the call sites of that name that could not be resolved
        #[arg(long)]
        unresolved: bool,
        #[command(flatten)]
        sure: MinConfidence,
        #[command(flatten)]
        gate: Gate,
        #[command(flatten)]
        common: Common,
    },
    /// Show what implements a trait or interface, extends a class, or overrides a method
    #[command(after_help = "Example:\n  parseltongue what-implements Iterator")]
    WhatImplements {
        name: String,
        #[command(flatten)]
        common: Common,
    },
    /// Show which tests run an entity
    #[command(after_help = "Example:\n  parseltongue affected-tests Parser::parse")]
    AffectedTests {
        name: String,
        #[command(flatten)]
        common: Common,
    },
    /// Show what the changes since a git revision affect, and which tests to run
    #[command(
        after_help = "Examples:\n  parseltongue affected --base main\n  parseltongue affected --base HEAD~3 --format markdown"
    )]
    Affected {
        /// Compare the files as they are now with this revision
        #[arg(long, value_name = "REV", default_value = "HEAD")]
        base: String,
        #[command(flatten)]
        gate: Gate,
        #[command(flatten)]
        common: Common,
    },
    /// List definitions that nothing uses, with the reasons why they may be used all the same
    #[command(after_help = "Examples:\n  parseltongue unused --format json\n  parseltongue unused --unresolved")]
    Unused {
        /// Also list the call sites of their names that could not be resolved
        #[arg(long)]
        unresolved: bool,
        #[command(flatten)]
        common: Common,
    },
    /// List where control enters: routes and commands of frameworks, main functions, what packages offer
    #[command(
        visible_alias = "routes",
        after_help = "\
Examples:
  parseltongue entry-points
  parseltongue entry-points --format json

Knows express, fastify, hono, Next, flask, fastapi, django, click, typer, axum, actix, clap, net/http, gin, echo,
mux, chi, cobra, Spring and JAX-RS."
    )]
    EntryPoints {
        #[command(flatten)]
        common: Common,
    },
    /// Find cycles of calls, and calls whose removal ends them
    #[command(after_help = "Examples:\n  parseltongue find-cycles\n  parseltongue find-cycles --of files")]
    FindCycles {
        /// Between what
        #[arg(long, value_enum, default_value = "functions")]
        of: CycleKind,
        #[command(flatten)]
        common: Common,
    },
    /// Write what a language model must know, within a budget of tokens: an entity with what stands around
    /// it, or without NAME the project by its most central signatures
    #[command(after_help = "\
Examples:
  parseltongue generate-context Parser --tokens 2000 --format markdown
  parseltongue generate-context --format xml

Tokens are meant as o200k_base counts them. They are estimated, rather too high than too low, for the whole
answer in the chosen format. What is nearest in the graph comes first, signatures before bodies.")]
    GenerateContext {
        name: Option<String>,
        /// Keep the answer below so many tokens
        #[arg(long, value_name = "N", default_value_t = parseltongue_report::queries::DEFAULT_TOKENS)]
        tokens: usize,
        #[command(flatten)]
        common: Common,
    },
    /// Write a finished document: onboard, debug, feature-start or refactor-check
    #[command(after_help = "\
Examples:
  parseltongue report onboard
  parseltongue report debug Parser::parse
  parseltongue report feature-start Config --format markdown
  parseltongue report refactor-check parse --format json
  parseltongue report refactor-check --base main --format ci --fail-on high")]
    Report {
        #[command(subcommand)]
        report: Report,
    },
    /// Draw the project as one HTML file: modules, files and entities, who calls whom, what a change affects
    #[command(after_help = "\
Examples:
  parseltongue visualize                          writes parseltongue_workspace/visualize.html
  parseltongue visualize Parser::parse            opens with that entity chosen
  parseltongue visualize --output ../map.html     another file; '-' is standard output

The file needs no network and nothing beside it; it can be mailed or attached. It names files, entities and
lines, and holds no source code.")]
    Visualize {
        /// The entity to choose when the page opens
        name: Option<String>,
        /// Where to write the page [default: `parseltongue_workspace/visualize.html` in the project]
        #[arg(long, short, value_name = "FILE.html")]
        output: Option<PathBuf>,
        #[command(flatten)]
        common: Common,
    },
    /// Print the graph for other programs, always in the same order
    #[command(after_help = "\
Examples:
  parseltongue export calls > calls.tsv          caller file, line, name, callee file, line, name
  parseltongue export functions > functions.tsv  file, line, name
  parseltongue export unresolved                 file, line, name, unknown | indirect | external
  parseltongue export scip > index.scip
  parseltongue export dot | dot -Tsvg > graph.svg")]
    Export {
        #[arg(value_enum)]
        what: ExportKind,
        /// calls: add two columns, how each call was resolved and how sure that is
        #[arg(long)]
        evidence: bool,
        /// calls: add what may run instead of called methods, and a last column: static | dispatch
        #[arg(long)]
        dispatch: bool,
        #[command(flatten)]
        sure: MinConfidence,
        #[command(flatten)]
        common: Common,
    },
    /// Let a compiler's index tell the calls, in place of the resolution of our own
    #[command(after_help = "\
Examples:
  scip-typescript index && parseltongue import scip index.scip
  rust-analyzer scip . && parseltongue import scip index.scip
  parseltongue import scip server/index.scip web/index.scip   several at once; they take the place of those before
  parseltongue import scip --remove

Later answers use it; calls that it tells are marked as resolved by 'compiler'. It is kept beside the cached map, so
--no-cache answers without it. What it says of a file counts until that file changes; answers name such files.")]
    Import {
        #[arg(value_enum)]
        what: ImportKind,
        /// The indexes
        #[arg(required_unless_present = "remove", conflicts_with = "remove")]
        files: Vec<PathBuf>,
        /// Forget what was imported
        #[arg(long)]
        remove: bool,
        #[command(flatten)]
        common: Common,
    },
    /// Answer a coding agent's questions over the Model Context Protocol, on standard input and output
    #[command(after_help = "\
Examples:
  parseltongue mcp                    the client's workspace decides what is mapped
  parseltongue mcp --root ../service  only this project

Agents start this command themselves: give it to them as a stdio server.")]
    Mcp {
        /// Map only this project [default: the client's roots, else the enclosing git root]
        #[arg(long, value_name = "DIR")]
        root: Option<PathBuf>,
        /// Also map what .gitignore excludes, and folders such as `node_modules`
        #[arg(long)]
        no_ignore: bool,
    },
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  parseltongue completions bash > ~/.local/share/bash-completion/completions/parseltongue"
    )]
    Completions { shell: clap_complete::Shell },
    /// Print what can stand at a place of a command line; completion scripts call it
    #[command(hide = true)]
    Complete {
        /// The beginning of the word, possibly empty
        #[arg(long, allow_hyphen_values = true)]
        at: String,
        /// The words before it
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Print the files that `pt init-templates` installs, as JSON
    #[command(hide = true)]
    Toolkit,
}

#[derive(Subcommand)]
pub(crate) enum Report {
    /// What this project is, where it starts, what hangs together
    Onboard {
        /// How much to say [default: medium]
        #[arg(long, value_enum)]
        scope: Option<ScopeArg>,
        #[command(flatten)]
        common: Common,
    },
    /// Who calls an entity, what it does, and the smallest safe change
    Debug {
        name: String,
        #[command(flatten)]
        reach: Reach,
        #[command(flatten)]
        common: Common,
    },
    /// What building on an entity touches, and what to leave alone
    FeatureStart(ReportArgs),
    /// How risky it is to change the shape of an entity, or what the changes since a revision can break
    #[command(after_help = "\
Examples:
  parseltongue report refactor-check Parser::parse
  parseltongue report refactor-check --base main --format pr-summary
  parseltongue report refactor-check --base origin/main --format ci --fail-on high

Exit codes: 0 answered, 1 not found, 2 failure, 3 at or above the --fail-on level.")]
    RefactorCheck {
        #[arg(required_unless_present = "base", conflicts_with = "base")]
        name: Option<String>,
        /// Check the changes since this git revision instead of one entity
        #[arg(long, value_name = "REV")]
        base: Option<String>,
        #[command(flatten)]
        reach: Reach,
        #[command(flatten)]
        gate: Gate,
        #[command(flatten)]
        common: Common,
    },
}

#[derive(Args)]
pub(crate) struct ReportArgs {
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) reach: Reach,
    #[command(flatten)]
    pub(crate) gate: Gate,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// How far an answer looks.
#[derive(Args)]
pub(crate) struct Reach {
    /// How far to look: shallow is 1 step, medium 3, deep all the way
    #[arg(long, value_enum)]
    pub(crate) scope: Option<ScopeArg>,
    /// Follow callers and dependents at most so many steps; goes before --scope
    #[arg(long, value_name = "N")]
    pub(crate) depth: Option<u32>,
}

impl Reach {
    /// Steps to follow, `None` for all.
    pub(crate) fn depth(&self, default: Scope) -> Option<u32> {
        self.depth.or_else(|| self.scope.map_or(default, Scope::from).depth())
    }
}

/// When a command fails although it has an answer.
#[derive(Args)]
pub(crate) struct Gate {
    /// Exit with 3 if the risk is at this level or above
    #[arg(long, value_name = "LEVEL", value_parser = parse_risk)]
    pub(crate) fail_on: Option<Risk>,
}

fn parse_risk(text: &str) -> Result<Risk, String> {
    Risk::ALL.into_iter().find(|risk| risk.label() == text).ok_or_else(|| {
        let known: Vec<&str> = Risk::ALL.iter().map(|risk| risk.label()).collect();
        format!("there is no such level; known are {}", known.join(", "))
    })
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScopeArg {
    Shallow,
    Medium,
    Deep,
}

impl From<ScopeArg> for Scope {
    fn from(scope: ScopeArg) -> Self {
        match scope {
            ScopeArg::Shallow => Self::Shallow,
            ScopeArg::Medium => Self::Medium,
            ScopeArg::Deep => Self::Deep,
        }
    }
}

#[derive(Args)]
pub(crate) struct MinConfidence {
    /// Leave out calls that are less sure, from 0 to 1; docs/accuracy.md says how sure each kind is
    #[arg(long, value_name = "SHARE", value_parser = parse_confidence)]
    min_confidence: Option<Confidence>,
}

impl MinConfidence {
    pub(crate) fn get(&self) -> Confidence {
        self.min_confidence.unwrap_or_default()
    }
}

fn parse_confidence(text: &str) -> Result<Confidence, String> {
    let share = text.parse().ok().and_then(Confidence::from_share);
    share.ok_or_else(|| "expected a number from 0 to 1, such as 0.95".to_owned())
}

#[derive(Args)]
pub(crate) struct Common {
    /// The project [default: the enclosing git root, else the current directory]
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// How to print the answer
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
    /// Neither read nor write the cached map
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Also map what .gitignore excludes, and folders such as `node_modules`
    #[arg(long)]
    pub(crate) no_ignore: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a terminal
    Human,
    /// For programs; the fields are documented
    Json,
    /// To paste, also into a pull request
    #[value(alias = "pr-summary", alias = "md")]
    Markdown,
    /// Annotations for a pull request's lines, and a summary for the log
    Ci,
    /// One page that needs nothing else
    Html,
    /// For language models; only of generate-context
    Xml,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum CycleKind {
    Functions,
    Files,
    /// Folders
    Modules,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ImportKind {
    /// What scip-typescript, scip-python, scip-java, scip-clang and rust-analyzer write
    Scip,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ExportKind {
    /// Calls between functions, tab-separated
    Calls,
    /// Functions, tab-separated
    Functions,
    /// Call sites without a target in the project, tab-separated
    Unresolved,
    /// Nodes and edges as one JSON object
    Json,
    /// `GraphML`, for graph tools and databases
    Graphml,
    /// Nodes as CSV, with the header of a graph database's import
    CsvNodes,
    /// Edges as CSV, for these nodes
    CsvEdges,
    /// Graphviz
    Dot,
    /// A Mermaid flowchart
    Mermaid,
    /// A SCIP index, for code browsers
    Scip,
}

/// Kinds that `--type` knows, by the names that answers print.
const KINDS: &[DefKind] = &[
    DefKind::Module,
    DefKind::Function,
    DefKind::Method,
    DefKind::Constructor,
    DefKind::Accessor,
    DefKind::Struct,
    DefKind::Class,
    DefKind::Interface,
    DefKind::Trait,
    DefKind::Impl,
    DefKind::Enum,
    DefKind::Variant,
    DefKind::Union,
    DefKind::TypeAlias,
    DefKind::NewType,
    DefKind::AssociatedType,
    DefKind::Field,
    DefKind::Constant,
    DefKind::Static,
    DefKind::Variable,
    DefKind::Macro,
];

/// What `--type` takes.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|&kind| kind_label(kind))
}

fn parse_kind(text: &str) -> Result<DefKind, String> {
    KINDS.iter().copied().find(|&kind| kind_label(kind) == text).ok_or_else(|| {
        let known: Vec<&str> = kinds().collect();
        format!("there is no such kind; known are {}", known.join(", "))
    })
}
