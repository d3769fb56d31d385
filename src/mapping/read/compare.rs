//! Constants, and values that are asked about: compared with what their row would write.

use std::borrow::Cow;

use super::{Cause, Reader};
use crate::mapping::notation::{Grade, Operand};
use crate::model::{Flags, Node};
use crate::term::TermId;
use crate::xml;

impl Reader<'_, '_> {
    /// A value that others are compared with, or that is compared itself.
    pub(super) fn compare(&mut self, node: usize, state: u16) {
        let state = &self.plan.states[state as usize];
        match state.checks {
            true => self.check(node),
            false => self.known.push((state.name, node as u32)),
        }
    }

    /// Compares a constant, or what a `when` asked for, with what the row would write.
    pub(super) fn check(&mut self, index: usize) {
        let node = self.tape.nodes[index];
        match self.is_as_expected(&node) {
            Some(true) => {}
            None => self.unchecked.push(index as u32),
            Some(false) => {
                let row = &self.plan.rows[node.row as usize];
                let by_fixed = row.fixed.as_ref().map(|fixed| fixed.otherwise);
                let grade = by_fixed.or(row.when.as_ref().map(|when| when.otherwise)).unwrap_or(Grade::Technical);
                let text = (node.start, node.start + node.extent);
                self.lose(
                    self.tape.source_of(&node).unwrap_or(0) as u32,
                    text,
                    node.is(Flags::SIDE),
                    grade,
                    Cause::Constant(node.row),
                );
            }
        }
    }

    /// `None`: it depends on a term that was not read yet.
    fn is_as_expected(&self, node: &Node) -> Option<bool> {
        let row = &self.plan.rows[node.row as usize];
        let expected: &[Operand<TermId>] = match (&row.fixed, &row.when) {
            _ if node.is(Flags::EMPTY) => return Some(true),
            (Some(fixed), _) => &fixed.values,
            (None, Some(when)) if row.term.is_none() && !when.keep && !when.not => when.write.as_slice(),
            _ => return Some(true),
        };
        let raw = self.tape.raw(self.source, node);
        // Nearly every constant stands as it would be written.
        let usual = match expected.first() {
            Some(Operand::Text(text)) => raw == text,
            Some(Operand::Term(term)) => self.known_raw(*term) == Some(raw),
            None => false,
        };
        if usual {
            return Some(true);
        }
        let value = xml::unescape(xml::trim(raw));
        let mut fits = false;
        for operand in expected {
            fits |= match operand {
                Operand::Text(text) => same_constant(&value, text),
                Operand::Term(term) => self.known_value(*term)? == value,
            };
        }
        Some(fits)
    }

    /// The value of a term that others are compared with, if it was read already.
    pub(super) fn known_value(&self, term: TermId) -> Option<Cow<'_, str>> {
        self.known_raw(term).map(|raw| xml::unescape(xml::trim(raw)))
    }

    fn known_raw(&self, term: TermId) -> Option<&str> {
        let (_, index) = self.known.iter().find(|(name, _)| usize::from(*name) == term.index())?;
        Some(self.tape.raw(self.source, &self.tape.nodes[*index as usize]))
    }
}

/// Equal constants; `true` and `false` as XML Schema spells booleans.
pub(super) fn same_constant(value: &str, expected: &str) -> bool {
    match expected {
        "true" => matches!(value, "true" | "1"),
        "false" => matches!(value, "false" | "0"),
        _ => value == expected,
    }
}
