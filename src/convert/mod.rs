//! From bytes to bytes: read, normalise, write, with the ledger of losses.

mod attach;
mod container;
mod converter;
mod detect;
mod doubts;
mod hybrid;
mod input;
mod ledger;
mod pages;
mod room;
mod run;
#[cfg(feature = "batch")]
mod settings;
mod step;
#[cfg(test)]
mod tests;
mod wrap;

use std::sync::Arc;

use crate::error::Error;
use crate::limits::Limits;
use crate::mapping::Tables;
use crate::model::{Document, Origin};
use crate::report::Report;

pub use converter::Converter;
#[cfg(feature = "pdf")]
pub(crate) use detect::no_invoice;
pub(crate) use detect::{Looked, look};
pub use detect::{detect, detect_with, text};
pub use hybrid::{Embedded, Hybrid, embed};
use input::Input;
pub(crate) use input::{is_pdf, unpacked};
pub use room::Room;
pub use wrap::Wrapping;

/// What to do when a value of the source has no place in the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, strum::Display, strum::EnumString, strum::VariantNames)]
#[strum(serialize_all = "lowercase")]
#[non_exhaustive]
pub enum OnLoss {
    /// Nothing is written.
    #[default]
    Refuse,
    /// It is written, and every loss is told.
    Warn,
    /// It is written; the losses stand in the report.
    Allow,
}

/// What came of a conversion: the output, unless it was refused, and the report.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Conversion {
    /// The document; `None` if a loss was not accepted or the output would break its schema.
    pub output: Option<Vec<u8>>,
    /// What was read, written, lost, derived and changed.
    pub report: Report,
}

/// Reads an invoice as it stands, with the built-in tables.
///
/// # Errors
/// If the input is not readable as an invoice.
pub fn read(bytes: &[u8]) -> Result<Document, Error> {
    read_with(bytes, Tables::standard())
}

/// Reads an invoice as it stands.
///
/// # Errors
/// If the input is not readable as an invoice.
pub fn read_with(bytes: &[u8], tables: &Arc<Tables>) -> Result<Document, Error> {
    read_within(bytes, tables, &Limits::default())
}

/// Reads an invoice as it stands, within limits.
pub(crate) fn read_within(bytes: &[u8], tables: &Arc<Tables>, limits: &Limits) -> Result<Document, Error> {
    let opened = input::open(bytes, limits)?;
    let input = Input::read(&opened, tables, limits).map_err(|error| opened.locate(error))?;
    Ok(input.document(&tables.terms))
}

/// The part of a document's origin that the model shows.
pub(crate) const FROM_CODE: Origin = Origin { syntax: None, kind: 0 };
