//! From the tape to a document: the rows of a plan, in order, each writing what its scope holds. A block is written
//! tentatively and taken back if no term in it had a value; every value written is ticked off.

mod quick;

use std::borrow::Cow;

use super::derive;
use super::notation::{Choose, Condition, Filler, Home, Operand};
use super::plan::{Hot, Plan, PlanRow, Repeat, ScopeId, Way};
use super::scope::{Scope, Slot, leaks, next_group};
use super::spell;
use super::structure::Edition;
use crate::model::{Flags, Node, Tape};
use crate::term::{Several, TermId, Terms};
use crate::xml;

/// What is written.
#[derive(Clone, Copy)]
pub(crate) struct Source<'d> {
    pub(crate) text: &'d str,
    pub(crate) tape: &'d Tape,
    /// The table that the document was read by, if it came from a file.
    pub(crate) plan: Option<&'d Plan>,
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
    /// One bit for each node whose value is in the output.
    pub(crate) taken: Vec<u64>,
    pub(crate) events: Vec<Event>,
    pub(crate) breaches: Vec<Breach>,
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
    leaks: Vec<bool>,
    scopes: Vec<Scope>,
    depth: usize,
    /// Instance of the repeated group that is being written, per scope in use.
    instances: Vec<usize>,
    /// Rows with `first`, and the instance that has each.
    firsts: Vec<(u16, usize)>,
    /// Values that many elements repeat, by term.
    repeats: Vec<(u16, Option<&'d str>)>,
    last_taken: usize,
    out: Vec<u8>,
    taken: Vec<u64>,
    events: Vec<Event>,
    breaches: Vec<Breach>,
}

/// Deepest nesting of repeated groups in a table.
const SCOPES: usize = 8;

/// Writes a document by a plan.
pub(crate) fn write(source: Source<'_>, plan: &Plan, terms: &Terms, edition: Edition) -> Writing {
    let nodes = source.tape.nodes.len();
    let values: usize = source.text.len().min(nodes * 48);
    let mut writer = Writer {
        source,
        plan,
        terms,
        edition: usize::from(edition == Edition::D22B),
        same_syntax: source.plan.is_some_and(|other| other.syntax == plan.syntax),
        leaks: leaks(plan, source.plan, terms),
        scopes: Vec::with_capacity(SCOPES),
        depth: 0,
        instances: Vec::with_capacity(SCOPES),
        firsts: Vec::with_capacity(SCOPES),
        repeats: Vec::with_capacity(4),
        last_taken: 0,
        out: Vec::with_capacity(4096 + nodes * plan.tag_bytes + values / 2),
        taken: vec![0; nodes / 64 + 1],
        events: Vec::new(),
        breaches: Vec::new(),
    };
    writer.document();
    Writing { bytes: writer.out, taken: writer.taken, events: writer.events, breaches: writer.breaches }
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

    // --- scopes

    fn enter(&mut self, id: ScopeId, range: (usize, usize), instance: usize) {
        if self.scopes.len() == self.depth {
            self.scopes.push(Scope::with_room(self.terms.len()));
        }
        let (plan, tape) = (self.plan, self.source.tape);
        self.scopes[self.depth].fill(tape, plan, id, range, &self.leaks, self.same_syntax);
        self.depth += 1;
        self.instances.push(instance);
    }

    fn leave(&mut self) {
        self.depth -= 1;
        self.instances.pop();
    }

    #[inline]
    fn scope(&self) -> &Scope {
        &self.scopes[self.depth - 1]
    }

    /// The node of the repeated group that is being written; none in the document itself.
    fn group_in_use(&self) -> Option<u32> {
        let scope = self.scopes[..self.depth].iter().rev().find(|scope| scope.id != 0)?;
        let group = scope.from.checked_sub(1)?;
        self.source.tape.nodes[group].is_group().then_some(group as u32)
    }

    /// The scope in use that a term is looked for in.
    #[inline]
    fn scope_of(&self, term: TermId) -> Option<usize> {
        let home = self.plan.homes[term.index()];
        (0..self.depth).rev().find(|&at| self.scopes[at].id == home)
    }

    fn slot(&self, term: TermId) -> Slot {
        self.scope_of(term).map_or(Slot::default(), |at| self.scopes[at].slot(term.index()))
    }

    #[inline]
    fn may_open(&self, row: u16, hot: &Hot) -> bool {
        let opens = &self.plan.opens[row as usize];
        let scopes = if hot.inner { &self.scopes[self.depth - 1..self.depth] } else { &self.scopes[..self.depth] };
        scopes.iter().rev().any(|scope| scope.present.meets(opens, hot.words))
    }

    // --- rows

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

    /// A group that the row has once and the source several times: the first, and nothing of the others.
    fn first_of_several(&mut self, id: u16, slot: Slot) -> Done {
        let first = slot.first as usize;
        let scope = self.scope().id;
        let range = (first, self.source.tape.end(first));
        self.enter(scope, range, 0);
        // Nothing but the instance itself: its own group node would be counted as several no more.
        let done = self.block(id);
        self.leave();
        done
    }

    fn per_group(&mut self, id: u16, row: &PlanRow, name: u16, slot: Slot) -> Done {
        let (from, to) = (self.scope().from, self.scope().to);
        if slot.count == 0 {
            if !row.once {
                return Done::Nothing;
            }
            return self.instance(id, row, (from, to), 0);
        }
        self.choose_firsts(row, name, slot, to);
        let instances = slot.count.min(row.max[self.edition].unwrap_or(u32::MAX)) as usize;
        let mut done = Done::Nothing;
        let mut from = slot.first as usize;
        for instance in 0..instances {
            // The count tells where to stop: behind the last one may lie the whole document.
            let Some(node) = next_group(self.source.tape, name, from, to) else { break };
            from = self.source.tape.end(node);
            done = strongest(done, self.instance(id, row, (node + 1, from), instance));
        }
        done
    }

    fn instance(&mut self, id: u16, row: &PlanRow, range: (usize, usize), instance: usize) -> Done {
        self.enter(row.scope, range, instance);
        let done = if row.leaf { self.leaf(id, row) } else { self.block(id) };
        self.leave();
        done
    }

    /// Decides for every outer term which instance has it: the first whose block stands open anyway.
    fn choose_firsts(&mut self, row: &PlanRow, name: u16, slot: Slot, to: usize) {
        for (first, own) in &row.firsts {
            self.firsts.retain(|(id, _)| id != first);
            let mut chosen = 0;
            let mut from = slot.first as usize;
            let instances = if own.is_empty() { 0 } else { slot.count as usize };
            for instance in 0..instances {
                let Some(node) = next_group(self.source.tape, name, from, to) else { break };
                from = self.source.tape.end(node);
                let nodes = &self.source.tape.nodes[node + 1..from];
                if nodes.iter().any(|node| node.is_value() && own.contains(usize::from(node.name))) {
                    chosen = instance;
                    break;
                }
            }
            self.firsts.push((*first, chosen));
        }
    }

    /// One element for each occurrence of a term.
    fn per_occurrence(&mut self, id: u16, row: &PlanRow, term: TermId) -> Done {
        let Some(scope) = self.scope_of(term) else { return Done::Nothing };
        let slot = self.scopes[scope].slot(term.index());
        let several = self.same_syntax || self.terms.get(term).repeats();
        if !several && slot.count > 1 {
            // The model has one: which, the row of the term decides.
            let preferred = self.preferred(term, slot, scope);
            self.scopes[scope].set_current(term.index(), preferred);
            return self.single(id, row);
        }
        let to = self.scopes[scope].to;
        let mut done = Done::Nothing;
        let mut from = slot.first as usize;
        for _ in 0..slot.count {
            let Some(node) = self.next_occurrence(term, from, to) else { break };
            self.scopes[scope].set_current(term.index(), node);
            let one = if row.leaf { self.leaf(id, row) } else { self.block(id) };
            done = strongest(done, one);
            from = node + 1;
        }
        // Another term in it may open it.
        if slot.count == 0 {
            done = self.single(id, row);
        }
        done
    }

    fn next_occurrence(&self, term: TermId, from: usize, to: usize) -> Option<usize> {
        let name = term.index() as u16;
        let nodes = &self.source.tape.nodes;
        (from..to).find(|&at| nodes[at].name == name && nodes[at].is_value() && !nodes[at].is(Flags::ALSO))
    }

    /// Of several occurrences where there is room for one: the one with a scheme if the model says so, else the first.
    fn preferred(&self, term: TermId, slot: Slot, scope: usize) -> usize {
        let mut at = Some(slot.first as usize);
        while let Some(node) = at.filter(|_| self.is_schemed(term)) {
            if self.terms.sub_terms(term).iter().any(|&sub| self.sub_node(node, sub).is_some()) {
                return node;
            }
            at = self.next_occurrence(term, node + 1, self.scopes[scope].to);
        }
        slot.first as usize
    }

    fn is_schemed(&self, term: TermId) -> bool {
        self.terms.get(term).several() == Several::Schemed
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

    fn demand(&mut self, row: u16, required: &[(u64, Box<str>)], bits: u64) {
        for (mask, name) in required {
            if bits & mask == 0 {
                let node = self.group_in_use();
                self.breaches.push(Breach { row, node, what: BreachKind::Missing(name.to_string()) });
            }
        }
    }

    // --- values

    fn leaf(&mut self, id: u16, row: &PlanRow) -> Done {
        if row.pattern().is_some() {
            return self.pattern(id, row);
        }
        match row.term {
            None => self.constant(id, row),
            Some(term) => self.value_row(id, row, term),
        }
    }

    fn constant(&mut self, id: u16, row: &PlanRow) -> Done {
        if let Some(kept) = self.kept(id, row) {
            let raw = self.source.tape.raw(self.source.text, &self.source.tape.nodes[kept]);
            return self.element(id, row, Some(kept), raw, Done::Filler);
        }
        match row.constant_operand() {
            Some(Operand::Text(text)) => self.element(id, row, None, text, Done::Filler),
            Some(Operand::Term(term)) => match self.value_of(*term) {
                Some(value) => self.element(id, row, None, value, Done::Filler),
                None => Done::Nothing,
            },
            None => Done::Nothing,
        }
    }

    /// The value of the source in the element of the term just written, where a trip within the syntax keeps it.
    fn kept(&self, id: u16, row: &PlanRow) -> Option<usize> {
        if !self.same_syntax || !row.when.as_ref()?.keep {
            return None;
        }
        let behind = self.source.tape.nodes.iter().enumerate().skip(self.last_taken + 1);
        // The next term or group is another element.
        let mut own = behind.take_while(|(_, node)| !node.is_group() && (!node.is(Flags::TERM) || node.is(Flags::SUB)));
        let is_kept = |node: &Node| node.row == id && node.is(Flags::FIXED) && !node.is(Flags::EMPTY);
        own.find(|(_, node)| is_kept(node)).map(|(at, _)| at)
    }

    /// The text of a term as the file has it, for constants and conditions.
    fn value_of(&self, term: TermId) -> Option<&'d str> {
        let slot = self.slot(term);
        let at = if slot.count > 0 { slot.first } else { slot.also.checked_sub(1)? };
        let tape = self.source.tape;
        Some(xml::trim(tape.raw(self.source.text, &tape.nodes[at as usize])))
    }

    fn value_row(&mut self, id: u16, row: &PlanRow, term: TermId) -> Done {
        let found = match row.home {
            Home::Main => self.main_occurrence(id, row, term),
            Home::Also | Home::Copy => {
                let own = self.own_occurrence(id, term);
                if own.is_none() && row.home == Home::Copy {
                    return self.copy(id, row, term);
                }
                own
            }
        };
        match found {
            Some(node) => self.occurrence(id, row, term, node),
            None => self.filler(id, row),
        }
    }

    fn main_occurrence(&mut self, id: u16, row: &PlanRow, term: TermId) -> Option<usize> {
        if let Some(owner) = row.owner {
            let at = self.slot(owner);
            return (at.count > 0 || at.also > 0).then(|| self.sub_node(at.current as usize, term)).flatten();
        }
        let scope = self.scope_of(term)?;
        let slot = self.scopes[scope].slot(term.index());
        if row.first {
            return self.outer_occurrence(id, term, slot);
        }
        let single = slot.count <= 1;
        let mut at = match slot.count {
            0 => slot.also.checked_sub(1)? as usize,
            1 => slot.current as usize,
            _ if self.is_schemed(term) && !self.repeats_with(row, term) => self.preferred(term, slot, scope),
            _ => slot.current as usize,
        };
        let to = self.scopes[scope].to;
        loop {
            if !self.is_taken(at) && self.fits(row, at) {
                self.scopes[scope].set_current(term.index(), at);
                return Some(at);
            }
            if single || row.choose.is_none() || self.repeats_with(row, term) {
                return None;
            }
            at = self.next_occurrence(term, at + 1, to)?;
        }
    }

    /// The row, or one around it, is written once for each occurrence already.
    fn repeats_with(&self, row: &PlanRow, term: TermId) -> bool {
        let around = self.plan.rows.get(row.parent as usize).map(|row| row.repeat);
        row.repeat == Repeat::Term(term) || around == Some(Repeat::Term(term))
    }

    /// An outer term in a repeated group: in the chosen instance, or, within a syntax, where different values came from.
    fn outer_occurrence(&self, id: u16, term: TermId, slot: Slot) -> Option<usize> {
        let first = slot.first as usize;
        if slot.count == 0 {
            return slot.also.checked_sub(1).map(|at| at as usize).filter(|_| self.is_first(id));
        }
        if slot.count > 1 && self.same_syntax && self.several_values(term, slot) {
            let (mut from, to) = (self.scope().from, self.scope().to);
            while let Some(at) = self.next_occurrence(term, from, to) {
                if !self.is_written(term, at) {
                    return Some(at);
                }
                from = at + 1;
            }
            return None;
        }
        (self.is_first(id) && !self.is_taken(first)).then_some(first)
    }

    /// A value equal to this one stands in the output already.
    fn is_written(&self, term: TermId, at: usize) -> bool {
        let tape = self.source.tape;
        let value = |node: &Node| xml::trim(tape.raw(self.source.text, node));
        let own = value(&tape.nodes[at]);
        let name = term.index() as u16;
        let mut all = tape.nodes.iter().enumerate().filter(|(_, node)| node.name == name && node.is_value());
        all.any(|(other, node)| self.is_taken(other) && value(node) == own)
    }

    fn is_first(&self, id: u16) -> bool {
        let chosen = self.firsts.iter().find(|(row, _)| *row == id).map_or(0, |(_, instance)| *instance);
        self.instances.last() == Some(&chosen)
    }

    fn several_values(&self, term: TermId, slot: Slot) -> bool {
        let tape = self.source.tape;
        let name = term.index() as u16;
        let first = xml::trim(tape.raw(self.source.text, &tape.nodes[slot.first as usize]));
        tape.nodes[slot.first as usize..]
            .iter()
            .any(|node| node.name == name && node.is_value() && xml::trim(tape.raw(self.source.text, node)) != first)
    }

    fn own_occurrence(&self, id: u16, term: TermId) -> Option<usize> {
        if !self.same_syntax {
            return None;
        }
        let scope = &self.scopes[self.scope_of(term)?];
        let from = scope.slot(term.index()).also.checked_sub(1)? as usize;
        let nodes = &self.source.tape.nodes;
        (from..scope.to).find(|&at| nodes[at].row == id && nodes[at].is_value() && !self.is_taken(at))
    }

    /// The second home of a value, written because its block is open.
    fn copy(&mut self, id: u16, row: &PlanRow, term: TermId) -> Done {
        let slot = self.slot(term);
        let at = if slot.count > 0 { Some(slot.first) } else { slot.also.checked_sub(1) };
        let Some(at) = at else { return Done::Nothing };
        let value = self.spelled(row, at as usize);
        self.element(id, row, None, &value, Done::Filler)
    }

    /// The node of a sub-term behind its term.
    fn sub_node(&self, term: usize, sub: TermId) -> Option<usize> {
        let nodes = &self.source.tape.nodes;
        let to = (term + 1 + usize::from(nodes[term].span)).min(nodes.len());
        let name = sub.index() as u16;
        (term + 1..to).find(|&at| nodes[at].name == name && nodes[at].is_value())
    }

    fn fits(&self, row: &PlanRow, at: usize) -> bool {
        match &row.choose {
            None => true,
            Some(Choose::Like(shape)) => spell::is_like(shape, &self.plain(at)),
            Some(Choose::Otherwise) => !self.rival_takes(row, at),
            Some(Choose::If(condition)) => self.holds(condition, at),
            Some(Choose::Unless(condition)) => !self.holds(condition, at),
        }
    }

    /// The row with `like` for the same term would take it.
    fn rival_takes(&self, row: &PlanRow, at: usize) -> bool {
        let siblings = &self.plan.rows[row.parent as usize].elements;
        siblings.iter().map(|&id| &self.plan.rows[id as usize]).any(|other| {
            other.term == row.term
                && matches!(&other.choose, Some(Choose::Like(shape)) if spell::is_like(shape, &self.plain(at)))
        })
    }

    fn plain(&self, at: usize) -> Cow<'d, str> {
        xml::unescape(self.source.tape.raw(self.source.text, &self.source.tape.nodes[at]))
    }

    fn holds(&self, condition: &Condition<TermId>, at: usize) -> bool {
        match condition {
            Condition::Has(term) if self.terms.get(*term).is_sub_term() => self.sub_node(at, *term).is_some(),
            Condition::Has(term) if self.terms.get(*term).kind().is_group() => self.has_group(*term),
            Condition::Has(term) => self.value_of(*term).is_some(),
            Condition::Equal(left, right) => match (self.value_of(*left), self.value_of(*right)) {
                (Some(left), Some(right)) => spell::same_number(left, right),
                _ => false,
            },
            Condition::Agrees(term) => self.agrees(*term),
            Condition::All(parts) => parts.iter().all(|part| self.holds(part, at)),
            Condition::Any(parts) => parts.iter().any(|part| self.holds(part, at)),
        }
    }

    fn has_group(&self, group: TermId) -> bool {
        let inside = |term: TermId| self.terms.chain(term).any(|around| around == group);
        let present = |term: TermId| self.scopes[..self.depth].iter().any(|scope| scope.present.contains(term.index()));
        self.terms.iter().any(|term| present(term) && inside(term))
    }

    fn agrees(&self, term: TermId) -> bool {
        let slot = self.slot(term);
        let Some(also) = slot.also.checked_sub(1).filter(|_| slot.count > 0) else { return true };
        spell::same_number(&self.plain(also as usize), &self.plain(slot.first as usize))
    }

    fn occurrence(&mut self, id: u16, row: &PlanRow, term: TermId, node: usize) -> Done {
        let kind = self.terms.get(term).several();
        let slot = self.slot(term);
        let one_of_several = slot.count > 1 && row.owner.is_none() && row.home == Home::Main && row.choose.is_none();
        if one_of_several && matches!(kind, Several::Join | Several::Sum) && !self.keeps_several(row, term) {
            return self.in_one(id, row, term, kind);
        }
        let value = self.spelled_with_note(id, row, node);
        let mark = self.out.len();
        let done = self.element(id, row, Some(node), &value, Done::Value);
        if self.out.len() > mark {
            self.take(node);
        }
        done
    }

    fn keeps_several(&self, row: &PlanRow, term: TermId) -> bool {
        self.same_syntax && self.repeats_with(row, term)
    }

    /// Several values where there is room for one: joined or added up, as the model says.
    fn in_one(&mut self, id: u16, row: &PlanRow, term: TermId, how: Several) -> Done {
        let Some(scope) = self.scope_of(term) else { return Done::Nothing };
        let (slot, to) = (self.scopes[scope].slot(term.index()), self.scopes[scope].to);
        let mut all = vec![slot.first as usize];
        while let Some(next) = all.last().and_then(|&last| self.next_occurrence(term, last + 1, to)) {
            all.push(next);
        }
        let values: Vec<Cow<'_, str>> = all.iter().map(|&at| self.spelled(row, at)).collect();
        let distinct = values.iter().any(|value| *value != values[0]);
        let (value, kind) = match how {
            _ if !distinct && how == Several::Join => (values[0].to_string(), None),
            Several::Sum => match derive::sum(values.iter().map(|value| &**value)) {
                Some(sum) => (sum, Some(EventKind::Summed)),
                None => (values[0].to_string(), None),
            },
            _ => (values.join("\n"), Some(EventKind::Joined)),
        };
        if self.is_taken(all[0]) {
            return Done::Nothing;
        }
        let done = self.element(id, row, Some(all[0]), &value, Done::Value);
        let taken = if kind.is_some() { all.len() } else { 1 };
        all[..taken].iter().for_each(|&at| self.take(at));
        if let Some(kind) = kind {
            self.events.push(Event { row: id, kind, node: Some(all[0] as u32), value });
        }
        done
    }

    fn filler(&mut self, id: u16, row: &PlanRow) -> Done {
        let Some(filler) = &row.filler else { return Done::Nothing };
        if row.filler_where.as_ref().is_some_and(|condition| !self.holds(condition, 0)) {
            return Done::Nothing;
        }
        let (value, kind) = match filler {
            Filler::Placeholder(text) => (Some(text.clone()), EventKind::Placeholder),
            Filler::Statement(text) => (Some(text.clone()), EventKind::Statement),
            Filler::Sum(term) => (derive::sum(self.everywhere(*term)), EventKind::Derived),
            Filler::Add(left, right) => {
                let both = [self.value_of(*left), self.value_of(*right)];
                let sum = both.iter().all(Option::is_some).then(|| derive::sum(both.into_iter().flatten()));
                (sum.flatten(), EventKind::Derived)
            }
        };
        let Some(value) = value else { return Done::Nothing };
        self.events.push(Event { row: id, kind, node: self.group_in_use(), value: value.clone() });
        self.element(id, row, None, &value, Done::Filler)
    }

    /// All values of a term, in whatever groups they stand.
    fn everywhere(&self, term: TermId) -> impl Iterator<Item = &'d str> + use<'d> {
        let (tape, text, name) = (self.source.tape, self.source.text, term.index() as u16);
        tape.nodes.iter().filter(move |node| node.name == name && node.is_value()).map(move |node| tape.raw(text, node))
    }

    /// A text of several terms: the first alternative whose terms are all there.
    fn pattern(&mut self, id: u16, row: &PlanRow) -> Done {
        let alternatives = row.pattern().unwrap_or_default();
        let Some((chosen, nodes)) = alternatives.iter().enumerate().find_map(|(at, pieces)| {
            let nodes = self.pieces(pieces)?;
            Some((at, nodes))
        }) else {
            return Done::Nothing;
        };
        let mut text = String::new();
        let mut parts = nodes.iter();
        for piece in &alternatives[chosen] {
            match piece {
                super::notation::Piece::Literal(literal) => text.push_str(literal),
                super::notation::Piece::Term(_, list) => {
                    let node = parts.next().map(|&at| &self.source.tape.nodes[at]);
                    let raw = node.map_or("", |node| self.source.tape.raw(self.source.text, node));
                    // A code stands between its marks without blanks, or it would read back as text.
                    text.push_str(if list.is_some() { xml::trim(raw) } else { raw });
                }
            }
        }
        let back = spell::split(alternatives, &text);
        let ambiguous = back.len() != nodes.len();
        let done = self.element(id, row, nodes.last().copied(), &text, Done::Value);
        for &at in &nodes {
            if ambiguous {
                self.events.push(Event {
                    row: id,
                    kind: EventKind::Ambiguous,
                    node: Some(at as u32),
                    value: text.clone(),
                });
            }
            self.take(at);
        }
        done
    }

    fn pieces(&self, pieces: &[super::notation::Piece<TermId>]) -> Option<Vec<usize>> {
        let mut nodes = Vec::new();
        for piece in pieces {
            let super::notation::Piece::Term(term, list) = piece else { continue };
            let slot = self.slot(*term);
            let at = (slot.count > 0).then_some(slot.first as usize)?;
            if let Some(list) = list {
                spell::in_list(list, xml::trim(&self.plain(at))).then_some(())?;
            }
            nodes.push(at);
        }
        Some(nodes)
    }

    /// A value in the spelling of a row.
    fn spelled(&self, row: &PlanRow, at: usize) -> Cow<'d, str> {
        derive::respell(&self.source, self.same_syntax, self.terms, row, at).0
    }

    fn spelled_with_note(&mut self, id: u16, row: &PlanRow, at: usize) -> Cow<'d, str> {
        let (value, note) = derive::respell(&self.source, self.same_syntax, self.terms, row, at);
        if let Some(kind) = note {
            self.events.push(Event { row: id, kind, node: Some(at as u32), value: value.to_string() });
        }
        value
    }

    /// Writes an element or attribute with a text.
    fn element(&mut self, id: u16, row: &PlanRow, node: Option<usize>, value: &str, done: Done) -> Done {
        if !self.fits_schema(row, value) {
            let what = BreachKind::Type(xml::unescape(value).into_owned());
            self.breaches.push(Breach { row: id, node: node.map(|at| at as u32), what });
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
                if self.row_attribute(attribute) != Done::Nothing {
                    bits |= 1 << at.min(63);
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
    fn take(&mut self, node: usize) {
        self.taken[node / 64] |= 1 << (node % 64);
    }

    #[inline]
    fn is_taken(&self, node: usize) -> bool {
        self.taken[node / 64] & (1 << (node % 64)) != 0
    }
}

#[inline]
fn accepts(datatype: super::structure::Datatype, value: &str) -> bool {
    datatype.accepts_bytes(value.as_bytes()) || (value.contains('&') && datatype.accepts(&xml::unescape(value)))
}

fn strongest(left: Done, right: Done) -> Done {
    match (left, right) {
        (Done::Value, _) | (_, Done::Value) => Done::Value,
        (Done::Filler, _) | (_, Done::Filler) => Done::Filler,
        _ => Done::Nothing,
    }
}
