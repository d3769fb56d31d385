//! The formats: what each is called, how it is recognised.

mod detect;
mod envelope;
mod gzip;
#[cfg(feature = "pdf")]
mod hybrid;
#[cfg(feature = "json")]
pub(crate) mod json;
#[cfg(feature = "json")]
pub(crate) mod schema;

pub use detect::{Carrier, Detected};
pub(crate) use detect::{Recognised, describe, is_json, of_bytes, profile_name, recognise, refuse};
#[cfg(feature = "pdf")]
pub(crate) use detect::{is_invoice, profile_level};
pub use envelope::{Envelope, Party};
pub(crate) use envelope::{Wanted, wrap};
pub(crate) use gzip::unpack;
#[cfg(feature = "pdf")]
pub(crate) use hybrid::Hybrid;

/// A format that einv writes. All of them are read, too, and PDFs that hold one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display, strum::EnumString, strum::VariantNames)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
#[non_exhaustive]
pub enum Format {
    /// UBL 2.1 Invoice or CreditNote; which of the two, the type code decides (BT-3).
    Ubl,
    /// UN/CEFACT Cross Industry Invoice.
    Cii,
    /// The model itself, as JSON.
    Json,
}

impl Format {
    /// The name in tables and reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Format::Ubl => "ubl",
            Format::Cii => "cii",
            Format::Json => "json",
        }
    }
}
