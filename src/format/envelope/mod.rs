//! SBDH envelopes: a header that says who sends what to whom, and behind it the document.
//!
//! The header is small and fixed, so it is read into structs. The document is read where it stands: its places are
//! those of the file.

mod header;
mod write;

use std::borrow::Cow;
use std::ops::ControlFlow;

use crate::finding::{self, Finding};
use crate::xml::{self, Element, Seen};
pub use header::{Envelope, Party};
use header::{Header, trimmed};
pub(crate) use write::{Wanted, wrap};

const SPACE: &str = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader";
/// The root of the document: that of the file, or what stands in the envelope.
#[derive(Debug, Default)]
pub(super) struct Outline<'a> {
    pub(super) uri: String,
    pub(super) local: String,
    pub(super) at: usize,
    /// Namespaces that it declares, or the envelope around it.
    pub(super) declares: Vec<Cow<'a, str>>,
    pub(super) envelope: Option<Envelope>,
    /// What is odd about the header of the envelope.
    pub(super) warning: Option<Finding>,
}

/// Looks at the beginning of a file: the root, and if that is an envelope, its header and what comes behind it.
pub(super) fn outline(text: &str, limits: xml::Limits) -> Result<Outline<'_>, Finding> {
    let mut opening = Opening { is_empty: true, ..Opening::default() };
    xml::peek(text, limits, |seen| opening.see(&seen)).map_err(|refusal| refusal.into_finding(text))?;
    let Opening { found, header, is_envelope, is_empty } = opening;
    match is_envelope {
        true if is_empty => Err(empty(text, found.at)),
        true => {
            let (envelope, warning) = header.read(text, limits)?;
            Ok(Outline { envelope: Some(envelope), warning, ..found })
        }
        false => Ok(found),
    }
}

/// The beginning of a file, as far as it was seen.
#[derive(Default)]
struct Opening<'a> {
    found: Outline<'a>,
    header: Header,
    is_envelope: bool,
    is_empty: bool,
}

impl<'a> Opening<'a> {
    fn see(&mut self, seen: &Seen<'a, '_>) -> ControlFlow<()> {
        match seen {
            Seen::Open(element) if element.depth == 1 => {
                self.is_envelope = element.uri == SPACE && element.local == "StandardBusinessDocument";
                let declares = element.declares.iter().filter(|_| self.is_envelope);
                self.header.declares = declares.map(|(prefix, uri)| ((*prefix).to_owned(), uri.to_string())).collect();
                self.found.set(element);
                go_on(self.is_envelope)
            }
            Seen::Open(element) if element.depth == 2 => {
                let is_header = element.uri == SPACE && element.local == "StandardBusinessDocumentHeader";
                match is_header {
                    true => self.header.start = element.at,
                    false => self.found.set(element),
                }
                self.is_empty = is_header;
                go_on(is_header)
            }
            Seen::Close(1, at) => {
                self.header.end = *at;
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Continue(()),
        }
    }
}

impl<'a> Outline<'a> {
    fn set(&mut self, element: &Element<'a, '_>) {
        (self.uri, self.local, self.at) = (element.uri.to_string(), element.local.to_owned(), element.at);
        self.declares.extend(element.declares.iter().map(|(_, uri)| uri.clone()));
    }
}

fn go_on(further: bool) -> ControlFlow<()> {
    if further { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

#[cold]
fn empty(text: &str, at: usize) -> Finding {
    let place = xml::locate(text, &[at]).into_iter().next().unwrap_or_default();
    Finding::new(finding::CARRIER, "the envelope holds no document")
        .at(place)
        .expected("a header, and an invoice behind it")
}

/// What a document says about itself at its beginning.
#[derive(Debug, Default)]
pub(super) struct Stated {
    /// BT-24, or what stands in its place in documents that are no invoices.
    pub(super) specification: Option<String>,
    pub(super) version: Option<String>,
}

/// As many elements as are looked at.
const ELEMENTS: usize = 200;

/// Looks for specification and version in the document whose root begins at `root`.
pub(super) fn stated(text: &str, root: usize, limits: xml::Limits) -> Stated {
    let mut looking = Looking { root, ..Looking::default() };
    // A document that breaks behind this is refused when it is read.
    let _ = xml::peek(text, limits, |seen| looking.see(&seen));
    looking.found
}

/// The search for what a document says about itself.
#[derive(Default)]
struct Looking {
    found: Stated,
    root: usize,
    /// Depth of the root, once it is met.
    base: Option<usize>,
    /// Elements inside the root that are open.
    path: Vec<String>,
    text: String,
    seen: usize,
}

impl Looking {
    fn see(&mut self, seen: &Seen<'_, '_>) -> ControlFlow<()> {
        match seen {
            Seen::Open(element) => {
                self.text.clear();
                match self.base {
                    None if element.at == self.root => self.base = Some(element.depth),
                    None => {}
                    Some(_) => self.path.push(element.local.to_owned()),
                }
            }
            Seen::Text(text) => self.text.push_str(text),
            Seen::Close(depth, _) if self.base.is_some_and(|base| *depth >= base) => self.close(),
            Seen::Close(..) => {}
        }
        self.seen += 1;
        go_on(self.found.specification.is_none() && self.seen < 3 * ELEMENTS)
    }

    fn close(&mut self) {
        let value = trimmed(&Some(xml::unescape(&std::mem::take(&mut self.text)).into_owned()));
        match self.path.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["UBLVersionID"] => self.found.version = value,
            ["CustomizationID"] | [_, "GuidelineSpecifiedDocumentContextParameter", "ID"] => {
                self.found.specification = value;
            }
            _ => {}
        }
        self.path.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "<sh:HeaderVersion>1.0</sh:HeaderVersion>\
        <sh:Sender><sh:Identifier Authority='iso6523-actorid-upis'>0088:1</sh:Identifier>\
        <sh:ContactInformation><sh:Contact>Ann &amp; Bob</sh:Contact></sh:ContactInformation></sh:Sender>\
        <sh:Receiver><sh:Identifier>9930:2</sh:Identifier></sh:Receiver>\
        <sh:DocumentIdentification><sh:Standard>urn:s</sh:Standard><sh:TypeVersion>2.1</sh:TypeVersion>\
        <sh:InstanceIdentifier>i-1</sh:InstanceIdentifier><sh:Type>Invoice</sh:Type>\
        <sh:CreationDateAndTime>2025-01-02T03:04:05Z</sh:CreationDateAndTime></sh:DocumentIdentification>";
    const SCOPES: &str = "<sh:BusinessScope><sh:Scope><sh:Type>DOCUMENTID</sh:Type>\
        <sh:InstanceIdentifier>urn:d##x::2.1</sh:InstanceIdentifier><sh:Identifier>busdox-docid-qns</sh:Identifier></sh:Scope>\
        <sh:Scope><sh:Type>PROCESSID</sh:Type><sh:InstanceIdentifier>urn:p</sh:InstanceIdentifier></sh:Scope></sh:BusinessScope>";

    fn envelope(scopes: &str, payload: &str) -> String {
        format!(
            "<sh:StandardBusinessDocument xmlns:sh='{SPACE}' xmlns:x='urn:x&amp;y'><sh:StandardBusinessDocumentHeader>\
             {HEAD}{scopes}</sh:StandardBusinessDocumentHeader>{payload}</sh:StandardBusinessDocument>"
        )
    }

    fn read(text: &str) -> Result<Outline<'_>, Finding> {
        outline(text, xml::Limits::default())
    }

    #[test]
    fn header_and_document_are_found() {
        let text = envelope(SCOPES, "<x:a/>");
        let found = read(&text).unwrap();
        assert_eq!((found.uri.as_str(), found.local.as_str(), found.at), ("urn:x&y", "a", text.find("<x:a").unwrap()));
        let envelope = found.envelope.unwrap();
        assert_eq!(envelope.senders[0].identifier, "0088:1");
        assert_eq!(envelope.senders[0].authority, "iso6523-actorid-upis");
        assert_eq!(envelope.receivers[0].identifier, "9930:2");
        assert_eq!(envelope.document_type.as_deref(), Some("urn:d##x::2.1"));
        assert_eq!(envelope.process.as_deref(), Some("urn:p"));
        assert_eq!(envelope.instance.as_deref(), Some("i-1"));
        assert_eq!(envelope.created.as_deref(), Some("2025-01-02T03:04:05Z"));
    }

    #[test]
    fn prefixes_do_not_matter() {
        let text = envelope("", "<x:a/>");
        let plain = text.replace("sh:", "").replace("xmlns:sh", "xmlns");
        let envelope = read(&plain.replace(":sh=", "=")).unwrap().envelope.unwrap();
        assert_eq!(envelope.senders[0].identifier, "0088:1");
        assert_eq!(envelope.document_type.as_deref(), Some("urn:s Invoice"));
        let end = "</sh:StandardBusinessDocumentHeader>";
        let inside = text
            .replacen("<sh:StandardBusinessDocument ", "<StandardBusinessDocument ", 1)
            .replace("</sh:StandardBusinessDocument>", "</StandardBusinessDocument>")
            .replace("xmlns:sh=", "xmlns=")
            .replace("Header>", &format!("Header xmlns:sh='{SPACE}'>"))
            .replace(&format!("</sh:StandardBusinessDocumentHeader xmlns:sh='{SPACE}'>"), end);
        assert_eq!(read(&inside).unwrap().envelope.unwrap().receivers[0].identifier, "9930:2");
    }

    #[test]
    fn envelopes_without_a_document_are_refused() {
        let message = |text: &str| read(text).unwrap_err().message;
        assert_eq!(message(&envelope("", "")), "the envelope holds no document");
        assert_eq!(message(&format!("<StandardBusinessDocument xmlns='{SPACE}'/>")), "the envelope holds no document");
        let long = format!("<sh:Note>{}</sh:Note>", "x".repeat(64 << 10));
        assert!(message(&envelope(&long, "<a/>")).contains("longer"));
    }

    #[test]
    fn a_document_says_what_it_follows() {
        let of = |text: &str| stated(text, text.find("<Invoice").unwrap(), xml::Limits::default());
        let ubl = of(
            "<e><Invoice><UBLVersionID>2.1</UBLVersionID><CustomizationID> a&amp;b </CustomizationID></Invoice></e>",
        );
        assert_eq!((ubl.version.as_deref(), ubl.specification.as_deref()), (Some("2.1"), Some("a&b")));
        assert_eq!(of("<Invoice><b><CustomizationID>no</CustomizationID></b></Invoice>").specification, None);
    }
}
