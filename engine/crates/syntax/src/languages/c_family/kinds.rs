//! Node kinds and fields of the C and C++ grammars, numbered alike for both.

use parseltongue_grammars::Grammar;
use std::num::NonZeroU16;
use std::sync::OnceLock;
use tree_sitter::{Language, Node};

macro_rules! kinds {
    ($($kind:ident = $name:literal,)*) => {
        /// The kinds of nodes that extraction looks at.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind {
            Other,
            $($kind,)*
        }

        fn kind_named(name: &str) -> Kind {
            match name {
                $($name => Kind::$kind,)*
                _ => Kind::Other,
            }
        }
    };
}

kinds! {
    Identifier = "identifier",
    FieldIdentifier = "field_identifier",
    TypeIdentifier = "type_identifier",
    NamespaceIdentifier = "namespace_identifier",
    StatementIdentifier = "statement_identifier",
    PrimitiveType = "primitive_type",
    SizedTypeSpecifier = "sized_type_specifier",
    QualifiedIdentifier = "qualified_identifier",
    TemplateType = "template_type",
    TemplateFunction = "template_function",
    TemplateMethod = "template_method",
    DependentName = "dependent_name",
    DependentType = "dependent_type",
    DestructorName = "destructor_name",
    OperatorName = "operator_name",
    OperatorCast = "operator_cast",
    FunctionDefinition = "function_definition",
    Declaration = "declaration",
    FieldDeclaration = "field_declaration",
    TypeDefinition = "type_definition",
    AliasDeclaration = "alias_declaration",
    UsingDeclaration = "using_declaration",
    NamespaceDefinition = "namespace_definition",
    NamespaceAliasDefinition = "namespace_alias_definition",
    LinkageSpecification = "linkage_specification",
    TemplateDeclaration = "template_declaration",
    TemplateInstantiation = "template_instantiation",
    DeclarationList = "declaration_list",
    FieldDeclarationList = "field_declaration_list",
    FriendDeclaration = "friend_declaration",
    AccessSpecifier = "access_specifier",
    StructSpecifier = "struct_specifier",
    ClassSpecifier = "class_specifier",
    UnionSpecifier = "union_specifier",
    EnumSpecifier = "enum_specifier",
    EnumeratorList = "enumerator_list",
    Enumerator = "enumerator",
    BaseClassClause = "base_class_clause",
    InitDeclarator = "init_declarator",
    PointerDeclarator = "pointer_declarator",
    ReferenceDeclarator = "reference_declarator",
    ArrayDeclarator = "array_declarator",
    FunctionDeclarator = "function_declarator",
    ParenthesizedDeclarator = "parenthesized_declarator",
    AttributedDeclarator = "attributed_declarator",
    AbstractPointerDeclarator = "abstract_pointer_declarator",
    AbstractReferenceDeclarator = "abstract_reference_declarator",
    AbstractArrayDeclarator = "abstract_array_declarator",
    AbstractFunctionDeclarator = "abstract_function_declarator",
    AbstractParenthesizedDeclarator = "abstract_parenthesized_declarator",
    StructuredBindingDeclarator = "structured_binding_declarator",
    VariadicDeclarator = "variadic_declarator",
    PointerTypeDeclarator = "pointer_type_declarator",
    ParameterList = "parameter_list",
    ParameterDeclaration = "parameter_declaration",
    OptionalParameterDeclaration = "optional_parameter_declaration",
    VariadicParameterDeclaration = "variadic_parameter_declaration",
    VariadicParameter = "variadic_parameter",
    TemplateParameterList = "template_parameter_list",
    TypeParameterDeclaration = "type_parameter_declaration",
    OptionalTypeParameterDeclaration = "optional_type_parameter_declaration",
    VariadicTypeParameterDeclaration = "variadic_type_parameter_declaration",
    TemplateTemplateParameterDeclaration = "template_template_parameter_declaration",
    TemplateArgumentList = "template_argument_list",
    TypeDescriptor = "type_descriptor",
    TypeQualifier = "type_qualifier",
    StorageClassSpecifier = "storage_class_specifier",
    PlaceholderTypeSpecifier = "placeholder_type_specifier",
    Auto = "auto",
    Decltype = "decltype",
    FieldInitializerList = "field_initializer_list",
    FieldInitializer = "field_initializer",
    CompoundStatement = "compound_statement",
    TrailingReturnType = "trailing_return_type",
    DefaultMethodClause = "default_method_clause",
    DeleteMethodClause = "delete_method_clause",
    PureVirtualClause = "pure_virtual_clause",
    Virtual = "virtual",
    VirtualSpecifier = "virtual_specifier",
    VirtualFunctionSpecifier = "virtual_function_specifier",
    ExplicitFunctionSpecifier = "explicit_function_specifier",
    RefQualifier = "ref_qualifier",
    ExpressionStatement = "expression_statement",
    IfStatement = "if_statement",
    ConditionClause = "condition_clause",
    InitStatement = "init_statement",
    ElseClause = "else_clause",
    ForStatement = "for_statement",
    ForRangeLoop = "for_range_loop",
    WhileStatement = "while_statement",
    DoStatement = "do_statement",
    SwitchStatement = "switch_statement",
    CaseStatement = "case_statement",
    ReturnStatement = "return_statement",
    LabeledStatement = "labeled_statement",
    TryStatement = "try_statement",
    CatchClause = "catch_clause",
    ThrowStatement = "throw_statement",
    CoReturnStatement = "co_return_statement",
    CoYieldStatement = "co_yield_statement",
    AttributedStatement = "attributed_statement",
    CallExpression = "call_expression",
    FieldExpression = "field_expression",
    SubscriptExpression = "subscript_expression",
    PointerExpression = "pointer_expression",
    UnaryExpression = "unary_expression",
    BinaryExpression = "binary_expression",
    AssignmentExpression = "assignment_expression",
    UpdateExpression = "update_expression",
    CommaExpression = "comma_expression",
    ConditionalExpression = "conditional_expression",
    ParenthesizedExpression = "parenthesized_expression",
    CastExpression = "cast_expression",
    CompoundLiteralExpression = "compound_literal_expression",
    NewExpression = "new_expression",
    DeleteExpression = "delete_expression",
    LambdaExpression = "lambda_expression",
    SizeofExpression = "sizeof_expression",
    AlignofExpression = "alignof_expression",
    OffsetofExpression = "offsetof_expression",
    InitializerList = "initializer_list",
    InitializerPair = "initializer_pair",
    ArgumentList = "argument_list",
    SubscriptArgumentList = "subscript_argument_list",
    ParameterPackExpansion = "parameter_pack_expansion",
    CoAwaitExpression = "co_await_expression",
    GenericExpression = "generic_expression",
    NumberLiteral = "number_literal",
    StringLiteral = "string_literal",
    RawStringLiteral = "raw_string_literal",
    ConcatenatedString = "concatenated_string",
    CharLiteral = "char_literal",
    UserDefinedLiteral = "user_defined_literal",
    True = "true",
    False = "false",
    Null = "null",
    This = "this",
    Comment = "comment",
    AttributeDeclaration = "attribute_declaration",
    AttributeSpecifier = "attribute_specifier",
    MsDeclspecModifier = "ms_declspec_modifier",
    GnuAsmExpression = "gnu_asm_expression",
    StaticAssertDeclaration = "static_assert_declaration",
    ConceptDefinition = "concept_definition",
    RequiresClause = "requires_clause",
    Error = "ERROR",
}

macro_rules! fields {
    ($($field:ident = $name:literal,)*) => {
        /// Field ids of one grammar; `None` where it lacks the field.
        pub(super) struct Fields {
            $(pub(super) $field: Option<NonZeroU16>,)*
        }

        impl Fields {
            fn of(language: &Language) -> Self {
                Self { $($field: language.field_id_for_name($name),)* }
            }
        }
    };
}

fields! {
    declarator = "declarator",
    ty = "type",
    body = "body",
    name = "name",
    parameters = "parameters",
    value = "value",
    arguments = "arguments",
    function = "function",
    argument = "argument",
    field = "field",
    operator = "operator",
    left = "left",
    right = "right",
    condition = "condition",
    consequence = "consequence",
    alternative = "alternative",
    initializer = "initializer",
    update = "update",
    scope = "scope",
    indices = "indices",
    default_value = "default_value",
    default_type = "default_type",
    placement = "placement",
    size = "size",
    captures = "captures",
    template_parameters = "template_parameters",
}

/// The tables of one grammar.
pub(super) struct Tables {
    kinds: Vec<Kind>,
    pub(super) fields: Fields,
}

impl Tables {
    pub(super) fn of(grammar: Grammar) -> &'static Self {
        static C: OnceLock<Tables> = OnceLock::new();
        static CPP: OnceLock<Tables> = OnceLock::new();
        let tables = if grammar == Grammar::C { &C } else { &CPP };
        tables.get_or_init(|| {
            let language = parseltongue_grammars::language(grammar);
            let count = language.node_kind_count();
            let kinds = (0..count)
                .map(|id| {
                    let id = id as u16;
                    let name = language.node_kind_for_id(id).unwrap_or("");
                    // Keywords have the names of some nodes.
                    if language.node_kind_is_named(id) || matches!(name, "virtual") {
                        kind_named(name)
                    } else {
                        Kind::Other
                    }
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
