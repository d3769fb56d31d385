//! A mapping table compiled for one kind of document: rows for the writer, a tree of states for the reader.

mod mask;

use std::sync::Arc;

use super::notation::{Choose, Condition, Filler, Fixed, Home, Lost, Operand, Piece, Spelling, Spot, When};
use super::structure::{Attribute, Datatype};
use crate::model::{Flags, Node};
use crate::term::TermId;

pub(crate) use mask::Mask;

/// Which element repeats with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Once.
    No,
    /// One element for each group of this name; a scope of its own.
    Group(TermId),
    /// One element for each occurrence of this term.
    Term(TermId),
    /// One element for each element of the same row that was read.
    Bundle,
}

/// Where a term is looked for: 0 is the document, others are repeated groups and bundles.
pub(crate) type ScopeId = u16;

/// Scope of a term that no row of this table writes.
pub(crate) const NOWHERE: ScopeId = u16::MAX;

/// No row, no state, no choice.
pub(crate) const NONE: u16 = u16::MAX;

/// What the schema wants: the rows that fill a place, as bits by position, and the name of the place.
pub(crate) type Demands = Box<[(u64, Box<str>)]>;

/// Rows with `first`, and the terms that open the block of each.
pub(crate) type Firsts = Box<[(u16, Mask)]>;

/// A row, ready to write and to name.
#[derive(Debug)]
pub(crate) struct PlanRow {
    pub(crate) spot: Spot,
    pub(crate) name: Box<str>,
    pub(crate) parent: u16,
    pub(crate) attribute: bool,
    /// The row has a `*`, or is a bundle.
    pub(crate) starred: bool,
    pub(crate) repeat: Repeat,
    pub(crate) once: bool,
    pub(crate) forced: bool,
    /// Scope that its terms are looked for in, if the row repeats with a group or bundle.
    pub(crate) scope: ScopeId,
    pub(crate) group: Option<TermId>,
    pub(crate) term: Option<TermId>,
    /// Its term belongs to another term (scheme, MIME code).
    pub(crate) owner: Option<TermId>,
    pub(crate) home: Home,
    pub(crate) first: bool,
    pub(crate) spelling: Spelling<TermId>,
    pub(crate) choose: Option<Choose<TermId>>,
    pub(crate) filler: Option<Filler<TermId>>,
    pub(crate) filler_where: Option<Condition<TermId>>,
    /// Of several values, one beside this group counts.
    pub(crate) prefer: Option<TermId>,
    pub(crate) fixed: Option<Fixed<TermId>>,
    pub(crate) when: Option<When<TermId>>,
    pub(crate) lost: Option<Lost<TermId>>,
    /// `\n  <cbc:ID` or ` schemeID="`.
    pub(crate) open: Box<[u8]>,
    /// `</cbc:ID>`
    pub(crate) close: Box<[u8]>,
    /// Line break and indent before the end tag of a block.
    pub(crate) indent: Box<[u8]>,
    pub(crate) attributes: Box<[u16]>,
    pub(crate) elements: Box<[u16]>,
    /// Holds text rather than elements.
    pub(crate) leaf: bool,
    pub(crate) datatype: Option<Datatype>,
    /// What the schema says about an attribute.
    pub(crate) facets: Option<Attribute>,
    /// Most elements of this name that the schema allows in one parent, per edition.
    pub(crate) max: [Option<u32>; 2],
    /// Children that the schema wants, per edition: bits of `elements` that fill the place, and the name.
    pub(crate) required: [Demands; 2],
    /// Attributes that the schema wants: position in `attributes`.
    pub(crate) required_attributes: Demands,
    /// Terms that open it, wherever they are looked for.
    pub(crate) opens: Mask,
    /// Nothing below it depends on a term: written with its parent.
    pub(crate) constant: bool,
    /// Holds a row with `or once`, whose terms are looked for only when it is tried.
    pub(crate) tries: bool,
    /// Rows with `first` inside a repeated row, and the terms that open the block of each.
    pub(crate) firsts: Firsts,
}

impl PlanRow {
    /// The element or attribute of this row is a value: of a term, fixed, or asked about.
    pub(crate) fn is_value(&self) -> bool {
        self.term.is_some() || self.fixed.is_some() || self.when.is_some()
    }

    /// Name and flags of the node that holds its value.
    pub(crate) fn node(&self) -> (u16, Flags) {
        let Some(term) = self.term else { return (Node::CONSTANT, Flags::FIXED) };
        let sub = if self.owner.is_some() { Flags::SUB } else { Flags::default() };
        // A scheme in an odd place is the scheme all the same: it goes with its identifier.
        let second = self.home != Home::Main && self.owner.is_none();
        let also = if second { Flags::ALSO } else { Flags::default() };
        (term.index() as u16, Flags::TERM.with(sub).with(also))
    }

    /// Name of the node of its element, if it is a group or a bundle.
    pub(crate) fn group_name(&self) -> Option<u16> {
        match self.repeat {
            Repeat::Bundle => Some(Node::BUNDLE),
            _ => self.group.map(|group| group.index() as u16),
        }
    }

    /// The text that is written for a constant, if it is one text.
    pub(crate) fn constant_operand(&self) -> Option<&Operand<TermId>> {
        match (&self.fixed, &self.when) {
            (Some(fixed), _) => fixed.values.first(),
            (None, Some(when)) => when.write.as_ref(),
            _ => None,
        }
    }

    /// Pieces of a text of several terms, by alternative.
    pub(crate) fn pattern(&self) -> Option<&[Vec<Piece<TermId>>]> {
        match &self.spelling {
            Spelling::Pattern(alternatives) => Some(alternatives),
            _ => None,
        }
    }
}

/// What the writer does with a row before it looks at the row itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Never written.
    Skip,
    /// An element or attribute with the value of one term of its scope.
    Leaf,
    /// The same text always: the tag in `open` holds it, too.
    Constant,
    /// The value of a term of the document, repeated.
    Repeated,
    /// An element with others inside, for the document, a group or a term that is there once at most.
    Block,
    /// Looked at only if a term that opens it is present.
    IfPresent,
    /// Always looked at.
    Always,
}

/// How a row spells its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelled {
    /// As the model does.
    Plain,
    /// A date as the model has it.
    Iso,
    /// A date without hyphens.
    Date102,
    /// By codes, or as a text of several terms.
    Other,
}

/// The part of a row that every line of an invoice needs: small, so that a table stays in the cache.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hot {
    pub(crate) way: Way,
    pub(crate) spelled: Spelled,
    /// Texts are kept as they stand, other values without blanks around.
    pub(crate) verbatim: bool,
    /// The terms that open it all belong to the innermost scope around it.
    pub(crate) inner: bool,
    /// The schema says more about an attribute than that it is a text.
    pub(crate) strict: bool,
    /// Attributes that the schema wants, by position.
    pub(crate) wanted: u8,
    /// A trip within the syntax keeps its value, another one replaces it.
    pub(crate) keeps: bool,
    /// The schema wants elements inside.
    pub(crate) demands: bool,
    /// Written even without a value inside: constant, or the syntax wants it.
    pub(crate) kept: bool,
    /// Checked on every write; `None` where any text of an XML file will do.
    pub(crate) datatype: Option<Datatype>,
    /// The term of a leaf; of a block, the group or term that it may have once.
    pub(crate) term: u16,
    /// Words of the mask that hold anything.
    pub(crate) words: (u8, u8),
    /// Start tag and end tag in the plan's bytes.
    pub(crate) open: (u32, u32),
    pub(crate) close: (u32, u32),
    /// Rows of the elements and of the attributes inside, in the plan's list.
    pub(crate) elements: (u32, u32),
    pub(crate) attributes: (u32, u32),
}

/// An element name in a state, and the state behind it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge {
    /// Canonical qualified name: where it starts in the plan's names, and its length.
    pub(crate) name: (u32, u8),
    /// Where the local part starts in the name.
    pub(crate) local: u8,
    pub(crate) space: u8,
    pub(crate) state: u16,
}

/// What the reader does at an element of a state before it looks at the state itself; small, so that all stay in the
/// cache.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HotState {
    /// Row of its node; inside a choice, the state.
    pub(crate) row: u16,
    pub(crate) name: u16,
    pub(crate) flags: Flags,
    pub(crate) duties: Duties,
    pub(crate) edges: (u16, u16),
}

/// What there is to do at an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Duties(u16);

impl Duties {
    /// A node for a group.
    pub(crate) const GROUP: Duties = Duties(1);
    /// A node for a value.
    pub(crate) const VALUE: Duties = Duties(1 << 1);
    /// Its text counts.
    pub(crate) const TEXT: Duties = Duties(1 << 2);
    /// Its value is compared with something, or others with it.
    pub(crate) const COMPARE: Duties = Duties(1 << 3);
    /// More at its end than closing its own node.
    pub(crate) const AT_END: Duties = Duties(1 << 4);
    /// Its children weigh something else than usual.
    pub(crate) const WEIGHT: Duties = Duties(1 << 5);
    /// The syntax wants it, so that nothing is told if it is empty.
    pub(crate) const MAY_BE_EMPTY: Duties = Duties(1 << 6);

    #[inline]
    pub(crate) fn has(self, other: Duties) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn when(self, condition: bool, other: Duties) -> Duties {
        if condition { Duties(self.0 | other.0) } else { self }
    }
}

/// An element or attribute that the reader knows.
#[derive(Debug)]
pub(crate) struct State {
    /// The row; inside a choice, [`NONE`] and `alternatives` counts.
    pub(crate) row: u16,
    /// Row of each alternative of the choice around, if inside one.
    pub(crate) alternatives: Box<[u16]>,
    pub(crate) edges: (u32, u32),
    pub(crate) attributes: (u32, u32),
    /// Name of its node in the tape if it is a group or bundle outside a choice.
    pub(crate) group: Option<u16>,
    /// Some alternative is a group.
    pub(crate) opens_group: bool,
    /// It has a text that counts.
    pub(crate) leaf: bool,
    pub(crate) pattern: bool,
    /// The row that says it is lost, if none takes it.
    pub(crate) lost: u16,
    /// Which choice ends with this element.
    pub(crate) choice: u16,
    /// When it ends, nodes behind a node of this term belong to that term.
    pub(crate) owner: Option<TermId>,
    /// Name and flags of its value's node, outside a choice.
    pub(crate) name: u16,
    pub(crate) flags: Flags,
    /// Its value must be compared with something.
    pub(crate) checks: bool,
    /// Rows with a placeholder directly below.
    pub(crate) fillers: Box<[u16]>,
    /// A repeated group: where conditions on terms end.
    pub(crate) anchor: bool,
    /// Written even when empty.
    pub(crate) forced: bool,
}

/// One of several rows with the same element name.
#[derive(Debug)]
pub(crate) struct Alternative {
    pub(crate) when: Option<When<TermId>>,
    /// State of the element or attribute that decides.
    pub(crate) at: u16,
    /// State of the value whose attribute decides.
    pub(crate) qualified: u16,
    /// Row with `prefer`, and the group that it asks for.
    pub(crate) prefers: Option<(u16, TermId)>,
}

/// Rows with the same element name, told apart by what stands inside.
#[derive(Debug)]
pub(crate) struct ChoiceOf {
    pub(crate) alternatives: Vec<Alternative>,
    /// Asks for a term that may stand further on.
    pub(crate) deferred: bool,
}

/// Everything that reading and writing one kind of document needs.
#[derive(Debug)]
pub(crate) struct Plan {
    /// `cii`, `ubl`.
    pub(crate) syntax: Arc<str>,
    /// Canonical name of the root element.
    pub(crate) root: Box<str>,
    /// No invoice is written with it.
    pub(crate) read_only: bool,
    pub(crate) rows: Vec<PlanRow>,
    /// The same rows, the parts that are needed most.
    pub(crate) hot: Vec<Hot>,
    /// Tags that [`Hot`] points at.
    pub(crate) bytes: Vec<u8>,
    /// Rows that [`Hot`] points at.
    pub(crate) children: Vec<u16>,
    /// Terms that open each row.
    pub(crate) opens: Vec<Mask>,
    /// Row of the root element (its name is written by `header`).
    pub(crate) top: u16,
    /// XML declaration and root start tag.
    pub(crate) header: Box<[u8]>,
    pub(crate) states: Vec<State>,
    /// The same states, the parts that are needed most.
    pub(crate) hot_states: Vec<HotState>,
    pub(crate) start: u16,
    pub(crate) edges: Vec<Edge>,
    /// Names that the edges point at.
    pub(crate) names: String,
    /// Attribute edges, in no namespace.
    pub(crate) attribute_edges: Vec<(Box<str>, u16)>,
    pub(crate) choices: Vec<ChoiceOf>,
    /// Attributes known on elements that have a row, with their grade.
    pub(crate) any: Vec<(String, super::notation::Grade)>,
    /// Attributes known on all elements.
    pub(crate) everywhere: Vec<(String, super::notation::Grade)>,
    pub(crate) vocabulary: &'static crate::xml::Vocabulary,
    /// Scope of each term.
    pub(crate) homes: Vec<ScopeId>,
    /// Scope of each group that repeats.
    pub(crate) anchors: Vec<ScopeId>,
    /// Row of each scope (0: the root).
    pub(crate) scopes: Vec<u16>,
    /// Terms whose home is a scope or one inside it.
    pub(crate) within: Vec<Mask>,
    /// Terms that stand inside the element of a group, by group.
    pub(crate) inside: Vec<Mask>,
    /// Mean bytes of tags around a value, to guess the size of an output.
    pub(crate) tag_bytes: usize,
}

impl Plan {
    /// The row that says by a code what a term is: one that keeps the code of the source, in the element around the term.
    pub(crate) fn code_beside(&self, term: TermId) -> Option<u16> {
        let own = self.rows.iter().position(|row| row.term == Some(term))? as u16;
        let mut around = self.rows.iter().find(|row| row.elements.contains(&own))?.elements.to_vec();
        while let Some(id) = around.pop() {
            let row = &self.rows[usize::from(id)];
            if row.when.as_ref().is_some_and(|when| when.keep) {
                return Some(id);
            }
            around.extend(&row.elements);
        }
        None
    }

    /// Name of the root element without its prefix.
    pub(crate) fn root_name(&self) -> &str {
        self.root.rsplit(':').next().unwrap_or_default()
    }

    /// The name of an edge.
    #[inline]
    pub(crate) fn edge_name(&self, edge: &Edge) -> &[u8] {
        let (start, length) = edge.name;
        &self.names.as_bytes()[start as usize..start as usize + usize::from(length)]
    }
}
