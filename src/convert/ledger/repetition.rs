//! A value that stands twice and is written once: the same term, in the same group, with the same value.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::super::input::Input;
use super::Written;
use crate::mapping::plain_number;
use crate::model::{Flags, Node, repeats};
use crate::term::{TermId, Terms};
use crate::xml;

/// What was written, looked up by what is left: each group is gone through once for a term, however many are left in it.
pub(super) struct Repetitions<'r, 'i> {
    terms: &'r Terms,
    input: &'r Input<'i>,
    done: &'r Written<'r>,
    /// Groups around the node that was asked for last, from the outside in.
    open: Vec<usize>,
    /// The node behind it.
    next: usize,
    /// The values of a term that were written in a range of nodes, by its beginning.
    written: HashMap<(TermId, usize), HashSet<Stated<'r>>>,
}

/// A value in one spelling, and what qualifies it.
type Stated<'r> = (Cow<'r, str>, Vec<(u16, &'r str)>);

impl<'r, 'i> Repetitions<'r, 'i> {
    pub(super) fn new(terms: &'r Terms, input: &'r Input<'i>, done: &'r Written<'r>) -> Repetitions<'r, 'i> {
        Repetitions { terms, input, done, open: Vec::new(), next: 0, written: HashMap::new() }
    }

    /// Goes on to a node: nothing is gone through twice.
    fn pass_to(&mut self, to: usize) {
        let nodes = &self.input.tape.nodes;
        for at in self.next..=to {
            while self.open.last().is_some_and(|&group| nodes[group].extent as usize <= at) {
                self.open.pop();
            }
            if nodes[at].is_group() {
                self.open.push(at);
            }
        }
        self.next = to + 1;
    }

    /// Another occurrence of the same term in the same group, with the same value, was written. To be asked for nodes in
    /// their order.
    pub(super) fn has(&mut self, at: usize, term: TermId) -> bool {
        self.pass_to(at);
        let (from, to) = self.group_around(term);
        let own = self.stated(at, term);
        if !self.written.contains_key(&(term, from)) {
            let stated = self.all_written(term, from, to);
            self.written.insert((term, from), stated);
        }
        self.written.get(&(term, from)).is_some_and(|written| written.contains(&own))
    }

    fn all_written(&self, term: TermId, from: usize, to: usize) -> HashSet<Stated<'r>> {
        let nodes = &self.input.tape.nodes;
        let is_written = |&at: &usize| {
            let node = &nodes[at];
            node.term() == Some(term) && node.is_value() && self.done.took(at)
        };
        (from..to).filter(is_written).map(|at| self.stated(at, term)).collect()
    }

    fn stated(&self, at: usize, term: TermId) -> Stated<'r> {
        let input = self.input;
        let text = xml::unescape(xml::trim(input.tape.raw(input.text, &input.tape.nodes[at])));
        let number = if self.terms.get(term).kind().is_numeric() { one_spelling(&text) } else { None };
        (number.map_or(text, Cow::Owned), sub_terms(at, input))
    }

    /// The repeated group that a value belongs to, as a range of nodes; the document, if it belongs to none.
    fn group_around(&self, term: TermId) -> (usize, usize) {
        let nodes = &self.input.tape.nodes;
        let terms = self.terms;
        let repeats = |group: TermId| repeats(terms, group) && terms.chain(term).any(|around| around == group);
        let around = |&&group: &&usize| nodes[group].term().is_some_and(repeats);
        let group = if terms.get(term).outer() { None } else { self.open.iter().rev().find(around) };
        group.map_or((0, nodes.len()), |&group| (group, nodes[group].extent as usize))
    }
}

/// A number in one spelling, however many zeros stand around it.
fn one_spelling(text: &str) -> Option<String> {
    let (negative, whole, fraction) = plain_number(text)?;
    Some(format!("{}{whole}.{fraction}", if negative { "-" } else { "" }))
}

/// What qualifies a value: name and text of its sub-terms.
pub(super) fn sub_terms<'i>(at: usize, input: &'i Input<'_>) -> Vec<(u16, &'i str)> {
    let nodes = &input.tape.nodes;
    let behind = nodes[at + 1..].iter().take(usize::from(nodes[at].span));
    let subs = behind.filter(|node| node.is_value() && node.is(Flags::SUB));
    subs.map(|node: &Node| (node.name, xml::trim(input.tape.raw(input.text, node)))).collect()
}
