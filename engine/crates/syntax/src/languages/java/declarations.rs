//! Declarations: packages, imports, types and their members.

use super::Java;
use super::kinds::Kind;
use crate::facts::{
    BindingKind, DefFlags, DefId, DefKind, Expr, ExprId, Import, ImportKind, ImportMember, List, Param, ParamKind,
    Relation, ScopeKind, Segment, Super, TypeExpr, TypeId, Visibility,
};
use crate::lower::first_paragraph;
use crate::name::Name;
use tree_sitter::Node;

/// Annotations of `JUnit`, `TestNG` and their like that make what they stand on test code.
const TEST_ANNOTATIONS: &[&str] = &[
    "After",
    "AfterAll",
    "AfterClass",
    "AfterEach",
    "AfterMethod",
    "Before",
    "BeforeAll",
    "BeforeClass",
    "BeforeEach",
    "BeforeMethod",
    "DataJpaTest",
    "DataProvider",
    "ExtendWith",
    "Nested",
    "ParameterizedTest",
    "QuarkusTest",
    "RepeatedTest",
    "RunWith",
    "SpringBootTest",
    "Test",
    "TestFactory",
    "TestTemplate",
    "WebMvcTest",
];

/// What stands before a declaration.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools)] // One per keyword.
pub(super) struct Modifiers {
    visibility: Option<Visibility>,
    flags: DefFlags,
    is_abstract: bool,
    is_final: bool,
    is_static: bool,
    annotations: Vec<ExprId>,
}

impl Java<'_, '_> {
    pub(super) fn package(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if matches!(self.kind(child), Kind::Identifier | Kind::ScopedIdentifier) {
                let names = self.dotted(child);
                self.facts.package = self.lowering.facts.new_list(names);
            }
        }
    }

    /// The names of `a.b.c`.
    fn dotted(&self, node: Node<'_>) -> Vec<Name> {
        self.text(node).split('.').map(|part| Name::new(part.trim())).collect()
    }

    pub(super) fn import(&mut self, node: Node<'_>) {
        let mut names = Vec::new();
        let mut glob = false;
        let mut kind = ImportKind::Plain;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match self.kind(child) {
                Kind::Identifier | Kind::ScopedIdentifier => names = self.dotted(child),
                Kind::Asterisk => glob = true,
                _ if child.kind() == "static" => kind = ImportKind::Static,
                _ => {}
            }
        }
        let (member, local) = if glob {
            (ImportMember::Glob, None)
        } else {
            let Some(last) = names.pop() else { return };
            (ImportMember::Named(last), Some(last))
        };
        let module = self.facts.new_list(names);
        let (scope, pos) = (self.scope, self.pos(node));
        self.facts.imports.push(Import {
            module,
            member,
            local,
            level: 0,
            scope,
            pos,
            kind,
            visibility: Visibility::Private,
        });
    }

    /// An annotation; its name is a mention, calls in its arguments do not exist.
    pub(super) fn annotation(&mut self, node: Node<'_>) -> Option<ExprId> {
        let name_node = Self::field(node, self.grammar.fields.name)?;
        let names = self.dotted(name_node);
        let segments: Vec<Segment> = names.into_iter().map(|name| Segment { name, args: List::default() }).collect();
        let segments = self.facts.new_list(segments);
        let expr = Expr::Path { segments, scope: self.scope, at: node.start_byte() as u32 };
        let expr = self.add_expr(expr);
        self.add_mention(expr, Self::last_identifier(name_node));
        if let Some(arguments) = Self::field(node, self.grammar.fields.arguments) {
            self.visit_children(arguments);
        }
        Some(expr)
    }

    /// The modifiers of a declaration node, or of the modifiers' node itself.
    pub(super) fn modifiers(&mut self, node: Node<'_>) -> Modifiers {
        let mut result = Modifiers::default();
        let modifiers = if self.kind(node) == Kind::Modifiers {
            Some(node)
        } else {
            let mut cursor = node.walk();
            node.named_children(&mut cursor).find(|child| self.kind(*child) == Kind::Modifiers)
        };
        let Some(modifiers) = modifiers else { return result };
        let mut cursor = modifiers.walk();
        for child in modifiers.children(&mut cursor) {
            match self.kind(child) {
                Kind::Annotation | Kind::MarkerAnnotation => {
                    let Some(name) = Self::field(child, self.grammar.fields.name) else { continue };
                    let text = self.text(name);
                    let simple = text.rsplit('.').next().unwrap_or(text);
                    if TEST_ANNOTATIONS.contains(&simple) {
                        result.flags.insert(DefFlags::TEST);
                    }
                    match simple {
                        "Deprecated" => result.flags.insert(DefFlags::DEPRECATED),
                        "Override" => result.flags.insert(DefFlags::VIRTUAL),
                        _ => {}
                    }
                    result.annotations.extend(self.annotation(child));
                }
                _ => match child.kind() {
                    "public" => result.visibility = Some(Visibility::Public),
                    "protected" => result.visibility = Some(Visibility::Protected),
                    "private" => result.visibility = Some(Visibility::Private),
                    "static" => {
                        result.is_static = true;
                        result.flags.insert(DefFlags::STATIC);
                    }
                    "abstract" => result.is_abstract = true,
                    "final" => result.is_final = true,
                    _ => {}
                },
            }
        }
        result
    }

    fn in_interface(&self) -> bool {
        self.facts.def(self.owner).kind == DefKind::Interface && self.facts.scope(self.scope).kind == ScopeKind::Type
    }

    /// Visibility, flags, annotations and documentation of a new definition.
    fn describe(&mut self, def: DefId, modifiers: Modifiers, declaration: Node<'_>, body: Option<Node<'_>>) {
        let default = if self.in_interface() { Visibility::Public } else { Visibility::Package };
        let decorators = self.facts.new_list(modifiers.annotations);
        let doc = self.doc(declaration);
        let this = self.def_mut(def);
        this.visibility = modifiers.visibility.unwrap_or(default);
        this.flags = this.flags.with(modifiers.flags);
        this.decorators = decorators;
        this.doc = doc;
        if let Some(body) = body {
            this.body_start = body.start_byte() as u32;
        }
    }

    /// The first paragraph of the documentation comment right before a declaration.
    fn doc(&self, declaration: Node<'_>) -> Option<Box<str>> {
        let before = self.source.get(..declaration.start_byte())?.trim_end();
        let before = before.strip_suffix("*/")?;
        let start = before.rfind("/*")?;
        let comment = before.get(start..)?.strip_prefix("/**")?;
        let mut text = String::new();
        for line in comment.lines() {
            let line = line.trim().trim_start_matches('*').trim();
            if line.starts_with('@') {
                break;
            }
            let line = if line == "<p>" { "" } else { line.trim_start_matches("<p>") };
            text.push_str(line);
            text.push('\n');
        }
        first_paragraph(&text)
    }

    /// The innermost callable around this point that a type stands in, to which initialisers belong.
    fn enclosing_callable(&self) -> Option<DefId> {
        let mut def = self.owner;
        while def != DefId::FILE {
            if self.facts.def(def).kind.is_callable() {
                return Some(def);
            }
            def = self.facts.def(def).parent;
        }
        None
    }

    pub(super) fn type_declaration(&mut self, node: Node<'_>) {
        let fields = &self.grammar.fields;
        let kind = match self.kind(node) {
            Kind::Interface | Kind::AnnotationType => DefKind::Interface,
            Kind::Enum => DefKind::Enum,
            _ => DefKind::Class,
        };
        let name = Self::field(node, fields.name);
        let mut modifiers = self.modifiers(node);
        // Nested enums, records and interfaces, and all types in interfaces, are static.
        if self.kind(node) != Kind::Class || self.in_interface() {
            modifiers.flags.insert(DefFlags::STATIC);
        }
        let is_abstract = modifiers.is_abstract;
        let body = Self::field(node, fields.body);
        let def = self.add_def(kind, node, name, Some(ScopeKind::Type));
        self.describe(def, modifiers, node, body);
        if is_abstract {
            self.def_mut(def).flags.insert(DefFlags::DECLARATION);
        }
        self.inside(def, |this| {
            let type_params = this.type_params(Self::field(node, fields.type_parameters));
            this.def_mut(def).type_params = type_params;
            let mut supers = Vec::new();
            let mut cursor = node.walk();
            for child in node.named_children(&mut cursor) {
                let relation = match this.kind(child) {
                    Kind::Superclass | Kind::ExtendsInterfaces => Relation::Extends,
                    Kind::SuperInterfaces => Relation::Implements,
                    Kind::Permits => {
                        this.type_list(child);
                        continue;
                    }
                    _ => continue,
                };
                let types = this.type_list(child);
                if types.iter().any(|&ty| this.is_test_base(ty)) {
                    this.def_mut(def).flags.insert(DefFlags::TEST);
                }
                supers.extend(types.into_iter().map(|ty| Super { relation, ty, expr: None }));
            }
            if this.kind(node) == Kind::AnnotationType {
                let names = ["java", "lang", "annotation", "Annotation"].map(Name::new);
                let segments = this.lowering.facts.new_list(names.map(|name| Segment { name, args: List::default() }));
                let (scope, at) = (this.scope, node.start_byte() as u32);
                let ty = this.add_type(TypeExpr::Path { segments, scope, at });
                supers.push(Super { relation: Relation::Extends, ty, expr: None });
            }
            this.def_mut(def).supers = this.lowering.facts.new_list(supers);
            if this.kind(node) == Kind::RecordDeclaration
                && let Some(params) = Self::field(node, fields.parameters)
            {
                this.record_components(def, params);
            }
            let (returns, yields) = (std::mem::take(&mut this.returns), std::mem::take(&mut this.yields));
            if let Some(body) = body {
                this.visit_children(body);
            }
            (this.returns, this.yields) = (returns, yields);
        });
    }

    /// The way of `JUnit` 3 to mark tests.
    fn is_test_base(&self, ty: TypeId) -> bool {
        match *self.facts.type_expr(ty) {
            TypeExpr::Path { segments, .. } => {
                self.facts.list(segments).last().is_some_and(|last| last.name == "TestCase")
            }
            _ => false,
        }
    }

    /// A record's components are its fields and the parameters of its canonical constructor.
    fn record_components(&mut self, record: DefId, node: Node<'_>) {
        let mut params = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if !matches!(self.kind(child), Kind::FormalParameter | Kind::SpreadParameter) {
                continue;
            }
            let modifiers = self.modifiers(child);
            let (name, ty, kind) = self.param_parts(child);
            let Some(name_node) = name else { continue };
            let field = self.add_def(DefKind::Field, child, Some(name_node), None);
            self.describe(field, modifiers, child, None);
            let name = self.name(name_node);
            let def = self.def_mut(field);
            def.visibility = Visibility::Private;
            def.ty = ty;
            params.push(Param { name, kind, ty, default: None });
        }
        if params.last().is_some_and(|param| param.kind == ParamKind::Variadic) {
            self.def_mut(record).flags.insert(DefFlags::VARIADIC);
        }
        // A record is told from other classes by its parameters and by its base class.
        self.def_mut(record).params = self.lowering.facts.new_list(params);
        let ty = self.java_lang("Record", node.start_byte());
        let mut supers = vec![Super { relation: Relation::Extends, ty, expr: None }];
        supers.extend_from_slice(self.facts.list(self.facts.def(record).supers));
        self.def_mut(record).supers = self.lowering.facts.new_list(supers);
    }

    fn java_lang(&mut self, name: &str, at: usize) -> TypeId {
        let segments = ["java", "lang", name].map(|name| Segment { name: Name::new(name), args: List::default() });
        let segments = self.facts.new_list(segments);
        let scope = self.scope;
        self.add_type(TypeExpr::Path { segments, scope, at: at as u32 })
    }

    /// `{ … }` of `new T() { … }` or of an enum constant.
    pub(super) fn anonymous_class(&mut self, body: Node<'_>, base: Option<TypeId>, value: Option<ExprId>) -> DefId {
        let def = self.add_def(DefKind::Anonymous, body, None, Some(ScopeKind::Type));
        let supers = base.map(|ty| Super { relation: Relation::Extends, ty, expr: None });
        let supers = self.facts.new_list(supers);
        let this = self.def_mut(def);
        this.supers = supers;
        this.value = value;
        this.body_start = body.start_byte() as u32;
        self.inside(def, |this| {
            let (returns, yields) = (std::mem::take(&mut this.returns), std::mem::take(&mut this.yields));
            this.visit_children(body);
            (this.returns, this.yields) = (returns, yields);
        });
        def
    }

    /// Static or instance initialiser block.
    pub(super) fn initializer(&mut self, node: Node<'_>) {
        let owner = self.enclosing_callable().unwrap_or(self.owner);
        let outer = std::mem::replace(&mut self.owner, owner);
        self.block(|this| this.visit_children(node));
        self.owner = outer;
    }

    pub(super) fn method(&mut self, node: Node<'_>) {
        let fields = &self.grammar.fields;
        let name = Self::field(node, fields.name);
        let mut modifiers = self.modifiers(node);
        let body = Self::field(node, fields.body);
        if !modifiers.is_static {
            modifiers.flags.insert(DefFlags::INSTANCE);
        }
        if body.is_none() {
            modifiers.flags.insert(DefFlags::DECLARATION);
        }
        let is_static = modifiers.is_static;
        let def = self.add_def(DefKind::Method, node, name, Some(ScopeKind::Function));
        self.describe(def, modifiers, node, body);
        self.inside(def, |this| {
            let type_params = this.type_params(Self::field(node, fields.type_parameters));
            this.def_mut(def).type_params = type_params;
            let ty = Self::field(node, this.grammar.type_field).map(|ty| this.ty(ty));
            let ty = ty.map(|ty| this.with_dimensions(ty, Self::field(node, fields.dimensions)));
            this.def_mut(def).ty = ty;
            if let Some(params) = Self::field(node, fields.parameters) {
                let params = this.params(params);
                this.set_params(def, params);
            }
            this.thrown(node);
            // The default of an annotation's element.
            if let Some(value) = Self::field(node, fields.value) {
                let value = this.expr(value);
                this.def_mut(def).value = Some(value);
            }
            this.callable_body(def, body);
        });
        if is_static && self.facts.def(def).name == "main" && self.is_main(def) {
            self.def_mut(def).flags.insert(DefFlags::ENTRY_POINT);
        }
    }

    /// `static void main(String[] args)`
    fn is_main(&self, def: DefId) -> bool {
        let facts = &self.facts;
        let &[Param { ty: Some(ty), .. }] = facts.list(facts.def(def).params) else { return false };
        let TypeExpr::Sequence(element) = *facts.type_expr(ty) else { return false };
        match *facts.type_expr(element) {
            TypeExpr::Path { segments, .. } => {
                facts.list(segments).last().is_some_and(|segment| segment.name == "String")
            }
            _ => false,
        }
    }

    pub(super) fn constructor(&mut self, node: Node<'_>) {
        let fields = &self.grammar.fields;
        let name = Self::field(node, fields.name);
        let modifiers = self.modifiers(node);
        let body = Self::field(node, fields.body);
        let class = self.owner;
        let def = self.add_def(DefKind::Constructor, node, name, Some(ScopeKind::Function));
        self.describe(def, modifiers, node, body);
        self.inside(def, |this| {
            let type_params = this.type_params(Self::field(node, fields.type_parameters));
            this.def_mut(def).type_params = type_params;
            if this.kind(node) == Kind::CompactConstructor {
                // Its parameters are the record's.
                let params: Vec<Param> = this.facts.list(this.facts.def(class).params).to_vec();
                let params = this.facts.new_list(params);
                this.set_params(def, params);
                for (index, param) in this.facts.list(params).to_vec().into_iter().enumerate() {
                    let kind = BindingKind::Param(index as u16);
                    this.add_binding(param.name, node.start_byte(), kind, param.ty, None);
                }
            }
            if let Some(params) = Self::field(node, fields.parameters) {
                let params = this.params(params);
                this.set_params(def, params);
            }
            this.thrown(node);
            this.callable_body(def, body);
        });
    }

    /// Names of thrown types are uses of them.
    fn thrown(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if self.kind(child) == Kind::Throws {
                self.type_list(child);
            }
        }
    }

    fn set_params(&mut self, def: DefId, params: List<Param>) {
        let variadic = self.facts.list(params).last().is_some_and(|param| param.kind == ParamKind::Variadic);
        let this = self.def_mut(def);
        this.params = params;
        if variadic {
            this.flags.insert(DefFlags::VARIADIC);
        }
    }

    fn callable_body(&mut self, def: DefId, body: Option<Node<'_>>) {
        let Some(body) = body else { return };
        self.returns.push(Vec::new());
        self.visit_children(body);
        let returns = self.returns.pop().unwrap_or_default();
        self.def_mut(def).returns = self.lowering.facts.new_list(returns);
    }

    /// Parameters, with their bindings.
    pub(super) fn params(&mut self, node: Node<'_>) -> List<Param> {
        let mut params = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if !matches!(self.kind(child), Kind::FormalParameter | Kind::SpreadParameter) {
                continue;
            }
            self.modifiers(child);
            let (name_node, ty, kind) = self.param_parts(child);
            let name = name_node.map_or_else(Name::default, |name| self.name(name));
            let at = name_node.unwrap_or(child).start_byte();
            self.add_binding(name, at, BindingKind::Param(params.len() as u16), ty, None);
            params.push(Param { name, kind, ty, default: None });
        }
        self.facts.new_list(params)
    }

    fn param_parts<'t>(&mut self, node: Node<'t>) -> (Option<Node<'t>>, Option<TypeId>, ParamKind) {
        let fields = &self.grammar.fields;
        if self.kind(node) == Kind::FormalParameter {
            let ty = Self::field(node, self.grammar.type_field).map(|ty| self.ty(ty));
            let ty = ty.map(|ty| self.with_dimensions(ty, Self::field(node, fields.dimensions)));
            return (Self::field(node, fields.name), self.explicit(ty), ParamKind::Plain);
        }
        let mut name = None;
        let mut ty = None;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if self.is_type(child) {
                ty = Some(self.ty(child));
            } else if self.kind(child) == Kind::VariableDeclarator {
                name = Self::field(child, fields.name);
            }
        }
        let ty = ty.map(|ty| self.add_type(TypeExpr::Sequence(ty)));
        (name, ty, ParamKind::Variadic)
    }

    /// `var` as the type of a lambda's parameter says nothing.
    fn explicit(&self, ty: Option<TypeId>) -> Option<TypeId> {
        ty.filter(|&ty| !matches!(self.facts.type_expr(ty), TypeExpr::Inferred))
    }

    pub(super) fn field_declaration(&mut self, node: Node<'_>) {
        let fields = &self.grammar.fields;
        let Modifiers { visibility, mut flags, is_final, is_static, annotations, .. } = self.modifiers(node);
        let constant = self.in_interface() || (is_final && is_static);
        if self.in_interface() {
            flags.insert(DefFlags::STATIC);
        }
        let kind = if constant { DefKind::Constant } else { DefKind::Field };
        let ty = Self::field(node, self.grammar.type_field).map(|ty| self.ty(ty));
        let callable = self.enclosing_callable();
        let single = {
            let mut cursor = node.walk();
            node.children_by_field_id(self.declarator_field(), &mut cursor).count() == 1
        };
        let mut cursor = node.walk();
        for declarator in node.named_children(&mut cursor) {
            if self.kind(declarator) != Kind::VariableDeclarator {
                continue;
            }
            let Some(name) = Self::field(declarator, fields.name) else { continue };
            let def = self.add_def(kind, if single { node } else { declarator }, Some(name), None);
            let modifiers = Modifiers { visibility, flags, annotations: annotations.clone(), ..Modifiers::default() };
            self.describe(def, modifiers, node, None);
            let ty = ty.map(|ty| self.with_dimensions(ty, Self::field(declarator, fields.dimensions)));
            self.def_mut(def).ty = ty;
            if let Some(value) = Self::field(declarator, fields.value) {
                self.def_mut(def).body_start = value.start_byte() as u32;
                let outer = std::mem::replace(&mut self.owner, callable.unwrap_or(def));
                let value = self.initial_value(value, ty);
                self.owner = outer;
                self.def_mut(def).value = Some(value);
            }
        }
    }

    fn declarator_field(&self) -> std::num::NonZeroU16 {
        std::num::NonZeroU16::new(self.grammar.fields.declarator).unwrap_or(std::num::NonZeroU16::MAX)
    }

    pub(super) fn enum_constant(&mut self, node: Node<'_>) {
        let fields = &self.grammar.fields;
        let Some(name) = Self::field(node, fields.name) else { return };
        let modifiers = self.modifiers(node);
        let enumeration = self.owner;
        let enum_name = self.facts.def(enumeration).name;
        let def = self.add_def(DefKind::Variant, node, Some(name), None);
        self.describe(def, modifiers, node, None);
        let segments = self.facts.new_list([Segment { name: enum_name, args: List::default() }]);
        let path = TypeExpr::Path { segments, scope: self.scope, at: node.start_byte() as u32 };
        let ty = self.add_type(path);
        let callable = self.enclosing_callable();
        let this = self.def_mut(def);
        this.visibility = Visibility::Public;
        this.flags.insert(DefFlags::STATIC);
        this.ty = Some(ty);
        let outer = std::mem::replace(&mut self.owner, callable.unwrap_or(def));
        let mut value = None;
        if let Some(arguments) = Self::field(node, fields.arguments) {
            let args = self.argument_exprs(arguments);
            let new = self.add_expr(Expr::New { ty, args });
            self.add_call(new, name);
            value = Some(new);
        }
        self.owner = def;
        if let Some(body) = Self::field(node, fields.body) {
            self.def_mut(def).body_start = body.start_byte() as u32;
            self.anonymous_class(body, Some(ty), value);
        }
        self.owner = outer;
        self.def_mut(def).value = value;
    }

    fn argument_exprs(&mut self, arguments: Node<'_>) -> List<ExprId> {
        let mut items = Vec::new();
        let mut cursor = arguments.walk();
        for child in arguments.named_children(&mut cursor).filter(|child| !child.is_extra()) {
            items.push(self.expr(child));
        }
        self.facts.new_list(items)
    }
}
