//! The header of an SBDH envelope, read into structs.

use std::ops::ControlFlow;

use serde::Serialize;
use yaserde::YaDeserialize;

use crate::finding::{self, Finding};
use crate::xml::{self, Seen};

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

/// Elements of the header that hold a text.
const TEXTS: [&str; 5] = ["Identifier", "Standard", "Type", "InstanceIdentifier", "CreationDateAndTime"];
/// A header has some 2 KB.
const HEADER: usize = 64 << 10;

/// Where the header stands, and what is declared around it.
#[derive(Default)]
pub(super) struct Header {
    pub(super) start: usize,
    /// Offset of its end tag.
    pub(super) end: usize,
    pub(super) declares: Vec<(String, String)>,
}

impl Header {
    /// What the header says. One that says nothing legible does not hinder the invoice.
    pub(super) fn read(&self, text: &str, limits: xml::Limits) -> Result<(Envelope, Option<Finding>), Finding> {
        if self.end == 0 {
            return Ok(Default::default());
        }
        let place = || xml::locate(text, &[self.start]).into_iter().next().unwrap_or_default();
        if self.end - self.start > HEADER {
            let message = "the header of the envelope is longer than einv reads";
            let finding = Finding::new(finding::XML_LIMIT, message).at(place());
            return Err(finding.expected(format!("at most {} KiB", HEADER >> 10)));
        }
        Ok(match yaserde::de::from_str::<SbdHeader>(&self.alone(text)) {
            Ok(header) => (header.into(), None),
            Err(_) => {
                let odd = Finding::new(finding::READ_ODD, "the header of the envelope cannot be read").at(place());
                (Envelope::default(), Some(self.what_is_odd(text, limits, odd)))
            }
        })
    }

    /// The element that stands where the header has a text, as nothing else of a well-formed header cannot be read.
    fn what_is_odd(&self, text: &str, limits: xml::Limits, odd: Finding) -> Finding {
        let mut open: Vec<String> = Vec::new();
        let mut met = None;
        let looked = xml::peek(text, limits, |seen| {
            match seen {
                Seen::Open(element) => {
                    let around = open.last().filter(|name| element.at > self.start && TEXTS.contains(&name.as_str()));
                    met = around.map(|name| (element.at, name.clone(), element.local.to_owned()));
                    open.push(element.local.to_owned());
                }
                Seen::Close(_, at) if at >= self.end => return ControlFlow::Break(()),
                Seen::Close(depth, _) => open.truncate(depth),
                Seen::Text(_) => {}
            }
            if met.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        match met.filter(|_| looked.is_ok()) {
            Some((at, around, element)) => odd
                .at(xml::locate(text, &[at]).into_iter().next().unwrap_or_default())
                .found(format!("an element `{element}`"))
                .expected(format!("the text of `{around}`")),
            None => odd.expected("sender, receiver, document identification and business scopes, as SBDH 1.3 has them"),
        }
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

pub(super) fn trimmed(text: &Option<String>) -> Option<String> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
