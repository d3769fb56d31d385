//! The PDF that is written into: loaded to be written again, so nothing of it may be guessed.

use lopdf::Document;
use lopdf::xref::XrefRecovery;

use crate::finding::{Finding, PDF_BROKEN, READ_ODD};
use crate::pdf::Limits;
use crate::pdf::load::{self, Table};

/// A PDF with pages, and what is odd about it.
pub(super) struct Source {
    pub document: Document,
    pub findings: Vec<Finding>,
}

/// The ways to load a PDF whose objects stay what they are. The second reader is for looking only: it rounds numbers.
const TABLES: [Table; 2] = [Table::AsWritten, Table::Rebuilt];

/// Loads a PDF.
pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Source, Finding> {
    let mut failure = None;
    for table in TABLES {
        match load::load(bytes, limits, table) {
            Ok(document) if document.objects.len() > limits.objects => {
                return Err(crate::pdf::too_many_objects(limits));
            }
            Ok(document) if document.page_iter().next().is_some() => return Ok(told(document)),
            Ok(_) => {}
            Err(finding) if finding.code != PDF_BROKEN.id => return Err(finding),
            Err(finding) => failure = failure.or(Some(finding)),
        }
    }
    Err(failure.unwrap_or_else(|| Finding::new(PDF_BROKEN, "the PDF has no page").expected("the pages of the invoice")))
}

/// The document, with a warning if its cross-references were of no use, a note if it was encrypted.
fn told(document: Document) -> Source {
    let mut findings = Vec::new();
    if document.xref_recovery == Some(XrefRecovery::Reconstructed) {
        let message = "the PDF is damaged; its objects were found by a search through the file";
        findings.push(Finding::new(READ_ODD, message).found("cross-references that cannot be read or lead nowhere"));
    }
    Source { document, findings }
}
