//! What a conversion tells: losses, derivations, changes, findings, each with a place. A product of its own.

use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Severity};

/// Version of the report's JSON Schema; grows only within a major version.
pub const REPORT_SCHEMA: &str = "https://einv.dev/schema/report-1.json";

/// Grade of a loss: what it means for the invoice that a value is not carried.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display, strum::EnumString,
)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[non_exhaustive]
pub enum Grade {
    /// Says nothing about the invoice (a comment, an empty element): a note, stops nothing.
    Technical,
    /// A value of the invoice: nothing is written unless the loss is accepted.
    Content,
    /// What remains would state another invoice: refused, whatever is accepted.
    Meaning,
}

/// A value of the source that is not in the output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Loss {
    /// Weight.
    pub grade: Grade,
    /// Business term or extension term, if it has one: what `--accept` takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    /// Accepted beforehand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
    /// The finding: text, place, value.
    pub finding: Finding,
}

/// One side of a conversion.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Side {
    /// Format: `cii`, `ubl`, `json`.
    pub format: String,
    /// What the document is called there: `UBL Invoice`, `CII D22B`, …
    pub kind: String,
    /// Target or profile by name, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// BT-24 as it stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specification: Option<String>,
    /// BT-1 as it stands there, of one that is longer its first 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 as hexadecimal digits, if it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// The report of one conversion.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Report {
    /// Version of einv.
    pub einv: String,
    /// SHA-256 of the tables.
    pub tables: String,
    /// What was read.
    pub source: Side,
    /// What was, or would be, written.
    pub target: Side,
    /// Terms read, empty ones and placeholders aside.
    pub terms_read: u64,
    /// Terms of these that are in the output.
    pub terms_written: u64,
    /// Values of the source that are not in the output, in document order.
    pub losses: Vec<Loss>,
    /// Values that the target's syntax forces and that were derived from others.
    pub derivations: Vec<Finding>,
    /// Values that were changed for the target.
    pub changes: Vec<Finding>,
    /// Everything else worth telling, errors included.
    pub findings: Vec<Finding>,
    /// True if the output was, or would be, handed out.
    pub written: bool,
}

impl Report {
    /// All findings of all kinds, in document order; findings without a place come first.
    pub fn all(&self) -> Vec<&Finding> {
        let mut all: Vec<&Finding> = self.losses.iter().map(|loss| &loss.finding).collect();
        all.extend(self.derivations.iter().chain(&self.changes).chain(&self.findings));
        all.sort_by_key(|finding| finding.place.as_ref().map(|place| (place.line, place.column)));
        all
    }

    /// How many losses of a grade were not accepted.
    pub fn open_losses(&self, grade: Grade) -> usize {
        self.losses.iter().filter(|loss| loss.grade == grade && !loss.accepted).count()
    }

    /// The heaviest finding.
    pub fn worst(&self) -> Option<Severity> {
        self.all().iter().map(|finding| finding.severity).max()
    }
}
