//! The PDF that is written into: loaded to be written again, so nothing of it may be guessed.

use std::collections::BTreeSet;

use lopdf::xref::XrefRecovery;
use lopdf::{Dictionary, Document, Object, ObjectId};

use super::container;
use crate::finding::{Finding, PDF_BROKEN, PDF_SIGNED, READ_ODD};
use crate::pdf::Limits;
use crate::pdf::load::{self, Table};
use crate::pdf::precheck;

/// A PDF with pages, and what is odd about it.
pub(super) struct Source {
    pub document: Document,
    pub findings: Vec<Finding>,
}

/// Object numbers beyond this leave no room for new ones.
const NUMBERS: u32 = 1 << 30;

/// The ways to load a PDF whose objects stay what they are. The second reader is for looking only: it rounds numbers.
const TABLES: [Table; 2] = [Table::AsWritten, Table::Rebuilt];

/// Loads a PDF.
pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Source, Finding> {
    let screened = precheck::screen(bytes, limits)?;
    let mut failure = None;
    for table in TABLES {
        match load::screened(&screened, limits, table) {
            Ok(document) if document.objects.len() > limits.objects => {
                return Err(crate::pdf::too_many_objects(limits));
            }
            Ok(document) if is_signed(&document) => return Err(signed()),
            Ok(document) => match pages(&document).and_then(|()| streams(&document)) {
                Ok(()) => return Ok(told(document)),
                Err(finding) => failure = failure.or(Some(finding)),
            },
            Err(finding) if finding.code != PDF_BROKEN.id => return Err(finding),
            Err(finding) => failure = failure.or(Some(finding)),
        }
    }
    Err(failure.unwrap_or_else(|| load::broken(bytes, None)))
}

/// Whether a signature covers the bytes of the file: it would not outlive a change.
fn is_signed(document: &Document) -> bool {
    let mut open = Vec::new();
    document.objects.values().any(|object| {
        open.push(object);
        while let Some(object) = open.pop() {
            match object {
                Object::Dictionary(dictionary) if dictionary.iter().any(|(key, _)| key == b"ByteRange") => return true,
                Object::Dictionary(dictionary) => open.extend(dictionary.iter().map(|(_, value)| value).filter(holds)),
                Object::Array(items) => open.extend(items.iter().filter(holds)),
                _ => {}
            }
        }
        false
    })
}

/// Whether other objects stand in an object.
fn holds(object: &&Object) -> bool {
    matches!(object, Object::Dictionary(_) | Object::Array(_))
}

fn signed() -> Finding {
    Finding::new(PDF_SIGNED, "the PDF is signed, and its signature would not outlive the change")
        .expected("a PDF without a signature")
        .help("embed the invoice first and sign the result")
}

/// There are pages, and each is there: what is written has all of them.
fn pages(document: &Document) -> Result<(), Finding> {
    let mut pages = document.page_iter().peekable();
    if pages.peek().is_none() {
        return Err(Finding::new(PDF_BROKEN, "the PDF has no page").expected("the pages of the invoice"));
    }
    if let Some((number, _)) = met_again(document) {
        let finding = Finding::new(PDF_BROKEN, "the list of pages of the PDF leads back into itself");
        return Err(finding.found(format!("object {number} among the pages that it lists")));
    }
    match pages.position(|page| document.get_dictionary(page).map_or(true, |page| !has_content(document, page))) {
        Some(missing) => {
            let finding = Finding::new(PDF_BROKEN, "a page of the PDF, or what stands on it, is missing");
            Err(finding.found(format!("nothing where page {} should be", missing + 1)))
        }
        None => Ok(()),
    }
}

/// A list of pages that is met again among those that it lists, or that several lists share.
fn met_again(document: &Document) -> Option<ObjectId> {
    let (mut open, mut met) = (Vec::new(), BTreeSet::new());
    open.extend(document.catalog().and_then(|catalog| catalog.get(b"Pages")).and_then(Object::as_reference));
    while let Some(id) = open.pop() {
        let kids = document.get_dictionary(id).and_then(|list| list.get(b"Kids"));
        let kids = kids.and_then(|kids| document.dereference(kids)).and_then(|(_, kids)| kids.as_array());
        let Ok(kids) = kids else { continue };
        if !met.insert(id) {
            return Some(id);
        }
        open.extend(kids.iter().filter_map(|kid| kid.as_reference().ok()));
    }
    None
}

/// Whether all that a page says stands on it is there.
fn has_content(document: &Document, page: &Dictionary) -> bool {
    let Ok(stated) = page.get(b"Contents") else { return true };
    let is_there = |object: &Object| document.dereference(object).is_ok();
    match document.dereference(stated) {
        Ok((_, Object::Array(parts))) => parts.iter().all(is_there),
        found => found.is_ok(),
    }
}

/// Every stream has its bytes: one whose length is said in an object that is not there has none.
fn streams(document: &Document) -> Result<(), Finding> {
    let is_lost = |object: &Object| match object {
        Object::Stream(stream) if stream.content.is_empty() => {
            let length = stream.dict.get(b"Length").and_then(|length| document.dereference(length));
            !length.is_ok_and(|(_, length)| length.as_i64().is_ok_and(|length| length == 0))
        }
        _ => false,
    };
    match document.objects.iter().find(|(_, object)| is_lost(object)) {
        Some((id, _)) => {
            let finding = Finding::new(PDF_BROKEN, "a part of the PDF has no content");
            Err(finding.found(format!("object {} without a length that can be read", id.0)))
        }
        None => Ok(()),
    }
}

/// Whether an object belongs to the file that was read rather than to what it holds.
fn is_structure(object: &Object) -> bool {
    matches!(object, Object::Stream(stream) if stream.dict.has_type(b"XRef") || stream.dict.has_type(b"ObjStm"))
}

/// The document, with a warning if its cross-references were of no use, a note if it was encrypted.
fn told(mut document: Document) -> Source {
    let info = document.trailer.get(b"Info").and_then(|info| document.dereference(info));
    if !info.is_ok_and(|(_, info)| info.as_dict().is_ok()) {
        document.trailer.remove(b"Info");
    }
    document.objects.retain(|_, object| !is_structure(object));
    if document.max_id > NUMBERS {
        document = container::renumbered(document);
    }
    let mut findings = Vec::new();
    if document.xref_recovery == Some(XrefRecovery::Reconstructed) {
        let message = "the PDF is damaged; its objects were found by a search through the file";
        findings.push(Finding::new(READ_ODD, message).found("cross-references that cannot be read or lead nowhere"));
    }
    Source { document, findings }
}
