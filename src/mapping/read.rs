//! From a document to the tape, driven by a plan. Nothing is merged, trimmed, joined, dropped or chosen: every element
//! and attribute becomes a node or an entry in the list of what is not carried.

mod attributes;
mod choose;
mod close;
mod compare;
mod text;
mod unknown;

use super::notation::{Grade, Operand};
use super::plan::{Duties, Edge, HotState, NONE, Plan};
use crate::model::{Node, Tape};
use crate::xml::{self, Aside, Handler, Limits, Names, Refusal, Space, Tag, Within};
use compare::same_constant;

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

/// Reads a document whose root is the one of the plan, onto an empty tape.
pub(crate) fn read(source: &str, plan: &Plan, limits: Limits, tape: Tape) -> Result<Reading, Refusal> {
    let mut reader = Reader::new(source, plan, limits, tape);
    xml::walk(source, plan.vocabulary, limits, &mut reader)?;
    reader.reading()
}

/// The same for a document in an envelope, whose start tag is at this offset.
pub(crate) fn read_within(
    source: &str,
    at: usize,
    plan: &Plan,
    limits: Limits,
    tape: Tape,
) -> Result<Reading, Refusal> {
    let mut reader = Reader::new(source, plan, limits, tape);
    xml::walk(source, plan.vocabulary, limits, &mut Within::new(&mut reader, at))?;
    reader.reading()
}

impl<'a, 'p> Reader<'a, 'p> {
    fn new(source: &'a str, plan: &'p Plan, limits: Limits, mut tape: Tape) -> Reader<'a, 'p> {
        tape.reserve(source.len());
        Reader {
            source,
            plan,
            tape,
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
        if frame.duties.has(Duties::GROUP) {
            self.tape.end_group(frame.node as usize);
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

    /// What had to wait for terms further on.
    fn finish(&mut self) {
        for (state, from, to) in std::mem::take(&mut self.deferred) {
            self.tape.doubt_line_at(from as usize);
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
