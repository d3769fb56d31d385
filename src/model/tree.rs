//! Groups and terms by their place in the standard: what stands between a document and the typed invoice.

use std::collections::{BTreeMap, HashSet};

use super::document::{Document, NodeId, Standing};
use crate::term::{TermId, Terms};

mod weave;

pub(super) use weave::weave;

/// Groups from the outside in, each with its position from 1.
pub(super) type Path = Vec<(TermId, u32)>;

/// The value of a term, with its sub-terms in order.
#[derive(Debug, Clone, Eq)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) subs: Vec<(TermId, String)>,
    /// The node that states it, if it comes from a document.
    pub(super) node: Option<NodeId>,
}

impl PartialEq for Value {
    /// By what it says, wherever it was read.
    fn eq(&self, other: &Value) -> bool {
        (&self.text, &self.subs) == (&other.text, &other.subs)
    }
}

/// One group, or the whole document: values by term, groups by term and position.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    pub(super) values: BTreeMap<TermId, Vec<Value>>,
    pub(super) groups: BTreeMap<(TermId, u32), Group>,
    /// Sub-terms whose value went into a field that has no room for them: of which value, which, what.
    pub(super) apart: Vec<((TermId, u32), TermId, String)>,
    /// A group node stands for it; else it is only there because of a term outside of its element.
    met: bool,
}

impl Group {
    /// The groups and terms of a document: no empty element, no placeholder, no constant.
    pub(super) fn of(document: &Document) -> Group {
        let mut grower = Grower { document, root: Group::default(), outer: Group::default(), open: Vec::new() };
        grower.grow();
        grower.root.settle(&document.terms);
        grower.root.merge(grower.outer);
        grower.root.settle(&document.terms);
        grower.root
    }

    /// Every node of the document whose value stands here or below.
    pub(super) fn nodes(&self, visit: &mut dyn FnMut(NodeId)) {
        self.values.values().flatten().filter_map(|value| value.node).for_each(&mut *visit);
        self.groups.values().for_each(|group| group.nodes(visit));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.groups.is_empty()
    }

    /// The last position of a group here; 0 if there is none.
    pub(super) fn last(&self, term: TermId) -> u32 {
        self.groups.range((term, 0)..=(term, u32::MAX)).next_back().map_or(0, |((_, position), _)| *position)
    }

    pub(super) fn at_mut(&mut self, path: &[(TermId, u32)]) -> &mut Group {
        path.iter().fold(self, |group, step| group.groups.entry(*step).or_default())
    }

    fn at(&self, path: &[(TermId, u32)]) -> Option<&Group> {
        path.iter().try_fold(self, |group, step| group.groups.get(step))
    }

    /// Adds everything of another group, position by position.
    fn merge(&mut self, other: Group) {
        for (term, values) in other.values {
            self.values.entry(term).or_default().extend(values);
        }
        for (step, group) in other.groups {
            self.groups.entry(step).or_default().merge(group);
        }
    }

    /// Drops empty groups and equal repetitions of what stands once; counts the others from 1.
    fn settle(&mut self, terms: &Terms) {
        for (_, values) in self.values.iter_mut().filter(|(term, _)| !terms.get(**term).repeats()) {
            drop_repeated(values);
        }
        for ((term, _), mut group) in std::mem::take(&mut self.groups) {
            group.settle(terms);
            if !group.is_empty() {
                let position = self.last(term) + 1;
                self.groups.insert((term, position), group);
            }
        }
    }
}

/// Keeps the first of all values that say the same.
fn drop_repeated(values: &mut Vec<Value>) {
    if values.len() < 2 {
        return;
    }
    let mut said = HashSet::new();
    let is_first: Vec<bool> = values.iter().map(|value| said.insert((&value.text, &value.subs))).collect();
    let mut is_first = is_first.into_iter();
    values.retain(|_| is_first.next().unwrap_or(true));
}

/// Reads the nodes of a document, in order.
struct Grower<'d> {
    document: &'d Document,
    root: Group,
    /// Terms that stand once per invoice, wherever they are met.
    outer: Group,
    /// Groups around the node, with the index behind their last node.
    open: Vec<(Path, u32)>,
}

impl Grower<'_> {
    fn grow(&mut self) {
        let mut seconds = Vec::new();
        for node in self.document.nodes() {
            self.open.retain(|(_, end)| *end > node.0);
            let Some(term) = self.document.term_id(node) else { continue };
            let standing = self.document.standing(node);
            if self.document.is_group(node) {
                if standing != Standing::Fixed {
                    self.enter(term, node);
                }
            } else if !self.document.is_sub_term(node) {
                match standing {
                    Standing::Value => self.push(&self.path(term), term, node),
                    // What a second home says comes after everything that a first one says.
                    Standing::Second => seconds.push((self.path(term), term, node)),
                    _ => {}
                }
            }
        }
        for (path, term, node) in seconds {
            self.push(&path, term, node);
        }
    }

    fn enter(&mut self, group: TermId, node: NodeId) {
        let mut path = self.path(group);
        let parent = self.root.at_mut(&path);
        let last = parent.last(group);
        let is_waiting = parent.groups.get(&(group, last)).is_some_and(|known| !known.met);
        let position = if is_waiting { last } else { last + 1 };
        parent.groups.entry((group, position)).or_default().met = true;
        path.push((group, position));
        self.open.push((path, self.document.node(node).extent));
    }

    fn push(&mut self, path: &[(TermId, u32)], term: TermId, node: NodeId) {
        let is_outer = self.document.terms.get(term).outer();
        let tree = if is_outer { &mut self.outer } else { &mut self.root };
        tree.at_mut(path).values.entry(term).or_default().push(value(self.document, term, node));
    }

    /// The groups around a term or group: those that are open here, else the last ones.
    fn path(&self, term: TermId) -> Path {
        let terms = &self.document.terms;
        let mut chain: Vec<TermId> = terms.chain(term).collect();
        chain.reverse();
        if terms.get(term).outer() {
            return chain.into_iter().map(|group| (group, 1)).collect();
        }
        let mut path = Path::with_capacity(chain.len());
        for group in chain {
            let open = self.open.iter().rev().find_map(|(open, _)| match open.strip_prefix(path.as_slice()) {
                Some(&[step]) if step.0 == group => Some(step.1),
                _ => None,
            });
            let last = || self.root.at(&path).map_or(0, |around| around.last(group)).max(1);
            let position = open.unwrap_or_else(last);
            path.push((group, position));
        }
        path
    }
}

fn value(document: &Document, term: TermId, node: NodeId) -> Value {
    let from = node.0 + 1;
    let behind = (from..from + u32::from(document.node(node).span)).map(NodeId);
    let mut subs: Vec<(TermId, String)> = behind
        .filter(|&sub| document.is_sub_term(sub) && document.standing(sub) == Standing::Value)
        .filter_map(|sub| Some((document.term_id(sub)?, document.text(sub).into_owned())))
        .filter(|(sub, _)| document.terms.get(*sub).parent() == Some(term))
        .collect();
    subs.sort();
    subs.dedup();
    Value { text: document.text(node).into_owned(), subs, node: Some(node) }
}
