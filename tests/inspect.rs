//! Every sample of our own is inspected: all that is said of it stands in the file.
#![cfg(feature = "cli")]

use std::path::{Path, PathBuf};

use einv::{Carrier, Limits, Severity, inspect, inspect_terms};

fn samples() -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of samples") {
            let path = entry.expect("a folder of samples").path();
            match path.extension().and_then(|extension| extension.to_str()) {
                // Pages without an invoice; one of them needs a password.
                _ if path.ends_with("corpus/pdf") => {}
                _ if path.is_dir() => folders.push(path),
                Some("xml" | "pdf") => found.push((path.clone(), std::fs::read(path).expect("a readable sample"))),
                _ => {}
            }
        }
    }
    found.sort();
    assert!(found.len() > 80, "{}", found.len());
    found
}

#[test]
fn every_sample_is_named_and_what_is_told_is_what_is_read() {
    for (path, bytes) in samples() {
        let inspection = inspect(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let Ok(document) = einv::read(&bytes) else {
            assert_eq!(inspection.invoice, None, "{}", path.display());
            continue;
        };
        let read = einv::model::Invoice::from_document(&document);
        let told = inspection.invoice.unwrap_or_else(|| panic!("{}: no invoice is told", path.display()));
        assert!(inspection.document.is_invoice);
        assert_eq!((told.number, told.lines), (read.number, read.lines.len() as u64), "{}", path.display());
        assert_eq!(told.totals, read.totals, "{}", path.display());
        assert_eq!(told.vat_breakdown.len(), read.vat_breakdown.len(), "{}", path.display());
        let stated = read.process_control.and_then(|control| control.specification_identifier);
        assert_eq!(
            inspection.document.specification.as_deref(),
            stated.as_deref().map(str::trim),
            "{}",
            path.display()
        );
        let seller = told.seller.map(|seller| seller.identifiers.len());
        let identifiers = read.seller.map(|seller| {
            let others = [seller.vat_identifier.is_some(), seller.tax_registration_identifier.is_some()];
            let schemed = [seller.legal_registration_identifier.is_some(), seller.electronic_address.is_some()];
            seller.identifiers.len() + others.iter().chain(&schemed).filter(|is_there| **is_there).count()
        });
        assert_eq!(seller, identifiers, "{}", path.display());
    }
}

#[test]
fn every_term_has_its_place_in_xml() {
    for (path, bytes) in samples() {
        let Ok(inspection) = inspect_terms(&bytes, &Limits::default()) else { continue };
        assert_eq!(inspection.terms.is_empty(), inspection.invoice.is_none(), "{}", path.display());
        for term in inspection.terms {
            let place = term.place.unwrap_or_else(|| panic!("{}: {} has no place", path.display(), term.id));
            assert!(place.line > 0 && place.path.is_some(), "{}: {}", path.display(), term.id);
        }
    }
}

#[test]
fn a_hybrid_pdf_tells_of_itself_and_of_its_invoice() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/facturx/en16931/hybrid.pdf");
    let inspection = inspect(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(inspection.document.carriers, [Carrier::Pdf]);
    let pdf = inspection.pdf.unwrap();
    let invoices: Vec<&str> = pdf.files.iter().filter(|file| file.is_invoice).map(|file| file.name.as_str()).collect();
    assert_eq!(invoices, ["factur-x.xml"]);
    assert!(inspection.findings.iter().all(|finding| finding.severity < Severity::Error));
}

#[test]
fn json_has_the_same_summary_without_places() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/ubl/en16931/prices.xml");
    let bytes = std::fs::read(path).unwrap();
    let converter = einv::Converter::new().to(einv::Target::for_format(einv::Format::Json));
    let json = converter.convert(&bytes).unwrap().output.unwrap();
    let (of_xml, of_json) = (inspect(&bytes).unwrap(), inspect_terms(&json, &Limits::default()).unwrap());
    assert_eq!(of_xml.invoice, of_json.invoice);
    assert_eq!(of_xml.document.specification, of_json.document.specification);
    assert_eq!(of_xml.document.profile, of_json.document.profile);
    assert!(!of_json.terms.is_empty() && of_json.terms.iter().all(|term| term.place.is_none()));
}
