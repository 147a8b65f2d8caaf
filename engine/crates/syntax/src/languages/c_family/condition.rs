//! Conditions of `#if`, for x86-64 Linux and clang, with the macros that the file itself defines.

use crate::language::Language;
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// What is known of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    True,
    False,
    Unknown,
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

/// Macros of the canonical platform with their values.
const PLATFORM: &[(&str, i64)] = &[
    ("__linux__", 1),
    ("__linux", 1),
    ("linux", 1),
    ("__gnu_linux__", 1),
    ("__unix__", 1),
    ("__unix", 1),
    ("unix", 1),
    ("__ELF__", 1),
    ("__x86_64__", 1),
    ("__x86_64", 1),
    ("__amd64__", 1),
    ("__amd64", 1),
    ("__LP64__", 1),
    ("_LP64", 1),
    // Clang, which says that it is gcc 4.2.1: what it cannot compile is left out in practice.
    ("__GNUC__", 4),
    ("__GNUC_MINOR__", 2),
    ("__GNUC_PATCHLEVEL__", 1),
    ("__clang__", 1),
    ("__clang_major__", 18),
    ("__clang_minor__", 1),
    ("__GLIBC__", 2),
    ("__GLIBC_MINOR__", 36),
    ("__STDC__", 1),
    ("__STDC_HOSTED__", 1),
    ("__CHAR_BIT__", 8),
    ("__SSE__", 1),
    ("__SSE2__", 1),
    ("__SIZEOF_POINTER__", 8),
    ("__SIZEOF_LONG__", 8),
    ("__SIZEOF_INT__", 4),
    ("__SIZEOF_INT128__", 16),
    ("__SIZEOF_SIZE_T__", 8),
    ("__ORDER_LITTLE_ENDIAN__", 1234),
    ("__ORDER_BIG_ENDIAN__", 4321),
    ("__BYTE_ORDER__", 1234),
    ("__BYTE_ORDER", 1234),
    ("__LITTLE_ENDIAN", 1234),
    ("__BIG_ENDIAN", 4321),
    ("__LITTLE_ENDIAN__", 1),
    ("__INT_MAX__", 2_147_483_647),
    ("INT_MAX", 2_147_483_647),
    ("UINT_MAX", 4_294_967_295),
    ("LONG_MAX", i64::MAX),
    ("CHAR_BIT", 8),
    ("_POSIX_READER_WRITER_LOCKS", 200_809),
    ("_POSIX_THREADS", 200_809),
    ("_POSIX_VERSION", 200_809),
    ("_POSIX_TIMERS", 200_809),
    ("_POSIX_MONOTONIC_CLOCK", 0),
    ("LONG_MIN", i64::MIN),
    ("ULONG_MAX", -1),
    ("LLONG_MAX", i64::MAX),
    ("SSIZE_MAX", i64::MAX),
    ("INT64_MAX", i64::MAX),
    ("INTPTR_MAX", i64::MAX),
    ("USHRT_MAX", 65_535),
    ("UCHAR_MAX", 255),
    ("CLOCK_REALTIME", 0),
    ("CLOCK_MONOTONIC", 1),
    ("O_NONBLOCK", 0o4000),
    ("O_CLOEXEC", 0o2_000_000),
    ("FD_CLOEXEC", 1),
    ("SOCK_CLOEXEC", 0o2_000_000),
    ("SOCK_NONBLOCK", 0o4000),
    ("MSG_NOSIGNAL", 0x4000),
    ("MAP_ANONYMOUS", 0x20),
    ("MAP_ANON", 0x20),
    ("AF_INET6", 10),
    ("AF_UNIX", 1),
    ("SIGPIPE", 13),
    ("SIGALRM", 14),
    ("SO_REUSEPORT", 15),
];

/// Macros that the canonical platform does not define.
const FOREIGN: &[&str] = &[
    "_WIN32",
    "WIN32",
    "_WIN64",
    "WIN64",
    "__WIN32__",
    "_WINDOWS",
    "_WIN32_WCE",
    "WINCE",
    "__MINGW32__",
    "__MINGW64__",
    "__CYGWIN__",
    "__CYGWIN32__",
    "MSDOS",
    "__MSDOS__",
    "__DOS__",
    "OS2",
    "__OS2__",
    "_MSC_VER",
    "_MSC_FULL_VER",
    "__BORLANDC__",
    "__TURBOC__",
    "__WATCOMC__",
    "__DMC__",
    "__SASC",
    "__IBMC__",
    "__IBMCPP__",
    "__xlC__",
    "__xlc__",
    "__SUNPRO_C",
    "__SUNPRO_CC",
    "__HP_cc",
    "__HP_aCC",
    "__INTEL_COMPILER",
    "__ICC",
    "__ICL",
    "__CC_ARM",
    "__ARMCC_VERSION",
    "__ICCARM__",
    "__TINYC__",
    "__LCC__",
    "__PGI",
    "__APPLE__",
    "__APPLE_CC__",
    "__MACH__",
    "MACOS",
    "TARGET_OS_MAC",
    "TARGET_OS_IPHONE",
    "TARGET_OS_IOS",
    "TARGET_OS_OSX",
    "__ANDROID__",
    "ANDROID",
    "__FreeBSD__",
    "__FreeBSD_kernel__",
    "__NetBSD__",
    "__OpenBSD__",
    "__DragonFly__",
    "__bsdi__",
    "__sun",
    "__sun__",
    "sun",
    "__SVR4",
    "__svr4__",
    "_AIX",
    "__AIX",
    "__hpux",
    "__hpux__",
    "hpux",
    "__sgi",
    "__osf__",
    "__ultrix",
    "__HAIKU__",
    "__BEOS__",
    "__QNX__",
    "__QNXNTO__",
    "__VXWORKS__",
    "VXWORKS",
    "__vxworks",
    "__Fuchsia__",
    "__fuchsia__",
    "__EMSCRIPTEN__",
    "EMSCRIPTEN",
    "__wasm__",
    "__wasi__",
    "__wasm32__",
    "__native_client__",
    "__minix",
    "__GNU__",
    "__VMS",
    "VMS",
    "vms",
    "AMIGA",
    "__amigaos__",
    "__riscos__",
    "RISCOS",
    "__SYMBIAN32__",
    "_XBOX",
    "_XBOX_ONE",
    "__ORBIS__",
    "__PROSPERO__",
    "__SWITCH__",
    "_GAMING_XBOX",
    "WINAPI_FAMILY",
    "__CYGWIN64__",
    "__NEWLIB__",
    "__UCLIBC__",
    "_ARCH_PPC64",
    "__i386__",
    "__i386",
    "i386",
    "_M_IX86",
    "__x86__",
    "_X86_",
    "_M_X64",
    "_M_AMD64",
    "_M_ARM",
    "_M_ARM64",
    "_M_ARM64EC",
    "_M_IA64",
    "_M_PPC",
    "__arm__",
    "__arm",
    "__thumb__",
    "__ARM_ARCH",
    "__ARM_NEON",
    "__ARM_NEON__",
    "__ARM_FEATURE_CRC32",
    "__ARM_FEATURE_CRYPTO",
    "__aarch64__",
    "__arm64__",
    "__ARM_64BIT_STATE",
    "__mips__",
    "__mips",
    "mips",
    "__powerpc__",
    "__powerpc64__",
    "__ppc__",
    "__ppc64__",
    "__PPC__",
    "__PPC64__",
    "__POWERPC__",
    "__ALTIVEC__",
    "__VSX__",
    "__s390__",
    "__s390x__",
    "__sparc__",
    "__sparc",
    "__ia64__",
    "__ia64",
    "__itanium__",
    "__alpha__",
    "__alpha",
    "__hppa__",
    "__m68k__",
    "__sh__",
    "__riscv",
    "__loongarch__",
    "__loongarch64",
    "__ILP32__",
    "_BIG_ENDIAN",
    "__BIG_ENDIAN__",
    "__ARMEB__",
    "__OBJC__",
    "__OBJC2__",
    "__CUDACC__",
    "__CUDA_ARCH__",
    "__HIPCC__",
    "__HIP_DEVICE_COMPILE__",
    "__SYCL_DEVICE_ONLY__",
    "__OPENCL_VERSION__",
    "__ghs__",
    "__KERNEL__",
    "_KERNEL",
    "__SANITIZE_ADDRESS__",
    "__SANITIZE_THREAD__",
    "__COVERITY__",
    "__clang_analyzer__",
    "__cplusplus_cli",
    "__cplusplus_winrt",
    "SWIG",
    "RC_INVOKED",
    "__SSSE3__",
    "__SSE3__",
    "__SSE4_1__",
    "__SSE4_2__",
    "__AVX__",
    "__AVX2__",
    "__AVX512F__",
    "__AVX512BW__",
    "__AVX512VL__",
    "__BMI__",
    "__BMI2__",
    "__PCLMUL__",
];

/// Names of the form `__x__` belong to compilers and platforms; what gcc defines on this one is known.
fn is_reserved(name: &str) -> bool {
    /// Families that gcc defines, or that depend on its options.
    const OPEN: &[&str] = &[
        "__SIZE",
        "__INT",
        "__UINT",
        "__FLT",
        "__DBL",
        "__LDBL",
        "__DEC",
        "__GCC_",
        "__GXX_",
        "__GNU",
        "__ATOMIC_",
        "__WCHAR",
        "__WINT",
        "__PTRDIFF",
        "__SIG_ATOMIC",
        "__CHAR",
        "__SHRT",
        "__LONG",
        "__SCHAR",
        "__BIGGEST",
        "__STDC",
        "__SSE",
        "__MMX",
        "__FXSR",
        "__AVX",
        "__OPTIMIZE",
        "__NO_",
        "__PIC",
        "__pic",
        "__PIE",
        "__pie",
        "__ORDER",
        "__BYTE",
        "__FLOAT",
        "__USER_",
        "__REGISTER_",
        "__VERSION",
        "__FILE",
        "__LINE",
        "__DATE",
        "__TIME",
        "__TIMESTAMP",
        "__COUNTER",
        "__BASE_FILE",
        "__INCLUDE",
        "__FUNCTION",
        "__PRETTY",
        "__HAVE",
        "__PRAGMA",
        "__DEPRECATED",
        "__EXCEPTIONS",
        "__FINITE",
        "__VEC",
        "__SEG",
        "__SANITIZE",
        "__CET",
        "__SSP",
        "__k8",
        "__code",
        "__clang",
        "__llvm",
        "__cpp",
        "__has",
        "__THROW",
        "__USE",
    ];
    name.len() > 4 && name.starts_with("__") && name.ends_with("__") && !OPEN.iter().any(|open| name.starts_with(open))
}

struct Known {
    value: Value,
    function_like: bool,
}

enum Value {
    Text(Box<str>),
    Undefined,
    /// Defined or undefined in a branch that may not be active: its text if no unknown macro is defined.
    Unsure(Option<Box<str>>),
}

/// Whether a directive is compiled.
pub(super) enum Reach {
    Sure,
    /// Where it may not be, whether it is if no unknown macro is defined.
    Unsure(bool),
}

/// What is known of macros at a point of the file.
pub(super) struct Macros {
    known: FxHashMap<Box<str>, Known>,
    /// Defined in skipped branches.
    skipped: FxHashSet<Box<str>>,
    /// Function-like ones that may stand for `case x` or a label.
    labels: FxHashSet<Box<[u8]>>,
    cpp: bool,
}

impl Macros {
    pub(super) fn new(language: Language) -> Self {
        Self {
            known: FxHashMap::default(),
            skipped: FxHashSet::default(),
            labels: FxHashSet::default(),
            cpp: language == Language::Cpp,
        }
    }

    pub(super) fn define(&mut self, name: &str, body: &str, function_like: bool, reach: Reach) {
        let value = match reach {
            Reach::Sure => Value::Text(body.into()),
            Reach::Unsure(chosen) => self.unsure(name, chosen.then(|| Some(body.into()))),
        };
        self.known.insert(name.into(), Known { value, function_like });
        if function_like && body.starts_with("case") && !body.ends_with(':') {
            self.labels.insert(name.as_bytes().into());
        }
    }

    /// Whether the file has a definition of a macro that may be compiled.
    pub(super) fn defines(&self, name: &str) -> bool {
        self.known.get(name).is_some_and(|known| !matches!(known.value, Value::Undefined))
    }

    /// Whether `name(x):` in a body may be a label.
    pub(super) fn is_label(&self, name: &[u8]) -> bool {
        !self.labels.is_empty() && self.labels.contains(name)
    }

    /// A definition in a skipped branch: if there is no other, the macro is not defined.
    pub(super) fn skip(&mut self, name: &str) {
        self.skipped.insert(name.into());
    }

    pub(super) fn undefine(&mut self, name: &str, reach: Reach) {
        let value = match reach {
            Reach::Sure => Value::Undefined,
            Reach::Unsure(chosen) => self.unsure(name, chosen.then_some(None)),
        };
        self.known.insert(name.into(), Known { value, function_like: false });
    }

    /// The state of a macro after a directive that may not be compiled; `new` is the text from then on if it is
    /// compiled by default.
    fn unsure(&mut self, name: &str, new: Option<Option<Box<str>>>) -> Value {
        let before = match self.known.remove(name).map(|known| known.value) {
            Some(Value::Text(text)) => Some(text),
            Some(Value::Unsure(default)) => default,
            Some(Value::Undefined) | None => None,
        };
        Value::Unsure(new.unwrap_or(before))
    }

    /// The text of an object-like macro of this file.
    pub(super) fn object_text(&self, name: &str) -> Option<&str> {
        match self.known.get(name) {
            Some(Known { value: Value::Text(text), function_like: false }) => Some(text),
            _ => None,
        }
    }

    fn defined(&self, name: &str) -> Truth {
        if let Some(known) = self.known.get(name) {
            return match known.value {
                Value::Text(_) => Truth::True,
                Value::Undefined => Truth::False,
                Value::Unsure(_) => Truth::Unknown,
            };
        }
        match predefined(name, self.cpp) {
            Some(Some(_)) => Truth::True,
            Some(None) => Truth::False,
            None if self.skipped.contains(name) => Truth::False,
            None => Truth::Unknown,
        }
    }

    /// Whether a macro that is not known to be is defined by default.
    fn defined_by_default(&self, name: &str) -> bool {
        matches!(self.known.get(name), Some(Known { value: Value::Unsure(Some(_)), .. }))
    }

    fn value(&self, name: &str, undefined: bool, depth: u8) -> Option<i64> {
        if let Some(known) = self.known.get(name) {
            return match &known.value {
                Value::Text(text) | Value::Unsure(Some(text))
                    if !known.function_like && depth < 8 && (undefined || matches!(known.value, Value::Text(_))) =>
                {
                    evaluate(text, &mut View { macros: self, undefined, depth: depth + 1 })
                }
                Value::Undefined => Some(0),
                _ => None,
            };
        }
        match predefined(name, self.cpp) {
            Some(value) => Some(value.unwrap_or(0)),
            None => self.skipped.contains(name).then_some(0),
        }
    }
}

/// A macro of platform or language: its value, or that it is not defined.
pub fn predefined(name: &str, cpp: bool) -> Option<Option<i64>> {
    match name {
        "__cplusplus" | "c_plusplus" => return Some(cpp.then_some(201_703)),
        "__STDC_VERSION__" => return Some((!cpp).then_some(201_710)),
        "__STRICT_ANSI__" => return Some(None),
        "__has_attribute" | "__has_builtin" | "__has_extension" | "__has_feature" | "__has_include" => {
            return Some(Some(1));
        }
        "__EXCEPTIONS" | "__cpp_exceptions" | "__GXX_RTTI" | "__cpp_rtti" | "_GNU_SOURCE" if cpp => {
            return Some(Some(1));
        }
        _ => {}
    }
    if let Some(&(_, value)) = PLATFORM.iter().find(|(known, _)| *known == name) {
        return Some(Some(value));
    }
    // `XXH_DOXYGEN`, `__DOXYGEN__`: what only the documentation shows.
    (FOREIGN.contains(&name) || is_reserved(name) || name.to_ascii_uppercase().contains("DOXYGEN")).then_some(None)
}

/// What `__has_feature(name)` and the like are where that is known.
pub fn feature(test: &str, name: &str) -> Option<i64> {
    match test {
        "__has_feature" | "__has_extension" if name.ends_with("_sanitizer") => Some(0),
        "__has_builtin" if name.starts_with("__builtin_") => Some(1),
        "__has_attribute" => Some(1),
        _ => None,
    }
}

/// What an expression of `#if` asks of the macros around it; `None` is not known.
pub trait Environment {
    fn is_defined(&mut self, name: &str) -> Option<bool>;
    /// The value of a name without parentheses: of what is not defined, 0.
    fn value(&mut self, name: &str) -> Option<i64>;
    /// The value of `name(…)`; `argument` is the first word of what it is given.
    fn value_of_call(&mut self, name: &str, argument: &str) -> Option<i64>;
}

/// The macros of a file; `undefined` takes unknown ones as not defined.
struct View<'m> {
    macros: &'m Macros,
    undefined: bool,
    depth: u8,
}

impl Environment for View<'_> {
    fn is_defined(&mut self, name: &str) -> Option<bool> {
        match self.macros.defined(name) {
            Truth::True => Some(true),
            Truth::False => Some(false),
            Truth::Unknown => self.undefined.then(|| self.macros.defined_by_default(name)),
        }
    }

    fn value(&mut self, name: &str) -> Option<i64> {
        self.macros.value(name, self.undefined, self.depth).or_else(|| self.undefined.then_some(0))
    }

    fn value_of_call(&mut self, name: &str, argument: &str) -> Option<i64> {
        let own = self.macros.known.contains_key(name);
        if own { None } else { feature(name, argument) }.or(self.undefined.then_some(0))
    }
}

/// A condition as far as a file tells.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    Known(bool),
    Open {
        /// The expression, as of `#if`.
        text: Rc<str>,
        /// Whether it holds if no unknown macro is defined.
        by_default: bool,
    },
}

impl Condition {
    /// The condition of `#if text`, `#ifdef text` or `#ifndef text`.
    pub(super) fn parse(macros: &Macros, word: &str, text: &str) -> Self {
        let tokens = tokens(text);
        match word {
            "ifdef" | "ifndef" => {
                let defined = Self::defined(macros, tokens.first().copied().unwrap_or(""));
                if word == "ifdef" { defined } else { defined.not() }
            }
            _ if tokens.contains(&"?") || tokens.len() > LONGEST => Self::value(macros, &tokens),
            _ => Self::any(macros, &tokens, 0),
        }
    }

    fn open(text: &str, by_default: bool) -> Self {
        Self::Open { text: text.into(), by_default }
    }

    fn defined(macros: &Macros, name: &str) -> Self {
        match macros.defined(name) {
            Truth::True => Self::Known(true),
            Truth::False => Self::Known(false),
            Truth::Unknown => Self::open(&format!("defined({name})"), macros.defined_by_default(name)),
        }
    }

    pub(super) fn truth(&self) -> Truth {
        match self {
            Self::Known(known) => Truth::from(*known),
            Self::Open { .. } => Truth::Unknown,
        }
    }

    /// Whether it holds if no unknown macro is defined.
    pub(super) fn by_default(&self) -> bool {
        match self {
            Self::Known(known) => *known,
            Self::Open { by_default, .. } => *by_default,
        }
    }

    pub(super) fn not(self) -> Self {
        match self {
            Self::Known(known) => Self::Known(!known),
            Self::Open { text, by_default } => match text.strip_prefix('!') {
                Some(text) => Self::open(text, !by_default),
                None => Self::open(&format!("!{text}"), !by_default),
            },
        }
    }

    fn both(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(true), one) | (one, Self::Known(true)) => one,
            (Self::Known(false), _) | (_, Self::Known(false)) => Self::Known(false),
            (Self::Open { text, by_default }, Self::Open { text: right, by_default: other }) => {
                Self::open(&format!("({text}&&{right})"), by_default && other)
            }
        }
    }

    fn either(self, other: Self) -> Self {
        self.not().both(other.not()).not()
    }

    fn any(macros: &Macros, tokens: &[&str], depth: u8) -> Self {
        let parts = split(tokens, "||").into_iter().map(|part| Self::all(macros, part, depth));
        parts.fold(Self::Known(false), Self::either)
    }

    fn all(macros: &Macros, tokens: &[&str], depth: u8) -> Self {
        let parts = split(tokens, "&&").into_iter().map(|part| Self::one(macros, part, depth));
        parts.fold(Self::Known(true), Self::both)
    }

    fn one(macros: &Macros, tokens: &[&str], depth: u8) -> Self {
        match tokens {
            ["!", rest @ ..] if depth < DEEPEST && is_primary(rest) => Self::one(macros, rest, depth + 1).not(),
            ["(", inner @ .., ")"] if depth < DEEPEST && balanced(inner) => Self::any(macros, inner, depth + 1),
            ["defined", name] | ["defined", "(", name, ")"] => Self::defined(macros, name),
            _ => Self::value(macros, tokens),
        }
    }

    fn value(macros: &Macros, tokens: &[&str]) -> Self {
        let text = format!("({})", tokens.join(" "));
        let value = |undefined| evaluate(&text, &mut View { macros, undefined, depth: 0 });
        match value(false) {
            Some(value) => Self::Known(value != 0),
            None => Self::open(&text, value(true).is_some_and(|value| value != 0)),
        }
    }
}

/// Conditions with more signs, or nested deeper, are not looked into.
const LONGEST: usize = 400;
const DEEPEST: u8 = 40;

/// Whether tokens are one operand of `!`.
fn is_primary(tokens: &[&str]) -> bool {
    match tokens {
        [_] | ["defined", _] | ["defined", "(", _, ")"] => true,
        ["!", rest @ ..] => is_primary(rest),
        ["(", inner @ .., ")"] => balanced(inner),
        _ => false,
    }
}

/// Whether no parenthesis closes that was not opened among some tokens.
fn balanced(tokens: &[&str]) -> bool {
    let mut depth = 0_i32;
    tokens.iter().all(|token| {
        depth += i32::from(*token == "(") - i32::from(*token == ")");
        depth >= 0
    })
}

/// The parts between an operator outside of parentheses.
fn split<'t, 's>(tokens: &'t [&'s str], operator: &str) -> Vec<&'t [&'s str]> {
    let mut parts = Vec::new();
    let mut depth = 0_i32;
    let mut from = 0;
    for (at, token) in tokens.iter().enumerate() {
        depth += i32::from(*token == "(") - i32::from(*token == ")");
        if depth == 0 && *token == operator {
            parts.push(&tokens[from..at]);
            from = at + 1;
        }
    }
    parts.push(&tokens[from..]);
    parts
}

/// A recursive descent parser of preprocessor expressions that computes while it reads.
struct Parser<'a> {
    environment: &'a mut dyn Environment,
    tokens: Vec<&'a str>,
    at: usize,
    /// A number is written as unsigned.
    unsigned: bool,
    nesting: u16,
}

const OPERATORS: &[&[&str]] = &[
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<", ">", "<=", ">="],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

/// The value of an expression of `#if`.
pub fn evaluate(text: &str, environment: &mut dyn Environment) -> Option<i64> {
    let mut parser = Parser { environment, tokens: tokens(text), at: 0, unsigned: false, nesting: 0 };
    if parser.tokens.is_empty() {
        return None;
    }
    let value = parser.ternary();
    value.filter(|_| parser.at == parser.tokens.len())
}

impl<'a> Parser<'a> {
    fn peek(&self) -> &'a str {
        self.tokens.get(self.at).copied().unwrap_or("")
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.peek() == token;
        self.at += usize::from(found);
        found
    }

    fn ternary(&mut self) -> Option<i64> {
        let condition = self.binary(0);
        if !self.eat("?") {
            return condition;
        }
        let yes = self.ternary();
        self.eat(":");
        let no = self.ternary();
        if condition? != 0 { yes } else { no }
    }

    fn binary(&mut self, level: usize) -> Option<i64> {
        let Some(operators) = OPERATORS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1);
        while let Some(&operator) = operators.iter().find(|&&operator| operator == self.peek()) {
            self.at += 1;
            let right = self.binary(level + 1);
            left = match (operator, left, right) {
                ("||", Some(value), _) | ("||", _, Some(value)) if value != 0 => Some(1),
                ("&&", Some(0), _) | ("&&", _, Some(0)) => Some(0),
                // As unsigned numbers compare: the greatest signed one is in their middle.
                ("<" | ">" | "<=" | ">=", Some(left), Some(right)) if self.unsigned => {
                    apply(operator, left ^ i64::MIN, right ^ i64::MIN)
                }
                (_, Some(left), Some(right)) => apply(operator, left, right),
                _ => None,
            };
        }
        left
    }

    fn unary(&mut self) -> Option<i64> {
        self.nesting += 1;
        if self.nesting > 200 {
            self.at = self.tokens.len();
            return None;
        }
        let token = self.peek();
        self.at += 1;
        let value = match token {
            "!" => self.unary().map(|value| i64::from(value == 0)),
            "-" => self.unary().map(i64::wrapping_neg),
            "+" => self.unary(),
            "~" => self.unary().map(|value| !value),
            "(" => {
                let value = self.ternary();
                self.eat(")");
                value
            }
            "defined" => {
                let parens = self.eat("(");
                let name = self.peek();
                self.at += 1;
                if parens {
                    self.eat(")");
                }
                self.environment.is_defined(name).map(i64::from)
            }
            "true" => Some(1),
            "false" => Some(0),
            _ if token.as_bytes().first().is_some_and(u8::is_ascii_digit) => {
                self.unsigned |= token.contains(['u', 'U']);
                number(token)
            }
            _ if token.as_bytes().first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_') => {
                if self.peek() == "(" {
                    // A function-like macro or `__has_include(…)`.
                    let asked = self.tokens.get(self.at + 1).copied().unwrap_or("");
                    let mut depth = 0_u32;
                    while self.at < self.tokens.len() {
                        match self.peek() {
                            "(" => depth += 1,
                            ")" => depth = depth.saturating_sub(1),
                            _ => {}
                        }
                        self.at += 1;
                        if depth == 0 {
                            break;
                        }
                    }
                    self.environment.value_of_call(token, asked)
                } else {
                    self.environment.value(token)
                }
            }
            _ => None,
        };
        self.nesting -= 1;
        value
    }
}

fn apply(operator: &str, left: i64, right: i64) -> Option<i64> {
    Some(match operator {
        "||" => i64::from(left != 0 || right != 0),
        "&&" => i64::from(left != 0 && right != 0),
        "|" => left | right,
        "^" => left ^ right,
        "&" => left & right,
        "==" => i64::from(left == right),
        "!=" => i64::from(left != right),
        "<" => i64::from(left < right),
        ">" => i64::from(left > right),
        "<=" => i64::from(left <= right),
        ">=" => i64::from(left >= right),
        "<<" => left.wrapping_shl(right as u32),
        ">>" => left.wrapping_shr(right as u32),
        "+" => left.wrapping_add(right),
        "-" => left.wrapping_sub(right),
        "*" => left.wrapping_mul(right),
        "/" => left.checked_div(right)?,
        "%" => left.checked_rem(right)?,
        _ => return None,
    })
}

fn number(text: &str) -> Option<i64> {
    let text: String = text.chars().filter(|&c| c != '\'').collect();
    let text = text.trim_end_matches(['u', 'U', 'l', 'L']);
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u64::from_str_radix(hex, 16).ok().map(u64::cast_signed);
    }
    if text.len() > 1 && text.starts_with('0') {
        return i64::from_str_radix(&text[1..], 8).ok();
    }
    text.parse().ok()
}

fn tokens(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let byte = bytes[at];
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        if super::preprocess::is_word(byte) {
            while at < bytes.len() && (super::preprocess::is_word(bytes[at]) || bytes[at] == b'\'') {
                at += 1;
            }
        } else {
            at += 1;
            let pair = text.get(start..start + 2).unwrap_or("");
            if matches!(pair, "||" | "&&" | "==" | "!=" | "<=" | ">=" | "<<" | ">>") {
                at += 1;
            }
        }
        out.push(text.get(start..at).unwrap_or(""));
    }
    out
}
