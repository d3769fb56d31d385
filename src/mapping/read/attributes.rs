//! Attributes: those that a row takes, those known everywhere, and all others.

use super::unknown::undeclared;
use super::{Cause, Frame, Reader};
use crate::mapping::notation::Grade;
use crate::mapping::plan::{Duties, HotState, NONE};
use crate::model::Node;
use crate::xml::{self, Attribute, Names, Refusal, Space, Tag};

impl<'a> Reader<'a, '_> {
    pub(super) fn attributes(&mut self, tag: &Tag<'a, '_>, names: &Names<'a>) -> Result<(), Refusal> {
        let plan = self.plan;
        let Some(&Frame { state: id, .. }) = self.frames.last() else { return Ok(()) };
        let (from, to) = plan.states[id as usize].attributes;
        let edges = &plan.attribute_edges[from as usize..to as usize];
        for attribute in tag.attributes.iter().filter(|attribute| attribute.declares().is_none()) {
            match edges.iter().find(|(name, _)| **name == *attribute.name) {
                Some(&(_, state)) => self.attribute(attribute, state),
                None => self.other_attribute(attribute, names)?,
            }
        }
        Ok(())
    }

    #[inline]
    pub(super) fn attribute(&mut self, attribute: &Attribute<'a>, id: u16) {
        let plan = self.plan;
        let state = &plan.states[id as usize];
        if state.lost != NONE {
            let (grade, cause) = self.weight(state);
            self.lose_attribute(attribute, grade, cause);
            return;
        }
        let index = self.tape.nodes.len();
        let HotState { row, name, flags, duties, .. } = plan.hot_states[id as usize];
        self.tape.nodes.push(Node { name, row, flags, span: 0, start: 0, extent: 0 });
        let (start, length, side) = self.attribute_value(attribute);
        self.fill(index, (start, start + length), side);
        if duties.has(Duties::COMPARE) {
            self.compare(index, id);
        }
    }

    /// XML normalises white space in attribute values to blanks.
    fn attribute_value(&mut self, attribute: &Attribute<'a>) -> (u32, u32, bool) {
        if attribute.plain || !attribute.value.contains(['\t', '\n', '\r']) {
            return (attribute.value_at as u32, attribute.value.len() as u32, false);
        }
        let (start, length) = self.tape.aside(&attribute.value.replace("\r\n", " ").replace(['\t', '\n', '\r'], " "));
        (start, length, true)
    }

    /// An attribute that no row takes.
    fn other_attribute(&mut self, attribute: &Attribute<'a>, names: &Names<'a>) -> Result<(), Refusal> {
        if let Some(grade) = self.everywhere(attribute, names)? {
            self.lose_attribute(attribute, grade, Cause::Attribute);
            return Ok(());
        }
        let known = self.plan.any.iter().find(|(name, _)| name == attribute.name);
        let (grade, cause) = match (self.frames.last(), known) {
            (Some(frame), _) if frame.cause != Cause::Unknown => (frame.grade, frame.cause),
            (_, Some((_, grade))) => (*grade, Cause::Attribute),
            _ => (Grade::Content, Cause::Unknown),
        };
        self.lose_attribute(attribute, grade, cause);
        Ok(())
    }

    /// The grade of an attribute that means the same on every element.
    pub(super) fn everywhere(&self, attribute: &Attribute<'a>, names: &Names<'a>) -> Result<Option<Grade>, Refusal> {
        if !xml::is_qualified(attribute.name) {
            return Err(Refusal::new(crate::finding::XML_SYNTAX, attribute.at, "expected an attribute name")
                .found(attribute.name));
        }
        let Some((space, _)) = names.resolve_attribute(attribute.name) else {
            return Err(undeclared(attribute.at, attribute.name));
        };
        let wanted = if space == Space::Instance { "xsi:*" } else { attribute.name };
        Ok(self.plan.everywhere.iter().find(|(name, _)| name == wanted).map(|(_, grade)| *grade))
    }

    pub(super) fn lose_attribute(&mut self, attribute: &Attribute<'a>, grade: Grade, cause: Cause) {
        let value = (attribute.value_at as u32, (attribute.value_at + attribute.value.len()) as u32);
        let (grade, cause) = match xml::is_blank(attribute.value) {
            true => (Grade::Technical, Cause::Empty),
            false => (grade, cause),
        };
        self.lose(attribute.at as u32, value, false, grade, cause);
    }
}
