//! The ledger: every value read is either in the output or told about.
//!
//! This module owns the counting: what was read, what was written, what is left. What is said of it stands in
//! [`words`]; what of it matters less, in [`repetition`] and [`accepted`].

mod accepted;
mod repetition;
mod words;

use std::collections::BTreeSet;

use super::input::{Beside, Input};
use crate::finding::{self, Finding};
use crate::mapping::{Lost, Operand, Plan, Writing};
use crate::model::{Flags, Node, offset};
use crate::place::Place;
use crate::report::{Grade, Loss, Report};
use crate::target::Outcome;
use crate::term::{TermId, Terms};
use crate::xml;
use accepted::is_accepted;
use repetition::is_repetition;

/// Findings under way: what they say, and the offset that their place comes from.
pub(super) struct Ledger<'i> {
    terms: &'i Terms,
    text: &'i str,
    /// Losses, changes, derivations, findings, each with an offset.
    entries: Vec<Entry>,
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
    pub(super) fn new(terms: &'i Terms, input: &Input<'i>) -> Ledger<'i> {
        let mut ledger = Ledger { terms, text: input.text, entries: Vec::new(), read: 0, written: 0 };
        for lost in &input.lost {
            ledger.lost(lost, input);
        }
        for file in input.others {
            ledger.beside(file);
        }
        for warning in input.warnings {
            ledger.push(Kind::Other, None, warning.clone());
        }
        ledger.read = input.tape.nodes.iter().filter(|node| node.is_value()).count() as u64;
        ledger
    }

    fn push(&mut self, kind: Kind, at: Option<usize>, finding: Finding) {
        self.entries.push(Entry { kind, at, finding });
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

    pub(super) fn no_default_target(&mut self, stated: &str, format: &str) {
        let message = format!("an invoice of this specification has no counterpart in {format}");
        let finding = Finding::new(finding::LOSS_MEANING, message).term("BT-24 Specification identifier").found(stated);
        self.push(Kind::Loss(Grade::Meaning, Some("BT-24".to_owned())), None, finding);
    }

    pub(super) fn foreign_profile(&mut self, stated: &str, title: &str) {
        let message = format!("the specification is not one of this format, so the output follows {title}");
        let finding = Finding::new(finding::CHANGED, message).term("BT-24 Specification identifier").found(stated);
        self.push(Kind::Change, None, finding);
    }

    pub(super) fn root_against_type(&mut self, root: String, code: &str) {
        let message = format!("document type code and root element do not fit: {root}");
        let finding = Finding::new(finding::ROOT_AGAINST_TYPE, message).term("BT-3 Invoice type code").found(code);
        self.push(Kind::Other, None, finding);
    }

    pub(super) fn unknown_type(&mut self, code: &str) {
        let finding = Finding::new(finding::CODE_UNKNOWN, "document type code is in no list, so an Invoice is written")
            .term("BT-3 Invoice type code")
            .found(code);
        self.push(Kind::Other, None, finding);
    }

    /// True if something of grade meaning was met: nothing will be written.
    pub(super) fn refuses(&self) -> bool {
        self.entries.iter().any(|entry| matches!(entry.kind, Kind::Loss(Grade::Meaning, _)))
    }

    // --- what was changed and written

    pub(super) fn outcome(&mut self, outcome: &Outcome) {
        for (_, finding) in &outcome.changes {
            self.push(Kind::Change, None, finding.clone());
        }
        for (_, finding) in &outcome.findings {
            self.push(Kind::Other, None, finding.clone());
        }
    }

    /// JSON holds everything.
    #[cfg(feature = "json")]
    pub(super) fn everything_written(&mut self) {
        self.written = self.read;
    }

    pub(super) fn writing(&mut self, input: &Input<'_>, outcome: &Outcome, done: &Written<'_>) {
        for event in &done.writing.events {
            let (kind, finding) = words::event(event, done.plan, self.terms);
            self.push(kind, event.node.map(|node| offset(&input.tape, node as usize)), finding);
        }
        for breach in &done.writing.breaches {
            let finding = words::breach(breach, done.plan, self.terms);
            self.push(Kind::Other, breach.node.map(|node| offset(&input.tape, node as usize)), finding);
        }
        for &node in &outcome.lost {
            self.untaken(node, input, None);
        }
        self.nodes(input, done);
    }

    /// One pass over all nodes: what was written is counted, what was not is told.
    fn nodes(&mut self, input: &Input<'_>, done: &Written<'_>) {
        let mut covered = 0;
        for (at, node) in input.tape.nodes.iter().enumerate() {
            if node.is_value() {
                if done.writing.took(at) {
                    let added = node.is(Flags::SUPPLIED) && node.row == Node::NO_ROW;
                    self.written += u64::from(!added);
                } else if at >= covered || !node.is(Flags::SUB) {
                    // A sub-term is told with its term; what else stands in its element is a value of its own.
                    covered = at + 1 + usize::from(node.span);
                    self.untaken(at, input, Some(done));
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
            let finding =
                Finding::new(finding::LOSS_TECHNICAL, format!("`{value}` is written as the code of the target"));
            self.push(Kind::Loss(Grade::Technical, None), Some(node.start as usize), finding);
        }
    }

    fn untaken(&mut self, at: usize, input: &Input<'_>, done: Option<&Written<'_>>) {
        let node = &input.tape.nodes[at];
        let Some(term) = node.term() else { return };
        let label = self.terms.get(term).label();
        let mut value = xml::unescape(input.tape.raw(input.text, node)).into_owned();
        for (sub, text) in repetition::sub_terms(at, input) {
            value.push_str(&format!(" ({} {})", self.terms.get(TermId::from_index(sub)).id(), xml::unescape(text)));
        }
        let repeated = done.is_some_and(|done| is_repetition(at, term, self.terms, input, done.writing));
        let (grade, code, message) = match repeated {
            true => (Grade::Technical, finding::LOSS_TECHNICAL, "a value stands twice and is written once".to_owned()),
            false => {
                let name = words::spoken(self.terms.get(term).name());
                (Grade::Content, finding::LOSS_CONTENT, format!("{name} has no place left in the output"))
            }
        };
        let finding = Finding::new(code, message).term(label).found(value);
        let id = self.terms.get(term).id().to_owned();
        self.push(Kind::Loss(grade, Some(id)), Some(offset(&input.tape, at)), finding);
    }

    // --- the end

    /// Gives every entry its place and sorts all into the report.
    pub(super) fn settle(self, accepted: &BTreeSet<String>, file: Option<&str>, report: &mut Report) {
        report.terms_read = self.read;
        report.terms_written = self.written;
        let offsets: Vec<usize> = self.entries.iter().filter_map(|entry| entry.at).collect();
        let mut places = xml::locate(self.text, &offsets).into_iter();
        for Entry { kind, at, mut finding } in self.entries {
            let place = at.and_then(|_| places.next()).filter(|_| !self.text.is_empty());
            finding.place = place.or(finding.place).map(|place| with_file(place, file));
            match kind {
                Kind::Loss(grade, term) => {
                    let accepted = grade == Grade::Content && is_accepted(accepted, term.as_deref(), &finding);
                    report.losses.push(Loss { grade, term, accepted, finding });
                }
                Kind::Derivation => report.derivations.push(finding),
                Kind::Change => report.changes.push(finding),
                Kind::Other => report.findings.push(finding),
            }
        }
        report.losses.sort_by_key(|loss| loss.finding.place.as_ref().map(|place| (place.line, place.column)));
    }
}

/// What was written, and how.
pub(super) struct Written<'w> {
    pub(super) writing: &'w Writing,
    pub(super) plan: &'w Plan,
    pub(super) same_syntax: bool,
}

fn with_file(place: Place, file: Option<&str>) -> Place {
    match file {
        Some(file) => place.in_file(file),
        None => place,
    }
}
