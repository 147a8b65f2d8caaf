//! Statements and local declarations.

use super::Extractor;
use super::kinds::Kind;
use crate::facts::*;
use crate::name::Name;
use tree_sitter::Node;

impl<'t> Extractor<'_, 't> {
    pub(super) fn statements_in(&mut self, node: Node<'t>) {
        let mut cursor = node.walk();
        if !cursor.goto_first_child() {
            return;
        }
        loop {
            let child = cursor.node();
            if child.is_named() {
                self.statement(child);
            }
            if !cursor.goto_next_sibling() {
                break;
            }
        }
    }

    pub(super) fn statement(&mut self, node: Node<'t>) {
        if node.start_byte() >= self.code_end {
            self.left_over.push(node);
            return;
        }
        stacker::maybe_grow(96 * 1024, 2 * 1024 * 1024, || self.statement_inner(node));
    }

    fn block(&mut self, run: impl FnOnce(&mut Self)) {
        let outer = self.low.scope;
        self.low.scope = self.low.add_scope(ScopeKind::Block);
        run(self);
        self.low.scope = outer;
    }

    fn statement_inner(&mut self, node: Node<'t>) {
        let fields = &self.tables.fields;
        match self.kind(node) {
            Kind::Comment => {}
            Kind::CompoundStatement => self.block(|this| this.statements_in(node)),
            Kind::ExpressionStatement => {
                let mut cursor = node.walk();
                let children: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
                for child in children {
                    let _ = self.expr(child);
                }
            }
            Kind::Declaration => self.local_declaration(node),
            Kind::ReturnStatement | Kind::CoReturnStatement => {
                let mut cursor = node.walk();
                let value = node.named_children(&mut cursor).find(|child| self.kind(*child) != Kind::Comment);
                if let Some(value) = value {
                    let value = self.argument(value);
                    self.returns.push(value);
                }
            }
            Kind::IfStatement => {
                // A chain of `else if` is walked without recursion; each condition's names stay visible.
                let outer = self.low.scope;
                let mut node = node;
                loop {
                    self.low.scope = self.low.add_scope(ScopeKind::Block);
                    if let Some(condition) = self.field(node, fields.condition) {
                        self.condition(condition);
                    }
                    if let Some(yes) = self.field(node, fields.consequence) {
                        self.statement(yes);
                    }
                    let Some(otherwise) = self.field(node, fields.alternative) else { break };
                    let inner = if self.kind(otherwise) == Kind::ElseClause {
                        let mut cursor = otherwise.walk();
                        otherwise.named_children(&mut cursor).find(|child| self.kind(*child) != Kind::Comment)
                    } else {
                        Some(otherwise)
                    };
                    match inner {
                        Some(inner) if self.kind(inner) == Kind::IfStatement => node = inner,
                        Some(inner) => {
                            self.statement(inner);
                            break;
                        }
                        None => break,
                    }
                }
                self.low.scope = outer;
            }
            Kind::WhileStatement | Kind::SwitchStatement => self.block(|this| {
                if let Some(condition) = this.field(node, fields.condition) {
                    this.condition(condition);
                }
                if let Some(body) = this.field(node, fields.body) {
                    this.statement(body);
                }
            }),
            Kind::ForStatement => self.block(|this| {
                if let Some(initializer) = this.field(node, fields.initializer) {
                    this.statement(initializer);
                }
                for part in [fields.condition, fields.update] {
                    if let Some(part) = this.field(node, part) {
                        let _ = this.expr(part);
                    }
                }
                if let Some(body) = this.field(node, fields.body) {
                    this.statement(body);
                }
            }),
            Kind::ForRangeLoop => self.block(|this| this.range_loop(node)),
            Kind::CatchClause => self.block(|this| {
                if let Some(parameters) = this.field(node, fields.parameters) {
                    let mut cursor = parameters.walk();
                    let children: Vec<Node<'t>> = parameters.named_children(&mut cursor).collect();
                    for child in children {
                        let base = this.declared_type(child);
                        if let Some(declarator) = this.field(child, fields.declarator) {
                            let declared = this.declarator(declarator, base);
                            if let Some(name) = declared.name {
                                this.bind(name, Some(declared.ty), None);
                            }
                        }
                    }
                }
                if let Some(body) = this.field(node, fields.body) {
                    this.statement(body);
                }
            }),
            Kind::TypeDefinition
            | Kind::AliasDeclaration
            | Kind::UsingDeclaration
            | Kind::NamespaceAliasDefinition
            | Kind::TemplateDeclaration
            | Kind::FunctionDefinition
            | Kind::NamespaceDefinition
            | Kind::LinkageSpecification
            | Kind::FieldDeclaration => self.item(node),
            Kind::StructSpecifier | Kind::ClassSpecifier | Kind::UnionSpecifier | Kind::EnumSpecifier => {
                let _ = self.elaborated(node, None);
            }
            Kind::CallExpression
            | Kind::BinaryExpression
            | Kind::AssignmentExpression
            | Kind::CommaExpression
            | Kind::ParenthesizedExpression
            | Kind::ConditionalExpression
            | Kind::FieldExpression
            | Kind::SubscriptExpression
            | Kind::PointerExpression
            | Kind::UnaryExpression
            | Kind::UpdateExpression
            | Kind::CastExpression
            | Kind::LambdaExpression
            | Kind::NewExpression
            | Kind::InitializerList
            | Kind::CompoundLiteralExpression
            | Kind::DeleteExpression => {
                let _ = self.expr(node);
            }
            Kind::TypeDescriptor | Kind::TypeIdentifier | Kind::PrimitiveType | Kind::Identifier => {}
            Kind::InitDeclarator => {
                if let Some(value) = self.field(node, fields.value) {
                    let _ = self.expr(value);
                }
            }
            _ => self.statements_in(node),
        }
    }

    /// `(e)`, `(T x = e)`, `(init; e)`
    fn condition(&mut self, node: Node<'t>) {
        if self.kind(node) != Kind::ConditionClause {
            let _ = self.expr(node);
            return;
        }
        let mut cursor = node.walk();
        let children: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
        for child in children {
            match self.kind(child) {
                Kind::Declaration => self.local_declaration(child),
                Kind::InitStatement => self.statements_in(child),
                Kind::Comment => {}
                _ => {
                    let _ = self.expr(child);
                }
            }
        }
    }

    fn bind(&mut self, name: Node<'t>, ty: Option<TypeId>, init: Option<ExprId>) -> BindingId {
        let text = self.low.name(name);
        self.locals.insert(text);
        self.low.add_binding(text, name.start_byte(), BindingKind::Local, ty, init)
    }

    fn range_loop(&mut self, node: Node<'t>) {
        let fields = &self.tables.fields;
        if let Some(initializer) = self.field(node, fields.initializer) {
            self.statements_in(initializer);
        }
        let base = self.declared_type(node);
        let range = match self.field(node, fields.right) {
            Some(right) => self.expr(right),
            None => self.unknown(),
        };
        let element = self.low.add_expr(Expr::Element(range));
        if let Some(declarator) = self.field(node, fields.declarator) {
            let declared = self.declarator(declarator, base);
            self.bind_declared(declared.name, declared.ty, Some(element));
        }
        if let Some(body) = self.field(node, fields.body) {
            self.statement(body);
        }
    }

    /// Binds a name, or the names of `auto [a, b]`.
    fn bind_declared(&mut self, name: Option<Node<'t>>, ty: TypeId, init: Option<ExprId>) {
        let Some(name) = name else { return };
        if self.kind(name) != Kind::StructuredBindingDeclarator {
            self.bind(name, Some(ty), init);
            return;
        }
        let Some(value) = init else { return };
        let mut cursor = name.walk();
        let parts: Vec<Node<'t>> = name.named_children(&mut cursor).collect();
        for (index, part) in parts.into_iter().enumerate() {
            let component = self.low.add_expr(Expr::Component { value, index: index as u32 });
            let ty = self.low.add_type(TypeExpr::Inferred);
            self.bind(part, Some(ty), Some(component));
        }
    }

    fn local_declaration(&mut self, node: Node<'t>) {
        let fields = &self.tables.fields;
        let declarators = self.fields_named(node, fields.declarator);
        let ty_node = self.field(node, fields.ty);
        if self.inactive {
            return;
        }
        let base = self.declared_type(node);
        for declarator in declarators {
            let (target, value) = if self.kind(declarator) == Kind::InitDeclarator {
                (self.field(declarator, fields.declarator), self.field(declarator, fields.value))
            } else {
                (Some(declarator), self.field(node, fields.value))
            };
            let Some(target) = target else { continue };
            if self.kind(target) == Kind::FunctionDeclarator && value.is_none() {
                if self.cpp && self.construction(target, base, ty_node) {
                    continue;
                }
                if self.macro_statement(target, ty_node) {
                    continue;
                }
            }
            let declared = self.declarator(target, base);
            let Some(name) = declared.name else {
                if let Some(value) = value {
                    let _ = self.expr(value);
                }
                continue;
            };
            if declared.function.is_some() {
                // A prototype inside a function: the name means the function, not a variable.
                continue;
            }
            let is_param = self.old_style_parameter(name, declared.ty);
            if is_param {
                continue;
            }
            // The name is visible in its own initial value, but means nothing there.
            let init = value.map(|value| self.initial_value(declared.ty, value, ty_node, name));
            self.bind_declared(Some(name), declared.ty, init);
        }
    }

    /// `f(a) int a; { … }`: gives the parameter its type.
    fn old_style_parameter(&mut self, name: Node<'t>, ty: TypeId) -> bool {
        let owner = self.low.owner;
        let def = self.low.facts.def(owner);
        if !def.kind.is_callable() || self.low.scope != def.scope || name.start_byte() as u32 >= def.body_start {
            return false;
        }
        let text = self.low.name(name);
        let scope = self.low.scope;
        for binding in self.low.facts.bindings.iter_mut().rev() {
            if binding.scope == scope && binding.name == text {
                binding.ty = Some(ty);
                return true;
            }
        }
        true
    }

    /// `T x(a, b);` reads as the declaration of a function if `a` and `b` could be types.
    fn construction(&mut self, target: Node<'t>, ty: TypeId, ty_node: Option<Node<'t>>) -> bool {
        let fields = &self.tables.fields;
        let (Some(name), Some(parameters)) =
            (self.field(target, fields.declarator), self.field(target, fields.parameters))
        else {
            return false;
        };
        if self.kind(name) != Kind::Identifier {
            return false;
        }
        let mut cursor = parameters.walk();
        let params: Vec<Node<'t>> =
            parameters.named_children(&mut cursor).filter(|child| self.kind(*child) != Kind::Comment).collect();
        if params.is_empty() {
            return false;
        }
        let mut values = Vec::new();
        let mut certain = false;
        for param in &params {
            if self.kind(*param) != Kind::ParameterDeclaration {
                return false;
            }
            let Some(value) = self.field(*param, fields.ty) else { return false };
            let declarator = self.field(*param, fields.declarator);
            let text = self.text(value);
            let simple = self.kind(value) == Kind::TypeIdentifier;
            if !simple && self.kind(value) != Kind::QualifiedIdentifier || self.has_const(*param) {
                return false;
            }
            let known_value = simple && self.locals.contains(&Name::new(text));
            certain |= known_value
                || self.kind(value) == Kind::QualifiedIdentifier
                || super::decorations::is_caps(text.as_bytes())
                || simple
                    && (text.ends_with('_')
                        || text.starts_with('k') && text.len() > 1 && text.as_bytes()[1].is_ascii_uppercase());
            match declarator {
                None => {}
                // `f(x)` or `a * b`
                Some(declarator)
                    if matches!(
                        self.kind(declarator),
                        Kind::AbstractFunctionDeclarator | Kind::FunctionDeclarator | Kind::PointerDeclarator
                    ) || known_value => {}
                Some(_) => return false,
            }
            if simple && self.types.contains(&Name::new(text)) && !known_value {
                return false;
            }
            values.push((value, declarator));
        }
        if !certain && params.iter().any(|param| self.text(*param).starts_with(char::is_uppercase)) {
            return false;
        }
        let mut args = Vec::new();
        for (value, declarator) in values {
            let callee = self.expr(value);
            match declarator {
                Some(declarator) if matches!(self.kind(declarator), Kind::AbstractFunctionDeclarator) => {
                    let inner = self.field(declarator, fields.parameters);
                    let mut list = Vec::new();
                    if let Some(inner) = inner {
                        let mut cursor = inner.walk();
                        let nodes: Vec<Node<'t>> = inner.named_children(&mut cursor).collect();
                        for node in nodes {
                            list.push(match self.field(node, fields.ty) {
                                Some(ty) => self.expr(ty),
                                None => self.unknown(),
                            });
                        }
                    }
                    let list = self.low.facts.new_list(list);
                    let call = self.low.add_expr(Expr::Call { callee, args: list, type_args: List::default() });
                    let at = self.last_name(value);
                    self.low.add_call(call, at);
                    args.push(call);
                }
                _ => args.push(callee),
            }
        }
        let at = ty_node.map_or(name, |ty| self.last_name(ty));
        let init = self.construct_with(ty, args, at);
        self.bind(name, Some(ty), Some(init));
        true
    }

    /// `MACRO name(args);` in a function is more likely a call behind a macro than a prototype.
    fn macro_statement(&mut self, target: Node<'t>, ty_node: Option<Node<'t>>) -> bool {
        let Some(ty) = ty_node else { return false };
        let caps = self.text(ty).bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit());
        if self.kind(ty) != Kind::TypeIdentifier || !caps {
            return false;
        }
        let fields = &self.tables.fields;
        let (Some(name), Some(parameters)) =
            (self.field(target, fields.declarator), self.field(target, fields.parameters))
        else {
            return false;
        };
        if self.kind(name) != Kind::Identifier {
            return false;
        }
        let mut cursor = parameters.walk();
        let params: Vec<Node<'t>> = parameters.named_children(&mut cursor).collect();
        if params.iter().any(|param| self.field(*param, fields.declarator).is_some()) {
            return false;
        }
        let mut args = Vec::new();
        for param in params {
            args.push(match self.field(param, fields.ty) {
                Some(ty) => self.expr(ty),
                None => self.unknown(),
            });
        }
        let callee = self.low.name_expr(name);
        let args = self.low.facts.new_list(args);
        let expr = self.low.add_expr(Expr::Call { callee, args, type_args: List::default() });
        self.low.add_call(expr, name);
        true
    }
}
