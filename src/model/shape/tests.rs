use proptest::prelude::*;

use super::*;
use crate::model::tree::Value;
use crate::model::{Code, Extra, Identifier, Seller};
use crate::term::TermId;

const EXTENSION: &str = "\
ACME-1  0..1  Text        colour    Invoice colour
ACME-2  0..1  Scheme      origin    Origin of the identifier  in BT-29
ACME-3  0..1  Scheme      origin    Origin of the identifier  in BT-31
BG-X-1  0..n  Group       parcels   PARCEL                    in BG-25
  ACME-4  0..n  Identifier  numbers   Parcel number
    ACME-4-1  0..1  Scheme  scheme  Scheme identifier
ACME-5  0..1  Text        branch    Branch                    in BG-17
";

/// A tree of random multiplicities and texts, as wild as a file may be.
struct Wild<'t> {
    terms: &'t Terms,
    entropy: std::vec::IntoIter<u8>,
}

impl Wild<'_> {
    fn next(&mut self) -> usize {
        usize::from(self.entropy.next().unwrap_or_default())
    }

    fn text(&mut self) -> String {
        const TEXTS: &[&str] = &["58", "30", "100.00", " x ", "a<b>&\"c'", "line\r\nline\u{85}", "NA", "Ω𝄞"];
        TEXTS[self.next() % TEXTS.len()].to_owned()
    }

    fn value(&mut self, term: TermId) -> Value {
        let mut subs = Vec::new();
        for &sub in self.terms.sub_terms(term) {
            let most = if self.terms.get(term).repeats() { 2 } else { 5 };
            for _ in 0..[0, 1, 1, 0, 2][self.next() % most] {
                subs.push((sub, self.text()));
            }
        }
        subs.sort();
        subs.dedup();
        Value { text: self.text(), subs, node: None }
    }

    fn group(&mut self, at: Option<TermId>) -> Group {
        let mut group = Group::default();
        for &child in self.terms.children(at) {
            for position in 1..=[0, 1, 1, 0, 2, 1, 3][self.next() % 7] {
                if self.terms.get(child).kind().is_group() {
                    *group.at_mut(&[(child, position)]) = self.group(Some(child));
                } else {
                    let value = self.value(child);
                    group.values.entry(child).or_default().push(value);
                }
            }
        }
        group
    }
}

fn document(terms: &Arc<Terms>, root: &Group) -> Document {
    let tape = weave(terms, root.clone(), &Limits::default()).unwrap();
    Document::new(Arc::clone(terms), None, Arc::from(""), tape, Origin { syntax: None, kind: 0 })
}

fn wild(terms: &Arc<Terms>, entropy: Vec<u8>) -> Document {
    let root = Wild { terms, entropy: entropy.into_iter() }.group(None);
    document(terms, &root)
}

proptest! {
    #[test]
    fn every_document_survives(entropy in prop::collection::vec(any::<u8>(), 0..3000)) {
        let extended = Arc::new(Terms::standard().extended(EXTENSION, "acme.terms").unwrap());
        for terms in [Terms::standard(), &extended] {
            let before = wild(terms, entropy.clone());
            let invoice = Invoice::from_document(&before);
            let after = invoice.to_document_with(terms).unwrap();
            prop_assert_eq!(before.same_invoice(&after), []);
            prop_assert_eq!(Invoice::from_document(&after), invoice);
        }
    }
}

/// A document of `BG-16[2]/BG-17:BT-84=x` in words; a term that comes again is a second value.
fn built(text: &str) -> Document {
    let terms = Terms::standard();
    let mut root = Group::default();
    for entry in text.split_whitespace() {
        let (place, value) = entry.split_once('=').unwrap();
        let (path, term) = place.split_once(':').unwrap_or(("", place));
        Extra::new(term, path, value).locate("", terms).ok().unwrap().add(terms, &mut root).unwrap();
    }
    document(terms, &root)
}

fn surplus(invoice: &Invoice) -> Vec<String> {
    invoice.surplus.iter().map(|extra| format!("{}:{}={}", extra.path, extra.term, extra.value)).collect()
}

fn accounts(invoice: &Invoice) -> Vec<&str> {
    let accounts = invoice.payment_instructions.iter().flat_map(|payment| &payment.credit_transfers);
    accounts.filter_map(|account| account.account_identifier.as_deref()).collect()
}

#[test]
fn payment_means_of_one_code_are_one() {
    let before = built(
        "BG-16[1]:BT-81=58 BG-16[1]:BT-83=R BG-16[1]/BG-17:BT-84=A BG-16[2]:BT-81=30 BG-16[2]/BG-17:BT-84=B \
         BG-16[3]:BT-81=58 BG-16[3]:BT-83=R BG-16[3]/BG-17:BT-84=C BG-16[4]:BT-81=58 BG-16[4]/BG-18:BT-87=9",
    );
    let invoice = Invoice::from_document(&before);
    assert_eq!(accounts(&invoice), ["A", "C"]);
    let payment = invoice.payment_instructions.as_ref().unwrap();
    assert_eq!(payment.means_code, Some(Code::from("58")));
    assert_eq!(payment.remittance_information.as_deref(), Some("R"));
    assert_eq!(
        surplus(&invoice),
        ["BG-16[2]:BT-81=30", "BG-16[2]/BG-17[1]:BT-84=B", "BG-16[4]:BT-81=58", "BG-16[4]/BG-18:BT-87=9"]
    );
    assert_eq!(before.same_invoice(&invoice.to_document().unwrap()), []);
}

#[test]
fn what_has_no_field_is_surplus_with_its_place() {
    let before = built(
        "BT-9=1 BT-9=2 BT-9=2 BT-9=1 BG-25[1]:BT-126=1 BG-25[2]:BT-127=n BG-25[2]:BT-127=m BG-25[2]/BG-30:BT-151=S \
         BG-25[2]/BG-30[2]:BT-151=Z",
    );
    let invoice = Invoice::from_document(&before);
    assert_eq!(surplus(&invoice), [":BT-9=2", "BG-25[2]:BT-127=m", "BG-25[2]/BG-30[2]:BT-151=Z"]);
    assert_eq!(before.same_invoice(&invoice.to_document().unwrap()), []);
}

#[test]
fn an_identifier_with_a_scheme_comes_before_one_without() {
    let terms = Terms::standard();
    let mut root = Group::default();
    for extra in [Extra::new("BT-46", "BG-7", "plain"), Extra::new("BT-46", "BG-7", "gln").with_sub("BT-46-1", "0088")]
    {
        extra.locate("", terms).ok().unwrap().add(terms, &mut root).unwrap();
    }
    let invoice = Invoice::from_document(&document(terms, &root));
    assert_eq!(invoice.buyer.unwrap().identifier, Some(Identifier::new("gln").with_scheme("0088")));
    assert_eq!(invoice.surplus, [Extra::new("BT-46", "BG-7", "plain")]);
}

#[test]
fn an_invoice_made_in_code_is_a_document() {
    let seller = Seller { name: Some("Ok".into()), identifiers: vec!["1".into()], ..Seller::default() };
    let invoice = Invoice { number: Some("  ".into()), seller: Some(seller), ..Invoice::default() };
    let document = invoice.to_document().unwrap();
    let texts: Vec<String> = document.nodes().map(|node| document.text(node).into_owned()).collect();
    assert_eq!(texts, ["", "Ok", "1"]);
    assert!(Invoice::default().to_document().unwrap().nodes().next().is_none());
}

#[test]
fn what_no_document_can_hold_is_found() {
    let found = |extra: Extra| {
        let invoice = Invoice { surplus: vec![extra], number: Some("a\u{1}".into()), ..Invoice::default() };
        let findings = invoice.to_document().unwrap_err();
        assert_eq!(findings[0].term.as_deref(), Some("BT-1 Invoice number"));
        assert_eq!(findings[0].found.as_deref(), Some("U+0001"));
        findings.into_iter().skip(1).map(|finding| finding.message).collect::<Vec<_>>()
    };
    assert_eq!(found(Extra::new("BT-4", "", "x")), ["a term does not exist"]);
    assert_eq!(found(Extra::new("BT-27", "BG-7", "x")), ["a value does not belong where its path leads"]);
    assert_eq!(found(Extra::new("BT-27", "BG-4[0]", "x")), ["a path leads nowhere"]);
    assert_eq!(found(Extra::new("BT-1", "BG-25/BG-4", "x")), ["a path leads nowhere"]);
    assert_eq!(found(Extra::new("BT-29-1", "BG-4/BT-29[7]", "x")), ["a value belongs to a term that is not there"]);
    let wrong = Extra::new("BT-9", "", "x").with_sub("BT-29-1", "y");
    assert_eq!(found(wrong), ["a value does not belong to the term that it stands with"]);
}
