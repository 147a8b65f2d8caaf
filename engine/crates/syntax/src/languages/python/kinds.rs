//! The grammar's node kinds and fields as numbers, so that no kind is compared as text.

use parseltongue_grammars::Grammar;
use std::num::NonZeroU16;
use std::sync::OnceLock;
use tree_sitter::Node;

macro_rules! kinds {
    ($($kind:ident = $text:literal),* $(,)?) => {
        /// A node kind that extraction tells apart.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum K {
            Other,
            $($kind),*
        }

        const KINDS: &[(&str, K)] = &[$(($text, K::$kind)),*];
    };
}

kinds! {
    Identifier = "identifier",
    Attribute = "attribute",
    Call = "call",
    Subscript = "subscript",
    BinaryOperator = "binary_operator",
    BooleanOperator = "boolean_operator",
    NotOperator = "not_operator",
    UnaryOperator = "unary_operator",
    ComparisonOperator = "comparison_operator",
    Conditional = "conditional_expression",
    Lambda = "lambda",
    List = "list",
    Tuple = "tuple",
    Set = "set",
    Dictionary = "dictionary",
    Pair = "pair",
    DictionarySplat = "dictionary_splat",
    ListSplat = "list_splat",
    ListComprehension = "list_comprehension",
    DictionaryComprehension = "dictionary_comprehension",
    SetComprehension = "set_comprehension",
    GeneratorExpression = "generator_expression",
    ForInClause = "for_in_clause",
    IfClause = "if_clause",
    String = "string",
    StringContent = "string_content",
    Interpolation = "interpolation",
    ConcatenatedString = "concatenated_string",
    Integer = "integer",
    Float = "float",
    True = "true",
    False = "false",
    None = "none",
    Ellipsis = "ellipsis",
    Await = "await",
    Yield = "yield",
    NamedExpression = "named_expression",
    Parenthesized = "parenthesized_expression",
    KeywordArgument = "keyword_argument",
    AsPattern = "as_pattern",
    AsPatternTarget = "as_pattern_target",
    PatternList = "pattern_list",
    TuplePattern = "tuple_pattern",
    ListPattern = "list_pattern",
    ListSplatPattern = "list_splat_pattern",
    DictionarySplatPattern = "dictionary_splat_pattern",
    ExpressionList = "expression_list",
    Module = "module",
    Block = "block",
    ExpressionStatement = "expression_statement",
    Assignment = "assignment",
    AugmentedAssignment = "augmented_assignment",
    FunctionDefinition = "function_definition",
    ClassDefinition = "class_definition",
    DecoratedDefinition = "decorated_definition",
    Decorator = "decorator",
    If = "if_statement",
    Elif = "elif_clause",
    Else = "else_clause",
    For = "for_statement",
    While = "while_statement",
    Try = "try_statement",
    Except = "except_clause",
    ExceptGroup = "except_group_clause",
    Finally = "finally_clause",
    With = "with_statement",
    WithClause = "with_clause",
    WithItem = "with_item",
    Match = "match_statement",
    Case = "case_clause",
    CasePattern = "case_pattern",
    ClassPattern = "class_pattern",
    KeywordPattern = "keyword_pattern",
    SplatPattern = "splat_pattern",
    UnionPattern = "union_pattern",
    DictPattern = "dict_pattern",
    DottedName = "dotted_name",
    AliasedImport = "aliased_import",
    RelativeImport = "relative_import",
    ImportPrefix = "import_prefix",
    WildcardImport = "wildcard_import",
    Import = "import_statement",
    ImportFrom = "import_from_statement",
    FutureImport = "future_import_statement",
    Return = "return_statement",
    Raise = "raise_statement",
    Break = "break_statement",
    Continue = "continue_statement",
    Assert = "assert_statement",
    Delete = "delete_statement",
    Global = "global_statement",
    Nonlocal = "nonlocal_statement",
    TypeAlias = "type_alias_statement",
    DefaultParameter = "default_parameter",
    TypedParameter = "typed_parameter",
    TypedDefaultParameter = "typed_default_parameter",
    KeywordSeparator = "keyword_separator",
    Comment = "comment",
    Type = "type",
    Error = "ERROR",
    ArgumentList = "argument_list",
}

macro_rules! fields {
    ($($field:ident),* $(,)?) => {
        /// Field numbers of the grammar.
        pub(super) struct Fields {
            $(pub(super) $field: Option<NonZeroU16>),*
        }

        fn fields_of(language: &tree_sitter::Language) -> Fields {
            Fields { $($field: language.field_id_for_name(stringify!($field).trim_start_matches("r#"))),* }
        }
    };
}

fields! {
    alias, alternative, argument, arguments, attribute, body, condition, consequence, definition, function, left,
    module_name, name, object, operator, parameters, return_type, right, subject, subscript,
    superclasses, r#type, type_parameters, value,
}

struct Tables {
    kinds: Vec<K>,
    fields: Fields,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let language = parseltongue_grammars::language(Grammar::Python);
        let kinds = (0..language.node_kind_count())
            .map(|id| {
                let id = id as u16;
                let text = language.node_kind_for_id(id).unwrap_or("");
                if !language.node_kind_is_named(id) {
                    return K::Other;
                }
                KINDS.iter().find(|(known, _)| *known == text).map_or(K::Other, |&(_, kind)| kind)
            })
            .collect();
        Tables { kinds, fields: fields_of(&language) }
    })
}

/// The kind of a node.
pub(super) fn kind(node: Node<'_>) -> K {
    if node.is_error() {
        return K::Error;
    }
    tables().kinds.get(node.kind_id() as usize).copied().unwrap_or(K::Other)
}

/// The grammar's fields.
pub(super) fn fields() -> &'static Fields {
    &tables().fields
}

/// The child in a field.
pub(super) fn child(node: Node<'_>, field: Option<NonZeroU16>) -> Option<Node<'_>> {
    node.child_by_field_id(field?.get())
}

/// Named children that are no comments.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| kind(*child) != K::Comment).collect()
}
