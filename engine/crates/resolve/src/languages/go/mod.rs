//! Go: what the names of a file mean, by the rules of the language.
//!
//! Signatures are always written out in Go, so types flow forward through a function without guessing;
//! only package variables without a type need inference across definitions.

mod build;
mod builtins;
mod evaluate;
mod infer;
mod library;
mod members;
mod packages;
mod relations;
mod types;
mod written;

use crate::memo::Memo;
use crate::{CallLink, DefRef, Evidence, FileId, FileLinks, Outcome, Project, Reference, Resolver};
use build::Config;
use evaluate::{Evaluator, Value};
use packages::{Imported, PackageId, Packages};
use parseltongue_syntax::Name;
use parseltongue_syntax::facts::{
    CallId, Def, DefFlags, DefId, DefKind, Expr, FileFacts, ImportMember, ScopeId, TypeExpr, TypeId,
};
use parseltongue_syntax::language::Family;
use rustc_hash::FxHashMap;
use std::sync::OnceLock;
use types::Type;

/// What one file's scopes hold besides local variables.
#[derive(Default)]
struct FileContext {
    package: Option<PackageId>,
    imports: FxHashMap<Name, Imported>,
    /// Packages imported with a dot.
    dots: Vec<Imported>,
    /// Types declared inside functions.
    local_types: FxHashMap<(ScopeId, Name), Vec<DefId>>,
    /// Fields and interface methods by the type they stand in.
    members: FxHashMap<(DefId, Name), DefId>,
    /// Types as written, once they have been looked at.
    types: Box<[OnceLock<Type>]>,
    config: OnceLock<Config>,
}

pub(super) struct GoResolver<'p> {
    project: &'p Project<'p>,
    /// Facts about the library, in files that follow those of the project.
    library: Vec<library::LibraryFile>,
    packages: Packages<'p>,
    /// By file id; the library's come after the project's.
    contexts: Vec<FileContext>,
    aliases: Memo<DefRef, Type>,
    variables: Memo<DefRef, Type>,
    implementations: OnceLock<relations::Implementations>,
}

impl<'p> GoResolver<'p> {
    pub(super) fn new(project: &'p Project<'p>) -> Self {
        let files = project.files_of(Family::Go);
        let packages = Packages::new(project, &files);
        let mut this = Self {
            project,
            library: Vec::new(),
            packages,
            contexts: Vec::new(),
            aliases: Memo::default(),
            variables: Memo::default(),
            implementations: OnceLock::new(),
        };
        this.library = library::files_for(project, &files);
        for index in 0..this.library.len() {
            let file = FileId::from_index(project.files().len() + index);
            let (directory, facts) = (this.library[index].directory, &this.library[index].facts);
            this.packages.add_file(directory, file, facts);
        }
        let total = project.files().len() + this.library.len();
        this.contexts = parseltongue_parallel::map_indices(total, |index| {
            let file = FileId::from_index(index);
            if this.packages.of_file(file).is_some() { this.context_of(file) } else { FileContext::default() }
        });
        this
    }

    fn facts(&self, file: FileId) -> &FileFacts {
        match file.index().checked_sub(self.project.files().len()) {
            Some(index) => &self.library[index].facts,
            None => self.project.facts(file),
        }
    }

    fn path(&self, file: FileId) -> &str {
        match file.index().checked_sub(self.project.files().len()) {
            Some(index) => self.library[index].path,
            None => self.project.file(file).path,
        }
    }

    fn def(&self, def: DefRef) -> &Def {
        self.facts(def.file).def(def.def)
    }

    fn context(&self, file: FileId) -> &FileContext {
        &self.contexts[file.index()]
    }

    /// Whether a file describes the library instead of belonging to the project.
    fn is_library(&self, file: FileId) -> bool {
        file.index() >= self.project.files().len()
    }

    fn context_of(&self, file: FileId) -> FileContext {
        let facts = self.facts(file);
        let mut context = FileContext {
            package: self.packages.of_file(file),
            types: (0..facts.types.len()).map(|_| OnceLock::new()).collect(),
            ..FileContext::default()
        };
        let mut guesses = Vec::new();
        for import in &facts.imports {
            let Some(path) = facts.list(import.module).first() else { continue };
            let imported = self.import(file, path.as_str());
            match import.member {
                ImportMember::Glob => context.dots.push(imported),
                ImportMember::SideEffect => {}
                _ => {
                    let Some(local) = import.local else { continue };
                    // Without an alias, the package's own name counts; the extractor can only guess it.
                    if let Imported::Package(package) = imported {
                        let name = self.packages.package(package).name;
                        context.imports.entry(name).or_insert(imported);
                        guesses.push((local, imported));
                    } else {
                        context.imports.insert(local, imported);
                    }
                }
            }
        }
        for (local, imported) in guesses {
            let Imported::Package(package) = imported else { continue };
            let name = self.packages.package(package).name;
            if local == name {
                context.imports.insert(local, imported);
            } else {
                context.imports.entry(local).or_insert(imported);
            }
        }
        for (id, def) in facts.defs().skip(1) {
            match def.kind {
                DefKind::Field => {
                    context.members.entry((def.parent, def.name)).or_insert(id);
                }
                DefKind::Method if def.outer_scope != ScopeId::FILE => {
                    context.members.entry((def.parent, def.name)).or_insert(id);
                }
                kind if kind.is_type() && def.outer_scope != ScopeId::FILE && !def.name.is_empty() => {
                    context.local_types.entry((def.outer_scope, def.name)).or_default().push(id);
                }
                _ => {}
            }
        }
        context
    }

    fn import(&self, file: FileId, path: &str) -> Imported {
        let known = || self.library_package(path).map(Imported::Package);
        if self.is_library(file) {
            return known().unwrap_or(Imported::Standard);
        }
        match self.packages.import(self.project, self.path(file), path) {
            Imported::Package(package) => Imported::Package(package),
            // What is described need not be of the standard library.
            other => known().unwrap_or(other),
        }
    }

    fn library_package(&self, path: &str) -> Option<PackageId> {
        let index = self.library.iter().position(|file| file.path == path)?;
        self.packages.of_file(FileId::from_index(self.project.files().len() + index))
    }

    fn is_library_package(&self, package: PackageId) -> bool {
        self.packages.package(package).files.first().is_some_and(|&file| self.is_library(file))
    }

    fn config(&self, file: FileId) -> &Config {
        self.context(file).config.get_or_init(|| Config::of_file(self.path(file), self.facts(file)))
    }

    /// The definition that a use in `file` means, of those that have its name: the one in the file itself,
    /// or in a file that is compiled together with it.
    fn choose(&self, candidates: &[DefRef], file: FileId) -> Option<DefRef> {
        if let [one] = candidates {
            return Some(*one);
        }
        if let Some(same) = candidates.iter().find(|candidate| candidate.file == file) {
            return Some(*same);
        }
        let allowed =
            |config: &Config, candidate: &DefRef| config.allows(self.path(candidate.file), self.facts(candidate.file));
        let test = self.facts(file).test;
        let config = self.config(file);
        let fits = |config: &Config, tests: bool| {
            candidates
                .iter()
                .find(|candidate| (tests || !self.facts(candidate.file).test) && allowed(config, candidate))
        };
        fits(config, test)
            .or_else(|| fits(config, true))
            .or_else(|| fits(&Config::default(), true))
            .or_else(|| candidates.first())
            .copied()
    }

    /// The definition of a package's name, as seen from `file`.
    fn item(&self, package: PackageId, name: Name, file: FileId) -> Option<DefRef> {
        self.choose(self.packages.package(package).items.get(&name)?, file)
    }

    fn outcome(&self, evaluator: &Evaluator<'_, '_>, call: CallId) -> Outcome {
        let facts = evaluator.facts;
        let Expr::Call { callee, type_args, .. } = *facts.expr(facts.call(call).expr) else {
            return Outcome::Unknown;
        };
        match evaluator.value(callee) {
            Value::Func(func) if self.is_library(func.def.file) => Outcome::External,
            Value::Func(func) => Outcome::Resolved { targets: vec![func.def], evidence: func.evidence },
            // A conversion leads to no function.
            Value::Type(_) | Value::Builtin(_) | Value::Library => Outcome::External,
            Value::Package(_) | Value::Unknown => Outcome::Unknown,
            Value::Of(Type::Library(..)) => match facts.expr(callee) {
                // A library's function by another name.
                Expr::Local(binding) if facts.binding(*binding).ty.is_none() => Outcome::External,
                _ => Outcome::Indirect,
            },
            Value::Of(ty) => {
                // `handlers[i](x)` can look like a function with type arguments.
                let ty = if type_args.is_empty() { ty } else { evaluator.indexed(&ty) };
                if self.callable(&ty).is_some() { Outcome::Indirect } else { Outcome::Unknown }
            }
        }
    }

    /// The named type that a written type is, or is a pointer to.
    fn named(&self, file: FileId, ty: TypeId) -> Option<DefRef> {
        let facts = self.facts(file);
        // An alias is mentioned itself, not what it stands for.
        if let TypeExpr::Path { segments, scope, .. } = *facts.type_expr(ty)
            && let Some(def) = self.type_def(file, facts.list(segments), scope)
        {
            return Some(def);
        }
        None
    }

    fn references(&self, evaluator: &Evaluator<'_, '_>) -> Vec<Reference> {
        let facts = evaluator.facts;
        let mut references = Vec::new();
        for mention in &facts.mentions {
            let found = match *facts.expr(mention.expr) {
                Expr::StructLiteral { ty } => self.named(evaluator.file, ty).map(|def| {
                    let qualified =
                        matches!(facts.type_expr(ty), TypeExpr::Path { segments, .. } if segments.len() > 1);
                    (def, qualified)
                }),
                _ => match evaluator.value(mention.expr) {
                    Value::Func(func) => {
                        if !self.is_library(func.def.file) {
                            let target = func.def;
                            references.push(Reference {
                                owner: mention.owner,
                                pos: mention.pos,
                                target,
                                evidence: func.evidence,
                            });
                        }
                        None
                    }
                    Value::Type(Type::Named(def, _)) => {
                        Some((def, matches!(facts.expr(mention.expr), Expr::Member { .. })))
                    }
                    _ => None,
                },
            };
            let Some((target, qualified)) = found else { continue };
            if !self.is_library(target.file) {
                let evidence = self.item_evidence(evaluator.file, target, qualified);
                references.push(Reference { owner: mention.owner, pos: mention.pos, target, evidence });
            }
        }
        references
    }

    /// How a definition of a package scope was found from `file`.
    fn item_evidence(&self, file: FileId, target: DefRef, qualified: bool) -> Evidence {
        if qualified {
            Evidence::Qualified
        } else if target.file == file {
            Evidence::Local
        } else if self.context(file).package == self.context(target.file).package {
            Evidence::Package
        } else {
            Evidence::Import
        }
    }

    fn unresolved_imports(&self, file: FileId) -> Vec<Box<str>> {
        let facts = self.facts(file);
        let mut missing: Vec<Box<str>> = facts
            .imports
            .iter()
            .filter_map(|import| facts.list(import.module).first())
            .filter(|path| matches!(self.import(file, path.as_str()), Imported::Missing | Imported::Undeclared))
            .map(|path| path.as_str().into())
            .collect();
        missing.dedup();
        missing
    }

    /// The type whose method a definition is, if it is a method declared with a receiver.
    fn receiver_type(&self, method: DefRef) -> Option<DefRef> {
        let facts = self.facts(method.file);
        let name = packages::receiver_name(facts, method.def)?;
        let package = self.context(method.file).package?;
        let found = self.item(package, name, method.file)?;
        if self.def(found).kind != DefKind::TypeAlias {
            return Some(found);
        }
        match self.alias(found, crate::memo::Fuel::FULL) {
            Type::Named(def, _) => Some(def),
            _ => None,
        }
    }
}

impl Resolver for GoResolver<'_> {
    fn resolve_file(&self, file: FileId) -> FileLinks {
        let facts = self.facts(file);
        let evaluator = Evaluator::of_file(self, file);
        evaluator.evaluate_all();
        let calls: Vec<CallLink> = (0..facts.calls.len())
            .map(|index| {
                let call = CallId::from_index(index);
                CallLink { call, outcome: self.outcome(&evaluator, call) }
            })
            .collect();
        let references = self.references(&evaluator);
        let relations = self.relations(file, &calls, &references);
        FileLinks { calls, references, relations, unresolved_imports: self.unresolved_imports(file) }
    }
}

/// Whether a definition is an interface, named or not.
fn is_interface(def: &Def) -> bool {
    def.kind == DefKind::Interface || (def.kind == DefKind::Anonymous && def.flags.contains(DefFlags::DECLARATION))
}
