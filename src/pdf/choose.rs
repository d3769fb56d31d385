//! Which of the embedded files is the invoice.

#[cfg(test)]
mod tests;

use super::text::quoted;
use super::{EmbeddedFile, FoundIn, Limits};
use crate::finding::{Finding, PDF_LIMIT, PDF_NO_INVOICE, READ_ODD};

/// The names that standards reserve for an embedded invoice, first choice first: Factur-X and ZUGFeRD from 2.1, the
/// profile XRECHNUNG of the latter, ZUGFeRD 2.0, ZUGFeRD 1.0. The last two differ in case only.
const INVOICE_NAMES: [&str; 4] = ["factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml", "ZUGFeRD-invoice.xml"];
/// The name that Order-X reserves for an embedded order.
const ORDER_NAME: &str = "order-x.xml";
/// How many names a finding lists.
const LISTED: usize = 5;

/// The invoice among the files of a PDF.
#[derive(Debug)]
pub(crate) struct Choice<'a> {
    /// The invoice.
    pub invoice: &'a EmbeddedFile,
    /// The files that are not it, in their order.
    pub others: Vec<&'a EmbeddedFile>,
    /// Of these the one that would have been the invoice in its place, by its name.
    pub next: Option<&'a EmbeddedFile>,
    /// What is odd about the invoice: its name, or that the PDF does not list it.
    pub warnings: Vec<Finding>,
}

/// Chooses the invoice: by exact name, by name in any case or under a path, and at last by content, for which
/// `is_invoice` tells whether bytes are one. A file with a reserved name is not opened here: if it turns out to be
/// unreadable, that is the error, and no other file is taken in its place.
pub(crate) fn choose<'a>(
    files: &'a [EmbeddedFile],
    limits: &Limits,
    is_invoice: impl Fn(&[u8]) -> bool,
) -> Result<Choice<'a>, Finding> {
    let mut named = by_name(files);
    let by_name = named.next();
    let Some(chosen) = by_name.or_else(|| by_content(files, limits, is_invoice)) else {
        return Err(no_invoice(files));
    };
    let invoice = &files[chosen];
    let others = files.iter().enumerate().filter(|(index, _)| *index != chosen).map(|(_, file)| file).collect();
    let mut warnings = Vec::new();
    if by_name.is_none() {
        warnings.push(odd_name(invoice));
    }
    if invoice.found_in == FoundIn::Scan {
        warnings.push(unlisted(invoice));
    }
    Ok(Choice { invoice, others, next: named.next().map(|index| &files[index]), warnings })
}

/// The reserved name that a file has in another case or under a path, if it has none exactly.
pub(crate) fn nearly_reserved(file: &EmbeddedFile) -> Option<&'static str> {
    let is_exact = INVOICE_NAMES.contains(&file.name.as_str());
    INVOICE_NAMES.into_iter().find(|name| !is_exact && is_named(file, name))
}

/// Whether standards reserve this name for an embedded invoice, in any case and under any path.
pub(crate) fn is_reserved(name: &str) -> bool {
    INVOICE_NAMES.into_iter().any(|reserved| is_called(name, reserved))
}

/// The files with reserved names, best first: the exact names come first, since two of them differ in case only.
fn by_name(files: &[EmbeddedFile]) -> impl Iterator<Item = usize> {
    let exact = |name: &str, file: &EmbeddedFile| file.name == name;
    let loose = |name: &str, file: &EmbeddedFile| !exact(name, file) && is_named(file, name);
    let with = |fits: &dyn Fn(&str, &EmbeddedFile) -> bool| -> Vec<usize> {
        let of_name = |name| (0..files.len()).filter(move |index| fits(name, &files[*index]));
        INVOICE_NAMES.into_iter().flat_map(of_name).collect()
    };
    let mut found = with(&exact);
    // The two names that differ in case only are each other's loose form.
    let loose: Vec<usize> = with(&loose).into_iter().filter(|index| !found.contains(index)).collect();
    found.extend(loose);
    found.into_iter()
}

/// Whether the file has this name, in any case or under a path.
fn is_named(file: &EmbeddedFile, name: &str) -> bool {
    is_called(&file.name, name)
}

fn is_called(stated: &str, name: &str) -> bool {
    let last = stated.rsplit(['/', '\\']).next().unwrap_or_default();
    last.trim().eq_ignore_ascii_case(name)
}

/// The first file whose bytes are an invoice. What calls itself XML is opened first, and all files together may unpack
/// to no more than one invoice may.
fn by_content(files: &[EmbeddedFile], limits: &Limits, is_invoice: impl Fn(&[u8]) -> bool) -> Option<usize> {
    let mut order: Vec<usize> = (0..files.len()).filter(|index| !is_named(&files[*index], ORDER_NAME)).collect();
    order.sort_by_key(|index| !claims_xml(&files[*index]));
    let mut left = limits.clone();
    order.into_iter().find(|index| match files[*index].content(&left) {
        Ok(content) => {
            left.stream -= content.bytes.len();
            is_invoice(&content.bytes)
        }
        Err(finding) => {
            // Having met the limit took as much work as the limit allows.
            if finding.code == PDF_LIMIT.id {
                left.stream = 0;
            }
            false
        }
    })
}

/// Whether name or media type say that the file is XML.
fn claims_xml(file: &EmbeddedFile) -> bool {
    let by_name = file.name.rsplit('.').next().is_some_and(|extension| extension.eq_ignore_ascii_case("xml"));
    by_name || file.mime.as_ref().is_some_and(|mime| mime.to_ascii_lowercase().contains("xml"))
}

/// The warning for an invoice that only its content gives away.
fn odd_name(invoice: &EmbeddedFile) -> Finding {
    Finding::new(READ_ODD, "the embedded invoice has a name that says nothing of an invoice")
        .found(quoted(&invoice.name))
        .expected(reserved_names())
}

/// The warning for an invoice that no list of the PDF leads to.
fn unlisted(invoice: &EmbeddedFile) -> Finding {
    Finding::new(READ_ODD, "the embedded invoice is not among the attachments that the PDF lists")
        .found(format!("{} by a search through the file", quoted(&invoice.name)))
}

/// The error for a PDF without an invoice.
fn no_invoice(files: &[EmbeddedFile]) -> Finding {
    let finding = Finding::new(PDF_NO_INVOICE, "no invoice is embedded in this PDF")
        .expected(format!("an attachment named {}", reserved_names()));
    if let Some(order) = files.iter().find(|file| is_named(file, ORDER_NAME)) {
        return finding.found(format!("an order, {}", quoted(&order.name)));
    }
    finding.found(listed(files)).help("einv reads embedded invoices only, not the text on the pages")
}

/// The reserved names in words.
fn reserved_names() -> String {
    let [factur_x, xrechnung, _, zugferd] = INVOICE_NAMES;
    format!("{factur_x}, {xrechnung} or {zugferd}")
}

/// How many files there are and the names of the first.
fn listed(files: &[EmbeddedFile]) -> String {
    let count = match files.len() {
        0 => return "no attachment".to_owned(),
        1 => "1 attachment".to_owned(),
        count => format!("{count} attachments"),
    };
    let names: Vec<String> = files.iter().take(LISTED).map(|file| quoted(&file.name)).collect();
    let more = if files.len() > LISTED { ", …" } else { "" };
    format!("{count}, {}{more}", names.join(", "))
}
