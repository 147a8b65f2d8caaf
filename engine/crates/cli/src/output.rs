//! Writing answers.

use crate::args::Format;
use parseltongue_report::SCHEMA_VERSION;
use parseltongue_report::document::Document;
use parseltongue_report::queries::Answer;
use parseltongue_report::render::{Annotation, Terminal, ci, html, human, markdown};
use parseltongue_report::risk::Risk;
use serde_json::{Value, json};
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

/// The exit code where the risk is at or above `--fail-on`.
const RISK_TOO_HIGH: u8 = 3;

/// How answers of this run are printed.
pub(crate) struct Printer {
    format: Format,
    terminal: Terminal,
    command: &'static str,
    root: String,
    fail_on: Option<Risk>,
}

impl Printer {
    pub(crate) fn new(format: Format, command: &'static str, root: &Path) -> Self {
        let colors = std::io::stdout().is_terminal()
            && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let root = root.to_string_lossy().into_owned();
        let link_root = (colors && root.starts_with('/')).then(|| root.clone());
        Self { format, terminal: Terminal { colors, link_root }, command, root, fail_on: None }
    }

    /// Fails, after it has answered, if the risk is at this level or above.
    pub(crate) fn failing_on(self, fail_on: Option<Risk>) -> Self {
        Self { fail_on, ..self }
    }

    /// Prints all answers to one question.
    pub(crate) fn print<A: Answer>(&self, answers: &[A]) -> Result<ExitCode, String> {
        let code = write_data(&self.render(answers)?)?;
        let risk = answers.iter().filter_map(Answer::risk).max();
        match (risk, self.fail_on) {
            (Some(risk), Some(limit)) if risk >= limit => {
                talk(&format!("parseltongue: the risk is {}, and --fail-on is {}", risk.label(), limit.label()));
                Ok(ExitCode::from(RISK_TOO_HIGH))
            }
            _ => Ok(code),
        }
    }

    /// All answers to one question, as they are printed.
    pub(crate) fn render<A: Answer>(&self, answers: &[A]) -> Result<String, String> {
        let document = || {
            let mut document = Document::default();
            for answer in answers {
                document.append(answer.document());
            }
            document
        };
        self.render_parts(
            &|| json!({ "answers": answers }),
            &document,
            &|| answers.iter().flat_map(Answer::annotations).collect(),
            &|| answers.iter().map(Answer::xml).collect(),
        )
    }

    /// Compiled once, not for each type of answer; of the parts, the one that the format wants is made.
    fn render_parts(
        &self,
        data: &dyn Fn() -> Value,
        document: &dyn Fn() -> Document,
        annotations: &dyn Fn() -> Vec<Annotation>,
        xml: &dyn Fn() -> Option<Vec<String>>,
    ) -> Result<String, String> {
        Ok(match self.format {
            Format::Json => self.json(data())?,
            Format::Human => human(&document(), &self.terminal),
            Format::Markdown => markdown(&document()),
            Format::Html => html(&document()),
            Format::Ci => ci(&annotations(), &human(&document(), &Terminal::default()), self.fail_on),
            Format::Xml => xml().ok_or_else(|| format!("'{}' has no XML form; choose json", self.command))?.concat(),
        })
    }

    /// Says that a name or file is not there.
    pub(crate) fn print_not_found(&self, what: &str, query: &str, near: &[String]) -> Result<ExitCode, String> {
        if self.format == Format::Json {
            write_data(&self.json(json!({ "not_found": query, "did_you_mean": near }))?)?;
        }
        let mut message = format!("parseltongue: no {what} '{query}' in {}", self.root);
        if near.is_empty() {
            message.push_str("; 'parseltongue list-entities --filter TEXT' searches names and paths");
        } else {
            message.push_str(&format!("; did you mean {}?", near.join(", ")));
        }
        talk(&message);
        Ok(ExitCode::from(1))
    }

    fn json(&self, content: Value) -> Result<String, String> {
        let mut envelope = json!({ "schema": SCHEMA_VERSION, "command": self.command, "root": self.root });
        if let (Value::Object(envelope), Value::Object(content)) = (&mut envelope, content) {
            envelope.extend(content);
        }
        let mut text = serde_json::to_string_pretty(&envelope)
            .map_err(|cause| format!("the answer cannot be written as JSON: {cause}"))?;
        text.push('\n');
        Ok(text)
    }
}

/// Writes data to standard output. A reader that has gone away (`| head`) is no failure.
pub(crate) fn write_data(text: &str) -> Result<ExitCode, String> {
    write_bytes(text.as_bytes())
}

/// Writes data that may be no text to standard output.
pub(crate) fn write_bytes(bytes: &[u8]) -> Result<ExitCode, String> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => {
            Err(format!("the answer cannot be written to standard output: {cause}"))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Writes a line to standard error; where that is closed, there is nobody to tell.
pub(crate) fn talk(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
