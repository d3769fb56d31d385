//! Loading a PDF within the limits, and what it means when that fails.

use lopdf::encryption::DecryptionError;
use lopdf::{DecompressError, Document, Error};

use super::budget::{self, Stopped};
use super::precheck::{self, Screened};
use super::{Limits, too_many_objects};
use crate::finding::{Finding, PDF_BROKEN, PDF_LIMIT, PDF_PASSWORD};
use crate::limits::raise;

/// How far from the end of the bytes the end mark of a PDF may stand.
const END_WITHIN: usize = 1024;

/// Where the list of objects comes from, in the order in which it is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// The cross-references of the file, repaired where they cannot be read.
    AsWritten,
    /// A search for objects through all bytes; objects of an earlier revision may come back.
    Rebuilt,
    /// A second reader, which repairs in other ways.
    #[cfg(feature = "pdf-recover")]
    SecondReader,
}

impl Table {
    /// All of them.
    pub(super) const ALL: &[Table] = &[
        Table::AsWritten,
        Table::Rebuilt,
        #[cfg(feature = "pdf-recover")]
        Table::SecondReader,
    ];
}

/// Looks ahead at a PDF, and loads it.
pub(super) fn load(bytes: &[u8], limits: &Limits, table: Table) -> Result<Document, Finding> {
    screened(&precheck::screen(bytes, limits)?, limits, table)
}

/// Loads a PDF; one that is encrypted only against changes opens with the empty password.
pub(super) fn screened(pdf: &Screened<'_>, limits: &Limits, table: Table) -> Result<Document, Finding> {
    let bytes = pdf.bytes;
    let document = match table {
        Table::AsWritten | Table::Rebuilt => budget::load(pdf, table == Table::Rebuilt, limits),
        #[cfg(feature = "pdf-recover")]
        Table::SecondReader => return super::recover::load(bytes, limits),
    };
    let document = document.map_err(|stopped| failure(bytes, &stopped, limits))?;
    // Without its password an encrypted file loads as an empty one, and says nothing.
    if document.trailer.has(b"Encrypt") {
        return Err(encrypted(&document));
    }
    Ok(document)
}

/// The finding for a PDF that does not load.
fn failure(bytes: &[u8], stopped: &Stopped, limits: &Limits) -> Finding {
    match stopped {
        Stopped::Structure => over_structure(limits),
        Stopped::Reader(error) if over_limit(error) => over_structure(limits),
        Stopped::Reader(error) => broken(bytes, Some(error)),
        Stopped::Objects => too_many_objects(limits),
        Stopped::Repeats => Finding::new(PDF_BROKEN, "the PDF cannot be read")
            .found("cross-references that name the same objects again and again"),
    }
}

/// The finding for a PDF whose structure is too large.
pub(super) fn over_structure(limits: &Limits) -> Finding {
    Finding::new(PDF_LIMIT, "the structure of the PDF unpacks to more than einv reads")
        .expected(format!("at most {}", size(limits.structure)))
        .help(raise("structure"))
}

/// Whether unpacking stopped at a limit.
pub(super) fn over_limit(error: &Error) -> bool {
    matches!(error, Error::Decompress(DecompressError::MemoryLimitExceeded { .. }))
}

/// Whether the end mark of a PDF is missing.
pub(super) fn is_cut_off(bytes: &[u8]) -> bool {
    let end = &bytes[bytes.len().saturating_sub(END_WITHIN)..];
    !end.windows(5).any(|window| window == b"%%EOF")
}

/// The finding for a PDF whose structure leads nowhere, with the reader's own words where it gave any.
pub(super) fn broken(bytes: &[u8], error: Option<&Error>) -> Finding {
    let finding = Finding::new(PDF_BROKEN, "the PDF cannot be read");
    if is_cut_off(bytes) {
        return finding.found("no end mark, so the file may be cut off").expected("`%%EOF` at the end of the file");
    }
    match error {
        Some(error) => finding.found(format!("damaged structure: {error}")),
        None => finding.found("references to objects that are not in the file"),
    }
}

/// The finding for a PDF that the empty password does not open.
fn encrypted(document: &Document) -> Finding {
    match document.authenticate_password("") {
        Err(Error::InvalidPassword | Error::Decryption(DecryptionError::IncorrectPassword)) => password_needed(),
        _ => Finding::new(PDF_PASSWORD, "the PDF is encrypted in a way that einv does not know")
            .expected("a PDF that opens without a password"),
    }
}

/// The finding for a PDF that has a password.
pub(super) fn password_needed() -> Finding {
    Finding::new(PDF_PASSWORD, "the PDF needs a password to be opened")
        .expected("a PDF that opens without a password")
        .help("save a copy without password protection and use that")
}

/// A number of bytes in words: a limit is a round number of MiB, and any other limit is told to the byte.
pub(super) fn size(bytes: usize) -> String {
    match bytes {
        0 => "0 bytes".to_owned(),
        _ if bytes.is_multiple_of(1 << 20) => format!("{} MiB", bytes >> 20),
        _ => format!("{bytes} bytes"),
    }
}
