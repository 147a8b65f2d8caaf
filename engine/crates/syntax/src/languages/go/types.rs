//! Types as written, and signatures.

use super::kinds::{Field, Kind};
use super::{Go, Kid, deeper};
use crate::facts::*;
use crate::name::Name;
use tree_sitter::Node;

/// Names of the universe scope that stand for types.
fn is_universe_type(name: &str) -> bool {
    matches!(
        name,
        "any"
            | "bool"
            | "byte"
            | "comparable"
            | "complex64"
            | "complex128"
            | "error"
            | "float32"
            | "float64"
            | "int"
            | "int8"
            | "int16"
            | "int32"
            | "int64"
            | "rune"
            | "string"
            | "uint"
            | "uint8"
            | "uint16"
            | "uint32"
            | "uint64"
            | "uintptr"
    )
}

impl<'t> Go<'_, '_, 't> {
    pub(super) fn ty(&mut self, node: Node<'t>) -> TypeId {
        deeper(|| self.ty_here(node))
    }

    fn ty_here(&mut self, node: Node<'t>) -> TypeId {
        let kind = self.kind(node);
        match kind {
            Kind::TypeIdentifier | Kind::Identifier => {
                let name = self.low.name(node);
                let args = List::default();
                self.path(node, &[(name, args)])
            }
            Kind::QualifiedType => {
                let segments = self.qualified(node, List::default());
                self.path(node, &segments)
            }
            Kind::GenericType => {
                let kids = self.open(node);
                let args =
                    self.node(kids, Field::TypeArguments).map_or_else(List::default, |args| self.type_args(args));
                let base = self.kid(kids, Field::Type);
                self.close(kids);
                match base {
                    Some(base) if base.kind == Kind::QualifiedType => {
                        let segments = self.qualified(base.node, args);
                        self.path(base.node, &segments)
                    }
                    Some(base) if base.kind == Kind::TypeIdentifier => {
                        let name = self.low.name(base.node);
                        self.path(base.node, &[(name, args)])
                    }
                    Some(base) => self.ty(base.node),
                    None => self.low.add_type(TypeExpr::Unknown),
                }
            }
            Kind::PointerType => {
                let inner = self.only_type(node);
                self.low.add_type(TypeExpr::Pointer(inner))
            }
            Kind::ParenthesizedType => self.only_type(node),
            Kind::NegatedType => {
                let inner = self.only_type(node);
                let list = self.low.facts.new_list([inner]);
                self.low.add_type(TypeExpr::Union(list))
            }
            Kind::TypeElem | Kind::TypeConstraint => {
                let kids = self.open(node);
                let mut parts = Vec::new();
                for index in kids.indexes() {
                    if self.kids[index].kind.is_type() {
                        parts.push(self.ty(self.kids[index].node));
                    }
                }
                self.close(kids);
                if let [one] = parts[..] {
                    one
                } else {
                    let list = self.low.facts.new_list(parts);
                    self.low.add_type(TypeExpr::Union(list))
                }
            }
            Kind::ArrayType | Kind::SliceType | Kind::ImplicitLengthArrayType => {
                let kids = self.open(node);
                if let Some(length) = self.node(kids, Field::Length) {
                    self.expr(length);
                }
                let element = self.node(kids, Field::Element);
                self.close(kids);
                let element = self.ty_or_unknown(element);
                self.low.add_type(TypeExpr::Sequence(element))
            }
            Kind::MapType => {
                let kids = self.open(node);
                let (key, value) = (self.node(kids, Field::Key), self.node(kids, Field::Value));
                self.close(kids);
                let key = self.ty_or_unknown(key);
                let value = self.ty_or_unknown(value);
                self.low.add_type(TypeExpr::Map { key, value })
            }
            Kind::ChannelType => {
                let kids = self.open(node);
                let value = self.node(kids, Field::Value);
                self.close(kids);
                let value = self.ty_or_unknown(value);
                self.low.add_type(TypeExpr::Channel(value))
            }
            Kind::FunctionType => self.function_type(node),
            Kind::StructType | Kind::InterfaceType => {
                let def = self.low.add_def(DefKind::Anonymous, node, None, Some(ScopeKind::Type));
                if kind == Kind::InterfaceType {
                    self.low.def_mut(def).flags.insert(DefFlags::DECLARATION);
                }
                self.members(def, node);
                self.low.add_type(TypeExpr::Def(def))
            }
            _ => self.low.add_type(TypeExpr::Unknown),
        }
    }

    fn ty_or_unknown(&mut self, node: Option<Node<'t>>) -> TypeId {
        match node {
            Some(node) => self.ty(node),
            None => self.low.add_type(TypeExpr::Unknown),
        }
    }

    /// The type among a node's children, for nodes that add a token to a type.
    fn only_type(&mut self, node: Node<'t>) -> TypeId {
        let kids = self.open(node);
        let inner = self.kids[kids.indexes()].iter().find(|kid| kid.kind.is_type()).map(|kid| kid.node);
        self.close(kids);
        self.ty_or_unknown(inner)
    }

    /// A named type, and the mention of it.
    fn path(&mut self, node: Node<'t>, segments: &[(Name, List<TypeId>)]) -> TypeId {
        let (scope, at) = (self.low.scope, node.start_byte() as u32);
        let list = self.low.facts.new_list(segments.iter().map(|&(name, args)| Segment { name, args }));
        let ty = self.low.add_type(TypeExpr::Path { segments: list, scope, at });
        let (last, _) = segments[segments.len() - 1];
        // What the grammar takes for a type argument may be an index.
        if self.locals.get(segments[0].0).is_some_and(|local| local.is_some()) {
            return self.low.add_type(TypeExpr::Unknown);
        }
        if segments.len() > 1 || !is_universe_type(last.as_str()) {
            let mention = self.low.add_expr(Expr::StructLiteral { ty });
            let token = if segments.len() > 1 { node.child(node.child_count().saturating_sub(1)) } else { None };
            self.low.add_mention(mention, token.unwrap_or(node));
        }
        ty
    }

    fn qualified(&mut self, node: Node<'t>, args: List<TypeId>) -> [(Name, List<TypeId>); 2] {
        let kids = self.open(node);
        let package = self.node(kids, Field::Package).map_or_else(Name::default, |node| self.low.name(node));
        let name = self.node(kids, Field::Name).map_or_else(Name::default, |node| self.low.name(node));
        self.close(kids);
        [(package, List::default()), (name, args)]
    }

    /// `[A, B]`
    pub(super) fn type_args(&mut self, node: Node<'t>) -> List<TypeId> {
        let kids = self.open(node);
        let mut args = Vec::new();
        for index in kids.indexes() {
            if self.kids[index].kind.is_type() {
                args.push(self.ty(self.kids[index].node));
            }
        }
        self.close(kids);
        self.low.facts.new_list(args)
    }

    fn function_type(&mut self, node: Node<'t>) -> TypeId {
        let kids = self.open(node);
        let (parameters, result) = (self.node(kids, Field::Parameters), self.kid(kids, Field::Result));
        self.close(kids);
        let mut params = Vec::new();
        if let Some(parameters) = parameters {
            self.parameters(parameters, |go, _, ty, variadic| {
                params.push(if variadic { go.low.add_type(TypeExpr::Sequence(ty)) } else { ty });
            });
        }
        let ret = result.and_then(|result| self.results(result.node, result.kind, &mut Vec::new()));
        let params = self.low.facts.new_list(params);
        self.low.add_type(TypeExpr::Function { params, ret })
    }

    /// Calls `each` for every parameter: name if it has one, type, whether it is variadic.
    fn parameters(&mut self, node: Node<'t>, mut each: impl FnMut(&mut Self, Option<Node<'t>>, TypeId, bool)) {
        let kids = self.open(node);
        for index in kids.indexes() {
            let Kid { node, kind, .. } = self.kids[index];
            let variadic = kind == Kind::VariadicParameter;
            if !variadic && kind != Kind::ParameterDeclaration {
                continue;
            }
            let inner = self.open(node);
            let ty = self.node(inner, Field::Type);
            let ty = self.ty_or_unknown(ty);
            let mut named = false;
            for index in inner.indexes() {
                let kid = self.kids[index];
                if kid.field == Field::Name && kid.kind == Kind::Identifier {
                    named = true;
                    each(self, Some(kid.node), ty, variadic);
                }
            }
            if !named {
                each(self, None, ty, variadic);
            }
            self.close(inner);
        }
        self.close(kids);
    }

    /// The result type; several results are a tuple. Named results are variables of the function.
    fn results(
        &mut self,
        node: Node<'t>,
        kind: Kind,
        names: &mut Vec<(Node<'t>, BindingKind, TypeId)>,
    ) -> Option<TypeId> {
        if kind != Kind::ParameterList {
            return kind.is_type().then(|| self.ty(node));
        }
        let mut results = Vec::new();
        self.parameters(node, |_, name, ty, _| {
            results.push(ty);
            names.extend(name.map(|name| (name, BindingKind::Local, ty)));
        });
        match results[..] {
            [] => None,
            [one] => Some(one),
            _ => {
                let list = self.low.facts.new_list(results);
                Some(self.low.add_type(TypeExpr::Tuple(list)))
            }
        }
    }

    /// Reads parameters and results of the callable `def`, inside of which the walk stands.
    pub(super) fn signature(
        &mut self,
        def: DefId,
        receiver: Option<Node<'t>>,
        parameters: Option<Node<'t>>,
        result: Option<super::Kid<'t>>,
    ) {
        let mut params: Vec<Param> = Vec::new();
        let mut flags = DefFlags::NONE;
        // Parameters are in scope in the body only: in `(url string, v url.Values)`, `url` is the package.
        let mut names: Vec<(Node<'t>, BindingKind, TypeId)> = Vec::new();
        for (list, is_receiver) in [(receiver, true), (parameters, false)] {
            let Some(list) = list else { continue };
            self.parameters(list, |go, name, ty, variadic| {
                let kind = if is_receiver {
                    ParamKind::Receiver
                } else if variadic {
                    ParamKind::Variadic
                } else {
                    ParamKind::Plain
                };
                let index = params.len() as u16;
                let text = name.map_or_else(Name::default, |name| go.low.name(name));
                params.push(Param { name: text, kind, ty: Some(ty), default: None });
                if let Some(name) = name {
                    let ty = if variadic { go.low.add_type(TypeExpr::Sequence(ty)) } else { ty };
                    names.push((name, BindingKind::Param(index), ty));
                }
                if variadic {
                    flags.insert(DefFlags::VARIADIC);
                }
            });
        }
        let ty = result.and_then(|result| self.results(result.node, result.kind, &mut names));
        for (name, kind, ty) in names {
            self.bind(name, 0, kind, Some(ty), None);
        }
        let params = self.low.facts.new_list(params);
        let def = self.low.def_mut(def);
        def.params = params;
        def.ty = ty;
        if flags.contains(DefFlags::VARIADIC) {
            def.flags.insert(DefFlags::VARIADIC);
        }
    }

    /// `[K comparable, V any]`; the names become types of the current scope.
    pub(super) fn type_parameters(&mut self, node: Node<'t>) -> List<TypeParam> {
        let kids = self.open(node);
        // All of them are in scope in each of their constraints.
        for index in kids.indexes() {
            if self.kids[index].kind == Kind::TypeParameterDeclaration {
                let inner = self.open(self.kids[index].node);
                for index in inner.indexes() {
                    if self.kids[index].kind == Kind::Identifier {
                        let name = self.low.name(self.kids[index].node);
                        self.locals.declare(name, None);
                    }
                }
                self.close(inner);
            }
        }
        let mut params = Vec::new();
        for index in kids.indexes() {
            if self.kids[index].kind != Kind::TypeParameterDeclaration {
                continue;
            }
            let inner = self.open(self.kids[index].node);
            let bound = self.node(inner, Field::Type).map(|node| self.ty(node));
            let bounds = self.low.facts.new_list(bound);
            for index in inner.indexes() {
                if self.kids[index].kind == Kind::Identifier {
                    params.push(TypeParam { name: self.low.name(self.kids[index].node), bounds, default: None });
                }
            }
            self.close(inner);
        }
        self.close(kids);
        self.low.facts.new_list(params)
    }
}
