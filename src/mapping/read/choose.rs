//! Rows with the same element name: which of them an element belongs to is decided at its end, or, where a term is asked
//! for that may stand further on, at the end of the document.

use std::collections::HashSet;

use super::compare::same_constant;
use super::{Cause, Frame, Reader};
use crate::mapping::notation::{Grade, Operand, Test, When};
use crate::mapping::plan::{NONE, State};
use crate::model::{Flags, Node};
use crate::term::TermId;
use crate::xml;

impl Reader<'_, '_> {
    pub(super) fn close_choice(&mut self, frame: &Frame, state: &State) {
        let (from, to) = (frame.first, self.tape.nodes.len() as u32);
        match self.plan.choices[state.choice as usize].deferred {
            true => self.deferred.push((frame.state, from, to)),
            false => self.choose(frame.state, from, to),
        }
    }

    /// Decides which row an element belongs to, and names the nodes in it accordingly.
    pub(super) fn choose(&mut self, id: u16, from: u32, to: u32) {
        let plan = self.plan;
        let state = &plan.states[id as usize];
        let alternatives = &plan.choices[state.choice as usize].alternatives;
        let at = |at: u16| {
            let nodes = &self.tape.nodes[from as usize..to as usize];
            let index =
                nodes.iter().position(|node| node.is(Flags::PENDING) && node.row == at && !node.is(Flags::EMPTY));
            index.map(|index| from as usize + index)
        };
        let text = |index: usize| xml::unescape(xml::trim(self.tape.raw(self.source, &self.tape.nodes[index])));
        let exact = alternatives.iter().position(|one| {
            one.when.as_ref().is_some_and(|when| self.holds(when, at(one.at).map(text).as_deref(), false))
        });
        let other = || {
            alternatives.iter().position(|one| match &one.when {
                Some(when) => self.holds(when, at(one.at).map(text).as_deref(), true),
                None => true,
            })
        };
        let (chosen, by_default) = match exact {
            Some(chosen) => (Some(chosen), false),
            None => (other(), true),
        };
        // What a term was asked for and did not fit is the value of something else, such as another currency.
        let foreign = chosen.filter(|&chosen| by_default && asks_a_term(alternatives[chosen].when.as_ref()));
        let foreign = foreign.and_then(|chosen| at(alternatives[chosen].qualified));
        let deciding = alternatives.iter().find_map(|one| at(one.at));
        let cause = Cause::NoAlternative(state.choice, deciding.map(|index| index as u32));
        for index in from as usize..to as usize {
            self.settle(index, chosen, cause);
        }
        if let Some(index) = foreign {
            self.take_out(index, (Grade::Content, cause));
        }
        if let Some(preference) = chosen.and_then(|chosen| alternatives[chosen].prefers) {
            self.note_rival(preference, from, to);
        }
    }

    /// Notes the value of a row with `prefer`, and whether the group that it asks for stands beside it.
    fn note_rival(&mut self, (row, group): (u16, TermId), from: u32, to: u32) {
        let nodes = &self.tape.nodes[from as usize..to as usize];
        let Some(at) = nodes.iter().position(|node| node.row == row && node.is_own_value()) else { return };
        let beside = nodes.iter().any(|node| node.is_group() && usize::from(node.name) == group.index());
        self.rivals.push((row, from + at as u32, beside));
    }

    /// Where one of several values is preferred, the others stand in a second home.
    pub(super) fn settle_rivals(&mut self) {
        let rivals = std::mem::take(&mut self.rivals);
        let preferred: HashSet<u16> = rivals.iter().filter(|(_, _, beside)| *beside).map(|(row, _, _)| *row).collect();
        for &(row, node, beside) in &rivals {
            if !beside && preferred.contains(&row) {
                self.tape.nodes[node as usize].flags.set(Flags::ALSO);
            }
        }
    }

    /// True if a `when` fits a value; in the second round, whatever is left fits `other`.
    fn holds(&self, when: &When<TermId>, value: Option<&str>, second: bool) -> bool {
        let is = |expected: &str, value: &str| match when.any_case {
            true => expected.eq_ignore_ascii_case(value),
            false => same_constant(value, expected),
        };
        let fits = when.tests.iter().any(|test| match (test, value) {
            (Test::Other, _) => second,
            (Test::Absent, value) => value.is_none(),
            (Test::Is(_), None) => false,
            (Test::Is(Operand::Text(text)), Some(value)) => is(text, value),
            (Test::Is(Operand::Term(term)), Some(value)) => self.known_value(*term).is_some_and(|known| known == value),
        });
        fits != when.not
    }

    /// Gives a node of a choice the row of the chosen alternative; a loss if that has none.
    fn settle(&mut self, index: usize, chosen: Option<usize>, cause: Cause) {
        let plan = self.plan;
        let node = self.tape.nodes[index];
        if !node.is(Flags::PENDING) {
            return;
        }
        let row = chosen.and_then(|chosen| plan.states[node.row as usize].alternatives.get(chosen).copied());
        let row = row.filter(|&row| row != NONE);
        let node = &mut self.tape.nodes[index];
        node.flags.clear(Flags::PENDING);
        let group = node.is_group();
        if group {
            node.flags.clear(Flags::GROUP);
        }
        match row.map(|row| (row, &plan.rows[row as usize])) {
            Some((row, known)) if group => {
                node.row = row;
                match known.group_name() {
                    Some(name) => {
                        node.name = name;
                        node.flags.set(Flags::GROUP);
                    }
                    None => node.flags.set(Flags::FIXED.with(Flags::OUT)),
                }
            }
            Some((row, known)) if known.is_value() => {
                let (name, flags) = known.node();
                node.row = row;
                node.name = name;
                node.flags.set(flags);
                self.check(index);
            }
            _ if group => node.flags.set(Flags::FIXED.with(Flags::OUT)),
            known => {
                node.flags.set(Flags::FIXED);
                node.row = Node::NO_ROW;
                let lost = known.and_then(|(row, known)| Some((known.lost.as_ref()?.grade, Cause::Row(row))));
                self.take_out(index, lost.unwrap_or((Grade::Content, cause)));
            }
        }
    }

    /// Takes a value out of the document: reported, not carried.
    fn take_out(&mut self, index: usize, (grade, cause): (Grade, Cause)) {
        let node = &mut self.tape.nodes[index];
        node.flags.set(Flags::OUT);
        let node = *node;
        if !node.is(Flags::EMPTY) {
            let text = (node.start, node.start + node.extent);
            self.lose(self.tape.source_of(&node).unwrap_or(0) as u32, text, node.is(Flags::SIDE), grade, cause);
        }
    }
}

fn asks_a_term(when: Option<&When<TermId>>) -> bool {
    when.is_some_and(|when| when.tests.iter().any(|test| matches!(test, Test::Is(Operand::Term(_)))))
}
