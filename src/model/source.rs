//! Where an invoice comes from, as the invoice itself remembers it.

use serde::{Deserialize, Serialize};

/// The file that an invoice was read from. With it, an invoice goes back into its syntax as if it had never left.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Source {
    /// Name of the syntax: `cii`, `ubl`.
    pub syntax: String,
    /// Name of the root element: `Invoice`, `CreditNote`, `CrossIndustryInvoice`. Without it, the first kind of document
    /// that the syntax has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

impl Source {
    /// A file of a syntax with this root element.
    pub fn new(syntax: impl Into<String>, document: impl Into<String>) -> Source {
        Source { syntax: syntax.into(), document: Some(document.into()) }
    }
}
