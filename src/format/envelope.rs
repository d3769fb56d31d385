//! SBDH envelopes: a header that says who sends what to whom, and behind it the document.
//!
//! The header is small and fixed, so it is read into structs. The document is read where it stands: its places are
//! those of the file.

use std::ops::ControlFlow;

use serde::Serialize;
use yaserde::YaDeserialize;

use crate::finding::{self, Finding};
use crate::xml::{self, Element, Seen};

/// What the header of an SBDH envelope says: how the document was sent, not what it states.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Envelope {
    /// Who sent it.
    pub senders: Vec<Party>,
    /// Whom it was sent to.
    pub receivers: Vec<Party>,
    /// The document type: in Peppol the whole identifier (scope `DOCUMENTID`), otherwise standard and type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_type: Option<String>,
    /// The process: in Peppol the scope `PROCESSID`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// The identifier of this message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// When it was made, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
}

/// Sender or receiver.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Party {
    /// Identifier, such as `0088:7300010000001`.
    pub identifier: String,
    /// Who gives such identifiers, such as `iso6523-actorid-upis`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub authority: String,
}

const SPACE: &str = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader";
/// A header has some 2 KB.
const HEADER: usize = 64 << 10;

/// The root of the document: that of the file, or what stands in the envelope.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) uri: String,
    pub(super) local: String,
    pub(super) at: usize,
    pub(super) envelope: Option<Envelope>,
    /// What is odd about the header of the envelope.
    pub(super) warning: Option<Finding>,
}

/// Looks at the beginning of a file: the root, and if that is an envelope, its header and what comes behind it.
pub(super) fn outline(text: &str, limits: xml::Limits) -> Result<Outline, Finding> {
    let mut found = Outline::default();
    let mut header = Header::default();
    let (mut is_envelope, mut is_empty) = (false, true);
    let peeked = xml::peek(text, limits, |seen| match seen {
        Seen::Open(element) if element.depth == 1 => {
            is_envelope = element.uri == SPACE && element.local == "StandardBusinessDocument";
            header.declares = element.declares.iter().map(|(p, uri)| ((*p).to_owned(), uri.to_string())).collect();
            found.set(&element);
            go_on(is_envelope)
        }
        Seen::Open(element) if element.depth == 2 => {
            let is_header = element.uri == SPACE && element.local == "StandardBusinessDocumentHeader";
            match is_header {
                true => header.start = element.at,
                false => found.set(&element),
            }
            is_empty = is_header;
            go_on(is_header)
        }
        Seen::Close(1, at) => {
            header.end = at;
            ControlFlow::Continue(())
        }
        Seen::Close(0, _) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    peeked.map_err(|refusal| refusal.into_finding(text))?;
    match is_envelope {
        true if is_empty => Err(empty(text, found.at)),
        true => {
            let (envelope, warning) = header.read(text)?;
            Ok(Outline { envelope: Some(envelope), warning, ..found })
        }
        false => Ok(found),
    }
}

impl Outline {
    fn set(&mut self, element: &Element<'_, '_>) {
        (self.uri, self.local, self.at) = (element.uri.to_string(), element.local.to_owned(), element.at);
    }
}

fn go_on(further: bool) -> ControlFlow<()> {
    if further { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

#[cold]
fn empty(text: &str, at: usize) -> Finding {
    let place = xml::locate(text, &[at]).into_iter().next().unwrap_or_default();
    Finding::new(finding::NOT_AN_INVOICE, "the envelope holds no document")
        .at(place)
        .expected("a header, and an invoice behind it")
}

/// Where the header stands, and what is declared around it.
#[derive(Default)]
struct Header {
    start: usize,
    /// Offset of its end tag.
    end: usize,
    declares: Vec<(String, String)>,
}

impl Header {
    /// What the header says. One that says nothing legible does not hinder the invoice.
    fn read(&self, text: &str) -> Result<(Envelope, Option<Finding>), Finding> {
        if self.end == 0 {
            return Ok(Default::default());
        }
        let place = || xml::locate(text, &[self.start]).into_iter().next().unwrap_or_default();
        if self.end - self.start > HEADER {
            let message = "the header of the envelope is longer than einv reads";
            let finding = Finding::new(finding::XML_LIMIT, message).at(place());
            return Err(finding.expected(format!("at most {} KiB", HEADER >> 10)));
        }
        let read: Result<SbdHeader, String> =
            yaserde::de::from_str(&self.alone(text)).map_err(|error| error.to_string());
        Ok(match read {
            Ok(header) => (header.into(), None),
            Err(error) => {
                let odd = Finding::new(finding::READ_ODD, "the header of the envelope cannot be read");
                (Envelope::default(), Some(odd.at(place()).found(error)))
            }
        })
    }

    /// The header as a document of its own, with the namespaces that are declared around it.
    fn alone(&self, text: &str) -> String {
        let end = text[self.end..].find('>').map_or(text.len(), |at| self.end + at + 1);
        let slice = &text[self.start..end];
        let name = slice.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(slice.len());
        let tag = &slice[..slice.find('>').unwrap_or(slice.len())];
        let mut alone = slice[..name].to_owned();
        for (prefix, uri) in &self.declares {
            let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
            if !tag.split_whitespace().any(|word| word.split('=').next() == Some(&name)) {
                let mut value = String::new();
                let _ = xml::escape_into(uri, &mut value);
                alone.push_str(&format!(" {name}=\"{}\"", value.replace('"', "&quot;")));
            }
        }
        alone + &slice[name..]
    }
}

// The parts of the header that are kept; everything else is passed over.

#[derive(Default, YaDeserialize)]
#[yaserde(prefix = "sh", namespaces = { "sh" = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader" })]
struct SbdHeader {
    #[yaserde(prefix = "sh", rename = "Sender")]
    senders: Vec<Partner>,
    #[yaserde(prefix = "sh", rename = "Receiver")]
    receivers: Vec<Partner>,
    #[yaserde(prefix = "sh", rename = "DocumentIdentification")]
    document: Option<Identification>,
    #[yaserde(prefix = "sh", rename = "BusinessScope")]
    business: Option<BusinessScope>,
}

#[derive(Default, YaDeserialize)]
#[yaserde(prefix = "sh", namespaces = { "sh" = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader" })]
struct Partner {
    #[yaserde(prefix = "sh", rename = "Identifier")]
    identifier: Option<Identifier>,
}

#[derive(Default, YaDeserialize)]
#[yaserde(prefix = "sh", namespaces = { "sh" = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader" })]
struct Identifier {
    #[yaserde(attribute = true, rename = "Authority")]
    authority: Option<String>,
    #[yaserde(text = true)]
    value: Option<String>,
}

#[derive(Default, YaDeserialize)]
#[yaserde(prefix = "sh", namespaces = { "sh" = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader" })]
struct Identification {
    #[yaserde(prefix = "sh", rename = "Standard")]
    standard: Option<String>,
    #[yaserde(prefix = "sh", rename = "Type")]
    name: Option<String>,
    #[yaserde(prefix = "sh", rename = "InstanceIdentifier")]
    instance: Option<String>,
    #[yaserde(prefix = "sh", rename = "CreationDateAndTime")]
    created: Option<String>,
}

#[derive(Default, YaDeserialize)]
#[yaserde(prefix = "sh", namespaces = { "sh" = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader" })]
struct BusinessScope {
    #[yaserde(prefix = "sh", rename = "Scope")]
    scopes: Vec<Scope>,
}

#[derive(Default, YaDeserialize)]
#[yaserde(prefix = "sh", namespaces = { "sh" = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader" })]
struct Scope {
    #[yaserde(prefix = "sh", rename = "Type")]
    name: Option<String>,
    #[yaserde(prefix = "sh", rename = "InstanceIdentifier")]
    instance: Option<String>,
}

impl From<SbdHeader> for Envelope {
    fn from(header: SbdHeader) -> Envelope {
        let scopes = header.business.map(|business| business.scopes).unwrap_or_default();
        let scope = |name: &str| {
            let scope = scopes.iter().find(|scope| trimmed(&scope.name).as_deref() == Some(name));
            scope.and_then(|scope| trimmed(&scope.instance))
        };
        let document = header.document.unwrap_or_default();
        let standard = [&document.standard, &document.name].map(|text| trimmed(text).unwrap_or_default()).join(" ");
        Envelope {
            document_type: scope("DOCUMENTID").or_else(|| trimmed(&Some(standard))),
            process: scope("PROCESSID"),
            instance: trimmed(&document.instance),
            created: trimmed(&document.created),
            senders: header.senders.into_iter().map(Party::from).collect(),
            receivers: header.receivers.into_iter().map(Party::from).collect(),
        }
    }
}

impl From<Partner> for Party {
    fn from(partner: Partner) -> Party {
        let Identifier { authority, value } = partner.identifier.unwrap_or_default();
        Party { identifier: trimmed(&value).unwrap_or_default(), authority: trimmed(&authority).unwrap_or_default() }
    }
}

fn trimmed(text: &Option<String>) -> Option<String> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
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
    let mut found = Stated::default();
    let mut base = None;
    let mut elements = 0;
    let mut path: Vec<String> = Vec::new();
    let mut so_far = String::new();
    // A document that breaks behind this is refused when it is read.
    let _ = xml::peek(text, limits, |seen| {
        match seen {
            Seen::Open(element) => {
                so_far.clear();
                match base {
                    None if element.at == root => base = Some(element.depth),
                    None => {}
                    Some(_) => path.push(element.local.to_owned()),
                }
            }
            Seen::Text(text) => so_far.push_str(text),
            Seen::Close(depth, _) if base.is_some_and(|base| depth >= base) => {
                let value = trimmed(&Some(xml::unescape(&std::mem::take(&mut so_far)).into_owned()));
                match path.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                    ["UBLVersionID"] => found.version = value,
                    ["CustomizationID"] | [_, "GuidelineSpecifiedDocumentContextParameter", "ID"] => {
                        found.specification = value;
                    }
                    _ => {}
                }
                path.pop();
            }
            Seen::Close(..) => {}
        }
        elements += 1;
        go_on(found.specification.is_none() && elements < 3 * ELEMENTS)
    });
    found
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

    fn read(text: &str) -> Result<Outline, Finding> {
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
        let long = format!("<sh:Note>{}</sh:Note>", "x".repeat(HEADER));
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
