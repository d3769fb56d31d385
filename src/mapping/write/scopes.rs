//! What stands where: the scopes in use, and the values of terms in them.

use std::borrow::Cow;

use super::Writer;
use crate::mapping::plan::{Hot, ScopeId};
use crate::mapping::scope::{Scope, Slot};
use crate::term::TermId;
use crate::xml;

impl<'d> Writer<'d> {
    pub(super) fn enter(&mut self, id: ScopeId, range: (usize, usize), instance: usize) {
        if self.scopes.len() == self.depth {
            self.scopes.push(Scope::with_room(self.terms.len()));
        }
        let (plan, tape) = (self.plan, self.source.tape);
        self.scopes[self.depth].fill(tape, plan, id, range, &self.leaks, self.same_syntax);
        self.depth += 1;
        self.instances.push(instance);
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
        self.instances.pop();
    }

    #[inline]
    pub(super) fn scope(&self) -> &Scope {
        &self.scopes[self.depth - 1]
    }

    /// The node of the repeated group that is being written; none in the document itself.
    pub(super) fn group_in_use(&self) -> Option<u32> {
        let scope = self.scopes[..self.depth].iter().rev().find(|scope| scope.id != 0)?;
        let group = scope.from.checked_sub(1)?;
        self.source.tape.nodes[group].is_group().then_some(group as u32)
    }

    /// The scope in use that a term is looked for in.
    #[inline]
    pub(super) fn scope_of(&self, term: TermId) -> Option<usize> {
        let home = self.plan.homes[term.index()];
        (0..self.depth).rev().find(|&at| self.scopes[at].id == home)
    }

    pub(super) fn slot(&self, term: TermId) -> Slot {
        self.scope_of(term).map_or(Slot::default(), |at| self.scopes[at].slot(term.index()))
    }

    #[inline]
    pub(super) fn may_open(&self, row: u16, hot: &Hot) -> bool {
        let opens = &self.plan.opens[row as usize];
        let scopes = if hot.inner { &self.scopes[self.depth - 1..self.depth] } else { &self.scopes[..self.depth] };
        scopes.iter().rev().any(|scope| scope.present.meets(opens, hot.words))
    }

    /// The text of a term as the file has it, for constants and conditions.
    pub(super) fn value_of(&self, term: TermId) -> Option<&'d str> {
        let slot = self.slot(term);
        let at = if slot.count > 0 { slot.first } else { slot.also.checked_sub(1)? };
        let tape = self.source.tape;
        Some(xml::trim(tape.raw(self.source.text, &tape.nodes[at as usize])))
    }

    /// The node of a sub-term behind its term.
    pub(super) fn sub_node(&self, term: usize, sub: TermId) -> Option<usize> {
        let nodes = &self.source.tape.nodes;
        let to = (term + 1 + usize::from(nodes[term].span)).min(nodes.len());
        let name = sub.index() as u16;
        (term + 1..to).find(|&at| nodes[at].name == name && nodes[at].is_value())
    }

    pub(super) fn plain(&self, at: usize) -> Cow<'d, str> {
        xml::unescape(self.source.tape.raw(self.source.text, &self.source.tape.nodes[at]))
    }
}
