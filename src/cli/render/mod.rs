//! How findings are shown: for people, in short, as JSON. All of it goes to standard error.

mod human;
pub(crate) mod inspection;
pub(crate) mod json;
mod lines;
mod short;
mod source;
mod text;

use std::io::Write;

use anstream::{AutoStream, ColorChoice};
use einv::{Finding, Place};

use super::choices::Form;
use super::exit::{Exit, Stop};
pub(crate) use source::Sources;
pub(crate) use text::{count, harmless};

/// How messages are shown in this run.
#[derive(Debug)]
pub(crate) struct Show {
    pub(crate) form: Form,
    /// False: values of the invoice are hidden.
    pub(crate) values: bool,
    pub(crate) verbose: bool,
    pub(crate) quiet: bool,
    /// Name of the input, for findings without a place.
    pub(crate) input: String,
    pub(crate) color: ColorChoice,
}

impl Show {
    /// Everything that is not a detail.
    pub(crate) fn new(form: Form, color: ColorChoice) -> Show {
        Show { form, values: true, verbose: false, quiet: false, input: String::new(), color }
    }

    /// Writes to standard error; nothing can be done if that is closed.
    pub(crate) fn tell(&self, text: &str) {
        let mut out = AutoStream::new(std::io::stderr(), self.color).lock();
        let _ = out.write_all(text.as_bytes());
    }

    /// Findings in the chosen form; in JSON they stand in the report instead.
    pub(crate) fn findings<'f>(&self, findings: impl IntoIterator<Item = &'f Finding>, sources: &Sources) {
        let one = |finding| match self.form {
            Form::Human => human::finding(finding, sources, self),
            Form::Short => short::finding(finding, self),
            Form::Json => String::new(),
        };
        self.tell(&findings.into_iter().map(one).collect::<String>());
    }

    /// Why the command could not go on.
    pub(crate) fn stop(&self, stop: &Stop, sources: &Sources) -> Exit {
        match self.form {
            Form::Json => self.tell(&json::document(&json::report_of(&stop.findings), self.values)),
            _ => self.findings(&stop.findings, sources),
        }
        stop.exit
    }
}

/// `file:line:col`, or the file alone where there is no line.
fn position(place: &Place) -> Option<String> {
    let file = text::harmless(place.file.as_deref().unwrap_or_default()).into_owned();
    let file = match &place.inside {
        Some(inside) => format!("{file}: {}", text::harmless(inside)),
        None => file,
    };
    match (file.is_empty(), place.line) {
        (true, 0) => None,
        (false, 0) => Some(file),
        (true, line) => Some(format!("{line}:{}", place.column)),
        (false, line) => Some(format!("{file}:{line}:{}", place.column)),
    }
}
