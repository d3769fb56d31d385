//! What a target asks for, checked before anything is written: terms that must be there, values that must be of a list,
//! values that have no place. All of it comes from the table of targets.

use std::cell::RefCell;

use super::normalise::{Outcome, Subject};
use super::table::{TargetRow, Targets};
use crate::codelist::CodeList;
use crate::finding::{self, Finding, Severity};
use crate::model::{Flags, repeats};
use crate::term::{TermId, Terms};

/// One rule of a target.
#[derive(Debug, Clone)]
pub(crate) struct Demand {
    pub(crate) what: What,
    /// All of them must hold.
    pub(crate) when: Vec<Condition>,
    /// Id of the official rule.
    pub(crate) rule: Option<String>,
    /// Behind `--set TERM=…` in the help.
    pub(crate) help: Option<String>,
}

/// What a rule asks for.
#[derive(Debug, Clone)]
pub(crate) enum What {
    /// One of these terms or groups is there.
    Present(Vec<String>),
    /// Some occurrence of the term has this value.
    Value(String, String),
    /// Every occurrence of the term is one of these.
    Allowed(String, Values),
    /// The term is left out, as a loss.
    Dropped(String),
    /// The term has no place, and without it the invoice would be another one.
    Refused(String),
}

/// Values that are allowed or asked for.
#[derive(Debug, Clone)]
pub(crate) enum Values {
    Words(Vec<String>),
    /// A code list, or a section of one.
    List(String, Option<String>),
    /// Numbers above zero.
    Positive,
}

impl Values {
    pub(super) fn has(&self, value: &str) -> bool {
        match self {
            Values::Words(words) => words.iter().any(|word| word == value),
            Values::Positive => !value.starts_with('-') && value.contains(|digit| ('1'..='9').contains(&digit)),
            Values::List(name, section) => CodeList::named(name).is_some_and(|list| match section {
                Some(section) => list.contains_in(section, value),
                None => list.contains(value),
            }),
        }
    }

    fn described(&self) -> String {
        match self {
            Values::Words(words) => words.join(", "),
            Values::Positive => "a number above zero".to_owned(),
            Values::List(name, None) => format!("a code of the list {name}"),
            Values::List(name, Some(section)) => format!("a code of the list {name}, {section}"),
        }
    }
}

/// When a rule holds: a term or group is there, or has one of these values.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    pub(crate) term: String,
    pub(crate) values: Option<Values>,
    pub(crate) negated: bool,
}

/// Where every term and group stands: one pass over the document, then binary searches.
struct Index {
    positions: Vec<Vec<u32>>,
}

/// A part of the document: the whole of it, a repeated group, a value with what belongs to it.
type Range = (usize, usize);

impl Index {
    fn of(subject: &Subject<'_>) -> Index {
        let mut positions = vec![Vec::new(); subject.terms.len()];
        for (at, node) in subject.tape.nodes.iter().enumerate() {
            let counts = if node.is_group() { !node.is(Flags::OUT) } else { node.is_value() };
            if let Some(term) = node.term().filter(|_| counts) {
                positions[term.index()].push(at as u32);
            }
        }
        Index { positions }
    }

    fn within(&self, term: TermId, (from, to): Range) -> &[u32] {
        let all = &self.positions[term.index()];
        let at = |limit: usize| all.partition_point(|&at| (at as usize) < limit);
        &all[at(from)..at(to)]
    }

    /// A term with a value, or a group with a value in it.
    fn has(&self, terms: &Terms, id: TermId, range: Range) -> bool {
        if !terms.get(id).kind().is_group() {
            return !self.within(id, range).is_empty();
        }
        terms.children(id).iter().any(|&child| self.has(terms, child, range))
    }
}

/// What a rule is checked in, one after the other: each repeated group around a term, else the document.
fn home(terms: &Terms, id: TermId) -> Option<TermId> {
    match terms.get(id).is_sub_term() {
        true => terms.get(id).parent(),
        false => terms.chain(id).find(|&group| terms.get(group).repeats()),
    }
}

/// Tells what may not be left out, before anything is.
pub(super) fn refuse(subject: &Subject<'_>, target: &TargetRow, targets: &Targets, outcome: &mut Outcome) {
    let refusals = |demand: &&Demand| matches!(demand.what, What::Refused(_));
    let mut demands = targets.demands(target).filter(refusals).peekable();
    if demands.peek().is_none() {
        return;
    }
    let (index, added) = (Index::of(subject), RefCell::default());
    let checker = Checker { index, subject, target, severity: Severity::Error, added };
    for demand in demands {
        if let What::Refused(term) = &demand.what {
            checker.refused(demand, term, outcome);
        }
    }
}

/// How often one demand is told: each time it says the same of another line.
const MOST: usize = 100;

struct Checker<'c, 'd> {
    subject: &'c Subject<'d>,
    index: Index,
    target: &'c TargetRow,
    severity: Severity,
    /// New groups that were asked for so far: each has its own position.
    added: RefCell<Vec<TermId>>,
}

/// Leaves out what the target has no place for, and checks everything that it asks for.
pub(super) fn check(
    subject: &mut Subject<'_>,
    target: &TargetRow,
    targets: &Targets,
    is_asked: bool,
    outcome: &mut Outcome,
) {
    let severity = if is_asked { Severity::Error } else { Severity::Warning };
    let mut dropped = Vec::new();
    let checker = Checker { index: Index::of(subject), subject, target, severity, added: RefCell::default() };
    for demand in targets.demands(target) {
        match &demand.what {
            What::Dropped(term) => dropped.extend(checker.dropped(demand, term)),
            What::Present(ids) => checker.present(demand, ids, outcome),
            What::Value(term, value) => checker.value(demand, term, value, outcome),
            What::Allowed(term, values) => checker.allowed(demand, term, values, outcome),
            What::Refused(_) => {}
        }
    }
    for at in dropped {
        subject.leave_out(at, outcome);
    }
}

impl Checker<'_, '_> {
    fn whole(&self) -> Range {
        (0, self.subject.tape.nodes.len())
    }

    /// The parts of the document that a rule about a term is checked in.
    fn parts(&self, id: TermId) -> Vec<Range> {
        let Some(home) = home(self.subject.terms, id) else { return vec![self.whole()] };
        let all = self.index.within(home, self.whole());
        all.iter().map(|&at| (at as usize, self.subject.tape.end(at as usize))).collect()
    }

    fn holds(&self, demand: &Demand, id: TermId, part: Range) -> bool {
        demand.when.iter().all(|condition| {
            let Some(term) = self.subject.find(&condition.term) else { return false };
            // A term of the same group is looked for there, any other in the document.
            let same_home = home(self.subject.terms, term).is_some_and(|own| Some(own) == home(self.subject.terms, id));
            let of_it = term == id || self.subject.terms.get(term).parent() == Some(id);
            let range = if same_home || of_it { part } else { self.whole() };
            let found = match &condition.values {
                None => self.index.has(self.subject.terms, term, range),
                Some(values) => {
                    let mut places = self.index.within(term, range).iter();
                    places.any(|&at| values.has(self.subject.text(at as usize).trim()))
                }
            };
            found != condition.negated
        })
    }

    fn present(&self, demand: &Demand, ids: &[String], outcome: &mut Outcome) {
        let terms = self.subject.terms;
        let ids: Vec<TermId> = ids.iter().filter_map(|id| terms.find(id)).collect();
        let Some(&first) = ids.first() else { return };
        let before = outcome.findings.len();
        for part in self.parts(first) {
            if self.is_enough(before, first, outcome) {
                return;
            }
            let there = ids.iter().any(|&id| self.index.has(terms, id, part));
            if there || !self.holds(demand, first, part) {
                continue;
            }
            let names: Vec<String> = ids.iter().map(|&id| terms.spoken(id)).collect();
            let message = format!("{} is missing, which {} requires", names.join(" or "), self.target.title);
            let setting = setting(self.subject, self.settable(first), part.0);
            let help = with_help(format!("give it with --set {setting}=…"), demand);
            self.tell(demand, first, part, Finding::new(finding::REQUIRED, message).help(help), outcome);
        }
    }

    fn value(&self, demand: &Demand, term: &str, value: &str, outcome: &mut Outcome) {
        let Some(id) = self.subject.find(term) else { return };
        let whole = self.whole();
        let mut places = self.index.within(id, whole).iter();
        let there = places.any(|&at| self.subject.text(at as usize).trim() == value);
        if there || !self.holds(demand, id, whole) {
            return;
        }
        let name = self.subject.terms.spoken(id);
        let message = format!("{name} `{value}` is missing, which {} requires", self.target.title);
        let (around, owner) = self.new_place(id);
        let text = match owner {
            Some(owner) => format!("give it with --set {around}{owner}=…, and --set {around}{owner}/{term}={value}"),
            None => format!("give it with --set {around}{term}={value}"),
        };
        let help = with_help(text, demand).replace("{}", &around);
        self.tell(demand, id, whole, Finding::new(finding::REQUIRED, message).help(help), outcome);
    }

    fn allowed(&self, demand: &Demand, term: &str, values: &Values, outcome: &mut Outcome) {
        let Some(id) = self.subject.find(term) else { return };
        let before = outcome.findings.len();
        for part in self.parts(id) {
            if self.is_enough(before, id, outcome) {
                return;
            }
            for &at in self.index.within(id, part) {
                let text = self.subject.text(at as usize);
                if values.has(text.trim()) || !self.holds(demand, id, part) {
                    continue;
                }
                let name = self.subject.terms.spoken(id);
                let message = format!("{name} is not one that {} allows", self.target.title);
                let finding = Finding::new(finding::NOT_ALLOWED, message).found(text.trim());
                let finding = finding.expected(values.described());
                let setting = setting(self.subject, id, at as usize);
                let help = with_help(format!("give another one with --set {setting}=…"), demand);
                let own = (at as usize, at as usize + 1);
                self.tell(demand, id, own, finding.help(help), outcome);
            }
        }
    }

    /// The place for one more value: the groups around it, the last one new where groups may be added, and for what
    /// qualifies a term a new one of that term.
    fn new_place(&self, id: TermId) -> (String, Option<String>) {
        let terms = self.subject.terms;
        let mut groups: Vec<TermId> = terms.chain(id).filter(|&group| repeats(terms, group)).collect();
        groups.reverse();
        let mut path = String::new();
        let mut range = self.whole();
        for group in groups {
            // What is set is set before anything is changed: groups that came with a change do not count.
            let mut inside = self.subject.groups_in(group, range);
            inside.retain(|&at| !self.subject.tape.nodes[at].is(Flags::SUPPLIED));
            let added = self.added.borrow().iter().filter(|&&other| other == group).count();
            let position = match terms.get(group).min() {
                0 => inside.len() + added + 1,
                _ => 1,
            };
            if position > inside.len() {
                self.added.borrow_mut().push(group);
            }
            if let Some(&node) = inside.get(position - 1) {
                range = (node + 1, self.subject.tape.end(node));
            }
            path.push_str(&format!("{}[{position}]/", terms.get(group).id()));
        }
        let owner = terms.get(id).parent().filter(|_| terms.get(id).is_sub_term());
        let owner = owner.map(|owner| match terms.get(owner).repeats() {
            true => format!("{}[{}]", terms.get(owner).id(), self.index.within(owner, range).len() + 1),
            false => terms.get(owner).id().to_owned(),
        });
        (path, owner)
    }

    fn refused(&self, demand: &Demand, term: &str, outcome: &mut Outcome) {
        let Some(id) = self.subject.find(term) else { return };
        let before = outcome.findings.len();
        for &at in self.index.within(id, self.whole()) {
            if self.is_enough(before, id, outcome) {
                return;
            }
            let own = (at as usize, self.subject.tape.end(at as usize));
            if self.holds(demand, id, own) {
                let name = self.subject.terms.spoken(id);
                let message =
                    format!("{name} has no place in {}, and without it this is another invoice", self.target.title);
                let mut finding = Finding::new(finding::NO_PLACE, message).found(self.subject.text(own.0).trim());
                finding.help.clone_from(&demand.help);
                self.tell(demand, id, own, finding, outcome);
            }
        }
    }

    /// Values without a place in the target.
    fn dropped(&self, demand: &Demand, term: &str) -> Vec<usize> {
        let Some(id) = self.subject.find(term) else { return Vec::new() };
        let all = self.index.within(id, self.whole()).iter().map(|&at| at as usize);
        all.filter(|&at| self.holds(demand, id, (at, self.subject.tape.end(at)))).collect()
    }

    /// The term itself, or the first one in a group.
    fn settable(&self, id: TermId) -> TermId {
        let terms = self.subject.terms;
        match terms.get(id).kind().is_group() {
            true => terms.children(id).first().map_or(id, |&child| self.settable(child)),
            false => id,
        }
    }

    /// True if one demand was told often enough; what is left is told as that.
    fn is_enough(&self, before: usize, id: TermId, outcome: &mut Outcome) -> bool {
        if outcome.findings.len() < before + MOST {
            return false;
        }
        let message =
            format!("the same holds for {} in more places, which are not told", self.subject.terms.spoken(id));
        let mut finding = Finding::new(finding::REQUIRED, message).term(self.subject.terms.get(id).label());
        finding.severity = self.severity;
        outcome.findings.push((None, finding));
        true
    }

    fn tell(&self, demand: &Demand, id: TermId, part: Range, mut finding: Finding, outcome: &mut Outcome) {
        finding.severity = self.severity;
        if let Some(rule) = &demand.rule {
            finding.code.clone_from(rule);
        }
        let at = (part != self.whole()).then_some(part.0);
        outcome.findings.push((at, finding.term(self.subject.terms.get(id).label())));
    }
}

fn with_help(text: String, demand: &Demand) -> String {
    match &demand.help {
        Some(help) if help.starts_with("and ") => format!("{text}, {help}"),
        Some(help) => format!("{text}; {help}"),
        None => text,
    }
}

/// The place of a term for `--set`: the repeated groups around it, each with its position.
fn setting(subject: &Subject<'_>, id: TermId, at: usize) -> String {
    let terms = subject.terms;
    let mut groups: Vec<TermId> = terms.chain(id).filter(|&group| repeats(terms, group)).collect();
    groups.reverse();
    if terms.get(id).outer() {
        groups.clear();
    }
    let mut path = String::new();
    let mut range = (0, subject.tape.nodes.len());
    for group in groups {
        let inside: Vec<usize> = subject.groups_in(group, range);
        let around = inside.iter().position(|&node| node <= at && at < subject.tape.end(node));
        if let Some(position) = around {
            range = (inside[position] + 1, subject.tape.end(inside[position]));
        }
        if inside.len() > 1 || terms.get(group).repeats() {
            let new = if terms.get(group).repeats() { inside.len() } else { 0 };
            path.push_str(&format!("{}[{}]/", terms.get(group).id(), around.unwrap_or(new) + 1));
        }
    }
    // Of several values the one that stands here.
    let owner = terms.get(id).parent().filter(|_| terms.get(id).is_sub_term());
    let value = owner.unwrap_or(id);
    let all = subject.values_in(value, range);
    let position = all.iter().position(|&node| node <= at && at < subject.tape.end(node));
    if let Some(position) = position.filter(|_| all.len() > 1) {
        path.push_str(&format!("{}[{}]", terms.get(value).id(), position + 1));
        return owner.map_or(path.clone(), |_| format!("{path}/{}", terms.get(id).id()));
    }
    path + terms.get(id).id()
}
