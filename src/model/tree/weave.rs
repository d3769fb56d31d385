//! From groups and terms to the tape of a document.

use super::{Group, Value};
use crate::finding::{self, Finding};
use crate::limits::Limits;
use crate::model::{Flags, Node, Tape};
use crate::term::{TermId, Terms};
use crate::xml;

/// The nodes of a document, in the order of the standard; or every value that XML cannot hold. Each text is let go as
/// soon as it is in the tape.
pub(in crate::model) fn weave(terms: &Terms, root: Group, limits: &Limits) -> Result<Tape, Vec<Finding>> {
    let most = usize::try_from(limits.unpacked).unwrap_or(usize::MAX);
    let mut weaver = Weaver { terms, tape: Tape::default(), most, is_full: false, findings: Vec::new() };
    weaver.group(None, root);
    if weaver.is_full {
        return Err(vec![limits.texts_too_large()]);
    }
    if weaver.findings.is_empty() { Ok(weaver.tape) } else { Err(weaver.findings) }
}

struct Weaver<'t> {
    terms: &'t Terms,
    tape: Tape,
    /// Bytes that all texts may take as XML.
    most: usize,
    is_full: bool,
    findings: Vec<Finding>,
}

impl Weaver<'_> {
    fn group(&mut self, at: Option<TermId>, mut group: Group) {
        for &child in self.terms.children(at) {
            for value in group.values.remove(&child).into_iter().flatten() {
                self.value(child, value);
            }
            for (_, inner) in group.groups.range_mut((child, 0)..=(child, u32::MAX)) {
                let start = self.tape.nodes.len();
                self.tape.nodes.push(node(child, Flags::GROUP, (0, 0)));
                self.group(Some(child), std::mem::take(inner));
                match self.tape.nodes.len() {
                    end if end == start + 1 => self.tape.nodes.truncate(start),
                    end => self.tape.nodes[start].extent = end as u32,
                }
            }
        }
    }

    fn value(&mut self, term: TermId, value: Value) {
        let (at, subs) = (self.tape.nodes.len(), value.subs.len());
        self.text(term, Flags::TERM, &value.text);
        for (sub, text) in &value.subs {
            self.text(*sub, Flags::TERM.with(Flags::SUB), text);
        }
        match (u16::try_from(subs), self.tape.nodes.get_mut(at)) {
            (Ok(span), Some(node)) => node.span = span,
            _ => self.complain(term, "a value has too many values of its own", &subs.to_string()),
        }
    }

    fn text(&mut self, term: TermId, flags: Flags, text: &str) {
        let start = self.tape.side.len() as u32;
        self.is_full |= self.tape.side.len() + xml::escaped_len(text) > self.most;
        if self.is_full {
            self.tape.nodes.push(node(term, flags, (0, 0)));
            return;
        }
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
