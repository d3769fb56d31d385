//! A PDF: what it says of itself, the files inside, and whether the two fit.

use std::borrow::Cow;

use super::told;
use super::types::{EmbeddedFile, Inspection, PartySummary, PdfSummary, XmpSummary};
use crate::convert::{look, no_invoice};
use crate::error::Error;
use crate::finding::{Finding, Severity};
use crate::format::{Carrier, Detected, Hybrid, Stated, is_invoice};
use crate::limits::Limits;
use crate::model::{Code, Document};
use crate::pdf::{self, Facts, FoundIn, Xmp};
use crate::xml;

/// What a PDF is, and the invoice in it if it can be read. `strict` is for those who ask for the container: what is wrong
/// with it is an error then, and what it lacks of PDF/A-3 is told although it does not claim to be that.
pub(super) fn look_into(bytes: &[u8], limits: &Limits, strict: bool) -> Result<(Inspection, Option<Document>), Error> {
    let within = pdf::Limits::from(limits);
    let facts = pdf::facts(bytes, &within)?;
    let mut summary = PdfSummary::of(&facts);
    let choice = match pdf::choose(&facts.files, &within, is_invoice) {
        Ok(choice) => choice,
        Err(finding) => {
            let document = no_invoice(&finding.into());
            let (pdf, findings) = (Some(summary), facts.warnings);
            return Ok((Inspection { document, pdf, findings, ..Inspection::default() }, None));
        }
    };
    let name = choice.invoice.name.as_str();
    let mut findings = facts.warnings;
    findings.extend(choice.warnings);
    let marked = mark(&mut summary, &facts.files, choice.invoice);
    let read = choice.invoice.content(&within).map_err(Error::from).and_then(|content| {
        findings.extend(choice.invoice.damage(&content));
        if let Some(file) = marked {
            file.bytes = Some(content.bytes.len() as u64);
        }
        look(xml::decode(Cow::Owned(content.bytes))?, limits)
    });
    let (mut inspection, document) = match read {
        Ok(looked) => told(looked),
        Err(error) => unreadable(&error),
    };
    let inside = inspection.findings.drain(..).map(|finding| inside(finding, name));
    findings.extend(inside.collect::<Vec<_>>());
    let stated = stated(&inspection);
    let hybrid = Hybrid { invoice: choice.invoice, next: choice.next, xmp: facts.xmp.as_ref(), stated };
    findings.extend(container(bytes, &hybrid, &within, strict));
    inspection.document.carriers.insert(0, Carrier::Pdf);
    Ok((Inspection { pdf: Some(summary), findings, ..inspection }, document))
}

/// What the invoice states that the PDF must fit.
fn stated(inspection: &Inspection) -> Stated<'_> {
    fn country(party: Option<&PartySummary>) -> Option<&str> {
        party?.country_code.as_ref().map(Code::as_str)
    }
    let invoice = inspection.invoice.as_ref();
    let seller = country(invoice.and_then(|invoice| invoice.seller.as_ref()));
    let buyer = country(invoice.and_then(|invoice| invoice.buyer.as_ref()));
    let countries = (seller, buyer);
    Stated { specification: inspection.document.specification.as_deref(), countries }
}

/// A PDF whose invoice breaks before anything is known of it.
fn unreadable(error: &Error) -> (Inspection, Option<Document>) {
    let document = Detected { name: "an invoice that cannot be read".to_owned(), ..Detected::default() };
    (Inspection { document, findings: error.findings().to_vec(), ..Inspection::default() }, None)
}

fn inside(finding: Finding, name: &str) -> Finding {
    match finding.place.clone() {
        Some(place) => finding.at(place.inside(name)),
        None => finding,
    }
}

/// Marks the file that the invoice is read from.
fn mark<'s>(
    summary: &'s mut PdfSummary,
    files: &[pdf::EmbeddedFile],
    invoice: &pdf::EmbeddedFile,
) -> Option<&'s mut EmbeddedFile> {
    let at = files.iter().position(|file| std::ptr::eq(file, invoice))?;
    let file = summary.files.get_mut(at)?;
    file.is_invoice = true;
    Some(file)
}

/// What is wrong with the PDF around an invoice.
fn container(bytes: &[u8], hybrid: &Hybrid<'_>, limits: &pdf::Limits, strict: bool) -> Vec<Finding> {
    let mut findings = hybrid.check();
    findings.extend(lacks(bytes, hybrid.xmp, limits, strict));
    if !strict {
        findings.iter_mut().for_each(mild);
    }
    findings
}

/// What the file lacks of the PDF/A that it claims to be; where the container is what counts, of PDF/A-3 in any case.
fn lacks(bytes: &[u8], xmp: Option<&Xmp>, limits: &pdf::Limits, strict: bool) -> Vec<Finding> {
    let part = xmp.and_then(|xmp| xmp.pdfa_part.as_deref()).map(str::trim);
    let claims = part == Some("3");
    // PDF/A-4 stands on another PDF, which is not looked into; without a claim nobody counts on it.
    if part == Some("4") || !(claims || strict) {
        return Vec::new();
    }
    let lacks = match pdf::examine_file(bytes, xmp, limits) {
        Ok(lacks) => lacks,
        Err(finding) => return vec![finding],
    };
    // What it does not claim is told by the check of the container.
    let told = lacks.into_iter().filter(|lack| !lack.clause.starts_with("6.6.4-"));
    let weigh = |lack: pdf::Lack| {
        let mut finding = lack.finding;
        finding.severity = if claims { Severity::Error } else { finding.severity };
        finding
    };
    told.map(weigh).collect()
}

/// What is wrong around an invoice does not keep it from being read.
fn mild(finding: &mut Finding) {
    finding.severity = finding.severity.min(Severity::Warning);
}

impl PdfSummary {
    fn of(facts: &Facts) -> PdfSummary {
        let xmp = facts.xmp.as_ref();
        PdfSummary {
            version: facts.version.clone(),
            encrypted: facts.encrypted,
            repaired: facts.repaired,
            pdfa: xmp.and_then(Xmp::pdfa),
            xmp: xmp.filter(|xmp| xmp.namespace.is_some()).map(XmpSummary::of),
            files: facts.files.iter().map(EmbeddedFile::of).collect(),
        }
    }
}

impl XmpSummary {
    fn of(xmp: &Xmp) -> XmpSummary {
        let Xmp { profile, document_type, file_name, version, namespace, .. } = xmp.clone();
        XmpSummary { level: profile, document_type, file_name, version, namespace }
    }
}

impl EmbeddedFile {
    fn of(file: &pdf::EmbeddedFile) -> EmbeddedFile {
        let listed_in = match file.found_in {
            FoundIn::NameTree => "name tree",
            FoundIn::AssociatedFiles => "associated files",
            FoundIn::PageAssociatedFiles => "associated files of a page",
            FoundIn::Annotation => "annotation",
            FoundIn::Scan => "nowhere",
        };
        EmbeddedFile {
            name: file.name.clone(),
            is_invoice: false,
            relationship: file.relationship.clone(),
            mime: file.mime.clone(),
            description: file.description.clone(),
            listed_in: listed_in.to_owned(),
            bytes: file.stated_size().map(|size| size as u64),
            created: file.created.clone(),
            modified: file.modified.clone(),
        }
    }
}
