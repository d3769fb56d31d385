//! What is done at the end of an element: its value, its parts, what only fills a place.

use super::{Cause, Frame, Reader, UNKNOWN};
use crate::mapping::notation::{Condition, Filler, Grade};
use crate::mapping::plan::{Duties, NONE, State};
use crate::mapping::spell;
use crate::model::{Flags, Node};
use crate::term::TermId;
use crate::xml;

impl Reader<'_, '_> {
    /// Gives an element's own node its text.
    #[inline]
    pub(super) fn close_value(&mut self, frame: &Frame) {
        let node = frame.node as usize;
        self.fill(node, frame.text, frame.text_in_side);
        self.tape.nodes[node].span = (self.tape.nodes.len() - node - 1).min(usize::from(u16::MAX)) as u16;
        if frame.duties.has(Duties::COMPARE) {
            self.compare(node, frame.state);
        }
    }

    /// Elements that are neither a plain value nor a block with children only.
    pub(super) fn close_odd(&mut self, frame: &Frame) {
        let state = &self.plan.states[frame.state as usize];
        if state.lost != NONE && state.leaf {
            self.close_lost(frame);
        } else if state.pattern {
            self.close_pattern(frame, state);
        } else if frame.duties.has(Duties::VALUE) {
            self.close_value(frame);
        } else if frame.text.1 != 0 || frame.text_in_side {
            self.close_mixed(frame);
        } else if !frame.has_children && !frame.duties.has(Duties::MAY_BE_EMPTY) {
            self.lose(frame.at, (0, 0), false, Grade::Technical, Cause::Empty);
        }
    }

    pub(super) fn close_more(&mut self, frame: &Frame) {
        let plan = self.plan;
        let state = &plan.states[frame.state as usize];
        if state.choice != NONE {
            self.close_choice(frame, state);
        }
        if let Some(term) = state.owner {
            self.close_owner(frame, term);
        }
        if !state.fillers.is_empty() {
            self.mark_placeholders(frame, state);
        }
    }

    fn close_mixed(&mut self, frame: &Frame) {
        if frame.text.1 != 0 || frame.text_in_side {
            self.lose(frame.at, frame.text, frame.text_in_side, frame.grade, Cause::MixedText);
        }
    }

    fn close_lost(&mut self, frame: &Frame) {
        let Frame { at, text, text_in_side, grade, cause, .. } = *frame;
        let value = if text_in_side { &self.tape.side } else { self.source };
        let blank = xml::is_blank(value.get(text.0 as usize..text.1 as usize).unwrap_or_default());
        match (blank, frame.has_children) {
            (false, _) => self.lose(at, text, text_in_side, grade, cause),
            (true, false) => self.lose(at, (0, 0), false, Grade::Technical, Cause::Empty),
            (true, true) => {}
        }
    }

    /// Nodes behind a term, up to the end of the element around both, belong to it.
    fn close_owner(&mut self, frame: &Frame, term: TermId) {
        let nodes = &mut self.tape.nodes[frame.first as usize..];
        let length = nodes.len();
        let state_names =
            |node: &Node| usize::from(node.name) == term.index() && node.is(Flags::TERM) && !node.is(Flags::SUB);
        if let Some(at) = nodes.iter().position(state_names) {
            nodes[at].span = (length - at - 1).min(usize::from(u16::MAX)) as u16;
        }
    }

    /// Splits a text of several terms.
    fn close_pattern(&mut self, frame: &Frame, state: &State) {
        let plan = self.plan;
        let index = self.tape.nodes.len();
        let start = frame.at;
        self.tape.nodes.push(Node { name: 0, row: Node::NO_ROW, flags: Flags::TERM, span: 0, start, extent: 0 });
        self.fill(index, frame.text, frame.text_in_side);
        let Some(whole) = self.tape.nodes.pop() else { return };
        let alternatives = plan.rows[state.row as usize].pattern().unwrap_or_default();
        let parts = spell::split(alternatives, self.tape.raw(self.source, &whole));
        for part in parts {
            let mut node = Node { name: part.term.index() as u16, ..whole };
            node.start += part.start as u32;
            node.extent = part.length as u32;
            node.flags.clear(Flags::EMPTY);
            if part.blank {
                node.flags.set(Flags::EMPTY);
            }
            self.tape.nodes.push(node);
        }
    }

    /// Marks what only fills a place: the exact text, beside another value of the same element.
    fn mark_placeholders(&mut self, frame: &Frame, state: &State) {
        let plan = self.plan;
        for &id in &state.fillers {
            let row = &plan.rows[id as usize];
            let Some(Filler::Placeholder(text)) = &row.filler else { continue };
            let from = frame.first as usize;
            let nodes = &self.tape.nodes[from..];
            let Some(at) = nodes.iter().position(|node| node.row == id && node.is_value()) else { continue };
            let value = self.tape.raw(self.source, &nodes[at]);
            let same = value == text || (row.filler_where.is_some() && spell::same_number(value, text));
            let beside = nodes.iter().enumerate().any(|(index, node)| {
                index != at && node.is_value() && !node.is(Flags::SUB) && node.name != nodes[at].name
            });
            let holds = row.filler_where.as_ref().is_none_or(|condition| self.condition(condition));
            if same && beside && holds {
                self.tape.nodes[from + at].flags.set(Flags::PLACEHOLDER);
            }
        }
    }

    /// A condition on what was read of the innermost repeated group so far.
    fn condition(&self, condition: &Condition<TermId>) -> bool {
        let anchor = self
            .frames
            .iter()
            .rev()
            .find(|frame| frame.state != UNKNOWN && self.plan.states[frame.state as usize].anchor);
        let nodes = &self.tape.nodes[anchor.map_or(0, |frame| frame.first as usize)..];
        let value = |term: TermId| {
            let node = nodes.iter().find(|node| usize::from(node.name) == term.index() && node.is_value());
            node.map(|node| self.tape.raw(self.source, node))
        };
        spell::condition(condition, &value)
    }
}
