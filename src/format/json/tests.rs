use std::path::{Path, PathBuf};

use super::*;
use crate::mapping::{self, Tables};
use crate::model::{Identifier, Origin, Rows, Tape};
use crate::xml;

fn json_of(document: Document) -> String {
    String::from_utf8(write(Invoice::from_document(&document), 0, &Limits::default()).unwrap()).unwrap()
}

fn read_json(text: &str) -> Result<Document, Vec<Finding>> {
    read(text, Terms::standard(), &Limits::default())
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.extension().and_then(|extension| extension.to_str()) {
            _ if path.is_dir() => walk(&path, files),
            Some(extension) if extension.eq_ignore_ascii_case("xml") => files.push(path),
            _ => {}
        }
    }
}

/// The document of a file; none if it is of no syntax that einv knows, or beyond reading.
fn document(path: &Path) -> Option<Document> {
    let text = String::from_utf8(std::fs::read(path).ok()?).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (syntax, kind) = match () {
        () if text.contains("urn:ferd:CrossIndustryDocument:invoice:1p0\"") => ("zugferd1", 0),
        () if text.contains(":CrossIndustryInvoice:") => ("cii", 0),
        () if text.contains(":CreditNote-2") => ("ubl", 1),
        () if text.contains(":Invoice-2") => ("ubl", 0),
        () => return None,
    };
    let tables = Tables::standard();
    let plan = tables.plan(syntax, kind).unwrap();
    let reading = mapping::read(text, plan, xml::Limits::default(), Tape::default()).ok()?;
    let rows: Arc<dyn Rows> = Arc::clone(plan) as Arc<dyn Rows>;
    let origin = Origin { syntax: Some(syntax), kind };
    Some(Document::new(Arc::clone(&tables.terms), Some(rows), Arc::from(text), reading.tape, origin))
}

fn documents() -> Vec<(PathBuf, Document)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    walk(&root.join("corpus"), &mut files);
    walk(&root.join("../shared/corpus"), &mut files);
    files.sort();
    files.into_iter().filter_map(|file| document(&file).map(|document| (file, document))).collect()
}

#[test]
fn every_document_is_the_same_invoice_again() {
    let documents = documents();
    assert!(!documents.is_empty());
    for (file, before) in documents {
        let file = file.display();
        let invoice = Invoice::from_document(&before);
        let after = invoice.to_document().unwrap();
        assert_eq!(before.same_invoice(&after), [], "{file}");
        assert_eq!(Invoice::from_document(&after), invoice, "{file}");
        let json = json_of(before.clone());
        let again = read_json(&json).unwrap();
        assert_eq!(before.same_invoice(&again), [], "{file} as JSON");
        assert_eq!(json_of(again), json, "{file}");
    }
}

#[test]
fn keys_stand_in_the_order_of_the_standard() {
    let mut invoice = Invoice { number: Some("1".into()), due_date: Some("2026-01-31".into()), ..Invoice::default() };
    invoice.seller.get_or_insert_default().identifiers = vec![Identifier::new("9").with_scheme("0088"), "8".into()];
    let expected = r#"{
  "$schema": "https://einv.dev/schema/invoice-1.json",
  "number": "1",
  "due_date": "2026-01-31",
  "seller": {
    "identifiers": [
      {
        "value": "8"
      },
      {
        "value": "9",
        "scheme": "0088"
      }
    ]
  }
}
"#;
    invoice.seller.get_or_insert_default().identifiers.reverse();
    assert_eq!(json_of(invoice.to_document().unwrap()), expected);
}

#[test]
fn a_limit_counts_the_texts_as_xml_writes_them() {
    let limits = Limits::default().unpacked(100);
    let text = format!(r#"{{"number": "{}"}}"#, "&".repeat(20));
    assert!(read(&text, Terms::standard(), &limits).is_ok());
    let findings = read(&text.replace('}', r#","buyer_reference":"x"}"#), Terms::standard(), &limits).unwrap_err();
    assert_eq!(findings[0].expected.as_deref(), Some("at most 100 bytes, counted as XML writes them: `&` as `&amp;`"));
}

#[test]
fn a_limit_counts_the_json_as_it_is_written() {
    let document = read_json(r#"{"number": "1"}"#).unwrap();
    let within = |length| write(Invoice::from_document(&document), 0, &Limits::default().unpacked(length));
    let length = json_of(document.clone()).len() as u64;
    assert!(within(length).is_some());
    assert!(within(length - 2).is_none());
}

/// `line:column message | found | expected | help`
fn refused(text: &str) -> String {
    let findings = read_json(text).unwrap_err();
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!(finding.code, JSON_SHAPE.id);
    let place = finding.place.clone().unwrap_or_default();
    let parts = [&finding.found, &finding.expected, &finding.help].map(|part| part.clone().unwrap_or_default());
    let path = place.path.iter().map(|path| format!(" {path}")).collect::<String>();
    format!("{}:{}{path} {} | {}", place.line, place.column, finding.message, parts.join(" | "))
}

#[test]
fn what_is_no_invoice_is_refused_with_its_place() {
    for (text, expected) in [
        ("{\n  \"duedate\": \"x\"}", "2:3 /duedate a field does not exist | duedate |  | write `due_date`"),
        (
            "{\"number\": \"1\", \"é\": 1}",
            "1:17 /é a field does not exist | é | a field of the invoice, as `einv schema invoice` prints them | ",
        ),
        ("{\"seller\": {\"nam\": \"x\"}}", "1:13 /seller/nam a field does not exist | nam |  | write `name`"),
        ("{\"number\": \"1\",\n\"number\": \"2\"}", "2:1 /number a field stands twice | number |  | "),
        ("{\"lines\": {}}", "1:11 /lines a value is not of the type of its field | an object | a list | "),
        (
            "{\"number\": 12}",
            "1:12 /number a value is not of the type of its field | the number `12` | text in quotes | ",
        ),
        ("{\"seller\": \"x\"}", "1:13 /seller a value is not of the type of its field | the text `x` | an object | "),
        ("{\"surplus\": [{\"term\": \"BT-9\"}]}", "1:29 /surplus[1] a field is missing |  | value | "),
        ("{\"number\"", "1:10 /number the JSON ends too early |  | a field or `}` | "),
        ("{\"lines\": [}", "1:12 /lines[1] the JSON is not well-formed | } | a value | "),
        ("{\"number\": \"1\"} x", "1:17 the JSON is not well-formed | x | nothing behind the invoice | "),
        ("", "1:1 the JSON ends too early |  | a value | "),
        (
            "{\"$schema\": \"https://einv.dev/schema/invoice-2.json\"}",
            "1:14 /$schema the JSON follows another schema | \
         https://einv.dev/schema/invoice-2.json | https://einv.dev/schema/invoice-1.json | ",
        ),
        (
            "{\"surplus\": [{\"term\": \"BT-4\", \"value\": \"x\"}]}",
            "0:0 /surplus[1] a term does not exist | BT-4 |  | ",
        ),
    ] {
        assert_eq!(refused(text), expected, "{text}");
    }
}

#[test]
fn json_that_is_not_meant_for_einv_is_no_invoice() {
    for text in ["{\"a\": 1}", "{\"é\": {\"b\": []}}"] {
        assert_eq!(read_json(text).unwrap_err()[0].code, crate::finding::NOT_AN_INVOICE.id, "{text}");
    }
    for text in ["{\"a\": 1, \"number\": \"1\"}", "{\"lines\": [{\"a\": 1}]}"] {
        assert_eq!(read_json(text).unwrap_err()[0].code, JSON_SHAPE.id, "{text}");
    }
}

#[test]
fn nothing_in_an_identifier_is_read_silently() {
    for text in [
        r#"{"seller": {"identifiers": [{"value": "1", "schema": "0088"}]}}"#,
        r#"{"supporting_documents": [{"attachment": {"content": "eA==", "mime": "text/csv"}}]}"#,
    ] {
        assert!(read_json(text).is_err(), "{text}");
    }
}
