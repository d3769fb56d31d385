//! The invoice as JSON: the shape of [`Invoice`], values as texts, exactly as written.

use std::io::{self, Write};
use std::sync::Arc;

use super::schema::INVOICE_SCHEMA;
use crate::finding::{Finding, JSON_SHAPE};
use crate::limits::Limits;
use crate::model::{Document, Invoice};
use crate::place::Place;
use crate::term::Terms;

mod path;
mod refusal;
#[cfg(test)]
mod tests;

/// Where schemas of ours stand.
const SCHEMAS: &str = "https://einv.dev/schema/";

/// An invoice as JSON, its keys in the order of the standard; `None` if it would be larger than the limits allow. How
/// long it will be is a guess: a large attachment shall not be copied while the text grows.
pub(crate) fn write(mut invoice: Invoice, length: usize, limits: &Limits) -> Option<Vec<u8>> {
    invoice.schema = Some(INVOICE_SCHEMA.to_owned());
    let most = usize::try_from(limits.unpacked).unwrap_or(usize::MAX);
    let mut sheet = Sheet { bytes: Vec::with_capacity(length.min(most)), most };
    serde_json::to_writer_pretty(&mut sheet, &invoice).ok()?;
    sheet.bytes.push(b'\n');
    Some(sheet.bytes)
}

/// Bytes that do not grow beyond a limit.
struct Sheet {
    bytes: Vec<u8>,
    most: usize,
}

impl Write for Sheet {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + more.len() > self.most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The document that a JSON text states.
pub(crate) fn read(text: &str, terms: &Arc<Terms>, limits: &Limits) -> Result<Document, Vec<Finding>> {
    let invoice: Invoice = serde_json::from_str(text).map_err(|error| vec![refusal::of(text, &error)])?;
    if let Some(schema) =
        invoice.schema.as_deref().filter(|schema| schema.starts_with(SCHEMAS) && *schema != INVOICE_SCHEMA)
    {
        let finding = Finding::new(JSON_SHAPE, "the JSON follows another schema")
            .at(refusal::place(text, text.find(schema).unwrap_or_default()));
        return Err(vec![finding.found(schema).expected(INVOICE_SCHEMA)]);
    }
    invoice.into_document(terms, limits)
}

/// The place of a key of the invoice.
pub(crate) fn place_of(text: &str, key: &str) -> Place {
    refusal::place(text, text.find(&format!("\"{key}\"")).unwrap_or_default())
}
