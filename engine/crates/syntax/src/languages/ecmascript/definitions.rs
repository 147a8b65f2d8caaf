//! Functions, classes, interfaces, enums, namespaces and object literals.

use super::Walker;
use super::kinds::{Kind, child};
use crate::facts::*;
use crate::name::Name;
use tree_sitter::Node;

/// Where a property of an object literal stands.
#[derive(Clone, Copy)]
struct PropertyContext {
    in_function: bool,
    /// In an object with very many properties.
    table: bool,
}

impl<'s> Walker<'_, 's> {
    /// The function expression that a value is, below parentheses and casts.
    pub(super) fn function_behind<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let mut node = node;
        loop {
            match self.kind(node) {
                Kind::Arrow | Kind::FunctionExpression | Kind::GeneratorFunction => return Some(node),
                Kind::Parenthesized | Kind::As | Kind::Satisfies | Kind::NonNull => {
                    node = *self.named(node).first()?;
                }
                _ => return None,
            }
        }
    }

    pub(super) fn function_declaration(&mut self, node: Node<'_>) -> DefId {
        let name = child(node, self.f.name);
        let doc = self.doc_before(node.start_byte());
        let flags = self.exported.take();
        let def = self.low.add_def(DefKind::Function, node, name, Some(ScopeKind::Function));
        if let Some(flags) = flags {
            self.export_def(def, flags);
        }
        self.function_parts(def, node, doc);
        def
    }

    /// A function expression that is the value of something with a name.
    pub(super) fn named_function(
        &mut self,
        function: Node<'_>,
        name: Node<'_>,
        kind: DefKind,
        whole: Node<'_>,
        doc: Option<&'s str>,
        annotation: Option<TypeId>,
    ) -> DefId {
        let flags = self.exported.take();
        let def = self.low.add_def(kind, whole, Some(name), Some(ScopeKind::Function));
        if let Some(flags) = flags {
            self.export_def(def, flags);
        }
        if let Some(ty) = annotation {
            // The declared type of the function, from which its parameters can be typed.
            let supers = self.low.facts.new_list([Super { relation: Relation::Implements, ty, expr: None }]);
            self.low.def_mut(def).supers = supers;
        }
        self.own_name(def, function);
        self.function_parts(def, function, doc);
        def
    }

    /// The name of a function expression, which only its own body sees.
    fn own_name(&mut self, def: DefId, function: Node<'_>) {
        if let Some(own) = child(function, self.f.name) {
            let value = self.low.add_expr(Expr::Def(def));
            let name = self.low.name(own);
            self.inside(def, |this| {
                this.low.add_binding(name, own.start_byte(), BindingKind::Local, None, Some(value));
            });
        }
    }

    pub(super) fn closure(&mut self, node: Node<'_>) -> ExprId {
        let def = self.low.add_def(DefKind::Closure, node, None, Some(ScopeKind::Function));
        // A function expression with a name of its own goes by it.
        if let Some(own) = child(node, self.f.name) {
            let name = self.low.name(own);
            let pos = self.low.pos(own);
            let this = self.low.def_mut(def);
            this.kind = DefKind::Function;
            this.name = name;
            this.pos = pos;
            // Not visible around it.
            this.outer_scope = this.scope;
        }
        let doc = if self.javascript { self.doc_before(node.start_byte()) } else { None };
        self.function_parts(def, node, doc);
        self.low.add_expr(Expr::Def(def))
    }

    /// Type parameters, parameters, result and body of a function.
    pub(super) fn function_parts(&mut self, def: DefId, node: Node<'_>, doc: Option<&'s str>) {
        let kind = self.kind(node);
        let mut flags = DefFlags::NONE;
        if Self::token(node, "async") {
            flags.insert(DefFlags::ASYNC);
        }
        if matches!(kind, Kind::GeneratorFunction | Kind::GeneratorDeclaration) || Self::token(node, "*") {
            flags.insert(DefFlags::GENERATOR);
        }
        if matches!(
            kind,
            Kind::FunctionSignature
                | Kind::MethodSignature
                | Kind::AbstractMethod
                | Kind::CallSignature
                | Kind::ConstructSignature
                | Kind::FunctionType
                | Kind::ConstructorType
        ) {
            flags.insert(DefFlags::DECLARATION);
        }
        if matches!(
            kind,
            Kind::Function
                | Kind::GeneratorDeclaration
                | Kind::FunctionExpression
                | Kind::GeneratorFunction
                | Kind::Method
        ) {
            // It has a `this` of its own.
            flags.insert(DefFlags::INSTANCE);
        }
        let tags = if self.javascript { doc.map(super::jsdoc::parse).unwrap_or_default() } else { Vec::new() };
        let returns = std::mem::take(&mut self.returns);
        self.inside(def, |this| {
            let mut type_params = match child(node, this.f.type_parameters) {
                Some(list) => this.type_parameters(list),
                None => Vec::new(),
            };
            this.jsdoc_templates(&tags, &mut type_params);
            let list = this.low.facts.new_list(type_params);
            this.low.def_mut(def).type_params = list;
            let mut params = Vec::new();
            if let Some(list) = child(node, this.f.parameters) {
                for part in this.named(list) {
                    // `function f(/** @type {T} */ x)`
                    let doc = if this.javascript { this.doc_before(part.start_byte()) } else { None };
                    let ty = doc.and_then(|doc| this.jsdoc_type(doc));
                    this.parameter(def, part, ty, &mut params);
                }
            } else if let Some(only) = child(node, this.f.parameter) {
                this.parameter(def, only, None, &mut params);
            }
            if this.javascript {
                this.jsdoc_params(&tags, &mut params, node);
            }
            if params.last().is_some_and(|param| param.kind == ParamKind::Variadic) {
                flags.insert(DefFlags::VARIADIC);
            }
            let params = this.low.facts.new_list(params);
            this.low.def_mut(def).params = params;
            let mut ty = child(node, this.f.return_type).and_then(|ty| this.annotation(ty));
            if ty.is_none() && matches!(kind, Kind::ConstructSignature | Kind::ConstructorType) {
                ty = child(node, this.f.r#type).and_then(|ty| this.annotation(ty));
            }
            if ty.is_none() {
                ty = this.jsdoc_returns(&tags);
            }
            // `@type {T}` before a getter is the type of what it gives.
            if ty.is_none() && this.javascript && this.low.facts.def(def).kind == DefKind::Accessor {
                ty = doc.and_then(|doc| this.jsdoc_type(doc));
            }
            this.low.def_mut(def).ty = ty;
            if ty.is_none() && this.low.facts.def(def).supers.is_empty() && this.javascript {
                this.jsdoc_function_type(&tags, def);
            }
            if let Some(body) = child(node, this.f.body) {
                this.low.def_mut(def).body_start = body.start_byte() as u32;
                if this.kind(body) == Kind::StatementBlock {
                    this.statements(body);
                } else {
                    let value = this.value(body);
                    this.returns.push(value);
                }
            }
        });
        let returned = std::mem::replace(&mut self.returns, returns);
        let returned = self.low.facts.new_list(returned);
        let summary = self.summary(doc);
        let this = self.low.def_mut(def);
        this.returns = returned;
        let bits = DefFlags::from_bits(this.flags.bits() | flags.bits());
        this.flags = bits;
        if this.doc.is_none() {
            this.doc = summary;
        }
    }

    /// `ty` is the type that a comment before it gives.
    fn parameter(&mut self, def: DefId, node: Node<'_>, mut ty: Option<TypeId>, out: &mut Vec<Param>) {
        let kind = self.kind(node);
        let mut pattern = node;
        let mut optional = kind == Kind::OptionalParameter;
        let mut default = None;
        if matches!(kind, Kind::RequiredParameter | Kind::OptionalParameter) {
            for part in self.named(node) {
                if self.kind(part) == Kind::Decorator {
                    self.decorator(part);
                }
            }
            let Some(inner) = child(node, self.f.pattern).or_else(|| child(node, self.f.name)) else { return };
            pattern = inner;
            ty = child(node, self.f.r#type).and_then(|ty| self.annotation(ty));
            default = child(node, self.f.value).map(|value| self.value(value));
        }
        if self.kind(pattern) == Kind::AssignmentPattern {
            default = child(pattern, self.f.right).map(|value| self.value(value));
            if let Some(left) = child(pattern, self.f.left) {
                pattern = left;
            }
        }
        optional |= default.is_some();
        let mut variadic = false;
        if self.kind(pattern) == Kind::RestPattern {
            variadic = true;
            match self.named(pattern).first() {
                Some(inner) => pattern = *inner,
                None => return,
            }
        }
        let param_kind = if variadic {
            ParamKind::Variadic
        } else if optional {
            ParamKind::Optional
        } else {
            ParamKind::Plain
        };
        let index = out.len() as u16;
        match self.kind(pattern) {
            Kind::This => {
                let name = Name::new("this");
                self.low.add_binding(name, node.start_byte(), BindingKind::Param(index), ty, None);
                out.push(Param { name, kind: ParamKind::Receiver, ty, default: None });
            }
            Kind::Identifier => {
                let name = self.low.name(pattern);
                self.low.add_binding(name, pattern.start_byte(), BindingKind::Param(index), ty, default);
                out.push(Param { name, kind: param_kind, ty, default });
                self.parameter_property(def, node, pattern, ty, default);
            }
            _ => {
                let name = Name::default();
                let hidden = self.low.add_binding(name, pattern.start_byte(), BindingKind::Param(index), ty, default);
                out.push(Param { name, kind: param_kind, ty, default });
                let value = self.low.add_expr(Expr::Local(hidden));
                self.declare_pattern(pattern, Some(value), None, BindingKind::Local);
            }
        }
    }

    /// `constructor(private readonly x: T)` declares a field.
    fn parameter_property(
        &mut self,
        constructor: DefId,
        node: Node<'_>,
        name: Node<'_>,
        ty: Option<TypeId>,
        value: Option<ExprId>,
    ) {
        let Some(class) = self.class else { return };
        if self.low.facts.def(constructor).parent != class {
            return;
        }
        let parts = self.named(node);
        let modifier = parts.iter().find(|part| self.kind(**part) == Kind::AccessibilityModifier);
        if modifier.is_none() && !Self::token(node, "readonly") {
            return;
        }
        let visibility = modifier.map_or(Visibility::Public, |modifier| self.visibility(*modifier));
        self.inside(class, |this| {
            let field = this.low.add_def(DefKind::Field, node, Some(name), None);
            let field = this.low.def_mut(field);
            field.ty = ty;
            field.value = value;
            field.visibility = visibility;
            field.flags.insert(DefFlags::INSTANCE);
        });
    }

    fn visibility(&self, modifier: Node<'_>) -> Visibility {
        match self.low.text(modifier) {
            "private" => Visibility::Private,
            "protected" => Visibility::Protected,
            _ => Visibility::Public,
        }
    }

    fn decorator(&mut self, node: Node<'_>) -> Option<ExprId> {
        let inner = *self.named(node).first()?;
        Some(self.value(inner))
    }

    /// Decorators in front of a definition, evaluated outside it.
    fn decorators(&mut self, node: Node<'_>) -> Vec<ExprId> {
        let mut out = Vec::new();
        for part in self.named(node) {
            if self.kind(part) == Kind::Decorator {
                out.extend(self.decorator(part));
            }
        }
        out
    }

    pub(super) fn class_declaration(&mut self, node: Node<'_>) -> DefId {
        let name = child(node, self.f.name);
        self.class_def(node, name, node)
    }

    /// A class expression that is the value of a variable.
    pub(super) fn class_with_name(&mut self, class: Node<'_>, name: Node<'_>, whole: Node<'_>) -> DefId {
        let def = self.class_def(class, Some(name), whole);
        if let Some(own) = child(class, self.f.name)
            && self.low.text(own) != self.low.text(name)
        {
            let value = self.low.add_expr(Expr::Def(def));
            let own_name = self.low.name(own);
            let scope = self.low.facts.def(def).scope;
            let outer = std::mem::replace(&mut self.low.scope, scope);
            self.low.add_binding(own_name, own.start_byte(), BindingKind::Local, None, Some(value));
            self.low.scope = outer;
        }
        def
    }

    pub(super) fn class_expression(&mut self, node: Node<'_>) -> ExprId {
        let name = child(node, self.f.name);
        let def = self.class_def(node, name, node);
        if name.is_some() {
            // Its name is visible inside it only.
            let this = self.low.def_mut(def);
            this.outer_scope = this.scope;
        }
        self.low.add_expr(Expr::Def(def))
    }

    fn class_def(&mut self, node: Node<'_>, name: Option<Node<'_>>, whole: Node<'_>) -> DefId {
        let flags = self.exported.take();
        let doc = self.doc_before(whole.start_byte());
        let decorators = self.decorators(node);
        let def = self.low.add_def(DefKind::Class, whole, name, Some(ScopeKind::Type));
        if let Some(flags) = flags {
            self.export_def(def, flags);
        }
        let decorators = self.low.facts.new_list(decorators);
        let summary = self.summary(doc);
        let this = self.low.def_mut(def);
        this.decorators = decorators;
        this.doc = summary;
        let tags = if self.javascript { doc.map(super::jsdoc::parse).unwrap_or_default() } else { Vec::new() };
        let outer_class = self.class.replace(def);
        self.inside(def, |this| {
            let mut type_params = match child(node, this.f.type_parameters) {
                Some(list) => this.type_parameters(list),
                None => Vec::new(),
            };
            this.jsdoc_templates(&tags, &mut type_params);
            let list = this.low.facts.new_list(type_params);
            this.low.def_mut(def).type_params = list;
        });
        let mut supers = Vec::new();
        for part in self.named(node) {
            if self.kind(part) == Kind::ClassHeritage {
                self.heritage(def, part, &mut supers);
            }
        }
        self.inside(def, |this| {
            this.jsdoc_extends(&tags, &mut supers);
            let list = this.low.facts.new_list(supers);
            this.low.def_mut(def).supers = list;
            if let Some(body) = child(node, this.f.body) {
                this.low.def_mut(def).body_start = body.start_byte() as u32;
                let mut decorators = Vec::new();
                for member in this.named(body) {
                    if this.kind(member) == Kind::Decorator {
                        decorators.extend(this.decorator(member));
                        continue;
                    }
                    this.class_member(def, member, std::mem::take(&mut decorators));
                }
            }
        });
        self.class = outer_class;
        self.mark_overloads(def);
        def
    }

    /// `extends X<T> implements Y`: the class expression is evaluated outside the class.
    fn heritage(&mut self, def: DefId, node: Node<'_>, supers: &mut Vec<Super>) {
        let scope = self.low.facts.def(def).scope;
        for part in self.named(node) {
            match self.kind(part) {
                Kind::ExtendsClause => {
                    let Some(value) = child(part, self.f.value) else { continue };
                    let expr = self.expr(value);
                    let outer = std::mem::replace(&mut self.low.scope, scope);
                    let args =
                        child(part, self.f.type_arguments).map(|list| self.type_arguments(list)).unwrap_or_default();
                    let ty = self.type_of_class_expr(expr, args);
                    self.low.scope = outer;
                    supers.push(Super { relation: Relation::Extends, ty, expr: Some(expr) });
                }
                Kind::ImplementsClause => {
                    let outer = std::mem::replace(&mut self.low.scope, scope);
                    for ty in self.named(part) {
                        let ty = self.type_expr(ty);
                        supers.push(Super { relation: Relation::Implements, ty, expr: None });
                    }
                    self.low.scope = outer;
                }
                _ => {
                    // JavaScript: the class expression alone.
                    let expr = self.expr(part);
                    let ty = self.type_of_class_expr(expr, List::default());
                    supers.push(Super { relation: Relation::Extends, ty, expr: Some(expr) });
                }
            }
        }
    }

    /// The instance type of a class expression, if that is a name.
    fn type_of_class_expr(&mut self, expr: ExprId, args: List<TypeId>) -> TypeId {
        match self.segments_of(expr, args) {
            Some((segments, scope, at)) => {
                let segments = self.low.facts.new_list(segments);
                self.low.add_type(TypeExpr::Path { segments, scope, at })
            }
            None => self.low.add_type(TypeExpr::Unknown),
        }
    }

    /// A chain of names as a path, with type arguments at its end.
    pub(super) fn segments_of(&self, expr: ExprId, args: List<TypeId>) -> Option<(Vec<Segment>, ScopeId, u32)> {
        let mut parts: Vec<Name> = Vec::new();
        let mut expr = expr;
        let (scope, at) = loop {
            match *self.low.facts.expr(expr) {
                Expr::Name { name, scope, at } => {
                    parts.push(name);
                    break (scope, at);
                }
                Expr::Member { base, name, .. } => {
                    parts.push(name);
                    expr = base;
                }
                _ => return None,
            }
        };
        parts.reverse();
        let last = parts.len() - 1;
        let segments = parts
            .into_iter()
            .enumerate()
            .map(|(index, name)| Segment { name, args: if index == last { args } else { List::default() } })
            .collect();
        Some((segments, scope, at))
    }

    /// Marks signatures that describe the implementation after them.
    fn mark_overloads(&mut self, class: DefId) {
        let facts = &mut self.low.facts;
        let last = facts.defs.len();
        for index in class.index() + 1..last {
            let def = &facts.defs[index];
            if def.parent != class
                || !def.flags.contains(DefFlags::DECLARATION)
                || !matches!(def.kind, DefKind::Method | DefKind::Constructor)
            {
                continue;
            }
            let (name, kind) = (def.name, def.kind);
            let implemented = facts.defs[index + 1..last].iter().any(|other| {
                other.parent == class
                    && other.name == name
                    && other.kind == kind
                    && !other.flags.contains(DefFlags::DECLARATION)
            });
            if implemented {
                facts.defs[index].flags.insert(DefFlags::OVERLOAD);
            }
        }
    }

    fn class_member(&mut self, class: DefId, node: Node<'_>, mut decorators: Vec<ExprId>) {
        let doc = self.doc_before(node.start_byte());
        match self.kind(node) {
            Kind::Method | Kind::MethodSignature | Kind::AbstractMethod => {
                let Some(name) = child(node, self.f.name) else { return };
                decorators.extend(self.decorators(node));
                let def = self.method(node, name, doc);
                let decorators = self.low.facts.new_list(decorators);
                self.low.def_mut(def).decorators = decorators;
            }
            Kind::PublicField | Kind::FieldDefinition => {
                let name = child(node, self.f.name).or_else(|| child(node, self.f.property));
                let Some(name) = name else { return };
                decorators.extend(self.decorators(node));
                let value = child(node, self.f.value);
                let mut ty = child(node, self.f.r#type).and_then(|ty| self.annotation(ty));
                if ty.is_none() && self.javascript {
                    ty = doc.and_then(|doc| self.jsdoc_type(doc));
                }
                let function = value.and_then(|value| self.function_behind(value));
                let plain = self.key_name(name).is_some();
                let def = if let (Some(function), true) = (function, plain) {
                    self.named_function(function, name, DefKind::Method, node, doc, ty)
                } else {
                    let def = self.low.add_def(DefKind::Field, node, Some(name), None);
                    let value = value.map(|value| {
                        let outer = std::mem::replace(&mut self.low.owner, def);
                        let expr = self.value(value);
                        self.low.owner = outer;
                        expr
                    });
                    let this = self.low.def_mut(def);
                    this.ty = ty;
                    this.value = value;
                    def
                };
                let decorators = self.low.facts.new_list(decorators);
                let summary = self.summary(doc);
                let key = self.key_name(name).unwrap_or_default();
                let this = self.low.def_mut(def);
                this.name = key;
                this.decorators = decorators;
                this.doc = summary;
                self.member_flags(def, node, name);
            }
            Kind::ClassStaticBlock => {
                if let Some(body) = child(node, self.f.body) {
                    self.inside(class, |this| this.in_block(|this| this.statements(body)));
                }
            }
            Kind::CallSignature | Kind::ConstructSignature | Kind::PropertySignature | Kind::IndexSignature => {
                self.type_member(node);
            }
            _ => {}
        }
    }

    /// A method, accessor, constructor or signature of one.
    fn method(&mut self, node: Node<'_>, name: Node<'_>, doc: Option<&'s str>) -> DefId {
        let constructor = self.low.text(name) == "constructor"
            && self.low.facts.def(self.low.owner).kind != DefKind::Interface
            && matches!(self.kind(node), Kind::Method | Kind::MethodSignature)
            && self.class == Some(self.low.owner);
        let (getter, setter) = self.accessor(node, name);
        let kind = if constructor {
            DefKind::Constructor
        } else if getter || setter {
            DefKind::Accessor
        } else {
            DefKind::Method
        };
        let key = self.key_name(name).unwrap_or_default();
        if self.kind(name) == Kind::ComputedName {
            for inner in self.named(name) {
                self.expr(inner);
            }
        }
        let def = self.low.add_def(kind, node, Some(name), Some(ScopeKind::Function));
        let this = self.low.def_mut(def);
        this.name = key;
        if setter {
            this.flags.insert(DefFlags::SETTER);
        }
        self.function_parts(def, node, doc);
        self.member_flags(def, node, name);
        def
    }

    /// Whether `get` or `set` stands before the name.
    fn accessor(&self, node: Node<'_>, name: Node<'_>) -> (bool, bool) {
        let mut cursor = node.walk();
        let mut found = (false, false);
        if cursor.goto_first_child() {
            loop {
                let part = cursor.node();
                if part.start_byte() >= name.start_byte() {
                    break;
                }
                if !part.is_named() {
                    found.0 |= part.kind() == "get";
                    found.1 |= part.kind() == "set";
                }
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
        }
        found
    }

    fn member_flags(&mut self, def: DefId, node: Node<'_>, name: Node<'_>) {
        let mut visibility =
            if self.kind(name) == Kind::PrivateProperty { Visibility::Private } else { Visibility::Public };
        let mut cursor = node.walk();
        let mut is_static = false;
        for part in node.children(&mut cursor) {
            if part.start_byte() >= name.start_byte() {
                break;
            }
            if self.kind(part) == Kind::AccessibilityModifier {
                visibility = self.visibility(part);
            }
            is_static |= part.kind() == "static";
        }
        let this = self.low.def_mut(def);
        this.visibility = visibility;
        if is_static {
            this.flags = DefFlags::from_bits(this.flags.bits() & !DefFlags::INSTANCE.bits() | DefFlags::STATIC.bits());
        } else {
            this.flags.insert(DefFlags::INSTANCE);
        }
    }

    pub(super) fn interface(&mut self, node: Node<'_>) -> DefId {
        let name = child(node, self.f.name);
        let doc = self.doc_before(node.start_byte());
        let flags = self.exported.take();
        let def = self.low.add_def(DefKind::Interface, node, name, Some(ScopeKind::Type));
        if let Some(flags) = flags {
            self.export_def(def, flags);
        }
        let summary = self.summary(doc);
        self.low.def_mut(def).doc = summary;
        self.inside(def, |this| {
            if let Some(list) = child(node, this.f.type_parameters) {
                let params = this.type_parameters(list);
                let params = this.low.facts.new_list(params);
                this.low.def_mut(def).type_params = params;
            }
            let mut supers = Vec::new();
            for part in this.named(node) {
                if this.kind(part) == Kind::ExtendsTypeClause {
                    for ty in this.named(part) {
                        let ty = this.type_expr(ty);
                        supers.push(Super { relation: Relation::Extends, ty, expr: None });
                    }
                }
            }
            let supers = this.low.facts.new_list(supers);
            this.low.def_mut(def).supers = supers;
            if let Some(body) = child(node, this.f.body) {
                this.low.def_mut(def).body_start = body.start_byte() as u32;
                for member in this.named(body) {
                    this.type_member(member);
                }
            }
        });
        def
    }

    /// A member of an interface or object type; the owner is that type.
    pub(super) fn type_member(&mut self, node: Node<'_>) {
        let doc = self.doc_before(node.start_byte());
        match self.kind(node) {
            Kind::MethodSignature | Kind::Method => {
                if let Some(name) = child(node, self.f.name) {
                    self.method(node, name, doc);
                }
            }
            Kind::PropertySignature | Kind::PublicField => {
                let Some(name) = child(node, self.f.name) else { return };
                let key = self.key_name(name).unwrap_or_default();
                let def = self.low.add_def(DefKind::Field, node, Some(name), None);
                // Function types hang below the property: they are no call signatures of the type around it.
                let outer = std::mem::replace(&mut self.low.owner, def);
                let mut ty = child(node, self.f.r#type).and_then(|ty| self.annotation(ty));
                self.low.owner = outer;
                if Self::token(node, "?") {
                    ty = ty.map(|ty| self.low.add_type(TypeExpr::Optional(ty)));
                }
                let summary = self.summary(doc);
                let this = self.low.def_mut(def);
                this.name = key;
                this.ty = ty;
                this.doc = summary;
                this.visibility = Visibility::Public;
                this.flags.insert(DefFlags::INSTANCE);
            }
            Kind::CallSignature | Kind::ConstructSignature => {
                let construct = self.kind(node) == Kind::ConstructSignature;
                let def = self.low.add_def(DefKind::Closure, node, None, Some(ScopeKind::Function));
                self.function_parts(def, node, None);
                // A construct signature is the static one of the two.
                self.low.def_mut(def).flags.insert(if construct { DefFlags::STATIC } else { DefFlags::INSTANCE });
            }
            Kind::IndexSignature => {
                let parts = self.named(node);
                if let Some(clause) = parts.iter().find(|part| self.kind(**part) == Kind::MappedTypeClause) {
                    self.type_parameter_of_mapped(*clause);
                }
                let def = self.low.add_def(DefKind::Field, node, None, None);
                let outer = std::mem::replace(&mut self.low.owner, def);
                let ty = child(node, self.f.r#type).and_then(|ty| self.annotation(ty));
                self.low.owner = outer;
                let this = self.low.def_mut(def);
                this.ty = ty;
                this.name = Name::new("[]");
            }
            _ => {}
        }
    }

    pub(super) fn type_alias(&mut self, node: Node<'_>) -> DefId {
        let name = child(node, self.f.name);
        let doc = self.doc_before(node.start_byte());
        let flags = self.exported.take();
        let def = self.low.add_def(DefKind::TypeAlias, node, name, Some(ScopeKind::Type));
        if let Some(flags) = flags {
            self.export_def(def, flags);
        }
        let summary = self.summary(doc);
        self.low.def_mut(def).doc = summary;
        self.inside(def, |this| {
            if let Some(list) = child(node, this.f.type_parameters) {
                let params = this.type_parameters(list);
                let params = this.low.facts.new_list(params);
                this.low.def_mut(def).type_params = params;
            }
            if let Some(value) = child(node, this.f.value) {
                let ty = this.type_expr(value);
                this.low.def_mut(def).ty = Some(ty);
            }
        });
        def
    }

    pub(super) fn enumeration(&mut self, node: Node<'_>) -> DefId {
        let name = child(node, self.f.name);
        let doc = self.doc_before(node.start_byte());
        let flags = self.exported.take();
        let def = self.low.add_def(DefKind::Enum, node, name, Some(ScopeKind::Type));
        if let Some(flags) = flags {
            self.export_def(def, flags);
        }
        let summary = self.summary(doc);
        self.low.def_mut(def).doc = summary;
        let Some(body) = child(node, self.f.body) else { return def };
        self.low.def_mut(def).body_start = body.start_byte() as u32;
        self.inside(def, |this| {
            for member in this.named(body) {
                let name = if this.kind(member) == Kind::EnumAssignment {
                    if let Some(value) = child(member, this.f.value) {
                        this.expr(value);
                    }
                    child(member, this.f.name)
                } else {
                    Some(member)
                };
                let Some(name) = name else { continue };
                let key = this.key_name(name).unwrap_or_default();
                let variant = this.low.add_def(DefKind::Variant, member, Some(name), None);
                let this = this.low.def_mut(variant);
                this.name = key;
                this.visibility = Visibility::Public;
            }
        });
        def
    }

    /// `namespace A.B { … }`, `module "x" { … }`
    pub(super) fn namespace(&mut self, node: Node<'_>) {
        let Some(name) = child(node, self.f.name) else { return };
        let mut flags = self.exported.take();
        let mut names = vec![name];
        // `A.B` is B in A.
        while let Some(&first) = names.first()
            && matches!(self.kind(first), Kind::NestedIdentifier | Kind::Member)
        {
            let (object, property) = (child(first, self.f.object), child(first, self.f.property));
            names.remove(0);
            if let Some(property) = property {
                names.insert(0, property);
            }
            match object {
                Some(object) => names.insert(0, object),
                None => break,
            }
        }
        let (owner, scope) = (self.low.owner, self.low.scope);
        for name in names {
            let text = self.key_name(name);
            let string = self.kind(name) == Kind::String;
            let def = self.low.add_def(DefKind::Module, node, Some(name), Some(ScopeKind::Module));
            if let (Some(text), true) = (text, string) {
                self.low.def_mut(def).name = Name::new(&format!("\"{text}\""));
            }
            match flags.take() {
                Some(flags) => self.export_def(def, flags),
                None => self.low.def_mut(def).flags.insert(DefFlags::EXPORTED),
            }
            self.low.owner = def;
            self.low.scope = self.low.facts.def(def).scope;
        }
        if let Some(body) = child(node, self.f.body) {
            self.statements(body);
        }
        (self.low.owner, self.low.scope) = (owner, scope);
    }

    /// An object literal.
    pub(super) fn object(&mut self, node: Node<'_>) -> ExprId {
        let def = self.low.add_def(DefKind::Anonymous, node, None, Some(ScopeKind::Type));
        // Values inside a function run in that function; elsewhere they belong to the object.
        let in_function = self.in_function();
        let mut supers = Vec::new();
        let (owner, scope) = (self.low.owner, self.low.scope);
        let parts = self.named(node);
        let table = parts.len() > 64;
        for part in parts {
            match self.kind(part) {
                Kind::Method => {
                    let Some(name) = child(part, self.f.name) else { continue };
                    let doc = self.doc_before(part.start_byte());
                    self.low.owner = def;
                    self.low.scope = self.low.facts.def(def).scope;
                    let outer_class = self.class.take();
                    self.method(part, name, doc);
                    self.class = outer_class;
                    (self.low.owner, self.low.scope) = (owner, scope);
                }
                Kind::Pair => {
                    let (Some(key), Some(value)) = (child(part, self.f.key), child(part, self.f.value)) else {
                        continue;
                    };
                    let context = PropertyContext { in_function, table };
                    self.property(def, part, key, value, context);
                }
                Kind::ShorthandProperty => {
                    let value = self.value(part);
                    self.field_of(def, part, part, value);
                }
                Kind::Spread => {
                    if let Some(inner) = self.named(part).first() {
                        let expr = self.expr(*inner);
                        let ty = self.low.add_type(TypeExpr::Inferred);
                        supers.push(Super { relation: Relation::Embeds, ty, expr: Some(expr) });
                    }
                }
                _ => {}
            }
        }
        let supers = self.low.facts.new_list(supers);
        self.low.def_mut(def).supers = supers;
        self.low.add_expr(Expr::Def(def))
    }

    fn field_of(&mut self, object: DefId, node: Node<'_>, name: Node<'_>, value: ExprId) -> DefId {
        let key = self.key_name(name).unwrap_or_default();
        let outer = std::mem::replace(&mut self.low.owner, object);
        let scope = std::mem::replace(&mut self.low.scope, self.low.facts.def(object).scope);
        let field = self.low.add_def(DefKind::Field, node, Some(name), None);
        self.low.owner = outer;
        self.low.scope = scope;
        let this = self.low.def_mut(field);
        this.name = key;
        this.value = Some(value);
        this.visibility = Visibility::Public;
        this.flags.insert(DefFlags::INSTANCE);
        field
    }

    fn property(&mut self, object: DefId, node: Node<'_>, key: Node<'_>, value: Node<'_>, context: PropertyContext) {
        if self.kind(key) == Kind::ComputedName {
            for inner in self.named(key) {
                self.expr(inner);
            }
        }
        let Some(name) = self.key_name(key) else {
            self.value(value);
            return;
        };
        let (owner, scope) = (self.low.owner, self.low.scope);
        if let Some(function) = self.function_behind(value) {
            let doc = self.doc_before(node.start_byte());
            self.low.owner = object;
            self.low.scope = self.low.facts.def(object).scope;
            let def = self.named_function(function, key, DefKind::Method, node, doc, None);
            let this = self.low.def_mut(def);
            this.name = name;
            this.visibility = Visibility::Public;
            (self.low.owner, self.low.scope) = (owner, scope);
            return;
        }
        // A long list of plain data is no shape.
        let data = matches!(
            self.kind(value),
            Kind::Number | Kind::True | Kind::False | Kind::Null | Kind::Undefined | Kind::String
        );
        if data && context.table {
            return;
        }
        if context.in_function {
            let value = self.value(value);
            self.field_of(object, node, key, value);
        } else {
            // Outside functions what is nested hangs below the property.
            let unknown = self.unknown();
            let field = self.field_of(object, node, key, unknown);
            self.low.owner = field;
            let value = self.value(value);
            self.low.owner = owner;
            self.low.def_mut(field).value = Some(value);
        }
    }

    /// The plain name that a property key stands for.
    pub(super) fn key_name(&self, node: Node<'_>) -> Option<Name> {
        match self.kind(node) {
            Kind::ComputedName => {
                let inner = *self.named(node).first()?;
                match self.kind(inner) {
                    Kind::String => self.key_name(inner),
                    Kind::Member | Kind::Identifier => Some(Name::new(&format!("[{}]", self.low.text(inner)))),
                    _ => None,
                }
            }
            Kind::String => {
                let text = self.low.text(node);
                Some(Name::new(text.get(1..text.len().saturating_sub(1))?))
            }
            _ => Some(self.low.name(node)),
        }
    }
}
