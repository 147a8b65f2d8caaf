//! From arguments to answers.

use crate::args::{Cli, Command, Common, CycleKind, ExportKind, Gate, ImportKind, Report, ReportArgs};
use crate::complete;
use crate::mcp;
use crate::output::{self, Printer};
use crate::progress::TerminalProgress;
use crate::root;
use crate::toolkit;
use crate::write_page::Target;
use clap::CommandFactory;
use parseltongue_report::document::count;
use parseltongue_report::export::graph::Graph;
use parseltongue_report::queries::{self, Answer, Asked, CyclesOf, ListOptions, NotFound};
use parseltongue_report::workflows::Scope;
use parseltongue_report::{Project, export, import, ingest, workflows};
use parseltongue_store::{EntityId, Options, imported, scan};
use parseltongue_syntax::Language;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs a command; an error is a message for people.
pub(crate) fn run(cli: Cli) -> Result<ExitCode, String> {
    match cli.command {
        Command::Ingest { target, common } => {
            let target = target.or_else(|| common.root.clone());
            let (project, files_read) = open_at(&root::root(target.as_deref())?, &common)?;
            if project.snapshot.files().is_empty() {
                return Ok(nothing_to_map(&project));
            }
            printer(&project, &common, "ingest").print(&[ingest::ingested(&project, files_read)])
        }
        Command::ListEntities { kinds, limit, filter, common } => {
            let project = open(&common)?;
            let options = ListOptions { kinds, filter, limit };
            printer(&project, &common, "list-entities").print(&[queries::list_entities(&project, &options)])
        }
        Command::EntitiesInFile { file, common } => {
            let project = open(&common)?;
            let printer = printer(&project, &common, "entities-in-file");
            let path =
                root::relative_to_root(&file, project.source.path(), |path| project.snapshot.file_at(path).is_some());
            match queries::entities_in_file(&project, &path, None) {
                Some(list) => printer.print(&[list]),
                None => printer.print_not_found("mapped file", &file, &near_files(&project, &file)),
            }
        }
        Command::WhereDefined { name, common } => by_name(&common, "where-defined", &name, queries::where_defined),
        Command::Callers { name, unresolved, sure, common } => {
            let asked = Asked { unresolved, min_confidence: sure.get(), ..Asked::default() };
            by_name(&common, "callers", &name, |project, id| queries::callers(project, id, &asked))
        }
        Command::Callees { name, dispatch, sure, common } => {
            let asked = Asked { dispatch, min_confidence: sure.get(), ..Asked::default() };
            by_name(&common, "callees", &name, |project, id| queries::callees(project, id, &asked))
        }
        Command::BlastRadius { name, depth, unresolved, sure, gate, common } => {
            let asked = Asked { unresolved, min_confidence: sure.get(), ..Asked::default() };
            by_name_gated(&common, &gate, "blast-radius", &name, |project, id| {
                Ok(queries::blast_radius(project, id, depth, &asked))
            })
        }
        Command::WhatImplements { name, common } => {
            by_name(&common, "what-implements", &name, queries::what_implements)
        }
        Command::AffectedTests { name, common } => by_name(&common, "affected-tests", &name, queries::affected_tests),
        Command::Affected { base, gate, common } => {
            let project = open(&common)?;
            let changes = workflows::git::changed_lines(&project, &base)?;
            let printer = printer(&project, &common, "affected").failing_on(gate.fail_on);
            printer.print(&[queries::affected_by_change(&project, &base, &changes)])
        }
        Command::Unused { unresolved, common } => {
            let project = open(&common)?;
            let asked = Asked { unresolved, ..Asked::default() };
            printer(&project, &common, "unused").print(&[queries::unused(&project, &asked)])
        }
        Command::EntryPoints { common } => {
            let project = open(&common)?;
            printer(&project, &common, "entry-points").print(&[queries::entry_points(&project)])
        }
        Command::FindCycles { of, common } => {
            let project = open(&common)?;
            let of = match of {
                CycleKind::Functions => CyclesOf::Functions,
                CycleKind::Files => CyclesOf::Files,
                CycleKind::Modules => CyclesOf::Modules,
            };
            printer(&project, &common, "find-cycles").print(&[queries::find_cycles(&project, of)])
        }
        Command::GenerateContext { name, tokens, common } => generate_context(name.as_deref(), tokens, &common),
        Command::Report { report } => run_report(report),
        Command::Visualize { name, output, common } => visualize(name.as_deref(), output, &common),
        Command::Export { what, evidence, dispatch, sure, common } => {
            let project = open(&common)?;
            let graph = || Graph::new(&project, sure.get());
            output::write_data(&match what {
                ExportKind::Json => graph().json(),
                ExportKind::Graphml => graph().graphml(),
                ExportKind::CsvNodes => graph().csv_nodes(),
                ExportKind::CsvEdges => graph().csv_edges(),
                ExportKind::Dot => graph().dot(),
                ExportKind::Mermaid => graph().mermaid(),
                ExportKind::Scip => return output::write_bytes(&export::scip::index(&project)),
                ExportKind::Calls => {
                    let options = export::CallOptions { evidence, dispatch, min_confidence: sure.get() };
                    export::calls(&project, &options)
                }
                ExportKind::Functions => export::functions(&project),
                ExportKind::Unresolved => export::unresolved(&project),
            })
        }
        Command::Toolkit => toolkit::print(),
        Command::Import { what: ImportKind::Scip, files, remove, common } => import_scip(&files, remove, &common),
        Command::Complete { at, words } => output::write_data(&complete::complete(&at, &words)),
        Command::Mcp { root, no_ignore } => mcp::serve(mcp::Options { root, no_ignore }),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "parseltongue", &mut script);
            output::write_data(&String::from_utf8_lossy(&script))
        }
    }
}

fn run_report(report: Report) -> Result<ExitCode, String> {
    match report {
        Report::Onboard { scope, common } => {
            let project = open(&common)?;
            if project.snapshot.files().is_empty() {
                return Ok(nothing_to_map(&project));
            }
            let scope = scope.map_or(Scope::Medium, Scope::from);
            printer(&project, &common, "report onboard").print(&[workflows::onboard(&project, scope)])
        }
        Report::Debug { name, reach, common } => {
            let depth = reach.depth(Scope::Medium);
            by_name(&common, "report debug", &name, |project, id| workflows::debug(project, id, depth))
        }
        Report::FeatureStart(ReportArgs { name, reach, gate, common }) => {
            let depth = reach.depth(Scope::Deep);
            by_name_gated(&common, &gate, "report feature-start", &name, |project, id| {
                Ok(workflows::feature_start(project, id, depth))
            })
        }
        Report::RefactorCheck { name, base, reach, gate, common } => {
            const COMMAND: &str = "report refactor-check";
            let depth = reach.depth(Scope::Deep);
            if let Some(name) = name {
                return by_name_gated(&common, &gate, COMMAND, &name, |project, id| {
                    Ok(workflows::refactor_check(project, id, depth))
                });
            }
            let project = open(&common)?;
            let base = base.unwrap_or_else(|| "HEAD".to_owned());
            let printer = printer(&project, &common, COMMAND).failing_on(gate.fail_on);
            printer.print(&[workflows::change_check(&project, &base)?])
        }
    }
}

fn import_scip(files: &[PathBuf], remove: bool, common: &Common) -> Result<ExitCode, String> {
    if common.no_cache {
        return Err("an imported index is kept beside the cached map; leave out --no-cache".to_owned());
    }
    let cannot_be_kept = |cause: std::io::Error| {
        let variable = parseltongue_store::cache::CACHE_DIR_VARIABLE;
        format!("the index cannot be kept or removed: {cause}; set {variable} to a writable folder")
    };
    if remove {
        let root = root::root(common.root.as_deref())?;
        let source = parseltongue_store::Source::open(&root).map_err(|error| error.to_string())?;
        let was_there = imported::remove(&source).map_err(cannot_be_kept)?;
        output::talk(if was_there {
            "parseltongue: the imported index is removed; calls are resolved without it again"
        } else {
            "parseltongue: no index is imported for this project"
        });
        return Ok(ExitCode::from(u8::from(!was_there)));
    }
    let mut inputs = Vec::with_capacity(files.len());
    for file in files {
        let name = file.display().to_string();
        match std::fs::read(file) {
            Ok(bytes) => inputs.push((name, bytes)),
            Err(cause) => {
                return Err(format!("'{name}' cannot be read: {cause}; pass the file that the indexer wrote"));
            }
        }
    }
    let before = open(common)?;
    let read = import::scip::read(&before, &inputs)?;
    imported::save(&before.source, &read.index).map_err(cannot_be_kept)?;
    let after = open(common)?;
    printer(&after, common, "import scip").print(&[import::imported(&before, &after, read)])
}

fn generate_context(name: Option<&str>, tokens: usize, common: &Common) -> Result<ExitCode, String> {
    const COMMAND: &str = "generate-context";
    let project = open(common)?;
    let printer = printer(&project, common, COMMAND);
    let Some(name) = name else {
        if project.snapshot.files().is_empty() {
            return Ok(nothing_to_map(&project));
        }
        // An answer in a format that it does not have costs nothing; printing it says why.
        let rendered = |map: &queries::ProjectMap| printer.render(std::slice::from_ref(map)).unwrap_or_default();
        return printer.print(&[queries::project_map(&project, tokens, &rendered)?]);
    };
    let rendered = |context: &queries::Context| printer.render(std::slice::from_ref(context)).unwrap_or_default();
    let entities = queries::resolve_name(&project, name).unwrap_or_default();
    let budgets = match entities.len() {
        0 | 1 => vec![tokens],
        _ => queries::context_budgets(&project, &entities, tokens, &rendered)?,
    };
    by_name_in(&project, &printer, name, |project, id| {
        let at = entities.iter().position(|&entity| entity == id).unwrap_or(0);
        queries::generate_context(project, id, budgets[at], &rendered)
    })
}

/// Answers a question about each entity that `name` stands for.
fn by_name<A: Answer>(
    common: &Common,
    command: &'static str,
    name: &str,
    answer: impl Fn(&Project, EntityId) -> A,
) -> Result<ExitCode, String> {
    let project = open(common)?;
    by_name_in(&project, &printer(&project, common, command), name, |project, id| Ok(answer(project, id)))
}

/// The same, failing where the answer's risk is too high.
fn by_name_gated<A: Answer>(
    common: &Common,
    gate: &Gate,
    command: &'static str,
    name: &str,
    answer: impl Fn(&Project, EntityId) -> Result<A, String>,
) -> Result<ExitCode, String> {
    let project = open(common)?;
    by_name_in(&project, &printer(&project, common, command).failing_on(gate.fail_on), name, answer)
}

fn by_name_in<A: Answer>(
    project: &Project,
    printer: &Printer,
    name: &str,
    answer: impl Fn(&Project, EntityId) -> Result<A, String>,
) -> Result<ExitCode, String> {
    match queries::resolve_name(project, name) {
        Ok(entities) => {
            let answers: Result<Vec<A>, String> = entities.into_iter().map(|id| answer(project, id)).collect();
            printer.print(&answers?)
        }
        Err(NotFound { query, did_you_mean, called }) => {
            if called > 0 {
                output::talk(&format!(
                    "parseltongue: {} '{query}', but nothing of that name is defined in the mapped files",
                    count(called, "call site names", "call sites name")
                ));
            }
            printer.print_not_found("entity named", &query, &did_you_mean)
        }
    }
}

fn visualize(name: Option<&str>, output: Option<PathBuf>, common: &Common) -> Result<ExitCode, String> {
    // Before the map is made: a refused file must not cost a wait.
    let target = Target::new(output)?;
    let project = open(common)?;
    if project.snapshot.files().is_empty() {
        return Ok(nothing_to_map(&project));
    }
    let printer = printer(&project, common, "visualize");
    let focus = match name.map(|name| queries::resolve_name(&project, name)) {
        None => Vec::new(),
        Some(Ok(entities)) => entities,
        Some(Err(NotFound { query, did_you_mean, .. })) => {
            return printer.print_not_found("entity named", &query, &did_you_mean);
        }
    };
    let (html, mut made) = parseltongue_report::visualize::visualize(&project, &focus);
    match target.write(&html, project.source.path())? {
        None => Ok(ExitCode::SUCCESS),
        Some(written) => {
            made.output = written.display().to_string();
            printer.print(&[made])
        }
    }
}

fn nothing_to_map(project: &Project) -> ExitCode {
    let languages: Vec<&str> = Language::ALL.iter().map(|language| language.label()).collect();
    output::talk(&format!(
        "parseltongue: nothing to map in {}: no file of a known language ({}). If ignore files exclude them, pass \
         --no-ignore.",
        project.source.path().display(),
        languages.join(", ")
    ));
    ExitCode::from(1)
}

fn printer(project: &Project, common: &Common, command: &'static str) -> Printer {
    Printer::new(common.format, command, project.source.path())
}

fn open(common: &Common) -> Result<Project, String> {
    open_at(&root::root(common.root.as_deref())?, common).map(|(project, _)| project)
}

fn open_at(root: &Path, common: &Common) -> Result<(Project, usize), String> {
    let options = Options { rules: scan::Rules { no_ignore: common.no_ignore }, no_cache: common.no_cache };
    let progress = TerminalProgress::new();
    let opened = parseltongue_store::open(root, &options, &progress).map_err(|error| error.to_string());
    progress.finish();
    let opened = opened?;
    if let Some(cause) = &opened.not_saved {
        output::talk(&format!(
            "parseltongue: the map could not be cached ({cause}); the answer is right, but the next one will take \
             as long. Set {} to a writable folder.",
            parseltongue_store::cache::CACHE_DIR_VARIABLE
        ));
    }
    let files_read = opened.files_read;
    Ok((Project::new(opened), files_read))
}

/// Mapped files of the same name, or whose path contains what was typed.
fn near_files(project: &Project, typed: &str) -> Vec<String> {
    let file_name = typed.rsplit('/').next().unwrap_or(typed);
    let paths = project.snapshot.files().iter().map(|file| project.snapshot.str(file.path));
    paths.filter(|path| !file_name.is_empty() && path.contains(file_name)).take(5).map(str::to_owned).collect()
}
