//! What came of one input.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::manifest::Line;
use crate::finding::Severity;
use crate::report::Report;

/// How an input ended.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    strum::Display,
    strum::EnumString,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[non_exhaustive]
pub enum State {
    /// The output is written (or is there already, byte for byte).
    Converted,
    /// Nothing is written, because content would be lost.
    Refused,
    /// It is no invoice, and nothing is written.
    Skipped,
    /// It is no invoice, and is copied as it is.
    Copied,
    /// It cannot be read, or its output cannot be written.
    Failed,
}

/// One input of a job, done.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outcome {
    /// Place in the order of inputs, from 0.
    pub index: u64,
    /// The input: its path, or that of the archive with the one inside, `archive.zip/a.xml`.
    pub path: PathBuf,
    /// How it ended.
    pub state: State,
    /// The output, below the directory (or inside the archive) of outputs.
    pub output: Option<PathBuf>,
    /// What was read, lost, derived and found. Places name no file: it is `path`.
    pub report: Report,
}

impl Outcome {
    /// Whether something came of it that was not meant to: a failure, a refusal.
    pub fn is_bad(&self) -> bool {
        matches!(self.state, State::Failed | State::Refused)
    }

    /// The line that a manifest has about it, without its end.
    pub fn json(&self) -> String {
        // Plain data: no key that is not a text, no number that JSON lacks.
        serde_json::to_string(&Line::of(self)).unwrap_or_default()
    }

    /// The heaviest finding; an accepted loss does not count.
    pub fn worst(&self) -> Option<Severity> {
        let report = &self.report;
        let losses = report.losses.iter().filter(|loss| !loss.accepted).map(|loss| loss.finding.severity);
        let others = report.derivations.iter().chain(&report.changes).chain(&report.findings);
        losses.chain(others.map(|finding| finding.severity)).max()
    }

    /// The codes of what stood in the way, each once.
    pub fn causes(&self) -> Vec<&str> {
        let losses = self.report.losses.iter().filter(|loss| !loss.accepted).map(|loss| &loss.finding);
        let all = losses.chain(&self.report.findings);
        let least = if self.state == State::Skipped { Severity::Note } else { Severity::Loss };
        let mut codes: Vec<&str> =
            all.filter(|finding| finding.severity >= least).map(|finding| finding.code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }
}
