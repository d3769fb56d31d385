//! Invoice lines that say less than EN 16931 asks of one.
//!
//! Nearly every line says enough, so looking for the others must cost nothing: no allocation, one look at each line.

use super::normalise::{Outcome, Subject};
use crate::finding::{self, Finding};
use crate::model::{Addition, Flags, Node};
use crate::term::TermId;

/// A line that holds nothing but texts is no line: each text is a note of the invoice.
pub(super) fn note(subject: &mut Subject<'_>, term: &str, outcome: &mut Outcome) {
    let (Some(text), Some(line)) = (subject.find(term), subject.find("BG-25")) else { return };
    if !subject.tape.lines().may_be_thin() {
        return;
    }
    let found: Vec<usize> = lines(subject, line).filter(|&at| is_only(subject, at, text)).collect();
    if !found.is_empty() {
        subject.tape.forget_lines();
    }
    let (mut additions, mut added) = (Vec::new(), 0);
    for at in found {
        let (first, addition) = as_notes(subject, at);
        let first = first.map(|first| first + added);
        added += addition.as_ref().map_or(0, |addition: &Addition| addition.nodes.len());
        additions.extend(addition);
        let message = "a line that is only a text is no invoice line: the text stands as a note, BG-1";
        let finding = Finding::new(finding::CHANGED, message).term(subject.terms.get(line).label());
        outcome.changes.push((first, finding));
    }
    subject.tape.insert(additions);
}

/// Where no line has an identifier, each takes its number.
pub(super) fn number(subject: &mut Subject<'_>, term: &str, outcome: &mut Outcome) {
    let (Some(id), Some(line)) = (subject.find(term), subject.find("BG-25")) else { return };
    if lines(subject, line).any(|at| subject.first_in(at, term).is_some()) {
        return;
    }
    let found: Vec<usize> = lines(subject, line).collect();
    let numbered = found.iter().enumerate().map(|(index, &at)| {
        let number = subject.supplied(id, &(index + 1).to_string());
        Addition { at: at + 1, nodes: vec![number], inside: Some(at) }
    });
    let additions = numbered.collect();
    subject.tape.insert(additions);
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
fn as_notes(subject: &mut Subject<'_>, at: usize) -> (Option<usize>, Option<Addition>) {
    let name = |id: &str| subject.find(id).map(|term| term.index() as u16);
    let (Some(note), Some(content)) = (name("BG-1"), name("BT-22")) else { return (None, None) };
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
        subject.tape.take_out(inner);
    }
    subject.tape.nodes[at].name = note;
    subject.tape.nodes[at].flags.set(Flags::SUPPLIED);
    (first, Some(Addition { at: end, nodes: added, inside: None }))
}
