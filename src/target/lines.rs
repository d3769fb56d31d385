//! Invoice lines that say less than EN 16931 asks of one.

use super::normalise::{Outcome, Subject};
use crate::finding::{self, Finding};
use crate::model::{Flags, Node};

/// A line that holds nothing but texts is no line: each text is a note of the invoice.
pub(super) fn note(subject: &mut Subject<'_>, term: &str, outcome: &mut Outcome) {
    let (Some(text), Some(line)) = (subject.find(term), subject.find("BG-25")) else { return };
    let (Some(note), Some(content)) = (subject.find("BG-1"), subject.find("BT-22")) else { return };
    for at in subject.groups("BG-25").into_iter().rev() {
        let inside = at + 1..subject.tape.end(at);
        let values: Vec<usize> = inside.clone().filter(|&inner| subject.tape.nodes[inner].is_value()).collect();
        let is_text = |&inner: &usize| usize::from(subject.tape.nodes[inner].name) == text.index();
        let Some((&first, more)) = values.split_first().filter(|_| values.iter().all(is_text)) else { continue };
        let group = subject.tape.nodes[at];
        let end = inside.end;
        let mut added = Vec::with_capacity(more.len() * 2);
        for &inner in more {
            let start = (end + added.len()) as u32;
            added.push(Node { name: note.index() as u16, extent: start + 2, ..group });
            added.push(Node { name: content.index() as u16, ..subject.tape.nodes[inner] });
        }
        for inner in inside.filter(|&inner| inner != first) {
            subject.tape.nodes[inner].flags.set(Flags::OUT);
        }
        subject.tape.nodes[at].name = note.index() as u16;
        subject.tape.nodes[first].name = content.index() as u16;
        subject.tape.insert(end, &added, None);
        let message = "a line that is only a text is no invoice line: the text stands as a note, BG-1";
        let finding = Finding::new(finding::CHANGED, message).term(subject.terms.get(line).label());
        outcome.changes.push((Some(first), finding));
    }
}

/// Where no line has an identifier, each takes its number.
pub(super) fn number(subject: &mut Subject<'_>, term: &str, outcome: &mut Outcome) {
    let Some(id) = subject.find(term) else { return };
    let lines = subject.groups("BG-25");
    let Some(&first) = lines.first() else { return };
    if lines.iter().any(|&line| subject.first_in(line, term).is_some()) {
        return;
    }
    for (index, line) in lines.into_iter().enumerate().rev() {
        let number = subject.supplied(id, &(index + 1).to_string());
        subject.tape.insert(line + 1, &[number], Some(line));
    }
    let message = format!("no line has {term}, so each has its number");
    outcome
        .changes
        .push((Some(first + 1), Finding::new(finding::CHANGED, message).term(subject.terms.get(id).label())));
}
