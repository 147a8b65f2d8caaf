//! The `parseltongue` command: reads arguments, opens the project, prints the answer.
//!
//! Standard output is data, standard error is talk. Exit codes: 0 an answer, 1 the name or file asked for
//! is not there, 2 wrong usage or a failure.

mod args;
mod commands;
mod complete;
mod mcp;
mod output;
mod parent;
mod progress;
mod root;
mod write_page;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    parent::end_with_launcher();
    match commands::run(args::Cli::parse()) {
        Ok(code) => code,
        Err(message) => {
            output::talk(&format!("parseltongue: {message}"));
            ExitCode::from(2)
        }
    }
}
