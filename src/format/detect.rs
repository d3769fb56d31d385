//! What a file is, by its content.

use crate::finding::{self, Finding};
use crate::xml;

/// What a file was found to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    Xml,
    Json,
    Pdf,
}

/// The carrier of some bytes.
pub(crate) fn carrier(bytes: &[u8]) -> Carrier {
    #[cfg(feature = "pdf")]
    if crate::pdf::is_pdf(bytes) {
        return Carrier::Pdf;
    }
    if bytes.starts_with(b"%PDF-") {
        return Carrier::Pdf;
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match text.iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b'{') => Carrier::Json,
        _ => Carrier::Xml,
    }
}

/// Bytes as text, without a byte order mark.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, Finding> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let before = std::str::from_utf8(&bytes[..at]).unwrap_or_default();
        let place = xml::locate(before, &[at]).into_iter().next().unwrap_or_default();
        Finding::new(finding::XML_ENCODING, "the bytes are not UTF-8")
            .at(place)
            .found(format!("byte {:#04x}", bytes.get(at).copied().unwrap_or_default()))
            .expected("text in UTF-8")
    })
}

/// Whether bytes are an invoice in XML, by their root.
#[cfg(feature = "pdf")]
pub(crate) fn is_invoice(bytes: &[u8]) -> bool {
    text(bytes).is_ok_and(|text| xml::root(text).is_some() && syntax(text).is_ok())
}

/// Roots of invoices, by namespace and local name: syntax and kind of document.
const INVOICES: &[(&str, &str, &str, usize)] = &[
    ("urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100", "CrossIndustryInvoice", "cii", 0),
    ("urn:oasis:names:specification:ubl:schema:xsd:Invoice-2", "Invoice", "ubl", 0),
    ("urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2", "CreditNote", "ubl", 1),
];

/// Roots of what is met in the place of an invoice: how it is called, and what can be done instead.
const OTHERS: &[(&str, &str, &str)] = &[
    ("urn:ferd:", "an invoice in ZUGFeRD 1.0, another vocabulary", "ask the sender for ZUGFeRD 2 or Factur-X"),
    ("CBFBUY:5", "an invoice in a draft of ZUGFeRD 1.0", "ask the sender for ZUGFeRD 2 or Factur-X"),
    ("SCRDMCCBDACIOMessageStructure", "an order (Order-X), no invoice", ""),
    ("CrossDomainAcknowledgementAndResponse", "a lifecycle message (CDAR), no invoice", ""),
    ("fatturapa", "an invoice in FatturaPA, which is not EN 16931 by itself", ""),
    ("StandardBusinessDocumentHeader", "an SBDH envelope", "take the document out of its envelope"),
    ("urn:oasis:names:specification:ubl:schema:xsd:", "a UBL document that is no invoice", ""),
];

/// The syntax and kind of an XML document, by its root.
pub(crate) fn syntax(text: &str) -> Result<(&'static str, usize), Finding> {
    let Some((uri, local)) = xml::root(text) else {
        // Not even a root: the reader says where and why.
        return Ok(("cii", 0));
    };
    let known = INVOICES.iter().find(|(space, name, ..)| *space == uri && *name == local);
    if let Some(&(_, _, syntax, kind)) = known {
        return Ok((syntax, kind));
    }
    let root = memchr::memmem::find(text.as_bytes(), local.as_bytes()).unwrap_or(0);
    let place = xml::locate(text, &[root]).into_iter().next().unwrap_or_default();
    let refused = Finding::new(finding::NOT_AN_INVOICE, "the input is no invoice that einv reads")
        .at(place)
        .expected("a UBL Invoice or CreditNote, or a UN/CEFACT CrossIndustryInvoice");
    Err(match OTHERS.iter().find(|(part, ..)| uri.contains(part)) {
        Some((_, what, "")) => refused.found(*what),
        Some((_, what, help)) => refused.found(*what).help(*help),
        None if uri.is_empty() => refused.found(format!("a root element `{local}` without a namespace")),
        None => refused.found(format!("a root element `{local}` of namespace `{uri}`")),
    })
}
