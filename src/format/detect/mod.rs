//! What a file is, by its content.

mod table;

use serde::Serialize;

use super::envelope::{self, Envelope};
use crate::finding::{self, Finding};
use crate::xml;
pub(crate) use table::{Documents, Row};

/// What an invoice can stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::Display)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[non_exhaustive]
pub enum Carrier {
    /// Packed with gzip.
    Gzip,
    /// A file in a PDF.
    Pdf,
    /// An SBDH envelope.
    Sbdh,
}

/// What a file was found to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Detected {
    /// What it is, with an article: `a UBL Invoice`, `an order (Order-X), no invoice`.
    pub name: String,
    /// What the document stands in, from the outside inwards.
    pub carriers: Vec<Carrier>,
    /// Format by the name of its mapping table (`ubl`, `cii`), or `json`; absent if einv does not convert it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub syntax: Option<String>,
    /// An invoice or credit note, whether einv converts it or not.
    pub is_invoice: bool,
    /// Specification identifier (BT-24) as it stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specification: Option<String>,
    /// What people call the profile of that specification: `XRechnung 3.0`, `NLCIUS (Netherlands)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The version of UBL that the document states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The header of the envelope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub envelope: Option<Envelope>,
    /// What can be done with a document that is not converted, if that is certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Detected {
    /// True if einv converts it.
    pub fn is_convertible(&self) -> bool {
        self.syntax.is_some()
    }

    pub(crate) fn of(row: &Row, root: &str) -> Detected {
        Detected {
            name: row.named(root),
            syntax: row.read.map(|(syntax, _)| syntax.to_owned()),
            is_invoice: row.is_invoice,
            help: row.help.map(str::to_owned),
            ..Detected::default()
        }
    }
}

/// What people call the profile with a specification identifier (BT-24).
pub(crate) fn profile_name(id: &str) -> Option<&'static str> {
    Documents::standard().profile(id.trim()).map(|row| row.name)
}

/// What the metadata of a hybrid PDF call the profile with a specification identifier (BT-24).
pub(crate) fn profile_level(id: &str) -> Option<&'static str> {
    Documents::standard().profile(id.trim())?.level
}

/// Whether a text is JSON rather than XML: the one begins with a brace, the other with a bracket.
pub(crate) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// What a file is that is neither XML nor JSON nor a PDF; `None` for what begins as one of these.
pub(crate) fn of_bytes(bytes: &[u8]) -> Option<&'static Row> {
    let documents = Documents::standard();
    if let Some(row) = documents.of_bytes(bytes) {
        return Some(row);
    }
    let begins = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    match begins {
        Some(b'<' | b'{') => None,
        _ if xml::is_marked(bytes) => None,
        _ => documents.of_rest(bytes),
    }
}

/// A document in XML that was recognised.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recognised {
    pub(crate) syntax: &'static str,
    pub(crate) kind: usize,
    /// Offset of its start tag, if it stands in an envelope.
    pub(crate) within: Option<usize>,
    pub(crate) envelope: Option<Envelope>,
    /// What is odd about the envelope.
    pub(crate) warning: Option<Finding>,
}

/// The syntax and kind of an XML document, by its root. What is no invoice that einv converts is refused by name.
pub(crate) fn recognise(text: &str, limits: xml::Limits) -> Result<Recognised, Finding> {
    let outline = envelope::outline(text, limits)?;
    let row = Documents::standard().of_root(&outline.uri, &outline.local, &outline.declares);
    match row.and_then(|row| row.read) {
        Some((syntax, kind)) => {
            let within = outline.envelope.is_some().then_some(outline.at);
            Ok(Recognised { syntax, kind, within, envelope: outline.envelope, warning: outline.warning })
        }
        None => {
            let place = xml::locate(text, &[outline.at]).into_iter().next().unwrap_or_default();
            let root = outline.local.as_str();
            Err(match row {
                Some(row) => refuse(row, root).at(place),
                None => unknown(&outline.uri, root).at(place),
            })
        }
    }
}

/// Whether bytes are an invoice in XML that einv converts, by their root.
#[cfg(feature = "pdf")]
pub(crate) fn is_invoice(bytes: &[u8]) -> bool {
    let text = xml::decode(std::borrow::Cow::Borrowed(bytes));
    text.is_ok_and(|text| recognise(&text, xml::Limits::default()).is_ok())
}

/// The refusal of what is no invoice that einv converts.
#[cold]
pub(crate) fn refuse(row: &Row, root: &str) -> Finding {
    let finding = if row.is_invoice { other_invoice() } else { no_invoice() }.found(row.named(root));
    match row.help {
        Some(help) => finding.help(help),
        None => finding,
    }
}

#[cold]
fn unknown(uri: &str, local: &str) -> Finding {
    no_invoice().found(match uri {
        "" => format!("a root element `{local}` without a namespace"),
        uri => format!("a root element `{local}` of namespace `{uri}`"),
    })
}

fn no_invoice() -> Finding {
    expected(Finding::new(finding::NOT_AN_INVOICE, "the input is no invoice that einv reads"))
}

fn other_invoice() -> Finding {
    expected(Finding::new(finding::OTHER_INVOICE, "the input is an invoice of a kind that einv does not convert"))
}

fn expected(finding: Finding) -> Finding {
    finding.expected("a UBL Invoice or CreditNote, a UN/CEFACT CrossIndustryInvoice, or a PDF with one in it")
}

/// What a document in XML or JSON is, converted or not, with what it says about itself.
pub(crate) fn describe(text: &str, limits: xml::Limits) -> Result<Detected, Finding> {
    if is_json(text) {
        return Ok(describe_json(text));
    }
    let documents = Documents::standard();
    let outline = envelope::outline(text, limits)?;
    let mut detected = match documents.of_root(&outline.uri, &outline.local, &outline.declares) {
        Some(row) => Detected::of(row, &outline.local),
        None => {
            Detected { name: unknown(&outline.uri, &outline.local).found.unwrap_or_default(), ..Detected::default() }
        }
    };
    let stated = envelope::stated(text, outline.at, limits);
    detected.profile = stated.specification.as_deref().and_then(profile_name).map(str::to_owned);
    detected.specification = stated.specification;
    detected.version = stated.version;
    detected.envelope = outline.envelope;
    Ok(detected)
}

/// JSON of ours names our schema, or begins with one of our fields.
fn describe_json(text: &str) -> Detected {
    let key = text.split('"').nth(1).unwrap_or_default();
    let is_ours = match key {
        "$schema" => text.contains("\"https://einv.dev/schema/invoice-"),
        key => KEYS.contains(&key),
    };
    match is_ours {
        true => Detected {
            name: "an invoice of einv in JSON".to_owned(),
            syntax: Some("json".to_owned()),
            is_invoice: true,
            ..Detected::default()
        },
        false => Detected { name: ANOTHER_KIND.to_owned(), ..Detected::default() },
    }
}

const ANOTHER_KIND: &str = "JSON of another kind";

/// The refusal of JSON that is not meant for einv.
#[cold]
#[cfg(feature = "json")]
pub(in crate::format) fn of_another_kind() -> Finding {
    no_invoice().found(ANOTHER_KIND).expected("the fields that `einv schema invoice` prints")
}

/// True if none of the fields that an invoice may begin with is in a JSON text.
#[cfg(feature = "json")]
pub(in crate::format) fn has_no_field_of_ours(text: &str) -> bool {
    KEYS.iter().all(|key| !text.contains(&format!("\"{key}\"")))
}

/// Fields that an invoice in JSON may begin with, if it does not name its schema.
const KEYS: [&str; 6] = ["number", "issue_date", "type_code", "currency_code", "process_control", "seller"];
