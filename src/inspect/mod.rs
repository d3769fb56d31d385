//! What a file is and what it states, for people who look into it. Nothing here decides how an invoice is read.

#[cfg(feature = "pdf")]
mod check;
mod names;
#[cfg(feature = "pdf")]
mod pdf;
mod summary;
mod terms;
#[cfg(test)]
mod tests;
mod types;

use std::borrow::Cow;

use crate::convert::{Looked, look, unpacked};
use crate::error::Error;
use crate::format::{Carrier, Detected, of_bytes, profile_name};
use crate::limits::Limits;
use crate::model::{Document, Invoice};
use crate::xml;
#[cfg(all(feature = "pdf", feature = "json"))]
pub use check::check_schema;
#[cfg(feature = "pdf")]
pub use check::{CHECK_SCHEMA, Check, check};
pub use types::*;

/// Version of the JSON Schema of an [`Inspection`]; grows only within a major version.
pub const INSPECTION_SCHEMA: &str = "https://einv.dev/schema/inspection-1.json";

/// The JSON Schema of [`Inspection`].
#[cfg(feature = "json")]
pub fn inspection_schema() -> &'static str {
    include_str!("../../schemas/inspect.schema.json")
}

/// What a file is and what it states: an invoice, a PDF with or without one, or something else by its name.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/ubl/en16931/minimal.xml"))?;
/// let inspection = einv::inspect(&bytes)?;
/// assert_eq!(inspection.document.name, "a UBL Invoice");
/// let invoice = inspection.invoice.ok_or("no invoice")?;
/// assert_eq!(invoice.number.as_deref(), Some("7"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// If the file cannot be named: it is beyond a limit, cannot be unpacked, or breaks before its first element. A file
/// that can be named and not be read further is no error: [`Inspection::findings`] has one.
pub fn inspect(bytes: &[u8]) -> Result<Inspection, Error> {
    inspect_with(bytes, &Limits::default())
}

/// The same within other limits.
///
/// # Errors
/// As [`inspect`].
pub fn inspect_with(bytes: &[u8], limits: &Limits) -> Result<Inspection, Error> {
    Ok(look_into(bytes, limits)?.0)
}

/// The same with every term that the invoice states, [`Inspection::terms`].
///
/// # Errors
/// As [`inspect`].
pub fn inspect_terms(bytes: &[u8], limits: &Limits) -> Result<Inspection, Error> {
    let (mut inspection, document) = look_into(bytes, limits)?;
    inspection.terms = document.as_ref().map(terms::all).unwrap_or_default();
    Ok(inspection)
}

/// The inspection without terms, and the invoice if it can be read.
fn look_into(bytes: &[u8], limits: &Limits) -> Result<(Inspection, Option<Document>), Error> {
    let unpacked = unpacked(bytes, limits)?;
    let carriers = Vec::from_iter(matches!(unpacked, Cow::Owned(_)).then_some(Carrier::Gzip));
    let (mut inspection, document) = look_inside(unpacked, limits)?;
    inspection.document.carriers.splice(0..0, carriers);
    Ok((inspection, document))
}

fn look_inside(bytes: Cow<'_, [u8]>, limits: &Limits) -> Result<(Inspection, Option<Document>), Error> {
    #[cfg(feature = "pdf")]
    if crate::convert::is_pdf(&bytes) {
        return pdf::look_into(&bytes, limits, false);
    }
    // A build without PDFs knows them by their name.
    match of_bytes(&bytes) {
        Some(row) => Ok((Inspection { document: Detected::of(row, ""), ..Inspection::default() }, None)),
        None => Ok(told(look(xml::decode(bytes)?, limits)?)),
    }
}

/// What was found in a text, told.
fn told(looked: Looked) -> (Inspection, Option<Document>) {
    let Looked { mut detected, document, findings } = looked;
    let invoice = document.as_ref().map(Invoice::from_document);
    // JSON says of itself no more than that it is ours.
    let control = invoice.as_ref().and_then(|invoice| invoice.process_control.as_ref());
    let stated = control.and_then(|control| control.specification_identifier.clone());
    detected.specification = detected.specification.or(stated);
    let profile = detected.specification.as_deref().and_then(profile_name);
    detected.profile = detected.profile.or(profile.map(str::to_owned));
    let summary = invoice.as_ref().map(Summary::of);
    (Inspection { document: detected, invoice: summary, findings, ..Inspection::default() }, document)
}
