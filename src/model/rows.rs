//! What a document must know of the table that it was read by.

use std::borrow::Cow;

use super::source::Source;

/// Spelling and path of the rows that nodes come from.
pub(crate) trait Rows: Send + Sync {
    /// From the spelling of the file to that of the model; `None` if the text is not in that spelling.
    fn decode<'v>(&self, row: u16, raw: &'v str) -> Option<Cow<'v, str>>;
    /// The syntax and kind of document that they are for.
    fn source(&self) -> Source;
    /// Whether the decoded value reads the same as the raw one for every text.
    fn is_plain(&self, row: u16) -> bool;
}
