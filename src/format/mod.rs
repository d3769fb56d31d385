//! The formats: what each is called, how it is recognised.

mod detect;
mod envelope;
mod gzip;
#[cfg(feature = "pdf")]
mod hybrid;
#[cfg(feature = "json")]
pub(crate) mod json;
mod pattern;
#[cfg(feature = "json")]
pub(crate) mod schema;

#[cfg(feature = "pdf")]
pub(crate) use detect::is_invoice;
pub(crate) use detect::profile_level;
pub use detect::{Carrier, Detected};
pub(crate) use detect::{Recognised, describe, is_json, of_bytes, profile_name, recognise, refuse};
pub use envelope::{Envelope, Party};
pub(crate) use envelope::{Wanted, wrap};
pub(crate) use gzip::unpack;
#[cfg(feature = "pdf")]
pub(crate) use hybrid::{Hybrid, Stated};
pub(crate) use pattern::fits;

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
    /// Pages with a Cross Industry Invoice inside: a hybrid PDF, Factur-X or ZUGFeRD.
    FacturX,
}

impl Format {
    /// The name in tables and reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Format::Ubl => "ubl",
            Format::Cii => "cii",
            Format::Json => "json",
            Format::FacturX => "facturx",
        }
    }

    /// The format of the invoice itself: that of a hybrid PDF is CII.
    pub(crate) fn syntax(self) -> &'static str {
        match self {
            Format::FacturX => Format::Cii.name(),
            other => other.name(),
        }
    }

    /// What the names of such files end in.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Ubl | Format::Cii => "xml",
            Format::Json => "json",
            Format::FacturX => "pdf",
        }
    }
}
