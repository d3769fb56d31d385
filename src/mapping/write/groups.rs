//! Elements that repeat: with a group, with a bundle that was read, with the occurrences of a term.

use super::{Done, Writer, strongest};
use crate::mapping::plan::PlanRow;
use crate::mapping::scope::{Slot, next_group};
use crate::model::Flags;
use crate::term::{Several, TermId};

impl Writer<'_> {
    pub(super) fn per_group(&mut self, id: u16, row: &PlanRow, name: u16, slot: Slot) -> Done {
        let (from, to) = (self.scope().from, self.scope().to);
        if slot.count == 0 {
            if !row.once {
                return Done::Nothing;
            }
            return self.instance(id, row, (from, to), 0);
        }
        self.choose_firsts(row, name, slot, to);
        let instances = slot.count.min(row.max[self.edition].unwrap_or(u32::MAX)) as usize;
        let mut done = Done::Nothing;
        let mut from = slot.first as usize;
        for instance in 0..instances {
            // The count tells where to stop: behind the last one may lie the whole document.
            let Some(node) = next_group(self.source.tape, name, from, to) else { break };
            if self.is_full() {
                break;
            }
            if !self.fetched.contains(&node) {
                self.fetched = self.source.tape.fetch(self.source.text, node);
            }
            from = self.source.tape.end(node);
            done = strongest(done, self.instance(id, row, (node + 1, from), instance));
        }
        done
    }

    pub(super) fn instance(&mut self, id: u16, row: &PlanRow, range: (usize, usize), instance: usize) -> Done {
        self.enter(row.scope, range, instance);
        let done = if row.leaf { self.leaf(id, row) } else { self.block(id) };
        self.leave();
        done
    }

    /// Decides for every outer term which instance has it: the first whose block stands open anyway.
    fn choose_firsts(&mut self, row: &PlanRow, name: u16, slot: Slot, to: usize) {
        for (first, own) in &row.firsts {
            self.firsts.retain(|(id, _)| id != first);
            let mut chosen = 0;
            let mut from = slot.first as usize;
            let instances = if own.is_empty() { 0 } else { slot.count as usize };
            for instance in 0..instances {
                let Some(node) = next_group(self.source.tape, name, from, to) else { break };
                from = self.source.tape.end(node);
                let nodes = &self.source.tape.nodes[node + 1..from];
                if nodes.iter().any(|node| node.is_value() && own.contains(usize::from(node.name))) {
                    chosen = instance;
                    break;
                }
            }
            self.firsts.push((*first, chosen));
        }
    }

    /// One element for each occurrence of a term.
    pub(super) fn per_occurrence(&mut self, id: u16, row: &PlanRow, term: TermId) -> Done {
        let Some(scope) = self.scope_of(term) else { return Done::Nothing };
        let slot = self.scopes[scope].slot(term.index());
        let several = self.same_syntax || self.terms.get(term).repeats();
        if !several && slot.count > 1 {
            // The model has one: which, the row of the term decides.
            let preferred = self.preferred(term, slot, scope);
            self.scopes[scope].set_current(term.index(), preferred);
            return self.single(id, row);
        }
        let to = self.scopes[scope].to;
        let mut done = Done::Nothing;
        let mut from = slot.first as usize;
        for _ in 0..slot.count {
            let Some(node) = self.next_occurrence(term, from, to) else { break };
            if self.is_full() {
                break;
            }
            self.scopes[scope].set_current(term.index(), node);
            let one = if row.leaf { self.leaf(id, row) } else { self.block(id) };
            done = strongest(done, one);
            from = node + 1;
        }
        // Another term in it may open it.
        if slot.count == 0 {
            done = self.single(id, row);
        }
        done
    }

    /// A group that the row has once and the source several times: the first, and nothing of the others.
    pub(super) fn first_of_several(&mut self, id: u16, slot: Slot) -> Done {
        let first = slot.first as usize;
        let scope = self.scope().id;
        let range = (first, self.source.tape.end(first));
        self.enter(scope, range, 0);
        // Nothing but the instance itself: its own group node would be counted as several no more.
        let done = self.block(id);
        self.leave();
        done
    }

    pub(super) fn next_occurrence(&self, term: TermId, from: usize, to: usize) -> Option<usize> {
        let name = term.index() as u16;
        let nodes = &self.source.tape.nodes;
        (from..to).find(|&at| nodes[at].name == name && nodes[at].is_value() && !nodes[at].is(Flags::ALSO))
    }

    /// Of several occurrences where there is room for one: the one with a scheme if the model says so, else the first.
    pub(super) fn preferred(&self, term: TermId, slot: Slot, scope: usize) -> usize {
        let mut at = Some(slot.first as usize);
        while let Some(node) = at.filter(|_| self.is_schemed(term)) {
            if self.terms.sub_terms(term).iter().any(|&sub| self.sub_node(node, sub).is_some()) {
                return node;
            }
            at = self.next_occurrence(term, node + 1, self.scopes[scope].to);
        }
        slot.first as usize
    }

    pub(super) fn is_schemed(&self, term: TermId) -> bool {
        self.terms.get(term).several() == Several::Schemed
    }
}
