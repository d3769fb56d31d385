//! The one step that changes content: a document becomes what its target wants. Every change is told.

use super::table::{Business, Change, TargetRow, Targets};
use crate::finding::{self, AtMost, Finding};
use crate::model::{Addition, Flags, Node, Rows, Tape};
use crate::term::{TermId, Terms};
use crate::xml;

/// A document under change, its source beside it.
pub(crate) struct Subject<'d> {
    pub(crate) terms: &'d Terms,
    pub(crate) source: &'d str,
    pub(crate) tape: &'d mut Tape,
    pub(crate) rows: Option<&'d dyn Rows>,
}

/// What was done to a document.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Changes, with the node that each concerns.
    pub(crate) changes: AtMost<(Option<usize>, Finding)>,
    /// Nodes that the target has no place for.
    pub(crate) lost: Vec<usize>,
    /// What the target asks for and the document does not have, with the node of the group concerned.
    pub(crate) findings: Vec<(Option<usize>, Finding)>,
}

impl Outcome {
    /// Nothing was done so far, and so many changes are told.
    pub(crate) fn new(most: usize) -> Outcome {
        Outcome { changes: AtMost::new(most), lost: Vec::new(), findings: Vec::new() }
    }

    fn tell(&mut self, node: usize, term: String, message: String) {
        self.changes.push((Some(node), Finding::new(finding::CHANGED, message).term(term)));
    }
}

/// What a conversion knows about its target.
pub(crate) struct Wish<'t> {
    pub(crate) format: &'t str,
    /// `None`: BT-24 and BT-23 stay as they are.
    pub(crate) target: Option<&'t TargetRow>,
    /// The source is of another syntax.
    pub(crate) other_syntax: bool,
    /// The caller named the target; else it followed from the source.
    pub(crate) is_asked: bool,
    /// How many changes are told.
    pub(crate) most_told: usize,
}

/// Changes a document for its target.
pub(crate) fn normalise(subject: &mut Subject<'_>, wish: &Wish<'_>, targets: &Targets) -> Outcome {
    let mut outcome = Outcome::new(wish.most_told);
    if wish.other_syntax {
        for change in targets.changes(wish.format) {
            subject.change(change, &mut outcome);
        }
    }
    if let Some(target) = wish.target {
        subject.target(target, wish, targets, &mut outcome);
    }
    outcome
}

impl Subject<'_> {
    pub(super) fn find(&self, id: &str) -> Option<TermId> {
        self.terms.find(id)
    }

    /// Position of the first value of a term of the document's own level.
    pub(super) fn first(&self, id: &str) -> Option<usize> {
        self.tape.first_outside_lines(self.terms, self.find(id)?)
    }

    /// Position of the first value of a term inside a group.
    pub(super) fn first_in(&self, group: usize, id: &str) -> Option<usize> {
        let name = self.find(id)?.index() as u16;
        let range = group..self.tape.end(group);
        range.into_iter().find(|&at| self.tape.nodes[at].name == name && self.tape.nodes[at].is_value())
    }

    /// Positions of the groups of a name outside invoice lines; of the lines themselves only the first.
    pub(super) fn groups(&self, id: &str) -> impl Iterator<Item = usize> + use<'_> {
        let group = self.find(id).map(|group| group.index() as u16);
        let is_group = move |&at: &usize| self.tape.nodes[at].is_group() && Some(self.tape.nodes[at].name) == group;
        self.tape.outside_lines(self.terms).filter(is_group)
    }

    /// The text of a node, decoded.
    pub(super) fn text(&self, at: usize) -> String {
        let node = &self.tape.nodes[at];
        let raw = xml::unescape(self.tape.raw(self.source, node));
        let decoded = match self.rows {
            Some(rows) if node.row != Node::NO_ROW && !node.is(Flags::DECODED) => rows.decode(node.row, &raw),
            _ => None,
        };
        decoded.map_or_else(|| raw.to_string(), |text| text.into_owned())
    }

    /// A node for a value that is not in the source.
    pub(super) fn supplied(&mut self, term: TermId, escaped: &str) -> Node {
        let (start, length) = self.tape.aside(escaped);
        let flags = Flags::TERM.with(Flags::SIDE).with(Flags::SUPPLIED).with(Flags::DECODED);
        Node { name: term.index() as u16, row: Node::NO_ROW, flags, span: 0, start, extent: length }
    }

    fn set(&mut self, at: Option<usize>, id: &str, text: &str) -> Option<usize> {
        let term = self.find(id)?;
        let mut escaped = String::new();
        xml::escape_into(text, &mut escaped).ok()?;
        let node = self.supplied(term, &escaped);
        match at {
            Some(at) => self.tape.nodes[at] = Node { row: self.tape.nodes[at].row, ..node },
            None => self.tape.nodes.push(node),
        }
        Some(at.unwrap_or(self.tape.nodes.len() - 1))
    }

    /// The document becomes one of this target. What states the target already is left as it is.
    fn target(&mut self, target: &TargetRow, wish: &Wish<'_>, targets: &Targets, outcome: &mut Outcome) {
        let stated = self.first("BT-24").map(|at| self.text(at)).unwrap_or_default();
        let is_stated = targets.is_stated(stated.trim(), target);
        self.specification(target, is_stated && !wish.other_syntax, outcome);
        self.business(target, outcome);
        if !is_stated {
            self.unbundle();
            super::demand::refuse(self, target, targets, outcome);
            super::mask::leave_out(self, target, outcome);
        }
        if wish.is_asked || !is_stated {
            super::demand::check(self, target, targets, wish.is_asked, outcome);
        }
        if target.one_note && (wish.other_syntax || !is_stated) {
            super::notes::join(self, outcome);
        }
    }

    /// Elements that only hold terms together are kept on a trip within the syntax; another target has its own.
    fn unbundle(&mut self) {
        for node in self.tape.nodes.iter_mut().filter(|node| node.is_group() && node.name == Node::BUNDLE) {
            node.name = Node::CONSTANT;
            node.flags = Flags::FIXED.with(Flags::OUT);
        }
    }

    /// Positions of the groups of a name in a part of the document.
    pub(super) fn groups_in(&self, group: TermId, (from, to): (usize, usize)) -> Vec<usize> {
        let name = group.index() as u16;
        let is = |at: &usize| {
            let node = &self.tape.nodes[*at];
            node.is_group() && node.name == name && !node.is(Flags::OUT)
        };
        (from..to).filter(is).collect()
    }

    /// Positions of the values of a term in a part of the document.
    pub(super) fn values_in(&self, term: TermId, (from, to): (usize, usize)) -> Vec<usize> {
        let name = term.index() as u16;
        let is = |at: &usize| self.tape.nodes[*at].name == name && self.tape.nodes[*at].is_value();
        (from..to).filter(is).collect()
    }

    /// A value that the target has no place for, with what belongs to it: a loss each.
    pub(super) fn leave_out(&mut self, at: usize, outcome: &mut Outcome) {
        for at in at..self.tape.end(at) {
            let is_value = self.tape.nodes[at].is_value();
            self.tape.take_out(at);
            if is_value && self.tape.nodes[at].term().is_some() {
                outcome.lost.push(at);
            }
        }
    }

    fn change(&mut self, change: &Change, outcome: &mut Outcome) {
        match change {
            Change::Fill { term, from } => self.fill(term, from, outcome),
            Change::Drop { group, left, right } => self.drop_equal(group, (left, right), outcome),
            Change::Spread { term } => self.spread(term, outcome),
            Change::Note { term } => super::lines::note(self, term, outcome),
            Change::Number { term } => super::lines::number(self, term, outcome),
            Change::Split { group } => super::notes::split(self, group, outcome),
        }
    }

    /// A missing term takes the value of another, which then is gone from its own place.
    fn fill(&mut self, term: &str, from: &str, outcome: &mut Outcome) {
        let (Some(to), None, Some(at)) = (self.find(term), self.first(term), self.first(from)) else { return };
        self.tape.nodes[at].name = to.index() as u16;
        let message = format!("{term} is missing, so the value of {from} stands there");
        outcome.tell(at, self.terms.get(to).label(), message);
    }

    /// A group or term that repeats another one is left out; what only it says is lost.
    fn drop_equal(&mut self, group: &str, (left, right): (&str, &str), outcome: &mut Outcome) {
        let (Some(id), Some(ours), Some(theirs)) = (self.find(group), self.first(left), self.first(right)) else {
            return;
        };
        if self.text(ours).trim() != self.text(theirs).trim() {
            return;
        }
        self.tape.doubt_lines();
        let terms = self.terms;
        let belongs = |node: &Node| node.term().is_some_and(|term| term == id || terms.chain(term).next() == Some(id));
        for at in 0..self.tape.nodes.len() {
            let node = self.tape.nodes[at];
            if node.is_value() && belongs(&node) {
                self.tape.take_out(at);
                if at != ours && !node.is(Flags::SUB) {
                    outcome.lost.push(at);
                }
            }
        }
        let again = self.find(right).map(|right| terms.get(right).spoken()).unwrap_or_default();
        let what = terms.get(id).spoken();
        let message = format!("{what} says the {again} again, which the target forbids: it is left out");
        outcome.tell(ours, terms.get(id).label(), message);
    }

    /// A repeated group without a term takes the value that the first one with it has.
    fn spread(&mut self, term: &str, outcome: &mut Outcome) {
        let Some(id) = self.find(term) else { return };
        let Some(group) = self.terms.get(id).parent().map(|group| self.terms.get(group).id().to_owned()) else {
            return;
        };
        let Some(model) = self.first(term) else { return };
        let mut additions = Vec::new();
        for at in self.groups(&group) {
            let holds_value = (at..self.tape.end(at)).any(|inner| self.tape.nodes[inner].is_value());
            if holds_value && self.first_in(at, term).is_none() {
                let node = self.tape.nodes[model];
                additions.push(Addition { at: at + 1, nodes: vec![node], inside: Some(at) });
                let message = format!("{term} is missing beside others, so it has the value of the first one");
                outcome.tell(at + additions.len(), self.terms.get(id).label(), message);
            }
        }
        self.tape.insert(additions);
    }

    /// BT-24 comes from the target; an id that only adds to it is kept within the syntax.
    fn specification(&mut self, target: &TargetRow, is_kept: bool, outcome: &mut Outcome) {
        let at = self.first("BT-24");
        let stated = at.map(|at| self.text(at).trim().to_owned());
        if is_kept || stated.as_deref() == Some(&*target.specification) {
            return;
        }
        let Some(at) = self.set(at, "BT-24", &target.specification) else { return };
        let message = format!("specification identifier is that of the target, `{}`", target.specification);
        let mut finding = Finding::new(finding::CHANGED, message).term("BT-24 Specification identifier");
        finding.found = stated;
        outcome.changes.push((Some(at), finding));
    }

    /// BT-23 as the target wants it.
    fn business(&mut self, target: &TargetRow, outcome: &mut Outcome) {
        let at = self.first("BT-23");
        let stated = at.map(|at| self.text(at).trim().to_owned());
        let value = match (&target.business, &stated) {
            (Business::Any, _) | (Business::Required(_), Some(_)) => return,
            (Business::OneOf(values, _), Some(stated)) if values.contains(stated) => return,
            (Business::Required(value), None) | (Business::OneOf(_, value), _) => value.clone(),
        };
        let Some(at) = self.set(at, "BT-23", &value) else { return };
        let message = format!("business process type is one that the target allows, `{value}`");
        let mut finding = Finding::new(finding::CHANGED, message).term("BT-23 Business process type");
        finding.found = stated;
        outcome.changes.push((Some(at), finding));
    }
}
