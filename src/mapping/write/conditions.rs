//! Which of several rows writes a value: `like`, `otherwise`, `if`, `unless`.

use super::Writer;
use crate::mapping::notation::{Choose, Condition};
use crate::mapping::plan::PlanRow;
use crate::mapping::spell;
use crate::term::TermId;

impl Writer<'_> {
    pub(super) fn fits(&self, row: &PlanRow, at: usize) -> bool {
        match &row.choose {
            None => true,
            Some(Choose::Like(shape)) => spell::is_like(shape, &self.plain(at)),
            Some(Choose::Otherwise) => !self.rival_takes(row, at),
            Some(Choose::If(condition)) => self.holds(condition, at),
            Some(Choose::Unless(condition)) => !self.holds(condition, at),
        }
    }

    /// The row with `like` for the same term would take it.
    fn rival_takes(&self, row: &PlanRow, at: usize) -> bool {
        let siblings = &self.plan.rows[row.parent as usize].elements;
        siblings.iter().map(|&id| &self.plan.rows[id as usize]).any(|other| {
            other.term == row.term
                && matches!(&other.choose, Some(Choose::Like(shape)) if spell::is_like(shape, &self.plain(at)))
        })
    }

    pub(super) fn holds(&self, condition: &Condition<TermId>, at: usize) -> bool {
        match condition {
            Condition::Has(term) if self.terms.get(*term).is_sub_term() => self.sub_node(at, *term).is_some(),
            Condition::Has(term) if self.terms.get(*term).kind().is_group() => self.has_group(*term),
            Condition::Has(term) => self.value_of(*term).is_some(),
            Condition::Equal(left, right) => match (self.value_of(*left), self.value_of(*right)) {
                (Some(left), Some(right)) => spell::same_number(left, right),
                _ => false,
            },
            Condition::Agrees(term) => self.agrees(*term),
            Condition::All(parts) => parts.iter().all(|part| self.holds(part, at)),
            Condition::Any(parts) => parts.iter().any(|part| self.holds(part, at)),
        }
    }

    fn has_group(&self, group: TermId) -> bool {
        let inside = |term: TermId| self.terms.chain(term).any(|around| around == group);
        let present = |term: TermId| self.scopes[..self.depth].iter().any(|scope| scope.present.contains(term.index()));
        self.terms.iter().any(|term| present(term) && inside(term))
    }

    fn agrees(&self, term: TermId) -> bool {
        let slot = self.slot(term);
        let Some(also) = slot.also.checked_sub(1).filter(|_| slot.count > 0) else { return true };
        spell::same_number(&self.plain(also as usize), &self.plain(slot.first as usize))
    }
}
