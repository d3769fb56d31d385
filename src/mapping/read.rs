//! From a document to the tape, driven by a plan. Nothing is merged, trimmed, joined, dropped or chosen: every element
//! and attribute becomes a node or an entry in the list of what is not carried.

use std::borrow::Cow;

use super::notation::{Filler, Grade, Operand, Test, When};
use super::plan::{Duties, Edge, HotState, NONE, Plan, State};
use super::spell;
use crate::model::{Flags, Node, Tape};
use crate::term::TermId;
use crate::xml::{self, Aside, Attribute, Handler, Limits, Names, Refusal, Space, Tag, Within};

/// What was read and will not be carried, or not all of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lost {
    /// Offset of the element, attribute or comment.
    pub(crate) at: u32,
    pub(crate) start: u32,
    pub(crate) length: u32,
    /// The value stands in the side buffer.
    pub(crate) side: bool,
    pub(crate) grade: Grade,
    pub(crate) cause: Cause,
}

/// Why something is not carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// No row takes it.
    Unknown,
    /// A row says so.
    Row(u16),
    /// Another value than the constant of a row.
    Constant(u16),
    /// None of the rows for this element fits what stands in it: the choice, and the node that decided it.
    NoAlternative(u16, Option<u32>),
    /// Nothing in it.
    Empty,
    /// An attribute that no term has.
    Attribute,
    /// Text beside elements.
    MixedText,
    Comment,
    Instruction,
}

/// What reading gives.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) tape: Tape,
    pub(crate) lost: Vec<Lost>,
}

/// State of an element that no row takes.
const UNKNOWN: u16 = NONE;
const NO_NODE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
struct Frame {
    state: u16,
    /// Edge that the next child is looked for at first.
    hint: u16,
    /// Its own node, if it has one.
    node: u32,
    /// Length of the tape before anything of this element.
    first: u32,
    at: u32,
    text: (u32, u32),
    text_in_side: bool,
    has_children: bool,
    duties: Duties,
    /// What an unknown child weighs.
    grade: Grade,
    /// The row that gave the grade.
    cause: Cause,
}

impl Frame {
    #[inline]
    fn has_text(&self) -> bool {
        self.text.1 != 0 || self.text_in_side
    }
}

struct Reader<'a, 'p> {
    source: &'a str,
    plan: &'p Plan,
    tape: Tape,
    frames: Vec<Frame>,
    lost: Vec<Lost>,
    /// Choices that ask for a term: state and nodes.
    deferred: Vec<(u16, u32, u32)>,
    /// Values of rows with `prefer`: row, node, and whether the group that it asks for stands beside.
    rivals: Vec<(u16, u32, bool)>,
    /// Constants that repeat a term not read yet.
    unchecked: Vec<u32>,
    /// Terms that others are compared with, as they come.
    known: Vec<(u16, u32)>,
    has_returns: bool,
    most_lost: usize,
}

/// Reads a document whose root is the one of the plan.
pub(crate) fn read(source: &str, plan: &Plan, limits: Limits) -> Result<Reading, Refusal> {
    let mut reader = Reader::new(source, plan, limits);
    xml::walk(source, plan.vocabulary, limits, &mut reader)?;
    reader.reading()
}

/// The same for a document in an envelope, whose start tag is at this offset.
pub(crate) fn read_within(source: &str, at: usize, plan: &Plan, limits: Limits) -> Result<Reading, Refusal> {
    let mut reader = Reader::new(source, plan, limits);
    xml::walk(source, plan.vocabulary, limits, &mut Within::new(&mut reader, at))?;
    reader.reading()
}

impl<'a, 'p> Reader<'a, 'p> {
    fn new(source: &'a str, plan: &'p Plan, limits: Limits) -> Reader<'a, 'p> {
        Reader {
            source,
            plan,
            tape: Tape::for_source(source.len()),
            frames: Vec::with_capacity(usize::from(limits.depth) + 1),
            lost: Vec::new(),
            deferred: Vec::new(),
            rivals: Vec::new(),
            unchecked: Vec::new(),
            known: Vec::with_capacity(8),
            has_returns: false,
            most_lost: limits.findings,
        }
    }

    fn reading(mut self) -> Result<Reading, Refusal> {
        self.finish();
        if self.lost.len() > self.most_lost {
            let at = self.lost.last().map_or(0, |lost| lost.at as usize);
            let message = format!("more than {} values have no place in the model", self.most_lost);
            return Err(xml::limit("findings", at, message));
        }
        if self.tape.side.len() > self.most_aside() {
            let message = "texts in pieces take more room than the document";
            return Err(Refusal::new(crate::finding::XML_LIMIT, 0, message));
        }
        Ok(Reading { tape: self.tape, lost: self.lost })
    }

    /// What texts that stand in pieces may take in all: pieces that alternate are copied again and again.
    fn most_aside(&self) -> usize {
        self.source.len() + (1 << 20)
    }
}

impl<'a> Handler<'a> for Reader<'a, '_> {
    #[inline]
    fn open(&mut self, tag: &Tag<'a, '_>, names: &Names<'a>) -> Result<(), Refusal> {
        let Some(parent) = self.frames.last_mut() else {
            self.enter(self.plan.start, tag);
            return self.attributes(tag, names);
        };
        parent.has_children = true;
        let (state, hint, grade, cause) = (parent.state, parent.hint, parent.grade, parent.cause);
        let found = if state == UNKNOWN { None } else { find(self.plan, state, hint, tag.name, names) };
        match found {
            Some((edge, child)) => {
                parent.hint = edge;
                self.enter(child, tag);
                if tag.attributes.is_empty() {
                    return Ok(());
                }
                self.attributes(tag, names)
            }
            None => self.unknown(tag, names, grade, cause),
        }
    }

    #[inline]
    fn text(&mut self, start: usize, end: usize) {
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.has_text() {
            self.continue_text(start, end);
        } else if frame.duties.has(Duties::TEXT) || !xml::is_blank(&self.source[start..end]) {
            frame.text = (start as u32, end as u32);
        }
    }

    #[inline]
    fn blank(&mut self, start: usize, end: usize) {
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.has_text() {
            self.continue_text(start, end);
        } else if frame.duties.has(Duties::TEXT) {
            frame.text = (start as u32, end as u32);
        }
    }

    fn returns(&mut self) {
        self.has_returns = true;
    }

    fn cdata(&mut self, start: usize, end: usize) {
        let mut escaped = String::with_capacity(end - start);
        // The walk has refused forbidden characters already; CDATA keeps returns as line ends.
        let _ = xml::escape_into(&self.source[start..end].replace("\r\n", "\n").replace('\r', "\n"), &mut escaped);
        self.append(&escaped);
    }

    fn aside(&mut self, kind: Aside, at: usize) {
        let cause = if kind == Aside::Comment { Cause::Comment } else { Cause::Instruction };
        self.lose(at as u32, (0, 0), false, Grade::Technical, cause);
    }

    #[inline]
    fn close(&mut self, _at: usize) -> Result<(), Refusal> {
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        if frame.state == UNKNOWN {
            self.close_unknown(&frame);
            return Ok(());
        }
        if frame.duties.has(Duties::VALUE) && !frame.duties.has(Duties::AT_END) {
            self.close_value(&frame);
        } else if frame.text.1 != 0 || frame.text_in_side || !frame.has_children || frame.duties.has(Duties::TEXT) {
            self.close_odd(&frame);
        }
        if frame.duties.has(Duties::GROUP) {
            self.tape.nodes[frame.node as usize].extent = self.tape.nodes.len() as u32;
        }
        if frame.duties.has(Duties::AT_END) {
            self.close_more(&frame);
        }
        Ok(())
    }
}

/// The state of a child by its raw name: from where the last one was found onwards, since files keep the order.
#[inline]
fn find(plan: &Plan, state: u16, hint: u16, raw: &str, names: &Names<'_>) -> Option<(u16, u16)> {
    let (from, to) = plan.hot_states[state as usize].edges;
    let edges = &plan.edges[usize::from(from)..usize::from(to)];
    let hint = usize::from(hint).min(edges.len());
    let is = |edge: &Edge| {
        usize::from(edge.name.1) == raw.len()
            && plan.edge_name(edge) == raw.as_bytes()
            && names.is_canonical(edge.space)
    };
    if let Some(offset) = edges[hint..].iter().position(is) {
        return Some(((hint + offset) as u16, edges[hint + offset].state));
    }
    if let Some(at) = edges[..hint].iter().position(is) {
        return Some((at as u16, edges[at].state));
    }
    resolve(plan, edges, raw, names)
}

/// The same for names with other prefixes.
fn resolve(plan: &Plan, edges: &[Edge], raw: &str, names: &Names<'_>) -> Option<(u16, u16)> {
    let (Space::Known(space), local) = names.resolve(raw)? else { return None };
    let is = |edge: &Edge| edge.space == space && plan.edge_name(edge)[usize::from(edge.local)..] == *local.as_bytes();
    let at = edges.iter().position(is)?;
    Some((at as u16, edges[at].state))
}

impl<'a> Reader<'a, '_> {
    /// Opens an element that a row takes.
    #[inline]
    fn enter(&mut self, id: u16, tag: &Tag<'a, '_>) {
        let hot = self.plan.hot_states[id as usize];
        let first = self.tape.nodes.len() as u32;
        let mut node = NO_NODE;
        if hot.duties.has(Duties::VALUE) || hot.duties.has(Duties::GROUP) {
            node = first;
            let HotState { row, name, flags, .. } = hot;
            self.tape.nodes.push(Node { name, row, flags, span: 0, start: tag.at as u32, extent: 0 });
        }
        let (grade, cause) = match hot.duties.has(Duties::WEIGHT) {
            true => self.weight(&self.plan.states[id as usize]),
            false => (Grade::Content, Cause::Unknown),
        };
        self.frames.push(Frame {
            state: id,
            hint: 0,
            node,
            first,
            at: tag.at as u32,
            text: (0, 0),
            text_in_side: false,
            has_children: false,
            duties: hot.duties,
            grade,
            cause,
        });
    }

    /// What an unknown child of an element of this state weighs.
    #[inline]
    fn weight(&self, state: &State) -> (Grade, Cause) {
        match self.plan.rows.get(usize::from(state.lost)).and_then(|row| row.lost.as_ref()) {
            Some(lost) => (lost.grade, Cause::Row(state.lost)),
            None => (Grade::Content, Cause::Unknown),
        }
    }

    #[cold]
    fn unknown(&mut self, tag: &Tag<'a, '_>, names: &Names<'a>, grade: Grade, cause: Cause) -> Result<(), Refusal> {
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

    fn close_unknown(&mut self, frame: &Frame) {
        if frame.text.1 != 0 || frame.text_in_side {
            self.lose(frame.at, frame.text, frame.text_in_side, frame.grade, frame.cause);
        } else if !frame.has_children {
            self.lose(frame.at, (0, 0), false, Grade::Technical, Cause::Empty);
        }
    }

    fn attributes(&mut self, tag: &Tag<'a, '_>, names: &Names<'a>) -> Result<(), Refusal> {
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
    fn attribute(&mut self, attribute: &Attribute<'a>, id: u16) {
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
    fn everywhere(&self, attribute: &Attribute<'a>, names: &Names<'a>) -> Result<Option<Grade>, Refusal> {
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

    fn lose_attribute(&mut self, attribute: &Attribute<'a>, grade: Grade, cause: Cause) {
        let value = (attribute.value_at as u32, (attribute.value_at + attribute.value.len()) as u32);
        let (grade, cause) = match xml::is_blank(attribute.value) {
            true => (Grade::Technical, Cause::Empty),
            false => (grade, cause),
        };
        self.lose(attribute.at as u32, value, false, grade, cause);
    }

    fn lose(&mut self, at: u32, text: (u32, u32), side: bool, grade: Grade, cause: Cause) {
        if self.lost.len() > self.most_lost {
            return;
        }
        self.lost.push(Lost { at, start: text.0, length: text.1 - text.0, side, grade, cause });
    }

    /// More text of the same element: behind a reference, a comment or a child.
    fn continue_text(&mut self, start: usize, end: usize) {
        match self.frames.last_mut() {
            Some(frame) if !frame.text_in_side && frame.text.1 == start as u32 => frame.text.1 = end as u32,
            _ => self.append(&self.source[start..end]),
        }
    }

    /// Text that does not continue in the source (CDATA, a comment inside) goes to the side buffer.
    #[cold]
    fn append(&mut self, escaped: &str) {
        if self.tape.side.len() > self.most_aside() {
            return;
        }
        let Some(frame) = self.frames.last_mut() else { return };
        let (start, end) = frame.text;
        let side_end = self.tape.side.len() as u32;
        if !frame.text_in_side || end != side_end {
            let so_far = match frame.text_in_side {
                true => self.tape.side[start as usize..end as usize].to_owned(),
                false => self.source[start as usize..end as usize].to_owned(),
            };
            self.tape.side.push_str(&so_far);
            frame.text.0 = side_end;
            frame.text_in_side = true;
        }
        self.tape.side.push_str(escaped);
        frame.text.1 = self.tape.side.len() as u32;
    }

    /// Gives an element's own node its text.
    #[inline]
    fn close_value(&mut self, frame: &Frame) {
        let node = frame.node as usize;
        self.fill(node, frame.text, frame.text_in_side);
        self.tape.nodes[node].span = (self.tape.nodes.len() - node - 1).min(usize::from(u16::MAX)) as u16;
        if frame.duties.has(Duties::COMPARE) {
            self.compare(node, frame.state);
        }
    }

    /// A value that others are compared with, or that is compared itself.
    fn compare(&mut self, node: usize, state: u16) {
        let state = &self.plan.states[state as usize];
        match state.checks {
            true => self.check(node),
            false => self.known.push((state.name, node as u32)),
        }
    }

    /// Elements that are neither a plain value nor a block with children only.
    fn close_odd(&mut self, frame: &Frame) {
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

    fn close_more(&mut self, frame: &Frame) {
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

    /// Gives a node its text.
    #[inline]
    fn fill(&mut self, index: usize, text: (u32, u32), in_side: bool) {
        if text.1 == 0 && !in_side {
            // No text at all: the node keeps the place of its element.
            self.tape.nodes[index].flags.set(Flags::EMPTY);
            return;
        }
        let (mut start, mut length, mut side) = (text.0, text.1 - text.0, in_side);
        if self.has_returns && !in_side {
            let value = &self.source[text.0 as usize..text.1 as usize];
            if value.contains('\r') {
                (start, length) = self.tape.aside(&value.replace("\r\n", "\n").replace('\r', "\n"));
                side = true;
            }
        }
        let value = match side {
            true => &self.tape.side[start as usize..(start + length) as usize],
            false => &self.source[start as usize..(start + length) as usize],
        };
        let empty = xml::is_blank(value);
        let node = &mut self.tape.nodes[index];
        node.start = start;
        node.extent = length;
        if side {
            node.flags.set(Flags::SIDE);
        }
        if empty {
            node.flags.set(Flags::EMPTY);
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

    /// Compares a constant, or what a `when` asked for, with what the row would write.
    fn check(&mut self, index: usize) {
        let node = self.tape.nodes[index];
        match self.is_as_expected(&node) {
            Some(true) => {}
            None => self.unchecked.push(index as u32),
            Some(false) => {
                let row = &self.plan.rows[node.row as usize];
                let by_fixed = row.fixed.as_ref().map(|fixed| fixed.otherwise);
                let grade = by_fixed.or(row.when.as_ref().map(|when| when.otherwise)).unwrap_or(Grade::Technical);
                let text = (node.start, node.start + node.extent);
                self.lose(node.start, text, node.is(Flags::SIDE), grade, Cause::Constant(node.row));
            }
        }
    }

    /// `None`: it depends on a term that was not read yet.
    fn is_as_expected(&self, node: &Node) -> Option<bool> {
        let row = &self.plan.rows[node.row as usize];
        let expected: &[Operand<TermId>] = match (&row.fixed, &row.when) {
            _ if node.is(Flags::EMPTY) => return Some(true),
            (Some(fixed), _) => &fixed.values,
            (None, Some(when)) if row.term.is_none() && !when.keep && !when.not => when.write.as_slice(),
            _ => return Some(true),
        };
        let raw = self.tape.raw(self.source, node);
        // Nearly every constant stands as it would be written.
        let usual = match expected.first() {
            Some(Operand::Text(text)) => raw == text,
            Some(Operand::Term(term)) => self.known_raw(*term) == Some(raw),
            None => false,
        };
        if usual {
            return Some(true);
        }
        let value = xml::unescape(xml::trim(raw));
        let mut fits = false;
        for operand in expected {
            fits |= match operand {
                Operand::Text(text) => same_constant(&value, text),
                Operand::Term(term) => self.known_value(*term)? == value,
            };
        }
        Some(fits)
    }

    /// The value of a term that others are compared with, if it was read already.
    fn known_value(&self, term: TermId) -> Option<Cow<'_, str>> {
        self.known_raw(term).map(|raw| xml::unescape(xml::trim(raw)))
    }

    fn known_raw(&self, term: TermId) -> Option<&str> {
        let (_, index) = self.known.iter().find(|(name, _)| usize::from(*name) == term.index())?;
        Some(self.tape.raw(self.source, &self.tape.nodes[*index as usize]))
    }

    fn close_choice(&mut self, frame: &Frame, state: &State) {
        let (from, to) = (frame.first, self.tape.nodes.len() as u32);
        match self.plan.choices[state.choice as usize].deferred {
            true => self.deferred.push((frame.state, from, to)),
            false => self.choose(frame.state, from, to),
        }
    }

    /// Decides which row an element belongs to, and names the nodes in it accordingly.
    fn choose(&mut self, id: u16, from: u32, to: u32) {
        let plan = self.plan;
        let state = &plan.states[id as usize];
        let alternatives = &plan.choices[state.choice as usize].alternatives;
        let at = |at: u16| {
            let nodes = &self.tape.nodes[from as usize..to as usize];
            let index =
                nodes.iter().position(|node| node.is(Flags::PENDING) && node.row == at && !node.is(Flags::EMPTY));
            index.map(|index| from as usize + index)
        };
        let text = |index: usize| xml::unescape(xml::trim(self.tape.raw(self.source, &self.tape.nodes[index])));
        let exact = alternatives.iter().position(|one| {
            one.when.as_ref().is_some_and(|when| self.holds(when, at(one.at).map(text).as_deref(), false))
        });
        let other = || {
            alternatives.iter().position(|one| match &one.when {
                Some(when) => self.holds(when, at(one.at).map(text).as_deref(), true),
                None => true,
            })
        };
        let (chosen, by_default) = match exact {
            Some(chosen) => (Some(chosen), false),
            None => (other(), true),
        };
        // What a term was asked for and did not fit is the value of something else, such as another currency.
        let foreign = chosen.filter(|&chosen| by_default && asks_a_term(alternatives[chosen].when.as_ref()));
        let foreign = foreign.and_then(|chosen| at(alternatives[chosen].qualified));
        let deciding = alternatives.iter().find_map(|one| at(one.at));
        let cause = Cause::NoAlternative(state.choice, deciding.map(|index| index as u32));
        for index in from as usize..to as usize {
            self.settle(index, chosen, cause);
        }
        if let Some(index) = foreign {
            self.take_out(index, (Grade::Content, cause));
        }
        if let Some(preference) = chosen.and_then(|chosen| alternatives[chosen].prefers) {
            self.note_rival(preference, from, to);
        }
    }

    /// Notes the value of a row with `prefer`, and whether the group that it asks for stands beside it.
    fn note_rival(&mut self, (row, group): (u16, TermId), from: u32, to: u32) {
        let nodes = &self.tape.nodes[from as usize..to as usize];
        let Some(at) = nodes.iter().position(|node| node.row == row && node.is_own_value()) else { return };
        let beside = nodes.iter().any(|node| node.is_group() && usize::from(node.name) == group.index());
        self.rivals.push((row, from + at as u32, beside));
    }

    /// Where one of several values is preferred, the others stand in a second home.
    fn settle_rivals(&mut self) {
        let rivals = std::mem::take(&mut self.rivals);
        for &(row, node, beside) in &rivals {
            if !beside && rivals.iter().any(|&(other, _, beside)| beside && other == row) {
                self.tape.nodes[node as usize].flags.set(Flags::ALSO);
            }
        }
    }

    /// True if a `when` fits a value; in the second round, whatever is left fits `other`.
    fn holds(&self, when: &When<TermId>, value: Option<&str>, second: bool) -> bool {
        let is = |expected: &str, value: &str| match when.any_case {
            true => expected.eq_ignore_ascii_case(value),
            false => same_constant(value, expected),
        };
        let fits = when.tests.iter().any(|test| match (test, value) {
            (Test::Other, _) => second,
            (Test::Absent, value) => value.is_none(),
            (Test::Is(_), None) => false,
            (Test::Is(Operand::Text(text)), Some(value)) => is(text, value),
            (Test::Is(Operand::Term(term)), Some(value)) => self.known_value(*term).is_some_and(|known| known == value),
        });
        fits != when.not
    }

    /// Gives a node of a choice the row of the chosen alternative; a loss if that has none.
    fn settle(&mut self, index: usize, chosen: Option<usize>, cause: Cause) {
        let plan = self.plan;
        let node = self.tape.nodes[index];
        if !node.is(Flags::PENDING) {
            return;
        }
        let row = chosen.and_then(|chosen| plan.states[node.row as usize].alternatives.get(chosen).copied());
        let row = row.filter(|&row| row != NONE);
        let node = &mut self.tape.nodes[index];
        node.flags.clear(Flags::PENDING);
        let group = node.is_group();
        if group {
            node.flags.clear(Flags::GROUP);
        }
        match row.map(|row| (row, &plan.rows[row as usize])) {
            Some((row, known)) if group => {
                node.row = row;
                match known.group_name() {
                    Some(name) => {
                        node.name = name;
                        node.flags.set(Flags::GROUP);
                    }
                    None => node.flags.set(Flags::FIXED.with(Flags::OUT)),
                }
            }
            Some((row, known)) if known.is_value() => {
                let (name, flags) = known.node();
                node.row = row;
                node.name = name;
                node.flags.set(flags);
                self.check(index);
            }
            _ if group => node.flags.set(Flags::FIXED.with(Flags::OUT)),
            known => {
                node.flags.set(Flags::FIXED);
                node.row = Node::NO_ROW;
                let lost = known.and_then(|(row, known)| Some((known.lost.as_ref()?.grade, Cause::Row(row))));
                self.take_out(index, lost.unwrap_or((Grade::Content, cause)));
            }
        }
    }

    /// Takes a value out of the document: reported, not carried.
    fn take_out(&mut self, index: usize, (grade, cause): (Grade, Cause)) {
        let node = &mut self.tape.nodes[index];
        node.flags.set(Flags::OUT);
        let node = *node;
        if !node.is(Flags::EMPTY) {
            let text = (node.start, node.start + node.extent);
            self.lose(node.start, text, node.is(Flags::SIDE), grade, cause);
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
    fn condition(&self, condition: &super::notation::Condition<TermId>) -> bool {
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

    /// What had to wait for terms further on.
    fn finish(&mut self) {
        for (state, from, to) in std::mem::take(&mut self.deferred) {
            self.choose(state, from, to);
        }
        self.settle_rivals();
        for index in std::mem::take(&mut self.unchecked) {
            if self.tape.nodes[index as usize].row != Node::NO_ROW {
                self.check(index as usize);
            }
        }
        // A term that never came: nothing to compare with.
        self.unchecked.clear();
        for index in 0..self.lost.len() {
            let lost = self.lost[index];
            let Cause::Row(row) = lost.cause else { continue };
            let unless = self.plan.rows[row as usize].lost.as_ref().map_or(&[][..], |lost| &lost.unless);
            let text = if lost.side { &self.tape.side } else { self.source };
            let value = text.get(lost.start as usize..(lost.start + lost.length) as usize).unwrap_or_default();
            let value = xml::unescape(xml::trim(value));
            let value = &*value;
            let usual = unless.iter().any(|expected| match expected {
                Operand::Text(text) => same_constant(value, text),
                Operand::Term(term) => self.known_value(*term).is_some_and(|known| known == value),
            });
            if usual {
                self.lost[index].grade = Grade::Technical;
            }
        }
        self.lost.sort_by_key(|lost| lost.at);
    }
}

/// Equal constants; `true` and `false` as XML Schema spells booleans.
fn same_constant(value: &str, expected: &str) -> bool {
    match expected {
        "true" => matches!(value, "true" | "1"),
        "false" => matches!(value, "false" | "0"),
        _ => value == expected,
    }
}

fn asks_a_term(when: Option<&When<TermId>>) -> bool {
    when.is_some_and(|when| when.tests.iter().any(|test| matches!(test, Test::Is(Operand::Term(_)))))
}

fn undeclared(at: usize, name: &str) -> Refusal {
    Refusal::new(crate::finding::XML_SYNTAX, at, "a prefix is not declared").found(name)
}
