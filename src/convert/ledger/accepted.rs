//! Losses that the caller accepted beforehand.

use std::collections::BTreeSet;

use crate::finding::Finding;

/// Accepted by term (any of its ids), by path without positions, or by file name.
pub(super) fn is_accepted(accepted: &BTreeSet<String>, term: Option<&str>, finding: &Finding) -> bool {
    if accepted.is_empty() {
        return false;
    }
    let by_term = term.is_some_and(|term| accepted.contains(term) || term.split('/').any(|id| accepted.contains(id)));
    let path = finding.place.as_ref().and_then(|place| place.path.as_deref());
    by_term || path.is_some_and(|path| accepted.contains(path) || accepted.contains(&without_positions(path)))
}

fn without_positions(path: &str) -> String {
    let steps = path.split('/').map(|step| step.split('[').next().unwrap_or_default());
    steps.collect::<Vec<_>>().join("/")
}
