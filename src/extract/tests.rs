//! What comes out of XML and JSON; PDFs are in `tests/extract.rs`.

use super::*;

/// A minimal UBL invoice with these supporting documents.
fn ubl(documents: &str) -> String {
    format!(
        "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\" \
         xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\" \
         xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">\
         <cbc:ID>1</cbc:ID>{documents}</Invoice>"
    )
}

fn document(reference: &str, attachment: &str) -> String {
    format!(
        "<cac:AdditionalDocumentReference><cbc:ID>{reference}</cbc:ID><cbc:DocumentDescription>Timesheet\
         </cbc:DocumentDescription><cac:Attachment>{attachment}</cac:Attachment></cac:AdditionalDocumentReference>"
    )
}

const CSV: &str = "<cbc:EmbeddedDocumentBinaryObject mimeCode=\"text/csv\" filename=\"a/b.csv\">\n  aG91cn\n  M7Mw==\
                   </cbc:EmbeddedDocumentBinaryObject>";

#[test]
fn supporting_documents_come_with_all() {
    let xml = ubl(&document("1", CSV));
    let none = extract(xml.as_bytes()).unwrap();
    assert_eq!((none.invoice.bytes.as_slice(), none.attachments.len()), (xml.as_bytes(), 0));

    let all = extract_all(xml.as_bytes()).unwrap();
    assert_eq!((all.invoice.file_name().as_str(), all.findings.len()), ("invoice.xml", 0));
    let [csv] = all.attachments.as_slice() else { panic!("one attachment: {all:?}") };
    assert_eq!((csv.name.as_str(), csv.file_name().as_str()), ("a/b.csv", "b.csv"));
    assert_eq!((csv.mime.as_deref(), csv.description.as_deref()), (Some("text/csv"), Some("Timesheet")));
    assert_eq!((csv.attached_to, csv.bytes.as_slice()), (AttachedTo::Invoice, b"hours;3".as_slice()));
}

#[test]
fn links_are_no_files_and_a_reference_is_a_name() {
    let link = "<cac:ExternalReference><cbc:URI>https://example.com/a.csv</cbc:URI></cac:ExternalReference>";
    let nameless = "<cbc:EmbeddedDocumentBinaryObject mimeCode=\"text/csv\">aA==</cbc:EmbeddedDocumentBinaryObject>";
    let xml = ubl(&[document("LINK", link), document("T-7", nameless)].concat());
    let all = extract_all(xml.as_bytes()).unwrap();
    assert_eq!(all.attachments.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["T-7"]);
}

#[test]
fn a_document_that_does_not_unpack_is_told_and_the_others_come() {
    let broken = CSV.replace("aG91cn", "aG91c!");
    let all = extract_all(ubl(&[document("1", &broken), document("2", CSV)].concat()).as_bytes()).unwrap();
    assert_eq!((all.attachments.len(), all.findings.len()), (1, 1));
    assert_eq!(all.findings[0].term.as_deref(), Some("BT-125 Attached document"));
    assert_eq!(all.findings[0].found.as_deref(), Some("a/b.csv"));
}

#[test]
fn what_is_no_invoice_is_refused() {
    assert!(extract(b"<Order/>").is_err());
    assert!(extract(b"").is_err());
}

#[cfg(feature = "json")]
#[test]
fn json_is_an_invoice_too() {
    let json = br#"{"number": "1", "supporting_documents": [{"reference": "1", "attachment":
        {"content": "aA==", "mime_code": "text/csv", "filename": "h.csv"}}]}"#;
    let all = extract_all(json).unwrap();
    assert_eq!((all.invoice.name.as_str(), all.attachments[0].bytes.as_slice()), ("invoice.json", b"h".as_slice()));
}
