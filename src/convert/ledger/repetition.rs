//! A value that stands twice and is written once: the same term, in the same group, with the same value.

use super::super::input::Input;
use super::Written;
use crate::mapping::same_number;
use crate::model::{Flags, Node, repeats};
use crate::term::{TermId, Terms};
use crate::xml;

/// Another occurrence of the same term in the same group, with the same value, was written.
pub(super) fn is_repetition(at: usize, term: TermId, terms: &Terms, input: &Input<'_>, done: &Written<'_>) -> bool {
    let name = term.index() as u16;
    let nodes = &input.tape.nodes;
    let value = |node: &Node| xml::unescape(xml::trim(input.tape.raw(input.text, node)));
    let own = value(&nodes[at]);
    let same = |other: &str| match terms.get(term).kind().is_numeric() {
        true => other == own || same_number(other, &own),
        false => other == own,
    };
    let (from, to) = group_around(at, term, terms, input);
    (from..to).any(|other| {
        let node = &nodes[other];
        let written = other != at && node.name == name && node.is_value() && done.took(other);
        written && same(&value(node)) && sub_terms(other, input) == sub_terms(at, input)
    })
}

/// What qualifies a value: name and text of its sub-terms.
pub(super) fn sub_terms<'i>(at: usize, input: &'i Input<'_>) -> Vec<(u16, &'i str)> {
    let nodes = &input.tape.nodes;
    let behind = nodes[at + 1..].iter().take(usize::from(nodes[at].span));
    let subs = behind.filter(|node| node.is_value() && node.is(Flags::SUB));
    subs.map(|node| (node.name, xml::trim(input.tape.raw(input.text, node)))).collect()
}

/// The repeated group that a value belongs to, as a range of nodes; the document, if it belongs to none.
fn group_around(at: usize, term: TermId, terms: &Terms, input: &Input<'_>) -> (usize, usize) {
    let nodes = &input.tape.nodes;
    let repeats = |group: TermId| repeats(terms, group) && terms.chain(term).any(|around| around == group);
    if terms.get(term).outer() || !terms.chain(term).any(repeats) {
        return (0, nodes.len());
    }
    let around = |&group: &usize| {
        let node = &nodes[group];
        node.is_group() && node.extent as usize > at && node.term().is_some_and(repeats)
    };
    (0..at).rev().find(around).map_or((0, nodes.len()), |group| (group, nodes[group].extent as usize))
}
