//! The ledger: every value read is either in the output or told about.
//!
//! This module owns the counting: what was read, what was written, what is left. What is said of it stands in
//! [`words`]; what of it matters less, in [`repetition`] and [`accepted`].

mod accepted;
mod choices;
mod places;
mod repetition;
mod words;

use std::collections::BTreeSet;

use super::doubts;
use super::input::{Beside, Input};
use crate::finding::{self, AtMost, Finding};
use crate::limits::raise;
use crate::mapping::{Lost, Operand, Plan, Writing};
use crate::model::{Flags, Node, offset};
use crate::place::Place;
use crate::report::{Grade, Loss, Report};
use crate::target::Outcome;
use crate::term::{TermId, Terms};
use crate::xml;
use accepted::matching;
use repetition::Repetitions;
#[cfg(test)]
pub(super) use words::name_at;

/// Findings under way: what they say, and the offset that their place comes from.
pub(super) struct Ledger<'i> {
    terms: &'i Terms,
    text: &'i str,
    /// Losses, changes, derivations, findings, each with an offset.
    entries: AtMost<Entry>,
    most: usize,
    /// Terms that a target replaces, and where the source has them.
    replaced: Vec<(TermId, Option<usize>)>,
    read: u64,
    written: u64,
}

struct Entry {
    kind: Kind,
    at: Option<usize>,
    finding: Finding,
}

enum Kind {
    Loss(Grade, Option<String>),
    Derivation,
    Change,
    Other,
}

impl<'i> Ledger<'i> {
    /// A ledger that has what was told on reading, and room for so many entries.
    pub(super) fn new(terms: &'i Terms, input: &Input<'i>, most: usize) -> Ledger<'i> {
        let replaced = ["BT-23", "BT-24"].into_iter().filter_map(|id| terms.find(id));
        let replaced = replaced.map(|term| (term, input.place_of(term))).collect();
        let entries = AtMost::new(most);
        let mut ledger = Ledger { terms, text: input.text, entries, most, replaced, read: 0, written: 0 };
        for lost in &input.lost {
            ledger.lost(lost, input);
        }
        for file in input.others {
            ledger.beside(file);
        }
        for warning in input.warnings.iter().chain(&input.unwrapped) {
            ledger.push(Kind::Other, None, warning.clone());
        }
        let (read, doubts) = doubts::count(input, most);
        ledger.read = read;
        for (at, finding) in doubts {
            ledger.push(Kind::Other, Some(at), finding);
        }
        ledger
    }

    fn push(&mut self, kind: Kind, at: Option<usize>, finding: Finding) {
        self.entries.push(Entry { kind, at, finding });
    }

    /// Findings that have their places, if any.
    pub(super) fn findings(&mut self, findings: Vec<Finding>) {
        findings.into_iter().for_each(|finding| self.push(Kind::Other, None, finding));
    }

    /// Losses of content that concern a group.
    pub(super) fn losses(&mut self, id: &str, findings: Vec<Finding>) {
        for finding in findings {
            self.push(Kind::Loss(Grade::Content, Some(id.to_owned())), None, finding);
        }
    }

    /// A finding without a place.
    #[cfg(not(feature = "json"))]
    pub(super) fn finding(&mut self, finding: Finding) {
        self.push(Kind::Other, None, finding);
    }

    // --- what the reader did not carry

    fn beside(&mut self, file: &Beside) {
        let message = match file.said.is_empty() {
            true => "another file in the PDF is not carried".to_owned(),
            false => format!("another file in the PDF is not carried ({})", file.said),
        };
        let finding = Finding::new(finding::LOSS_CONTENT, message).found(&file.name);
        self.push(Kind::Loss(Grade::Content, Some(file.name.clone())), None, finding);
    }

    fn lost(&mut self, lost: &Lost, input: &Input<'_>) {
        let text = if lost.side { &input.tape.side } else { input.text };
        let value = text.get(lost.start as usize..(lost.start + lost.length) as usize).unwrap_or_default();
        let value = xml::unescape(xml::trim(value)).into_owned();
        let (grade, code) = words::weigh(lost.grade);
        let (message, term) = words::lost(lost, input);
        let id = term.as_deref().map(|label| label.split(' ').next().unwrap_or_default().to_owned());
        let mut finding = Finding::new(code, message);
        finding.found = (!value.is_empty()).then_some(value);
        finding.expected = choices::expected(lost, input);
        finding.term = term;
        self.push(Kind::Loss(grade, id), Some(lost.at as usize), finding);
    }

    // --- what the target decides

    /// UBL has no invoice without lines.
    pub(super) fn no_lines(&mut self) {
        let message = "an invoice without lines (profiles MINIMUM and BASIC WL) cannot be stated in UBL";
        let finding = Finding::new(finding::LOSS_MEANING, message).term("BG-25 INVOICE LINE");
        self.push(Kind::Loss(Grade::Meaning, Some("BG-25".to_owned())), None, finding);
    }

    pub(super) fn no_default_target(&mut self, input: &Input<'_>, stated: &str, format: &str) {
        let message = format!("an invoice of this specification has no counterpart in {}", format.to_uppercase());
        let finding = Finding::new(finding::LOSS_MEANING, message).found(stated);
        self.about("BT-24", Kind::Loss(Grade::Meaning, Some("BT-24".to_owned())), finding, input);
    }

    /// Told in the place of the plain change of BT-24, since it says why, too.
    pub(super) fn foreign_profile(&mut self, input: &Input<'_>, stated: &str, (title, id): (&str, &str)) {
        let why = match stated.is_empty() {
            true => "the invoice states no specification",
            false => "the specification is not one that the output can keep",
        };
        let message = format!("{why}, so the output follows {title}, `{id}`");
        self.about("BT-24", Kind::Change, Finding::new(finding::CHANGED, message).found(stated), input);
    }

    pub(super) fn root_against_type(&mut self, input: &Input<'_>, root: &str, code: &str) {
        let message = match code.is_empty() {
            true => format!("invoice type code is missing, so the root element stays {root}"),
            false => format!("invoice type code and root element do not fit, and the root element stays {root}"),
        };
        self.about("BT-3", Kind::Other, Finding::new(finding::ROOT_AGAINST_TYPE, message).found(code), input);
    }

    pub(super) fn unknown_type(&mut self, input: &Input<'_>, code: &str) {
        let what = if code.is_empty() { "missing" } else { "in no list" };
        let message = format!("invoice type code is {what}, so an Invoice is written");
        self.about("BT-3", Kind::Other, Finding::new(finding::CODE_UNKNOWN, message).found(code), input);
    }

    /// A finding about a term of the whole invoice, where it stands.
    fn about(&mut self, id: &str, kind: Kind, finding: Finding, input: &Input<'_>) {
        let Some(term) = self.terms.find(id) else { return };
        let at = input.place_of(term);
        self.push(kind, at, finding.term(self.terms.get(term).label()));
    }

    /// True if something of grade meaning was met, or too much: nothing will be written.
    pub(super) fn refuses(&self) -> bool {
        self.entries.is_over() || self.entries.iter().any(|entry| matches!(entry.kind, Kind::Loss(Grade::Meaning, _)))
    }

    // --- what was changed and written

    pub(super) fn outcome(&mut self, outcome: &Outcome, input: &Input<'_>) {
        for (node, finding) in outcome.changes.iter() {
            let id = finding.term.as_deref().and_then(|label| label.split(' ').next()).unwrap_or_default();
            let term = self.terms.find(id);
            let is_told = |entry: &Entry| matches!(entry.kind, Kind::Change) && entry.finding.term == finding.term;
            if id == "BT-24" && self.entries.iter().any(is_told) {
                continue;
            }
            let at = match self.replaced.iter().find(|(replaced, _)| Some(*replaced) == term) {
                Some((_, at)) => *at,
                None => node.and_then(|node| places::of_change(node, term, input)),
            };
            self.push(Kind::Change, at, finding.clone());
        }
        for (_, finding) in &outcome.findings {
            self.push(Kind::Other, None, finding.clone());
        }
        if outcome.changes.is_over() {
            let Entry { kind, at, finding } = more_than(self.most, None);
            self.push(kind, at, finding);
        }
    }

    pub(super) fn writing(&mut self, input: &Input<'_>, outcome: &Outcome, writing: &Writing, plan: &Plan) {
        for event in writing.events.iter() {
            let (kind, at, finding) = words::event(event, plan, self.terms, input);
            self.push(kind, at, finding);
        }
        let mut missing = BTreeSet::new();
        for breach in writing.breaches.iter() {
            let (at, finding) = words::breach(breach, plan, self.terms, input);
            // A term of the document that every amount repeats is missing once.
            if at.is_some() || missing.insert((finding.message.clone(), finding.found.clone())) {
                self.push(Kind::Other, at, finding);
            }
        }
        for &node in &outcome.lost {
            self.untaken(node, input, None);
        }
    }

    /// One pass over all nodes: what was written is counted, what was not is told.
    pub(super) fn nodes(&mut self, input: &Input<'_>, done: &Written<'_>) {
        let mut covered = 0;
        let mut repetitions = Repetitions::new(self.terms, input, done);
        for (at, node) in input.tape.fetched() {
            if node.is_value() {
                if done.took(at) {
                    let added = node.is(Flags::SUPPLIED) && node.row == Node::NO_ROW;
                    self.written += u64::from(!added);
                } else if at >= covered || !node.is(Flags::SUB) {
                    // A sub-term is told with its term; what else stands in its element is a value of its own.
                    covered = at + 1 + usize::from(node.span);
                    self.untaken(at, input, Some(&mut repetitions));
                }
            } else if node.is(Flags::FIXED) {
                if !done.same_syntax && input.keeps(node) {
                    self.kept_constant(node, input);
                }
            } else if node.is(Flags::EMPTY) && node.is(Flags::TERM) && at >= covered {
                covered = at + 1 + usize::from(node.span);
                self.beside_nothing(at, input);
            }
        }
    }

    /// Empty elements, and what qualifies nothing: a scheme without an identifier.
    fn beside_nothing(&mut self, at: usize, input: &Input<'_>) {
        for node in at..=at + usize::from(input.tape.nodes[at].span) {
            let Some(term) = input.tape.nodes[node].term() else { continue };
            let label = self.terms.get(term).label();
            let finding = Finding::new(finding::LOSS_TECHNICAL, "an element without text is not written").term(label);
            self.push(Kind::Loss(Grade::Technical, None), Some(offset(&input.tape, node)), finding);
        }
    }

    /// A code that a trip within the syntax keeps and that another syntax spells in its own way.
    fn kept_constant(&mut self, node: &Node, input: &Input<'_>) {
        let Some(row) = input.plan.as_deref().and_then(|plan| plan.rows.get(usize::from(node.row))) else { return };
        let Some(when) = row.when.as_ref().filter(|when| when.keep && !node.is(Flags::EMPTY.with(Flags::OUT))) else {
            return;
        };
        let value = xml::trim(input.tape.raw(input.text, node));
        if let Some(Operand::Text(usual)) = &when.write
            && usual != value
        {
            let message = "a code of the syntax is not carried, the output has one of its own";
            let finding = Finding::new(finding::LOSS_TECHNICAL, message).found(xml::unescape(value));
            self.push(Kind::Loss(Grade::Technical, None), Some(node.start as usize), finding);
        }
    }

    fn untaken(&mut self, at: usize, input: &Input<'_>, repetitions: Option<&mut Repetitions<'_, '_>>) {
        let node = &input.tape.nodes[at];
        let Some(term) = node.term() else { return };
        let label = self.terms.get(term).label();
        let mut value = xml::unescape(input.tape.raw(input.text, node)).into_owned();
        for (sub, text) in repetition::sub_terms(at, input) {
            value.push_str(&format!(" ({} {})", self.terms.get(TermId::from_index(sub)).id(), xml::unescape(text)));
        }
        let (grade, code, message) = match repetitions.map(|repetitions| repetitions.has(at, term)) {
            // The target left it out: nothing else stands in its place.
            None => words::no_place(term, self.terms),
            Some(true) => words::repeated(),
            Some(false) => words::left_over(term, self.terms),
        };
        let finding = Finding::new(code, message).term(label).found(value);
        let id = self.terms.get(term).id().to_owned();
        self.push(Kind::Loss(grade, Some(id)), Some(offset(&input.tape, at)), finding);
    }

    // --- the end

    /// Gives every entry its place and sorts all into the report.
    pub(super) fn settle(
        self,
        accepted: &BTreeSet<String>,
        (file, inside): (Option<&str>, Option<&str>),
        report: &mut Report,
    ) {
        let mut unmatched: BTreeSet<&str> = accepted.iter().map(String::as_str).collect();
        report.terms_read = self.read;
        report.terms_written = self.written;
        let offsets: Vec<usize> = self.entries.iter().filter_map(|entry| entry.at).collect();
        let mut places = xml::locate(self.text, &offsets).into_iter();
        for (number, entry) in self.entries.into_iter().enumerate() {
            let Entry { kind, at, mut finding } =
                if number < self.most { entry } else { more_than(self.most, entry.at) };
            let place = at.and_then(|_| places.next()).filter(|_| !self.text.is_empty());
            let place = place.map(|place| inside.map_or(place.clone(), |name| place.inside(name)));
            finding.place = place.or(finding.place).map(|place| with_file(place, file));
            finding.found = finding.found.filter(|found| !found.is_empty());
            match kind {
                Kind::Loss(grade, term) => {
                    let matched = matching(accepted, term.as_deref(), &finding);
                    matched.iter().for_each(|entry| _ = unmatched.remove(entry));
                    let accepted = grade == Grade::Content && !matched.is_empty();
                    report.losses.push(Loss { grade, term, accepted, finding });
                }
                Kind::Derivation => report.derivations.push(finding),
                Kind::Change => report.changes.push(finding),
                Kind::Other => report.findings.push(finding),
            }
        }
        report.losses.sort_by_key(|loss| loss.finding.place.as_ref().map(|place| (place.line, place.column)));
        // Of an invoice that is refused, not all is known that would be lost.
        if report.open_losses(Grade::Meaning) == 0 {
            report.findings.extend(unmatched.into_iter().map(accepted::without_loss));
        }
    }
}

/// In the place of what is beyond the limit: so much is told that nobody would see what is lost.
fn more_than(most: usize, at: Option<usize>) -> Entry {
    let finding = Finding::new(finding::XML_LIMIT, format!("there are more than {most} messages about this invoice"));
    Entry { kind: Kind::Other, at, finding: finding.expected(format!("at most {most}")).help(raise("findings")) }
}

/// What was written, and how.
pub(super) struct Written<'w> {
    /// One bit for each node whose value is in the output.
    pub(super) taken: &'w [u64],
    pub(super) same_syntax: bool,
}

impl Written<'_> {
    fn took(&self, node: usize) -> bool {
        self.taken[node / 64] & (1 << (node % 64)) != 0
    }
}

fn with_file(place: Place, file: Option<&str>) -> Place {
    match file {
        // What stands in the pages of a PDF has its file already.
        Some(file) if place.file.is_none() => place.in_file(file),
        _ => place,
    }
}
