//! Which project a call is about: the one that the server was started for, else the client's roots.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How long a call waits for a client that was asked for its roots.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) struct Roots {
    /// Named at the start; then nothing else counts.
    fixed: Option<PathBuf>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    supported: bool,
    /// How often the client was asked, and the number of the last question that it answered.
    asked: u64,
    answered: u64,
    folders: Vec<PathBuf>,
}

impl Roots {
    pub(super) fn new(fixed: Option<PathBuf>) -> Self {
        Self { fixed, state: Mutex::default(), changed: Condvar::new() }
    }

    pub(super) fn client_has_roots(&self, supported: bool) {
        self.locked().supported = supported;
    }

    /// The id of the question to send, if the client can be asked.
    pub(super) fn ask(&self) -> Option<Value> {
        let mut state = self.locked();
        if !state.supported || self.fixed.is_some() {
            return None;
        }
        state.asked += 1;
        Some(json!(format!("roots-{}", state.asked)))
    }

    /// Takes the client's answer; an older one than that of the last question is of no interest.
    pub(super) fn answered(&self, id: &Value, result: &Value) {
        let Some(number) = id.as_str().and_then(|id| id.strip_prefix("roots-")?.parse().ok()) else { return };
        let mut state = self.locked();
        if number < state.asked {
            return;
        }
        state.answered = number;
        let roots = result["roots"].as_array().map(Vec::as_slice).unwrap_or_default();
        state.folders = roots.iter().filter_map(|root| folder_of(root["uri"].as_str()?)).collect();
        self.changed.notify_all();
    }

    /// The folder to map: the one asked for, else the fixed one, the client's first root, or what a command
    /// without `--root` would take.
    ///
    /// # Errors
    /// If a folder is asked for that is in none of the roots.
    pub(super) fn choose(&self, asked: Option<&str>) -> Result<PathBuf, String> {
        let allowed = match &self.fixed {
            Some(fixed) => vec![fixed.clone()],
            None => self.folders(),
        };
        let Some(asked) = asked else {
            return match allowed.into_iter().next() {
                Some(first) => Ok(first),
                None => crate::root::root(None),
            };
        };
        let folder = Path::new(asked);
        let folder = folder.canonicalize().map_err(|cause| format!("the folder '{asked}' cannot be read: {cause}"))?;
        let within = |root: &PathBuf| root.canonicalize().is_ok_and(|root| folder.starts_with(root));
        if allowed.is_empty() || allowed.iter().any(within) {
            return Ok(folder);
        }
        let names: Vec<String> = allowed.iter().map(|root| root.display().to_string()).collect();
        Err(format!("the folder '{asked}' is in none of the roots: {}", names.join(", ")))
    }

    /// The client's roots, after waiting for a question that is open.
    fn folders(&self) -> Vec<PathBuf> {
        let state = self.locked();
        let waited = self.changed.wait_timeout_while(state, PATIENCE, |state| state.answered < state.asked);
        waited.unwrap_or_else(PoisonError::into_inner).0.folders.clone()
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The folder of a `file:` URI.
fn folder_of(uri: &str) -> Option<PathBuf> {
    let path = uri.strip_prefix("file://")?;
    let path = path.strip_prefix("localhost").unwrap_or(path);
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
    }
    let path = String::from_utf8(bytes).ok()?;
    // `/C:/x` on Windows.
    let drive = cfg!(windows) && path.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if drive { &path[1..] } else { &path }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_uris_become_folders() {
        assert_eq!(folder_of("file:///a/b%20c/%C3%A9"), Some(PathBuf::from("/a/b c/é")));
        assert_eq!(folder_of("https://example.org/"), None);
        assert_eq!(folder_of("file:///a%2"), None);
    }

    #[test]
    fn the_last_answer_counts() {
        let roots = Roots::new(None);
        roots.client_has_roots(true);
        let (first, second) = (roots.ask().unwrap(), roots.ask().unwrap());
        roots.answered(&second, &json!({ "roots": [{ "uri": "file:///new" }] }));
        roots.answered(&first, &json!({ "roots": [{ "uri": "file:///old" }] }));
        assert_eq!(roots.choose(None), Ok(PathBuf::from("/new")));
    }

    #[test]
    fn folders_outside_the_roots_are_refused() {
        let inside = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let roots = Roots::new(Some(inside.path().to_owned()));
        assert!(roots.choose(inside.path().to_str()).is_ok());
        let refused = roots.choose(outside.path().to_str()).unwrap_err();
        assert!(refused.contains("none of the roots"), "{refused}");
    }
}
