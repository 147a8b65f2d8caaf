//! Node kinds and fields of the three grammars as numbers, so that a node is told by a table look-up.

use crate::language::Language;
use crate::lower::Lowering;
use std::num::NonZeroU16;
use std::sync::OnceLock;
use tree_sitter::Node;

macro_rules! kinds {
    ($($variant:ident = $text:literal),* $(,)?) => {
        /// A named node kind that extraction tells apart.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind {
            /// Any other named node, and every token that is none.
            Other,
            Error,
            $($variant),*
        }

        const NAMED: &[(&str, Kind)] = &[$(($text, Kind::$variant)),*];
    };
}

kinds! {
    AbstractClass = "abstract_class_declaration",
    AbstractMethod = "abstract_method_signature",
    AccessibilityModifier = "accessibility_modifier",
    Ambient = "ambient_declaration",
    Arguments = "arguments",
    Array = "array",
    ArrayPattern = "array_pattern",
    ArrayType = "array_type",
    Arrow = "arrow_function",
    As = "as_expression",
    Asserts = "asserts",
    AssertsAnnotation = "asserts_annotation",
    Assignment = "assignment_expression",
    AssignmentPattern = "assignment_pattern",
    AugmentedAssignment = "augmented_assignment_expression",
    Await = "await_expression",
    Binary = "binary_expression",
    Break = "break_statement",
    Call = "call_expression",
    CallSignature = "call_signature",
    CatchClause = "catch_clause",
    Class = "class",
    ClassBody = "class_body",
    ClassDeclaration = "class_declaration",
    ClassHeritage = "class_heritage",
    ClassStaticBlock = "class_static_block",
    Comment = "comment",
    ComputedName = "computed_property_name",
    ConditionalType = "conditional_type",
    Constraint = "constraint",
    ConstructSignature = "construct_signature",
    ConstructorType = "constructor_type",
    Continue = "continue_statement",
    Decorator = "decorator",
    DefaultType = "default_type",
    Do = "do_statement",
    ElseClause = "else_clause",
    EnumAssignment = "enum_assignment",
    Enum = "enum_declaration",
    ExportClause = "export_clause",
    ExportSpecifier = "export_specifier",
    Export = "export_statement",
    ExpressionStatement = "expression_statement",
    ExtendsClause = "extends_clause",
    ExtendsTypeClause = "extends_type_clause",
    False = "false",
    FieldDefinition = "field_definition",
    For = "for_statement",
    ForIn = "for_in_statement",
    FormalParameters = "formal_parameters",
    Function = "function_declaration",
    FunctionExpression = "function_expression",
    FunctionSignature = "function_signature",
    FunctionType = "function_type",
    GeneratorFunction = "generator_function",
    GeneratorDeclaration = "generator_function_declaration",
    GenericType = "generic_type",
    Identifier = "identifier",
    If = "if_statement",
    ImplementsClause = "implements_clause",
    ImportKeyword = "import",
    ImportAlias = "import_alias",
    ImportClause = "import_clause",
    ImportRequire = "import_require_clause",
    Import = "import_statement",
    ImportSpecifier = "import_specifier",
    IndexSignature = "index_signature",
    IndexTypeQuery = "index_type_query",
    InferType = "infer_type",
    Instantiation = "instantiation_expression",
    Interface = "interface_declaration",
    InterfaceBody = "interface_body",
    InternalModule = "internal_module",
    IntersectionType = "intersection_type",
    JsxAttribute = "jsx_attribute",
    JsxClosing = "jsx_closing_element",
    JsxElement = "jsx_element",
    JsxExpression = "jsx_expression",
    JsxOpening = "jsx_opening_element",
    JsxSelfClosing = "jsx_self_closing_element",
    Labeled = "labeled_statement",
    Lexical = "lexical_declaration",
    LiteralType = "literal_type",
    LookupType = "lookup_type",
    MappedTypeClause = "mapped_type_clause",
    Member = "member_expression",
    MetaProperty = "meta_property",
    Method = "method_definition",
    MethodSignature = "method_signature",
    Module = "module",
    NamedImports = "named_imports",
    NamespaceExport = "namespace_export",
    NamespaceImport = "namespace_import",
    NestedIdentifier = "nested_identifier",
    NestedTypeIdentifier = "nested_type_identifier",
    New = "new_expression",
    NonNull = "non_null_expression",
    Null = "null",
    Number = "number",
    Object = "object",
    ObjectAssignmentPattern = "object_assignment_pattern",
    ObjectPattern = "object_pattern",
    ObjectType = "object_type",
    OptionalChain = "optional_chain",
    OptionalParameter = "optional_parameter",
    OptionalType = "optional_type",
    Pair = "pair",
    PairPattern = "pair_pattern",
    Parenthesized = "parenthesized_expression",
    ParenthesizedType = "parenthesized_type",
    PredefinedType = "predefined_type",
    PrivateProperty = "private_property_identifier",
    Program = "program",
    PropertyIdentifier = "property_identifier",
    PropertySignature = "property_signature",
    PublicField = "public_field_definition",
    ReadonlyType = "readonly_type",
    Regex = "regex",
    RequiredParameter = "required_parameter",
    RestPattern = "rest_pattern",
    RestType = "rest_type",
    Return = "return_statement",
    Satisfies = "satisfies_expression",
    Sequence = "sequence_expression",
    ShorthandProperty = "shorthand_property_identifier",
    ShorthandPropertyPattern = "shorthand_property_identifier_pattern",
    Spread = "spread_element",
    StatementBlock = "statement_block",
    String = "string",
    Subscript = "subscript_expression",
    Super = "super",
    Switch = "switch_statement",
    SwitchCase = "switch_case",
    SwitchDefault = "switch_default",
    TemplateString = "template_string",
    TemplateSubstitution = "template_substitution",
    TemplateLiteralType = "template_literal_type",
    Ternary = "ternary_expression",
    This = "this",
    ThisType = "this_type",
    Throw = "throw_statement",
    True = "true",
    Try = "try_statement",
    TupleType = "tuple_type",
    TypeAlias = "type_alias_declaration",
    TypeAnnotation = "type_annotation",
    TypeArguments = "type_arguments",
    TypeAssertion = "type_assertion",
    TypeIdentifier = "type_identifier",
    TypeParameter = "type_parameter",
    TypeParameters = "type_parameters",
    TypePredicate = "type_predicate",
    TypePredicateAnnotation = "type_predicate_annotation",
    TypeQuery = "type_query",
    Unary = "unary_expression",
    Undefined = "undefined",
    UnionType = "union_type",
    Update = "update_expression",
    Using = "using_declaration",
    Variable = "variable_declaration",
    VariableDeclarator = "variable_declarator",
    While = "while_statement",
    With = "with_statement",
    Yield = "yield_expression",
}

macro_rules! fields {
    ($($field:ident),* $(,)?) => {
        /// Field ids; a field that a grammar lacks has none.
        #[derive(Clone, Copy, Debug)]
        pub(super) struct Fields {
            $(pub(super) $field: Option<NonZeroU16>,)*
        }

        impl Fields {
            fn of(language: &tree_sitter::Language) -> Self {
                Self { $($field: language.field_id_for_name(stringify!($field).trim_start_matches("r#")),)* }
            }
        }
    };
}

fields! {
    alias, alternative, argument, arguments, body, condition, consequence, constraint, constructor, declaration,
    function, increment, index, initializer, kind, key, left, module, name, object, operator,
    parameter, parameters, pattern, property, return_type, right, source, r#type, type_arguments, type_parameters,
    value,
}

/// The tables of one grammar.
pub(super) struct Tables {
    kinds: Vec<Kind>,
    pub(super) fields: Fields,
}

impl Tables {
    /// The tables of a language's grammar, made once.
    pub(super) fn of(language: Language) -> &'static Self {
        static TABLES: [OnceLock<Tables>; 3] = [const { OnceLock::new() }; 3];
        let slot = match language {
            Language::TypeScript => 0,
            Language::Tsx => 1,
            _ => 2,
        };
        TABLES[slot].get_or_init(|| Self::build(&parseltongue_grammars::language(language.grammar())))
    }

    fn build(language: &tree_sitter::Language) -> Self {
        let mut kinds = vec![Kind::Other; language.node_kind_count()];
        for (id, kind) in kinds.iter_mut().enumerate() {
            let id = id as u16;
            if !language.node_kind_is_named(id) {
                continue;
            }
            if let Some(text) = language.node_kind_for_id(id)
                && let Some(&(_, known)) = NAMED.iter().find(|(known, _)| *known == text)
            {
                *kind = known;
            }
        }
        Self { kinds, fields: Fields::of(language) }
    }

    pub(super) fn kind(&self, node: Node<'_>) -> Kind {
        if node.is_error() {
            return Kind::Error;
        }
        self.kinds.get(usize::from(node.kind_id())).copied().unwrap_or(Kind::Other)
    }
}

/// The child in a field.
pub(super) fn child(node: Node<'_>, field: Option<NonZeroU16>) -> Option<Node<'_>> {
    node.child_by_field_id(field?.get())
}

/// Whether a token of this text is a direct child.
pub(super) fn has_token(node: Node<'_>, text: &str) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|child| !child.is_named() && child.kind() == text)
}

/// The named children, without comments.
pub(super) fn named<'t>(low: &Lowering<'_>, node: Node<'t>) -> Vec<Node<'t>> {
    let _ = low;
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.is_extra() || child.is_error()).collect()
}
