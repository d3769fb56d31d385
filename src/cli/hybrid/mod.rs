//! What the options say of a hybrid PDF.

pub(crate) mod args;

use std::io::IsTerminal;
use std::path::Path;

use einv::finding::ARGUMENTS;
use einv::{Finding, Hybrid, Limits};

use super::exit::Stop;
use super::files;

/// What stands in the place of a file where the pages are in the invoice.
const FROM_ATTACHMENT: &str = "from-attachment";

/// Where the pages are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pages<'a> {
    /// In the source, a PDF.
    Source,
    /// In the invoice.
    Attachment,
    /// In a file that each input has, by this rule.
    Rule(&'a str),
    /// In this file.
    File(&'a Path),
}

impl<'a> Pages<'a> {
    pub(crate) fn of(args: &'a args::Hybrid) -> Pages<'a> {
        let Some(path) = args.pdf.as_deref() else { return Pages::Source };
        match path.to_str() {
            Some(FROM_ATTACHMENT) => Pages::Attachment,
            Some(rule) if rule.contains("{stem}") || rule.contains("{name}") => Pages::Rule(rule),
            _ => Pages::File(path),
        }
    }
}

/// The options for one input: a rule becomes the file that it leads to.
pub(crate) fn for_input(args: &args::Hybrid, input: &Path) -> Result<args::Hybrid, Stop> {
    let mut args = args.clone();
    if let Pages::Rule(rule) = Pages::of(&args) {
        if files::is_dash(input) {
            let finding =
                Finding::new(ARGUMENTS, "the pages are named after the input, and standard input has no name");
            return Err(Stop::usage(finding.found(format!("--pdf `{rule}`")).expected("--pdf with a PDF")));
        }
        args.pdf = Some(einv::batch::pages_of(rule, input).map_err(Stop::usage)?);
    }
    Ok(args)
}

/// What a hybrid PDF is made of; the pages are read, unless each input has its own.
pub(crate) fn of(args: &args::Hybrid, date: Option<&str>, limits: &Limits) -> Result<Hybrid, Stop> {
    let mut hybrid = match Pages::of(args) {
        Pages::Attachment => Hybrid::new().visual_from_attachment(),
        Pages::File(path) => {
            let bytes = files::read_as("the PDF with the pages", path, limits)?;
            Hybrid::new().visual(bytes).file(path.display().to_string())
        }
        Pages::Source | Pages::Rule(_) => Hybrid::new(),
    };
    if let Some(relationship) = &args.relationship {
        hybrid = hybrid.relationship(relationship);
    }
    if let Some(names) = &args.names {
        hybrid = hybrid.names(names);
    }
    if let Some(date) = date {
        hybrid = hybrid.date(date);
    }
    if args.move_attachments {
        hybrid = hybrid.move_attachments();
    }
    Ok(if args.no_pdfa { hybrid.without_pdfa() } else { hybrid })
}

/// The options that were given, by name.
pub(crate) fn given(args: &args::Hybrid) -> Vec<&'static str> {
    let args::Hybrid { pdf, relationship, names, no_pdfa, move_attachments } = args;
    let given = [
        (pdf.is_some(), "--pdf"),
        (relationship.is_some(), "--relationship"),
        (names.is_some(), "--names"),
        (*no_pdfa, "--no-pdfa"),
        (*move_attachments, "--move-attachments"),
    ];
    given.into_iter().filter(|(is_given, _)| *is_given).map(|(_, name)| name).collect()
}

/// A PDF is no text for a terminal.
pub(crate) fn spare_terminal(output: Option<&Path>) -> Result<(), Stop> {
    match output.is_none_or(files::is_dash) && std::io::stdout().is_terminal() {
        true => {
            let finding = Finding::new(ARGUMENTS, "a PDF does not go to a terminal");
            Err(Stop::usage(finding.expected("-o with a file, or a pipe")))
        }
        false => Ok(()),
    }
}

/// The pages are never written over.
pub(crate) fn spare_pages(args: &args::Hybrid, output: Option<&Path>) -> Result<(), Stop> {
    match (&args.pdf, output) {
        (Some(pages), Some(output)) if files::is_same(pages, output) => {
            let finding = Finding::new(ARGUMENTS, "the output would overwrite the pages");
            Err(Stop::usage(files::about(finding.help("give the output another name"), output)))
        }
        _ => Ok(()),
    }
}
