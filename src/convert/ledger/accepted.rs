//! Losses that the caller accepted beforehand.

use std::collections::BTreeSet;

use crate::finding::{self, Finding};

/// The entries that name a loss: by term (any of its ids), by path without positions, or by file name.
pub(super) fn matching<'a>(accepted: &'a BTreeSet<String>, term: Option<&str>, finding: &Finding) -> Vec<&'a str> {
    if accepted.is_empty() {
        return Vec::new();
    }
    let path = finding.place.as_ref().and_then(|place| place.path.as_deref());
    let ids = term.into_iter().flat_map(|term| term.split('/').chain([term]));
    let names = ids.map(str::to_owned).chain(path.map(str::to_owned)).chain(path.map(without_positions));
    names.filter_map(|name| accepted.get(&name)).map(String::as_str).collect()
}

fn without_positions(path: &str) -> String {
    let steps = path.split('/').map(|step| step.split('[').next().unwrap_or_default());
    steps.collect::<Vec<_>>().join("/")
}

/// What is said of an entry that no loss matched: it may be misspelled.
pub(super) fn without_loss(entry: &str) -> Finding {
    let finding = Finding::new(finding::NOTHING_ACCEPTED, "a loss that was accepted does not occur");
    let is_id = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    if entry.chars().all(is_id) { finding.term(entry) } else { finding.found(entry) }
}
