//! Definitions: functions, types, fields, namespaces, templates.

use super::condition::Condition;
use super::decorations::is_caps;
use super::kinds::Kind;
use super::namespaces::Mark;
use super::preprocess::{Scan, Unsure, is_word};
use super::{Extractor, LineIndex};
use crate::facts::*;
use crate::name::Name;
use tree_sitter::Node;

/// Macros that make a test function of their arguments.
const TEST_MACROS: &[&str] = &[
    "TEST",
    "TEST_F",
    "TEST_P",
    "TYPED_TEST",
    "TYPED_TEST_P",
    "TEST_CASE",
    "TEST_CASE_METHOD",
    "SCENARIO",
    "BOOST_AUTO_TEST_CASE",
    "BOOST_FIXTURE_TEST_CASE",
    "GTEST_TEST",
    "CATCH_TEST_CASE",
    "DOCTEST_TEST_CASE",
    "FUZZ_TEST",
];

/// Those of them whose first argument is a class with members that the test uses as its own.
const FIXTURE_MACROS: &[&str] = &["TEST_F", "TEST_P", "TYPED_TEST", "TYPED_TEST_P", "TEST_CASE_METHOD"];

/// Words among a declaration's specifiers.
#[derive(Clone, Copy, Default)]
struct Specifiers {
    is_static: bool,
    is_virtual: bool,
    is_friend: bool,
    is_extern: bool,
    is_mutable: bool,
}

impl<'t> Extractor<'_, 't> {
    pub(super) fn items_in(&mut self, node: Node<'t>) {
        let mut cursor = node.walk();
        if !cursor.goto_first_child() {
            return;
        }
        loop {
            let child = cursor.node();
            self.macro_namespaces(child.start_byte());
            if child.is_named() {
                self.item(child);
            }
            if !cursor.goto_next_sibling() {
                break;
            }
        }
        self.macro_namespaces(node.end_byte());
    }

    /// Leaves and enters the namespaces that macros close and open before `at`.
    fn macro_namespaces(&mut self, at: usize) {
        loop {
            let next = self.namespaces.last().map_or(usize::MAX, |mark| mark.start);
            if let Some(&(end, owner, scope)) = self.open_namespaces.last()
                && end <= at
                && end <= next
            {
                self.open_namespaces.pop();
                (self.low.owner, self.low.scope) = (owner, scope);
            } else if next <= at {
                if let Some(mark) = self.namespaces.pop()
                    && matches!(self.low.facts.def(self.low.owner).kind, DefKind::File | DefKind::Module)
                {
                    self.open_namespace(mark);
                }
            } else {
                return;
            }
        }
    }

    fn open_namespace(&mut self, mark: Mark) {
        let mut lines = LineIndex::new(self.low.source);
        let (pos, end) = (lines.pos(mark.start), lines.pos(mark.end));
        let name = Expr::Name { name: mark.name, scope: ScopeId::FILE, at: mark.start as u32 };
        let value = Some(self.low.add_expr(name));
        let def = DefId::from_index(self.low.facts.defs.len());
        let scope = ScopeId::from_index(self.low.facts.scopes.len());
        let outer = (self.low.owner, self.low.scope);
        self.low.facts.scopes.push(Scope { parent: Some(outer.1), owner: def, kind: ScopeKind::Module });
        self.low.facts.defs.push(Def {
            parent: outer.0,
            flags: if self.low.facts.test { DefFlags::TEST } else { DefFlags::NONE },
            scope,
            outer_scope: outer.1,
            value,
            ..Def::bare(DefKind::Module, pos, Span { start: mark.start as u32, end: mark.end as u32 }, end.line)
        });
        self.open_namespaces.push((mark.end, outer.0, outer.1));
        (self.low.owner, self.low.scope) = (def, scope);
    }

    pub(super) fn item(&mut self, node: Node<'t>) {
        stacker::maybe_grow(96 * 1024, 2 * 1024 * 1024, || self.item_inner(node));
    }

    fn item_inner(&mut self, node: Node<'t>) {
        match self.kind(node) {
            Kind::FunctionDefinition => self.function_definition(node),
            Kind::Declaration | Kind::FieldDeclaration => self.declaration(node),
            Kind::TypeDefinition => self.type_definition(node),
            Kind::AliasDeclaration => self.alias(node),
            Kind::UsingDeclaration => self.using(node),
            Kind::NamespaceAliasDefinition => self.namespace_alias(node),
            Kind::NamespaceDefinition => self.namespace(node),
            Kind::LinkageSpecification => {
                if let Some(body) = self.field(node, self.tables.fields.body) {
                    if self.kind(body) == Kind::DeclarationList { self.items_in(body) } else { self.item(body) }
                }
            }
            Kind::TemplateDeclaration => self.template_declaration(node),
            Kind::FriendDeclaration => {
                let mut cursor = node.walk();
                let children: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
                for child in children {
                    if self.kind(child) == Kind::FunctionDefinition {
                        self.friend_function(child);
                    }
                }
            }
            Kind::AccessSpecifier => {
                self.visibility = match self.text(node).split([':', ' ']).next() {
                    Some("private") => Visibility::Private,
                    Some("protected") => Visibility::Protected,
                    _ => Visibility::Public,
                };
            }
            Kind::StructSpecifier | Kind::ClassSpecifier | Kind::UnionSpecifier | Kind::EnumSpecifier => {
                let _ = self.elaborated(node, None);
            }
            Kind::Error | Kind::DeclarationList => self.items_in(node),
            Kind::ConceptDefinition => {
                let name = self.field(node, self.tables.fields.name);
                self.add_def(DefKind::TypeAlias, node, name, None);
                self.template.clear();
            }
            Kind::ExpressionStatement
            | Kind::CompoundStatement
            | Kind::IfStatement
            | Kind::ForStatement
            | Kind::WhileStatement
            | Kind::SwitchStatement
            | Kind::DoStatement
            | Kind::CaseStatement
            | Kind::LabeledStatement
            | Kind::ReturnStatement
                if !self.inactive =>
            {
                // Left over from an error: definitions may be inside.
                self.statement(node);
            }
            _ => {}
        }
    }

    fn add_def(&mut self, kind: DefKind, node: Node<'t>, name: Option<Node<'t>>, inner: Option<ScopeKind>) -> DefId {
        let def = self.low.add_def(kind, node, name, inner);
        let doc = if matches!(kind, DefKind::Variant | DefKind::Closure) { None } else { self.doc_of(node) };
        let in_class = self.in_class();
        let visibility = if in_class { self.visibility } else { Visibility::Public };
        let inactive = self.inactive;
        let def_mut = self.low.def_mut(def);
        def_mut.doc = doc;
        def_mut.visibility = visibility;
        if inactive {
            def_mut.flags.insert(DefFlags::INACTIVE);
        }
        def
    }

    /// Adds what is compiled under conditions that the file leaves open.
    pub(super) fn conditionals(&mut self, source: &str, unsure: &[Unsure]) {
        // Places in ascending order, so that lines are counted once.
        let mut places: Vec<usize> = unsure.iter().flat_map(|text| [text.start, text.end, text.asked]).collect();
        places.sort_unstable();
        places.dedup();
        let mut index = LineIndex::new(source);
        let lines: Vec<u32> = places.iter().map(|&at| index.pos(at).line).collect();
        let line_of = |at: usize| places.binary_search(&at).map_or(0, |index| lines[index]);
        for text in unsure {
            let needs = text.conditions.iter().filter_map(|condition| match condition {
                Condition::Open { text, .. } => Some(Name::new(text)),
                Condition::Known(_) => None,
            });
            let needs: Vec<Name> = needs.collect();
            let needs = self.low.facts.new_list(needs);
            self.low.facts.conditionals.push(Conditional {
                span: Span { start: text.start as u32, end: text.end as u32 },
                line: line_of(text.start),
                asked_line: line_of(text.asked),
                end_line: line_of(text.end),
                around: text.around.map(|around| around as u32),
                needs,
            });
        }
    }

    /// Whether the innermost definition is a type.
    fn in_class(&self) -> bool {
        let owner = self.low.facts.def(self.low.owner);
        owner.kind.is_type()
    }

    fn specifiers(&self, node: Node<'t>) -> Specifiers {
        let mut specifiers = Specifiers::default();
        let mut cursor = node.walk();
        if !cursor.goto_first_child() {
            return specifiers;
        }
        loop {
            let child = cursor.node();
            match self.kind(child) {
                Kind::StorageClassSpecifier => match self.text(child) {
                    "static" => specifiers.is_static = true,
                    "extern" => specifiers.is_extern = true,
                    "mutable" => specifiers.is_mutable = true,
                    _ => {}
                },
                Kind::Virtual | Kind::VirtualFunctionSpecifier => specifiers.is_virtual = true,
                Kind::Other if child.kind() == "virtual" => specifiers.is_virtual = true,
                Kind::Other if child.kind() == "friend" => specifiers.is_friend = true,
                // The grammar has `mutable` among the type qualifiers.
                Kind::TypeQualifier if self.text(child) == "mutable" => specifiers.is_mutable = true,
                _ => {}
            }
            if !cursor.goto_next_sibling() {
                break;
            }
        }
        specifiers
    }

    fn template_declaration(&mut self, node: Node<'t>) {
        if let Some(parameters) = self.field(node, self.tables.fields.parameters) {
            self.template.push(parameters);
        }
        let depth = self.template.len();
        let mut cursor = node.walk();
        let children: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
        for child in children {
            match self.kind(child) {
                Kind::TemplateParameterList | Kind::RequiresClause | Kind::Comment => {}
                _ => self.item(child),
            }
        }
        self.template.truncate(depth.saturating_sub(1));
    }

    /// Gives the waiting template parameters to a definition; the walk must be inside it already.
    fn take_template(&mut self, def: DefId) {
        let lists = std::mem::take(&mut self.template);
        if lists.is_empty() {
            return;
        }
        // `template<T> template<U> void A<T>::f(U)`: all of them are the function's.
        let mut params = Vec::new();
        for &list in &lists {
            let list = self.template_parameters(list);
            params.extend(self.low.facts.list(list).iter().cloned());
        }
        let params = self.low.facts.new_list(params);
        self.low.def_mut(def).type_params = params;
    }

    pub(super) fn template_parameters(&mut self, node: Node<'t>) -> List<TypeParam> {
        let mut cursor = node.walk();
        let children: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
        let mut params = Vec::new();
        for child in children {
            // A pack may be empty: it has a default that says nothing.
            let pack =
                matches!(self.kind(child), Kind::VariadicTypeParameterDeclaration | Kind::VariadicParameterDeclaration);
            let pack = pack.then(|| self.low.add_type(TypeExpr::Unknown));
            let (name, default) = match self.kind(child) {
                Kind::TypeParameterDeclaration | Kind::VariadicTypeParameterDeclaration => {
                    (super::types::last_named(child), pack)
                }
                Kind::OptionalTypeParameterDeclaration => {
                    let name = self.field(child, self.tables.fields.name);
                    let default = self.field(child, self.tables.fields.default_type).map(|ty| self.type_of(ty));
                    (name, default)
                }
                Kind::TemplateTemplateParameterDeclaration => {
                    (super::types::last_named(child).and_then(super::types::last_named), None)
                }
                Kind::ParameterDeclaration
                | Kind::OptionalParameterDeclaration
                | Kind::VariadicParameterDeclaration => {
                    // A value: its name is a binding of the scope.
                    let base = self.declared_type(child);
                    let declared =
                        self.field(child, self.tables.fields.declarator).map(|node| self.declarator(node, base));
                    let name = declared.as_ref().and_then(|declared| declared.name);
                    if let Some(name) = name {
                        let ty = declared.map(|declared| declared.ty);
                        let name = self.low.name(name);
                        self.low.add_binding(name, 0, BindingKind::Local, ty, None);
                    }
                    // Keeps its place among the parameters.
                    // One without a name constrains the others, and its value is no matter.
                    let optional = name.is_none() || self.field(child, self.tables.fields.default_value).is_some();
                    let default = pack.or_else(|| optional.then(|| self.low.add_type(TypeExpr::Unknown)));
                    params.push(TypeParam { name: Name::default(), bounds: List::default(), default });
                    continue;
                }
                _ => continue,
            };
            let name = name.map_or(Name::default(), |name| self.low.name(name));
            params.push(TypeParam { name, bounds: List::default(), default });
        }
        self.low.facts.new_list(params)
    }

    fn namespace(&mut self, node: Node<'t>) {
        let mut names = Vec::new();
        let name_node = self.field(node, self.tables.fields.name);
        if let Some(name) = name_node {
            let mut stack = vec![name];
            while let Some(node) = stack.pop() {
                if self.kind(node) == Kind::NamespaceIdentifier || node.named_child_count() == 0 {
                    names.push(node);
                } else {
                    let mut cursor = node.walk();
                    let mut children: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
                    children.reverse();
                    stack.extend(children);
                }
            }
        }
        // `#ifdef DOXYGEN / namespace N { / #endif` puts nothing into N, which may stand elsewhere in truth.
        let body = self.field(node, self.tables.fields.body);
        if self.inactive && body.is_none_or(|body| body.named_child_count() == 0) {
            return;
        }
        let inline = self.text(node).starts_with("inline");
        let (owner, scope) = (self.low.owner, self.low.scope);
        let visibility = self.visibility;
        let defs: Vec<Option<Node<'t>>> =
            if names.is_empty() { vec![None] } else { names.into_iter().map(Some).collect() };
        for name in defs {
            let def = self.add_def(DefKind::Module, node, name, Some(ScopeKind::Module));
            if inline {
                // Its names are the enclosing namespace's, too.
                self.low.def_mut(def).flags.insert(DefFlags::EXPORTED);
            }
            if let Some(body) = body {
                self.low.def_mut(def).body_start = body.start_byte() as u32;
            }
            self.low.owner = def;
            self.low.scope = self.low.facts.def(def).scope;
        }
        if let Some(body) = body {
            self.items_in(body);
        }
        (self.low.owner, self.low.scope) = (owner, scope);
        self.visibility = visibility;
    }

    fn names_of(&mut self, node: Node<'t>) -> Vec<Name> {
        let mut segments = Vec::new();
        self.path_segments(node, &mut segments);
        segments.into_iter().map(|segment| segment.name).collect()
    }

    fn using(&mut self, node: Node<'t>) {
        let mut cursor = node.walk();
        let Some(target) = node.named_children(&mut cursor).find(|child| self.kind(*child) != Kind::Comment) else {
            return;
        };
        let namespace = self.text(node)["using".len()..].trim_start().starts_with("namespace");
        let mut names = self.names_of(target);
        let (member, local) = if namespace {
            (ImportMember::Glob, None)
        } else {
            let Some(last) = names.pop() else { return };
            (ImportMember::Named(last), Some(last))
        };
        self.add_using(names, member, local, node);
    }

    fn namespace_alias(&mut self, node: Node<'t>) {
        let name = self.field(node, self.tables.fields.name).map(|name| self.low.name(name));
        let Some(target) = super::types::last_named(node) else { return };
        let text: Vec<Name> = self.text(target).split("::").map(|part| Name::new(part.trim())).collect();
        self.add_using(text, ImportMember::Module, name, node);
    }

    fn add_using(&mut self, module: Vec<Name>, member: ImportMember, local: Option<Name>, node: Node<'t>) {
        let module = self.low.facts.new_list(module);
        let (scope, pos) = (self.low.scope, self.low.pos(node));
        self.low.facts.imports.push(Import {
            module,
            member,
            local,
            level: 0,
            scope,
            pos,
            kind: ImportKind::Using,
            visibility: Visibility::Public,
        });
    }

    fn alias(&mut self, node: Node<'t>) {
        let name = self.field(node, self.tables.fields.name);
        let def = self.add_def(DefKind::TypeAlias, node, name, Some(ScopeKind::Type));
        if let Some(name) = name {
            let name = self.low.name(name);
            self.types.insert(name);
        }
        let (owner, scope) = (self.low.owner, self.low.scope);
        self.low.scope = self.low.facts.def(def).scope;
        self.low.owner = def;
        self.take_template(def);
        let ty = self.field(node, self.tables.fields.ty).map(|ty| self.type_of(ty));
        (self.low.owner, self.low.scope) = (owner, scope);
        self.low.def_mut(def).ty = ty;
    }

    fn type_definition(&mut self, node: Node<'t>) {
        let fields = &self.tables.fields;
        let declarators: Vec<Node<'t>> = self.fields_named(node, fields.declarator);
        let Some(ty_node) = self.field(node, fields.ty) else { return };
        // `typedef struct { … } Name;` names the struct.
        let anonymous = matches!(
            self.kind(ty_node),
            Kind::StructSpecifier | Kind::ClassSpecifier | Kind::UnionSpecifier | Kind::EnumSpecifier
        ) && self.field(ty_node, fields.name).is_none()
            && self.field(ty_node, fields.body).is_some();
        let first_plain = declarators.iter().position(|declarator| {
            matches!(self.kind(*declarator), Kind::TypeIdentifier | Kind::Identifier | Kind::PrimitiveType)
        });
        let base = if anonymous {
            let name = first_plain.map(|at| declarators[at]);
            self.elaborated(ty_node, name)
        } else {
            self.declared_type(node)
        };
        for (at, &declarator) in declarators.iter().enumerate() {
            if anonymous && first_plain == Some(at) {
                continue;
            }
            let declared = self.declarator(declarator, base);
            let Some(name) = declared.name else { continue };
            let ty = match declared.function {
                Some(_) => self.low.add_type(TypeExpr::Function { params: List::default(), ret: Some(declared.ty) }),
                None => declared.ty,
            };
            // `typedef struct foo foo;` says nothing new.
            if let Some(inner) = self.field(ty_node, fields.name)
                && declarator == name
                && self.text(inner) == self.text(name)
                && self.kind(ty_node) != Kind::TemplateType
                && self.kind(ty_node) != Kind::QualifiedIdentifier
            {
                continue;
            }
            let def = self.add_def(DefKind::TypeAlias, node, Some(name), None);
            self.low.def_mut(def).ty = Some(ty);
            let name = self.low.name(name);
            self.types.insert(name);
        }
    }

    pub(super) fn fields_named(&self, node: Node<'t>, field: Option<std::num::NonZeroU16>) -> Vec<Node<'t>> {
        let Some(field) = field else { return Vec::new() };
        let mut cursor = node.walk();
        node.children_by_field_id(field, &mut cursor).filter(Node::is_named).collect()
    }

    /// `struct A`, `class A : B { … }`, `enum { … }` wherever a type can stand.
    pub(super) fn elaborated(&mut self, node: Node<'t>, given: Option<Node<'t>>) -> TypeId {
        let fields = &self.tables.fields;
        let kind = self.kind(node);
        let name = self.field(node, fields.name).or(given);
        let body = self.field(node, fields.body);
        let def_kind = match kind {
            Kind::EnumSpecifier => DefKind::Enum,
            Kind::UnionSpecifier => DefKind::Union,
            Kind::ClassSpecifier => DefKind::Class,
            _ => DefKind::Struct,
        };
        let Some(body) = body else {
            let Some(name) = name else { return self.low.add_type(TypeExpr::Unknown) };
            // A forward declaration stands alone; elsewhere the name is only used.
            let forward = node.next_sibling().is_some_and(|next| next.kind() == ";")
                && node.parent().is_none_or(|parent| {
                    !matches!(self.kind(parent), Kind::FieldDeclaration | Kind::Declaration | Kind::TypeDefinition)
                })
                && !self.low.facts.def(self.low.owner).kind.is_callable();
            if forward && matches!(self.kind(name), Kind::TypeIdentifier | Kind::Identifier) {
                let def = self.add_def(def_kind, node, Some(name), Some(ScopeKind::Type));
                self.low.def_mut(def).flags.insert(DefFlags::DECLARATION);
                let (owner, scope) = (self.low.owner, self.low.scope);
                self.low.scope = self.low.facts.def(def).scope;
                self.low.owner = def;
                self.take_template(def);
                (self.low.owner, self.low.scope) = (owner, scope);
            }
            return self.type_of(name);
        };
        let simple = name.map(|name| self.last_name(name));
        let anonymous = simple.is_none();
        let def = self.add_def(def_kind, node, simple, Some(ScopeKind::Type));
        self.low.def_mut(def).body_start = body.start_byte() as u32;
        if let Some(simple) = simple {
            let simple = self.low.name(simple);
            self.types.insert(simple);
        }
        let (owner, scope) = (self.low.owner, self.low.scope);
        let visibility = std::mem::replace(
            &mut self.visibility,
            if kind == Kind::ClassSpecifier { Visibility::Private } else { Visibility::Public },
        );
        self.low.owner = def;
        self.low.scope = self.low.facts.def(def).scope;
        self.take_template(def);
        let outer_template = std::mem::take(&mut self.template);
        let mut supers = Vec::new();
        if let Some(name) = name {
            match self.kind(name) {
                // A specialisation describes another class.
                Kind::TemplateType => {
                    self.low.def_mut(def).flags.insert(DefFlags::OVERLOAD);
                    let ty = self.type_of(name);
                    self.low.def_mut(def).ty = Some(ty);
                }
                // `class A::B { … }`
                Kind::QualifiedIdentifier => {
                    let mut segments = Vec::new();
                    self.path_segments(name, &mut segments);
                    segments.pop();
                    let ty = self.path_type(segments, name.start_byte());
                    supers.push(Super { relation: Relation::MemberOf, ty, expr: None });
                }
                _ => {}
            }
        }
        if kind == Kind::EnumSpecifier {
            let scoped = node.child(1).is_some_and(|child| matches!(child.kind(), "class" | "struct"));
            self.enumerators(body, scoped);
        } else {
            let mut cursor = node.walk();
            let children: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
            for child in children {
                if self.kind(child) == Kind::BaseClassClause {
                    let mut cursor = child.walk();
                    let bases: Vec<Node<'t>> = child.named_children(&mut cursor).collect();
                    for base in bases {
                        if matches!(
                            self.kind(base),
                            Kind::TypeIdentifier
                                | Kind::QualifiedIdentifier
                                | Kind::TemplateType
                                | Kind::DependentType
                                | Kind::ParameterPackExpansion
                        ) {
                            let ty = self.type_of(base);
                            supers.push(Super { relation: Relation::Extends, ty, expr: None });
                        }
                    }
                }
            }
            let outer = std::mem::take(&mut self.returns);
            self.items_in(body);
            self.returns = outer;
        }
        let supers = self.low.facts.new_list(supers);
        self.low.def_mut(def).supers = supers;
        (self.low.owner, self.low.scope) = (owner, scope);
        self.visibility = visibility;
        self.template = outer_template;
        if anonymous {
            let expr = self.low.add_expr(Expr::Def(def));
            return self.low.add_type(TypeExpr::TypeOf(expr));
        }
        match name {
            Some(name) => self.type_of(name),
            None => self.low.add_type(TypeExpr::Unknown),
        }
    }

    fn enumerators(&mut self, body: Node<'t>, scoped: bool) {
        let mut cursor = body.walk();
        let children: Vec<Node<'t>> = body.named_children(&mut cursor).collect();
        for child in children {
            if self.kind(child) != Kind::Enumerator {
                continue;
            }
            let name = self.field(child, self.tables.fields.name);
            let def = self.add_def(DefKind::Variant, child, name, None);
            self.low.def_mut(def).visibility = Visibility::Public;
            if !scoped {
                self.low.def_mut(def).flags.insert(DefFlags::EXPORTED);
            }
            if let Some(value) = self.field(child, self.tables.fields.value) {
                let _ = self.expr(value);
            }
        }
    }

    /// A friend with a body is a function of the namespace, although it stands in the class.
    fn friend_function(&mut self, node: Node<'t>) {
        let before = self.low.facts.defs.len();
        self.function_definition(node);
        if let Some(def) = self.low.facts.defs.get_mut(before) {
            def.kind = DefKind::Function;
            def.visibility = Visibility::Public;
            def.flags = DefFlags::from_bits(def.flags.bits() & !DefFlags::INSTANCE.bits());
        }
    }

    fn function_definition(&mut self, node: Node<'t>) {
        let fields = &self.tables.fields;
        let Some(declarator) = self.field(node, fields.declarator) else {
            self.items_in(node);
            return;
        };
        let body = self.field(node, fields.body);
        let (mut function, name) = self.function_parts(declarator);
        if function.is_none() && self.is_macro_head(node, declarator, name) {
            function = Some(declarator);
        }
        let (Some(function), Some(name)) = (function, name) else {
            // Not a function after all: an error made it look so.
            if let Some(ty) = self.field(node, fields.ty)
                && self.field(ty, fields.body).is_some()
            {
                let _ = self.type_of(ty);
            }
            if let Some(body) = body {
                if self.kind(body) == Kind::CompoundStatement && !self.inactive {
                    self.items_in(body);
                }
            }
            return;
        };
        if self.inactive && node.has_error() && body.is_none() {
            return;
        }
        // `class X : public Y { … }` with an unknown macro reads as a function; its body holds the items.
        self.function(node, declarator, function, name, body);
    }

    /// `static ALLOC_FUNC(my_alloc) { … }`: a macro writes the head of the function that it is given the name of.
    fn is_macro_head(&self, node: Node<'t>, declarator: Node<'t>, name: Option<Node<'t>>) -> bool {
        let fields = &self.tables.fields;
        let Some(ty) = self.field(node, fields.ty) else { return false };
        !self.cpp
            && self.kind(declarator) == Kind::ParenthesizedDeclarator
            && name.is_some_and(|name| self.kind(name) == Kind::Identifier)
            && self.field(node, fields.body).is_some_and(|body| self.kind(body) == Kind::CompoundStatement)
            && self.low.facts.def(self.low.owner).kind == DefKind::File
            && is_caps(self.text(ty).as_bytes())
            && !self.pasting.contains(&Name::new(self.text(ty)))
    }

    /// The function declarator and the declared name of a declarator.
    fn function_parts(&self, declarator: Node<'t>) -> (Option<Node<'t>>, Option<Node<'t>>) {
        let mut node = declarator;
        let mut function = None;
        for _ in 0..super::MAX_DEPTH {
            match self.kind(node) {
                Kind::FunctionDeclarator => {
                    function = Some(node);
                    match self.field(node, self.tables.fields.declarator) {
                        Some(inner) => node = inner,
                        None => return (function, None),
                    }
                }
                Kind::PointerDeclarator | Kind::ArrayDeclarator => {
                    match self.field(node, self.tables.fields.declarator) {
                        Some(inner) => node = inner,
                        None => return (function, None),
                    }
                }
                Kind::ReferenceDeclarator | Kind::ParenthesizedDeclarator | Kind::AttributedDeclarator => {
                    let mut cursor = node.walk();
                    match node.named_children(&mut cursor).find(|child| self.kind(*child) != Kind::Comment) {
                        Some(inner) => node = inner,
                        None => return (function, None),
                    }
                }
                // `operator bool() const`
                Kind::OperatorCast => return (Some(function.unwrap_or(node)), Some(node)),
                Kind::QualifiedIdentifier => {
                    let last = self.last_name(node);
                    if self.kind(last) == Kind::OperatorCast {
                        return (Some(function.unwrap_or(last)), Some(node));
                    }
                    return (function, Some(node));
                }
                Kind::InitDeclarator => return (None, None),
                _ => return (function, Some(node)),
            }
        }
        (None, None)
    }

    /// Adds a function, with or without a body.
    fn function(
        &mut self,
        node: Node<'t>,
        declarator: Node<'t>,
        function: Node<'t>,
        name: Node<'t>,
        body: Option<Node<'t>>,
    ) {
        let fields = &self.tables.fields;
        let specifiers = self.specifiers(node);
        let simple = self.last_name(name);
        let owner_def = self.low.facts.def(self.low.owner);
        let in_class = owner_def.kind.is_type() && !specifiers.is_friend;
        let owner_name = owner_def.name;
        let mut qualifier = Vec::new();
        let mut root = None;
        // Behind a specifier, the grammar takes the `A::operator` of `inline A::operator bool()` for a type.
        let conversion = self
            .field(node, fields.ty)
            .filter(|ty| self.kind(*ty) == Kind::QualifiedIdentifier && self.text(self.last_name(*ty)) == "operator");
        // Behind a macro it is an error there.
        let of_unknown_specifier = self.kind(simple) == Kind::Identifier
            && self.low.source[..simple.start_byte()].trim_end().ends_with("::operator");
        let qualified = conversion.or((self.kind(name) == Kind::QualifiedIdentifier).then_some(name));
        if let Some(qualified) = qualified {
            root = self.path_segments(qualified, &mut qualifier);
            qualifier.pop();
        }
        let spelled = match self.kind(simple) {
            _ if conversion.is_some() => Name::new(&format!("operator {}", self.text(name))),
            _ if of_unknown_specifier => Name::new(&format!("operator {}", self.text(simple))),
            Kind::OperatorName => self.operator_name(simple),
            Kind::OperatorCast => {
                let written = self.text(simple);
                let written = written.split('(').next().unwrap_or(written);
                let parts: Vec<&str> = written.split_whitespace().collect();
                Name::new(&parts.join(" "))
            }
            Kind::DestructorName => Name::new(&self.text(simple).replace(' ', "")),
            _ => self.low.name(simple),
        };
        let last_qualifier = qualifier.last().map(|segment| segment.name);
        let constructor = in_class && qualifier.is_empty() && spelled == owner_name && !spelled.is_empty()
            || last_qualifier.is_some_and(|class| class == spelled && !class.is_empty());
        let global = qualifier.len() == 1 && qualifier[0].name.is_empty();
        let kind = if constructor {
            DefKind::Constructor
        } else if in_class || !qualifier.is_empty() && !global {
            DefKind::Method
        } else {
            DefKind::Function
        };
        // Test macros: `TEST(Suite, Name) { … }`.
        let macro_test =
            body.is_some() && self.field(node, fields.ty).is_none() && TEST_MACROS.contains(&spelled.as_str());
        let def = self.add_def(kind, node, Some(simple), Some(ScopeKind::Function));
        let name_override = macro_test.then(|| self.field(function, fields.parameters)).flatten().map(|parameters| {
            let text = self.text(parameters).trim_matches(['(', ')']);
            let parts: Vec<&str> = text.split(',').map(|part| part.trim().trim_matches('"')).collect();
            Name::new(&parts.join("."))
        });
        if macro_test && FIXTURE_MACROS.contains(&spelled.as_str()) {
            // The macro makes a method of a class derived from the fixture.
            let text = self.field(function, fields.parameters).map_or("", |parameters| self.text(parameters));
            let fixture = text.trim_start_matches('(').split([',', ')']).next().unwrap_or("").trim();
            if !fixture.is_empty() && fixture.bytes().all(|byte| is_word(byte) || byte == b':') {
                let names = fixture.split("::").map(|name| Segment { name: Name::new(name), args: List::default() });
                qualifier = names.collect();
            }
        }
        let is_static = specifiers.is_static;
        {
            let def = self.low.def_mut(def);
            def.name = name_override.unwrap_or(spelled);
            if macro_test {
                def.flags.insert(DefFlags::TEST);
            }
            if is_static {
                def.flags.insert(DefFlags::STATIC);
                if kind == DefKind::Function {
                    def.visibility = Visibility::Package;
                }
            } else if kind == DefKind::Method {
                def.flags.insert(DefFlags::INSTANCE);
            }
            if specifiers.is_virtual {
                def.flags.insert(DefFlags::VIRTUAL);
            }
            match body {
                Some(body) => def.body_start = body.start_byte() as u32,
                None => def.flags.insert(DefFlags::DECLARATION),
            }
            if kind == DefKind::Function
                && def.parent == DefId::FILE
                && matches!(spelled.as_str(), "main" | "wmain" | "WinMain" | "LLVMFuzzerTestOneInput")
            {
                def.flags.insert(DefFlags::ENTRY_POINT);
            }
        }
        let (owner, scope) = (self.low.owner, self.low.scope);
        self.low.owner = def;
        self.low.scope = self.low.facts.def(def).scope;
        self.take_template(def);
        let outer_template = std::mem::take(&mut self.template);
        let outer_locals =
            if self.low.facts.def(owner).kind.is_callable() { None } else { Some(std::mem::take(&mut self.locals)) };
        let outer_returns = std::mem::take(&mut self.returns);
        if !qualifier.is_empty() && !global || root.is_some() {
            let ty = match root {
                Some(root) => root,
                None => self.path_type(qualifier, name.start_byte()),
            };
            let supers = self.low.facts.new_list([Super { relation: Relation::MemberOf, ty, expr: None }]);
            self.low.def_mut(def).supers = supers;
        }
        let ret = if constructor || macro_test || conversion.is_some() || of_unknown_specifier {
            None
        } else if self.kind(simple) == Kind::OperatorCast {
            let base = self.declared_type(simple);
            let ty = match self.field(simple, fields.declarator) {
                Some(declarator) => self.cast_result(declarator, base),
                None => base,
            };
            Some(ty)
        } else {
            let trailing = self.trailing_type(function);
            match trailing {
                Some(ty) => Some(ty),
                None if self.field(node, fields.ty).is_some() => {
                    let base = self.declared_type(node);
                    Some(self.declarator(declarator, base).ty)
                }
                None => None,
            }
        };
        self.low.def_mut(def).ty = ret;
        let function = if self.kind(function) == Kind::OperatorCast {
            self.field(function, fields.declarator).unwrap_or(function)
        } else {
            function
        };
        if !macro_test {
            self.parameters(function, def);
        }
        let mut cursor = function.walk();
        let trailing: Vec<Node<'t>> = function.named_children(&mut cursor).collect();
        for child in trailing {
            if self.kind(child) == Kind::VirtualSpecifier {
                self.low.def_mut(def).flags.insert(DefFlags::VIRTUAL);
            }
        }
        let outer_end = self.code_end;
        if let Some(body) = body {
            if let Some(end) = self.early_end(body) {
                self.code_end = outer_end.min(end);
                let lines = self.text(node)[..end - node.start_byte()].matches('\n').count();
                let def = self.low.def_mut(def);
                def.end_line = node.start_position().row as u32 + lines as u32 + 1;
                def.span.end = end as u32;
            }
            self.function_body(node, body);
        } else if self.is_defaulted(node) {
            let value = self.low.add_expr(Expr::Unknown);
            self.low.def_mut(def).value = Some(value);
        }
        let returns = std::mem::replace(&mut self.returns, outer_returns);
        let inferred = ret.is_some_and(|ty| {
            let mut ty = ty;
            loop {
                match self.low.facts.type_expr(ty) {
                    TypeExpr::Inferred => return true,
                    TypeExpr::Reference { inner, .. } | TypeExpr::Pointer(inner) => ty = *inner,
                    TypeExpr::Path { segments, .. } => {
                        let segments = self.low.facts.list(*segments);
                        match segments {
                            [only] if only.name == "const" && only.args.len() == 1 => {
                                ty = self.low.facts.list(only.args)[0];
                            }
                            _ => return false,
                        }
                    }
                    _ => return false,
                }
            }
        });
        if inferred {
            let returns = self.low.facts.new_list(returns);
            self.low.def_mut(def).returns = returns;
        }
        if let Some(locals) = outer_locals {
            self.locals = locals;
        }
        self.template = outer_template;
        (self.low.owner, self.low.scope) = (owner, scope);
        if self.code_end < outer_end {
            self.code_end = outer_end;
            for node in std::mem::take(&mut self.left_over) {
                self.item(node);
            }
        }
    }

    /// Where a body with a syntax error ends by its braces, if the parser has it end later: with what follows the
    /// function inside of it.
    fn early_end(&self, body: Node<'t>) -> Option<usize> {
        if !body.has_error() {
            return None;
        }
        let mut scan = Scan { bytes: self.low.source.as_bytes(), at: body.start_byte(), end: body.end_byte() };
        let mut depth = 0_usize;
        while let Some((start, stop)) = scan.token() {
            match scan.bytes[start] {
                b'{' => depth += 1,
                b'}' if depth > 1 => depth -= 1,
                b'}' => return (stop < body.end_byte()).then_some(stop),
                _ => {}
            }
        }
        None
    }

    /// `= default`, `= delete`
    fn is_defaulted(&self, node: Node<'t>) -> bool {
        let mut cursor = node.walk();
        node.named_children(&mut cursor)
            .any(|child| matches!(child.kind(), "default_method_clause" | "delete_method_clause"))
    }

    /// `operator const T*()`: the type with what stands before the parentheses.
    fn cast_result(&mut self, declarator: Node<'t>, base: TypeId) -> TypeId {
        let mut ty = base;
        let mut node = declarator;
        for _ in 0..super::MAX_DEPTH {
            match self.kind(node) {
                Kind::AbstractPointerDeclarator => ty = self.low.add_type(TypeExpr::Pointer(ty)),
                Kind::AbstractReferenceDeclarator => {
                    ty = self.low.add_type(TypeExpr::Reference { inner: ty, mutable: true });
                }
                _ => break,
            }
            match self.field(node, self.tables.fields.declarator).or_else(|| super::types::last_named(node)) {
                Some(inner) => node = inner,
                None => break,
            }
        }
        ty
    }

    /// `-> T`
    pub(super) fn trailing_type(&mut self, function: Node<'t>) -> Option<TypeId> {
        let mut cursor = function.walk();
        let trailing =
            function.named_children(&mut cursor).find(|child| self.kind(*child) == Kind::TrailingReturnType)?;
        let ty = trailing.named_child(0)?;
        Some(self.type_of(ty))
    }

    /// The parameters of a function declarator become the definition's, and names of its scope.
    pub(super) fn parameters(&mut self, function: Node<'t>, def: DefId) {
        let fields = &self.tables.fields;
        let mut params = Vec::new();
        let mut cursor = function.walk();
        let qualified = function.children(&mut cursor).any(|child| {
            self.kind(child) == Kind::TypeQualifier && self.text(child) == "const"
                || self.kind(child) == Kind::RefQualifier
        });
        if qualified {
            let this = self.low.add_type(TypeExpr::SelfType);
            let mutable = !self.has_const(function);
            let ty = self.low.add_type(TypeExpr::Reference { inner: this, mutable });
            params.push(Param { name: Name::new("this"), kind: ParamKind::Receiver, ty: Some(ty), default: None });
        }
        if let Some(list) = self.field(function, fields.parameters) {
            let mut cursor = list.walk();
            let children: Vec<Node<'t>> = list.children(&mut cursor).collect();
            for child in children {
                match self.kind(child) {
                    Kind::ParameterDeclaration
                    | Kind::OptionalParameterDeclaration
                    | Kind::VariadicParameterDeclaration => {
                        let base = self.declared_type(child);
                        let declarator = self.field(child, fields.declarator);
                        let declared = declarator.map(|declarator| self.declarator(declarator, base));
                        let (name, ty) = match &declared {
                            Some(declared) => {
                                let ty = match declared.function {
                                    // A parameter of function type is a pointer to one.
                                    Some(_) => self.low.add_type(TypeExpr::Function {
                                        params: List::default(),
                                        ret: Some(declared.ty),
                                    }),
                                    None => declared.ty,
                                };
                                (declared.name, ty)
                            }
                            None => (None, base),
                        };
                        let default = self.field(child, fields.default_value).map(|value| self.expr(value));
                        if name.is_none() && declarator.is_none() && self.text(child) == "void" {
                            continue;
                        }
                        let name_text = name.map_or(Name::default(), |name| self.low.name(name));
                        let kind = match self.kind(child) {
                            Kind::VariadicParameterDeclaration => ParamKind::Variadic,
                            Kind::OptionalParameterDeclaration => ParamKind::Optional,
                            _ => ParamKind::Plain,
                        };
                        let index = params.len() as u16;
                        params.push(Param { name: name_text, kind, ty: Some(ty), default });
                        if !name_text.is_empty() {
                            self.locals.insert(name_text);
                            self.low.add_binding(name_text, 0, BindingKind::Param(index), Some(ty), default);
                        }
                    }
                    Kind::VariadicParameter => self.low.def_mut(def).flags.insert(DefFlags::VARIADIC),
                    // Old style: `f(a, b) int a; char b;`
                    Kind::Identifier => {
                        let name = self.low.name(child);
                        let index = params.len() as u16;
                        let ty = self.low.add_type(TypeExpr::Unknown);
                        params.push(Param { name, kind: ParamKind::Plain, ty: Some(ty), default: None });
                        self.locals.insert(name);
                        self.low.add_binding(name, 0, BindingKind::Param(index), Some(ty), None);
                    }
                    Kind::Other if child.kind() == "..." => self.low.def_mut(def).flags.insert(DefFlags::VARIADIC),
                    _ => {}
                }
            }
        }
        let params = self.low.facts.new_list(params);
        self.low.def_mut(def).params = params;
    }

    fn function_body(&mut self, node: Node<'t>, body: Node<'t>) {
        if self.inactive {
            // What a skipped function calls is in no program.
            return;
        }
        let mut cursor = node.walk();
        let children: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
        for child in children {
            match self.kind(child) {
                Kind::FieldInitializerList => self.initialisers(child),
                // Old-style parameter declarations.
                Kind::Declaration if child.end_byte() <= body.start_byte() => self.statement(child),
                _ => {}
            }
        }
        match self.kind(body) {
            Kind::TryStatement => {
                let mut cursor = body.walk();
                let children: Vec<Node<'t>> = body.named_children(&mut cursor).collect();
                for child in children {
                    if self.kind(child) == Kind::FieldInitializerList {
                        self.initialisers(child);
                    } else {
                        self.statement(child);
                    }
                }
            }
            _ => self.statements_in(body),
        }
    }

    fn initialisers(&mut self, list: Node<'t>) {
        let mut cursor = list.walk();
        let children: Vec<Node<'t>> = list.named_children(&mut cursor).collect();
        for child in children {
            if self.kind(child) != Kind::FieldInitializer {
                continue;
            }
            let mut cursor = child.walk();
            let parts: Vec<Node<'t>> = child.named_children(&mut cursor).collect();
            let (Some(&name), Some(&args)) = (parts.first(), parts.last()) else { continue };
            if name == args {
                continue;
            }
            let ty = match self.kind(name) {
                Kind::FieldIdentifier | Kind::Identifier | Kind::TypeIdentifier => {
                    let base = self.low.add_type(TypeExpr::SelfType);
                    let name = self.low.name(name);
                    self.low.add_type(TypeExpr::Projection { base, of: None, name })
                }
                _ => self.type_of(name),
            };
            let last = self.last_name(name);
            let _ = self.construct_at(ty, args, last);
        }
    }

    /// A declaration outside function bodies: variables, fields, prototypes.
    fn declaration(&mut self, node: Node<'t>) {
        let fields = &self.tables.fields;
        let specifiers = self.specifiers(node);
        if self.text(node).starts_with("friend") {
            // A friend is declared, not defined here.
            return;
        }
        let template = std::mem::take(&mut self.template);
        let declarators = self.fields_named(node, fields.declarator);
        let ty_node = self.field(node, fields.ty);
        let mut base = None;
        if declarators.is_empty() {
            self.template = template;
            if let Some(ty) = ty_node
                && matches!(
                    self.kind(ty),
                    Kind::StructSpecifier | Kind::ClassSpecifier | Kind::UnionSpecifier | Kind::EnumSpecifier
                )
            {
                // `struct A;` and `struct A { … };`, and members of an anonymous union.
                if self.field(ty, fields.body).is_none()
                    && let Some(name) = self.field(ty, fields.name)
                    && self.kind(name) == Kind::TypeIdentifier
                {
                    let kind = match self.kind(ty) {
                        Kind::ClassSpecifier => DefKind::Class,
                        Kind::UnionSpecifier => DefKind::Union,
                        Kind::EnumSpecifier => DefKind::Enum,
                        _ => DefKind::Struct,
                    };
                    let def = self.add_def(kind, ty, Some(name), Some(ScopeKind::Type));
                    self.low.def_mut(def).flags.insert(DefFlags::DECLARATION);
                    self.template.clear();
                    return;
                }
                let _ = self.elaborated(ty, None);
            }
            return;
        }
        for &declarator in &declarators {
            let (function, name) = self.function_parts(declarator);
            if let (Some(function), Some(name)) = (function, name)
                && self.declares_function(declarator)
            {
                self.template.clone_from(&template);
                self.function(node, declarator, function, name, None);
                self.template.clear();
                continue;
            }
            let base = *base.get_or_insert_with(|| self.declared_type(node));
            let (target, value) = if self.kind(declarator) == Kind::InitDeclarator {
                (self.field(declarator, fields.declarator), self.field(declarator, fields.value))
            } else {
                (Some(declarator), None)
            };
            let Some(target) = target else { continue };
            let declared = self.declarator(target, base);
            let Some(name) = declared.name else { continue };
            let value = value.or_else(|| self.field(node, fields.default_value));
            let in_class = self.in_class();
            let kind = if in_class {
                DefKind::Field
            } else if self.has_const(node) && value.is_some() {
                DefKind::Constant
            } else {
                DefKind::Variable
            };
            if self.low.facts.def(self.low.owner).kind.is_callable() {
                continue;
            }
            let simple = self.last_name(name);
            let def = self.add_def(kind, node, Some(simple), None);
            if self.kind(name) == Kind::QualifiedIdentifier {
                let mut segments = Vec::new();
                self.path_segments(name, &mut segments);
                segments.pop();
                let ty = self.path_type(segments, name.start_byte());
                let supers = self.low.facts.new_list([Super { relation: Relation::MemberOf, ty, expr: None }]);
                self.low.def_mut(def).supers = supers;
            }
            let extern_only = specifiers.is_extern && value.is_none();
            {
                let def = self.low.def_mut(def);
                def.ty = Some(declared.ty);
                if specifiers.is_static {
                    def.flags.insert(DefFlags::STATIC);
                    if !in_class {
                        def.visibility = Visibility::Package;
                    }
                }
                if extern_only {
                    def.flags.insert(DefFlags::DECLARATION);
                }
                if specifiers.is_mutable {
                    def.flags.insert(DefFlags::SETTER);
                }
            }
            if let Some(value) = value {
                let outer = (self.low.owner, std::mem::take(&mut self.locals));
                let value = self.initial_value(declared.ty, value, ty_node, name);
                (self.low.owner, self.locals) = outer;
                self.low.def_mut(def).value = Some(value);
            }
        }
    }

    /// The value of `= e`, `(args)` or `{…}` after a declared name.
    pub(super) fn initial_value(
        &mut self,
        ty: TypeId,
        value: Node<'t>,
        ty_node: Option<Node<'t>>,
        name: Node<'t>,
    ) -> ExprId {
        match self.kind(value) {
            Kind::ArgumentList => {
                let at = ty_node.map_or(name, |ty| self.last_name(ty));
                self.construct_at(ty, value, at)
            }
            Kind::InitializerList => {
                let equals = value.prev_sibling().is_some_and(|before| before.kind() == "=");
                if self.cpp && !equals {
                    let at = ty_node.map_or(name, |ty| self.last_name(ty));
                    self.construct_at(ty, value, at)
                } else {
                    let _ = self.exprs_in(value);
                    self.low.add_expr(Expr::StructLiteral { ty })
                }
            }
            _ => self.argument(value),
        }
    }

    /// Whether a declarator declares a function rather than a pointer to one.
    fn declares_function(&self, declarator: Node<'t>) -> bool {
        let mut node = declarator;
        for _ in 0..super::MAX_DEPTH {
            match self.kind(node) {
                Kind::FunctionDeclarator => {
                    let Some(inner) = self.field(node, self.tables.fields.declarator) else { return false };
                    let mut inner = inner;
                    while self.kind(inner) == Kind::ParenthesizedDeclarator {
                        let mut cursor = inner.walk();
                        let next = inner.named_children(&mut cursor).find(|child| self.kind(*child) != Kind::Comment);
                        match next {
                            Some(next) => inner = next,
                            None => return false,
                        }
                    }
                    match self.kind(inner) {
                        Kind::PointerDeclarator
                        | Kind::ArrayDeclarator
                        | Kind::FunctionDeclarator
                        | Kind::ReferenceDeclarator => node = inner,
                        _ => return true,
                    }
                }
                Kind::PointerDeclarator => match self.field(node, self.tables.fields.declarator) {
                    Some(inner) => node = inner,
                    None => return false,
                },
                Kind::ReferenceDeclarator | Kind::AttributedDeclarator | Kind::ParenthesizedDeclarator => {
                    let mut cursor = node.walk();
                    match node.named_children(&mut cursor).find(|child| self.kind(*child) != Kind::Comment) {
                        Some(inner) => node = inner,
                        None => return false,
                    }
                }
                Kind::OperatorCast => return true,
                Kind::QualifiedIdentifier => return self.kind(self.last_name(node)) == Kind::OperatorCast,
                _ => return false,
            }
        }
        false
    }
}
