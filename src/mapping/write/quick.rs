//! The short way through the commonest row by far: an element with one value of the scope in use, its attributes
//! constants or values, too. Whatever is not so common makes no mark and goes the long way.

use super::{Done, Writer};
use crate::mapping::plan::{Hot, Spelled, Way};
use crate::mapping::spell;
use crate::mapping::structure::Edition;
use crate::model::{Flags, Node};
use crate::term::TermId;
use crate::xml;

/// Attributes of one element whose values are ticked off together.
const ATTRIBUTES: usize = 4;

impl<'d> Writer<'d> {
    #[inline]
    pub(super) fn plain_leaf(&mut self, id: u16, hot: &Hot) -> Done {
        match self.quick_element(hot) {
            Some(done) => done,
            None => self.any_row(id),
        }
    }

    /// `None`: nothing was written, the long way has to be taken.
    #[inline]
    fn quick_element(&mut self, hot: &Hot) -> Option<Done> {
        let Some(at) = self.only_value(hot.term)? else { return Some(Done::Nothing) };
        let mut day = [0; 10];
        let value = self.quick_value(hot, at, &mut day)?;
        if value.len() >= super::element::LONG {
            return None;
        }
        if hot.datatype.is_some_and(|datatype| !datatype.accepts_bytes(value)) {
            return None;
        }
        let mark = self.out.len();
        self.push_tag(hot.open);
        if hot.attributes.0 != hot.attributes.1 && !self.quick_attributes(hot, at) {
            self.out.truncate(mark);
            return None;
        }
        self.out.push(b'>');
        self.out.extend_from_slice(value);
        self.push_tag(hot.close);
        self.take(at);
        self.last_taken = at;
        Some(Done::Value)
    }

    #[inline]
    pub(super) fn push_tag(&mut self, (from, to): (u32, u32)) {
        self.out.extend_from_slice(&self.plan.bytes[from as usize..to as usize]);
    }

    /// The value of a term that the innermost scope has once; `Some(None)` if nothing has one.
    #[inline]
    fn only_value(&self, term: u16) -> Option<Option<usize>> {
        let name = usize::from(term);
        let scope = &self.scopes[self.depth - 1];
        if !scope.present.contains(name) {
            return (self.depth == 1 || self.plan.homes[name] == scope.id).then_some(None);
        }
        let slot = scope.slot(name);
        (slot.count == 1).then_some(Some(slot.first as usize))
    }

    /// A value in the spelling of a row, if it can be copied or is a date.
    #[inline]
    fn quick_value<'v>(&self, hot: &Hot, at: usize, day: &'v mut [u8; 10]) -> Option<&'v [u8]>
    where
        'd: 'v,
    {
        let node = &self.source.tape.nodes[at];
        let raw = self.source.tape.raw(self.source.text, node);
        if hot.verbatim || (self.same_syntax && !node.is(Flags::SUPPLIED.with(Flags::DECODED))) {
            return Some(raw.as_bytes());
        }
        if xml::trim(raw).len() != raw.len() {
            return None;
        }
        match (self.spelled_in_source(node, hot.spelled), hot.spelled) {
            (Spelled::Plain, Spelled::Plain) => Some(raw.as_bytes()),
            (Spelled::Iso, Spelled::Iso) => spell::is_calendar_date(raw).then_some(raw.as_bytes()),
            (Spelled::Iso, Spelled::Date102) => spell::without_hyphens(raw, day),
            (Spelled::Date102, Spelled::Iso) => spell::with_hyphens(raw, day),
            _ => None,
        }
    }

    #[inline]
    fn spelled_in_source(&self, node: &Node, wanted: Spelled) -> Spelled {
        match self.source.plan {
            Some(plan) if node.row != Node::NO_ROW && !node.is(Flags::DECODED) => {
                plan.hot[usize::from(node.row)].spelled
            }
            _ if matches!(wanted, Spelled::Iso | Spelled::Date102) => Spelled::Iso,
            _ => Spelled::Plain,
        }
    }

    /// Writes the attributes of an element and ticks them off; false if one of them needs the long way.
    fn quick_attributes(&mut self, hot: &Hot, element: usize) -> bool {
        let plan = self.plan;
        let (from, to) = hot.attributes;
        let mut taken = [0; ATTRIBUTES];
        let mut count = 0;
        let mut written = 0u8;
        for (position, &row) in plan.children[from as usize..to as usize].iter().enumerate() {
            let attribute = &plan.hot[usize::from(row)];
            let bit = 1u8 << position.min(7);
            match attribute.way {
                Way::Skip => {}
                Way::Constant => {
                    self.push_tag(attribute.open);
                    written |= bit;
                }
                Way::Repeated => {
                    let Some(value) = self.repeated(attribute.term) else { continue };
                    self.push_attribute(attribute, value);
                    written |= bit;
                }
                Way::Leaf => match self.only_value(attribute.term) {
                    Some(None) => {}
                    Some(Some(at)) if count < ATTRIBUTES && self.quick_attribute(row, attribute, at) => {
                        taken[count] = at;
                        count += 1;
                        written |= bit;
                    }
                    _ => return false,
                },
                // A sub-term stands behind its term: nothing behind it, nothing to write.
                _ if self.source.tape.nodes[element].span == 0 && plan.rows[usize::from(row)].owner.is_some() => {}
                _ => return false,
            }
        }
        if hot.wanted & !written != 0 {
            return false;
        }
        taken[..count].iter().for_each(|&at| self.take(at));
        true
    }

    fn quick_attribute(&mut self, row: u16, hot: &Hot, at: usize) -> bool {
        let node = &self.source.tape.nodes[at];
        let raw = self.source.tape.raw(self.source.text, node);
        let plain = self.same_syntax || hot.verbatim || xml::trim(raw).len() == raw.len();
        if !plain || hot.spelled != Spelled::Plain || (hot.strict && !self.fits_facets(row, raw)) {
            return false;
        }
        self.push_attribute(hot, raw);
        true
    }

    fn fits_facets(&self, row: u16, value: &str) -> bool {
        let edition = if self.edition == 0 { Edition::D16B } else { Edition::D22B };
        let facets = self.plan.rows[usize::from(row)].facets;
        facets.is_none_or(|facets| facets.accepts(&xml::unescape(value), edition))
    }

    fn push_attribute(&mut self, hot: &Hot, value: &str) {
        if !self.has_room(value, true) {
            return;
        }
        self.push_tag(hot.open);
        xml::escape_attribute(value, &mut self.out);
        self.out.push(b'"');
    }

    /// The value of a term of the document that many elements repeat: looked up once.
    #[inline]
    fn repeated(&mut self, term: u16) -> Option<&'d str> {
        if let Some((_, value)) = self.repeats.iter().find(|(known, _)| *known == term) {
            return *value;
        }
        let value = self.value_of(TermId::from_index(term));
        self.repeats.push((term, value));
        value
    }
}
