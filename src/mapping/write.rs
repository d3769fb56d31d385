//! From the tape to a document: the rows of a plan, in order, each writing what its scope holds. A block is written
//! tentatively and taken back if no term in it had a value; every value written is ticked off.

mod conditions;
mod element;
mod fillers;
mod groups;
mod outer;
mod pattern;
mod quick;
mod scopes;
mod values;

use std::ops::Range;

use super::plan::{Hot, Plan, PlanRow, Repeat, Way};
use super::scope::{Scope, leaks};
use super::structure::Edition;
use crate::finding::AtMost;
use crate::model::{Node, Tape};
use crate::term::Terms;
use outer::Outer;

/// What is written.
#[derive(Clone, Copy)]
pub(crate) struct Source<'d> {
    pub(crate) text: &'d str,
    pub(crate) tape: &'d Tape,
    /// The table that the document was read by, if it came from a file.
    pub(crate) plan: Option<&'d Plan>,
}

/// What the target decides of the writing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner<'d> {
    pub(crate) edition: Edition,
    /// Codes that stand beside a term after a change of syntax, where they are not those of the table: term, code.
    pub(crate) codes: &'d [(String, String)],
    /// How many events, and how many breaches, are told.
    pub(crate) most: usize,
    /// Bytes that the output may have.
    pub(crate) most_bytes: u64,
}

/// Something the report tells about a value that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) row: u16,
    pub(crate) kind: EventKind,
    /// Node that it concerns, if any; of a value that is not there, the repeated group that is being written.
    pub(crate) node: Option<u32>,
    pub(crate) value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventKind {
    /// `else NA`
    Placeholder,
    /// `state 1`
    Statement,
    /// `else sum …`, `else A + B`
    Derived,
    /// Several values in one.
    Joined,
    Summed,
    /// Blanks around a code, date or number.
    Trimmed,
    /// The time behind a date, or a format with more than the day: the rest is lost.
    DateCut,
    /// The zone of a date.
    ZoneCut,
    /// No day of the calendar, so it cannot be spelled in another syntax.
    NoDate,
    /// A code that the syntax spells otherwise and does not know.
    CodeUnknown,
    /// The text reads back as something else.
    Ambiguous,
}

/// A place where the output would break its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Breach {
    pub(crate) row: u16,
    /// Node that it concerns; of what is missing, the repeated group that is being written.
    pub(crate) node: Option<u32>,
    pub(crate) what: BreachKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BreachKind {
    /// A required child or attribute of this name.
    Missing(String),
    /// A value that is not of the datatype.
    Type(String),
}

/// What writing gives.
pub(crate) struct Writing {
    pub(crate) bytes: Vec<u8>,
    /// The output would be larger than it may be: the bytes are not all.
    pub(crate) is_full: bool,
    /// One bit for each node whose value is in the output.
    pub(crate) taken: Vec<u64>,
    pub(crate) events: AtMost<Event>,
    pub(crate) breaches: AtMost<Breach>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Nothing,
    /// Something stands there, but no value of the invoice.
    Filler,
    Value,
}

struct Writer<'d> {
    source: Source<'d>,
    plan: &'d Plan,
    terms: &'d Terms,
    edition: usize,
    same_syntax: bool,
    /// Rows that write another code than the table says.
    codes: Vec<(u16, &'d str)>,
    leaks: Vec<bool>,
    scopes: Vec<Scope>,
    depth: usize,
    /// Instance of the repeated group that is being written, per scope in use.
    instances: Vec<usize>,
    /// Rows with `first`, and the instance that has each.
    firsts: Vec<(u16, usize)>,
    /// Values that many elements repeat, by term.
    repeats: Vec<(u16, Option<&'d str>)>,
    /// Different values of terms that stand once in an invoice and in each of several elements.
    outer: Outer<'d>,
    last_taken: usize,
    /// Nodes that were brought into the cache.
    fetched: Range<usize>,
    out: Vec<u8>,
    most_bytes: usize,
    is_full: bool,
    taken: Vec<u64>,
    events: AtMost<Event>,
    breaches: AtMost<Breach>,
}

/// Deepest nesting of repeated groups in a table.
const SCOPES: usize = 8;

/// Writes a document by a plan, into the memory of `room`.
pub(crate) fn write(source: Source<'_>, plan: &Plan, terms: &Terms, manner: Manner<'_>, mut room: Vec<u8>) -> Writing {
    let nodes = source.tape.nodes.len();
    let values: usize = source.text.len().min(nodes * 48);
    let most_bytes = usize::try_from(manner.most_bytes).unwrap_or(usize::MAX);
    room.clear();
    room.reserve_exact((4096 + nodes * plan.tag_bytes + values / 2 + source.tape.side.len()).min(most_bytes));
    let mut writer = Writer {
        source,
        plan,
        terms,
        edition: usize::from(manner.edition == Edition::D22B),
        same_syntax: source.plan.is_some_and(|other| other.syntax == plan.syntax),
        codes: codes(plan, terms, manner.codes),
        leaks: leaks(plan, source.plan, terms),
        scopes: Vec::with_capacity(SCOPES),
        depth: 0,
        instances: Vec::with_capacity(SCOPES),
        firsts: Vec::with_capacity(SCOPES),
        repeats: Vec::with_capacity(4),
        outer: Outer::default(),
        last_taken: 0,
        fetched: 0..0,
        out: room,
        most_bytes,
        is_full: false,
        taken: vec![0; nodes / 64 + 1],
        events: AtMost::new(manner.most),
        breaches: AtMost::new(manner.most),
    };
    writer.document();
    let is_full = writer.is_full();
    Writing { bytes: writer.out, is_full, taken: writer.taken, events: writer.events, breaches: writer.breaches }
}

/// The row beside each of the terms that writes a code for it.
fn codes<'d>(plan: &Plan, terms: &Terms, codes: &'d [(String, String)]) -> Vec<(u16, &'d str)> {
    let row = |id: &str| plan.code_beside(terms.find(id)?);
    codes.iter().filter_map(|(id, code)| Some((row(id)?, code.as_str()))).collect()
}

impl<'d> Writer<'d> {
    fn document(&mut self) {
        let plan = self.plan;
        self.enter(0, (0, self.source.tape.nodes.len()), 0);
        self.out.extend_from_slice(&plan.header);
        self.out.push(b'>');
        let top = &plan.rows[plan.top as usize];
        let (_, bits) = self.children(plan.top);
        self.demand(plan.top, &top.required[self.edition], bits);
        self.out.extend_from_slice(b"\n</");
        let (prefix, local) = plan.root.split_once(':').unwrap_or(("", &plan.root));
        let name = if super::compile::is_unprefixed(prefix) { local } else { &plan.root };
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b">\n");
        self.leave();
    }

    fn children(&mut self, id: u16) -> (Done, u64) {
        let plan = self.plan;
        let (from, to) = plan.hot[id as usize].elements;
        let mut done = Done::Nothing;
        let mut bits = 0u64;
        for (at, &child) in plan.children[from as usize..to as usize].iter().enumerate() {
            let one = self.row(child);
            if one != Done::Nothing {
                bits |= 1 << at.min(63);
                done = strongest(done, one);
            }
        }
        (done, bits)
    }

    #[inline]
    fn row(&mut self, id: u16) -> Done {
        let hot = &self.plan.hot[id as usize];
        match hot.way {
            Way::Skip => Done::Nothing,
            Way::Leaf => self.plain_leaf(id, hot),
            Way::Constant => {
                let (from, to) = hot.open;
                self.out.extend_from_slice(&self.plan.bytes[from as usize..to as usize]);
                Done::Filler
            }
            Way::Block => self.plain_block(id, hot),
            Way::IfPresent if !self.may_open(id, hot) => Done::Nothing,
            _ => self.any_row(id),
        }
    }

    fn any_row(&mut self, id: u16) -> Done {
        let row = &self.plan.rows[id as usize];
        match row.repeat {
            Repeat::No => self.single(id, row),
            Repeat::Term(term) => self.per_occurrence(id, row, term),
            Repeat::Group(group) => self.per_group(id, row, group.index() as u16, self.scope().slot(group.index())),
            Repeat::Bundle => self.per_group(id, row, Node::BUNDLE, self.scope().bundles()),
        }
    }

    fn single(&mut self, id: u16, row: &PlanRow) -> Done {
        if row.leaf {
            return self.leaf(id, row);
        }
        match row.group.map(|group| (group, self.scope().slot(group.index()))) {
            Some((_, slot)) if slot.count > 1 => self.first_of_several(id, slot),
            _ => self.block(id),
        }
    }

    fn block(&mut self, id: u16) -> Done {
        let hot = &self.plan.hot[usize::from(id)];
        let (mark, events, breaches) = (self.out.len(), self.events.len(), self.breaches.len());
        self.push_tag(hot.open);
        let inner = self.out.len();
        self.out.push(b'>');
        let (mut done, bits) = self.children(id);
        if done != Done::Value && !hot.kept {
            self.out.truncate(mark);
            self.events.truncate(events);
            self.breaches.truncate(breaches);
            return Done::Nothing;
        }
        if bits == 0 {
            self.out.truncate(inner);
            self.out.extend_from_slice(b"/>");
            done = Done::Filler;
        } else {
            self.push_tag(hot.close);
        }
        if hot.demands {
            self.demand(id, &self.plan.rows[usize::from(id)].required[self.edition], bits);
        }
        done
    }

    /// The element of a group or term that its scope has at most once.
    #[inline]
    fn plain_block(&mut self, id: u16, hot: &Hot) -> Done {
        let several = hot.term != u16::MAX && self.scope().slot(usize::from(hot.term)).count > 1;
        if !hot.kept && !self.may_open(id, hot) {
            return Done::Nothing;
        }
        if several { self.any_row(id) } else { self.block(id) }
    }

    fn leaf(&mut self, id: u16, row: &PlanRow) -> Done {
        if row.pattern().is_some() {
            return self.pattern(id, row);
        }
        match row.term {
            None => self.constant(id, row),
            Some(term) => self.value_row(id, row, term),
        }
    }
}

fn strongest(left: Done, right: Done) -> Done {
    match (left, right) {
        (Done::Value, _) | (_, Done::Value) => Done::Value,
        (Done::Filler, _) | (_, Done::Filler) => Done::Filler,
        _ => Done::Nothing,
    }
}
