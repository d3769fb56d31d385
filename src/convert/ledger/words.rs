//! The wording of the ledger: what is said of a value that was not carried, of an event on writing, of a breach of the
//! schema, and how much each weighs.

use super::super::input::Input;
use super::{Kind, choices, places};
use crate::finding::{self, Code, Finding};
use crate::mapping::{Breach, BreachKind, Cause, Event, EventKind, Grade as TableGrade, Lost, Operand, Plan, PlanRow};
use crate::model::{Node, offset};
use crate::report::Grade;
use crate::term::{Several, TermId, Terms, spoken};
use crate::xml;

/// The grade of a table as that of a report, and the code of its findings.
pub(super) fn weigh(grade: TableGrade) -> (Grade, Code) {
    match grade {
        TableGrade::Technical => (Grade::Technical, finding::LOSS_TECHNICAL),
        TableGrade::Content => (Grade::Content, finding::LOSS_CONTENT),
        TableGrade::Meaning => (Grade::Meaning, finding::LOSS_MEANING),
    }
}

// --- values that were not carried

/// What is said of a value that the reader did not carry, and the label of its row if it has one.
pub(super) fn lost(lost: &Lost, input: &Input<'_>) -> (String, Option<String>) {
    let name = name_at(input.text, lost.at as usize);
    let message = match lost.cause {
        Cause::Comment => "a comment is not carried".to_owned(),
        Cause::Instruction => "a processing instruction is not carried".to_owned(),
        Cause::Empty => format!("{name} is empty and is not written"),
        Cause::Attribute => {
            format!("attribute {} says nothing that a term of EN 16931 holds", name.trim_start_matches('@'))
        }
        Cause::MixedText => "text stands between elements and was not read".to_owned(),
        Cause::Unknown => format!("{name} has no place in EN 16931"),
        Cause::NoAlternative(choice, deciding) => choices::message(&name, choice, deciding, input),
        Cause::Row(row) => {
            let label = label(row, input);
            let (id, words) = label.as_deref().map_or((None, name.as_str()), split_label);
            let what = if label.is_some() { spoken(words) } else { name.clone() };
            return (format!("{what} has no place in EN 16931"), id.and(label.clone()));
        }
        Cause::Constant(_) => constant(&name, lost.grade),
    };
    (message, None)
}

/// What is said of a value of the model that another one stands for already, and what it weighs.
pub(super) fn repeated() -> (Grade, Code, String) {
    (Grade::Technical, finding::LOSS_TECHNICAL, "a value stands twice and is written once".to_owned())
}

/// The same of a value that the target has no place for.
pub(super) fn no_place(term: TermId, terms: &Terms) -> (Grade, Code, String) {
    let name = terms.get(term).spoken();
    (Grade::Content, finding::LOSS_CONTENT, format!("{name} has no place left in the output"))
}

/// The same of a value whose place another one took; where the model says so, one alone would state another invoice.
pub(super) fn left_over(term: TermId, terms: &Terms) -> (Grade, Code, String) {
    let Some(group) = terms.chain(term).find(|&group| terms.get(group).several() == Several::Refuse) else {
        return no_place(term, terms);
    };
    let name = |term: TermId| terms.get(term).spoken();
    let around = terms.get(group).parent().map_or_else(|| "the invoice".to_owned(), name);
    let message = format!("{} stands twice in one {around}: one alone would state another invoice", name(group));
    (Grade::Meaning, finding::LOSS_MEANING, message)
}

fn label(row: u16, input: &Input<'_>) -> Option<String> {
    let row = input.plan.as_deref()?.rows.get(usize::from(row))?;
    row.lost.as_ref()?.label.clone()
}

fn constant(name: &str, grade: TableGrade) -> String {
    match grade {
        TableGrade::Meaning => format!("{name} states a tax other than VAT"),
        TableGrade::Content => format!("{name} has a value that the output cannot state"),
        TableGrade::Technical => format!("{name} has another value than the usual one"),
    }
}

/// The term of a label, if it begins with one, and its words: `BT-X-2 Document name`, `UUID of the document`.
fn split_label(label: &str) -> (Option<&str>, &str) {
    let is_id = |word: &str| word.contains('-') && !word.contains(char::is_lowercase);
    match label.split_once(' ') {
        Some((id, words)) if is_id(id) => (Some(id), words),
        _ => (None, label),
    }
}

/// The name of the element or attribute at an offset.
pub(in crate::convert) fn name_at(text: &str, at: usize) -> String {
    let rest = text.get(at..).unwrap_or_default();
    // At the value of an attribute, its name stands before.
    let before = text.get(..at).unwrap_or_default().strip_suffix(['"', '\'']);
    let attribute = before.and_then(|before| before.trim_end().strip_suffix('=')).map(str::trim_end);
    if let Some(name) = attribute.and_then(|before| before.rsplit(char::is_whitespace).next()) {
        return format!("@{name}");
    }
    let before = text.get(..at).unwrap_or_default();
    let rest = match (rest.strip_prefix('<'), before.rfind(['<', '>'])) {
        (Some(rest), _) => rest,
        // Inside an element's text: its name stands before. Inside a tag stands an attribute.
        (None, Some(mark)) if before[mark..].starts_with('>') => {
            before[..mark].rfind('<').map_or(rest, |tag| &text[tag + 1..])
        }
        (None, _) => return format!("@{}", first_name(rest)),
    };
    first_name(rest).to_owned()
}

fn first_name(text: &str) -> &str {
    text.split([' ', '=', '>', '/', '\n', '\r', '\t']).next().unwrap_or_default()
}

// --- events on writing

/// What an event is, where it stands, and what is said of it.
pub(super) fn event(event: &Event, plan: &Plan, terms: &Terms, input: &Input<'_>) -> (Kind, Option<usize>, Finding) {
    let row = &plan.rows[usize::from(event.row)];
    // Of a value that is not there, the node is the group that it is missing in.
    let (own, at) = match event.kind {
        EventKind::Placeholder | EventKind::Statement | EventKind::Derived => {
            (None, row.term.and_then(|term| places::around(term, event.node, terms, input)))
        }
        _ => (event.node, event.node.map(|node| offset(&input.tape, node as usize))),
    };
    let node = own.and_then(|node| input.tape.nodes.get(node as usize));
    let term = row.term.or(node.and_then(Node::term));
    let (kind, code) = weight(event.kind, term.map(|term| terms.get(term).id()));
    let mut finding = Finding::new(code, said(event, term, plan, terms));
    finding.term = term.map(|term| terms.get(term).label());
    if !matches!(event.kind, EventKind::Joined | EventKind::Summed) {
        finding.found = node.map(|node| xml::unescape(input.tape.raw(input.text, node)).into_owned());
    }
    if event.kind == EventKind::NoDate {
        finding.expected = Some("a day such as 2026-03-02".to_owned());
    }
    (kind, at, finding)
}

fn weight(kind: EventKind, term: Option<&str>) -> (Kind, Code) {
    let content = |term: Option<&str>| Kind::Loss(Grade::Content, term.map(str::to_owned));
    match kind {
        EventKind::Placeholder | EventKind::Derived => (Kind::Derivation, finding::DERIVED),
        EventKind::Statement => (Kind::Derivation, finding::STATEMENT),
        EventKind::Joined | EventKind::Summed => (Kind::Change, finding::CHANGED),
        EventKind::Trimmed | EventKind::ZoneCut => (Kind::Loss(Grade::Technical, None), finding::LOSS_TECHNICAL),
        EventKind::DateCut | EventKind::Ambiguous => (content(term), finding::LOSS_CONTENT),
        EventKind::CodeUnknown => (Kind::Other, finding::CODE_UNKNOWN),
        EventKind::NoDate => (Kind::Other, finding::STRUCTURE),
    }
}

fn said(event: &Event, term: Option<TermId>, plan: &Plan, terms: &Terms) -> String {
    let value = &event.value;
    let row = &plan.rows[usize::from(event.row)];
    let name = || term.map_or_else(|| row.name.to_string(), |term| terms.get(term).spoken());
    let wanted = || format!("{} is missing and the schema of {} wants it", name(), plan.syntax.to_uppercase());
    match event.kind {
        EventKind::Placeholder => format!("{}: `{value}` fills the place", wanted()),
        EventKind::Statement => format!("{}: `{value}` is stated", wanted()),
        EventKind::Derived => format!("{}: `{value}` was derived", wanted()),
        EventKind::Joined => "several texts are joined by line breaks".to_owned(),
        EventKind::Summed => format!("several amounts are added up to `{value}`"),
        EventKind::Trimmed => format!("blanks around {} are not carried", name()),
        EventKind::ZoneCut => format!("the time zone of {} is not carried", name()),
        EventKind::DateCut => format!("the time behind {} has no place in the output", name()),
        EventKind::CodeUnknown => format!("{} is in no list and stands as it is", name()),
        EventKind::NoDate => format!("{} is no day of the calendar, so the output cannot spell it", name()),
        EventKind::Ambiguous => format!("{} begins like a subject code and would be read as one", name()),
    }
}

/// The term of a row as it stands within a sentence; its element, if it carries none.
fn name(row: &PlanRow, terms: &Terms) -> String {
    row.term.map_or_else(|| row.name.to_string(), |term| terms.get(term).spoken())
}

// --- breaches of the schema

/// What is said where the output would break its schema, and where in the source that is.
pub(super) fn breach(breach: &Breach, plan: &Plan, terms: &Terms, input: &Input<'_>) -> (Option<usize>, Finding) {
    let row = &plan.rows[usize::from(breach.row)];
    match &breach.what {
        BreachKind::Missing(child) => missing(child, breach, plan, terms, input),
        BreachKind::Type(value) => {
            let datatype = row.datatype.map(|datatype| datatype.to_string()).unwrap_or_default();
            let message = format!("{} is not of the type that the output requires", name(row, terms));
            let mut finding = Finding::new(finding::STRUCTURE, message)
                .found(value)
                .expected(format!("a value of type {datatype} in {}", row.name));
            finding.term = row.term.map(|term| terms.get(term).label());
            (breach.node.map(|node| offset(&input.tape, node as usize)), finding)
        }
    }
}

/// An element or attribute that the schema wants: told by the term or group that it carries.
fn missing(child: &str, breach: &Breach, plan: &Plan, terms: &Terms, input: &Input<'_>) -> (Option<usize>, Finding) {
    let row = &plan.rows[usize::from(breach.row)];
    let inner = row.elements.iter().chain(&row.attributes).map(|&id| &plan.rows[usize::from(id)]);
    let term = inner.filter(|inner| &*inner.name == child).find_map(|inner| first_term(plan, inner));
    let what = term.map_or_else(|| child.to_owned(), |term| terms.get(term).spoken());
    let message = format!("{what} is missing, which the schema of the output requires");
    let mut finding = Finding::new(finding::STRUCTURE, message).expected(format!("{child} in {}", row.name));
    finding.term = term.map(|term| terms.get(term).label());
    (term.and_then(|term| places::around(term, breach.node, terms, input)), finding)
}

/// The group or term of a row, or the first one inside it; of a constant, the term that it repeats.
fn first_term(plan: &Plan, row: &PlanRow) -> Option<TermId> {
    let repeated = match row.constant_operand() {
        Some(Operand::Term(term)) => Some(*term),
        _ => None,
    };
    let inside = || row.elements.iter().find_map(|&id| first_term(plan, &plan.rows[usize::from(id)]));
    row.group.or(row.term).or(repeated).or_else(inside)
}
