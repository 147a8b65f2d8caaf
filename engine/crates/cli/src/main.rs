//! The `parseltongue` command: reads arguments, opens the project, prints the answer.
//!
//! Standard output is data, standard error is talk. Exit codes: 0 an answer, 1 the name or file asked for
//! is not there, 2 wrong usage or a failure, 3 a risk at or above `--fail-on`.

mod args;
mod commands;
mod complete;
mod dependencies;
mod mcp;
mod output;
mod parent;
mod progress;
mod root;
mod toolkit;
mod write_page;

use parseltongue_store::trace;
use std::process::ExitCode;

fn main() -> ExitCode {
    dependencies::keep();
    parent::end_with_launcher();
    trace::begin();
    let ended = {
        let _span = trace::span("command");
        commands::run(args::parse())
    };
    // A trace that was asked for and could not be written is a failure like any other.
    let traced = trace::finish();
    match ended.and_then(|code| traced.map(|()| code)) {
        Ok(code) => code,
        Err(message) => {
            output::talk(&format!("parseltongue: {message}"));
            ExitCode::from(2)
        }
    }
}
