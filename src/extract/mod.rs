//! Files out of what carries them, byte for byte: the invoice out of a PDF, and what is attached beside it.

mod name;

use crate::base64;
use crate::convert::{is_pdf, read_within, unpacked};
use crate::error::Error;
use crate::finding::{Finding, VALUE_TYPE};
use crate::format::is_json;
use crate::limits::Limits;
use crate::mapping::Tables;
use crate::model::{Document, Invoice, SupportingDocument};

/// A file that was inside another one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attachment {
    /// Its name as the PDF or the invoice (BT-125-2) states it. It may hold anything, paths too: to write the file, take
    /// [`Attachment::file_name`].
    pub name: String,
    /// What it is, in words: the description of the PDF, or BT-123.
    pub description: Option<String>,
    /// Its media type as it is stated, such as `application/pdf` (BT-125-1).
    pub mime: Option<String>,
    /// What it was attached to.
    pub attached_to: AttachedTo,
    /// Its bytes, unpacked.
    pub bytes: Vec<u8>,
}

/// What a file was attached to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttachedTo {
    /// Nothing: it is the input itself.
    Nothing,
    /// The PDF.
    Pdf,
    /// The invoice: an additional supporting document (BG-24).
    Invoice,
}

/// What came out of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extraction {
    /// The invoice: XML, or JSON of einv.
    pub invoice: Attachment,
    /// The files beside it, those of the PDF first, each in its order.
    pub attachments: Vec<Attachment>,
    /// What is odd, and what could not be taken out: an error for each attachment that cannot be unpacked.
    pub findings: Vec<Finding>,
}

impl Attachment {
    /// A name that is safe for a file on every system: without a path, control characters or a name that Windows
    /// reserves. It is not unique.
    pub fn file_name(&self) -> String {
        name::safe(&self.name, self.mime.as_deref())
    }
}

/// Takes the invoice out of a PDF, byte for byte. XML and JSON invoices are given back as they are.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let pdf = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/facturx/en16931/hybrid.pdf"))?;
/// let extraction = einv::extract(&pdf)?;
/// assert_eq!(extraction.invoice.name, "factur-x.xml");
/// assert!(extraction.invoice.bytes.starts_with(b"<?xml"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// If the input is a PDF that cannot be read or has no invoice inside, or anything else that is no invoice. What is
/// inside a PDF and has the name of an invoice is given out even if it cannot be read; a finding says so.
pub fn extract(bytes: &[u8]) -> Result<Extraction, Error> {
    extract_with(bytes, &Limits::default())
}

/// The same within other limits.
///
/// # Errors
/// As [`extract`].
pub fn extract_with(bytes: &[u8], limits: &Limits) -> Result<Extraction, Error> {
    Ok(take(bytes, false, limits)?.0)
}

/// The same with all files beside the invoice: those of the PDF, and the documents that the invoice itself carries
/// (BG-24).
///
/// # Errors
/// As [`extract`].
pub fn extract_all(bytes: &[u8]) -> Result<Extraction, Error> {
    extract_all_with(bytes, &Limits::default())
}

/// The same within other limits.
///
/// # Errors
/// As [`extract`].
pub fn extract_all_with(bytes: &[u8], limits: &Limits) -> Result<Extraction, Error> {
    let (mut extraction, document) = take(bytes, true, limits)?;
    let supporting = document.map(|document| Invoice::from_document(&document).supporting_documents);
    for supporting in supporting.unwrap_or_default() {
        match attached(&supporting) {
            Some(Ok(attachment)) => extraction.attachments.push(attachment),
            Some(Err(finding)) => extraction.findings.push(finding),
            None => {}
        }
    }
    Ok(extraction)
}

/// The invoice, the files beside it if `all` are wanted, and the invoice as it reads, if it was read.
fn take(bytes: &[u8], all: bool, limits: &Limits) -> Result<(Extraction, Option<Document>), Error> {
    let unpacked = unpacked(bytes, limits)?;
    if is_pdf(&unpacked) {
        return out_of_pdf(&unpacked, all, limits);
    }
    let document = read(&unpacked, limits)?;
    let is_json = std::str::from_utf8(&unpacked).is_ok_and(is_json);
    let (name, mime) = if is_json { ("invoice.json", "application/json") } else { ("invoice.xml", "text/xml") };
    Ok((itself(name, mime, &unpacked), Some(document)))
}

fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Error> {
    read_within(bytes, Tables::standard(), limits)
}

/// The input, which is an invoice.
fn itself(name: &str, mime: &str, bytes: &[u8]) -> Extraction {
    let invoice = Attachment {
        name: name.to_owned(),
        description: None,
        mime: Some(mime.to_owned()),
        attached_to: AttachedTo::Nothing,
        bytes: bytes.to_vec(),
    };
    Extraction { invoice, attachments: Vec::new(), findings: Vec::new() }
}

/// The file that a supporting document carries, if it does.
fn attached(supporting: &SupportingDocument) -> Option<Result<Attachment, Finding>> {
    let binary = supporting.attachment.as_ref()?;
    let named = binary.filename.iter().chain(&supporting.reference).find(|name| !name.trim().is_empty());
    let name = named.cloned().unwrap_or_default();
    let Some(bytes) = base64::decoded(&binary.content) else {
        let finding = Finding::new(VALUE_TYPE, "an attached document cannot be unpacked")
            .term("BT-125 Attached document")
            .found(name)
            .expected("text in base64");
        return Some(Err(finding));
    };
    Some(Ok(Attachment {
        name,
        description: supporting.description.clone(),
        mime: binary.mime_code.clone(),
        attached_to: AttachedTo::Invoice,
        bytes,
    }))
}

/// The invoice out of a PDF, read if it can be, and the files beside it.
#[cfg(feature = "pdf")]
fn out_of_pdf(bytes: &[u8], all: bool, limits: &Limits) -> Result<(Extraction, Option<Document>), Error> {
    use crate::format::is_invoice;
    use crate::pdf::{self, Content, EmbeddedFile};

    let within = pdf::Limits::from(limits);
    let pdf = pdf::open(bytes, &within)?;
    let choice = pdf::choose(&pdf.files, &within, is_invoice)?;
    let attachment = |file: &EmbeddedFile, content: Content| Attachment {
        name: file.name.clone(),
        description: file.description.clone(),
        mime: file.mime.clone(),
        attached_to: AttachedTo::Pdf,
        bytes: content.bytes,
    };
    let mut findings: Vec<Finding> = pdf.repair().into_iter().chain(choice.warnings).collect();
    let mut unpacked = |file: &EmbeddedFile| {
        let content = file.content(&within)?;
        findings.extend(file.damage(&content));
        Ok((content.complete, attachment(file, content)))
    };
    let (complete, invoice) = unpacked(choice.invoice)?;
    let others = choice.others.iter().filter(|_| all).map(|file| unpacked(file).map(|(_, file)| file));
    let (attachments, broken): (Vec<_>, Vec<_>) = others.partition(Result::is_ok);
    findings.extend(broken.into_iter().filter_map(Result::err));
    // A stream that is damaged can give a part of an invoice: reading it shows. Of what is surely complete the root will do.
    let read = match complete && !all && is_invoice(&invoice.bytes) {
        true => Ok(None),
        false => read(&invoice.bytes, limits).map(Some),
    };
    let document = read.unwrap_or_else(|error| {
        findings.push(unreadable(&invoice.name, &error));
        None
    });
    let attachments = attachments.into_iter().flatten().collect();
    Ok((Extraction { invoice, attachments, findings }, document))
}

#[cfg(not(feature = "pdf"))]
fn out_of_pdf(bytes: &[u8], _: bool, limits: &Limits) -> Result<(Extraction, Option<Document>), Error> {
    // The reader says that this build has no PDFs.
    read(bytes, limits).map(|document| (itself("", "", bytes), Some(document)))
}

/// The warning for an invoice inside a PDF that einv cannot read: it is given out all the same.
#[cfg(feature = "pdf")]
fn unreadable(name: &str, error: &Error) -> Finding {
    let why = error.findings().first().map(|finding| {
        let found = finding.found.as_ref().map(|found| format!(", {found}")).unwrap_or_default();
        format!("{}{found}", finding.message)
    });
    Finding::new(crate::finding::READ_ODD, format!("einv cannot read the embedded `{name}`; it is taken out as it is"))
        .found(why.unwrap_or_default())
}

#[cfg(test)]
mod tests;
