//! Named files inside PDFs.
//!
//! A PDF lists the files it carries in up to four places: the name tree of embedded files, the associated files of the
//! document and of its pages, and annotations. Producers use one, some or all of them, so all are read, and a file that
//! stands in several is one file. Where none of them leads anywhere, every object is looked at.
//!
//! Nothing here knows an invoice beyond the file names that standards reserve for one ([`choose`]).

#![allow(clippy::result_large_err, reason = "a finding ends the reading of its PDF: one move in a whole run")]

mod archive;
mod budget;
mod choose;
mod collect;
mod content;
mod deflate;
mod embed;
mod facts;
mod filespec;
mod load;
mod lookup;
mod members;
mod precheck;
#[cfg(feature = "pdf-recover")]
mod recover;
mod syntax;
mod text;
mod weight;
mod xmp;

#[cfg(test)]
mod tests;

pub(crate) use archive::{Lack, examine_file};
pub(crate) use choose::{Choice, choose, is_reserved, nearly_reserved};
pub(crate) use content::Content;
pub(crate) use embed::{Embedding, NewFile, Properties, Property, Stamp, embed};
pub(crate) use facts::{Facts, facts};
pub(crate) use xmp::Xmp;

use lopdf::{Document, Stream};

use crate::finding::{Finding, PDF_BROKEN, PDF_LIMIT, READ_ODD};
use crate::limits;

/// How far into the bytes a PDF header may stand: other software writes mail or printer headers before it.
const HEADER_WITHIN: usize = 1024;

/// How much a PDF may unpack to and how long a walk through it may be, so that a small file cannot take the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Bytes that the file's own structure (cross-references, object streams, metadata) may unpack to.
    pub structure: usize,
    /// Bytes that an embedded file may unpack to; an invoice may carry large attachments of its own (BG-24).
    pub stream: usize,
    /// Objects of the file, those inside others too, and entries met on the way to its embedded files. Each takes over a
    /// hundred bytes.
    pub objects: usize,
    /// Levels of the name tree.
    pub depth: usize,
}

impl From<&limits::Limits> for Limits {
    fn from(limits: &limits::Limits) -> Limits {
        let size = |limit: u64| usize::try_from(limit).unwrap_or(usize::MAX);
        Limits {
            structure: size(limits.structure),
            stream: size(limits.unpacked),
            objects: size(limits.objects),
            depth: 64,
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::from(&limits::Limits::default())
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
    /// When it was made, as the PDF states it: `2026-03-02T12:30:00+01:00` or the part that is stated.
    pub created: Option<String>,
    /// When it was last changed, likewise.
    pub modified: Option<String>,
    /// What the PDF says about the unpacked bytes.
    stated: content::Stated,
    /// The packed bytes; absent where the PDF names a file that it does not hold.
    stream: Option<Stream>,
}

impl EmbeddedFile {
    /// All that the PDF says of it, without its bytes.
    pub(crate) fn label(&self) -> EmbeddedFile {
        EmbeddedFile {
            name: self.name.clone(),
            description: self.description.clone(),
            relationship: self.relationship.clone(),
            mime: self.mime.clone(),
            found_in: self.found_in,
            created: self.created.clone(),
            modified: self.modified.clone(),
            stated: self.stated.clone(),
            stream: None,
        }
    }
}

/// Whether the bytes are a PDF, by its header.
pub(crate) fn is_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEADER_WITHIN)];
    memchr::memchr_iter(b'%', head).any(|at| head[at..].starts_with(b"%PDF-"))
}

/// A PDF that was read.
#[derive(Debug)]
pub(crate) struct Pdf {
    /// The files inside it, in the order in which it lists them. None is unpacked: [`EmbeddedFile::content`] does it.
    pub files: Vec<EmbeddedFile>,
    /// Whether it was damaged and had to be repaired: files may be missing, or come from an earlier revision.
    pub repaired: bool,
    /// What it says of itself.
    said: facts::Said,
}

impl Pdf {
    /// The warning for a PDF that had to be repaired.
    pub(crate) fn repair(&self) -> Option<Finding> {
        let finding = || {
            Finding::new(READ_ODD, "the PDF is damaged; its objects were found by a search through the file")
                .found("cross-references that cannot be read or lead nowhere")
        };
        self.repaired.then(finding)
    }
}

/// Reads a PDF. A damaged one is read again in other ways; what is beyond a limit or needs a password is not.
pub(crate) fn open(bytes: &[u8], limits: &Limits) -> Result<Pdf, Finding> {
    let screened = precheck::screen(bytes, limits)?;
    let (mut named, mut failure) = (None, None);
    for &table in load::Table::ALL {
        match load::screened(&screened, limits, table).and_then(|document| read(document, limits)) {
            Ok(reading) if reading.is_enough(table) => return Ok(reading.pdf),
            Ok(reading) if named.is_none() => named = Some(reading),
            Ok(_) => {}
            Err(finding) if finding.code != PDF_BROKEN.id => return Err(finding),
            Err(finding) => failure = failure.or(Some(finding)),
        }
    }
    // No way leads to a file with content. What is named without content is told by its name.
    let whole = |reading: &Reading| reading.rooted && !load::is_cut_off(bytes);
    match named {
        Some(reading) if !reading.pdf.files.is_empty() || whole(&reading) => Ok(reading.pdf),
        _ => Err(failure.unwrap_or_else(|| load::broken(bytes, None))),
    }
}

/// What one reading of a PDF gave.
struct Reading {
    /// The PDF.
    pdf: Pdf,
    /// Whether it has a catalogue, where every list of files begins.
    rooted: bool,
    /// Whether it has, and every reference on the way led to an object.
    intact: bool,
}

impl Reading {
    /// Whether another reading could not give more: any file has content, or there is none in a sound PDF.
    fn is_enough(&self, table: load::Table) -> bool {
        let readable = self.pdf.files.iter().any(|file| file.stream.is_some());
        readable || (table == load::Table::AsWritten && self.intact)
    }
}

/// Collects the files of a loaded PDF and moves their packed bytes out of it.
fn read(mut document: Document, limits: &Limits) -> Result<Reading, Finding> {
    if document.objects.len() > limits.objects {
        return Err(too_many_objects(limits));
    }
    let repaired = document.xref_recovery == Some(lopdf::xref::XrefRecovery::Reconstructed);
    let collected = collect::collect(&document, limits)?;
    let (rooted, intact) = (document.catalog().is_ok(), collected.intact);
    let said = facts::Said::read(&document);
    let mut files = Vec::with_capacity(collected.files.len());
    for (mut file, id) in collected.files {
        file.stream = id.and_then(|id| content::take(&mut document, id));
        files.push(file);
    }
    Ok(Reading { pdf: Pdf { files, repaired, said }, rooted, intact })
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
