//! The real binary on tiny projects.

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, starts_with};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A project in a folder of its own, with a cache of its own.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let project = Self { folder };
        std::fs::create_dir(project.root()).expect("a root");
        for (path, text) in files {
            project.write(path, text.as_bytes());
        }
        project
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let file = self.root().join(path);
        std::fs::create_dir_all(file.parent().unwrap_or(Path::new("."))).expect("folders");
        std::fs::write(file, bytes).expect("written");
    }

    /// Runs the binary with `--root` on this project; an answer as data, whatever the tester's terminal.
    fn run(&self, arguments: &[&str]) -> assert_cmd::assert::Assert {
        let mut command = Command::cargo_bin("parseltongue").expect("the binary is built");
        command.args(arguments).arg("--root").arg(self.root());
        command.env("PARSELTONGUE_CACHE_DIR", self.folder.path().join("cache")).assert()
    }
}

fn sample() -> Project {
    Project::new(&[
        (
            "app.py",
            "from lib import Store\n\ndef main():\n    store = Store()\n    store.save(1)\n    helper()\n\ndef helper():\n    pass\n",
        ),
        (
            "lib.py",
            "class Store:\n    def save(self, item):\n        self.check(item)\n\n    def check(self, item):\n        item.validate()\n",
        ),
        ("tests/test_lib.py", "from lib import Store\n\ndef test_save():\n    Store().save(2)\n"),
    ])
}

#[test]
fn a_trace_of_timings_is_written_where_it_is_asked_for() {
    let project = sample();
    let file = project.folder.path().join("trace.json");
    let traced = |file: &Path| {
        let mut command = Command::cargo_bin("parseltongue").expect("the binary is built");
        command.args(["callers", "save", "--no-cache", "--root"]).arg(project.root()).env("PARSELTONGUE_TRACE", file);
        command.assert()
    };
    traced(&file).success().stdout(contains("app.py:5:11"));
    let trace: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).expect("a trace")).expect("the trace is JSON");
    let events = trace["traceEvents"].as_array().expect("events");
    for name in ["command", "list files", "read changed files", "resolve calls", "build snapshot"] {
        assert!(events.iter().any(|event| event["name"] == name && event["ph"] == "X"), "{name} is missing");
    }
    assert!(events.iter().any(|event| event["name"] == "read file" && event["args"]["of"] == "app.py"));

    traced(&project.root().join("no such folder/trace.json")).code(2).stderr(contains("the trace cannot be written"));
}

#[test]
fn callers_are_listed_with_the_calling_lines() {
    sample().run(&["callers", "save"]).success().stdout(
        contains("app.py:3:5").and(contains("app.py:5:11  store.save(1)")).and(contains("tests/test_lib.py:3:5")),
    );
}

#[test]
fn a_qualified_name_and_a_place_name_the_same_entity() {
    let project = sample();
    let by_name = project.run(&["callers", "Store.save", "--format", "json"]).success().get_output().stdout.clone();
    let by_place = project.run(&["callers", "lib.py:2", "--format", "json"]).success().get_output().stdout.clone();
    assert_eq!(by_name, by_place);
    let answer: serde_json::Value = serde_json::from_slice(&by_name).expect("valid JSON");
    assert_eq!(answer["schema"], 1);
    assert_eq!(answer["answers"][0]["entity"]["qualified_name"], "Store.save");
    assert_eq!(answer["answers"][0]["callers"][0]["sites"][0]["line"], 5);
}

#[test]
fn an_unknown_receiver_is_counted_and_shown_on_request() {
    let project = Project::new(&[(
        "a.py",
        "class A:\n    def close(self):\n        pass\n\ndef stop(thing):\n    thing.close()\n",
    )]);
    project.run(&["callers", "close"]).success().stdout(contains("0 callers").and(contains("1 call site of close")));
    project.run(&["callers", "close", "--unresolved"]).success().stdout(contains("a.py:6:11"));
    project.run(&["blast-radius", "close"]).success().stdout(contains("risk: at least low"));
}

#[test]
fn a_name_that_is_not_there_fails_and_near_names_are_offered() {
    let project = sample();
    project.run(&["debug", "helper"]).code(2).stdout("").stderr(contains("'report debug'"));
    project.run(&["callers", "halper"]).code(1).stdout("").stderr(contains("did you mean helper?"));
    project.run(&["where-defined", "Shop.save"]).code(1).stderr(contains("did you mean Store.save?"));
    for mistyped in ["Store.savee", "Stor.save", "Stroe.svae"] {
        project.run(&["where-defined", mistyped]).code(1).stderr(contains("did you mean Store.save"));
    }
    project.run(&["callers", "validate"]).code(1).stderr(contains("1 call site names 'validate'"));
    project.run(&["entities-in-file", "lib.p"]).code(1).stderr(contains("lib.py"));
}

#[test]
fn several_matches_are_all_answered() {
    let project = Project::new(&[("a.py", "def run(): pass\n"), ("b.py", "def run(): pass\n")]);
    project.run(&["where-defined", "run"]).success().stdout(contains("a.py:1:5").and(contains("b.py:1:5")));
}

#[test]
fn blast_radius_walks_upstream_and_counts_tests_apart() {
    let project = sample();
    let output = project.run(&["blast-radius", "check", "--format", "json"]).success().get_output().stdout.clone();
    let answer: serde_json::Value = serde_json::from_slice(&output).expect("valid JSON");
    let answer = &answer["answers"][0];
    assert_eq!((answer["production"].as_u64(), answer["tests"].as_u64()), (Some(2), Some(1)), "{answer:#}");
    assert_eq!(answer["affected"][0]["qualified_name"], "Store.save");
    project
        .run(&["blast-radius", "check", "--depth", "1", "--format", "json"])
        .success()
        .stdout(contains("\"production\": 1"));
}

#[test]
fn exports_are_sorted_lines_of_tab_separated_columns() {
    sample().run(&["export", "calls"]).success().stdout(
        "app.py\t3\tmain\tapp.py\t8\thelper\napp.py\t3\tmain\tlib.py\t2\tsave\nlib.py\t2\tsave\tlib.py\t5\tcheck\n\
         tests/test_lib.py\t3\ttest_save\tlib.py\t2\tsave\n",
    );
    sample().run(&["export", "functions"]).success().stdout(contains("lib.py\t5\tcheck\n"));
    sample().run(&["export", "unresolved"]).success().stdout("lib.py\t6\tvalidate\tunknown\n");
}

#[test]
fn cycles_are_found_with_a_call_to_cut() {
    let project = Project::new(&[("a.py", "def a():\n    b()\n\ndef b():\n    a()\n\ndef c():\n    c()\n")]);
    project.run(&["find-cycles"]).success().stdout(contains("1 cycle between functions").and(contains("b -> a")));
}

#[test]
fn implementations_are_found_through_the_hierarchy() {
    let project = Project::new(&[("a.py", "class A: pass\nclass B(A): pass\nclass C(B): pass\n")]);
    project.run(&["what-implements", "A"]).success().stdout(contains("a.py:2:7").and(contains("a.py:3:7")));
}

#[test]
fn files_that_cannot_be_mapped_are_named() {
    let project = sample();
    project.write("blob.py", b"\0\0binary");
    project.write("zero.py", b"");
    project.write("broken.py", b"def ok(): pass\ndef (:\n");
    project.run(&["ingest"]).success().stdout(
        contains("passed over because it is not text: blob.py")
            .and(contains("read only in part"))
            .and(contains("broken.py:2")),
    );
    project.run(&["where-defined", "ok"]).success();
}

#[test]
fn ignored_files_are_left_out_unless_asked_for() {
    let project = sample();
    project.write(".gitignore", b"gen/\n");
    project.write("gen/x.py", b"def generated(): pass\n");
    project.write("node_modules/y.js", b"function vendored() {}\n");
    project.run(&["where-defined", "generated"]).code(1);
    project.run(&["where-defined", "vendored"]).code(1);
    project.run(&["where-defined", "generated", "--no-ignore"]).success();
    project.run(&["where-defined", "vendored", "--no-ignore"]).success();
}

#[test]
fn nothing_to_map_and_no_such_root_are_clear_failures() {
    let project = Project::new(&[]);
    project.run(&["ingest"]).code(1).stderr(contains("nothing to map"));
    project.run(&["report", "onboard"]).code(1).stderr(contains("nothing to map"));
    let mut command = Command::cargo_bin("parseltongue").expect("the binary is built");
    command.args(["ingest", "no/such/place"]).assert().code(2).stderr(contains("no file or directory 'no/such/place'"));
}

#[test]
fn a_dump_is_ingested_and_queried() {
    let project = Project::new(&[]);
    project.write("dump.txt", b"FILE: src/a.py\ndef f():\n    g()\n\ndef g():\n    pass\n");
    let mut command = Command::cargo_bin("parseltongue").expect("the binary is built");
    command.args(["callers", "g", "--no-cache", "--root"]).arg(project.root().join("dump.txt"));
    command.assert().success().stdout(contains("src/a.py:2:5  g()"));
}

#[test]
fn paths_with_spaces_and_letters_of_any_script_work() {
    let project = Project::new(&[("sp ace/ñandú.py", "def größe():\n    größe()\n")]);
    project.run(&["callers", "größe"]).success().stdout(contains("sp ace/ñandú.py:2:5"));
    project.run(&["where-defined", "sp ace/ñandú.py:1"]).success();
}

#[test]
fn the_answer_is_the_same_on_any_number_of_threads() {
    let project = sample();
    let run = |threads: &str| {
        let mut command = Command::cargo_bin("parseltongue").expect("the binary is built");
        command.env("RAYON_NUM_THREADS", threads).args(["export", "calls", "--no-cache", "--root"]).arg(project.root());
        command.assert().success().get_output().stdout.clone()
    };
    assert_eq!(run("1"), run("7"));
}

#[test]
fn reports_are_written_in_every_format() {
    let project = sample();
    for report in [
        &["report", "onboard"][..],
        &["report", "debug", "save"],
        &["report", "feature-start", "save"],
        &["report", "refactor-check", "save"],
    ] {
        for format in ["human", "markdown", "pr-summary", "json", "ci", "html"] {
            let mut arguments = report.to_vec();
            arguments.extend(["--format", format]);
            project.run(&arguments).success().stdout(contains("save"));
        }
    }
    project.run(&["report", "debug", "nothing"]).code(1);
}

#[test]
fn completions_are_printed_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let mut command = Command::cargo_bin("parseltongue").expect("the binary is built");
        command.args(["completions", shell]).assert().success().stdout(contains("blast-radius"));
    }
}

/// A base class with an override, and a call through it whose receiver is told only by what was assigned.
fn dispatching() -> Project {
    Project::new(&[(
        "a.js",
        "class Base { run() { return 1 } }\nclass Derived extends Base { run() { return 2 } }\nfunction make() { return new Base() }\nfunction go() { const it = make(); it.run() }\n",
    )])
}

#[test]
fn a_function_with_two_names_is_found_and_exported_by_each() {
    let project = Project::new(&[(
        "a.js",
        "function extend() {}\nextend.all = function extendAll() { extend() }\nextend.some = function some() {}\nfunction go() { extend.all() }\nmodule.exports = go\n",
    )]);
    project.run(&["export", "calls"]).success().stdout(
        "a.js\t2\tall\ta.js\t1\textend\na.js\t2\textendAll\ta.js\t1\textend\n\
         a.js\t4\tgo\ta.js\t2\tall\na.js\t4\tgo\ta.js\t2\textendAll\n",
    );
    project
        .run(&["export", "functions"])
        .success()
        .stdout("a.js\t1\textend\na.js\t2\tall\na.js\t2\textendAll\na.js\t3\tsome\na.js\t4\tgo\n");
    project.run(&["callers", "extendAll"]).success().stdout(contains("extend.all").and(contains("function go")));
}

#[test]
fn calls_say_how_they_were_resolved_and_how_sure_that_is() {
    let project = dispatching();
    project.run(&["export", "calls"]).success().stdout("a.js\t4\tgo\ta.js\t1\trun\na.js\t4\tgo\ta.js\t3\tmake\n");
    project
        .run(&["export", "calls", "--evidence"])
        .success()
        .stdout("a.js\t4\tgo\ta.js\t1\trun\tuntyped-flow\t0.94\na.js\t4\tgo\ta.js\t3\tmake\tlocal\t0.99\n");
    project.run(&["callees", "go", "--format", "json"]).success().stdout(contains("\"confidence\": 0.94"));
}

#[test]
fn less_sure_calls_are_left_out_and_counted() {
    let project = dispatching();
    project.run(&["export", "calls", "--min-confidence", "0.95"]).success().stdout("a.js\t4\tgo\ta.js\t3\tmake\n");
    project
        .run(&["callers", "Base.run", "--min-confidence", "0.95"])
        .success()
        .stdout(contains("0 callers").and(contains("1 call less sure than --min-confidence is left out")));
    project.run(&["callers", "Base.run", "--min-confidence", "2"]).code(2).stderr(contains("from 0 to 1"));
}

#[test]
fn what_may_run_instead_is_apart_and_marked() {
    let project = dispatching();
    project
        .run(&["callees", "go"])
        .success()
        .stdout(contains("1 method may run instead").and(contains("Derived").not()));
    project.run(&["callees", "go", "--dispatch"]).success().stdout(contains("may run instead of Base.run: 1 method"));
    project.run(&["export", "calls", "--dispatch"]).success().stdout(
        "a.js\t4\tgo\ta.js\t1\trun\tstatic\na.js\t4\tgo\ta.js\t2\trun\tdispatch\na.js\t4\tgo\ta.js\t3\tmake\tstatic\n",
    );
}

/// A project that says much of itself.
fn declared() -> Project {
    Project::new(&[
        (
            "README.md",
            "# shop\n\n[![CI\nbuild](https://a.b/c.svg?x)](https://d)\n\nA shop for **small** goods, fast and friendly.\n\n\
             ## Features\n\n- sells\n- buys\n\n## Install\n\n```sh\npip install shop\n```\n\n## Usage\n\n```python\nimport shop\nshop.open()\n```\n",
        ),
        (
            "pyproject.toml",
            "[project]\nname = \"shop\"\nversion = \"1.2\"\nlicense = \"MIT\"\nrequires-python = \">=3.9\"\ndependencies = [\"click>=8\"]\n\
             [project.scripts]\nshop = \"shop.cli:main\"\n[tool.pytest.ini_options]\n",
        ),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      - run: ruff check src\n"),
        ("shop/__init__.py", "\"\"\"The shop itself.\"\"\"\nfrom .cli import main\n"),
        (
            "shop/cli.py",
            "import click\n\nclass Till:\n    \"\"\"Holds the money.\"\"\"\n    def put(self, coin):\n        self.coins = coin\n        print(coin)\n\n\
             def main():\n    Till().put(1)\n",
        ),
        ("tests/test_cli.py", "from shop.cli import main\n\ndef test_main():\n    main()\n"),
        ("CONTRIBUTING.md", "# How to help\n"),
    ])
}

#[test]
fn onboard_says_what_the_project_says_of_itself() {
    declared().run(&["report", "onboard"]).success().stdout(
        contains("A shop for small goods, fast and friendly.")
            .and(contains("version 1.2, licence MIT, Python >=3.9"))
            .and(contains("features: sells; buys"))
            .and(contains("pip install shop  README.md:16"))
            .and(contains("shop.open()"))
            .and(contains("python -m pytest"))
            .and(contains("ruff check src"))
            .and(contains("1 test in 1 file: tests"))
            .and(contains("command shop  shop/cli.py"))
            .and(contains("import shop  shop/__init__.py"))
            .and(contains("click  command-line arguments  in 1 file"))
            .and(contains("CONTRIBUTING.md  How to help"))
            .and(contains("1. README.md"))
            .and(contains("tests/test_cli.py  tests"))
            .and(contains("badge").not())
            .and(contains("svg").not()),
    );
}

#[test]
fn onboard_reads_what_no_manifest_of_its_own_holds() {
    // A command that starts in a file of two lines, a version in the code, a document that the README links to.
    let python = Project::new(&[
        ("README.md", "# Till\n\nTill counts coins. See [how](notes/inner.md).\n\n```bash\nCoin=1 till\n```\n"),
        ("notes/inner.md", "# How coins are counted\n"),
        (
            "pyproject.toml",
            "[project]\nname = \"till\"\ndynamic = [\"version\"]\nclassifiers = []\n[project.scripts]\ntill = \"till.__main__:main\"\n",
        ),
        ("till/__init__.py", "__version__ = '2.5'\n"),
        ("till/__main__.py", "from till.core import run\n\ndef main():\n    run()\n"),
        ("till/core.py", "from till.coin import Coin\n\ndef run():\n    Coin()\n"),
        ("till/coin.py", "class Coin:\n    pass\n"),
    ]);
    python.run(&["report", "onboard"]).success().stdout(
        contains("version 2.5")
            .and(contains("pip install till  pyproject.toml:2"))
            .and(contains("notes/inner.md  How coins are counted"))
            .and(contains("2. till/core.py  the way in, command till, by way of till/__main__.py"))
            // A shell's variable in the README is not the class of that name.
            .and(contains("shown in the README").not())
            .and(contains("till/__init__.py  the way in").not()),
    );
    // Coordinates of a Java library, its group from the parent.
    let java = Project::new(&[
        (
            "pom.xml",
            "<project><parent><groupId>org.a</groupId><version>3.1</version></parent>\n<artifactId>b</artifactId></project>\n",
        ),
        ("src/main/java/org/a/B.java", "package org.a;\npublic class B {}\n"),
    ]);
    java.run(&["report", "onboard"]).success().stdout(contains("Maven org.a:b:3.1  pom.xml:2"));
    // A C library's words for those who link it.
    let c = Project::new(&[
        ("libk.pc.in", "Name: libk\nDescription: keeps keys in order\n"),
        ("configure.ac", "AC_INIT([libk], [0.9.1])\n"),
        ("k.c", "int k(void) { return 1; }\n"),
    ]);
    c.run(&["report", "onboard"]).success().stdout(contains("keeps keys in order").and(contains("version 0.9.1")));
}

#[test]
fn onboard_takes_the_program_for_the_way_in_and_reads_what_the_documents_lead_through() {
    let c = Project::new(&[
        (
            "README",
            "What is Shelf?\n===\n\nShelf is released under the MIT licence, see COPYING for that. It keeps goods.\n\n\
             The sources\n===\n\nHow `shelf.c` came to be is a long story. See utils/table.py too.\n\n\
             shelf.c\n---\n\nStarts the server and its loop. And more.\n\nThere is also `sum.c` beside `goods.c`.\n",
        ),
        ("src/sum.c", "int sum(void) { return 1; }\n#ifdef SUM_TEST\nint main(void) { return sum(); }\n#endif\n"),
        ("src/goods.c", "#include \"goods.h\"\nint goods(void) { return 2; }\n"),
        ("src/goods.h", "#ifndef GOODS_H\n#define GOODS_H\nint goods(void);\nint sum(void);\n#endif\n"),
        ("src/probe.c", "int main(void) { return 0; }\n"),
        (
            "src/shelf.c",
            &format!("#include \"goods.h\"\nint main(void) {{\n{}}}\n", "    goods() + sum();\n".repeat(40)),
        ),
        ("utils/table.py", "def table():\n    pass\n"),
    ]);
    c.run(&["report", "onboard"]).success().stdout(
        starts_with("Shelf\n")
            .and(contains("MIT licence, see").not())
            .and(contains("src/sum.c:3").not())
            .and(contains("2. src/shelf.c  the way in"))
            .and(contains("src/sum.c  named by the project's own documents: There is also sum.c beside goods.c."))
            .and(contains("table.py  named").not()),
    );
    // A library in C by the header of its name, and what it is before a list begins.
    let c = Project::new(&[
        ("README.rst", "Tin\n===\n\nTin_ is a C library for sealing. Its main features are:\n\n- small\n"),
        ("src/tin.h", "int tin(void);\n"),
        ("src/tin.c", "#include \"tin.h\"\nint tin(void) { return 1; }\n"),
        ("test/a.c", "#include \"../src/tin.h\"\nint main(void) { return tin(); }\n"),
    ]);
    c.run(&["report", "onboard"])
        .success()
        .stdout(contains("Tin is a C library for sealing.\n").and(contains("the way in, #include <tin.h>")));
    let java = Project::new(&[
        ("pom.xml", "<project><name>Shop-Parent</name>\n<description>shop pom.xml file</description></project>\n"),
        ("src/main/java/A.java", "public class A {}\n"),
    ]);
    java.run(&["report", "onboard"]).success().stdout(starts_with("Shop\n").and(contains("pom.xml file").not()));
}

#[test]
fn onboard_gives_each_part_its_turn_and_shows_a_whole_example() {
    let go = Project::new(&[
        ("go.mod", "module example.com/gate/v2\n"),
        ("doc.go", "// Package gate lets requests in.\npackage gate\n"),
        ("gate.go", "package gate\n\ntype Gate struct{}\n\nfunc New() *Gate { return wrap(&Gate{}) }\n"),
        ("wrap.go", "package gate\n\nfunc wrap(g *Gate) *Gate { return g }\n"),
        ("alias.go", "package gate\n\nfunc one() *Gate { return New() }\nfunc Two() *Gate { return one() }\n"),
        ("examples/big/a.go", "package main\n\nimport \"example.com/gate/v2\"\n\nfunc main() { gate.New(); b() }\n"),
        ("examples/big/b.go", "package main\n\nimport \"example.com/gate/v2\"\n\nfunc b() { gate.Two() }\n"),
        ("examples/a/a.go", "package main\n\nimport \"example.com/gate/v2\"\n\nfunc main() { gate.New() }\n"),
    ]);
    go.run(&["report", "onboard"]).success().stdout(
        contains("doc.go  the way in, import example.com/gate/v2")
            .and(contains("gate.go  the file with the package's own name"))
            .and(contains("examples/big/").and(contains("an example")))
            .and(contains("examples/a/a.go  an example").not())
            .and(contains("alias.go  one").not()),
    );
    // A service with a page of its own starts at the root.
    let service = Project::new(&[
        ("go.mod", "module example.com/post\n"),
        ("app.go", "package main\n\nfunc main() { serve() }\n\nfunc serve() {}\n"),
        ("ui/package.json", "{\"name\": \"post-ui\"}\n"),
        ("ui/src/index.ts", "export function page() {}\n"),
    ]);
    service.run(&["report", "onboard"]).success().stdout(
        contains("1. app.go  the way in, program .").and(contains("2. ui/src/index.ts  the way in, package post-ui")),
    );
    // The type that a folder is named for speaks for it, and a method for nothing but its type.
    let user = |name: &str| {
        format!(
            "package a.core;\nimport a.parser.*;\npublic class {name} {{ Token t; Parser p; void go() {{ p.run(t); t.cut(); }} }}\n"
        )
    };
    let java = Project::new(&[
        (
            "src/main/java/a/parser/Parser.java",
            "package a.parser;\npublic class Parser { public void run(Token t) { t.cut(); } }\n",
        ),
        ("src/main/java/a/parser/Token.java", "package a.parser;\npublic class Token { public void cut() {} }\n"),
        ("src/main/java/a/core/One.java", &user("One")),
        ("src/main/java/a/core/Two.java", &user("Two")),
    ]);
    java.run(&["report", "onboard"])
        .success()
        .stdout(contains("parser/Parser.java  Parser, used by").and(contains("Parser.run, used").not()));
}

#[test]
fn onboard_reads_first_what_holds_most_together_and_leaves_others_code_aside() {
    let feature = |name: &str| {
        format!(
            "from shop.core import Till\n\n\ndef {name}_with(till):\n    return check(till)\n\n\ndef check(till: Till):\n    return till\n"
        )
    };
    let python = Project::new(&[
        ("pyproject.toml", "[project]\nname = \"shop\"\n[project.scripts]\nshop = \"shop.cli:main\"\n"),
        (
            "README.md",
            "# Shop\n\nSells *small* goods to you, 2 * 3 a day.\n\n```python\nfrom shop import Shop\nShop()\n```\n",
        ),
        ("shop/__init__.py", "from shop.app import Shop\n\ndef __getattr__(name):\n    raise AttributeError(name)\n"),
        ("shop/app.py", "from shop.core import Till\n\nclass Shop:\n    def sell(self):\n        Till().put()\n"),
        ("shop/cli.py", &format!("from shop.app import Shop\n\ndef main():\n{}", "    Shop().sell()\n".repeat(40))),
        (
            "shop/core.py",
            &format!(
                "from shop.coin import Coin\n\nclass Till:\n    def put(self):\n        Coin()\n{}",
                "        Coin()\n".repeat(40)
            ),
        ),
        ("shop/coin.py", "class Coin:\n    pass\n"),
        ("shop/extras/one.py", &feature("one")),
        ("shop/extras/two.py", &feature("two")),
        ("shop/extras/three.py", &feature("three")),
    ]);
    python.run(&["report", "onboard"]).success().stdout(
        contains("Sells small goods to you, 2 * 3 a day.")
            // What the README shows comes before the program, and what only passes on is left out.
            .and(contains("2. shop/app.py  Shop, shown in the README"))
            .and(contains("3. shop/cli.py  the way in, command shop"))
            .and(contains("4. shop/core.py  Till, used by"))
            .and(contains("shop/__init__.py  the way in").not()),
    );
    // A version in a header, tests in a language of their own, others' tests, a header that the README explains.
    let c = Project::new(&[
        (
            "README.md",
            "# Box\n\nBox keeps things in memory.\n\n## Running Box\n\n    % ./box\n\n## server.h\n\n```c\nstruct box { int size; };\n```\n",
        ),
        ("src/version.h", "#define BOX_VERSION \"7.0.1\"\n#define BOX_VERSION_NUM 0x00070001\n"),
        ("src/server.h", "struct box { int size; };\n"),
        ("src/server.c", "#include \"server.h\"\nint main(void) { return 0; }\n"),
        ("src/box-benchmark.c", "int main(void) { return 0; }\n"),
        ("deps/heap/test/unit/a.cc", "TEST(Heap, A) {\n}\n"),
        ("tests/unit/a.tcl", "test a {}\n"),
        ("tests/unit/b.tcl", "test b {}\n"),
        ("tests/modules/m.c", "int m(void) { return 1; }\n"),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      - run: make CFLAGS='-Werror -DTEST'\n"),
    ]);
    c.run(&["report", "onboard"]).success().stdout(
        contains("version 7.0.1")
            .and(contains("tests in languages that are not mapped: tests/ (Tcl)"))
            .and(contains("Running Box  README.md:7"))
            .and(contains("struct box {").not())
            .and(contains("box-benchmark.c  the way in").not())
            .and(contains("deps/heap/test").not())
            .and(contains("make CFLAGS='-Werror -DTEST'  ")),
    );
    // A script in place of a manifest, a manifest's words before the README's on its use, exceptions behind the rest.
    let script = Project::new(&[
        (
            "setup.py",
            "REQUIRES = ['click>=7', 'arrow']\nsetup(\n    name='till',\n    description='Counts coins.',\n    entry_points={'console_scripts': ['till = till.cli:main']},\n    install_requires=REQUIRES,\n)\n",
        ),
        ("till/VERSION.txt", "2.6.0\n"),
        ("README.md", "# Till\n\n## Getting started\n\nComing from another till? Read why that is long.\n"),
        ("CHANGELOG.md", "YOU SHOULD NOT EDIT THIS\n"),
        ("CONTRIBUTING.md", "<!---\n Licensed to some under one or more\n-->\n---\n\n# How to help\n"),
        ("docs/overview.md", "---\ntitle: All of it\n---\n\ntext\n"),
        ("Makefile", "install:\n\tpip install -e .\ninstall-dev:\n\ttrue\n"),
        ("till/__init__.py", ""),
        (
            "till/cli.py",
            "import click\nfrom till.exceptions import TillClosed, NoCoin\nfrom till.coin import Coin\n\ndef main():\n    Coin()\n    raise NoCoin\n\ndef other():\n    raise TillClosed\n",
        ),
        ("till/exceptions.py", "class TillClosed(Exception):\n    pass\n\nclass NoCoin(Exception):\n    pass\n"),
        ("till/coin.py", "class Coin:\n    pass\n"),
        (
            "till/server.py",
            "from till.coin import Coin\nfrom till.exceptions import NoCoin\n\ndef run():\n    Coin()\n    raise NoCoin\n",
        ),
    ]);
    script.run(&["report", "onboard"]).success().stdout(
        contains("Counts coins.")
            .and(contains("version 2.6.0"))
            .and(contains("Coming from").not())
            .and(contains("command till  till/cli.py:5"))
            .and(contains("click  command-line arguments  in 1 file"))
            .and(contains("arrow\n"))
            .and(contains("make install  ").and(contains("make install-dev  ")))
            .and(contains("CHANGELOG.md  what changed, by version"))
            .and(contains("CONTRIBUTING.md  How to help"))
            .and(contains("docs/overview.md  All of it"))
            .and(contains("pt feature-start Coin")),
    );
    // The method of a context, and not the type of that name in another folder.
    let go = Project::new(&[
        ("go.mod", "module example.com/gate\n"),
        ("README.md", "# Gate\n\nLets requests through.\n\n```go\nctx.JSON(200)\n```\n"),
        (
            "gate.go",
            "package gate\n\ntype Ctx struct{}\n\nfunc (c *Ctx) JSON(code int) { c.code(code) }\nfunc (c *Ctx) code(code int) {}\n",
        ),
        ("render/json.go", "package render\n\ntype JSON struct{}\n"),
        ("version.go", "package gate\n\nconst Version = \"v1.2.3\"\n"),
        ("gen.go", "//go:build ignore\n\npackage main\n\nfunc main() {}\n"),
        ("Dockerfile", "ENTRYPOINT [ \"/gate\" ]\nCMD [ \"--all\", \\\n \"x\" ]\n"),
    ]);
    go.run(&["report", "onboard"]).success().stdout(
        contains("version 1.2.3")
            .and(contains("JSON, shown in the README").not())
            .and(contains("import example.com/gate  gate.go").and(contains("gen.go:5").not()))
            .and(contains("ENTRYPOINT [ \"/gate\" ]").and(contains("--all").not())),
    );
}

#[test]
fn onboard_takes_no_word_for_what_it_is_not() {
    // A folder of pages that is no application's, a word that is no import, a file that only passes on.
    let script = Project::new(&[
        (
            "package.json",
            "{\"name\": \"gate\", \"main\": \"index.js\", \"description\": \"Quick and small gate\", \"dependencies\": {\"next\": \"1\", \"oauth\": \"1\"}}\n",
        ),
        (
            "README.md",
            "# Gate\n\nQuick and small gate for you.\n\n## Getting started\n\n```sh\nnpm install gate\n```\n",
        ),
        ("index.js", "module.exports = require('./lib/gate')\n"),
        ("lib/gate.js", "const oauth = require('oauth')\nfunction gate() { return oauth }\nmodule.exports = gate\n"),
        ("lib/kind.js", "exports.kind = () => ({ type: 'oauth' })\n"),
        ("core/pages/error.js", "export default function ErrorPage() { return 1 }\n"),
        ("pages/about.js", "export default function About() { return 1 }\n"),
    ]);
    script.run(&["report", "onboard"]).success().stdout(
        contains("GET /about")
            .and(contains("GET /error").not())
            .and(contains("oauth  in 1 file\n"))
            .and(contains("gate for you").not())
            .and(contains("npm install gate  README.md:8"))
            .and(contains("Getting started").not())
            .and(contains("2. lib/gate.js  the way in, package gate, by way of index.js")),
    );
    // What a generator wrote is no key type, though what a parser generates may be; tests for pytest alone.
    let python = Project::new(&[
        ("pyproject.toml", "[project]\nname = \"pack\"\n"),
        (
            "README.md",
            "# Pack\n\nPacks things well.\n\n```python\nfrom io import BytesIO\nfrom pack import Node\nNode(BytesIO())\n```\n",
        ),
        ("pack/__init__.py", "version = (1, 1, 0)\n__version__ = \"1.1.0\"\nfrom .nodes import Node\n"),
        (
            "pack/nodes.py",
            "\"\"\"Nodes that are generated by the parser.\"\"\"\n\n\nclass Node:\n    \"\"\"Either :class:`Leaf`\\s or none.\"\"\"\n",
        ),
        (
            "pack/other.py",
            "from pack.nodes import Node\n\nclass BytesIO:\n    pass\n\ndef a():\n    return Node(), BytesIO()\n",
        ),
        (
            "pack/_c.c",
            "/* Generated by Cython 3.0 */\nstruct made { int a; };\nint use(struct made *m) { return m->a; }\n",
        ),
        ("test/test_a.py", "from pack.nodes import Node\n\ndef test_a():\n    Node()\n"),
    ]);
    python.run(&["report", "onboard"]).success().stdout(
        contains("version 1.1.0")
            .and(contains("python -m pytest  pyproject.toml"))
            .and(contains("Node, shown in the README"))
            .and(contains("BytesIO, shown").not())
            .and(contains("class Node  pack/nodes.py:4"))
            .and(contains("Either Leafs or none."))
            .and(contains("struct made  pack").not())
            .and(contains("pack/_c.c  1 file, 3 lines  generated")),
    );
    // A library in C whose example program and fuzzer are no way in; another's tests; a target that installs.
    let c = Project::new(&[
        (
            "README.md",
            "# box\n\nKeeps things in boxes.\n\n### Example\n\n```json\n{}\n```\n\n```c\nbox *b;\nb = box_new();\nbox_free(b);\n```\n",
        ),
        ("Makefile", "install-box:\n\tcp a b\ninstall:\n\tcp a b\nall:\n\tcc\n"),
        ("box.h", "typedef struct box { int a; } box;\nbox *box_new(void);\n"),
        ("box.c", "#include \"box.h\"\nbox *box_new(void) { return 0; }\n"),
        ("test.c", "#include \"box.h\"\nint main(void) { box_new(); return 0; }\n"),
        ("fuzzing/afl.c", "#include \"box.h\"\nint main(void) { box_new(); return 0; }\n"),
        ("tests/a.c", "#include \"../box.h\"\nint main(void) { box_new(); RUN_TEST(a); return 0; }\n"),
        ("tests/unity/test/b.c", "int main(void) {\n    RUN_TEST(b);\n    RUN_TEST(c);\n}\n"),
    ]);
    c.run(&["report", "onboard"]).success().stdout(
        contains("#include <box.h>  box.h")
            .and(contains("2. box.h  the way in"))
            .and(contains("b = box_new();"))
            .and(contains("install-box").not().and(contains("set up").not()))
            .and(contains("fuzzing/afl.c:2").not()),
    );
}

#[test]
fn a_type_in_a_c_source_is_no_other_files() {
    let c = Project::new(&[
        ("src/server.h", "typedef struct client { int fd; } client;\n"),
        ("src/bench.c", "typedef struct _client { int fd; } *client;\nstatic int own(client c) { return c->fd; }\n"),
        ("src/a.c", "#include \"server.h\"\nint a(client *c) { return c->fd; }\nint b(client *c) { return c->fd; }\n"),
    ]);
    c.run(&["report", "onboard"]).success().stdout(contains("client  src/server.h:1"));
}

#[test]
fn documents_ask_about_definitions_count_each_entity_once_and_know_tests_without_a_name() {
    let python = Project::new(&[(
        "a.py",
        "import typing as t\n\nclass A:\n    @t.overload\n    def run(self, x: int) -> int:\n        ...\n\n    @t.overload\n    def run(self, x: str) -> str:\n        ...\n\n    def run(self, x):\n        return x\n",
    )]);
    let asked = python.run(&["report", "debug", "A.run"]).success().get_output().stdout.clone();
    let asked = String::from_utf8_lossy(&asked);
    assert!(asked.matches("Debug A.run").count() == 1 && asked.contains("a.py:12"), "{asked}");
    let script = Project::new(&[
        (
            "lib.js",
            "function send(x) { if (x) { hook(send2, x) }\n  send2(x) }\nfunction send2(x) {}\nfunction hook(f, x) {}\nmodule.exports = { send }\n",
        ),
        ("test/lib.test.js", "const { send } = require('../lib')\ntest('it sends', () => { send(1) })\n"),
    ]);
    script.run(&["report", "debug", "send"]).success().stdout(
        contains("calls 2 entities of the project; 1 test reaches it")
            .and(contains("file lib  test/lib.test.js").or(contains("test/lib.test.js:1:1"))),
    );
}

#[test]
fn debug_names_side_effects_of_the_body() {
    declared()
        .run(&["report", "debug", "Till.put"])
        .success()
        .stdout(contains("writes self.coins  shop/cli.py:6").and(contains("prints: print  shop/cli.py:7")));
}

#[test]
fn a_context_of_two_entities_leaves_no_budget_unused() {
    let body = "    x = x + 1\n".repeat(60);
    let c = Project::new(&[
        ("long.py", &format!("def same(x):\n{body}    return x\n")),
        ("short.py", "def same():\n    pass\n"),
    ]);
    // Half of it would not hold the long one's body.
    c.run(&["generate-context", "same", "--tokens", "800", "--format", "markdown"])
        .success()
        .stdout(contains("    x = x + 1\n").and(contains("    pass\n")));
    c.run(&["generate-context", "same", "--tokens", "420", "--format", "markdown"])
        .success()
        .stdout(contains("    x = x + 1\n").not());
}

#[test]
fn a_context_keeps_its_budget_and_says_what_it_leaves_out() {
    let project = declared();
    for (format, least) in [("markdown", 90), ("json", 600), ("xml", 90)] {
        for name in [Some("put"), None] {
            let tokens = least.to_string();
            let mut arguments = vec!["generate-context", "--tokens", &tokens, "--format", format];
            arguments.extend(name);
            let output = project.run(&arguments).success().get_output().stdout.clone();
            let text = String::from_utf8(output).expect("text");
            let cost = parseltongue_report::tokens::estimate(&text);
            assert!(cost <= least, "{cost} tokens of {least} as {format}:\n{text}");
        }
    }
    project.run(&["generate-context", "put", "--tokens", "3"]).code(2).stderr(contains("raise --tokens"));
    project
        .run(&["generate-context", "put", "--format", "markdown"])
        .success()
        .stdout(contains("def put(self, coin)").and(contains("Till().put(1)")).and(contains("test_main")));
    project.run(&["callers", "put", "--format", "xml"]).code(2).stderr(contains("has no XML form"));
}

#[test]
fn the_scope_says_how_far_to_look() {
    let project = Project::new(&[("a.py", "def a(): pass\ndef b(): a()\ndef c(): b()\n")]);
    let run = |scope: &str| {
        let arguments = ["report", "feature-start", "a", "--scope", scope, "--format", "json"];
        let output = project.run(&arguments).success().get_output().stdout.clone();
        let answer: serde_json::Value = serde_json::from_slice(&output).expect("valid JSON");
        answer["answers"][0]["impact"]["production"].as_u64()
    };
    assert_eq!((run("shallow"), run("deep")), (Some(1), Some(2)));
    project.run(&["report", "feature-start", "a", "--depth", "1"]).success().stdout(contains("within 1 step"));
}

/// Runs git in a project, as somebody.
fn git(project: &Project, arguments: &[&str]) {
    let mut command = std::process::Command::new("git");
    command.arg("-C").arg(project.root()).args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(arguments);
    assert!(command.output().expect("git runs").status.success(), "git {arguments:?}");
}

#[test]
fn a_change_is_checked_against_a_revision() {
    let project = Project::new(&[
        ("a.py", "def gone(): pass\n\ndef kept(x):\n    return x\n\ndef body():\n    return 1\n"),
        ("b.py", "from a import gone, kept, body\n\ndef use():\n    gone()\n    kept(1)\n    body()\n"),
    ]);
    git(&project, &["init", "-q"]);
    git(&project, &["add", "-A"]);
    git(&project, &["commit", "-qm", "base"]);
    project.write("a.py", b"def kept(x, y):\n    return x\n\ndef body():\n    return 2\n");
    project.write("new.py", b"def fresh(): pass\n");
    let output = project
        .run(&["report", "refactor-check", "--base", "HEAD", "--format", "json"])
        .success()
        .get_output()
        .stdout
        .clone();
    let answer: serde_json::Value = serde_json::from_slice(&output).expect("valid JSON");
    let answer = &answer["answers"][0];
    let changes: Vec<(&str, &str)> = answer["changed"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|changed| (changed["name"].as_str().unwrap_or(""), changed["change"].as_str().unwrap_or("")))
        .collect();
    for expected in [("kept", "signature"), ("body", "body"), ("fresh", "added")] {
        assert!(changes.contains(&expected), "{expected:?} in {changes:?}");
    }
    assert_eq!(answer["removed"][0]["name"], "gone");
    project
        .run(&["report", "refactor-check", "--base", "HEAD", "--format", "ci", "--fail-on", "medium"])
        .code(3)
        .stdout(contains("::error file=a.py,line=1,title=").and(contains("signature")));
    project.run(&["report", "refactor-check", "--base", "nothing"]).code(2).stderr(contains("git cannot compare"));
    project.run(&["report", "refactor-check"]).code(2);
}

/// Rows of `entry-points`: framework, method, path, handler.
fn entry_points(files: &[(&str, &str)]) -> Vec<String> {
    let out = Project::new(files).run(&["entry-points", "--format", "json"]).success().get_output().stdout.clone();
    let answer: serde_json::Value = serde_json::from_slice(&out).expect("valid JSON");
    let rows = answer["answers"][0]["entry_points"].as_array().expect("a list");
    rows.iter()
        .map(|row| {
            let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
            let handler = text(&row["handler"]["qualified_name"]);
            format!("{} {} {} {handler}", text(&row["framework"]), text(&row["method"]), text(&row["path"]))
        })
        .collect()
}

#[test]
fn a_method_that_is_taken_from_something_unknown_may_be_used() {
    let files = [
        ("a.py", "class A:\n    def _collect(self): pass\n"),
        (
            "b.py",
            "class B:\n    def _collect(self): pass\n    def run(self, x):\n        gc = x._collect\n        gc()\n",
        ),
    ];
    let out = Project::new(&files).run(&["unused", "--format", "json"]).success().get_output().stdout.clone();
    let answer: serde_json::Value = serde_json::from_slice(&out).expect("valid JSON");
    let candidates = answer["answers"][0]["candidates"].as_array().expect("a list");
    let collect = candidates.iter().find(|candidate| candidate["qualified_name"] == "A._collect");
    assert_eq!(collect.expect("a candidate")["doubts"][0], "its name is also written at b.py:4");
}

/// The definitions that `unused` has no doubt about.
fn surely_unused(files: &[(&str, &str)]) -> Vec<String> {
    let out = Project::new(files).run(&["unused", "--format", "json"]).success().get_output().stdout.clone();
    let answer: serde_json::Value = serde_json::from_slice(&out).expect("valid JSON");
    let candidates = answer["answers"][0]["candidates"].as_array().expect("a list").iter();
    let sure = candidates.filter(|candidate| candidate["doubts"].as_array().is_some_and(Vec::is_empty));
    sure.map(|candidate| candidate["qualified_name"].as_str().unwrap_or("-").to_owned()).collect()
}

#[test]
fn a_javascript_function_that_is_part_of_a_value_may_run() {
    let code = "function unused() {}\nfunction make(emitter, done) {\n  emitter.on('a', /** @type {X} */ function onA(again) { if (again) onA(false) })\n  emitter.then(\n    function onDone() {},\n    async function onError() {}\n  )\n  emitter.helper = function help() {}\n  const table = { entry: function () {} }\n  if (done) return class Given {}\n  return function given() { return table }\n}\nmodule.exports = make\n";
    assert_eq!(surely_unused(&[("a.js", code)]), ["unused"]);
}

#[test]
fn a_python_method_that_takes_the_place_of_a_librarys_may_run() {
    let code = "import argparse\nimport sys\nclass Own:\n    def _own(self): pass\nclass Parser(argparse.ArgumentParser):\n    def _print_message(self, message): pass\nclass Below(Parser):\n    def _get_values(self): pass\nclass Apart(Own):\n    def _apart(self): pass\nif sys.platform == 'win32':\n    def _run(): pass\nelse:\n    def _run(): pass\n_run()\n";
    assert_eq!(surely_unused(&[("a.py", code)]), ["Own._own", "Apart._apart"]);
}

#[test]
fn routes_have_the_paths_of_the_routers_around_them() {
    let js = "import express from 'express'\nconst app = express()\nconst users = express.Router()\nusers.get('/list', list)\nusers.route('/:id')\n  .get(auth, show)\n  .post(change)\napp.use('/users', users)\nfunction list() {}\nfunction show() {}\nfunction change() {}\nfunction auth() {}\n";
    let rows = ["express POST /users/:id change", "express GET /users/:id show", "express GET /users/list list"];
    let mut found = entry_points(&[("a.js", js)]);
    found.sort();
    let mut expected = rows.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
    let fastify = "const app = require('fastify')()\napp.route({\n  method: ['GET', 'HEAD'],\n  url: '/x',\n  handler: show,\n})\nfunction show() {}\n";
    assert_eq!(entry_points(&[("a.js", fastify)]), ["fastify GET,HEAD /x show"]);
    let python = "from fastapi import APIRouter\nrouter = APIRouter(tags=['u'], prefix='/users')\nPATH = '/p'\n@router.get('/{id}')\ndef show(id): pass\n@router.post(PATH)\ndef change(): pass\n";
    assert_eq!(
        entry_points(&[("a.py", python)]),
        ["fastapi GET …/users/{id} show", "fastapi POST …/users/PATH change"]
    );
    let flask = "from flask import Blueprint\nbp = Blueprint('u', __name__, url_prefix='/users')\n@bp.route('/list')\ndef users(): pass\n";
    assert_eq!(entry_points(&[("a.py", flask)]), ["flask GET …/users/list users"]);
    let java = "import org.springframework.web.bind.annotation.*;\n@RequestMapping(\"/v1\")\nclass A {\n  @GetMapping({\"/a\", \"/b\"})\n  void f() {}\n  @PostMapping(produces = \"text/plain\", path = \"/c\")\n  void g() {}\n}\n";
    assert_eq!(
        entry_points(&[("A.java", java)]),
        ["spring GET /v1/a A.f", "spring GET /v1/b A.f", "spring POST /v1/c A.g"]
    );
}

#[test]
fn routers_of_javascript_have_the_paths_that_other_files_mount_them_on() {
    let app = "const express = require('express')\nconst app = express()\nconst { router: books } = require('./books')\napp.use('/users', require('./users'))\napp.use('/api', check, books)\napp.use(process.env.BASE, require('./computed'))\nfunction check() {}\n";
    let users = "const router = require('express').Router()\nrouter.get('/:id', show)\nrouter.use('/:id/posts', require('./posts'))\nfunction show() {}\nmodule.exports = router\n";
    let router = |path: &str, name: &str, export: &str| {
        format!(
            "const {{ Router }} = require('express')\nconst router = Router()\nrouter.get('{path}', {name})\nfunction {name}() {{}}\n{export}\n"
        )
    };
    assert_eq!(
        entry_points(&[
            ("app.js", app),
            ("books.js", &router("/books", "books", "exports.router = router")),
            ("computed.js", &router("/c", "computed", "module.exports = router")),
            ("loose.js", &router("/l", "loose", "module.exports = router")),
            ("posts.js", &router("/", "posts", "module.exports = router")),
            ("users.js", users),
        ]),
        [
            "express GET /api/books books",
            "express GET …/c computed",
            "express GET …/l loose",
            "express GET /users/:id/posts posts",
            "express GET /users/:id show",
        ]
    );
    let app = "import Fastify from 'fastify'\nimport users from './users.js'\nconst app = Fastify()\napp.register(users, { prefix: '/users' })\napp.register(async (inner) => {\n  inner.get('/in', list)\n}, { prefix: '/v1' })\nfunction list() {}\n";
    let users = "export default async function users(fastify, options) {\n  fastify.get('/:id', show)\n}\nexport function loose(fastify) {\n  fastify.get('/l', show)\n}\nfunction show() {}\n";
    assert_eq!(
        entry_points(&[
            ("app.js", app),
            ("package.json", "{\"dependencies\":{\"fastify\":\"5\"}}"),
            ("users.js", users)
        ]),
        ["fastify GET /v1/in list", "fastify GET /users/:id show", "fastify GET …/l show"]
    );
    let app = "import { Hono } from 'hono'\nimport books from './books'\nconst app = new Hono()\napp.route('/books', books)\napp.route('/twice', books)\n";
    let books = "import { Hono } from 'hono'\nconst books = new Hono().basePath('/v1')\nbooks.get('/:id', show)\nfunction show() {}\nexport default books\n";
    assert_eq!(
        entry_points(&[("app.ts", app), ("books.ts", books)]),
        ["hono GET /books/v1/:id show", "hono GET /twice/v1/:id show"]
    );
    // A router of a function is not the one of the same name in another.
    let app = "import express from 'express'\nimport make, { other } from './make'\nconst app = express()\napp.use('/a', make())\napp.use('/b', other(1))\n";
    let make = "import { Router } from 'express'\nexport default function make() {\n  const router = Router()\n  router.get('/x', show)\n  return router\n}\nexport function other(n) {\n  const router = Router()\n  router.get('/y', show)\n  return router\n}\nfunction show() {}\n";
    assert_eq!(entry_points(&[("app.ts", app), ("make.ts", make)]), ["express GET /a/x show", "express GET /b/y show"]);
}

#[test]
fn routers_of_python_have_the_paths_that_other_files_mount_them_on() {
    let main = "from fastapi import FastAPI\nfrom .routers import items, users as people\nfrom .routers.admin import router as admin\napp = FastAPI()\napp.include_router(items.router, prefix='/items')\napp.include_router(people.router)\napp.include_router(admin, prefix=load())\n";
    let router = |own: &str, name: &str| {
        format!(
            "from fastapi import APIRouter\nrouter = APIRouter({own})\n@router.get('/{name}')\ndef {name}(): pass\n"
        )
    };
    let items = "from fastapi import APIRouter\nfrom . import deep\nrouter = APIRouter()\nrouter.include_router(deep.router, prefix='/deep')\n";
    assert_eq!(
        entry_points(&[
            ("app/__init__.py", ""),
            ("app/main.py", main),
            ("app/routers/__init__.py", ""),
            ("app/routers/admin.py", &router("prefix='/admin'", "ban")),
            ("app/routers/deep.py", &router("", "deep")),
            ("app/routers/items.py", items),
            ("app/routers/users.py", &router("prefix='/users'", "me")),
        ]),
        ["fastapi GET …/admin/ban ban", "fastapi GET /items/deep/deep deep", "fastapi GET /users/me me"]
    );
    let app = "from flask import Flask\nfrom shop.views import api, pages\ndef create_app():\n    app = Flask(__name__)\n    app.register_blueprint(api, url_prefix='/v2')\n    app.register_blueprint(pages)\n    return app\n";
    let views = "from flask import Blueprint\nfrom .pages import pages\napi = Blueprint('api', __name__, url_prefix='/v1')\n@api.get('/a')\ndef a(): pass\n";
    let pages = "from flask import Blueprint\npages = Blueprint('pages', __name__, url_prefix='/pages')\n@pages.route('/')\ndef index(): pass\n";
    assert_eq!(
        entry_points(&[("shop/app.py", app), ("shop/views/__init__.py", views), ("shop/views/pages.py", pages)]),
        ["flask GET /v2/a a", "flask GET /pages/ index"]
    );
    let urls = "from django.urls import include, path\nfrom . import views\nurlpatterns = [path('users/', include('users.urls')), path('', views.home)]\n";
    let users = "from django.urls import path\nfrom . import views\nurlpatterns = [path('<int:pk>/', views.detail)]\n";
    let found = entry_points(&[
        ("site/urls.py", urls),
        ("site/views.py", "def home(request): pass\n"),
        ("users/urls.py", users),
        ("users/views.py", "def detail(request, pk): pass\n"),
    ]);
    assert!(found.contains(&"django ANY users/<int:pk>/ detail".to_owned()), "{found:?}");
    assert!(found.contains(&"django ANY  home".to_owned()), "{found:?}");
}

#[test]
fn express_routes_are_found_and_lookups_in_maps_are_none() {
    let app = "import express from 'express'\nimport { list } from './h.js'\nconst app = express()\nconst m = new Map()\napp.get('/users', list)\napp.post('/users/:id', auth, (req, res) => { res.send([m.get('x')].map(auth)) })\nfunction auth() {}\n";
    assert_eq!(
        entry_points(&[("a.js", app), ("h.js", "export function list(req, res) {}\n")]),
        ["express GET /users list", "express POST /users/:id -"]
    );
}

#[test]
fn next_routes_follow_from_paths() {
    assert_eq!(
        entry_points(&[
            ("package.json", "{\"name\":\"n\",\"dependencies\":{\"next\":\"1\"}}"),
            ("app/users/[id]/page.tsx", "export default function Page() { return 1 }\n"),
            ("app/(group)/users/route.ts", "export async function GET() {}\nexport function helper() {}\n"),
            ("pages/api/hi.ts", "export default function handler(req, res) {}\n"),
        ]),
        ["next GET /users GET", "next GET /users/[id] Page", "next ANY /api/hi handler"]
    );
}

#[test]
fn python_decorators_and_url_tables_are_routes_and_commands() {
    let app = "from flask import Flask\nimport click\napp = Flask(__name__)\n@app.route('/a/<id>', methods=['GET', 'POST'])\n@login\ndef show(id): return id\n@app.get(\n    '/b',\n)\ndef b(): pass\n@click.command('go-on')\ndef go(): pass\n@cli.command()\ndef sub_cmd(): pass\n";
    let urls = "from django.urls import path\nfrom . import views\nurlpatterns = [path('articles/<int:year>/', views.year), path('', views.Index.as_view())]\n";
    assert_eq!(
        entry_points(&[
            ("app.py", app),
            ("urls.py", urls),
            ("views.py", "def year(request, year): pass\nclass Index:\n    pass\n")
        ]),
        [
            "click COMMAND go-on go",
            "click COMMAND sub-cmd sub_cmd",
            "django ANY articles/<int:year>/ year",
            "django ANY  Index",
            "flask GET,POST /a/<id> show",
            "flask GET /b b",
        ]
    );
}

#[test]
fn rust_routers_attributes_and_derived_commands_are_found() {
    let main = "use axum::{Router, routing::get};\nuse clap::{Parser, Subcommand};\n#[derive(Parser, Debug)]\nstruct Cli { c: Cmd }\n#[derive(Subcommand)]\nenum Cmd { BlastRadius { n: u8 }, Go }\nasync fn root() {}\nasync fn make() {}\nfn build() { let _ = Router::new().route(\"/\", get(root).post(make)); let c = clap::Command::new(\"foo\"); }\n";
    let actix = "use actix_web::{get, web};\n#[get(\"/hello/{n}\")]\nasync fn hello() {}\nfn cfg(a: &mut web::ServiceConfig) { a.route(\"/z\", web::post().to(hello)); }\n";
    let found = entry_points(&[("src/a.rs", main), ("src/b.rs", actix)]);
    assert_eq!(
        found,
        [
            "actix GET /hello/{n} hello",
            "actix POST /z hello",
            "axum GET / root",
            "axum POST / make",
            "clap COMMAND Cli Cli",
            "clap COMMAND blast-radius Cmd::BlastRadius",
            "clap COMMAND go Cmd::Go",
            "clap COMMAND foo -",
        ]
    );
}

#[test]
fn go_muxes_and_commands_are_found() {
    let source = "package main\nimport (\"net/http\"; \"github.com/gin-gonic/gin\"; \"github.com/spf13/cobra\")\nfunc h(w http.ResponseWriter, r *http.Request) {}\nfunc g(c *gin.Context) {}\nfunc run(cmd *cobra.Command, a []string) error { return nil }\nvar root = &cobra.Command{Use: \"serve [x]\", Short: \"a, b\", RunE: run}\nconst name = \"stop\"\nvar stop = &cobra.Command{Use: name + \" [x]\", RunE: run}\nvar of = func(c command) *cobra.Command { return &cobra.Command{Use: c.Name + \" x\", RunE: run} }\ntype command struct{ Name string }\nfunc start() {\n\thttp.HandleFunc(\"GET /a\", h)\n\tr := gin.Default()\n\tr.GET(\"/ping\", g)\n}\n";
    assert_eq!(
        entry_points(&[("go.mod", "module m\n"), ("a.go", source)]),
        [
            "cobra COMMAND serve run",
            "cobra COMMAND stop run",
            "cobra COMMAND … run",
            "gin GET /ping g",
            "net/http GET /a h",
            "package  import m -"
        ]
    );
}

#[test]
fn go_routes_have_the_methods_and_prefixes_of_their_router() {
    let mux = "package main\nimport (\"net/http\"; \"github.com/gorilla/mux\")\nconst users = \"/users\"\nfunc main() {\n\tr := mux.NewRouter()\n\tr.HandleFunc(\"/a\", wrap(h, logged)).Methods(\"GET\", \"HEAD\")\n\tr.HandleFunc(\"/in\", func(w http.ResponseWriter, r *http.Request) {})\n\ts := r.PathPrefix(\"/api\").Subrouter()\n\ts.HandleFunc(users+\"/{id}\", h).\n\t\tMethods(http.MethodPost)\n\tr.Methods(\"PUT\").Path(\"/b\").HandlerFunc(h)\n\thttp.HandleFunc(users, h)\n\tsub(s)\n}\nfunc sub(r *mux.Router) { r.Handle(\"/sub\", http.HandlerFunc(h)) }\nfunc h(w http.ResponseWriter, r *http.Request) {}\nfunc wrap(h, m any) http.HandlerFunc { return nil }\nfunc logged(next http.Handler) http.Handler { return next }\n";
    let echo = "package e\nimport \"github.com/labstack/echo/v4\"\nfunc Run() {\n\te := echo.New()\n\te.GET(\"/u/:id\", get, auth)\n\tg := e.Group(\"/admin\")\n\tg.Add(\"PATCH\", \"/x\", get)\n\tg.Any(\"/y\", get)\n}\nfunc get(c echo.Context) error { return nil }\nfunc auth(next echo.HandlerFunc) echo.HandlerFunc { return next }\n";
    let chi = "package c\nimport (\"net/http\"; \"github.com/go-chi/chi/v5\")\nfunc Run() {\n\tr := chi.NewRouter()\n\tr.Get(\"/u\", h)\n\tr.Route(\"/v1\", func(r chi.Router) { r.Post(\"/w\", h) })\n\thttp.HandleFunc(\"/std\", h)\n}\nfunc h(w http.ResponseWriter, r *http.Request) {}\n";
    let mut found = entry_points(&[("go.mod", "module m\n"), ("mux.go", mux), ("e/e.go", echo), ("c/c.go", chi)]);
    found.retain(|row| !row.starts_with("package") && !row.starts_with("main"));
    assert_eq!(
        found,
        [
            "chi GET /u h",
            "chi POST /v1/w h",
            "echo GET /u/:id get",
            "echo PATCH /admin/x get",
            "echo ANY /admin/y get",
            "mux GET,HEAD /a h",
            "mux ANY /in -",
            "mux POST /api/users/{id} h",
            "mux PUT /b h",
            "mux ANY /api/sub h",
            "net/http ANY /std h",
            "net/http ANY /users h",
        ]
    );
}

#[test]
fn java_annotations_of_class_and_method_make_one_path() {
    let spring = "import org.springframework.web.bind.annotation.*;\n@RestController\n@RequestMapping(\"/api\")\npublic class A {\n    @GetMapping(\"/x/{id}\")\n    public String x() { return \"\"; }\n    @RequestMapping(value = \"/y\", method = RequestMethod.POST)\n    public String y() { return \"\"; }\n}\n";
    let jax = "import jakarta.ws.rs.*;\n@Path(\"b\")\npublic class B {\n    @GET @Path(\"{id}\")\n    public String x() { return \"\"; }\n}\n";
    assert_eq!(
        entry_points(&[("A.java", spring), ("B.java", jax)]),
        ["jax-rs GET /b/{id} B.x", "spring GET /api/x/{id} A.x", "spring POST /api/y A.y"]
    );
}

#[test]
fn what_a_framework_runs_is_not_listed_as_unused() {
    let source =
        "from flask import Flask\napp = Flask(__name__)\n@app.get('/b')\ndef b(): pass\ndef forgotten(): pass\n";
    Project::new(&[("app.py", source)])
        .run(&["unused"])
        .success()
        .stdout(contains("forgotten").and(contains("function b ").not()));
}

#[test]
fn cycles_between_modules_name_folders_and_what_to_cut() {
    let project = Project::new(&[
        ("a/__init__.py", ""),
        ("a/x.py", "from b.y import g\ndef f():\n    g()\n"),
        ("b/__init__.py", ""),
        ("b/y.py", "from a.z import h\ndef g():\n    h()\n"),
        ("a/z.py", "def h():\n    pass\n"),
    ]);
    project.run(&["find-cycles", "--of", "files"]).success().stdout(contains("0 cycles between files"));
    project
        .run(&["find-cycles", "--of", "modules"])
        .success()
        .stdout(contains("1 cycle between modules").and(contains("a -> b").or(contains("b -> a"))));
}

#[test]
fn the_graph_is_exported_in_the_formats_of_other_programs() {
    let project = dispatching();
    let json = project.run(&["export", "json"]).success().get_output().stdout.clone();
    let graph: serde_json::Value = serde_json::from_slice(&json).expect("valid JSON");
    let edges = graph["edges"].as_array().expect("edges");
    let has = |source: &str, target: &str, kind: &str| {
        edges.iter().any(|edge| edge["source"] == source && edge["target"] == target && edge["kind"] == kind)
    };
    assert!(has("a.js:go", "a.js:Base.run", "call"), "{graph}");
    assert!(has("a.js:Derived", "a.js:Base", "extends"), "{graph}");
    assert!(has("a.js:Derived.run", "a.js:Base.run", "overrides"), "{graph}");
    project.run(&["export", "csv-nodes"]).success().stdout(contains("a.js:Base.run,Base.run,method,a.js,1,false\n"));
    project.run(&["export", "csv-edges"]).success().stdout(contains("a.js:go,a.js:make,call,local,0.99\n"));
    project.run(&["export", "dot"]).success().stdout(contains("[label=\"Base.run\""));
    project.run(&["export", "mermaid"]).success().stdout(contains("[\"Base.run\"]").and(contains("-. overrides .->")));
    project.run(&["export", "graphml"]).success().stdout(contains("<node id=\"a.js:Base.run\">"));
    let scip = project.run(&["export", "scip"]).success().get_output().stdout.clone();
    let symbol = b"parseltongue . . . `a.js`/Base#run().";
    assert!(scip.windows(symbol.len()).any(|window| window == symbol));
}

#[test]
fn the_binary_tells_what_is_linked_into_it() {
    let binary = assert_cmd::cargo::cargo_bin("parseltongue");
    let info = auditable_info::audit_info_from_file(&binary, auditable_info::Limits::default())
        .expect("a list in its section");
    let named = |name: &str| info.packages.iter().find(|package| package.name == name);
    assert!(named("parseltongue-cli").is_some_and(|package| package.root));
    // The second is C that a crate of ours compiles; the third runs at build time only.
    assert!(named("clap").is_some() && named("tree-sitter-python").is_some() && named("serde_derive").is_none());
}

/// Writes SCIP messages, for indexes that say what a test wants them to say.
mod scip {
    pub(crate) fn number(field: u8, value: u8) -> Vec<u8> {
        vec![field << 3, value]
    }

    pub(crate) fn bytes(field: u8, content: &[u8]) -> Vec<u8> {
        let mut message = vec![field << 3 | 2];
        let mut len = content.len();
        while len >= 0x80 {
            message.push((len & 0x7f) as u8 | 0x80);
            len >>= 7;
        }
        message.push(len as u8);
        message.extend(content);
        message
    }

    /// A name at a line and column, from 0; `roles` is 1 for a definition.
    pub(crate) fn occurrence(line: u8, column: u8, symbol: &str, roles: u8) -> Vec<u8> {
        let range = bytes(1, &[line, column, column + 1]);
        bytes(2, &[range, bytes(2, symbol.as_bytes()), number(3, roles)].concat())
    }

    pub(crate) fn document(path: &str, occurrences: &[Vec<u8>]) -> Vec<u8> {
        bytes(2, &[bytes(1, path.as_bytes()), occurrences.concat(), number(6, 3)].concat())
    }

    pub(crate) fn index(root: &str, documents: &[Vec<u8>]) -> Vec<u8> {
        let tool = bytes(2, &[bytes(1, b"scip-test"), bytes(2, b"1.2")].concat());
        let metadata = bytes(1, &[tool, bytes(3, format!("file://{root}").as_bytes())].concat());
        [metadata, documents.concat()].concat()
    }
}

impl Project {
    /// Imports an index of the sample that was made in `root`: `item.validate()` leads to `helper`, and `self.check`
    /// out of the project.
    fn import(&self, root: &str) -> assert_cmd::assert::Assert {
        let helper = "scip-test . app 0 `app`/helper().";
        let index = scip::index(
            root,
            &[
                scip::document("app.py", &[scip::occurrence(7, 4, helper, 1)]),
                scip::document(
                    "lib.py",
                    &[
                        scip::occurrence(2, 13, "scip-test . other 0 check().", 0),
                        scip::occurrence(4, 8, "scip-test . app 0 `lib`/Store#check().", 1),
                        scip::occurrence(5, 13, helper, 0),
                    ],
                ),
                scip::document("gone.py", &[]),
            ],
        );
        let file = self.folder.path().join("index.scip");
        std::fs::write(&file, index).expect("written");
        self.run(&["import", "scip", file.to_str().expect("UTF-8")])
    }

    fn calls(&self) -> String {
        let output = self.run(&["export", "calls", "--evidence"]).success().get_output().stdout.clone();
        String::from_utf8(output).expect("UTF-8")
    }
}

#[test]
fn an_imported_index_goes_before_the_resolution_of_our_own() {
    let project = sample();
    let before = project.calls();
    assert!(before.contains("\tcheck\t") && !before.contains("compiler"), "{before}");
    project
        .import("/made/elsewhere")
        .success()
        .stdout(contains("scip-test 1.2 tells the calls of 2 files"))
        .stdout(contains("edges: 1 added, 1 removed"))
        .stdout(contains("1 file is in the index but not mapped: gone.py"));
    let after = project.calls();
    assert!(after.contains("lib.py\t5\tcheck\tapp.py\t8\thelper\tcompiler"), "{after}");
    assert!(!after.contains("\tlib.py\t5\tcheck\t"), "{after}");
    project.run(&["callers", "helper"]).success().stdout(contains("check")).stdout(contains("compiler"));
    project
        .run(&["ingest"])
        .success()
        .stdout(contains("the imported index of scip-test 1.2 tells the calls of 2 files"));

    // What it says of a file counts until the file changes; a target in a changed file may stand elsewhere.
    let text = std::fs::read_to_string(project.root().join("lib.py")).expect("read");
    project.write("lib.py", format!("\n{text}").as_bytes());
    project
        .run(&["callers", "helper"])
        .success()
        .stdout(contains("1 file has changed since the index of scip-test 1.2 was imported"))
        .stdout(contains("lib.py"));
    assert!(!project.calls().contains("compiler"));

    project.write("lib.py", text.as_bytes());
    assert_eq!(project.calls(), after);
    project.run(&["import", "scip", "--remove"]).success().stderr(contains("removed"));
    assert_eq!(project.calls(), before);
    project.run(&["import", "scip", "--remove"]).code(1).stderr(contains("no index is imported"));
}

#[test]
fn a_symbol_that_an_index_gives_to_several_functions_tells_no_call() {
    let project = sample();
    let text = "def one():\n    def step():\n        pass\n    step()\n\ndef two():\n    def step():\n        pass\n    step()\n";
    project.write("twice.py", text.as_bytes());
    let before = project.calls();
    assert!(before.contains("twice.py\t1\tone\ttwice.py\t2\tstep\tlocal"), "{before}");
    let step = "scip-test . app 0 `twice`/step().";
    let places = [(1, 8, 1), (6, 8, 1), (3, 4, 0), (8, 4, 0)];
    let occurrences = places.map(|(line, column, roles)| scip::occurrence(line, column, step, roles));
    let file = project.folder.path().join("index.scip");
    std::fs::write(&file, scip::index("", &[scip::document("twice.py", &occurrences)])).expect("written");
    project
        .run(&["import", "scip", file.to_str().expect("UTF-8")])
        .success()
        .stdout(contains("0 call sites, 2 not known to it"));
    assert_eq!(project.calls(), before);
}

#[test]
fn an_index_is_not_believed_that_gives_a_name_the_symbol_of_another_or_one_of_its_own_that_is_nowhere() {
    let project = sample();
    project.write(
        "names.py",
        b"def get():\n    pass\n\ndef post():\n    pass\n\ndef run(other):\n    post()\n    other()\n    post()\n    get()\n",
    );
    let before = project.calls();
    let [get, post, nowhere] = ["get", "post", "nowhere"].map(|name| format!("scip-test . app 0 `names`/{name}()."));
    let places = [
        (0, 4, &get, 1),
        (3, 4, &post, 1),
        (7, 4, &get, 0),
        (8, 4, &get, 0),
        (9, 4, &nowhere, 0),
        (10, 4, &nowhere, 0),
    ];
    let occurrences = places.map(|(line, column, symbol, roles)| scip::occurrence(line, column, symbol, roles));
    let file = project.folder.path().join("index.scip");
    std::fs::write(&file, scip::index("", &[scip::document("names.py", &occurrences)])).expect("written");
    project.run(&["import", "scip", file.to_str().expect("UTF-8")]).success();
    // Where we know nothing, another name may be another name for it.
    let told = "names.py\t7\trun\tnames.py\t1\tget\tcompiler\t1.00\n";
    assert_eq!(project.calls().replace(told, ""), before);
    assert!(project.calls().contains(told), "{}", project.calls());
}

#[test]
fn an_index_that_leads_to_an_overload_signature_tells_what_it_describes() {
    let project = sample();
    let text = "from typing import overload\n\n@overload\ndef cut(x: int) -> int: ...\n@overload\ndef cut(x: str) -> str: ...\ndef cut(x):\n    return x\n\ndef run():\n    cut(1)\n";
    project.write("cuts.py", text.as_bytes());
    let cut = "scip-test . app 0 `cuts`/cut().";
    let occurrences = [scip::occurrence(3, 4, cut, 1), scip::occurrence(10, 4, cut, 0)];
    let file = project.folder.path().join("index.scip");
    std::fs::write(&file, scip::index("", &[scip::document("cuts.py", &occurrences)])).expect("written");
    project.run(&["import", "scip", file.to_str().expect("UTF-8")]).success();
    let calls = project.calls();
    assert!(calls.contains("cuts.py\t10\trun\tcuts.py\t7\tcut\tcompiler"), "{calls}");
}

#[test]
fn an_index_that_does_not_fit_is_refused_with_the_reason() {
    let project = sample();
    let file = project.folder.path().join("index.scip");
    let arguments = ["import", "scip", file.to_str().expect("UTF-8")];
    let refuse = |content: &[u8], reason: &str| {
        std::fs::write(&file, content).expect("written");
        project.run(&arguments).code(2).stderr(contains(reason)).stdout("");
    };
    refuse(b"", "is no SCIP index: the file is empty");
    refuse(b"{\"metaData\": 1}", "is no SCIP index: it is not in the protobuf format");
    refuse(&scip::index("/x", &[]), "it covers no file");
    refuse(&scip::index("/x/y", &[scip::document("other.py", &[])]), "made in '/x/y'");
    let symbol = "scip-test . app 0 `app`/helper().";
    refuse(
        &scip::index("/x", &[scip::document("app.py", &[scip::occurrence(1, 0, symbol, 1)])]),
        "does not fit the source",
    );
    std::fs::remove_file(&file).expect("removed");
    project.run(&arguments).code(2).stderr(contains("cannot be read"));
    project.run(&[&arguments[..], &["--no-cache"]].concat()).code(2).stderr(contains("leave out --no-cache"));
}

#[test]
fn an_index_of_our_own_changes_nothing() {
    let project = sample();
    let before = project.run(&["export", "calls"]).success().get_output().stdout.clone();
    let index = project.run(&["export", "scip"]).success().get_output().stdout.clone();
    let file = project.folder.path().join("index.scip");
    std::fs::write(&file, index).expect("written");
    project
        .run(&["import", "scip", file.to_str().expect("UTF-8")])
        .success()
        .stdout(contains("edges: 0 added, 0 removed"));
    assert_eq!(project.run(&["export", "calls"]).success().get_output().stdout, before);
}

#[test]
fn what_is_written_elsewhere_or_chosen_by_the_build_is_not_surely_unused() {
    let project = Project::new(&[
        ("Cargo.toml", "[package]\nname = \"a\"\n"),
        (
            "src/lib.rs",
            "macro_rules! run { () => { by_macro() } }\nfn by_macro() {}\n// fn forgotten is written here\nfn forgotten() {}\n\
             #[cfg(windows)]\nfn chosen() {}\n#[cfg(not(windows))]\nfn chosen() {}\npub fn f() { chosen(); dynamic.unsure(); }\n",
        ),
        ("src/b.rs", "struct S;\nimpl S { fn unsure(&self) {} }\n"),
    ]);
    let printed = project.run(&["unused", "--format", "json"]).success().get_output().stdout.clone();
    let answer: serde_json::Value = serde_json::from_slice(&printed).expect("valid JSON");
    let candidates = answer["answers"][0]["candidates"].as_array().expect("candidates").clone();
    let doubts = |name: &str| {
        let found = candidates.iter().find(|candidate| candidate["name"] == name).expect("a candidate");
        found["doubts"].to_string()
    };
    assert!(doubts("by_macro").contains("src/lib.rs:1"), "{}", doubts("by_macro"));
    assert!(doubts("chosen").contains("the build chooses"), "{}", doubts("chosen"));
    assert_eq!(doubts("forgotten"), "[]");
    project.run(&["unused"]).success().stdout(contains("dynamic.unsure").not());
    project.run(&["unused", "--unresolved"]).success().stdout(contains("dynamic.unsure"));
}

#[test]
fn a_constant_without_callers_is_not_called_safe() {
    let project = Project::new(&[
        ("limits.py", "LIMIT = 3\nUNUSED = 4\n"),
        ("use.py", "from limits import LIMIT\n\ndef f():\n    # LIMIT\n    return LIMIT + 1\n"),
    ]);
    project.run(&["callers", "LIMIT"]).success().stdout(contains(
        "note: who reads and writes LIMIT is not mapped; the name stands on 2 more lines in 1 file\n  use.py:1:20  from limits import LIMIT\n  use.py:5:12  return LIMIT + 1\n",
    ));
    project.run(&["blast-radius", "LIMIT"]).success().stdout(contains("risk: at least low"));
    project.run(&["report", "refactor-check", "LIMIT"]).success().stdout(contains("confidence low"));
    project.run(&["blast-radius", "UNUSED"]).success().stdout(contains("risk: low").and(contains("not mapped").not()));
}

#[test]
fn a_package_that_is_a_folder_qualifies_a_name() {
    let project =
        Project::new(&[("ast/dump.go", "package ast\nfunc Dump() {}\n"), ("b/dump.go", "package b\nfunc Dump() {}\n")]);
    for name in ["ast.Dump", "ast/dump.Dump"] {
        project.run(&["where-defined", name]).success().stdout(starts_with("function Dump  ast/dump.go:2:6"));
    }
    project.run(&["where-defined", "other.Dump"]).code(1);
}

/// What `callers NAME` answers about: the names found, or nothing.
fn named(project: &Project, name: &str) -> Vec<String> {
    let output = project.run(&["callers", name, "--format", "json"]).get_output().stdout.clone();
    let answer: serde_json::Value = serde_json::from_slice(&output).unwrap_or_default();
    let answers = answer["answers"].as_array().cloned().unwrap_or_default();
    answers.iter().filter_map(|one| one["entity"]["qualified_name"].as_str()).map(str::to_owned).collect()
}

#[test]
fn a_name_may_begin_with_that_of_its_package() {
    let rust = Project::new(&[
        ("Cargo.toml", "[package]\nname = \"my-graph\"\n"),
        ("src/lib.rs", "pub mod algo;\npub fn top() {}\n"),
        ("src/algo/mod.rs", "pub fn sort() {}\n"),
    ]);
    for name in ["my_graph::algo::sort", "my-graph::algo::sort", "algo::sort", "crate::algo::sort"] {
        assert_eq!(named(&rust, name), ["sort"], "{name}");
    }
    assert_eq!(named(&rust, "my_graph::top"), ["top"]);
    rust.run(&["callers", "other::algo::sort"]).failure();
    rust.run(&["callers", "my_graph::sort"]).failure();

    let go = Project::new(&[
        ("go.mod", "module example.org/team/shop/v2\n"),
        ("shop.go", "package shop\n\ntype Cart struct{}\n\nfunc (c *Cart) Add() {}\nfunc Open() {}\n"),
        ("tax/rates.go", "package tax\n\nfunc Rate() {}\n"),
    ]);
    for name in ["example.org/team/shop/v2.Cart.Add", "example.org/team/shop/v2.(*Cart).Add", "shop.Cart.Add"] {
        assert_eq!(named(&go, name), ["Cart.Add"], "{name}");
    }
    assert_eq!(named(&go, "example.org/team/shop/v2/tax.Rate"), ["Rate"]);
    assert_eq!(named(&go, "shop.Open"), ["Open"]);
    go.run(&["callers", "example.org/other/shop.Open"]).failure();

    let java = Project::new(&[(
        "src/main/java/org/a/Tool.java",
        "package org.a;\npublic class Tool { public void run() {} static class Part { void go() {} } }\n",
    )]);
    assert_eq!(named(&java, "org.a.Tool"), ["Tool"]);
    assert_eq!(named(&java, "org.a.Tool.run"), ["Tool.run"]);
    assert_eq!(named(&java, "org.a.Tool.Part.go"), ["Tool.Part.go"]);
    java.run(&["callers", "org.b.Tool.run"]).failure();

    let python = Project::new(&[
        ("src/pack/__init__.py", "def top():\n    pass\n"),
        ("src/pack/mod.py", "def f():\n    pass\n"),
    ]);
    assert_eq!(named(&python, "pack.mod.f"), ["f"]);
    assert_eq!(named(&python, "pack.top"), ["top"]);
}

#[test]
fn exported_names_of_go_that_no_other_module_can_import_are_not_public() {
    let project = Project::new(&[
        ("go.mod", "module example.org/shop\n"),
        ("api.go", "package shop\n\nfunc Offered() {}\n"),
        // To run by hand: it makes no program of the package.
        ("generate.go", "//go:build ignore\n\npackage main\n\nfunc main() {}\n"),
        ("internal/tax/tax.go", "package tax\n\nfunc Unused() {}\n"),
        ("cmd/shop/main.go", "package main\n\nfunc main() {}\n"),
        ("cmd/shop/left.go", "package main\n\nfunc Left() {}\n"),
    ]);
    let output = project.run(&["unused", "--format", "json"]).success().get_output().stdout.clone();
    let answer: serde_json::Value = serde_json::from_slice(&output).expect("valid JSON");
    let candidates = answer["answers"][0]["candidates"].as_array().expect("a list");
    let doubts = |name: &str| {
        let found = candidates.iter().find(|candidate| candidate["qualified_name"] == name).expect(name);
        found["doubts"].as_array().expect("doubts").len()
    };
    assert_eq!((doubts("Offered"), doubts("Unused"), doubts("Left")), (1, 0, 0));
    project.run(&["report", "refactor-check", "Unused"]).success().stdout(contains("public:").not());
}

#[test]
fn what_others_may_run_is_not_surely_unused() {
    let project = Project::new(&[
        (
            "src/A.java",
            "package a;\nclass A extends org.lib.Base implements java.io.Serializable {\n    protected boolean isGood() { return true; }\n    \
             private Object readResolve() { return this; }\n    private void left() {}\n}\n",
        ),
        ("Cargo.toml", "[package]\nname = \"x\"\n"),
        (
            "src/lib.rs",
            "struct A;\nstruct B;\nimpl A { fn seek(&self) {} fn gone(&self) {} }\nimpl B { fn seek(&self) {} fn gone(&self) {} }\n\
             macro_rules! run { ($a:expr) => { $a.seek() } }\n",
        ),
    ]);
    let output = project.run(&["unused", "--format", "json"]).success().get_output().stdout.clone();
    let answer: serde_json::Value = serde_json::from_slice(&output).expect("valid JSON");
    let candidates = answer["answers"][0]["candidates"].as_array().expect("a list");
    let sure = |name: &str| {
        let mut of_name = candidates.iter().filter(|candidate| candidate["name"] == name);
        of_name.any(|candidate| candidate["doubts"].as_array().is_some_and(Vec::is_empty))
    };
    assert!(!sure("isGood") && !sure("readResolve") && !sure("seek"));
    assert!(sure("left") && sure("gone"));
}

#[test]
fn tests_that_run_something_through_an_operator_are_said_to_be_missing() {
    let project = Project::new(&[
        ("Cargo.toml", "[package]\nname = \"x\"\n"),
        (
            "src/lib.rs",
            "pub struct A;\nimpl A { pub fn meet(&mut self) {} pub fn join(&mut self) {} }\n\
             impl std::ops::BitAndAssign for A { fn bitand_assign(&mut self, o: A) { self.meet() } }\n",
        ),
        (
            "tests/all.rs",
            "use x::A;\nfn made() -> A { A }\n#[test]\nfn by_name() { made().meet(); made().join(); }\n\
             #[test]\nfn by_operator() { let mut a = made(); a &= A; }\n",
        ),
    ]);
    let answer = |name: &str| {
        let output = project.run(&["affected-tests", name, "--format", "json"]).success().get_output().stdout.clone();
        let answer: serde_json::Value = serde_json::from_slice(&output).expect("valid JSON");
        let names = |list: &serde_json::Value| {
            let list = list.as_array().cloned().unwrap_or_default();
            list.iter().filter_map(|one| one["name"].as_str().map(str::to_owned)).collect::<Vec<_>>()
        };
        (names(&answer["answers"][0]["tests"]), names(&answer["answers"][0]["unnamed"]))
    };
    assert_eq!(answer("A::meet"), (vec!["by_name".to_owned()], vec!["bitand_assign".to_owned()]));
    assert_eq!(answer("A::join"), (vec!["by_name".to_owned()], Vec::new()));
    project.run(&["affected-tests", "A::meet"]).success().stdout(contains("tests that run it so are not listed"));
}

#[test]
fn what_macros_of_c_call_is_named_by_them_and_they_by_who_uses_them() {
    let project = Project::new(&[
        (
            "a.c",
            "static int helper(int x) { return x; }\n#define CALL(x, y) (helper(x) + (y).helper(x) + pre_##x(y))\nint f(void) { return CALL(1, 2); }\n",
        ),
        ("test_a.c", "#include \"a.c\"\nvoid test_f(void) { f(); }\n"),
    ]);
    project
        .run(&["callers", "helper"])
        .success()
        .stdout(contains("named without a call by 1"))
        .stdout(contains("a.c:2:"));
    project.run(&["callers", "CALL"]).success().stdout(contains("function f")).stdout(contains("not mapped").not());
    project.run(&["blast-radius", "helper"]).success().stdout(contains("a.c:3:5"));
    project.run(&["affected-tests", "helper"]).success().stdout(contains("test_f"));
}

#[test]
fn a_package_of_python_that_is_the_root_itself_imports_its_files_by_its_name() {
    let project = Project::new(&[
        ("shop/__init__.py", ""),
        ("shop/tax.py", "def rate():\n    return 1\n"),
        (
            "shop/main.py",
            "from shop.tax import rate\nfrom other.tax import rate as theirs\n\ndef f():\n    rate()\n    theirs()\n",
        ),
    ]);
    let mut command = Command::cargo_bin("parseltongue").expect("the binary is built");
    command.args(["callers", "rate", "--no-cache", "--root"]).arg(project.root().join("shop"));
    command.assert().success().stdout(contains("1 caller\n")).stdout(contains("main.py:5"));
}

#[test]
fn what_runs_around_the_tests_of_a_class_runs_with_all_of_them() {
    let project = Project::new(&[
        ("src/main/java/a/A.java", "package a;\npublic class A {\n    public static int make() { return 1; }\n}\n"),
        (
            "src/test/java/a/ATest.java",
            "package a;\npublic class ATest {\n    int made;\n    @BeforeEach\n    public void prepare() { made = A.make(); }\n    @Test\n    public void usesIt() { assertEquals(1, made); }\n}\nclass OtherTest {\n    @Test\n    public void doesNot() {}\n}\n",
        ),
        ("lib.py", "def make():\n    return 1\n"),
        (
            "tests/test_lib.py",
            "import unittest\nfrom lib import make\n\nclass TestLib(unittest.TestCase):\n    def setUp(self):\n        self.made = make()\n\n    def test_it(self):\n        assert self.made\n",
        ),
    ]);
    project
        .run(&["affected-tests", "A.make"])
        .success()
        .stdout(contains("ATest.usesIt"))
        .stdout(contains("doesNot").not());
    project.run(&["affected-tests", "lib.make"]).success().stdout(contains("TestLib.test_it"));
}
