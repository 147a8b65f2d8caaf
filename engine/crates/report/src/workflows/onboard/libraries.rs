//! What well-known libraries are for, by name. Names are as registries spell them; of Go modules, the last
//! part of the path that is no version.

/// What a library is for, if it is well known.
pub(super) fn purpose(name: &str) -> Option<&'static str> {
    let name = name.rsplit_once(':').map_or(name, |(_, artifact)| artifact);
    let mut parts = name
        .rsplit('/')
        .skip_while(|part| part.len() <= 3 && part.starts_with('v') && part[1..].bytes().all(|b| b.is_ascii_digit()));
    let short = if name.starts_with('@') { name } else { parts.next().unwrap_or(name) };
    let lower = short.to_lowercase().replace('_', "-");
    LIBRARIES.iter().find(|(_, names)| names.split(' ').any(|known| known == lower)).map(|(purpose, _)| *purpose)
}

const LIBRARIES: &[(&str, &str)] = &[
    (
        "serialization",
        "serde serde-json serde-yaml bincode postcard ciborium rmp-serde jackson-databind jackson-core gson msgpack orjson ujson marshmallow cattrs json-iterator sonic go-json ugorji codec",
    ),
    ("TOML", "toml toml-edit tomli tomlkit go-toml tomllib smol-toml"),
    ("YAML", "pyyaml yaml js-yaml yaml.v3 yaml.v2 snakeyaml ruamel.yaml yaml-rust yaml-cpp"),
    ("XML", "lxml quick-xml fast-xml-parser xml-rs defusedxml"),
    ("protocol buffers", "protobuf prost google.golang.org/protobuf protobuf-java"),
    (
        "command-line arguments",
        "clap argh lexopt pico-args structopt click typer commander yargs yargs-parser minimist cac meow cobra pflag urfave/cli cli picocli docopt kong",
    ),
    ("asynchronous run-time", "tokio async-std smol anyio trio uvloop"),
    (
        "asynchronous building blocks",
        "futures futures-core futures-util futures-io futures-sink futures-channel async-trait pin-project-lite pin-project tokio-util tokio-stream",
    ),
    ("HTTP client", "reqwest requests httpx urllib3 axios got undici node-fetch okhttp ureq httpcore"),
    ("HTTP server and client", "hyper http http-body http-body-util hyper-util h2 aiohttp"),
    ("classes without boilerplate", "attrs"),
    (
        "web framework",
        "axum actix-web rocket warp express fastify koa hono flask django fastapi starlette gin echo fiber chi mux spring-boot-starter-web spring-web spring-webmvc sinatra tornado",
    ),
    ("middleware for services", "tower tower-http tower-service tower-layer"),
    ("WSGI and ASGI tools and servers", "werkzeug uvicorn gunicorn hypercorn"),
    ("routing", "matchit find-my-way path-to-regexp httprouter router react-router"),
    (
        "templates",
        "jinja2 handlebars ejs mustache tera askama minijinja mako pug thymeleaf spring-boot-starter-thymeleaf",
    ),
    ("HTML escaping", "markupsafe escape-html html-escape"),
    ("signed data", "itsdangerous cookie-signature"),
    ("signals between objects", "blinker"),
    ("error types", "thiserror anyhow eyre color-eyre snafu http-errors errors"),
    (
        "logging and tracing",
        "log tracing tracing-subscriber env-logger loguru structlog winston pino bunyan debug logrus zap zerolog slf4j-api logback-classic log4j-core spdlog abstract-logging",
    ),
    ("regular expressions", "regex regex-automata regex-syntax grep-regex regexp2 re2 fancy-regex pcre2"),
    ("fast string search", "memchr bstr aho-corasick"),
    (
        "walking directories and ignore rules",
        "ignore walkdir globset glob globwalk fast-glob tinyglobby globby chokidar notify fsnotify pathspec doublestar",
    ),
    (
        "terminal colours and width",
        "termcolor colored owo-colors anstyle anstream chalk picocolors colorama kleur nu-ansi-term ansi-colors unicode-width unicode-segmentation uniseg go-runewidth fatih/color color go-isatty strip-ansi",
    ),
    (
        "terminal interface",
        "crossterm ratatui indicatif console dialoguer rich prompt-toolkit ink inquirer bubbletea lipgloss tcell textual blessed ora term terminal-size",
    ),
    (
        "test framework",
        "pytest jest vitest mocha chai testify junit junit-jupiter assertj-core mockito-core sinon ava tap",
    ),
    (
        "ORM and database access",
        "sqlalchemy diesel sqlx sea-orm typeorm prisma @prisma/client sequelize mongoose gorm hibernate-core spring-boot-starter-data-jpa mybatis peewee tortoise-orm knex drizzle-orm",
    ),
    (
        "database driver",
        "psycopg2 psycopg asyncpg pymysql mysqlclient rusqlite tokio-postgres redis pg mysql2 sqlite3 better-sqlite3 lib/pq pgx pq go-sqlite3 mongodb pymongo redis-py ioredis postgresql mysql-connector-j go-redis",
    ),
    ("caching", "caffeine lru lru-cache cachetools spring-boot-starter-cache cache-api"),
    ("messages and task queues", "celery kombu billiard amqp pika vine kafka-clients rdkafka bullmq nats"),
    (
        "validation",
        "pydantic pydantic-core zod joi ajv yup validator jsonschema cerberus hibernate-validator spring-boot-starter-validation valibot class-validator @fastify/ajv-compiler",
    ),
    ("configuration", "config figment viper dotenv python-dotenv mapstructure afero dynaconf confy cosmiconfig rc"),
    ("dates and times", "chrono time jiff dayjs moment date-fns luxon python-dateutil pytz tzdata tzlocal"),
    ("random numbers", "rand getrandom fastrand nanoid uuid google/uuid"),
    ("hashing and hash maps", "hashbrown indexmap ahash rustc-hash fxhash xxhash-rust xxhash"),
    (
        "cryptography and TLS",
        "rustls ring openssl native-tls cryptography pyopenssl bcrypt sha2 md-5 hmac certifi bouncycastle crypto x/crypto sha1 blake3",
    ),
    (
        "text encodings",
        "encoding-rs charset-normalizer chardet iconv-lite idna percent-encoding base64 mime mime-types content-type",
    ),
    ("compression", "flate2 zstd brotli miniz-oxide zlib lz4 pako snappy compress xz2"),
    ("parallel computation", "rayon crossbeam crossbeam-channel joblib p-limit parking-lot dashmap errgroup"),
    ("small or inline collections", "smallvec arrayvec bytes slab bitflags either itertools"),
    ("lazily initialised values", "once-cell lazy-static"),
    ("operating system calls", "libc nix rustix windows-sys winapi psutil x/sys sys mio socket2 libuv signal-hook"),
    ("syntax highlighting", "pygments syntect highlight.js prism shiki two-face"),
    ("Markdown", "markdown markdown-it marked pulldown-cmark comrak mistune markdown-it-py goldmark remark"),
    (
        "parsing",
        "nom pest winnow tree-sitter lark pyparsing acorn esprima syn antlr4-runtime tree-sitter-cli peg logos",
    ),
    ("code generation for macros", "quote proc-macro2"),
    (
        "JavaScript bundler or compiler",
        "rollup esbuild webpack vite parcel @babel/core typescript swc rolldown lightningcss postcss terser",
    ),
    ("user interface library", "react react-dom vue svelte preact solid-js angular @angular/core lit"),
    ("state management", "redux zustand mobx pinia jotai rxjs @tanstack/react-query"),
    ("numbers and arrays", "numpy scipy ndarray num-traits num-bigint decimal.js big.js eigen"),
    ("data frames", "pandas polars arrow-array pyarrow"),
    ("machine learning", "torch tensorflow scikit-learn transformers jax keras"),
    ("plotting", "matplotlib plotly d3 seaborn chart.js"),
    ("images", "pillow image sharp imagesize"),
    ("Git", "git2 gix gitpython go-git simple-git isomorphic-git"),
    ("containers and cloud", "boto3 aws-sdk kubernetes client-go docker bollard google-cloud-storage"),
    ("RPC", "tonic grpcio grpc @grpc/grpc-js grpc-java"),
    ("WebSockets", "ws websockets socket.io tungstenite tokio-tungstenite gorilla/websocket websocket"),
    ("metrics", "prometheus client-golang opentelemetry opentelemetry-api micrometer-core prom-client"),
    ("benchmarks", "criterion divan tinybench jmh-core"),
    ("temporary files", "tempfile tmp"),
    ("dependency injection", "guice dagger inversify fx wire spring-context"),
    ("application framework", "spring-boot-starter spring-boot"),
    ("operations endpoints", "spring-boot-starter-actuator"),
    (
        "newer Python features on older versions",
        "typing-extensions importlib-metadata importlib-resources exceptiongroup annotated-types mypy-extensions annotated-doc",
    ),
    ("packaging and versions", "packaging setuptools semver platformdirs semver.v3"),
    ("WebAssembly", "wasm-bindgen wasmtime js-sys web-sys"),
    ("events", "events eventemitter3 mitt"),
    ("static files", "send serve-static mime-db sirv"),
    ("request bodies", "body-parser raw-body multer python-multipart busboy formidable"),
    ("cookies", "cookie cookies tough-cookie"),
    ("content negotiation", "accepts type-is vary negotiator"),
    ("caching of responses", "etag fresh"),
    ("Unicode", "unicode-ident unicode-normalization unicode-xid x/text text"),
];

/// Python packages whose module has another name.
pub(super) const PYTHON_MODULES: &[(&str, &str)] = &[
    ("pyyaml", "yaml"),
    ("pillow", "PIL"),
    ("beautifulsoup4", "bs4"),
    ("scikit-learn", "sklearn"),
    ("python-dateutil", "dateutil"),
    ("python-dotenv", "dotenv"),
    ("pyopenssl", "OpenSSL"),
    ("protobuf", "google.protobuf"),
    ("attrs", "attr"),
    ("opencv-python", "cv2"),
    ("psycopg2-binary", "psycopg2"),
    ("python-multipart", "multipart"),
    ("gitpython", "git"),
    ("charset-normalizer", "charset_normalizer"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_found_under_every_spelling_of_registries() {
        for (name, expected) in [
            ("github.com/go-chi/chi/v5", "web framework"),
            ("org.springframework.boot:spring-boot-starter-web", "web framework"),
            ("PyYAML", "YAML"),
            ("serde_json", "serialization"),
        ] {
            assert_eq!(purpose(name), Some(expected), "{name}");
        }
        assert_eq!(purpose("a-library-of-my-own"), None);
    }

    #[test]
    fn no_library_has_two_purposes() {
        let mut names: Vec<&str> = LIBRARIES.iter().flat_map(|(_, names)| names.split(' ')).collect();
        names.sort_unstable();
        let doubled: Vec<&[&str]> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert_eq!(doubled, Vec::<&[&str]>::new());
    }
}
