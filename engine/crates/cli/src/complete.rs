//! What can stand at a place of a command line, for completion in a shell.
//!
//! The answer is lines `candidate TAB description`, or one of the directives below. It never maps a project:
//! whoever presses a key must not wait, so names come from the last snapshot.

use crate::args::{self, Cli};
use crate::root;
use clap::builder::ValueHint;
use clap::{Arg, Command, CommandFactory};
use parseltongue_store::find::names_starting_with;
use parseltongue_store::scan::Rules;
use std::path::Path;

/// Tells the shell to offer files.
const FILES: &str = ":files\n";
/// Tells the shell to offer folders.
const DIRECTORIES: &str = ":directories\n";

/// More names than anybody reads; a longer beginning gives the rest.
const MOST_NAMES: usize = 500;

/// The candidates for the word that begins with `at`, behind `words`.
pub(crate) fn complete(at: &str, words: &[String]) -> String {
    let mut root_command = Cli::command();
    root_command.build();
    let mut place = Place { command: &root_command, positionals: 0, option: None, root: None };
    for word in words {
        place.pass(word);
    }
    place.candidates(at)
}

/// Where a command line has come to.
struct Place<'a> {
    command: &'a Command,
    /// Arguments given so far that belong to no option.
    positionals: usize,
    /// The option that waits for its value.
    option: Option<&'a Arg>,
    /// The value of `--root`.
    root: Option<String>,
}

impl Place<'_> {
    fn pass(&mut self, word: &str) {
        if let Some(option) = self.option.take() {
            if option.get_id() == "root" {
                self.root = Some(word.to_owned());
            }
        } else if let Some(option) = word.strip_prefix("--") {
            let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
            let arg = self.command.get_arguments().find(|arg| arg.get_long() == Some(name));
            match value {
                Some(value) if name == "root" => self.root = Some(value.to_owned()),
                Some(_) => {}
                None => self.option = arg.filter(|arg| arg.get_action().takes_values()),
            }
        } else if let Some(command) = self.command.find_subcommand(word) {
            self.command = command;
            self.positionals = 0;
        } else if !word.starts_with('-') {
            self.positionals += 1;
        }
    }

    fn candidates(&self, at: &str) -> String {
        if let Some(option) = self.option {
            return self.values(option, at);
        }
        if at.starts_with('-') {
            let options = self.command.get_arguments().filter(|arg| !arg.is_hide_set());
            let with_help = options.filter_map(|arg| Some((format!("--{}", arg.get_long()?), help(arg.get_help()))));
            return lines(with_help, at);
        }
        if self.command.has_subcommands() {
            let commands = self.command.get_subcommands().filter(|command| !command.is_hide_set());
            return lines(commands.map(|command| (command.get_name().to_owned(), help(command.get_about()))), at);
        }
        self.command.get_positionals().nth(self.positionals).map_or_else(String::new, |arg| self.values(arg, at))
    }

    /// What an argument takes.
    fn values(&self, arg: &Arg, at: &str) -> String {
        let possible = arg.get_possible_values();
        if !possible.is_empty() {
            return lines(possible.iter().map(|value| (value.get_name().to_owned(), help(value.get_help()))), at);
        }
        match arg.get_id().as_str() {
            "name" => self.names(at),
            "kinds" => lines(args::kinds().map(|kind| (kind.to_owned(), String::new())), at),
            "root" => DIRECTORIES.to_owned(),
            "file" | "target" => FILES.to_owned(),
            _ if matches!(arg.get_value_hint(), ValueHint::DirPath) => DIRECTORIES.to_owned(),
            _ => String::new(),
        }
    }

    fn names(&self, at: &str) -> String {
        let Ok(root) = root::root(self.root.as_deref().map(Path::new)) else { return String::new() };
        let Some(snapshot) = parseltongue_store::last(&root, &Rules { no_ignore: false }) else { return String::new() };
        let names = names_starting_with(&snapshot, at, MOST_NAMES);
        lines(names.into_iter().map(|name| (name, String::new())), at)
    }
}

/// The first line of a help text.
fn help(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(|text| text.to_string().lines().next().unwrap_or_default().to_owned()).unwrap_or_default()
}

fn lines(candidates: impl Iterator<Item = (String, String)>, at: &str) -> String {
    candidates
        // A name with a control character cannot be typed, and would tear the lines.
        .filter(|(value, _)| value.starts_with(at) && !value.contains(char::is_control))
        .map(|(value, help)| if help.is_empty() { format!("{value}\n") } else { format!("{value}\t{help}\n") })
        .collect()
}
