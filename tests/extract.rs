//! Invoices and attachments out of PDFs that are built here, by way of the library alone.
#![cfg(feature = "pdf")]

use einv::{AttachedTo, Converter, Format, Severity, Target, extract, extract_all};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};

const CII: &[u8] = include_bytes!("../corpus/cii/en16931/consulting.xml");
const UBL: &[u8] = include_bytes!("../corpus/ubl/en16931/consulting.xml");

/// A PDF with these attachments, by name, packed, with size and checksum.
fn pdf(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let mut specs = Vec::new();
    for (name, bytes) in files {
        let params = dictionary! { "Size" => bytes.len() as i64 };
        let mut stream = Stream::new(dictionary! { "Type" => "EmbeddedFile", "Params" => params }, bytes.to_vec());
        stream.compress().expect("bytes that pack");
        let stream = document.add_object(stream);
        let name = Object::string_literal(*name);
        let spec = dictionary! { "Type" => "Filespec", "UF" => name, "EF" => dictionary! { "F" => stream } };
        specs.push(Object::from(document.add_object(spec)));
    }
    save(document, dictionary! { "AF" => specs })
}

fn save(mut document: Document, mut catalog: Dictionary) -> Vec<u8> {
    let pages = document.add_object(dictionary! { "Type" => "Pages", "Kids" => Vec::<Object>::new(), "Count" => 0 });
    catalog.set("Type", "Catalog");
    catalog.set("Pages", pages);
    let catalog = document.add_object(catalog);
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("a buffer takes all");
    bytes
}

fn refusal(bytes: &[u8]) -> Vec<einv::Finding> {
    extract(bytes).expect_err("there is no invoice inside").findings().to_vec()
}

#[test]
fn the_invoice_comes_byte_for_byte() {
    for (name, invoice) in [("factur-x.xml", CII), ("xrechnung.xml", UBL)] {
        let extraction = extract(&pdf(&[("terms.pdf", b"%PDF-"), (name, invoice)])).unwrap();
        assert_eq!((extraction.invoice.name.as_str(), extraction.invoice.bytes.as_slice()), (name, invoice));
        assert_eq!(extraction.invoice.attached_to, AttachedTo::Pdf);
        assert!(extraction.findings.is_empty() && extraction.attachments.is_empty());
    }
}

#[test]
fn all_files_come_in_their_order() {
    let extraction = extract_all(&pdf(&[("b.txt", b"b"), ("factur-x.xml", CII), ("a.txt", b"a")])).unwrap();
    let names: Vec<_> = extraction.attachments.iter().map(|file| (file.name.as_str(), file.bytes.as_slice())).collect();
    assert_eq!(names, [("b.txt", b"b".as_slice()), ("a.txt", b"a")]);
}

#[test]
fn ubl_of_any_name_is_found_with_a_warning() {
    let bytes = pdf(&[("data.xml", b"<other/>"), ("rechnung.xml", UBL)]);
    let extraction = extract(&bytes).unwrap();
    assert_eq!(extraction.invoice.bytes, UBL);
    assert_eq!(extraction.findings.len(), 1);
    assert_eq!(extraction.findings[0].severity, Severity::Warning);
    // A conversion takes the same one.
    let converter = Converter::new().to(Target::for_format(Format::Ubl)).on_loss(einv::OnLoss::Allow);
    assert!(converter.convert(&bytes).unwrap().output.is_some());
}

#[test]
fn an_order_is_refused_by_its_name() {
    let findings = refusal(&pdf(&[("order-x.xml", CII)]));
    assert_eq!(findings[0].code, "EINV-P02");
    assert_eq!(findings[0].found.as_deref(), Some("an order, `order-x.xml`"));
}

#[test]
fn what_was_not_chosen_is_a_loss_by_its_name() {
    let bytes = pdf(&[("factur-x.xml", CII), ("ZUGFeRD-invoice.xml", CII), ("terms.pdf", b"%PDF-")]);
    let conversion = Converter::new().convert(&bytes).unwrap();
    assert!(conversion.output.is_none());
    let lost: Vec<_> = conversion.report.losses.iter().filter_map(|loss| loss.finding.found.as_deref()).collect();
    assert_eq!(lost, ["ZUGFeRD-invoice.xml", "terms.pdf"]);
}

#[test]
fn a_chosen_one_that_cannot_be_read_is_the_error_and_the_next_one_is_named() {
    let bytes = pdf(&[("factur-x.xml", b"<rsm:Cross"), ("xrechnung.xml", UBL)]);
    let error = Converter::new().convert(&bytes).expect_err("the first choice is broken");
    let [first, next] = error.findings() else { panic!("an error and a note: {error}") };
    assert_eq!(first.code, "EINV-X01");
    assert_eq!(next.found.as_deref(), Some("`xrechnung.xml`, which was not read in place of this one"));
    // Taken out, it can be looked at.
    let extraction = extract(&bytes).unwrap();
    assert_eq!(extraction.invoice.bytes, b"<rsm:Cross");
    assert!(extraction.findings[0].message.starts_with("einv cannot read the embedded `factur-x.xml`"));
}

#[test]
fn a_chosen_one_without_content_is_the_error_and_the_next_one_is_named() {
    let mut document = Document::with_version("1.7");
    let stream = document.add_object(Stream::new(Dictionary::new(), UBL.to_vec()));
    let spec = |name: &str, stream: Object| {
        Object::from(dictionary! { "UF" => Object::string_literal(name), "EF" => dictionary! { "F" => stream } })
    };
    let files = vec![spec("factur-x.xml", (99, 0).into()), spec("xrechnung.xml", stream.into())];
    let bytes = save(document, dictionary! { "AF" => files });
    let error = Converter::new().convert(&bytes).expect_err("the first choice is empty");
    assert_eq!(error.findings().len(), 2, "{error}");
    assert_eq!(error.findings()[0].message, "an attachment of the PDF has no content");
}

#[test]
fn an_attachment_that_is_not_what_the_pdf_states_is_told() {
    let mut document = Document::with_version("1.7");
    let params = dictionary! { "Size" => 7 };
    let stream = document.add_object(Stream::new(dictionary! { "Params" => params }, CII.to_vec()));
    let name = Object::string_literal("factur-x.xml");
    let spec = dictionary! { "UF" => name, "EF" => dictionary! { "F" => stream } };
    let extraction = extract(&save(document, dictionary! { "AF" => spec })).unwrap();
    assert_eq!(extraction.findings[0].message, "the attachment `factur-x.xml` may be damaged");
    assert_eq!(extraction.findings[0].found, Some(format!("{} bytes, but the PDF states 7", CII.len())));
}
