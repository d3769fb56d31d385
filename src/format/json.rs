//! The invoice as JSON: the shape of [`Invoice`], values as texts, exactly as written.

use std::sync::Arc;

use super::schema::INVOICE_SCHEMA;
use crate::finding::{Finding, JSON_SHAPE};
use crate::model::{Document, Invoice};
use crate::place::Place;
use crate::term::Terms;

mod path;
mod refusal;
#[cfg(test)]
mod tests;

/// Where schemas of ours stand.
const SCHEMAS: &str = "https://einv.dev/schema/";

/// A document as JSON, its keys in the order of the standard; and the terms of the document in it, as bits by node.
pub(crate) fn write(document: &Document) -> (Vec<u8>, Vec<u64>) {
    let (mut invoice, stated) = Invoice::stated(document);
    invoice.schema = Some(INVOICE_SCHEMA.to_owned());
    // JSON is seldom longer than what it was read from, and a large attachment shall not be copied while it grows.
    let mut bytes = Vec::with_capacity(document.source.len() + document.source.len() / 8);
    let written = serde_json::to_writer_pretty(&mut bytes, &invoice);
    debug_assert!(written.is_ok(), "structs of texts have no way to fail");
    bytes.push(b'\n');
    (bytes, stated)
}

/// The document that a JSON text states.
pub(crate) fn read(text: &str, terms: Arc<Terms>) -> Result<Document, Vec<Finding>> {
    let invoice: Invoice = serde_json::from_str(text).map_err(|error| vec![refusal::of(text, &error)])?;
    if let Some(schema) =
        invoice.schema.as_deref().filter(|schema| schema.starts_with(SCHEMAS) && *schema != INVOICE_SCHEMA)
    {
        let finding = Finding::new(JSON_SHAPE, "the JSON follows another schema")
            .at(refusal::place(text, text.find(schema).unwrap_or_default()));
        return Err(vec![finding.found(schema).expected(INVOICE_SCHEMA)]);
    }
    invoice.to_document_with(&terms)
}

/// The place of a key of the invoice.
pub(crate) fn place_of(text: &str, key: &str) -> Place {
    refusal::place(text, text.find(&format!("\"{key}\"")).unwrap_or_default())
}
