//! What frameworks call a route or a command, as tables.

use parseltongue_syntax::Language;

/// Which languages a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    EcmaScript,
    Python,
    Rust,
    Go,
    Java,
}

impl For {
    pub(super) fn takes(self, language: Language) -> bool {
        match self {
            Self::EcmaScript => matches!(language, Language::JavaScript | Language::TypeScript | Language::Tsx),
            Self::Python => language == Language::Python,
            Self::Rust => language == Language::Rust,
            Self::Go => language == Language::Go,
            Self::Java => language == Language::Java,
        }
    }
}

/// A framework: a file uses it if its text contains one of `marks`, or if its package depends on it.
pub(super) struct Framework {
    pub(super) name: &'static str,
    pub(super) language: For,
    /// As imports and manifests write it.
    pub(super) marks: &'static [&'static str],
    /// Whether a file may use it through a value that another file made, without naming it.
    pub(super) unnamed: bool,
    pub(super) calls: &'static [CallRule],
    pub(super) decorators: &'static [DecoratorRule],
}

/// A call that registers a handler: `NAME(path, …, handler)`.
pub(super) struct CallRule {
    pub(super) name: &'static str,
    pub(super) method: Method,
    pub(super) path: PathAt,
    /// Whether the handler comes right after the path and others (middleware) may follow, not last.
    pub(super) next: bool,
    /// Paths start with `/`, so that `map.get("key")` is none.
    pub(super) slash: bool,
}

/// Where a call has its path.
#[derive(Clone, Copy)]
pub(super) enum PathAt {
    Argument(usize),
    /// In a call chained before it: `Path("/x").HandlerFunc(handler)`.
    Chain,
}

/// A decorator, annotation or attribute that makes what follows it a handler; compared with the last part
/// of its name.
pub(super) struct DecoratorRule {
    pub(super) name: &'static str,
    pub(super) method: Method,
}

#[derive(Clone, Copy)]
pub(super) enum Method {
    Is(&'static str),
    /// Any method, unless the arguments name some (`methods=["POST"]`, `method = RequestMethod.POST`).
    Named,
    /// The handler argument says it: `get(handler)`.
    Handler,
    /// A command of a command line; the path is its name.
    Command,
}

const fn call(name: &'static str, method: Method) -> CallRule {
    CallRule { name, method, path: PathAt::Argument(0), next: false, slash: true }
}

/// `NAME(method, path, …, handler)`.
const fn named(name: &'static str) -> CallRule {
    CallRule { path: PathAt::Argument(1), ..call(name, Method::Named) }
}

/// The path may be something else than what starts with `/`: a pattern, a host.
const fn free(name: &'static str) -> CallRule {
    CallRule { slash: false, ..call(name, Method::Is("ANY")) }
}

/// The handler right after the path, then middleware.
const fn next(rule: CallRule) -> CallRule {
    CallRule { next: true, ..rule }
}

/// The path in a call chained before.
const fn chained(name: &'static str) -> CallRule {
    CallRule { path: PathAt::Chain, ..call(name, Method::Is("ANY")) }
}

const fn decorator(name: &'static str, method: Method) -> DecoratorRule {
    DecoratorRule { name, method }
}

const LOWER: &[CallRule] = &[
    call("get", Method::Is("GET")),
    call("post", Method::Is("POST")),
    call("put", Method::Is("PUT")),
    call("patch", Method::Is("PATCH")),
    call("delete", Method::Is("DELETE")),
    call("head", Method::Is("HEAD")),
    call("options", Method::Is("OPTIONS")),
    call("all", Method::Is("ANY")),
];

const PYTHON_ROUTES: &[DecoratorRule] = &[
    decorator("route", Method::Named),
    decorator("get", Method::Is("GET")),
    decorator("post", Method::Is("POST")),
    decorator("put", Method::Is("PUT")),
    decorator("patch", Method::Is("PATCH")),
    decorator("delete", Method::Is("DELETE")),
    decorator("head", Method::Is("HEAD")),
    decorator("options", Method::Is("OPTIONS")),
    decorator("websocket", Method::Is("WEBSOCKET")),
    decorator("api_route", Method::Named),
];

const GO_CHI: &[CallRule] = &[
    call("Get", Method::Is("GET")),
    call("Post", Method::Is("POST")),
    call("Put", Method::Is("PUT")),
    call("Patch", Method::Is("PATCH")),
    call("Delete", Method::Is("DELETE")),
    call("Head", Method::Is("HEAD")),
    call("Options", Method::Is("OPTIONS")),
    call("Handle", Method::Is("ANY")),
    call("HandleFunc", Method::Is("ANY")),
    named("Method"),
    named("MethodFunc"),
];

pub(super) const FRAMEWORKS: &[Framework] = &[
    Framework {
        name: "express",
        language: For::EcmaScript,
        marks: &["express"],
        unnamed: true,
        calls: LOWER,
        decorators: &[],
    },
    Framework {
        name: "fastify",
        language: For::EcmaScript,
        marks: &["fastify"],
        unnamed: true,
        calls: LOWER,
        decorators: &[],
    },
    Framework {
        name: "hono",
        language: For::EcmaScript,
        marks: &["hono"],
        unnamed: true,
        calls: LOWER,
        decorators: &[],
    },
    Framework {
        name: "flask",
        language: For::Python,
        marks: &["flask", "quart"],
        unnamed: false,
        calls: &[],
        decorators: PYTHON_ROUTES,
    },
    Framework {
        name: "fastapi",
        language: For::Python,
        marks: &["fastapi", "starlette"],
        unnamed: false,
        calls: &[],
        decorators: PYTHON_ROUTES,
    },
    Framework {
        name: "django",
        language: For::Python,
        marks: &["django.urls", "django.conf.urls"],
        unnamed: false,
        calls: &[next(free("path")), next(free("re_path")), next(free("url"))],
        decorators: &[],
    },
    Framework {
        name: "click",
        language: For::Python,
        marks: &["click"],
        unnamed: false,
        calls: &[],
        decorators: &[decorator("command", Method::Command), decorator("group", Method::Command)],
    },
    Framework {
        name: "typer",
        language: For::Python,
        marks: &["typer"],
        unnamed: false,
        calls: &[],
        decorators: &[decorator("command", Method::Command), decorator("callback", Method::Command)],
    },
    Framework {
        name: "axum",
        language: For::Rust,
        marks: &["axum"],
        unnamed: false,
        calls: &[call("route", Method::Handler)],
        decorators: &[],
    },
    Framework {
        name: "actix",
        language: For::Rust,
        marks: &["actix_web"],
        unnamed: false,
        calls: &[call("route", Method::Handler)],
        decorators: &[
            decorator("get", Method::Is("GET")),
            decorator("post", Method::Is("POST")),
            decorator("put", Method::Is("PUT")),
            decorator("patch", Method::Is("PATCH")),
            decorator("delete", Method::Is("DELETE")),
            decorator("head", Method::Is("HEAD")),
            decorator("options", Method::Is("OPTIONS")),
            decorator("route", Method::Named),
        ],
    },
    Framework {
        name: "gin",
        language: For::Go,
        marks: &["gin-gonic/gin"],
        unnamed: false,
        calls: &[
            call("GET", Method::Is("GET")),
            call("POST", Method::Is("POST")),
            call("PUT", Method::Is("PUT")),
            call("PATCH", Method::Is("PATCH")),
            call("DELETE", Method::Is("DELETE")),
            call("HEAD", Method::Is("HEAD")),
            call("OPTIONS", Method::Is("OPTIONS")),
            call("Any", Method::Is("ANY")),
            named("Handle"),
            named("Match"),
        ],
        decorators: &[],
    },
    Framework {
        name: "echo",
        language: For::Go,
        marks: &["labstack/echo"],
        unnamed: false,
        calls: &[
            next(call("GET", Method::Is("GET"))),
            next(call("POST", Method::Is("POST"))),
            next(call("PUT", Method::Is("PUT"))),
            next(call("PATCH", Method::Is("PATCH"))),
            next(call("DELETE", Method::Is("DELETE"))),
            next(call("HEAD", Method::Is("HEAD"))),
            next(call("OPTIONS", Method::Is("OPTIONS"))),
            next(call("Any", Method::Is("ANY"))),
            next(named("Add")),
            next(named("Match")),
        ],
        decorators: &[],
    },
    Framework {
        name: "mux",
        language: For::Go,
        marks: &["gorilla/mux"],
        unnamed: false,
        calls: &[
            call("HandleFunc", Method::Is("ANY")),
            call("Handle", Method::Is("ANY")),
            chained("HandlerFunc"),
            chained("Handler"),
        ],
        decorators: &[],
    },
    Framework {
        name: "chi",
        language: For::Go,
        marks: &["go-chi/chi"],
        unnamed: false,
        calls: GO_CHI,
        decorators: &[],
    },
    Framework {
        name: "net/http",
        language: For::Go,
        marks: &["\"net/http\""],
        unnamed: false,
        calls: &[free("HandleFunc"), free("Handle")],
        decorators: &[],
    },
    Framework {
        name: "spring",
        language: For::Java,
        marks: &["org.springframework"],
        unnamed: false,
        calls: &[],
        decorators: &[
            decorator("GetMapping", Method::Is("GET")),
            decorator("PostMapping", Method::Is("POST")),
            decorator("PutMapping", Method::Is("PUT")),
            decorator("PatchMapping", Method::Is("PATCH")),
            decorator("DeleteMapping", Method::Is("DELETE")),
            decorator("RequestMapping", Method::Named),
        ],
    },
    Framework {
        name: "jax-rs",
        language: For::Java,
        marks: &["javax.ws.rs", "jakarta.ws.rs"],
        unnamed: false,
        calls: &[],
        decorators: &[
            decorator("GET", Method::Is("GET")),
            decorator("POST", Method::Is("POST")),
            decorator("PUT", Method::Is("PUT")),
            decorator("PATCH", Method::Is("PATCH")),
            decorator("DELETE", Method::Is("DELETE")),
            decorator("HEAD", Method::Is("HEAD")),
            decorator("OPTIONS", Method::Is("OPTIONS")),
        ],
    },
];

/// Calls of Go that give what is registered on their result, or in the function they are given, a path before
/// its own.
pub(super) const GO_PREFIXES: &[&str] = &["PathPrefix", "Path", "Group", "Route"];

/// Types of Go packages that handlers are registered on.
pub(super) const GO_ROUTERS: &[&str] =
    &["Router", "Route", "ServeMux", "Mux", "Echo", "Group", "Engine", "RouterGroup", "IRouter", "IRoutes"];

/// Annotations of a Java class or method that say its path.
pub(super) const JAVA_PATHS: &[&str] = &["RequestMapping", "Path"];

/// Words that name a request method in arguments.
pub(super) const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
