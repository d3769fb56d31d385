//! The rows that hold a text: which value of a term a row writes, and what is written if there is none.

use std::borrow::Cow;

use super::{Done, Event, EventKind, Writer};
use crate::mapping::derive;
use crate::mapping::notation::{Home, Operand};
use crate::mapping::plan::{PlanRow, Repeat};
use crate::mapping::scope::Slot;
use crate::model::{Flags, Node};
use crate::term::{Several, TermId};

impl Writer<'_> {
    pub(super) fn constant(&mut self, id: u16, row: &PlanRow) -> Done {
        if let Some(kept) = self.kept(id, row) {
            let raw = self.source.tape.raw(self.source.text, &self.source.tape.nodes[kept]);
            return self.element(id, row, Some(kept), raw, Done::Filler);
        }
        if let Some(&(_, code)) = self.codes.iter().find(|(row, _)| *row == id) {
            return self.element(id, row, None, code, Done::Filler);
        }
        match row.constant_operand() {
            Some(Operand::Text(text)) => self.element(id, row, None, text, Done::Filler),
            Some(Operand::Term(term)) => match self.value_of(*term) {
                Some(value) => self.element(id, row, None, value, Done::Filler),
                None => Done::Nothing,
            },
            None => Done::Nothing,
        }
    }

    /// The value of the source in the element of the term just written, where a trip within the syntax keeps it.
    fn kept(&self, id: u16, row: &PlanRow) -> Option<usize> {
        if !self.same_syntax || !row.when.as_ref()?.keep {
            return None;
        }
        let behind = self.source.tape.nodes.iter().enumerate().skip(self.last_taken + 1);
        // The next term or group is another element.
        let mut own = behind.take_while(|(_, node)| !node.is_group() && (!node.is(Flags::TERM) || node.is(Flags::SUB)));
        let is_kept = |node: &Node| node.row == id && node.is(Flags::FIXED) && !node.is(Flags::EMPTY);
        own.find(|(_, node)| is_kept(node)).map(|(at, _)| at)
    }

    pub(super) fn value_row(&mut self, id: u16, row: &PlanRow, term: TermId) -> Done {
        let found = match row.home {
            Home::Main => self.main_occurrence(id, row, term),
            Home::Also | Home::Copy => {
                let own = self.own_occurrence(id, term);
                if own.is_none() && row.home == Home::Copy {
                    return self.copy(id, row, term);
                }
                own
            }
        };
        match found {
            Some(node) => self.occurrence(id, row, term, node),
            None => self.filler(id, row),
        }
    }

    fn main_occurrence(&mut self, id: u16, row: &PlanRow, term: TermId) -> Option<usize> {
        if let Some(owner) = row.owner {
            let at = self.slot(owner);
            return (at.count > 0 || at.also > 0).then(|| self.sub_node(at.current as usize, term)).flatten();
        }
        let scope = self.scope_of(term)?;
        let slot = self.scopes[scope].slot(term.index());
        if row.first {
            return self.outer_occurrence(id, term, slot);
        }
        let single = slot.count <= 1;
        let mut at = match slot.count {
            0 => slot.also.checked_sub(1)? as usize,
            1 => slot.current as usize,
            _ if self.is_schemed(term) && !self.repeats_with(row, term) => self.preferred(term, slot, scope),
            _ => slot.current as usize,
        };
        let to = self.scopes[scope].to;
        loop {
            if !self.is_taken(at) && self.fits(row, at) {
                self.scopes[scope].set_current(term.index(), at);
                return Some(at);
            }
            if single || row.choose.is_none() || self.repeats_with(row, term) {
                return None;
            }
            at = self.next_occurrence(term, at + 1, to)?;
        }
    }

    /// The row, or one around it, is written once for each occurrence already.
    fn repeats_with(&self, row: &PlanRow, term: TermId) -> bool {
        let around = self.plan.rows.get(row.parent as usize).map(|row| row.repeat);
        row.repeat == Repeat::Term(term) || around == Some(Repeat::Term(term))
    }

    /// An outer term in a repeated group: in the chosen instance, or, within a syntax, where different values came from.
    fn outer_occurrence(&mut self, id: u16, term: TermId, slot: Slot) -> Option<usize> {
        let first = slot.first as usize;
        if slot.count == 0 {
            return slot.also.checked_sub(1).map(|at| at as usize).filter(|_| self.is_first(id));
        }
        if slot.count > 1 && self.same_syntax && self.outer.differ(self.source, term, first) {
            let (mut from, to) = (self.scope().from, self.scope().to);
            while let Some(at) = self.next_occurrence(term, from, to) {
                if !self.is_written(term, at) {
                    return Some(at);
                }
                from = at + 1;
            }
            return None;
        }
        (self.is_first(id) && !self.is_taken(first)).then_some(first)
    }

    /// A value equal to this one stands in the output already.
    fn is_written(&mut self, term: TermId, at: usize) -> bool {
        let taken = &self.taken;
        let same = self.outer.same(self.source, term, at);
        same.iter().any(|&other| taken[other as usize / 64] & (1 << (other % 64)) != 0)
    }

    fn is_first(&self, id: u16) -> bool {
        let chosen = self.firsts.iter().find(|(row, _)| *row == id).map_or(0, |(_, instance)| *instance);
        self.instances.last() == Some(&chosen)
    }

    fn own_occurrence(&self, id: u16, term: TermId) -> Option<usize> {
        if !self.same_syntax {
            return None;
        }
        let scope = &self.scopes[self.scope_of(term)?];
        let from = scope.slot(term.index()).also.checked_sub(1)? as usize;
        let nodes = &self.source.tape.nodes;
        (from..scope.to).find(|&at| nodes[at].row == id && nodes[at].is_value() && !self.is_taken(at))
    }

    /// The second home of a value, written because its block is open.
    fn copy(&mut self, id: u16, row: &PlanRow, term: TermId) -> Done {
        let slot = self.slot(term);
        let at = if slot.count > 0 { Some(slot.first) } else { slot.also.checked_sub(1) };
        let Some(at) = at else { return Done::Nothing };
        let value = self.spelled(row, at as usize);
        self.element(id, row, None, &value, Done::Filler)
    }

    fn occurrence(&mut self, id: u16, row: &PlanRow, term: TermId, node: usize) -> Done {
        let kind = self.terms.get(term).several();
        let slot = self.slot(term);
        let one_of_several = slot.count > 1 && row.owner.is_none() && row.home == Home::Main && row.choose.is_none();
        if one_of_several && matches!(kind, Several::Join | Several::Sum) && !self.keeps_several(row, term) {
            return self.in_one(id, row, term, kind);
        }
        let value = self.spelled_with_note(id, row, node);
        let mark = self.out.len();
        let done = self.element(id, row, Some(node), &value, Done::Value);
        if self.out.len() > mark {
            self.take(node);
        }
        done
    }

    fn keeps_several(&self, row: &PlanRow, term: TermId) -> bool {
        self.same_syntax && self.repeats_with(row, term)
    }

    /// Several values where there is room for one: joined or added up, as the model says.
    fn in_one(&mut self, id: u16, row: &PlanRow, term: TermId, how: Several) -> Done {
        let Some(scope) = self.scope_of(term) else { return Done::Nothing };
        let (slot, to) = (self.scopes[scope].slot(term.index()), self.scopes[scope].to);
        let mut all = vec![slot.first as usize];
        while let Some(next) = all.last().and_then(|&last| self.next_occurrence(term, last + 1, to)) {
            all.push(next);
        }
        let values: Vec<Cow<'_, str>> = all.iter().map(|&at| self.spelled(row, at)).collect();
        let distinct = values.iter().any(|value| *value != values[0]);
        let (value, kind) = match how {
            _ if !distinct && how == Several::Join => (values[0].to_string(), None),
            Several::Sum => match derive::sum(values.iter().map(|value| &**value)) {
                Some(sum) => (sum, Some(EventKind::Summed)),
                None => (values[0].to_string(), None),
            },
            _ => (values.join("\n"), Some(EventKind::Joined)),
        };
        if self.is_taken(all[0]) {
            return Done::Nothing;
        }
        let done = self.element(id, row, Some(all[0]), &value, Done::Value);
        let taken = if kind.is_some() { all.len() } else { 1 };
        all[..taken].iter().for_each(|&at| self.take(at));
        if let Some(kind) = kind {
            self.events.push(Event { row: id, kind, node: Some(all[0] as u32), value });
        }
        done
    }
}
