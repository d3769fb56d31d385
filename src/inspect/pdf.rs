//! A PDF: what it says of itself, the files inside, and whether the two fit.

use std::borrow::Cow;

use super::told;
use super::types::{EmbeddedFile, Inspection, PdfSummary, XmpSummary};
use crate::convert::{look, no_invoice};
use crate::error::Error;
use crate::finding::{Finding, READ_ODD};
use crate::format::{Carrier, Detected, is_invoice, profile_level};
use crate::limits::Limits;
use crate::model::Document;
use crate::pdf::{self, Facts, FoundIn, Xmp};
use crate::xml;

/// What a PDF is, and the invoice in it if it can be read.
pub(super) fn look_into(bytes: &[u8], limits: &Limits) -> Result<(Inspection, Option<Document>), Error> {
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
    findings.extend(odd_file_name(choice.invoice));
    findings.extend(choice.next.map(|next| another(&next.name)));
    findings.extend(mismatches(facts.xmp.as_ref(), name, inspection.document.specification.as_deref()));
    inspection.document.carriers.insert(0, Carrier::Pdf);
    Ok((Inspection { pdf: Some(summary), findings, ..inspection }, document))
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

fn odd_file_name(invoice: &pdf::EmbeddedFile) -> Option<Finding> {
    let reserved = pdf::nearly_reserved(invoice)?;
    let finding = Finding::new(READ_ODD, "the name of the embedded invoice is not exactly that of the standard");
    Some(finding.found(format!("`{}`", invoice.name)).expected(format!("`{reserved}`")))
}

fn another(name: &str) -> Finding {
    Finding::new(READ_ODD, "another attachment of the PDF has the name of an invoice, too")
        .found(format!("`{name}`, which is not read"))
}

/// Where the metadata say something else than the file and BT-24.
fn mismatches(xmp: Option<&Xmp>, name: &str, specification: Option<&str>) -> Vec<Finding> {
    let Some(xmp) = xmp.filter(|xmp| xmp.namespace.is_some()) else {
        return vec![Finding::new(READ_ODD, "the metadata of the PDF do not say that an invoice is inside")];
    };
    let other_name = xmp.file_name.as_deref().filter(|stated| *stated != name).map(|stated| {
        Finding::new(READ_ODD, "the metadata of the PDF name another file than the embedded invoice")
            .found(format!("`{stated}`"))
            .expected(format!("`{name}`"))
    });
    let level = specification.and_then(profile_level);
    let other_level = xmp.profile.as_deref().zip(level).filter(|(stated, level)| squeeze(stated) != squeeze(level));
    let other_level = other_level.map(|(stated, level)| {
        Finding::new(READ_ODD, "the metadata of the PDF name another profile than the invoice")
            .term("BT-24 Specification identifier")
            .found(format!("`{stated}`"))
            .expected(format!("`{level}`, as BT-24 of the invoice says"))
    });
    other_name.into_iter().chain(other_level).collect()
}

/// Producers write `BASIC WL`, `BASICWL`, `Basic_WL`.
fn squeeze(level: &str) -> String {
    level.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect()
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
