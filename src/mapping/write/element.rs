//! One element or attribute with its text, held against the schema, and the value ticked off.

use std::borrow::Cow;

use super::{Breach, BreachKind, Done, Event, Writer, strongest};
use crate::mapping::derive;
use crate::mapping::plan::PlanRow;
use crate::mapping::structure::{Datatype, Edition};
use crate::xml;

/// A text from this length on is asked for room in the output.
pub(super) const LONG: usize = 4096;

impl<'d> Writer<'d> {
    /// A value in the spelling of a row.
    pub(super) fn spelled(&self, row: &PlanRow, at: usize) -> Cow<'d, str> {
        derive::respell(&self.source, self.same_syntax, self.terms, row, at).0
    }

    pub(super) fn spelled_with_note(&mut self, id: u16, row: &PlanRow, at: usize) -> Cow<'d, str> {
        let (value, note) = derive::respell(&self.source, self.same_syntax, self.terms, row, at);
        if let Some(kind) = note {
            self.events.push(Event { row: id, kind, node: Some(at as u32), value: value.to_string() });
        }
        value
    }

    /// Whether the output is as large as it may be: the writing of what repeats ends, for nobody will see it.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.is_full || self.out.len() > self.most_bytes
    }

    /// Whether there is room for a text. Most are too short to ask: what repeats ends in time.
    #[inline]
    pub(super) fn has_room(&mut self, value: &str, is_attribute: bool) -> bool {
        value.len() < LONG || self.has_room_for_long(value, is_attribute)
    }

    #[cold]
    fn has_room_for_long(&mut self, value: &str, is_attribute: bool) -> bool {
        let length = if is_attribute { xml::attribute_len(value) } else { value.len() };
        self.is_full |= self.out.len() + length > self.most_bytes;
        !self.is_full
    }

    /// Writes an element or attribute with a text.
    pub(super) fn element(&mut self, id: u16, row: &PlanRow, node: Option<usize>, value: &str, mut done: Done) -> Done {
        if !self.fits_schema(row, value) {
            let what = BreachKind::Type(xml::unescape(value).into_owned());
            self.breaches.push(Breach { row: id, node: node.map(|at| at as u32), what });
        }
        if !self.has_room(value, row.attribute) {
            return done;
        }
        if let (Some(node), Done::Value) = (node, done) {
            // Constants inside look for what stood in the same element.
            self.last_taken = node;
        }
        self.out.extend_from_slice(&row.open);
        if row.attribute {
            xml::escape_attribute(value, &mut self.out);
            self.out.extend_from_slice(&row.close);
            return done;
        }
        if !row.attributes.is_empty() {
            let mut bits = 0u64;
            for (at, &attribute) in row.attributes.iter().enumerate() {
                let one = self.row_attribute(attribute);
                if one != Done::Nothing {
                    bits |= 1 << at.min(63);
                    // A text that only fills the place stays for a value beside it.
                    done = strongest(done, one);
                }
            }
            self.demand(id, &row.required_attributes, bits);
        } else if !row.required_attributes.is_empty() {
            self.demand(id, &row.required_attributes, 0);
        }
        self.out.push(b'>');
        self.out.extend_from_slice(value.as_bytes());
        self.out.extend_from_slice(&row.close);
        done
    }

    /// The value is one that the schema allows in this element or attribute.
    fn fits_schema(&self, row: &PlanRow, value: &str) -> bool {
        let edition = if self.edition == 0 { Edition::D16B } else { Edition::D22B };
        row.datatype.is_none_or(|datatype| accepts(datatype, value))
            && row.facets.as_ref().is_none_or(|facets| facets.accepts(&xml::unescape(value), edition))
    }

    fn row_attribute(&mut self, id: u16) -> Done {
        let row = &self.plan.rows[id as usize];
        if row.lost.is_some() { Done::Nothing } else { self.leaf(id, row) }
    }

    #[inline]
    pub(super) fn take(&mut self, node: usize) {
        self.taken[node / 64] |= 1 << (node % 64);
    }

    #[inline]
    pub(super) fn is_taken(&self, node: usize) -> bool {
        self.taken[node / 64] & (1 << (node % 64)) != 0
    }

    pub(super) fn demand(&mut self, row: u16, required: &[(u64, Box<str>)], bits: u64) {
        for (mask, name) in required {
            if bits & mask == 0 {
                let node = self.group_in_use();
                self.breaches.push(Breach { row, node, what: BreachKind::Missing(name.to_string()) });
            }
        }
    }
}

#[inline]
fn accepts(datatype: Datatype, value: &str) -> bool {
    datatype.accepts_bytes(value.as_bytes()) || (value.contains('&') && datatype.accepts(&xml::unescape(value)))
}
