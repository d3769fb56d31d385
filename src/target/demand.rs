//! What a target asks for, checked before anything is written: terms that must be there, values that must be of a list,
//! values that have no place. All of it comes from the table of targets.

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
    fn has(&self, value: &str) -> bool {
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
        false => terms.chain(id).find(|&group| repeats(terms, group) && !terms.get(id).outer()),
    }
}

/// Tells what may not be left out, before anything is.
pub(super) fn refuse(subject: &Subject<'_>, target: &TargetRow, targets: &Targets, outcome: &mut Outcome) {
    let refusals = |demand: &&Demand| matches!(demand.what, What::Refused(_));
    let mut demands = targets.demands(target).filter(refusals).peekable();
    if demands.peek().is_none() {
        return;
    }
    let checker = Checker { index: Index::of(subject), subject, target, severity: Severity::Error };
    for demand in demands {
        if let What::Refused(term) = &demand.what {
            checker.refused(demand, term, outcome);
        }
    }
}

struct Checker<'c, 'd> {
    subject: &'c Subject<'d>,
    index: Index,
    target: &'c TargetRow,
    severity: Severity,
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
    let checker = Checker { index: Index::of(subject), subject, target, severity };
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
        for part in self.parts(first) {
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
        let path = self.new_place(id);
        let group = path.rsplit_once('/').map_or(String::new(), |(group, _)| format!("{group}/"));
        let help = with_help(format!("give it with --set {path}={value}"), demand).replace("{}", &group);
        self.tell(demand, id, whole, Finding::new(finding::REQUIRED, message).help(help), outcome);
    }

    fn allowed(&self, demand: &Demand, term: &str, values: &Values, outcome: &mut Outcome) {
        let Some(id) = self.subject.find(term) else { return };
        for part in self.parts(id) {
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

    /// The place for one more value: in a new group where groups may be added, else in the first one.
    fn new_place(&self, id: TermId) -> String {
        let terms = self.subject.terms;
        let mut groups: Vec<TermId> = terms.chain(id).filter(|&group| repeats(terms, group)).collect();
        groups.reverse();
        let number = |group: TermId| match terms.get(group).min() {
            0 => self.index.within(group, self.whole()).len() + 1,
            _ => 1,
        };
        let steps = groups.iter().map(|&group| format!("{}[{}]/", terms.get(group).id(), number(group)));
        steps.chain([terms.get(id).id().to_owned()]).collect()
    }

    fn refused(&self, demand: &Demand, term: &str, outcome: &mut Outcome) {
        let Some(id) = self.subject.find(term) else { return };
        for &at in self.index.within(id, self.whole()) {
            let own = (at as usize, self.subject.tape.end(at as usize));
            if self.holds(demand, id, own) {
                let name = self.subject.terms.spoken(id);
                let message = format!("{name} has no place in {}, and without it this is another invoice", self.target.title);
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
            path.push_str(&format!("{}[{}]/", terms.get(group).id(), around.map_or(inside.len(), |at| at) + 1));
        }
    }
    path + terms.get(id).id()
}
