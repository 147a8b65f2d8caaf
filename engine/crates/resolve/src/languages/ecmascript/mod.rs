//! ECMAScript: JavaScript and TypeScript, by TypeScript's rules.
//!
//! Types are inferred on demand and forwards only as TypeScript does: from annotations (`JSDoc` in JavaScript),
//! initial values, returned values, type arguments inferred from arguments, contexts of closures, and conditions.
//! What the platform brings is one more file of declarations (`library.ts`), read like the project's own.

mod calls;
mod given;
mod infer;
mod members;
mod modules;
mod names;
mod narrow;
mod outcomes;
mod ty;
mod typing;

use crate::library_text::library_text;
use crate::memo::Memo;
use crate::scopes::{Item, ScopeTable, scopes_outwards};
use crate::{DefRef, FileId, FileLinks, Project, Resolver};
use modules::{Modules, Target};
use names::Meaning;
use parseltongue_syntax::facts::*;
use parseltongue_syntax::language::{Family, Language};
use parseltongue_syntax::{FileFacts, Name};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::OnceLock;
use ty::Ty;

/// Where a closure or object literal stands, from which its type can be told.
#[derive(Clone, Copy, Debug)]
enum Context {
    /// The argument of this index of a call or `new`.
    Argument(ExprId, u16),
    /// The value of something with a written type.
    Typed(TypeId),
    /// The value of a property of an object literal.
    Property(DefId, Name),
    /// An element of an array literal.
    Element(ExprId),
    /// Returned from a function.
    Returned(DefId),
    /// The value of a field or variable definition.
    Value(DefId),
    /// Assigned to a member.
    Assigned(ExprId),
}

/// Tables of one file.
struct FileInfo<'p> {
    facts: &'p FileFacts,
    table: ScopeTable,
    exports: FxHashMap<Name, Vec<ExportValue>>,
    stars: Vec<ImportId>,
    targets: Vec<Target>,
    /// Where function and object literals stand.
    contexts: FxHashMap<ExprId, Context>,
    /// The expression of each literal that is a definition.
    literals: FxHashMap<DefId, ExprId>,
    /// Assignments to a name from inner scopes, by the scope that declares the name.
    assigned: FxHashMap<(ScopeId, Name), Vec<BindingId>>,
    /// `this.x = …` by class or function around it.
    this_fields: FxHashMap<(DefId, Name), Vec<(ExprId, DefId)>>,
    /// Classes and functions that set fields on `this`.
    constructors: FxHashSet<DefId>,
    /// What is declared with the type `this`, by that type.
    self_types: FxHashMap<TypeId, DefId>,
    /// `A.x = …` and `A.prototype.x = …` (true) by where `A` is declared.
    expandos: FxHashMap<(ScopeId, Name, bool), Vec<(Name, ExprId)>>,
    /// What is put into a variable as into an array, by where it is declared: `a.push(x)`, `a[i] = x`.
    elements: FxHashMap<(ScopeId, Name), Vec<ExprId>>,
    /// The same of fields of classes, in constructors: `this.a.push(x)`.
    field_elements: FxHashMap<(DefId, Name), Vec<ExprId>>,
    /// The variable that an object literal is the value of.
    object_names: FxHashMap<DefId, (ScopeId, Name)>,
    /// Functions that are assigned to one export, in source order, by each of them.
    alternatives: FxHashMap<DefId, Vec<DefId>>,
    /// Last names of narrowed paths such as `this.x`.
    narrowed: FxHashSet<Name>,
    /// Definitions that are declarations of one function, in source order, by each of them.
    overloads: FxHashMap<DefId, Vec<DefId>>,
    members: Vec<Vec<DefId>>,
}

/// Names that are compared with often.
struct Names {
    this: Name,
    super_: Name,
    export_equals: Name,
    index: Name,
    prototype: Name,
    import_call: Name,
    next: Name,
    value: Name,
    iterator: Name,
    then: Name,
}

/// What inference remembers across definitions.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Returns(DefRef),
    Value(DefRef),
    Field(DefRef, Name),
    /// The value of `A.x = …`.
    Assigned(FileId, ExprId),
}

pub(super) struct EcmaScriptResolver<'p> {
    infos: Vec<Option<FileInfo<'p>>>,
    library: FileId,
    globals: FxHashMap<(Name, Meaning), DefRef>,
    /// Interfaces that are declared more than once globally.
    augmented: FxHashMap<Name, Vec<DefRef>>,
    /// `declare module "x"` by module name.
    ambient: FxHashMap<Name, DefRef>,
    names: Names,
    memo: Memo<Key, Ty>,
    /// The names of all methods.
    methods: OnceLock<FxHashSet<Name>>,
}

fn library_facts() -> &'static FileFacts {
    static FACTS: OnceLock<FileFacts> = OnceLock::new();
    FACTS.get_or_init(|| {
        parseltongue_syntax::extract(
            Language::TypeScript,
            "library.ts",
            &library_text!("ecmascript/library.ts").unpack(),
        )
    })
}

impl<'p> EcmaScriptResolver<'p> {
    pub(super) fn new(project: &'p Project<'p>) -> Self {
        let modules = Modules::new(project);
        let count = project.files().len();
        let library = FileId::from_index(count);
        let infos: Vec<Option<FileInfo<'p>>> = parseltongue_parallel::map_indices(count + 1, |index| {
            if index == count {
                return Some(FileInfo::new(library_facts(), "library.ts", &modules));
            }
            let file = project.file(FileId::from_index(index));
            let facts = file.facts.filter(|facts| facts.language.family() == Family::EcmaScript)?;
            Some(FileInfo::new(facts, file.path, &modules))
        });
        let mut this = Self {
            infos,
            library,
            globals: FxHashMap::default(),
            augmented: FxHashMap::default(),
            ambient: FxHashMap::default(),
            names: Names {
                this: Name::new("this"),
                super_: Name::new("super"),
                export_equals: Name::new("export="),
                index: Name::new("[]"),
                prototype: Name::new("prototype"),
                import_call: Name::new("import()"),
                next: Name::new("next"),
                value: Name::new("value"),
                iterator: Name::new("[Symbol.iterator]"),
                then: Name::new("then"),
            },
            memo: Memo::default(),
            methods: OnceLock::new(),
        };
        this.collect_globals();
        this
    }

    /// Whether something of the project has a method of that name.
    fn has_method(&self, name: Name) -> bool {
        let names = self.methods.get_or_init(|| {
            let infos = self.infos[..self.library.index()].iter().flatten();
            crate::project::method_names(infos.map(|info| info.facts))
        });
        names.contains(&name)
    }

    /// Names that all files see: of scripts (files without import and export), `declare global`, and
    /// `declare module`. A name that several scripts declare is none of them for sure.
    fn collect_globals(&mut self) {
        let mut unsure: FxHashSet<(Name, Meaning)> = FxHashSet::default();
        for index in 0..self.infos.len() {
            let Some(info) = &self.infos[index] else { continue };
            let file = FileId::from_index(index);
            let facts = info.facts;
            let module = !facts.exports.is_empty() || facts.imports.iter().any(|import| import.scope == ScopeId::FILE);
            for (id, def) in facts.defs().skip(1) {
                if def.parent != DefId::FILE || def.outer_scope != ScopeId::FILE || def.name.is_empty() {
                    continue;
                }
                let at = DefRef { file, def: id };
                if def.kind == DefKind::Module && def.name.as_str().starts_with('"') {
                    let name = def.name.as_str().trim_matches('"');
                    self.ambient.entry(Name::new(name)).or_insert(at);
                    continue;
                }
                if file == self.library {
                    continue;
                }
                let ambient = def.flags.contains(DefFlags::DECLARATION) && !def.flags.contains(DefFlags::EXPORTED);
                if module && !(ambient && def.kind == DefKind::Interface) {
                    continue;
                }
                if def.kind == DefKind::Interface {
                    self.augmented.entry(def.name).or_default().push(at);
                }
                if module {
                    continue;
                }
                for meaning in [Meaning::Value, Meaning::Type] {
                    let fits = match meaning {
                        Meaning::Value => !matches!(def.kind, DefKind::Interface | DefKind::TypeAlias),
                        Meaning::Type => {
                            matches!(def.kind, DefKind::Interface | DefKind::TypeAlias | DefKind::Class | DefKind::Enum)
                        }
                    };
                    if !fits {
                        continue;
                    }
                    let key = (def.name, meaning);
                    match self.globals.get(&key) {
                        Some(known) if known.file != file => {
                            unsure.insert(key);
                        }
                        Some(_) => {}
                        None => {
                            self.globals.insert(key, at);
                        }
                    }
                }
            }
        }
        self.globals.retain(|key, _| !unsure.contains(key));
        if let Some(&react) = self.ambient.get(&Name::new("react")) {
            for same in ["preact", "preact/compat", "preact/hooks"] {
                self.ambient.entry(Name::new(same)).or_insert(react);
            }
        }
    }

    fn info(&self, file: FileId) -> &FileInfo<'p> {
        self.infos[file.index()].as_ref().expect("only files of the family are asked for")
    }

    fn facts(&self, file: FileId) -> &'p FileFacts {
        self.info(file).facts
    }

    fn def(&self, def: DefRef) -> &'p Def {
        self.facts(def.file).def(def.def)
    }

    fn members(&self, def: DefRef) -> &[DefId] {
        &self.info(def.file).members[def.def.index()]
    }

    fn members_named(&self, def: DefRef, name: Name) -> impl Iterator<Item = DefRef> {
        let facts = self.facts(def.file);
        self.members(def)
            .iter()
            .filter(move |member| facts.def(**member).name == name)
            .map(move |member| DefRef { file: def.file, def: *member })
    }

    /// A definition of the library by name.
    fn library_type(&self, name: &str) -> Option<DefRef> {
        let items = self.info(self.library).table.in_scope(ScopeId::FILE, Name::new(name));
        items.iter().find_map(|item| match item {
            Item::Def(def)
                if matches!(self.facts(self.library).def(*def).kind, DefKind::Interface | DefKind::TypeAlias) =>
            {
                Some(DefRef { file: self.library, def: *def })
            }
            _ => None,
        })
    }

    fn is_javascript(&self, file: FileId) -> bool {
        self.facts(file).language == Language::JavaScript
    }
}

impl<'p> FileInfo<'p> {
    fn new(facts: &'p FileFacts, path: &str, modules: &Modules<'_>) -> Self {
        let table = ScopeTable::new(facts);
        let mut exports: FxHashMap<Name, Vec<ExportValue>> = FxHashMap::default();
        for export in &facts.exports {
            exports.entry(export.name).or_default().push(export.value);
        }
        let mut stars = Vec::new();
        let mut known: FxHashMap<Name, Target> = FxHashMap::default();
        let mut targets = Vec::with_capacity(facts.imports.len());
        for (index, import) in facts.imports.iter().enumerate() {
            let module = facts.list(import.module).first().copied().unwrap_or_default();
            targets.push(*known.entry(module).or_insert_with(|| modules.resolve(path, module.as_str())));
            if import.member == ImportMember::Glob {
                stars.push(ImportId::from_index(index));
            }
        }
        let mut members = vec![Vec::new(); facts.defs.len()];
        for (id, def) in facts.defs().skip(1) {
            members[def.parent.index()].push(id);
        }
        let mut info = Self {
            facts,
            table,
            exports,
            stars,
            targets,
            contexts: FxHashMap::default(),
            literals: FxHashMap::default(),
            assigned: FxHashMap::default(),
            this_fields: FxHashMap::default(),
            constructors: FxHashSet::default(),
            self_types: FxHashMap::default(),
            expandos: FxHashMap::default(),
            elements: FxHashMap::default(),
            field_elements: FxHashMap::default(),
            object_names: FxHashMap::default(),
            alternatives: FxHashMap::default(),
            narrowed: FxHashSet::default(),
            overloads: FxHashMap::default(),
            members,
        };
        info.collect_contexts();
        info.collect_assignments();
        info.collect_elements();
        info.collect_overloads();
        info
    }

    /// Whether an expression can be typed from where it stands.
    fn is_literal(&self, expr: ExprId) -> bool {
        matches!(self.facts.expr(expr), Expr::Def(_) | Expr::Sequence(_) | Expr::Choice(_) | Expr::Binary { .. })
    }

    fn context(&mut self, value: ExprId, context: Context) {
        if !self.is_literal(value) {
            return;
        }
        self.contexts.entry(value).or_insert(context);
        // `a || {…}`, `c ? (x) => … : …` pass it on.
        match *self.facts.expr(value) {
            Expr::Choice(parts) => {
                for &part in self.facts.list(parts) {
                    self.context(part, context);
                }
            }
            Expr::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
                self.context(left, context);
                self.context(right, context);
            }
            Expr::Binary { op: BinaryOp::And, right, .. } => self.context(right, context),
            _ => {}
        }
    }

    fn collect_contexts(&mut self) {
        let facts = self.facts;
        for (index, expr) in facts.exprs.iter().enumerate() {
            let id = ExprId::from_index(index);
            match *expr {
                Expr::Call { args, .. } | Expr::New { args, .. } | Expr::NewExpr { args, .. } => {
                    for (position, &arg) in facts.list(args).iter().enumerate() {
                        self.context(arg, Context::Argument(id, position as u16));
                    }
                }
                Expr::Def(def) => {
                    self.literals.entry(def).or_insert(id);
                }
                Expr::Sequence(items) => {
                    for &item in facts.list(items) {
                        self.context(item, Context::Element(id));
                    }
                }
                Expr::Cast { value, ty } => self.context(value, Context::Typed(ty)),
                _ => {}
            }
        }
        let has_self = facts.types.iter().any(|ty| matches!(ty, TypeExpr::SelfType));
        for (id, def) in facts.defs().skip(1) {
            if has_self {
                let params = facts.list(def.params).iter().filter_map(|param| param.ty);
                params.chain(def.ty).for_each(|ty| self.collect_self_types(ty, id));
            }
            if let Some(value) = def.value {
                let context = match def.ty {
                    Some(ty) => Context::Typed(ty),
                    None if facts.def(def.parent).kind == DefKind::Anonymous => Context::Property(def.parent, def.name),
                    None => Context::Value(id),
                };
                self.context(value, context);
            }
            for &value in facts.list(def.returns) {
                self.context(value, Context::Returned(id));
            }
            for param in facts.list(def.params) {
                if let (Some(ty), Some(default)) = (param.ty, param.default) {
                    self.context(default, Context::Typed(ty));
                }
            }
        }
        for binding in &facts.bindings {
            if let (Some(ty), Some(init)) = (binding.ty, binding.init) {
                self.context(init, Context::Typed(ty));
            }
        }
        for assign in &facts.assigns {
            self.context(assign.value, Context::Assigned(assign.target));
        }
    }

    /// Notes which definition a written type that says `this` belongs to.
    fn collect_self_types(&mut self, ty: TypeId, owner: DefId) {
        let facts = self.facts;
        match *facts.type_expr(ty) {
            TypeExpr::SelfType => {
                self.self_types.insert(ty, owner);
            }
            TypeExpr::Path { segments, .. } => {
                for segment in facts.list(segments) {
                    facts.list(segment.args).iter().for_each(|arg| self.collect_self_types(*arg, owner));
                }
            }
            TypeExpr::Tuple(parts) | TypeExpr::Union(parts) | TypeExpr::Intersection(parts) => {
                facts.list(parts).iter().for_each(|part| self.collect_self_types(*part, owner));
            }
            TypeExpr::Operator { args, .. } => {
                facts.list(args).iter().for_each(|arg| self.collect_self_types(*arg, owner));
            }
            TypeExpr::Sequence(inner) | TypeExpr::Optional(inner) => self.collect_self_types(inner, owner),
            TypeExpr::Indexed { base, index } => {
                self.collect_self_types(base, owner);
                self.collect_self_types(index, owner);
            }
            _ => {}
        }
    }

    fn collect_assignments(&mut self) {
        let facts = self.facts;
        for (index, binding) in facts.bindings.iter().enumerate() {
            match binding.kind {
                BindingKind::Assigned => {
                    if let Some(scope) = declaring(facts, &self.table, binding.scope, binding.name) {
                        self.assigned.entry((scope, binding.name)).or_default().push(BindingId::from_index(index));
                    }
                }
                BindingKind::Narrowed => {
                    if let Some((_, last)) = binding.name.as_str().rsplit_once('.') {
                        self.narrowed.insert(Name::new(last));
                    }
                }
                _ => {}
            }
        }
        let object = |value: Option<ExprId>| match *facts.expr(value?) {
            Expr::Def(def) if facts.def(def).kind == DefKind::Anonymous => Some(def),
            _ => None,
        };
        for def in &facts.defs[1..] {
            if matches!(def.kind, DefKind::Constant | DefKind::Variable)
                && let Some(object) = object(def.value)
            {
                self.object_names.insert(object, (def.outer_scope, def.name));
            }
        }
        for binding in facts.bindings.iter().filter(|binding| binding.kind == BindingKind::Local) {
            if let Some(object) = object(binding.init) {
                self.object_names.insert(object, (binding.scope, binding.name));
            }
        }
        for assign in facts.assigns.iter().filter(|assign| assign.owner == DefId::FILE) {
            if let (Some(object), Some(path)) = (object(Some(assign.value)), self.path(assign.target)) {
                self.object_names.entry(object).or_insert((ScopeId::FILE, path));
            }
        }
        let mut alternatives: FxHashMap<Name, Vec<DefId>> = FxHashMap::default();
        for export in &facts.exports {
            if let ExportValue::Expr(value) = export.value
                && let Expr::Def(def) = *facts.expr(value)
                && facts.def(def).kind == DefKind::Function
            {
                alternatives.entry(export.name).or_default().push(def);
            }
        }
        for export in &facts.exports {
            if let Some(group) = alternatives.get(&export.name).filter(|group| group.len() > 1) {
                for &def in group {
                    self.alternatives.insert(def, group.clone());
                }
            }
        }
        let (this, prototype) = (Name::new("this"), Name::new("prototype"));
        for assign in &facts.assigns {
            let (base, name) = match *facts.expr(assign.target) {
                Expr::Member { base, name, .. } => (base, name),
                // `this[kState] = …`
                Expr::Index { base, index } => match *facts.expr(index) {
                    Expr::Name { name, .. } => (base, Name::new(&format!("[{name}]"))),
                    _ => continue,
                },
                _ => continue,
            };
            match *facts.expr(base) {
                Expr::Name { name: receiver, .. } if receiver == this => {
                    if let Some(container) = this_container(facts, assign.owner) {
                        let class = field_owner(facts, &self.table, container);
                        self.constructors.insert(class);
                        self.this_fields.entry((class, name)).or_default().push((assign.value, assign.owner));
                    }
                }
                Expr::Name { name: receiver, scope, .. } => {
                    if let Some(scope) = declaring(facts, &self.table, scope, receiver) {
                        if let Some(container) = self.another_this(scope, receiver, this) {
                            let class = field_owner(facts, &self.table, container);
                            self.constructors.insert(class);
                            self.this_fields.entry((class, name)).or_default().push((assign.value, assign.owner));
                            continue;
                        }
                        let inside = name == prototype;
                        if inside {
                            // `A.prototype = { … }`
                            if let Expr::Def(object) = *facts.expr(assign.value) {
                                for &member in &self.members[object.index()] {
                                    let def = facts.def(member);
                                    let value = def.value.or_else(|| self.literals.get(&member).copied());
                                    if let Some(value) = value {
                                        self.expandos
                                            .entry((scope, receiver, true))
                                            .or_default()
                                            .push((def.name, value));
                                    }
                                }
                                self.expandos
                                    .entry((scope, receiver, true))
                                    .or_default()
                                    .push((prototype, assign.value));
                            }
                        } else {
                            self.expandos.entry((scope, receiver, false)).or_default().push((name, assign.value));
                        }
                    }
                }
                Expr::Member { base, name: middle, .. } if middle == prototype => {
                    if let Expr::Name { name: receiver, scope, .. } = *facts.expr(base)
                        && let Some(scope) = declaring(facts, &self.table, scope, receiver)
                    {
                        self.expandos.entry((scope, receiver, true)).or_default().push((name, assign.value));
                    }
                }
                // `exports.a = {}; exports.a.f = …`
                _ => {
                    if let Some(path) = self.path(base) {
                        self.expandos.entry((ScopeId::FILE, path, false)).or_default().push((name, assign.value));
                    }
                }
            }
        }
    }

    /// A chain of names that starts at one of the file, as one name: `exports.a`.
    fn path(&self, expr: ExprId) -> Option<Name> {
        match *self.facts.expr(expr) {
            Expr::Name { name, scope, .. } => {
                let local = declaring(self.facts, &self.table, scope, name).is_some_and(|scope| scope != ScopeId::FILE);
                (name != "this" && !local).then_some(name)
            }
            Expr::Member { base, name, .. } if name != "prototype" => {
                Some(Name::new(&format!("{}.{name}", self.path(base)?)))
            }
            _ => None,
        }
    }

    /// What `this` belongs to where a variable is declared as another name for it: `var self = this`.
    fn another_this(&self, scope: ScopeId, name: Name, this: Name) -> Option<DefId> {
        let facts = self.facts;
        let is_this = self.table.in_scope(scope, name).iter().any(|item| match *item {
            Item::Binding(binding) => facts
                .binding(binding)
                .init
                .is_some_and(|init| matches!(*facts.expr(init), Expr::Name { name, .. } if name == this)),
            _ => false,
        });
        if is_this { this_container(facts, facts.scope(scope).owner) } else { None }
    }

    fn collect_elements(&mut self) {
        let facts = self.facts;
        for expr in &facts.exprs {
            if let Expr::Call { callee, args, .. } = *expr
                && let Expr::Member { base, name, .. } = *facts.expr(callee)
                && matches!(name.as_str(), "push" | "unshift")
            {
                self.put_into(base, facts.list(args));
            }
        }
        for assign in &facts.assigns {
            if let Expr::Index { base, .. } = *facts.expr(assign.target) {
                self.put_into(base, &[assign.value]);
            }
        }
    }

    /// Notes values that are put into what may be an array.
    fn put_into(&mut self, array: ExprId, values: &[ExprId]) {
        let facts = self.facts;
        match *facts.expr(array) {
            Expr::Name { name, scope, .. } => {
                if let Some(scope) = declaring(facts, &self.table, scope, name) {
                    self.elements.entry((scope, name)).or_default().extend(values);
                }
            }
            Expr::Member { base, name, .. } => {
                let Expr::Name { name: this, scope, .. } = *facts.expr(base) else { return };
                let owner = facts.scope(scope).owner;
                if this == "this"
                    && let Some(container) = this_container(facts, owner)
                    && (facts.def(owner).kind == DefKind::Constructor || owner == container)
                {
                    let class = field_owner(facts, &self.table, container);
                    self.field_elements.entry((class, name)).or_default().extend(values);
                }
            }
            _ => {}
        }
    }

    fn collect_overloads(&mut self) {
        let facts = self.facts;
        let mut groups: FxHashMap<(DefId, ScopeId, Name, DefKind, bool), Vec<DefId>> = FxHashMap::default();
        let mut order = Vec::new();
        for (id, def) in facts.defs().skip(1) {
            if !matches!(def.kind, DefKind::Function | DefKind::Method | DefKind::Constructor) || def.name.is_empty() {
                continue;
            }
            let key = (def.parent, def.outer_scope, def.name, def.kind, def.flags.contains(DefFlags::STATIC));
            let group = groups.entry(key).or_default();
            if group.is_empty() {
                order.push(key);
            }
            group.push(id);
        }
        for key in order {
            let group = &groups[&key];
            if group.len() > 1 && group.iter().any(|def| facts.def(*def).flags.contains(DefFlags::DECLARATION)) {
                for &def in group {
                    self.overloads.insert(def, group.clone());
                }
            }
        }
    }
}

/// The scope that declares a name, seen from an inner one.
fn declaring(facts: &FileFacts, table: &ScopeTable, from: ScopeId, name: Name) -> Option<ScopeId> {
    scopes_outwards(facts, from).find(|scope| {
        facts.scope(*scope).kind != ScopeKind::Type
            && table.in_scope(*scope, name).iter().any(|item| match item {
                Item::Binding(binding) => {
                    !matches!(facts.binding(*binding).kind, BindingKind::Assigned | BindingKind::Narrowed)
                }
                Item::Def(def) => !matches!(facts.def(*def).kind, DefKind::Interface | DefKind::TypeAlias),
                Item::Import(_) => true,
            })
    })
}

/// What `this` belongs to inside a definition: a class, an object literal, or a function of its own.
fn this_container(facts: &FileFacts, owner: DefId) -> Option<DefId> {
    let mut def = owner;
    loop {
        let this = facts.def(def);
        let parent = facts.def(this.parent).kind;
        match this.kind {
            DefKind::File | DefKind::Module => return None,
            DefKind::Class => return Some(def),
            DefKind::Method | DefKind::Constructor | DefKind::Accessor | DefKind::Field
                if matches!(parent, DefKind::Class | DefKind::Interface) =>
            {
                return Some(this.parent);
            }
            DefKind::Method | DefKind::Accessor
                if parent == DefKind::Anonymous && this.flags.contains(DefFlags::INSTANCE) =>
            {
                return Some(this.parent);
            }
            DefKind::Function | DefKind::Closure | DefKind::Method if this.flags.contains(DefFlags::INSTANCE) => {
                return Some(def);
            }
            _ => def = this.parent,
        }
    }
}

/// The class or constructor function whose fields `this.x = …` in a container sets.
fn field_owner(facts: &FileFacts, table: &ScopeTable, container: DefId) -> DefId {
    let this = facts.def(container);
    let class = facts.list(this.supers).iter().find(|base| base.relation == Relation::MemberOf);
    if let Some(class) = class
        && let TypeExpr::Path { segments, scope, .. } = *facts.type_expr(class.ty)
        && let Some(segment) = facts.list(segments).first()
        && let Some(scope) = declaring(facts, table, scope, segment.name)
    {
        for item in table.in_scope(scope, segment.name) {
            if let Item::Def(def) = *item
                && matches!(facts.def(def).kind, DefKind::Function | DefKind::Class)
            {
                return def;
            }
        }
    }
    container
}

impl Resolver for EcmaScriptResolver<'_> {
    fn resolve_file(&self, file: FileId) -> FileLinks {
        outcomes::resolve(self, file)
    }
}
