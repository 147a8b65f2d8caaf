//! Node kinds and fields of the Rust grammar as small integers.

use parseltongue_grammars::Grammar;
use std::num::NonZeroU16;
use std::sync::OnceLock;
use tree_sitter::Node;

macro_rules! kinds {
    ($($kind:ident = $text:literal),* $(,)?) => {
        /// A named node kind that lowering knows; everything else is `Other`.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Kind { Other, $($kind),* }

        const KINDS: &[(&str, Kind)] = &[$(($text, Kind::$kind)),*];
    };
}

kinds! {
    AbstractType = "abstract_type", Arguments = "arguments", ArrayExpression = "array_expression",
    ArrayType = "array_type", AssignmentExpression = "assignment_expression", AssociatedType = "associated_type",
    AsyncBlock = "async_block", AttributeItem = "attribute_item", AwaitExpression = "await_expression",
    BaseFieldInitializer = "base_field_initializer", BinaryExpression = "binary_expression", Block = "block",
    BlockComment = "block_comment", BooleanLiteral = "boolean_literal", BoundedType = "bounded_type",
    BracketedType = "bracketed_type", BreakExpression = "break_expression", CallExpression = "call_expression",
    CapturedPattern = "captured_pattern", CharLiteral = "char_literal", ClosureExpression = "closure_expression",
    CompoundAssignment = "compound_assignment_expr", ConstBlock = "const_block", ConstItem = "const_item",
    ConstParameter = "const_parameter", ContinueExpression = "continue_expression", Crate = "crate",
    DeclarationList = "declaration_list", DynamicType = "dynamic_type", EnumItem = "enum_item",
    EnumVariant = "enum_variant", Error = "ERROR", ExpressionStatement = "expression_statement",
    ExternCrate = "extern_crate_declaration", FieldDeclaration = "field_declaration",
    FieldExpression = "field_expression", FieldIdentifier = "field_identifier", FieldInitializer = "field_initializer",
    FieldPattern = "field_pattern", FloatLiteral = "float_literal", ForExpression = "for_expression",
    ForeignModItem = "foreign_mod_item", FunctionItem = "function_item", FunctionModifiers = "function_modifiers",
    FunctionSignature = "function_signature_item", FunctionType = "function_type", GenBlock = "gen_block",
    GenericFunction = "generic_function", GenericPattern = "generic_pattern", GenericType = "generic_type",
    GenericTypeTurbofish = "generic_type_with_turbofish", HigherRanked = "higher_ranked_trait_bound",
    Identifier = "identifier", IfExpression = "if_expression", ImplItem = "impl_item",
    IndexExpression = "index_expression", InnerAttribute = "inner_attribute_item", IntegerLiteral = "integer_literal",
    Label = "label", LetChain = "let_chain", LetCondition = "let_condition", LetDeclaration = "let_declaration",
    Lifetime = "lifetime", LineComment = "line_comment", LoopExpression = "loop_expression",
    MacroDefinition = "macro_definition", MacroInvocation = "macro_invocation", MatchArm = "match_arm",
    MatchExpression = "match_expression", MatchPattern = "match_pattern", Metavariable = "metavariable",
    ModItem = "mod_item", MutPattern = "mut_pattern", MutableSpecifier = "mutable_specifier",
    NegativeLiteral = "negative_literal", NeverType = "never_type", OrPattern = "or_pattern",
    OrderedFields = "ordered_field_declaration_list", Parameter = "parameter",
    Parenthesized = "parenthesized_expression", PointerType = "pointer_type", PrimitiveType = "primitive_type",
    QualifiedType = "qualified_type", RangeExpression = "range_expression", RangePattern = "range_pattern",
    RawStringLiteral = "raw_string_literal", RefPattern = "ref_pattern", ReferenceExpression = "reference_expression",
    ReferencePattern = "reference_pattern", ReferenceType = "reference_type",
    RemainingFields = "remaining_field_pattern", RemovedBound = "removed_trait_bound",
    ReturnExpression = "return_expression", ScopedIdentifier = "scoped_identifier",
    ScopedTypeIdentifier = "scoped_type_identifier", ScopedUseList = "scoped_use_list", SelfKeyword = "self",
    SelfParameter = "self_parameter", ShorthandInitializer = "shorthand_field_initializer",
    ShorthandField = "shorthand_field_identifier", SlicePattern = "slice_pattern", StaticItem = "static_item",
    StringLiteral = "string_literal", StructExpression = "struct_expression", StructItem = "struct_item",
    StructPattern = "struct_pattern", Super = "super", TokenTree = "token_tree", TraitBounds = "trait_bounds",
    TraitItem = "trait_item", TryBlock = "try_block", TryExpression = "try_expression",
    TupleExpression = "tuple_expression", TuplePattern = "tuple_pattern",
    TupleStructPattern = "tuple_struct_pattern", TupleType = "tuple_type", TypeArguments = "type_arguments",
    TypeBinding = "type_binding", TypeCast = "type_cast_expression", TypeIdentifier = "type_identifier",
    TypeItem = "type_item", TypeParameter = "type_parameter", UnaryExpression = "unary_expression",
    UnionItem = "union_item", UnitExpression = "unit_expression", UnitType = "unit_type",
    UnsafeBlock = "unsafe_block", UseAs = "use_as_clause", UseDeclaration = "use_declaration", UseList = "use_list",
    UseWildcard = "use_wildcard", Variadic = "variadic_parameter", Visibility = "visibility_modifier",
    WhereClause = "where_clause", WherePredicate = "where_predicate", WhileExpression = "while_expression",
    YieldExpression = "yield_expression",
}

macro_rules! fields {
    ($($field:ident = $text:literal),* $(,)?) => {
        /// Ids of the fields that lowering asks for.
        pub(super) struct Fields { $(pub(super) $field: Option<NonZeroU16>),* }

        impl Fields {
            fn of(language: &tree_sitter::Language) -> Self {
                Self { $($field: language.field_id_for_name($text)),* }
            }
        }
    };
}

fields! {
    alias = "alias", alternative = "alternative", arguments = "arguments", body = "body", bounds = "bounds",
    condition = "condition", consequence = "consequence", default_type = "default_type", element = "element",
    field = "field", function = "function", left = "left", length = "length", list = "list", macro_name = "macro",
    name = "name", operator = "operator", parameters = "parameters", path = "path", pattern = "pattern",
    return_type = "return_type", right = "right", trait_ = "trait", type_ = "type", type_arguments = "type_arguments",
    type_parameters = "type_parameters", value = "value", argument = "argument",
}

/// The grammar's numbers, looked up once.
pub(super) struct Table {
    kinds: Vec<Kind>,
    pub(super) fields: Fields,
}

impl Table {
    pub(super) fn get() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| {
            let language = parseltongue_grammars::language(Grammar::Rust);
            let kinds = (0..language.node_kind_count())
                .map(|id| {
                    let id = id as u16;
                    if !language.node_kind_is_named(id) {
                        return Kind::Other;
                    }
                    let text = language.node_kind_for_id(id).unwrap_or("");
                    KINDS.iter().find(|(known, _)| *known == text).map_or(Kind::Other, |&(_, kind)| kind)
                })
                .collect();
            Self { kinds, fields: Fields::of(&language) }
        })
    }

    pub(super) fn kind(&self, node: Node<'_>) -> Kind {
        if node.is_error() {
            return Kind::Error;
        }
        self.kinds.get(usize::from(node.kind_id())).copied().unwrap_or(Kind::Other)
    }
}

/// The child under a field.
pub(super) fn child(node: Node<'_>, field: Option<NonZeroU16>) -> Option<Node<'_>> {
    field.and_then(|field| node.child_by_field_id(field.get()))
}
