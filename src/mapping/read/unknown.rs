//! Elements that no row takes, and the list of what is not carried.

use super::{Cause, Frame, Lost, NO_NODE, Reader, UNKNOWN};
use crate::mapping::notation::Grade;
use crate::mapping::plan::{Duties, State};
use crate::xml::{self, Names, Refusal, Tag};

impl<'a> Reader<'a, '_> {
    #[cold]
    pub(super) fn unknown(
        &mut self,
        tag: &Tag<'a, '_>,
        names: &Names<'a>,
        grade: Grade,
        cause: Cause,
    ) -> Result<(), Refusal> {
        if !xml::is_qualified(tag.name) {
            return Err(Refusal::new(crate::finding::XML_SYNTAX, tag.at, "expected an element name").found(tag.name));
        }
        if names.resolve(tag.name).is_none() {
            return Err(undeclared(tag.at, tag.name));
        }
        let first = self.tape.nodes.len() as u32;
        self.frames.push(Frame {
            state: UNKNOWN,
            hint: 0,
            node: NO_NODE,
            first,
            at: tag.at as u32,
            text: (0, 0),
            text_in_side: false,
            has_children: false,
            duties: Duties::default(),
            grade,
            cause,
        });
        for attribute in tag.attributes.iter().filter(|attribute| attribute.declares().is_none()) {
            let everywhere = self.everywhere(attribute, names)?;
            self.lose_attribute(attribute, everywhere.unwrap_or(grade), cause);
        }
        Ok(())
    }

    pub(super) fn close_unknown(&mut self, frame: &Frame) {
        if frame.text.1 != 0 || frame.text_in_side {
            self.lose(frame.at, frame.text, frame.text_in_side, frame.grade, frame.cause);
        } else if !frame.has_children {
            self.lose(frame.at, (0, 0), false, Grade::Technical, Cause::Empty);
        }
    }

    pub(super) fn lose(&mut self, at: u32, text: (u32, u32), side: bool, grade: Grade, cause: Cause) {
        if self.lost.len() > self.most_lost {
            return;
        }
        self.lost.push(Lost { at, start: text.0, length: text.1 - text.0, side, grade, cause });
    }

    /// What an unknown child of an element of this state weighs.
    #[inline]
    pub(super) fn weight(&self, state: &State) -> (Grade, Cause) {
        match self.plan.rows.get(usize::from(state.lost)).and_then(|row| row.lost.as_ref()) {
            Some(lost) => (lost.grade, Cause::Row(state.lost)),
            None => (Grade::Content, Cause::Unknown),
        }
    }
}

pub(super) fn undeclared(at: usize, name: &str) -> Refusal {
    Refusal::new(crate::finding::XML_SYNTAX, at, "a prefix is not declared").found(name)
}
