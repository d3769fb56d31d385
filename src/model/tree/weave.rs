//! From groups and terms to the tape of a document.

use super::{Group, Value};
use crate::finding::{self, Finding};
use crate::model::{Flags, Node, Tape};
use crate::term::{TermId, Terms};
use crate::xml;

/// The nodes of a document, in the order of the standard; or every value that XML cannot hold.
pub(in crate::model) fn weave(terms: &Terms, root: &Group) -> Result<Tape, Vec<Finding>> {
    let mut weaver = Weaver { terms, tape: Tape::default(), findings: Vec::new() };
    weaver.group(None, root);
    if weaver.findings.is_empty() { Ok(weaver.tape) } else { Err(weaver.findings) }
}

struct Weaver<'t> {
    terms: &'t Terms,
    tape: Tape,
    findings: Vec<Finding>,
}

impl Weaver<'_> {
    fn group(&mut self, at: Option<TermId>, group: &Group) {
        for &child in self.terms.children(at) {
            for value in group.values.get(&child).into_iter().flatten() {
                self.value(child, value);
            }
            for (_, inner) in group.groups.range((child, 0)..=(child, u32::MAX)) {
                let start = self.tape.nodes.len();
                self.tape.nodes.push(node(child, Flags::GROUP, (0, 0)));
                self.group(Some(child), inner);
                match self.tape.nodes.len() {
                    end if end == start + 1 => self.tape.nodes.truncate(start),
                    end => self.tape.nodes[start].extent = end as u32,
                }
            }
        }
    }

    fn value(&mut self, term: TermId, value: &Value) {
        let at = self.tape.nodes.len();
        self.text(term, Flags::TERM, &value.text);
        for (sub, text) in &value.subs {
            self.text(*sub, Flags::TERM.with(Flags::SUB), text);
        }
        match (u16::try_from(value.subs.len()), self.tape.nodes.get_mut(at)) {
            (Ok(span), Some(node)) => node.span = span,
            _ => self.complain(term, "a value has too many values of its own", &value.subs.len().to_string()),
        }
    }

    fn text(&mut self, term: TermId, flags: Flags, text: &str) {
        let start = self.tape.side.len() as u32;
        if let Err(bad) = xml::escape_into(text, &mut self.tape.side) {
            let code = format!("U+{:04X}", u32::from(bad));
            self.complain(term, "a value holds a character that XML forbids", &code);
        }
        let extent = self.tape.side.len() as u32 - start;
        self.tape.nodes.push(node(term, flags.with(Flags::SIDE).with(Flags::DECODED), (start, extent)));
    }

    fn complain(&mut self, term: TermId, message: &str, found: &str) {
        let finding = Finding::new(finding::JSON_SHAPE, message);
        self.findings.push(finding.term(self.terms.get(term).label()).found(found));
    }
}

fn node(term: TermId, flags: Flags, (start, extent): (u32, u32)) -> Node {
    Node { name: term.index() as u16, row: Node::NO_ROW, flags, span: 0, start, extent }
}
