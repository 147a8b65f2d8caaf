//! Lowers statements: definitions, assignments, imports and the flow of control.

use super::annotation::annotation;
use super::expressions::{Condition, MORE_STACK, RED_ZONE};
use super::flow::{Changes, Flow, Frame, Loop};
use super::kinds::{K, child, children, fields, kind};
use super::scan::{assigned, is_chain, static_condition};
use super::{Class, Python};
use crate::facts::*;
use crate::lower::first_paragraph;
use crate::name::Name;
use rustc_hash::FxHashSet;
use tree_sitter::Node;

/// Decorators that make a method's value be read like a field.
const PROPERTY_DECORATORS: &[&str] = &[
    "property",
    "cached_property",
    "functools.cached_property",
    "abc.abstractproperty",
    "abstractproperty",
    "werkzeug.utils.cached_property",
];

impl<'s> Python<'_, 's> {
    pub(super) fn module(&mut self, root: Node<'_>) {
        let doc = self.doc(root);
        self.l.def_mut(DefId::FILE).doc = doc;
        self.statements(root);
    }

    fn statements(&mut self, block: Node<'_>) {
        let mut cursor = block.walk();
        let mut more = cursor.goto_first_child();
        while more {
            let node = cursor.node();
            if node.is_named() {
                self.statement(node);
            }
            more = cursor.goto_next_sibling();
        }
    }

    fn body(&mut self, node: Node<'_>) {
        if let Some(body) = child(node, fields().body) {
            self.block(body);
        }
    }

    fn block(&mut self, block: Node<'_>) {
        if kind(block) == K::Block { self.statements(block) } else { self.statement(block) }
    }

    fn statement(&mut self, node: Node<'_>) {
        stacker::maybe_grow(RED_ZONE, MORE_STACK, || self.statement_here(node));
    }

    fn statement_here(&mut self, node: Node<'_>) {
        let what = kind(node);
        if what != K::Comment {
            self.flow().top().tail = None;
        }
        match what {
            K::ExpressionStatement => {
                for part in children(node) {
                    match kind(part) {
                        K::Assignment => self.assignment(part),
                        K::AugmentedAssignment => self.augmented(part),
                        _ => {
                            let value = self.expr(part);
                            if matches!(kind(part), K::Call | K::Await) {
                                self.flow().top().tail = Some(value);
                            }
                        }
                    }
                }
            }
            K::FunctionDefinition => {
                self.function(node, &[]);
            }
            K::ClassDefinition => {
                self.class(node, &[]);
            }
            K::DecoratedDefinition => self.decorated(node),
            K::If => self.if_statement(node),
            K::For => self.for_statement(node),
            K::While => self.while_statement(node),
            K::Try => self.try_statement(node),
            K::With => self.with_statement(node),
            K::Match => self.match_statement(node),
            K::Return => {
                let value = match children(node).first() {
                    Some(&value) => self.expr(value),
                    None => self.l.add_expr(Expr::Literal(Literal::Null)),
                };
                if self.reached() {
                    self.flow().returns.push(value);
                }
                self.flow().top().ended = true;
            }
            K::Raise => {
                let values: Vec<ExprId> = children(node).into_iter().map(|child| self.expr(child)).collect();
                let abstract_method = values.first().is_some_and(|&value| self.is_not_implemented(value));
                if abstract_method && self.flow().frames.len() == 1 && self.reached() {
                    // "Override me", not "never returns".
                    let unknown = self.unknown();
                    self.flow().returns.push(unknown);
                }
                self.flow().top().ended = true;
            }
            K::Break | K::Continue => {
                if self.reached() {
                    let flow = self.flow();
                    if let Some(depth) = flow.loops.last().map(|this| this.depth) {
                        let changes = flow.changes_since(depth);
                        if let Some(this) = flow.loops.last_mut() {
                            if what == K::Break { this.breaks.push(changes) } else { this.continues.push(changes) }
                        }
                    }
                }
                self.flow().top().ended = true;
            }
            K::Assert => {
                let parts = children(node);
                if let Some(&test) = parts.first() {
                    let (_, condition) = self.condition(test);
                    if let Some(&message) = parts.get(1) {
                        self.under(&condition, false, |this| this.expr(message));
                    }
                    self.apply(&condition, true);
                    if static_condition(self, test) == Some(false) {
                        self.flow().top().ended = true;
                    }
                }
            }
            K::Delete => {
                for target in children(node) {
                    self.expr(target);
                }
            }
            K::Global | K::Nonlocal => {
                for name in children(node) {
                    let text = self.text(name);
                    self.flow().outer.insert(text, what == K::Global);
                    let scope_name = self.l.name(name);
                    self.l.add_binding(scope_name, name.start_byte(), BindingKind::Outer, None, None);
                }
            }
            K::Import => self.import(node),
            K::ImportFrom => self.import_from(node),
            K::TypeAlias => self.type_alias(node),
            K::Error => self.statements(node),
            K::Comment | K::FutureImport => {}
            _ => {
                // What a syntax error left behind, or an expression without its statement.
                let mut cursor = node.walk();
                let parts: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
                if matches!(what, K::Block | K::Other | K::Else | K::Finally | K::Except | K::Elif | K::Case) {
                    for part in parts {
                        self.statement(part);
                    }
                } else {
                    self.expr(node);
                }
            }
        }
    }

    fn is_not_implemented(&self, value: ExprId) -> bool {
        let name = match *self.l.facts.expr(value) {
            Expr::Call { callee, .. } => match *self.l.facts.expr(callee) {
                Expr::Name { name, .. } => name,
                _ => return false,
            },
            Expr::Name { name, .. } => name,
            _ => return false,
        };
        name == "NotImplementedError"
    }

    // Definitions

    fn doc(&self, body: Node<'_>) -> Option<Box<str>> {
        let mut cursor = body.walk();
        let first = body.named_children(&mut cursor).find(|child| kind(*child) != K::Comment)?;
        if kind(first) != K::ExpressionStatement {
            return None;
        }
        let string = first.named_child(0)?;
        if kind(string) != K::String {
            return None;
        }
        let text = self.text(string);
        let text = text.trim_start_matches(['r', 'R', 'u', 'U']).trim_matches(['"', '\'']);
        first_paragraph(text)
    }

    fn visibility(name: &str) -> Visibility {
        let dunder = name.starts_with("__") && name.ends_with("__");
        if name.starts_with('_') && !dunder { Visibility::Private } else { Visibility::Public }
    }

    fn decorated(&mut self, node: Node<'_>) {
        let mut decorators = Vec::new();
        let mut texts = Vec::new();
        let mut cursor = node.walk();
        let parts: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
        for part in parts.iter().filter(|part| kind(**part) == K::Decorator) {
            if let Some(&value) = children(*part).first() {
                texts.push(self.text(value));
                decorators.push(self.expr(value));
            }
        }
        let Some(definition) = child(node, fields().definition) else { return };
        let decorators: Vec<(ExprId, &'s str)> = decorators.into_iter().zip(texts).collect();
        match kind(definition) {
            K::ClassDefinition => self.class(definition, &decorators),
            _ => self.function(definition, &decorators),
        }
    }

    /// Puts a definition or import under its name.
    fn declare(&mut self, name: &'s str, value: ExprId) {
        if !self.reached() {
            return;
        }
        let flow = self.flow();
        flow.first.entry(name).or_insert(Some(value));
        flow.set(name, value);
    }

    fn function(&mut self, node: Node<'_>, decorators: &[(ExprId, &'s str)]) {
        let Some(name_node) = child(node, fields().name) else { return };
        let name = self.text(name_node);
        let in_class = self.scope_kind() == ScopeKind::Type;
        let has = |wanted: &str| decorators.iter().any(|&(_, text)| text == wanted);
        let accessor_write = decorators.iter().any(|(_, text)| text.ends_with(".setter") || text.ends_with(".deleter"));
        let property = accessor_write
            || decorators.iter().any(|(_, text)| PROPERTY_DECORATORS.contains(text) || text.ends_with(".getter"));
        let def_kind = match name {
            _ if in_class && property => DefKind::Accessor,
            "__init__" if in_class => DefKind::Constructor,
            _ if in_class => DefKind::Method,
            _ => DefKind::Function,
        };
        let dead = !self.reached();
        let outer = self.l.scope;
        if dead {
            // Nothing finds what is never defined.
            self.l.scope = self.l.add_scope(ScopeKind::Block);
        }
        let def = self.l.add_def(def_kind, node, Some(name_node), Some(ScopeKind::Function));
        self.l.scope = outer;
        let is_async = node.child(0).is_some_and(|first| self.text(first) == "async");
        let static_method = has("staticmethod") || (in_class && name == "__new__");
        let class_method = has("classmethod")
            || has("abc.abstractclassmethod")
            || (in_class && matches!(name, "__init_subclass__" | "__class_getitem__"));
        let is_test = self.classes.last().is_some_and(|class| class.test)
            || (self.l.facts.test && name.starts_with("test"))
            || decorators.iter().any(|(_, text)| text.starts_with("pytest."));
        let protocol = in_class && self.classes.last().is_some_and(|class| class.protocol);
        let body = child(node, fields().body);
        let doc = body.and_then(|body| self.doc(body));
        let overload = decorators.iter().any(|(_, text)| *text == "overload" || text.ends_with(".overload"));
        let is_abstract =
            decorators.iter().any(|(_, text)| text.rsplit('.').next().is_some_and(|last| last.starts_with("abstract")));
        let exprs = self.l.facts.new_list(decorators.iter().map(|&(expr, _)| expr));
        let enclosing_main = name == "main" && self.flows.len() == 1;
        let this = self.l.def_mut(def);
        this.visibility = Self::visibility(name);
        this.doc = doc;
        this.decorators = exprs;
        if let Some(body) = body {
            this.body_start = body.start_byte() as u32;
        }
        for (set, flag) in [
            (is_async, DefFlags::ASYNC),
            (in_class && static_method && name != "__new__", DefFlags::STATIC),
            (in_class && class_method, DefFlags::CLASS_METHOD),
            (in_class && !static_method && !class_method, DefFlags::INSTANCE),
            (overload, DefFlags::OVERLOAD),
            (protocol || is_abstract, DefFlags::DECLARATION),
            (accessor_write, DefFlags::SETTER),
            (is_test, DefFlags::TEST),
            (enclosing_main, DefFlags::ENTRY_POINT),
            (dead, DefFlags::INACTIVE),
        ] {
            if set {
                this.flags.insert(flag);
            }
        }
        if let Some(type_parameters) = child(node, fields().type_parameters) {
            self.type_parameters(type_parameters, def);
        }
        let is_method = in_class && (!has("staticmethod"));
        let params = self.parameters(child(node, fields().parameters), def, is_method);
        if let Some(returns) = child(node, fields().return_type) {
            let scope = self.l.facts.def(def).scope;
            let outer = std::mem::replace(&mut self.l.scope, scope);
            let ty = annotation(self.l, self.l.text(returns), returns.start_byte());
            self.l.scope = outer;
            self.l.def_mut(def).ty = Some(ty);
        }

        let mut flow = Flow::new();
        flow.receiver = if is_method { params.first().map(|&(name, _)| name) } else { self.flow().receiver };
        self.flows.push(flow);
        if dead {
            self.dead += 1;
        }
        let (owner, outer) = (self.l.owner, self.l.scope);
        self.l.owner = def;
        self.l.scope = self.l.facts.def(def).scope;
        for (name, binding) in params {
            let value = self.l.add_expr(Expr::Local(binding));
            let declared = self.l.facts.binding(binding).ty.is_some();
            let flow = self.flow();
            flow.top().changes.insert(name, value);
            flow.first.insert(name, None);
            if declared {
                flow.declared.insert(name, binding);
            }
        }
        // A method knows the class around it; functions inside do not add attributes to it.
        if let Some(body) = body {
            self.block(body);
        }
        let stub = body.is_some_and(|body| self.is_stub(body));
        if !self.flow().top().ended || stub {
            let value = if stub {
                self.unknown()
            } else {
                let null = self.l.add_expr(Expr::Literal(Literal::Null));
                match self.flow().top().tail {
                    Some(call) => self.l.add_expr(Expr::After { value: null, call }),
                    None => null,
                }
            };
            self.flow().returns.push(value);
        }
        if dead {
            self.dead -= 1;
        }
        let flow = self.flows.pop().unwrap_or_default();
        self.l.owner = owner;
        self.l.scope = outer;
        if flow.generator {
            self.l.def_mut(def).flags.insert(DefFlags::GENERATOR);
        }
        let returns = self.l.facts.new_list(flow.returns);
        self.l.def_mut(def).returns = returns;

        let value = self.l.add_expr(Expr::Def(def));
        self.declare(name, value);
    }

    /// Whether a body is only `...`, `pass` or a text.
    fn is_stub(&self, body: Node<'_>) -> bool {
        children(body).into_iter().all(|statement| {
            kind(statement) == K::ExpressionStatement
                && statement.named_child(0).is_some_and(|value| matches!(kind(value), K::Ellipsis | K::String))
        })
    }

    fn type_parameters(&mut self, node: Node<'_>, def: DefId) {
        let scope = self.l.facts.def(def).scope;
        let outer = std::mem::replace(&mut self.l.scope, scope);
        let mut params = Vec::new();
        for parameter in children(node) {
            let text = self.text(parameter);
            let (text, default) = match text.split_once('=') {
                Some((text, default)) => (text, Some(annotation(self.l, default, parameter.start_byte()))),
                None => (text, None),
            };
            let (name, bound) = match text.split_once(':') {
                Some((name, bound)) => (name, Some(bound)),
                None => (text, None),
            };
            let bounds: Vec<TypeId> =
                bound.into_iter().map(|bound| annotation(self.l, bound.trim(), parameter.start_byte())).collect();
            let bounds = self.l.facts.new_list(bounds);
            params.push(TypeParam { name: Name::new(name.trim().trim_start_matches('*')), bounds, default });
        }
        self.l.scope = outer;
        let params = self.l.facts.new_list(params);
        self.l.def_mut(def).type_params = params;
    }

    /// Reads a parameter list and gives its names their bindings.
    pub(super) fn parameters(&mut self, node: Option<Node<'_>>, def: DefId, method: bool) -> Vec<(&'s str, BindingId)> {
        let Some(node) = node else { return Vec::new() };
        let mut params: Vec<Param> = Vec::new();
        let mut names = Vec::new();
        let mut keyword_only = false;
        for parameter in children(node) {
            let (mut name_node, mut ty_node, mut default_node) = (Some(parameter), None, None);
            match kind(parameter) {
                K::DefaultParameter | K::TypedDefaultParameter => {
                    name_node = child(parameter, fields().name);
                    ty_node = child(parameter, fields().r#type);
                    default_node = child(parameter, fields().value);
                }
                K::TypedParameter => {
                    name_node = children(parameter).first().copied();
                    ty_node = child(parameter, fields().r#type);
                }
                K::KeywordSeparator => {
                    keyword_only = true;
                    continue;
                }
                K::Identifier | K::ListSplatPattern | K::DictionarySplatPattern | K::TuplePattern => {}
                _ => continue,
            }
            let Some(mut name_node) = name_node else { continue };
            let mut param_kind = if default_node.is_some() { ParamKind::Optional } else { ParamKind::Plain };
            if keyword_only {
                param_kind = ParamKind::KeywordOnly;
            }
            match kind(name_node) {
                K::ListSplatPattern => {
                    param_kind = ParamKind::Variadic;
                    keyword_only = true;
                    name_node = children(name_node).first().copied().unwrap_or(name_node);
                }
                K::DictionarySplatPattern => {
                    param_kind = ParamKind::KeywordVariadic;
                    name_node = children(name_node).first().copied().unwrap_or(name_node);
                }
                _ => {}
            }
            if params.is_empty() && method && matches!(param_kind, ParamKind::Plain | ParamKind::Optional) {
                param_kind = ParamKind::Receiver;
            }
            let default = default_node.map(|default| self.expr(default));
            let scope = self.l.facts.def(def).scope;
            let outer = std::mem::replace(&mut self.l.scope, scope);
            let ty = ty_node.map(|ty| annotation(self.l, self.l.text(ty), ty.start_byte()));
            let name = self.l.name(name_node);
            let index = u16::try_from(params.len()).unwrap_or(u16::MAX);
            let binding = self.l.add_binding(name, name_node.start_byte(), BindingKind::Param(index), ty, default);
            self.l.scope = outer;
            names.push((self.text(name_node), binding));
            params.push(Param { name, kind: param_kind, ty, default });
        }
        let params = self.l.facts.new_list(params);
        self.l.def_mut(def).params = params;
        names
    }

    fn class(&mut self, node: Node<'_>, decorators: &[(ExprId, &'s str)]) {
        let Some(name_node) = child(node, fields().name) else { return };
        let name = self.text(name_node);
        let dead = !self.reached();
        let bases = child(node, fields().superclasses).map(children).unwrap_or_default();
        let mut supers = Vec::new();
        let mut base_texts = Vec::new();
        let type_parameters = child(node, fields().type_parameters);
        let parametrized = type_parameters.is_some();
        let mut written = Vec::new();
        for base in bases {
            if matches!(kind(base), K::KeywordArgument | K::ListSplat | K::DictionarySplat) {
                let value = self.expr(base);
                // `metaclass=M` is kept as a super that is a keyword.
                let ty = self.l.add_type(TypeExpr::Unknown);
                supers.push(Super { relation: Relation::Extends, ty, expr: Some(value) });
                continue;
            }
            let text = self.text(base);
            base_texts.push(text);
            let expr = self.expr(base);
            let ty = if parametrized {
                // Read below, where the class's own type parameters are known.
                self.l.add_type(TypeExpr::Unknown)
            } else {
                annotation(self.l, text, base.start_byte())
            };
            written.push((supers.len(), text, base.start_byte()));
            supers.push(Super { relation: Relation::Extends, ty, expr: Some(expr) });
        }
        let outer = self.l.scope;
        if dead {
            self.l.scope = self.l.add_scope(ScopeKind::Block);
        }
        let last =
            |text: &str| -> String { text.split('[').next().unwrap_or("").rsplit('.').next().unwrap_or("").to_owned() };
        let enumeration = base_texts
            .iter()
            .any(|text| matches!(last(text).as_str(), "Enum" | "IntEnum" | "StrEnum" | "Flag" | "IntFlag"));
        let protocol = base_texts.iter().any(|text| last(text) == "Protocol");
        let def_kind = if enumeration {
            DefKind::Enum
        } else if protocol {
            DefKind::Interface
        } else {
            DefKind::Class
        };
        let def = self.l.add_def(def_kind, node, Some(name_node), Some(ScopeKind::Type));
        self.l.scope = outer;
        let test = base_texts.iter().any(|text| last(text).ends_with("TestCase"))
            || (self.l.facts.test && name.starts_with("Test"));
        if let Some(type_parameters) = type_parameters {
            self.type_parameters(type_parameters, def);
            let scope = self.l.facts.def(def).scope;
            let outer = std::mem::replace(&mut self.l.scope, scope);
            for (index, text, at) in written {
                supers[index].ty = annotation(self.l, text, at);
            }
            self.l.scope = outer;
        }
        let supers = self.l.facts.new_list(supers);
        let exprs = self.l.facts.new_list(decorators.iter().map(|&(expr, _)| expr));
        let body = child(node, fields().body);
        let doc = body.and_then(|body| self.doc(body));
        let this = self.l.def_mut(def);
        this.visibility = Self::visibility(name);
        this.doc = doc;
        this.decorators = exprs;
        this.supers = supers;
        if test {
            this.flags.insert(DefFlags::TEST);
        }
        if dead {
            this.flags.insert(DefFlags::INACTIVE);
        }
        if let Some(body) = body {
            this.body_start = body.start_byte() as u32;
        }
        self.flows.push(Flow::new());
        self.seen.push(FxHashSet::default());
        self.classes.push(Class { def, fields: FxHashSet::default(), enumeration, test, protocol });
        if dead {
            self.dead += 1;
        }
        let (owner, outer) = (self.l.owner, self.l.scope);
        self.l.owner = def;
        self.l.scope = self.l.facts.def(def).scope;
        if let Some(body) = body {
            self.block(body);
        }
        self.l.owner = owner;
        self.l.scope = outer;
        if dead {
            self.dead -= 1;
        }
        self.classes.pop();
        self.seen.pop();
        self.flows.pop();
        let value = self.l.add_expr(Expr::Def(def));
        self.declare(name, value);
    }

    fn type_alias(&mut self, node: Node<'_>) {
        let (Some(left), Some(right)) = (child(node, fields().left), child(node, fields().right)) else { return };
        let mut name_node = left;
        while let Some(first) = name_node.named_child(0) {
            name_node = first;
        }
        let def = self.l.add_def(DefKind::TypeAlias, node, Some(name_node), None);
        let ty = annotation(self.l, self.l.text(right), right.start_byte());
        let visibility = Self::visibility(self.text(name_node));
        let this = self.l.def_mut(def);
        this.ty = Some(ty);
        this.visibility = visibility;
        let value = self.l.add_expr(Expr::Def(def));
        let name = self.text(name_node);
        self.declare(name, value);
    }

    // Assignments

    fn assignment(&mut self, node: Node<'_>) {
        let Some(left) = child(node, fields().left) else { return };
        let ty_node = child(node, fields().r#type);
        let right = child(node, fields().right);
        let value = match right {
            // `a = b = c`
            Some(right) if kind(right) == K::Assignment => {
                self.assignment(right);
                let mut last = right;
                while let Some(next) = child(last, fields().right).filter(|next| kind(*next) == K::Assignment) {
                    last = next;
                }
                child(right, fields().left).map(|target| self.reread(target))
            }
            Some(right) => Some(self.expr(right)),
            None => None,
        };
        let ty = ty_node.map(|ty| annotation(self.l, self.l.text(ty), ty.start_byte()));
        let alias = match (right, ty_node) {
            (Some(right), None) => self.alias_of(right),
            (Some(right), Some(ty)) if self.text(ty).ends_with("TypeAlias") => {
                Some(annotation(self.l, self.l.text(right), right.start_byte()))
            }
            _ => None,
        };
        match value {
            None => self.declare_only(left, ty),
            Some(value) => match (kind(left), alias) {
                (K::Identifier, Some(alias)) if self.scope_kind() != ScopeKind::Function => {
                    self.assign_alias(left, node, value, alias);
                }
                _ => self.assign(left, value, ty, Some(node)),
            },
        }
    }

    /// A value that was just assigned to `target`, to be assigned to the next one.
    fn reread(&mut self, target: Node<'_>) -> ExprId {
        let text = self.text(target);
        match self.flow().get(text) {
            Some(value) => value,
            None => match kind(target) {
                K::Identifier => self.l.name_expr(target),
                _ => self.unknown(),
            },
        }
    }

    /// The type that `X = Union[A, B]` makes `X` a name for.
    fn alias_of(&mut self, node: Node<'_>) -> Option<TypeId> {
        const LOWER: &[&str] = &["list", "dict", "tuple", "set", "frozenset", "type"];
        let type_like = match kind(node) {
            K::Subscript => {
                let base = child(node, fields().value)?;
                let text = self.text(base);
                let last = text.rsplit('.').next().unwrap_or(text);
                let constant = last.len() > 1 && last.chars().all(|c| c.is_ascii_uppercase() || c == '_');
                is_chain(base)
                    && (LOWER.contains(&last) || (last.starts_with(|c: char| c.is_ascii_uppercase()) && !constant))
            }
            K::BinaryOperator => {
                let text = self.text(node);
                text.contains('|') && !text.contains(['(', '+', '-', '&', '^', '{'])
            }
            _ => false,
        };
        type_like.then(|| annotation(self.l, self.l.text(node), node.start_byte()))
    }

    fn assign_alias(&mut self, left: Node<'_>, node: Node<'_>, value: ExprId, alias: TypeId) {
        let name = self.text(left);
        if !self.reached() {
            return;
        }
        let def = self.l.add_def(DefKind::TypeAlias, node, Some(left), None);
        let this = self.l.def_mut(def);
        this.ty = Some(alias);
        this.value = Some(value);
        this.visibility = Self::visibility(name);
        let flow = self.flow();
        flow.first.entry(name).or_insert(None);
        let expr = self.l.add_expr(Expr::Def(def));
        self.flow().set(name, expr);
    }

    /// `x: T` without a value.
    fn declare_only(&mut self, left: Node<'_>, ty: Option<TypeId>) {
        if !self.reached() {
            return;
        }
        match kind(left) {
            K::Identifier => {
                let name = self.text(left);
                self.add_variable(left, left, ty, None);
                self.flow().first.entry(name).or_insert(None);
            }
            K::Attribute => self.attribute_target(left, None, ty),
            _ => {}
        }
    }

    fn augmented(&mut self, node: Node<'_>) {
        let (Some(left), Some(right)) = (child(node, fields().left), child(node, fields().right)) else { return };
        let before = self.expr(left);
        let right = self.expr(right);
        let op = match child(node, fields().operator).map_or("", |op| self.text(op)) {
            "+=" => BinaryOp::Add,
            "-=" => BinaryOp::Subtract,
            "*=" => BinaryOp::Multiply,
            "/=" => BinaryOp::Divide,
            "%=" => BinaryOp::Remainder,
            "|=" | "&=" | "^=" => BinaryOp::Bit,
            _ => BinaryOp::Other,
        };
        let value = self.l.add_expr(Expr::Binary { op, left: before, right });
        self.assign(left, value, None, Some(node));
    }

    /// Binds a target to a value.
    pub(super) fn assign(&mut self, target: Node<'_>, value: ExprId, ty: Option<TypeId>, whole: Option<Node<'_>>) {
        stacker::maybe_grow(RED_ZONE, MORE_STACK, || self.assign_here(target, value, ty, whole));
    }

    fn assign_here(&mut self, target: Node<'_>, value: ExprId, ty: Option<TypeId>, whole: Option<Node<'_>>) {
        match kind(target) {
            K::Identifier => {
                if let Some(whole) = whole {
                    self.assign_variable(target, whole, value, ty);
                } else {
                    self.assign_name(target, value, ty, true);
                }
            }
            K::Attribute => self.attribute_target(target, Some(value), ty),
            K::PatternList | K::TuplePattern | K::ListPattern | K::Tuple | K::List | K::ExpressionList => {
                let targets = children(target);
                let star =
                    targets.iter().position(|target| matches!(kind(*target), K::ListSplatPattern | K::ListSplat));
                for (index, target) in targets.into_iter().enumerate() {
                    let part = match star {
                        Some(star) if index == star => {
                            let element = self.l.add_expr(Expr::Element(value));
                            let items = self.l.facts.new_list([element]);
                            self.l.add_expr(Expr::Sequence(items))
                        }
                        // Counted from the end, of which nothing is known.
                        Some(star) if index > star => self.l.add_expr(Expr::Element(value)),
                        _ => self.l.add_expr(Expr::Component { value, index: index as u32 }),
                    };
                    self.assign(target, part, None, Some(target));
                }
            }
            K::ListSplatPattern | K::ListSplat | K::Parenthesized => {
                if let Some(&inner) = children(target).first() {
                    self.assign(inner, value, None, Some(inner));
                }
            }
            K::Subscript => {
                let expr = self.expr(target);
                if self.reached() {
                    let (owner, scope) = (self.l.owner, self.l.scope);
                    self.l.facts.assigns.push(Assign { target: expr, value, owner, scope });
                }
            }
            _ => {
                self.expr(target);
            }
        }
    }

    /// Module and class variables are definitions, the first time.
    fn assign_variable(&mut self, name_node: Node<'_>, whole: Node<'_>, value: ExprId, ty: Option<TypeId>) {
        if !self.reached() {
            return;
        }
        if self.scope_kind() == ScopeKind::Function {
            self.assign_name(name_node, value, ty, true);
            return;
        }
        let name = self.text(name_node);
        self.add_variable(name_node, whole, ty, Some(value));
        let declared = ty.is_some() || self.flow().declared.contains_key(name);
        let reaching = if declared { self.assigned_value(name, name_node, value) } else { value };
        let flow = self.flow();
        flow.first.entry(name).or_insert(None);
        flow.set(name, reaching);
    }

    fn assigned_value(&mut self, name: &'s str, name_node: Node<'_>, value: ExprId) -> ExprId {
        let target = match self.flow().declared.get(name).copied() {
            Some(binding) => self.l.add_expr(Expr::Local(binding)),
            None => self.l.name_expr(name_node),
        };
        self.l.add_expr(Expr::Assigned { target, value })
    }

    /// A variable of a module or class: a definition the first time, another value later.
    fn add_variable(&mut self, name_node: Node<'_>, whole: Node<'_>, ty: Option<TypeId>, value: Option<ExprId>) {
        let text = self.text(name_node);
        let name = self.l.name(name_node);
        let scope_kind = self.scope_kind();
        if scope_kind == ScopeKind::Function {
            let binding = self.l.add_binding(name, name_node.start_byte(), BindingKind::Local, ty, value);
            if ty.is_some() {
                self.flow().declared.insert(text, binding);
            }
            return;
        }
        let first = match self.seen.last_mut() {
            Some(seen) => seen.insert(text),
            None => true,
        };
        if !first {
            let binding = self.l.add_binding(name, name_node.start_byte(), BindingKind::Assigned, ty, value);
            if ty.is_some() {
                self.flow().declared.insert(text, binding);
            }
            return;
        }
        let constant = text.len() > 1 && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        let in_class = scope_kind == ScopeKind::Type;
        let enumeration = in_class && self.classes.last().is_some_and(|class| class.enumeration);
        let def_kind = match () {
            () if enumeration && !text.starts_with('_') => DefKind::Variant,
            () if constant => DefKind::Constant,
            () if in_class => DefKind::Field,
            () => DefKind::Variable,
        };
        let def = self.l.add_def(def_kind, whole, Some(name_node), None);
        let this = self.l.def_mut(def);
        this.ty = ty;
        this.value = value;
        this.visibility = Self::visibility(text);
        if ty.is_some() {
            // Later values are narrowed from the declared type.
            let binding = self.l.add_binding(Name::default(), name_node.start_byte(), BindingKind::Local, ty, value);
            self.flow().declared.insert(text, binding);
        }
    }

    pub(super) fn assign_name(&mut self, name_node: Node<'_>, value: ExprId, ty: Option<TypeId>, _plain: bool) {
        if !self.reached() {
            return;
        }
        let text = self.text(name_node);
        let name = self.l.name(name_node);
        let at = name_node.start_byte();
        if let Some(&global) = self.flow().outer.get(text) {
            // One more value of the outer variable.
            let scope = if global { ScopeId::FILE } else { self.outer_scope_of(name) };
            let inner = std::mem::replace(&mut self.l.scope, scope);
            self.l.add_binding(name, at, BindingKind::Assigned, ty, Some(value));
            self.l.scope = inner;
            let reaching = self.assigned_value(text, name_node, value);
            self.flow().set(text, reaching);
            return;
        }
        let binding_kind =
            if self.flow().first.contains_key(text) { BindingKind::Assigned } else { BindingKind::Local };
        let binding = self.l.add_binding(name, at, binding_kind, ty, Some(value));
        let flow = self.flow();
        flow.first.entry(text).or_insert(None);
        if ty.is_some() {
            flow.declared.insert(text, binding);
        }
        let reaching =
            if self.flow().declared.contains_key(text) { self.assigned_value(text, name_node, value) } else { value };
        self.flow().set(text, reaching);
    }

    /// The scope of the function around this one that has the name.
    fn outer_scope_of(&self, name: Name) -> ScopeId {
        let mut scope = self.l.facts.scope(self.l.scope).parent;
        while let Some(this) = scope {
            let known = self
                .l
                .facts
                .bindings
                .iter()
                .any(|binding| binding.scope == this && binding.name == name && binding.kind != BindingKind::Outer);
            if known {
                return this;
            }
            scope = self.l.facts.scope(this).parent;
        }
        ScopeId::FILE
    }

    /// `a.b = value`, `a.b: T`
    fn attribute_target(&mut self, target: Node<'_>, value: Option<ExprId>, ty: Option<TypeId>) {
        let Some(object) = child(target, fields().object) else { return };
        let Some(attribute) = child(target, fields().attribute) else { return };
        let base = self.expr(object);
        let name = self.l.name(attribute);
        let member = self.l.add_expr(Expr::Member { base, name, access: Access::Dot });
        if !self.reached() {
            return;
        }
        let receiver = self.flow().receiver;
        let of_receiver = kind(object) == K::Identifier && Some(self.text(object)) == receiver;
        if of_receiver && let Some(class) = self.classes.last_mut() {
            let text = self.l.text(attribute);
            if class.fields.insert(text) || ty.is_some() {
                let parent = class.def;
                let owner = self.l.owner;
                let outer = self.l.scope;
                // Attributes hang below their class, and no simple name finds them.
                self.l.owner = parent;
                let def = self.l.add_def(DefKind::Field, target, Some(attribute), None);
                self.l.owner = owner;
                let inner = self.l.add_scope(ScopeKind::Block);
                let _ = outer;
                let this = self.l.def_mut(def);
                this.ty = ty;
                this.visibility = Self::visibility(text);
                this.flags.insert(DefFlags::INSTANCE);
                this.outer_scope = inner;
            }
        }
        if let Some(value) = value {
            let (owner, scope) = (self.l.owner, self.l.scope);
            self.l.facts.assigns.push(Assign { target: member, value, owner, scope });
            if is_chain(target) {
                let text = self.text(target);
                let reaching = self.l.add_expr(Expr::Assigned { target: member, value });
                self.flow().set(text, reaching);
            }
        }
    }

    // Imports

    fn dotted(&self, node: Node<'_>) -> Vec<Name> {
        self.text(node).split('.').map(str::trim).filter(|part| !part.is_empty()).map(Name::new).collect()
    }

    fn add_import(
        &mut self,
        module: Vec<Name>,
        member: ImportMember,
        local: Option<Node<'_>>,
        level: u8,
        node: Node<'_>,
    ) {
        if !self.reached() {
            return;
        }
        let module = self.l.facts.new_list(module);
        let import = Import {
            module,
            member,
            local: local.map(|local| self.l.name(local)),
            level,
            scope: self.l.scope,
            pos: self.l.pos(node),
            kind: ImportKind::Plain,
            visibility: Visibility::Public,
        };
        self.l.facts.imports.push(import);
        if let Some(local) = local {
            let value = self.l.name_expr(local);
            let name = self.text(local);
            if let Some(&global) = self.flow().outer.get(name) {
                if global && let Some(import) = self.l.facts.imports.last_mut() {
                    import.scope = ScopeId::FILE;
                }
            }
            self.declare(name, value);
        }
    }

    fn import(&mut self, node: Node<'_>) {
        for part in children(node) {
            match kind(part) {
                K::DottedName => {
                    // `import a.b` binds `a`.
                    let module = self.dotted(part);
                    let first = part.named_child(0).unwrap_or(part);
                    self.add_import(module, ImportMember::Module, Some(first), 0, part);
                }
                K::AliasedImport => {
                    let (Some(name), Some(alias)) = (child(part, fields().name), child(part, fields().alias)) else {
                        continue;
                    };
                    // `import a.b as c` binds the module `a.b` itself: as a member of what holds it.
                    let mut module = self.dotted(name);
                    match module.pop() {
                        Some(last) if !module.is_empty() => {
                            self.add_import(module, ImportMember::Named(last), Some(alias), 0, part);
                        }
                        Some(last) => self.add_import(vec![last], ImportMember::Default, Some(alias), 0, part),
                        None => {}
                    }
                }
                _ => {}
            }
        }
    }

    fn import_from(&mut self, node: Node<'_>) {
        let Some(source) = child(node, fields().module_name) else { return };
        let mut level = 0;
        let mut module = Vec::new();
        match kind(source) {
            K::RelativeImport => {
                for part in children(source) {
                    match kind(part) {
                        K::ImportPrefix => {
                            let dots = self.text(part).bytes().filter(|&byte| byte == b'.').count();
                            level = u8::try_from(dots).unwrap_or(u8::MAX);
                        }
                        _ => module = self.dotted(part),
                    }
                }
            }
            _ => module = self.dotted(source),
        }
        for part in children(node) {
            if part.id() == source.id() {
                continue;
            }
            match kind(part) {
                K::DottedName => {
                    let name = self.l.name(part);
                    self.add_import(module.clone(), ImportMember::Named(name), Some(part), level, part);
                }
                K::AliasedImport => {
                    let (Some(name), Some(alias)) = (child(part, fields().name), child(part, fields().alias)) else {
                        continue;
                    };
                    let name = self.l.name(name);
                    self.add_import(module.clone(), ImportMember::Named(name), Some(alias), level, part);
                }
                K::WildcardImport => self.add_import(module.clone(), ImportMember::Glob, None, level, part),
                _ => {}
            }
        }
    }

    // Control flow

    /// Joins branches into the current frame.
    pub(super) fn merge(&mut self, branches: Vec<Frame<'s>>) {
        let ended = branches.iter().all(|branch| branch.ended);
        let live: Vec<Frame<'s>> = branches.into_iter().filter(|branch| !branch.ended).collect();
        if ended {
            self.flow().top().ended = true;
            return;
        }
        let mut keys: Vec<&'s str> = live.iter().flat_map(|branch| branch.changes.keys().copied()).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let before = self.flow().get(key);
            let mut values: Vec<ExprId> = Vec::new();
            for branch in &live {
                let value = branch.changes.get(key).copied().or(before);
                let Some(mut value) = value else { continue };
                if let Some(call) = branch.tail {
                    value = self.l.add_expr(Expr::After { value, call });
                }
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            let missing = before.is_none() && live.iter().any(|branch| !branch.changes.contains_key(key));
            if missing && key.contains('.') {
                // What the chain holds on the other ways is not known here.
                let flow = self.flow();
                for frame in &mut flow.frames {
                    frame.changes.remove(key);
                }
                continue;
            }
            let value = match values[..] {
                [value] => value,
                [] => continue,
                _ => self.choice(values),
            };
            self.flow().top().changes.insert(key, value);
        }
    }

    fn if_statement(&mut self, node: Node<'_>) {
        let mut clauses: Vec<(Option<Node<'_>>, Option<Node<'_>>)> =
            vec![(child(node, fields().condition), child(node, fields().consequence))];
        let mut cursor = node.walk();
        if let Some(field) = fields().alternative {
            for clause in node.children_by_field_id(field, &mut cursor) {
                match kind(clause) {
                    K::Elif => {
                        clauses.push((child(clause, fields().condition), child(clause, fields().consequence)));
                    }
                    _ => clauses.push((None, child(clause, fields().body))),
                }
            }
        }
        let mut branches = Vec::new();
        // What holds when all conditions so far failed.
        self.flow().push();
        let mut decided = false;
        for (condition, body) in clauses {
            let Some(test) = condition else {
                self.flow().push();
                if decided {
                    self.dead += 1;
                }
                if let Some(body) = body {
                    self.block(body);
                }
                if decided {
                    self.dead -= 1;
                }
                let mut frame = self.flow().pop();
                frame.ended |= decided;
                let rest = self.flow().pop();
                branches.push(below(rest, frame));
                self.merge(branches);
                return;
            };
            let outcome = static_condition(self, test);
            let (_, told) = self.condition(test);
            let dead = decided || outcome == Some(false);
            self.flow().push();
            self.apply(&told, true);
            if dead {
                self.dead += 1;
            }
            if let Some(body) = body {
                self.block(body);
            }
            if dead {
                self.dead -= 1;
            }
            let mut frame = self.flow().pop();
            frame.ended |= dead;
            let so_far = Frame { changes: self.flow().top().changes.clone(), ..Frame::default() };
            branches.push(below(so_far, frame));
            self.apply(&told, false);
            decided |= outcome == Some(true);
        }
        let mut rest = self.flow().pop();
        rest.ended |= decided;
        rest.tail = None;
        branches.push(rest);
        self.merge(branches);
    }

    /// Starts a loop's frame: names that its body assigns hold what they held before, or what an earlier
    /// round left. Returns the places to put the latter.
    fn begin_loop(&mut self, node: Node<'_>) -> Vec<(&'s str, ExprId, ExprId)> {
        let mut names = FxHashSet::default();
        assigned(self, node, &mut names);
        let mut names: Vec<&'s str> = names.into_iter().collect();
        names.sort_unstable();
        let mut joins = Vec::new();
        for name in names {
            if let Some(before) = self.flow().get(name) {
                let join = self.l.add_expr(Expr::Unknown);
                joins.push((name, before, join));
            }
        }
        let flow = self.flow();
        let depth = flow.frames.len();
        flow.loops.push(Loop { depth, breaks: Vec::new(), continues: Vec::new() });
        flow.push();
        for &(name, _, join) in &joins {
            flow.top().changes.insert(name, join);
        }
        joins
    }

    /// Ends a loop whose body's frame is on top; `exit` is what holds when its condition fails.
    fn end_loop(
        &mut self,
        joins: Vec<(&'s str, ExprId, ExprId)>,
        endless: bool,
        after: &Condition<'s>,
        otherwise: Option<Node<'_>>,
    ) {
        let body = self.flow().pop();
        let Some(this) = self.flow().loops.pop() else { return };
        for (name, before, join) in &joins {
            let mut values = vec![*before];
            let ends = (!body.ended).then_some(&body.changes).into_iter().chain(&this.continues);
            for changes in ends {
                if let Some(&value) = changes.get(name)
                    && value != *join
                    && !values.contains(&value)
                {
                    values.push(value);
                }
            }
            let items = self.l.facts.new_list(values);
            self.l.facts.exprs[join.index()] = Expr::Choice(items);
        }
        // The loop's normal end: what its head saw, and new names of its rounds.
        let mut exit = Frame { ended: endless, ..Frame::default() };
        if !endless {
            for source in (!body.ended).then_some(&body.changes).into_iter().chain(&this.continues) {
                let mut new: Vec<(&'s str, ExprId)> =
                    source.iter().map(|(&key, &value)| (key, value)).filter(|(key, _)| !key.contains('.')).collect();
                new.sort_unstable_by_key(|&(key, _)| key);
                for (key, value) in new {
                    exit.changes.entry(key).or_insert(value);
                }
            }
            for (name, _, join) in &joins {
                exit.changes.insert(name, *join);
            }
        }
        let outer_ended = self.flow().top().ended;
        self.flow().frames.push(exit);
        self.apply(after, false);
        if let Some(otherwise) = otherwise {
            if let Some(body) = child(otherwise, fields().body) {
                self.block(body);
            }
        }
        let exit = self.flow().pop();
        let mut branches = vec![exit];
        branches.extend(this.breaks.into_iter().map(|changes| Frame { changes, ..Frame::default() }));
        self.merge(branches);
        self.flow().top().ended |= outer_ended;
    }

    fn for_statement(&mut self, node: Node<'_>) {
        let is_async = node.child(0).is_some_and(|first| self.text(first) == "async");
        let iterated = match child(node, fields().right) {
            Some(right) => self.expr(right),
            None => self.unknown(),
        };
        let joins = self.begin_loop(node);
        let element = self.element(iterated, is_async);
        if let Some(left) = child(node, fields().left) {
            self.assign(left, element, None, Some(left));
        }
        self.body(node);
        self.end_loop(joins, false, &Condition::Nothing, child(node, fields().alternative));
    }

    fn while_statement(&mut self, node: Node<'_>) {
        let joins = self.begin_loop(node);
        let mut endless = false;
        let mut told = Condition::Nothing;
        if let Some(test) = child(node, fields().condition) {
            endless = static_condition(self, test) == Some(true);
            told = self.condition(test).1;
            self.apply(&told, true);
        }
        self.body(node);
        self.end_loop(joins, endless, &told, child(node, fields().alternative));
    }

    fn try_statement(&mut self, node: Node<'_>) {
        self.flow().push();
        self.body(node);
        let mut body = self.flow().pop();
        let before: Changes<'s> = body.changes.clone();
        let mut handlers = Vec::new();
        let mut otherwise = None;
        let mut finally = None;
        for part in children(node) {
            match kind(part) {
                K::Except | K::ExceptGroup => handlers.push(part),
                K::Else => otherwise = Some(part),
                K::Finally => finally = Some(part),
                _ => {}
            }
        }
        let mut branches = Vec::new();
        if let Some(otherwise) = otherwise {
            self.flow().frames.push(body);
            if let Some(body) = child(otherwise, fields().body) {
                self.block(body);
            }
            body = self.flow().pop();
        }
        branches.push(body);
        for handler in handlers {
            // Any part of the body may have run.
            self.flow().push();
            let ended = self.flow().top().ended;
            let some = Frame { changes: before.clone(), ..Frame::default() };
            self.merge(vec![Frame::default(), some]);
            self.flow().top().ended = ended;
            self.handler(handler);
            branches.push(self.flow().pop());
        }
        let ended = branches.iter().all(|branch| branch.ended);
        if finally.is_some() && ended {
            let all =
                branches.iter().map(|branch| Frame { changes: branch.changes.clone(), ..Frame::default() }).collect();
            self.merge(all);
        } else {
            self.merge(branches);
        }
        if let Some(finally) = finally {
            for part in children(finally) {
                self.block(part);
            }
            if ended {
                self.flow().top().ended = true;
            }
        }
    }

    fn handler(&mut self, node: Node<'_>) {
        let scope = self.l.add_scope(ScopeKind::Block);
        let outer = std::mem::replace(&mut self.l.scope, scope);
        for part in children(node) {
            match kind(part) {
                K::Block => self.block(part),
                K::AsPattern => {
                    let parts = children(part);
                    let class = match parts.first() {
                        Some(&class) => self.expr(class),
                        None => self.unknown(),
                    };
                    if let Some(target) = child(part, fields().alias) {
                        let target = children(target).first().copied().unwrap_or(target);
                        let instance = self.l.add_expr(Expr::NewExpr { class, args: List::default() });
                        self.assign(target, instance, None, None);
                    }
                }
                _ => {
                    self.expr(part);
                }
            }
        }
        self.l.scope = outer;
    }

    fn with_statement(&mut self, node: Node<'_>) {
        let is_async = node.child(0).is_some_and(|first| self.text(first) == "async");
        for clause in children(node) {
            if kind(clause) != K::WithClause {
                continue;
            }
            for item in children(clause) {
                let Some(value) = child(item, fields().value) else { continue };
                if kind(value) == K::AsPattern {
                    let parts = children(value);
                    let manager = match parts.first() {
                        Some(&manager) => self.expr(manager),
                        None => self.unknown(),
                    };
                    let entered = self.entered(manager, is_async);
                    if let Some(target) = child(value, fields().alias) {
                        let target = children(target).first().copied().unwrap_or(target);
                        self.assign(target, entered, None, Some(target));
                    }
                } else {
                    self.expr(value);
                }
            }
        }
        let flow = self.flow();
        flow.push();
        self.body(node);
        let mut body = self.flow().pop();
        // The manager may swallow the exception that ended the body; returns it does not.
        let raised = body.ended;
        body.ended = false;
        self.merge(vec![body]);
        if raised && !self.may_swallow(node) {
            self.flow().top().ended = true;
        }
    }

    /// Whether the context managers of a `with` can make code after a raising body run.
    fn may_swallow(&self, node: Node<'_>) -> bool {
        const SWALLOW: &[&str] = &["suppress", "raises", "ExitStack", "assertRaises"];
        children(node)
            .into_iter()
            .filter(|clause| kind(*clause) == K::WithClause)
            .any(|clause| SWALLOW.iter().any(|word| self.text(clause).contains(word)))
    }

    // Pattern matching

    fn match_statement(&mut self, node: Node<'_>) {
        let subject = child(node, fields().subject);
        let value = match subject {
            Some(subject) => self.expr(subject),
            None => self.unknown(),
        };
        let key = subject.filter(|subject| is_chain(*subject)).map(|subject| self.text(subject));
        let Some(body) = child(node, fields().body) else { return };
        let mut branches = Vec::new();
        let mut exhausted = false;
        self.flow().push();
        for case in children(body) {
            if kind(case) != K::Case {
                self.statement(case);
                continue;
            }
            self.flow().push();
            let patterns: Vec<Node<'_>> =
                children(case).into_iter().filter(|part| kind(*part) == K::CasePattern).collect();
            let current = key.and_then(|key| self.flow().get(key)).unwrap_or(value);
            let mut class_test = None;
            if let [pattern] = patterns[..] {
                class_test = self.pattern(pattern, current);
                if let (Some(key), Some(test)) = (key, class_test) {
                    let guarded = self.l.add_expr(Expr::Guarded { value: current, condition: test, holds: true });
                    self.flow().top().changes.insert(key, guarded);
                }
            } else {
                for (index, &pattern) in patterns.iter().enumerate() {
                    let part = self.l.add_expr(Expr::Component { value: current, index: index as u32 });
                    self.pattern(pattern, part);
                }
            }
            let mut guarded = false;
            for part in children(case) {
                if kind(part) == K::IfClause {
                    guarded = true;
                    if let Some(&test) = children(part).first() {
                        let (_, told) = self.condition(test);
                        self.apply(&told, true);
                    }
                }
            }
            if let Some(consequence) = child(case, fields().consequence) {
                self.block(consequence);
            }
            let frame = self.flow().pop();
            let so_far = Frame { changes: self.flow().top().changes.clone(), ..Frame::default() };
            branches.push(below(so_far, frame));
            if let (Some(key), Some(test), false) = (key, class_test, guarded) {
                let rest = self.l.add_expr(Expr::Guarded { value: current, condition: test, holds: false });
                self.flow().top().changes.insert(key, rest);
            }
            let catches_all = patterns.len() == 1 && !guarded && {
                let text = self.text(patterns[0]);
                !text.is_empty()
                    && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                    && !text.starts_with(|c: char| c.is_ascii_digit())
                    && !matches!(text, "None" | "True" | "False")
            };
            exhausted |= catches_all;
        }
        let mut rest = self.flow().pop();
        rest.ended |= exhausted;
        branches.push(rest);
        self.merge(branches);
    }

    /// Binds the names of a pattern; for a class pattern, returns the test that it makes.
    fn pattern(&mut self, node: Node<'_>, value: ExprId) -> Option<ExprId> {
        stacker::maybe_grow(RED_ZONE, MORE_STACK, || self.pattern_here(node, value))
    }

    fn pattern_here(&mut self, node: Node<'_>, value: ExprId) -> Option<ExprId> {
        match kind(node) {
            K::CasePattern => match children(node).first() {
                Some(&inner) => self.pattern(inner, value),
                None => None,
            },
            K::DottedName => {
                // A lone name is a capture, a dotted one a value.
                if !self.text(node).contains('.')
                    && let Some(name) = node.named_child(0)
                    && self.text(name) != "_"
                {
                    self.assign(name, value, None, None);
                }
                None
            }
            K::Identifier => {
                if self.text(node) != "_" {
                    self.assign(node, value, None, None);
                }
                None
            }
            K::AsPattern => {
                let parts = children(node);
                let test = parts.first().and_then(|&inner| self.pattern(inner, value));
                let whole = match test {
                    Some(condition) => self.l.add_expr(Expr::Guarded { value, condition, holds: true }),
                    None => value,
                };
                if let Some(&name) = parts.last() {
                    self.assign(name, whole, None, None);
                }
                test
            }
            K::ClassPattern => {
                let parts = children(node);
                let class_node = *parts.first()?;
                let class = self.class_reference(class_node);
                let condition = self.isinstance(value, class);
                let whole = self.l.add_expr(Expr::Guarded { value, condition, holds: true });
                for part in parts.into_iter().skip(1) {
                    let part = if kind(part) == K::CasePattern {
                        children(part).first().copied().unwrap_or(part)
                    } else {
                        part
                    };
                    if kind(part) == K::KeywordPattern {
                        let inner = children(part);
                        if let [name, inner] = inner[..] {
                            let name = self.l.name(name);
                            let member = self.l.add_expr(Expr::Member { base: whole, name, access: Access::Dot });
                            self.pattern(inner, member);
                        }
                    } else {
                        // `str(x)` binds the value itself; other positions depend on `__match_args__`.
                        let builtin = matches!(
                            self.text(class_node),
                            "str" | "int" | "float" | "bytes" | "list" | "dict" | "tuple" | "set" | "bool"
                        );
                        let inner = if builtin { whole } else { self.unknown() };
                        self.pattern(part, inner);
                    }
                }
                Some(condition)
            }
            K::UnionPattern => {
                let mut tests = Vec::new();
                let mut all = true;
                for part in children(node) {
                    match self.pattern(part, value) {
                        Some(test) => tests.push(test),
                        None => all = false,
                    }
                }
                if !all {
                    return None;
                }
                let classes: Vec<ExprId> = tests
                    .iter()
                    .filter_map(|&test| match *self.l.facts.expr(test) {
                        Expr::Call { args, .. } => self.l.facts.list(args).get(1).copied(),
                        _ => None,
                    })
                    .collect();
                let classes = self.l.facts.new_list(classes);
                let classes = self.l.add_expr(Expr::Tuple(classes));
                Some(self.isinstance(value, classes))
            }
            K::ListPattern | K::TuplePattern => {
                let parts = children(node);
                for (index, part) in parts.into_iter().enumerate() {
                    let item = self.l.add_expr(Expr::Component { value, index: index as u32 });
                    self.pattern(part, item);
                }
                None
            }
            _ => {
                for part in children(node) {
                    let unknown = self.unknown();
                    self.pattern(part, unknown);
                }
                None
            }
        }
    }

    /// A class named in a pattern, which the grammar reads as a dotted name.
    fn class_reference(&mut self, node: Node<'_>) -> ExprId {
        let parts = children(node);
        let mut expr = None;
        for part in parts {
            expr = Some(match expr {
                None => self.expr(part),
                Some(base) => {
                    let name = self.l.name(part);
                    self.l.add_expr(Expr::Member { base, name, access: Access::Dot })
                }
            });
        }
        expr.unwrap_or_else(|| self.unknown())
    }

    fn isinstance(&mut self, value: ExprId, class: ExprId) -> ExprId {
        let callee = self.l.add_expr(Expr::Name { name: Name::new("isinstance"), scope: ScopeId::FILE, at: 0 });
        let args = self.l.facts.new_list([value, class]);
        self.l.add_expr(Expr::Call { callee, args, type_args: List::default() })
    }
}

/// A frame's changes on top of those of the frame below it.
fn below<'s>(mut rest: Frame<'s>, frame: Frame<'s>) -> Frame<'s> {
    rest.changes.extend(frame.changes);
    Frame { changes: rest.changes, ended: frame.ended, tail: frame.tail }
}
