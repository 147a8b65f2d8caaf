//! Timings of one run, for whoever asks where the time goes: `PARSELTONGUE_TRACE=FILE` writes them to a local file.
//!
//! The file is in Chrome's trace event format, which <https://ui.perfetto.dev> and `chrome://tracing` open. Nothing is
//! recorded without the variable, and nothing is ever sent anywhere.

use serde_json::{Value, json};
use std::cell::Cell;
use std::ffi::OsString;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

/// Names the file that the timings go to.
pub const VARIABLE: &str = "PARSELTONGUE_TRACE";

struct Recording {
    file: OsString,
    started: Instant,
    events: Mutex<Vec<Value>>,
}

static RECORDING: OnceLock<Option<Recording>> = OnceLock::new();

fn recording() -> Option<&'static Recording> {
    RECORDING.get().and_then(Option::as_ref)
}

/// Starts to record if the environment asks for it. Spans before it are not recorded.
pub fn begin() {
    RECORDING.get_or_init(|| {
        let file = std::env::var_os(VARIABLE).filter(|file| !file.is_empty())?;
        Some(Recording { file, started: Instant::now(), events: Mutex::default() })
    });
}

/// A number for the current thread, from 1 in the order in which threads are first seen.
fn thread() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    thread_local!(static OWN: Cell<u32> = const { Cell::new(0) });
    OWN.with(|own| {
        if own.get() == 0 {
            own.set(NEXT.fetch_add(1, Ordering::Relaxed));
        }
        own.get()
    })
}

/// A piece of work that is being timed: until it is dropped.
#[must_use = "a span ends when it is dropped"]
pub struct Span(Option<(&'static str, Option<String>, Instant)>);

/// Times a piece of work.
pub fn span(name: &'static str) -> Span {
    Span(recording().map(|_| (name, None, Instant::now())))
}

/// Times a piece of work on something, whose name is only made if it is recorded.
pub fn span_of(name: &'static str, subject: impl FnOnce() -> String) -> Span {
    Span(recording().map(|_| (name, Some(subject()), Instant::now())))
}

impl Drop for Span {
    fn drop(&mut self) {
        let (Some(recording), Some((name, subject, from))) = (recording(), self.0.take()) else { return };
        // The format's unit is the microsecond.
        let micros = |duration: std::time::Duration| duration.as_nanos() as f64 / 1e3;
        let event = json!({
            "name": name, "ph": "X", "pid": 1, "tid": thread(),
            "ts": micros(from.duration_since(recording.started)), "dur": micros(from.elapsed()),
            "args": subject.map_or_else(|| json!({}), |subject| json!({ "of": subject })),
        });
        recording.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }
}

/// Writes what was recorded, if anything was; the error is a message for people.
pub fn finish() -> Result<(), String> {
    let Some(recording) = recording() else { return Ok(()) };
    let events = std::mem::take(&mut *recording.events.lock().unwrap_or_else(PoisonError::into_inner));
    let trace = json!({
        "displayTimeUnit": "ms",
        "otherData": { "version": env!("CARGO_PKG_VERSION") },
        "traceEvents": events,
    });
    std::fs::write(&recording.file, trace.to_string())
        .map_err(|error| format!("the trace cannot be written to {}: {error}", recording.file.to_string_lossy()))
}
