//! Node kinds and fields of the Go grammar as enums, so that the walk compares small integers.

use parseltongue_grammars::Grammar;
use std::sync::OnceLock;
use tree_sitter::Node;

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $name { None, $($variant),* }

        impl $name {
            fn of(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    _ => Self::None,
                }
            }
        }
    };
}

vocabulary! {
    /// A named node kind that means something to the extractor.
    Kind {
        ArgumentList = "argument_list",
        ArrayType = "array_type",
        AssignmentStatement = "assignment_statement",
        BinaryExpression = "binary_expression",
        Block = "block",
        CallExpression = "call_expression",
        ChannelType = "channel_type",
        Comment = "comment",
        CommunicationCase = "communication_case",
        CompositeLiteral = "composite_literal",
        ConstDeclaration = "const_declaration",
        ConstSpec = "const_spec",
        DefaultCase = "default_case",
        Dot = "dot",
        BlankIdentifier = "blank_identifier",
        Error = "ERROR",
        ExpressionCase = "expression_case",
        ExpressionList = "expression_list",
        ExpressionSwitch = "expression_switch_statement",
        False = "false",
        FieldDeclaration = "field_declaration",
        FieldDeclarationList = "field_declaration_list",
        FieldIdentifier = "field_identifier",
        FloatLiteral = "float_literal",
        ForClause = "for_clause",
        ForStatement = "for_statement",
        FuncLiteral = "func_literal",
        FunctionDeclaration = "function_declaration",
        FunctionType = "function_type",
        GenericType = "generic_type",
        Identifier = "identifier",
        IfStatement = "if_statement",
        ImaginaryLiteral = "imaginary_literal",
        ImplicitLengthArrayType = "implicit_length_array_type",
        ImportDeclaration = "import_declaration",
        ImportSpec = "import_spec",
        ImportSpecList = "import_spec_list",
        IndexExpression = "index_expression",
        InterfaceType = "interface_type",
        InterpretedString = "interpreted_string_literal",
        IntLiteral = "int_literal",
        Iota = "iota",
        KeyedElement = "keyed_element",
        LabelName = "label_name",
        LiteralElement = "literal_element",
        LiteralValue = "literal_value",
        MapType = "map_type",
        MethodDeclaration = "method_declaration",
        MethodElem = "method_elem",
        NegatedType = "negated_type",
        Nil = "nil",
        PackageClause = "package_clause",
        PackageIdentifier = "package_identifier",
        ParameterDeclaration = "parameter_declaration",
        ParameterList = "parameter_list",
        ParenthesizedExpression = "parenthesized_expression",
        ParenthesizedType = "parenthesized_type",
        PointerType = "pointer_type",
        QualifiedType = "qualified_type",
        RangeClause = "range_clause",
        RawString = "raw_string_literal",
        ReceiveStatement = "receive_statement",
        RuneLiteral = "rune_literal",
        SelectorExpression = "selector_expression",
        ShortVarDeclaration = "short_var_declaration",
        SliceExpression = "slice_expression",
        SliceType = "slice_type",
        SelectStatement = "select_statement",
        StructType = "struct_type",
        True = "true",
        TypeAlias = "type_alias",
        TypeArguments = "type_arguments",
        TypeAssertion = "type_assertion_expression",
        TypeCase = "type_case",
        TypeConstraint = "type_constraint",
        TypeConversion = "type_conversion_expression",
        TypeDeclaration = "type_declaration",
        TypeElem = "type_elem",
        TypeIdentifier = "type_identifier",
        TypeInstantiation = "type_instantiation_expression",
        TypeParameterDeclaration = "type_parameter_declaration",
        TypeParameterList = "type_parameter_list",
        TypeSpec = "type_spec",
        TypeSwitch = "type_switch_statement",
        UnaryExpression = "unary_expression",
        VarDeclaration = "var_declaration",
        VariadicArgument = "variadic_argument",
        VariadicParameter = "variadic_parameter_declaration",
        VarSpec = "var_spec",
        VarSpecList = "var_spec_list",
    }
}

vocabulary! {
    /// A field of a node.
    Field {
        Alias = "alias",
        Alternative = "alternative",
        Arguments = "arguments",
        Body = "body",
        Communication = "communication",
        Condition = "condition",
        Consequence = "consequence",
        Element = "element",
        Field = "field",
        Function = "function",
        Index = "index",
        Initializer = "initializer",
        Key = "key",
        Left = "left",
        Length = "length",
        Name = "name",
        Operand = "operand",
        Operator = "operator",
        Package = "package",
        Parameters = "parameters",
        Path = "path",
        Receiver = "receiver",
        Result = "result",
        Right = "right",
        Type = "type",
        TypeArguments = "type_arguments",
        TypeParameters = "type_parameters",
        Update = "update",
        Value = "value",
    }
}

impl Kind {
    /// Whether nodes of this kind are types wherever they stand.
    pub(super) fn is_type(self) -> bool {
        matches!(
            self,
            Self::ArrayType
                | Self::ChannelType
                | Self::FunctionType
                | Self::GenericType
                | Self::ImplicitLengthArrayType
                | Self::InterfaceType
                | Self::MapType
                | Self::NegatedType
                | Self::ParenthesizedType
                | Self::PointerType
                | Self::QualifiedType
                | Self::SliceType
                | Self::StructType
                | Self::TypeConstraint
                | Self::TypeElem
                | Self::TypeIdentifier
        )
    }
}

/// Meanings of the grammar's numbers.
pub(super) struct Vocabulary {
    kinds: Vec<Kind>,
    fields: Vec<Field>,
}

impl Vocabulary {
    pub(super) fn get() -> &'static Self {
        static VOCABULARY: OnceLock<Vocabulary> = OnceLock::new();
        VOCABULARY.get_or_init(|| {
            let language = parseltongue_grammars::language(Grammar::Go);
            let kinds = (0..language.node_kind_count())
                .map(|id| {
                    let id = id as u16;
                    let text = language.node_kind_for_id(id).unwrap_or("");
                    if language.node_kind_is_named(id) { Kind::of(text) } else { Kind::None }
                })
                .collect();
            let fields = (0..=language.field_count())
                .map(|id| language.field_name_for_id(id as u16).map_or(Field::None, Field::of))
                .collect();
            Self { kinds, fields }
        })
    }

    pub(super) fn kind(&self, node: Node<'_>) -> Kind {
        // The kind of error nodes lies outside the table.
        if node.is_error() {
            Kind::Error
        } else {
            self.kinds.get(node.kind_id() as usize).copied().unwrap_or(Kind::None)
        }
    }

    pub(super) fn field(&self, id: Option<std::num::NonZeroU16>) -> Field {
        id.and_then(|id| self.fields.get(id.get() as usize)).copied().unwrap_or(Field::None)
    }
}
