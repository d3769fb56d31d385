//! Which file is taken, which are left, and what is said about it.

use super::*;

/// A file of this name with these bytes.
fn file(name: &str, bytes: &[u8]) -> EmbeddedFile {
    EmbeddedFile {
        name: name.to_owned(),
        description: None,
        relationship: None,
        mime: None,
        found_in: FoundIn::NameTree,
        created: None,
        modified: None,
        stated: Default::default(),
        stream: Some(lopdf::Stream::new(lopdf::Dictionary::new(), bytes.to_vec())),
    }
}

fn named(names: &[&str]) -> Vec<EmbeddedFile> {
    names.iter().map(|name| file(name, b"?")).collect()
}

fn chosen(files: &[EmbeddedFile]) -> Result<Choice<'_>, Finding> {
    choose(files, &Limits::default(), |bytes| bytes.starts_with(b"<Invoice"))
}

#[test]
fn reserved_names_have_an_order() {
    let mut files = named(&["note.txt", "FACTUR-X.XML", "ZUGFeRD-invoice.xml", "zugferd-invoice.xml", "xrechnung.xml"]);
    files.push(file("factur-x.xml", b"?"));
    let order = ["factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml", "ZUGFeRD-invoice.xml", "FACTUR-X.XML"];
    for (at, expected) in order.into_iter().enumerate() {
        let choice = chosen(&files).unwrap();
        assert_eq!(choice.next.map(|file| file.name.as_str()), order.get(at + 1).copied());
        assert_eq!(choice.invoice.name, expected);
        assert_eq!((choice.others.len(), choice.warnings), (files.len() - 1, vec![]));
        files.retain(|file| file.name != expected);
    }
    assert!(chosen(&files).is_err());
}

#[test]
fn reserved_names_may_stand_under_a_path() {
    for name in ["data/factur-x.xml", r"C:\temp\ZUGFERD-Invoice.xml", "XRechnung.XML"] {
        assert_eq!(chosen(&named(&[name])).unwrap().invoice.name, name);
    }
    assert!(chosen(&named(&["my-factur-x.xml", "factur-x.xml.pdf"])).is_err());
}

#[test]
fn any_name_will_do_for_an_invoice_with_a_warning() {
    let files = [file("b.pdf", b"<Invoice/>"), file("a.XML", b"<Other/>"), file("c.xml", b"<Invoice/>")];
    let choice = chosen(&files).unwrap();
    assert_eq!(choice.invoice.name, "c.xml");
    assert_eq!(choice.others.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["b.pdf", "a.XML"]);
    assert_eq!(choice.warnings[0].found.as_deref(), Some("`c.xml`"));
}

#[test]
fn search_by_content_has_a_limit() {
    let files = [file("a.xml", b"0123456789"), file("b.xml", b"<Invoice/>")];
    let within = |stream| choose(&files, &Limits { stream, ..Limits::default() }, |b| b.starts_with(b"<Inv")).is_ok();
    assert!(within(20));
    assert!(!within(19));
}

#[test]
fn order_is_no_invoice_whatever_it_contains() {
    let files = [file("Order-X.xml", b"<Invoice/>"), file("terms.pdf", b"%PDF-")];
    let finding = chosen(&files).unwrap_err();
    assert_eq!(finding.code, "EINV-P02");
    assert_eq!(finding.found.as_deref(), Some("an order, `Order-X.xml`"));
    assert_eq!(finding.help, None);
}

#[test]
fn what_is_attached_instead_is_told() {
    let found = |files: &[EmbeddedFile]| chosen(files).unwrap_err().found.unwrap();
    assert_eq!(found(&[]), "no attachment");
    assert_eq!(found(&named(&["terms.pdf"])), "1 attachment, `terms.pdf`");
    assert_eq!(found(&named(&["1", "2", "3", "4", "5", "6\n"])), "6 attachments, `1`, `2`, `3`, `4`, `5`, …");
    let odd = format!("\u{1b}[2J{}", "x".repeat(60));
    assert_eq!(found(&named(&[&odd])), format!("1 attachment, `\u{FFFD}[2J{}…`", "x".repeat(56)));
    let finding = chosen(&[]).unwrap_err();
    assert_eq!(finding.message, "no invoice is embedded in this PDF");
    assert_eq!(
        finding.expected.as_deref(),
        Some("an attachment named factur-x.xml, xrechnung.xml or ZUGFeRD-invoice.xml")
    );
}
