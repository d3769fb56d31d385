//! Notes in one and several again: where a target has one note, each keeps its subject code as a prefix `#code#`.

use super::normalise::{Outcome, Subject};
use crate::codelist::CodeList;
use crate::finding::{self, Finding};
use crate::model::{Addition, Flags, Node};
use crate::xml;

/// Codes that both syntaxes know; UBL reads no others.
fn is_code(code: &str) -> bool {
    CodeList::named("untdid-4451").is_some_and(|list| list.contains_in("both", code))
}

/// Joins all notes into the first, unless both parties are German (PEPPOL-EN16931-R002).
pub(super) fn join(subject: &mut Subject<'_>, outcome: &mut Outcome) {
    let notes: Vec<usize> = subject.groups("BG-1").collect();
    let country = |id: &str| subject.first(id).map(|at| subject.text(at));
    let german = ["BT-40", "BT-55"].iter().all(|id| country(id).as_deref().map(str::trim) == Some("DE"));
    let texts: Vec<usize> = notes.iter().filter_map(|&note| subject.first_in(note, "BT-22")).collect();
    let (Some(&first), false) = (texts.first(), german || texts.len() < 2) else { return };
    let mut joined = subject.tape.raw(subject.source, &subject.tape.nodes[first]).to_owned();
    for &note in &notes {
        let Some(text) = subject.first_in(note, "BT-22").filter(|&text| text != first) else { continue };
        let code = subject.first_in(note, "BT-21");
        joined.push('\n');
        match code.map(|at| (at, subject.text(at).trim().to_owned())) {
            Some((_, code)) if is_code(&code) => joined.push_str(&format!("#{code}#")),
            Some((at, _)) => outcome.lost.push(at),
            None => {}
        }
        joined.push_str(subject.tape.raw(subject.source, &subject.tape.nodes[text]));
        for at in code.into_iter().chain([text]) {
            subject.tape.take_out(at);
        }
    }
    let (start, extent) = subject.tape.aside(&joined);
    let node = &mut subject.tape.nodes[first];
    (node.start, node.extent) = (start, extent);
    node.flags.set(Flags::SIDE.with(Flags::DECODED).with(Flags::SUPPLIED));
    let message = format!("{} notes stand in one, since the target has one", texts.len());
    outcome.changes.push((Some(first), Finding::new(finding::CHANGED, message).term("BG-1 INVOICE NOTE")));
}

/// Splits notes that were joined: every part must begin with the code of a subject.
pub(super) fn split(subject: &mut Subject<'_>, group: &str, outcome: &mut Outcome) {
    let (mut additions, mut before) = (Vec::new(), 0);
    let joined: Vec<usize> = subject.groups(group).filter(|&note| may_be_joined(subject, note)).collect();
    for note in joined {
        let (Some(code), Some(text)) = (subject.first_in(note, "BT-21"), subject.first_in(note, "BT-22")) else {
            continue;
        };
        let whole = subject.tape.nodes[text];
        let parts = parts(subject.tape.raw(subject.source, &whole));
        let Some(&(_, _, first_end)) = parts.first().filter(|_| parts.len() > 1) else { continue };
        subject.tape.nodes[text].extent = first_end as u32;
        let code_node = subject.tape.nodes[code];
        let group_node = subject.tape.nodes[note];
        let end = subject.tape.end(note);
        let mut added = Vec::with_capacity(parts.len() * 3);
        for &(code_at, from, to) in &parts[1..] {
            let at = (end + added.len()) as u32;
            added.push(Node { extent: at + 3, ..group_node });
            let slice = |node: &Node, from: usize, to: usize| Node {
                start: whole.start + from as u32,
                extent: (to - from) as u32,
                flags: whole.flags,
                ..*node
            };
            added.push(slice(&code_node, code_at, from - 1));
            added.push(slice(&whole, from, to));
        }
        let at_now = text + before;
        before += added.len();
        additions.push(Addition { at: end, nodes: added, inside: None });
        let message = format!("a joined note is {} notes again", parts.len());
        outcome.changes.push((Some(at_now), Finding::new(finding::CHANGED, message).term("BG-1 INVOICE NOTE")));
    }
    subject.tape.insert(additions);
}

/// True of few notes of many, if any.
fn may_be_joined(subject: &Subject<'_>, note: usize) -> bool {
    let text = subject.first_in(note, "BT-22").map(|at| subject.tape.raw(subject.source, &subject.tape.nodes[at]));
    text.is_some_and(|text| text.contains(NEXT))
}

/// What stands before the code of each part but the first.
const NEXT: &str = "\n#";

/// Where each part has its code and its text: the first has its code elsewhere.
fn parts(text: &str) -> Vec<(usize, usize, usize)> {
    let mut parts = vec![(0, 0, text.len())];
    let mut from = 0;
    while let Some(found) = text[from..].find(NEXT) {
        let code = from + found + 2;
        from = code;
        let Some(length) = text[code..].find('#') else { break };
        if is_code(xml::trim(&text[code..code + length])) {
            if let Some(last) = parts.last_mut() {
                last.2 = code - 2;
            }
            from = code + length + 1;
            parts.push((code, from, text.len()));
        }
    }
    parts
}
