//! Invoice lines that say less than EN 16931 asks of one.
//!
//! Nearly every line says enough, so looking for the others must cost nothing: no allocation, one look at each line.

use super::normalise::{Outcome, Subject};
use crate::finding::{self, Finding};
use crate::model::{Flags, Node};
use crate::term::TermId;

/// A line that holds nothing but texts is no line: each text is a note of the invoice.
pub(super) fn note(subject: &mut Subject<'_>, term: &str, outcome: &mut Outcome) {
    let (Some(text), Some(line)) = (subject.find(term), subject.find("BG-25")) else { return };
    let found: Vec<usize> = lines(subject, line).filter(|&at| is_only(subject, at, text)).collect();
    for at in found.into_iter().rev() {
        let first = as_notes(subject, at);
        let message = "a line that is only a text is no invoice line: the text stands as a note, BG-1";
        let finding = Finding::new(finding::CHANGED, message).term(subject.terms.get(line).label());
        outcome.changes.push((first, finding));
    }
}

/// Where no line has an identifier, each takes its number.
pub(super) fn number(subject: &mut Subject<'_>, term: &str, outcome: &mut Outcome) {
    let (Some(id), Some(line)) = (subject.find(term), subject.find("BG-25")) else { return };
    if lines(subject, line).any(|at| subject.first_in(at, term).is_some()) {
        return;
    }
    let found: Vec<usize> = lines(subject, line).collect();
    for (index, &at) in found.iter().enumerate().rev() {
        let number = subject.supplied(id, &(index + 1).to_string());
        subject.tape.insert(at + 1, &[number], Some(at));
    }
    if let Some(&first) = found.first() {
        let message = format!("no line has {term}, so each has its number");
        let finding = Finding::new(finding::CHANGED, message).term(subject.terms.get(id).label());
        outcome.changes.push((Some(first + 1), finding));
    }
}

/// Positions of the groups of a name that stand in no other of that name.
fn lines<'s>(subject: &'s Subject<'_>, group: TermId) -> impl Iterator<Item = usize> + 's {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let node = subject.tape.nodes.get(at)?;
            let here = at;
            let found = node.is_group() && usize::from(node.name) == group.index() && !node.is(Flags::OUT);
            at = if found { node.extent as usize } else { at + 1 };
            if found {
                return Some(here);
            }
        }
    })
}

/// True if a group holds values, all of them of one term.
fn is_only(subject: &Subject<'_>, at: usize, term: TermId) -> bool {
    let nodes = &subject.tape.nodes[at + 1..subject.tape.end(at)];
    let mut values = nodes.iter().filter(|node| node.is_value()).peekable();
    values.peek().is_some() && values.all(|node| usize::from(node.name) == term.index())
}

/// Each value of a group becomes a note: the first in its place, the others behind it.
fn as_notes(subject: &mut Subject<'_>, at: usize) -> Option<usize> {
    let (note, content) = (subject.find("BG-1")?.index() as u16, subject.find("BT-22")?.index() as u16);
    let (group, end) = (subject.tape.nodes[at], subject.tape.end(at));
    let mut first = None;
    let mut added = Vec::new();
    for inner in at + 1..end {
        let node = subject.tape.nodes[inner];
        if node.is_value() && first.is_none() {
            first = Some(inner);
            subject.tape.nodes[inner].name = content;
            continue;
        }
        if node.is_value() {
            let start = (end + added.len()) as u32;
            added.push(Node { name: note, extent: start + 2, flags: group.flags.with(Flags::SUPPLIED), ..group });
            added.push(Node { name: content, ..node });
        }
        subject.tape.nodes[inner].flags.set(Flags::OUT);
    }
    subject.tape.nodes[at].name = note;
    subject.tape.nodes[at].flags.set(Flags::SUPPLIED);
    subject.tape.insert(end, &added, None);
    first
}
