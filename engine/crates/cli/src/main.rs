//! The parseltongue command.

use clap::{Parser, Subcommand, ValueEnum};
use parseltongue_resolve::Outcome;
use parseltongue_store::map::Map;
use parseltongue_syntax::facts::DefKind;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the call graph or the functions as tab-separated lines.
    Export {
        what: What,
        #[arg(long, default_value = ".")]
        root: PathBuf,
        /// After each edge, say how it was found (calls); print unresolved sites (unresolved).
        #[arg(long)]
        evidence: bool,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    Calls,
    Functions,
    /// Call sites without a target: file, line, name, outcome.
    Unresolved,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let Command::Export { what, root, evidence } = cli.command;
    let map = Map::of(&root);
    let mut lines: BTreeSet<String> = BTreeSet::new();
    for (file, links) in map.files.iter().zip(&map.links) {
        let Some(facts) = &file.facts else { continue };
        match what {
            What::Functions => {
                for (_, def) in facts.defs() {
                    if def.kind.is_callable() && def.kind != DefKind::Closure {
                        lines.insert(format!("{}\t{}\t{}", file.path, def.pos.line, def.name));
                    }
                }
            }
            What::Unresolved => {
                for link in &links.calls {
                    if !matches!(link.outcome, Outcome::Resolved { .. }) {
                        let call = facts.call(link.call);
                        lines.insert(format!("{}\t{}\t{}\t{:?}", file.path, call.pos.line, call.name, link.outcome));
                    }
                }
            }
            What::Calls => {
                for link in &links.calls {
                    let Outcome::Resolved { targets, evidence: how } = &link.outcome else { continue };
                    let caller = facts.def(facts.enclosing_entity(facts.call(link.call).owner));
                    if !caller.kind.is_callable() {
                        continue;
                    }
                    for target in targets {
                        let target_file = &map.files[target.file.index()];
                        let callee = target_file.facts.as_ref().expect("targets are in source files").def(target.def);
                        if !callee.kind.is_callable() {
                            continue;
                        }
                        let mut line = format!(
                            "{}\t{}\t{}\t{}\t{}\t{}",
                            file.path, caller.pos.line, caller.name, target_file.path, callee.pos.line, callee.name
                        );
                        if evidence {
                            line.push_str(&format!("\t{how:?}"));
                        }
                        lines.insert(line);
                    }
                }
            }
        }
    }
    let mut out = std::io::stdout().lock();
    for line in lines {
        if writeln!(out, "{line}").is_err() {
            return ExitCode::SUCCESS;
        }
    }
    ExitCode::SUCCESS
}
