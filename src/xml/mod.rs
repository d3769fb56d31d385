//! XML, hardened: what quick-xml leaves unchecked is checked here, with a place. Knows no invoice.

mod attribute;
mod declaration;
mod decode;
mod limits;
mod locate;
mod names;
mod peek;
mod refusal;
mod scan;
mod survey;
mod tag;
mod text;
mod walk;

#[cfg(test)]
mod tests;

pub(crate) use attribute::{Attribute, is_qualified};
pub(crate) use decode::{decode, is_marked};
pub(crate) use limits::{Limits, limit};
pub(crate) use locate::locate;
pub(crate) use names::{Names, Space, Vocabulary};
pub(crate) use peek::{Element, Seen, Within, peek};
pub(crate) use refusal::Refusal;
pub(crate) use text::{attribute_len, escape_attribute, escape_into, escaped_len, is_blank, trim, unescape};
pub(crate) use walk::{Aside, Handler, Tag, walk};
