//! Findings as data: what was found, where, what it concerns, what to do.
//!
//! Rendering is the caller's business (the command line has three forms); the texts follow one standard: first line in
//! invoice words, lower case, no full stop, "expected …, found …".

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};

use crate::place::Place;

mod at_most;

pub(crate) use at_most::AtMost;

/// How much a finding weighs, lightest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Display, EnumString)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// Probably not what the sender meant; the output is written.
    Warning,
    /// A value of the source is not in the output.
    Loss,
    /// The input cannot be read or the output cannot be written.
    Error,
}

/// One thing worth telling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Finding {
    /// `EINV-` with family letter and number, or the id of an official rule (`BR-CO-15`).
    pub code: String,
    /// Weight.
    pub severity: Severity,
    /// First line: what is wrong, in invoice words.
    pub message: String,
    /// Where, if it stands anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Business term and official name, such as `BT-10 Buyer reference`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    /// The value met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// What would have been right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// An imperative sentence, only where it is certainly right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Finding {
    /// A finding with a code of [`CODES`] and its severity there.
    pub fn new(code: Code, message: impl Into<String>) -> Finding {
        Finding {
            code: code.id.to_owned(),
            severity: code.severity,
            message: message.into(),
            place: None,
            term: None,
            found: None,
            expected: None,
            help: None,
        }
    }

    /// The same finding at a place.
    pub fn at(mut self, place: Place) -> Finding {
        self.place = Some(place);
        self
    }

    /// The same finding about a term.
    pub fn term(mut self, term: impl Into<String>) -> Finding {
        self.term = Some(term.into());
        self
    }

    /// The same finding with the value met; an empty one says nothing.
    pub fn found(mut self, found: impl Into<String>) -> Finding {
        let found = found.into();
        self.found = (!found.is_empty()).then_some(found);
        self
    }

    /// The same finding with what would have been right.
    pub fn expected(mut self, expected: impl Into<String>) -> Finding {
        self.expected = Some(expected.into());
        self
    }

    /// The same finding with what to do.
    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
        self
    }
}

/// A code of our own: id, weight, and one line that explains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// `EINV-X01` …
    pub id: &'static str,
    /// Weight of every finding with this code.
    pub severity: Severity,
    /// What the code means, for the table of codes.
    pub meaning: &'static str,
}

macro_rules! codes {
    ($($name:ident = $id:literal $severity:ident $meaning:literal;)*) => {
        $(
            #[doc = $meaning]
            pub const $name: Code = Code { id: $id, severity: Severity::$severity, meaning: $meaning };
        )*
        /// Every code of ours, by family: X xml, P pdf, R read, L loss, W write, M mapping, A arguments,
        /// B batch.
        pub const CODES: &[Code] = &[$($name),*];
    };
}

codes! {
    XML_SYNTAX = "EINV-X01" Error "the input is not well-formed XML";
    XML_ENCODING = "EINV-X02" Error "the bytes are not text in the declared encoding";
    XML_DTD = "EINV-X03" Error "the input has a document type declaration or an entity of its own";
    XML_LIMIT = "EINV-X04" Error "the input is beyond a limit";
    PDF_BROKEN = "EINV-P01" Error "the PDF cannot be read";
    PDF_NO_INVOICE = "EINV-P02" Error "no invoice is embedded in this PDF";
    PDF_PASSWORD = "EINV-P03" Error "the PDF needs a password";
    PDF_LIMIT = "EINV-P04" Error "the PDF is beyond a limit";
    PDF_NOT_ARCHIVABLE = "EINV-P05" Error "the PDF lacks something of PDF/A-3 that only its producer can give it";
    PDF_SIGNED = "EINV-P06" Error "the PDF is signed, so it must not be changed";
    PDF_UNARCHIVED = "EINV-P07" Warning "the PDF lacks something of PDF/A-3 that can be mended";
    PDF_MENDED = "EINV-P08" Note "something in the PDF was changed to make it PDF/A-3";
    PDF_CONTAINER = "EINV-P09" Warning "the PDF around the invoice is not what a hybrid invoice needs";
    PDF_CHANGED = "EINV-P10" Note "something in the PDF was changed on the way";
    NOT_AN_INVOICE = "EINV-R01" Error "the input is no invoice that einv reads";
    JSON_SHAPE = "EINV-R02" Error "the JSON is not an invoice of this schema";
    VALUE_TYPE = "EINV-R03" Error "a value is not of the type of its term";
    CODE_UNKNOWN = "EINV-R04" Warning "a code is in no list of its term";
    ROOT_AGAINST_TYPE = "EINV-R05" Warning "root element and document type code do not fit";
    READ_ODD = "EINV-R06" Warning "the input breaks a rule of its syntax that does not hinder reading";
    DOUBTFUL = "EINV-R07" Warning "a value of the invoice is not what EN 16931 expects there";
    UNWRAPPED = "EINV-R08" Note "the invoice was taken out of an envelope";
    OTHER_INVOICE = "EINV-R09" Error "the input is an invoice of a kind that einv does not convert";
    CARRIER = "EINV-R10" Error "what the invoice comes in is damaged or holds none";
    LOSS_CONTENT = "EINV-L01" Loss "a value of the source has no place in the output";
    LOSS_MEANING = "EINV-L02" Error "without this value the output would state another invoice";
    LOSS_TECHNICAL = "EINV-L03" Note "a detail of the source file that says nothing about the invoice is not carried";
    DERIVED = "EINV-W01" Note "a value that the syntax forces was derived from others";
    CHANGED = "EINV-W02" Note "a value was changed for the target";
    STATEMENT = "EINV-W03" Warning "the syntax forces a statement that the source does not make";
    STRUCTURE = "EINV-W04" Error "the output would break the schema of its syntax";
    NO_PLACE = "EINV-W05" Error "the invoice cannot be written in this syntax";
    REQUIRED = "EINV-W06" Error "a term that the target requires is missing";
    NOT_ALLOWED = "EINV-W07" Error "a value is none of those that the target allows";
    TABLE_SYNTAX = "EINV-M01" Error "a row of a table cannot be read";
    TABLE_NAME = "EINV-M02" Error "a table names something that does not exist";
    TABLE_TWICE = "EINV-M03" Error "a table says something twice";
    TABLE_ORDER = "EINV-M04" Error "rows do not stand in the order of the schema";
    TABLE_CARDINALITY = "EINV-M05" Error "a row repeats or does not repeat against the schema";
    TABLE_UNBOUND = "EINV-M06" Error "a term or group has no row";
    TABLE_OVERLAP = "EINV-M07" Error "two rows match the same element";
    ARGUMENTS = "EINV-A01" Error "the command line cannot be carried out as it stands";
    FILE = "EINV-A02" Error "a file cannot be read or written";
    NOTHING_ACCEPTED = "EINV-A03" Warning "a loss that was accepted beforehand does not occur";
    BATCH_DEFECT = "EINV-B01" Error "einv failed on this file by a defect of its own";
    BATCH_ENTRY = "EINV-B02" Error "an archive, or an entry of it, cannot be read or is not opened";
    BATCH_KIND = "EINV-B03" Error "what was met is no file: a link out of the tree, a pipe, a device";
    BATCH_MANIFEST = "EINV-B04" Error "a manifest cannot be used for this job";
}
