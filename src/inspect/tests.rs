//! Inspections of small files; the samples are in tests/inspect.rs.

use super::*;
use crate::finding::Severity;

#[cfg(feature = "json")]
#[test]
fn the_schema_is_current() {
    let schema = schemars::schema_for!(Inspection);
    crate::format::schema::tests::check("inspect.schema.json", INSPECTION_SCHEMA, schema);
    #[cfg(feature = "pdf")]
    crate::format::schema::tests::check("check.schema.json", CHECK_SCHEMA, schemars::schema_for!(Check));
}

const ORDER: &str = "<Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>";
const INVOICE: &str = "<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2' \
    xmlns:c='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2'><c:ID>7</c:ID></Invoice>";

#[test]
fn what_is_no_invoice_is_told_by_its_name() {
    for (bytes, name) in [
        (ORDER, "an order (UBL Order), no invoice"),
        ("Dear customer", "a text without markup"),
        ("{\"a\": 1}", "JSON of another kind"),
    ] {
        let inspection = inspect(bytes.as_bytes()).unwrap();
        assert_eq!((inspection.document.name.as_str(), inspection.invoice), (name, None));
        assert_eq!(inspection.findings, []);
    }
}

#[test]
fn an_invoice_that_breaks_behind_its_root_is_named_with_an_error() {
    let broken = INVOICE.replace("</c:ID>", "</c:Id>");
    let inspection = inspect(broken.as_bytes()).unwrap();
    assert_eq!((inspection.document.name.as_str(), &inspection.invoice), ("a UBL Invoice", &None));
    assert!(inspection.findings.iter().any(|finding| finding.severity == Severity::Error));
}

#[test]
fn what_cannot_be_named_is_an_error() {
    assert!(inspect(b"<").is_err());
    assert!(inspect_with(INVOICE.as_bytes(), &Limits::default().input(3)).is_err());
}

#[test]
fn terms_stand_where_they_stand() {
    assert_eq!(inspect(INVOICE.as_bytes()).unwrap().terms, []);
    let inspection = inspect_terms(INVOICE.as_bytes(), &Limits::default()).unwrap();
    let [number] = inspection.terms.as_slice() else { panic!("{:?}", inspection.terms) };
    assert_eq!((number.id.as_str(), number.value.as_str()), ("BT-1", "7"));
    let place = number.place.clone().unwrap();
    assert_eq!((place.line, place.path.as_deref()), (1, Some("/Invoice/c:ID")));
}
