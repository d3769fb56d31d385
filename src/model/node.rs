//! The tape: what was read, flat, in document order.

use super::lines::Lines;
use crate::term::{TermId, Terms};

/// Sixteen bytes for a group, a term, a sub-term or a constant.
///
/// Text is kept in the escaped form of XML element content, as a slice of the source or of the side buffer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    /// The term or group; [`Node::CONSTANT`] or [`Node::BUNDLE`] where the standard has no name for it.
    pub(crate) name: u16,
    /// The row of the source's table that took it: spelling and path.
    pub(crate) row: u16,
    /// What it is and what became of it.
    pub(crate) flags: Flags,
    /// Terms: how many nodes behind this one belong to it (attributes, scheme, constants).
    pub(crate) span: u16,
    /// Terms: start of the text. Groups: offset of the element.
    pub(crate) start: u32,
    /// Terms: length of the text. Groups: index behind the last node inside.
    pub(crate) extent: u32,
}

impl Node {
    /// Name of a constant without a business term (`@format`, tax scheme).
    pub(crate) const CONSTANT: u16 = u16::MAX;
    /// Name of an element that holds terms together without being a group of the standard.
    pub(crate) const BUNDLE: u16 = u16::MAX - 1;
    /// Row of a node that no table row took (set from outside, from JSON, from code).
    pub(crate) const NO_ROW: u16 = u16::MAX;

    #[inline]
    pub(crate) fn is(&self, flags: Flags) -> bool {
        self.flags.0 & flags.0 != 0
    }

    #[inline]
    pub(crate) fn is_group(&self) -> bool {
        self.is(Flags::GROUP)
    }

    /// The term, if the standard or an extension names it.
    pub(crate) fn term(&self) -> Option<TermId> {
        (self.name < Node::BUNDLE).then(|| TermId::from_index(self.name))
    }

    /// A value that counts and is no part of another.
    #[inline]
    pub(crate) fn is_own_value(&self) -> bool {
        self.flags.0 & (Flags::TERM.0 | Flags::SUB.0 | Flags::NOT_COUNTED.0) == Flags::TERM.0
    }

    /// A value that counts: a term with a text that is no placeholder and was not taken out.
    #[inline]
    pub(crate) fn is_value(&self) -> bool {
        self.flags.0 & (Flags::TERM.0 | Flags::NOT_COUNTED.0) == Flags::TERM.0
    }
}

/// Bits of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Flags(pub(crate) u16);

impl Flags {
    pub(crate) const GROUP: Flags = Flags(1);
    pub(crate) const TERM: Flags = Flags(1 << 1);
    /// Written by the syntax, not by the invoice.
    pub(crate) const FIXED: Flags = Flags(1 << 2);
    /// Belongs to the term before it.
    pub(crate) const SUB: Flags = Flags(1 << 3);
    /// The text stands in the side buffer.
    pub(crate) const SIDE: Flags = Flags(1 << 4);
    /// Nothing but white space.
    pub(crate) const EMPTY: Flags = Flags(1 << 5);
    /// A value that only fills a place the schema demands (`NA`).
    pub(crate) const PLACEHOLDER: Flags = Flags(1 << 6);
    /// From the second home of its term.
    pub(crate) const ALSO: Flags = Flags(1 << 7);
    /// Taken out (no place in its syntax, or dropped by `normalise`); reported where that was decided.
    pub(crate) const OUT: Flags = Flags(1 << 8);
    /// The row is a state of the reader until its element ends.
    pub(crate) const PENDING: Flags = Flags(1 << 9);
    /// Set by `normalise`, not read.
    pub(crate) const SUPPLIED: Flags = Flags(1 << 10);
    /// Already in the spelling of the model, whatever the row says.
    pub(crate) const DECODED: Flags = Flags(1 << 11);

    pub(crate) const NOT_COUNTED: Flags = Flags(Self::EMPTY.0 | Self::PLACEHOLDER.0 | Self::OUT.0);

    pub(crate) fn set(&mut self, other: Flags) {
        self.0 |= other.0;
    }

    pub(crate) fn clear(&mut self, other: Flags) {
        self.0 &= !other.0;
    }

    pub(crate) const fn with(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

/// The nodes of a document and the texts that are not in its source.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tape {
    pub(crate) nodes: Vec<Node>,
    /// Texts that differ from the source: CDATA, split or CRLF texts, decoded or supplied values; escaped.
    pub(crate) side: String,
    /// Where in the source the texts of the side buffer come from, in the order of that buffer.
    pieces: Vec<Piece>,
    /// Name of the group of an invoice line, if it is to be known where the lines stand.
    line: Option<u16>,
    lines: Lines,
}

/// A text of the side buffer, and where the source has it.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: u32,
    to: u32,
    at: u32,
}

/// The group of an invoice line.
const LINE: &str = "BG-25";

/// Bytes of a document for each node, where its tags are short.
const BYTES: usize = 20;

impl Tape {
    /// An empty tape in the memory of these nodes, which takes note of the invoice lines.
    pub(crate) fn of(mut nodes: Vec<Node>, terms: &Terms) -> Tape {
        nodes.clear();
        Tape { nodes, line: terms.find(LINE).map(|line| line.index() as u16), ..Tape::default() }
    }

    /// Takes room for a document of this many bytes, so that reading never allocates again.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.nodes.reserve_exact(bytes / BYTES + 64);
    }

    /// The group at this node is read.
    #[inline]
    pub(crate) fn end_group(&mut self, at: usize) {
        if Some(self.nodes[at].name) == self.line {
            self.lines.add(at, &self.nodes);
        }
    }

    /// Where the invoice lines stand.
    #[inline]
    pub(crate) fn lines(&self) -> &Lines {
        &self.lines
    }

    /// What the line says that has this node may have changed since it was read.
    pub(crate) fn doubt_line_at(&mut self, node: usize) {
        if (self.lines.first..self.lines.behind).contains(&node) {
            self.lines.doubt();
        }
    }

    /// The same for all lines.
    pub(crate) fn doubt_lines(&mut self) {
        self.lines.doubt();
    }

    /// Lines may stand elsewhere from here on.
    pub(crate) fn forget_lines(&mut self) {
        self.lines = Lines::default();
    }

    /// A group or value is no part of the invoice any more; what stands in it remains for itself.
    pub(crate) fn take_out(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        node.flags.set(Flags::OUT);
        if Some(node.name) == self.line {
            self.forget_lines();
        }
    }

    /// Positions of all nodes outside invoice lines; of lines that stand together, the first.
    pub(crate) fn outside_lines(&self, terms: &Terms) -> impl Iterator<Item = usize> + use<'_> {
        let line = terms.find(LINE).map_or(Node::CONSTANT, |line| line.index() as u16);
        let mut next = 0;
        std::iter::from_fn(move || {
            let at = next;
            let node = self.nodes.get(at)?;
            next = match node.is_group() && node.name == line {
                true if self.lines.begin_at(at) => self.lines.behind,
                true => node.extent as usize,
                false => at + 1,
            };
            Some(at)
        })
    }

    /// The text of a node, escaped.
    #[inline]
    pub(crate) fn raw<'t>(&'t self, source: &'t str, node: &Node) -> &'t str {
        let range = node.start as usize..node.start as usize + node.extent as usize;
        let text = if node.is(Flags::SIDE) { &self.side } else { source };
        text.get(range).unwrap_or_default()
    }

    /// Puts an escaped text into the side buffer: its start and length.
    pub(crate) fn aside(&mut self, escaped: &str) -> (u32, u32) {
        let start = self.side.len() as u32;
        self.side.push_str(escaped);
        (start, escaped.len() as u32)
    }

    /// Notes where in the source a text of the side buffer comes from.
    pub(crate) fn note_piece(&mut self, (from, length): (u32, u32), at: u32) {
        let behind = self.pieces.partition_point(|piece| piece.from <= from);
        self.pieces.insert(behind, Piece { from, to: from + length, at });
    }

    /// Where the source has a group or text; `None` for a text that something else put in.
    pub(crate) fn source_of(&self, node: &Node) -> Option<usize> {
        if node.is_group() || !node.is(Flags::SIDE) {
            return Some(node.start as usize);
        }
        let before = self.pieces.partition_point(|piece| piece.from <= node.start);
        let piece = self.pieces[..before].last().filter(|piece| node.start <= piece.to);
        // Texts of JSON have no place at all.
        let nowhere = (node.is(Flags::DECODED) && !node.is(Flags::SUPPLIED)).then_some(0);
        piece.map(|piece| piece.at as usize).or(nowhere)
    }

    /// Index behind the last node that belongs to the node at `index`.
    #[inline]
    pub(crate) fn end(&self, index: usize) -> usize {
        let node = &self.nodes[index];
        if node.is_group() { node.extent as usize } else { index + 1 + node.span as usize }
    }

    /// The first value of a term that does not stand in an invoice line.
    pub(crate) fn first_outside_lines(&self, terms: &Terms, term: TermId) -> Option<usize> {
        let name = term.index() as u16;
        self.outside_lines(terms).find(|&at| self.nodes[at].name == name && self.nodes[at].is_value())
    }

    /// Puts nodes in, all at once, so that many cost no more than a few.
    pub(crate) fn insert(&mut self, mut additions: Vec<Addition>) {
        if additions.is_empty() {
            return;
        }
        additions.sort_by_key(|addition| addition.at);
        // How many nodes stand before each addition, and before the end.
        let mut before = vec![0];
        for addition in &additions {
            before.push(before[before.len() - 1] + addition.nodes.len() as u32);
        }
        let shift = |at: u32| before[additions.partition_point(|addition| addition.at < at as usize)];
        for node in self.nodes.iter_mut().filter(|node| node.is_group()) {
            node.extent += shift(node.extent);
        }
        // At the end of a group, whether a node is its last one or the one behind it must be said.
        for (addition, before) in additions.iter().zip(&before) {
            let inside = addition.inside.and_then(|group| self.nodes.get_mut(group));
            if let Some(group) = inside.filter(|group| group.extent == addition.at as u32 + before) {
                group.extent += addition.nodes.len() as u32;
            }
        }
        let mut nodes = Vec::with_capacity(self.nodes.len() + before[additions.len()] as usize);
        let mut from = 0;
        for (addition, before) in additions.iter().zip(&before) {
            nodes.extend_from_slice(&self.nodes[from..addition.at]);
            from = addition.at;
            let moved = |node: &Node| Node { extent: node.extent + if node.is_group() { *before } else { 0 }, ..*node };
            nodes.extend(addition.nodes.iter().map(moved));
        }
        nodes.extend_from_slice(&self.nodes[from..]);
        self.nodes = nodes;
        if self.lines.count > 0 {
            let first = self.lines.first + shift(self.lines.first as u32 + 1) as usize;
            self.lines = self.lines.again_from(first, &self.nodes);
        }
    }
}

/// Nodes to be put into a tape. All positions are those before anything is put in.
#[derive(Debug, Clone)]
pub(crate) struct Addition {
    /// The node that will stand behind them.
    pub(crate) at: usize,
    /// The nodes; groups among them end where they would if nothing else were put in.
    pub(crate) nodes: Vec<Node>,
    /// The group that they are the first ones of, if it may be empty.
    pub(crate) inside: Option<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(terms: &Terms, id: &str, extent: usize) -> Node {
        let name = terms.find(id).unwrap().index() as u16;
        let flags = if id.starts_with("BG") { Flags::GROUP } else { Flags::TERM };
        Node { name, row: Node::NO_ROW, flags, span: 0, start: 0, extent: extent as u32 }
    }

    /// A number, three lines with a number each, a note behind them.
    fn tape(terms: &Terms) -> Tape {
        let lines = (0..3).flat_map(|line| [node(terms, "BG-25", 2 * line + 3), node(terms, "BT-126", 0)]);
        let nodes = [node(terms, "BT-1", 0)].into_iter().chain(lines).chain([node(terms, "BT-22", 0)]);
        let mut tape = Tape::of(Vec::new(), terms);
        for node in nodes {
            tape.nodes.push(node);
            if let Some(line) = tape.nodes.len().checked_sub(2).filter(|&at| tape.nodes[at].is_group()) {
                tape.end_group(line);
            }
        }
        tape
    }

    #[test]
    fn lines_stay_leapt_over_whatever_is_put_in() {
        let terms = Terms::standard();
        let before = tape(terms).nodes.len();
        for at in 0..=before {
            for inside in [None, Some(1), Some(3), Some(5)] {
                let mut tape = tape(terms);
                tape.insert(vec![Addition { at, nodes: vec![node(terms, "BT-10", 0)], inside }]);
                let leaping: Vec<usize> = tape.outside_lines(terms).collect();
                let plain = Tape { lines: Lines::default(), ..tape.clone() };
                let is_line = |at: &usize| tape.nodes[*at].is_group();
                let (lines, rest): (Vec<usize>, Vec<usize>) = plain.outside_lines(terms).partition(is_line);
                assert_eq!(
                    leaping.iter().copied().filter(|at| !is_line(at)).collect::<Vec<_>>(),
                    rest,
                    "{at} {inside:?}"
                );
                assert_eq!(leaping.iter().find(|at| is_line(at)), lines.first(), "{at} {inside:?}");
            }
        }
    }

    #[test]
    fn nothing_to_put_in_changes_nothing() {
        let terms = Terms::standard();
        let mut tape = tape(terms);
        tape.insert(Vec::new());
        assert_eq!(tape.outside_lines(terms).collect::<Vec<_>>(), [0, 1, 7]);
    }
}
