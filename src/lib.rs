//! einv
pub mod codelist;
mod convert;
pub mod error;
pub mod finding;
mod format;
mod hash;
mod mapping;
pub mod model;
#[cfg(feature = "pdf")]
mod pdf;
pub mod place;
pub mod report;
mod target;
pub mod term;
mod xml;

pub use convert::{Conversion, Converter, OnLoss, read, read_with};
pub use error::{Error, ErrorKind};
pub use finding::{Code as FindingCode, Finding, Severity};
pub use format::Format;
#[cfg(feature = "json")]
pub use format::schema::{INVOICE_SCHEMA, invoice_schema, report_schema};
pub use mapping::{TableRow, Tables};
pub use model::Document;
pub use place::Place;
pub use report::{Grade, Loss, Report, Side};
pub use target::Target;
