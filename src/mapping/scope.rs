//! What the writer finds where: the terms and groups of one repeated group, or of the document, by name.

use super::plan::{Mask, NOWHERE, Plan, ScopeId};
use crate::model::{Flags, Node, Tape};
use crate::term::Terms;

/// Occurrences of one name in a scope.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Slot {
    generation: u32,
    /// How many occurrences count, second homes aside.
    pub(crate) count: u32,
    /// Index of the first one.
    pub(crate) first: u32,
    /// The one that is being written: sub-terms belong to it.
    pub(crate) current: u32,
    /// The first occurrence in a second home, plus one.
    pub(crate) also: u32,
}

/// An index over the nodes of a group.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    pub(crate) id: ScopeId,
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) present: Mask,
    generation: u32,
    slots: Vec<Slot>,
    bundles: Slot,
}

/// Which groups of the source hold terms that the target looks for outside them.
pub(crate) fn leaks(plan: &Plan, source: Option<&Plan>, terms: &Terms) -> Vec<bool> {
    let mut leaks = vec![false; terms.len()];
    for (group, &scope) in plan.anchors.iter().enumerate().filter(|(_, scope)| **scope != NOWHERE) {
        let within = &plan.within[scope as usize];
        leaks[group] = match source {
            Some(source) => !source.inside[group].within(within),
            None => terms.iter().any(|term| {
                terms.chain(term).any(|around| around.index() == group)
                    && !terms.get(term).kind().is_group()
                    && !within.contains(term.index())
            }),
        };
    }
    leaks
}

impl Scope {
    pub(crate) fn with_room(names: usize) -> Scope {
        Scope { slots: vec![Slot::default(); names], ..Scope::default() }
    }

    /// Looks through the nodes of a range for what belongs to scope `id`.
    pub(crate) fn fill(
        &mut self,
        tape: &Tape,
        plan: &Plan,
        id: ScopeId,
        range: (usize, usize),
        leaks: &[bool],
        keeps_bundles: bool,
    ) {
        self.id = id;
        (self.from, self.to) = range;
        self.generation += 1;
        self.present = Mask::default();
        self.bundles = Slot::default();
        let nodes = &tape.nodes[..self.to];
        let mut at = self.from;
        while let Some(node) = nodes.get(at) {
            if node.is_group() {
                at = self.group(tape, at, plan, leaks, keeps_bundles);
                continue;
            }
            if node.is_own_value() && plan.homes[usize::from(node.name)] == id {
                self.insert(node, at);
            }
            at += 1;
        }
    }

    /// Notes a group; its end if nothing in it can belong to this scope.
    #[inline]
    fn group(&mut self, tape: &Tape, at: usize, plan: &Plan, leaks: &[bool], keeps_bundles: bool) -> usize {
        let node = &tape.nodes[at];
        if node.is(Flags::OUT) {
            return node.extent as usize;
        }
        if node.name == Node::BUNDLE {
            if !keeps_bundles || plan.scopes[self.id as usize] == node.row {
                return at + 1;
            }
            let slot = &mut self.bundles;
            slot.first = if slot.count == 0 { at as u32 } else { slot.first };
            slot.count += 1;
            return node.extent as usize;
        }
        let name = usize::from(node.name);
        self.present.insert(name);
        let slot = self.slot_mut(name);
        slot.first = if slot.count == 0 { at as u32 } else { slot.first };
        slot.count += 1;
        let anchor = plan.anchors[name];
        let lines = tape.lines();
        match anchor == NOWHERE || anchor == self.id || leaks[name] {
            true => at + 1,
            false if lines.begin_at(at) && lines.behind <= self.to => {
                self.slot_mut(name).count += lines.count - 1;
                lines.behind
            }
            false => node.extent as usize,
        }
    }

    #[inline]
    fn insert(&mut self, node: &Node, at: usize) {
        let name = usize::from(node.name);
        self.present.insert(name);
        let also = node.is(Flags::ALSO);
        let slot = self.slot_mut(name);
        if also {
            slot.also = if slot.also == 0 { at as u32 + 1 } else { slot.also };
            return;
        }
        if slot.count == 0 {
            slot.first = at as u32;
            slot.current = at as u32;
        }
        slot.count += 1;
    }

    #[inline]
    fn slot_mut(&mut self, name: usize) -> &mut Slot {
        let generation = self.generation;
        let slot = &mut self.slots[name];
        if slot.generation != generation {
            *slot = Slot { generation, ..Slot::default() };
        }
        slot
    }

    /// Occurrences of a name; nothing there: all zero.
    #[inline]
    pub(crate) fn slot(&self, name: usize) -> Slot {
        let slot = self.slots[name];
        if slot.generation == self.generation { slot } else { Slot::default() }
    }

    pub(crate) fn bundles(&self) -> Slot {
        self.bundles
    }

    /// From now on, sub-terms belong to this occurrence.
    #[inline]
    pub(crate) fn set_current(&mut self, name: usize, at: usize) {
        self.slot_mut(name).current = at as u32;
    }
}

/// The next group of a name in a range.
#[inline]
pub(crate) fn next_group(tape: &Tape, name: u16, mut at: usize, to: usize) -> Option<usize> {
    while at < to {
        let node = &tape.nodes[at];
        if node.is_group() && node.name == name && !node.is(Flags::OUT) {
            return Some(at);
        }
        at = if node.is_group() && node.is(Flags::OUT) { node.extent as usize } else { at + 1 };
    }
    None
}
