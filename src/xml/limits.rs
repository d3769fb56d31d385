//! How large a document may be in each direction: what concerns XML of [`limits::Limits`].

use super::refusal::Refusal;
use crate::finding;
use crate::limits;

/// How large a document may be in each direction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Nested elements.
    pub(crate) depth: u16,
    /// Attributes of one element.
    pub(crate) attributes: usize,
    /// Namespace declarations in force at one place.
    pub(crate) namespaces: usize,
    /// Bytes of one name.
    pub(crate) name: usize,
    /// Bytes of one text or attribute value.
    pub(crate) text: usize,
    /// Values that are read and not carried.
    pub(crate) findings: usize,
}

impl From<&limits::Limits> for Limits {
    fn from(limits: &limits::Limits) -> Limits {
        let size = |limit: u64| usize::try_from(limit).unwrap_or(usize::MAX);
        Limits {
            depth: u16::try_from(limits.depth).unwrap_or(u16::MAX),
            attributes: size(limits.attributes),
            namespaces: size(limits.namespaces),
            name: size(limits.name),
            text: size(limits.text),
            findings: size(limits.findings),
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::from(&limits::Limits::default())
    }
}

/// What a limit refuses, and how to raise it.
#[cold]
pub(crate) fn limit(name: &str, at: usize, message: String) -> Refusal {
    Refusal::new(finding::XML_LIMIT, at, message).help(limits::raise(name))
}
