//! When two documents state the same invoice.

use std::collections::BTreeMap;

use super::document::{Document, NodeId, Standing};
use crate::term::{Several, TermId, TermKind, Terms};

/// A term that two invoices hold differently.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The term.
    pub term: TermId,
    /// Where: groups with their position, such as `BG-25[2]/BT-131`.
    pub path: String,
    /// Value in the first document, if it has one.
    pub left: Option<String>,
    /// Value in the second document, if it has one.
    pub right: Option<String>,
}

impl Document {
    /// Compares two documents as invoices: the same groups and terms in the same order.
    ///
    /// Texts are compared exactly; identifiers, codes and dates without blanks around them; numbers by value;
    /// attachments by their bytes. Empty elements, constants, places, equal repetitions of a term that stands once, and
    /// the order between identifiers with and without a scheme do not count. Both documents must speak in the same terms.
    pub fn same_invoice(&self, other: &Document) -> Vec<Difference> {
        let mut differences = Vec::new();
        compare(&self.terms, &Tree::of(self), &Tree::of(other), "", &mut differences);
        differences
    }
}

/// A value with its sub-terms, ready to compare.
#[derive(Debug, Clone)]
struct Value {
    key: String,
    shown: String,
    subs: Vec<(TermId, String)>,
}

impl PartialEq for Value {
    /// By what counts, not by how it is spelled.
    fn eq(&self, other: &Value) -> bool {
        (&self.key, &self.subs) == (&other.key, &other.subs)
    }
}

/// Terms and repeated groups of a document or of one group.
#[derive(Debug, Default)]
struct Tree {
    values: BTreeMap<TermId, Vec<Value>>,
    groups: BTreeMap<TermId, Vec<Tree>>,
}

/// Groups that repeat in the model: those of which the standard has several, and those that both syntaxes repeat.
pub(crate) fn repeats(terms: &Terms, group: TermId) -> bool {
    let kept = |group: TermId| terms.get(group).several() == Several::Keep;
    kept(group) || (terms.get(group).repeats() && !terms.chain(group).any(kept))
}

impl Tree {
    fn of(document: &Document) -> Tree {
        let mut tree = Tree::default();
        let mut open: Vec<(TermId, u32)> = Vec::new();
        let mut seconds = Vec::new();
        for node in document.nodes() {
            open.retain(|(_, end)| *end > node.0);
            let Some(term) = document.term_id(node) else { continue };
            if document.is_group(node) {
                if document.standing(node) != Standing::Fixed && repeats(&document.terms, term) {
                    open.push((term, document.node(node).extent));
                    tree.at(&document.terms, &open, term).groups.entry(term).or_default().push(Tree::default());
                }
                continue;
            }
            if document.is_sub_term(node) {
                continue;
            }
            let path: Vec<(TermId, u32)> = open.clone();
            match document.standing(node) {
                Standing::Value => tree.insert(document, &path, term, node),
                // Second homes come behind the first ones of the same scope, so they wait for the end of the group.
                Standing::Second => seconds.push((tree.positions(&document.terms, &path, term), term, node)),
                _ => {}
            }
        }
        for (positions, term, node) in seconds {
            tree.descend(&positions).values.entry(term).or_default().push(value(document, term, node));
        }
        tree.settle(&document.terms);
        tree
    }

    fn insert(&mut self, document: &Document, open: &[(TermId, u32)], term: TermId, node: NodeId) {
        let place = self.at(&document.terms, open, term);
        place.values.entry(term).or_default().push(value(document, term, node));
    }

    /// Instances of the repeated groups that a term belongs to, outermost first.
    fn positions(&mut self, terms: &Terms, open: &[(TermId, u32)], term: TermId) -> Vec<(TermId, usize)> {
        let mut positions = Vec::new();
        if terms.get(term).outer() {
            return positions;
        }
        let mut tree = &*self;
        for (group, _) in open.iter().filter(|(group, _)| terms.chain(term).any(|around| around == *group)) {
            let Some(instances) = tree.groups.get(group).filter(|instances| !instances.is_empty()) else { break };
            positions.push((*group, instances.len() - 1));
            tree = &instances[instances.len() - 1];
        }
        positions
    }

    fn at(&mut self, terms: &Terms, open: &[(TermId, u32)], term: TermId) -> &mut Tree {
        let positions = self.positions(terms, open, term);
        self.descend(&positions)
    }

    fn descend(&mut self, positions: &[(TermId, usize)]) -> &mut Tree {
        let mut tree = self;
        for (group, at) in positions {
            tree = &mut tree.groups.entry(*group).or_default()[*at];
        }
        tree
    }

    /// Equal repetitions of what stands once become one; identifiers without a scheme come first.
    fn settle(&mut self, terms: &Terms) {
        for (&term, values) in &mut self.values {
            if !terms.get(term).repeats() {
                let mut kept: Vec<Value> = Vec::with_capacity(values.len());
                values.drain(..).for_each(|value| {
                    if !kept.contains(&value) {
                        kept.push(value)
                    }
                });
                *values = kept;
            }
            values.sort_by_key(|value| !value.subs.is_empty());
        }
        for groups in self.groups.values_mut() {
            groups.iter_mut().for_each(|group| group.settle(terms));
            groups.retain(|group| !group.is_empty());
        }
        self.groups.retain(|_, groups| !groups.is_empty());
    }

    fn is_empty(&self) -> bool {
        self.values.is_empty() && self.groups.is_empty()
    }
}

fn value(document: &Document, term: TermId, node: NodeId) -> Value {
    let kind = document.terms.get(term).kind();
    let text = document.text(node);
    let from = node.0 + 1;
    let subs = (from..from + u32::from(document.node(node).span)).map(NodeId).filter(|&sub| {
        document.is_sub_term(sub)
            && document.standing(sub) == Standing::Value
            && document.term_id(sub).and_then(|sub| document.terms.get(sub).parent()) == Some(term)
    });
    let mut subs: Vec<(TermId, String)> =
        subs.filter_map(|sub| Some((document.term_id(sub)?, document.text(sub).trim().to_owned()))).collect();
    subs.sort();
    subs.dedup();
    Value { key: key(kind, &text), shown: text.into_owned(), subs }
}

/// The part of a text that counts.
fn key(kind: TermKind, text: &str) -> String {
    match kind {
        TermKind::Text => text.replace("\r\n", "\n").replace('\r', "\n"),
        TermKind::Binary => text.split_ascii_whitespace().collect(),
        kind if kind.is_numeric() => {
            super::value::Number::new(text).normalised().unwrap_or_else(|| text.trim().to_owned())
        }
        _ => text.trim().to_owned(),
    }
}

fn compare(terms: &Terms, left: &Tree, right: &Tree, path: &str, found: &mut Vec<Difference>) {
    for term in terms.iter() {
        let (ours, theirs) = (left.values.get(&term), right.values.get(&term));
        if ours.is_some() || theirs.is_some() {
            compare_values(terms, term, (slice(ours), slice(theirs)), path, found);
        }
        let (ours, theirs) = (slice(left.groups.get(&term)), slice(right.groups.get(&term)));
        let nothing = Tree::default();
        for at in 0..ours.len().max(theirs.len()) {
            let path = format!("{path}{}[{}]/", terms.get(term).id(), at + 1);
            compare(terms, ours.get(at).unwrap_or(&nothing), theirs.get(at).unwrap_or(&nothing), &path, found);
        }
    }
}

fn slice<T>(values: Option<&Vec<T>>) -> &[T] {
    values.map_or(&[], Vec::as_slice)
}

fn compare_values(terms: &Terms, term: TermId, both: (&[Value], &[Value]), path: &str, found: &mut Vec<Difference>) {
    let id = terms.get(term).id();
    for at in 0..both.0.len().max(both.1.len()) {
        let (left, right) = (both.0.get(at), both.1.get(at));
        let key = |value: Option<&Value>| value.map(|value| value.key.clone());
        if key(left) != key(right) {
            let shown = |value: Option<&Value>| value.map(|value| value.shown.clone());
            found.push(Difference { term, path: format!("{path}{id}"), left: shown(left), right: shown(right) });
        }
        for &sub in terms.sub_terms(term) {
            let of = |value: Option<&Value>| {
                value.and_then(|value| value.subs.iter().find(|(name, _)| *name == sub)).map(|(_, text)| text.clone())
            };
            if of(left) != of(right) {
                let path = format!("{path}{}", terms.get(sub).id());
                found.push(Difference { term: sub, path, left: of(left), right: of(right) });
            }
        }
    }
}
