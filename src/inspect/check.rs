//! Whether the PDF around an invoice is what a hybrid invoice needs.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::pdf;
use crate::convert::{is_pdf, unpacked};
use crate::error::Error;
use crate::finding::{Finding, PDF_NO_INVOICE, Severity};
use crate::limits::Limits;

/// Version of the JSON Schema of a [`Check`]; grows only within a major version.
pub const CHECK_SCHEMA: &str = "https://einv.dev/schema/check-1.json";

/// The JSON Schema of [`Check`].
#[cfg(feature = "json")]
pub fn check_schema() -> &'static str {
    include_str!("../../schemas/check.schema.json")
}

/// What a check of the container of a hybrid invoice came to. The invoice itself is not judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Check {
    /// Name of the file, as the caller gave it; the library knows none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Whether no finding is an error.
    pub passed: bool,
    /// Name of the embedded invoice.
    pub invoice: String,
    /// Name of its profile, if einv knows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The standard that the PDF claims to follow, such as `PDF/A-3B`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pdfa: Option<String>,
    /// What is wrong or odd: about the file and what its metadata say of it (`EINV-P09`, `BR-HYBRID-…`), then what it
    /// lacks of PDF/A-3 (`EINV-P05` if only its producer can mend it, otherwise `EINV-P07`).
    #[serde(default)]
    pub findings: Vec<Finding>,
}

/// Checks the PDF around an invoice: the name of the file inside and how it is attached, what the metadata say of it
/// against what it is, and what the PDF lacks of PDF/A-3.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/facturx/en16931/hybrid.pdf"))?;
/// let check = einv::check(&bytes, &einv::Limits::default())?;
/// assert_eq!(check.invoice, "factur-x.xml");
/// for finding in &check.findings {
///     println!("{}: {}", finding.severity, finding.message);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// If the file is no PDF with an invoice in it, cannot be read, or is beyond a limit.
pub fn check(bytes: &[u8], limits: &Limits) -> Result<Check, Error> {
    let bytes: Cow<'_, [u8]> = unpacked(bytes, limits)?;
    if !is_pdf(&bytes) {
        let finding = Finding::new(PDF_NO_INVOICE, "the file is no PDF, so there is no container to check");
        return Err(finding.expected("a PDF with an invoice in it").into());
    }
    let (inspection, _) = pdf::look_into(&bytes, limits, true)?;
    let summary = inspection.pdf.unwrap_or_default();
    let Some(invoice) = summary.files.iter().find(|file| file.is_invoice) else {
        let name = &inspection.document.name;
        let finding = Finding::new(PDF_NO_INVOICE, "no invoice is embedded in this PDF").found(name.clone());
        return Err(finding.expected("a PDF with an invoice in it").into());
    };
    let findings = inspection.findings;
    Ok(Check {
        file: None,
        passed: findings.iter().all(|finding| finding.severity < Severity::Error),
        invoice: invoice.name.clone(),
        profile: inspection.document.profile,
        pdfa: summary.pdfa,
        findings,
    })
}
