//! What a file is, without converting it.

use std::borrow::Cow;

use crate::error::Error;
use crate::finding::{self, Finding, Severity};
use crate::format::{Carrier, Detected, describe, of_bytes};
use crate::limits::Limits;
use crate::mapping::Tables;
use crate::model::Document;
use crate::xml;

use super::input;

/// What a file is, by its content: what carries it, what it is, whether einv converts it.
///
/// ```
/// # fn main() -> Result<(), einv::Error> {
/// let detected = einv::detect(b"UNB+UNOC:3+4012345000009:14+...")?;
/// assert_eq!(detected.name, "an EDIFACT interchange");
/// assert!(!detected.is_convertible());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// If the file is damaged: it cannot be unpacked, its bytes are not in the encoding that it declares, it breaks before
/// its first element.
pub fn detect(bytes: &[u8]) -> Result<Detected, Error> {
    detect_with(bytes, &Limits::default())
}

/// The same within other limits.
///
/// # Errors
/// As [`detect`].
pub fn detect_with(bytes: &[u8], limits: &Limits) -> Result<Detected, Error> {
    let unpacked = input::unpacked(bytes, limits)?;
    if !input::is_pdf(&unpacked)
        && let Some(row) = of_bytes(&unpacked)
    {
        return Ok(Detected::of(row, ""));
    }
    match input::open(bytes, limits) {
        Ok(opened) => {
            let mut detected = describe(&opened.text, xml::Limits::from(limits))?;
            let envelope = detected.envelope.is_some().then_some(Carrier::Sbdh);
            detected.carriers = opened.carriers.into_iter().chain(envelope).collect();
            Ok(detected)
        }
        Err(error) if error.findings().iter().all(|finding| finding.code == finding::PDF_NO_INVOICE.id) => {
            Ok(no_invoice(&error))
        }
        Err(error) => Err(error),
    }
}

/// The text that the places of findings about a file point into: of a packed file what is inside, of one in another
/// encoding what it says. `None` for a PDF, whose text is not that of the file, and for what is no text.
pub fn text(bytes: &[u8], limits: &Limits) -> Option<String> {
    let unpacked = input::unpacked(bytes, limits).ok().filter(|bytes| !input::is_pdf(bytes))?;
    xml::decode(unpacked).ok().map(|text| text.into_owned())
}

/// A PDF without an invoice is none of the files that are damaged.
pub(crate) fn no_invoice(error: &Error) -> Detected {
    Detected {
        name: "a PDF without an invoice".to_owned(),
        carriers: vec![Carrier::Pdf],
        help: error.findings().iter().find_map(|finding| finding.help.clone()),
        ..Detected::default()
    }
}

/// A text that was looked into.
pub(crate) struct Looked {
    /// What it is.
    pub(crate) detected: Detected,
    /// The invoice, if it is one that can be read.
    pub(crate) document: Option<Document>,
    /// What is odd; errors for an invoice that cannot be read.
    pub(crate) findings: Vec<Finding>,
}

/// What a text is, and the invoice that it states. What can be named is no error, though it may be damaged further on.
pub(crate) fn look(text: Cow<'_, str>, limits: &Limits) -> Result<Looked, Error> {
    let mut detected = describe(&text, xml::Limits::from(limits))?;
    detected.carriers.extend(detected.envelope.is_some().then_some(Carrier::Sbdh));
    if !detected.is_convertible() {
        return Ok(Looked { detected, document: None, findings: Vec::new() });
    }
    let tables = Tables::standard();
    Ok(match input::Input::read(&input::Opened::of(text), tables, limits) {
        Ok(input) => {
            let odd = input.unwrapped.iter().filter(|finding| finding.severity > Severity::Note);
            let findings = odd.cloned().collect();
            Looked { detected, document: Some(input.document(&tables.terms)), findings }
        }
        Err(error) => Looked { detected, document: None, findings: error.findings().to_vec() },
    })
}
