//! What the schema wants and no term fills: placeholders, statements, sums.

use super::{Done, Event, EventKind, Writer};
use crate::mapping::derive;
use crate::mapping::notation::Filler;
use crate::mapping::plan::PlanRow;
use crate::term::TermId;

impl<'d> Writer<'d> {
    pub(super) fn filler(&mut self, id: u16, row: &PlanRow) -> Done {
        let Some(filler) = &row.filler else { return Done::Nothing };
        if row.filler_where.as_ref().is_some_and(|condition| !self.holds(condition, 0)) {
            return Done::Nothing;
        }
        let (value, kind) = match filler {
            Filler::Placeholder(text) => (Some(text.clone()), EventKind::Placeholder),
            Filler::Statement(text) => (Some(text.clone()), EventKind::Statement),
            Filler::Sum(term) => (derive::sum(self.everywhere(*term)), EventKind::Derived),
            Filler::Add(left, right) => {
                let both = [self.value_of(*left), self.value_of(*right)];
                let sum = both.iter().all(Option::is_some).then(|| derive::sum(both.into_iter().flatten()));
                (sum.flatten(), EventKind::Derived)
            }
        };
        let Some(value) = value else { return Done::Nothing };
        self.events.push(Event { row: id, kind, node: self.group_in_use(), value: value.clone() });
        self.element(id, row, None, &value, Done::Filler)
    }

    /// All values of a term, in whatever groups they stand.
    fn everywhere(&self, term: TermId) -> impl Iterator<Item = &'d str> + use<'d> {
        let (tape, text, name) = (self.source.tape, self.source.text, term.index() as u16);
        tape.nodes.iter().filter(move |node| node.name == name && node.is_value()).map(move |node| tape.raw(text, node))
    }
}
