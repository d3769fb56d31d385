//! Converts European e-invoices between UN/CEFACT CII, UBL and JSON, out of Factur-X and ZUGFeRD PDFs too, without
//! losing a field silently.
//!
//! A canonical EN 16931 model sits in the middle. What each syntax has where is said once, in the tables under
//! `mappings/`, and read and written by the same rows.
//!
//! - [`Converter`] turns the bytes of one invoice into those of another and tells, in a [`Report`], what was lost,
//!   derived and changed on the way. Losses are refused unless accepted.
//! - [`read`] gives the [`Document`]: the invoice as it stands in the file, every term with its place.
//! - [`model::Invoice`] is the same thing as plain structs, for programs that write invoices or look into them.
//! - [`extract`] takes the invoice out of a PDF as it is, [`extract_all`] the files beside it, too.
//! - [`inspect`] tells what a file is and what it states, for people who look into it.
//! - [`Tables`] are the mapping tables; [`Tables::with`] lays private ones over them.
//!
//! ```
//! use einv::{Converter, Format, Target};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/cii/en16931/consulting.xml"))?;
//! let conversion = Converter::new().to(Target::for_format(Format::Ubl)).convert(&bytes)?;
//! for loss in &conversion.report.losses {
//!     println!("{}: {}", loss.grade, loss.finding.message);
//! }
//! let ubl = conversion.output.ok_or("a value would be lost")?;
//! # assert!(ubl.starts_with(b"<?xml"));
//! # Ok(())
//! # }
//! ```
//!
//! - `batch::Job` (feature `batch`) converts directories and archives, in threads, with a manifest.
//!
//! Apart from `batch`, the library takes bytes and gives bytes: it opens no file and starts no thread. Everything public
//! is `Send + Sync`.

mod base64;
#[cfg(feature = "batch")]
pub mod batch;
mod cache;
pub mod codelist;
mod convert;
mod error;
mod extract;
pub mod finding;
mod format;
mod hash;
mod inspect;
mod limits;
mod mapping;
mod media;
pub mod model;
#[cfg(feature = "pdf")]
mod pdf;
mod place;
mod report;
mod target;
pub mod term;
mod xml;

pub use convert::{
    Conversion, Converter, Embedded, Hybrid, OnLoss, Room, Wrapping, detect, detect_with, embed, read, read_with, text,
};
pub use error::{Error, ErrorKind};
pub use extract::{AttachedTo, Attachment, Extraction, extract, extract_all, extract_all_with, extract_with};
pub use finding::{Finding, Severity};
#[cfg(feature = "json")]
pub use format::schema::{INVOICE_SCHEMA, invoice_schema, report_schema};
pub use format::{Carrier, Detected, Envelope, Format, Party};
#[cfg(all(feature = "pdf", feature = "json"))]
pub use inspect::check_schema;
#[cfg(feature = "json")]
pub use inspect::inspection_schema;
#[cfg(feature = "pdf")]
pub use inspect::{CHECK_SCHEMA, Check, check};
pub use inspect::{
    Coded, EmbeddedFile, INSPECTION_SCHEMA, Inspection, PartyIdentifier, PartySummary, PdfSummary, StatedTerm, Summary,
    SupportingFile, VatCategory, XmpSummary, inspect, inspect_terms, inspect_with,
};
pub use limits::{LIMITS, Limit, Limits, Unit};
pub use mapping::{Edition, TableRow, Tables};
pub use model::Document;
pub use place::Place;
pub use report::{Grade, Loss, REPORT_SCHEMA, Report, Side};
pub use target::{Profile, Target};

#[doc = include_str!("../README.md")]
#[cfg(all(doctest, feature = "pdf", feature = "json"))]
pub struct ReadmeDoctests;
