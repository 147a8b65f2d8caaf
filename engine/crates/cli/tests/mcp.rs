//! The Model Context Protocol server, spoken to as a client does: JSON lines through pipes.

use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use tempfile::TempDir;

/// A server with a project to answer about.
struct Server {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    folder: TempDir,
}

impl Server {
    fn start(extra: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("a project");
        fs::create_dir(&project).unwrap();
        fs::write(project.join("lib.rs"), "pub fn helper() {}\npub fn work() { helper(); }\n").unwrap();
        let mut child = Command::new(cargo_bin("parseltongue"))
            .arg("mcp")
            .args(extra)
            .current_dir(&project)
            .env("PARSELTONGUE_CACHE_DIR", folder.path().join("cache"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, input, output, folder }
    }

    fn project(&self) -> std::path::PathBuf {
        self.folder.path().join("a project")
    }

    fn send(&mut self, message: &Value) {
        self.send_text(&message.to_string());
    }

    fn send_text(&mut self, text: &str) {
        writeln!(self.input.as_mut().unwrap(), "{text}").unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|cause| panic!("{cause}: {line:?}"))
    }

    fn ask(&mut self, id: u32, method: &str, params: &Value) -> Value {
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        let answer = self.receive();
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    /// The text of a tool's answer, and whether it is an error.
    fn call(&mut self, tool: &str, arguments: &Value) -> (String, bool) {
        let answer = self.ask(7, "tools/call", &json!({ "name": tool, "arguments": arguments }));
        let result = &answer["result"];
        (result["content"][0]["text"].as_str().unwrap().to_owned(), result["isError"] == true)
    }

    /// Ends standard input; the server must end well.
    fn end(mut self) {
        drop(self.input.take());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Only where a test failed before its end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.to_str().unwrap().replace(' ', "%20"))
}

#[test]
fn it_introduces_itself_in_the_revision_of_the_client() {
    let mut server = Server::start(&[]);
    let old = server.ask(1, "initialize", &json!({ "protocolVersion": "2025-03-26", "capabilities": {} }));
    assert_eq!(old["result"]["protocolVersion"], "2025-03-26");
    assert_eq!(old["result"]["serverInfo"]["version"], env!("CARGO_PKG_VERSION"));
    let unknown = server.ask(2, "initialize", &json!({ "protocolVersion": "1999-01-01", "capabilities": {} }));
    assert_eq!(unknown["result"]["protocolVersion"], "2025-11-25");
    assert_eq!(server.ask(3, "ping", &json!({}))["result"], json!({}));
    server.end();
}

#[test]
fn every_tool_has_a_schema() {
    let mut server = Server::start(&[]);
    let answer = server.ask(1, "tools/list", &json!({}));
    let tools = answer["result"]["tools"].as_array().unwrap();
    assert!(tools.iter().any(|tool| tool["name"] == "callers"));
    for tool in tools {
        assert_eq!(tool["inputSchema"]["type"], "object", "{tool}");
        assert!(tool["inputSchema"]["properties"]["cursor"].is_object(), "{tool}");
    }
    server.end();
}

#[test]
fn orientation_is_for_those_who_have_no_command_line() {
    let mut server = Server::start(&[]);
    fs::write(
        server.project().join("README.md"),
        "# Shop\n\nHelps with all the work that there is.\n\n## Usage\n\n```rust\nwork();\n```\n",
    )
    .unwrap();
    let (text, failed) = server.call("orient", &json!({}));
    assert!(
        !failed && text.contains("Read in this order") && text.contains("Helps with all the work that there is."),
        "{text}"
    );
    assert!(!text.contains("pt debug") && !text.contains("work();") && !text.contains("cursor"), "{text}");
    server.end();
}

#[test]
fn answers_follow_the_files() {
    let mut server = Server::start(&[]);
    let (before, _) = server.call("callers", &json!({ "name": "helper" }));
    assert!(before.contains("1 caller") && before.contains("`work`"), "{before}");
    fs::write(server.project().join("more.rs"), "pub fn late() { crate::helper(); }\nmod x { }\n").unwrap();
    let (found, _) = server.call("find", &json!({ "query": "late" }));
    assert!(found.contains("`late`") && found.contains("more.rs:1"), "{found}");
    server.end();
}

#[test]
fn what_is_not_there_is_an_error_with_near_names() {
    let mut server = Server::start(&[]);
    let (text, failed) = server.call("callers", &json!({ "name": "helpr" }));
    assert!(failed && text.contains("did you mean helper?"), "{text}");
    fs::write(server.project().join("more.rs"), "fn other(x: impl Fn()) { x.helper(); }\n").unwrap();
    let (text, _) = server.call("callers", &json!({ "name": "helper" }));
    assert!(text.contains("`unresolved: true` lists them") && !text.contains("--"), "{text}");
    let (text, failed) = server.call("callers", &json!({}));
    assert!(failed && text.contains("needs the argument 'name'"), "{text}");
    let (text, failed) = server.call("impact", &json!({ "name": "helper", "depth": 0 }));
    assert!(failed && text.contains("whole number"), "{text}");
    let unknown = server.ask(4, "tools/call", &json!({ "name": "nope" }));
    assert_eq!(unknown["error"]["code"], -32602);
    server.end();
}

#[test]
fn long_answers_come_in_pages() {
    let mut server = Server::start(&[]);
    let many = (0..300).map(|n| format!("pub fn many_{n}() {{}}\n")).collect::<Vec<_>>().concat();
    fs::write(server.project().join("many.rs"), many).unwrap();
    let mut arguments = json!({ "query": "many_", "max_tokens": 500 });
    let mut seen = 0;
    loop {
        let (page, failed) = server.call("find", &arguments);
        assert!(!failed && page.len() <= 2000, "{page}");
        seen += page.matches("`many_").count();
        let Some(cursor) = page.split("cursor \"").nth(1) else { break };
        arguments["cursor"] = json!(cursor.split('"').next().unwrap());
    }
    assert_eq!(seen, 300);
    server.end();
}

#[test]
fn the_roots_of_the_client_decide_what_is_mapped() {
    let mut server = Server::start(&[]);
    let other = server.folder.path().join("other root");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("a.py"), "def elsewhere():\n    pass\n").unwrap();
    server.ask(1, "initialize", &json!({ "protocolVersion": "2025-11-25", "capabilities": { "roots": {} } }));
    server.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
    let question = server.receive();
    assert_eq!(question["method"], "roots/list");
    // A call that comes before the answer waits for it.
    server.send(&json!({
        "jsonrpc": "2.0", "id": 9, "method": "tools/call",
        "params": { "name": "source", "arguments": { "name": "elsewhere" } }
    }));
    server.send(&json!({ "jsonrpc": "2.0", "id": question["id"], "result": { "roots": [{ "uri": uri(&other) }] } }));
    let answer = server.receive();
    assert_eq!(answer["id"], 9);
    assert!(answer["result"]["content"][0]["text"].as_str().unwrap().contains("def elsewhere()"), "{answer}");
    let (text, failed) = server.call("find", &json!({ "query": "helper", "root": server.project() }));
    assert!(failed && text.contains("none of the roots"), "{text}");
    server.end();
}

#[test]
fn cancelled_calls_are_not_answered() {
    let mut server = Server::start(&[]);
    server.ask(1, "initialize", &json!({ "protocolVersion": "2025-11-25", "capabilities": { "roots": {} } }));
    server.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
    let question = server.receive();
    // It cannot be answered before the roots are known, so the cancellation comes first.
    server.send(&json!({
        "jsonrpc": "2.0", "id": 2, "method": "tools/call",
        "params": { "name": "source", "arguments": { "name": "helper" } }
    }));
    server.send(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 2 } }));
    server.send(&json!({ "jsonrpc": "2.0", "id": question["id"], "result": { "roots": [] } }));
    let (text, _) = server.call("source", &json!({ "name": "work" }));
    assert!(text.contains("helper();"), "{text}");
    server.end();
}

#[test]
fn nonsense_is_answered_with_an_error_and_survived() {
    let mut server = Server::start(&[]);
    server.send_text("{ not json");
    assert_eq!(server.receive()["error"]["code"], -32700);
    server.send_text("[1, 2]");
    assert_eq!(server.receive()["error"]["code"], -32600);
    assert_eq!(server.ask(3, "resources/list", &json!({}))["error"]["code"], -32601);
    assert_eq!(server.ask(4, "ping", &json!({}))["result"], json!({}));
    server.end();
}
