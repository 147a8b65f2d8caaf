//! The Model Context Protocol over standard input and output, for coding agents: revision 2025-11-25
//! (<https://modelcontextprotocol.io/specification/2025-11-25>), older revisions where a client asks for one.
//!
//! One thread reads messages and answers what needs no map; another answers one tool call after the other, so
//! that cancellations are heard while a call is being answered.

mod pages;
mod protocol;
mod roots;
mod tools;

use protocol::{Incoming, error, notification, request, result};
use roots::Roots;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

/// Revisions of the protocol that are spoken, newest first.
const REVISIONS: &[&str] = &["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// What a model is told about the server as a whole.
const INSTRUCTIONS: &str = "Answers about the code base on this machine from a call graph that is resolved by the \
    languages' rules and refreshed before every answer. Start with `orient`; look names up with `find`; before you \
    change something, ask `callers` and `impact`; then read with `source` or `context`. Names may be simple \
    (`parse`), qualified (`Parser::parse`) or places (`src/io.rs:42`). Each answer says what it does not know: \
    unresolved call sites of a name may be further callers.";

/// How the server was started.
pub(crate) struct Options {
    /// The project, if it was named; else the client's roots decide.
    pub(crate) root: Option<PathBuf>,
    pub(crate) no_ignore: bool,
}

/// A tool call that waits for its answer.
struct Call {
    id: Value,
    params: Value,
    cancelled: Arc<AtomicBool>,
}

/// Calls that are waiting or being answered, by their ids as JSON text.
type Pending = Arc<Mutex<HashMap<String, Arc<AtomicBool>>>>;

/// Serves until standard input ends.
pub(crate) fn serve(options: Options) -> Result<ExitCode, String> {
    let roots = Arc::new(Roots::new(options.root));
    let pending = Pending::default();
    let (calls, waiting) = channel::<Call>();
    let worker = {
        let (roots, pending) = (Arc::clone(&roots), Arc::clone(&pending));
        std::thread::spawn(move || answer_calls(&waiting, &roots, &pending, options.no_ignore))
    };
    let read = read_messages(&roots, &pending, &calls);
    drop(calls);
    worker.join().map_err(|_| "a tool call failed unexpectedly".to_owned())?;
    read.map(|()| ExitCode::SUCCESS)
}

fn read_messages(roots: &Roots, pending: &Pending, calls: &Sender<Call>) -> Result<(), String> {
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        match input.read_until(b'\n', &mut line) {
            Ok(0) => return Ok(()),
            Ok(_) if line.trim_ascii().is_empty() => {}
            Ok(_) => handle(protocol::read(&line), roots, pending, calls),
            Err(cause) => return Err(format!("standard input cannot be read: {cause}")),
        }
    }
}

fn handle(message: Incoming, roots: &Roots, pending: &Pending, calls: &Sender<Call>) {
    match message {
        Incoming::Request { id, method, params } => match method.as_str() {
            "initialize" => {
                roots.client_has_roots(params["capabilities"]["roots"].is_object());
                send(&result(&id, &initialized(&params)));
            }
            "ping" => send(&result(&id, &json!({}))),
            "tools/list" => send(&result(&id, &json!({ "tools": tools::list() }))),
            "tools/call" => {
                let cancelled = Arc::new(AtomicBool::new(false));
                locked(pending).insert(id.to_string(), Arc::clone(&cancelled));
                // The worker lives as long as this sender.
                let _ = calls.send(Call { id, params, cancelled });
            }
            _ => send(&error(&id, protocol::METHOD_NOT_FOUND, &format!("there is no method {method}"))),
        },
        Incoming::Notification { method, params } => match method.as_str() {
            "notifications/initialized" | "notifications/roots/list_changed" => {
                if let Some(id) = roots.ask() {
                    send(&request(&id, "roots/list", &json!({})));
                }
            }
            "notifications/cancelled" => {
                if let Some(cancelled) = locked(pending).get(&params["requestId"].to_string()) {
                    cancelled.store(true, Ordering::Relaxed);
                }
            }
            // The protocol asks to ignore notifications that are not known.
            _ => {}
        },
        Incoming::Response { id, result } => roots.answered(&id, &result),
        Incoming::Invalid { id, code, message } => send(&error(&id, code, &message)),
    }
}

fn initialized(params: &Value) -> Value {
    let asked = params["protocolVersion"].as_str().unwrap_or("");
    let revision = REVISIONS.iter().find(|revision| **revision == asked).unwrap_or(&REVISIONS[0]);
    json!({
        "protocolVersion": revision,
        "capabilities": { "tools": {} },
        "serverInfo": { "name": "parseltongue", "title": "parseltongue", "version": env!("CARGO_PKG_VERSION") },
        "instructions": INSTRUCTIONS,
    })
}

fn answer_calls(waiting: &Receiver<Call>, roots: &Roots, pending: &Pending, no_ignore: bool) {
    while let Ok(call) = waiting.recv() {
        if !call.cancelled.load(Ordering::Relaxed) {
            let progress = CallProgress::new(&call);
            let answer = tools::call(&call.params, roots, no_ignore, &progress);
            // A cancelled call is not answered.
            if !call.cancelled.load(Ordering::Relaxed) {
                match answer {
                    Ok(answer) => send(&result(&call.id, &answer)),
                    Err(message) => send(&error(&call.id, protocol::INVALID_PARAMS, &message)),
                }
            }
        }
        locked(pending).remove(&call.id.to_string());
    }
}

/// Progress of the mapping that a call has to wait for, if its client asked to hear of it.
struct CallProgress {
    token: Value,
    cancelled: Arc<AtomicBool>,
    /// Files read when it was last told; the protocol wants it to rise each time.
    told: Mutex<usize>,
}

impl CallProgress {
    fn new(call: &Call) -> Self {
        let token = call.params["_meta"]["progressToken"].clone();
        Self { token, cancelled: Arc::clone(&call.cancelled), told: Mutex::new(0) }
    }
}

impl parseltongue_store::Progress for CallProgress {
    fn extracting(&self, done: usize, total: usize) {
        if self.token.is_null() || self.cancelled.load(Ordering::Relaxed) {
            return;
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if done < *told + total.div_ceil(20) && done < total || done <= *told {
            return;
        }
        *told = done;
        let params =
            json!({ "progressToken": self.token, "progress": done, "total": total, "message": "reading files" });
        send(&notification("notifications/progress", &params));
    }

    fn resolving(&self) {}
}

/// Writes a message and its line end at once. A client that has gone away also ends standard input.
fn send(message: &Value) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{message}").and_then(|()| out.flush());
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
