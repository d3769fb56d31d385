//! Values of terms that an invoice has once and files repeat: where each different one stands.

use std::collections::HashMap;

use super::Source;
use crate::term::TermId;
use crate::xml;

/// The different values of terms, each gone through once, when it is first asked for.
#[derive(Default)]
pub(super) struct Outer<'d> {
    known: HashMap<TermId, HashMap<&'d str, Vec<u32>>>,
}

impl<'d> Outer<'d> {
    /// The nodes of each different value of a term.
    fn of(&mut self, source: Source<'d>, term: TermId) -> &HashMap<&'d str, Vec<u32>> {
        self.known.entry(term).or_insert_with(|| {
            let mut values: HashMap<&str, Vec<u32>> = HashMap::new();
            for (at, node) in source.tape.nodes.iter().enumerate() {
                if node.term() == Some(term) && node.is_value() {
                    values.entry(value(source, at)).or_default().push(at as u32);
                }
            }
            values
        })
    }

    /// The nodes that have the value of this one.
    pub(super) fn same(&mut self, source: Source<'d>, term: TermId, at: usize) -> &[u32] {
        self.of(source, term).get(value(source, at)).map_or(&[], Vec::as_slice)
    }

    /// True if from this node on there is another value.
    pub(super) fn differ(&mut self, source: Source<'d>, term: TermId, first: usize) -> bool {
        let own = value(source, first);
        let is_behind = |nodes: &[u32]| nodes.last().is_some_and(|&last| last as usize > first);
        self.of(source, term).iter().any(|(other, nodes)| *other != own && is_behind(nodes))
    }
}

fn value<'d>(source: Source<'d>, at: usize) -> &'d str {
    xml::trim(source.tape.raw(source.text, &source.tape.nodes[at]))
}
