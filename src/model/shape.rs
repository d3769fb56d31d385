//! The typed invoice and the document, both ways.

use std::sync::Arc;

use super::document::{Document, NodeId, Origin};
use super::extra::{Leftovers, Located};
use super::fields::{put_fields, take_fields};
use super::fold::{fold, unfold};
use super::invoice::Invoice;
use super::tree::{Group, Path, weave};
use crate::finding::Finding;
use crate::limits::Limits;
use crate::place::Place;
use crate::term::{TermId, Terms};

#[cfg(test)]
mod tests;

impl Invoice {
    /// The invoice that a document states, in its own fields.
    ///
    /// Where a document has several values and the invoice room for one, the first is taken (of BT-46, BT-60 and BT-71 the
    /// first with a scheme); every other, different one is in `surplus`. Terms of extensions are in `extensions`.
    pub fn from_document(document: &Document) -> Invoice {
        Invoice::stated(document).0
    }

    /// The same, and the terms of the document that it states, as bits by node. What else the document holds is said by
    /// one of these already, or by none.
    pub(crate) fn stated(document: &Document) -> (Invoice, Vec<u64>) {
        let root = Group::of(document);
        let mut bits = vec![0; document.tape.nodes.len() / 64 + 1];
        root.nodes(&mut |node| {
            let term = document.term_id(node);
            let is_part = |sub: TermId| document.terms.get(sub).parent() == term;
            let behind = (node.0 + 1..).take(usize::from(document.node(node).span)).map(NodeId);
            let subs = behind.filter(|&sub| document.is_sub_term(sub) && document.term_id(sub).is_some_and(is_part));
            subs.chain([node]).for_each(|node| bits[node.0 as usize / 64] |= 1 << (node.0 % 64));
        });
        let mut invoice = Invoice::of(document.terms(), root);
        invoice.source = document.source();
        (invoice, bits)
    }

    fn of(terms: &Terms, mut root: Group) -> Invoice {
        let mut left = Leftovers::default();
        fold(terms, &mut root, &mut left);
        let mut invoice: Invoice = take_fields(terms, None, &mut root);
        left.collect(terms, &mut Path::new(), root);
        invoice.surplus = left.surplus;
        invoice.extensions = left.extensions;
        invoice
    }

    /// The document that states this invoice, in the terms of the standard. Blank values and empty groups are left out.
    ///
    /// # Errors
    /// Every value that XML cannot hold, and every entry of `surplus` and `extensions` that belongs nowhere.
    pub fn to_document(&self) -> Result<Document, Vec<Finding>> {
        self.to_document_with(Terms::standard())
    }

    /// The same with the terms of extensions, which `extensions` may name.
    ///
    /// # Errors
    /// As [`Invoice::to_document`].
    pub fn to_document_with(&self, terms: &Arc<Terms>) -> Result<Document, Vec<Finding>> {
        self.clone().into_document(terms, &Limits::default().unpacked(u64::MAX))
    }

    /// The same, within limits. Texts are moved, not copied: of a large attachment there are never two.
    ///
    /// # Errors
    /// As [`Invoice::to_document`], and if the texts are larger than the limits allow.
    pub(crate) fn into_document(mut self, terms: &Arc<Terms>, limits: &Limits) -> Result<Document, Vec<Finding>> {
        let source = self.source.take();
        let (extras, mut findings) = self.extras(terms);
        let mut root = Group::default();
        put_fields(self, terms, None, &mut root);
        let taken: Vec<&Path> = extras.iter().map(|extra| &extra.path).collect();
        unfold(terms, &mut root, &taken);
        findings.extend(extras.into_iter().filter_map(|extra| extra.add(terms, &mut root).err()));
        match weave(terms, root, limits) {
            Ok(tape) if findings.is_empty() => {
                let origin = Origin { syntax: None, kind: 0 };
                let document = Document::new(Arc::clone(terms), None, Arc::from(""), tape, origin);
                Ok(Document { made_from: source, ..document })
            }
            woven => Err(woven.err().into_iter().flatten().chain(findings).collect()),
        }
    }

    fn extras(&mut self, terms: &Terms) -> (Vec<Located>, Vec<Finding>) {
        let (mut located, mut findings) = (Vec::new(), Vec::new());
        for (list, extras) in [("surplus", &mut self.surplus), ("extensions", &mut self.extensions)] {
            for (extra, position) in std::mem::take(extras).into_iter().zip(1..) {
                let at = format!("/{list}[{position}]");
                match extra.locate(&at, terms) {
                    Ok(extra) => located.push(extra),
                    Err(finding) => findings.push(finding.at(Place::path(at))),
                }
            }
        }
        (located, findings)
    }
}
