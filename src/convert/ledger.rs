//! The ledger: every value read is either in the output or told about.

use std::collections::BTreeSet;

use super::input::Input;
use crate::finding::{self, Code, Finding};
use crate::mapping::{
    Breach, BreachKind, Cause, Event, EventKind, Grade as TableGrade, Lost, Plan, Writing, same_number,
};
use crate::model::{Flags, Node, offset, repeats};
use crate::place::Place;
use crate::report::{Grade, Loss, Report};
use crate::target::Outcome;
use crate::term::{TermId, Terms};
use crate::xml;

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
            let message = match file.said.is_empty() {
                true => "another file in the PDF is not carried".to_owned(),
                false => format!("another file in the PDF is not carried ({})", file.said),
            };
            let finding = Finding::new(finding::LOSS_CONTENT, message).found(&file.name);
            ledger.push(Kind::Loss(Grade::Content, Some(file.name.clone())), None, finding);
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

    fn lost(&mut self, lost: &Lost, input: &Input<'_>) {
        let text = if lost.side { &input.tape.side } else { input.text };
        let value = text.get(lost.start as usize..(lost.start + lost.length) as usize).unwrap_or_default();
        let value = xml::unescape(xml::trim(value)).into_owned();
        let (grade, code) = weigh(lost.grade);
        let name = name_at(input.text, lost.at as usize);
        let row = |row: u16| input.plan.as_deref().map(|plan| &plan.rows[usize::from(row)]);
        let mut term = None;
        let message = match lost.cause {
            Cause::Comment => "a comment is not carried".to_owned(),
            Cause::Instruction => "a processing instruction is not carried".to_owned(),
            Cause::Empty => format!("`{name}` is empty and is not written"),
            Cause::Attribute => format!("attribute `{name}` says nothing that a term of EN 16931 holds"),
            Cause::MixedText => "text stands between elements and was not read".to_owned(),
            Cause::Unknown => format!("`{name}` has no place in EN 16931"),
            Cause::NoAlternative => format!("`{name}` is none of those that EN 16931 has here"),
            Cause::Row(id) => {
                let label = row(id).and_then(|row| row.lost.as_ref()).and_then(|lost| lost.label.clone());
                term = label;
                match &term {
                    Some(label) => format!("{} has no place in EN 16931", words_of(label)),
                    None => format!("`{name}` has no place in EN 16931"),
                }
            }
            Cause::Constant(id) => constant_message(row(id).map(|row| row.spot.line), &name, lost.grade),
        };
        let mut finding = Finding::new(code, message);
        if !value.is_empty() {
            finding = finding.found(value);
        }
        if let Some(label) = &term {
            finding = finding.term(label);
        }
        let id = term.map(|label| label.split(' ').next().unwrap_or_default().to_owned());
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
    }

    /// JSON holds everything.
    #[cfg(feature = "json")]
    pub(super) fn everything_written(&mut self) {
        self.written = self.read;
    }

    pub(super) fn writing(&mut self, input: &Input<'_>, outcome: &Outcome, done: &Written<'_>) {
        for event in &done.writing.events {
            self.event(event, input, done.plan);
        }
        for breach in &done.writing.breaches {
            self.breach(breach, input, done.plan);
        }
        for &node in &outcome.lost {
            self.untaken(node, input, None);
        }
        self.untaken_nodes(input, done);
        let added = |node: &Node| node.is(Flags::SUPPLIED) && node.row == Node::NO_ROW;
        let read = |node: &Node| node.is_value() && !added(node);
        let taken = input.tape.nodes.iter().enumerate().filter(|(at, node)| read(node) && done.writing.took(*at));
        self.written = taken.count() as u64;
    }

    fn untaken_nodes(&mut self, input: &Input<'_>, done: &Written<'_>) {
        let mut covered = 0;
        for (at, node) in input.tape.nodes.iter().enumerate() {
            if node.is(Flags::FIXED) && !done.same_syntax {
                self.kept_constant(node, input);
            }
            if node.is(Flags::EMPTY) && node.is(Flags::TERM) && at >= covered {
                covered = at + 1 + usize::from(node.span);
                self.beside_nothing(at, input);
            }
            if !node.is_value() || done.writing.took(at) || at < covered {
                continue;
            }
            covered = at + 1 + usize::from(node.span);
            self.untaken(at, input, Some(done));
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
        if let Some(crate::mapping::Operand::Text(usual)) = &when.write
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
        let value = xml::unescape(input.tape.raw(input.text, node)).into_owned();
        let repeated = done.is_some_and(|done| is_repetition(at, term, self.terms, input, done.writing));
        let (grade, code, message) = match repeated {
            true => (Grade::Technical, finding::LOSS_TECHNICAL, "a value stands twice and is written once".to_owned()),
            false => {
                let name = self.terms.get(term).name().to_lowercase();
                (Grade::Content, finding::LOSS_CONTENT, format!("{name} has no place left in the output"))
            }
        };
        let finding = Finding::new(code, message).term(label).found(value);
        let id = self.terms.get(term).id().to_owned();
        self.push(Kind::Loss(grade, Some(id)), Some(offset(&input.tape, at)), finding);
    }

    fn event(&mut self, event: &Event, input: &Input<'_>, plan: &Plan) {
        let row = &plan.rows[usize::from(event.row)];
        let label = row.term.map(|term| self.terms.get(term).label()).unwrap_or_default();
        let at = event.node.map(|node| offset(&input.tape, node as usize));
        let name = &row.name;
        let value = &event.value;
        let new = |code: Code, message: String| Finding::new(code, message).term(&label);
        let (kind, finding) = match event.kind {
            EventKind::Placeholder => (
                Kind::Derivation,
                new(finding::DERIVED, format!("the schema wants {name}, so `{value}` fills the place")),
            ),
            EventKind::Statement => {
                let message = format!("the schema wants {name}, so `{value}` is stated there");
                (Kind::Derivation, new(finding::STATEMENT, message))
            }
            EventKind::Derived => {
                (Kind::Derivation, new(finding::DERIVED, format!("the schema wants {name}, so `{value}` was derived")))
            }
            EventKind::Joined => {
                (Kind::Change, new(finding::CHANGED, "several texts are joined by line breaks".to_owned()))
            }
            EventKind::Summed => {
                (Kind::Change, new(finding::CHANGED, format!("several amounts are added up to `{value}`")))
            }
            EventKind::Trimmed => (
                Kind::Loss(Grade::Technical, None),
                new(finding::LOSS_TECHNICAL, "blanks around a value are not carried".to_owned()),
            ),
            EventKind::ZoneCut => (
                Kind::Loss(Grade::Technical, None),
                new(finding::LOSS_TECHNICAL, "the time zone of a date is not carried".to_owned()),
            ),
            EventKind::DateCut => (
                Kind::Loss(Grade::Content, row.term.map(|term| self.terms.get(term).id().to_owned())),
                new(finding::LOSS_CONTENT, "the time behind a date has no place in the output".to_owned()),
            ),
            EventKind::CodeUnknown => {
                (Kind::Other, new(finding::CODE_UNKNOWN, format!("code `{value}` is in no list and stands as it is")))
            }
            EventKind::Ambiguous => (
                Kind::Loss(Grade::Content, Some("BT-22".to_owned())),
                new(finding::LOSS_CONTENT, "a text begins like a subject code and would be read as one".to_owned()),
            ),
        };
        self.push(kind, at, finding);
    }

    fn breach(&mut self, breach: &Breach, input: &Input<'_>, plan: &Plan) {
        let row = &plan.rows[usize::from(breach.row)];
        let at = breach.node.map(|node| offset(&input.tape, node as usize));
        let finding = match &breach.what {
            BreachKind::Missing(child) => {
                let inner = row.elements.iter().chain(&row.attributes).map(|&id| &plan.rows[usize::from(id)]);
                let term = inner
                    .filter(|inner| &*inner.name == child)
                    .find_map(|inner| inner.term.or_else(|| first_term(plan, inner)));
                let what = term.map(|term| self.terms.get(term).name().to_lowercase());
                let message = match &what {
                    Some(what) => format!("{what} is missing, which the schema of the output requires"),
                    None => format!("{child} is missing, which the schema of the output requires"),
                };
                let mut finding =
                    Finding::new(finding::STRUCTURE, message).expected(format!("{child} in {}", row.name));
                finding.term = term.map(|term| self.terms.get(term).label());
                finding
            }
            BreachKind::Type(value) => {
                let datatype = row.datatype.map(|datatype| datatype.to_string()).unwrap_or_default();
                let name = row.term.map_or(row.name.to_string(), |term| self.terms.get(term).name().to_lowercase());
                let mut finding =
                    Finding::new(finding::STRUCTURE, format!("{name} is not of the type that the output requires"))
                        .found(value)
                        .expected(format!("a value of type {datatype} in {}", row.name));
                finding.term = row.term.map(|term| self.terms.get(term).label());
                finding
            }
        };
        self.push(Kind::Other, at, finding);
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

fn weigh(grade: TableGrade) -> (Grade, Code) {
    match grade {
        TableGrade::Technical => (Grade::Technical, finding::LOSS_TECHNICAL),
        TableGrade::Content => (Grade::Content, finding::LOSS_CONTENT),
        TableGrade::Meaning => (Grade::Meaning, finding::LOSS_MEANING),
    }
}

fn constant_message(_line: Option<u32>, name: &str, grade: TableGrade) -> String {
    match grade {
        TableGrade::Meaning => format!("`{name}` states a tax other than VAT"),
        TableGrade::Content => format!("`{name}` has a value that the output cannot state"),
        TableGrade::Technical => format!("`{name}` has another value than the usual one"),
    }
}

/// The words of a label behind its term: `BT-X-2 Document name` reads `document name`.
fn words_of(label: &str) -> String {
    label.split_once(' ').map_or(label, |(_, words)| words).to_lowercase()
}

/// The name of the element or attribute at an offset.
fn name_at(text: &str, at: usize) -> String {
    let rest = text.get(at..).unwrap_or_default();
    let rest = match rest.strip_prefix('<') {
        Some(rest) => rest,
        // Inside an element's text: its name stands before.
        None if !rest.contains('=') || rest.find('=') > rest.find(['<', '>']) => {
            let tag = text.get(..at).and_then(|before| before.rfind('<'));
            tag.map_or(rest, |tag| &text[tag + 1..])
        }
        None => rest,
    };
    let name = rest.split([' ', '=', '>', '/', '\n', '\r', '\t']).next().unwrap_or_default();
    name.to_owned()
}

fn first_term(plan: &Plan, row: &crate::mapping::PlanRow) -> Option<TermId> {
    row.elements
        .iter()
        .map(|&id| &plan.rows[usize::from(id)])
        .find_map(|row| row.term.or_else(|| first_term(plan, row)))
}

/// Another occurrence of the same term in the same group, with the same value, was written.
fn is_repetition(at: usize, term: TermId, terms: &Terms, input: &Input<'_>, writing: &Writing) -> bool {
    let name = term.index() as u16;
    let nodes = &input.tape.nodes;
    let value = |node: &Node| xml::unescape(xml::trim(input.tape.raw(input.text, node)));
    let own = value(&nodes[at]);
    let same = |other: &str| match terms.get(term).kind().is_numeric() {
        true => other == own || same_number(other, &own),
        false => other == own,
    };
    let (from, to) = group_around(at, term, terms, input);
    (from..to).any(|other| {
        let node = &nodes[other];
        other != at && node.name == name && node.is_value() && writing.took(other) && same(&value(node))
    })
}

/// The repeated group that a value belongs to, as a range of nodes; the document, if it belongs to none.
fn group_around(at: usize, term: TermId, terms: &Terms, input: &Input<'_>) -> (usize, usize) {
    let nodes = &input.tape.nodes;
    let repeats = |group: TermId| repeats(terms, group) && terms.chain(term).any(|around| around == group);
    if terms.get(term).outer() || !terms.chain(term).any(repeats) {
        return (0, nodes.len());
    }
    let around = |&group: &usize| {
        let node = &nodes[group];
        node.is_group() && node.extent as usize > at && node.term().is_some_and(repeats)
    };
    (0..at).rev().find(around).map_or((0, nodes.len()), |group| (group, nodes[group].extent as usize))
}

/// Accepted by term (any of its ids), by path without positions, or by file name.
fn is_accepted(accepted: &BTreeSet<String>, term: Option<&str>, finding: &Finding) -> bool {
    if accepted.is_empty() {
        return false;
    }
    let by_term = term.is_some_and(|term| accepted.contains(term) || term.split('/').any(|id| accepted.contains(id)));
    let path = finding.place.as_ref().and_then(|place| place.path.as_deref());
    by_term || path.is_some_and(|path| accepted.contains(path) || accepted.contains(&without_positions(path)))
}

fn without_positions(path: &str) -> String {
    let steps = path.split('/').map(|step| step.split('[').next().unwrap_or_default());
    steps.collect::<Vec<_>>().join("/")
}
