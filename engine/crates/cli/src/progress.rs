//! A progress line on standard error, only if that is a terminal and the work takes long enough.

use parseltongue_store::Progress;
use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Work that is done before this is not worth a word.
const PATIENCE: Duration = Duration::from_millis(300);
const INTERVAL: Duration = Duration::from_millis(100);

pub(crate) struct TerminalProgress {
    terminal: bool,
    started: Instant,
    /// When something was last shown, if anything was.
    shown: Mutex<Option<Instant>>,
}

impl TerminalProgress {
    pub(crate) fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), started: Instant::now(), shown: Mutex::new(None) }
    }

    fn show(&self, text: &dyn Fn() -> String, always: bool) {
        if !self.terminal || self.started.elapsed() < PATIENCE {
            return;
        }
        // A thread that finds the line busy has nothing to add to it.
        let Ok(mut shown) = self.shown.try_lock() else { return };
        if always || shown.is_none_or(|at| at.elapsed() >= INTERVAL) {
            *shown = Some(Instant::now());
            let _ = write!(std::io::stderr(), "\r\x1b[K{}", text());
        }
    }

    /// Clears the line.
    pub(crate) fn finish(&self) {
        if self.shown.lock().is_ok_and(|shown| shown.is_some()) {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

impl Progress for TerminalProgress {
    fn extracting(&self, done: usize, total: usize) {
        let rate = || done as f64 / self.started.elapsed().as_secs_f64().max(0.001);
        self.show(&|| format!("reading {done} of {total} files, {:.0} a second", rate()), done == total);
    }

    fn resolving(&self) {
        self.show(&|| "resolving calls".to_owned(), true);
    }
}
