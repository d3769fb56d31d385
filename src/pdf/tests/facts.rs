//! What a PDF says of itself.

use super::*;
use crate::pdf::facts::facts;

/// A PDF with an invoice and these metadata.
fn with_metadata(metadata: &[u8]) -> Draft {
    let mut draft = Draft::new().attached(&[("factur-x.xml", XML)]);
    let stream = draft.stream(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, metadata);
    draft.catalog.set("Metadata", stream);
    draft
}

#[test]
fn all_is_told_that_the_pdf_states() {
    let xmp = br#"<x xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#" fx:ConformanceLevel="BASIC"
        xmlns:a="http://www.aiim.org/pdfa/ns/id/" a:part="3" a:conformance="b"/>"#;
    let mut draft = with_metadata(xmp);
    draft.catalog.set("Version", "2.0");
    let facts = facts(&draft.bytes(), &Limits::default()).unwrap();
    assert_eq!((facts.version.as_str(), facts.encrypted, facts.repaired), ("2.0", false, false));
    assert_eq!(names(&facts.files), ["factur-x.xml"]);
    let xmp = facts.xmp.unwrap();
    assert_eq!((xmp.profile.as_deref(), xmp.pdfa().as_deref()), (Some("BASIC"), Some("PDF/A-3B")));
    assert!(facts.warnings.is_empty());
}

#[test]
fn metadata_that_cannot_be_read_are_a_warning_and_the_invoice_is_there() {
    for metadata in [b"<x>&bad;</x>".as_slice(), b"", &[0xFF; 40]] {
        let facts = facts(&with_metadata(metadata).bytes(), &Limits::default()).unwrap();
        assert_eq!((facts.xmp, facts.warnings.len(), facts.files.len()), (None, 1, 1));
        assert_eq!(facts.warnings[0].message, "the metadata of the PDF cannot be read");
    }
}

#[test]
fn a_pdf_without_metadata_or_files_has_facts_too() {
    let facts = facts(&Draft::new().bytes(), &Limits::default()).unwrap();
    assert_eq!((facts.version.as_str(), facts.xmp, facts.files.len()), ("1.7", None, 0));
}

#[test]
fn encryption_and_dates_are_told() {
    assert!(facts(&encrypted(""), &Limits::default()).unwrap().encrypted);
    let mut draft = Draft::new();
    let params =
        dictionary! { "CreationDate" => text("D:20260302"), "ModDate" => text("D:20260303120000Z"), "Size" => 20 };
    let stream = draft.stream(dictionary! { "Params" => params }, XML);
    let spec = draft.spec_of(text("a"), stream);
    let leaf = draft.leaf(&[spec]);
    let file = &facts(&draft.names(leaf).bytes(), &Limits::default()).unwrap().files[0];
    assert_eq!((file.created.as_deref(), file.modified.as_deref()), (Some("2026-03-02"), Some("2026-03-03T12:00:00Z")));
    assert_eq!(file.stated_size(), Some(20));
}
