//! Packages, imports, functions, types with their members, variables and constants.

use super::kinds::{Field, Kind};
use super::{Go, Kid, Kids};
use crate::facts::*;
use crate::lower::{Lowering, first_paragraph};
use crate::name::Name;
use rustc_hash::FxHashMap;
use tree_sitter::Node;

/// The comments right above a declaration, while a list of declarations is read.
#[derive(Default)]
pub(super) struct Docs<'t> {
    comments: Vec<Node<'t>>,
    /// Row where the last other child ended: a comment on it belongs to that one.
    previous: Option<usize>,
}

impl<'t> Docs<'t> {
    /// Takes note of a comment.
    pub(super) fn comment(&mut self, node: Node<'t>) {
        let row = node.start_position().row;
        if self.previous == Some(row) {
            return;
        }
        if self.comments.last().is_some_and(|last| last.end_position().row + 1 != row) {
            self.comments.clear();
        }
        self.comments.push(node);
    }

    /// The doc comment of the declaration `node`, which is the next child.
    pub(super) fn take(&mut self, low: &Lowering<'_>, node: Node<'t>) -> Option<Doc> {
        self.previous = Some(node.end_position().row);
        let adjacent = self.comments.last()?.end_position().row + 1 == node.start_position().row;
        let text = adjacent.then(|| doc_text(low, &self.comments));
        self.comments.clear();
        let text = text?;
        let deprecated = text.lines().any(|line| line.trim_start().starts_with("Deprecated:"));
        Some(Doc { text: first_paragraph(&text), deprecated })
    }
}

/// A doc comment.
#[derive(Clone)]
pub(super) struct Doc {
    text: Option<Box<str>>,
    deprecated: bool,
}

fn doc_text(low: &Lowering<'_>, comments: &[Node<'_>]) -> String {
    let mut out = String::new();
    for comment in comments {
        let text = low.text(*comment);
        if let Some(line) = text.strip_prefix("//") {
            // Directives have no space after the slashes.
            if !line.starts_with("go:") && !line.starts_with("nolint") {
                out.push_str(line.strip_prefix(' ').unwrap_or(line));
                out.push('\n');
            }
        } else {
            let inner = text.strip_prefix("/*").unwrap_or(text);
            out.push_str(inner.strip_suffix("*/").unwrap_or(inner));
            out.push('\n');
        }
    }
    out
}

/// The name that an import without an alias most likely brings: the last part of its path that is no
/// version.
pub(super) fn likely_package_name(path: &str) -> &str {
    let mut parts = path.rsplit('/');
    let mut last = parts.next().unwrap_or(path);
    let is_version = |part: &str| {
        part.strip_prefix('v').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    if is_version(last) {
        last = parts.next().unwrap_or(last);
    }
    if let Some((stem, version)) = last.rsplit_once(".v")
        && version.bytes().all(|b| b.is_ascii_digit())
    {
        last = stem;
    }
    last = last.strip_prefix("go-").unwrap_or(last);
    for suffix in ["-go", ".go"] {
        last = last.strip_suffix(suffix).unwrap_or(last);
    }
    last.rsplit('-').next().unwrap_or(last)
}

fn visibility(name: &str) -> Visibility {
    if name.chars().next().is_some_and(char::is_uppercase) { Visibility::Public } else { Visibility::Package }
}

/// Whether `go test` runs a function of this name.
fn is_test_function(name: &str) -> bool {
    ["Test", "Benchmark", "Fuzz", "Example"].iter().any(|prefix| {
        name.strip_prefix(prefix).is_some_and(|rest| !rest.chars().next().is_some_and(char::is_lowercase))
    })
}

impl<'t> Go<'_, '_, 't> {
    pub(super) fn file(&mut self, root: Node<'t>) {
        let kids = self.open(root);
        self.file_constraint(kids);
        let mut docs = Docs::default();
        for index in kids.indexes() {
            let kid = self.kids[index];
            self.top_level(kid, &mut docs);
        }
        self.close(kids);
        self.put_methods_below_their_types();
    }

    fn top_level(&mut self, kid: Kid<'t>, docs: &mut Docs<'t>) {
        match kid.kind {
            Kind::Comment => docs.comment(kid.node),
            Kind::PackageClause => {
                let doc = docs.take(self.low, kid.node);
                self.document(DefId::FILE, doc);
                let kids = self.open(kid.node);
                for index in kids.indexes() {
                    if self.kids[index].kind == Kind::PackageIdentifier {
                        let name = self.low.name(self.kids[index].node);
                        self.low.facts.package = self.low.facts.new_list([name]);
                        self.main = name == "main";
                    }
                }
                self.close(kids);
            }
            Kind::ImportDeclaration => self.imports(kid.node),
            Kind::FunctionDeclaration | Kind::MethodDeclaration => {
                let doc = docs.take(self.low, kid.node);
                self.function(kid.node, doc);
            }
            Kind::ConstDeclaration | Kind::VarDeclaration | Kind::TypeDeclaration => {
                let doc = docs.take(self.low, kid.node);
                self.declaration(kid, doc);
            }
            Kind::Error => {
                let kids = self.open(kid.node);
                for index in kids.indexes() {
                    let kid = self.kids[index];
                    self.top_level(kid, docs);
                }
                self.close(kids);
            }
            _ => {
                docs.previous = Some(kid.node.end_position().row);
                self.statement(kid.node);
            }
        }
    }

    fn document(&mut self, def: DefId, doc: Option<Doc>) {
        if let Some(doc) = doc {
            let def = self.low.def_mut(def);
            def.doc = doc.text;
            if doc.deprecated {
                def.flags.insert(DefFlags::DEPRECATED);
            }
        }
    }

    fn file_constraint(&mut self, kids: Kids) {
        let comments: Vec<Node<'t>> =
            self.kids[kids.indexes()].iter().take_while(|kid| kid.kind == Kind::Comment).map(|kid| kid.node).collect();
        let mut modern = None;
        for &comment in &comments {
            modern = modern.or_else(|| self.constraint(comment, false));
        }
        if modern.is_none() {
            for &comment in &comments {
                if let Some(line) = self.constraint(comment, true) {
                    modern = Some(self.combine(BinaryOp::And, modern, line));
                }
            }
        }
        self.low.facts.defs[0].decorators = self.low.facts.new_list(modern);
    }

    fn imports(&mut self, node: Node<'t>) {
        let kids = self.open(node);
        for index in kids.indexes() {
            match self.kids[index] {
                Kid { kind: Kind::ImportSpec, node, .. } => self.import(node),
                Kid { kind: Kind::ImportSpecList | Kind::Error, node, .. } => self.imports(node),
                _ => {}
            }
        }
        self.close(kids);
    }

    fn import(&mut self, node: Node<'t>) {
        let kids = self.open(node);
        let (name, path) = (self.kid(kids, Field::Name), self.node(kids, Field::Path));
        self.close(kids);
        let Some(path) = path else { return };
        let text = self.low.text(path).trim_matches(['"', '`']);
        let (member, local) = match name {
            Some(Kid { kind: Kind::Dot, .. }) => (ImportMember::Glob, None),
            Some(Kid { kind: Kind::BlankIdentifier, .. }) => (ImportMember::SideEffect, None),
            Some(name) => (ImportMember::Module, Some(self.low.name(name.node))),
            None => (ImportMember::Module, Some(Name::new(likely_package_name(text)))),
        };
        self.imported.extend(local);
        let import = Import {
            module: self.low.facts.new_list([Name::new(text)]),
            member,
            local,
            level: 0,
            scope: ScopeId::FILE,
            pos: self.low.pos(path),
            kind: ImportKind::Plain,
            visibility: Visibility::Private,
        };
        self.low.facts.imports.push(import);
    }

    fn function(&mut self, node: Node<'t>, doc: Option<Doc>) {
        let kids = self.open(node);
        let name = self.node(kids, Field::Name);
        let receiver = self.node(kids, Field::Receiver);
        let type_parameters = self.node(kids, Field::TypeParameters);
        let parameters = self.node(kids, Field::Parameters);
        let result = self.kid(kids, Field::Result);
        let body = self.node(kids, Field::Body);
        self.close(kids);
        let kind = if receiver.is_some() { DefKind::Method } else { DefKind::Function };
        let def = self.low.add_def(kind, node, name, Some(ScopeKind::Function));
        self.document(def, doc);
        let text = name.map_or("", |name| self.low.text(name));
        let (main, test) = (self.main, self.low.facts.test);
        // A program to run by hand, beside a package that is not its own.
        let ignored = text == "main" && main && is_ignored(self.low.source);
        let data = self.low.def_mut(def);
        data.visibility = visibility(text);
        if receiver.is_some() {
            data.flags.insert(DefFlags::INSTANCE);
        } else if text == "init" || (text == "main" && main) || (test && is_test_function(text)) {
            data.flags.insert(DefFlags::ENTRY_POINT);
        }
        if ignored {
            data.flags.insert(DefFlags::INACTIVE);
        }
        match body {
            Some(body) => data.body_start = body.start_byte() as u32,
            None => data.flags.insert(DefFlags::DECLARATION),
        }
        self.within(def, |go| {
            if let Some(list) = type_parameters {
                let list = go.type_parameters(list);
                go.low.def_mut(def).type_params = list;
            }
            go.signature(def, receiver, parameters, result);
            if receiver.is_some() {
                go.receiver_type_parameters(def);
            }
            if let Some(body) = body {
                go.statements(body);
            }
        });
    }

    /// The type expression of a method's receiver without pointer, and its name.
    fn receiver_base(&self, def: DefId) -> Option<(TypeId, Segment)> {
        let facts = &self.low.facts;
        let receiver = facts.list(facts.def(def).params).first().filter(|param| param.kind == ParamKind::Receiver)?;
        let mut ty = receiver.ty?;
        while let TypeExpr::Pointer(inner) = *facts.type_expr(ty) {
            ty = inner;
        }
        match *facts.type_expr(ty) {
            TypeExpr::Path { segments, .. } => facts.list(segments).first().map(|segment| (ty, segment.clone())),
            _ => None,
        }
    }

    /// `func (l *List[T]) …`: T is the method's name for the list's type parameter.
    fn receiver_type_parameters(&mut self, def: DefId) {
        let Some((_, segment)) = self.receiver_base(def) else { return };
        let facts = &self.low.facts;
        let names: Vec<Name> = facts
            .list(segment.args)
            .iter()
            .map(|&arg| match *facts.type_expr(arg) {
                TypeExpr::Path { segments, .. } => facts.list(segments).first().map_or_else(Name::default, |s| s.name),
                _ => Name::default(),
            })
            .collect();
        if names.is_empty() {
            return;
        }
        for &name in &names {
            self.locals.declare(name, None);
        }
        let params = names.into_iter().map(|name| TypeParam { name, bounds: List::default(), default: None });
        let params = self.low.facts.new_list(params);
        self.low.def_mut(def).type_params = params;
    }

    fn put_methods_below_their_types(&mut self) {
        let mut types: FxHashMap<Name, DefId> = FxHashMap::default();
        for (id, def) in self.low.facts.defs().skip(1) {
            if def.parent == DefId::FILE && def.kind.is_type() {
                types.insert(def.name, id);
            }
        }
        for index in 1..self.low.facts.defs.len() {
            let id = DefId::from_index(index);
            let def = self.low.facts.def(id);
            if def.kind != DefKind::Method || def.parent != DefId::FILE {
                continue;
            }
            let Some((ty, segment)) = self.receiver_base(id) else { continue };
            if let Some(&parent) = types.get(&segment.name) {
                self.low.def_mut(id).parent = parent;
            } else {
                let supers = self.low.facts.new_list([Super { relation: Relation::MemberOf, ty, expr: None }]);
                self.low.def_mut(id).supers = supers;
            }
        }
    }

    /// A `const`, `var` or `type` declaration, at the top level or in a function.
    pub(super) fn declaration(&mut self, kid: Kid<'t>, doc: Option<Doc>) {
        let kids = self.open(kid.node);
        let mut docs = Docs::default();
        let mut repeated = None;
        let specs = kids.indexes().filter(|&index| self.kids[index].kind != Kind::Comment).count();
        for index in kids.indexes() {
            let Kid { node, kind, .. } = self.kids[index];
            if kind == Kind::Comment {
                docs.comment(node);
                continue;
            }
            let own = docs.take(self.low, node);
            let doc = if specs == 1 { own.or_else(|| doc.clone()) } else { own };
            match kind {
                Kind::ConstSpec => self.constants(node, doc, &mut repeated),
                Kind::VarSpec => self.variables(node, doc),
                Kind::VarSpecList => self.declaration(self.kids[index], None),
                Kind::TypeSpec | Kind::TypeAlias => self.type_spec(node, kind, doc),
                Kind::Error => self.statement(node),
                _ => {}
            }
        }
        self.close(kids);
    }

    /// The names of a spec, and the nodes of its values.
    fn names_and_values(&mut self, kids: Kids) -> (Vec<Node<'t>>, Vec<Node<'t>>) {
        let names = self.kids[kids.indexes()]
            .iter()
            .filter(|kid| kid.field == Field::Name && kid.kind == Kind::Identifier)
            .map(|kid| kid.node)
            .collect();
        let values = self.node(kids, Field::Value).map_or_else(Vec::new, |list| self.list(list));
        (names, values)
    }

    /// Lowers the values for `count` variables: one each, or one call for all.
    fn values(&mut self, count: usize, values: &[Node<'t>]) -> Vec<Option<ExprId>> {
        if count > 1 && values.len() == 1 {
            return self.several(values[0], count);
        }
        let lowered: Vec<ExprId> = values.iter().map(|&value| self.expr(value)).collect();
        (0..count).map(|index| lowered.get(index).copied()).collect()
    }

    /// The `count` values of one expression.
    pub(super) fn several(&mut self, value: Node<'t>, count: usize) -> Vec<Option<ExprId>> {
        let mut inner = value;
        while self.kind(inner) == Kind::ParenthesizedExpression
            && let Some(child) = inner.named_child(0)
        {
            inner = child;
        }
        let kind = self.kind(inner);
        let value = self.expr(value);
        let comma_ok = match kind {
            Kind::IndexExpression | Kind::TypeAssertion => true,
            Kind::UnaryExpression => matches!(self.low.facts.expr(value), Expr::Unary { op: UnaryOp::Receive, .. }),
            _ => false,
        };
        if comma_ok {
            let ok = self.literal(Literal::Bool);
            return vec![Some(value), Some(ok)];
        }
        (0..count as u32).map(|index| Some(self.low.add_expr(Expr::Component { value, index }))).collect()
    }

    fn constants(
        &mut self,
        node: Node<'t>,
        doc: Option<Doc>,
        repeated: &mut Option<(Option<TypeId>, Vec<Option<ExprId>>)>,
    ) {
        let kids = self.open(node);
        let (names, values) = self.names_and_values(kids);
        let ty = self.node(kids, Field::Type);
        self.close(kids);
        self.variables_of(DefKind::Constant, node, &names, ty, &values, doc, repeated);
    }

    fn variables(&mut self, node: Node<'t>, doc: Option<Doc>) {
        let kids = self.open(node);
        let (names, values) = self.names_and_values(kids);
        let ty = self.node(kids, Field::Type);
        self.close(kids);
        self.variables_of(DefKind::Variable, node, &names, ty, &values, doc, &mut None);
    }

    /// Declares variables or constants. `repeated` is the last type and values of a group of constants,
    /// which those without values take over.
    #[allow(clippy::too_many_arguments)]
    fn variables_of(
        &mut self,
        kind: DefKind,
        node: Node<'t>,
        names: &[Node<'t>],
        ty: Option<Node<'t>>,
        values: &[Node<'t>],
        doc: Option<Doc>,
        repeated: &mut Option<(Option<TypeId>, Vec<Option<ExprId>>)>,
    ) {
        let local = self.locals.in_function();
        let mut defs = Vec::new();
        if !local {
            for &name in names {
                let text = self.low.text(name);
                if text == "_" {
                    defs.push(None);
                    continue;
                }
                let def = self.low.add_def(kind, node, Some(name), None);
                self.low.def_mut(def).visibility = visibility(text);
                self.document(def, doc.clone());
                defs.push(Some(def));
            }
        }
        let owner = self.low.owner;
        if let Some(def) = defs.iter().flatten().next() {
            self.low.owner = *def;
        }
        let mut ty = ty.map(|ty| self.ty(ty));
        let mut lowered = self.values(names.len(), values);
        self.low.owner = owner;
        if kind == DefKind::Constant {
            if values.is_empty() && ty.is_none() {
                if let Some(before) = repeated.clone() {
                    (ty, lowered) = before;
                }
            } else {
                *repeated = Some((ty, lowered.clone()));
            }
        }
        for (index, &name) in names.iter().enumerate() {
            let value = lowered.get(index).copied().flatten();
            if local {
                self.bind(name, node.end_byte(), BindingKind::Local, ty, value);
            } else if let Some(def) = defs[index] {
                let def = self.low.def_mut(def);
                def.ty = ty;
                def.value = value;
            }
        }
    }

    fn type_spec(&mut self, node: Node<'t>, kind: Kind, doc: Option<Doc>) {
        let kids = self.open(node);
        let name = self.node(kids, Field::Name);
        let type_parameters = self.node(kids, Field::TypeParameters);
        let ty = self.kid(kids, Field::Type);
        self.close(kids);
        let Some(name) = name else { return };
        let def_kind = match (kind, ty.map(|ty| ty.kind)) {
            (Kind::TypeAlias, _) => DefKind::TypeAlias,
            (_, Some(Kind::StructType)) => DefKind::Struct,
            (_, Some(Kind::InterfaceType)) => DefKind::Interface,
            _ => DefKind::NewType,
        };
        if self.locals.in_function() {
            let name = self.low.name(name);
            self.locals.declare(name, None);
        }
        let def = self.low.add_def(def_kind, node, Some(name), Some(ScopeKind::Type));
        self.low.def_mut(def).visibility = visibility(self.low.text(name));
        self.document(def, doc);
        self.within(def, |go| {
            if let Some(list) = type_parameters {
                let list = go.type_parameters(list);
                go.low.def_mut(def).type_params = list;
            }
            let Some(ty) = ty else { return };
            if matches!(def_kind, DefKind::Struct | DefKind::Interface) {
                go.low.def_mut(def).body_start = ty.node.start_byte() as u32;
            } else {
                let ty = go.ty(ty.node);
                go.low.def_mut(def).ty = Some(ty);
            }
        });
        if let (DefKind::Struct | DefKind::Interface, Some(ty)) = (def_kind, ty) {
            self.members(def, ty.node);
        }
    }

    /// Reads the members of a struct or interface type into `def`.
    pub(super) fn members(&mut self, def: DefId, node: Node<'t>) {
        let mut supers = Vec::new();
        self.within(def, |go| {
            let params = go.low.facts.list(go.low.facts.def(def).type_params).to_vec();
            for param in params {
                go.locals.declare(param.name, None);
            }
            go.member_list(node, &mut supers);
        });
        self.low.def_mut(def).supers = self.low.facts.new_list(supers);
    }

    fn member_list(&mut self, node: Node<'t>, supers: &mut Vec<Super>) {
        let kids = self.open(node);
        let mut docs = Docs::default();
        for index in kids.indexes() {
            let Kid { node, kind, .. } = self.kids[index];
            match kind {
                Kind::Comment => docs.comment(node),
                Kind::FieldDeclarationList | Kind::Error => self.member_list(node, supers),
                Kind::FieldDeclaration => {
                    let doc = docs.take(self.low, node);
                    self.field(node, doc, supers);
                }
                Kind::MethodElem => {
                    let doc = docs.take(self.low, node);
                    self.method_elem(node, doc);
                }
                kind if kind.is_type() => {
                    docs.take(self.low, node);
                    let ty = self.ty(node);
                    supers.push(Super { relation: Relation::Extends, ty, expr: None });
                }
                _ => {}
            }
        }
        self.close(kids);
    }

    fn field(&mut self, node: Node<'t>, doc: Option<Doc>, supers: &mut Vec<Super>) {
        let kids = self.open(node);
        let ty_kid = self.kid(kids, Field::Type);
        let Some(Kid { node: ty_node, kind: ty_kind, .. }) = ty_kid else {
            self.close(kids);
            return;
        };
        let names: Vec<Node<'t>> = self.kids[kids.indexes()]
            .iter()
            .filter(|kid| kid.field == Field::Name && kid.kind == Kind::FieldIdentifier)
            .map(|kid| kid.node)
            .collect();
        self.close(kids);
        let mut ty = self.ty(ty_node);
        if names.is_empty() {
            // The embedded type's own name is the field's.
            let token = match ty_kind {
                Kind::QualifiedType => self.low_field(ty_node, Field::Name),
                Kind::GenericType => {
                    let base = self.low_field(ty_node, Field::Type);
                    if self.kind(base) == Kind::QualifiedType { self.low_field(base, Field::Name) } else { base }
                }
                _ => ty_node,
            };
            if self.low.source.as_bytes().get(node.start_byte()) == Some(&b'*') {
                ty = self.low.add_type(TypeExpr::Pointer(ty));
            }
            supers.push(Super { relation: Relation::Embeds, ty, expr: None });
            self.add_field(node, token, ty, doc);
            return;
        }
        for name in names {
            self.add_field(node, name, ty, doc.clone());
        }
    }

    fn add_field(&mut self, node: Node<'t>, name: Node<'t>, ty: TypeId, doc: Option<Doc>) {
        let def = self.low.add_def(DefKind::Field, node, Some(name), None);
        self.document(def, doc);
        let text = self.low.text(name);
        let def = self.low.def_mut(def);
        def.visibility = visibility(text);
        def.ty = Some(ty);
    }

    fn low_field(&mut self, node: Node<'t>, field: Field) -> Node<'t> {
        let kids = self.open(node);
        let found = self.node(kids, field);
        self.close(kids);
        found.unwrap_or(node)
    }

    fn method_elem(&mut self, node: Node<'t>, doc: Option<Doc>) {
        let kids = self.open(node);
        let name = self.node(kids, Field::Name);
        let parameters = self.node(kids, Field::Parameters);
        let result = self.kid(kids, Field::Result);
        self.close(kids);
        let def = self.low.add_def(DefKind::Method, node, name, Some(ScopeKind::Function));
        self.document(def, doc);
        let text = name.map_or("", |name| self.low.text(name));
        let data = self.low.def_mut(def);
        data.visibility = visibility(text);
        data.flags.insert(DefFlags::INSTANCE);
        data.flags.insert(DefFlags::DECLARATION);
        self.within(def, |go| go.signature(def, None, parameters, result));
    }
}

/// Whether a constraint keeps a file out of every build.
fn is_ignored(source: &str) -> bool {
    let header = source.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with("//"));
    header.into_iter().any(|line| matches!(line, "//go:build ignore" | "// +build ignore"))
}
