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

/// What a hybrid PDF is made of; the pages are read.
pub(crate) fn of(args: &args::Hybrid, date: Option<&str>, limits: &Limits) -> Result<Hybrid, Stop> {
    let mut hybrid = match args.pdf.as_deref() {
        Some(path) if path.as_os_str() == FROM_ATTACHMENT => Hybrid::new().visual_from_attachment(),
        Some(path) => Hybrid::new()
            .visual(files::read_as("the PDF with the pages", path, limits)?)
            .file(path.display().to_string()),
        None => Hybrid::new(),
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
