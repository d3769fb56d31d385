//! The one error of the library: findings, and a class that exit codes are made of.

use crate::finding::Finding;

/// Why nothing came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input is not readable as an invoice (exit 3).
    Input,
    /// A table or target given by the caller is wrong (exit 2).
    Usage,
    /// A file cannot be read or written (exit 5).
    File,
    /// A defect of einv (exit 70).
    Defect,
}

/// What went wrong, with everything that was found.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", self.summary())]
pub struct Error {
    kind: ErrorKind,
    findings: Vec<Finding>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, findings: Vec<Finding>) -> Error {
        Error { kind, findings }
    }

    /// The class of the error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What was found, in document order.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    fn summary(&self) -> String {
        let lines = self.findings.iter().map(|finding| {
            let place = finding.place.as_ref().map(|place| format!(" at {}:{}", place.line, place.column));
            format!("{} [{}]{}", finding.message, finding.code, place.unwrap_or_default())
        });
        lines.collect::<Vec<_>>().join("; ")
    }
}

impl From<Finding> for Error {
    fn from(finding: Finding) -> Error {
        Error::new(ErrorKind::Input, vec![finding])
    }
}
