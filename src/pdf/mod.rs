//! Named files inside PDFs.
//!
//! A PDF lists the files it carries in up to four places: the name tree of embedded files, the associated files of the
//! document and of its pages, and annotations. Producers use one, some or all of them, so all are read, and a file that
//! stands in several is one file. Where none of them leads anywhere, every object is looked at.
//!
//! Nothing here knows an invoice beyond the file names that standards reserve for one ([`choose`]).

#![allow(clippy::result_large_err, reason = "a finding ends the reading of its PDF: one move in a whole run")]

mod choose;
mod collect;
mod content;
mod filespec;
mod load;
mod lookup;
mod text;

#[cfg(test)]
mod tests;

pub(crate) use choose::choose;

use lopdf::{Document, Stream};

use crate::finding::{Finding, PDF_BROKEN, PDF_LIMIT};

/// How far into the bytes a PDF header may stand: other software writes mail or printer headers before it.
const HEADER_WITHIN: usize = 1024;

/// How much a PDF may unpack to and how long a walk through it may be, so that a small file cannot take the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Bytes that one stream of the file's own structure (cross-references, object streams) may unpack to.
    pub structure: usize,
    /// Bytes that an embedded file may unpack to; an invoice may carry large attachments of its own (BG-24).
    pub stream: usize,
    /// Objects of the file, and entries met on the way to its embedded files.
    pub objects: usize,
    /// Levels of the name tree.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { structure: 64 << 20, stream: 256 << 20, objects: 8_000_000, depth: 64 }
    }
}

/// Where a PDF lists a file; the first place where it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FoundIn {
    /// The name tree of embedded files.
    NameTree,
    /// The associated files of the document.
    AssociatedFiles,
    /// The associated files of a page.
    PageAssociatedFiles,
    /// An annotation on a page.
    Annotation,
    /// Nowhere: it was found by looking at every object.
    Scan,
}

/// A file inside a PDF, not yet unpacked.
#[derive(Debug, Clone)]
pub(crate) struct EmbeddedFile {
    /// Its name, as the PDF states it.
    pub name: String,
    /// What the PDF says it is, in words.
    pub description: Option<String>,
    /// How it relates to the document: `Alternative`, `Data`, `Source`, `Supplement`, `Unspecified`.
    pub relationship: Option<String>,
    /// Its media type, such as `text/xml`.
    pub mime: Option<String>,
    /// Where the PDF lists it.
    pub found_in: FoundIn,
    /// What the PDF says about the unpacked bytes.
    stated: content::Stated,
    /// The packed bytes; absent where the PDF names a file that it does not hold.
    stream: Option<Stream>,
}

/// Whether the bytes are a PDF, by its header.
pub(crate) fn is_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEADER_WITHIN)];
    head.windows(5).any(|window| window == b"%PDF-")
}

/// The files inside a PDF, in the order in which it lists them. None is unpacked yet: [`EmbeddedFile::content`] does it.
pub(crate) fn embedded_files(bytes: &[u8], limits: &Limits) -> Result<Vec<EmbeddedFile>, Finding> {
    let first = read(load::load(bytes, limits, load::Table::AsWritten)?, limits)?;
    if first.intact || first.is_readable() {
        return Ok(first.files);
    }
    let second = load::load(bytes, limits, load::Table::Rebuilt).and_then(|document| read(document, limits));
    match second {
        Ok(second) if second.is_readable() => Ok(second.files),
        _ if first.files.is_empty() && (!first.rooted || load::is_cut_off(bytes)) => Err(load::broken(bytes, None)),
        _ => Ok(first.files),
    }
}

/// What one reading of a PDF gave.
struct Reading {
    /// The files that it names.
    files: Vec<EmbeddedFile>,
    /// Whether it has a catalogue, where every list of files begins.
    rooted: bool,
    /// Whether it has, and every reference on the way led to an object.
    intact: bool,
}

impl Reading {
    /// Whether any of the files has content.
    fn is_readable(&self) -> bool {
        self.files.iter().any(|file| file.stream.is_some())
    }
}

/// Collects the files of a loaded PDF and moves their packed bytes out of it.
fn read(mut document: Document, limits: &Limits) -> Result<Reading, Finding> {
    if document.objects.len() > limits.objects {
        return Err(too_many_objects(limits));
    }
    let collected = collect::collect(&document, limits)?;
    let (rooted, intact) = (document.catalog().is_ok(), collected.intact);
    let mut files = Vec::with_capacity(collected.files.len());
    for (mut file, id) in collected.files {
        file.stream = id.and_then(|id| content::take(&mut document, id));
        files.push(file);
    }
    Ok(Reading { files, rooted, intact })
}

/// The finding for a PDF with more objects, or more entries to walk, than the limits allow.
fn too_many_objects(limits: &Limits) -> Finding {
    Finding::new(PDF_LIMIT, "the PDF has more objects than einv reads")
        .expected(format!("at most {} objects", limits.objects))
        .help(crate::limits::raise("objects"))
}

/// The finding for a file that is named in the PDF but has no content there.
fn missing_content(name: &str) -> Finding {
    Finding::new(PDF_BROKEN, "an attachment of the PDF has no content")
        .found(format!("the name {} and nothing behind it", text::quoted(name)))
        .expected("the bytes of the attachment")
}
