//! The invoice as it was read.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::node::{Flags, Node, Tape};
use super::rows::Rows;
use super::source::Source;
use crate::place::Place;
use crate::term::{Term, TermId, Terms};
use crate::xml;

/// Where a document comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Origin {
    /// Syntax of the file: `cii` or `ubl`; of JSON, that of the file it was made from; `None` if there was no file.
    pub syntax: Option<&'static str>,
    /// Kind of document within the syntax: its root element, by position in its table (0 for an invoice).
    pub kind: usize,
}

/// A canonical EN 16931 invoice as it was read: groups and terms in document order.
///
/// Nothing is merged, trimmed, joined, dropped or chosen: two due dates stay two, an empty element is not an absent
/// one, `100.00` stays `100.00`. The document owns its source.
#[derive(Clone)]
pub struct Document {
    pub(crate) terms: Arc<Terms>,
    pub(crate) rows: Option<Arc<dyn Rows>>,
    pub(crate) source: Arc<str>,
    pub(crate) tape: Tape,
    pub(crate) origin: Origin,
    /// What the typed invoice said about its file, if the document was made from one.
    pub(crate) made_from: Option<Source>,
    pub(crate) index: OnceLock<Vec<Vec<u32>>>,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("origin", &self.origin).field("nodes", &self.tape.nodes.len()).finish()
    }
}

/// A group, term, sub-term or constant of a document, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

/// How a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Standing {
    /// A value of the invoice.
    Value,
    /// An element without text: there, but no value.
    Empty,
    /// A text that only fills a place the schema demands, such as `NA`.
    Placeholder,
    /// A second home of its term, which counts if the first is empty.
    Second,
    /// Written by the syntax (a scheme constant, a date format), or taken out of the invoice.
    Fixed,
}

impl Document {
    pub(crate) fn new(
        terms: Arc<Terms>,
        rows: Option<Arc<dyn Rows>>,
        source: Arc<str>,
        tape: Tape,
        origin: Origin,
    ) -> Document {
        Document { terms, rows, source, tape, origin, made_from: None, index: OnceLock::new() }
    }

    /// The terms that this document speaks in: those of the standard, and extensions.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The syntax and kind of document that it was read from.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The file that it goes back to.
    pub(super) fn source(&self) -> Option<Source> {
        self.made_from.clone().or_else(|| self.rows.as_ref().map(|rows| rows.source()))
    }

    /// All nodes, in document order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.tape.nodes.len() as u32).map(NodeId)
    }

    /// All nodes of a term or group below a node, or in the whole document, in document order: two binary searches.
    pub fn within(&self, below: Option<NodeId>, term: TermId) -> &[NodeIdRaw] {
        let all = self.by_name().get(term.index()).map_or(&[][..], Vec::as_slice);
        let (from, to) = match below {
            None => (0, self.tape.nodes.len() as u32),
            Some(node) => (node.0 + 1, self.tape.end(node.0 as usize) as u32),
        };
        &all[all.partition_point(|&at| at < from)..all.partition_point(|&at| at < to)]
    }

    fn by_name(&self) -> &[Vec<NodeIdRaw>] {
        self.index.get_or_init(|| {
            let mut index = vec![Vec::new(); self.terms.len()];
            for (at, node) in self.tape.nodes.iter().enumerate() {
                if let Some(term) = node.term() {
                    index[term.index()].push(at as u32);
                }
            }
            index
        })
    }

    /// The innermost group around a node, in the file; `None` at the level of the document. Call again to climb.
    pub fn up(&self, node: NodeId) -> Option<NodeId> {
        let nodes = &self.tape.nodes[..node.0 as usize];
        let around = |(at, group): &(usize, &Node)| group.is_group() && group.extent > node.0 && *at < node.0 as usize;
        nodes.iter().enumerate().rev().find(around).map(|(at, _)| NodeId(at as u32))
    }

    /// The term or group of a node; `None` for a constant without one.
    pub fn term(&self, node: NodeId) -> Option<&Term> {
        self.node(node).term().map(|term| self.terms.get(term))
    }

    /// The id of the term or group of a node.
    pub fn term_id(&self, node: NodeId) -> Option<TermId> {
        self.node(node).term()
    }

    /// True for a group.
    pub fn is_group(&self, node: NodeId) -> bool {
        self.node(node).is_group()
    }

    /// True for what belongs to the term before it: a scheme, a MIME code, a file name.
    pub fn is_sub_term(&self, node: NodeId) -> bool {
        self.node(node).is(Flags::SUB)
    }

    /// How a value counts.
    pub fn standing(&self, node: NodeId) -> Standing {
        let node = self.node(node);
        match () {
            () if node.is(Flags::FIXED.with(Flags::OUT)) => Standing::Fixed,
            () if node.is(Flags::EMPTY) => Standing::Empty,
            () if node.is(Flags::PLACEHOLDER) => Standing::Placeholder,
            () if node.is(Flags::ALSO) => Standing::Second,
            () => Standing::Value,
        }
    }

    /// The text as it stands in the file, references resolved, nothing trimmed. Empty for a group.
    pub fn raw(&self, node: NodeId) -> Cow<'_, str> {
        if self.is_group(node) { Cow::Borrowed("") } else { xml::unescape(self.escaped(node)) }
    }

    /// The text in the spelling of the model: dates as YYYY-MM-DD, codes of the standard's lists. What cannot be
    /// decoded stands as in the file.
    pub fn text(&self, node: NodeId) -> Cow<'_, str> {
        let raw = self.raw(node);
        let entry = self.node(node);
        match &self.rows {
            Some(rows) if entry.row != Node::NO_ROW && !entry.is(Flags::DECODED) && !rows.is_plain(entry.row) => {
                match rows.decode(entry.row, &raw) {
                    Some(decoded) => Cow::Owned(decoded.into_owned()),
                    None => raw,
                }
            }
            _ => raw,
        }
    }

    /// Where a node stands. Costs a pass over the source: ask for what is shown, not for everything.
    pub fn place(&self, node: NodeId) -> Place {
        xml::locate(&self.source, &[self.offset(node)]).into_iter().next().unwrap_or_default()
    }

    /// Offset of a node in the source; of the node before it, if its text is not in the source.
    pub(crate) fn offset(&self, node: NodeId) -> usize {
        offset(&self.tape, node.0 as usize)
    }

    pub(crate) fn escaped(&self, node: NodeId) -> &str {
        self.tape.raw(&self.source, self.node(node))
    }

    pub(crate) fn node(&self, node: NodeId) -> &Node {
        &self.tape.nodes[node.0 as usize]
    }
}

/// Position of a node, as [`Document::within`] lists them.
pub type NodeIdRaw = u32;

/// Offset of a node in its source; of the nearest node before it that stands there, if it does not.
pub(crate) fn offset(tape: &Tape, at: usize) -> usize {
    let before = tape.nodes.iter().take(at + 1).rev();
    before.into_iter().find_map(|node| tape.source_of(node)).unwrap_or(0)
}
