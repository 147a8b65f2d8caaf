//! Ends with the process that started us, where that asks for it.

/// Holds the process id of a launcher that waits for this process and cannot tell it that it was killed.
#[cfg(unix)]
const PARENT_VARIABLE: &str = "PARSELTONGUE_PARENT";

/// Where a launcher named itself, ends this process within a moment of the launcher's death, so that none outlives
/// a `kill -9` of what the user started. The variable goes no further: programs that we start are not concerned.
///
/// Call it first, before there are other threads.
#[cfg(unix)]
pub(crate) fn end_with_launcher() {
    use std::time::Duration;
    let Some(value) = std::env::var_os(PARENT_VARIABLE) else { return };
    // SAFETY: nothing else runs yet that could read the environment.
    unsafe { std::env::remove_var(PARENT_VARIABLE) };
    let Some(launcher) = value.to_str().and_then(|text| text.parse::<u32>().ok()) else { return };
    std::thread::spawn(move || {
        // An orphan gets another parent. There is no portable way to be told, and asking costs nothing.
        while std::os::unix::process::parent_id() == launcher {
            std::thread::sleep(Duration::from_millis(200));
        }
        #[expect(clippy::exit, reason = "main waits for work that nobody wants any more")]
        std::process::exit(2);
    });
}

/// Windows ends the children of Node with it: they are in one job.
#[cfg(not(unix))]
pub(crate) fn end_with_launcher() {}
