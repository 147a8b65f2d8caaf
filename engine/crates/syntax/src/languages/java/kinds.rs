//! The node kinds and fields of the Java grammar, as numbers that can be matched on.

use std::sync::OnceLock;
use tree_sitter::Node;

macro_rules! kinds {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// A node kind that the extractor knows.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Kind {
            /// Anything else.
            Other,
            $($variant),*
        }

        fn kind_of_name(name: &str) -> Kind {
            match name {
                $($name => Kind::$variant,)*
                _ => Kind::Other,
            }
        }
    };
}

kinds! {
    Annotation = "annotation",
    AnnotationType = "annotation_type_declaration",
    AnnotationElement = "annotation_type_element_declaration",
    AnnotatedType = "annotated_type",
    ArgumentList = "argument_list",
    ArrayAccess = "array_access",
    ArrayCreation = "array_creation_expression",
    ArrayInitializer = "array_initializer",
    ArrayType = "array_type",
    Assignment = "assignment_expression",
    Asterisk = "asterisk",
    BinaryInteger = "binary_integer_literal",
    Binary = "binary_expression",
    Block = "block",
    BlockComment = "block_comment",
    BooleanType = "boolean_type",
    Cast = "cast_expression",
    CatchClause = "catch_clause",
    CatchParameter = "catch_formal_parameter",
    CatchType = "catch_type",
    Character = "character_literal",
    Class = "class_declaration",
    ClassBody = "class_body",
    ClassLiteral = "class_literal",
    CompactConstructor = "compact_constructor_declaration",
    ConstantDeclaration = "constant_declaration",
    Constructor = "constructor_declaration",
    DecimalFloat = "decimal_floating_point_literal",
    DecimalInteger = "decimal_integer_literal",
    Dimensions = "dimensions",
    DimensionsExpr = "dimensions_expr",
    EnhancedFor = "enhanced_for_statement",
    Enum = "enum_declaration",
    EnumBodyDeclarations = "enum_body_declarations",
    EnumConstant = "enum_constant",
    Error = "ERROR",
    ExplicitConstructorCall = "explicit_constructor_invocation",
    ExpressionStatement = "expression_statement",
    ExtendsInterfaces = "extends_interfaces",
    False = "false",
    FieldAccess = "field_access",
    FieldDeclaration = "field_declaration",
    FloatType = "floating_point_type",
    For = "for_statement",
    FormalParameter = "formal_parameter",
    FormalParameters = "formal_parameters",
    GenericType = "generic_type",
    HexFloat = "hex_floating_point_literal",
    HexInteger = "hex_integer_literal",
    Identifier = "identifier",
    Import = "import_declaration",
    InferredParameters = "inferred_parameters",
    Instanceof = "instanceof_expression",
    IntegralType = "integral_type",
    Interface = "interface_declaration",
    Lambda = "lambda_expression",
    LineComment = "line_comment",
    LocalVariable = "local_variable_declaration",
    MarkerAnnotation = "marker_annotation",
    Method = "method_declaration",
    MethodInvocation = "method_invocation",
    MethodReference = "method_reference",
    Modifiers = "modifiers",
    Module = "module_declaration",
    New = "object_creation_expression",
    Null = "null_literal",
    OctalInteger = "octal_integer_literal",
    Package = "package_declaration",
    Parenthesized = "parenthesized_expression",
    Permits = "permits",
    RecordDeclaration = "record_declaration",
    RecordPattern = "record_pattern",
    RecordPatternBody = "record_pattern_body",
    RecordPatternComponent = "record_pattern_component",
    Resource = "resource",
    Return = "return_statement",
    ScopedIdentifier = "scoped_identifier",
    ScopedType = "scoped_type_identifier",
    SpreadParameter = "spread_parameter",
    StaticInitializer = "static_initializer",
    StringInterpolation = "string_interpolation",
    StringLiteral = "string_literal",
    Super = "super",
    SuperInterfaces = "super_interfaces",
    Superclass = "superclass",
    Switch = "switch_expression",
    SwitchBlock = "switch_block",
    SwitchGroup = "switch_block_statement_group",
    SwitchLabel = "switch_label",
    SwitchRule = "switch_rule",
    Template = "template_expression",
    Ternary = "ternary_expression",
    This = "this",
    Throws = "throws",
    True = "true",
    Try = "try_statement",
    TryWithResources = "try_with_resources_statement",
    TypeArguments = "type_arguments",
    TypeBound = "type_bound",
    TypeIdentifier = "type_identifier",
    TypeParameter = "type_parameter",
    TypePattern = "type_pattern",
    Unary = "unary_expression",
    UnderscorePattern = "underscore_pattern",
    Update = "update_expression",
    VariableDeclarator = "variable_declarator",
    VoidType = "void_type",
    Wildcard = "wildcard",
    Yield = "yield_statement",
}

macro_rules! fields {
    ($($field:ident),* $(,)?) => {
        /// The grammar's numbers for field names.
        pub(super) struct Fields {
            $(pub(super) $field: u16,)*
        }

        impl Fields {
            fn new(language: &tree_sitter::Language) -> Self {
                Self { $($field: language.field_id_for_name(stringify!($field)).map_or(u16::MAX, u16::from),)* }
            }
        }
    };
}

fields! {
    alternative, arguments, array, body, condition, consequence, constructor, declarator, dimensions, element,
    field, index, left, name, object, operand, operator, parameters, pattern, right,
    type_arguments, type_parameters, value,
}

/// What the extractor knows of the grammar.
pub(super) struct Grammar {
    kinds: Vec<Kind>,
    pub(super) fields: Fields,
    /// The field `type`, whose name is a keyword.
    pub(super) type_field: u16,
}

impl Grammar {
    /// The tables, built once.
    pub(super) fn get() -> &'static Self {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        GRAMMAR.get_or_init(|| {
            let language = parseltongue_grammars::language(parseltongue_grammars::Grammar::Java);
            let count = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
            let kinds = (0..count)
                .map(|id| {
                    let named = language.node_kind_is_named(id);
                    language.node_kind_for_id(id).filter(|_| named).map_or(Kind::Other, kind_of_name)
                })
                .collect();
            let type_field = language.field_id_for_name("type").map_or(u16::MAX, u16::from);
            Self { kinds, fields: Fields::new(&language), type_field }
        })
    }

    pub(super) fn kind(&self, node: Node<'_>) -> Kind {
        if node.is_error() {
            return Kind::Error;
        }
        self.kinds.get(usize::from(node.kind_id())).copied().unwrap_or(Kind::Other)
    }
}
