//! The parts of an inspection: plain data, with a published JSON Schema.

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::format::Detected;
use crate::model::{Code, Date, Number, Totals};
use crate::place::Place;

macro_rules! plain {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
            #[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
            #[non_exhaustive]
            pub struct $name {
                $(
                    $(#[$field_doc])*
                    #[serde(default, skip_serializing_if = "Absent::is_absent")]
                    pub $field: $type,
                )*
            }
        )*
    };
}

/// What is not stated is left out of JSON; counts and answers never are.
trait Absent {
    fn is_absent(&self) -> bool {
        false
    }
}

impl Absent for String {}
impl Absent for bool {}
impl Absent for u64 {}

impl<T> Absent for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T> Absent for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// What a file is and what it states.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Inspection {
    /// Name of the file, as the caller gave it; the library knows none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// What it is: carriers, syntax, version, profile and envelope.
    #[serde(flatten)]
    pub document: Detected,
    /// What the invoice states, if it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<Summary>,
    /// What the PDF says of itself, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pdf: Option<PdfSummary>,
    /// Every term that the invoice states, in the order of the file; only if asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<StatedTerm>,
    /// What is odd, and errors for what cannot be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

plain! {
    /// What an invoice states, in short. Amounts, dates and codes are as written; what is not stated is absent.
    Summary {
        /// Invoice number (BT-1).
        number: Option<String>,
        /// Issue date (BT-2), `YYYY-MM-DD`.
        issue_date: Option<Date>,
        /// Invoice type (BT-3): code and name.
        type_code: Option<Coded>,
        /// Business process (BT-23): identifier and name.
        process: Option<Coded>,
        /// Payment due date (BT-9), `YYYY-MM-DD`.
        due_date: Option<Date>,
        /// Seller (BG-4).
        seller: Option<PartySummary>,
        /// Buyer (BG-7).
        buyer: Option<PartySummary>,
        /// Payee (BG-10).
        payee: Option<PartySummary>,
        /// Seller's tax representative (BG-11).
        tax_representative: Option<PartySummary>,
        /// Currency (BT-5).
        currency_code: Option<Code>,
        /// Currency of the VAT total for accounting (BT-6).
        vat_currency_code: Option<Code>,
        /// Document totals (BG-22).
        totals: Option<Totals>,
        /// VAT by category and rate (BG-23).
        vat_breakdown: Vec<VatCategory>,
        /// Number of invoice lines (BG-25).
        lines: u64,
        /// Additional supporting documents (BG-24).
        attachments: Vec<SupportingFile>,
    }

    /// A code or identifier, and what it is called.
    Coded {
        /// As written.
        code: String,
        /// Its name, if einv knows one.
        name: Option<String>,
    }

    /// A party of an invoice.
    PartySummary {
        /// Its name.
        name: Option<String>,
        /// Its trading name.
        trading_name: Option<String>,
        /// Country of its address.
        country_code: Option<Code>,
        /// Its identifiers, in the order of the standard.
        identifiers: Vec<PartyIdentifier>,
    }

    /// An identifier of a party.
    PartyIdentifier {
        /// Id of its term, such as `BT-31`.
        term: String,
        /// Official name of its term, such as `Seller VAT identifier`.
        label: String,
        /// The identifier.
        value: String,
        /// Its scheme, such as `0088`.
        scheme: Option<String>,
    }

    /// The VAT of a category and rate (BG-23).
    VatCategory {
        /// Category (BT-118): code and name.
        category: Option<Coded>,
        /// Rate in per cent (BT-119).
        rate: Option<Number>,
        /// Taxable amount (BT-116).
        taxable_amount: Option<Number>,
        /// Tax amount (BT-117).
        tax_amount: Option<Number>,
    }

    /// A supporting document of an invoice (BG-24).
    SupportingFile {
        /// Its reference (BT-122).
        reference: Option<String>,
        /// What it is, in words (BT-123).
        description: Option<String>,
        /// Where it can be found (BT-124).
        location: Option<String>,
        /// Name of the file inside the invoice (BT-125-2).
        filename: Option<String>,
        /// Its media type (BT-125-1).
        mime_code: Option<String>,
        /// Its size in bytes, unpacked; absent if the invoice does not hold the file.
        bytes: Option<u64>,
    }

    /// What a PDF says of itself.
    PdfSummary {
        /// Version of PDF, `1.7`.
        version: String,
        /// Whether it is encrypted; one that can be read opens without a password.
        encrypted: bool,
        /// Whether it was damaged and had to be repaired to be read.
        repaired: bool,
        /// The standard for archives that it claims to follow: `PDF/A-3B`. The claim is not checked.
        pdfa: Option<String>,
        /// What its metadata say of the invoice inside.
        xmp: Option<XmpSummary>,
        /// The files inside it, in the order in which it lists them.
        files: Vec<EmbeddedFile>,
    }

    /// What the metadata of a PDF (XMP) say of the invoice inside, as written.
    XmpSummary {
        /// `ConformanceLevel`, the profile: `EN 16931`.
        level: Option<String>,
        /// `DocumentType`: `INVOICE`.
        document_type: Option<String>,
        /// `DocumentFileName`: the name of the embedded file.
        file_name: Option<String>,
        /// `Version` of the standard of these properties.
        version: Option<String>,
        /// The namespace in which they stand.
        namespace: Option<String>,
    }

    /// A file inside a PDF.
    EmbeddedFile {
        /// Its name, as the PDF states it.
        name: String,
        /// Whether einv reads the invoice from it.
        is_invoice: bool,
        /// How it relates to the PDF (`AFRelationship`): `Alternative`, `Data`, `Source`, `Supplement`, `Unspecified`.
        relationship: Option<String>,
        /// Its media type.
        mime: Option<String>,
        /// What it is, in words.
        description: Option<String>,
        /// Where the PDF lists it: `name tree`, `associated files`, `associated files of a page`, `annotation`, or
        /// `nowhere`.
        listed_in: String,
        /// Its size in bytes: of the invoice, what it unpacks to; of others, what the PDF states.
        bytes: Option<u64>,
        /// When it was made, as stated: `2026-03-02T12:30:00+01:00`, or the part that is stated.
        created: Option<String>,
        /// When it was last changed, likewise.
        modified: Option<String>,
    }

    /// A term as the invoice states it.
    StatedTerm {
        /// Its id, such as `BT-31` or `BT-29-1`.
        id: String,
        /// Its official name.
        name: String,
        /// Its value, dates as `YYYY-MM-DD`.
        value: String,
        /// Where it stands; of an invoice in a PDF, in the embedded file. JSON has no places.
        place: Option<Place>,
    }
}
